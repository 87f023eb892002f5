"""What the hostile tests share: a graph made to explode, a server on it, clients with addresses of their own."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Self
from urllib.parse import urlencode, urlsplit

from .abuses import JSON_RESULTS

SOURCES = Path(__file__).resolve().parents[2] / "src"
NODES = 400
TRIPLES = 9 * NODES + 1
ONTOLOGY = "https://example.org/ontology#"
CONFIGURATION = """\
[search]
meaning = false

[graph]
publisher = "https://example.org/"
licence = "https://example.org/licence"
base = "https://example.org/id/"
graph_base = "https://example.org/graph/"

[limits]
"""
#: A short deadline, for most abuses last that long; little memory, for some must end by it.
LIMITS = {"deadline_seconds": 0.5, "workers": 2, "worker_memory_mb": 384, "result_bytes": 4_000_000}
START_SECONDS = 60
PARTS = (0.5, 0.99, 1.0)
#: How many times as long as usual the tests last: bench/abuse.py.
TIMES = int(os.environ.get("PASSERELLES_ABUSE") or 1)


def turtle(generation: int) -> str:
    """A cycle of nodes, each with five roads to others, a number and texts; the same for the same generation."""
    lines = [
        f"@prefix ex: <{ONTOLOGY}> .",
        "@prefix n: <https://example.org/id/n/> .",
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .",
        f"n:graph ex:generation {generation} .",
    ]
    for i in range(NODES):
        roads = ", ".join(f"n:{(i * 7 + k * k * 13 + k) % NODES}" for k in range(1, 6))
        lines.append(
            f'n:{i} rdfs:label "node {i}"@en ; ex:value {i * generation} ; ex:next n:{(i + 1) % NODES} ; '
            f'ex:to {roads} ; ex:text "{"passerelle " * (i % 10 + 1)}{i}" .'
        )
    return "\n".join(lines) + "\n"


def repository(root: Path, generation: int = 1, **limits: float) -> Path:
    """A graph repository with that graph and those limits; written over when it exists."""
    (root / "data").mkdir(parents=True, exist_ok=True)
    said = "".join(f"{name} = {value}\n" for name, value in {**LIMITS, **limits}.items())
    (root / "passerelles.toml").write_text(CONFIGURATION + said, encoding="utf-8")
    (root / "data" / "things.ttl").write_text(turtle(generation), encoding="utf-8")
    return root


def command(*words: str | Path, before: str = "") -> list[str]:
    """The command line `passerelles`, in English; `before` is Python that runs first in the same process."""
    program = f"{before}\nfrom graph.cli import main\nmain()\n"
    return [sys.executable, "-c", program, "--lang", "en", *map(str, words)]


def environment() -> dict[str, str]:
    """This process's environment, with the sources of this checkout."""
    return {**os.environ, "PYTHONPATH": str(SOURCES)}


def build(root: Path, *words: str | Path, before: str = "") -> subprocess.CompletedProcess[str]:
    """Build the repository."""
    return subprocess.run(
        command("--repo", root, "--quiet", "build", *words, before=before),
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=START_SECONDS,
    )


@dataclass
class Server:
    """A server that runs, what it said on standard error, and what it is made of."""

    url: str
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    @property
    def sparql(self) -> str:
        """The address of its endpoint."""
        return self.url + "/sparql"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return str(parts.hostname), int(parts.port or 80)

    def workers(self) -> list[int]:
        """The process ids of its workers, zombies left out."""
        return [pid for pid, state in self.children().items() if state != "Z"]

    def at_rest(self) -> bool:
        """True when it has the workers it keeps: one a place and a spare, and those that long queries left."""
        return LIMITS["workers"] < len(self.workers()) <= 2 * LIMITS["workers"] + 1

    def children(self) -> dict[int, str]:
        """The processes of its nursery, each with its state as `ps` writes it."""
        found = {}
        for nursery in children(self.process.pid):
            for pid in children(nursery):
                state = status(pid).get("State", "")
                if state:
                    found[pid] = state[0]
        return found

    def memory_mb(self) -> float:
        """The memory that the web process has for itself, and may leak; the pages of its libraries are everybody's."""
        return int(status(self.process.pid)["RssAnon"].split()[0]) / 1024

    def open_files(self) -> int:
        """How many files and sockets the web process has open, beside the two of each worker."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir())) - 2 * len(self.workers())


def children(pid: int) -> list[int]:
    """The child processes of one."""
    found: list[int] = []
    with suppress(FileNotFoundError, ProcessLookupError):  # it, or a thread of its, has ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def status(pid: int) -> dict[str, str]:
    """What Linux says of a process; empty when it is gone."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in text.splitlines())}


