"""The Python client over HTTP, before a server that misbehaves on purpose."""

from __future__ import annotations

import json
import multiprocessing
import socketserver
import threading
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import pytest

from graph import __version__
from graph.client import Iri, connect
from graph.config import Limits
from graph.errors import (
    BudgetSpent,
    ConfigurationError,
    DeadlineExceeded,
    EvaluationFailed,
    LimitExceeded,
    MalformedQuery,
    NoSuchThing,
    NotAcceptable,
    Overloaded,
    QueryError,
    RefusedQuery,
)
from graph.federation import client as federation

JSON = "application/sparql-results+json"
BODY = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"1"}}]}}'
SELECT = "SELECT ?n { ?s ?p ?n }"
QUERIES = [
    {
        "name": "par-an",
        "title": {"fr": "Par an"},
        "description": {},
        "tags": [],
        "parameters": [{"name": "an", "type": "gYear", "default": None, "examples": ["2016"], "required": True}],
        "columns": ["n"],
        "href": "…",
    }
]


def answer(body: bytes = BODY, status: int = 200, **headers: str) -> bytes:
    """An answer of HTTP; `_` in the name of a header stands for `-`, and None leaves it out."""
    given = {"Content-Type": JSON, "Content-Length": str(len(body)), "Connection": "close"}
    given |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in given.items() if value is not None)]
    return "\r\n".join([*lines, "", ""]).encode() + body


def problem(status: int, code: str = "", detail: str = "Ce qui ne va pas.", **more: object) -> bytes:
    body = json.dumps({"status": status, "code": code, "detail": detail} | more).encode()
    return answer(body, status, content_type="application/problem+json")


@dataclass(frozen=True)
class Asked:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def parameters(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode() if self.body else urlsplit(self.target).query))


@dataclass
class Fake:
    """A server that gives the answers it was given, in turn, the last one for ever; `silent` never ends them."""

    url: str
    answers: list[bytes] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    silent: bool = False
    released: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def fake():
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline().decode().split()
            if not line:
                return
            headers = {}
            while header := self.rfile.readline().decode().strip():
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", 0)))
            made.asked.append(Asked(line[0], line[1], headers, body))
            self.wfile.write(made.answers.pop(0) if len(made.answers) > 1 else made.answers[0])
            if made.silent:
                made.released.wait(20)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        made = Fake(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.released.set()
        server.shutdown()
        thread.join()


# -- what is asked ---------------------------------------------------------------------------------


def test_a_query_goes_to_the_endpoint_of_the_address(fake):
    fake.answers = [answer(passerelles_snapshot="5ab1e", content_location="/snapshots/5ab1e/sparql?query=q")]
    with connect(fake.url) as graph:
        rows = graph.query(SELECT)
    assert (rows.value(), rows.snapshot, rows.url) == ("1", "5ab1e", f"{fake.url}/snapshots/5ab1e/sparql?query=q")
    (asked,) = fake.asked
    assert (asked.method, asked.path, asked.parameters) == ("GET", "/sparql", {"query": SELECT})
    assert (asked.headers["accept"], asked.headers["user-agent"]) == (JSON, f"passerelles/{__version__}")


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/", "/sparql"),
        ("/sparql", "/sparql"),
        ("/portail/sparql", "/portail/sparql"),
        ("/snapshots/5ab1e", "/snapshots/5ab1e/sparql"),
        ("/snapshots/5ab1e/", "/snapshots/5ab1e/sparql"),
        ("/repositories/x?infer=true", "/repositories/x"),
    ],
)
def test_an_address_tells_where_to_ask(fake, address, path):
    fake.answers = [answer()]
    with connect(fake.url + address) as graph:
        graph.query(SELECT)
    assert [asked.path for asked in fake.asked] == [path]
    assert fake.asked[0].parameters["query"] == SELECT


@pytest.mark.parametrize(
    ("health", "path"),
    [
        (answer(b'{"status":"ready","snapshot":"5ab1e"}', content_type="application/json"), "/portail/sparql"),
        (answer(b"", 404), "/portail"),
        (answer(b"<html>", content_type="text/html"), "/portail"),
        (answer(b"[]", content_type="application/json"), "/portail"),
    ],
    ids=["ours", "absent", "a page", "another JSON"],
)
def test_an_address_that_does_not_tell_is_asked_for_its_health(fake, health, path):
    fake.answers = [health, answer()]
    with connect(f"{fake.url}/portail") as graph:
        graph.query(SELECT)
    assert [asked.path for asked in fake.asked] == ["/portail/healthz", path]


