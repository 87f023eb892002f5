"""Open a snapshot: the one in force, or one by its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..errors import SnapshotError
from .manifest import Manifest, read

SNAPSHOTS = "snapshots"
CURRENT = "current"
STORE = "store"
QUERIES = "queries"


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
    def queries_path(self) -> Path:
        """The saved queries of that state."""
        return self.path / QUERIES


def open_snapshot(folder: Path) -> Snapshot:
    """The snapshot in `folder`. Raises SnapshotError when it is not a whole one."""
    path = folder.resolve()
    manifest = read(path)
    present = sizes(path / STORE)
    if present != manifest.store or not present:
        wrong = sorted(
            name for name in present.keys() | manifest.store.keys() if present.get(name) != manifest.store.get(name)
        )
        raise SnapshotError(
            "damaged-snapshot", path=folder, reason=", ".join(f"{STORE}/{name}" for name in wrong[:3]) or STORE
        )
    return Snapshot(path, manifest)


def current(build_folder: Path) -> Snapshot:
    """The snapshot in force below `build_folder`. Raises SnapshotError when nothing was built yet."""
    link = build_folder / CURRENT
    if not link.exists():
        raise SnapshotError("no-snapshot", path=build_folder)
    return open_snapshot(link)


def sizes(store: Path) -> dict[str, int]:
    """The files of a closed store and their sizes in bytes; none when there is no store."""
    return {path.name: path.stat().st_size for path in sorted(store.glob("*")) if path.is_file()}
