"""Dumps: what there is, as JSON and as a page, and the files themselves.

A file that is made stays beside the others of its snapshot; where the server may not write there, in a folder that goes
when it stops.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request

from ...errors import DeadlineExceeded, NoSuchThing, SnapshotError
from ...feeds.collected import FOLDER, GRAPH
from ...feeds.dumps import CODINGS, FORMS, NAMES, Dump, known, path_of
from ..answers import answer, page
from ..apart import run_apart
from ..conneg import HTML, JSON, negotiate
from ..files import file
from ..interface import PAGES, READ, described

if TYPE_CHECKING:
    from starlette.datastructures import State
    from starlette.responses import Response

    from ...snapshot.reader import Snapshot
    from ..site import Site

_AT_ONCE = 100_000  # statements of which every file is made in a second or two


def add(app: FastAPI) -> None:
    """Add `/dumps` and the files below."""
    app.state.making = {}
    app.state.turn = asyncio.Semaphore(1)  # one is made at a time: it takes a processor
    app.state.spare = None
    app.add_api_route("/dumps", index, tags=["dumps"], **described("web.summary-dumps", *JSON.media_types, *PAGES))
    files = described("web.summary-dump", *CODINGS.values(), statuses=(*READ, 416), successes=(200, 206))
    app.add_api_route("/dumps/{name}", dump, tags=["dumps"], **files)


async def index(request: Request) -> Response:
    """Every file, with its size and digests once it is made: all of a small graph, else what was asked for before."""
    site: Site = request.state.site
    found = await _known(request)
    if found and int(site.snapshot.manifest.dumps[GRAPH]["lines"]) <= _AT_ONCE and len(found) < len(NAMES):
        with suppress(SnapshotError, DeadlineExceeded):  # of each that is not there it is said
            await _made(request, *NAMES)
        found = await _known(request)
    shown = [_entry(site, name, found) for name in NAMES] if found else []
    choice = negotiate(request.headers.get("accept"), (JSON, HTML))
    if choice.name == HTML.name:

        async def rendered() -> str:
            return site.pages.render("dumps.html", request, files=shown)

        return _unkept(request, await page(request, rendered, *found))

    async def produce() -> str:
        for each in shown:
            each["href"] = f"{site.url(request)}/dumps/{each['name']}"
        return json.dumps({"snapshot": site.snapshot.id, "created": site.snapshot.manifest.created, "files": shown})

    return _unkept(request, await answer(request, produce, choice.media_type, *found))


async def dump(request: Request, name: str) -> Response:
    """One file, made now when nobody asked for it before. Raises NoSuchThing, DeadlineExceeded and SnapshotError."""
    site: Site = request.state.site
    if name not in NAMES or not site.snapshot.manifest.dumps:
        raise NoSuchThing("no-such-dump", name=name)
    found = (await _known(request)).get(name)
    if found is None:
        await _made(request, name)
        found = (await _known(request))[name]
    return file(
        request,
        path_of(site.snapshot, name, _spare(request.app.state, site.snapshot)),
        CODINGS[name.rpartition(".")[2]],
        found.sha256,
        modified=site.last_modified,
        immutable=bool(request.state.pinned),
    )


def _entry(site: Site, name: str, found: Mapping[str, Dump]) -> dict[str, Any]:
    stem, _, coding = name.rpartition(".")
    digests = asdict(found[name]) if name in found else {"bytes": None, "sha256": None, "rdfc10": None}
    return {
        "name": name,
        "media_type": FORMS[stem].media_type,
        "compression": CODINGS[coding],
        **digests,
        "created": site.snapshot.manifest.created,
        "snapshot": site.snapshot.id,
    }


async def _known(request: Request) -> dict[str, Dump]:
    snapshot: Snapshot = request.state.site.snapshot
    return await asyncio.to_thread(known, snapshot, _spare(request.app.state, snapshot))


async def _made(request: Request, *names: str) -> None:
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


def _spare(state: State, snapshot: Snapshot) -> Path | None:
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


def _unkept(request: Request, response: Response) -> Response:
    """A file more changes this answer, and no snapshot in force: the door is not to say it again."""
    request.scope["state"]["keep"] = False
    return response
