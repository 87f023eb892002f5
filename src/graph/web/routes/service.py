"""The service itself: its health and its interface."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from starlette.responses import Response

from ...texts import Text
from ..answers import page
from ..interface import described

if TYPE_CHECKING:
    from ..site import Site


def add(app: FastAPI) -> None:
    """Add `/healthz` and `/docs`."""
    app.add_api_route(
        "/healthz", health, methods=["GET"], response_model=None, tags=["service"], **described("web.summary-health")
    )
    app.add_api_route("/docs", docs, methods=["GET"], include_in_schema=False, response_model=None)


async def health(request: Request) -> Response:
    """200 when queries can be answered, else 503 with the reason."""
    site: Site = request.app.state.site
    if site.engine.ready:
        content, status = {"status": "ready", "snapshot": site.snapshot.id}, 200
    else:
        reason = Text("web.no-worker").render(site.language(request))
        content, status = {"status": "unavailable", "snapshot": site.snapshot.id, "reason": reason}, 503
    return Response(json.dumps(content), status, {"Cache-Control": "no-store"}, "application/json")


async def docs(request: Request) -> Response:
    """The OpenAPI description as a page that fetches nothing from elsewhere."""
    site: Site = request.app.state.site

    async def produce() -> str:
        return site.pages.render("docs.html", request, api=request.app.openapi())

    return await page(request, produce)
