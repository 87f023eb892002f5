"""The page of a thing: its facts sorted into what a reader looks for, and what points to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import MalformedQuery, NoSuchThing
from ..namespaces import DCT, PAS, RDF, RDFS, SKOS
from ..sparql.engine import TITLES
from . import organisations, reuses
from .exports import EXPORTS, as_schema_org
from .terms import Row, Term, choose, iris

if TYPE_CHECKING:
    from fastapi import Request

    from .site import Site

DESCRIPTIONS = (DCT + "description", SKOS + "definition", RDFS + "comment", SKOS + "note")
NOTES = (SKOS + "editorialNote", SKOS + "scopeNote")
TYPE = RDF + "type"
SOURCE = DCT + "source"
LICENCES = (DCT + "license", PAS + "licenceStatus")
QUOTATION = PAS + "quotation"
SUGGESTED = PAS + "suggestedConcept"
PRODUCTION = PAS + "Production"
REPOSITORY = "https://schema.org/codeRepository"
SSSOM = "https://w3id.org/sssom/"
STATEMENT = (SSSOM + "subject_id", SSSOM + "predicate_id", SSSOM + "object_id")
_NOT_AN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`\ud800-\udfff]")
_APART = frozenset({*TITLES, *DESCRIPTIONS, *NOTES, *LICENCES, TYPE, SOURCE, QUOTATION, SUGGESTED})


@dataclass(slots=True)
class Property:
    """A property and its values on one thing; `inferred` holds the values no file states."""

    iri: str
    values: list[Term] = field(default_factory=list)
    inferred: set[Term] = field(default_factory=set)


@dataclass(slots=True)
class Mentions:
    """What points to a thing through a property: those shown, and how many there are."""

    iri: str
    shown: list[str]
    total: int


@dataclass(slots=True)
class Facts:
    """Everything said of a thing, sorted for its page; `statement` is the link that a record is about."""

    title: Term | None
    statement: list[Term]
    types: list[Term]
    inferred_types: set[Term]
    descriptions: list[Term]
    notes: list[Term]
    sources: list[Term]
    quotations: list[Term]
    licences: list[Property]
    suggested: list[Term]
    links: list[Property]
    values: list[Property]

    @classmethod
    def sort(cls, rows: Iterable[Row], language: str) -> Facts:
        """The facts in `rows` (property, value, inferred)."""
        properties: dict[str, Property] = {}
        seen: set[tuple[str, Term]] = set()
        for row in rows:
            found = properties.setdefault(row["property"].value, Property(row["property"].value))
            if (found.iri, row["value"]) in seen:
                continue
            seen.add((found.iri, row["value"]))
            found.values.append(row["value"])
            if row["inferred"].value == "true":
                found.inferred.add(row["value"])

        def of(*names: str) -> list[Term]:
            return [value for name in names if name in properties for value in properties[name].values]

        inferred_types = properties[TYPE].inferred if TYPE in properties else set()
        statement = [properties[name] for name in STATEMENT if name in properties]
        rest = statement + [found for iri, found in properties.items() if iri not in (*_APART, *STATEMENT)]
        return cls(
            title=next((choose(of(name), language) for name in TITLES if of(name)), None),
            statement=[found.values[0] for found in statement if found.values[0].is_iri],
            types=sorted(of(TYPE), key=lambda kind: (kind in inferred_types, kind.value)),
            inferred_types=inferred_types,
            descriptions=_in_language(of(*DESCRIPTIONS), language),
            notes=_in_language(of(*NOTES), language),
            sources=of(SOURCE),
            quotations=of(QUOTATION),
            licences=[properties[name] for name in LICENCES if name in properties],
            suggested=of(SUGGESTED),
            links=[found for found in rest if any(value.is_iri for value in found.values)],
            values=[found for found in rest if not any(value.is_iri for value in found.values)],
        )

    @property
    def wants_licence(self) -> bool:
        """True for a production without a word on its licence."""
        return not self.licences and any(term.value == PRODUCTION for term in self.types)


def checked(iri: str) -> str:
    """The IRI itself. Raises NoSuchThing for what cannot be one."""
    if _NOT_AN_IRI.search(iri):
        raise NoSuchThing("no-such-thing", iri=f"« {iri} »")
    return iri


async def page(request: Request, site: Site, iri: str, graph: str | None = None) -> str:
    """The HTML page of a thing, by what the graph says of it, or one named graph alone. Raises NoSuchThing."""
    if graph is not None:
        rows = await site.rows(request, "facts-in", thing=iri, graph=graph)
    else:
        rows = await site.rows(request, "facts", thing=iri, inferences=site.graph_base + "inferred")
    if not rows:
        raise NoSuchThing("no-such-thing", iri=f"<{iri}>")
    language = site.language(request)
    facts = Facts.sort(rows, language)
    before, after = await organisations.story(request, site, iri)
    pointing = await site.rows(request, "mentions", thing=iri)
    counts = await site.rows(request, "mention-counts", thing=iri)
    records = await site.rows(request, "link-records", thing=iri)
    told = await reuses.told(request, site, iri, counts)
    facts.links = [each for each in facts.links if not told.tells(each.iri, (value.value for value in each.values))]
    named = {iri, *iris(rows), *iris(pointing), *iris(records), *_datatypes(rows), *told.iris}
    named |= set(organisations.named([*before, *after]))
    labels = await site.labels(request, named)
    return site.pages.render(
        "thing.html",
        request,
        iri=iri,
        path=str(site.local(iri)).removeprefix("/id/"),
        schema_org=as_schema_org(request, site, iri, rows, told.uses),
        exports=EXPORTS if any(row["property"].value == REPOSITORY for row in rows) else (),
        facts=facts,
        mentions=[each for each in _mentions(pointing, counts) if not _is_told(told, each)],
        records=records,
        reuse=told,
        stale_before=reuses.stale_before(site),
        story=(("story-before", before), ("story-after", after)),
        labels=labels,
    )


async def kind_page(request: Request, site: Site, name: str, number: int, length: int) -> str:
    """One page of the things of a kind. Raises NoSuchThing, and MalformedQuery for a page beyond the last."""
    start = checked(f"{site.base}{name}/")
    [counted] = await site.rows(request, "things-count", start=start)
    total = int(counted["count"].value)
    if not total:
        raise NoSuchThing("no-such-thing", iri=f"<{start}>")
    pages = -(-total // length)
    if number > pages:
        raise MalformedQuery("parameter-wrong", parameter="page", value=number, expected=f"1–{pages}")
    rows = await site.rows(request, "things", (length, (number - 1) * length), start=start)
    shown = [row["thing"].value for row in rows]
    labels = await site.labels(request, shown)
    about = await site.labels(request, shown, DESCRIPTIONS)
    return site.pages.render(
        "kind.html",
        request,
        name=name,
        shown=shown,
        about=about,
        total=total,
        number=number,
        pages=pages,
        labels=labels,
    )


def _mentions(rows: Iterable[Row], counts: Iterable[Row]) -> list[Mentions]:
    """What points to the thing, by property; link records have their own place on the page."""
    shown: dict[str, list[str]] = {}
    for row in rows:
        shown.setdefault(row["property"].value, []).append(row["other"].value)
    return [
        Mentions(row["property"].value, shown.get(row["property"].value, []), int(row["count"].value))
        for row in counts
        if not row["property"].value.startswith(SSSOM)
    ]


def _is_told(told: reuses.Told, group: Mentions) -> bool:
    return group.total == len(group.shown) and told.tells(group.iri, group.shown)


def _in_language(values: list[Term], language: str) -> list[Term]:
    """Those in the reader's language, else those without one, else all."""
    for tag in (language, ""):
        found = [value for value in values if value.language.partition("-")[0] == tag]
        if found:
            return found
    return values


def _datatypes(rows: Iterable[Row]) -> set[str]:
    return {value.datatype for row in rows for value in row.values() if value.plain_datatype}
