"""What crawlers read first: `/robots.txt`, `/sitemap.xml` and its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ..http.answers import answer
from ..interface import described
from ..machines import sitemap as view

if TYPE_CHECKING:
    from starlette.responses import Response

XML = "application/xml"


def add(app: FastAPI) -> None:
    """Add `/robots.txt`, `/sitemap.xml` and the parts below `/sitemap`."""
    app.state.changed = {}  # when things last changed, by the last patch
    app.add_api_route("/robots.txt", robots, tags=["service"], **described("web.summary-robots", "text/plain"))
    app.add_api_route("/sitemap.xml", index, tags=["service"], **described("web.summary-sitemap", XML))
    app.add_api_route("/sitemap/{part}.xml", part, tags=["service"], **described("web.summary-sitemap-part", XML))


async def robots(request: Request) -> Response:
    """What robots are asked to leave alone."""

    async def produce() -> str:
        return view.robots(request)

    return await answer(request, produce, "text/plain")


async def index(request: Request) -> Response:
    """The parts of the sitemap."""
    return await answer(request, lambda: view.index(request), XML)


async def part(request: Request, part: str) -> Response:
    """Pages, or some of the things. Raises NoSuchThing, Overloaded."""
    entries = await view.told(request)
    response = await answer(request, lambda: view.part(request, part, entries), XML, view.mark(entries))
    request.scope["state"]["keep"] = False  # the feed goes on without a new snapshot
    return response
