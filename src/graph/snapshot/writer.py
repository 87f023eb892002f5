"""Make a snapshot whole or not at all: a temporary folder, fsync, rename; then move `current`.

A build killed at any moment leaves the last snapshot in force and a temporary folder that the next
build removes. One build at a time writes below a folder: a lock, freed by the system with its owner.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import SnapshotError
from .manifest import FILE_NAME, Manifest
from .reader import CURRENT, SNAPSHOTS, Snapshot, open_snapshot, verify

TEMPORARY = ".tmp-"  # what begins so below the snapshots is left by a killed build


@contextmanager
def alone(build_folder: Path) -> Iterator[None]:
    """Write below the folder as nobody else does; waits for who does now. Raises OSError."""
    with (build_folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def workplace(build_folder: Path) -> Iterator[Path]:
    """A fresh temporary folder beside the snapshots, removed at the end if it is still there.

    Waits for a build already under way, and removes what killed builds left behind.
    """
    snapshots = build_folder / SNAPSHOTS
    snapshots.mkdir(parents=True, exist_ok=True)
    with alone(build_folder):
        for left in snapshots.glob(f"{TEMPORARY}*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=snapshots))
        try:
            yield folder
        except BaseException as error:
            traceback.clear_frames(error.__traceback__)  # a store still open would write below the folder we remove
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def existing(build_folder: Path, identifier: str) -> Snapshot | None:
    """The snapshot of that id when it is there and whole; a damaged one is removed, and one made without an index."""
    folder = build_folder / SNAPSHOTS / identifier
    if not folder.exists():
        return None
    try:
        snapshot = open_snapshot(folder)
        verify(snapshot)
    except SnapshotError:
        snapshot = None
    if snapshot is None or snapshot.search_path is None:
        _remove(folder)
        return None
    return snapshot


def publish(folder: Path, manifest: Manifest, build_folder: Path) -> Snapshot:
    """Make the finished `folder` the snapshot of its manifest's id, and the one in force."""
    os.chmod(folder, 0o755)  # noqa: PTH101, S103 - mkdtemp made it private; the server may be another user
    manifest.write(folder)
    _sync_tree(folder)
    final = build_folder / SNAPSHOTS / manifest.id
    folder.rename(final)
    _sync(final.parent)
    return put_in_force(open_snapshot(final), build_folder)


def put_in_force(snapshot: Snapshot, build_folder: Path) -> Snapshot:
    """Point `current` at the snapshot, in one step."""
    link = build_folder / f".{CURRENT}"  # one name: what a killed build left is replaced by the next, under the lock
    link.unlink(missing_ok=True)
    link.symlink_to(Path(SNAPSHOTS) / snapshot.id)
    link.replace(build_folder / CURRENT)
    _sync(build_folder)
    return snapshot


def prune(build_folder: Path, keep: int) -> None:
    """Remove the oldest snapshots beyond `keep`; never the one in force."""
    in_force = (build_folder / CURRENT).resolve()
    folders = [f for f in (build_folder / SNAPSHOTS).iterdir() if f.is_dir() and not f.name.startswith(".")]
    for old in sorted(folders, key=lambda f: f.stat().st_mtime, reverse=True)[keep:]:
        if old.resolve() != in_force and not _in_use(old):
            _remove(old)


def _in_use(folder: Path) -> bool:
    """Whether a server holds the snapshot: it keeps a shared lock on its manifest."""
    try:
        with (folder / FILE_NAME).open("rb") as manifest:
            fcntl.flock(manifest, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _remove(folder: Path) -> None:
    """Remove a snapshot under a temporary name: half removed, it must not be taken for a whole one."""
    shutil.rmtree(folder.rename(folder.with_name(TEMPORARY + folder.name)), ignore_errors=True)


def _sync_tree(folder: Path) -> None:
    for parent, _, files in os.walk(folder):
        for name in files:
            _sync(Path(parent, name))
        _sync(Path(parent))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
