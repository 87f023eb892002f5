"""The page of a thing: what it is, whose, whom to ask, who reuses it, what its licence allows, what it is linked to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ...errors import NoSuchThing
from ...namespaces import SSSOM
from ...texts import keys
from ..browsing import needs, organisations
from ..http import paging
from ..http.request import parameters
from ..terms import Row, Term
from . import chips, contacts, linked, neighbourhood, permissions, reuses, said, tombstones
from .exports import EXPORTS, as_schema_org
from .facts import DESCRIPTIONS, EVENT, LICENCES, PRODUCTION, REPOSITORY, Facts, Mentions, Property

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site
    from .linked import Linked
    from .reuses import Told

LICENCE = "http://purl.org/dc/terms/LicenseDocument"
_NOT_AN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`\ud800-\udfff]")


def checked(iri: str) -> str:
    """The IRI itself. Raises NoSuchThing for what cannot be one."""
    if _NOT_AN_IRI.search(iri):
        raise NoSuchThing("no-such-thing", iri=f"« {iri} »")
    return iri


async def facts_of(request: Request, site: Site, iri: str, graph: str | None = None) -> tuple[list[Row], Facts]:
    """Everything the graph says of a thing, or one named graph alone, as rows and sorted. Raises NoSuchThing."""
    rows, totals = await said.facts(request, site, iri, graph)
    if not rows or tombstones.is_tombstone(rows):
        raise NoSuchThing("no-such-thing", iri=f"<{iri}>")
    order = {row["property"].value: float(row["rank"].value) for row in await site.rows(request, "reading-order")}
    return rows, Facts.sort(rows, site.language(request), order, totals)


async def page(request: Request, site: Site, iri: str, graph: str | None = None) -> str:
    """The HTML page of a thing, by what the graph says of it, or one named graph alone. Raises NoSuchThing."""
    language = site.language(request)
    mentioned = asyncio.create_task(said.mentions(request, site, iri))  # meanwhile
    try:
        rows, facts = await facts_of(request, site, iri, graph)
    except BaseException:  # who asked may be gone, too
        mentioned.cancel()
        raise
    pointing = await mentioned
    known = await chips.facets(site)
    before, after = await organisations.story(request, site, iri)
    told = await reuses.told(request, site, iri, {each.iri for each in pointing})
    statements = len(rows) + sum(each.total for each in pointing)
    around, whom, drawing = await asyncio.gather(
        linked.around(request, site, iri, statements),
        contacts.of(request, site, iri, facts),
        neighbourhood.around(request, site, iri),
    )
    links = linked.without(around, lambda link: told.tells(link["property"], (link["from"], link["to"])))
    sorted_by = chips.of(facts.every, known, language)
    ends = {end for link in links.links for end in (link["from"], link["to"])}
    ends |= {change["iri"] for change in (*before, *after)}
    facts.told = list(_told(facts, {chip.iri for chip in sorted_by}, told, links, ends))
    mentions = [each for each in pointing if not each.iri.startswith(SSSOM)]  # link records have their own place
    reverse = _reverse(site, mentions, language)
    licences = [Term("iri", iri)] if facts.has(LICENCE) else _values(facts.licences, LICENCES[0])
    statuses = _values(facts.licences, LICENCES[1])
    named = {iri, *_shown(facts.every, mentions), *_datatypes(rows), *told.iris, *links.iris}
    named |= {*organisations.named([*before, *after]), *(whom.iris if whom else ())}
    named |= {*(drawing.iris() if drawing else ())}
    return site.pages.render(
        "thing.html",
        request,
        iri=iri,
        path=str(site.local(iri)).removeprefix("/id/"),
        schema_org=as_schema_org(request, site, iri, rows, told.uses),
        exports=EXPORTS if any(row["property"].value == REPOSITORY for row in rows) else (),
        facts=facts,
        chips=sorted_by,
        is_event=facts.has(EVENT),
        is_production=facts.has(PRODUCTION),
        is_licence=facts.has(LICENCE),
        permissions=await permissions.of(request, site, licences),
        statuses=statuses,
        meanings=await site.labels(request, [each.value for each in statuses if each.is_iri], DESCRIPTIONS),
        contacts=whom,
        answers=await needs.answers_at(request, site, [each.value for each in facts.answers]),
        incoming=[each for each in mentions if not _is_told(each, facts, told, links, worded=each.iri in reverse)],
        mentions=mentions,
        filters=await chips.filters(site, [each.iri for each in mentions], iri),
        query=_query(site, iri, graph),
        reverse=reverse,
        linked=links,
        drawing=drawing,
        reuse=told,
        stale_before=reuses.stale_before(site),
        story=(("story-before", before), ("story-after", after)),
        deprecated=tombstones.is_deprecated(rows),
        replaced=await tombstones.replaced(request, iri, rows),
        labels=await site.labels(request, named),
    )


async def kind_page(request: Request, site: Site, name: str, length: int) -> str:
    """One page of the things of a kind. Raises NoSuchThing, and MalformedQuery for a page beyond the last."""
    start = checked(f"{site.base}{name}/")
    every = await site.things(request, start)
    total = len(every)
    if not total:
        raise NoSuchThing("no-such-thing", iri=f"<{start}>")
    part = paging.part(parameters(request), total, length)
    shown = every[part.start : part.end]
    labels = await site.labels(request, shown)
    about = await site.labels(request, shown, DESCRIPTIONS)
    return site.pages.render(
        "kind.html",
        request,
        name=name,
        shown=shown,
        about=about,
        total=total,
        part=part,
        labels=labels,
    )


def _told(facts: Facts, chips: set[str], told: Told, links: Linked, ends: set[str]) -> Iterator[Property]:
    """The facts that neither the chips, nor the reuses, nor the links tell, nor what is inferred of `ends`."""
    for each in facts.told:
        values = [value for value in each.values if value not in each.inferred or value.value not in ends]
        ends |= {value.value for value in values if value in each.inferred}
        others = [value.value for value in values if value.is_iri]
        if len(others) == len(values) and (
            chips.issuperset(others) or told.tells(each.iri, others) or links.tells(each.iri, others)
        ):
            continue
        yield each.only(values)


def _is_told(group: Mentions, facts: Facts, told: Told, links: Linked, *, worded: bool) -> bool:
    """Whether the page tells already what points to a thing: its links, or what it is itself said to lead to.

    What there are no words for, seen from the thing, is told by whatever else joins the same things to it.
    """
    if group.total > len(group.shown):
        return False
    joined = facts.iris | (set() if worded else links.iris)
    return told.tells(group.iri, group.shown) or links.tells(group.iri, group.shown) or joined.issuperset(group.shown)


def _reverse(site: Site, mentions: Iterable[Mentions], language: str) -> Mapping[str, str]:
    """The key of what things that a property leads from are called, seen from where it leads, by property."""
    found = {each.iri: f"reverse.{site.prefixes.shrink(each.iri)}" for each in mentions}
    return {way: key for way, key in found.items() if f"web.{key}" in keys(language)}


def _shown(properties: Iterable[Property], mentions: Iterable[Mentions]) -> Iterator[str]:
    """Every IRI that the page names, of what is said of the thing and what points to it."""
    for each in properties:
        yield each.iri
        yield from (value.value for value in each.values[: said.FEW] if value.is_iri)
    for group in mentions:
        yield group.iri
        yield from group.shown[: said.FEW]


def _query(site: Site, iri: str, graph: str | None) -> str:
    """The query that gives what the page tells."""
    if graph is not None:
        return site.text("facts-in", thing=iri, graph=graph)
    return site.text("facts", thing=iri, inferences=site.graph_base + "inferred")


def _values(properties: Iterable[Property], name: str) -> list[Term]:
    return [value for each in properties if each.iri == name for value in each.values]


def _datatypes(rows: Iterable[Row]) -> set[str]:
    return {value.datatype for row in rows for value in row.values() if value.plain_datatype}
