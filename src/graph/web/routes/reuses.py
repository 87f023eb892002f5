"""The overview of the reuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ..http.conneg import HTML, JSON
from ..http.twofold import FORMAT, told
from ..interface import PAGES, described
from ..thing import reuses as view

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


def add(app: FastAPI) -> None:
    """Add `/reuses`."""
    options = described("web.summary-reuses", *JSON.media_types, *PAGES, parameters=[FORMAT])
    app.add_api_route("/reuses", overview, tags=["pages"], **options)


async def overview(request: Request) -> Response:
    """Who reuses what, counted and confirmed."""
    site: Site = request.state.site
    return await told(request, lambda: view.page(request, site), lambda: view.as_json(request, site), first=HTML)
