"""Load on a server: wrk for what is fast; our own clients for what takes seconds, for a steady pace, and for abuse."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, cycle
from pathlib import Path
from random import Random
from threading import Lock
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

if TYPE_CHECKING:
    from peers import Server

LIST = Path(__file__).resolve().parent / "wrk" / "list.lua"
JSON = "application/sparql-results+json"
CLIENTS = 16
WAIT_SECONDS = 600
FAILED = 400
HOSTILE = "127.0.0.66"
ABUSERS = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """An HTTP/1.1 connection kept open, from one loopback address. Raises EOFError for an answer cut short."""

    def __init__(self, port: int, path: str, source: str = "127.0.0.1") -> None:
        self.port, self.path, self.source = port, path, source
        self.open()

    def open(self) -> None:
        """Connect, again where it was connected."""
        self.socket = socket.create_connection(("127.0.0.1", self.port), WAIT_SECONDS, source_address=(self.source, 0))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb", 262_144)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave."""
        self.file.close()
        self.socket.close()

    def ask(self, query: str, **headers: str) -> Answer:
        """Ask one query, whose text is not encoded yet."""
        return self.get(quote(query, safe=""), **headers)

    def get(self, encoded: str, **headers: str) -> Answer:
        """Ask one encoded query."""
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in {"Accept": JSON, **headers}.items())
        self.socket.sendall(f"GET {self.path}query={encoded} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n".encode())
        status = int(self._line().split(b" ", 2)[1])
        found = {}
        while line := self._line():
            name, _, value = line.partition(b":")
            found[name.decode().lower()] = value.strip().decode()
        return Answer(status, found, b"" if status in (204, 304) else self._body(found))

    def _line(self) -> bytes:
        line = self.file.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        return line.rstrip(b"\r\n")

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() != "chunked":
            return self._exactly(int(headers.get("content-length", 0)))
        parts = []
        while size := int(self._line().partition(b";")[0], 16):
            parts.append(self._exactly(size))
            self._line()
        while self._line():  # the trailer
            pass
        return b"".join(parts)

    def _exactly(self, size: int) -> bytes:
        content = self.file.read(size)
        if len(content) < size:
            raise EOFError
        return content


@dataclass(frozen=True, slots=True)
class Figures:
    """What a server did under one load: answers a second, seconds of latency, and what was not an answer."""

    rate: float
    p50: float
    p99: float
    requests: int
    failed: int


Taken = tuple[float, bool]  # seconds of latency, and whether it was an answer


def wrk_command(url: str, file: Path, seconds: float, clients: int = CLIENTS) -> list[str]:
    """The wrk command line: one thread, `clients` connections."""
    duration = f"{seconds:.0f}s"
    options = ["-t1", f"-c{clients}", f"-d{duration}", "--timeout", f"{WAIT_SECONDS}s", "-s", str(LIST)]
    return ["wrk", *options, url, "--", str(file)]


def wrk(server: Server, lines: Iterable[str], seconds: float, scratch: Path) -> Figures:
    """Ask the queries of `lines` (encoded; an ETag after a tab) one after the other, as fast as they are answered."""
    file = scratch / "queries.txt"
    file.write_text("".join(f"{line}\n" for line in lines))
    command = wrk_command(server.url, file, seconds)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(said.strip().rpartition("\n")[2])
    rate = (found["requests"] - found["refused"]) / found["seconds"]
    return Figures(rate, found["p50"], found["p99"], found["requests"], found["refused"] + found["broken"])


def drained(server: Server, lines: Iterable[str], seconds: float, clients: int = CLIENTS) -> Figures:
    """Ask for `seconds`, and let every client have its last answer: fair to answers that take seconds themselves."""
    source, lock, start = iter(lines), Lock(), time.perf_counter()

    def client(_: int) -> list[Taken]:
        taken = []
        with server.connect() as connection:
            while True:
                with lock:
                    line = next(source, None) if time.perf_counter() - start < seconds else None
                if line is None:
                    return taken
                taken.append(_taken(connection, line, time.perf_counter()))

    with ThreadPoolExecutor(clients) as threads:
        done = list(chain.from_iterable(threads.map(client, range(clients))))
    return _figures(done, time.perf_counter() - start)


def paced(server: Server, lines: Iterable[str], rate: float, seconds: float, clients: int = CLIENTS) -> Figures:
    """Ask `rate` queries a second whatever the server does; an answer's latency counts from when it was due."""
    due = list(zip(range(int(rate * seconds)), lines, strict=False))
    start = time.perf_counter() + 0.1

    def client(number: int) -> list[Taken]:
        taken = []
        with server.connect() as connection:
            for place, line in due[number::clients]:
                moment = start + place / rate
                if (ahead := moment - time.perf_counter()) > 0:
                    time.sleep(ahead)
                taken.append(_taken(connection, line, moment))
        return taken

    with ThreadPoolExecutor(clients) as threads:
        done = list(chain.from_iterable(threads.map(client, range(clients))))
    return _figures(done, seconds)


def _taken(connection: Connection, line: str, since: float) -> Taken:
    query, _, tag = line.partition("\t")
    try:
        answered = connection.get(query, **({"If_None_Match": tag} if tag else {})).status < FAILED
    except (OSError, EOFError):
        answered = False
        connection.close()
        connection.open()
    return time.perf_counter() - since, answered


def _figures(done: list[Taken], seconds: float) -> Figures:
    latencies = sorted(latency for latency, _ in done)
    right = sum(answered for _, answered in done)
    p50, p99 = (latencies[int(len(latencies) * share)] for share in (0.5, 0.99))
    return Figures(right / seconds, p50, p99, len(done), len(done) - right)


def abuse(port: int, path: str, queries: list[bytes], seconds: float, seed: int) -> Counter[str]:
    """Be the hostile client, from an address of its own: how many of its queries ended how.

    Half of its connections leave after a second, the others read what comes slowly and wait to the end.
    """
    end = time.monotonic() + seconds
    outcomes: Counter[str] = Counter()

    def client(number: int) -> None:
        draw = Random(ABUSERS * seed + number)
        patience = 1.0 if number % 2 else WAIT_SECONDS
        for query in _endlessly(queries, draw):
            if time.monotonic() >= end:
                return
            outcomes[_abuse(port, path, query, min(time.monotonic() + patience, end))] += 1
            time.sleep(0.02)  # it abuses the engine; a flood of requests is another matter

    with ThreadPoolExecutor(ABUSERS) as threads:
        list(threads.map(client, range(ABUSERS)))
    return outcomes


def _endlessly(queries: list[bytes], draw: Random) -> Iterator[bytes]:
    return cycle(draw.sample(queries, len(queries)))


def _abuse(port: int, path: str, query: bytes, until: float) -> str:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/sparql-query\r\nConnection: close\r\n"
    try:
        with socket.create_connection(("127.0.0.1", port), 1, source_address=(HOSTILE, 0)) as connection:
            connection.sendall(f"{head}Accept: {JSON}\r\nContent-Length: {len(query)}\r\n\r\n".encode() + query)
            connection.settimeout(max(0.05, until - time.monotonic()))
            start = connection.recv(4096)
            while time.monotonic() < until and connection.recv(4096):
                time.sleep(0.05)
    except TimeoutError:
        return "left"
    except OSError:
        return "cut"
    return start[9:12].decode(errors="replace") or "cut"
