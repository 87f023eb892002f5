"""Requests that no client of good will makes: each is answered or cut off within bounds, and nobody else notices.

An answer of 500 or a connection kept for ever is a failure; so is any that holds up the neighbour, who asks a cheap
query after each.
"""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import struct
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from .endpoint import LIMITS, Client, Server, ask, cheap, neighbour, repository, serving, until

HOSTILE = "127.0.0.66"
PATIENCE = 1.5  # what each wait below may last beyond its limit, on a machine that does other things
LARGER = {"deadline_seconds": 2, "result_bytes": 32_000_000, "held_bytes": 1_000_000}
SECONDS = {"head_seconds": 1, "body_seconds": 1, "send_seconds": 2}
ROWS = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 30000"  # eleven megabytes: more than the system keeps for a reader
HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ASK = b"/sparql?query=ASK%20%7B%7D"
WORKERS = LIMITS["workers"] + 1  # and the spare
CLOSED = 0  # the connection ends without an answer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(repository(tmp_path_factory.mktemp("hostile"), **LARGER, **SECONDS)) as running:
        yield running
        until(running.at_rest)
        until(lambda: "Z" not in running.children().values())
        until(lambda: running.open_files() < 60)
        assert running.memory_mb() < 180
        assert "Traceback" not in "\n".join(running.said)


def connected(server: Server, receive: int | None = None) -> socket.socket:
    """A connection of the hostile client; `receive` is the size of its buffer, in bytes."""
    made = socket.socket()
    made.settimeout(20)
    if receive is not None:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    made.bind((HOSTILE, 0))
    made.connect(server.address)
    return made


def rest(connection: socket.socket) -> bytes:
    """What comes until the server closes; raises TimeoutError when it does not."""
    received = bytearray()
    try:
        while part := connection.recv(1 << 16):
            received += part
    except ConnectionError:  # it closed while there was more to read
        pass
    return bytes(received)


def sent(connection: socket.socket, *parts: bytes) -> None:
    """Send all that the server takes: it may close before the end."""
    try:
        for part in parts:
            connection.sendall(part)
    except ConnectionError:
        pass


def statuses(received: bytes) -> list[int]:
    """The status of each answer, those of 1xx left out; `[CLOSED]` when there is none."""
    found = [int(status) for status in re.findall(rb"^HTTP/1\.[01] ([2-5]\d\d)", received, re.MULTILINE)]
    return found or [CLOSED]


def exchange(server: Server, *parts: bytes) -> tuple[list[int], bytes]:
    with connected(server) as connection:
        sent(connection, *parts)
        received = rest(connection)
    return statuses(received), received


def served(server: Server) -> None:
    """The neighbour has its answer, soon and right."""
    query, factor, term = cheap(7)
    reply = ask(server, query)
    assert (reply.outcome, reply.value) == ("200", str(factor + term))
    assert reply.seconds < LARGER["deadline_seconds"]


def get(target: bytes = ASK, *lines: bytes, version: bytes = b"HTTP/1.1", method: bytes = b"GET") -> bytes:
    """A request that asks for the connection to be closed."""
    head = (method + b" " + target + b" " + version, b"Host: localhost", b"Connection: close", *lines)
    return b"\r\n".join((*head, b"", b""))


def post(body: bytes, *lines: bytes, length: bool = True) -> bytes:
    """A query in a body, with these lines in its head."""
    own = [b"Content-Length: %d" % len(body)] if length else []
    return get(b"/sparql", b"Content-Type: application/sparql-query", *own, *lines, method=b"POST") + body


def chunked(body: bytes, *lines: bytes) -> bytes:
    return post(body, b"Transfer-Encoding: chunked", *lines, length=False)


