"""rdflib asks us: `SERVICE` in its own queries, and its store over the SPARQL Protocol."""

from __future__ import annotations

import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from .conftest import triples
from .queries import PREFIXES

CLIENT = "rdflib"
TITLE = URIRef("http://purl.org/dc/terms/title")


def rows(found) -> list[tuple[str, ...]]:
    return sorted(tuple(term.n3() for term in row) for row in found)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # it leaves its connections open
def test_service_completes_a_local_graph_row_by_row(federation):
    """What is known of a row is sent as VALUES; of two `SERVICE`s, it would lose what the second says."""
    local = Graph().parse(data=triples("north"), format="turtle")
    query = PREFIXES + (
        "SELECT ?title ?tool { ?p ex:uses ?t ; dct:title ?title ; dct:extent ?n FILTER(?n < 12) "
        f"SERVICE <{federation.south.sparql}> {{ ?t dct:title ?tool }} }}"
    )
    assert rows(local.query(query)) == federation.rows(query) != []


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_its_store_reads_us_as_a_graph(federation, method):
    graph = Graph(SPARQLStore(federation.south.sparql, method=method))
    tool = URIRef("https://south.example.org/id/tools/t3")
    expected = federation.rows(f"SELECT ?p ?o {{ {tool.n3()} ?p ?o }}")
    assert rows(graph.predicate_objects(tool)) == expected
    assert (tool, TITLE, None) in graph
    assert len(list(graph.subjects(TITLE))) == 40
    assert rows(graph.query(PREFIXES + "SELECT ?t { ?t a ex:Tool }")) == federation.rows(
        PREFIXES + "SELECT ?t { ?t a ex:Tool }"
    )
