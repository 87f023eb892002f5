"""A text sent to be checked: as a body, in a form, as a file of a form, or at an address that may be fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ...errors import MalformedQuery, OutboundError, RefusedQuery
from ...federation.outbound import Bounds, Outbound
from ...federation.policy import Policy
from ...formats import TURTLE
from ..http.errors import TooLarge, UnsupportedMediaType
from ..http.request import Parameters, body, parameters

if TYPE_CHECKING:
    from fastapi import Request
    from python_multipart.multipart import Field, File

    from ...config import Settings

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
DIRECT = (*TURTLE.media_types, "text/plain", "application/octet-stream")
_FACTOR = 4  # a form percent-encodes: three bytes for one, and its other fields
_PARTS = 2  # a form in parts does not
_FIELDS = 20
_PLACE = re.compile(r"(?:[\w~-][\w.~-]*/)*[\w~-][\w.~-]*\.ttl\Z", re.ASCII)
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Submitted:
    """A text, what is asked to be mended in it, and the place to check it at; one that is empty is any."""

    text: bytes
    fix: str = ""
    place: str = ""


async def submitted(request: Request, settings: Settings) -> Submitted:
    """What a request sends.

    Raises MalformedQuery, TooLarge, UnsupportedMediaType, RefusedQuery for a host that may not be asked, and
    OutboundError when one does not give the text.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    most, asked = settings.limits.validate_bytes, parameters(request)
    files: dict[str, bytes] = {}
    given = asked.mapping()
    if media_type == FORM:
        given |= Parameters.read(await body(request, "validate_bytes", most, _FACTOR)).mapping()
    elif media_type == MULTIPART:
        content = await body(request, "validate_bytes", most, _PARTS)
        fields, files = _parts(request.headers["content-type"], content)
        given |= fields
    elif media_type in ("", *DIRECT):
        files["file"] = await body(request, "validate_bytes", most)
    else:
        raise UnsupportedMediaType("unsupported-media-type", media_type=media_type, accepted=TURTLE.media_type)
    # A browser sends the lines of a field with CRLF, whatever they ended with.
    text = files.get("file") or given.get("text", "").replace("\r\n", "\n").encode()
    if not text.strip() and given.get("url", "").strip():
        text = await _fetched(given["url"].strip(), settings)
    if not text.strip():
        raise MalformedQuery("validate-empty", type=TURTLE.media_type)
    if len(text) > most:
        raise TooLarge("too-large", limit="validate_bytes", value=most)
    return Submitted(text, given.get("fix", ""), _place(given.get("path", "").strip(), settings))


def _place(path: str, settings: Settings) -> str:
    """A path below the folder of the data, which it may begin with."""
    inside = path.removeprefix(f"{settings.folders.data}/")
    if inside and not _PLACE.match(inside):
        raise MalformedQuery("validate-path", path=path[:_SHOWN], folder=settings.folders.data)
    return inside


def _parts(content_type: str, content: bytes) -> tuple[dict[str, str], dict[str, bytes]]:
    """The fields and the files of a form (RFC 7578). Raises MalformedQuery."""
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import FormParser, parse_options_header

    _, options = parse_options_header(content_type)
    parts: list[tuple[str, bytes, bool]] = []

    def take(given: Field | File, value: bytes, *, is_file: bool) -> None:
        if len(parts) == _FIELDS:  # each takes some microseconds, and a body holds a hundred thousand
            raise FormParserError
        parts.append(((given.field_name or b"").decode(errors="replace"), value, is_file))

    def field(given: Field) -> None:
        take(given, given.value or b"", is_file=False)

    def file(given: File) -> None:
        given.file_object.seek(0)
        take(given, given.file_object.read(), is_file=True)

    try:
        bounds = {"MAX_MEMORY_FILE_SIZE": len(content) + 1}
        parser = FormParser(MULTIPART, field, file, boundary=options.get(b"boundary"), config=bounds)
        parser.write(content)
        parser.finalize()
        fields = {name: value.decode() for name, value, is_file in parts if not is_file}
    except (FormParserError, UnicodeDecodeError):
        raise MalformedQuery("validate-form") from None
    return fields, {name: value for name, value, is_file in parts if is_file}


async def _fetched(address: str, settings: Settings) -> bytes:
    """The file at an address of a host that is listed."""
    limits, hosts = settings.limits, settings.federation.files
    try:
        parts = urlsplit(address)
        host = parts.netloc.lower() if parts.scheme in ("http", "https") else ""
    except ValueError:
        host = ""
    if host not in hosts:
        raise RefusedQuery("validate-host", host=(host or address)[:_SHOWN], hosts=", ".join(hosts) or "–")
    outbound = Outbound(Policy.of(settings.federation.private, [address]))
    seconds = limits.validate_seconds
    try:
        answer = await outbound.fetch(
            address,
            Bounds(limits.validate_bytes, seconds, seconds, "validate_bytes"),
            headers={"accept": "text/turtle"},
        )
    finally:
        await outbound.close()
    if not answer.ok:
        raise OutboundError("validate-status", url=address, status=answer.status)
    return answer.body
