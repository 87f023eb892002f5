"""The relay over one store: what every question asks of it, kept for the next where it is often asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ..namespaces import STANDARD, TITLES, PrefixMap
from ..texts import LANGUAGES, keys, say
from .kinds import Kinds
from .question import answer
from .statements import MODIFIER, OBJECT, PREDICATE, SUBJECT, Read, Statements, Term, values
from .word import NOTHING, PROPERTIES, SOURCES, Facts, Publisher, Word, facts, word

if TYPE_CHECKING:
    from .names import Names
    from .reading import Around

_NOTHING: Read = {}
_TERMS = PrefixMap(STANDARD)
_KEPT = 4_096  # nodes: sources, graphs and properties are asked for again and again


class Relay:
    """The relay over one store, and the names of its things; `closed` is false where nobody closed identity."""

    def __init__(self, store: ox.Store, names: Names | None, graph_base: str, publisher: Publisher) -> None:
        self.kinds = Kinds.read(store)
        self.closed = names is not None
        self._named = names
        self._publisher = publisher
        needed = {*self.kinds, *self.kinds.steps, *PROPERTIES, *TITLES, SUBJECT, PREDICATE, OBJECT, MODIFIER}
        self.statements = Statements(store, graph_base, needed)
        self.graphs = lru_cache(_KEPT)(self.statements.graphs)
        self.facts = lru_cache(_KEPT)(self._facts)
        self.property_label = lru_cache(_KEPT)(self._property_label)
        self._values = lru_cache(_KEPT)(self.statements.values)
        self.word = lru_cache(_KEPT)(self._word)

    def __call__(self, uri: str) -> dict[str, Any]:
        """Everything that is linked to an IRI, as the contract writes it."""
        return next(self.each([uri]))

    def each(self, uris: Iterable[str]) -> Iterator[dict[str, Any]]:
        """The same for each of several IRIs, in order: what is read of a thing serves all its names."""
        readings: dict[str, Around] = {}
        return (answer(self, readings, uri) for uri in uris)

    def names(self, name: str) -> list[str]:
        """Every name of the thing that has this one: the one that stands for them first, the others in order."""
        return [name] if self._named is None else self._named.of(name)

    def titles(self, node: str, portal: str = "", about: Read = _NOTHING) -> Mapping[str, str]:
        """What a thing is called, by language; untagged is the empty one. A portal names what the graph does not."""
        found = self._first(node, TITLES, "", about) or (self._first(node, TITLES, portal, about) if portal else ())
        return {title.language or "": title.value for title in found if isinstance(title, ox.Literal)}

    def source(self, node: str, portal: str, about: Read) -> str | None:
        """The first source of what the graph, or a portal, says of a node."""
        return next((value.value for value in self._first(node, SOURCES, portal, about)), None)

    def _first(self, node: str, properties: tuple[str, ...], portal: str, about: Read) -> Sequence[Term]:
        """The values of the first of the properties that a node has: as they were read, else asked of the store."""
        said = about.get(node)
        return self._values(node, properties, portal) if said is None else values(said, properties, portal)

    def _property_label(self, iri: str) -> Mapping[str, str]:
        """What a property is called: in the graph, else by us where it is of a common vocabulary."""
        key = f"web.term.{_TERMS.shrink(iri)}"
        ours = (language for language in LANGUAGES if key in keys(language))
        return self.titles(iri) or {language: say(language, key) for language in ours}

    def _facts(self, node: str, portal: str = "") -> Facts:
        """What the graph says of a node, or what one portal does: neither speaks for the other."""
        return facts(self.statements.said(node, portal))

    def _word(self, graph: str, source: str | None, portal: str = "") -> Word:
        """Who says what a graph states."""
        publisher = Publisher() if portal else self._publisher
        told = self.facts(source, portal) if source is not None else NOTHING
        return word(self.facts(graph), (source, told), publisher)
