"""`/resolve`: the organisation that a text names, what it was before, what it has become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...errors import MalformedQuery
from .. import organisations as view
from ..answers import answer, page
from ..conneg import HTML, JSON, chosen, negotiate
from ..interface import PAGES, described
from ..request import parameters

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site

_OFFERS = (JSON, HTML)


def add(app: FastAPI) -> None:
    """Add `/resolve`."""
    text = {"name": "org", "in": "query", "schema": {"type": "string"}}
    form = {"name": "format", "in": "query", "schema": {"type": "string", "enum": [offer.name for offer in _OFFERS]}}
    options = described("web.summary-resolve", *JSON.media_types, *PAGES, parameters=[text, form])
    app.add_api_route("/resolve", resolved, tags=["organisations"], **options)


async def resolved(request: Request) -> Response:
    """The organisations that `org` names; without it, the form. Raises MalformedQuery, LimitExceeded."""
    site: Site = request.state.site
    given = parameters(request)
    name = (given.one("format") or "").lower()
    named = next((offer for offer in _OFFERS if offer.name == name), None)
    choice = chosen(named) if named is not None else negotiate(request.headers.get("accept"), _OFFERS)
    text = (given.one("org") or "").strip()
    if choice.name == HTML.name:
        return await page(request, lambda: view.page(request, site, text))
    if not text:
        raise MalformedQuery("resolve-missing")
    return await answer(request, lambda: view.as_json(request, site, text), choice.media_type, text)
