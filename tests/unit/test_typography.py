"""French typography: what a line may not break before, and what is left as it is."""

from __future__ import annotations

import pytest

from graph.web.typography import spaced


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
