"""The card of each page, as an image: of a thing its own, of any other page that of the site."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...texts import say
from ..cards import MEDIA_TYPE, Card
from ..http.answers import answer
from ..http.errors import NoSuchPage
from ..interface import READ, described
from ..thing import naming
from ..thing import page as thing

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site

_MAKERS = 3  # as many are named


def add(app: FastAPI) -> None:
    """Add `/card.png` and `/id/….png`."""
    options = described("web.summary-card", MEDIA_TYPE)
    app.add_api_route("/card.png", of_site, tags=["pages"], **options)
    options = described("web.summary-card", MEDIA_TYPE, statuses=(*READ, 410))
    app.add_api_route("/id/{path:path}.png", of_thing, tags=["things"], **options)


async def of_site(request: Request) -> Response:
    """The card of the site."""
    site: Site = request.state.site
    language = site.language(request)

    async def produce() -> bytes:
        card = Card(say(language, "web.tagline"), "", "", site.pages.view(request, {}).title)
        return await site.pages.cards.drawn(card)

    return await _answer(request, produce)


async def of_thing(request: Request, path: str) -> Response:
    """The card of a thing. Raises NoSuchThing, ThingGone and Overloaded."""
    site: Site = request.state.site
    iri = thing.checked(site.iri(path))

    async def produce() -> bytes:
        name, _, _, facts = await naming.described(request, site, iri)
        makers = [each for made in facts.makers[:1] for each in made.values[:_MAKERS]]
        named = {name, *(each.value for each in (*facts.types, *makers) if each.is_iri)}
        view = site.pages.view(request, await site.labels(request, named))
        title = facts.title.value if facts.title else view.label(name)
        kind = next((view.label(each.value) for each in facts.types), "")
        maker = ", ".join(view.label(each.value) if each.is_iri else each.value for each in makers)
        return await site.pages.cards.drawn(Card(title, kind, maker, view.title))

    return await _answer(request, produce)


async def _answer(request: Request, produce: Callable[[], Awaitable[bytes]]) -> Response:
    """The image, in the reader's language. Raises NoSuchPage where there are no fonts to draw with."""
    site: Site = request.state.site
    if not site.pages.cards:
        raise NoSuchPage("no-such-page", path=request.url.path)
    language = site.language(request)
    return await answer(request, produce, MEDIA_TYPE, language, headers={"Content-Language": language})
