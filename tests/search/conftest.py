"""A small graph, its index, and questions put to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from graph.config import Limits
from graph.search import asking
from graph.search.answer import as_json
from graph.search.searching import Found, SearchIndex
from graph.search.writing import write
from graph.snapshot.manifest import Manifest
from graph.snapshot.reader import SEARCH, Snapshot, sizes

BASE, GRAPHS = "https://example.org/id/", "https://example.org/graph/"
PREFIXES = f"""
PREFIX c: <{BASE}concepts/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/ontology#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX o: <{BASE}organisations/>
PREFIX p: <{BASE}productions/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX t: <{BASE}tools/>
"""
TURTLE = (
    PREFIXES
    + f"""
ex:subject rdfs:label "sujet"@fr, "subject"@en .
ex:story rdfs:range rdf:langString .
c:mobilite a skos:Concept ; skos:inScheme <{BASE}schemes/sujets> ; skos:prefLabel "Mobilité"@fr, "Mobility"@en .
c:partage a skos:Concept ; skos:inScheme <{BASE}schemes/sujets> ; skos:prefLabel "Voiture partagée"@fr ;
  skos:altLabel "Autopartage"@fr .
c:agence a skos:Concept ; skos:inScheme <{BASE}schemes/types> ; skos:prefLabel "Agence"@fr, "Agency"@en .
o:dt a foaf:Organization ; skos:prefLabel "Direction des transports"@fr ; skos:altLabel "DDT" ; ex:type c:agence ;
  dct:spatial <{BASE}places/nantes> .
o:bm a foaf:Organization ; skos:prefLabel "Bureau des mesures"@fr ; ex:type c:agence .
<{BASE}places/nantes> skos:prefLabel "Nantes"@fr .
<{BASE}places/rennes> skos:prefLabel "Rennes"@fr .
p:bus dct:title "L’agglo’bus itinérant"@fr, "The travelling bus"@en ; dct:identifier "P57" ; ex:subject c:mobilite ;
  dct:creator o:dt ; dct:issued "2018-05-01" ;
  dct:description "Un service coopératif qui va d’un village à l’autre."@fr, "A cooperative service on wheels."@en .
p:velo dct:title "Vélos partagés"@fr ; ex:subject c:mobilite, c:partage ; dct:spatial <{BASE}places/rennes> ;
  dct:issued "2016" ; dct:description "Des vélos en libre service, sans logiciel."@fr .
p:logiciel dct:title "Logiciel de billetterie"@fr ; ex:story "On a repris le code d’une autre ville."@fr ;
  dct:license <{BASE}licences/mit> ;
  dct:description "Un service pour vendre des billets, et les licences d’un logiciel."@fr .
<{BASE}licences/mit> dct:title "MIT"@en .
t:usagers dct:title "Ateliers d’usagers"@fr ; dct:description "Des métiers."@fr .
t:kit dct:title "Kit de survie"@fr ; dct:description "Pour agir."@fr .
t:survie dct:title "Survie en forêt"@fr ; dct:description "Un kit tient dans le sac de l’agent."@fr .
t:b dct:title "Jumeau"@fr . t:a dct:title "Jumeau"@fr . t:c dct:title "Jumeau"@fr .
<https://elsewhere.example/thing> dct:title "Jumeau d’ailleurs"@fr .
"""
)
PORTAL = (
    PREFIXES
    + f"""
<{BASE}harvest/portail/jumeau> dct:title "Jumeau"@fr .
<{BASE}harvest/portail/velo#record> foaf:primaryTopic <https://portal.example/velo> .
<https://portal.example/velo> dct:title "Vélos en gare"@fr ; ex:subject c:mobilite .
<{BASE}harvest/portail/gone#record> foaf:primaryTopic <https://portal.example/gone> ;
  prov:invalidatedAtTime "2026-01-01T00:00:00Z" .
<https://portal.example/gone> dct:title "Vélos disparus"@fr .
"""
)
Ask = Callable[..., dict[str, Any]]


def indexed(folder: Path, turtle: str, portal: str = "") -> Snapshot:
    """A snapshot with nothing but an index."""
    store = ox.Store()
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE)
    if portal:
        store.load(portal.encode(), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(GRAPHS + "harvest/portail"))
    count = write(store, BASE, GRAPHS, folder / SEARCH)
    made = Manifest(
        id="a" * 64,
        created="2026-11-21T20:00:00+00:00",
        software="1",
        title={},
        publisher="",
        licence="",
        base=BASE,
        graph_base=GRAPHS,
        search=sizes(folder / SEARCH),
        counts={"searched": count},
    )
    return Snapshot(folder, made)


@pytest.fixture(scope="session")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The snapshot of the small graph."""
    return indexed(tmp_path_factory.mktemp("searched"), PREFIXES + TURTLE, PORTAL)


@pytest.fixture(scope="session")
def index(searched: Snapshot) -> SearchIndex:
    """Its index."""
    return SearchIndex(searched, Limits())


@pytest.fixture(scope="session")
def find(index: SearchIndex) -> Callable[..., Found]:
    """Puts a question; filters by name."""

    def find(text: str, page: int = 1, **filters: str) -> Found:
        asked = asking.read(text, index.facets, Limits())
        asking.filtered(asked, {name: [value] for name, value in filters.items()}, index.facets)
        return index.search(asked, page)

    return find


@pytest.fixture(scope="session")
def ask(index: SearchIndex, find: Callable[..., Found]) -> Ask:
    """The same, answered as programs take it."""
    return lambda text, page=1, language="fr", **filters: as_json(find(text, page, **filters), index, language)


@pytest.fixture(scope="session")
def names(ask: Ask) -> Callable[..., list[str]]:
    """The ends of the IRIs of what is found."""
    return lambda text, **filters: [each["iri"].rpartition("/")[2] for each in ask(text, **filters)["results"]]


def limited(**limits: int) -> Limits:
    """Limits, some of them others."""
    return replace(Limits(), **limits)
