"""SERVICE over HTTP: what is asked of others, what comes back, and what the client is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pyoxigraph
import pytest

from graph import config

from ...remote import Remote
from ..conftest import Server, serving
from .conftest import BUS, JSON, XML, answering, asking, queries, store, table

# --- what comes back


def test_rows_of_another_server_are_joined_with_ours(api, remote):
    store(remote, f"<{BUS}> <http://x/p> <http://x/a> . <http://x/else> <http://x/p> <http://x/b> .")
    text = f"SELECT DISTINCT ?s ?o {{ ?s a ?type . SERVICE <{remote.address('/sparql')}> {{ ?s <http://x/p> ?o }} }}"
    answer = api.query(text, JSON)
    assert answer.status_code == 200
    assert [row["o"]["value"] for row in answer.json()["results"]["bindings"]] == ["http://x/a"]


def test_the_client_is_told_what_was_asked_of_whom(api, remote):
    answering(remote, table({"s": "http://x/1", "o": "http://x/2"}))
    answer = api.query(asking(remote), JSON)
    said = answer.headers["passerelles-service"]
    assert said.startswith(f'"{remote.address("/sparql")}";requests=1;cached=0;bytes=')
    assert ";rows=1;ms=" in said
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_the_values_at_hand_are_sent_in_batches_and_nothing_else_is_asked(api, remote):
    store(remote, f"<{BUS}> <http://x/p> <http://x/a> .")
    values = " ".join([*(f"<http://x/{n}>" for n in range(4)), f"<{BUS}>"])
    text = f"SELECT * {{ VALUES ?s {{ {values} }} SERVICE <{remote.address('/sparql')}> {{ ?s <http://x/p> ?o }} }}"
    answer = api.query(text, JSON)
    assert len(answer.json()["results"]["bindings"]) == 1
    assert len(remote.asked) == 3
    assert all("VALUES (?s)" in query for query in queries(remote))
    assert ";requests=3;" in answer.headers["passerelles-service"]


def test_beyond_a_number_of_values_the_whole_is_asked(api, remote):
    values = " ".join(f"<http://x/{n}>" for n in range(9))
    api.query(f"SELECT * {{ VALUES ?s {{ {values} }} SERVICE <{remote.address('/sparql')}> {{ ?s ?p ?o }} }}", JSON)
    assert [("VALUES" in query) for query in queries(remote)] == [False]


def test_nobody_is_asked_where_nothing_could_be_joined(api, remote):
    text = f"SELECT * {{ ?s <http://x/nobody> ?x . SERVICE <{remote.address('/sparql')}> {{ ?s <http://x/p> ?o }} }}"
    answer = api.query(text, JSON)
    assert answer.json()["results"]["bindings"] == []
    assert remote.asked == []


def test_what_one_server_answers_restricts_what_the_next_is_asked(api, remote):
    remote.answers["/other"] = table({"s": "http://x/1", "t": "http://x/2"}, columns=("s", "t"))

    def by_path(handler):
        path = handler.path.partition("?")[0]
        columns = ("s", "t") if path == "/other" else ("t", "o")
        rows = (
            [{"s": "http://x/1", "t": "http://x/2"}] if path == "/other" else [{"t": "http://x/2", "o": "http://x/3"}]
        )
        status, headers, body = table(*rows, columns=columns)
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    answering(remote, by_path)
    text = (
        f"SELECT * {{ SERVICE <{remote.address('/other')}> {{ ?s <http://x/p> ?t }} "
        f"SERVICE <{remote.address('/sparql')}> {{ ?t <http://x/p> ?o }} }}"
    )
    rows = api.query(text, JSON).json()["results"]["bindings"]
    assert [row["o"]["value"] for row in rows] == ["http://x/3"]
    assert "VALUES (?t) { (<http://x/2>) }" in queries(remote)[1]


def test_no_blank_node_is_sent_and_those_received_are_nodes(api, remote):
    body = {"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "bnode", "value": "b0"}}] * 2}}
    answering(remote, (200, {"Content-Type": JSON}, json.dumps(body).encode()))
    text = f"SELECT ?s (isBlank(?s) AS ?node) {{ SERVICE <{remote.address('/sparql')}> {{ ?s <http://x/p> 1 }} }}"
    rows = api.query(text, JSON).json()["results"]["bindings"]
    assert len({row["s"]["value"] for row in rows}) == 1
    assert {(row["s"]["type"], row["node"]["value"]) for row in rows} == {("bnode", "true")}


@pytest.mark.parametrize("media_type", [JSON, "application/json", JSON + "; charset=utf-8"])
def test_results_in_json_are_read(api, remote, media_type):
    answering(remote, table({"s": "http://x/1"}, media_type=media_type))
    assert api.query(asking(remote), JSON).status_code == 200


def test_results_in_xml_are_read(api, remote):
    solutions = pyoxigraph.Store().query("SELECT * { VALUES (?s ?o) { (<http://x/1> 'a\"\\n') } }")
    answering(remote, (200, {"Content-Type": XML}, solutions.serialize(format=pyoxigraph.QueryResultsFormat.XML)))
    [row] = api.query(asking(remote), JSON).json()["results"]["bindings"]
    assert row["o"]["value"] == 'a"\n'


def test_a_construct_and_an_ask_have_services_too(api, remote):
    answering(remote, table({"s": "http://x/1", "o": "http://x/2"}))
    service = f"SERVICE <{remote.address('/sparql')}> {{ ?s <http://x/p> ?o }}"
    built = api.query(f"CONSTRUCT {{ ?s <http://x/q> ?o }} WHERE {{ {service} }}", "application/n-triples")
    assert built.text == "<http://x/1> <http://x/q> <http://x/2> .\n"
    assert api.query(f"ASK {{ {service} }}", JSON).json()["boolean"] is True


def test_a_page_shows_what_others_answered_and_says_what_they_were_asked(api, remote):
    answering(remote, table({"s": "http://x/1", "o": "http://x/seen"}))
    page = api.query(asking(remote), "text/html", headers={"Passerelles-Hops": "1"})
    assert "http://x/seen" in page.text
    assert page.headers["passerelles-service"].startswith(f'"{remote.address("/sparql")}";requests=1;')
    assert remote.asked[0][2]["passerelles-hops"] == "2"


# --- politeness


def test_an_answer_is_given_again_while_its_server_says_that_it_holds(api, remote):
    answering(remote, table({"s": "http://x/1"}, ETag='"one"'))
    text = asking(remote, "{ ?s <http://x/validated> ?o }")
    api.query(text, JSON)
    answering(remote, (304, {}, b""))
    answer = api.query(text, JSON)
    assert len(answer.json()["results"]["bindings"]) == 1
    assert remote.asked[1][2]["if-none-match"] == '"one"'
    assert ";cached=1;" in answer.headers["passerelles-service"]


def test_a_fresh_answer_is_not_asked_for_again(api, remote):
    answering(remote, table({"s": "http://x/1"}, **{"Cache-Control": "max-age=60"}))
    text = asking(remote, "{ ?s <http://x/fresh> ?o }")
    assert [api.query(text, JSON).status_code for _ in range(2)] == [200, 200]
    assert len(remote.asked) == 1


def test_an_age_that_is_no_number_of_seconds_is_as_good_as_none(api, remote):
    answering(remote, table({"s": "http://x/1"}, **{"Cache-Control": "max-age=60", "Age": "9" * 5000}))
    assert api.query(asking(remote, "{ ?s <http://x/aged> ?o }"), JSON).status_code == 200


@pytest.mark.parametrize("control", ["no-store", "private, max-age=60"])
def test_what_is_not_to_be_kept_is_not(api, remote, control):
    answering(remote, table({"s": "http://x/1"}, **{"Cache-Control": control, "ETag": '"x"'}))
    text = asking(remote, "{ ?s <http://x/not-kept> ?o }")
    assert [api.query(text, JSON).status_code for _ in range(2)] == [200, 200]
    assert "if-none-match" not in remote.asked[1][2]


def test_how_far_a_query_has_come_is_said_and_has_an_end(api, remote):
    api.query(asking(remote), JSON, headers={"Passerelles-Hops": "1"})
    assert remote.asked[0][2]["passerelles-hops"] == "2"
    refused = api.query(asking(remote), JSON, headers={"Passerelles-Hops": "3"})
    assert (refused.status_code, refused.json()["limit"]) == (422, "service_hops")
    assert api.query(asking(remote), JSON, headers={"Passerelles-Hops": "many"}).status_code == 400


def test_calls_are_counted_by_listed_target(api, remote):
    api.query(asking(remote), JSON)
    assert f'outcome="ok",target="{remote.address("/sparql")}"' in api.get("/metrics").text


def test_a_query_is_measured_once_whatever_it_takes(api, remote):
    def measured() -> float:
        name = 'passerelles_evaluation_seconds_count{outcome="ok"} '
        return sum(float(line[len(name) :]) for line in api.get("/metrics").text.splitlines() if line.startswith(name))

    before = measured()
    api.query(f"SELECT * {{ ?s a ?type . SERVICE <{remote.address('/sparql')}> {{ ?s ?p ?o }} }}", JSON)
    assert measured() == before + 1


# --- another of our own, which calls the first


NEXT = """\
[graph]
publisher = "https://w3id.org/passerelles/"
licence = "http://spdx.org/licenses/etalab-2.0"
[federation]
allow = ["{first}/sparql", "{remote}/sparql"]
private = ["{first_host}", "{remote_host}"]
[limits]
deadline_seconds = 2.5
workers = 1
client_queue_length = 2
"""


@pytest.fixture(scope="module")
def beyond(api: Server, other: Remote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may call the first one, and has little time."""
    folder = tmp_path_factory.mktemp("beyond")
    hosts = {"first_host": urlsplit(api.url).netloc, "remote_host": f"127.0.0.1:{other.port}"}
    text = NEXT.format(first=api.url, remote=other.address("").rstrip("/"), **hosts)
    (folder / config.FILE_NAME).write_text(text, encoding="utf-8")
    with serving(config.load(folder), api.snapshot) as served:
        yield served


