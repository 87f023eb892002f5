"""What is next to a thing: what it leads to and what leads to it, property by property, read up to a bound.

A thing that half of the graph points to costs what any other does: where one way has more statements than are read,
a few of each property are. What several properties join is told by one of them: the kind of link that comes first,
then the property with fewest statements, for a broader one is often inferred from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

import pyoxigraph as ox

from ..namespaces import OWL, RDF, RDFS, SSSOM
from .kinds import ADDRESS, Kinds

READ = 16  # statements read each way, for each thing that is wanted of a property
OUT, IN = "out", "in"
_STRUCTURE = (RDF, RDFS, OWL)  # what a thing is an instance of, and how terms are defined, is no neighbour
_DEFAULT = ox.DefaultGraph()

Ends = dict[str, set[str]]  # the things at the far ends of each property


class Group(NamedTuple):
    """What one property joins to a thing, one way: how many things, at least when not `whole`, and the first of them.

    `kind` is the kind of link, empty for a property that is none.
    """

    property: str
    kind: str
    way: str
    count: int
    whole: bool
    others: list[str]


class Neighbours:
    """The neighbours of the things of a store; `sizes` are how many statements each property has there."""

    def __init__(self, store: ox.Store, kinds: Kinds, sizes: Mapping[str, int]) -> None:
        self._store = store
        self._kinds = kinds
        self._sizes = sizes
        self._carried = {chain.property for chain in kinds.chains}

    def of(self, iri: str, most: int) -> list[Group] | None:
        """What is next to a thing, at most so many by each property; None where nothing is said of it at all."""
        node = ox.NamedNode(iri)
        read = {way: self._read(node, way, most) for way in (OUT, IN)}
        told = {name for said, _ in read.values() for name in said}
        if not told:
            return None
        steps = self._kinds.steps if told & self._carried else frozenset()
        between = {other for said, _ in read.values() for name in steps for other in said.get(name, ())}
        best: dict[str, tuple[Any, ...]] = {}
        for way, (said, _) in read.items():
            for name in said:
                kind = self._kinds.of(name)
                if self._joins(name, kind, way):
                    rank = (not kind, *self._kinds.order(kind), self._sizes.get(name, 0), way == IN, name)
                    for other in said[name] - ({iri} if kind else {iri, *between}):  # a link tells what is between
                        best[other] = min(best.get(other, rank), rank)
        groups: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
        for other, rank in best.items():
            groups[rank].append(other)
        found = []
        for (*_, inwards, name), others in sorted(groups.items()):
            way = IN if inwards else OUT
            whole = name not in read[way][1]
            found.append(Group(name, self._kinds.of(name), way, len(others), whole, sorted(others)[:most]))
        return found

    @staticmethod
    def _joins(name: str, kind: str, way: str) -> bool:
        """Whether a property joins things: it is no address, no type, and no record that is about the thing."""
        if kind:
            return kind != ADDRESS
        return not name.startswith((*_STRUCTURE, SSSOM) if way == IN else _STRUCTURE)

    def _read(self, node: ox.NamedNode, way: str, most: int) -> tuple[Ends, set[str]]:
        """The things that a thing leads to, or that lead to it, and the properties that lead to more than was read."""
        bound = READ * most
        quads = list(islice(self._quads(node, way), bound + 1))
        found = _ends(quads, way)
        beyond: set[str] = set()
        if len(quads) > bound:
            known = 0
            for name in found.keys() | self._sizes.keys() | self._kinds.keys():
                few = list(islice(self._quads(node, way, ox.NamedNode(name)), most + 1))
                known += len(few)
                for other, ends in _ends(few, way).items():
                    found[other] = found.get(other, set()) | ends
                beyond |= {name} if len(few) > most else set()
            if not beyond and next(islice(self._quads(node, way), known, None), None) is not None:
                beyond = set(found)  # a property that nothing names leads further
        return found, beyond

    def _quads(self, node: ox.NamedNode, way: str, name: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        ends = (node, name, None) if way == OUT else (None, name, node)
        return self._store.quads_for_pattern(*ends, _DEFAULT)


def _ends(quads: Iterable[ox.Quad], way: str) -> Ends:
    """The far ends by property; of one that leads to texts alone, none."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for quad in quads:
        other = quad.object if way == OUT else quad.subject
        found[quad.predicate.value].update((other.value,) if isinstance(other, ox.NamedNode) else ())
    return dict(found)
