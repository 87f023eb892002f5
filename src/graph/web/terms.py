"""RDF terms as pages see them, and the rows of a page's query."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

from ..namespaces import XSD

_NUMBERS = frozenset(XSD + name for name in ("integer", "decimal", "double", "float", "int", "long", "short", "byte"))
_DATES = frozenset(XSD + name for name in ("date", "dateTime", "gYearMonth", "gYear"))


@dataclass(frozen=True, slots=True)
class Term:
    """A term: `kind` is iri, blank, literal or triple; a triple's value is its text."""

    kind: str
    value: str
    language: str = ""
    datatype: str = ""

    @property
    def is_iri(self) -> bool:
        """True for an IRI."""
        return self.kind == "iri"

    @property
    def is_date(self) -> bool:
        """True for a day, a moment, a month of a year, a year."""
        return self.datatype in _DATES

    @property
    def number(self) -> float | None:
        """Its value where it is a number, and one that can be drawn."""
        if self.datatype not in _NUMBERS:
            return None
        try:
            number = float(self.value)
        except ValueError:
            return None
        return number if isfinite(number) else None

    @property
    def plain_datatype(self) -> str:
        """The datatype when it is worth showing."""
        return "" if self.datatype == XSD + "string" else self.datatype


Row = Mapping[str, Term]
_KINDS = {"uri": "iri", "bnode": "blank", "literal": "literal", "typed-literal": "literal", "triple": "triple"}


def table(body: bytes) -> tuple[list[str], list[Row]]:
    """The columns and rows of SPARQL JSON results."""
    document = json.loads(body)
    rows = [{name: term(value) for name, value in row.items()} for row in document["results"]["bindings"]]
    return document["head"]["vars"], rows


def boolean(body: bytes) -> bool:
    """The answer of an ASK in SPARQL JSON results."""
    return bool(json.loads(body)["boolean"])


def term(value: Mapping[str, object]) -> Term:
    """The term of one binding."""
    kind = _KINDS[str(value["type"])]
    if kind == "triple":
        parts = value["value"]
        assert isinstance(parts, dict)  # noqa: S101 - never false: told to the type checker
        return Term(kind, "<<( " + " ".join(term(parts[part]).value for part in parts) + " )>>")
    return Term(kind, str(value["value"]), str(value.get("xml:lang", "")), str(value.get("datatype", "")))


def iris(rows: Iterable[Row]) -> Iterator[str]:
    """Every IRI of some rows."""
    for row in rows:
        for value in row.values():
            if value.is_iri:
                yield value.value


def choose(values: Iterable[Term], language: str) -> Term | None:
    """The literal to show in a language: the language's own, else untagged, French, English, any."""
    order = {tag: rank for rank, tag in enumerate(dict.fromkeys((language, "", "fr", "en")))}
    ranked = sorted(values, key=lambda value: order.get(value.language.partition("-")[0], len(order)))
    return ranked[0] if ranked else None
