"""What is said of a thing, and what points to it, read up to a bound: a hub costs what any other thing does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from ..terms import Row
from .facts import Mentions

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site

FEW = 40  # of a property that are shown
_FACTS, _MENTIONS = 2_000, 200  # rows, beyond which a few of each property are read
_PROPERTIES = 60  # of a hub whose values are read: of others it is told how many there are


async def facts(request: Request, site: Site, iri: str, graph: str | None) -> tuple[list[Row], dict[str, int]]:
    """The rows (property, value, inferred) of a thing, in order, and how many there are of properties that were cut.

    By what the graph says, or one named graph alone.
    """
    if graph is not None:
        return _sorted(await site.rows(request, "facts-in", thing=iri, graph=graph)), {}
    inferences = site.graph_base + "inferred"
    rows = await site.rows(request, "facts", thing=iri, inferences=inferences)
    if len(rows) <= _FACTS:
        return _sorted(rows), {}
    counts = await _counts(request, site, "fact-counts", iri)
    few: list[Row] = []
    for name in islice(counts, _PROPERTIES):
        few += await site.rows(request, "facts-through", thing=iri, property=name, inferences=inferences)
    return _sorted(few), counts


async def mentions(request: Request, site: Site, iri: str) -> list[Mentions]:
    """What points to a thing, by property, and how many there are of each."""
    rows = await site.rows(request, "mentions", thing=iri)
    if len(rows) <= _MENTIONS:
        counts = dict(sorted(Counter(row["property"].value for row in rows).items()))
    else:
        counts = await _counts(request, site, "mention-counts", iri)
        rows = []
        for name in islice(counts, _PROPERTIES):
            rows += await site.rows(request, "mentions-through", thing=iri, property=name)
    shown: dict[str, set[str]] = {name: set() for name in counts}
    for row in rows:
        shown[row["property"].value].add(row["other"].value)
    return [Mentions(name, sorted(shown[name]), total) for name, total in counts.items()]


async def _counts(request: Request, site: Site, query: str, iri: str) -> dict[str, int]:
    rows = await site.rows(request, query, thing=iri)
    return {row["property"].value: int(row["count"].value) for row in rows}


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["property"].value, row["value"].value, row["value"].language))
