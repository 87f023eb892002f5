"""`/resolve`: the organisation that a text names, what it was before, what it has become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...errors import MalformedQuery
from ..browsing import organisations as view
from ..http.conneg import JSON
from ..http.parameter import parameter
from ..http.request import parameters
from ..http.twofold import FORMAT, told
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


def add(app: FastAPI) -> None:
    """Add `/resolve`."""
    text = parameter("org")
    options = described("web.summary-resolve", *JSON.media_types, *PAGES, parameters=[text, FORMAT])
    app.add_api_route("/resolve", resolved, tags=["organisations"], **options)


async def resolved(request: Request) -> Response:
    """The organisations that `org` names; without it, the form. Raises MalformedQuery, LimitExceeded."""
    site: Site = request.state.site
    text = (parameters(request).one("org") or "").strip()

    async def found() -> str:
        if not text:
            raise MalformedQuery("resolve-missing")
        return await view.as_json(request, site, text)

    return await told(request, lambda: view.page(request, site, text), found)
