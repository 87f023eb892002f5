"""Words, phrases and names: what is found, and in which order."""

from __future__ import annotations

import pytest

from graph.config import Limits
from graph.search import asking
from graph.search.searching import SearchIndex

from .conftest import PREFIXES, indexed

BEST = {
    "a word": ("billetterie", "logiciel"),
    "a plural": ("services coopératifs", "bus"),
    "a singular": ("atelier usager métier", "usagers"),
    "no accent": ("velo partage", "velo"),
    "accents where there are none": ("Kìt de sürvie", "kit"),
    "letters and their accents apart": ("ve\u0301los partage\u0301s", "velo"),
    "capitals": ("AGGLO’BUS ITINÉRANT", "bus"),
    "another family of the word": ("coopération", "bus"),
    "English": ("wheel", "bus"),
    "a code": ("P57", "bus"),
    "an acronym": ("DDT", "dt"),
    "another name, for what it sorts": ("autopartage", "velo"),
    "who made it": ("direction transports itinérant", "bus"),
    "its subject, in English": ("mobility itinérant", "bus"),
    "a text of the graph's own": ("ville repris", "logiciel"),
    "an elision": ("d’agglo", "bus"),
}


@pytest.mark.parametrize(("text", "expected"), BEST.values(), ids=BEST)
def test_the_best_result(names, text, expected):
    assert names(text)[0] == expected


def test_every_word_is_wanted(names):
    assert names("vélos libre") == ["velo"]


def test_words_that_say_little_are_not_wanted(names):
    assert names("le kit pour la survie d’un agent") == names("kit survie agent") == ["survie"]


def test_words_that_say_little_are_looked_for_when_there_are_no_others(ask):
    assert ask("de la")["total"] > 0


def test_a_name_is_worth_more_than_a_text(names):
    assert names("survie kit") == ["kit", "survie"]


def test_to_be_called_so_is_worth_most(names):
    assert names("mobilité")[0] == "mobilite"


def test_what_a_concept_sorts_comes_before_every_concept_that_another_name_finds(tmp_path):
    turtle = f"""{PREFIXES}
    c:commune a skos:Concept ; skos:prefLabel "Commune"@fr ; skos:hiddenLabel "mairie"@fr .
    c:publics a skos:Concept ; skos:prefLabel "Communes"@fr ; skos:definition "Toute commune."@fr .
    p:fete dct:title "La fête, chaque été"@fr ; dct:description "Avec ceux d’une commune."@fr ; ex:type c:commune .
    """
    index = SearchIndex(indexed(tmp_path, turtle), Limits())

    def found(text: str) -> list[str]:
        hits = index.search(asking.read(text, index.facets, Limits(), "fr")).hits
        return [hit.card["iri"].rpartition("/")[2] for hit in hits]

    assert found("mairie") == ["fete", "commune", "publics"]
    assert found("commune")[0] == "commune"


def test_a_phrase_has_its_words_together(names):
    assert names('"kit de survie"') == names("« kit de survie »") == ["kit"]
    assert names('"survie kit"') == []


def test_a_word_may_be_left_out(names):
    assert set(names("service")) == {"bus", "velo", "logiciel"}
    assert set(names("service -logiciel")) == {"bus"}
    assert set(names('service -"libre service"')) == {"bus", "logiciel"}


def test_a_word_may_be_begun(names):
    assert names("billett*") == ["logiciel"]
    assert names("zzz*") == []


def test_what_nothing_has_is_taken_for_the_beginning_of_a_word(ask):
    answer = ask("bille")
    assert [each["label"] for each in answer["results"]] == ["Logiciel de billetterie"]
    assert answer["notes"] == ["Rien ne contient « bille » ; cherché à la place : billets, billetterie."]


@pytest.mark.parametrize("slip", ["biletterie", "billeterrie", "bilettrie", "billetterei", "vilets"])
def test_what_nothing_has_is_taken_for_a_slip(ask, slip):
    answer = ask(slip, language="en")
    if slip == "vilets":  # two slips of a short word are another word
        assert answer["total"] == 0
        assert answer["notes"] == ["Nothing has “vilets”."]
    else:
        assert answer["results"][0]["label"] == "Logiciel de billetterie"
        assert answer["notes"] == [f"Nothing has “{slip}”; searched in its place: billetterie."]


