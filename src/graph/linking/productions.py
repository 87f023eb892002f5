"""Productions as they are compared: what the graph and each portal say of them, read in one pass.

Curated productions are of the default graph; those of a portal are of its quarantine (`harvest/PORTAL`), where nothing
is inferred, so the sub-classes that the ontology states are followed here. One IRI is one production, whoever says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ..dataset import HARVEST
from ..namespaces import DCAT, DCT, FOAF, PAS, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from ..snapshot.reader import Snapshot

_SCHEMA = "https://schema.org/"
_DOAP = "http://usefulinc.com/ns/doap#"
_KINDS = (PAS + "Production", DCAT + "Dataset", _SCHEMA + "SoftwareSourceCode", _DOAP + "Project")
_VALUES = 32  # of one property; what is said more often does not tell a thing from another

Texts = tuple[tuple[str, str], ...]  # language, empty where none is said, and text


@dataclass(frozen=True, slots=True)
class Production:
    """What is compared. `portal` is empty for the curated graph; dates are ISO 8601; URLs are as they are written."""

    iri: str
    portal: str = ""
    titles: Texts = ()
    descriptions: Texts = ()
    organisations: tuple[str, ...] = ()
    organisation_names: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()


_PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "titles": (DCT + "title", DCT + "alternative", _SCHEMA + "name", _DOAP + "name", RDFS + "label", SKOS + "altLabel"),
    "descriptions": (DCT + "description", _SCHEMA + "description", _DOAP + "shortdesc"),
    "organisations": (DCT + "publisher", DCT + "creator", PAS + "commissionedBy"),
    "identifiers": (DCT + "identifier", _SCHEMA + "identifier"),
    "urls": (
        _SCHEMA + "codeRepository",
        _SCHEMA + "url",
        _DOAP + "homepage",
        DCAT + "landingPage",
        FOAF + "page",
        FOAF + "homepage",
    ),
    "themes": (DCAT + "theme", DCAT + "keyword", DCT + "subject"),
    "kinds": (DCT + "type", PAS + "toolKind", PAS + "toolFamily"),
    "sources": (DCT + "source",),
    "dates": (DCT + "issued", DCT + "created", DCT + "modified"),
}
_NAMES = (FOAF + "name", SKOS + "prefLabel", SKOS + "altLabel", DCT + "title")


def read(snapshot: Snapshot) -> list[Production]:
    """Every production of the graph and of the quarantines, in the order of their IRIs."""
    store = ox.Store.read_only(str(snapshot.store_path))
    quarantine = f"{snapshot.manifest.graph_base}{HARVEST}/"
    portals = sorted(name.value for name in store.named_graphs() if name.value.startswith(quarantine))
    kinds = _with_subclasses(store)
    found: dict[str, Production] = {}
    for graph in ("", *portals):
        for each in _of(store, graph, graph.removeprefix(quarantine), kinds):
            found[each.iri] = _joined(found[each.iri], each) if each.iri in found else each
    return [found[iri] for iri in sorted(found)]


def _of(store: ox.Store, graph: str, portal: str, kinds: Iterable[ox.NamedNode]) -> Iterator[Production]:
    """The productions of one graph. A property is read whole: fewer questions than one a production."""
    name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    typed = chain.from_iterable(store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), kind, name) for kind in kinds)
    subjects = {quad.subject.value for quad in typed if isinstance(quad.subject, ox.NamedNode)}
    said: dict[str, defaultdict[str, list[ox.NamedNode | ox.Literal]]] = {
        field: defaultdict(list) for field in _PROPERTIES
    }
    for field, properties in _PROPERTIES.items():
        for quad in chain.from_iterable(
            store.quads_for_pattern(None, ox.NamedNode(iri), None, name) for iri in properties if subjects
        ):
            if isinstance(quad.object, ox.NamedNode | ox.Literal) and quad.subject.value in subjects:
                said[field][quad.subject.value].append(quad.object)
    named = _names(store, name, {value for values in said["organisations"].values() for value in values})
    for iri in subjects:
        texts = {field: _texts(said[field][iri]) for field in ("titles", "descriptions")}
        values = {field: _plain(said[field][iri]) for field in _PROPERTIES if field not in texts}
        values["organisation_names"] = _first(
            chain.from_iterable(named.get(each, ()) for each in values["organisations"])
        )
        if portal:
            values["sources"] = ()  # of a portal, each record has its own: they tell nothing apart
        yield Production(iri, portal, **texts, **values)


def _with_subclasses(store: ox.Store) -> list[ox.NamedNode]:
    """The classes of productions and those below them, step by step: a class may be its own ancestor."""
    found = dict.fromkeys(map(ox.NamedNode, _KINDS))
    waiting = list(found)
    while waiting:
        for quad in store.quads_for_pattern(None, ox.NamedNode(RDFS + "subClassOf"), waiting.pop(), ox.DefaultGraph()):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject not in found:
                found[quad.subject] = None
                waiting.append(quad.subject)
    return sorted(found, key=str)


def _names(
    store: ox.Store, graph: ox.NamedNode | ox.DefaultGraph, organisations: Iterable[ox.NamedNode | ox.Literal]
) -> dict[str, list[str]]:
    """What each organisation is called, there or in the default graph; one that is a text is its own name."""
    found: dict[str, list[str]] = {}
    for each in organisations:
        names = [each.value] if isinstance(each, ox.Literal) else []
        for where in dict.fromkeys((graph, ox.DefaultGraph())) if isinstance(each, ox.NamedNode) else ():
            names += [
                quad.object.value
                for iri in _NAMES
                for quad in store.quads_for_pattern(each, ox.NamedNode(iri), None, where)
                if isinstance(quad.object, ox.Literal)
            ]
        found[each.value] = names
    return found


def _texts(values: Iterable[ox.NamedNode | ox.Literal]) -> Texts:
    texts = {(each.language or "", each.value) for each in values if isinstance(each, ox.Literal)}
    return tuple(islice(sorted(texts), _VALUES))


def _plain(values: Iterable[ox.NamedNode | ox.Literal]) -> tuple[str, ...]:
    return _first(each.value for each in values)


def _first(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values))[:_VALUES])


def _joined(one: Production, other: Production) -> Production:
    """What two graphs say of one production; it stays with the first."""
    fields = ("titles", "descriptions", "organisation_names", *(set(_PROPERTIES) - {"titles", "descriptions"}))
    both = {field: tuple(sorted({*getattr(one, field), *getattr(other, field)})[:_VALUES]) for field in fields}
    return Production(one.iri, one.portal, **both)
