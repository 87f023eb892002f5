"""The application: a factory, given its settings and its snapshot."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from .. import __version__
from ..errors import SnapshotError
from ..snapshot.manifest import FILE_NAME as MANIFEST
from ..sparql.engine import EmbeddedEngine
from ..texts import say
from . import errors
from .middleware import Envelope
from .routes import home, model, queries, service, sparql, things
from .site import Site

if TYPE_CHECKING:
    from ..config import Settings
    from ..snapshot.reader import Snapshot

_STATIC = Path(__file__).parent / "static"


def create_app(
    settings: Settings, snapshot: Snapshot, public_url: str = "", engine: EmbeddedEngine | None = None
) -> FastAPI:
    """The web application of one snapshot; its workers live as long as it does.

    `public_url` is the address the site is seen at, when a proxy stands before it. Raises SnapshotError
    at start-up when the snapshot cannot be opened.
    """
    engine = engine or EmbeddedEngine(settings, snapshot)
    site = Site(settings, snapshot, engine, public_url)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            await engine.start()
        except SnapshotError as error:
            app.state.failure = error  # uvicorn ends on any failure here, and tells nobody which
            raise
        try:
            if app.state.ready is not None:
                asyncio.get_running_loop().call_soon(app.state.ready)
            with _held(snapshot.path / MANIFEST):
                yield
        finally:
            await engine.stop()

    app = FastAPI(
        title=site.title,
        description=say("en", "web.api-description"),
        version=__version__,
        docs_url=None,
        redoc_url=None,
        root_path=urlsplit(public_url).path.rstrip("/"),
        lifespan=lifespan,
    )
    app.state.ready = app.state.failure = None
    app.state.site = site
    for family in (home, things, model, sparql, queries, service):
        family.add(app)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    errors.install(app)
    app.add_middleware(Envelope, application=app, snapshot_id=snapshot.id, unforeseen=errors.unforeseen)
    return app


@contextmanager
def _held(manifest: Path) -> Iterator[None]:
    """Hold a shared lock on a snapshot's manifest: a build that clears old snapshots away leaves this one."""
    with manifest.open("rb") as file:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield
