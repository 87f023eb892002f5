"""A small snapshot, served by a real server in its own process on a loopback port."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import httpx
import pyoxigraph
import pytest

from graph import config
from graph.build import build
from graph.search.writing import write as index
from graph.snapshot.counts import count
from graph.snapshot.manifest import Manifest, read
from graph.snapshot.reader import Snapshot, open_snapshot, sizes

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCES = Path(config.__file__).resolve().parents[1]
BASE = "https://w3id.org/passerelles/id/"
GRAPH_BASE = "https://w3id.org/passerelles/graph/"
PORTAL = GRAPH_BASE + "harvest/portal"
#: Reading every authority that a machine trusts takes longer than most requests, and no request here is enciphered.
UNTRUSTING = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
FILES = {
    "graph": "productions/bus",
    "vocabulary": "vocabularies/essai",
    "ontology": "ontology",
    "shapes": "shapes/essai",
}
PREFIXES = {
    "dct": "http://purl.org/dc/terms/",
    "pas": "https://w3id.org/passerelles/ontology#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
CONFIGURATION = """\
[search]
meaning = false

[graph]
publisher = "https://w3id.org/passerelles/"
licence = "http://spdx.org/licenses/etalab-2.0"
[federation]
allow = ["https://query.example.org/sparql"]
[limits]
deadline_seconds = 1
workers = 2
worker_memory_mb = 1024
result_bytes = 2000000
query_bytes = 20000
"""
SERVE = """
import sys
from pathlib import Path
from graph import config
from graph.snapshot.reader import open_snapshot
from graph.web.server import serve
settings, snapshot = config.load(Path(sys.argv[1])), open_snapshot(Path(sys.argv[2]))
serve(settings, snapshot, port=0, ready=lambda url: print(url, flush=True))
"""
Adds = Callable[[pyoxigraph.Store, Path], object]


@dataclass(frozen=True)
class Server:
    """A server that runs, and how to talk to it."""

    url: str
    pid: int
    snapshot: Snapshot

    def get(self, path: str, accept: str | None = None, **options) -> httpx.Response:
        headers = {**({} if accept is None else {"Accept": accept}), **options.pop("headers", {})}
        return httpx.get(self.url + path, headers=headers, timeout=30, verify=UNTRUSTING, **options)

    def post(self, path: str, **options) -> httpx.Response:
        return httpx.post(self.url + path, **{"timeout": 30, "verify": UNTRUSTING, **options})

    def query(self, text: str, accept: str | None = None, headers: dict | None = None, **parameters) -> httpx.Response:
        return self.get("/sparql", accept, params={"query": text, **parameters}, headers=headers or {})

    def workers(self) -> list[int]:
        """The process ids of its workers."""
        return [worker for nursery in _children(self.pid) for worker in _children(nursery)]


def _children(pid: int) -> list[int]:
    assert Path(f"/proc/self/task/{os.getpid()}/children").exists()
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended meanwhile
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The Turtle files of this folder: each in its graph, and their merge in the default graph, shapes apart."""
    folder = tmp_path_factory.mktemp("snapshot")
    store = pyoxigraph.Store(str(folder / "store"))
    for stem, name in FILES.items():
        graph = pyoxigraph.NamedNode(GRAPH_BASE + name)
        for quad in pyoxigraph.parse((HERE / f"{stem}.ttl").read_bytes(), format=pyoxigraph.RdfFormat.TURTLE):
            store.add(pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, graph))
            if stem != "shapes":
                store.add(quad)
    store.add(_inferred())
    triples = sum(1 for _ in store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph()))
    store.flush()
    replace(count(store, BASE), graphs=_sizes(store)).write(folder)
    index(store, BASE, GRAPH_BASE, folder / "search")
    del store
    shutil.copytree(HERE / "queries", folder / "queries")
    Manifest(
        id="5ab1e" * 12,
        created="2026-11-21T10:00:00Z",
        software="0.1.0",
        title={"fr": "Passerelles", "en": "Passerelles"},
        publisher="https://w3id.org/passerelles/",
        licence="http://spdx.org/licenses/etalab-2.0",
        base=BASE,
        graph_base=GRAPH_BASE,
        prefixes=PREFIXES,
        counts={"triples": triples},
        store=sizes(folder / "store"),
        search=sizes(folder / "search"),
    ).write(folder)
    return open_snapshot(folder)