def test_where_nothing_has_all_the_words_some_will_do_and_it_is_said(ask):
    answer = ask("billetterie itinérant")
    assert {each["iri"].rpartition("/")[2] for each in answer["results"]} == {"bus", "logiciel"}
    assert answer["notes"] == ["Rien ne répond à toute la question ; voici ce qui répond à une partie."]


def test_a_question_may_call_a_thing_by_another_of_its_names(ask, index):
    from graph.config import Limits
    from graph.search import asking

    asked = asking.read("direction des transports", index.facets, Limits())
    assert index.search(asked).hits[0].card["iri"].endswith("/dt")
    assert [each["label"] for each in ask("autopartage rennes")["results"]] == ["Vélos partagés"]


def test_equals_come_in_the_order_of_iris_ours_before_those_of_portals(ask):
    found = [(each["iri"].rpartition("/id/")[2], each["quarantine"]) for each in ask("jumeau")["results"]]
    assert found == [("tools/a", None), ("tools/b", None), ("tools/c", None), ("harvest/portail/jumeau", "portail")]


def test_what_a_record_describes_is_found_and_what_is_gone_is_not(ask):
    found = {each["iri"]: each["kind"] for each in ask("vélos")["results"]}
    assert found["https://portal.example/velo"] == "harvest"
    assert "https://portal.example/gone" not in found


def test_what_is_elsewhere_and_in_no_record_is_not_found(ask):
    assert ask("ailleurs")["total"] == 0


def test_the_same_files_give_the_same_answers(tmp_path, ask):
    from graph.config import Limits
    from graph.search import asking
    from graph.search.answer import as_json
    from graph.search.searching import SearchIndex

    from .conftest import PORTAL, TURTLE, indexed

    again = SearchIndex(indexed(tmp_path, TURTLE, PORTAL), Limits())
    for text in ("", "jumeau", "vélos", "service kit"):
        assert as_json(again.search(asking.read(text, again.facets, Limits())), again, "fr") == ask(text)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Puts a question of a reader to things that are told in French and in English."""
    turtle = (
        PREFIXES
        + """
    t:appels dct:title "Appels d’offres"@fr, "Matches and calls"@en ; dct:description "Le logis."@fr .
    t:coupes dct:title "Des coupes"@fr, "The heights"@en ; dct:description "Une section large."@fr .
    """
    )
    made = SearchIndex(indexed(tmp_path_factory.mktemp("read"), turtle), Limits())

    def read(text: str, language: str) -> tuple[int, list[str], list[str]]:
        found = made.search(asking.read(text, made.facets, Limits(), language))
        return found.total, [note.render("fr") for note in found.notes], found.compiled.near

    return read


def test_a_word_of_a_french_reader_is_not_taken_for_an_english_one_which_is_told(read):
    told = "Rien ne contient « marches ». Un mot d’une autre langue en est proche : matches."
    assert read("marchés", "fr") == (0, [told], ["matches"])
    assert read("marchés", "en")[0] == 1


def test_a_slip_is_a_word_of_the_readers_language_first(read):
    assert read("cuopes", "fr")[:2] == (1, ["Rien ne contient « cuopes » ; cherché à la place : coupes."])
    assert read("hieghts", "en")[:2] == (1, ["Rien ne contient « hieghts » ; cherché à la place : heights."])
    assert read("cuopes", "en")[0] == 1  # what the graph is written in, for want of better


def test_a_slip_is_mended_in_the_language_of_the_graph_whatever_the_readers(tmp_path):
    turtle = PREFIXES + 't:fahrrad dct:title "Fahrradverleih"@de . t:stadt dct:title "Stadt"@de, "City"@en .'
    german = SearchIndex(indexed(tmp_path, turtle), Limits())
    for language in ("fr", "en", "de", ""):
        found = german.search(asking.read("fahradverleih", german.facets, Limits(), language))
        assert [hit.card["iri"].rpartition("/")[2] for hit in found.hits] == ["fahrrad"], language
        assert german.suggest("fahradverleih", language)
    assert german.search(asking.read("citiy", german.facets, Limits(), "fr")).compiled.near == ["city"]


def test_a_word_two_slips_away_begins_the_same(read):
    assert read("élections", "fr")[:2] == (0, ["Rien ne contient « elections »."])


def test_what_has_the_articles_of_a_question_alone_does_not_answer_a_part_of_it(names):
    assert set(names("un service de zzzz")) == set(names("service zzzz"))
