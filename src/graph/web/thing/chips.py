"""What sorts a thing, each as a way to what is sorted alike: its theme, its stage, its territory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from ...search.asking import Asked
from ...search.facets import KIND, LICENCE, PORTAL, TERRITORY, YEAR, Facet, Facets
from ..browsing import search
from .facts import Property

if TYPE_CHECKING:
    from ...search.searching import SearchIndex
    from ..site import Site

_OTHERWISE = frozenset({KIND, LICENCE, PORTAL, YEAR})  # said elsewhere on the page


class Chip(NamedTuple):
    """A value of a facet: what the facet is called, the value and its IRI, and the filter that finds its like."""

    facet: str
    label: str
    iri: str
    name: str
    value: str


class Filter(NamedTuple):
    """A filter of the search, and how many things it finds: these may have the value from others."""

    name: str
    value: str
    count: int


async def facets(site: Site) -> Facets:
    """The facets of a site; none where it has no index."""
    return await search.tried(site, lambda index: index.facets, Facets([]))


def of(properties: Iterable[Property], known: Facets, language: str) -> list[Chip]:
    """The values of facets that a thing states, in the order of the facets."""
    every = list(properties)
    return [
        Chip(facet.label(language), facet.label_of(iri, language), iri, facet.name, facet.short(iri))
        for facet in known
        if facet.name not in _OTHERWISE
        for iri in dict.fromkeys(_values(facet, every))
    ]


async def filters(site: Site, ways: Iterable[str], thing: str) -> Mapping[str, Filter]:
    """The filter of the search that finds what each property leads from, to a thing; by property, where one does."""
    sought = {*ways}

    def found(index: SearchIndex) -> dict[str, Filter]:
        those = [each for each in index.facets if each.property in sought and thing in each.values]
        counts = {each.name: index.listed(Asked(filters={each.name: [thing]}), 1)[0] for each in those}
        return {each.property: Filter(each.name, each.short(thing), counts[each.name]) for each in those}

    return await search.tried(site, found, {})


def _values(facet: Facet, properties: Iterable[Property]) -> Iterator[str]:
    for each in properties:
        if each.iri == facet.property or (facet.name == TERRITORY and not facet.property):
            yield from (value.value for value in each.values if value.value in facet.values)
