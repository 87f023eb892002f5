"""SERVICE over HTTP: what others may do to us, and what they may be made to do."""

from __future__ import annotations

import gzip
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pyoxigraph
import pytest

from .conftest import EMPTY, JSON, XML, answering, asking, queries, store, table

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
    "other variables": table({"zz": "http://x/1"}, columns=("zz",)),
    "one variable less": table({"s": "http://x/1"}, columns=("s",)),
    "a row without values": (200, {"Content-Type": JSON}, b'{"head":{"vars":["s","o"]},"results":{"bindings":[{}]}}'),
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
    assert not re.search(r"[ .]\.$", problem["detail"])
    assert len(remote.asked) == 1


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES)
def test_a_silent_one_that_fails_is_one_row_without_values(api, remote, answer):
    answering(remote, answer)
    done = api.query(asking(remote, "{ ?s <http://x/failing> ?o }", "SILENT "), JSON)
    assert done.json()["results"]["bindings"] == [{}]
    told = done.headers["passerelles-service"]
    assert told.startswith(f'"{remote.address("/sparql")}";requests=1;')
    assert told.endswith(";failed")


def test_a_server_may_leave_a_variable_without_a_value_where_the_pattern_may(api, remote):
    store(remote, "<http://x/1> <http://x/p> <http://x/2> .")
    answer = api.query(asking(remote, "{ ?s <http://x/p> ?o OPTIONAL { ?o <http://x/p> ?none } }"), JSON)
    [row] = answer.json()["results"]["bindings"]
    assert row.keys() == {"s", "o"}


def test_a_redirection_is_told_not_to_be_followed_and_not_where_it_leads(api, remote):
    answering(remote, FAILURES["a redirection"])
    detail = api.query(asking(remote), JSON, headers={"Accept-Language": "en"}).json()["detail"]
    assert "HTTP status 302), and that is not followed: [federation] allow" in detail
    assert "169.254" not in detail


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


def test_what_others_answer_to_one_query_has_its_limit_in_all(api, remote):
    answering(remote, table({"s": "http://x/" + "x" * 120_000}))
    parts = " UNION ".join(f"{{ SERVICE <{remote.address('/sparql')}> {{ ?s <http://x/{n}> ?o }} }}" for n in range(2))
    assert api.query(asking(remote, "{ ?s <http://x/0> ?o }"), JSON).status_code == 200
    refused = api.query(f"SELECT * {{ {parts} }}", JSON)
    assert (refused.status_code, refused.json()["limit"]) == (422, "service_bytes")


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
        done_without = api.query(asking(remote, silent="SILENT "), JSON)
        assert done_without.json()["results"]["bindings"] == [{}]
        assert ";requests=1;" in done_without.headers["passerelles-service"]
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
    ["http://localhost:{port}/private", "http://2130706433/sparql", "http://[::ffff:127.0.0.1]:{port}/sparql"],
)
def test_a_listed_target_with_a_private_address_is_not_called_and_the_address_not_told(api, remote, target):
    target = target.format(port=remote.port)
    refused = api.query(f"SELECT * {{ SERVICE <{target}> {{ ?s ?p ?o }} }}", JSON)
    assert refused.status_code == 502
    written = f"{urlsplit(target).hostname}:{remote.port}"
    assert "127.0.0.1" not in refused.json()["detail"].replace(target, "").replace(written, "")
    assert remote.asked == []
    done = api.query(f"SELECT * {{ SERVICE SILENT <{target}> {{ ?s ?p ?o }} }}", JSON)
    assert ";requests=0;" in done.headers["passerelles-service"]


def test_a_listed_target_with_a_private_address_is_said_to_want_its_name_in_the_configuration(api, remote):
    target = f"http://localhost:{remote.port}/private"
    refused = api.query(f"SELECT * {{ SERVICE <{target}> {{ ?s ?p ?o }} }}", JSON, headers={"Accept-Language": "en"})
    said = f"[federation] private does not name localhost:{remote.port}."
    assert refused.json()["detail"].endswith(said)


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
