"""The snapshots kept: what there is to pin, as a TimeMap (RFC 7089), as JSON, as a page."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...errors import MalformedQuery
from ..http import memento
from ..http.answers import answer, page
from ..http.conneg import HTML, JSON, Offer, negotiate
from ..http.parameter import TEXT, parameter
from ..http.request import parameters
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..endpoint import Endpoint
    from ..site import Site

LINKS = Offer("links", (memento.LINKS,))
OF = parameter("of", TEXT | {"pattern": "^/"}, example="/sparql")

_ADDRESS = re.compile(r"/(?!/)[!#-;=?-\[\]_a-z~]*")  # no blank, nothing that ends a link
_SHOWN = 100


def add(app: FastAPI) -> None:
    """Add `/snapshots`."""
    app.add_api_route(
        "/snapshots",
        index,
        tags=["snapshots"],
        **described("web.summary-snapshots", *JSON.media_types, *LINKS.media_types, *PAGES, parameters=[OF]),
    )


async def index(request: Request) -> Response:
    """Every snapshot kept, the newest first, with the address where `of`, else /sparql, is pinned."""
    of = parameters(request).one("of") or "/sparql"
    if not _ADDRESS.fullmatch(of):
        raise MalformedQuery("parameter-wrong", parameter="of", value=of[:_SHOWN], expected="/…")
    site: Site = request.state.site
    endpoint: Endpoint = request.app.state.endpoint
    kept = list(reversed(await asyncio.to_thread(endpoint.timeline.kept)))
    choice = negotiate(request.headers.get("accept"), (JSON, LINKS, HTML))
    names = [name for name, _ in kept]
    if choice.name == HTML.name:

        async def shown() -> str:
            return site.pages.render("snapshots.html", request, snapshots=kept)

        return unkept(request, await page(request, shown, endpoint.site.snapshot.id, *names))
    address = site.url(request)

    async def produce() -> str:
        if choice.name == LINKS.name:
            return memento.timemap(address, of, kept)
        entries = [
            {
                "id": name,
                "created": made.isoformat().replace("+00:00", "Z"),
                "current": name == endpoint.site.snapshot.id,
                "href": f"{address}/snapshots/{name}{of}",
            }
            for name, made in kept
        ]
        return json.dumps(entries)

    return unkept(request, await answer(request, produce, choice.media_type, of, endpoint.site.snapshot.id, *names))


def unkept(request: Request, response: Response) -> Response:
    """A snapshot more or less changes this answer, and no snapshot in force: the door is not to say it again."""
    request.scope["state"]["keep"] = False
    return response
