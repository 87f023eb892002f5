"""What every answer has: HEAD and OPTIONS, CORS for reads, security headers, the snapshot's name."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

VARY = "Accept, Accept-Language, Accept-Encoding"
EXPOSED = "Content-Location, ETag, Last-Modified, Link, Passerelles-Snapshot, Retry-After"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class Envelope:
    """Turns HEAD into GET without its body, answers OPTIONS, and puts the common headers on.

    A failure nobody foresaw is answered here, so that its answer has them too. `request.state.accepted`
    is the moment the deadline of all the request's queries counts from.
    """

    def __init__(
        self,
        app: ASGIApp,
        application: FastAPI,
        snapshot_id: str,
        unforeseen: Callable[[Request, Exception], Response],
    ) -> None:
        self.app = app
        self.application = application
        self.snapshot_id = snapshot_id
        self.unforeseen = unforeseen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method = scope["method"]
        scope = {**scope, "state": {**scope.get("state", {}), "accepted": time.monotonic()}}
        started = False

        async def wrapped(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._headers(MutableHeaders(scope=message))
            elif method == "HEAD" and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        if method == "OPTIONS":
            allowed = allowed_methods(self.application, scope)
            if allowed:
                await self._options(scope, allowed)(scope, receive, wrapped)
                return
        if method == "HEAD":
            scope = {**scope, "method": "GET"}
        try:
            await self.app(scope, receive, wrapped)
        except Exception as error:
            if started:
                raise
            await self.unforeseen(Request(scope), error)(scope, receive, wrapped)

    def _headers(self, headers: MutableHeaders) -> None:
        headers["Vary"] = VARY
        headers["Access-Control-Allow-Origin"] = "*"
        headers["Access-Control-Expose-Headers"] = EXPOSED
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
        headers["Passerelles-Snapshot"] = self.snapshot_id
        headers.setdefault("Content-Security-Policy", POLICY)

    @staticmethod
    def _options(scope: Scope, allowed: list[str]) -> Response:
        names = ", ".join(allowed)
        headers = {"Allow": names, "Access-Control-Allow-Methods": names, "Access-Control-Max-Age": "86400"}
        for name, value in scope["headers"]:
            if name == b"access-control-request-headers":
                headers["Access-Control-Allow-Headers"] = value.decode("latin-1")
        return Response(status_code=204, headers=headers)


def allowed_methods(application: FastAPI, scope: Scope) -> list[str]:
    """The methods of an address; empty when it does not exist."""
    methods: set[str] = set()
    for route in application.routes:
        match, _ = route.matches({**scope, "method": "GET"})
        if match is not Match.NONE:
            methods |= getattr(route, "methods", None) or {"GET"}
    return sorted(methods | {"HEAD", "OPTIONS"}) if methods else []
