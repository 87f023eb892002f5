"""The pictures of the whole graph, and the page that shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ..browsing import drawn as view
from ..http.answers import answer
from ..http.conneg import HTML, JSON
from ..http.twofold import FORMAT, told
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site

_SVG = "image/svg+xml"


def add(app: FastAPI) -> None:
    """Add `/pictures` and the files below."""
    options = described("web.summary-pictures", *JSON.media_types, *PAGES, parameters=[FORMAT])
    app.add_api_route("/pictures", pictures, tags=["pages"], **options)
    app.add_api_route("/pictures/{name}.svg", picture, tags=["pages"], **described("web.summary-picture", _SVG))


async def pictures(request: Request) -> Response:
    """The pictures of the graph, with their figures. Raises NoSuchThing where there is none."""
    site: Site = request.state.site
    return await told(request, lambda: view.page(request, site), lambda: view.as_json(request, site), first=HTML)


async def picture(request: Request, name: str) -> Response:
    """One picture, in the reader's language. Raises NoSuchThing."""
    site: Site = request.state.site
    language = site.language(request)

    headers = {"Content-Language": language, "Content-Security-Policy": view.policy()}
    return await answer(request, lambda: view.picture(site, name, language), _SVG, language, headers=headers)
