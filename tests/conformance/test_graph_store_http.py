"""The W3C suite of the Graph Store Protocol over HTTP, its reads: a graph changes through its gate only.

Each request of the suite is sent. A write must be refused, and what it would have made is in the snapshot that the
next request is sent to; a read must be answered as the suite says.
"""

from __future__ import annotations

import email
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

import httpx
import pyoxigraph as ox
import pytest
from sparql_server import GRAPH_BASE, Server
from sparql_suite import Dataset, Source, address, graph
from suite import MF, RDF, SUITES, Graph, Node, hold, known_failures, present, require

from graph.formats import GRAPH_FORMATS

SUITE = "sparql11"
FOLDER = SUITES / SUITE / "graph-store-protocol"
KNOWN = "known_failures_sparql.toml"
HT = "http://www.w3.org/2011/http#"
HTS = "http://www.w3.org/2011/http-statusCodes#"
CNT = "http://www.w3.org/2011/content#"
STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
READS = ("GET", "HEAD")


@dataclass(frozen=True)
class Message:
    """A request or a response: its headers, in lower case, and its body; None without one."""

    headers: dict[str, str]
    body: str | None

    @property
    def triples(self) -> frozenset[ox.Quad]:
        return graph(ox.parse(self.body, format=ox.RdfFormat.TURTLE))


@dataclass(frozen=True)
class Exchange:
    """A request, what may answer it, and the dataset at that moment."""

    method: str
    target: str
    request: Message
    statuses: tuple[int, ...]
    response: Message
    dataset: Dataset


def connections() -> dict[str, list[Exchange]]:
    """IRI to exchanges, in order, of every test, whether a list names it or not."""
    if not present(SUITE):
        return {}
    found = {}
    for path in sorted(FOLDER.glob("manifest-*.ttl")):
        manifest = Graph.read(path, address(path))
        for test in manifest.subjects(RDF + "type", ox.NamedNode(MF + "GraphStoreProtocolTest")):
            found[test.value] = list(exchanges(manifest, manifest.value(test, MF + "action")))
    return dict(sorted(found.items()))


def exchanges(manifest: Graph, connection: Node) -> Iterator[Exchange]:
    """The requests of a connection, each with the dataset that those before it would have made."""
    graphs: dict[str, tuple[str, ...]] = {}
    for request in manifest.items(manifest.value(connection, HT + "requests")):
        response = manifest.value(request, HT + "resp")
        method, target = (manifest.value(request, HT + name).value for name in ("methodName", "absolutePath"))
        target = target.replace("$LOCATION$", quote(GRAPH_BASE + "new", safe=""))
        statuses = [status.value.removeprefix(HTS) for status in manifest.objects(response, MF + "expectedStatus")]
        exchange = Exchange(
            method,
            target,
            message(manifest, request),
            tuple(STATUSES[status] for status in statuses),
            message(manifest, response),
            Dataset(
                tuple(
                    Source(name, name or GRAPH_BASE, "ttl", body.encode())
                    for name in sorted(graphs)
                    for body in graphs[name]
                )
            ),
        )
        yield exchange
        name = named(target)
        if method == "DELETE":
            graphs.pop(name, None)
        elif method not in READS:
            graphs[name] = (graphs.get(name, ()) if method == "POST" else ()) + bodies(exchange.request)


def message(manifest: Graph, node: Node) -> Message:
    fields = {
        manifest.value(field, HT + "fieldName").value: manifest.value(field, HT + "fieldValue").value
        for field in manifest.items(manifest.value(node, HT + "headers"))
    }
    body = manifest.value(node, HT + "body")
    return Message(fields, None if body is None else manifest.value(body, CNT + "chars").value)


def named(target: str) -> str:
    """The graph a target of the suite names; empty for the default graph."""
    path, _, parameters = target.partition("?")
    if parameters:
        return "" if parameters == "default" else unquote(parameters.removeprefix("graph="))
    return GRAPH_BASE + (path.removeprefix("/gsp/") if path != "/gsp" else "new")


def bodies(request: Message) -> tuple[str, ...]:
    """The documents in a body: several in a form."""
    parts = email.message_from_string(f"Content-Type: {request.headers['content-type']}\n\n{request.body}")
    return tuple(part.get_payload() for part in parts.walk() if not part.is_multipart())


def address_of(server: Server, exchange: Exchange) -> str:
    """The target, at our own address of the snapshot of its dataset."""
    path, mark, parameters = exchange.target.partition("?")
    ours = f"graph{path.removeprefix('/gsp')}" if path != "/gsp" else "graphs"
    return f"{server.path(exchange.dataset)}/{ours}{mark}{parameters}"


TESTS = connections()
EXCHANGES = [
    pytest.param(exchange, id=f"{iri.rpartition('#')[2]}-{place}")
    for iri, exchanges in TESTS.items()
    for place, exchange in enumerate(exchanges, 1)
]
ANSWERS = [one for one in EXCHANGES if one.values[0].response.body is not None]
WRITES = [one for one in EXCHANGES if one.values[0].method not in READS]


def send(server: Server, exchange: Exchange, method: str = "", accept: str = "") -> httpx.Response:
    headers = exchange.request.headers | ({"accept": accept} if accept else {})
    content = None if exchange.request.body is None else exchange.request.body.encode()
    return server.client.request(
        method or exchange.method, address_of(server, exchange), headers=headers, content=content
    )


def unlike(server: Server, exchange: Exchange) -> str | None:
    """What is not as the suite says of a read; None when all is."""
    response = send(server, exchange)
    told = f"{exchange.method} {exchange.target}: {response.status_code} {response.headers} {response.text}"
    if response.status_code not in exchange.statuses:
        return told
    if any(response.headers.get(name) != value for name, value in exchange.response.headers.items()):
        return told
    if exchange.response.body is not None and Message({}, response.text).triples != exchange.response.triples:
        return told
    return None


def test_the_suite_is_whole():
    require(SUITE)
    assert [len(TESTS), len(EXCHANGES), len(ANSWERS), len(WRITES)] == [14, 40, 13, 21]
    assert set(known_failures("graph-store", file=KNOWN)) <= set(TESTS)


@pytest.mark.parametrize("iri", TESTS, ids=[iri.rpartition("#")[2] for iri in TESTS])
def test_a_graph_is_read_as_the_suite_says(server, iri):
    problems = [unlike(server, exchange) for exchange in TESTS[iri] if exchange.method in READS]
    hold(next(filter(None, problems), None), iri, "graph-store", file=KNOWN)


@pytest.mark.parametrize("exchange", ANSWERS)
def test_a_graph_is_the_same_in_every_format_and_its_head_has_no_body(server, exchange):
    for form in GRAPH_FORMATS:
        response, head = (send(server, exchange, method, form.media_type) for method in READS)
        assert response.headers["content-type"].partition(";")[0] == form.media_type
        syntax = ox.RdfFormat.from_media_type(form.media_type)
        assert graph(ox.parse(response.content, format=syntax)) == exchange.response.triples
        assert head.content == b""
        assert {**head.headers, "date": ""} == {**response.headers, "date": ""}


@pytest.mark.parametrize("exchange", WRITES)
def test_a_write_is_refused_and_told_what_is_allowed(server, exchange):
    response = send(server, exchange)
    assert response.status_code in (httpx.codes.FORBIDDEN, httpx.codes.METHOD_NOT_ALLOWED)
    assert response.headers["content-type"] == "application/problem+json"
    allowed = {method.strip() for method in response.headers["allow"].split(",")}
    assert set(READS) <= allowed
    assert exchange.method not in allowed
