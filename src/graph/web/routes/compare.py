"""Two things side by side, as a page and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ..http.conneg import JSON
from ..http.parameter import parameter
from ..http.request import parameters
from ..http.twofold import FORMAT, told
from ..interface import PAGES, READ, described
from ..thing import compare as view

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


def add(app: FastAPI) -> None:
    """Add `/compare`."""
    names = [parameter(name) for name in "ab"]
    given = [*names, FORMAT]
    options = described("web.summary-compare", *JSON.media_types, *PAGES, statuses=(*READ, 410), parameters=given)
    app.add_api_route("/compare", compare, tags=["things"], **options)


async def compare(request: Request) -> Response:
    """The things `a` and `b` side by side; without them, the form. Raises MalformedQuery, NoSuchThing, ThingGone."""
    site: Site = request.state.site
    a, b = ((parameters(request).one(name) or "").strip() for name in "ab")
    return await told(request, lambda: view.page(request, site, a, b), lambda: view.as_json(request, site, a, b))
