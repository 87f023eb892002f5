"""What resembles what a text describes: productions of the graph called nearly the same, or at the same address.

Words are weighed by how rare they are in the graph, and a title is near another when most of that weight is in both.
Only the things that share a word are looked at, the rarest words first, so that a question costs no more in a large
graph; they are cut to their beginnings, which inflections leave as they are.
"""

from __future__ import annotations

import asyncio
import math
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ...formats import RESULTS_JSON
from ...linking.wording import address, words
from ...namespaces import DCAT, DCT, FOAF, SKOS
from ...turtle.ntriples import plain, statements
from ..once import Once
from ..terms import table

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site

_SCHEMA = "https://schema.org/"
#: What titles and addresses are said with, as in `queries/near.rq`.
TITLES = (DCT + "title", DCT + "alternative", SKOS + "prefLabel", SKOS + "altLabel", FOAF + "name")
ADDRESSES = (FOAF + "page", FOAF + "homepage", DCAT + "landingPage", _SCHEMA + "codeRepository", _SCHEMA + "url")
_THINGS, _VALUES = 10, 8  # of a text, and of a property, that are compared
_CHARACTERS = 200  # of a title
_STEM = 7  # letters, after which French words inflect
_OTHERS = 500  # titles that have a word, beyond which it tells too little
_LEAST = 0.6
_TOLD = 5


class Described(NamedTuple):
    """A thing: what it is called, and where it is."""

    iri: str
    titles: Sequence[str]
    addresses: Sequence[str]


class Neighbour(NamedTuple):
    """A thing of the graph that resembles another; `nearness` is 1 at most, and `same` is the address both have."""

    iri: str
    nearness: float
    same: str = ""


def described(ntriples: bytes) -> list[Described]:
    """The things that some N-Triples describe, the first ones, as far as they are compared."""
    found = []
    for subject, said in islice(statements(ntriples.decode().splitlines()).items(), _THINGS):
        named, placed = (
            [plain(each) for name in names for each in said.get(f"<{name}>", ())][:_VALUES]
            for names in (TITLES, ADDRESSES)
        )
        if subject.startswith("<") and (named or placed):
            found.append(Described(subject[1:-1], [title[:_CHARACTERS] for title in named], placed))
    return found


class Names:
    """What things are called, and where they are; for many questions."""

    def __init__(self, said: Iterable[tuple[str, str, str]]) -> None:
        self._things: list[str] = []
        self._titles: list[tuple[str, ...]] = []
        self._having: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._at: defaultdict[str, set[str]] = defaultdict(set)
        for thing, title, placed in said:
            if title:
                self._add(thing, title)
            if key := address(placed):
                self._at[key].add(thing)

    def like(self, one: Described) -> list[Neighbour]:
        """The things most like one, the nearest first; itself left out."""
        found: dict[str, Neighbour] = {}
        for key in filter(None, map(address, one.addresses)):
            for iri in sorted(self._at.get(key, ()))[:_TOLD]:
                found.setdefault(iri, Neighbour(iri, 1.0, key))
        for title in one.titles:
            for iri, nearness in self._called(_stems(title)):
                if nearness >= _LEAST and nearness > found.get(iri, Neighbour(iri, 0.0)).nearness:
                    found[iri] = Neighbour(iri, nearness)
        found.pop(one.iri, None)
        return sorted(found.values(), key=lambda each: (-each.nearness, each.iri))[:_TOLD]

    def _add(self, thing: str, title: str) -> None:
        stems = tuple(map(sys.intern, _stems(title[:_CHARACTERS])))  # a graph has a hundred thousand titles
        for stem in stems:
            self._having[stem].append(len(self._titles))
        self._things.append(sys.intern(thing))
        self._titles.append(stems)

    def _weight(self, stem: str) -> float:
        return 1 + math.log((1 + len(self._titles)) / (1 + len(self._having.get(stem, ()))))

    def _called(self, stems: frozenset[str]) -> Iterator[tuple[str, float]]:
        """How near each title that shares a word is.

        What both have, as a share of the shorter one and as a share of both together: the mean of these two.
        """
        shared: Counter[int] = Counter()
        for stem in sorted(stems, key=self._weight, reverse=True):
            having = self._having.get(stem, ())
            if len(having) <= _OTHERS or not shared:
                shared.update(having[:_OTHERS])
        for at in shared:
            other = frozenset(self._titles[at])
            both, one, two = (sum(map(self._weight, each)) for each in (stems & other, stems, other))
            yield self._things[at], math.sqrt(both / min(one, two) * both / (one + two - both))


async def names(request: Request, site: Site) -> Names:
    """The names of the productions of a site, read once, for the snapshot never changes. Raises QueryError."""
    return await _NAMES.of(request, site)


async def _read(request: Request, site: Site) -> Names:
    answer = await site.query(request, "near", RESULTS_JSON)
    return await asyncio.to_thread(lambda: Names(_said(answer)))


_NAMES = Once(_read)


def _said(answer: bytes) -> Iterator[tuple[str, str, str]]:
    for row in table(answer)[1]:
        yield row["thing"].value, *(row[name].value if name in row else "" for name in ("title", "address"))


def _stems(title: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in words(title))
