"""The list of the guided paths."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ...texts import say
from . import available

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site


async def page(request: Request, site: Site) -> str:
    """The guides, each with what it is for."""
    return site.pages.render("guides.html", request, guides=await available(request, site))


async def as_json(request: Request, site: Site) -> str:
    """The same, for programs."""
    language, here = site.language(request), site.url(request)
    told = [
        {
            "name": guide.name,
            "title": say(language, f"web.{guide.title}"),
            "lead": say(language, f"web.{guide.lead}"),
            "href": here + guide.path,
        }
        for guide in await available(request, site)
    ]
    return json.dumps(told, ensure_ascii=False)
