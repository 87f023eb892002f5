"""What a server of ours publishes of a repository: built, served in this process, asked over its own application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from httpx import ASGITransport, AsyncClient, Response

from graph import config
from graph.build import build
from graph.snapshot.reader import Snapshot
from graph.web.app import create_app

ADDRESS = "https://portal.example"
ROOT = Path(__file__).resolve().parents[2]


def built(repository: Path, folder: Path) -> tuple[config.Settings, Snapshot]:
    """A repository and its snapshot, made below `folder`."""
    settings = config.load(repository)
    return settings, build(settings, folder)


@asynccontextmanager
async def client(
    settings: config.Settings, snapshot: Snapshot, accept: str, **limits: int
) -> AsyncIterator[AsyncClient]:
    """A client of a server with these limits."""
    app = create_app(replace(settings, limits=replace(settings.limits, workers=1, **limits)), snapshot)
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=transport, base_url=ADDRESS, headers={"Accept": accept}) as asking,
    ):
        yield asking


def answers(
    settings: config.Settings, snapshot: Snapshot, paths: Sequence[str], accept: str = "text/turtle", **limits: int
) -> list[Response]:
    """What a server with these limits answers at some addresses."""

    async def ask() -> list[Response]:
        async with client(settings, snapshot, accept, **limits) as asking:
            return [await asking.get(path) for path in paths]

    return asyncio.run(ask())


def followed(
    settings: config.Settings, snapshot: Snapshot, path: str, following: Callable[[bytes], str], **limits: int
) -> list[bytes]:
    """The pages that begin at `path`, as a harvester follows them: `following` finds the address of the next."""

    async def ask() -> list[bytes]:
        pages, address = [], path
        async with client(settings, snapshot, "*/*", **limits) as asking:
            while address:
                page = await asking.get(address)
                page.raise_for_status()
                pages.append(page.content)
                address = following(page.content)
        return pages

    return asyncio.run(ask())
