"""The guides by stage: the innovator's survival kit, the innovation path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ..guides import KIT, PATH, staged
from ..guides.choices import PLACE, THEME
from ..http.conneg import HTML, JSON
from ..http.parameter import parameter
from ..http.twofold import FORMAT, told
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


def add(app: FastAPI) -> None:
    """Add the addresses of both."""
    options = described(
        "web.summary-kit", *JSON.media_types, *PAGES, parameters=[*map(parameter, (THEME, PLACE)), FORMAT]
    )
    app.add_api_route(KIT.path, kit, tags=["guides"], **options)
    options = described("web.summary-path", *JSON.media_types, *PAGES, parameters=[parameter("stage"), FORMAT])
    app.add_api_route(PATH.path, path, tags=["guides"], **options)


async def kit(request: Request) -> Response:
    """The steps of the kit, for a theme and a territory. Raises MalformedQuery and NoSuchPage."""
    site: Site = request.state.site
    return await told(request, lambda: staged.kit(request, site), lambda: staged.kit_as_json(request, site), first=HTML)


async def path(request: Request) -> Response:
    """The stages of the path, or one of them. Raises MalformedQuery and NoSuchPage."""
    site: Site = request.state.site
    return await told(
        request, lambda: staged.path(request, site), lambda: staged.path_as_json(request, site), first=HTML
    )
