"""The first page: what the graph holds and where to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...formats import GRAPH_FORMATS
from ..browsing import home as view
from ..http.answers import page
from ..http.conneg import HTML, negotiate, offer
from ..http.parameter import one_of, parameter
from ..http.request import named, parameters
from ..interface import GRAPHS, PAGES, described
from . import catalog

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site

_OFFERS = (HTML, *map(offer, GRAPH_FORMATS))  # on equal terms the page, for whoever says nothing


def add(app: FastAPI) -> None:
    """Add the home page."""
    form = parameter("format", one_of(each.name for each in _OFFERS))
    options = described("web.summary-home", *PAGES, *GRAPHS, parameters=[form])
    app.add_api_route("/", home, tags=["pages"], **options)


async def home(request: Request) -> Response:
    """Where to search and begin; what there is, what is dated last, the themes. Programs are given the catalogue."""
    site: Site = request.state.site
    choice = named(GRAPH_FORMATS, parameters(request).one("format"))
    choice = choice or negotiate(request.headers.get("accept"), _OFFERS)
    if choice.format is not None:
        return await catalog.numbered(request, choice, 1)
    return await page(request, lambda: view.page(request, site))
