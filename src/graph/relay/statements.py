"""Statements: what is said of a node, and of what points to it, in the graph and in what portals brought.

A triple of the default graph may be stated in several graphs, or be only inferred: `graphs` says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import pyoxigraph as ox

from ..dataset import HARVEST
from ..namespaces import SSSOM

QUARANTINE = f"{HARVEST}/"  # below `graph_base`, one graph a portal: not of the default graph
SUBJECT, PREDICATE, OBJECT = (SSSOM + name for name in ("subject_id", "predicate_id", "object_id"))

_DEFAULT = ox.DefaultGraph()
_SCANNED = 256  # where there are more statements around a node, those that matter are read property by property

Term = ox.NamedNode | ox.Literal
_TERMS = (ox.NamedNode, ox.Literal)
_Quads = Callable[[ox.NamedNode | None, ox.NamedNode | ox.DefaultGraph], Iterable[ox.Quad]]


class Statement(NamedTuple):
    """One triple, and the portal's graph it is of; empty for the default graph.

    Blank nodes and triple terms are no end of a link, and are left out.
    """

    subject: str
    predicate: str
    object: Term
    portal: str


class Statements:
    """A store read for the relay. `hidden` are the graphs of what is computed; `properties` what an answer needs."""

    def __init__(self, store: ox.Store, quarantine: str, hidden: Iterable[str], properties: Iterable[str]) -> None:
        self.store = store
        self._properties = [ox.NamedNode(iri) for iri in sorted(properties)]
        portals = {name.value: name for name in store.named_graphs() if name.value.startswith(quarantine)}
        self._graphs = [(_DEFAULT, ""), *((portals[iri], iri) for iri in sorted(portals))]
        self._apart = frozenset((*hidden, *portals))

    def of(self, node: str) -> list[Statement]:
        """What is said of a node; of a text, which others give where an IRI is due, nothing is."""
        try:
            name, read = ox.NamedNode(node), self.store.quads_for_pattern
        except ValueError:
            return []
        return list(self._read(lambda predicate, graph: read(name, predicate, None, graph)))

    def to(self, term: Term) -> list[Statement]:
        """What points to a term."""
        read = self.store.quads_for_pattern
        return list(self._read(lambda predicate, graph: read(None, predicate, term, graph)))

    def values(self, node: str, properties: Sequence[str], portal: str) -> list[Term]:
        """The values of the first of the properties that a node has in the graph or in a portal, in a stable order.

        To ask for three properties costs less than to read the twenty statements that a thing has.
        """
        try:
            name = ox.NamedNode(node)
        except ValueError:
            return []
        graphs = [graph for graph, of in self._graphs if of in ("", portal)]
        for predicate in map(ox.NamedNode, properties):
            quads = (quad for graph in graphs for quad in self.store.quads_for_pattern(name, predicate, None, graph))
            found = {quad.object for quad in quads if type(quad.object) in _TERMS}
            if found:
                return sorted(found, key=str)
        return []

    def graphs(self, statement: Statement) -> list[str]:
        """The graphs that state it, those of what is computed apart: none for what is only inferred."""
        if statement.portal:
            return [statement.portal]
        subject, predicate = ox.NamedNode(statement.subject), ox.NamedNode(statement.predicate)
        found = self.store.quads_for_pattern(subject, predicate, statement.object, None)
        names = (quad.graph_name.value for quad in found if quad.graph_name != _DEFAULT)
        return sorted(name for name in names if name not in self._apart)

    def holds(self, subject: str, predicate: str, target: str) -> bool:
        """Whether the default graph has a triple, stated or inferred."""
        return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target)) in self.store

    def _read(self, quads: _Quads) -> Iterator[Statement]:
        for graph, portal in self._graphs:
            found = list(islice(quads(None, graph), _SCANNED))
            if len(found) == _SCANNED:
                found = [quad for predicate in self._properties for quad in quads(predicate, graph)]
            for subject, predicate, value, _ in found:
                if type(subject) is ox.NamedNode and type(value) in _TERMS:
                    yield Statement(subject.value, predicate.value, value, portal)


def recorded(store: ox.Store, triple: ox.Quad) -> bool:
    """Whether a triple has a record of a link (sssom:Mapping)."""
    ends = ((ox.NamedNode(PREDICATE), triple.predicate), (ox.NamedNode(OBJECT), triple.object))
    return any(
        all(ox.Quad(mapping.subject, name, value) in store for name, value in ends)
        for mapping in store.quads_for_pattern(None, ox.NamedNode(SUBJECT), triple.subject, _DEFAULT)
    )
