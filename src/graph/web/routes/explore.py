"""The neighbourhood explorer: what is around a thing, one or two steps far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...errors import MalformedQuery
from ..http.answers import page
from ..http.conneg import HTML, JSON, negotiate
from ..http.parameter import one_of, parameter
from ..http.request import parameters
from ..http.twofold import FORMAT, told
from ..interface import PAGES, READ, described
from ..thing import exploring as view
from ..thing import naming

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site

_URI = parameter("uri")
_DEPTH = parameter("depth", one_of(view.DEPTHS))


def add(app: FastAPI) -> None:
    """Add `/explore`."""
    given = [_URI, _DEPTH, FORMAT]
    options = described("web.summary-explore", *JSON.media_types, *PAGES, statuses=(*READ, 410), parameters=given)
    app.add_api_route("/explore", explore, tags=["pages"], **options)


async def explore(request: Request) -> Response:
    """What is around the thing that `uri` names, `depth` steps far; without it, the form.

    Raises MalformedQuery, NoSuchThing, ThingGone.
    """
    site: Site = request.state.site
    given = parameters(request)
    depth = given.one("depth") or view.DEPTHS[0]
    if depth not in view.DEPTHS:
        raise MalformedQuery("parameter-wrong", parameter="depth", value=depth, expected=", ".join(view.DEPTHS))
    uri = (given.one("uri") or "").strip()
    if not uri:
        form = (given.one("format") or "").lower()
        if form not in {HTML.name, JSON.name}:
            form = negotiate(request.headers.get("accept"), (HTML, JSON)).name
        if form == JSON.name:
            raise MalformedQuery("relay-missing")
        return await page(request, lambda: view.form(request, site))
    uri, steps = await naming.sought(request, site, uri, view.PAGE), int(depth)
    return await told(
        request,
        lambda: view.page(request, site, uri, steps),
        lambda: view.as_json(request, site, uri, steps),
        first=HTML,
    )
