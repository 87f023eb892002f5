"""Caching, codings, graphs, health and measures, over HTTP."""

from __future__ import annotations

import gzip
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import brotli
import httpx
import pyoxigraph
import pytest
import zstandard

ALL = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"
DECODED = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}


def raw(server, path, **headers) -> tuple[httpx.Response, bytes]:
    """The response and the bytes that came, not decoded."""
    with httpx.stream("GET", server.url + path, headers=headers, timeout=20) as response:
        return response, b"".join(response.iter_raw())


def measure(server, name: str) -> float:
    found = re.search(rf"^passerelles_{re.escape(name)} ([0-9.e+]+)$", server.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.mark.parametrize("coding", DECODED)
def test_a_coded_answer_is_the_same_answer_with_an_etag_of_its_own(server, coding):
    path = f"/sparql?{httpx.QueryParams({'query': ALL})}"
    plain, body = raw(server, path, **{"Accept": "text/csv", "Accept-Encoding": "identity"})
    coded, packed = raw(server, path, **{"Accept": "text/csv", "Accept-Encoding": coding})
    assert coded.headers["content-encoding"] == coding
    assert DECODED[coding](packed) == body
    assert len(packed) < len(body)
    assert coded.headers["etag"] != plain.headers["etag"]
    again, nothing = raw(
        server, path, **{"Accept": "text/csv", "Accept-Encoding": coding, "If-None-Match": coded.headers["etag"]}
    )
    assert (again.status_code, nothing, again.headers["etag"]) == (304, b"", coded.headers["etag"])


def test_a_coding_of_weight_zero_is_not_used(server):
    path = f"/sparql?{httpx.QueryParams({'query': ALL})}"
    answer, _ = raw(server, path, **{"Accept-Encoding": "gzip;q=0, br;q=0, zstd;q=0"})
    assert "content-encoding" not in answer.headers
    answer, _ = raw(server, path, **{"Accept-Encoding": "gzip;q=0.5, br;q=0.9"})
    assert answer.headers["content-encoding"] == "br"


def test_an_answer_is_known_by_its_etag_before_any_evaluation(server):
    text = "SELECT ?known { ?known a ?type } ORDER BY ?known"
    first = server.query(text, "text/csv")
    before = measure(server, 'evaluation_seconds_count{outcome="ok"}')
    for _ in range(3):
        again = server.query(text, "text/csv", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    other = server.query(f"  {text} # the same\n", "text/csv")
    assert (other.headers["etag"], other.content) == (first.headers["etag"], first.content)
    assert measure(server, 'evaluation_seconds_count{outcome="ok"}') == before


def test_what_decides_an_answer_decides_its_etag(server):
    etags = {
        server.query(ALL, "text/csv").headers["etag"],
        server.query(ALL, "text/tab-separated-values").headers["etag"],
        server.query(ALL, "application/json").headers["etag"],
        server.query(ALL, "application/sparql-results+json").headers["etag"],
        server.query(ALL, "text/csv", **{"default-graph-uri": "https://w3id.org/passerelles/graph/ontology"}).headers[
            "etag"
        ],
        server.query(ALL, "text/csv", **{"named-graph-uri": "https://w3id.org/passerelles/graph/ontology"}).headers[
            "etag"
        ],
        server.query(ALL.replace("?o }", "?O }"), "text/csv").headers["etag"],
    }
    assert len(etags) == 7


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_changes_each_time_is_evaluated_each_time(server, function):
    text = f"SELECT ({function} AS ?x) {{}}"
    before = measure(server, 'evaluation_seconds_count{outcome="ok"}')
    answers = [server.query(text, "text/csv") for _ in range(2)]
    assert [answer.headers["cache-control"] for answer in answers] == ["no-store"] * 2
    assert not any("etag" in answer.headers for answer in answers)
    assert measure(server, 'evaluation_seconds_count{outcome="ok"}') == before + 2


def test_the_same_query_asked_by_many_at_once_is_evaluated_once(server):
    text = "SELECT (COUNT(*) AS ?together) { ?a ?b ?c . ?d ?e ?f . FILTER(STR(?a) < STR(?f)) }"
    before = measure(server, 'evaluation_seconds_count{outcome="ok"}')
    with ThreadPoolExecutor(6) as pool:
        answers = [each.result() for each in [pool.submit(server.query, text, "text/csv") for _ in range(6)]]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert measure(server, 'evaluation_seconds_count{outcome="ok"}') == before + 1


def test_a_graph_is_read_by_its_iri_and_at_its_own_address(server):
    iri = "https://w3id.org/passerelles/graph/productions/bus"
    by_iri = server.get("/graphs", "application/n-triples", params={"graph": iri})
    direct = server.get("/graph/productions/bus", "application/n-triples")
    assert by_iri.status_code == 200
    assert sorted(by_iri.text.splitlines()) == sorted(direct.text.splitlines())
    assert len(by_iri.text.splitlines()) > 3
    head = httpx.head(f"{server.url}/graphs", params={"graph": iri}, headers={"Accept": "text/turtle"})
    assert (head.status_code, head.content) == (200, b"")
    default = server.get("/graphs?default", "application/n-triples")
    count = server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/csv")
    assert len(list(pyoxigraph.parse(default.content, format=pyoxigraph.RdfFormat.N_TRIPLES))) == int(
        count.text.split()[1]
    )


def test_a_graph_is_known_by_its_etag_before_any_evaluation(server):
    at = "/graph/productions/bus"
    etag = server.get(at, "text/turtle").headers["etag"]
    before = measure(server, 'evaluation_seconds_count{outcome="ok"}')
    for others in ('"a", ', '"b", '):  # the door knows neither
        again = server.get(at, "text/turtle", headers={"If-None-Match": others + etag})
        assert (again.status_code, again.content) == (304, b"")
    assert measure(server, 'evaluation_seconds_count{outcome="ok"}') == before
    assert server.get("/graph/none", "text/turtle", headers={"If-None-Match": etag}).status_code == 404


@pytest.mark.parametrize("path", ["/sparql?query=ASK{}", "/graph/productions/bus", "/queries/everything.nt"])
def test_a_wrong_id_is_refused_however_quick_the_query(server, path):
    for wrong in ("a b", "x" * 65, "é".encode()):
        refused = server.get(path, "*/*", headers={"Passerelles-Query": wrong, "If-None-Match": '"other"'})
        assert (refused.status_code, refused.json()["code"]) == (400, "PAS911")
    given = server.get(path, "*/*", headers={"Passerelles-Query": "x" * 64, "If-None-Match": '"other"'})
    assert given.status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/graphs", 400),
        ("/graphs?graph=not-an-iri", 400),
        ("/graphs?default&graph=https://w3id.org/passerelles/graph/ontology", 400),
        ("/graphs?graph=https://example.org/none", 404),
        ("/graph/none", 404),
    ],
)
def test_a_graph_that_is_not_there_or_not_named_is_a_problem(server, path, status):
    answer = server.get(path, "text/turtle")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_who_opens_the_address_of_graphs_gets_a_list_of_them(server):
    page = server.get("/graphs", "text/html,*/*;q=0.8").text
    ontology = "/graphs?graph=https%3A%2F%2Fw3id.org%2Fpasserelles%2Fgraph%2Fontology"
    assert f'<a href="{ontology}&amp;format=ttl"' in page
    assert server.get(f"{ontology}&format=ttl", "text/html").content == server.get(ontology, "text/turtle").content


