"""Compare two states of a graph: their files, what the gate says of each, what the saved queries answer on each.

The files of both sides are read; each side goes through the gate and, when it passes, is built into a temporary folder,
both at the same time. Nothing is written elsewhere: the snapshot in force stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from .. import build, gate
from ..config import Settings
from ..dataset import repository_sources
from ..diagnostics import Diagnostic, Location, errors
from ..errors import BuildRefused, InvalidInput, SnapshotError
from ..snapshot.reader import SNAPSHOTS, Snapshot, open_snapshot
from ..sparql.faults import diagnostics
from ..sparql.library import Library
from ..texts import Text
from .answers import Answer, Asked, State, answers
from .contents import Names, read, relative
from .findings import Findings, findings
from .sides import Side
from .things import Things, things


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate and the build made of a side; `refused` says why there is no snapshot of it.

    `unread` are its files whose triples are not known.
    """

    side: Side
    diagnostics: tuple[Diagnostic, ...] | None
    snapshot: Snapshot | None = None
    refused: Text | None = None
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """All that changes. Triples are lines of N-Triples, sorted; `answers` is None when a side could not be built."""

    old: Verdict
    new: Verdict
    added: tuple[str, ...]
    removed: tuple[str, ...]
    things: Things
    findings: Findings
    answers: tuple[Answer, ...] | None
    names: Names

    @property
    def changed(self) -> bool:
        """True when anything differs that a writer tells."""
        told = (State.ADDED, State.REMOVED, State.CHANGED)  # one that fails may fail on both sides
        answered = any(answer.edited or answer.state in told for answer in self.answers or ())
        found = self.findings.new or self.findings.mended
        moved = any((self.things.added, self.things.changed, self.things.renamed, self.things.removed))
        return bool(self.added or self.removed or found or moved or answered)


def compare(old: Side, new: Side, current: Settings, workplace: Path) -> Difference:
    """What changes from `old` to `new`; snapshots are made below `workplace`, or taken from those of `current`.

    Raises UnreadableInput for a file that cannot be read.
    """
    contents = read(old.settings, new.settings)
    with ThreadPoolExecutor(2) as pool:
        folders = workplace / "old-snapshot", workplace / "new-snapshot"
        verdicts = list(pool.map(_verdict, (old, new), folders, (current, current)))
    was, now = (
        replace(verdict, unread=tuple(content.unread))
        for verdict, content in zip(verdicts, (contents.old, contents.new), strict=True)
    )
    asked = None
    if was.snapshot is not None and now.snapshot is not None:
        asked = tuple(answers(Asked(old.settings, was.snapshot), Asked(new.settings, now.snapshot)))
    known = was.diagnostics is not None and now.diagnostics is not None
    return Difference(
        was,
        now,
        tuple(sorted(contents.added())),
        tuple(sorted(contents.removed())),
        things(contents),
        findings(was.diagnostics, now.diagnostics) if known else Findings(),
        asked,
        contents.names,
    )


def _verdict(side: Side, folder: Path, current: Settings) -> Verdict:
    settings = side.settings
    try:
        report = gate.check(settings)
    except InvalidInput as error:  # a shape that no engine can use: nothing is known of the rest
        return Verdict(side, None, refused=error.text)
    if report.unreadable:
        raise report.unreadable[0]
    report = report.with_more(diagnostics(Library.load(settings.queries_folder), settings.root))
    found = _as_named_from_the_repository(report.diagnostics, settings)
    if count := errors(found):
        return Verdict(side, found, refused=Text("diff.gate-refused", {"count": count}))
    try:
        return Verdict(side, found, _ready(settings, current) or build.build(settings, folder, jobs=1))
    except (BuildRefused, InvalidInput) as error:
        return Verdict(side, found, refused=error.text)


def _ready(settings: Settings, current: Settings) -> Snapshot | None:
    """The snapshot of these very files, where the repository has it already."""
    with suppress(SnapshotError, OSError):
        return open_snapshot(current.build_folder / SNAPSHOTS / build.identity(settings))
    return None


def _as_named_from_the_repository(found: Sequence[Diagnostic], settings: Settings) -> tuple[Diagnostic, ...]:
    """The same, their paths from the repository's folder whatever the working folder is: they are to be compared."""
    names = {source.name: relative(source, settings) for source in repository_sources(settings)}

    def renamed(place: Location) -> Location:
        return replace(place, path=names.get(place.path, place.path))

    return tuple(replace(each, location=renamed(each.location)) for each in found)
