"""The productions that one builds on: what the graph, or the portal that lists one, says of each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...errors import NoSuchThing
from ...namespaces import PAS
from ...search import asking
from ..browsing import search
from ..terms import Term, choose
from ..thing import permissions

if TYPE_CHECKING:
    from fastapi import Request

    from ...licenses.catalogue import Licences
    from ...licenses.expression import Expression
    from ...search.searching import SearchIndex
    from ..site import Site

_PRODUCTION = PAS + "Production"
_LOOKED = 12  # results of a search that may be productions


@dataclass(slots=True)
class Work:
    """A production. `licences` are what its licence is called, an IRI or a text; `makers` who may be asked, by IRI."""

    iri: str
    types: list[Term] = field(default_factory=list)
    titles: list[Term] = field(default_factory=list)
    licences: list[Term] = field(default_factory=list)
    statuses: list[Term] = field(default_factory=list)
    makers: list[Term] = field(default_factory=list)
    pages: list[Term] = field(default_factory=list)

    @property
    def is_production(self) -> bool:
        """Whether it is something that is made and reused."""
        return any(each.value == _PRODUCTION for each in self.types)

    @property
    def page(self) -> str:
        """Where it is, outside of this site; empty when nothing says."""
        return next((each.value for each in self.pages if each.value.startswith(("https://", "http://"))), "")

    def title(self, language: str) -> str:
        """What it is called."""
        found = choose(self.titles, language)
        return found.value if found is not None else self.iri

    def under(self, licences: Licences) -> list[Expression]:
        """The licences it is under, each of them due; none when it is not known all they ask."""
        return permissions.due(self.licences, licences)


async def works(request: Request, site: Site, iris: Sequence[str]) -> list[Work]:
    """What is said of each production. Raises NoSuchThing for one that nothing is said of."""
    found = await asyncio.gather(*(_work(request, site, iri) for iri in iris))
    for work in found:
        if not work.types and not work.titles:
            raise NoSuchThing("no-such-thing", iri=f"<{work.iri}>")
    return list(found)


async def called(request: Request, site: Site, text: str) -> list[Work]:
    """The productions that a search finds, the best first. Raises LimitExceeded, and SnapshotError without an index."""
    limits, language = site.settings.limits, site.language(request)

    def find(index: SearchIndex) -> list[str]:
        hits = index.search(asking.read(text, index.facets, limits, language)).hits
        return list(dict.fromkeys(hit.card["iri"] for hit in hits[:_LOOKED]))

    found = await asyncio.gather(*(_work(request, site, iri) for iri in await search.aside(site, find)))
    return [work for work in found if work.is_production]


async def _work(request: Request, site: Site, iri: str) -> Work:
    work = Work(iri)
    parts = {
        "type": work.types,
        "title": work.titles,
        "licence": work.licences,
        "status": work.statuses,
        "maker": work.makers,
        "page": work.pages,
    }
    for row in await site.rows(request, "work", thing=iri):
        parts[row["part"].value].append(row["value"])
    return work
