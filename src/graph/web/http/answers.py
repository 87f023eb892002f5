"""Answers with their validators: 304 before any evaluation, the same headers everywhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from starlette.responses import Response

from ...sparql.cache import key as cache_key
from ...sparql.canonical import canonical
from ..site import ClientGone, unless_gone
from .request import hops
from .running import Waiting
from .streamed import Streamed, Unpacked

if TYPE_CHECKING:
    from fastapi import Request

    from ...sparql.engine import Query
    from ...sparql.evaluation import Evaluation
    from ...sparql.spool import Reader
    from ..endpoint import Endpoint
    from ..site import Site

CACHE = "public, no-cache"  # a cache may keep it, and asks each time: the ETag answers without evaluation
FOREVER = "public, max-age=31536000, immutable"
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
    site: Site = request.state.site
    common = dict(headers or {})
    known = _if_none_match(request)
    if volatile:
        common["Cache-Control"] = "no-store"
    else:
        etag = site.etag(request, media_type, *key)
        common |= {"ETag": etag, "Last-Modified": site.last_modified, "Cache-Control": CACHE}
        if _matches(known, etag):
            return _kept(request, Response(status_code=304, headers=common))
    try:
        body = await unless_gone(request, produce())
    except ClientGone:
        return Response(status_code=CLIENT_CLOSED)
    common |= _told(request)
    if known == "*" and not volatile:  # any representation will do, once it is known that there is one
        return Response(status_code=304, headers=common)
    response = Response(body, 200, common, content_type(media_type))
    return response if volatile else _kept(request, response)


async def page(
    request: Request,
    produce: Callable[[], Awaitable[str]],
    *key: str,
    headers: Mapping[str, str] | None = None,
    volatile: bool = False,
) -> Response:
    """The same for an HTML page, which depends on the reader's language."""
    language = request.state.site.language(request)
    said = {"Content-Language": language, **(headers or {})}
    query = request.url.query
    return await answer(request, produce, "text/html", language, query, *key, headers=said, volatile=volatile)


async def evaluated(
    request: Request, query: Query, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer of a query: kept, or under way for someone else already, or evaluated now. Raises QueryError.

    The head is sent once the answer is whole, or longer than what is held back.
    """
    state = request.scope["state"]
    site: Site = state["site"]
    endpoint: Endpoint = request.app.state.endpoint
    common = dict(headers or {})
    name = b""
    if query.inspection.volatile:
        common["Cache-Control"] = "no-store"
        common.pop("Content-Location", None)
    else:
        dataset = ("\n".join(query.default_graphs), "\n".join(query.named_graphs))
        form = f"{media_type} {query.labels} {query.mark:d}"
        name = cache_key(site.edition, canonical(query.inspection.text), *dataset, query.base or "", form)
        common |= {
            "ETag": f'"{name.hex()}"',
            "Last-Modified": site.last_modified,
            "Cache-Control": FOREVER if state["pinned"] else CACHE,
        }
        known = _if_none_match(request)
        if known and _matches(known, common["ETag"]):
            return _kept(request, Response(status_code=304, headers=common))
        kept = endpoint.cache.get(name)
        if kept is not None and known == "*":
            return Response(status_code=304, headers=common)
        if kept is not None and kept.plain is not None:
            return _kept(request, Response(kept.plain, 200, common, content_type(media_type)))
        if kept is not None:
            return Unpacked(request, kept, common, content_type(media_type))
        body = site.engine.counted(query)
        if body is not None and known != "*":
            endpoint.cache.keep(name, body)
            return _kept(request, Response(body, 200, common, content_type(media_type)))
    return await _evaluate(request, endpoint, query, name, common, content_type(media_type))


async def gathered(request: Request, query: Query) -> Query:
    """The query once the servers of its SERVICEs have answered, listed while they are waited for. Raises QueryError."""
    if not query.waits:
        return query
    site: Site = request.state.site
    endpoint: Endpoint = request.app.state.endpoint
    waiting = Waiting(query, site.settings.limits.deadline_seconds)
    with endpoint.running.listed(request.headers.get("passerelles-query", ""), query.client, waiting, waiting):
        query = await waiting.until(site.engine.gathered(replace(query, hops=hops(request))))
    request.scope["state"]["service"] = query.told
    return query


def _told(request: Request) -> dict[str, str]:
    """The headers that say what an answer cost, and what other servers were asked, when they were."""
    state = request.scope["state"]
    told = {"Passerelles-Service": state["service"]} if state.get("service") else {}
    if "milliseconds" in state:
        told["Server-Timing"] = f"query;dur={state['milliseconds']:.1f}"
    return told


async def _evaluate(  # noqa: PLR0913, PLR0917 - what an answer is made of
    request: Request, endpoint: Endpoint, query: Query, name: bytes, headers: dict[str, str], media_type: str
) -> Response:
    site: Site = request.state.site
    star = bool(name) and _if_none_match(request) == "*"  # any representation will do, once there is one
    if query.waits:
        try:
            query = await unless_gone(request, gathered(request, query))
        except ClientGone:
            return Response(status_code=CLIENT_CLOSED)
        headers |= _told(request)
    submit = site.engine.submit
    evaluation = endpoint.cache.evaluation(name, query, submit) if name else submit(query)
    spool = evaluation.spool
    reader: Reader | None = spool.read()
    try:
        if not await reader.soon():
            asked = request.headers.get("passerelles-query", "")
            with endpoint.running.listed(asked, query.client, reader, evaluation) as identifier:
                headers["Passerelles-Query"] = identifier
                await unless_gone(request, reader.settled())
        if spool.complete and spool.in_memory:
            body = await reader.whole()
            if name and not endpoint.cache.keep(name, body):
                endpoint.behind(endpoint.cache.keep_compressed(name, spool))
            response = Response(status_code=304, headers=headers) if star else Response(body, 200, headers, media_type)
            return _kept(request, response) if name else response
        streamed = Streamed(request, reader, headers, media_type, partial(_streamed, endpoint, name, evaluation))
        reader = None  # it closes it
    except ClientGone:
        return Response(status_code=CLIENT_CLOSED)
    else:
        return streamed
    finally:
        if reader is not None:
            reader.close()
            if spool.ended:  # else others wait for it still
                endpoint.cache.ended(name, evaluation)


async def _streamed(endpoint: Endpoint, name: bytes, evaluation: Evaluation) -> None:
    """A large answer was sent, or not: who asked the same until now shares it, who asks later finds it kept."""
    if name and evaluation.spool.complete:
        await endpoint.cache.keep_compressed(name, evaluation.spool)
    endpoint.cache.ended(name, evaluation)


def _kept(request: Request, response: Response) -> Response:
    """Let the door say this again by itself."""
    request.scope["state"]["keep"] = True
    return response


def known_as(request: Request, etag: str) -> bool:
    """True when the client has what has this ETag, or takes whatever there is."""
    header = _if_none_match(request)
    return header == "*" or _matches(header, etag)


def _if_none_match(request: Request) -> str:
    method = request.scope["method"]
    return request.headers.get("if-none-match", "").strip() if method == "GET" else ""  # HEAD comes as one


def _matches(header: str, etag: str) -> bool:
    """True when If-None-Match names this ETag, in any coding; weakly, as section 13.1.2 of RFC 9110 wants."""
    return etag in (candidate.strip().removeprefix("W/") for candidate in header.split(","))
