"""The first page: what the graph holds and where to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ..browsing import home as view
from ..http.answers import page
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


def add(app: FastAPI) -> None:
    """Add the home page."""
    options = described("web.summary-home", *PAGES)
    app.add_api_route("/", home, tags=["pages"], **options)


async def home(request: Request) -> Response:
    """Where to search and begin; what there is, what is dated last, the themes."""
    site: Site = request.state.site
    return await page(request, lambda: view.page(request, site))
