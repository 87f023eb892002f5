"""What thing a reader means: by its IRI, its address here, the end of it, or what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ...dataset import HARVEST
from ...errors import MalformedQuery, NoSuchThing, ThingGone
from ...relay.addresses import expanded
from ...search import asking
from ...search.analysis import name as folded
from ...search.facets import KIND, PORTAL
from ...sparql.terms import is_iri
from ..browsing import search
from . import harvested, tombstones
from .facts import Facts
from .page import checked, facts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import Request

    from ...search.searching import SearchIndex
    from ..site import Site
    from ..terms import Row

_SHOWN = 200  # characters of a name that means nothing
_CHOICES = 8
#: What the page of a form shows where nothing was asked.
BLANK: Mapping[str, Any] = {"found": None, "asked": "", "choices": (), "examples": (), "labels": {}}


class Named(NamedTuple):
    """A thing: its IRI, the graph of its portal when it is in quarantine, its facts as rows and sorted."""

    iri: str
    graph: str | None
    rows: list[Row]
    facts: Facts


async def sought(request: Request, site: Site, text: str, page: str) -> str:
    """The IRI that a reader asks a page of; the page tells what fails from here on, with its form.

    Raises MalformedQuery for what names nothing and is no address, and, with the choices, where it is not sure.
    """
    keep(request, page, asked=text)
    try:
        found = await meant(request, site, text)
    except NoSuchThing as error:
        raise MalformedQuery("name-unknown", parameter="uri", **error.parameters) from None
    if isinstance(found, str):
        return found
    keep(request, page, asked=text, choices=found, labels=await site.labels(request, found))
    raise several("uri", text, found)


def several(parameter: str, text: str, found: Sequence[str]) -> MalformedQuery:
    """Why a name that several things have is not enough, or one that a single thing nearly has."""
    key = "name-near" if len(found) == 1 else "name-several"
    return MalformedQuery(key, parameter=parameter, name=_shown(text), found=", ".join(found))


def keep(request: Request, page: str, **context: object) -> None:
    """Have an error told on the page of a form, with what was typed there."""
    request.state.on_error = (page, {**BLANK, **context})


async def meant(request: Request, site: Site, text: str) -> str | list[str]:
    """The IRI that a text means, or those that it may mean where that is not sure. Raises NoSuchThing, LimitExceeded.

    What looks like a path, and is none of a thing here, is a name: "TCP/IP". What is no more is meant where nothing
    that is there has the name.
    """
    text = text.strip()
    iri = _iri(request, site, text)
    if iri is not None and (iri != site.iri(text) or await _is_there(request, site, iri)):
        return iri
    called, near = await _called(site, text, site.language(request))
    found = [*dict.fromkeys((*called, *await ending(request, site, text)))] or await tombstones.named(request, text)
    if len(found) == 1:
        return found[0]
    if not found and not near:
        raise NoSuchThing("name-unknown", name=_shown(text))
    return (found or near)[:_CHOICES]


async def described(request: Request, site: Site, iri: str) -> Named:
    """What the graph says of an IRI, or its portal where it is in quarantine. Raises NoSuchThing, ThingGone."""
    checked(iri)
    graph = harvested.graph_of(site, iri)
    if graph is not None:
        iri = await harvested.described(request, site, iri, graph)
    try:
        return Named(iri, graph, *await facts_of(request, site, iri, graph))
    except NoSuchThing as error:
        raise await tombstones.gone(request, iri) or error from None


async def ending(request: Request, site: Site, text: str) -> list[str]:
    """The things, of whatever kind or portal, whose IRI ends so; in capitals too."""
    before = await search.tried(site, kinds, [])
    ends = dict.fromkeys((text, text.lower()))
    iris = tuple(iri for end in ends for kind in before if is_iri(iri := site.iri(f"{kind}/{end}")))
    return [row["thing"].value for row in await site.rows(request, "there", thing=iris)] if iris else []


def kinds(index: SearchIndex) -> list[str]:
    """What stands in the IRI of a thing before its end, of each kind and of each portal."""
    sorts, portals = (index.facets.get(name) for name in (KIND, PORTAL))
    quarantine = [f"{HARVEST}/{portal}" for portal in (portals.values if portals else ())]
    return [*(sorts.values if sorts else ()), *quarantine]


def _iri(request: Request, site: Site, text: str) -> str | None:
    """The IRI that a text is or stands for: prefixed, the address of a page here, a path; None for a name."""
    manifest = site.snapshot.manifest
    iri = expanded(text, manifest.base, manifest.prefixes)
    return site.meant_by(request, iri) or (iri if is_iri(iri) else None)


async def _is_there(request: Request, site: Site, iri: str) -> bool:
    try:
        await described(request, site, iri)
    except ThingGone:
        return True
    except NoSuchThing:
        return False
    return True


async def _called(site: Site, text: str, language: str) -> tuple[list[str], list[str]]:
    """The things that have a name, and those that a search finds by its words."""

    def find(index: SearchIndex) -> list[Mapping[str, object]]:
        asked = asking.read(text, index.facets, site.settings.limits, language)
        return [hit.card for hit in index.search(asked).hits if not hit.meant] if asked.has_words else []

    cards = await search.tried(site, find, [])
    wanted = folded(text)
    found = {str(card["page"]): _names(card) for card in cards}
    return [iri for iri, names in found.items() if wanted in names], list(found)


def _shown(text: str) -> str:
    return text[:_SHOWN].encode(errors="replace").decode()


def _names(card: Mapping[str, object]) -> set[str]:
    names = card["names"]
    return {folded(str(each)) for each in names.values()} if isinstance(names, dict) else set()
