"""Suggestions while typing."""

from __future__ import annotations

import pytest

from graph.search.reasons import suggested as reason


@pytest.fixture
def suggested(index):
    return lambda text: [next(iter(hit.card["names"].values())) for hit in index.suggest(text)]


def test_names_that_begin_so_come_first(suggested):
    assert suggested("surv")[0] == "Survie en forêt"
    assert suggested("kit")[0] == "Kit de survie"


def test_a_word_inside_a_name_will_do(suggested):
    assert "Logiciel de billetterie" in suggested("billet")
    assert "Kit de survie" in suggested("surv")


def test_words_before_the_last_are_whole(suggested):
    assert suggested("logiciel de bil") == ["Logiciel de billetterie"]
    assert suggested("kit bil") == []


def test_accents_and_capitals_do_not_matter(suggested):
    assert suggested("VELOS P") == ["Vélos partagés"]


@pytest.mark.parametrize("text", ["", "   ", "🎉", "zzzz", '"', "x" * 100_000])
def test_where_there_is_nothing_to_suggest_nothing_is(suggested, text):
    assert suggested(text) == []


def test_a_slip_is_mended_where_nothing_begins_so(suggested):
    assert suggested("bilettrie") == suggested("billetterie") == ["Logiciel de billetterie"]
    assert suggested("logiciel bilettrie") == ["Logiciel de billetterie"]


def test_a_letter_is_enough_and_there_are_never_many(suggested):
    assert 0 < len(suggested("s")) <= 8


def test_what_is_typed_and_is_not_in_the_name_is_told_as_another_name(index):
    def told(text: str, language: str = "fr") -> list[str]:
        return [reason(hit, text, language) for hit in index.suggest(text)]

    assert told("autopar") == ["autre nom : Autopartage"]
    assert told("autopar", "en") == ["other name: Autopartage"]
    assert told("voiture par") == told("bilettrie") == [""]
    assert told("travell") == ["autre nom : The travelling bus"]
    assert told("travell", "en") == [""]
