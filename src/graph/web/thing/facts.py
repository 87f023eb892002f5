"""Everything said of a thing, sorted into what a reader looks for, in the reading order that the shapes tell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ...licenses.licence import CC, ODRL
from ...namespaces import DCAT, DCT, FOAF, PAS, PROV, RDF, RDFS, SKOS, SSSOM
from ...sparql.engine import TITLES
from ..bounds import TEXT, borne
from ..terms import Row, Term, choose

SCHEMA = "https://schema.org/"
DESCRIPTIONS = (DCT + "description", SKOS + "definition", RDFS + "comment", SKOS + "note")
NOTES = (SKOS + "editorialNote", SKOS + "scopeNote")
TYPE = RDF + "type"
SOURCE = DCT + "source"
IDENTIFIER = DCT + "identifier"
LICENCES = (DCT + "license", PAS + "licenceStatus")
QUOTATION = PAS + "quotation"
SUGGESTED = PAS + "suggestedConcept"
ANSWERS = PAS + "answeredAt"
PRODUCTION, REUSE, EVENT = PAS + "Production", PAS + "Reuse", SCHEMA + "Event"
REPOSITORY = SCHEMA + "codeRepository"
STATEMENT = (SSSOM + "subject_id", SSSOM + "predicate_id", SSSOM + "object_id")
#: Who made a thing, or has a part in it, those who answer for it first; and when.
MAKERS = (
    *(DCT + "creator", SCHEMA + "author", FOAF + "maker", PROV + "wasAttributedTo", DCT + "publisher"),
    *(SCHEMA + "maintainer", SCHEMA + "organizer", PAS + "commissionedBy", PAS + "facilitatedBy", PAS + "proposedBy"),
    *(DCT + "contributor", SCHEMA + "contributor", SCHEMA + "performer", SCHEMA + "sponsor", PROV + "wasGeneratedBy"),
)
DATES = (
    *(SCHEMA + "startDate", SCHEMA + "endDate", SCHEMA + "foundingDate", PROV + "startedAtTime", PROV + "endedAtTime"),
    *(DCT + "created", DCT + "date", DCT + "issued", SCHEMA + "datePublished", DCT + "modified"),
)
#: Where a thing itself is found.
PLACES = (
    *(DCAT + "landingPage", FOAF + "homepage", FOAF + "page", SCHEMA + "url", SCHEMA + "sameAs"),
    *(REPOSITORY, DCAT + "distribution", DCAT + "accessURL", DCAT + "downloadURL"),
)
_APART = frozenset({*TITLES, *DESCRIPTIONS, *NOTES, *LICENCES, TYPE, SOURCE, QUOTATION, SUGGESTED})
#: What only programs and curators look for: it is in the table of everything.
_FOR_PROGRAMS = frozenset(
    {
        *(IDENTIFIER, RDFS + "isDefinedBy", SKOS + "topConceptOf", SKOS + "notation", SCHEMA + "position", *STATEMENT),
        *(CC + name for name in ("permits", "requires", "prohibits")),  # told in words
        *(ODRL + name for name in ("permission", "prohibition", "obligation")),
    }
)


#: What nearly everything is: said of a thing that is nothing else.
_GENERIC = frozenset({FOAF + "Agent", PROV + "Agent", PROV + "Activity", PROV + "Entity", ODRL + "Policy"})


_NONE: Mapping[str, int] = {}


@dataclass(slots=True)
class Property:
    """A property and its values on one thing; `inferred` holds the values no file states, `left_out` counts others."""

    iri: str
    values: list[Term] = field(default_factory=list)
    inferred: set[Term] = field(default_factory=set)
    left_out: int = 0

    def only(self, kept: Iterable[Term]) -> Property:
        """The same with some of its values."""
        return replace(self, values=list(kept))


@dataclass(slots=True)
class Mentions:
    """What points to a thing through a property: those shown, and how many there are."""

    iri: str
    shown: list[str]
    total: int


@dataclass(slots=True)
class Facts:
    """Everything said of a thing, sorted for its page; `statement` is the link that a record is about.

    `caveats` are the notes without which the name of a concept may be misread. `told` is what no other part of the
    page tells; `every`, all of it.
    """

    title: Term | None
    statement: list[Term]
    types: list[Term]
    descriptions: list[Term]
    caveats: list[Term]
    notes: list[Term]
    sources: list[Term]
    quotations: list[Term]
    identifiers: list[Term]
    licences: list[Property]
    suggested: list[Term]
    makers: list[Property]
    dates: list[Property]
    places: list[Property]
    answers: list[Term]
    told: list[Property]
    every: list[Property]

    @classmethod
    def sort(
        cls, rows: Iterable[Row], language: str, order: Mapping[str, float], totals: Mapping[str, int] = _NONE
    ) -> Facts:
        """The facts in `rows` (property, value, inferred); `order` ranks properties, `totals` counts the values cut."""
        properties = _gathered(rows, order)
        for name, each in properties.items():
            each.left_out = max(0, totals.get(name, 0) - len(each.values))
        unread = (Property(name, left_out=total) for name, total in totals.items() if name not in properties)
        every = [*properties.values(), *unread]
        stated = {value for each in every for value in each.values if value.is_iri and value not in each.inferred}

        def of(*names: str) -> list[Term]:
            return [value for name in names if name in properties for value in properties[name].values]

        def telling(each: Property) -> Property:
            """Without the values of which another property states more than is inferred, in one language."""
            kept = [value for value in each.values if value not in each.inferred or value not in stated]
            return each.only(in_language(kept, language))

        def telling_of(names: Iterable[str]) -> list[Property]:
            return [each for name in names if name in properties and (each := telling(properties[name])).values]

        statement = [properties[name].values[0] for name in STATEMENT if name in properties]
        apart = {*_APART, *_FOR_PROGRAMS, ANSWERS, *MAKERS, *DATES, *PLACES}
        inferred_types = properties[TYPE].inferred if TYPE in properties else set()
        notes, is_concept = in_language(of(*NOTES), language), SKOS + "Concept" in {kind.value for kind in of(TYPE)}
        types = sorted((kind for kind in of(TYPE) if kind not in inferred_types), key=lambda kind: kind.value)
        return cls(
            title=next((_named(value) for name in TITLES if (value := choose(of(name), language))), None),
            statement=[value for value in statement if value.is_iri],
            types=[kind for kind in types if kind.value not in _GENERIC] or types,
            descriptions=in_language(of(*DESCRIPTIONS), language),
            caveats=notes if is_concept else [],
            notes=[] if is_concept else notes,
            sources=of(SOURCE),
            quotations=of(QUOTATION),
            identifiers=of(IDENTIFIER),
            licences=[properties[name] for name in LICENCES if name in properties],
            suggested=of(SUGGESTED),
            makers=telling_of(MAKERS),
            dates=telling_of(DATES),
            places=telling_of(PLACES),
            answers=of(ANSWERS),
            told=telling_of(each.iri for each in every if each.iri not in apart),
            every=every,
        )

    def has(self, *classes: str) -> bool:
        """Whether a thing is of one of some classes, stated or inferred."""
        kinds = {value.value for each in self.every if each.iri == TYPE for value in each.values}
        return not kinds.isdisjoint(classes)

    @property
    def is_cut(self) -> bool:
        """True when a page bears no more than the beginning of some text."""
        return any(len(value.value) > TEXT for each in self.every for value in each.values)

    @property
    def wants_licence(self) -> bool:
        """True for a production without a word on its licence."""
        return not self.licences and self.has(PRODUCTION)

    @property
    def iris(self) -> set[str]:
        """What the thing is said to lead to."""
        return {value.value for each in self.every for value in each.values if value.is_iri}


def _named(title: Term) -> Term:
    return replace(title, value=borne(title.value))


def in_language(values: list[Term], language: str) -> list[Term]:
    """Without the texts of other languages, where one is in the reader's or in none."""
    spoken = [value for value in values if value.language.partition("-")[0] == language]
    if not spoken and not any(value.kind == "literal" and not value.language for value in values):
        return values
    return [value for value in values if not value.language or value in spoken]


def _gathered(rows: Iterable[Row], order: Mapping[str, float]) -> dict[str, Property]:
    """The properties in reading order, each value once."""
    found: dict[str, Property] = {}
    seen: set[tuple[str, Term]] = set()
    for row in rows:
        each = found.setdefault(row["property"].value, Property(row["property"].value))
        if (each.iri, row["value"]) in seen:
            continue
        seen.add((each.iri, row["value"]))
        each.values.append(row["value"])
        if row["inferred"].value == "true":
            each.inferred.add(row["value"])
    first = {name: place - len(STATEMENT) for place, name in enumerate(STATEMENT)}  # what a record is about
    return dict(sorted(found.items(), key=lambda item: (first.get(item[0], order.get(item[0], math.inf)), item[0])))
