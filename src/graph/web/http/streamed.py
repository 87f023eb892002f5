"""An answer sent while it comes: whole, or broken off so that nobody takes a part for the whole."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.responses import Response

from ...errors import QueryError
from ...sparql.cache import Kept
from ...sparql.spool import READ_BYTES
from ..site import ClientGone, unless_gone
from . import coding

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.types import Receive, Scope, Send

    from ...sparql.spool import Reader


class Streamed(Response):
    """The parts of a reader, which it closes; `ended` is called before, whether or not all went out.

    Its trailer says `Passerelles-Status: complete`. When the evaluation fails on its way, the message is left
    without its end, and the connection closed.
    """

    def __init__(
        self,
        request: Request,
        reader: Reader,
        headers: Mapping[str, str],
        media_type: str,
        ended: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(None, 200, headers, media_type)
        self._request = request
        self._reader = reader
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the protocol's signature
        """Send it (ASGI)."""
        spool = self._reader.spool
        headers = [(name, value) for name, value in self.raw_headers if name != b"content-length"]
        try:
            if scope["http_version"] == "1.0":  # which knows no chunks
                await unless_gone(self._request, self._reader.ended())
            if spool.complete:
                headers.append((b"content-length", b"%d" % spool.size))
            else:
                headers.append((b"trailer", b"Passerelles-Status"))
            start = {"type": "http.response.start", "status": 200, "headers": headers, "trailers": not spool.complete}
            await send(start)
            await unless_gone(self._request, self._parts(send, trailer=not spool.complete))
        except ClientGone:
            return
        finally:
            await self._ended()
            self._reader.close()

    async def _parts(self, send: Send, *, trailer: bool) -> None:
        broken = False
        try:
            async for part in self._reader:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        except QueryError:
            broken = True
        else:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        if trailer:
            await send({"type": "http.response.trailers", "headers": [], "broken": broken})


class Unpacked(Response):
    """A large answer that is kept compressed: as it is for who takes zstd, else unpacked part by part."""

    def __init__(self, request: Request, kept: Kept, headers: dict[str, str], media_type: str) -> None:
        if coding.chosen(request.headers.get("accept-encoding", "")) == coding.ZSTD:
            headers["ETag"] = coding.tagged(headers["ETag"], coding.ZSTD)
            headers["Content-Encoding"] = coding.ZSTD
            kept = Kept(len(kept.compressed), kept.compressed)  # which is what goes out
        self._kept = kept
        super().__init__(None, 200, headers, media_type)
        self._request = request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the protocol's signature
        """Send it (ASGI)."""
        headers = [(name, value) for name, value in self.raw_headers if name != b"content-length"]
        headers.append((b"content-length", b"%d" % self._kept.size))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        with suppress(ClientGone):
            await unless_gone(self._request, self._parts(self._kept, send))

    @staticmethod
    async def _parts(kept: Kept, send: Send) -> None:
        for whole in kept.parts():
            for at in range(0, len(whole), READ_BYTES):
                await send({"type": "http.response.body", "body": whole[at : at + READ_BYTES], "more_body": True})
            await asyncio.sleep(0)  # a large answer is no reason to keep the others waiting
        await send({"type": "http.response.body", "body": b"", "more_body": False})
