"""The forms of contributions: what may be described, as the snapshot's own shapes and things say.

A class has a form when shapes are about its things and the graph holds some, each in a file of its own: their folder is
where a new one goes. What shapes leave open, what is chosen from above all, the things already there tell.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakKeyDictionary, proxy

from ...errors import NoSuchThing
from ...formats import N_TRIPLES
from ...namespaces import PAS, RDFS
from .entries import Form, Making, Sort
from .shapes import Shapes

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site

#: What most contributors come for; the rest is for curators.
FIRST = (
    *(PAS + name for name in ("Production", "Reuse", "Tool")),
    "https://schema.org/Event",
    PAS + "Need",
    "http://www.w3.org/ns/org#Organization",
)


class Forms:
    """The forms of a site; kept, for the snapshot never changes."""

    _of: ClassVar[WeakKeyDictionary[Site, Forms]] = WeakKeyDictionary()

    def __init__(self, site: Site) -> None:
        self._site: Site = proxy(site)  # what is kept for a site must not keep it
        self._shapes: Shapes | None = None
        self._sorts: dict[str, list[Sort]] = {}
        self._ranges: dict[str, list[str]] = {}
        self._forms: dict[tuple[str, str], Form] = {}
        self._reading = asyncio.Lock()

    @classmethod
    def of(cls, site: Site) -> Forms:
        """Those of a site."""
        return cls._of.setdefault(site, cls(site))

    async def sorts(self, request: Request) -> Mapping[str, Sequence[Sort]]:
        """What may be described, by folder: what most come for, then what there is most of."""
        async with self._reading:
            if self._shapes is None:
                await self._read(request)
        return self._sorts

    async def form(self, request: Request, kind: str, iri: str | None) -> Form:
        """The form of a class in a folder, of the first without one. Raises NoSuchThing."""
        sorts = (await self.sorts(request)).get(kind, ())
        sort = next((each for each in sorts if iri is None or each.iri == iri), None)
        if sort is None or self._shapes is None:
            raise NoSuchThing("no-such-form", kind=kind[:100])
        key = (sort.iri, self._site.language(request))
        if key not in self._forms:
            outline = self._shapes.outline(sort.iri, sort.types)
            self._forms[key] = await Making(request, self._site, self, sort, outline).form()
        return self._forms[key]

    def ranges(self, path: str) -> Sequence[str]:
        """The classes of what a property leads to, as the ontology has it."""
        return self._ranges.get(path, ())

    def sorted_in(self, kind: str) -> Sequence[Sort]:
        """The sorts of things of a folder."""
        return self._sorts.get(kind, ())

    async def _read(self, request: Request) -> None:
        site = self._site
        said: dict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in await site.rows(request, "contribute-classes"):
            said[row["property"].value][row["term"].value].append(row["class"].value)
        triples = await site.query(request, "contribute-shapes", N_TRIPLES, start=f"{site.graph_base}shapes/")
        shapes = Shapes(triples, said[RDFS + "subClassOf"])
        found = [sort for name in shapes.classes() if (sort := await self._sampled(request, name)) is not None]
        found.sort(key=lambda sort: (FIRST.index(sort.iri) if sort.iri in FIRST else len(FIRST), -sort.count))
        sorts: dict[str, list[Sort]] = {}
        for sort in found:
            sorts.setdefault(sort.kind, []).append(sort)
        self._shapes, self._sorts, self._ranges = shapes, sorts, dict(said[RDFS + "range"])

    async def _sampled(self, request: Request, name: str) -> Sort | None:
        """What the things of a class have in common; None where none has a file of its own."""
        site = self._site
        values = {"class": name, "base": site.base, "graphs": site.graph_base}
        types: defaultdict[str, set[str]] = defaultdict(set)
        for row in await site.rows(request, "contribute-sample", **values):
            types[row["thing"].value].add(row["type"].value)
        folders = Counter(iri[len(site.base) :].rpartition("/")[0] for iri in types)
        if not folders:
            return None
        ((folder, count),) = folders.most_common(1)
        inside = [found for iri, found in types.items() if iri[len(site.base) :].rpartition("/")[0] == folder]
        return Sort(folder, name, tuple(sorted(set.intersection(*inside) - {name})), count) if folder else None
