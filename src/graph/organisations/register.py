"""The organisations of a graph and their changes, read from the answers of two queries; plain data, no store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ..namespaces import DCT, FOAF, IDENTITY, PROV, RDFS, SKOS, STANDARD

ADMS, ORG = STANDARD["adms"], STANDARD["org"]
NAMES = (SKOS + "prefLabel", FOAF + "name", DCT + "title", RDFS + "label")
OTHER_NAMES = (SKOS + "altLabel", DCT + "alternative", SKOS + "hiddenLabel")
SLUG = DCT + "identifier"
NUMBER = ADMS + "identifier"
_WHOLES = (ORG + "unitOf", ORG + "subOrganizationOf")
_TERRITORY = DCT + "spatial"
_LINKS = {_TERRITORY, *_WHOLES, *IDENTITY}
_BEFORE, _AFTER = ORG + "originalOrganization", ORG + "resultingOrganization"
_DATE, _TITLE, _SOURCE = PROV + "startedAtTime", DCT + "title", DCT + "source"

Row = Mapping[str, Mapping[str, str]]  # a solution of SPARQL JSON results


class Name(NamedTuple):
    """What an organisation is called, by which property, in which language (empty: in none)."""

    value: str
    property: str
    language: str


class Identifier(NamedTuple):
    """What an agency identifies an organisation by: `130025265` of INSEE."""

    notation: str
    agency: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change of organisations; its date is as the source states it: a day, a month, a year, or empty."""

    iri: str
    date: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(slots=True)
class Organisation:
    """An organisation: its names, identifiers, other IRIs, territories, and the organisations it is a part of."""

    iri: str
    names: list[Name] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    territories: list[str] = field(default_factory=list)
    wholes: list[str] = field(default_factory=list)

    @property
    def label(self) -> dict[str, str]:
        """Its first name in each language, in none where no name has one; without a name, the end of its IRI."""
        found: dict[str, str] = {}
        for name in sorted(self.names, key=lambda name: _order(name.property)):
            if name.property in NAMES:
                found.setdefault(name.language, name.value)
        spoken = {language: name for language, name in found.items() if language}
        return spoken or found or {"": self.iri.rstrip("/#").rpartition("/")[2]}

    @property
    def acronym(self) -> str:
        """The shortest of its names that is one word in capitals, and no other name in small letters; empty without."""
        told = {name.value for name in self.names if name.property != SLUG}
        spelt = {name.casefold() for name in told if not name.isupper()}
        capitals = (name for name in told if name.isupper() and name.isalpha() and name.casefold() not in spelt)
        return min(capitals, key=lambda name: (len(name), name), default="")


class Register:
    """The organisations of a graph by IRI, and their changes, in order of date."""

    def __init__(self, organisations: Iterable[Organisation], changes: Iterable[Change] = ()) -> None:
        self.organisations = {each.iri: each for each in sorted(organisations, key=lambda each: each.iri)}
        self.changes = sorted(changes, key=lambda change: (change.date, change.iri))
        self._from: dict[str, list[Change]] = {}
        self._into: dict[str, list[Change]] = {}
        for change in self.changes:
            for ends, kept in ((change.before, self._from), (change.after, self._into)):
                for iri in ends:
                    kept.setdefault(iri, []).append(change)

    @classmethod
    def read(cls, names: bytes, changes: bytes) -> Register:
        """From the answers of `query("names")` and `query("changes")`, in SPARQL JSON."""
        found: dict[str, Organisation] = {}
        for row in _rows(names):
            iri = row["organisation"]["value"]
            _tell(found.setdefault(iri, Organisation(iri)), row)
        told: dict[str, dict[str, list[Mapping[str, str]]]] = {}
        for row in _rows(changes):
            said = told.setdefault(row["change"]["value"], {})
            said.setdefault(row["property"]["value"], []).append(row["value"])
        for each in found.values():
            each.names.sort()
            each.identifiers.sort()
            each.same.sort()
            each.territories.sort()
            each.wholes = sorted({*each.wholes} - {each.iri})
        return cls(found.values(), [_change(iri, said) for iri, said in told.items()])

    def later(self, iri: str) -> list[Change]:
        """The changes an organisation went through, and those of what it became, in order of date."""
        return self._followed(iri, self._from, forward=True)

    def earlier(self, iri: str) -> list[Change]:
        """The changes that led to an organisation, and to what it was before, in order of date."""
        return self._followed(iri, self._into, forward=False)

    def today(self, iri: str) -> list[str]:
        """What an organisation has become: those that none of its changes transformed further; itself without any."""
        changes = self.later(iri)
        gone = {iri, *(name for change in changes for name in change.before)}
        return sorted({name for change in changes for name in change.after} - gone) if changes else [iri]

    def _followed(self, iri: str, near: Mapping[str, list[Change]], *, forward: bool) -> list[Change]:
        """Change after change, never back in time, each once."""
        found: dict[str, Change] = {}
        waiting = [(iri, "")]
        for name, moment in waiting:  # grows as it is read
            for change in near.get(name, ()):
                if change.iri not in found and _follows(moment, change.date, forward=forward):
                    found[change.iri] = change
                    waiting += [(end, change.date) for end in (change.after if forward else change.before)]
        return sorted(found.values(), key=lambda change: (change.date, change.iri))


@cache
def query(name: str) -> str:
    """The text of `names.rq` or `changes.rq`."""
    return (Path(__file__).parent / f"{name}.rq").read_text(encoding="utf-8")


def _follows(moment: str, date: str, *, forward: bool) -> bool:
    """Whether a date is not on the wrong side of another, as far as both are precise."""
    both = min(len(moment), len(date))
    return date[:both] >= moment[:both] if forward else date[:both] <= moment[:both]


def _rows(body: bytes) -> Iterator[Row]:
    yield from json.loads(body)["results"]["bindings"]


def _tell(organisation: Organisation, row: Row) -> None:
    name, value = row["property"]["value"], row["value"]
    if name == NUMBER:
        agency = row["agency"]["value"] if "agency" in row else ""
        organisation.identifiers.append(Identifier(value["value"], agency))
    elif value["type"] == "uri":
        kept = organisation.wholes if name in _WHOLES else organisation.same
        (organisation.territories if name == _TERRITORY else kept).append(value["value"])
    elif name not in _LINKS:
        organisation.names.append(Name(value["value"], name, value.get("xml:lang", "")))


def _change(iri: str, said: Mapping[str, list[Mapping[str, str]]]) -> Change:
    def of(name: str) -> tuple[str, ...]:
        return tuple(sorted(value["value"] for value in said.get(name, ())))

    title = {value.get("xml:lang", ""): value["value"] for value in said.get(_TITLE, ())}
    return Change(iri, min(of(_DATE), default=""), title, of(_BEFORE), of(_AFTER), of(_SOURCE))


def _order(name: str) -> int:
    return NAMES.index(name) if name in NAMES else len(NAMES)
