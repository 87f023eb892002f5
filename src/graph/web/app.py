"""The application: a factory, given its settings and its snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from .. import __version__
from ..errors import SnapshotError
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
            yield
        finally:
            await engine.stop()

    app = FastAPI(
        title=settings.graph.title.get("fr", "Passerelles"),
        description=say("en", "web.api-description"),
        version=__version__,
        docs_url=None,
        redoc_url=None,
        root_path=urlsplit(public_url).path.rstrip("/"),
        lifespan=lifespan,
    )
    app.state.ready = app.state.failure = None
    app.state.site = Site(settings, snapshot, engine, public_url)
    for family in (home, things, model, sparql, queries, service):
        family.add(app)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    errors.install(app)
    app.add_middleware(Envelope, application=app, snapshot_id=snapshot.id)
    return app
