"""Identity, closed at build: the names of one thing, and the one that stands for them all.

`owl:sameAs` and `skos:exactMatch`, both ways, step by step, are joined by union-find in one pass: n names cost n
triples where the pairs would be n². What is written is a named graph, `member pas:representative name`, so that a
lookup is two patterns and SPARQL may ask it.

Where two names that this joins are said to be distinct, the thing is joined again, link by link, without those links
that would bring distinct names together: what files state first, then accepted links, then inferred ones, each in
order of their IRIs. What is left out is left out the same way by every build.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ..dataset import IDENTITY_GRAPH, INFERRED_GRAPH
from ..namespaces import OWL, PAS, SKOS
from .statements import QUARANTINE, recorded

if TYPE_CHECKING:
    from ..config import Graph

IDENTITY = (OWL + "sameAs", SKOS + "exactMatch")
DISTINCTION = (PAS + "distinctFrom", OWL + "differentFrom")
REPRESENTATIVE = PAS + "representative"

_QUERY = Path(__file__).with_name("identity.rq")
_PIECE = 1_000_000  # names a load takes: some two hundred megabytes
_DEFAULT = ox.DefaultGraph()

Edge = tuple[int, bytes, bytes]  # how it is known, the lesser name, the greater one


class Names:
    """Names joined to one another. Each is in the syntax of N-Triples; those that begin with `own` come first.

    The first of the names joined stands for them all.
    """

    def __init__(self, own: bytes) -> None:
        self._own = own
        self._above: dict[bytes, bytes] = {}

    def __len__(self) -> int:
        return len(self._above)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._above)

    def __contains__(self, name: object) -> bool:
        return name in self._above

    def of(self, name: bytes) -> bytes:
        """The one that stands for a name; a new name stands for itself."""
        above = self._above
        name = above.setdefault(name, name)
        while (up := above[name]) is not name:
            above[name] = name = above[up]
        return name

    def join(self, one: bytes, other: bytes) -> None:
        """Hold two names for names of one thing."""
        one, other = self.of(one), self.of(other)
        if one is not other:
            first, second = sorted((one, other), key=self._rank)
            self._above[second] = first

    def part(self, names: Iterable[bytes]) -> None:
        """Let each of these names stand for itself again: all the names of a thing, or of several."""
        self._above.update((name, name) for name in names)

    def _rank(self, name: bytes) -> tuple[bool, bytes]:
        return not name.startswith(self._own), name


def close(store: ox.Store, graph: Graph, folder: Path) -> int:
    """Write the identity graph of the default graph of `store`; how many names it has. `folder` is for a while."""
    names = Names(b"<" + graph.base.encode())
    for one, other in _links(store, folder):
        names.join(one, other)
    _cut(store, names, graph.graph_base)
    _write(store, names, graph.graph_base + IDENTITY_GRAPH)
    return len(names)


def _links(store: ox.Store, folder: Path) -> Iterator[tuple[bytes, bytes]]:
    """Every pair of IRIs that identity relates. The engine writes them to a file faster than Python takes them."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        store.query(_QUERY.read_text(encoding="utf-8")).serialize(file.name, ox.QueryResultsFormat.TSV)
        file.readline()  # the names of the columns
        for line in file:
            one, _, other = line.rstrip(b"\n").partition(b"\t")
            yield one, other


def _cut(store: ox.Store, names: Names, graph_base: str) -> None:
    """Join again, in order, each thing that holds two names said to be distinct."""
    apart = [
        (_key(quad.subject), _key(quad.object))
        for predicate in DISTINCTION
        for quad in store.quads_for_pattern(None, ox.NamedNode(predicate), None, _DEFAULT)
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
    ]
    apart = [pair for pair in apart if pair[0] in names and pair[1] in names and pair[0] != pair[1]]
    distinct: dict[bytes, set[bytes]] = defaultdict(set)
    for one, other in apart:
        distinct[one].add(other)
        distinct[other].add(one)
    for one, other in apart:
        if names.of(one) == names.of(other):  # whatever an earlier cut parted needs no second one
            members, edges = _component(store, one, graph_base)
            names.part(members)
            foes = defaultdict(set, {name: distinct[name] for name in members & distinct.keys()})
            for _, first, second in sorted(edges):
                _join_unless(names, foes, first, second)


def _join_unless(names: Names, foes: dict[bytes, set[bytes]], one: bytes, other: bytes) -> None:
    """Join two names unless that would bring together names that are distinct: `foes`, by what stands for a thing."""
    one, other = names.of(one), names.of(other)
    if one == other or any(names.of(foe) == other for foe in foes[one]):
        return
    names.join(one, other)
    kept = names.of(one)
    gone = other if kept == one else one
    foes[kept] |= foes.pop(gone, set())


def _component(store: ox.Store, start: bytes, graph_base: str) -> tuple[set[bytes], set[Edge]]:
    """Every name that identity leads to from `start`, and the links between them."""
    members, edges, waiting = {start}, set(), [start]
    while waiting:
        node = ox.NamedNode(waiting.pop()[1:-1].decode())
        for quad in _identities(store, node):
            one, other = sorted((_key(quad.subject), _key(quad.object)))
            edges.add((_rank(store, quad, graph_base), one, other))
            fresh = {one, other} - members
            members |= fresh
            waiting += fresh
    return members, edges


def _identities(store: ox.Store, node: ox.NamedNode) -> Iterator[ox.Quad]:
    """What identity says of a node in the default graph, both ways, among IRIs."""
    for predicate in map(ox.NamedNode, IDENTITY):
        yield from (
            quad
            for quad in store.quads_for_pattern(node, predicate, None, _DEFAULT)
            if isinstance(quad.object, ox.NamedNode)
        )
        yield from (
            quad
            for quad in store.quads_for_pattern(None, predicate, node, _DEFAULT)
            if isinstance(quad.subject, ox.NamedNode)
        )


def _rank(store: ox.Store, quad: ox.Quad, graph_base: str) -> int:
    """0 for what a file states, 1 for an accepted link, 2 for what is inferred."""
    inferred, quarantine = graph_base + INFERRED_GRAPH, graph_base + QUARANTINE
    for stated in store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None):
        name = stated.graph_name
        if isinstance(name, ox.NamedNode) and name.value != inferred and not name.value.startswith(quarantine):
            return 0
    return 1 if recorded(store, quad) else 2


def _write(store: ox.Store, names: Names, graph: str) -> None:
    """Load the identity graph, piece by piece: a load keeps all it reads in memory."""
    middle, end = f" <{REPRESENTATIVE}> ".encode(), f" <{graph}> .\n".encode()
    coming = iter(names)
    while piece := b"".join(name + middle + names.of(name) + end for name in islice(coming, _PIECE)):
        store.bulk_load(input=piece, format=ox.RdfFormat.N_QUADS)
    if len(names) > _PIECE:  # what many loads left in many files reads twice as fast once it is in few
        store.optimize()


def _key(term: ox.NamedNode) -> bytes:
    return str(term).encode()
