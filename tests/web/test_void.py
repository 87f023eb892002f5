"""The graph described to programs: VoID, the service description with its statistics, the saved queries as examples."""

from __future__ import annotations

import re
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

from graph.catalog.service_description import FUNCTIONS
from graph.formats import DATASET_FORMATS, GRAPH_FORMATS, RESULTS_FORMATS
from graph.namespaces import RDF

VOID = "http://rdfs.org/ns/void#"
SD = "http://www.w3.org/ns/sparql-service-description#"
SH = "http://www.w3.org/ns/shacl#"
PATHS = ("/.well-known/void", "/.well-known/sparql-examples", "/sparql")
FORMATS = (*GRAPH_FORMATS, *DATASET_FORMATS)


def triples(response: httpx.Response) -> list[ox.Triple]:
    assert response.status_code == 200
    syntax = ox.RdfFormat.from_media_type(response.headers["content-type"].partition(";")[0])
    return [quad.triple for quad in ox.parse(response.content, syntax)]


def objects(found: list[ox.Triple], predicate: str, subject: str | None = None) -> list[str]:
    return [t.object.value for t in found if t.predicate.value == predicate and subject in (None, t.subject.value)]


def count(server, pattern: str, what: str = "*") -> int:
    answer = server.query(
        f"SELECT (COUNT({what}) AS ?n) {{ {pattern} }} LIMIT 1", "application/json"
    )  # LIMIT: evaluated
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


# --- in every format, with validators, pinned


@pytest.mark.parametrize("path", PATHS)
def test_a_description_is_the_same_graph_in_every_format(server, path):
    graphs = [ox.Dataset(ox.Quad(*t) for t in triples(server.get(path, form.media_type))) for form in FORMATS]
    assert len(graphs[0]) > 20
    for graph in graphs:
        assert graph == graphs[0]


