"""The first page: what the graph holds and where to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...formats import GRAPH_FORMATS
from ..browsing import home as view
from ..http.answers import page
from ..http.conneg import HTML, negotiate, offer
from ..interface import GRAPHS, PAGES, described
from . import catalog

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


def add(app: FastAPI) -> None:
    """Add the home page."""
    options = described("web.summary-home", *PAGES, *GRAPHS)
    app.add_api_route("/", home, tags=["pages"], **options)


async def home(request: Request) -> Response:
    """Where to search and begin; what there is, what is dated last, the themes. Programs are given the catalogue."""
    site: Site = request.state.site
    if negotiate(request.headers.get("accept"), (HTML, *map(offer, GRAPH_FORMATS))).format is not None:
        return await catalog.whole(request)
    return await page(request, lambda: view.page(request, site))
