"""Open a snapshot: the one in force, or one by its folder."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import SnapshotError
from .manifest import Manifest, read

SNAPSHOTS = "snapshots"
CURRENT = "current"
STORE = "store"
SEARCH = "search"
PICTURES = "pictures"
QUERIES = "queries"
NAMES = "names.sqlite"  # among the files of the store, which the engine leaves alone


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An immutable state of the graph, on disk."""

    path: Path
    manifest: Manifest

    @property
    def id(self) -> str:
        """Its name: lowercase hexadecimal."""
        return self.manifest.id

    @property
    def store_path(self) -> Path:
        """The Oxigraph store, to be opened read-only."""
        return self.path / STORE

    @property
    def names_path(self) -> Path | None:
        """The names that identity joins; None where no identity was closed."""
        return self.store_path / NAMES if NAMES in self.manifest.store else None

    @property
    def search_path(self) -> Path | None:
        """The search index; None where the snapshot was made without."""
        return self.path / SEARCH if self.manifest.search else None

    @property
    def pictures_path(self) -> Path:
        """The pictures of the graph; an older snapshot has no such folder."""
        return self.path / PICTURES

    @property
    def queries_path(self) -> Path:
        """The saved queries of that state."""
        return self.path / QUERIES


def open_snapshot(folder: Path) -> Snapshot:
    """The snapshot in `folder`. Raises SnapshotError when it is not a whole one."""
    path = folder.resolve()
    manifest = read(path)
    wrong = [
        *_differing(STORE, manifest.store, sizes(path / STORE)),
        *_differing(SEARCH, manifest.search, sizes(path / SEARCH)),
    ]
    if wrong or not manifest.store:
        raise SnapshotError("damaged-snapshot", path=folder, reason=", ".join(wrong[:3]) or STORE)
    return Snapshot(path, manifest)


def verify(snapshot: Snapshot) -> None:
    """Read every byte of the store and of the search index again, a gigabyte in about a second.

    Raises SnapshotError when one changed.
    """
    manifest = snapshot.manifest
    wrong = []
    for part, said in ((STORE, manifest.store_sha256), (SEARCH, manifest.search_sha256)):
        found = digests(snapshot.path / part) if said else {}
        wrong += _differing(part, said, {name: found.get(name) for name in said})
    if wrong:
        raise SnapshotError("damaged-snapshot", path=snapshot.path, reason=", ".join(wrong[:3]))


def _differing(part: str, said: Mapping[str, object], found: Mapping[str, object]) -> list[str]:
    """The files of a part of a snapshot of which something else is said than is found, in order."""
    return sorted(f"{part}/{name}" for name in said.keys() | found.keys() if said.get(name) != found.get(name))


def last_good(build_folder: Path) -> Snapshot:
    """The snapshot in force below `build_folder` where it is whole, else the newest that is. Raises SnapshotError.

    A newer one that is not in force was withdrawn.
    """
    found = []
    for folder in (build_folder / SNAPSHOTS).glob("[!.]*"):
        with suppress(SnapshotError):
            found.append(open_snapshot(folder))
    found.sort(key=lambda each: each.manifest.made, reverse=True)
    in_force = (build_folder / CURRENT).resolve()
    for snapshot in sorted(found, key=lambda each: each.path != in_force):
        with suppress(SnapshotError):
            verify(snapshot)
            return snapshot
    raise SnapshotError("no-snapshot", path=build_folder)


def current(build_folder: Path) -> Snapshot:
    """The snapshot in force below `build_folder`, or that folder itself where it is one. Raises SnapshotError."""
    link = build_folder / CURRENT
    if not link.exists() and (build_folder / STORE).is_dir():
        return open_snapshot(build_folder)
    if not link.exists():
        raise SnapshotError("no-snapshot", path=build_folder)
    return open_snapshot(link)


def sizes(store: Path) -> dict[str, int]:
    """The files of a closed store, or index, and their sizes in bytes; none when there is none."""
    return {path.name: path.stat().st_size for path in sorted(store.glob("*")) if path.is_file()}


def digests(store: Path) -> dict[str, str]:
    """The SHA-256 of each file of a closed store, or index."""
    found = {}
    for path in sorted(store.glob("*")):
        if path.is_file():
            with path.open("rb") as file:
                found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
