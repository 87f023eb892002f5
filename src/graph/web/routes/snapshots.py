"""The snapshots kept: what there is to pin, as a TimeMap (RFC 7089), as JSON, as a page."""

from __future__ import annotations

import asyncio
import json
from email.utils import format_datetime
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ..answers import answer, page
from ..conneg import HTML, JSON, Offer, negotiate
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..endpoint import Endpoint
    from ..site import Site

LINKS = Offer("links", ("application/link-format",))


def add(app: FastAPI) -> None:
    """Add `/snapshots`."""
    app.add_api_route(
        "/snapshots",
        index,
        methods=["GET"],
        response_model=None,
        tags=["snapshots"],
        **described("web.summary-snapshots", *JSON.media_types, *LINKS.media_types, *PAGES),
    )


async def index(request: Request) -> Response:
    """Every snapshot kept, the newest first, with the address its queries are pinned at."""
    site: Site = request.state.site
    endpoint: Endpoint = request.app.state.endpoint
    kept = list(reversed(await asyncio.to_thread(endpoint.timeline.kept)))
    choice = negotiate(request.headers.get("accept"), (JSON, LINKS, HTML))
    names = [name for name, _ in kept]
    if choice.name == HTML.name:

        async def shown() -> str:
            return site.pages.render("snapshots.html", request, snapshots=kept)

        return _unkept(request, await page(request, shown, endpoint.site.snapshot.id, *names))
    address = site.url(request)

    async def produce() -> str:
        if choice.name == LINKS.name:
            mementos = [
                f'<{address}/snapshots/{name}/sparql>; rel="memento"; datetime="{format_datetime(made, usegmt=True)}"'
                for name, made in kept
            ]
            return ",\n".join([f'<{address}/sparql>; rel="original timegate"', *mementos])
        entries = [
            {
                "id": name,
                "created": made.isoformat().replace("+00:00", "Z"),
                "current": name == endpoint.site.snapshot.id,
                "href": f"{address}/snapshots/{name}/sparql",
            }
            for name, made in kept
        ]
        return json.dumps(entries)

    return _unkept(request, await answer(request, produce, choice.media_type, endpoint.site.snapshot.id, *names))


def _unkept(request: Request, response: Response) -> Response:
    """A snapshot more or less changes this answer, and no snapshot in force: the door is not to say it again."""
    request.scope["state"]["keep"] = False
    return response
