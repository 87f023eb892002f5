"""Where a position stands in a text that is half written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.lsp.cursor import Slot, cursor, token_at
from graph.lsp.cursor import resolve as resolved
from graph.turtle.document import read

HEAD = "@prefix dct: <http://purl.org/dc/terms/> .\n"


def document(text: str):
    return read(text, path="x.ttl", base="http://example.org/")


def at(marked: str):
    """The cursor at the bar of a text, below a prefix."""
    offset = len(HEAD) + marked.index("|")
    return cursor(document(HEAD + marked.replace("|", "", 1)), offset)


@pytest.mark.parametrize(
    ("marked", "slot", "piece"),
    [
        ("|", Slot.SUBJECT, ""),
        ("<a> |", Slot.PREDICATE, ""),
        ("<a> dct:ti|", Slot.PREDICATE, "dct:ti"),
        ("<a> dct:|ti <b>", Slot.PREDICATE, "dct:"),
        ("<a> dct:x évè|", Slot.OBJECT, "évè"),
        ("<a> dct:x <cov|> .", Slot.OBJECT, "<cov"),
        ("<a> dct:x <cov|", Slot.OBJECT, "<cov"),
        ("<a> dct:x 1.5 ; |", Slot.PREDICATE, ""),
        ("<a> dct:x 1, |", Slot.OBJECT, ""),
        ("<a> dct:x ( 1 |", Slot.OBJECT, ""),
        ("<a> dct:x ( 1 ) |", Slot.PREDICATE, ""),
        ("<a> a dct:X\n  dct:|", Slot.PREDICATE, "dct:"),
        ("<a> a dct:X .\n<b> dct:|", Slot.PREDICATE, "dct:"),
        ('<a> dct:x "1"^^xs|', Slot.DATATYPE, "xs"),
        ('<a> dct:x "1"^^dct:d ; |', Slot.PREDICATE, ""),
        ('<a> dct:x "x"@f|', Slot.LANGUAGE, "f"),
        ("@|", Slot.DIRECTIVE, ""),
        ("@prefix dc|", Slot.DIRECTIVE, "dc"),
        ("PREFIX dc|", Slot.DIRECTIVE, "dc"),
        ("@prefix dct: |", Slot.NAMESPACE, ""),
    ],
)
def test_what_may_come_is_told_from_what_comes_before(marked, slot, piece):
    found = at(marked)
    assert (found.slot, found.piece) == (slot, piece)


@pytest.mark.parametrize(
    "marked", ["# |", '<a> dct:x "y|', '<a> dct:x """\n|', "<a> dct:x 'y' # |", "<a> dct:x '''|'''"]
)
def test_in_a_comment_or_a_string_anything_may_come(marked):
    assert at(marked) is None


@pytest.mark.parametrize(
    ("marked", "subject", "verb"),
    [
        ("<a> dct:x [ dct:y |", "[", "dct:y"),
        ("<a> dct:x [ a dct:C ] , |", "<a>", "dct:x"),
        ("[ a dct:C ] dct:y |", "[", "dct:y"),
        ("<a> dct:x ( [ dct:y 1 ] |", "<a>", "dct:x"),
    ],
)
def test_brackets_have_a_subject_and_a_predicate_of_their_own(marked, subject, verb):
    found = at(marked)
    assert (HEAD + marked)[found.subject_at :].startswith(subject)
    assert found.verb == verb


def test_a_name_stands_for_what_its_prefix_says_where_it_is():
    text = "@prefix p: <http://one/> .\np:a p:b 1 .\n@prefix p: <http://two/> .\np:a p:b 2 .\n"
    first, last = text.index("p:a"), text.rindex("p:a")
    here = document(text)
    assert [resolved(here, token_at(here, at).text, at, {}, "http://x/") for at in (first, last)] == [
        "http://one/a",
        "http://two/a",
    ]


def test_a_name_whose_prefix_is_only_known_is_understood():
    here = document("<a> dct:title 1 .")
    assert resolved(here, "dct:title", 4, {"dct": "http://purl.org/dc/terms/"}, "http://x/") == (
        "http://purl.org/dc/terms/title"
    )
    assert resolved(here, "dct:title", 4, {}, "http://x/") is None


PIECES = (
    "<a>",
    "dct:x",
    '"',
    "'''",
    "[",
    "]",
    "(",
    ")",
    ".",
    ";",
    ",",
    "^^",
    "@",
    "@prefix",
    "#",
    "\n",
    " ",
    "é😋",
    "<",
    "a",
    "_:b",
    "1",
)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.data())
def test_no_text_is_too_broken(text, data):
    here = document(text)
    offset = data.draw(st.integers(0, len(text)))
    found = cursor(here, offset)
    assert found is None or text[found.start : offset] == found.piece
    token = token_at(here, offset)
    assert token is None or token.start <= offset <= token.end


def test_every_place_of_a_true_file_is_understood(repository_root):
    text = (repository_root / "ontology" / "passerelles.ttl").read_text(encoding="utf-8")
    here = document(text)
    for row in here.rows[:: max(len(here.rows) // 50, 1)]:
        assert cursor(here, row[3]).slot in (Slot.SUBJECT, Slot.OBJECT)
        if text[row[5]] not in "[(":
            assert cursor(here, row[5]).slot is Slot.OBJECT


@pytest.fixture
def repository_root() -> Path:
    return Path(__file__).resolve().parents[2]