@pytest.mark.parametrize(
    "pattern",
    [
        "?s a ?type {} ?s ?p ?label FILTER(isLiteral(?label)) {}",
        "VALUES ?s {{ <https://w3id.org/passerelles/id/productions/bus> }} {} ?s ?p ?o {}",
        "?s a ?type OPTIONAL {{ {} ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label {} }}",
        "?s a ?type FILTER NOT EXISTS {{ {} ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label {} }}",
        "?s ?p ?o {} ?o a ?type {}",
    ],
)
def test_two_of_our_own_give_together_what_one_gives_with_the_same_data(api, beyond, pattern):
    alone = api.query(f"SELECT * {{ {pattern.format('{', '}')} }}", JSON)
    joined = beyond.query(f"SELECT * {{ {pattern.format(f'SERVICE <{api.url}/sparql> {{', '}')} }}", JSON)
    assert joined.status_code == alone.status_code == 200
    rows = [
        sorted(json.dumps(row, sort_keys=True) for row in answer.json()["results"]["bindings"])
        for answer in (alone, joined)
    ]
    assert rows[0] == rows[1] != []
    assert f'"{api.url}/sparql";requests=' in joined.headers["passerelles-service"]


def test_a_refusal_of_the_next_server_is_told_by_the_one_before(api, beyond):
    text = f"SELECT * {{ SERVICE <{api.url}/sparql> {{ ?s ?p ?o }} }}"
    far = beyond.query(text, JSON, headers={"Passerelles-Hops": "3"})
    assert (far.status_code, far.json()["limit"]) == (422, "service_hops")


