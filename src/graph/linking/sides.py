"""The two things of a record as a reviewer compares them: what each is, and what it is linked to already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ..dataset import HARVEST
from ..namespaces import STANDARD, PrefixMap
from ..relay.lookup import Relay
from ..relay.names import Names
from ..relay.word import Publisher
from .fields import ALL_PROPERTIES, FIELDS

if TYPE_CHECKING:
    from ..snapshot.reader import Snapshot

_MANY, _LINKS = 8, 12
_LONGEST = 700  # characters of a text: enough to compare


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a thing: what it is called, and its IRI when it is one."""

    text: str
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """A thing. `portal` is the quarantine it is of, empty for the graph; `known` is false when nothing is said of it.

    `fields` have the values of each of `FIELDS` that has any; `more` how many values and links were left out; `links`
    what it is linked to: the property, the other thing, and whether the link starts there.
    """

    iri: str
    title: str
    portal: str
    known: bool
    fields: Mapping[str, tuple[Value, ...]]
    links: tuple[tuple[Value, Value, bool], ...]
    more: int


class Sides:
    """What a snapshot says of things, in a language. Not for more than one thread."""

    def __init__(self, snapshot: Snapshot) -> None:
        manifest = snapshot.manifest
        self._store = ox.Store.read_only(str(snapshot.store_path))
        names = None if snapshot.names_path is None else Names(snapshot.names_path)
        self._relay = Relay(self._store, names, manifest.graph_base, Publisher())
        self._base, self._prefixes = manifest.base, PrefixMap({**STANDARD, **manifest.prefixes})
        self._quarantine = f"{manifest.graph_base}{HARVEST}/"

    def of(self, iri: str, language: str) -> Side:
        """One thing, in a language where it speaks it."""
        node = ox.NamedNode(iri)
        quads = list(self._store.quads_for_pattern(node, None, None, None))
        graphs = {quad.graph_name for quad in quads}
        here = ox.DefaultGraph() in graphs
        portal = "" if here else next(filter(self._is_quarantine, sorted(each.value for each in graphs)), "")
        said: dict[str, list[ox.NamedNode | ox.Literal]] = {}
        home = ox.NamedNode(portal) if portal else ox.DefaultGraph()
        for quad in quads:
            if quad.graph_name == home and isinstance(quad.object, ox.NamedNode | ox.Literal):
                said.setdefault(quad.predicate.value, []).append(quad.object)
        fields, more = {}, 0
        for name, properties in FIELDS.items():
            values = list(dict.fromkeys(self._values(name, properties, said, portal, language)))
            if values:
                fields[name] = tuple(values[:_MANY])
                more += max(0, len(values) - _MANY)
        found = self._relay(iri)
        links = tuple(self._link(each, language) for each in found["links"][:_LINKS])
        more += max(0, len(found["links"]) - _LINKS)
        return Side(
            iri,
            self._called(iri, portal, language),
            portal.removeprefix(self._quarantine),
            bool(said),
            fields,
            links,
            more,
        )

    def called(self, iri: str, language: str) -> str:
        """What a thing or a property is called."""
        return self._called(iri, "", language)

    def _is_quarantine(self, graph: str) -> bool:
        return graph.startswith(self._quarantine)

    def _called(self, iri: str, portal: str, language: str) -> str:
        name = _in(language, self._relay.titles(iri, portal)) or _in(language, self._relay.property_label(iri))
        return _short(name) or self._prefixes.shrink(iri).removeprefix(self._base)

    def _values(
        self,
        name: str,
        properties: tuple[str, ...],
        said: Mapping[str, list[ox.NamedNode | ox.Literal]],
        portal: str,
        language: str,
    ) -> Iterator[Value]:
        """The values of a field; of texts in several languages, those in the reader's where there are any."""
        for property_ in properties:
            values = sorted(said.get(property_, ()), key=str)
            texts = [each for each in values if isinstance(each, ox.Literal)]
            spoken = [each for each in texts if each.language in (None, language)] or texts
            for each in values:
                if isinstance(each, ox.NamedNode):
                    yield Value(self._called(each.value, portal, language), each.value)
                elif each in spoken:
                    yield Value(_short(each.value))
            if values and name not in ALL_PROPERTIES:
                return

    def _link(self, link: Mapping[str, Any], language: str) -> tuple[Value, Value, bool]:
        out = link["direction"] == "out"
        other = link["to"] if out else link["from"]
        label = _short(_in(language, link["label"])) or self._called(other, "", language)
        property_ = _in(language, link["property_label"]) or self._called(link["property"], "", language)
        return Value(property_, link["property"]), Value(label, other), out


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _in(language: str, wordings: Mapping[str, str]) -> str:
    """A text in a language, else without one, else in any."""
    return next((wordings[tag] for tag in (language, "", *wordings) if tag in wordings), "")
