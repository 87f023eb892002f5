"""A page for people and JSON for programs at one address: which of the two is asked for, by name or by Accept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from .answers import answer, page
from .conneg import HTML, JSON, chosen, negotiate
from .parameter import one_of, parameter
from .request import parameters

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from .conneg import Offer

#: The parameter that names one of the two, for the description of the interface.
FORMAT = parameter("format", one_of((HTML.name, JSON.name)))


async def told(
    request: Request,
    shown: Callable[[], Awaitable[str]],
    found: Callable[[], Awaitable[bytes | str]],
    *key: str,
    first: Offer = JSON,
) -> Response:
    """The page or the JSON, in the reader's language; `first` for who takes anything.

    `key` is what decides their bytes beside that. Raises NotAcceptable.
    """
    offers = (first, *(each for each in (HTML, JSON) if each is not first))
    name = (parameters(request).one("format") or "").lower()
    named = next((offer for offer in offers if offer.name == name), None)
    choice = chosen(named) if named is not None else negotiate(request.headers.get("accept"), offers)
    if choice.name == HTML.name:
        return await page(request, shown, *key)
    language = request.state.site.language(request)
    said = {"Content-Language": language}
    return await answer(request, found, choice.media_type, language, request.url.query, *key, headers=said)
