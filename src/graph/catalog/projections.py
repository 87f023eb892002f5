"""A software as the descriptions of software see it: what the graph says of it, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..lint.vocabularies import licences
from ..texts import DEFAULT_LANGUAGE, LANGUAGES

SPDX = ("http://spdx.org/licenses/", "https://spdx.org/licenses/")
_EU_LANGUAGES = "http://publications.europa.eu/resource/authority/language/"
#: The official languages of the Union as BCP 47 wants them, by the last step of their IRI.
_OF_EU = {
    "BUL": "bg", "CES": "cs", "DAN": "da", "DEU": "de", "ELL": "el", "ENG": "en", "EST": "et", "FIN": "fi",
    "FRA": "fr", "GLE": "ga", "HRV": "hr", "HUN": "hu", "ITA": "it", "LAV": "lv", "LIT": "lt", "MLT": "mt",
    "NLD": "nl", "POL": "pl", "POR": "pt", "RON": "ro", "SLK": "sk", "SLV": "sl", "SPA": "es", "SWE": "sv",
}  # fmt: skip
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*\Z")
_WORD = re.compile(r"[^\s()]+")
_OPERATORS = ("AND", "OR")  # of a license expression: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a field: an IRI with its name, or a text with its language."""

    text: str
    language: str = ""
    is_iri: bool = False
    name: str = ""


@dataclass(frozen=True)
class Software:
    """What is said of the thing at `iri`, by field; `page` is its page here."""

    iri: str
    page: str
    said: Mapping[str, Sequence[Value]] = field(default_factory=dict)

    def all(self, name: str) -> list[str]:
        """The values of a field, each once."""
        return list(dict.fromkeys(value.text for value in self.said.get(name, ())))

    def one(self, name: str) -> str | None:
        """The value to give where one is wanted: of a text, that of the language most read here."""
        ranks = {language: rank for rank, language in enumerate((DEFAULT_LANGUAGE, *LANGUAGES, ""))}
        values = sorted(self.said.get(name, ()), key=lambda value: ranks.get(value.language, len(ranks)))
        return values[0].text if values else None

    def by_language(self, name: str) -> dict[str, list[str]]:
        """The texts of a field, those without a language under that of this house."""
        found: dict[str, list[str]] = {}
        for value in self.said.get(name, ()):
            found.setdefault(value.language or DEFAULT_LANGUAGE, []).append(value.text)
        return found

    def names(self, name: str) -> dict[str, str]:
        """What the IRIs of a field are called: the first name of each that has one."""
        found: dict[str, str] = {}
        for value in self.said.get(name, ()):
            if value.name or not value.is_iri:
                found.setdefault(value.text, value.name or value.text)
        return found

    @cached_property
    def languages(self) -> list[str]:
        """The languages it speaks, by their codes: texts are codes, and IRIs end with one, of three letters or two."""
        found = []
        for value in self.said.get("language", ()):
            code = value.text.rstrip("/").rpartition("/")[2] if value.is_iri else value.text
            if value.is_iri and value.text.startswith(_EU_LANGUAGES):
                code = _OF_EU.get(code, code.lower())
            if _LANGUAGE.match(code):
                found.append(code)
        return list(dict.fromkeys(found))

    @cached_property
    def licence(self) -> str | None:
        """Its licence in words of the SPDX list, as its IRI or what the graph says of it tells; None without such."""
        for value in self.said.get("licence", ()):
            listed = next((start for start in SPDX if value.text.startswith(start)), None)
            told = value.text.removeprefix(listed).removesuffix(".html") if listed else value.name or value.text
            words = _WORD.findall(told)
            if words and all(word in licences().terms or word in _OPERATORS for word in words):
                return told
        return None


def software(iri: str, page: str, rows: Iterable[tuple[str, Value]]) -> Software:
    """The software that some fields and values describe."""
    said: dict[str, list[Value]] = {}
    for name, value in rows:
        said.setdefault(name, []).append(value)
    return Software(iri, page, said)
