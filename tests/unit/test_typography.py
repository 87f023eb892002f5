"""French typography: what a line may not break before, apostrophes, and what is left as it is."""

from __future__ import annotations

import pytest

from graph.web.typography import spaced, typeset


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Qui réutilise quoi ?", "Qui réutilise quoi\u202f?"),
        ("Osez ! Prototypez ; évaluez.", "Osez\u202f! Prototypez\u202f; évaluez."),
        ("Licence : non précisée", "Licence\u00a0: non précisée"),
        ("le « kit de survie »", "le «\u00a0kit de survie\u00a0»"),
        ("« Pourquoi pas ? »", "«\u00a0Pourquoi pas\u202f?\u00a0»"),
        ("confiance 98 %", "confiance 98\u202f%"),
    ],
)
def test_a_french_line_never_begins_with_a_high_sign(typed, shown):
    assert spaced(typed, "fr") == spaced(typed, "fr-FR") == shown


@pytest.mark.parametrize("text", ["?thing a :Tool", "Deux mots, une virgule.", "https://exemple.fr/?a=b", ""])
def test_what_wants_no_such_space_stays(text):
    assert spaced(text, "fr") == text


def test_other_languages_stay():
    assert spaced("Really ?", "en") == "Really ?"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("l'innovation", "l’innovation"),
        ("L'été d'Œdipe, aujourd'hui", "L’été d’Œdipe, aujourd’hui"),
        ("l'« ouverture » d'1 agent : qu'est-ce ?", "l’«\u00a0ouverture\u00a0» d’1 agent\u00a0: qu’est-ce\u202f?"),
        ("le mot 'commun' entre apostrophes", "le mot 'commun' entre apostrophes"),
        ("voir https://exemple.fr/l'agenda d'ici", "voir https://exemple.fr/l'agenda d’ici"),
        ("l'a'b'c", "l’a’b’c"),
        ("<b onclick='x'>", "<b onclick='x'>"),
    ],
)
def test_an_apostrophe_of_the_graph_is_curved_where_it_elides(typed, shown):
    assert typeset(typed, "fr") == shown
    assert len(shown) == len(typed)


def test_the_apostrophes_of_other_languages_stay():
    assert typeset("the agent's own", "en") == "the agent's own"
    assert typeset("l'italiano", "it") == "l'italiano"
    assert typeset("l'agent", "") == "l'agent"


def test_a_long_text_is_set_at_once():
    assert typeset("a" * 100_000 + "'b", "fr").endswith("a’b")
    assert typeset("a+" * 50_000 + "l'b", "fr").endswith("l’b")