def _sizes(store: pyoxigraph.Store) -> dict[str, int]:
    return {
        name.value: sum(1 for _ in store.quads_for_pattern(None, None, None, name)) for name in store.named_graphs()
    }


def _inferred() -> pyoxigraph.Quad:
    named = pyoxigraph.NamedNode
    tool, used = named(BASE + "tools/persona"), named(PREFIXES["pas"] + "toolUsedIn")
    return pyoxigraph.Quad(tool, used, named(BASE + "productions/bus"), named(GRAPH_BASE + "inferred"))


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> config.Settings:
    folder = tmp_path_factory.mktemp("repository")
    (folder / config.FILE_NAME).write_text(CONFIGURATION, encoding="utf-8")
    return config.load(folder)


@pytest.fixture(scope="session")
def server(settings: config.Settings, snapshot: Snapshot) -> Iterator[Server]:
    """The server of the snapshot, with a deadline of one second and two workers."""
    with serving(settings, snapshot) as served:
        yield served


@pytest.fixture(scope="session")
def patient(tmp_path_factory: pytest.TempPathFactory) -> config.Settings:
    """Settings with time enough for whatever is asked on a busy machine."""
    folder = tmp_path_factory.mktemp("patient")
    (folder / config.FILE_NAME).write_text("[limits]\ndeadline_seconds = 60\n", encoding="utf-8")
    return config.load(folder)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the repository's own graph."""
    settings = config.load(ROOT)
    with serving(settings, build(settings, tmp_path_factory.mktemp("built"))) as served:
        yield served


def with_queries(snapshot: Snapshot, folder: Path, queries: Mapping[str, str]) -> Snapshot:
    """A copy of a snapshot, in a folder that does not exist yet, with these saved queries in place of its own."""
    shutil.copytree(snapshot.path, folder)
    shutil.rmtree(folder / "queries")
    (folder / "queries" / "reports").mkdir(parents=True)
    for name, text in queries.items():
        (folder / "queries" / "reports" / f"{name}.rq").write_text(text, encoding="utf-8")
    return open_snapshot(folder)


def adding(facts: str, graph: str = "trial", claims: str = "") -> Adds:
    """What adds Turtle to a store, in a graph and in the merge, and what a portal claims in the graph of that alone."""

    def add(store: pyoxigraph.Store, _: Path) -> None:
        for text, name in ((facts, GRAPH_BASE + graph), (claims, PORTAL)):
            for quad in pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE):
                store.add(pyoxigraph.Quad(*quad.triple, pyoxigraph.NamedNode(name)))
                if name != PORTAL:
                    store.add(quad)

    return add


def indexing(add: Adds) -> Adds:
    """What adds the same, and makes the index again with it."""

    def added(store: pyoxigraph.Store, place: Path) -> None:
        add(store, place)
        folder = place.parent
        shutil.rmtree(folder / "search")
        index(store, read(folder).base, GRAPH_BASE, folder / "search")

    return added


@contextmanager
def serving_more(settings: config.Settings, snapshot: Snapshot, folder: Path, add: Adds) -> Iterator[Server]:
    """A server of a copy of a snapshot, made in `folder`, to whose store something is added, there and beside it."""
    shutil.copytree(snapshot.path, folder)
    store = pyoxigraph.Store(str(folder / "store"))
    add(store, folder / "store")
    store.flush()
    del store
    manifest = read(folder)
    for part in ("store", "search"):
        kept = getattr(manifest, part)
        kept.clear()
        kept.update(sizes(folder / part))
    manifest.write(folder)
    with serving(settings, open_snapshot(folder)) as served:
        yield served


@contextmanager
def serving(settings: config.Settings, snapshot: Snapshot, preexec: object = None) -> Iterator[Server]:
    """A server in its own process, which ends with the block, even by a failure."""
    with running(settings, snapshot, preexec=preexec) as process:
        try:
            yield Server(process.stdout.readline().strip().rstrip("/"), process.pid, snapshot)
        finally:
            process.terminate()


def running(
    settings: config.Settings, snapshot: Snapshot, stderr: IO[str] | None = None, preexec: object = None
) -> subprocess.Popen[str]:
    """A server in its own process; it prints its address when it listens."""
    return subprocess.Popen(
        [sys.executable, "-c", SERVE, str(settings.root), str(snapshot.path)],
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        preexec_fn=preexec,  # noqa: PLW1509 - libc alone, in the child
    )
