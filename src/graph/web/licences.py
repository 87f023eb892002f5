"""The pages about licences: all of them, one explained, two compared, which to choose for a work built on others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..licenses import answers

if TYPE_CHECKING:
    from fastapi import Request

    from .site import Site


PAGE = "licences.html"


async def told(request: Request, site: Site) -> dict[str, Any]:
    """Every licence of the graph."""
    language = site.language(request)
    licences = await site.licences(request)
    return {"licences": answers.table(licences, language), **answers.notice(language)}


async def compared(request: Request, site: Site, a: str, b: str) -> dict[str, Any]:
    """Whether a work under `a` may be reused in a work published under `b`. Raises QueryError."""
    licences = await site.licences(request)
    first, second = answers.named((a, b), licences, site.settings.limits.licence_characters)
    return answers.compat(first, second, licences, site.language(request))


async def explained(request: Request, site: Site, name: str) -> dict[str, Any]:
    """All there is to know of one licence. Raises QueryError."""
    licences = await site.licences(request)
    licence = answers.one(name, licences, site.settings.limits.licence_characters)
    return answers.explain(licence, licences, site.language(request))


async def chosen(request: Request, site: Site, built_on: Sequence[str]) -> dict[str, Any]:
    """What a work built on works under some licences may be published under. Raises QueryError."""
    licences = await site.licences(request)
    found = answers.named(built_on, licences, site.settings.limits.licence_characters)
    return answers.choose(found, licences, site.language(request))


async def page(request: Request, site: Site, **found: Any) -> str:
    """The page of the forms, of all licences, and of what was `compared` or `chosen`."""
    return site.pages.render(PAGE, request, problem=None, **await parts(request, site, **found))


async def parts(request: Request, site: Site, **found: Any) -> dict[str, Any]:
    """What the page is made of, found or not: an error keeps what was asked."""
    every = answers.table(await site.licences(request), site.language(request))
    blank = {"compared": None, "chosen": None, "a": "", "b": "", "built_on": ()}
    return {**blank, "licences": every, "word": _word(request, site), **found}


async def licence_page(request: Request, site: Site, name: str) -> str:
    """The page of one licence. Raises QueryError."""
    found = await explained(request, site, name)
    return site.pages.render("licence.html", request, found=found, word=_word(request, site))


def _word(request: Request, site: Site) -> dict[str, str]:
    """Each verdict, in words."""
    return answers.words(site.language(request))
