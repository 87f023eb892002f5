"""Which properties are links, and of what kind: `pas:linkKind` says it, in the ontology of the graph.

A sub-property, an inverse or an equivalent property is of the kind of the nearest property that has one. A graph that
says nothing of it gets what the shipped ontology says of the common vocabularies.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from ..config import shipped_root
from ..namespaces import OWL, PAS, RDF, RDFS, SKOS
from .word import number

LINK_KIND = PAS + "linkKind"
SHIPPED = (
    "passerelles.ttl",
    "alignments/links.ttl",
    "alignments/prov.ttl",
    "alignments/skos.ttl",
    "alignments/dct.ttl",
    "vocabularies/natures-lien.ttl",
)
_CONCEPTS = "https://w3id.org/passerelles/id/concepts/"
IDENTITY, DISTINCTION, ADDRESS = (_CONCEPTS + name for name in ("lien-identite", "lien-distinction", "lien-adresse"))

_NEAR = tuple(ox.NamedNode(iri) for iri in (RDFS + "subPropertyOf", OWL + "equivalentProperty"))
_INVERSE = ox.NamedNode(OWL + "inverseOf")
_CHAIN = ox.NamedNode(OWL + "propertyChainAxiom")
_FIRST, _REST, _NIL = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))
_POSITION, _LABEL = ox.NamedNode("https://schema.org/position"), ox.NamedNode(SKOS + "prefLabel")
_DEFAULT = ox.DefaultGraph()


class Step(NamedTuple):
    """One step of a chain as a file may state it: through a property, or through its inverse, backwards."""

    property: str
    backwards: bool


class Chain(NamedTuple):
    """A link through something in between, as a reuse is: `property` holds where `first` then `second` lead."""

    property: str
    first: tuple[Step, ...]
    second: tuple[Step, ...]


class Kinds(Mapping[str, str]):
    """The kind of each property that is a link; `chains` are the links that something in between carries."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._inverses = self._pairs(_INVERSE)
        self._kinds = self._spread(dict(self._values(ox.NamedNode(LINK_KIND))))
        self.chains = tuple(self._chains())
        self.steps = frozenset(step.property for each in self.chains for step in (*each.first, *each.second))
        self._positions = {kind: number(value.value) for kind, value in self._said(_POSITION)}
        self._labels: dict[str, dict[str, str]] = defaultdict(dict)
        for kind, value in self._said(_LABEL):
            self._labels[kind][value.language or ""] = value.value

    @classmethod
    def read(cls, store: ox.Store) -> Kinds:
        """What the default graph of a store says, else what the shipped ontology says."""
        return cls(store) or cls._shipped()

    @classmethod
    def _shipped(cls) -> Kinds:
        store = ox.Store()
        for name in SHIPPED:
            store.load(path=shipped_root() / "ontology" / name, format=ox.RdfFormat.TURTLE)
        return cls(store)

    def __getitem__(self, iri: str) -> str:
        return self._kinds[iri]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def of(self, iri: str) -> str:
        """The kind of a property; empty for one that is no link."""
        return self._kinds.get(iri, "")

    def label(self, kind: str) -> dict[str, str]:
        """What a kind is called, by language."""
        return self._labels.get(kind, {})

    def order(self, kind: str) -> tuple[float, str]:
        """What sorts kinds: their position in their scheme."""
        position = self._positions.get(kind)
        return math.inf if position is None else position, kind

    def _said(self, predicate: ox.NamedNode) -> Iterator[tuple[str, ox.Literal]]:
        """The texts that a property gives of each kind."""
        for kind in sorted(set(self._kinds.values())):
            for quad in self._store.quads_for_pattern(ox.NamedNode(kind), predicate, None, _DEFAULT):
                if isinstance(quad.object, ox.Literal):
                    yield kind, quad.object

    def _values(self, predicate: ox.NamedNode) -> Iterator[tuple[str, str]]:
        for quad in self._store.quads_for_pattern(None, predicate, None, _DEFAULT):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                yield quad.subject.value, quad.object.value

    def _pairs(self, predicate: ox.NamedNode) -> Mapping[str, set[str]]:
        """Each property with those that a symmetric relation relates it to."""
        found: dict[str, set[str]] = defaultdict(set)
        for one, other in self._values(predicate):
            found[one].add(other)
            found[other].add(one)
        return found

    def _spread(self, kinds: dict[str, str]) -> dict[str, str]:
        """The kinds declared, and those of the properties below, equivalent or inverse; the nearest wins."""
        below: dict[str, set[str]] = defaultdict(set, {iri: set(others) for iri, others in self._inverses.items()})
        for predicate in _NEAR:
            for one, other in self._values(predicate):
                below[other].add(one)
                if predicate != _NEAR[0]:
                    below[one].add(other)
        reached = sorted(kinds)
        while reached:
            nearer = {low: kinds[iri] for iri in reversed(reached) for low in below.get(iri, ()) if low not in kinds}
            kinds |= nearer
            reached = sorted(nearer)
        return kinds

    def _chains(self) -> Iterator[Chain]:
        for quad in self._store.quads_for_pattern(None, _CHAIN, None, _DEFAULT):
            steps = self._members(quad.object)
            if quad.subject.value in self._kinds and len(steps) == 2 and quad.subject.value not in steps:  # noqa: PLR2004 - a thing in between
                yield Chain(quad.subject.value, self._stated(steps[0]), self._stated(steps[1]))

    def _members(self, head: ox.NamedNode | ox.BlankNode | ox.Literal) -> list[str]:
        """The properties of a list; none where it is not one, or one of its steps has no name."""
        found: list[str] = []
        seen = {_NIL}
        while head not in seen:
            if isinstance(head, ox.Literal):
                return []
            seen.add(head)
            first, rest = (
                next((quad.object for quad in self._store.quads_for_pattern(head, name, None, _DEFAULT)), None)
                for name in (_FIRST, _REST)
            )
            if not isinstance(first, ox.NamedNode) or rest is None:
                return []
            found.append(first.value)
            head = rest
        return found

    def _stated(self, iri: str) -> tuple[Step, ...]:
        inverses = (Step(each, backwards=True) for each in sorted(self._inverses[iri]))
        return (Step(iri, backwards=False), *inverses)
