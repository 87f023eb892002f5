"""The needs that the sources voice, and what answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from .. import needs as view
from ..answers import answer, page
from ..conneg import HTML, JSON, chosen, negotiate
from ..interface import PAGES, described
from ..request import parameters

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site

_OFFERS = (HTML, JSON)


def add(app: FastAPI) -> None:
    """Add `/needs`."""
    form = {"name": "format", "in": "query", "schema": {"type": "string", "enum": [offer.name for offer in _OFFERS]}}
    options = described("web.summary-needs", *JSON.media_types, *PAGES, parameters=[form])
    app.add_api_route("/needs", every, tags=["pages"], **options)


async def every(request: Request) -> Response:
    """Every need that a source voices, and what answers it."""
    site: Site = request.state.site
    name = (parameters(request).one("format") or "").lower()
    named = next((offer for offer in _OFFERS if offer.name == name), None)
    choice = chosen(named) if named is not None else negotiate(request.headers.get("accept"), _OFFERS)
    if choice.name == HTML.name:
        return await page(request, lambda: view.page(request, site))
    language = site.language(request)
    headers = {"Content-Language": language}
    return await answer(request, lambda: view.as_json(request, site), choice.media_type, language, headers=headers)
