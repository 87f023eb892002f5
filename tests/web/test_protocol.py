"""SPARQL 1.1 Protocol, as clients speak it."""

from __future__ import annotations

import csv
import io
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote
from xml.etree import ElementTree as ET

import httpx
import pyoxigraph
import pytest

from graph.config import FILE_NAME, load

from .conftest import serving, with_queries

TITLES = "PREFIX dct: <http://purl.org/dc/terms/> SELECT ?s ?t WHERE { ?s dct:title ?t } ORDER BY ?s ?t"
GRAPH = "CONSTRUCT WHERE { ?s <http://purl.org/dc/terms/identifier> ?o }"
BOMB = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"
RESULTS = "application/sparql-results+json"
KINDS = ("default", "named")
WORKERS = 2  # as the fixture of the server sets
READS = [
    "/",
    "/sparql",
    *(f"/sparql?query={quote(text)}" for text in (TITLES, GRAPH, "ASK {}", "SELECT (YEAR(NOW()) AS ?n) {}", "oops")),
    "/sparql/queries",
    "/queries",
    "/queries/everything",
    "/queries/everything.rq",
    "/queries/nothing",
    "/graphs?default",
    "/graphs",
    "/graph/productions/bus",
    "/id/productions/bus",
    "/id/productions",
    "/ontology",
    "/vocabularies",
    "/snapshots",
    "/errors/PAS904",
    "/healthz",
    "/openapi.json",
    "/docs",
    "/static/passerelles.css",
    "/nowhere",
]


def test_a_query_by_get_by_form_and_direct_have_one_answer(server):
    by_get = server.query(TITLES, RESULTS)
    by_form = httpx.post(f"{server.url}/sparql", data={"query": TITLES}, headers={"Accept": RESULTS})
    direct = httpx.post(
        f"{server.url}/sparql",
        content=TITLES.encode(),
        headers={"Content-Type": "application/sparql-query; charset=utf-8", "Accept": RESULTS},
    )
    assert by_get.status_code == by_form.status_code == direct.status_code == 200
    assert by_get.content == by_form.content == direct.content
    assert len(by_get.json()["results"]["bindings"]) == 9


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, RESULTS),
        ("*/*", RESULTS),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("application/*;q=0.1, text/csv;q=0.5", "text/csv; charset=utf-8"),
        (f"{RESULTS};q=0, */*", "application/sparql-results+xml"),
    ],
)
def test_a_table_comes_in_the_format_asked_for(server, accept, content_type):
    response = server.query(TITLES, accept)
    assert response.status_code == 200
    assert response.headers["content-type"] == content_type


def test_the_formats_of_a_table_say_the_same(server):
    rows = server.query(TITLES, RESULTS).json()["results"]["bindings"]
    as_csv = list(csv.DictReader(io.StringIO(server.query(TITLES, format="csv").text)))
    root = ET.fromstring(server.query(TITLES, format="xml").content)  # noqa: S314 - our own answer
    assert [row["t"]["value"] for row in rows] == [row["t"] for row in as_csv]
    assert len(root.findall(".//{http://www.w3.org/2005/sparql-results#}result")) == len(rows)
    assert server.query(TITLES, format="tsv").text.startswith("?s\t?t\n")


@pytest.mark.parametrize("name", ["ttl", "turtle", "nt", "n-triples", "jsonld", "json-ld", "rdf", "rdf+xml"])
def test_a_graph_comes_in_every_format(server, name):
    response = server.query(GRAPH, format=name)
    syntax = pyoxigraph.RdfFormat.from_media_type(response.headers["content-type"].partition(";")[0])
    assert len(list(pyoxigraph.parse(response.content, format=syntax))) == 1


def test_json_asked_of_a_graph_is_json_ld(server):
    response = server.query(GRAPH, "application/json")
    assert response.headers["content-type"] == "application/json"
    assert response.json()[0]["@id"] == "https://w3id.org/passerelles/id/productions/bus"


