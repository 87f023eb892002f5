"""The needs that the sources voice, and what answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ..browsing import needs as view
from ..http.conneg import HTML, JSON
from ..http.parameter import PAGE
from ..http.twofold import FORMAT, told
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


def add(app: FastAPI) -> None:
    """Add `/needs`."""
    options = described("web.summary-needs", *JSON.media_types, *PAGES, parameters=[PAGE, FORMAT])
    app.add_api_route("/needs", every, tags=["pages"], **options)


async def every(request: Request) -> Response:
    """The needs that sources voice, and what answers them, a page at a time. Raises MalformedQuery."""
    site: Site = request.state.site
    return await told(request, lambda: view.page(request, site), lambda: view.as_json(request, site), first=HTML)
