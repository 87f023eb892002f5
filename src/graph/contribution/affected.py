"""Which focus nodes a change can affect, and which triples decide about them.

Backward from each triple that changed to the focus nodes that may read it; forward from these to every triple they may
read. The automaton of `shacl.reach` says which steps there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from ..namespaces import RDF, RDFS
from ..shacl.reach import Reach, Targets
from ..snapshot.overlay import NamedNode, Node, Overlay, Triple

_SUBCLASS, _TYPE = NamedNode(RDFS + "subClassOf"), NamedNode(RDF + "type")


class TooFar(Exception):
    """A change reaches so much of the graph that all of it is better checked."""


class Walk:
    """Walks over a graph by the steps of its shapes, each place at most once; at most `limit` places in all."""

    def __init__(self, reach: Reach, graph: Overlay, limit: int) -> None:
        self._reach = reach
        self._graph = graph
        self._left = limit

    def affected(self, changed: Iterable[Triple]) -> set[Node]:
        """The nodes whose conformance may depend on the triples that changed. Raises TooFar."""
        found: set[Node] = set()
        places = _Places()
        for triple in changed:
            if triple.predicate == _SUBCLASS:
                raise TooFar  # whatever a class has for instances may have other targets now
            for state, inverse in self._reach.reading(str(triple.predicate)):
                places.add(triple.object if inverse else triple.subject, state)
        for node, state in places:
            self._count()
            if state in self._reach.roots:
                found.add(node)
            for predicate, inverse, before in self._reach.back.get(state, ()):
                step = NamedNode(predicate[1:-1])
                ends = self._graph.ever(node, step, None) if inverse else self._graph.ever(None, step, node)
                for end in ends:
                    places.add(end[inverse], before)
        return found

    def neighbourhood(self, focus: Iterable[Node]) -> dict[str, dict[Triple, None]]:
        """Every triple that validating the `focus` nodes may read, and the hierarchy of classes, by named graph.

        Raises TooFar.
        """
        found: dict[str, dict[Triple, None]] = {}
        places = _Places()
        for node in focus:
            types = self._types(node)
            for state, targets in self._reach.roots.items():
                if self._is_target(node, types, targets):
                    places.add(node, state)
        for triple, graph in self._classes:
            found.setdefault(graph, {})[triple] = None
        for node, state in places:
            self._count()
            said = self._said(node)
            for predicate, inverse, after in self._reach.steps.get(state, ()):
                if inverse:
                    for subject, step, graph in self._graph.pointing(node, NamedNode(predicate[1:-1])):
                        found.setdefault(graph.value, {})[Triple(subject, step, node)] = None
                        places.add(subject, after)
                else:
                    for step, value, graph in said.get(predicate, ()):
                        found.setdefault(graph.value, {})[Triple(node, step, value)] = None
                        places.add(value, after)
        return found

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooFar

    def _said(self, node: Node) -> dict[str | None, list[tuple[NamedNode, Node, NamedNode]]]:
        """What is said of a node, by predicate as N-Triples; all of it under None."""
        found: dict[str | None, list[tuple[NamedNode, Node, NamedNode]]] = {None: self._graph.about(node)}
        for said in found[None]:
            found.setdefault(str(said[0]), []).append(said)
        return found

    def _is_target(self, node: Node, types: frozenset[str], targets: Targets) -> bool:
        return (
            not types.isdisjoint(targets.classes)
            or str(node) in targets.nodes
            or any(str(predicate) in targets.subjects_of for predicate, _, _ in self._graph.about(node))
            or any(any(self._graph.pointing(node, NamedNode(p[1:-1]))) for p in targets.objects_of)
        )

    def _types(self, node: Node) -> frozenset[str]:
        """The classes of a node and all that these are subclasses of, as N-Triples."""
        found: set[str] = set()
        stack = [str(value) for predicate, value, _ in self._graph.about(node) if predicate == _TYPE]
        while stack:
            kind = stack.pop()
            if kind not in found:
                found.add(kind)
                stack.extend(self._above.get(kind, ()))
        return frozenset(found)

    @cached_property
    def _classes(self) -> list[tuple[Triple, str]]:
        return list(self._graph.everywhere(_SUBCLASS))

    @cached_property
    def _above(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for triple, _ in self._classes:
            found.setdefault(str(triple.subject), []).append(str(triple.object))
        return found


class _Places:
    """Nodes to look at, each in a state of the automaton, while more are being found."""

    def __init__(self) -> None:
        self._seen: set[tuple[Node, int]] = set()
        self._waiting: list[tuple[Node, int]] = []

    def add(self, node: Node, state: int) -> None:
        if (node, state) not in self._seen:
            self._seen.add((node, state))
            self._waiting.append((node, state))

    def __iter__(self) -> Iterator[tuple[Node, int]]:
        while self._waiting:
            yield self._waiting.pop()
