"""Answers with their validators: 304 before any evaluation, the same headers everywhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from starlette.responses import Response

from .site import ClientGone, unless_gone

if TYPE_CHECKING:
    from fastapi import Request

    from .site import Site

CACHE = "public, no-cache"  # a cache may keep it, and asks each time: the ETag answers without evaluation
CLIENT_CLOSED = 499


def content_type(media_type: str) -> str:
    """A media type with its charset where one is due."""
    charset = media_type.startswith("text/") or media_type in ("application/xhtml+xml", "application/n-triples")
    return f"{media_type}; charset=utf-8" if charset else media_type


async def answer(
    request: Request,
    produce: Callable[[], Awaitable[bytes | str]],
    media_type: str,
    *key: str,
    headers: Mapping[str, str] | None = None,
    volatile: bool = False,
) -> Response:
    """The representation `produce` makes, or 304 when the client has it; `key` is all that decides its bytes."""
    site: Site = request.app.state.site
    common = dict(headers or {})
    exists = False
    if volatile:
        common["Cache-Control"] = "no-store"
    else:
        etag = site.etag(request, media_type, *key)
        common |= {"ETag": etag, "Last-Modified": site.last_modified, "Cache-Control": CACHE}
        known = request.headers.get("if-none-match", "").strip() if request.method == "GET" else ""  # HEAD comes as one
        if _matches(known, etag):
            return Response(status_code=304, headers=common)
        exists = known == "*"
    try:
        body = await unless_gone(request, produce())
    except ClientGone:
        return Response(status_code=CLIENT_CLOSED)
    if exists:  # any representation will do, once it is known that there is one
        return Response(status_code=304, headers=common)
    return Response(body, 200, common, content_type(media_type))


async def page(
    request: Request,
    produce: Callable[[], Awaitable[str]],
    *key: str,
    headers: Mapping[str, str] | None = None,
    volatile: bool = False,
) -> Response:
    """The same for an HTML page, which depends on the reader's language."""
    language = request.app.state.site.language(request)
    said = {"Content-Language": language, **(headers or {})}
    query = request.url.query
    return await answer(request, produce, "text/html", language, query, *key, headers=said, volatile=volatile)


def _matches(header: str, etag: str) -> bool:
    """True when If-None-Match names this ETag; weakly, as section 13.1.2 of RFC 9110 wants."""
    return etag in (candidate.strip().removeprefix("W/") for candidate in header.split(","))
