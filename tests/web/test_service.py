"""SERVICE over HTTP: what is asked of others, what they may do to us, and what the client is told."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import httpx
import pyoxigraph
import pytest

from graph import config
from graph.snapshot.reader import Snapshot

from ..remote import Remote
from .conftest import Server, running

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
BUS = "https://w3id.org/passerelles/id/productions/bus"
EMPTY = json.dumps({"head": {"vars": []}, "results": {"bindings": []}}).encode()
CONFIGURATION = """\
[graph]
publisher = "https://w3id.org/passerelles/"
licence = "http://spdx.org/licenses/etalab-2.0"
[federation]
allow = ["{here}/sparql", "{here}/other", "http://127.0.0.1:1/sparql", "http://unlisted.localhost:{port}/sparql",
  "https://127.0.0.1:{port}/tls", "http://2130706433/sparql", "http://[::ffff:127.0.0.1]:{port}/sparql"]
private = ["127.0.0.1:{port}", "127.0.0.1:1"]
[limits]
deadline_seconds = 4
service_seconds = 1
service_bytes = 200000
service_rows = 500
service_calls = 6
service_batch = 2
service_bindings = 8
workers = 2
worker_memory_mb = 1024
"""


def table(*rows: dict[str, str], columns: tuple[str, ...] = ("s", "o"), media_type: str = JSON, **headers: str):
    """An answer with IRIs, by column."""
    bindings = [{name: {"type": "uri", "value": value} for name, value in row.items()} for row in rows]
    body = json.dumps({"head": {"vars": list(columns)}, "results": {"bindings": bindings}}).encode()
    return 200, {"Content-Type": media_type, **headers}, body


@pytest.fixture(scope="module")
def other() -> Iterator[Remote]:
    server = Remote()
    yield server
    server.close()


@pytest.fixture
def remote(other: Remote) -> Remote:
    """The other server, without a past; whatever is asked, it answers nothing yet."""
    other.asked.clear()
    other.answers.clear()
    other.default = (200, {"Content-Type": JSON}, EMPTY)
    return other


@pytest.fixture(scope="module")
def api(other: Remote, snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("federated")
    text = CONFIGURATION.format(here=f"http://127.0.0.1:{other.port}", port=other.port)
    (folder / config.FILE_NAME).write_text(text, encoding="utf-8")
    with running(config.load(folder), snapshot) as process:
        yield Server(process.stdout.readline().strip().rstrip("/"), process.pid, snapshot)
        process.terminate()


def asking(remote: Remote, pattern: str = "{ ?s <http://x/p> ?o }", silent: str = "", path: str = "/sparql") -> str:
    return f"SELECT * {{ SERVICE {silent}<{remote.address(path)}> {pattern} }}"


def queries(remote: Remote) -> list[str]:
    """What it was asked, whatever the way."""
    found = []
    for method, path, _, body in remote.asked:
        given = body.decode() if method == "POST" else urlsplit(path).query
        found.append(parse_qs(given)["query"][0])
    return found


def answering(remote: Remote, answer) -> None:
    """Let it give one answer, whatever it is asked."""
    remote.default = answer


def store(remote: Remote, turtle: str, **headers: str) -> None:
    """Let it be a SPARQL server."""
    data = pyoxigraph.Store()
    data.load(turtle.encode(), format=pyoxigraph.RdfFormat.TURTLE)

    def answer(handler) -> None:
        query = queries(remote)[-1]
        body = data.query(query).serialize(format=pyoxigraph.QueryResultsFormat.JSON)
        handler.send_response(200)
        for name, value in {"Content-Type": JSON, "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    remote.default = answer


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
    text = f"SELECT ?s (isBlank(?s) AS ?node) {{ SERVICE <{remote.address('/sparql')}> {{ ?s <http://x/p> ?o }} }}"
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


# --- what others may do to us

FAILURES = {
    "an error": (500, {}, b"boom"),
    "too busy": (429, {"Retry-After": "5"}, b""),
    "a redirection": (302, {"Location": "http://169.254.169.254/latest/meta-data/"}, b""),
    "a redirection to itself": (307, {"Location": "/sparql"}, b""),
    "a page": (200, {"Content-Type": "text/html"}, b"<html>"),
    "no type": (200, {}, EMPTY),
    "csv": (200, {"Content-Type": "text/csv"}, b"s,o\r\n"),
    "a page that says it is JSON": (200, {"Content-Type": JSON}, b"<html>"),
    "cut JSON": (200, {"Content-Type": JSON}, table({"s": "http://x/1"})[2][:-9]),
    "nothing": (200, {"Content-Type": JSON}, b""),
    "a boolean": (200, {"Content-Type": JSON}, b'{"head":{},"boolean":true}'),
    "another JSON": (200, {"Content-Type": JSON}, b'{"rows":[]}'),
    "a false IRI": table({"s": "http://x/> } SERVICE <http://y/"}),
    "cut gzip": (200, {"Content-Type": JSON, "Content-Encoding": "gzip"}, gzip.compress(EMPTY)[:-5]),
    "an unknown coding": (200, {"Content-Type": JSON, "Content-Encoding": "br"}, b"x"),
    "entities": (200, {"Content-Type": XML}, b'<!DOCTYPE s [<!ENTITY a "a">]><sparql>&a;</sparql>'),
}


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES)
def test_a_target_that_fails_is_a_502_that_names_it_and_says_why(api, remote, answer):
    answering(remote, answer)
    failed = api.query(asking(remote, "{ ?s <http://x/failing> ?o }"), JSON, headers={"Accept-Language": "en"})
    assert failed.status_code == 502, failed.text
    problem = failed.json()
    assert problem["code"] == "PAS921"
    assert problem["detail"].startswith(f"SERVICE <{remote.address('/sparql')}>: ")
    assert len(remote.asked) == 1


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES)
def test_a_silent_one_that_fails_is_one_row_without_values(api, remote, answer):
    answering(remote, answer)
    done = api.query(asking(remote, "{ ?s <http://x/failing> ?o }", "SILENT "), JSON)
    assert done.json()["results"]["bindings"] == [{}]
    assert done.headers["passerelles-service"].endswith(";failed")


def test_a_failure_is_not_remembered(api, remote):
    status, headers, _ = table()
    answering(remote, (status, {**headers, "ETag": '"same"', "Cache-Control": "max-age=60"}, b"<html>"))
    text = asking(remote, "{ ?s <http://x/mended> ?o }")
    assert api.query(text, JSON).status_code == 502
    answering(remote, table({"s": "http://x/1"}))
    assert api.query(text, JSON).status_code == 200
    assert "if-none-match" not in remote.asked[1][2]


def test_a_bomb_is_beyond_a_limit_silent_or_not(api, remote):
    bomb = gzip.compress(b" " * 50_000_000)
    answering(remote, (200, {"Content-Type": JSON, "Content-Encoding": "gzip"}, bomb))
    for silent in ("", "SILENT "):
        refused = api.query(asking(remote, silent=silent), JSON)
        assert (refused.status_code, refused.json()["limit"]) == (422, "service_bytes")


def test_rows_have_their_limit(api, remote):
    answering(remote, table(*({"s": f"http://x/{n}"} for n in range(501))))
    refused = api.query(asking(remote), JSON)
    assert (refused.status_code, refused.json()["limit"]) == (422, "service_rows")


def test_requests_of_one_query_have_their_limit(api, remote):
    services = " UNION ".join(
        f"{{ SERVICE <{remote.address('/sparql')}> {{ ?s <http://x/{n}> ?o }} }}" for n in range(7)
    )
    refused = api.query(f"SELECT * {{ {services} }}", JSON)
    assert (refused.status_code, refused.json()["limit"]) == (422, "service_calls")


@pytest.mark.parametrize("dripping", [True, False])
def test_a_target_that_is_too_slow_is_a_504(api, remote, dripping):
    done = threading.Event()

    def slow(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not done.wait(0.05):
            try:
                if dripping:
                    handler.wfile.write(b" ")
            except OSError:
                return

    answering(remote, slow)
    try:
        late = api.query(asking(remote), JSON)
        assert (late.status_code, late.json()["code"]) == (504, "PAS922")
        assert api.query(asking(remote, silent="SILENT "), JSON).json()["results"]["bindings"] == [{}]
    finally:
        done.set()


def test_nobody_listens_is_a_502(api):
    refused = api.query("SELECT * { SERVICE <http://127.0.0.1:1/sparql> { ?s ?p ?o } }", JSON)
    assert refused.status_code == 502


def test_a_target_without_the_tls_it_is_said_to_have_is_a_502(api, remote):
    refused = api.query(f"SELECT * {{ SERVICE <https://127.0.0.1:{remote.port}/tls> {{ ?s ?p ?o }} }}", JSON)
    assert refused.status_code == 502
    assert remote.asked == []


@pytest.mark.parametrize(
    "target",
    ["http://unlisted.localhost:{port}/sparql", "http://2130706433/sparql", "http://[::ffff:127.0.0.1]:{port}/sparql"],
)
def test_a_listed_target_with_a_private_address_is_not_called_and_the_address_not_told(api, remote, target):
    target = target.format(port=remote.port)
    refused = api.query(f"SELECT * {{ SERVICE <{target}> {{ ?s ?p ?o }} }}", JSON)
    assert refused.status_code == 502
    assert "127.0.0.1" not in refused.json()["detail"].replace(target, "")
    assert remote.asked == []


# --- what others may be made to do


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * {{ SERVICE <http://127.0.0.1:{port}/sparql/> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE <http://127.0.0.1:{port}/sparql?x> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE <http://127.0.0.1:{port}/Sparql> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE <http://127.0.0.1:{port}/a/../sparql#x> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE <http://u@127.0.0.1:{port}/sparql> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE <http://localhost:{port}/sparql> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE <http://127.1:{port}/sparql> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE <http://0x7f000001:{port}/sparql> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE <http://[::1]:{port}/sparql> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE ?where {{ ?s ?p ?o }} }}",
        "SELECT * {{ VALUES ?where {{ <http://127.0.0.1:{port}/sparql> }} SERVICE ?where {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <http://127.0.0.1:{port}/secret> {{ ?s ?p ?o }} }}",
        "ASK {{SERVICE <http://127.0.0.1:{port}/sparql> {{SERVICE <http://127.0.0.1:{port}/secret> {{ ?s a ?o }} }}}}",
        "ASK {{SERVICE <http://127.0.0.1:{port}/sparql> {{SERVICE <http://127.0.0.1:{port}/sparql> {{ ?s a ?o }} }}}}",
        "SELECT (EXISTS {{ SERVICE <http://127.0.0.1:{port}/sparql> {{ ?s ?p ?o }} }} AS ?x) {{ }}",
    ],
)  # fmt: skip
def test_what_is_not_exactly_listed_is_refused_and_nobody_asked(api, remote, text):
    refused = api.query(text.format(port=remote.port), JSON)
    assert (refused.status_code, refused.json()["code"]) == (403, "PAS912")
    assert remote.asked == []


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX r: <http://127.0.0.1:{port}/> SELECT * {{ SERVICE r:sparql {{ ?s ?p ?o }} }}",
        "BASE <http://127.0.0.1:{port}/x/> SELECT * {{ SERVICE <../sparql> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE <http://127.0.0.1:{port}/sp\\u0061rql> {{ ?s ?p ?o }} }}",
        "SELECT*{{service#here\n<http://127.0.0.1:{port}/sparql>{{?s ?p ?o}}}}",
        "SELECT * {{ SERVICE <http://127.0.0.1:{port}/sparql> {{ ?s ?p '}} SERVICE <http://y/> {{' # }}\n }} }}",
    ],
)
def test_a_listed_target_is_known_however_it_is_written(api, remote, text):
    assert api.query(text.format(port=remote.port), JSON).status_code == 200
    assert len(remote.asked) == 1


def test_what_is_no_query_is_said_before_anybody_is_asked(api, remote):
    text = f"SELECT * {{\n SERVICE <{remote.address('/sparql')}> {{ ?s ?p }} }}"
    problem = api.query(text, JSON).json()
    assert (problem["code"], problem["line"]) == ("PAS911", 2)
    assert remote.asked == []


def test_prefixes_and_base_go_with_what_is_asked(api, remote):
    text = (
        f"BASE <http://b/> PREFIX x: <http://x/> SELECT * {{ SERVICE <{remote.address('/sparql')}> {{ ?s x:p <o> }} }}"
    )
    assert api.query(text, JSON).status_code == 200
    assert pyoxigraph.Store().query(queries(remote)[0]) is not None


@pytest.mark.parametrize("accept", [JSON, "text/html"])
def test_a_client_that_leaves_stops_what_is_asked_for_it(api, remote, accept):
    begun, left = threading.Event(), threading.Event()

    def waiting(handler):
        begun.set()
        handler.connection.settimeout(5)
        if not handler.connection.recv(1):
            left.set()

    answering(remote, waiting)
    given = {"params": {"query": asking(remote)}, "headers": {"Accept": accept}}
    with pytest.raises(httpx.TimeoutException):
        httpx.get(api.url + "/sparql", **given, timeout=httpx.Timeout(5, read=0.3))
    assert begun.wait(5)
    assert left.wait(5)


def test_a_query_that_waits_for_others_is_listed_and_can_be_stopped(api, remote):
    begun, done = threading.Event(), threading.Event()

    def waiting(handler):
        begun.set()
        done.wait(5)
        handler.close_connection = True

    answering(remote, waiting)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(api.query, asking(remote), JSON, {"Passerelles-Query": "mine"})
        assert begun.wait(5)
        [entry] = api.get("/sparql/queries").json()
        assert (entry["id"], entry["state"]) == ("mine", "waiting")
        assert httpx.delete(api.url + "/sparql/queries/mine").status_code == 204
        assert answer.result().status_code == 409
        done.set()


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
    with running(config.load(folder), api.snapshot) as process:
        yield Server(process.stdout.readline().strip().rstrip("/"), process.pid, api.snapshot)
        process.terminate()


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


def test_what_others_answer_to_one_query_has_its_limit_in_all(api, remote):
    answering(remote, table({"s": "http://x/" + "x" * 120_000}))
    parts = " UNION ".join(f"{{ SERVICE <{remote.address('/sparql')}> {{ ?s <http://x/{n}> ?o }} }}" for n in range(2))
    assert api.query(asking(remote, "{ ?s <http://x/0> ?o }"), JSON).status_code == 200
    refused = api.query(f"SELECT * {{ {parts} }}", JSON)
    assert (refused.status_code, refused.json()["limit"]) == (422, "service_bytes")
