"""The pages of this application asked by itself: for the sitemap, and so that nobody waits for a first view."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .http.conneg import HTML
from .http.middleware import STATE

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.types import Message

    from .app import Application
    from .site import Site

LARGE = 100_000  # triples; below, a first view takes less than a second
_LIST = "/id/productions"  # asks for the things of every kind
_ACCEPT = (b"accept", HTML.media_types[0].encode())


def plain(app: FastAPI) -> Iterator[str]:
    """The addresses without a variable part that answer with a page."""
    for route in app.routes:
        answers = (getattr(route, "openapi_extra", None) or {}).get("x-responses", {})
        path: str = getattr(route, "path", "{}")
        if "{" not in path and HTML.media_types[0] in answers.get("200", {}).get("content", ()):
            yield path


async def status(request: Request, path: str) -> int | None:
    """What this very application answers at an address of its own; None for nothing."""
    host = (b"host", request.headers.get("host", "").encode())
    return await _asked(request.app, {**request.scope, "path": request.scope["root_path"] + path}, [host, _ACCEPT])


async def warm(app: Application, site: Site) -> None:
    """Have a large graph's pages ask what they keep, one page after the other, as long as it is in force."""
    if site.snapshot.manifest.counts.get("triples", 0) < LARGE:
        return
    root = app.state.endpoint.prefix
    scope = {
        "type": "http", "http_version": "1.1", "scheme": "http", "server": ("localhost", 80), "client": None,
        "app": app, "root_path": root, "state": {**STATE, "site": site},
    }  # fmt: skip
    for path in (*plain(app), _LIST):
        if app.state.endpoint.site is not site:
            return
        await _asked(app, {**scope, "path": root + path}, [(b"host", b"localhost"), _ACCEPT])


async def _asked(app: Application, scope: Mapping[str, Any], headers: list[tuple[bytes, bytes]]) -> int | None:
    """The status of a page's answer; each page has a deadline of its own."""
    statuses: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def receive() -> Message:
        return await asyncio.get_running_loop().create_future()  # whoever asks stays

    asked = {"method": "GET", "query_string": b"", "headers": headers}
    await app.routed({**scope, **asked, "state": {**scope["state"], "accepted": time.monotonic()}}, receive, send)
    return next(iter(statuses), None)
