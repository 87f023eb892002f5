"""No question is an error: what is odd in it is told, and what is too long is refused."""

from __future__ import annotations

import pytest

from graph.config import Limits
from graph.errors import LimitExceeded, MalformedQuery
from graph.search import asking

ODD = [
    '"',
    '""',
    "-",
    "--",
    "*",
    ":",
    "kind:",
    ":tool",
    "-kind:",
    '-"',
    "a:b:c",
    "(",
    "AND OR NOT",
    "[1 TO",
    "\\",
    "+-&&||!(){}[]^~*?:/",
]


@pytest.mark.parametrize("text", ODD)
def test_nothing_is_a_syntax_error(ask, text):
    answer = ask(text)
    assert answer["page"] == answer["pages"] == 1 or answer["total"] > 0


@pytest.mark.parametrize("text", ["🎉🎉", "…", "«»", "\u202e\u200f", "\ud800"])
def test_where_there_is_no_word_it_is_said(ask, text):
    answer = ask(text)
    assert answer["total"] == 0
    assert answer["notes"] == ["Il n’y a là aucun mot à chercher."]


def test_an_empty_question_finds_everything_what_most_is_known_of_first(ask, index):
    answer = ask("")
    assert answer["total"] == index.things
    names = [each["iri"].rpartition("/")[2] for each in answer["results"]]
    assert names[:2] == ["bus", "velo"]
    assert names.index("logiciel") < names.index("a") < names.index("b") < names.index("c")  # equals, by their IRIs


def test_what_is_not_seen_does_not_cut_words(names):
    assert names("bil\u00adlet\u200bterie\u200f") == ["logiciel"]


def test_a_question_of_one_megabyte_is_refused(ask):
    with pytest.raises(LimitExceeded) as refused:
        ask("x" * 1_000_000)
    assert refused.value.parameters["limit"] == "search_characters"


def test_only_the_first_words_of_a_long_question_are_searched_and_it_is_said(index):
    asked = asking.read(" ".join(f"mot{n}" for n in range(100)), index.facets, Limits())
    assert asked.size == Limits().search_words
    assert [note.render("fr") for note in asked.notes] == [
        "La question est longue : seuls ses 32 premiers mots sont cherchés."
    ]


@pytest.mark.parametrize("page", [0, -1, 2, 10**9, 10**12])
def test_a_page_beyond_the_last_is_refused_with_what_there_is(ask, page):
    with pytest.raises(MalformedQuery) as refused:
        ask("kit", page=page)
    assert "1–1" in str(refused.value)


def test_a_kind_may_be_named_in_the_question(names):
    assert set(names("kind:tool survie")) == set(names("sorte:outils survie")) | {"kit", "survie"} == {"kit", "survie"}
    assert names("-kind:tool survie") == []
    assert names('subject:"voiture partagée"') == ["velo"]


def test_an_unknown_filter_is_a_word_and_it_is_said(ask):
    answer = ask("billetterie couleur:rouge")
    assert answer["results"][0]["label"] == "Logiciel de billetterie"
    assert answer["notes"][0].startswith("« couleur » n’est pas un filtre ; les filtres sont : kind, ")


def test_an_address_in_a_question_is_words(ask):
    assert not any("filtre" in note for note in ask("https://example.org/vélos")["notes"])


@pytest.mark.parametrize("part", ["-mot{}", '"mot{} mot mot mot"', '-"mot{} mot"', "mot{}*", "d’{}"])
def test_whatever_they_are_written_as_there_are_never_more_words(index, part):
    asked = asking.read(" ".join(part.format(n) for n in range(45)), index.facets, Limits())
    assert asked.size <= Limits().search_words
    assert len(asked.notes) == 1
    index.search(asked)


def test_a_long_phrase_is_cut_and_it_is_said(index):
    asked = asking.read('"' + "mot " * 200 + '"', index.facets, Limits())
    assert (asked.size, len(asked.notes)) == (32, 1)


def test_a_kind_of_a_graph_that_has_none_finds_nothing(tmp_path):
    from graph.search.searching import SearchIndex

    from .conftest import indexed

    index = SearchIndex(indexed(tmp_path, ""), Limits())
    asked = asking.read("", index.facets, Limits())
    asking.narrowed(asked, "kind", "tool", index.facets)
    assert index.search(asked).total == 0


def test_what_hyphens_part_is_looked_for_as_one_word_where_nothing_has_its_parts_together(ask, names):
    answer = ask("auto-partage")
    assert answer["results"] == ask("autopartage")["results"]
    assert answer["notes"] == ["Rien ne contient « auto-partage » ; cherché à la place : autopartage."]
    assert names("auto-partage vélo") == names("autopartage vélo") == ["velo"]


@pytest.mark.parametrize("text", ["libre-service", '"auto-partage"', "vélos -auto-partage", "sans-logiciel"])
def test_hyphens_stay_where_the_graph_has_the_parts_or_the_reader_wants_them_as_they_are(ask, text):
    assert not any("à la place" in note for note in ask(text)["notes"])