def test_ask_has_every_result_format(server):
    assert server.query("ASK {}", RESULTS).json()["boolean"] is True
    assert server.query("ASK {}", "text/csv").text.strip() == "true"
    assert b"<boolean>true</boolean>" in server.query("ASK {}", "application/sparql-results+xml").content


def test_format_names_that_mean_nothing_here_are_ignored(server):
    response = server.query(TITLES, RESULTS, format="turtle", output="json", results="json")
    assert response.headers["content-type"] == RESULTS


def test_the_dataset_of_the_request_overrides_the_querys(server):
    text = "SELECT (COUNT(*) AS ?n) FROM <https://example.org/none> WHERE { ?s ?p ?o }"
    graph = "https://w3id.org/passerelles/graph/shapes/essai"

    def count(**parameters):
        return int(server.query(text, RESULTS, **parameters).json()["results"]["bindings"][0]["n"]["value"])

    assert count() == 0
    assert count(**{"default-graph-uri": graph}) == 8
    named = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    answer = server.query(named, RESULTS, **{"named-graph-uri": graph}).json()
    assert answer["results"]["bindings"][0]["n"]["value"] == "8"
    assert server.query("ASK { ?s ?p ?o }", RESULTS, **{"named-graph-uri": graph}).json()["boolean"] is False


