"""Content codings (RFC 9110, section 8.4): zstd, br, gzip. A strong ETag says the coding, for the bytes differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol

ZSTD = "zstd"
CODINGS = (ZSTD, "br", "gzip")  # on equal terms, the first
SMALLEST = 1_024  # bytes; a smaller answer would hardly shrink
_BROTLI, _GZIP, _ZSTD = 4, 5, 3  # levels at which each takes some 10 ms a megabyte
_CODED_TYPES = (b"text/", b"application/")
_ARCHIVES = (b"application/zstd", b"application/gzip")


class Encoder(Protocol):
    """Takes an answer part by part."""

    def compress(self, part: bytes) -> bytes:
        """What of the coded answer is ready."""

    def flush(self) -> bytes:
        """The end of it."""


@lru_cache(maxsize=256)
def chosen(accept_encoding: str) -> str:
    """The coding an Accept-Encoding header prefers among ours; empty for none. `identity;q=0` is not enforced."""
    weights: dict[str, float] = {}
    for item in accept_encoding.lower().split(","):
        name, _, parameters = item.strip().partition(";")
        quality = parameters.strip().removeprefix("q=") if parameters else "1"
        try:
            weights[name.strip()] = float(quality)
        except ValueError:
            weights[name.strip()] = 0.0
    if "x-gzip" in weights:
        weights.setdefault("gzip", weights["x-gzip"])
    rest = weights.get("*", 0.0)
    best = max(CODINGS, key=lambda name: weights.get(name, rest))
    quality = weights.get(best, rest)
    return best if quality > 0 and quality >= weights.get("identity", 0.0) else ""


def encoder(coding: str) -> Encoder:
    """An encoder of that name."""
    made: Callable[[], Any] = {"br": _brotli, "gzip": _gzip, "zstd": _zstd}[coding]
    return made()  # type: ignore[no-any-return]


def encode(coding: str, body: bytes) -> bytes:
    """A whole answer, coded."""
    work = encoder(coding)
    return work.compress(body) + work.flush()


def suits(headers: Mapping[bytes, bytes]) -> bool:
    """True for the headers of what shrinks and is not coded yet: everything here but images and archives."""
    content_type = headers.get(b"content-type", b"")
    plain = b"content-encoding" not in headers and content_type not in _ARCHIVES
    return plain and (content_type.startswith(_CODED_TYPES) or b"xml" in content_type)


def tagged(etag: str, coding: str) -> str:
    """The ETag of the coded form of what has this ETag."""
    return f'{etag[:-1]}-{coding}"'


def untagged(if_none_match: str, coding: str) -> str:
    """If-None-Match, each ETag of this coding without it; those of the others are of other representations."""
    return if_none_match.replace(f'-{coding}"', '"') if coding else if_none_match


def _brotli() -> Any:
    import brotli

    class Brotli:
        """The names of the others."""

        def __init__(self) -> None:
            self._compressor = brotli.Compressor(quality=_BROTLI)

        def compress(self, part: bytes) -> bytes:
            return bytes(self._compressor.process(part))

        def flush(self) -> bytes:
            return bytes(self._compressor.finish())

    return Brotli()


def _gzip() -> Any:
    import zlib

    return zlib.compressobj(_GZIP, zlib.DEFLATED, zlib.MAX_WBITS | 16)


def _zstd() -> Any:
    from zstandard import ZstdCompressor

    return ZstdCompressor(level=_ZSTD).compressobj()