def test_the_graphs_of_a_family_are_listed_with_their_triples(portal):
    families = portal.get("/graphs", "text/html").text
    assert '<a href="/graphs?family=productions">productions</a>' in families
    page = portal.get("/graphs?family=productions&page=2", "text/html").text
    graphs = re.findall(
        r'<a href="(/graphs\?graph=[^"]*)"[^>]*>productions/[^<]*</a></td><td class="figure">(\d+)<', page
    )
    address, triples = graphs[0]
    written = portal.get(unescape(address).replace("format=ttl", "format=nt")).text
    assert written.count("\n") == int(triples)
    beyond = portal.get("/graphs?family=productions&page=99", "text/html")
    unknown = portal.get("/graphs?family=%3Cb%3E", "text/html")
    assert (beyond.status_code, unknown.status_code) == (400, 400)
    assert 'href="?family=vocabularies"' in unknown.text


def test_graphs_are_not_written_over_http(server):
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        answer = httpx.request(method, f"{server.url}/graphs?default", content=b"<a:a> <a:b> <a:c> .")
        assert answer.status_code == 405
        assert "GET" in answer.headers["allow"]


def test_measures_tell_nothing_of_who_asked_or_what(server):
    server.query("SELECT ?secret { ?secret ?p ?o }")
    text = server.get("/metrics").text
    assert "passerelles_responses_total" in text
    assert "passerelles_workers" in text
    assert "127.0.0.1" not in text
    assert "secret" not in text


def test_health_is_alive_and_ready(server):
    for path in ("/healthz", "/healthz/live", "/healthz/ready"):
        answer = server.get(path)
        assert (answer.status_code, answer.json()["snapshot"]) == (200, server.snapshot.id)
        assert answer.headers["cache-control"] == "no-store"


def test_an_answer_over_http_1_0_is_whole_and_has_a_length(server):
    host, port = server.url.removeprefix("http://").split(":")
    query = httpx.QueryParams({"query": ALL, "format": "csv"})
    with socket.create_connection((host, int(port))) as client:
        client.sendall(f"GET /sparql?{query} HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        received = b""
        while part := client.recv(65536):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"chunked" not in head
    assert body == server.query(ALL, "text/csv").content


def test_the_queries_of_a_visitor_are_no_business_of_other_sites(server):
    assert "access-control-allow-origin" not in server.get("/sparql/queries").headers
    options = httpx.options(f"{server.url}/sparql/queries/x")
    assert "DELETE" in options.headers["allow"]
    assert "DELETE" not in options.headers["access-control-allow-methods"]


def test_an_address_too_long_to_read_is_said_so(server):
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(b"GET /sparql?query=" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: example.org\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 414 ")


def test_a_dataset_in_the_address_of_a_form_counts(server):
    graph = "https://w3id.org/passerelles/graph/ontology"
    text = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    expected = server.query(text, "text/csv", **{"default-graph-uri": graph}).content
    url, form = f"{server.url}/sparql", {"Accept": "text/csv"}
    assert httpx.post(url, params={"default-graph-uri": graph}, data={"query": text}, headers=form).content == expected
    assert httpx.post(url, params={"query": "ASK {}"}, data={"query": text}).status_code == 400


def test_too_many_parameters_are_said_to_be_too_many(server):
    answer = httpx.post(f"{server.url}/sparql", data={f"p{number}": "x" for number in range(1001)})
    assert answer.status_code == 400
    assert "1000" in answer.json()["detail"]