@pytest.mark.parametrize(
    ("method", "options", "status", "code"),
    [
        ("GET", {"params": {"query": "SELECT * WHERE {"}}, 400, "PAS911"),
        ("GET", {"params": [("query", "ASK {}"), ("query", "ASK {}")]}, 400, "PAS911"),
        ("GET", {"params": {"query": "ASK {}", "default-graph-uri": "not an iri"}}, 400, "PAS911"),
        ("GET", {"params": b"query=ASK%20%7B%7D%FF"}, 400, "PAS911"),
        ("GET", {"params": {"query": "INSERT DATA { <a:a> <a:b> <a:c> }"}}, 403, "PAS912"),
        ("GET", {"params": {"update": "CLEAR ALL"}}, 403, "PAS912"),
        ("GET", {"params": {"query": "ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}}, 403, "PAS912"),
        ("GET", {"params": {"query": "ASK { SERVICE SILENT <http://127.0.0.1/> { ?s ?p ?o } }"}}, 403, "PAS912"),
        ("GET", {"params": {"query": "ASK { SERVICE ?x { ?s ?p ?o } }"}}, 403, "PAS912"),
        ("GET", {"params": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}}, 406, "PAS918"),
        ("GET", {"params": {"query": "ASK {}" + " " * 20_000}}, 422, "PAS913"),
        ("GET", {"params": {"query": "ASK {" + "{" * 100 + "}" * 101}}, 422, "PAS913"),
        ("GET", {"params": {"query": "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"}}, 422, "PAS913"),
        ("POST", {"data": {"update": "CLEAR ALL"}}, 403, "PAS912"),
        ("POST", {"content": b"CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}}, 403, "PAS912"),
        ("POST", {"content": b"ASK {}", "headers": {"Content-Type": "text/plain"}}, 415, "PAS933"),
        ("POST", {"content": b"ASK {}"}, 415, "PAS933"),
        ("POST", {"data": {"other": "1"}}, 400, "PAS911"),
        ("POST", {"content": b"ASK {}\xff", "headers": {"Content-Type": "application/sparql-query"}}, 400, "PAS911"),
        ("POST", {"content": b"#" * 90_000, "headers": {"Content-Type": "application/sparql-query"}}, 413, "PAS934"),
        ("PUT", {"content": b"ASK {}"}, 405, "PAS932"),
        ("DELETE", {}, 405, "PAS932"),
    ],
)
def test_a_wrong_request_is_a_problem_with_its_own_status(server, method, options, status, code):
    response = httpx.request(method, f"{server.url}/sparql", timeout=30, **options)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == f"https://w3id.org/passerelles/errors/{code}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]


def test_a_syntax_error_says_where_in_the_language_asked_for(server):
    text = "SELECT ?s\nWHERE { ?s foo:bar ?o }"
    french = server.query(text).json()
    english = server.get("/sparql", params={"query": text}, headers={"Accept-Language": "en"}).json()
    assert (french["line"], english["line"]) == (2, 2)
    assert french["column"] > 1
    assert french["detail"].startswith("Requête")
    assert english["detail"].startswith("Invalid")


@pytest.mark.parametrize(
    ("text", "place", "french", "english"),
    [
        ("SELECT * {\n ?s <name> ?o }", (2, 5), "l’IRI <name> est relatif", "the IRI <name> is relative"),
        ("SELECT * { ?s ?p 'abc }", (1, 18), "n’est pas fermée", "is not closed"),
        ("SELECT * { ?s ?p 'abc\n' }", (1, 18), "n’est pas fermée", "is not closed"),
        (r"SELECT * { FILTER REGEX('1', '\d') }", (1, 31), r"« \d »", r"“\d”"),
        ("\ufeffSELECT * { ?s ?p ?o }", (1, 1), "marque d’ordre des octets", "byte order mark"),
    ],
)
def test_the_commonest_mistakes_are_named_where_they_are(server, text, place, french, english):
    for language, said in (("fr", french), ("en", english)):
        answer = server.query(text, headers={"Accept-Language": language})
        problem = answer.json()
        assert (answer.status_code, problem["line"], problem["column"]) == (400, *place)
        assert said in problem["detail"]


@pytest.mark.parametrize("target", ["<https://elsewhere.example/>", "?where", "<https://query.example.org/sparql/>"])
def test_who_asks_another_server_is_told_whom_to_turn_to(server, target):
    for language, administrator in (("fr", "administre"), ("en", "administrator")):
        text = f"ASK {{ SERVICE {target} {{ ?s ?p ?o }} }}"
        answer = server.query(text, headers={"Accept-Language": language})
        assert answer.status_code == 403
        assert administrator in answer.json()["detail"]
        assert "toml" not in answer.json()["detail"]


def test_a_refusal_names_its_limit(server):
    problem = server.query("ASK {" + "{" * 100 + "}" * 101).json()
    assert (problem["limit"], problem["value"], problem["line"]) == ("query_depth", 64, 1)


def test_a_query_beyond_its_deadline_ends_on_time_and_the_next_one_works(server):
    response = server.query(BOMB)
    assert response.status_code == 503
    assert response.json()["code"] == "PAS914"
    assert response.headers["Retry-After"] == "1"  # its deadline: what was ahead of it will have ended
    assert server.query("ASK {}").json()["boolean"] is True


def test_heavy_queries_do_not_hinder_a_cheap_one_for_longer_than_their_deadline(server):
    with ThreadPoolExecutor(8) as pool:
        heavy = [pool.submit(server.query, BOMB) for _ in range(4)]
        cheap = pool.submit(server.query, "ASK {}")
        assert cheap.result().status_code in (200, 503)
        assert [one.result().status_code for one in heavy] == [503] * 4
    assert server.query("ASK {}").status_code == 200


def test_a_killed_worker_costs_its_own_query_only(server):
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(server.query, BOMB)
        _until(lambda: _under_way(server))
        for pid in server.workers():
            os.kill(pid, signal.SIGKILL)
        response = lost.result()
    assert response.status_code == 503
    assert response.json()["code"] == "PAS916"
    assert server.query("ASK {}").json()["boolean"] is True


def test_idle_workers_that_die_are_replaced(server):
    before = set(server.workers())
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    _until(lambda: len(set(server.workers()) - before) == WORKERS + 1 and not before & set(server.workers()))
    _until(lambda: server.get("/healthz").status_code == 200)
    assert server.query("ASK {}").status_code == 200


def test_a_client_that_leaves_frees_its_worker(server):
    _until(lambda: not _under_way(server))
    before = set(server.workers())
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        request = httpx.Request("GET", f"{server.url}/sparql", params={"query": BOMB})
        client.sendall(f"GET {request.url.raw_path.decode()} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        _until(lambda: _under_way(server))
    _until(lambda: not _under_way(server) and before - set(server.workers()))


def test_a_query_is_stopped_by_its_id_at_the_word_of_its_client(server):
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(server.query, BOMB, headers={"Passerelles-Query": "the-bomb"})
        _until(lambda: _under_way(server))
        [entry] = _under_way(server)
        assert entry["id"] == "the-bomb"
        assert httpx.delete(f"{server.url}/sparql/queries/the-bomb").status_code == 204
        response = lost.result()
    assert (response.status_code, response.json()["code"]) == (409, "PAS920")
    assert httpx.delete(f"{server.url}/sparql/queries/the-bomb").status_code == 404
    assert not _under_way(server)


def test_a_query_is_neither_shown_nor_stopped_at_the_word_of_another_client(server):
    with (
        ThreadPoolExecutor(1) as pool,
        httpx.Client(base_url=server.url, transport=httpx.HTTPTransport(local_address="127.0.0.2")) as other,
    ):
        lost = pool.submit(server.query, BOMB, headers={"Passerelles-Query": "mine"})
        _until(lambda: _under_way(server))
        assert other.get("/sparql/queries").json() == []
        refused = other.delete("/sparql/queries/mine")
        assert (refused.status_code, refused.json()["code"]) == (404, "PAS917")
        assert [entry["id"] for entry in _under_way(server)] == ["mine"]
        httpx.delete(f"{server.url}/sparql/queries/mine").raise_for_status()
        assert lost.result().status_code == 409


def test_a_client_that_spent_its_budget_is_told_when_to_come_back_and_is_then_served(settings, snapshot, tmp_path):
    text = (settings.root / FILE_NAME).read_text(encoding="utf-8")
    (tmp_path / FILE_NAME).write_text(text + "client_seconds = 0.5\n", encoding="utf-8")
    with serving(load(tmp_path), snapshot) as server:
        assert server.query(BOMB).status_code == 503  # a second of work
        spent, refused = time.monotonic(), server.query("ASK {}")
        assert (refused.status_code, refused.json()["code"]) == (429, "PAS919")
        assert (refused.json()["limit"], refused.headers["retry-after"]) == ("client_seconds", "2")
        _until(lambda: server.query("ASK {}").status_code == 200)
        assert time.monotonic() - spent < 2


def test_without_a_query_programs_get_the_service_description(server):
    response = server.get("/sparql", "application/n-triples")
    sd = "http://www.w3.org/ns/sparql-service-description#"
    graph = {
        (quad.subject.value, quad.predicate.value): quad.object.value
        for quad in pyoxigraph.parse(response.content, format=pyoxigraph.RdfFormat.N_TRIPLES)
    }
    endpoint = f"{server.url}/sparql"
    assert graph[endpoint, sd + "endpoint"] == endpoint
    default = graph[graph[endpoint, sd + "defaultDataset"], sd + "defaultGraph"]
    count = int(server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json()["results"]["bindings"][0]["n"]["value"])
    assert int(graph[default, "http://rdfs.org/ns/void#triples"]) == count


def test_without_a_query_browsers_get_the_form(server):
    response = server.get("/sparql", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert response.status_code == 200
    assert "<textarea" in response.text


def test_a_browser_is_shown_a_question_first_and_told_what_a_page_cannot_hold(snapshot, tmp_path):
    (tmp_path / FILE_NAME).write_text("", encoding="utf-8")
    queries = {"a-violation": "SELECT ?wrong { ?wrong ?p ?o }", "b": "#+ tags: [t]\nSELECT ?asked { ?asked ?p ?o }"}
    large = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 30000"
    with serving(load(tmp_path), with_queries(snapshot, tmp_path / "snapshot", queries)) as server:
        form = server.get("/sparql", "text/html")
        page, file = (server.query(large, format=kind) for kind in ("html", "csv"))
    assert ">SELECT ?asked { ?asked ?p ?o }</textarea>" in form.text
    assert (page.status_code, file.status_code) == (422, 200)
    assert "LIMIT" in page.json()["detail"]
    assert "format=csv" in page.json()["detail"]
    assert "limit" not in page.json()


def test_browsers_get_results_with_labels_and_links(server):
    text = "SELECT ?s WHERE { ?s <http://purl.org/dc/terms/identifier> ?o }"
    page = server.query(text, "text/html").text
    assert 'href="/id/productions/bus"' in page
    assert "Le bus des services" in page
    error = server.query("SELECT * WHERE { oups", "text/html")
    assert error.status_code == 400
    assert "<textarea" in error.text
    assert "oups" in error.text


def test_an_answer_is_validated_without_being_evaluated_again(server):
    first = server.query(TITLES)
    again = server.get("/sparql", params={"query": TITLES}, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    bomb = server.get("/sparql", params={"query": BOMB}, headers={"If-None-Match": '"other"'})
    assert bomb.status_code == 503
    assert "etag" not in bomb.headers
    assert server.query(TITLES, "text/csv").headers["etag"] != first.headers["etag"]


def test_a_date_since_which_the_snapshot_is_the_same_validates_too(server):
    made, before = "Sat, 21 Nov 2026 10:00:00 GMT", "Sat, 21 Nov 2026 09:59:59 GMT"
    question = f"{TITLES} LIMIT 7"

    def status(since, **headers):
        return server.query(question, headers={"If-Modified-Since": since, **headers}).status_code

    assert [status(since) for since in (made, "Sun, 21 Nov 2027 10:00:00 GMT")] == [304, 200]
    assert server.query(question).status_code == server.query(question).status_code == 200
    assert [status(since) for since in (made, before)] == [304, 200]  # what is known at the door too
    question += " OFFSET 1"
    assert [status(since) for since in (before, "a while ago")] == [200, 200]
    assert status(made, **{"If-None-Match": '"other"'}) == 200
    question = "SELECT (NOW() AS ?n) {}"
    assert status(made) == 200
    question = "SELECT"
    assert status(made) == 400


def test_an_etag_of_another_coding_is_of_another_representation(server):
    question = f"{TITLES} OFFSET 2"
    coded = {coding: {"Accept-Encoding": coding} for coding in ("identity", "gzip", "zstd")}
    etags = {coding: server.query(question, headers=sent).headers["etag"] for coding, sent in coded.items()}
    for coding, sent in coded.items():
        for of, etag in etags.items():
            answer = server.query(question, headers={**sent, "If-None-Match": etag})
            assert answer.status_code == (304 if etag in {etags[coding], etags["identity"]} else 200), (coding, of)


@pytest.mark.parametrize(
    "header", [{"Content-Encoding": "gzip"}, {"Content-Type": "application/sparql-query; charset=utf-16"}]
)
def test_a_body_that_is_coded_otherwise_is_not_guessed_at(server, header):
    headers = {"Content-Type": "application/sparql-query", **header}
    answer = httpx.post(f"{server.url}/sparql", content=b"ASK {}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "PAS933")


def test_what_changes_at_each_evaluation_is_never_cached(server):
    for text in ("SELECT (NOW() AS ?n) {}", "SELECT (UUID() AS ?n) {}", "CONSTRUCT { [] a ?t } WHERE { ?s a ?t }"):
        response = server.query(text)
        assert "etag" not in response.headers
        assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("function", ["NOW()", "RAND()", "UUID()"])
def test_what_changes_at_each_evaluation_is_never_cached_as_a_page_either(server, function):
    page = server.query(f"SELECT ({function} AS ?n) {{}}", "text/html")
    assert page.status_code == 200
    assert "etag" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    saved = server.get("/queries/now.html")
    assert saved.status_code == 200
    assert "etag" not in saved.headers


def test_only_reads_are_validated(server):
    etag = server.query(TITLES, RESULTS).headers["etag"]
    headers = {"Accept": RESULTS, "If-None-Match": etag}
    posted = httpx.post(f"{server.url}/sparql", data={"query": TITLES}, headers=headers)
    assert posted.status_code == 200
    assert posted.json()["results"]["bindings"]
    head = httpx.head(f"{server.url}/sparql", params={"query": TITLES}, headers=headers)
    assert (head.status_code, head.content) == (304, b"")


def test_any_representation_matches_a_star_if_there_is_one(server):
    star = {"If-None-Match": "*"}
    assert server.get("/sparql", RESULTS, params={"query": TITLES}, headers=star).status_code == 304
    assert server.get("/sparql", RESULTS, params={"query": "SELECT"}, headers=star).status_code == 400
    assert server.get("/id/productions/bus", headers=star).status_code == 304
    assert server.get("/id/productions/none", headers=star).status_code == 404


def test_the_dataset_of_a_form_is_part_of_the_validator_of_its_page(server):
    def posted(**more):
        data = {"query": TITLES, **more}
        return httpx.post(f"{server.url}/sparql", data=data, headers={"Accept": "text/html"})

    graph = "https://w3id.org/passerelles/graph/shapes/essai"
    tags = {posted().headers["etag"], *(posted(**{f"{kind}-graph-uri": graph}).headers["etag"] for kind in KINDS)}
    assert len(tags) == 3


def test_head_and_options(server):
    get = server.query(TITLES)
    head = httpx.head(f"{server.url}/sparql", params={"query": TITLES})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
    options = httpx.options(f"{server.url}/sparql", headers={"Access-Control-Request-Headers": "content-type"})
    assert options.status_code == 204
    assert options.headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert httpx.put(f"{server.url}/sparql").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert options.headers["access-control-allow-headers"] == "content-type"


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_head_is_that_of_the_get_without_its_body(server, accept, coding):
    etag = server.get("/graph/productions/bus").headers["etag"]
    for path, more in [
        *((path, {}) for path in READS),
        ("/graph/productions/bus", {"If-None-Match": etag}),
        ("/graph/productions/bus", {"Accept-Datetime": "Sun, 06 Nov 1994 08:49:37 GMT"}),
        ("/sparql", {"Accept": "image/png"}),
    ]:
        headers = {"Accept": accept, "Accept-Encoding": coding, **more}
        get, head = (httpx.request(method, server.url + path, headers=headers) for method in ("GET", "HEAD"))
        moment = {"date", "server-timing"}
        said = [{name: value for name, value in each.headers.items() if name not in moment} for each in (get, head)]
        assert (head.status_code, said[1], head.content) == (get.status_code, said[0], b""), path


def test_the_whole_server_has_options(server):
    with httpx.Client() as client:
        options = client.request("OPTIONS", server.url, extensions={"target": b"*"})
    assert options.status_code == 204
    assert options.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, POST"


def test_common_headers(server):
    for response in (server.query(TITLES), server.query("bad"), server.get("/"), server.get("/nowhere")):
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["vary"] == "Accept, Accept-Language, Accept-Encoding, Accept-Datetime"
        assert response.headers["passerelles-snapshot"] == server.snapshot.id
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in response.headers["content-security-policy"]
    assert server.query(TITLES).headers["last-modified"] == "Sat, 21 Nov 2026 10:00:00 GMT"


def _under_way(server) -> list[dict]:
    """The queries that a worker evaluates now."""
    return [entry for entry in server.get("/sparql/queries").json() if entry["state"] == "running"]


def _until(condition, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