@contextmanager
def serving(root: Path, *words: str | Path, before: str = "") -> Iterator[Server]:
    """`passerelles serve` on the repository, stopped at the end. Raises RuntimeError when it does not start."""
    process = subprocess.Popen(
        command("--repo", root, "serve", "--port", "0", *words, before=before),
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    server = Server("", process)
    listening = threading.Event()

    def read() -> None:
        for line in process.stderr:
            server.said.append(line.rstrip())
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found and not server.url:
                server.url = found[0]
                listening.set()
        listening.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        if not listening.wait(START_SECONDS) or not server.url:
            raise RuntimeError("\n".join(server.said))
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join()
        process.stderr.close()


def until(condition: Callable[[], bool], seconds: float = 20.0, pause: float = 0.02) -> None:
    """Wait until `condition()` holds: what is waited for is another process."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(pause)


# --- clients


@dataclass(frozen=True)
class Reply:
    """How one request ended: its status, 0 when the connection broke; `body` is None unless it came whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes | None
    seconds: float

    @property
    def outcome(self) -> str:
        """`200`, `503 PAS914`, `422 PAS913 result_bytes`… or `broken`, which no client takes for an answer."""
        if self.body is None:
            return "broken"
        if not self.headers.get("content-type", "").startswith("application/problem+json"):
            return str(self.status)
        problem = json.loads(self.body)
        limit = problem.get("limit") if self.status != 503 else None  # the limit of a deadline is the deadline
        return " ".join(filter(None, (str(self.status), problem["code"], limit)))

    def json(self):
        return json.loads(self.body)

    @property
    def value(self) -> str:
        """The only value of the only row."""
        (row,) = self.json()["results"]["bindings"]
        (term,) = row.values()
        return term["value"]


class Client:
    """One connection kept open, from an address of the loopback network that stands for one client."""

    def __init__(self, server: Server, source: str = "127.0.0.1", timeout: float = 30.0) -> None:
        self._made = (*server.address, timeout, source)
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ask(self, query: str | bytes, accept: str = JSON_RESULTS, method: str = "POST", **headers: str) -> Reply:
        """Send a query and read its answer to the end."""
        body = query if isinstance(query, bytes) else query.encode()
        if method == "GET":
            return self.request("GET", "/sparql?" + urlencode({"query": body}), None, {"Accept": accept, **headers})
        sent = {"Accept": accept, "Content-Type": "application/sparql-query", **headers}
        return self.request("POST", "/sparql", body, sent)

    def request(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        """Any request."""
        if self._connection is None:
            host, port, timeout, source = self._made
            self._connection = http.client.HTTPConnection(host, port, timeout=timeout, source_address=(source, 0))
            self._connection.connect()
        begun = time.monotonic()
        status, said = 0, {}
        try:
            self._connection.request(method, path, body, dict(headers))
            response = self._connection.getresponse()
            status, said = response.status, {name.lower(): value for name, value in response.getheaders()}
            content = response.read()
        except (http.client.HTTPException, OSError):
            self.close()
            return Reply(status, said, None, time.monotonic() - begun)
        if response.will_close:
            self.close()
        return Reply(status, said, content, time.monotonic() - begun)


def ask(server: Server, query: str | bytes, source: str = "127.0.0.1", **options: str) -> Reply:
    """One query on a connection of its own."""
    with Client(server, source) as client:
        return client.ask(query, **options)


def cheap(number: int) -> tuple[str, int, int]:
    """A query never asked before, and its answer: the first number times the generation, plus the second."""
    node = number % NODES
    query = f"SELECT (?v + {number} AS ?w) {{ <https://example.org/id/n/{node}> <{ONTOLOGY}value> ?v }}"
    return query, node, number


@dataclass
class Neighbour:
    """A client that asks cheap queries all the time: each reply with what its answer must be."""

    replies: list[tuple[Reply, int, int]] = field(default_factory=list)

    def lost(self) -> list[str]:
        """The outcomes that were no answer."""
        return [reply.outcome for reply, *_ in self.replies if reply.outcome != "200"]

    def wrong(self, generations: Mapping[str, int] | None = None) -> list[str]:
        """What was answered and is not so; `generations` gives that of each snapshot, 1 where it is absent."""
        found = []
        for reply, factor, term in self.replies:
            if reply.outcome == "200":
                generation = generations[reply.headers["passerelles-snapshot"]] if generations else 1
                if reply.value != str(factor * generation + term):
                    found.append(f"{reply.value} for {factor} * {generation} + {term}")
        return found

    def figures(self) -> str:
        """How many replies it had, and how soon, on a line of their own; `pytest -s` shows it."""
        seconds = sorted(reply.seconds for reply, *_ in self.replies)
        half, most, all_of_them = (1000 * seconds[min(int(part * len(seconds)), len(seconds) - 1)] for part in PARTS)
        return f"\n{len(seconds)} replies: p50 {half:.1f} ms, p99 {most:.1f} ms, all within {all_of_them:.1f} ms\n"


@contextmanager
def neighbour(server: Server, source: str = "127.0.0.1", connections: int = 1, start: int = 0) -> Iterator[Neighbour]:
    """A neighbour at work on so many connections, from `start` on, until the block ends."""
    seen, stop = Neighbour(), threading.Event()

    def work(first: int) -> None:
        with Client(server, source) as client:
            for number in count(start + first, connections):
                if stop.is_set():
                    return
                query, factor, term = cheap(number)
                seen.replies.append((client.ask(query), factor, term))

    with ThreadPoolExecutor(connections) as pool:
        running = [pool.submit(work, first) for first in range(connections)]
        try:
            yield seen
        finally:
            stop.set()
        for each in running:
            each.result()
