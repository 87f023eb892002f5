"""The graph of a snapshot with some files replaced: what the files say now, at the cost of those that changed.

Only what files assert is seen: neither what was inferred nor the merged default graph. Terms are pyoxigraph's; what a
file said before and what it says now are both kept, to know what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import BlankNode, NamedNode, Triple

from ..errors import SnapshotError

__all__ = ["BlankNode", "NamedNode", "Node", "Overlay", "Triple", "as_ntriples", "stored", "triples"]

Node = NamedNode | BlankNode | ox.Literal


class Overlay:
    """A store of a snapshot, read-only, where `replaced` named graphs hold other triples, given as N-Triples.

    `hidden` are named graphs that are no data: what was computed, the shapes; and those that begin with `quarantine`.
    Raises SnapshotError.
    """

    def __init__(self, store: Path, replaced: Mapping[str, bytes], hidden: Iterable[str], quarantine: str) -> None:
        try:
            self._store = ox.Store.read_only(str(store))
        except (OSError, RuntimeError) as error:
            raise SnapshotError("damaged-snapshot", path=store, reason=error) from error
        self._hidden = frozenset(NamedNode(graph) for graph in hidden)
        self._quarantine = quarantine
        self._replaced = {NamedNode(graph): frozenset(triples(text)) for graph, text in replaced.items()}
        self._before = {graph: frozenset(self._stored(graph)) for graph in self._replaced}
        self._out: dict[Node, list[tuple[NamedNode, Node, NamedNode]]] = {}
        self._into: dict[Node, list[tuple[Node, NamedNode, NamedNode]]] = {}
        for graph, said in self._replaced.items():
            for triple in said:
                self._out.setdefault(triple.subject, []).append((triple.predicate, triple.object, graph))
                self._into.setdefault(triple.object, []).append((triple.subject, triple.predicate, graph))
        self._cache: dict[Node, list[tuple[NamedNode, Node, NamedNode]]] = {}

    def changed(self) -> Iterator[Triple]:
        """The triples that a replaced graph has gained or lost."""
        for graph, said in self._replaced.items():
            yield from said ^ self._before[graph]

    def gone(self) -> set[Node]:
        """The subjects that a replaced graph described and describes no more."""
        before = {triple.subject for said in self._before.values() for triple in said}
        return before - self._out.keys()

    def about(self, subject: Node) -> list[tuple[NamedNode, Node, NamedNode]]:
        """What is said of a subject now: predicate, object, the named graph that says it."""
        if isinstance(subject, ox.Literal):
            return []
        if subject not in self._cache:
            stored = self._store.quads_for_pattern(subject, None, None)
            kept = [(q.predicate, q.object, q.graph_name) for q in stored if self._is_kept(q.graph_name)]
            self._cache[subject] = kept + self._out.get(subject, [])
        return self._cache[subject]

    def said_in(self, graph: str) -> Iterator[Triple]:
        """What a named graph says in the snapshot; nothing of one that is no data."""
        return iter(()) if NamedNode(graph) in self._hidden else self._stored(NamedNode(graph))

    def pointing(self, value: Node, predicate: NamedNode | None = None) -> Iterator[tuple[Node, NamedNode, NamedNode]]:
        """What points at a node now: subject, predicate, the named graph that says it."""
        for quad in self._store.quads_for_pattern(None, predicate, value):
            if self._is_kept(quad.graph_name):
                yield quad.subject, quad.predicate, quad.graph_name
        for found in self._into.get(value, ()):
            if predicate is None or found[1] == predicate:
                yield found

    def ever(self, subject: Node | None, predicate: NamedNode, value: Node | None) -> Iterator[tuple[Node, Node]]:
        """Subject and object of the triples of a predicate, as they are or as they were before."""
        if not isinstance(subject, ox.Literal):
            for quad in self._store.quads_for_pattern(subject, predicate, value):
                yield quad.subject, quad.object
        if subject is not None:
            yield from ((subject, o) for p, o, _ in self._out.get(subject, ()) if p == predicate and value in (None, o))
        elif value is not None:
            yield from ((s, value) for s, p, _ in self._into.get(value, ()) if p == predicate)

    def everywhere(self, predicate: NamedNode) -> Iterator[tuple[Triple, str]]:
        """Every triple of a predicate, now, with the named graph that says it: for those of which there are few."""
        for quad in self._store.quads_for_pattern(None, predicate, None):
            if self._is_kept(quad.graph_name):
                yield quad.triple, quad.graph_name.value
        for graph, said in self._replaced.items():
            yield from ((triple, graph.value) for triple in said if triple.predicate == predicate)

    def _is_kept(self, graph: NamedNode | ox.DefaultGraph) -> bool:
        if graph in self._replaced or graph in self._hidden or not isinstance(graph, NamedNode):
            return False
        return not graph.value.startswith(self._quarantine)

    def _stored(self, graph: NamedNode) -> Iterator[Triple]:
        for quad in self._store.quads_for_pattern(None, None, None, graph):
            yield quad.triple


def stored(ntriples: bytes) -> ox.Store:
    """A store of an N-Triples text: it writes numbers, dates and languages as a snapshot does."""
    store = ox.Store()
    store.bulk_load(ntriples, format=ox.RdfFormat.N_TRIPLES)
    return store


def triples(ntriples: bytes) -> Iterator[Triple]:
    """The triples of an N-Triples text."""
    for quad in ox.parse(input=ntriples, format=ox.RdfFormat.N_TRIPLES):
        yield quad.triple


def as_ntriples(said: Iterable[Triple]) -> bytes:
    """Triples as N-Triples, each once."""
    return ox.serialize(dict.fromkeys(said), format=ox.RdfFormat.N_TRIPLES)
