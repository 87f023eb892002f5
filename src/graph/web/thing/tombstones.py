"""What is no more: a thing that left the graph, or its portal; one of which the graph keeps but who replaces it.

An IRI never vanishes: a thing that is deprecated keeps its page, which names what replaces it. Where the data let a
thing go all the same, its address says so (410), since when, and leads on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from ...errors import SnapshotError, ThingGone
from ...namespaces import DCT, OWL, RDF
from ...texts import Text
from ..dates import worded
from ..http import memento
from ..terms import Row, Term, choose

if TYPE_CHECKING:
    from fastapi import Request

    from ...feeds.changes import Chain, Entry
    from ...feeds.gone import Gone, Graves
    from ..endpoint import Endpoint
    from ..site import Site

DEPRECATED = OWL + "deprecated"
_TRUE = ("true", "1")

Found = TypeVar("Found")


def is_tombstone(rows: Iterable[Row]) -> bool:
    """True when what is said of a thing is that it is deprecated, and no longer what it is."""
    rows = list(rows)
    return is_deprecated(rows) and all(row["property"].value != RDF + "type" for row in rows)


def is_deprecated(rows: Iterable[Row]) -> bool:
    """True of a thing that is not to be used any more."""
    return any(row["property"].value == DEPRECATED and row["value"].value in _TRUE for row in rows)


async def named(request: Request, text: str) -> list[str]:
    """The things that are no more which were called so, or whose IRI ends so."""
    return await _looked(request, lambda graves, entries: graves.named(entries, text), [])


async def stands(request: Request, iri: str) -> bool:
    """True when all that the graph says of a thing is a tombstone."""
    return is_tombstone(await _facts(request, iri))


async def gone(request: Request, iri: str) -> ThingGone | None:
    """Why there is nothing to show of a thing when there was something once; None of what never was here."""
    site: Site = request.state.site
    language = site.language(request)
    records = await site.rows(request, "withdrawn", thing=iri)
    if records:
        notes = [row["reason"] for row in records if "reason" in row]
        return given_up(iri, records[0]["when"].value, notes, language)
    rows = await _facts(request, iri)
    told = None if rows else await _told(request, iri)
    if told is None and not is_tombstone(rows):
        return None
    reason = Text("web.gone-from-graph", {"day": worded(told.day, language)}) if told else Text("web.gone-deprecated")
    label = Text(wordings=told.label).render(language) if told and told.label else ""
    named = Text("web.gone-named", {"label": label, "iri": iri}) if label else f"<{iri}>"
    replaced = await successors(request, iri, *(told.replaced if told else ()))
    last = await _last(request, iri, told.last) if told else ""
    return ThingGone("thing-gone", iri=named, reason=reason, replaced=replaced, last=last)


def given_up(iri: str, moment: str, notes: Iterable[Term], language: str) -> ThingGone:
    """What is said of a record that its portal gives no more: its notes say why, else when is."""
    note = choose(notes, language)
    return ThingGone("thing-gone", iri=f"<{iri}>", reason=note.value if note else worded(moment[:10], language))


async def successors(request: Request, *things: str) -> Sequence[tuple[str, str]]:
    """What replaces things now, however many replaced each other between: IRIs and what they are called."""
    site: Site = request.state.site
    found: dict[str, None] = {}
    for thing in things:
        rows = await site.rows(request, "successors", thing=thing)
        found |= dict.fromkeys(row["successor"].value for row in rows if row["successor"].value != thing)
    labels = await site.labels(request, found)
    return [(iri, labels[iri][0] if iri in labels else site.prefixes.shrink(iri)) for iri in found]


async def replaced(request: Request, iri: str, rows: Iterable[Row]) -> Sequence[tuple[str, str]]:
    """What replaces a thing that has a page still: it says so, or it is deprecated and its successor alone does."""
    rows = list(rows)
    is_replaced = is_deprecated(rows) or any(row["property"].value == DCT + "isReplacedBy" for row in rows)
    return await successors(request, iri) if is_replaced else ()


async def _last(request: Request, iri: str, snapshot: str) -> str:
    """The address, from the root, of a thing in the last snapshot that had it; empty where that is not kept."""
    site: Site = request.state.site
    endpoint: Endpoint = request.app.state.endpoint
    kept = {name for name, _ in await asyncio.to_thread(endpoint.timeline.kept)}
    root, _ = memento.unpinned(request.scope)
    return f"{root}/snapshots/{snapshot}{site.local(iri)}" if snapshot in kept else ""


async def _facts(request: Request, iri: str) -> list[Row]:
    site: Site = request.state.site
    return await site.rows(request, "facts", thing=iri, inferences=site.graph_base + "inferred")


async def _told(request: Request, iri: str) -> Gone | None:
    """What the feed says of a thing that is no more in the snapshot of the request."""
    if not iri.startswith(request.state.site.base):
        return None
    return await _looked(request, lambda graves, entries: graves.find(entries, iri), None)


async def _looked(request: Request, look: Callable[[Graves, Sequence[Entry]], Found], without: Found) -> Found:
    """What is found among the things that the feed says are no more; `without` is what there is where it says none."""
    chain: Chain | None = request.app.state.chain
    if chain is None:
        return without
    try:
        entries = _until(await asyncio.to_thread(chain.entries), request.state.site.snapshot.id)
    except SnapshotError:  # a feed that is damaged says so at its own address
        return without
    return await asyncio.to_thread(look, request.app.state.graves, entries)


def _until(entries: Sequence[Entry], snapshot: str) -> Sequence[Entry]:
    """The entries that led to a snapshot; none where it is not of the chain."""
    last = max((place for place, entry in enumerate(entries, 1) if entry.snapshot == snapshot), default=0)
    return entries[:last]
