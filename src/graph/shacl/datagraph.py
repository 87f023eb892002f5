"""The data graph that was validated, searched in its N-Triples: who says what of a node, and in which file.

Terms are N-Triples strings. The engine that validates keeps no files: where a triple stands in the merged graph
tells which file it comes from.
"""

from __future__ import annotations

import mmap
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from ..dataset import Source
from ..turtle.ntriples import triple
from . import paths
from .paths import Step

_ABOUT = re.compile(rb"(<[^>]*>|_:\S+) [^\n]*\n(?:\1 [^\n]*\n)*+")  # the lines of one subject at a time
_OBJECT = re.compile(rb" (<[^>\n]*>|_:[^\s\"]+) \.\n")
_BLANK = re.compile(rb"_:[^\s\"]+")
_END = b" .\n"
_FEW = 8  # subjects that are sooner searched for one by one than all told apart


class Stated(NamedTuple):
    """A triple and the file that says it; None when the graph is of no file."""

    subject: str
    predicate: str
    object: str
    source: Source | None


class DataGraph:
    """Some N-Triples, a file or its bytes; `starts` says where in it the triples of each file begin."""

    def __init__(self, ntriples: Path | bytes, starts: Sequence[tuple[int, Source]] = ()) -> None:
        self.ntriples = ntriples
        self._offsets = [offset for offset, _ in starts]
        self._sources = [source for _, source in starts]
        self._known: dict[str, list[Stated]] = {}
        self._by_property: dict[str, dict[str, dict[str, Stated]]] = {}
        self._graphs: dict[str, frozenset[str]] = {}
        self._last: tuple[object, dict[str, Step]] = None, {}
        self._reverse: dict[str, dict[str, list[str]]] = {}

    def about(self, subject: str) -> list[Stated]:
        """What is said of a node, in the order of the files and of their texts."""
        if subject not in self._known:
            few = len(self._known) < _FEW
            spans = self._found(subject.encode()) if few else self._spans.get(subject.encode(), ())
            self._known[subject] = [self._stated(*line) for span in spans for line in self._lines(*span)]
        return self._known[subject]

    def values(self, subject: str, predicate: str) -> list[str]:
        """The objects of a property of a node, each once."""
        return list(self._properties(subject).get(predicate, ()))

    def subjects(self, predicate: str, value: str) -> list[str]:
        """The nodes that have a value for a property."""
        if predicate not in self._reverse:
            self._reverse[predicate] = self._reversed(f" {predicate} ".encode())
        return self._reverse[predicate].get(value, [])

    def uses(self, nodes: Collection[str]) -> dict[str, Stated]:
        """The first triple that has each node as object, where there is one."""
        wanted = {node.encode() for node in nodes}
        literals = {node for node in wanted if node.startswith(b'"')}
        ends = [self._text.find(b" " + node + _END) for node in literals]  # a literal is looked at by itself seldom
        wanted -= literals
        for match in _OBJECT.finditer(self._text) if wanted else ():
            if match[1] in wanted:
                wanted.discard(match[1])
                ends.append(match.start())
        starts = [self._text.rfind(b"\n", 0, end) + 1 for end in ends if end >= 0]
        stated = [self._stated(line, at) for start in starts for line, at in islice(self._lines(start), 1)]
        return {one.object: one for one in stated}

    def stated(self, subject: str, predicate: str, value: str) -> Stated | None:
        """The triple with these terms, and its file, if it is there."""
        return self._properties(subject).get(predicate, {}).get(value)

    def stating(self, statements: Iterable[tuple[str, str, str]]) -> Iterator[Stated]:
        """Those of some statements that it holds, IRIs given without brackets, once for each file that says it."""
        wanted = {"<{}> <{}> <{}> .\n".format(*statement).encode() for statement in statements}
        start, given = 0, self.ntriples
        with BytesIO(given) if isinstance(given, bytes) else given.open("rb") as lines:
            for line in lines if wanted else ():
                if line in wanted:
                    yield self._stated(line[:-1], start)
                start += len(line)

    def graphs(self, subject: str) -> frozenset[str]:
        """The named graphs that say something of a node."""
        if subject not in self._graphs:
            sources = {stated.source for stated in self.about(subject)}
            self._graphs[subject] = frozenset(source.graph for source in sources if source is not None)
        return self._graphs[subject]

    def ends(self, path: paths.Path, node: str) -> dict[str, Step]:
        """The values of a path from a node, each with the last triple that leads there.

        A node has as many results of a shape as it has wrong values: they are told one after the other.
        """
        if self._last[0] != (path, node):
            self._last = (path, node), paths.followed(path, node, self)
        return self._last[1]

    def _properties(self, subject: str) -> dict[str, dict[str, Stated]]:
        """The values of each property of a node, each with the first triple that gives it."""
        found = self._by_property.get(subject)
        if found is None:
            found = self._by_property[subject] = {}
            for stated in self.about(subject):
                found.setdefault(stated.predicate, {}).setdefault(stated.object, stated)
        return found

    @cached_property
    def blank_nodes(self) -> list[str]:
        """The labels of the blank nodes, in the order of their first appearance."""
        text = self._text
        found = {
            match[0]: None
            for match in _BLANK.finditer(text)
            if text[match.end() : match.end() + 3] == _END or match.start() == 0 or text[match.start() - 1] == ord("\n")
        }
        return [label.decode() for label in found]

    @cached_property
    def _text(self) -> bytes | mmap.mmap:
        if isinstance(self.ntriples, bytes):
            return self.ntriples
        with self.ntriples.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if self.ntriples.stat().st_size else b""

    def _found(self, subject: bytes) -> list[tuple[int, int]]:
        """The lines of a subject, searched for."""
        text, sought = self._text, b"\n" + subject + b" "
        starts = [0] if text[: len(sought) - 1] == sought[1:] else []
        at = text.find(sought)
        while at >= 0:
            starts.append(at + 1)
            at = text.find(sought, at + 1)
        return [(start, text.find(b"\n", start) + 1) for start in starts]

    @cached_property
    def _spans(self) -> dict[bytes, list[tuple[int, int]]]:
        found: dict[bytes, list[tuple[int, int]]] = {}
        for match in _ABOUT.finditer(self._text):
            found.setdefault(match[1], []).append(match.span())
        return found

    def _lines(self, start: int, end: int | None = None) -> Iterator[tuple[bytes, int]]:
        """The lines of a stretch of the text, without their line feeds, and where each begins."""
        end = len(self._text) if end is None else end
        while start < end:
            stop = self._text.find(b"\n", start)
            yield self._text[start:stop], start
            start = stop + 1

    def _stated(self, line: bytes, start: int) -> Stated:
        at = bisect_right(self._offsets, start) - 1
        return Stated(*triple(line.decode()), self._sources[at] if at >= 0 else None)

    def _reversed(self, predicate: bytes) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        text = self._text
        for match in re.finditer(re.escape(predicate), text):
            start = text.rfind(b"\n", 0, match.start()) + 1
            subject = text[start : match.start()]
            if b" " not in subject:  # else this is within a literal
                value = text[match.end() : text.find(_END, match.end())]
                found.setdefault(value.decode(), []).append(subject.decode())
        return found
