"""The dumps of a snapshot as a server has them: those that are made, those it has made.

A file that is made stays beside the others of its snapshot; where the server may not write there, in a folder that goes
when it stops.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import DeadlineExceeded, SnapshotError
from ...feeds.collected import FOLDER, GRAPH
from ...feeds.dumps import NAMES, Dump, known
from .apart import run_apart

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.datastructures import State

    from ...snapshot.reader import Snapshot

_AT_ONCE = 100_000  # statements of which every file is made in a second or two


def prepare(app: FastAPI) -> None:
    """Let an application make dumps, one at a time: it takes a processor."""
    app.state.making = {}
    app.state.turn = asyncio.Semaphore(1)
    app.state.spare = None


async def made(request: Request) -> dict[str, Dump]:
    """The files that are made, by name."""
    snapshot: Snapshot = request.state.site.snapshot
    return await asyncio.to_thread(known, snapshot, spare(request.app.state, snapshot))


async def whole(request: Request) -> dict[str, Dump]:
    """Every file of a small graph, made now where they are not; of another, those that are made."""
    found = await made(request)
    snapshot: Snapshot = request.state.site.snapshot
    if found and int(snapshot.manifest.dumps[GRAPH]["lines"]) <= _AT_ONCE and len(found) < len(NAMES):
        with suppress(SnapshotError, DeadlineExceeded):  # of each that is not there it is said
            await make(request, *NAMES)
        found = await made(request)
    return found


async def make(request: Request, *names: str) -> None:
    """Have files made, in a process of its own, once however many ask. Raises DeadlineExceeded and SnapshotError."""
    snapshot: Snapshot = request.state.site.snapshot
    making: dict[tuple[str, ...], asyncio.Task[None]] = request.app.state.making
    key = (snapshot.id, *names)
    if key not in making:
        limit = request.state.site.settings.limits.canonical_seconds
        making[key] = asyncio.create_task(_make(request.app.state, snapshot, limit, names))
        making[key].add_done_callback(lambda _: making.pop(key))
    seconds = request.state.site.settings.limits.deadline_seconds
    try:
        async with asyncio.timeout(seconds):
            await asyncio.shield(making[key])
    except TimeoutError:
        raise DeadlineExceeded("dump-late", limit="deadline_seconds", value=f"{seconds:g}") from None


async def _make(state: State, snapshot: Snapshot, limit: float, names: tuple[str, ...]) -> None:
    async with state.turn:
        try:
            folder = await asyncio.to_thread(_folder, state, snapshot)
        except OSError as error:
            raise SnapshotError("dump-failed", path=snapshot.path, reason=error.strerror or error) from error
        reason = await run_apart("make", str(snapshot.path), str(folder), str(limit), *names)
    if reason is not None:
        raise SnapshotError("dump-failed", path=snapshot.path, reason=reason)


def spare(state: State, snapshot: Snapshot) -> Path | None:
    """Where files of a snapshot are when they are not beside its own; None when nothing needed such a place yet."""
    return Path(state.spare.name, snapshot.id) if state.spare else None


def _folder(state: State, snapshot: Snapshot) -> Path:
    """Where files of a snapshot can be made. Raises OSError."""
    own = snapshot.path / FOLDER
    if os.access(own, os.W_OK):
        return own
    state.spare = state.spare or tempfile.TemporaryDirectory(prefix="passerelles-dumps-")
    for other in Path(state.spare.name).iterdir():
        if not (snapshot.path.parent / other.name).exists():  # its snapshot is gone
            shutil.rmtree(other)
    folder = Path(state.spare.name, snapshot.id)
    folder.mkdir(exist_ok=True)
    return folder
