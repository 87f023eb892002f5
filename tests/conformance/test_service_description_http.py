"""The W3C suite of service descriptions over HTTP: of the endpoint, and of the one of a snapshot."""

from __future__ import annotations

import httpx
import pyoxigraph as ox
import pytest
from sparql_server import Server
from sparql_suite import Dataset, cases
from suite import RDF, Graph, require

from graph.formats import GRAPH_FORMATS

SUITE = "sparql11"
CASES = [case for case in cases(SUITE) if case.kind == "ServiceDescriptionTest"]
PATHS = ("sparql", f"snapshots/{Dataset().id}/sparql")
SD = "http://www.w3.org/ns/sparql-service-description#"
# The vocabulary of service descriptions (SPARQL 1.1 Service Description, section 3): domain and range.
PROPERTIES = {
    "endpoint": ("Service", None),
    "feature": ("Service", "Feature"),
    "defaultEntailmentRegime": ("Service", "EntailmentRegime"),
    "entailmentRegime": ("NamedGraph", "EntailmentRegime"),
    "defaultSupportedEntailmentProfile": ("Service", "EntailmentProfile"),
    "supportedEntailmentProfile": ("NamedGraph", "EntailmentProfile"),
    "extensionFunction": ("Service", "Function"),
    "extensionAggregate": ("Service", "Aggregate"),
    "languageExtension": ("Service", "Feature"),
    "supportedLanguage": ("Service", "Language"),
    "propertyFeature": ("Service", "Feature"),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "GraphCollection"),
    "resultFormat": ("Service", None),
    "inputFormat": ("Service", None),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("GraphCollection", "NamedGraph"),
    "name": ("NamedGraph", None),
    "graph": ("NamedGraph", "Graph"),
}
MEMBERS = {
    "Language": {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"},
    "Feature": {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"},
}
VOCABULARY = {
    *PROPERTIES,
    *(one for pair in PROPERTIES.values() for one in pair),
    *MEMBERS["Language"],
    *MEMBERS["Feature"],
}


def description(server: Server, path: str, media_type: str = "text/turtle") -> Graph:
    response = server.client.get(path, headers={"Accept": media_type})
    assert response.status_code == httpx.codes.OK
    assert response.headers["content-type"].partition(";")[0] == media_type
    return Graph(ox.Dataset(ox.parse(response.content, format=ox.RdfFormat.from_media_type(media_type))))


def returns_rdf(server: Server, path: str) -> None:
    sizes = {len(description(server, path, form.media_type).dataset) for form in GRAPH_FORMATS}
    assert len(sizes) == 1
    assert sizes != {0}


def has_endpoint_triple(server: Server, path: str) -> None:
    found = description(server, path)
    (service,) = found.subjects(RDF + "type", ox.NamedNode(SD + "Service"))
    assert found.objects(service, SD + "endpoint") == [ox.NamedNode(str(server.client.base_url.join(path)))]


def conforms_to_schema(server: Server, path: str) -> None:
    found = description(server, path)
    for quad in found.dataset:
        for term in (quad.predicate, quad.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith(SD):
                assert term.value.removeprefix(SD) in VOCABULARY
        if quad.predicate.value.startswith(SD):
            domain, range_ = PROPERTIES[quad.predicate.value.removeprefix(SD)]
            assert domain in classes(found, quad.subject)
            assert isinstance(quad.object, ox.NamedNode | ox.BlankNode)
            assert range_ is None or range_ in classes(found, quad.object)


def classes(found: Graph, node: ox.NamedNode | ox.BlankNode) -> set[str]:
    """The classes of the vocabulary a resource is in, by what the description says or the vocabulary."""
    named = {one.value.removeprefix(SD) for one in found.objects(node, RDF + "type")}
    named |= {kind for kind, members in MEMBERS.items() if node.value.removeprefix(SD) in members}
    return named | ({"GraphCollection"} if "Dataset" in named else set())


DESCRIBED = {
    "returns-rdf": returns_rdf,
    "has-endpoint-triple": has_endpoint_triple,
    "conforms-to-schema": conforms_to_schema,
}


def test_the_suite_is_whole():
    require(SUITE)
    assert {case.iri.rpartition("#")[2] for case in CASES} == set(DESCRIBED)


@pytest.mark.parametrize("path", PATHS, ids=["the endpoint", "that of a snapshot"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_service_describes_itself(server, case, path):
    DESCRIBED[case.iri.rpartition("#")[2]](server, path)
