"""The first page: what the graph holds and where to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ..answers import page
from ..interface import PAGES, described
from ..terms import iris

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


def add(app: FastAPI) -> None:
    """Add the home page."""
    options = described("web.summary-home", *PAGES)
    app.add_api_route("/", home, tags=["pages"], **options)


async def home(request: Request) -> Response:
    """What the graph holds, by kind; what is most linked; the saved queries."""
    site: Site = request.state.site

    async def produce() -> str:
        kinds = await site.rows(request, "kinds", base=site.base)
        featured = await site.rows(request, "featured")
        labels = await site.labels(request, iris(featured))
        return site.pages.render(
            "home.html", request, kinds=kinds, featured=featured, labels=labels, queries=site.library.values()
        )

    return await page(request, produce)