@pytest.mark.parametrize("path", PATHS)
def test_a_description_is_not_sent_again_to_who_has_it(server, path):
    first = server.get(path, "text/turtle")
    again = server.get(path, "text/turtle", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["passerelles-snapshot"] == server.snapshot.id


@pytest.mark.parametrize("path", PATHS)
def test_a_snapshot_describes_itself_at_its_own_address(server, path):
    pinned = f"/snapshots/{server.snapshot.id}"
    here, there = (server.get(prefix + path, "application/n-triples") for prefix in ("", pinned))
    assert there.text.replace(server.url + pinned, server.url) == here.text != there.text


@pytest.mark.parametrize("path", PATHS)
def test_a_description_has_no_blank_node(server, path):
    assert not any(isinstance(term, ox.BlankNode) for t in triples(server.get(path, "text/turtle")) for term in t)


# --- VoID


def test_void_says_where_the_graph_is_and_what_may_be_done_with_it(server):
    found, dataset = triples(server.get("/.well-known/void", "text/turtle")), server.url + "/.well-known/void#dataset"
    assert objects(found, "http://xmlns.com/foaf/0.1/primaryTopic", server.url + "/.well-known/void") == [dataset]
    assert objects(found, VOID + "sparqlEndpoint", dataset) == [server.url + "/sparql"]
    assert objects(found, VOID + "uriSpace", dataset) == ["https://w3id.org/passerelles/id/"]
    assert objects(found, "http://purl.org/dc/terms/license", dataset) == [server.snapshot.manifest.licence]
    for example in objects(found, VOID + "exampleResource"):
        assert server.get(quote(example.removeprefix("https://w3id.org/passerelles")), "text/turtle").status_code == 200


def test_the_dump_of_a_family_of_one_graph_is_that_graph(server):
    found = triples(server.get("/.well-known/void", "text/turtle"))
    (family,) = [t.subject.value for t in found if t.object.value == "ontology"]
    (dump,) = objects(found, VOID + "dataDump", family)
    assert len(triples(httpx.get(dump, headers={"Accept": "text/turtle"}))) == int(
        *objects(found, VOID + "triples", family)
    )


# --- the service description, as Comunica 4.5 reads it


@pytest.fixture(scope="module")
def service(server) -> list[ox.Triple]:
    return triples(server.get("/sparql", "application/n-quads,application/trig;q=0.95,text/turtle;q=0.9"))


def test_a_planner_that_follows_the_service_finds_the_statistics_of_the_default_graph(server, service):
    """It takes what is said of the address it asked, in the order in which it is said."""
    datasets = objects(service, SD + "defaultDataset", server.url + "/sparql")
    (default,) = objects(service, SD + "defaultGraph", *datasets)
    said = [t.predicate.value for t in service]
    assert said.index(SD + "defaultDataset") < said.index(SD + "defaultGraph")
    assert objects(service, RDF + "type", default) == [SD + "Graph", VOID + "Dataset"]
    assert objects(service, SD + "feature") == [SD + "BasicFederatedQuery"]  # its settings let one SERVICE through
    counted = {t.subject.value for t in service if t.predicate.value == VOID + "triples"}
    kinds = (SD + "Graph", VOID + "Dataset")
    assert {t.subject.value for t in service if t.object.value in kinds} & counted == {default}  # no other to add up
    assert objects(service, VOID + "uriSpace") == []  # a pattern between two IRIs beyond it would be taken for empty
    for part in objects(service, VOID + "propertyPartition", default):
        (name,) = objects(service, VOID + "property", part)
        assert objects(service, VOID + "triples", part) == [str(count(server, f"?s <{name}> ?o"))]
        assert objects(service, VOID + "distinctSubjects", part) == [
            str(count(server, f"?s <{name}> ?o", "DISTINCT ?s"))
        ]
    for part in objects(service, VOID + "classPartition", default):
        (name,) = objects(service, VOID + "class", part)
        assert objects(service, VOID + "entities", part) == [str(count(server, f"?s a <{name}>"))]
    assert len(objects(service, VOID + "classPartition", default)) == count(server, "?s a ?c", "DISTINCT ?c")


def test_the_service_description_has_all_that_void_says_of_the_default_graph(server, service):
    void = triples(server.get("/.well-known/void", "text/turtle"))
    links = [t.subject.value for t in void if t.object.value == VOID + "Linkset"]
    parts = {t.object.value for t in void if t.predicate.value.endswith(("#classPartition", "#propertyPartition"))}
    assert len(parts) > len(objects(void, VOID + "class")) + len(objects(void, VOID + "classPartition"))
    about = {*parts, *links}
    assert {t for t in void if t.subject.value in about} == {t for t in service if t.subject.value in about}


def test_every_named_graph_is_told_with_its_size(server, service):
    names = {t.subject.value: t.object.value for t in service if t.predicate.value == SD + "name"}
    found = server.query("SELECT ?g { GRAPH ?g { } }", "text/csv").text.split()[1:]
    assert sorted(names.values()) == sorted(found)
    assert "https://w3id.org/passerelles/graph/inferred" in found
    for named, name in names.items():
        (graph,) = objects(service, SD + "graph", named)
        assert objects(service, VOID + "triples", graph) == [str(count(server, f"GRAPH <{name}> {{ ?s ?p ?o }}"))]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_that_is_told_is_there(server, service, function):
    assert function in objects(service, SD + "extensionFunction")
    point = '"POINT(2 48)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>'
    answer = server.query(f"SELECT (<{function}>({point}, {point}) AS ?told) {{}}", "text/csv")
    assert answer.text.split() in (["told", "true"], ["told", "false"])


# --- counted beforehand


def evaluations(server) -> int:
    return sum(
        map(
            int, re.findall(r"^passerelles_evaluation_seconds_count.* (\d+)", server.get("/metrics").text, re.MULTILINE)
        )
    )


@pytest.mark.parametrize("form", RESULTS_FORMATS, ids=lambda form: form.name)
def test_a_count_of_one_pattern_needs_no_worker_and_gets_the_same_bytes(server, form):
    text = f"SELECT (COUNT(*) AS ?{form.name}) {{ ?s <http://purl.org/dc/terms/title> ?o }}"
    before = evaluations(server)
    counted = server.query(text, form.media_type)
    assert evaluations(server) == before
    evaluated = server.query(text + " LIMIT 1", form.media_type)
    assert evaluations(server) == before + 1
    assert counted.content == evaluated.content
    assert {name: counted.headers[name] for name in ("content-type", "cache-control", "last-modified")} == {
        name: evaluated.headers[name] for name in ("content-type", "cache-control", "last-modified")
    }


def test_a_dataset_of_the_request_is_counted_by_the_engine(server):
    text, graph = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "https://w3id.org/passerelles/graph/inferred"
    answer = server.query(text, "text/csv", **{"default-graph-uri": graph})
    assert answer.text.split() == ["n", "1"]


# --- examples


def test_every_saved_query_is_an_example_that_runs(server):
    found = triples(server.get("/.well-known/sparql-examples", "text/turtle"))
    texts = [t.object.value for t in found if t.predicate.value in (SH + "select", SH + "ask", SH + "construct")]
    names = [entry["name"] for entry in server.get("/queries", "application/json").json()]
    iris = {t.subject.value for t in found}
    assert iris <= {f"{server.url}/queries/{quote(name)}" for name in names}
    assert len(texts) == len(iris) > 0
    for text in texts:
        assert server.query(text).status_code == 200, text


# --- for people


@pytest.mark.parametrize(("language", "title"), [("fr", "Ce que contient le graphe"), ("en", "What the graph holds")])
def test_people_get_the_counts_in_tables(server, language, title):
    page = server.get("/.well-known/void", "text/html", headers={"Accept-Language": language})
    assert page.status_code == 200
    assert f"<h1>{title}</h1>" in page.text
    assert str(count(server, "?s a ?c", "DISTINCT ?c")) == str(page.text.partition("</table>")[0].count("<tr><td>"))
    assert 'href="/.well-known/void?format=ttl"' in page.text
