"""What stands before a page that writes: it is for who sits at this machine, and for nobody else."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from ...texts import say

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

HOST = "127.0.0.1"
_NAMES = (HOST, "localhost")
_BODY = 65_536  # bytes of a form
_SECURITY = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",  # `no-referrer` would make the origin of our own forms null
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


class Guard:
    """Lets in who knows the address, by the loopback's own name, with forms of our own pages only (ASGI)."""

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}" for name in _NAMES}
        self._prefix = f"/{token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}

        async def secured(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                added = [(name.encode(), value.encode()) for name, value in _SECURITY.items()]
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal is not None:
            status, key = refusal
            members = {"type": "about:blank", "title": say("en", key), "status": status}
            reply = Response(json.dumps(members), status, media_type="application/problem+json")
            await reply(scope, receive, secured)
            return
        await self._app({**scope, "root_path": self._prefix}, receive, secured)

    def _refusal(self, scope: Scope, headers: Mapping[str, str]) -> tuple[int, str] | None:
        """Why a request is refused, if it is."""
        host = headers.get("host", "").lower()
        if host not in self._hosts:
            return 421, "review.host"
        given = scope["path"].encode()[: len(self._prefix)]
        rest = scope["path"][len(self._prefix) :]
        if not secrets.compare_digest(given, self._prefix.encode()) or not rest.startswith("/"):
            return 404, "review.address"
        if scope["method"] not in ("GET", "HEAD"):
            if (
                headers.get("origin") != f"http://{host}"
                or headers.get("sec-fetch-site", "same-origin") != "same-origin"
            ):
                return 403, "review.origin"
            if headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
                return 415, "review.form"
            length = headers.get("content-length", "")
            if not length.isdigit() or int(length) > _BODY:
                return 413, "review.form"
        return None
