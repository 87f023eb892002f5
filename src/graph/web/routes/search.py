"""`/search`: things by their words; suggestions while typing; what tells browsers how to search here (OpenSearch)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...texts import say
from ..browsing import search as view
from ..http.answers import answer
from ..http.conneg import JSON
from ..http.parameter import PAGE, parameter
from ..http.twofold import FORMAT, told
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site

DESCRIPTION, SUGGESTIONS = "application/opensearchdescription+xml", "application/x-suggestions+json"
_SHORT = 16  # characters of a ShortName (OpenSearch 1.1, section 4.2.2)


def add(app: FastAPI) -> None:
    """Add `/search`, `/search/suggest` and `/opensearch.xml`."""
    text, kind = (parameter(name) for name in ("q", "kind"))
    options = described("web.summary-search", *JSON.media_types, *PAGES, parameters=[text, kind, PAGE, FORMAT])
    app.add_api_route("/search", found, tags=["search"], **options)
    options = described("web.summary-suggest", SUGGESTIONS, parameters=[text])
    app.add_api_route("/search/suggest", suggested, tags=["search"], **options)
    options = described("web.summary-opensearch", DESCRIPTION)
    app.add_api_route("/opensearch.xml", description, tags=["search"], **options)


async def found(request: Request) -> Response:
    """The things that answer `q` and the filters; without any, all of them.

    Raises LimitExceeded, MalformedQuery, and SnapshotError where the snapshot has no index.
    """
    site: Site = request.state.site
    return await told(request, lambda: view.page(request, site), lambda: view.in_json(request, site))


async def suggested(request: Request) -> Response:
    """Names that `q` may become, in the form of OpenSearch Suggestions. Raises SnapshotError."""
    return await _answer(request, lambda: view.suggestions(request, request.state.site), SUGGESTIONS)


async def description(request: Request) -> Response:
    """How to search here, for browsers (OpenSearch 1.1)."""
    site: Site = request.state.site

    async def produce() -> str:
        about = say(site.language(request), "web.search-description")
        title = site.title[:_SHORT]
        return site.pages.render("opensearch.xml", request, address=site.url(request), title=title, description=about)

    return await _answer(request, produce, DESCRIPTION)


async def _answer(request: Request, produce: Callable[[], Awaitable[bytes | str]], media_type: str) -> Response:
    """An answer in the reader's language."""
    language = request.state.site.language(request)
    said = {"Content-Language": language}
    return await answer(request, produce, media_type, language, request.url.query, headers=said)
