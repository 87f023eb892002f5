"""The chain of changes: an entry each time a snapshot comes into force, with what it changed.

An entry is a folder that appears whole or not at all and is never touched again. Its patch leads from the dump of the
entry before to its own; its events say the same of things. The first entry of a chain tells everything, so that
whoever follows from the beginning has the published hashes at each entry. A chain that is damaged, too long or without
the dump it ended with begins again: from its new first entry on, those before are no part of it, and may go. What is
no more is told again there, so that whoever followed those before, however far, can go on with what they hold.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..config import Limits
from ..errors import SnapshotError
from ..snapshot.manifest import Manifest
from ..snapshot.reader import CURRENT, SNAPSHOTS, Snapshot, open_snapshot
from ..snapshot.writer import alone
from .collected import DATA, FOLDER, GRAPH
from .events import Pages, page, told, told_again
from .patch import PATCH, write

CHANGES = "changes"
_ENTRY = "entry.json"
_TEMPORARY = ".tmp-"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change. `published` is when it came into force (UTC, ISO 8601), `graph` and `data` are the hashes after it.

    `first` is the number of its first event, counted from 0 since the chain `began` at the entry of that sequence
    number; `pages` are the pages of events it has a part of; `files` give bytes and SHA-256.
    """

    sequence: int
    snapshot: str
    patch: str
    previous: str | None
    published: str
    began: int
    reason: str
    graph: str
    data: str
    removed: int
    added: int
    patch_bytes: int
    first: int
    events: dict[str, int] = field(default_factory=dict)
    pages: tuple[int, ...] = ()
    files: dict[str, dict[str, int | str]] = field(default_factory=dict)
    folder: Path = Path()

    @property
    def count(self) -> int:
        """How many events it has."""
        return sum(self.events.values())

    @property
    def moment(self) -> datetime:
        """`published`."""
        return datetime.fromisoformat(self.published)


