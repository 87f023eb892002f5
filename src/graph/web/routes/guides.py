"""The guided paths: their list, the vademecum of openness, the stories of reuse."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from .. import guides
from ..guides import listed, stories, vademecum
from ..http.conneg import HTML, JSON
from ..http.parameter import NUMBER, PAGE, parameter, several
from ..http.twofold import FORMAT, told
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


def add(app: FastAPI) -> None:
    """Add `/guides` and two of the guides."""
    step = parameter("step", NUMBER | {"maximum": 4})
    texts = [parameter(name) for name in ("publish", "q", "licence", "title", "by", "url")]
    many = [parameter(name, several()) for name in ("production", "with")]
    for path, route, key, parameters in (
        ("/guides", every, "web.summary-guides", []),
        (guides.VADEMECUM.path, openness, "web.summary-vademecum", [*texts, *many, step]),
        (guides.STORIES.path, told_stories, "web.summary-stories", [parameter("theme"), parameter("type"), PAGE]),
    ):
        options = described(key, *JSON.media_types, *PAGES, parameters=[*parameters, FORMAT])
        app.add_api_route(path, route, tags=["guides"], **options)


async def every(request: Request) -> Response:
    """The guided paths that this graph has the matter of."""
    site: Site = request.state.site
    return await told(request, lambda: listed.page(request, site), lambda: listed.as_json(request, site), first=HTML)


async def openness(request: Request) -> Response:
    """The vademecum: what one publishes, builds on, may choose and pastes. Raises NoSuchPage."""
    return await _guide(request, guides.VADEMECUM, vademecum.page, vademecum.as_json)


async def told_stories(request: Request) -> Response:
    """The stories that attested reuses tell. Raises NoSuchPage."""
    return await _guide(request, guides.STORIES, stories.page, stories.as_json)


Produce = Callable[[Request, "Site"], Awaitable[str]]


async def _guide(request: Request, guide: guides.Guide, page: Produce, as_json: Produce) -> Response:
    site: Site = request.state.site

    def of(produce: Produce) -> Callable[[], Awaitable[str]]:
        async def produced() -> str:
            await guides.require(request, site, guide)
            return await produce(request, site)

        return produced

    return await told(request, of(page), of(as_json), first=HTML)
