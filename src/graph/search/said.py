"""What one graph of a store says by some properties, each read whole: fewer questions than one a thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from ..namespaces import RDF
from .analysis import cleaned

Worded = list[tuple[str, str]]  # language, empty where none is said, and text
_LONGEST = 20_000  # characters of a text: what comes later is not what a thing is about
_A = ox.NamedNode(RDF + "type")


class Said:
    """One graph of a store."""

    def __init__(self, store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph) -> None:
        self._store = store
        self._graph = graph
        self._read: dict[str, dict[str, Worded]] = {}

    def triples(self, properties: Iterable[str]) -> Iterator[tuple[str, ox.NamedNode | ox.Literal]]:
        """Subject and object of each triple, in the order of the properties; no blank node is among them."""
        for iri in properties:
            for quad in self._store.quads_for_pattern(None, ox.NamedNode(iri), None, self._graph):
                if isinstance(quad.subject, ox.NamedNode) and not isinstance(quad.object, ox.BlankNode):
                    yield quad.subject.value, quad.object

    def texts(self, properties: Iterable[str]) -> dict[str, Worded]:
        """The texts of each subject: property by property, those of each in order."""
        found: dict[str, Worded] = {}
        for iri in properties:
            for subject, said in self._texts(iri).items():
                found[subject] = list(dict.fromkeys(found[subject] + said)) if subject in found else said
        return found

    def _texts(self, iri: str) -> dict[str, Worded]:
        """Those of one property, which is read once."""
        if iri not in self._read:
            values: defaultdict[str, Worded] = defaultdict(list)
            for subject, value in self.triples((iri,)):
                if isinstance(value, ox.Literal):
                    text = cleaned(value.value[:_LONGEST]).strip()
                    if text:
                        values[subject].append(((value.language or "").partition("-")[0].lower(), text))
            for said in values.values():
                said.sort()
            self._read[iri] = dict(values)
        return self._read[iri]

    def ends(self, properties: Iterable[str]) -> dict[str, list[str]]:
        """Where properties lead from each subject, in order."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for subject, value in self.triples(properties):
            if isinstance(value, ox.NamedNode):
                found[subject].add(value.value)
        return {subject: sorted(values) for subject, values in found.items()}

    def values(self, properties: Iterable[str]) -> dict[str, list[str]]:
        """The literals of each subject, as they are written, in order."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for subject, value in self.triples(properties):
            if isinstance(value, ox.Literal):
                found[subject].add(value.value)
        return {subject: sorted(values) for subject, values in found.items()}

    def of_class(self, iri: str) -> list[str]:
        """The instances of a class, in order."""
        quads = self._store.quads_for_pattern(None, _A, ox.NamedNode(iri), self._graph)
        return sorted(quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))

    def leading_to(self, iri: str) -> Iterator[tuple[str, str]]:
        """Subject and property of each triple that leads to an IRI."""
        for quad in self._store.quads_for_pattern(None, None, ox.NamedNode(iri), self._graph):
            if isinstance(quad.subject, ox.NamedNode):
                yield quad.subject.value, quad.predicate.value