class Chain:
    """The entries below a build folder, the oldest first; none when nothing was recorded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[int, Entry] = {}

    def entries(self) -> list[Entry]:
        """Every entry. Raises SnapshotError when one is missing or damaged."""
        numbers = _numbers(self.folder)
        try:
            return self._whole(numbers)
        except SnapshotError:
            if _numbers(self.folder) == numbers:
                raise
        return self.entries()  # it began again while it was read

    def _whole(self, numbers: list[int]) -> list[Entry]:
        if not numbers:
            return []
        began = self._entry(numbers[-1]).began
        found = [self._entry(number) for number in numbers if number >= began]
        for expected, entry in enumerate(found, began):
            if entry.sequence != expected or entry.began != began:
                raise SnapshotError("damaged-changes", path=self.folder, entry=expected)
        self._read = {entry.sequence: entry for entry in found}
        return found

    def _entry(self, number: int) -> Entry:
        return self._read.get(number) or _entry(self.folder / f"{number:08d}")


def chain_of(snapshot: Snapshot) -> Chain | None:
    """The chain of the build folder a snapshot is in; None for a snapshot of its own."""
    folder = snapshot.path.parent
    return Chain(folder.parent / CHANGES) if folder.name == SNAPSHOTS else None


@contextmanager
def recorded(build_folder: Path, folder: Path, manifest: Manifest, limits: Limits) -> Iterator[None]:
    """What is done within puts the snapshot in `folder` into force; when it is done the chain has its entry.

    The entry is made before, so that what cannot be recorded does not come into force either.
    """
    place = build_folder / CHANGES
    place.mkdir(exist_ok=True)
    for left in place.glob(f"{_TEMPORARY}*"):
        shutil.rmtree(left)
    if GRAPH not in manifest.dumps:  # made by a version without dumps
        yield
        return
    entries, reason = _last(place, limits)
    if entries and entries[-1].snapshot == manifest.id:
        yield
        return
    work = Path(tempfile.mkdtemp(prefix=_TEMPORARY, dir=place))
    before = build_folder / SNAPSHOTS / entries[-1].snapshot if entries else build_folder / CURRENT
    coming = _Coming(manifest, folder / FOLDER, _next(place), reason, entries)
    try:
        entry = coming.made(work, None if reason == "first" else before / FOLDER)
    except SnapshotError:  # of the dump to compare with: it is missing or damaged
        if reason == "first":
            raise
        shutil.rmtree(work)
        work.mkdir()
        entry = replace(coming, reason=reason or "lost").made(work, None)
    yield
    work.chmod(0o755)
    work.rename(place / f"{entry.sequence:08d}")
    _sync(place)
    for number in _numbers(place):
        if number < entry.began:  # of a chain before, of which nobody reads any more
            gone = place / f"{number:08d}"
            shutil.rmtree(gone.rename(gone.with_name(_TEMPORARY + gone.name)))


def record(build_folder: Path, name: str, limits: Limits) -> None:
    """Give the snapshot of that id its entry, if it is in force and has none: a build was not what put it there.

    Waits for a build under way. Raises SnapshotError, and OSError where the chain cannot be written.
    """
    with alone(build_folder):
        current = build_folder / CURRENT
        if current.readlink().name == name:
            snapshot = open_snapshot(current.resolve())
            with recorded(build_folder, snapshot.path, snapshot.manifest, limits):
                pass


def _last(place: Path, limits: Limits) -> tuple[list[Entry], str]:
    """The chain as it is, and the reason why another begins, if one does."""
    try:
        entries = Chain(place).entries()
    except SnapshotError:
        return [], "damaged"
    if len(entries) >= limits.changes_kept:
        return entries, "long"
    return entries, "" if entries else "first"


def _numbers(place: Path) -> list[int]:
    """The sequence numbers of the entries there are, in order."""
    return sorted(int(path.name) for path in place.glob("[0-9]" * 8))


def _next(place: Path) -> int:
    return max(_numbers(place), default=0) + 1


@dataclass(frozen=True, slots=True)
class _Coming:
    """What comes into force: its manifest and dumps; `reason` is why a chain begins, `entries` are those before."""

    manifest: Manifest
    dumps: Path
    sequence: int
    reason: str
    entries: Sequence[Entry]

    def made(self, work: Path, old: Path | None) -> Entry:
        """Its entry, in the folder `work`; `old` has the dumps before, if they are known. Raises SnapshotError."""
        manifest = self.manifest
        last = None if self.reason else self.entries[-1]
        previous = last.patch if last else None
        # the same change of the same graph has the same name wherever it is made
        name = f"{manifest.graph_base}changes/{self.sequence}/{previous}/{manifest.id}"
        identifier = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"
        moment = datetime.now(UTC)
        if self.entries:  # a clock may go back, the feed does not
            moment = max(moment, self.entries[-1].moment + timedelta(milliseconds=1))
        start = old / GRAPH if old and last else None
        patch, removed, added = write(work / PATCH, identifier, previous, start, self.dumps / GRAPH)
        first = last.first + last.count if last else 0
        counts = {"create": 0, "update": 0, "delete": 0, "again": 0}
        with Pages(work, first) as pages:
            for event in self._events(old):
                counts[event["type"]] += 1
                pages.add(event)
            files = {PATCH: patch} | pages.close()
        entry = Entry(
            sequence=self.sequence,
            snapshot=manifest.id,
            patch=identifier,
            previous=previous,
            published=moment.isoformat(timespec="milliseconds"),
            began=last.began if last else self.sequence,
            reason=self.reason,
            graph=manifest.dumps[GRAPH]["rdfc10"],
            data=manifest.dumps[DATA]["rdfc10"],
            removed=removed,
            added=added,
            patch_bytes=patch.length,
            first=first,
            events=counts,
            pages=tuple(pages.numbers),
            files={each: {"bytes": written.bytes, "sha256": written.sha256} for each, written in files.items()},
        )
        table = asdict(entry)
        del table["folder"]
        with (work / _ENTRY).open("w", encoding="utf-8") as file:
            file.write(json.dumps(table, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        _sync(work)
        return entry

    def _events(self, old: Path | None) -> Iterator[dict[str, Any]]:
        before, now = old and old / DATA, self.dumps / DATA
        if not self.reason:
            return told(before, now)
        return told_again(before, now, self._gone(every=old is None))

    def _gone(self, *, every: bool) -> set[str]:
        """The things the chain before said were gone; with `every`, all it told of: nobody knows which are there."""
        found: set[str] = set()
        for entry in self.entries:
            if every or entry.events["delete"]:
                with suppress(SnapshotError):  # what is damaged cannot be told again
                    events = (event for number in entry.pages for event in page(entry.folder, number))
                    found.update(event["object"] for event in events if every or event["type"] == "delete")
        return found


def _entry(folder: Path) -> Entry:
    """The entry in a folder. Raises SnapshotError when it is not whole."""
    try:
        table = json.loads((folder / _ENTRY).read_text(encoding="utf-8"))
        entry = Entry(**{**table, "pages": tuple(table["pages"])}, folder=folder)
        whole = all((folder / name).stat().st_size == said["bytes"] for name, said in entry.files.items())
        whole = whole and entry.began <= entry.sequence == int(folder.name) and entry.moment.tzinfo is not None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SnapshotError("damaged-changes", path=folder.parent, entry=int(folder.name)) from error
    if not whole:
        raise SnapshotError("damaged-changes", path=folder.parent, entry=int(folder.name))
    return entry


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
