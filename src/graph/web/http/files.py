"""Files as they are on disk: in parts, with ranges (RFC 9110, section 14) and their digest (RFC 9530)."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response, StreamingResponse

from .answers import CACHE, FOREVER, known_as
from .coding import ZSTD, chosen, tagged
from .errors import RangeRefused

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.types import Message, Receive, Scope, Send

_REFUSED = (400, 416)  # what Starlette answers, in plain text, to ranges that say nothing or are beyond the file


def file(  # noqa: PLR0913 - what a file is
    request: Request, path: Path, media_type: str, sha256: str, *, modified: str, immutable: bool, packed: bool = False
) -> Response:
    """The file at `path`, or 304 when the client has it; `sha256` is its digest, in hexadecimal.

    `packed` is one that zstd made of what the media type says, for a client that takes it so.
    """
    etag = f'"{sha256}"'
    headers = {
        "ETag": tagged(etag, ZSTD) if packed else etag,
        "Last-Modified": modified,
        "Cache-Control": FOREVER if immutable else CACHE,
        "Accept-Ranges": "bytes",
        "Repr-Digest": f"sha-256=:{b64encode(bytes.fromhex(sha256)).decode()}:",
    }
    if packed:
        headers["Content-Encoding"] = ZSTD
    if known_as(request, etag):  # whatever the coding
        return Response(status_code=304, headers=headers)
    return File(path, headers=headers, media_type=media_type)


def unpacked(  # noqa: PLR0913 - what a file is
    request: Request, parts: Iterator[bytes], length: int, media_type: str, sha256: str, *, modified: str
) -> Response:
    """What `parts` gives, which never changes, or 304 when the client has it; `sha256` is that of its packed form.

    It is so many bytes long, which is said where it is sent as it is.
    """
    headers = {"ETag": f'"{sha256}"', "Last-Modified": modified, "Cache-Control": FOREVER}
    if known_as(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if not chosen(request.headers.get("accept-encoding", "")):
        headers["Content-Length"] = str(length)
    return StreamingResponse(_each(iter(()) if request.state.head else parts), 200, headers, media_type)


async def _each(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (part := await asyncio.to_thread(next, parts, None)) is not None:
        if part:  # of a packed file, some parts give nothing yet
            yield part


class Ranged(FileResponse):
    """A file, of which a range that cannot be given is refused as everything else is."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it (ASGI). Raises RangeRefused."""
        refused = False

        async def sent(message: Message) -> None:
            nonlocal refused
            refused = refused or message.get("status", 200) in _REFUSED
            if not refused:
                await send(message)

        await super().__call__(scope, receive, sent)
        if refused:
            size = self.headers["content-length"]
            raise RangeRefused("range-refused", size=size, headers={"Content-Range": f"bytes */{size}"})


class File(Ranged):
    """A file, of which HEAD is answered without reading it: the envelope has made a GET of it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it (ASGI). Raises RangeRefused."""
        await super().__call__({**scope, "method": "HEAD"} if scope["state"]["head"] else scope, receive, send)
