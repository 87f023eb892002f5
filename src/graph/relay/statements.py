"""Statements: what is said of a node, and of what points to it, in the graph and in what portals brought.

A triple of the default graph may be stated in several graphs, or be only inferred: then it is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import pyoxigraph as ox

from ..dataset import HARVEST
from ..namespaces import SSSOM, XSD

QUARANTINE = f"{HARVEST}/"  # below `graph_base`, one graph a portal: not of the default graph
SUBJECT, PREDICATE, OBJECT = (SSSOM + name for name in ("subject_id", "predicate_id", "object_id"))

_DEFAULT = ox.DefaultGraph()
_ANY_URI = ox.NamedNode(XSD + "anyURI")
_SCANNED = 256  # where there are more statements around a node, those that matter are read property by property
_STATED = "SELECT ?end ?p ?g {{ {} GRAPH ?g {{ {} ?p {} }} FILTER(?g NOT IN ({})) }}"

Term = ox.NamedNode | ox.Literal
_TERMS = (ox.NamedNode, ox.Literal)


class Statement(NamedTuple):
    """One triple, and the portal's graph it is of; empty for the default graph.

    Blank nodes and triple terms are no end of a link, and are left out.
    """

    subject: str
    predicate: str
    object: Term
    portal: str


Stated = Mapping[Statement, list[str]]  # each with the graphs that state it: what is only inferred is left out


class Statements:
    """A store read for the relay. `hidden` are the graphs of what is computed; `properties` what an answer needs."""

    def __init__(self, store: ox.Store, quarantine: str, hidden: Iterable[str], properties: Iterable[str]) -> None:
        self.store = store
        self._properties = [ox.NamedNode(iri) for iri in sorted(properties)]
        self._portals = frozenset(name.value for name in store.named_graphs() if name.value.startswith(quarantine))
        self._hidden = ", ".join(f"<{iri}>" for iri in hidden)
        self._those = f"VALUES ?p {{ {' '.join(map(str, self._properties))} }}"

    def of(self, node: str) -> Stated:
        """What is said of a node; of a text, which others give where an IRI is due, nothing is."""
        try:
            return self._around(ox.NamedNode(node), None)
        except ValueError:
            return {}

    def to(self, term: Term) -> Stated:
        """What points to a term."""
        return self._around(None, term)

    def mentions(self, node: str) -> bool:
        """Whether anything at all is said of a node, points to it, or has the text of it for its value."""
        name, read = ox.NamedNode(node), self.store.quads_for_pattern
        ends = (name, *texts_of(node))
        return any(next(read(*ask, None), None) for ask in ((name, None, None), *((None, None, end) for end in ends)))

    def said(self, node: str, portal: str = "") -> Iterator[Statement]:
        """What the graph says of a node, inferences too; or what one portal does, which says nothing for the graph."""
        try:
            name = ox.NamedNode(node)
        except ValueError:
            return
        graph, read = ox.NamedNode(portal) if portal else _DEFAULT, self.store.quads_for_pattern
        found = list(islice(read(name, None, None, graph), _SCANNED))
        if len(found) == _SCANNED:
            found = [quad for predicate in self._properties for quad in read(name, predicate, None, graph)]
        for _, predicate, value, _ in found:
            if type(value) in _TERMS:
                yield Statement(node, predicate.value, value, portal)

    def values(self, node: str, properties: Sequence[str], portal: str = "") -> list[Term]:
        """The values of the first of the properties that a node has in the graph or in one portal, in a stable order.

        To ask for three properties costs less than to read the twenty statements that a thing has.
        """
        try:
            name = ox.NamedNode(node)
        except ValueError:
            return []
        graph, read = ox.NamedNode(portal) if portal else _DEFAULT, self.store.quads_for_pattern
        for predicate in map(ox.NamedNode, properties):
            found = {quad.object for quad in read(name, predicate, None, graph) if type(quad.object) in _TERMS}
            if found:
                return sorted(found, key=str)
        return []

    def holds(self, subject: str, predicate: str, target: str) -> bool:
        """Whether the default graph has a triple, stated or inferred."""
        return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target)) in self.store

    def _around(self, subject: ox.NamedNode | None, target: Term | None) -> Stated:
        """The statements that begin or end there, each with the graphs that state it."""
        found = list(islice(self._stated(subject, target), _SCANNED))
        if len(found) == _SCANNED:
            found = list(self._stated(subject, target, self._those))
        stated: dict[Statement, list[str]] = {}
        for end, predicate, where in found:
            one, other, graph = subject or end, target or end, where.value
            if type(one) is ox.NamedNode and type(other) in _TERMS:
                portal = graph if graph in self._portals else ""
                stated.setdefault(Statement(one.value, predicate.value, other, portal), []).append(graph)
        for graphs in stated.values():
            graphs.sort()
        return stated

    def _stated(self, subject: ox.NamedNode | None, target: Term | None, those: str = "") -> Iterable[Sequence[Any]]:
        """The other end, the property and the graph of each: the engine leaves inferences aside faster than we can."""
        return self.store.query(_STATED.format(those, subject or "?end", target or "?end", self._hidden))


def texts_of(iri: str) -> tuple[ox.Literal, ox.Literal]:
    """An IRI as others write it as a text."""
    return ox.Literal(iri), ox.Literal(iri, datatype=_ANY_URI)


def recorded(store: ox.Store, triple: ox.Quad) -> bool:
    """Whether a triple has a record of a link (sssom:Mapping)."""
    ends = ((ox.NamedNode(PREDICATE), triple.predicate), (ox.NamedNode(OBJECT), triple.object))
    return any(
        all(ox.Quad(mapping.subject, name, value) in store for name, value in ends)
        for mapping in store.quads_for_pattern(None, ox.NamedNode(SUBJECT), triple.subject, _DEFAULT)
    )
