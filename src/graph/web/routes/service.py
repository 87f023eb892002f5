"""The service itself: its health and its interface."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from starlette.responses import Response

from ...metrics import MEDIA_TYPE
from ...texts import Text
from ..http.answers import answer, page
from ..interface import described, openapi

if TYPE_CHECKING:
    from ..endpoint import Endpoint
    from ..site import Site


def add(app: FastAPI) -> None:
    """Add `/healthz` and `/docs`."""
    for path, route, summary in (
        ("/healthz", health, "web.summary-health"),
        ("/healthz/live", live, "web.summary-live"),
        ("/healthz/ready", health, "web.summary-ready"),
    ):
        options = described(summary, "application/json", statuses=(400, 404), successes=(200, 503))
        app.add_api_route(path, route, tags=["service"], **options)
    options = described("web.summary-metrics", MEDIA_TYPE.partition(";")[0], statuses=(400, 404))
    app.add_api_route("/metrics", measures, tags=["service"], **options)
    app.add_api_route("/docs", docs, include_in_schema=False, response_model=None)
    app.add_api_route("/openapi.json", interface, include_in_schema=False, response_model=None)


async def health(request: Request) -> Response:
    """200 when queries can be answered, else 503 with the reason."""
    site: Site = request.state.site
    if site.engine.ready:
        content, status = {"status": "ready", "snapshot": site.snapshot.id}, 200
    else:
        reason = Text("web.no-worker").render(site.language(request))
        content, status = {"status": "unavailable", "snapshot": site.snapshot.id, "reason": reason}, 503
    return Response(json.dumps(content), status, {"Cache-Control": "no-store"}, "application/json")


async def live(request: Request) -> Response:
    """200 as long as the process answers."""
    content = {"status": "live", "snapshot": request.state.site.snapshot.id}
    return Response(json.dumps(content), 200, {"Cache-Control": "no-store"}, "application/json")


async def measures(request: Request) -> Response:
    """Every counter, for Prometheus."""
    endpoint: Endpoint = request.app.state.endpoint
    return Response(endpoint.measures(), 200, {"Cache-Control": "no-store"}, MEDIA_TYPE)


async def docs(request: Request) -> Response:
    """The OpenAPI description as a page that fetches nothing from elsewhere."""
    site: Site = request.state.site

    async def produce() -> str:
        return site.pages.render("docs.html", request, api=openapi(request.app, site, site.url(request)))

    return await page(request, produce)


async def interface(request: Request) -> Response:
    """The OpenAPI description, of the snapshot's saved queries too."""
    site: Site = request.state.site

    async def produce() -> str:
        return json.dumps(openapi(request.app, site, site.url(request)), ensure_ascii=False)

    return await answer(request, produce, "application/json")
