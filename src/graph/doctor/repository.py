"""The repository: its configuration, its folders, and the snapshot in force."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .. import meaning
from ..build import identity
from ..config import FILE_NAME, Settings, load
from ..errors import DeadlineExceeded, PasserellesError, SnapshotError
from ..formats import RESULTS_TSV
from ..search import likeness
from ..snapshot.reader import CURRENT, SNAPSHOTS, Snapshot, current, verify
from ..sparql.engine import Query
from ..sparql.foreground import Foreground
from ..texts import Text
from .check import Check, Level, fault, said, shown

_LEAST_BYTES = 64 * 1024 * 1024
_SHORT = 12
_COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def configuration(repo: Path | None) -> tuple[Settings | None, Check]:
    """The settings when they can be read, and what is to be said of them."""
    try:
        settings = load(repo)
    except PasserellesError as error:
        return None, fault("configuration", error)
    path = shown(settings.root / FILE_NAME)
    return settings, Check("configuration", Text("doctor.shipped", {"path": path}) if settings.shipped else said(path))


def checks(settings: Settings) -> Iterator[Check]:
    """The folders, then the snapshot, whether it is that of the files, and whether meaning is searched."""
    yield _folders(settings)
    snapshot, found = _snapshot(settings)
    yield _space(settings.build_folder, snapshot)
    yield found
    if snapshot is not None:
        yield _fresh(settings, snapshot)
        yield _meaning(snapshot)


def _folders(settings: Settings) -> Check:
    folders = (settings.ontology_folder, settings.shapes_folder, settings.data_folder, settings.queries_folder)
    refused = [path for folder in folders if folder.exists() for path in _unreadable(folder)]
    if refused:
        detail = Text("doctor.unreadable", {"path": shown(refused[0]), "count": len(refused)})
        return Check("folders", detail, Level.FAULT)
    absent = [folder.name for folder in folders if not folder.exists()]
    if absent:
        detail = Text("doctor.absent", {"count": len(absent), "folders": ", ".join(absent)})
        return Check("folders", detail, Level.NOTE)
    return Check("folders", said(", ".join(folder.name for folder in folders)))


def _unreadable(folder: Path) -> Iterator[Path]:
    """What below a folder may not be listed or read."""
    refused: list[Path] = []
    for parent, _, files in os.walk(folder, onerror=lambda error: refused.append(Path(error.filename))):
        yield from (Path(parent, name) for name in files if not os.access(Path(parent, name), os.R_OK))
    yield from refused


def _space(build_folder: Path, snapshot: Snapshot | None) -> Check:
    """Whether there is room for one more snapshot, in a folder that may be written."""
    place = next(folder for folder in (build_folder, *build_folder.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            free = shutil.disk_usage(place).free
    except OSError as error:
        detail = Text("doctor.not-writable", {"path": shown(place), "reason": error.strerror or error})
        return Check("build-folder", detail, Level.FAULT)
    needed = max(_LEAST_BYTES, sum(snapshot.manifest.store.values()) if snapshot else 0)
    sizes = {"path": shown(build_folder), "free": _megabytes(free), "needed": _megabytes(needed)}
    if free < needed:
        return Check("build-folder", Text("doctor.no-space", sizes), Level.FAULT)
    return Check("build-folder", Text("doctor.space", sizes))


def _snapshot(settings: Settings) -> tuple[Snapshot | None, Check]:
    """The snapshot in force when it is whole, and what is to be said of it."""
    link = settings.build_folder / CURRENT
    if not link.is_symlink():
        return None, Check("snapshot", Text("doctor.no-snapshot"), Level.NOTE)
    if not link.exists():
        return None, Check("snapshot", Text("doctor.nowhere"), Level.FAULT)
    damaged: object
    try:
        snapshot = current(settings.build_folder)
        verify(snapshot)
        damaged = _damage(settings, snapshot)
    except SnapshotError as error:
        damaged = error.parameters.get("reason", error.text)
    except PasserellesError as error:
        damaged = error.text
    if damaged is not None:
        detail = Text("doctor.damaged", {"reason": damaged, "path": shown(link.resolve())})
        return None, Check("snapshot", detail, Level.FAULT)
    manifest = snapshot.manifest
    kept = sum(1 for folder in (settings.build_folder / SNAPSHOTS).iterdir() if not folder.name.startswith("."))
    created = f"{manifest.made:%Y-%m-%d %H:%M} UTC"
    about = {"id": manifest.id[:_SHORT], "created": created, "triples": manifest.counts["triples"], "kept": kept}
    return snapshot, Check("snapshot", Text("doctor.snapshot", about))


def _damage(settings: Settings, snapshot: Snapshot) -> Text | None:
    """What of a snapshot is not as its manifest says: a file beside the store, or the triples in it.

    Counting reads a whole index of the store, whose blocks have checksums. Raises QueryError and SnapshotError.
    """
    for entry in snapshot.manifest.inputs:
        copy = snapshot.path / entry.path
        if copy.is_file() and hashlib.sha256(copy.read_bytes()).hexdigest() != entry.sha256:
            return Text("doctor.changed", {"path": entry.path})
    engine = Foreground(settings, snapshot)
    try:
        answer = b"".join(engine.stream(Query(engine.engine.admit(_COUNT), RESULTS_TSV)))
    except DeadlineExceeded:  # a large graph is not a damaged one
        return None
    finally:
        engine.stop()
    counted, announced = int(answer.split()[1]), snapshot.manifest.counts["triples"]
    return None if counted == announced else Text("doctor.miscounted", {"counted": counted, "announced": announced})


def _fresh(settings: Settings, snapshot: Snapshot) -> Check:
    """Whether the files as they are would make the same snapshot."""
    try:
        same = identity(settings) == snapshot.id
    except PasserellesError as error:
        return fault("up-to-date", error)
    except OSError as error:
        detail = Text("error.cannot-read", {"path": shown(Path(error.filename)), "reason": error.strerror})
        return Check("up-to-date", detail, Level.FAULT)
    return Check("up-to-date", Text("doctor.fresh")) if same else Check("up-to-date", Text("doctor.stale"), Level.NOTE)


def _meaning(snapshot: Snapshot) -> Check:
    """Whether things are searched by meaning; words alone are no fault."""
    try:
        found = likeness.read(snapshot)
    except SnapshotError as error:
        return Check("meaning", error.text, Level.NOTE)
    if found is None:
        return Check("meaning", Text("doctor.no-meaning"))
    return Check("meaning", Text("doctor.meaning", {"count": len(found), "encoder": meaning.encoder()}))


def _megabytes(size: int) -> int:
    return size // 1_000_000
