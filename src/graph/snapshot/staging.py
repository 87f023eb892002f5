"""Triples on their way into a store: N-Triples and N-Quads files in the temporary folder of a build.

Oxigraph's bulk loader is fast and renames blank nodes. The documents that have some are kept apart and
loaded with the names they have, so that the default graph, the named graphs and the inferences speak
of the same nodes, and the same files give the same store.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox

from ..dataset import as_quads

GRAPH = "graph.nt"
_DEFAULT, _NAMED, _INFERRED, _BLANK_DEFAULT, _BLANK_NAMED = (
    "default.nt",
    "named.nq",
    "inferred.nq",
    "blank.nt",
    "blank.nq",
)
_FILES = (GRAPH, _DEFAULT, _NAMED, _BLANK_DEFAULT, _BLANK_NAMED)

_PIECE = 64 * 2**20  # bytes of a bulk load


class Staging:
    """The files of one build; open while documents are added, closed before they are loaded."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = {name: (folder / name).open("wb") for name in _FILES}
        self.graphs: set[str] = set()

    @property
    def graph(self) -> Path:
        """The default graph before inference, as one N-Triples file: what the gate validates."""
        return self._folder / GRAPH

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()

    def add(self, ntriples: bytes, graph: str, *, in_default: bool) -> None:
        """Stage a document as the named graph `graph`, and as part of the default graph when asked."""
        blank = b"_:" in ntriples  # a literal may hold it too: then it only takes the slower way
        self.graphs.add(graph)
        self._files[_BLANK_NAMED if blank else _NAMED].write(as_quads(ntriples, graph))
        if in_default:
            self._files[_BLANK_DEFAULT if blank else _DEFAULT].write(ntriples)
            self._files[GRAPH].write(ntriples)

    def default_graph(self) -> ox.Store:
        """The default graph in a store in memory, for inference."""
        store = ox.Store()
        self._load(store, _DEFAULT, _BLANK_DEFAULT)
        return store

    def named_graphs(self, path: Path) -> ox.Store:
        """A new store on disk that holds every named graph."""
        store = ox.Store(str(path))
        self._load(store, _NAMED, _BLANK_NAMED)
        return store

    def complete(self, store: ox.Store, inferred: Iterable[ox.Triple], graph: str) -> None:
        """Add the default graph to a store, and what was inferred to it and to the named graph `graph`."""
        plain: list[ox.Triple] = []
        blank: list[ox.Triple] = []
        for triple in inferred:
            (blank if _has_blank(triple) else plain).append(triple)
        ntriples = ox.serialize(plain, format=ox.RdfFormat.N_TRIPLES)
        with (self._folder / _INFERRED).open("wb") as file:
            file.write(ntriples)
            file.write(as_quads(ntriples, graph))
        self._load(store, _DEFAULT, _INFERRED, _BLANK_DEFAULT)  # one by one: each load takes its memory
        name = ox.NamedNode(graph)
        store.extend(ox.Quad(*triple, target) for triple in blank for target in (name, ox.DefaultGraph()))

    def remove(self) -> None:
        """Delete the files."""
        for name in (*_FILES, _INFERRED):
            (self._folder / name).unlink(missing_ok=True)

    def _load(self, store: ox.Store, *names: str) -> None:
        for name in names:
            path = self._folder / name
            if not path.stat().st_size:
                continue
            if name in (_BLANK_DEFAULT, _BLANK_NAMED):
                store.extend(ox.parse(path=str(path)))
            else:
                _bulk_load(store, path)


def _bulk_load(store: ox.Store, path: Path) -> None:
    """Load a file of lines piece by piece: one load keeps all it reads in memory, and several cost no more time."""
    form = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            store.bulk_load(input=piece + file.readline(), format=form)


def _has_blank(triple: ox.Triple) -> bool:
    return isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)
