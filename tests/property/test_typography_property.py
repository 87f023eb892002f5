"""What a page sets has as many characters as what was typed: what is marked in it stays where it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.web.typography import typeset

TEXTS = st.text(st.sampled_from(" '«»?!;:%./aLé1\u00a0\u202f\n") | st.characters(codec="utf-8")) | st.lists(
    st.sampled_from(["l'été", "« ", " »", " ?", " : ", " 98 %", "https://exemple.fr/l'a", "'", " "])
).map("".join)


@pytest.mark.parametrize("language", ["fr", "fr-FR", "en", ""])
@given(text=TEXTS)
def test_a_text_that_is_set_keeps_its_length(language, text):
    assert len(typeset(text, language)) == len(text)
