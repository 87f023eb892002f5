"""Every sentence shown to a person, in French and in English, one folder of catalogues per language.

A `Text` names an entry of the catalogues with its parameters, or carries its own wordings (the
`sh:message` of a shape, the title of a query). It is rendered when the reader's language is known.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any, Self

LANGUAGES = ("fr", "en")
DEFAULT_LANGUAGE = "fr"
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in every language we speak.

    `key` names a catalogue entry, `parameters` fills it in; `wordings` (language tag to text) wins
    over the catalogue where it has the language asked for, or any language at all.
    """

    key: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    wordings: Mapping[str, str] = field(default_factory=dict)

    def render(self, language: str = DEFAULT_LANGUAGE) -> str:
        """The sentence in `language`, else in the default one, else in any it has."""
        if self.wordings:
            for tag in (language, DEFAULT_LANGUAGE, *LANGUAGES, ""):
                if tag in self.wordings:
                    return self.wordings[tag]
            return next(iter(self.wordings.values()))
        return say(language, self.key, **self.parameters)

    def within(self, most: Callable[[str], int], whole: int) -> Self:
        """The same, cut between two words: what fills it in at so many characters by its name, wordings at `whole`."""
        wordings = {language: shortened(text, whole) for language, text in self.wordings.items()}
        filled = {name: _within(value, name, most, whole) for name, value in self.parameters.items()}
        return replace(self, parameters=filled, wordings=wordings)

    @property
    def parts(self) -> list[Any]:
        """The key and the parameters as JSON holds them, a text among them the same way: `of` makes it again."""
        return [self.key, {name: _part(value) for name, value in self.parameters.items()}]

    @classmethod
    def of(cls, parts: Sequence[Any]) -> Self:
        """The text that has these parts."""
        key, parameters = parts
        return cls(
            key, {name: cls.of(value) if isinstance(value, list) else value for name, value in parameters.items()}
        )


def _within(value: object, name: str, most: Callable[[str], int], whole: int) -> object:
    if isinstance(value, Text):
        return value.within(most, whole)
    return value if isinstance(value, int | float) else shortened(str(value), most(name))


def shortened(text: str, most: int) -> str:
    """The beginning of a text, cut between two words where it has so many characters; within a word that is as long."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    words = cut.rpartition(" ")[0]
    return (words if len(words) > most // 2 else cut).rstrip(" ,;:.–—") + _ELLIPSIS


def _part(value: object) -> object:
    if isinstance(value, Text):
        return value.parts
    return value if isinstance(value, int | float) else str(value)  # what the system or a library says, in words


def say(language: str, key: str, /, **parameters: object) -> str:
    """The catalogue's sentence `key` in `language`, with its parameters filled in; a parameter may be a Text.

    Raises KeyError for a key no catalogue has: a missing sentence is our mistake, found by a test.
    """
    language = language if language in LANGUAGES else DEFAULT_LANGUAGE
    return _sentence(language, key).format_map({name: _said(value, language) for name, value in parameters.items()})


def outline(language: str, key: str) -> str:
    """The catalogue's sentence `key` with an ellipsis wherever it is filled in, which ends it too. Raises KeyError."""
    return _sentence(language, key).format_map(_Blanks()).replace("….", "…")


class _Blanks(dict[str, object]):
    """Something to put in every place of a sentence."""

    def __missing__(self, name: str) -> object:
        return _BLANK


class _Blank:
    def __format__(self, form: str) -> str:
        """A word that goes with a number is the one for several."""
        return form.partition("|")[2] or "…"


_BLANK = _Blank()


class _Count(int):
    """A number in a sentence; `{n:file|files}` is the word that goes with it."""

    def __new__(cls, value: int, language: str) -> Self:
        number = super().__new__(cls, value)
        number.alone = abs(value) < 2 if language == "fr" else value == 1  # noqa: PLR2004 - French: zero is singular
        return number

    def __format__(self, form: str) -> str:
        one, bar, several = form.partition("|")
        return (one if self.alone else several) if bar else super().__format__(form)


def _said(value: object, language: str) -> object:
    if isinstance(value, Text):
        return value.render(language)
    return _Count(value, language) if type(value) is int else value


def load(*sections: str) -> None:
    """Read these sections now: their first sentence would take some milliseconds of whoever asks for it."""
    for language in LANGUAGES:
        for section in sections:
            _section(language, section)


@cache
def keys(language: str) -> frozenset[str]:
    """The keys of one catalogue."""
    return frozenset(_parsed(_files(language)))


def _sentence(language: str, key: str) -> str:
    return _section(language, key.partition(".")[0])[key]


@cache
def _section(language: str, section: str) -> dict[str, str]:
    """The files that have sentences of a section; a command that says one line need not parse them all."""
    return _parsed(text for text in _files(language) if f"\n[{section}]" in text or f"\n[{section}." in text)


@cache
def _files(language: str) -> tuple[str, ...]:
    folder = files(__name__).joinpath(language)
    return tuple("\n" + file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml"))


def _parsed(texts: Iterable[str]) -> dict[str, str]:
    entries: dict[str, str] = {}
    for text in texts:
        _flatten(tomllib.loads(text), "", entries)
    return entries


def _flatten(table: Mapping[str, object], prefix: str, entries: dict[str, str]) -> None:
    for name, value in table.items():
        if isinstance(value, Mapping):
            _flatten(value, f"{prefix}{name}.", entries)
        else:
            entries[prefix + name] = str(value)
