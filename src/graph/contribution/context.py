"""The context of a contribution: of the files that did not change, only what the checks across files ask about.

Given as `Facts`, like those of files that were read, but of some subjects only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..dataset import Parsed, Source
from ..licenses.licence import EXACT, FROM
from ..lint.axioms import (
    BEFORE,
    DERIVED,
    GENERATED,
    LICENSE,
    MAPPED_FROM,
    MAPPED_TO,
    REPLACED_BY,
    REUSED,
    SETTLING,
    Axioms,
)
from ..lint.facts import Facts, gather
from ..lint.keys import Keyed
from ..snapshot.overlay import BlankNode, NamedNode, Node, Overlay, Triple, as_ntriples
from ..turtle.parse import Document
from .affected import TooFar
from .index import Index
from .works import records

_THINGS = 100_000  # of the context; beyond, everything is as quickly read
#: What says whether two things are one: the ends of a mapping record, and the relations themselves.
SETTLED_BY = tuple(NamedNode(name) for name in (MAPPED_FROM, MAPPED_TO, *SETTLING))
_LICENSE, _EXACT = NamedNode(LICENSE), NamedNode(EXACT)
_STEPS = frozenset((LICENSE, *DERIVED, REUSED, GENERATED, MAPPED_FROM, MAPPED_TO))


class Context:
    """Gathers the subjects of unchanged files that matter to some facts, each once.

    `known` are the named graphs that are read or replaced: nothing is gathered of them.
    """

    def __init__(self, graph: Overlay, index: Index, axioms: Axioms, base: str, known: frozenset[str]) -> None:
        self._graph = graph
        self._index = index
        self._axioms = axioms
        self._base = base
        self._known = known
        chain = (*axioms.orders, REPLACED_BY, LICENSE, *DERIVED)
        self._chain = {NamedNode(name) for name in chain}
        against = (name for name, orders in axioms.orders.items() if any(way for _, way in orders))
        self._against = [NamedNode(name) for name in (*against, FROM, BEFORE)]
        self._triples: dict[str, dict[Triple, None]] = {}
        self._keyed: dict[str, list[Keyed]] = {}
        self._seen: set[Node] = set()
        self._asked: set[tuple[tuple[str, ...], str]] = set()
        self.twins: set[str] = set()  # the named graphs of what has the same key as a thing of these files

    def add(self, facts: Iterable[Facts]) -> None:
        """Gather what matters to `facts`. Raises TooFar."""
        for fact in facts:
            self.describe(map(NamedNode, (*fact.objects, *fact.subjects)))
            self.describe(record for subject in fact.subjects for record in self._records(NamedNode(subject)))
            self.describe(map(NamedNode, _origins(fact)))
            for keyed in fact.keyed:
                if (keyed.properties, keyed.value) not in self._asked:
                    self._asked.add((keyed.properties, keyed.value))
                    self._twins(keyed)

    def describe(self, nodes: Iterable[Node]) -> None:
        """Gather what is said of these things, wherever they lead by an order, a derivation, a licence or a blank node.

        Raises TooFar.
        """
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node in self._seen or not isinstance(node, NamedNode | BlankNode):
                continue
            self._seen.add(node)
            if len(self._seen) > _THINGS:
                raise TooFar
            for predicate, value, graph in self._graph.about(node):
                self._say(graph, Triple(node, predicate, value))
                if predicate in self._chain or isinstance(value, BlankNode):
                    waiting.append(value)
                if predicate == _LICENSE:
                    waiting += (subject for subject, _, _ in self._graph.pointing(value, _EXACT))
            waiting += records(self._graph, node)
            for predicate in self._against:
                for subject, _, graph in self._graph.pointing(node, predicate):
                    self._say(graph, Triple(subject, predicate, node))
                    waiting.append(subject)

    def facts(self, sources: Iterable[Source]) -> Iterator[Facts]:
        """What was gathered, as facts of the files that say it; `sources` name these files."""
        for source in sources:
            document = Document(as_ntriples(self._triples.get(source.graph, {})), {}, blank=True)
            found = gather(Parsed(source, document), self._base, self._axioms)
            keyed = dict.fromkeys((*found.keyed, *self._keyed.get(source.graph, ())))
            yield replace(found, keyed=tuple(keyed))

    def graphs(self) -> set[str]:
        """The named graphs of the files of the context."""
        return self._triples.keys() | self._keyed.keys()

    def _say(self, graph: NamedNode, triple: Triple) -> None:
        if graph.value not in self._known:
            self._triples.setdefault(graph.value, {})[triple] = None

    def _twins(self, keyed: Keyed) -> None:
        """What has the same key, and all that may say whether it is the same thing."""
        others = [(graph, other) for graph, other in self._index.same_key(keyed) if graph not in self._known]
        for graph, other in others:
            self.twins.add(graph)
            self._keyed.setdefault(graph, []).append(other)
        for iri in {other.subject for _, other in others} | ({keyed.subject} if others else set()):
            node = NamedNode(iri)
            self.describe((node, *self._records(node)))

    def _records(self, node: Node) -> Iterator[Node]:
        """What may say of a thing that it is, or is not, linked to another."""
        return (subject for name in SETTLED_BY for subject, _, _ in self._graph.pointing(node, name))


def _origins(fact: Facts) -> Iterator[str]:
    """The works and the licences that a file leads to, of the graph or not."""
    return (
        value for _, predicate, value in fact.statements if predicate in _STEPS and not value.startswith(('"', "_:"))
    )
