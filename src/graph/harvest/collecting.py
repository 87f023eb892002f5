"""What changed in a catalogue is read, document by document, and remembered; what did not is not read again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from ..config import Settings
from ..dataset import HARVEST
from .lifting import Document, Unreadable
from .mapping import Mapping
from .report import Report
from .sources import Origin, files
from .state import Known, State
from .workshop import Reading, Workshop

Progress = Callable[[str, int, int], None]


def now() -> str:
    """The time, in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Collection:
    """One catalogue while it is read by one mapping. `read` counts the documents that were not as before.

    `records` counts what they hold, all together.
    """

    settings: Settings
    where: Origin
    mapping: Mapping
    report: Report
    state: State
    workshop: Workshop
    progress: Progress | None = None
    read: int = 0
    records: int = 0

    def read_files(self) -> None:
        """Read the files that changed."""
        most, same = self.settings.limits.harvest_pages, []
        known = self.state.known()
        every = list(islice(files(self.where, self.mapping), most + 1))
        for place, file in enumerate(every[:most]):
            before = known.get(file.iri, Known())
            if self.is_full(place):
                break
            if before.stamp == file.stamp and not before.may_pass:
                same.append((place, file.iri))
                self.records += before.records
                continue
            self.show(place + 1, len(every))
            document = Document(file.name, file.iri, charset=self.where.charset, base=self.where.base)
            before = replace(before, stamp=file.stamp)
            try:
                document.body = self._bytes(file.path)
            except Unreadable as fault:
                self.keep(place, document, before, Reading(fault=fault.told))
            else:
                self.take(place, document, before)
        if len(every) > most:
            self.too_many(most)
        self.state.met(same)

    def _bytes(self, path: Path) -> bytes:
        """What a file holds. Raises Unreadable."""
        limit = self.settings.limits.harvest_bytes
        try:
            with path.open("rb") as file:
                body = file.read(min(path.stat().st_size, limit) + 1)
        except OSError as error:
            raise Unreadable("harvest.cannot-read", reason=error.strerror or str(error)) from None
        if len(body) > limit:
            raise Unreadable("harvest.too-large", limit="harvest_bytes", value=limit)
        return body

    def take(self, place: int, document: Document, before: Known, more: Sequence[str] = ()) -> Reading:
        """Read a document unless it is, to the byte, what it was. What it was is kept where it cannot be read.

        `more` are next pages that it does not name itself.
        """
        digest = hashlib.sha256(document.body).hexdigest()
        if before.sha256 == digest and not before.may_pass:
            self.state.keep(document.address, place, before, None)
            self.records += before.records
            return Reading(next=before.next, fault=before.fault)
        reading = self.workshop.read(document)
        reading.next += [page for page in more if page not in reading.next]
        self.keep(place, document, replace(before, sha256=digest, next=reading.next), reading)
        return reading

    def keep(self, place: int, document: Document, known: Known, reading: Reading) -> None:
        """Remember what a document says, or that it cannot be read."""
        self.read += 1
        self.records += len(reading.records)
        taken = reading.fault is None or bool(reading.records)  # the first of too many are
        fault = None if reading.fault is None else [document.name, *reading.fault, taken]
        known = replace(known, read=now() if taken else known.read, fault=fault)
        self.state.keep(document.address, place, known, reading.records if taken else None)

    def too_many(self, place: int, key: str = "harvest.too-many-pages", limit: str = "harvest_pages") -> None:
        """Remember that there were more documents than may be read, or more records."""
        fault = [key, {"limit": limit, "value": getattr(self.settings.limits, limit)}]
        self.keep(place, Document(self.where.given, self.where.rest), Known(), Reading(fault=fault))

    def is_full(self, place: int) -> bool:
        """Whether no more records may be taken; it is remembered if so."""
        if self.records < self.settings.limits.harvest_records:
            return False
        self.too_many(place, "harvest.too-many", "harvest_records")
        return True

    def show(self, done: int, total: int) -> None:
        """Tell how far it is."""
        if self.progress is not None:
            self.progress(HARVEST, done, total)
