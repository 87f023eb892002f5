"""The things that the feed says are no more, found by IRI or name without reading the whole chain each time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from threading import Lock

from ..errors import SnapshotError
from .changes import Entry
from .events import LAST, name
from .lines import read

_ALIKE = 8  # things of one name that are looked at
_MOST = 100_000  # things remembered, the last ones: some 40 MB


@dataclass(frozen=True, slots=True)
class Gone:
    """What a thing was: the day it went (ISO 8601), what it was called by language, what it said would replace it.

    `last` is the last snapshot that had it; empty where the chain does not tell.
    """

    day: str
    label: dict[str, str]
    replaced: tuple[str, ...]
    last: str


class Graves:
    """Where each thing that is no more is told of, and what it was called, as `fold` makes names equal."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold
        self._places: dict[str, tuple[int, int]] = {}
        self._names: dict[str, set[str]] = {}
        self._read: tuple[int, int] = (0, 0)
        self._turn = Lock()

    def find(self, entries: Sequence[Entry], iri: str) -> Gone | None:
        """What is told of a thing that went and did not come back by the last of the entries; None of any other."""
        with self._turn:
            self._follow(entries)
            sequence, number = self._places.get(iri, (0, 0))
        place, entry = next((one for one in enumerate(entries) if one[1].sequence == sequence), (0, None))
        if entry is None:
            return None
        last = entries[place - 1].snapshot if place else ""
        for line in _lines(entry, number):
            said = json.loads(line)
            if said["object"] == iri:
                return Gone(entry.published[:10], said["label"], tuple(said.get("replaced", ())), last)
        return None

    def named(self, entries: Sequence[Entry], text: str) -> list[str]:
        """The things that went and did not come back which were called so, or whose IRI ends so; in capitals too."""
        name, end = self._fold(text), "/" + text.lower()
        with self._turn:
            self._follow(entries)
            found = [iri for iri, names in self._names.items() if (name and name in names) or iri.lower().endswith(end)]
        return [iri for iri in found[:_ALIKE] if self.find(entries, iri) is not None]

    def _follow(self, entries: Sequence[Entry]) -> None:
        """Read what came since; a chain that began again is read from its beginning."""
        began, last = self._read
        if not entries or (began, last) >= (entries[0].began, entries[-1].sequence):
            return
        if began != entries[0].began:
            self._places.clear()
            self._names.clear()
            last = 0
        for entry in entries:
            if entry.sequence > last and (entry.events["delete"] or entry.events["again"]):
                self._note(entry)
        self._read = (entries[0].began, entries[-1].sequence)
        for iri in list(islice(self._places, max(0, len(self._places) - _MOST))):
            del self._places[iri], self._names[iri]

    def _note(self, entry: Entry) -> None:
        for number in entry.pages:
            for line in _lines(entry, number):
                said = json.loads(line)
                iri = said["object"]
                self._places.pop(iri, None)  # the last come last
                self._places[iri] = (entry.sequence, number)
                self._names[iri] = self._names.get(iri, set()) | set(map(self._fold, said["label"].values()))


def _lines(entry: Entry, number: int) -> Iterator[bytes]:
    """The lines of a page of an entry that tell of what is no more; none of a page that is damaged."""
    with suppress(SnapshotError):
        for lines in read(entry.folder / name(number)):
            yield from (line for line in lines if line.endswith(LAST))
