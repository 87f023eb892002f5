"""Statements: what is said of a node, and of what points to it, in the graph and in what portals brought.

A triple of the default graph may be stated in several graphs, or be only inferred: then it is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from ..dataset import HARVEST, INFERRED_GRAPH
from ..namespaces import SSSOM, XSD

QUARANTINE = f"{HARVEST}/"  # below `graph_base`, one graph a portal: not of the default graph
SUBJECT, PREDICATE, OBJECT = (SSSOM + name for name in ("subject_id", "predicate_id", "object_id"))
MODIFIER = SSSOM + "predicate_modifier"  # of a record that says what does not hold

_QUARANTINED, _STATED = (
    Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("quarantined.rq", "stated.rq")
)
_DEFAULT = ox.DefaultGraph()
_ANY_URI = ox.NamedNode(XSD + "anyURI")
_SCANNED = 256  # where there are more statements around a node, those that matter are read property by property
_FEW = 32  # where there are more, most may be inferred, as the n² identities of n names: the engine leaves these aside
_SUBJECT, _PREDICATE, _OBJECT = map(ox.Variable, ("subject", "predicate", "object"))
_PREFIX, _INFERRED = map(ox.Variable, ("quarantine", "inferred"))

Term = ox.NamedNode | ox.Literal
Row = ox.Quad | ox.QuerySolution
_TERMS = (ox.NamedNode, ox.Literal)


class Statement(NamedTuple):
    """One triple, and the portal's graph it is of; empty for the default graph.

    Blank nodes and triple terms are no end of a link, and are left out.
    """

    subject: str
    predicate: str
    object: Term
    portal: str


Read = Mapping[str, Sequence[Statement]]  # what was read of some nodes


class Statements:
    """A store read for the relay; named graphs begin with `graph_base`. `properties` are what an answer needs."""

    def __init__(self, store: ox.Store, graph_base: str, properties: Iterable[str]) -> None:
        self.store = store
        self._properties = [ox.NamedNode(iri) for iri in sorted(properties)]
        self._needed = frozenset(properties)
        self._quarantine = graph_base + QUARANTINE
        self._portals = {name for name in store.named_graphs() if name.value.startswith(self._quarantine)}
        self._inferred = ox.NamedNode(graph_base + INFERRED_GRAPH)
        self._unstated = {_DEFAULT, self._inferred}

    def of(self, node: str) -> tuple[list[Statement], bool]:
        """What is said of a node, with those properties; whether that is all of it, inferences too.

        Of a text, which others give where an IRI is due, nothing is said.
        """
        try:
            return self._around(ox.NamedNode(node), None)
        except ValueError:
            return [], True

    def to(self, term: Term) -> list[Statement]:
        """What points to a term, with those properties."""
        return self._around(None, term)[0]

    def graphs(self, each: Statement) -> list[str]:
        """The graphs that state it, in order; none for what is only inferred, or set aside from the default graph."""
        if each.portal:
            return [each.portal]
        ends = ox.NamedNode(each.subject), ox.NamedNode(each.predicate), each.object
        names = {quad.graph_name for quad in self.store.quads_for_pattern(*ends, None)}
        stated = names - self._unstated - self._portals
        return sorted(name.value for name in stated) if _DEFAULT in names else []

    def describes(self, node: str) -> bool:
        """Whether a file or a portal says anything at all of a node."""
        found = self.store.quads_for_pattern(ox.NamedNode(node), None, None, None)
        return any(quad.graph_name not in self._unstated for quad in found)

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

    def _around(self, subject: ox.NamedNode | None, target: Term | None) -> tuple[list[Statement], bool]:
        """The statements that begin or end there, those of portals last; inferences too, where they are few."""
        ends = {_SUBJECT: subject, _OBJECT: target}
        rows: list[Row] = list(islice(self.store.quads_for_pattern(subject, None, target, _DEFAULT), _FEW))
        few = len(rows) < _FEW
        if not few:
            rows = self._asked(_STATED, {**ends, _INFERRED: self._inferred})
        elif self._portals:
            rows += self._asked(_QUARANTINED, {**ends, _PREFIX: ox.Literal(self._quarantine)})
        needed, portals = self._needed, self._portals
        found = [
            Statement(start.value, predicate.value, value, graph.value if graph in portals else "")
            for start, predicate, value, graph, *_ in rows
            if predicate.value in needed and type(start) is ox.NamedNode and type(value) in _TERMS
        ]
        return (found if few else sorted(dict.fromkeys(found), key=lambda each: each.portal)), few

    def _asked(self, query: str, given: Mapping[ox.Variable, Term | None]) -> list[Row]:
        """What the engine answers for every property; where that is much, for those that matter, one by one.

        It leaves graphs aside faster than we can.
        """
        known = {name: term for name, term in given.items() if term is not None}
        rows = list(islice(self.store.query(query, substitutions=known), _SCANNED))
        if len(rows) == _SCANNED:
            each = ({**known, _PREDICATE: predicate} for predicate in self._properties)
            rows = [row for one in each for row in self.store.query(query, substitutions=one)]
        return rows


def values(said: Iterable[Statement], properties: Iterable[str], portal: str = "") -> list[Term]:
    """Those of the first of the properties that statements of the graph or of one portal have, in a stable order."""
    found = [each for each in said if each.portal == portal]
    for name in properties if found else ():
        if those := {each.object for each in found if each.predicate == name}:
            return sorted(those, key=str)
    return []


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
