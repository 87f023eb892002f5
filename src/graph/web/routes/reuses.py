"""The overview of the reuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from .. import reuses as view
from ..answers import page
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


def add(app: FastAPI) -> None:
    """Add `/reuses`."""
    app.add_api_route("/reuses", overview, tags=["pages"], **described("web.summary-reuses", *PAGES))


async def overview(request: Request) -> Response:
    """Who reuses what, counted and confirmed."""
    site: Site = request.state.site
    return await page(request, lambda: view.page(request, site))