def test_a_long_query_goes_in_the_body(fake):
    fake.answers = [answer()]
    text = f"{SELECT} # {'é' * 4000}"
    with connect(fake.url) as graph:
        assert graph.query(text).value() == "1"
    (asked,) = fake.asked
    assert (asked.method, asked.parameters) == ("POST", {"query": text})


@pytest.mark.parametrize("form", ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "PREFIX ask: <x:> DESCRIBE ask:select"])
def test_a_graph_is_asked_for_as_turtle(fake, form):
    fake.answers = [answer(b"<a> <b> <c> .", content_type="text/turtle; charset=utf-8")]
    with connect(f"{fake.url}/sparql") as graph:
        (triple,) = graph.query(form)
    assert triple.subject == Iri(f"{fake.url}/a")
    assert fake.asked[0].headers["accept"].startswith("text/turtle")


def test_a_saved_query_gets_its_parameters_in_the_address(fake):
    fake.answers = [answer(json.dumps(QUERIES).encode(), content_type="application/json"), answer()]
    with connect(fake.url) as graph:
        for year in (800, 801):
            assert graph.query("par-an", an=year).value() == "1"
        with pytest.raises(MalformedQuery, match="« an »"):
            graph.query("par-an", ann=800)
    assert [asked.path for asked in fake.asked] == ["/queries", "/queries/par-an", "/queries/par-an"]
    assert [asked.parameters for asked in fake.asked[1:]] == [{"an": "0800"}, {"an": "0801"}]
    assert fake.asked[1].headers["accept"] == f"{JSON}, text/turtle;q=0.9"


def test_the_saved_queries_are_listed(fake):
    fake.answers = [answer(json.dumps(QUERIES).encode(), content_type="application/json")]
    with connect(f"{fake.url}/sparql") as graph:
        assert graph.queries["par-an"].parameters[0].examples == ("2016",)
        fake.answers = [answer(b'[{"name": 1}]', content_type="application/json")]
        with pytest.raises(EvaluationFailed):
            _ = graph.queries


def test_an_endpoint_of_another_kind_has_no_saved_queries(fake):
    with connect(f"{fake.url}/other?x=1") as graph, pytest.raises(NoSuchThing, match="/other"):
        graph.query("par-an")
    assert fake.asked == []


def test_headers_go_with_each_request(fake):
    fake.answers = [answer()]
    with connect(fake.url, headers={"Authorization": "Bearer jeton"}) as graph:
        graph.query(SELECT)
    assert fake.asked[0].headers["authorization"] == "Bearer jeton"


def test_a_password_is_sent_and_never_shown(fake):
    fake.answers = [problem(403)]
    address = fake.url.replace("//", "//moi:secret@")
    with connect(f"{address}/sparql?x=1") as graph:
        with pytest.raises(RefusedQuery) as caught:
            graph.query(SELECT)
        shown = f"{graph!r} {caught.value} {caught.value.parameters}"
    assert "secret" not in shown
    assert fake.asked[0].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize("address", ["ftp://example.org/", "http://", "http://[::1", "file:///etc/passwd"])
def test_an_address_that_is_not_http_is_refused_at_once(address):
    with pytest.raises(ConfigurationError):
        connect(address)


@pytest.mark.parametrize("text", ["ASK { ?s ?p '\ud800' }", f"ASK {{ ?s ?p '\ud800{'x' * 5000}' }}"])
def test_a_text_that_cannot_be_utf_8_is_not_sent(fake, text):
    with connect(fake.url) as graph, pytest.raises(MalformedQuery):
        graph.query(text)
    assert fake.asked == []


