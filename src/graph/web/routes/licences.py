"""Licences: the table of all, whether two go together, what one asks, which to choose for a work built on others."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request

from ...errors import MalformedQuery
from .. import licences as view
from ..http.conneg import JSON
from ..http.parameter import parameter, several
from ..http.request import parameters
from ..http.twofold import FORMAT, told
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


def add(app: FastAPI) -> None:
    """Add `/licences` and what is below."""
    for path, route, key, names in (
        ("/licences", every, "web.summary-licences", []),
        ("/licences/compat", compat, "web.summary-licences-compat", [parameter("a"), parameter("b")]),
        ("/licences/explain", explain, "web.summary-licences-explain", [parameter("a")]),
        ("/licences/choose", choose, "web.summary-licences-choose", [parameter("with", several())]),
    ):
        options = described(key, *JSON.media_types, *PAGES, parameters=[*names, FORMAT])
        app.add_api_route(path, route, tags=["licences"], **options)


async def every(request: Request) -> Response:
    """Every licence of the graph, what it asks, and what it is approved for."""
    site: Site = request.state.site
    return await _answer(request, lambda: view.told(request, site), lambda: view.page(request, site))


async def compat(request: Request) -> Response:
    """Whether a work under `a` may be reused in a work published under `b`; without them, the form."""
    site: Site = request.state.site
    a, b = (_given(request, name) for name in ("a", "b"))

    async def shown() -> str:
        await _keeping(request, a=a, b=b)
        found = await view.compared(request, site, a, b) if a or b else None
        return await view.page(request, site, compared=found, a=a, b=b)

    return await _answer(request, lambda: view.compared(request, site, a, b), shown)


async def explain(request: Request) -> Response:
    """What the licence `a` permits, requires and prohibits, and what its works may be reused in."""
    site: Site = request.state.site
    a = _given(request, "a")
    if not a:
        raise MalformedQuery("licence-missing")

    async def shown() -> str:
        await _keeping(request)
        return await view.licence_page(request, site, a)

    return await _answer(request, lambda: view.explained(request, site, a), shown)


async def choose(request: Request) -> Response:
    """What a work built on works under these licences (`with`, repeated) may be published under; without, the form."""
    site: Site = request.state.site
    built_on = [text.strip() for text in parameters(request).all("with") if text.strip()]

    async def shown() -> str:
        await _keeping(request, built_on=built_on)
        found = await view.chosen(request, site, built_on) if "with" in request.query_params else None
        return await view.page(request, site, chosen=found, built_on=built_on)

    return await _answer(request, lambda: view.chosen(request, site, built_on), shown)


async def _keeping(request: Request, **asked: Any) -> None:
    """Have an error told on the page of the forms, filled as they were."""
    request.state.on_error = (view.PAGE, await view.parts(request, request.state.site, **asked))


async def _answer(
    request: Request,
    found: Callable[[], Awaitable[dict[str, Any]]],
    shown: Callable[[], Awaitable[str]],
) -> Response:
    """What was found, as JSON or as a page."""

    async def produce() -> str:
        return json.dumps(await found(), ensure_ascii=False)

    return await told(request, shown, produce)


def _given(request: Request, name: str) -> str:
    return (parameters(request).one(name) or "").strip()
