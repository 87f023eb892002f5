"""What a guide may be narrowed to: a theme, a territory, each with how many things there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...search.asking import Asked
from ..browsing import search
from ..http import ways
from ..http.request import parameters

if TYPE_CHECKING:
    from fastapi import Request

    from ...search.searching import SearchIndex
    from ..site import Site

#: The parameters of an address and of the pages' queries, which are facets of a search.
THEME, PLACE = "theme", "territory"
_SHOWN = 200  # values that a list has; an address may name others


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be chosen: as an address writes it, and how many things have it."""

    iri: str
    written: str
    count: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """What may be chosen, by parameter, and what was; at `most` how many things of each concept are told."""

    offered: Mapping[str, list[Choice]] = field(default_factory=dict)
    values: Mapping[str, Choice] = field(default_factory=dict)
    most: int = 12  # as many as the queries give, before the one that says that there are others

    @property
    def given(self) -> dict[str, str]:
        """The theme and the place that were chosen, as parameters of the pages' queries."""
        return {name: choice.iri for name, choice in self.values.items()}

    @property
    def written(self) -> dict[str, str]:
        """The same, as an address writes them."""
        return {name: choice.written for name, choice in self.values.items()}

    def shown(self, name: str) -> list[Choice]:
        """The values to show in a list: what most things have, and what was chosen."""
        first = self.offered.get(name, [])[:_SHOWN]
        chosen = self.values.get(name)
        return first if chosen is None or chosen in first else [*first, chosen]

    def named(self) -> Iterator[str]:
        """The IRIs that it tells."""
        for name in self.offered:
            yield from (choice.iri for choice in self.shown(name))


async def choices(request: Request, site: Site, most: int) -> Chosen:
    """What may be chosen and what the address chooses. Raises MalformedQuery for a value that nothing has."""
    given = parameters(request)
    offered = await search.tried(site, _offered, {})
    values = {}
    for name in (THEME, PLACE):
        written = (given.one(name) or "").strip()
        if written:
            those = offered.get(name, [])
            found = [choice for choice in those if written in (choice.iri, choice.written)]
            if not found:
                known = await ways.labelled(request, site, {each.iri: each.written for each in those})
                raise ways.unknown(given, name, known)
            values[name] = found[0]
    return Chosen(offered, values, most)


def _offered(index: SearchIndex) -> dict[str, list[Choice]]:
    """The values of each parameter, with as many things as a search finds."""
    facets = [facet for facet in index.facets if facet.name in (THEME, PLACE)]
    counted = index.counted(Asked(), facets)
    return {
        each.name: [Choice(iri, each.short(iri), count) for iri, count in counted[each.name].items()] for each in facets
    }
