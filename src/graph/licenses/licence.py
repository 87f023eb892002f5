"""A licence as the graph describes it, and a clause: what is permitted, required, prohibited, and into what.

The terms are those of ccREL <https://www.w3.org/submissions/ccREL/> and the graph's own; the code knows no licence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..namespaces import DCT, FOAF, PAS, RDF, SKOS, STANDARD, TITLES
from ..texts import Text
from ..turtle.ntriples import literal_parts, plain

CC, ODRL = STANDARD["cc"], STANDARD["odrl"]
PERMITS, REQUIRES, PROHIBITS = (CC + name for name in ("permits", "requires", "prohibits"))
DERIVATIVES, DISTRIBUTION = CC + "DerivativeWorks", CC + "Distribution"
#: The same licence is due to the whole of a derived work, or to what was taken of it.
FOR_THE_WHOLE, FOR_THE_PART = frozenset({CC + "ShareAlike", CC + "Copyleft"}), CC + "LesserCopyleft"
EXACT, CLOSE, REPLACED_BY = SKOS + "exactMatch", SKOS + "closeMatch", DCT + "isReplacedBy"
INTENDED, APPROVED = PAS + "intendedFor", PAS + "approvedFor"
FROM, INTO, NOT_INTO = (PAS + name for name in ("fromLicence", "intoLicence", "notIntoLicence"))
CONDITION, WAIVES, OFFERS = (PAS + name for name in ("condition", "waives", "offersLicence"))
LICENCE_KINDS, CLAUSE_KIND = frozenset({DCT + "LicenseDocument", CC + "License"}), PAS + "LicenceClause"
KINDS = LICENCE_KINDS | {CLAUSE_KIND}
_TOLD = (PERMITS, REQUIRES, PROHIBITS)
#: What verdicts between licences rest on.
DECISIVE = (*_TOLD, FROM, INTO, NOT_INTO, OFFERS)
_UNKNOWN = "http://purl.org/adms/licencetype/UnknownIPR"
_SPDX = "http://spdx.org/licenses/"
_TITLE, _IDENTIFIER, _NOTATION = DCT + "title", DCT + "identifier", SKOS + "notation"
_NAMED = (*TITLES, _IDENTIFIER, SKOS + "altLabel", SKOS + "hiddenLabel", _NOTATION)

#: Subject, predicate, object: IRIs without brackets, literals as N-Triples writes them.
Statement = tuple[str, str, str]
#: The values of each property.
Said = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Licence:
    """One licence. `name` is what it is called in short: its SPDX identifier, else its own, else the end of its IRI."""

    iri: str
    name: str
    said: Said = field(repr=False, compare=False)

    @classmethod
    def of(cls, iri: str, said: Said) -> Licence:
        """The licence that these values, by property, describe."""
        spdx = [other.removeprefix(_SPDX) for other in said.get(EXACT, ()) if other.startswith(_SPDX)]
        given = map(plain, said.get(_IDENTIFIER, ()))
        return cls(iri, next(iter((*spdx, *given, _slug(iri)))), said)

    @cached_property
    def permits(self) -> frozenset[str]:
        """What anyone may do, as IRIs of ccREL or of the graph."""
        return frozenset(self.said.get(PERMITS, ()))

    @cached_property
    def requires(self) -> frozenset[str]:
        """What is due when doing it."""
        return frozenset(self.said.get(REQUIRES, ()))

    @cached_property
    def prohibits(self) -> frozenset[str]:
        """What nobody may do."""
        return frozenset(self.said.get(PROHIBITS, ()))

    @property
    def offers(self) -> tuple[str, ...]:
        """The licences it lets one choose from: of a version or any later one, the versions that there are."""
        return self.said.get(OFFERS, ())

    @cached_property
    def unknown(self) -> bool:
        """True when nobody knows what it allows."""
        return not (self.permits or self.prohibits) or _UNKNOWN in self.said.get(DCT + "type", ())

    @cached_property
    def title(self) -> Text:
        """What it is called, in each language."""
        return wording(self.said.get(_TITLE, ())) or Text(wordings={"": self.name})

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Where it is told, and where its text is."""
        found = (value for name in (DCT + "source", FOAF + "page") for value in self.said.get(name, ()))
        return tuple(dict.fromkeys(value for value in found if value.startswith("http")))

    @property
    def in_force(self) -> bool:
        """True when no newer version stands in its place."""
        return REPLACED_BY not in self.said

    def names(self) -> tuple[tuple[str, ...], ...]:
        """Its names, by how surely each means it: its own, then those in texts and other lists, then what is near."""
        texts = (plain(value) for name in _NAMED for value in self.said.get(name, ()))
        exact, close = self.said.get(EXACT, ()), self.said.get(CLOSE, ())
        near = (*close, *map(_slug, close), *self.said.get(FOAF + "page", ()))
        return (self.iri, self.name, _slug(self.iri)), (*texts, *exact, *map(_slug, exact)), near


@dataclass(frozen=True, slots=True)
class Clause:
    """What the text of a licence, or who wrote it, says of reusing works under some licences under others.

    `into` are licences under which it lets them be reused, `waives` the duties it then lifts; `against`, licences under
    which it does not.
    """

    iri: str
    sources: tuple[str, ...]
    into: frozenset[str]
    against: frozenset[str]
    waives: frozenset[str]
    title: Text
    description: Text | None
    condition: Text | None

    @classmethod
    def of(cls, iri: str, said: Said) -> Clause:
        """The clause that these values, by property, describe."""
        return cls(
            iri,
            tuple(value for value in said.get(DCT + "source", ()) if value.startswith("http")),
            frozenset(said.get(INTO, ())),
            frozenset(said.get(NOT_INTO, ())),
            frozenset(said.get(WAIVES, ())),
            wording(said.get(_TITLE, ())) or Text(wordings={"": _slug(iri)}),
            wording(said.get(DCT + "description", ())),
            wording(said.get(CONDITION, ())),
        )


def described(statements: Iterable[Statement]) -> dict[str, Said]:
    """The values of each property of each subject, each once, in order."""
    found: dict[str, dict[str, dict[str, None]]] = {}
    for subject, predicate, value in sorted(statements):
        found.setdefault(subject, {}).setdefault(predicate, {})[value] = None
    return {subject: {name: tuple(values) for name, values in said.items()} for subject, said in found.items()}


def is_licence(said: Said) -> bool:
    """Whether a licence is described, and not only named."""
    return not LICENCE_KINDS.isdisjoint(said.get(RDF + "type", ())) and not said.keys().isdisjoint(_TOLD)


def wording(literals: Iterable[str]) -> Text | None:
    """A text in the languages of some literals; None without any."""
    parts = [literal_parts(value) for value in literals if value.startswith('"')]
    return Text(wordings={language: text for text, language, _ in parts}) if parts else None


def _slug(iri: str) -> str:
    return iri.rstrip("/").rpartition("/")[2]
