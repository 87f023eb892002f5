"""What is shown to a person comes from the catalogues, in French and in English."""

import re

import pytest

from graph.texts import LANGUAGES, Text, keys, outline, say

#: A colon may be in a name, a time or an address; before a blank it is a mark, unless a name of ours ends in it.
FRENCH_MARK_WITHOUT_SPACE = re.compile(r"«(?! )|(?<! )[»;?!]|(?<![ \w…}]):(?=\s)|[\u00a0\u202f]")


def test_a_key_has_a_sentence_in_each_language():
    assert say("fr", "severity.error") == "erreur"
    assert say("en", "severity.error") == "error"


def test_parameters_fill_the_sentence_in():
    assert say("en", "error.missing", path="data/x.ttl") == "data/x.ttl: no such file or folder."


def test_a_language_we_do_not_speak_gets_french():
    assert say("de", "severity.warning") == "avertissement"


def test_a_key_that_no_catalogue_has_is_our_mistake():
    with pytest.raises(KeyError):
        say("fr", "error.there-is-no-such-key")


def test_a_parameter_that_is_not_given_is_our_mistake():
    with pytest.raises(KeyError):
        say("fr", "error.missing")


def test_braces_in_a_parameter_are_left_alone():
    assert say("en", "error.missing", path="{path}") == "{path}: no such file or folder."


def test_a_parameter_may_be_a_text_and_follows_the_language():
    inner = Text("severity.warning")
    assert say("en", "error.missing", path=inner).startswith("warning:")
    assert say("fr", "error.missing", path=inner).startswith("avertissement")


def test_a_text_is_rendered_when_the_language_is_known():
    text = Text("error.missing", {"path": "x"})
    assert text.render("en") == "x: no such file or folder."
    assert text.render() == text.render("fr") == "x : fichier ou dossier introuvable."


@pytest.mark.parametrize(
    ("wordings", "language", "expected"),
    [
        ({"fr": "un", "en": "one"}, "en", "one"),
        ({"fr": "un", "en": "one"}, "de", "un"),
        ({"en": "one"}, "fr", "one"),
        ({"": "1", "de": "eins"}, "fr", "1"),
        ({"de": "eins"}, "fr", "eins"),
    ],
)
def test_a_texts_own_wordings_win_then_french_then_any(wordings, language, expected):
    assert Text("severity.error", wordings=wordings).render(language) == expected


def test_an_outline_that_ends_with_what_fills_it_in_has_one_mark_at_its_end():
    assert outline("fr", "shacl.MinCount").startswith("Il manque … ")
    assert not [key for key in keys("fr") for language in LANGUAGES if "…." in outline(language, key)]


def test_french_punctuation_has_its_space_and_the_same_one_everywhere():
    wrong = {key: outline("fr", key) for key in keys("fr") if FRENCH_MARK_WITHOUT_SPACE.search(outline("fr", key))}
    assert wrong == {}


def test_the_languages_have_the_same_keys():
    assert LANGUAGES == ("fr", "en")
    assert keys("fr") == keys("en")
    assert {"error.missing", "limit.file_bytes", "severity.info"} <= keys("fr")


@pytest.mark.parametrize(
    ("count", "french", "english"), [(0, "ligne", "rows"), (1, "ligne", "row"), (2, "lignes", "rows")]
)
def test_a_word_agrees_with_its_number(count, french, english):
    assert say("fr", "cli.query-rows", count=count) == f"{count} {french}"
    assert say("en", "cli.query-rows", count=count) == f"{count} {english}"
