"""The clients people use."""

from __future__ import annotations

import warnings

from graph.web import server as _  # noqa: F401 - the server must import without a client library

QUERY = "SELECT ?s WHERE { ?s <http://purl.org/dc/terms/identifier> 'P01' }"


def test_sparqlwrapper(server):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, at import
        from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLWrapper
    client = SPARQLWrapper(f"{server.url}/sparql")
    client.setQuery(QUERY)
    for form in (JSON, XML, CSV):
        client.setReturnFormat(form)
        assert client.query().convert()
    client.setReturnFormat(JSON)
    client.setMethod(POST)
    rows = client.query().convert()["results"]["bindings"]
    assert [row["s"]["value"] for row in rows] == ["https://w3id.org/passerelles/id/productions/bus"]
    client.setQuery("CONSTRUCT WHERE { ?s <http://purl.org/dc/terms/identifier> ?o }")
    client.setReturnFormat(TURTLE)
    assert b"P01" in client.query().convert()


def test_rdflib_sparqlstore(server):
    from rdflib import Graph, URIRef
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = Graph(SPARQLStore(f"{server.url}/sparql"))
    rows = list(graph.query(QUERY))
    assert rows[0][0] == URIRef("https://w3id.org/passerelles/id/productions/bus")
    title = URIRef("http://purl.org/dc/terms/title")
    assert {literal.language for literal in graph.objects(rows[0][0], title)} == {"fr", "en"}
