"""The door: what is answered without the application is what the application would have answered."""

from __future__ import annotations

import json
import socket
import time
from urllib.parse import quote

import httpx
import pytest

BOMB = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o }"


@pytest.fixture
def connection(server):
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as made:
        yield made


def request(text: str, *headers: str, version: str = "1.1") -> bytes:
    lines = [f"GET /sparql?query={quote(text)} HTTP/{version}", "Host: example.org", *headers, "", ""]
    return "\r\n".join(lines).encode()


def answer(connection: socket.socket) -> tuple[bytes, bytes]:
    """The head and body of one response with a length."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(
        next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")).split(b":")[1]
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head, body


def until(condition) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_header_said_twice_poisons_nobodys_answer(connection):
    text = "SELECT ?poison { ?poison ?p ?o } LIMIT 1"
    for _ in range(2):
        connection.sendall(request(text, "Accept:", "Accept: text/csv"))
        answer(connection)
    for _ in range(2):
        connection.sendall(request(text, "Accept: text/csv"))
        assert b"content-type: text/csv" in answer(connection)[0].lower()


def test_an_answer_known_at_the_door_is_the_one_the_application_gave(connection):
    text = "SELECT ?same { ?same ?p ?o } ORDER BY ?same LIMIT 3"
    seen = []
    for _ in range(3):
        connection.sendall(request(text, "Accept: text/csv"))
        head, body = answer(connection)
        lines = [line for line in head.split(b"\r\n") if not line.startswith(b"date:")]
        seen.append((sorted(lines), body))
    assert seen[0] == seen[1] == seen[2]


def test_an_old_client_sees_the_end_of_what_is_known(server, connection):
    text = "SELECT ?old { ?old ?p ?o } LIMIT 1"
    connection.sendall(request(text))
    answer(connection)
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as old:
        old.sendall(request(text, "Connection: keep-alive", version="1.0"))
        received = b""
        while part := old.recv(65536):
            received += part
    assert received.startswith(b"HTTP/1.1 200 ")


def test_a_client_that_pipelined_and_left_frees_its_worker(server):
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(request(BOMB) + request("ASK {}"))
        until(lambda: server.get("/sparql/queries").json())
    until(lambda: not server.get("/sparql/queries").json())


@pytest.mark.parametrize(
    "line", ["BREW / HTTP/1.1", "get / HTTP/1.1", "GET / HTTP/x", "tea", "GET / HTTP/1.1\r\nHost: b"]
)
def test_what_is_no_http_is_told_by_a_problem(connection, line):
    connection.sendall(f"{line}\r\nHost: example.org\r\n\r\n".encode())
    head, body = answer(connection)
    assert head.startswith(b"HTTP/1.1 400 ")
    for said in (
        b"content-type: application/problem+json",
        b"content-language: fr",
        b"x-content-type-options: nosniff",
    ):
        assert said in head.lower()
    problem = json.loads(body)
    assert (problem["status"], problem["code"]) == (400, "PAS911")
    assert "requête HTTP/1.1" in problem["detail"]


def test_who_is_lost_does_not_wait_for_what_others_ask(server):
    host, port = server.url.removeprefix("http://").split(":")
    with (
        socket.create_connection((host, int(port)), timeout=10) as one,
        socket.create_connection((host, int(port))) as two,
    ):
        for client in (one, two):
            client.sendall(request(BOMB))
        until(lambda: len(server.get("/sparql/queries").json()) > 1)
        asked = httpx.get(f"{server.url}/id/productions/personne", headers={"Accept": "text/html"}, timeout=5)
    assert asked.status_code == 404
    assert "/search?q=personne" in asked.text


def test_what_is_refused_for_its_size_is_read_no_further(connection):
    lines = [
        "POST /sparql HTTP/1.1",
        "Host: e.org",
        "Content-Type: application/sparql-query",
        "Content-Length: 9000000",
    ]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    assert answer(connection)[0].startswith(b"HTTP/1.1 413 ")

    def refused() -> bool:
        try:
            connection.sendall(b"x" * 65536)
        except OSError:  # reset or broken pipe, by the system's leave
            return True
        return False

    until(refused)


def test_many_requests_in_one_piece_are_answered_in_order(connection):
    texts = [f"SELECT ({number} AS ?x) {{}}" for number in range(30)]
    connection.sendall(b"".join(request(text, "Accept: text/csv") for text in texts))
    received = b""
    while received.count(b"HTTP/1.1 200") < 30 or not received.endswith(b"29\r\n"):
        received += connection.recv(65536)
    bodies = [int(part.partition(b"\r\n\r\nx\r\n")[2].split()[0]) for part in received.split(b"HTTP/1.1 200 OK")[1:]]
    assert bodies == list(range(30))


def test_a_page_in_french_is_not_given_to_who_reads_english(server):
    pages = {
        tag: httpx.get(f"{server.url}/", headers={"Accept": "text/html", "Accept-Language": tag})
        for tag in ("fr", "en")
    }
    again = {
        tag: httpx.get(f"{server.url}/", headers={"Accept": "text/html", "Accept-Language": tag})
        for tag in ("en", "fr")
    }
    assert {tag: page.text for tag, page in pages.items()} == {tag: page.text for tag, page in again.items()}
    assert pages["fr"].text != pages["en"].text
