"""The saved queries: the list, and each as a page, as its answer in every format, as its text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from starlette.responses import Response

from ...errors import NotAcceptable
from ...formats import FORMATS, Format
from ...sparql.engine import Query
from ...sparql.results import formats_for
from .. import saved
from ..answers import answer, page
from ..conneg import HTML, JSON, Choice, Offer, chosen, negotiate, offer
from ..interface import described
from ..request import parameters, wanted

if TYPE_CHECKING:
    from ...sparql.library import SavedQuery
    from ..site import Site

TEXT = Offer("rq", ("application/sparql-query",))


def add(app: FastAPI) -> None:
    """Add `/queries`."""
    app.add_api_route(
        "/queries", index, methods=["GET"], response_model=None, tags=["queries"], **described("web.summary-queries")
    )
    app.add_api_route(
        "/queries/{name}",
        query,
        methods=["GET"],
        response_model=None,
        tags=["queries"],
        **described("web.summary-query"),
    )


async def index(request: Request) -> Response:
    """Every saved query, with its parameters and columns."""
    site: Site = request.app.state.site
    choice = _listed(request)
    if choice.name == HTML.name:
        return await page(request, lambda: saved.index_page(request, site))

    async def produce() -> str:
        address = site.url(request)
        return json.dumps([saved.entry(query, address) for query in site.library.values()], ensure_ascii=False)

    return await answer(request, produce, choice.media_type)


async def query(request: Request, name: str) -> Response:
    """The answer of a saved query; parameters in the address, format by suffix or Accept. Raises QueryError."""
    site: Site = request.app.state.site
    stem, dot, suffix = name.rpartition(".")
    found: Offer | Format | None = None
    if dot and stem in site.library and name not in site.library:
        found = {"html": HTML, "rq": TEXT}.get(suffix) or next((form for form in FORMATS if form.name == suffix), None)
    saved_query = site.library.find(stem if found else name)
    values = parameters(request).mapping()
    choice = _choice(request, saved_query, found, values)
    if choice.name == HTML.name:
        volatile = await saved.is_volatile(site, saved_query)
        return await page(request, lambda: saved.query_page(request, site, saved_query, values), volatile=volatile)
    if choice.name == TEXT.name:
        text = saved.text(saved_query, values)
        return await answer(request, lambda: _said(text), choice.media_type, text)
    inspection = await site.admit(saved_query.bind(values))
    assert choice.format is not None  # noqa: S101 - never false: told to the type checker
    ready = Query(inspection, choice.format, accepted=request.state.accepted)
    return await answer(
        request,
        lambda: site.engine.evaluate(ready),
        choice.media_type,
        inspection.text,
        volatile=inspection.volatile,
    )


def _listed(request: Request) -> Choice:
    name = (parameters(request).one("format") or "").lower()
    if name in (HTML.name, JSON.name):
        return chosen(HTML if name == HTML.name else JSON)
    return negotiate(request.headers.get("accept"), (JSON, HTML))


def _choice(request: Request, query: SavedQuery, found: Offer | Format | None, values: dict[str, str]) -> Choice:
    formats = formats_for(query.form)
    if isinstance(found, Offer):
        return chosen(found)
    if found is not None:
        if found not in formats:
            raise NotAcceptable("not-acceptable", formats=", ".join(form.media_type for form in formats))
        return chosen(offer(found))
    named = None if "format" in {parameter.name for parameter in query.parameters} else values.get("format")
    if named and named.lower() == TEXT.name:
        return chosen(TEXT)
    return wanted(request, formats, named)


async def _said(text: str) -> str:
    return text
