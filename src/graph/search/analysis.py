"""How texts become words: cleaned, cut, folded (lower case, without accents), then stemmed in French and in English.

Folding comes before stemming: who types without accents finds what who types with them finds.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tantivy import Index, PreTokenizedString, TextAnalyzer

#: The languages that have stems. A text in another language, or in none that is said, is read in both.
STEMMED = {"fr": "french", "en": "english"}
PLAIN, RAW = "plain", "raw"  # words folded and no more; a text that is one term
_LONGEST = 64  # letters of a word
_LONGEST_STOP = 12
_TIMES = 2  # that a word is stemmed: once leaves « usagers » as « usager », of which it makes « usag »
_HELD = 200  # characters of a name that is one term
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # what turns the line about is shown, as everywhere
_SHOWN = "\N{REPLACEMENT CHARACTER}"
_UNSEEN = re.compile(  # what has no width, and halves of characters
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2065\u206a-\u206f\ufe00-\ufe0f\ufeff\ud800-\udfff]"
)


def cleaned(text: str) -> str:
    """The text in composed letters, without what is not seen; a control character or the end of a line is a space.

    What would turn the line about parts words, and is seen.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _UNSEEN.sub("", _TURNS.sub(_SHOWN, unicodedata.normalize("NFKC", text)))
    return text if text.isprintable() else "".join(each if each.isprintable() else " " for each in text)


@cache
def analyzer(name: str) -> TextAnalyzer:
    """What cuts a text into words: `plain`, or one of the languages that have stems."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(_LONGEST))
    builder = builder.filter(Filter.lowercase()).filter(Filter.ascii_fold())
    for _ in range(_TIMES if name in STEMMED else 0):
        builder = builder.filter(Filter.stemmer(STEMMED[name]))
    return builder.build()


def register(index: Index) -> None:
    """Tell an index how to cut texts: it keeps the names of analyzers alone."""
    for name in (*STEMMED, PLAIN):
        index.register_tokenizer(name, analyzer(name))


def cut(text: str, name: str = PLAIN) -> PreTokenizedString:
    """The words of a text, each with its place there, in characters."""
    return analyzer(name).pre_tokenize(text)


def words(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return analyzer(PLAIN).analyze(text)


def stems(word: str) -> dict[str, str]:
    """The stem of a folded word in each language."""
    return {language: "".join(analyzer(language).analyze(word)) for language in STEMMED}


def says_little(word: str) -> bool:
    """Whether nearly every text has the word: an article, a preposition, what is left before an apostrophe."""
    if len(word) == 1:
        return not word.isdigit()
    return len(word) <= _LONGEST_STOP and _is_stop(word)


@cache
def _is_stop(word: str) -> bool:
    return any(not _stops(language).analyze(word) for language in STEMMED)


@cache
def _stops(language: str) -> TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.stopword(STEMMED[language])).build()


def name(text: str) -> str:
    """A name as one term, whatever its accents, capitals, punctuation and spaces."""
    return " ".join(words(text))[:_HELD]
