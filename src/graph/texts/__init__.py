"""Every sentence shown to a person, in French and in English, one folder of catalogues per language.

A `Text` names an entry of the catalogues with its parameters, or carries its own wordings (the
`sh:message` of a shape, the title of a query). It is rendered when the reader's language is known.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

LANGUAGES = ("fr", "en")
DEFAULT_LANGUAGE = "fr"


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


def say(language: str, key: str, /, **parameters: object) -> str:
    """The catalogue's sentence `key` in `language`, with its parameters filled in; a parameter may be a Text.

    Raises KeyError for a key no catalogue has: a missing sentence is our mistake, found by a test.
    """
    catalogue = _catalogue(language if language in LANGUAGES else DEFAULT_LANGUAGE)
    filled = {name: value.render(language) if isinstance(value, Text) else value for name, value in parameters.items()}
    return catalogue[key].format_map(filled)


def keys(language: str) -> frozenset[str]:
    """The keys of one catalogue."""
    return frozenset(_catalogue(language))


@cache
def _catalogue(language: str) -> dict[str, str]:
    entries: dict[str, str] = {}
    for file in files(__name__).joinpath(language).iterdir():
        if file.name.endswith(".toml"):
            _flatten(tomllib.loads(file.read_text(encoding="utf-8")), "", entries)
    return entries


def _flatten(table: Mapping[str, object], prefix: str, entries: dict[str, str]) -> None:
    for name, value in table.items():
        if isinstance(value, Mapping):
            _flatten(value, f"{prefix}{name}.", entries)
        else:
            entries[prefix + name] = str(value)
