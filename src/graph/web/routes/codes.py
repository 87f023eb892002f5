"""The codes, each at the address that problems give as their type and findings as their help."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...errors import HELP
from ...texts import say
from ..http.answers import answer, page
from ..http.conneg import HTML, JSON, negotiate
from ..http.errors import NoSuchPage
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ...report.explanations import Explanation
    from ..site import Site


def add(app: FastAPI) -> None:
    """Add `/errors/…`."""
    options = described("web.summary-code", *JSON.media_types, *PAGES)
    app.add_api_route("/errors/{code}", meaning, tags=["service"], **options)


async def meaning(request: Request, code: str) -> Response:
    """What a code says, why that matters, what to do. Raises NoSuchPage."""
    site: Site = request.state.site
    language = site.language(request)

    async def explanation() -> Explanation:
        return await asyncio.to_thread(_explained, code, language)

    async def shown() -> str:
        found = await explanation()
        return site.pages.render("code.html", request, found=found, cure=say(language, "explain.do"))

    async def produce() -> str:
        found = asdict(await explanation())
        examples = [{"title": title, "text": text} for title, text in found.pop("examples")]
        return json.dumps({"type": HELP + code, **found, "examples": examples}, ensure_ascii=False)

    choice = negotiate(request.headers.get("accept"), (JSON, HTML))
    if choice.name == HTML.name:
        return await page(request, shown)
    return await answer(request, produce, choice.media_type, language, headers={"Content-Language": language})


def _explained(code: str, language: str) -> Explanation:
    from ...report.explanations import codes, explained  # all the rules of the gate: a tenth of a second, once

    if code not in codes():
        raise NoSuchPage("no-such-page", path=f"/errors/{code}")
    return explained(code, language)
