"""Three SPARQL services of three administrations, whose things point at each other, and what their merge answers."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from queue import Queue
from threading import Thread

import pyoxigraph
import pytest

from .recording import RECORDER, recorded

CONFIGURATION = """\
[search]
meaning = false

[graph]
title = {{ fr = "{name}", en = "{name}" }}
publisher = "https://example.org/"
licence = "https://example.org/licence"
base = "https://{name}.example.org/id/"
graph_base = "https://{name}.example.org/graph/"
"""
ONTOLOGY = """\
@prefix ex: <https://example.org/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .

ex:Production a owl:Class .
ex:Tool a owl:Class .
"""
TRIPLES = {  # without languages: Comunica 4.5.0 as npm installs it sends them wrongly
    "north": """\
<https://north.example.org/id/productions/p{n}>
    a <https://example.org/ontology#Production> ;
    <http://purl.org/dc/terms/title> "Production {n}" ;
    <http://purl.org/dc/terms/extent> {n} ;
    <https://example.org/ontology#uses> <https://south.example.org/id/tools/t{tool}> .
""",
    "south": """\
<https://south.example.org/id/tools/t{n}>
    a <https://example.org/ontology#Tool> ;
    <http://purl.org/dc/terms/title> "Outil {n} d’« été »" ;
    <http://purl.org/dc/terms/creator> <https://west.example.org/id/people/a{person}> .
""",
    "west": """\
<https://west.example.org/id/people/a{n}> <http://xmlns.com/foaf/0.1/name> "Autrice {n}" .
""",
}
COUNTS = {"north": 60, "south": 40, "west": 5}


@dataclass(frozen=True)
class Service:
    """A SPARQL service that runs: the address of its endpoint."""

    sparql: str

    @property
    def root(self) -> str:
        return self.sparql.rpartition("/")[0]


@dataclass(frozen=True)
class Federation:
    """`north` and `south` are ours, `west` is an Oxigraph server; `merged` holds the triples of all three."""

    north: Service
    south: Service
    west: Service
    merged: pyoxigraph.Store

    @property
    def addresses(self) -> dict[str, str]:
        """The endpoint of each, by its name."""
        return {name: getattr(self, name).sparql for name in COUNTS}

    def rows(self, query: str) -> list[tuple[str, ...]]:
        """The rows of the merge, sorted, their terms as N-Triples has them; a `SERVICE` is looked for in the merge."""
        solutions = self.merged.query(alone(query))
        return sorted(tuple(str(term) for term in solution) for solution in solutions)


def alone(query: str) -> str:
    """A query without its `SERVICE`s, for data that are all in one place."""
    return re.sub(r"SERVICE\s*(SILENT\s*)?<[^>]*>", "", query)


@pytest.fixture
def same_rows(federation: Federation) -> Callable[[dict, str], bool]:
    """Whether SPARQL JSON results are what the merged data answer to a query: the same rows, and not none at all."""

    def same(document: dict, query: str) -> bool:
        assert "results" in document, document
        written = json.dumps({name: document[name] for name in ("head", "results")}).encode()  # some say more
        found = pyoxigraph.parse_query_results(written, format=pyoxigraph.QueryResultsFormat.JSON)
        expected = federation.merged.query(alone(query))
        names = sorted(variable.value for variable in expected.variables)
        assert sorted(variable.value for variable in found.variables) == names
        there, here = (sorted([str(row[name]) for name in names] for row in rows) for rows in (found, expected))
        assert there == here
        return bool(here)

    return same


def triples(name: str) -> str:
    """Those of one administration, in Turtle."""
    return "".join(TRIPLES[name].format(n=n, tool=n % 17, person=n % 5) for n in range(COUNTS[name]))


@pytest.fixture(scope="session")
def merged() -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    for name in TRIPLES:
        store.load(triples(name).encode(), pyoxigraph.RdfFormat.TURTLE)
    return store


@pytest.fixture(scope="session")
def federation(tmp_path_factory: pytest.TempPathFactory, merged: pyoxigraph.Store) -> Iterator[Federation]:
    """The three, running; RECORD=1 writes what their clients send below tests/fixtures/requests."""
    with ExitStack() as running:
        starts = {"north": ours, "south": ours, "west": oxigraph}
        services = {
            name: running.enter_context(start(name, tmp_path_factory.mktemp(name))) for name, start in starts.items()
        }
        yield Federation(**services, merged=merged)


@contextmanager
def ours(name: str, folder: Path) -> Iterator[Service]:
    """One of ours: a repository, built and served by the command line."""
    written = {
        "passerelles.toml": CONFIGURATION.format(name=name),
        "ontology/ontology.ttl": ONTOLOGY,
        f"data/{name}.ttl": triples(name),
    }
    for path, text in written.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "graph", "serve", "--port", "0", "--workers", "2"]
    with listening(command, folder) as url, recorded(name, url) as seen:
        yield Service(f"{seen}/sparql")


@contextmanager
def oxigraph(name: str, folder: Path) -> Iterator[Service]:
    """The server of another project."""
    program = Path(sys.executable).with_name("oxigraph")
    (folder / "west.ttl").write_text(triples(name), encoding="utf-8")
    subprocess.run([program, "load", "-l", "store", "-f", "west.ttl"], cwd=folder, check=True, capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with listening([program, "serve-read-only", "-l", "store", "-b", f"127.0.0.1:{port}"], folder) as url:
        yield Service(f"{url}/query")


@contextmanager
def listening(
    command: list[object], folder: Path, ready: str = r"http://127\.0\.0\.1:\d+", **environment: str
) -> Iterator[str]:
    """A server in its own process, once it has said what it says when it is ready, and that."""
    process = subprocess.Popen(
        [str(each) for each in command],
        cwd=folder,
        env={**os.environ, "PASSERELLES_LANG": "en", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: Queue[str] = Queue()
    listener = Thread(target=lambda: [said.put(line) for line in chain(process.stdout, [""])])
    listener.start()
    heard = []
    try:
        while not (found := re.search(ready, line := said.get(timeout=60))):
            heard.append(line)
            assert line, "".join(heard)
        yield found[0]
    finally:
        process.terminate()
        process.wait(timeout=20)
        listener.join()
        process.stdout.close()


@pytest.fixture(autouse=True)
def _recording(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a module's tests send is of its `CLIENT`."""
    RECORDER.client, RECORDER.title = getattr(request.module, "CLIENT", ""), request.function.__name__
    yield
    RECORDER.client = ""


@pytest.fixture(scope="session", autouse=True)
def _recordings() -> Iterator[None]:
    yield
    RECORDER.write()
