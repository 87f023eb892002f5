"""Why a result is one, where it does not have the words."""

from __future__ import annotations

import pytest

from graph.search.reasons import reason


@pytest.fixture
def reasons(find):
    """The reason of each result, by the end of its IRI."""

    def reasons(text: str, language: str = "fr") -> dict[str, str]:
        found = find(text)
        return {hit.card["iri"].rpartition("/")[2]: reason(hit, found.compiled, language) for hit in found.hits}

    return reasons


def test_what_is_found_by_another_name_says_whose(reasons):
    assert reasons("autopartage") == {
        "velo": "autre nom de Voiture partagée : Autopartage",
        "partage": "autre nom : Autopartage",
    }
    assert reasons("autopartage", "en")["velo"] == "other name of Voiture partagée: Autopartage"


def test_a_slip_keeps_the_reason_of_the_word_it_is_taken_for(reasons, names):
    assert reasons("autopartaje") == reasons("autopartage")
    assert names("autopartaje") == names("autopartage")


def test_what_a_concept_sorts_comes_before_a_concept_that_has_the_word_as_another_name(names):
    assert names("autopartage") == ["velo", "partage"]
    assert names("voiture partagée")[0] == "partage"  # its name


def test_what_has_the_words_needs_no_reason(reasons):
    assert set(reasons("billetterie").values()) == {""}


def test_it_is_told_to_programs(ask):
    assert [each["by"] for each in ask("autopartage")["results"]] == ["synonym", "synonym"]
    assert ask("billetterie")["results"][0]["by"] == "words"
