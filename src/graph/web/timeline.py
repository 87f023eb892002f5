"""The snapshots that are served: the one in force, and the older ones that are kept, each with its site.

A snapshot in use is held by a lock on its manifest, so that a build that clears old ones away leaves it.
Dates find the snapshot that was in force (Memento, RFC 7089).
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from ..errors import NoSuchThing, PasserellesError, SnapshotError
from ..snapshot.manifest import FILE_NAME
from ..snapshot.manifest import read as read_manifest
from ..snapshot.reader import CURRENT, SNAPSHOTS, Snapshot, open_snapshot
from .site import Site

_LOG = logging.getLogger(__name__)
_SITES_OPEN = 8
WATCH_SECONDS = 0.5


class Timeline:
    """Every snapshot of a build folder, or the only one of a folder of its own. `current` is the site in force."""

    def __init__(self, snapshot: Snapshot, open_site: Callable[[Snapshot], Site]) -> None:
        self._open_site = open_site
        self._folder = snapshot.path.parent.parent if snapshot.path.parent.name == SNAPSHOTS else None
        self._locks: dict[str, IO[bytes]] = {}
        self._sites: OrderedDict[str, Site] = OrderedDict()
        self._opening: dict[str, asyncio.Task[Site]] = {}
        self._created: dict[str, datetime] = {}
        self._refused = ""
        self.current = self._sites[snapshot.id] = open_site(snapshot)
        self.follows = self._target() == snapshot.id  # a snapshot chosen among the older ones stays

    async def site(self, identifier: str) -> Site:
        """The site of the snapshot of that id, opened once however many ask. Raises NoSuchThing when it is not kept."""
        if identifier in self._sites:
            self._sites.move_to_end(identifier)
            return self._sites[identifier]
        if self._folder is not None and identifier.isalnum():
            if identifier not in self._opening:
                task = asyncio.create_task(self._opened(self._folder / SNAPSHOTS / identifier))
                task.add_done_callback(lambda _: self._opening.pop(identifier))
                self._opening[identifier] = task
            with suppress(PasserellesError, ValueError, OSError):
                return await asyncio.shield(self._opening[identifier])
        raise NoSuchThing("no-such-snapshot", id=identifier)

    async def at(self, moment: datetime) -> Site:
        """The site that was in force at a moment, as far as the dates of the snapshots tell.

        Headers name a moment by its second. Since the one in force was made it is that one, whatever was built
        later; before them all, the oldest.
        """
        if moment >= _named(self.current.created):
            return self.current
        kept = await asyncio.to_thread(self.kept)
        before = [(name, made) for name, made in kept if made < self.current.created and name != self._refused]
        fitting = [name for name, made in before if _named(made) <= moment] or [name for name, _ in before[:1]]
        return await self.site(fitting[-1]) if fitting else self.current

    def kept(self) -> list[tuple[str, datetime]]:
        """Every snapshot that is kept and when it was made, the oldest first."""
        names = {self.current.snapshot.id}
        if self._folder is not None:
            names |= {entry.name for entry in (self._folder / SNAPSHOTS).iterdir() if not entry.name.startswith(".")}
        for name in names - self._created.keys():
            with suppress(SnapshotError, ValueError, OSError):
                self._created[name] = self._moment(name)
        return sorted(((name, self._created[name]) for name in names & self._created.keys()), key=lambda pair: pair[1])

    def _moment(self, name: str) -> datetime:
        known = self.current.snapshot
        manifest = known.manifest
        if name != known.id and self._folder is not None:
            manifest = read_manifest(self._folder / SNAPSHOTS / name)
        return manifest.made

    async def refresh(self) -> bool:
        """Put in force what `current` points to now, when it is another snapshot and a whole one; tell if so."""
        target = self._target() if self.follows else ""
        if target in ("", self.current.snapshot.id, self._refused) or self._folder is None:
            return False
        try:
            site = await self._opened(self._folder / SNAPSHOTS / target)
            await site.engine.warm()
        except (PasserellesError, ValueError, OSError) as error:
            if getattr(error, "key", "") != "no-worker-starts":  # that says nothing of the snapshot
                self._refused = target
            self._sites.pop(target, None)
            lock = self._locks.pop(target, None)
            if lock is not None:
                lock.close()
            _LOG.error("%s: %s", target, error)
            return False
        self.current = site
        return True

    async def watch(self, swapped: Callable[[], None]) -> None:
        """Look for a new snapshot for ever; `swapped` is told each time one is in force."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if await self.refresh():
                swapped()

    def forgive(self) -> None:
        """Try again a snapshot that was refused."""
        self._refused = ""

    def open(self) -> None:
        """Hold the snapshot in force."""
        self._lock(self.current.snapshot)

    def close(self) -> None:
        """Let go of every snapshot."""
        for lock in self._locks.values():
            lock.close()
        self._locks.clear()

    def _target(self) -> str:
        """The id `current` points to; empty when nothing tells."""
        if self._folder is None:
            return ""
        try:
            return (self._folder / CURRENT).readlink().name
        except OSError:
            return ""

    async def _opened(self, folder: Path) -> Site:
        """Open and hold one more snapshot; in a thread, for reading its queries takes some ten milliseconds."""
        site = await asyncio.to_thread(self._open, folder)
        self._sites[site.snapshot.id] = site
        while len(self._sites) > _SITES_OPEN:
            oldest = next(name for name in self._sites if name not in (self.current.snapshot.id, site.snapshot.id))
            del self._sites[oldest]
            self._locks.pop(oldest).close()
        return site

    def _open(self, folder: Path) -> Site:
        snapshot = open_snapshot(folder)
        self._lock(snapshot)
        return self._open_site(snapshot)

    def _lock(self, snapshot: Snapshot) -> None:
        file = self._locks[snapshot.id] = (snapshot.path / FILE_NAME).open("rb")
        with suppress(OSError):  # a file system without locks
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _named(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
