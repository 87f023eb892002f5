"""The dumps a build makes: what it reads is collected on the way, put in order, and written once all is known.

`graph.nq` is every named graph in its canonical form: its SHA-256 is the RDFC-1.0 hash of the dataset. `data.nt` is
what the graphs of data say together, as the change feed tells it: statements with blank nodes are left out, for they
cannot be followed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..config import Limits
from ..dataset import as_quads
from ..snapshot.overlay import Triple, as_ntriples
from .canonical import has_blank, labelled, stored
from .lines import Sorted, Writer, Written, once

FOLDER = "dumps"
GRAPH, DATA = "graph.nq.zst", "data.nt.zst"


class Collected:
    """The statements of one build. `folder` is that of the snapshot under way."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._limits = limits
        self._folder = folder / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lines = Sorted(self._folder, stored)
        self._blank: list[bytes] = []
        self._followed: dict[bytes, bool] = {}
        self._aside: set[str] = set()
        self.written: dict[str, Written] = {}

    @property
    def aside(self) -> tuple[str, ...]:
        """The named graphs that are no part of the default graph."""
        return tuple(sorted(self._aside))

    def add(self, ntriples: bytes, graph: str, *, blank: bool, followed: bool, in_default: bool = True) -> None:
        """Take what a named graph says: `blank` when it has blank nodes, `followed` when the change feed tells of it.

        Those not `in_default` are no part of the default graph.
        """
        if not in_default:
            self._aside.add(graph)
        if followed:
            self._followed[b"<%s>" % graph.encode()] = blank or self._followed.get(b"<%s>" % graph.encode(), False)
        if not blank:
            self._lines.add(as_quads(ntriples, graph))
            return
        lines = ntriples.splitlines(keepends=True)
        self._lines.add(as_quads(b"".join(line for line in lines if not has_blank(line)), graph))
        self._blank.append(as_quads(b"".join(filter(has_blank, lines)), graph))

    def write(self, inferred: Iterable[Triple], name: str) -> None:
        """Write both files, once what was inferred, the graph called `name`, is known. Raises InvalidInput."""
        self.add(as_ntriples(inferred), name, blank=True, followed=False)
        self._lines.add(b"".join(labelled(stored(b"".join(self._blank)), self._limits.canonical_seconds)))
        with Writer(self._folder / GRAPH) as graph, Writer(self._folder / DATA) as data:
            for block in self._lines.blocks():
                graph.write(block)
                data.write(self._told(block))
            self.written = {GRAPH: graph.close(), DATA: data.close()}

    def close(self) -> None:
        """Nothing more is read, whether or not it is written."""
        self._lines.close()

    def _told(self, quads: list[bytes]) -> list[bytes]:
        """What the feed tells of these: without the graphs they stay in order, and all about a subject is here."""
        told = []
        for quad in quads:
            triple, graph, _ = quad.rsplit(b" ", 2)
            blank = self._followed.get(graph)
            if blank is False or (blank and not has_blank(triple + b" .\n")):
                told.append(triple + b" .\n")
        return once(told)