# -- what comes back -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (problem(400, "PAS911"), MalformedQuery),
        (problem(403, "PAS912"), RefusedQuery),
        (problem(404, "PAS917"), NoSuchThing),
        (problem(406, "PAS918"), NotAcceptable),
        (problem(422, "PAS913"), LimitExceeded),
        (problem(503, "PAS914"), DeadlineExceeded),
        (problem(503, "PAS916"), EvaluationFailed),
        (problem(404, "PAS931"), NoSuchThing),
        (answer(b"Ce qui ne va pas", 400, content_type="text/plain"), MalformedQuery),
        (answer(b"Ce qui ne va pas", 500, content_type="text/plain"), EvaluationFailed),
        (answer(b'["Ce qui ne va pas"]', 504, content_type="application/json"), DeadlineExceeded),
        (answer(b"<html>", 401, content_type="text/html"), RefusedQuery),
    ],
    ids=lambda value: getattr(value, "__name__", "answer"),
)
def test_a_failure_is_the_error_it_would_be_here(fake, said, kind):
    fake.answers = [said]
    with connect(fake.url) as graph, pytest.raises(QueryError) as caught:
        graph.query(SELECT)
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"{fake.url}/sparql : HTTP ")
    assert "<html>" not in str(caught.value)
    if b"Ce qui" in said and b"[" not in said:
        assert str(caught.value).endswith("Ce qui ne va pas.")


def test_a_failure_keeps_its_place_and_its_limit(fake):
    fake.answers = [problem(400, "PAS911", line=3, column=7), problem(422, "PAS913", limit="result_rows", value=10)]
    with connect(fake.url) as graph:
        with pytest.raises(MalformedQuery) as caught:
            graph.query(SELECT)
        assert (caught.value.line, caught.value.column) == (3, 7)
        with pytest.raises(LimitExceeded) as caught:
            graph.query(SELECT)
        assert (caught.value.parameters["limit"], caught.value.parameters["value"]) == ("result_rows", 10)


CUT = [
    answer(BODY, content_length=str(len(BODY) + 1)),
    answer(b"%x\r\n%s\r\n" % (len(BODY), BODY), content_length=None, transfer_encoding="chunked"),
    answer(BODY[:-2]),
    answer(BODY[:-2], content_length=None),
]


@pytest.mark.parametrize("cut", CUT, ids=["length", "chunks", "text", "end of connection"])
def test_an_answer_cut_short_is_an_error(fake, cut):
    fake.answers = [cut]
    with connect(fake.url) as graph:
        with pytest.raises(EvaluationFailed):
            graph.query(SELECT)
        with pytest.raises(EvaluationFailed):
            list(graph.stream(SELECT))


def test_rows_stream_before_the_end(fake):
    fake.silent = True
    fake.answers = [answer(BODY[:-3], content_length=None)]
    with connect(fake.url) as graph:
        rows = graph.stream(SELECT)
        assert next(rows).n == "1"
        rows.close()


def test_a_server_that_says_nothing_more_is_not_waited_for(fake):
    fake.silent = True
    fake.answers = [b"", answer(BODY[:-3], content_length=None)]
    with connect(fake.url, timeout=0.2) as graph:
        for _ in range(2):
            with pytest.raises(DeadlineExceeded, match=r"0\.2 s"):
                graph.query(SELECT)
        with pytest.raises(DeadlineExceeded, match=r"0\.1 s"):
            list(graph.stream(SELECT, timeout=0.1))


def test_a_server_that_nobody_runs_is_an_error():
    with connect("http://127.0.0.1:9/") as graph, pytest.raises(EvaluationFailed, match=r"127\.0\.0\.1:9"):
        graph.query(SELECT)


@pytest.mark.parametrize(
    ("target", "followed"),
    [
        ("/ailleurs/sparql", True),
        ("//example.org/sparql", False),
        ("http://127.0.0.1:9/sparql", False),
        ("//localhost/sparql", False),
    ],
)
def test_a_redirection_is_followed_within_the_host_only(fake, target, followed):
    fake.answers = [answer(b"", 307, location=target), answer()]
    with connect(fake.url) as graph:
        if followed:
            assert graph.query(SELECT).value() == "1"
            assert [asked.path for asked in fake.asked] == ["/sparql", "/ailleurs/sparql"]
        else:
            with pytest.raises(EvaluationFailed, match="renvoie"):
                graph.query(SELECT)


def test_redirections_without_end_are_an_error(fake):
    fake.answers = [answer(b"", 307, location="/sparql")]
    with connect(fake.url) as graph, pytest.raises(EvaluationFailed):
        graph.query(SELECT)
    assert len(fake.asked) < 10


