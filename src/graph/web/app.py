"""The application: a factory, given its settings and its snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI

from .. import __version__
from ..texts import say
from .endpoint import Endpoint
from .http import errors
from .http.bundle import Bundle, Folder
from .http.middleware import Envelope
from .inside import warm
from .routes import (
    browse,
    cards,
    catalog,
    codes,
    compare,
    conformance,
    contribute,
    dumps,
    explore,
    federation,
    feed,
    graphs,
    guides,
    home,
    licences,
    model,
    needs,
    organisations,
    pictures,
    queries,
    relay,
    reuses,
    search,
    service,
    sitemap,
    snapshots,
    sparql,
    stages,
    things,
    validate,
    wellknown,
)
from .thing import astray

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from ..config import Settings
    from ..snapshot.reader import Snapshot
    from .http.journal import Journal
    from .http.known import Known

_STATIC = Path(__file__).parent / "static"


def create_app(
    settings: Settings,
    snapshot: Snapshot,
    public_url: str = "",
    known: Known | None = None,
    journal: Journal | None = None,
) -> Application:
    """The web application, which begins with one snapshot; its workers live as long as it does.

    `public_url` is the address the site is seen at, when a proxy stands before it; `known` is what a door shares
    with it. Raises SnapshotError at start-up when the snapshot cannot be opened.
    """
    endpoint = Endpoint(settings, snapshot, public_url, known, journal)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            async with endpoint.open():
                if app.state.ready is not None:
                    asyncio.get_running_loop().call_soon(app.state.ready)
                yield
        except Exception as error:
            app.state.failure = error  # uvicorn ends on any failure here, and tells nobody which
            raise

    app = Application(
        title=endpoint.site.title,
        description=say("en", "web.api-description"),
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.ready = app.state.failure = None
    app.state.endpoint = endpoint
    for family in (
        home,
        search,
        browse,
        cards,
        things,
        compare,
        model,
        sparql,
        queries,
        relay,
        explore,
        pictures,
        licences,
        organisations,
        reuses,
        guides,
        stages,
        needs,
        contribute,
        validate,
        graphs,
        snapshots,
        catalog,
        conformance,
        wellknown,
        dumps,
        feed,
        federation,
        codes,
        sitemap,
        service,
    ):
        family.add(app)
    app.mount("/static/bundle", Bundle(), name="bundle")
    app.mount("/static", Folder(directory=_STATIC), name="static")
    errors.install(app, astray.ways)
    endpoint.warm = partial(warm, app)
    app.envelope = Envelope(app.routed, app, endpoint, errors.outside, sparql.DIRECT_ROUTES)
    return app


class Application(FastAPI):
    """FastAPI in its envelope, which is outside of everything and answers some requests alone."""

    envelope: Envelope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        await self.envelope(scope, receive, send)

    async def routed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The same without the envelope."""
        await super().__call__(scope, receive, send)
