"""What happened to things, an event each: created, updated, deleted. Pages of a fixed length hold them.

A page that is full is never touched again: an event has its place for good. The part of a page that an entry of the
chain adds is a file of that entry, one event a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Self

from ..namespaces import DCAT, DCT
from ..sparql.engine import TITLES
from ..turtle.ntriples import bare, literal_parts, triple
from .difference import Change, everything, things
from .lines import Writer, Written, read

LENGTH = 250  # events a page has; with another number every page would be another
THEMES = (DCAT + "theme", DCT + "subject")
LAST = b'"state":""}\n'  # how the line ends of a thing that is no more
_REPLACED = f"<{DCT}isReplacedBy>"
_THEMES = frozenset(f"<{each}>" for each in THEMES)
_TITLES = tuple(f"<{each}>" for each in TITLES)


def told(old: Path | None, new: Path) -> Iterator[dict[str, Any]]:
    """An event for each thing that differs between two dumps of the data.

    `type` is create, update or delete; `state` what is said of `object` now, as N-Triples; `label` its titles by
    language and `themes` their IRIs, as they are or, of what is gone, as they were; `properties` those that changed;
    `replaced`, of what is gone, what it said it is replaced by.
    """
    yield from map(_event, things(old, new))


def told_again(old: Path | None, new: Path, gone: set[str]) -> Iterator[dict[str, Any]]:
    """An event for each thing there is or was, for who knows nothing and for who knows what was told before.

    The type is `again` where nothing changed: the thing is there as it was, or, one of `gone`, is not there still.
    """
    left = set(gone)
    for change in everything(old, new):
        left.discard(change.iri)
        yield _event(change)
    for iri in sorted(left):
        yield _event(Change(f"<{iri}> ".encode(), (), ()))


def _event(change: Change) -> dict[str, Any]:
    known = [triple(line[:-1].decode()) for line in change.after or change.before]
    return {
        "type": _kind(change),
        "object": change.iri,
        "label": _label(known),
        "themes": sorted({bare(value) for _, name, value in known if name in _THEMES and value.startswith("<")}),
        "properties": _properties(change),
        **({} if change.after else {"replaced": sorted(bare(value) for _, name, value in known if name == _REPLACED)}),
        "state": b"".join(change.after).decode(),
    }


def _kind(change: Change) -> str:
    if change.before == change.after:
        return "again"
    if not change.before:
        return "create"
    return "update" if change.after else "delete"


def _label(known: Iterable[list[str]]) -> dict[str, str]:
    """What the thing is called, by language; the empty one where none is said."""
    titles: dict[str, dict[str, str]] = {}
    for _, name, value in known:
        if name in _TITLES and value.startswith('"'):
            text, tag, _ = literal_parts(value)
            titles.setdefault(name, {}).setdefault(tag, text)
    return next((titles[name] for name in _TITLES if name in titles), {})


def _properties(change: Change) -> list[str]:
    if not (change.before and change.after):
        return []
    return sorted({triple(line[:-1].decode())[1][1:-1] for line in set(change.before) ^ set(change.after)})


class Pages:
    """The events of one entry on their way into its folder; the first has the number `first`."""

    def __init__(self, folder: Path, first: int) -> None:
        self._folder = folder
        self._next = first
        self._writer: Writer | None = None
        self._files: dict[str, Written] = {}
        self.numbers: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def add(self, event: dict[str, Any]) -> None:
        """Write one event to its page."""
        number = self._next // LENGTH
        if self._writer is None or number != self.numbers[-1]:
            self._end()
            self._writer = Writer(self._folder / name(number))
            self.numbers.append(number)
        line = json.dumps({"number": self._next, **event}, ensure_ascii=False, separators=(",", ":"))
        self._writer.write([line.encode() + b"\n"])
        self._next += 1

    def close(self) -> dict[str, Written]:
        """The files that were written, by name."""
        self._end()
        return self._files

    def _end(self) -> None:
        if self._writer is not None:
            self._files[name(self.numbers[-1])] = self._writer.close()
            self._writer = None


def name(page: int) -> str:
    """The file that holds what an entry adds to a page."""
    return f"page-{page}.jsonl.zst"


def page(folder: Path, number: int) -> Iterator[dict[str, Any]]:
    """The events an entry in `folder` adds to a page. Raises SnapshotError when they are damaged."""
    for lines in read(folder / name(number)):
        yield from map(json.loads, lines)
