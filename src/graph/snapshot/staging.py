"""Triples on their way into a store: while files are still being read, those read before are being loaded.

A load keeps all it reads in memory, so what is read goes in pieces. Oxigraph's bulk loader renames blank
nodes: the documents that have some are kept apart and added last with the names they have, so that the
default graph, the named graphs and the inferences speak of the same nodes, and the same files give the
same store.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor, Future
from pathlib import Path

import pyoxigraph as ox

from ..dataset import as_quads
from ..turtle.parse import Document

GRAPH = "graph.nt"
_DEFAULT = "default.nt"
_PIECE = 64 * 2**20  # bytes of N-Triples a load takes; as N-Quads they are loaded a second time


class Staging:
    """One build's triples. `loader` runs one task at a time, in the order given."""

    def __init__(self, folder: Path, store: Path, loader: Executor) -> None:
        self._folder = folder
        self._path = store
        self._loader = loader
        self._graph = (folder / GRAPH).open("wb")
        self._default = (folder / _DEFAULT).open("wb")
        self._waiting: list[tuple[bytes, str, bool]] = []
        self._size = 0
        self._blank: list[tuple[bytes, str, bool]] = []
        self._loads: list[Future[None]] = []
        self._store: ox.Store | None = None
        self._recounted: set[str] = set()  # graphs of which the store may make fewer triples than they have lines
        self.graphs: dict[str, int] = {}  # and how many distinct triples each has

    @property
    def graph(self) -> Path:
        """The default graph before inference, as one N-Triples file: what the gate validates."""
        return self._folder / GRAPH

    def add(self, document: Document, graph: str, *, in_default: bool) -> None:
        """Stage a document as the named graph `graph`, and as part of the default graph when asked."""
        ntriples = document.ntriples
        lines = set(ntriples.split(b"\n"))
        if graph in self.graphs or _alike(lines):
            self._recounted.add(graph)
        self.graphs[graph] = len(lines) - 1
        if in_default:
            self._graph.write(ntriples)
            if not document.blank:
                self._default.write(ntriples)
        if document.blank:
            self._blank.append((ntriples, graph, in_default))
            return
        self._waiting.append((ntriples, graph, in_default))
        self._size += len(ntriples)
        if self._size >= _PIECE:
            self.load_waiting()

    def close(self) -> None:
        """No more documents; nothing waits unwritten."""
        self._graph.close()
        self._default.close()

    def load_waiting(self) -> None:
        """Have the loader take what waits."""
        piece, self._waiting, self._size = self._waiting, [], 0
        self._loads.append(self._loader.submit(lambda: _load(self._opened(), piece)))

    def default_graph(self) -> ox.Store:
        """The default graph in a store in memory, for inference."""
        store = ox.Store()
        path = self._folder / _DEFAULT
        if path.stat().st_size:
            store.bulk_load(path=str(path))
        for ntriples, _, in_default in self._blank:
            if in_default:
                store.extend(ox.parse(input=ntriples, format=ox.RdfFormat.N_TRIPLES))
        return store

    def complete(self, inferred: Iterable[ox.Triple], graph: str) -> None:
        """Make the store on disk whole: what was staged, and the inferences in `graph` and in the default graph."""
        plain: list[ox.Triple] = []
        blank: list[ox.Triple] = []
        for triple in inferred:
            (blank if _has_blank(triple) else plain).append(triple)
        if plain or blank:
            self.graphs[graph] = len(plain) + len(blank)
        pieces = len(self._loads)
        while self._loads:
            self._loads.pop(0).result()
        store = self._opened()
        ntriples = ox.serialize(plain, format=ox.RdfFormat.N_TRIPLES)
        _load(store, [(ntriples, graph, True)])
        for document, name, in_default in self._blank:
            store.extend(ox.parse(input=as_quads(document, name), format=ox.RdfFormat.N_QUADS))
            if in_default:
                store.extend(ox.parse(input=document, format=ox.RdfFormat.N_TRIPLES))
        name = ox.NamedNode(graph)
        store.extend(ox.Quad(*triple, target) for triple in blank for target in (name, ox.DefaultGraph()))
        for each in self._recounted:
            self.graphs[each] = sum(1 for _ in store.quads_for_pattern(None, None, None, ox.NamedNode(each)))
        if pieces > 1:  # what many loads left in many files reads up to twice as fast once it is in few
            store.optimize()
        store.flush()

    @property
    def store(self) -> ox.Store:
        """The store on disk, once it is whole and until it is discarded."""
        return self._opened()

    def discard(self) -> None:
        """Close the store and delete the files."""
        self._store = None
        for path in (self.graph, self._folder / _DEFAULT):
            path.unlink(missing_ok=True)

    def _opened(self) -> ox.Store:
        if self._store is None:
            self._store = ox.Store(str(self._path))
        return self._store


def _alike(lines: Iterable[bytes]) -> bool:
    """Whether two lines may be one triple: the store keeps the value of a number or a date, not how it is written."""
    typed = [line.partition(b'"')[0] for line in lines if b'"^^<' in line]
    return len(set(typed)) < len(typed)


def _load(store: ox.Store, documents: list[tuple[bytes, str, bool]]) -> None:
    """Load documents twice, as parts of the default graph and as named graphs, in two loads."""
    default = b"".join(ntriples for ntriples, _, in_default in documents if in_default)
    if default:
        store.bulk_load(input=default, format=ox.RdfFormat.N_TRIPLES)
    named = b"".join(as_quads(ntriples, graph) for ntriples, graph, _ in documents)
    if named:
        store.bulk_load(input=named, format=ox.RdfFormat.N_QUADS)


def _has_blank(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)