def test_an_answer_larger_than_a_result_may_be_is_not_gathered(fake):
    fake.answers = [answer(b"x" * 1_000_000, content_length=None)]
    request = federation.sparql(fake.url + "/sparql", SELECT, JSON)
    with federation.Session(5, 0, limits=Limits(result_bytes=999_999)) as session:
        with pytest.raises(LimitExceeded) as refused:
            session.get(request)
        with session.opened(request) as (_, parts):  # parts that nobody gathers have no such limit
            assert sum(map(len, parts)) == 1_000_000
    assert (refused.value.parameters["limit"], refused.value.parameters["value"]) == ("result_bytes", 999_999)
    with federation.Session(5, 0, limits=Limits(result_bytes=1_000_000)) as session:
        assert len(session.get(request).body) == 1_000_000


# -- a busy server ---------------------------------------------------------------------------------


def test_a_busy_server_is_asked_again_when_it_says(fake):
    busy = problem(503, "PAS915").replace(b"Connection:", b"Retry-After: 0\r\nConnection:")
    spent = problem(429, "PAS919").replace(b"Connection:", b"Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\nConnection:")
    fake.answers = [busy, spent, answer()]
    with connect(fake.url) as graph:
        assert graph.query(SELECT).value() == "1"
    assert len(fake.asked) == 3


@pytest.mark.parametrize("patience", [0, 10])
def test_patience_has_an_end(fake, patience):
    fake.answers = [problem(429, "PAS919").replace(b"Connection:", b"Retry-After: 60\r\nConnection:")]
    with connect(fake.url, patience=patience) as graph, pytest.raises(BudgetSpent):
        graph.query(SELECT)
    assert len(fake.asked) == 1


def test_a_busy_server_that_says_nothing_is_left_longer_each_time(fake):
    fake.answers = [answer(b"", 503)]
    with connect(fake.url, patience=0.6) as graph, pytest.raises(Overloaded):
        graph.query(SELECT)
    assert len(fake.asked) == 2


# -- answers kept ----------------------------------------------------------------------------------


def test_an_answer_that_holds_is_not_sent_again(fake):
    fake.answers = [answer(etag='"1"', passerelles_snapshot="5ab1e"), answer(b"", 304, etag='"1"'), answer(etag='"2"')]
    with connect(fake.url) as graph:
        first, second, third = (graph.query(SELECT) for _ in range(3))
    assert [asked.headers.get("if-none-match") for asked in fake.asked] == [None, '"1"', '"1"']
    assert list(first) == list(second) == list(third)
    assert first.snapshot == second.snapshot == "5ab1e"


def test_an_answer_that_never_changes_is_not_asked_for_again(fake):
    fake.answers = [answer(cache_control="public, max-age=31536000, immutable")]
    with connect(f"{fake.url}/snapshots/5ab1e/") as graph:
        assert [graph.query(SELECT).value() for _ in range(3)] == ["1"] * 3
        assert graph.query(f"{SELECT} LIMIT 1").value() == "1"
    assert len(fake.asked) == 2


def test_what_has_no_validator_is_not_kept(fake):
    fake.answers = [answer()]
    with connect(fake.url) as graph:
        graph.query(SELECT)
        graph.query(SELECT)
    assert not any("if-none-match" in asked.headers for asked in fake.asked)


def test_the_memory_of_answers_is_bounded(fake, monkeypatch):
    monkeypatch.setattr(federation, "_KEPT_BYTES", 10_000)
    fake.answers = [answer(etag='"1"')]
    with connect(fake.url) as graph:
        for number in (1, 2, 3, 3, 1):
            graph.query(f"{SELECT} LIMIT {number}")
        known = ["if-none-match" in asked.headers for asked in fake.asked]
        assert known == [False, False, False, True, False]
        fake.answers = [answer(BODY + b" " * 10_000, etag='"1"')]
        graph.query("SELECT * { }")
        graph.query("SELECT * { }")
    assert "if-none-match" not in fake.asked[-1].headers


# -- life ------------------------------------------------------------------------------------------


def test_a_closed_connection_connects_again(fake):
    fake.answers = [answer()]
    graph = connect(fake.url)
    assert repr(graph) == f"<Connection {fake.url}>"
    for _ in range(2):
        assert graph.query(SELECT).value() == "1"
        graph.close()


def test_a_forked_process_has_connections_of_its_own(fake):
    fake.answers = [answer(connection="keep-alive")]
    with connect(fake.url) as graph:
        graph.query(SELECT)
        child = multiprocessing.get_context("fork").Process(target=graph.query, args=(SELECT,))
        child.start()
        child.join(20)
    assert child.exitcode == 0
    assert len(fake.asked) == 2
