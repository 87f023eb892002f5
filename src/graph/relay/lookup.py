"""The relay over one store: what every question asks of it, kept for the next where it is often asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ..dataset import COMPUTED_GRAPHS, IDENTITY_GRAPH
from ..namespaces import STANDARD, TITLES, PrefixMap
from ..texts import LANGUAGES, keys, say
from .identity import REPRESENTATIVE
from .kinds import Kinds
from .question import answer
from .statements import OBJECT, PREDICATE, QUARANTINE, SUBJECT, Statements
from .word import NOTHING, PROPERTIES, SOURCES, Facts, Publisher, Word, facts, word

if TYPE_CHECKING:
    from .reading import Around

_REPRESENTATIVE = ox.NamedNode(REPRESENTATIVE)
_TERMS = PrefixMap(STANDARD)
_KEPT = 4_096  # nodes: sources, graphs and properties are asked for again and again


class Relay:
    """The relay over one store. `closed` says that the store has the identity graph."""

    def __init__(self, store: ox.Store, graph_base: str, publisher: Publisher, *, closed: bool) -> None:
        self.kinds = Kinds.read(store)
        self.closed = closed
        self._store = store
        self._publisher = publisher
        self._identity = ox.NamedNode(graph_base + IDENTITY_GRAPH)
        steps = {step.property for chain in self.kinds.chains for step in (*chain.first, *chain.second)}
        needed = {*self.kinds, *steps, *PROPERTIES, SUBJECT, PREDICATE, OBJECT}
        hidden = [graph_base + name for name in COMPUTED_GRAPHS]
        self.statements = Statements(store, graph_base + QUARANTINE, hidden, needed)
        self.facts = lru_cache(_KEPT)(self._facts)
        self.titles = lru_cache(_KEPT)(self._titles)
        self.property_label = lru_cache(_KEPT)(self._property_label)
        self.source = lru_cache(_KEPT)(self._source)
        self.word = lru_cache(_KEPT)(self._word)

    def __call__(self, uri: str) -> dict[str, Any]:
        """Everything that is linked to an IRI, as the contract writes it."""
        return next(self.each([uri]))

    def each(self, uris: Iterable[str]) -> Iterator[dict[str, Any]]:
        """The same for each of several IRIs, in order: what is read of a thing serves all its names."""
        readings: dict[str, Around] = {}
        return (answer(self, readings, uri) for uri in uris)

    def representative(self, name: str) -> str:
        """The name that stands for a thing; a name without another is its own."""
        found = self._store.quads_for_pattern(ox.NamedNode(name), _REPRESENTATIVE, None, self._identity)
        return next((quad.object.value for quad in found), name)

    def names(self, name: str) -> list[str]:
        """Every name of the thing that has this one."""
        stands = next(self._store.quads_for_pattern(ox.NamedNode(name), _REPRESENTATIVE, None, self._identity), None)
        if stands is None:
            return [name]
        found = self._store.quads_for_pattern(None, _REPRESENTATIVE, stands.object, self._identity)
        return sorted(quad.subject.value for quad in found)

    def _titles(self, node: str, portal: str = "") -> Mapping[str, str]:
        """What a thing is called, by language; untagged is the empty one. A portal names what the graph does not."""
        found = self.statements.values(node, TITLES) or self.statements.values(node, TITLES, portal)
        return {title.language or "": title.value for title in found if isinstance(title, ox.Literal)}

    def _property_label(self, iri: str) -> Mapping[str, str]:
        """What a property is called: in the graph, else by us where it is of a common vocabulary."""
        key = f"web.term.{_TERMS.shrink(iri)}"
        ours = (language for language in LANGUAGES if key in keys(language))
        return self.titles(iri) or {language: say(language, key) for language in ours}

    def _source(self, node: str, portal: str = "") -> str | None:
        """The first source of what the graph, or a portal, says of a node."""
        return next((value.value for value in self.statements.values(node, SOURCES, portal)), None)

    def _facts(self, node: str, portal: str = "") -> Facts:
        """What the graph says of a node, or what one portal does: neither speaks for the other."""
        return facts(self.statements.said(node, portal))

    def _word(self, graph: str, source: str | None, portal: str = "") -> Word:
        """Who says what a graph states."""
        publisher = Publisher() if portal else self._publisher
        told = self.facts(source, portal) if source is not None else NOTHING
        return word(self.facts(graph), (source, told), publisher)
