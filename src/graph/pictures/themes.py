"""The themes of a graph: how much each has, and how what they have is linked across.

A theme is a value of the facet that the common vocabularies have for it; nothing here knows our ontology.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox

from ..namespaces import DCAT, DCT
from ..relay.kinds import ADDRESS, DISTINCTION, Kinds
from ..search.facets import Facet, Facets
from .titles import titles as titles_of

DOTS = 400  # things that are drawn one by one: beyond, they are counted
_PROPERTIES = (DCAT + "theme", DCT + "subject")  # what the common vocabularies call a theme
_DEFAULT = ox.DefaultGraph()

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme, what it is called, by language, the address of what it has, and these things, in order."""

    iri: str
    wordings: Mapping[str, str]
    address: str
    things: list[str]


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes, those that have most first; `of` are the places of those that each thing has, the rarest first.

    `links` are pairs of things, each once, whatever says it and which way. `ties` counts, for a pair of themes, the
    links that lead from one to the other and the things that have both. `titles`, of the things of a small graph.
    """

    themes: list[Theme]
    of: Mapping[str, list[int]]
    links: list[tuple[str, str]]
    ties: Mapping[Pair, int]
    titles: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls, store: ox.Store, base: str, facets: Facets) -> Themes | None:
        """Those of a store, whose things have IRIs that begin with `base`; None where things have none."""
        facet = next((each for iri in _PROPERTIES for each in facets if each.property == iri), None)
        if facet is None:
            return None
        themes = _themes(store, base, facet)
        of: defaultdict[str, list[int]] = defaultdict(list)
        for place, theme in reversed(list(enumerate(themes))):
            for thing in theme.things:
                of[thing].append(place)
        links = _links(store, of)
        titles = {thing: titles_of(store, thing) for thing in of} if len(of) <= DOTS else {}
        return cls(themes, of, links, _ties(of, links), titles)

    def told(self) -> dict[str, Any]:
        """What a picture of them shows, for a table."""
        outwards: Counter[int] = Counter()
        nearest: dict[int, int] = {}
        for (one, other), count in sorted(self.ties.items(), key=lambda tie: (-tie[1], tie[0])):
            outwards.update({one: count, other: count})
            nearest.setdefault(one, other)
            nearest.setdefault(other, one)
        return {
            "things": len(self.of),
            "links": len(self.links),
            "themes": [
                {
                    "iri": theme.iri,
                    "labels": dict(theme.wordings),
                    "address": theme.address,
                    "things": len(theme.things),
                    "ties": outwards[place],
                    "nearest": self.themes[nearest[place]].iri if place in nearest else None,
                }
                for place, theme in enumerate(self.themes)
            ],
        }


def _themes(store: ox.Store, base: str, facet: Facet) -> list[Theme]:
    things: defaultdict[str, list[str]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, ox.NamedNode(facet.property), None, _DEFAULT):
        theme, thing = quad.object.value, quad.subject.value
        if theme in facet.values and thing.startswith(base):
            things[theme].append(thing)
    found = [
        Theme(iri, facet.values[iri], f"/search?{urlencode({facet.name: facet.short(iri)})}", sorted(each))
        for iri, each in things.items()
    ]
    return sorted(found, key=lambda theme: (-len(theme.things), theme.iri))


def _links(store: ox.Store, have: Mapping[str, object]) -> list[tuple[str, str]]:
    """The pairs of these things that a link joins, each once."""
    found: set[tuple[str, str]] = set()
    for name, kind in Kinds.read(store).items():
        if kind not in {ADDRESS, DISTINCTION}:
            for quad in store.quads_for_pattern(None, ox.NamedNode(name), None, _DEFAULT):
                one, other = quad.subject.value, quad.object.value
                if one != other and one in have and other in have:
                    found.add((min(one, other), max(one, other)))
    return sorted(found)


def _ties(of: Mapping[str, list[int]], links: list[tuple[str, str]]) -> Counter[Pair]:
    found: Counter[Pair] = Counter()
    for one, other in links:
        found.update({(min(pair), max(pair)) for pair in product(of[one], of[other]) if pair[0] != pair[1]})
    for places in of.values():
        found.update((min(pair), max(pair)) for pair in combinations(places, 2))
    return found