BAD = {400}
GONE = {400, CLOSED}
LARGE = {400, 408, 413, 414, 431, CLOSED}
ABUSES: dict[str, tuple[set[int], bytes]] = {
    # the request line
    "a request line of a megabyte": (LARGE, b"GET /" + b"a" * 1_000_000),
    "a target of a megabyte": (LARGE, get(b"/" + b"a" * 1_000_000)),
    "no method": (GONE, b" / HTTP/1.1\r\nHost: x\r\n\r\n"),
    "a method in small letters": ({400, 405, 501, CLOSED}, get(method=b"get")),
    "a method nobody knows": ({400, 405, 501, CLOSED}, get(method=b"BREW")),
    "a method of ten thousand letters": ({400, 405, 431, 501, CLOSED}, get(method=b"G" * 10_000)),
    "TRACE": ({400, 405, 501, CLOSED}, get(method=b"TRACE")),
    "CONNECT": ({400, 404, 405, 501, CLOSED}, get(b"example.org:443", method=b"CONNECT")),
    "HTTP/0.9": (GONE, b"GET /\r\n\r\n"),
    "HTTP/1.0 without a host": ({200}, b"GET " + ASK + b" HTTP/1.0\r\n\r\n"),
    "HTTP/1.1 without a host": (GONE, b"GET " + ASK + b" HTTP/1.1\r\nConnection: close\r\n\r\n"),
    "two hosts": (GONE, get(ASK, b"Host: other")),
    "HTTP/2 without a word before": ({400, 505, CLOSED}, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "HTTP/9.9": ({400, 505, CLOSED}, get(version=b"HTTP/9.9")),
    "TLS": (GONE, bytes.fromhex("160301020001000001fc0303") + bytes(500) + b"\r\n\r\n"),
    "SSH": (GONE, b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    "noise": (GONE, bytes(range(256)) * 64 + b"\r\n\r\n"),
    "empty lines": ({200, *GONE}, b"\r\n" * 100 + get()),
    "a megabyte of empty lines": (LARGE, b"\r\n" * 500_000),
    # the target
    "an absolute target": ({200}, get(b"http://example.org" + ASK)),
    "a target with a user": ({200, 400}, get(b"http://user:word@example.org:99999" + ASK)),
    "a target of another scheme": ({200, 400, 404}, get(b"file:///etc/passwd")),
    "a star": ({200, 204, 400, 404}, get(b"*", method=b"OPTIONS")),
    "a target without a slash": ({400, 404, CLOSED}, get(b"sparql?query=ASK%7B%7D")),
    "a NUL in the target": (GONE, get(b"/\0")),
    "a NUL in the target, percent-encoded": ({400, 404}, get(b"/static/%00")),
    "bytes beyond ASCII in the target": ({400, 404, CLOSED}, get(b"/\xff\xfe")),
    "a percent sign alone": ({400, 404}, get(b"/id/%zz%")),
    "a query of bytes that are not UTF-8": (BAD, get(b"/sparql?query=%FF%FE")),
    "a way up": ({400, 404}, get(b"/static/../../../../etc/passwd")),
    "a way up, percent-encoded": ({400, 404}, get(b"/static/%2e%2e/%2e%2e%2f%2e%2e%5c/etc/passwd")),
    "ten thousand slashes": ({400, 404, 414}, get(b"/" * 10_000)),
    "ten thousand parameters": ({400, 414}, get(b"/sparql?" + b"query=&" * 10_000)),
    # the head
    "a header of ten megabytes": (LARGE, b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 10_000_000),
    "ten thousand headers": (LARGE, get(ASK, *(b"X-%d: %d" % (i, i) for i in range(10_000)), b"Y: " + b"y" * 300_000)),
    "a name of a header without an end": (LARGE, b"GET / HTTP/1.1\r\n" + b"a" * 1_000_000),
    "a header without a colon": (GONE, get(ASK, b"nonsense")),
    "a header without a name": (GONE, get(ASK, b": value")),
    "a space before the colon": (GONE, get(ASK, b"X : y")),
    "a header on two lines": ({200, *GONE}, get(ASK, b"X: y\r\n z")),
    "a first header that goes on": (GONE, b"GET " + ASK + b" HTTP/1.1\r\n Host: x\r\n\r\n"),
    "a NUL in a header": (GONE, get(ASK, b"X: a\0b")),
    "a NUL in the name of a header": (GONE, get(ASK, b"X\0Y: a")),
    "a CR in a header": (GONE, get(ASK, b"X: a\rY: b")),
    "bytes beyond ASCII in a header": ({200, *GONE}, get(ASK, b"X: \xff\xfe")),
    "languages by the thousand": ({200}, get(b"/", b"Accept-Language: " + b"fr-FR;q=0.1, " * 4_000 + b"en")),
    "media types by the thousand": ({200, 406}, get(ASK, b"Accept: " + b"a/b;q=0.1;c=d, " * 4_000 + b"*/*")),
    "encodings by the thousand": ({200}, get(ASK, b"Accept-Encoding: " + b"x;q=0.1, " * 4_000 + b"gzip")),
    "validators by the thousand": ({200}, get(ASK, b"If-None-Match: " + b'"x", ' * 4_000 + b'"y"')),
    "ranges by the thousand": ({200}, get(ASK, b"Range: bytes=" + b"0-0," * 4_000 + b"1-")),
    "cookies": ({200}, get(ASK, b"Cookie: " + b"a=b; " * 4_000)),
    "a date that is none": ({200, 400}, get(ASK, b"If-Modified-Since: never", b"Accept-Datetime: 99999-99-99")),
    # the length of the body
    "two lengths": (GONE, post(b"ASK {}", b"Content-Length: 5")),
    "the same length twice": ({200, *GONE}, post(b"ASK {}", b"Content-Length: 6")),
    "lengths in a list": ({200, *GONE}, post(b"ASK {}", b"Content-Length: 6, 6", length=False)),
    "a length below nothing": (GONE, post(b"ASK {}", b"Content-Length: -1", length=False)),
    "a length with a sign": (GONE, post(b"ASK {}", b"Content-Length: +6", length=False)),
    "a length in another base": (GONE, post(b"ASK {}", b"Content-Length: 0x6", length=False)),
    "a length beyond all integers": (LARGE, post(b"ASK {}", b"Content-Length: " + b"9" * 40, length=False)),
    "a length of an exabyte": (LARGE, post(b"ASK {}", b"Content-Length: 1000000000000000000", length=False)),
    "a body beyond the limit": (LARGE, post(b"#" * 10_000_000)),
    "a length and chunks": (GONE, post(b"6\r\nASK {}\r\n0\r\n\r\n", b"Transfer-Encoding: chunked")),
    "a length of nothing and chunks": (
        GONE,
        post(b"6\r\nASK {}\r\n0\r\n\r\n", b"Content-Length: 0", b"Transfer-Encoding: chunked", length=False),
    ),
    # chunks
    "chunks as they should be": ({200}, chunked(b"3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n")),
    "a chunk shorter than it says": (GONE, chunked(b"9\r\nASK {}\r\n0\r\n\r\n")),
    "a chunk longer than it says": (GONE, chunked(b"3\r\nASK {}\r\n0\r\n\r\n")),
    "a chunk without an end of line": (GONE, chunked(b"6\r\nASK {}0\r\n\r\n")),
    "a size below nothing": (GONE, chunked(b"-6\r\nASK {}\r\n0\r\n\r\n")),
    "a size with a prefix": (GONE, chunked(b"0x6\r\nASK {}\r\n0\r\n\r\n")),
    "a size that is none": (GONE, chunked(b"six\r\nASK {}\r\n0\r\n\r\n")),
    "no size": (GONE, chunked(b"\r\nASK {}\r\n0\r\n\r\n")),
    "a size beyond all integers": (LARGE, chunked(b"F" * 40 + b"\r\nASK {}\r\n0\r\n\r\n")),
    "a size of sixteen digits": (LARGE, chunked(b"FFFFFFFFFFFFFFFF\r\nASK {}\r\n0\r\n\r\n")),
    "a size of a million zeros": ({200, *LARGE}, chunked(b"0" * 1_000_000 + b"6\r\nASK {}\r\n0\r\n\r\n")),
    "an extension of ten megabytes": ({200, *LARGE}, chunked(b"6;" + b"x" * 10_000_000 + b"\r\nASK {}\r\n0\r\n\r\n")),
    "extensions by the hundred thousand": (LARGE, chunked(b"1;x=y\r\n#\r\n" * 400_000 + b"0\r\n\r\n")),
    "trailers by the hundred thousand": (
        {200, *LARGE},
        chunked(b"6\r\nASK {}\r\n0\r\n" + b"X: y\r\n" * 200_000 + b"\r\n"),
    ),
    "a chunk of one byte, a million times": (LARGE, chunked(b"1\r\n#\r\n" * 1_000_000)),
    "chunks twice over": ({*GONE, 501}, chunked(b"0\r\n\r\n", b"Transfer-Encoding: chunked")),
    "chunks that something comes after": ({*GONE, 501}, post(b"", b"Transfer-Encoding: chunked, gzip", length=False)),
    "a coding nobody knows": ({*GONE, 501}, post(b"", b"Transfer-Encoding: xchunked", length=False)),
    "a coding written to deceive": ({*GONE, 501}, post(b"", b"Transfer-Encoding:\x0bchunked", length=False)),
    # what a request may ask for
    "a word before the body": ({200}, post(b"ASK {}", b"Expect: 100-continue")),
    "an expectation nobody has": ({200, 417}, get(ASK, b"Expect: a miracle")),
    "a WebSocket": (
        {200, 400, 404, 426},
        get(
            ASK, b"Upgrade: websocket", b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        ).replace(b"Connection: close", b"Connection: Upgrade, close"),
    ),
    "HTTP/2 in clear": (
        {200, 400},
        get(ASK, b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA").replace(
            b"Connection: close", b"Connection: Upgrade, HTTP2-Settings, close"
        ),
    ),
    "a compressed body": ({400, 415}, post(b"\x1f\x8b\x08", b"Content-Encoding: gzip")),
    "a form of a million fields": (
        {400, 413},
        get(
            b"/sparql",
            b"Content-Type: application/x-www-form-urlencoded",
            b"Content-Length: 250000",
            method=b"POST",
        )
        + b"a&" * 125_000,
    ),
    "a form in parts": (
        {415},
        get(b"/sparql", b"Content-Type: multipart/form-data; boundary=x", b"Content-Length: 0", method=b"POST"),
    ),
    "a body with GET": ({200, *GONE}, get(ASK, b"Content-Length: 6") + b"ASK {}"),
    "another request in the body": (
        {200, 413, *GONE},
        get(ASK, b"Content-Length: 39") + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n     ",
    ),
}


@pytest.mark.parametrize("name", ABUSES)
def test_a_request_that_is_none_is_answered_or_cut_off(server, name):
    expected, request = ABUSES[name]
    begun = time.monotonic()
    found, received = exchange(server, request)
    assert set(found) <= expected, received[:500]
    assert len(found) == 1
    assert b" 101 " not in received
    assert time.monotonic() - begun < sum(SECONDS.values()) + PATIENCE
    served(server)


def test_a_thousand_requests_sent_at_once_are_answered_in_order(server):
    """As many as the server cares to: those it answers are right, and a connection it closes is closed at an end."""
    asked = 1000
    requests = [
        b"GET /sparql?query=SELECT%%20(%d%%20AS%%20%%3Fn)%%7B%%7D HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n" % i
        for i in range(asked - 1)
    ]
    last = get(b"/sparql?query=SELECT%%20(%d%%20AS%%20%%3Fn)%%7B%%7D" % (asked - 1), b"Accept: text/csv")
    found, received = exchange(server, b"".join(requests) + last)
    assert set(found) == {200}
    assert [int(n) for n in re.findall(rb"\r\nn\r\n(\d+)\r\n", received)] == list(range(len(found)))
    assert len(found) == asked
    served(server)


# --- time: whoever does not go on is cut off


def drip(connection: socket.socket, text: bytes, until_closed: float) -> float:
    """Send a byte now and then until the server closes; how long it took."""
    begun = time.monotonic()
    connection.settimeout(0.05)
    for byte in text:
        try:
            connection.sendall(bytes([byte]))
            if connection.recv(1 << 16) == b"":
                break
        except TimeoutError:
            pass
        except ConnectionError:
            break
        if time.monotonic() - begun > until_closed:
            break
    return time.monotonic() - begun


@pytest.mark.parametrize("beginning", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: x\r\nX: y"])
def test_a_head_that_does_not_end_is_cut_off(server, beginning):
    with connected(server) as connection:
        begun = time.monotonic()
        sent(connection, beginning)
        assert statuses(rest(connection))[0] in (CLOSED, 408)
        assert time.monotonic() - begun < SECONDS["head_seconds"] + PATIENCE


def test_a_head_that_comes_byte_by_byte_is_cut_off(server):
    with connected(server) as connection:
        head = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100
        assert drip(connection, head, 10) < SECONDS["head_seconds"] + PATIENCE


@pytest.mark.parametrize(
    "request_head",
    [
        post(b"", b"Content-Length: 1000", length=False),
        chunked(b"3E8\r\n"),
        post(b"", b"Content-Length: 9", b"Expect: 100-continue", length=False),
    ],
)
def test_a_body_that_does_not_end_is_cut_off(server, request_head):
    with connected(server) as connection:
        begun = time.monotonic()
        sent(connection, request_head)
        assert statuses(rest(connection))[0] in (CLOSED, 400, 408, 503)
        assert time.monotonic() - begun < SECONDS["body_seconds"] + PATIENCE


def test_a_body_that_comes_byte_by_byte_is_cut_off(server):
    with connected(server) as connection:
        sent(connection, post(b"", b"Content-Length: 1000", length=False))
        assert drip(connection, b"#" * 1000, 10) < SECONDS["body_seconds"] + PATIENCE


def test_a_body_of_chunks_that_comes_byte_by_byte_is_cut_off(server):
    with connected(server) as connection:
        sent(connection, chunked(b""))
        assert drip(connection, b"1\r\n#\r\n" * 500, 10) < SECONDS["body_seconds"] + PATIENCE


# --- answers that fail on their way

#: Rows that come slowly: the answer has begun long before its deadline.
ROW = "?a ?b ?c . ?d ?e ?f BIND(SHA512(SHA512(SHA512(CONCAT(STR(?c), STR(?f))))) AS ?h)"
CUT = f"SELECT ?h {{ {ROW} }}"


def by_urllib(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=20) as response:  # noqa: S310 - our own server
        return response.read()


def by_httpx(url: str) -> bytes:
    return httpx.get(url, timeout=20).raise_for_status().content


def by_command(*words: str) -> Callable[[str], bytes]:
    def fetch(url: str) -> bytes:
        if shutil.which(words[0]) is None:
            pytest.skip(f"{words[0]} is not here")
        return subprocess.run([*words, url], capture_output=True, check=True, timeout=20).stdout

    return fetch


@pytest.mark.parametrize(
    "fetch",
    [by_urllib, by_httpx, by_command("curl", "-sS", "--fail"), by_command("wget", "-q", "-t", "1", "-O", "-")],
    ids=["urllib", "httpx", "curl", "wget"],
)
def test_no_client_takes_an_answer_cut_short_for_a_whole_one(server, fetch):
    url = f"{server.sparql}?format=csv&query="
    assert len(fetch(url + quote(f"{CUT} LIMIT 20000"))) > 2_000_000
    with pytest.raises((OSError, http.client.HTTPException, httpx.HTTPError, subprocess.CalledProcessError)):
        fetch(url + quote(CUT))


def test_an_answer_cut_short_has_begun_and_has_no_end(server):
    with connected(server) as connection:
        sent(connection, get(b"/sparql?format=csv&query=" + quote(CUT).encode()))
        received = rest(connection)
    assert statuses(received) == [200]
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"\r\ntrailer: Passerelles-Status" in head
    assert len(body) > 2_000_000
    assert b"\r\n0\r\n" not in body[-200:]
    assert b"passerelles-status" not in body.lower()


def test_an_answer_that_begins_early_and_is_whole_says_so_at_its_end(server):
    rows = [b"/sparql?format=csv&query=" + quote(f"{CUT} LIMIT {count}").encode() for count in (20_001, 20_002)]
    found, received = exchange(server, get(rows[0]))
    assert found == [200]
    assert received.lower().endswith(b"\r\n0\r\npasserelles-status: complete\r\n\r\n")
    _, asked = exchange(server, get(rows[1], method=b"HEAD"))  # no cache knows it
    assert asked.endswith(b"\r\n\r\n")
    heads = (each.partition(b"\r\n\r\n")[0] for each in (asked, received))
    said, expected = (re.findall(rb"^([\w-]+):", head, re.MULTILINE) for head in heads)
    waited = {b"passerelles-query"}  # given to an evaluation that is not ready at once: either may be
    assert set(said) - waited == set(expected) - waited - {b"transfer-encoding"}  # of a body that does not come


def test_a_client_that_knows_no_chunks_gets_no_answer_cut_short(server):
    with connected(server) as connection:
        sent(connection, b"GET /sparql?format=csv&query=%s HTTP/1.0\r\n\r\n" % quote(CUT).encode())
        assert statuses(rest(connection))[0] in (422, 503)


# --- connections


def reset(connection: socket.socket) -> None:
    """Close with RST: what was in flight is lost."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def unlike(query: str, number: int) -> bytes:
    """The query with a constant of its own: a comment would not do, for one evaluation answers what means the same."""
    return query.replace("{", f"{{ FILTER(?a != <http://e/{number}>)", 1).encode()


def heavy(number: int) -> bytes:
    """A request that takes its whole deadline, like no other."""
    return post(unlike(HEAVY, number))


MOMENTS: dict[str, tuple[bytes, int]] = {  # what was sent, and how much was read, when the client left
    "before anything": (b"", 0),
    "in the middle of the head": (b"GET /sparql?query=AS", 0),
    "in the middle of the body": (post(b"", b"Content-Length: 1000", length=False) + b"ASK", 0),
    "before the answer": (get(b"/sparql?query=" + ROWS.replace(" ", "%20").encode()), 0),
    "in the middle of the answer": (get(b"/sparql?query=" + ROWS.replace(" ", "%20").encode()), 1000),
    "in the middle of a query": (heavy(0), 0),
}


@pytest.mark.parametrize("leave", [socket.socket.close, reset])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_client_that_leaves_leaves_nothing_behind(server, moment, leave):
    served(server)
    files = server.open_files()
    request, read = MOMENTS[moment]
    for _ in range(20):
        connection = connected(server, receive=4096)
        sent(connection, request)
        while read > 0 and (part := connection.recv(read)):
            read -= len(part)
        leave(connection)
    served(server)
    until(lambda: server.open_files() <= files + 3)
    until(server.at_rest)


def test_queries_whose_clients_left_are_stopped(server):
    """Twenty heavy queries, each worth two seconds of a worker: had they gone on, they would last for ten or twenty."""
    connections = [connected(server) for _ in range(20)]
    for number, connection in enumerate(connections):
        sent(connection, heavy(number))
    time.sleep(0.2)  # two of them are being evaluated by now
    for connection in connections:
        reset(connection)
    until(lambda: busy(server) == [], seconds=4)
    with Client(server, HOSTILE) as client:
        assert client.request("GET", "/sparql/queries", None, {}).json() == []
    served(server)


def busy(server: Server) -> list[int]:
    """The workers that compute: those that used the processor in the last tenth of a second."""
    before = {pid: ticks(pid) for pid in server.workers()}
    time.sleep(0.1)
    return [pid for pid, used in before.items() if ticks(pid) - used > 5]


def ticks(pid: int) -> int:
    """Hundredths of a second of processor a process used."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def test_a_client_that_closes_its_half_after_the_request_has_its_answer_or_none(server):
    with connected(server) as connection:
        sent(connection, get())
        connection.shutdown(socket.SHUT_WR)
        assert statuses(rest(connection))[0] in (200, CLOSED)
    served(server)


def measured(server: Server, name: str) -> int:
    """A counter of the server."""
    with Client(server) as client:
        said = client.request("GET", "/metrics", None, {}).body.decode()
    return int(float(re.search(rf"^passerelles_{name} (\S+)$", said, re.MULTILINE)[1]))


def kept(server: Server, query: str) -> bool:
    """Ask a query: true when its answer is one that is kept."""
    before = measured(server, "cache_hits_total")
    assert ask(server, query).status == 200
    return measured(server, "cache_hits_total") > before


@pytest.mark.parametrize("known", [False, True])
def test_slow_readers_hold_no_worker_and_are_cut_off(server, known):
    """Large answers, read byte by byte: each is evaluated at once or kept already, and given up in the end."""
    if known:
        until(lambda: kept(server, ROWS))
    served(server)
    evaluated, hits = measured(server, "cache_misses_total"), measured(server, "cache_hits_total")
    until(server.at_rest)
    files, begun = min(server.open_files() for _ in range(20)), time.monotonic()
    readers = [connected(server, receive=4096) for _ in range(3 * WORKERS)]
    for number, reader in enumerate(readers):
        sent(reader, post(ROWS.encode() if known else unlike(ROWS, number)))
    for reader in readers:
        assert reader.recv(1) == b"H"  # the answer is there
    found = measured(server, "cache_misses_total") - evaluated, measured(server, "cache_hits_total") - hits
    assert found == ((0, len(readers)) if known else (len(readers), 0))
    until(lambda: busy(server) == [], seconds=LARGER["deadline_seconds"] + PATIENCE)
    with neighbour(server) as other:
        rests = 0  # looks in a row: workers that come and go are counted a moment late
        while (rests := rests + 1 if server.open_files() <= files + 3 else 0) < 10:
            assert time.monotonic() - begun < LARGER["deadline_seconds"] + SECONDS["send_seconds"] + PATIENCE
            for reader in readers:
                with suppress(ConnectionError):
                    reader.recv(1)
            time.sleep(0.05)
    assert other.lost() == other.wrong() == []
    for reader in readers:
        with reader:
            assert rest(reader).count(b'"c":') < 30_000


def test_a_reader_who_reads_in_time_has_the_whole_answer(server):
    """The limit is on standing still, not on the length of an answer."""
    with connected(server, receive=131072) as connection:
        sent(connection, post(ROWS.encode(), b"Accept: text/csv"))
        received = bytearray()
        while part := connection.recv(131072):
            received += part
            time.sleep(0.02)
    assert statuses(bytes(received)) == [200]
    assert received.count(b"\r\n") > 30_000


def test_connections_that_do_nothing_cost_next_to_nothing(server):
    served(server)
    memory, files = server.memory_mb(), server.open_files()
    idle = [connected(server) for _ in range(500)]
    try:
        with neighbour(server) as other:
            until(lambda: server.open_files() <= files + 10, seconds=SECONDS["head_seconds"] + 2 * PATIENCE)
        assert other.lost() == other.wrong() == []
        assert server.memory_mb() < memory + 32
    finally:
        for connection in idle:
            connection.close()


def test_whoever_takes_every_connection_takes_them_from_nobody_else(tmp_path):
    with serving(repository(tmp_path, connections=40)) as server:
        taken = []
        try:
            for _ in range(60):
                try:
                    taken.append(connected(server))
                except ConnectionError:
                    break
            with Client(server) as other:
                query, factor, term = cheap(3)
                reply = other.ask(query)
            assert (reply.outcome, reply.value) == ("200", str(factor + term))
        finally:
            for connection in taken:
                connection.close()
