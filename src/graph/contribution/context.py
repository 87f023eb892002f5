"""The context of a contribution: of the files that did not change, only what the checks across files ask about.

Given as `Facts`, like those of files that were read, but of some subjects only; they are never among the files told of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..dataset import Parsed, Source
from ..lint.axioms import MAPPED_FROM, MAPPED_TO, REPLACED_BY, SETTLING, Axioms
from ..lint.facts import Facts, gather
from ..lint.keys import Keyed
from ..snapshot.overlay import NamedNode, Overlay, Triple, as_ntriples
from ..turtle.parse import Document
from .affected import TooFar
from .index import Index

_RECORDS = (NamedNode(MAPPED_FROM), NamedNode(MAPPED_TO))


class Context:
    """Gathers the subjects of unchanged files that matter to some facts, each once; at most `limit` of them."""

    def __init__(self, graph: Overlay, index: Index, axioms: Axioms, base: str, limit: int) -> None:
        self._graph = graph
        self._index = index
        self._axioms = axioms
        self._base = base
        self._left = limit
        self._chain = [NamedNode(name) for name in (*axioms.orders, REPLACED_BY)]
        self._against = [NamedNode(name) for name, orders in axioms.orders.items() if any(way for _, way in orders)]
        self._triples: dict[str, dict[Triple, None]] = {}
        self._keyed: dict[str, list[Keyed]] = {}
        self._seen: set[str] = set()
        self.twins: set[str] = set()  # the named graphs of what has the same key as a thing of these files

    def __len__(self) -> int:
        """How many things were looked at."""
        return len(self._seen)

    def add(self, facts: Iterable[Facts], replaced: frozenset[str]) -> None:
        """Gather what matters to `facts`; the named graphs of `replaced` are known already. Raises TooFar."""
        for fact in facts:
            for iri in fact.objects:
                self._describe(iri)
            for iri in fact.subjects:
                self._describe(iri)
            for keyed in fact.keyed:
                others = [(graph, other) for graph, other in self._index.same_key(keyed) if graph not in replaced]
                for graph, other in others:
                    self.twins.add(graph)
                    self._keyed.setdefault(graph, []).append(other)
                    self._describe(other.subject)
                    self._records(other.subject)
                if others:
                    self._records(keyed.subject)

    def describe(self, iris: Iterable[str]) -> None:
        """Gather what is said of these things, wherever they lead. Raises TooFar."""
        for iri in iris:
            self._describe(iri)

    def facts(self, sources: Iterable[Source]) -> Iterator[Facts]:
        """What was gathered, as facts of the files that say it; `sources` name these files."""
        for source in sources:
            document = Document(as_ntriples(self._triples.get(source.graph, {})), {})
            found = gather(Parsed(source, document, "", 0), self._base, self._axioms)
            yield replace(found, keyed=tuple(dict.fromkeys(self._keyed.get(source.graph, ()))))

    def graphs(self) -> set[str]:
        """The named graphs of the files of the context."""
        return self._triples.keys() | self._keyed.keys()

    def _describe(self, start: str) -> None:
        """What is said of a thing, and of those it leads to by an order or a replacement."""
        waiting = [start]
        while waiting:
            iri = waiting.pop()
            if iri in self._seen or iri.startswith(("_:", '"')):
                continue
            self._count(iri)
            node = NamedNode(iri)
            for predicate, value, graph in self._graph.about(node):
                self._triples.setdefault(graph.value, {})[Triple(node, predicate, value)] = None
                if predicate in self._chain and isinstance(value, NamedNode):
                    waiting.append(value.value)
            for predicate in self._against:
                for subject, _, graph in self._graph.pointing(node, predicate):
                    self._triples.setdefault(graph.value, {})[Triple(subject, predicate, node)] = None
                    if isinstance(subject, NamedNode):
                        waiting.append(subject.value)

    def _records(self, iri: str) -> None:
        """The records that map a thing to another, and what settles whether it is another."""
        node = NamedNode(iri)
        settling = [NamedNode(name) for name in SETTLING]
        for predicate in (*_RECORDS, *settling):
            for subject, _, _ in self._graph.pointing(node, predicate):
                if isinstance(subject, NamedNode):
                    self._describe(subject.value)

    def _count(self, iri: str) -> None:
        self._seen.add(iri)
        self._left -= 1
        if self._left < 0:
            raise TooFar
