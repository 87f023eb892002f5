"""What every answer has: its site, HEAD and OPTIONS, CORS for reads, security headers, its snapshot, its coding."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

from ...errors import MalformedQuery
from . import coding, memento

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Message, Receive, Scope, Send

    from ..endpoint import Endpoint
    from ..site import Site

    Handler = Callable[[Request], Awaitable[Response]]

VARY = b"Accept, Accept-Language, Accept-Encoding, Accept-Datetime"
EXPOSED = (
    b"Accept-Ranges, Content-Location, Content-Range, ETag, Last-Modified, Link, Memento-Datetime, "
    b"Passerelles-Query, Passerelles-Service, Passerelles-Snapshot, Repr-Digest, Retry-After"
)
POLICY = (
    b"default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"form-action 'self'; base-uri 'none'; "
    b"frame-ancestors 'none'"
)
#: What a request brings to its answer, before anything is known of it.
STATE = {"pinned": "", "memento": False, "keep": False, "private": False, "head": False}
COMMON = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", EXPOSED),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
)
_PINNED = re.compile(r"/snapshots/([0-9a-f]{8,64})(?=/)")
_NOT_MODIFIED, _PARTIAL, _FAILED = 304, 206, 400
_OF_NO_SNAPSHOT = (
    "/static/", "/errors/", "/docs", "/openapi.json", "/snapshots", "/feed", "/healthz", "/metrics", "/sparql/queries",
)  # fmt: skip
_OF_ONE = b"passerelles-query"  # the id of one request, of no meaning to the next
_ASIDE = 262_144  # bytes; coding more than this would keep the others waiting


class Envelope:
    """Finds the site of a request, turns HEAD into GET without its body, answers OPTIONS, adds the common headers.

    A failure nobody foresaw is answered here, so that its answer has them too. `request.state.accepted`
    is the moment the deadline of all the request's queries counts from. The addresses in `direct`, which
    programs ask all day, are answered without the detour through the routes.
    """

    def __init__(
        self,
        app: Callable[[Scope, Receive, Send], Awaitable[None]],
        application: FastAPI,
        endpoint: Endpoint,
        reply: Callable[[Request, Exception], Response],
        direct: Mapping[tuple[str, str], Handler],
    ) -> None:
        self.app = app
        self.application = application
        self.endpoint = endpoint
        self.reply = reply
        self.direct = direct

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        known = {"accepted": time.monotonic(), "site": self.endpoint.site, "head": scope["method"] == "HEAD"}
        state = {**scope.get("state", {}), **STATE, **known}
        scope = {**scope, "state": state, "app": self.application}
        headers = dict(scope["headers"])
        sent = _Sent(self.endpoint, scope, headers, send)
        if b"if-none-match" in headers:
            scope["headers"] = [sent.untagged(pair) for pair in scope["headers"]]
        try:
            await self._answer(scope, headers, receive, sent)
        except ClientDisconnect:
            return
        except Exception as error:
            if sent.finished:  # by the innermost of the routes, which answers what nobody foresaw and raises it again
                return
            if sent.started:
                raise
            await self.reply(Request(scope), error)(scope, receive, sent)
        finally:
            if sent.started:
                sent.note()

    async def _answer(self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, sent: _Sent) -> None:
        state = scope["state"]
        state["site"], state["pinned"] = await self._site(scope, headers)
        dated = bool(state["pinned"]) or b"accept-datetime" in headers
        state["memento"] = dated and not _of_no_snapshot(scope)
        _since(scope, headers)
        if scope["method"] == "OPTIONS":
            allowed = allowed_methods(self.application, scope)
            if allowed:
                await _options(scope, allowed)(scope, receive, sent)
                return
        elif scope["method"] == "HEAD":
            scope["method"] = "GET"
        if state["pinned"] and scope["path"].startswith("/feed", len(scope["root_path"])):  # it is of no snapshot
            headers = {"Location": "".join(memento.unpinned(scope)), "Cache-Control": "public, max-age=86400"}
            await Response(status_code=308, headers=headers)(scope, receive, sent)
            return
        handler = self.direct.get((scope["method"], scope["path"].removeprefix(scope["root_path"])))
        if handler is None:
            await self.app(scope, receive, sent)
        else:
            await (await handler(Request(scope, receive)))(scope, receive, sent)

    async def _site(self, scope: Scope, headers: Mapping[bytes, bytes]) -> tuple[Site, str]:
        """The site a request is for, and the prefix of its address when that names a snapshot."""
        root = scope["root_path"] = self.endpoint.prefix
        if not scope["path"].startswith(root) and scope["path"] != "*":  # a proxy took it away
            scope["path"] = root + scope["path"]
        timeline = self.endpoint.timeline
        if scope["path"].startswith("/snapshots/", len(root)):
            pinned = _PINNED.match(scope["path"], len(root))
            if pinned is not None:
                site = await timeline.site(pinned[1])
                scope["root_path"] = root + pinned[0]
                return site, pinned[0]
        asked = headers.get(b"accept-datetime")
        if asked is None:
            return timeline.current, ""
        try:
            return await timeline.at(_moment(asked)), ""
        except (ValueError, OverflowError):
            raise MalformedQuery("accept-datetime", given=asked.decode("latin-1")) from None


class _Sent:
    """What goes out for one request: the common headers, the coding, and what the door may say again."""

    def __init__(self, endpoint: Endpoint, scope: Scope, headers: Mapping[bytes, bytes], send: Send) -> None:
        self.started = self.finished = self._noted = False
        self._status = self._size = 0
        self._endpoint = endpoint
        self._scope = scope
        self._head_only = scope["method"] == "HEAD"
        self._coding = coding.chosen(headers.get(b"accept-encoding", b"").decode("latin-1"))
        self._if_none_match = headers.get(b"if-none-match", b"")
        self._send = send
        self._start: Message = {}
        self._encoder: coding.Encoder | None = None

    async def __call__(self, message: Message) -> None:
        """Send one message (ASGI): the head waits for the first part of the body, whose size decides on the coding."""
        kind = message["type"]
        self.finished = kind == "http.response.body" and not message.get("more_body", False)
        self._size += len(message.get("body", b""))
        if kind == "http.response.start":
            self.started = True
            self._status = message["status"]
            self._start = {**message, "headers": self._headers(message)}
            return
        if kind == "http.response.body" and self._start:
            await self._first(message)
        elif kind == "http.response.body":
            await self._send({**message, "body": await self._coded(message)})
            if self.finished:
                self.note()
        else:
            await self._send(message)

    async def _first(self, message: Message) -> None:
        start, self._start = self._start, {}
        body, more = message.get("body", b""), message.get("more_body", False)
        headers: list[tuple[bytes, bytes]] = start["headers"]
        named = dict(headers)
        if start["status"] == _NOT_MODIFIED:
            self._say_again(headers, named)
        elif (
            self._coding
            and start["status"] != _PARTIAL
            and (more or len(body) >= coding.SMALLEST)
            and coding.suits(named)
        ):
            if more:
                self._encoder = coding.encoder(self._coding)
                body = self._encoder.compress(body)
            elif len(body) > _ASIDE:
                body = await asyncio.to_thread(coding.encode, self._coding, body)
            else:
                body = coding.encode(self._coding, body)
            headers = [pair for pair in headers if pair[0] not in (b"content-length", b"etag")]
            headers.append((b"content-encoding", self._coding.encode()))
            if b"etag" in named:
                headers.append((b"etag", coding.tagged(named[b"etag"].decode("latin-1"), self._coding).encode()))
            if not more:
                headers.append((b"content-length", b"%d" % len(body)))
            start["headers"] = headers
        shown = b"" if self._head_only else body
        if more or not self._at_once(start["status"], headers, shown):
            await self._send(start)
            await self._send({**message, "body": shown})
        if not more:
            self.note()

    def untagged(self, header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
        """If-None-Match as the application knows its ETags, without the coding; any other header as it is."""
        name, value = header
        if name != b"if-none-match":
            return header
        return name, coding.untagged(value.decode("latin-1"), self._coding).encode("latin-1")

    def note(self) -> None:
        """It is over, however it ended: count it, once."""
        if not self._noted:
            self._noted = True
            self._endpoint.answered(self._scope, self._status, self._size)

    def _at_once(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> bool:
        """Send a whole response in one piece, where the door can, and let it remember it; tell if so."""
        state = self._scope["state"]
        respond = state.get("respond")
        lines = b"".join([b"%s: %s\r\n" % pair for pair in headers])
        names = [name for name, _ in headers]
        if respond is None or b"connection" in names or lines.count(b"\n") != len(headers):  # for uvicorn to see to
            return False
        if not respond(status, lines, body):
            return False
        if state["keep"] and state["request_key"] is not None:
            kept = b"".join([b"%s: %s\r\n" % pair for pair in headers if pair[0] != _OF_ONE])
            self._endpoint.known.put(state["request_key"], state["site"].snapshot.id, (status, kept, body))
        return True

    def _say_again(self, headers: list[tuple[bytes, bytes]], named: Mapping[bytes, bytes]) -> None:
        """Not modified: the ETag is that of the form the client has."""
        if self._coding and b"etag" in named:
            etag = coding.tagged(named[b"etag"].decode("latin-1"), self._coding).encode()
            if etag in self._if_none_match:
                headers[headers.index((b"etag", named[b"etag"]))] = (b"etag", etag)

    async def _coded(self, message: Message) -> bytes:
        body: bytes = message.get("body", b"")
        if self._encoder is not None:
            body = await asyncio.to_thread(self._encoder.compress, body)
            if not message.get("more_body", False):
                body += self._encoder.flush()
        return b"" if self._head_only else body

    def _headers(self, message: Message) -> list[tuple[bytes, bytes]]:
        headers = list(message.get("headers", ()))
        names = {name for name, _ in headers}
        headers.extend(COMMON if not self._scope["state"]["private"] else COMMON[2:])
        if b"vary" not in names:
            headers.append((b"vary", VARY))
        if b"content-security-policy" not in names:
            headers.append((b"content-security-policy", POLICY))
        site: Site = self._scope["state"]["site"]
        headers.append((b"passerelles-snapshot", site.snapshot.id.encode()))
        if self._scope["state"]["memento"] and message["status"] < _FAILED:
            headers.append((b"memento-datetime", site.last_modified.encode()))
            headers.extend(memento.links(self._scope))
        return headers


def _moment(header: bytes) -> datetime:
    """The moment a header names. Raises ValueError and OverflowError for what is no date."""
    moment = parsedate_to_datetime(header.decode("latin-1"))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _of_no_snapshot(scope: Scope) -> bool:
    """True for the addresses whose answers are of the software, of the server, or of every snapshot."""
    return bool(scope["path"].startswith(_OF_NO_SNAPSHOT, len(scope["root_path"])))


def _since(scope: Scope, headers: Mapping[bytes, bytes]) -> None:
    """Where If-Modified-Since names the date of the snapshot, any representation will do.

    It counts without If-None-Match only, and when it is a date (RFC 9110, sections 13.1.3 and 13.2.2). A later one
    says nothing: an older snapshot may have been put in force since.
    """
    since, state = headers.get(b"if-modified-since"), scope["state"]
    if since is None or b"if-none-match" in headers or _of_no_snapshot(scope):
        return
    with suppress(ValueError, OverflowError):
        if state["site"].created.replace(microsecond=0) == _moment(since):
            scope["headers"] = [*scope["headers"], (b"if-none-match", b"*")]


def _options(scope: Scope, allowed: list[str]) -> Response:
    names = ", ".join(allowed)
    reads = ", ".join(method for method in allowed if method != "DELETE")  # nobody stops a query from another's page
    headers = {"Allow": names, "Access-Control-Allow-Methods": reads, "Access-Control-Max-Age": "86400"}
    for name, value in scope["headers"]:
        if name == b"access-control-request-headers":
            headers["Access-Control-Allow-Headers"] = value.decode("latin-1")
    return Response(status_code=204, headers=headers)


def allowed_methods(application: FastAPI, scope: Scope) -> list[str]:
    """The methods of an address, or of any for `*`; empty when it does not exist."""
    methods: set[str] = set()
    for method in ("GET", "DELETE"):
        for route in application.routes:
            match, _ = route.matches({**scope, "method": method})
            if match is not Match.NONE or scope["path"] == "*":
                methods |= getattr(route, "methods", None) or {"GET"}
    methods |= {"HEAD"} if "GET" in methods else set()
    return sorted(methods | {"OPTIONS"}) if methods else []