@pytest.mark.parametrize("accept", [JSON, "text/html"])
def test_a_deadline_that_passes_while_another_server_is_waited_for_is_a_503_and_ends_the_waiting(
    beyond, remote, accept
):
    left = threading.Event()

    def waiting(handler):
        handler.connection.settimeout(10)
        if not handler.connection.recv(1):
            left.set()

    answering(remote, waiting)
    late = beyond.query(asking(remote, silent="SILENT " if accept == JSON else ""), accept)
    assert late.status_code == 503
    assert late.headers["retry-after"] == "3"
    assert left.wait(5)


def test_a_client_has_only_so_many_queries_that_wait_for_others(beyond, remote):
    begun, done = threading.Semaphore(0), threading.Event()

    def waiting(handler):
        begun.release()
        done.wait(5)
        status, headers, body = table()
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    answering(remote, waiting)
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(beyond.query, asking(remote, f"{{ ?s <http://x/{n}> ?o }}"), JSON) for n in range(2)]
        assert all(begun.acquire(timeout=5) for _ in answers)
        refused = beyond.query(asking(remote), JSON)
        done.set()
        assert [answer.result().status_code for answer in answers] == [200, 200]
    assert (refused.status_code, refused.json()["limit"]) == (429, "client_queue_length")
    assert beyond.query(asking(remote), JSON).status_code == 200
