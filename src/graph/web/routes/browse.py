"""What the graph holds, arranged: themes across territories, tools, events, organisations."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from types import ModuleType
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ..browsing import directory, events, themes, tools
from ..http.conneg import HTML, JSON
from ..http.parameter import PAGE, TEXT, parameter
from ..http.twofold import FORMAT, told
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site

_ACROSS = parameter("across", TEXT | {"default": "territory"})


def add(app: FastAPI) -> None:
    """Add `/themes`, `/tools`, `/events` and `/organisations`."""
    for path, key, view, parameters in (
        ("/themes", "web.summary-themes", themes, [_ACROSS]),
        ("/tools", "web.summary-tools", tools, []),
        ("/events", "web.summary-events", events, [PAGE]),
        ("/organisations", "web.summary-organisations", directory, []),
    ):
        options = described(key, *JSON.media_types, *PAGES, parameters=[*parameters, FORMAT])
        app.add_api_route(path, _arranged(view), name=path[1:], tags=["pages"], **options)


def _arranged(view: ModuleType) -> Callable[[Request], Awaitable[Response]]:
    """The route of a page that is JSON as well."""

    async def arranged(request: Request) -> Response:
        site: Site = request.state.site

        async def found() -> bytes:
            return json.dumps(asdict(await view.found(request, site)), ensure_ascii=False).encode()

        return await told(request, lambda: view.page(request, site), found, first=HTML)

    return arranged
