"""Reading a request: its parameters, strictly UTF-8, its body, never beyond a limit, and what it wants back."""

from __future__ import annotations

import asyncio
import re
from binascii import a2b_qp
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from ...errors import MalformedQuery
from ...federation.gateway import HOPS
from ...formats import Format, by_name
from ...sparql.terms import is_iri
from .addresses import LONGEST, encoded
from .clients import client_of
from .conneg import HTML, Choice, chosen, negotiate, offer
from .errors import RequestTimeout, TooLarge, UnsupportedMediaType
from .running import NAME

if TYPE_CHECKING:
    from fastapi import Request

_FIELDS = 1_000
_VALUE = rb"[A-Za-z-]+=(?:[A-Za-z0-9._~!$'()*,;:@/?+-]|%[0-9A-Fa-f]{2})*+"
_PLAIN = re.compile(_VALUE + rb"(?:&" + _VALUE + rb"){0,9}")  # what most clients send
_LONGEST_CHOICE = 400  # characters worth remembering of an Accept header, or of a name: a browser's header has 150


class Parameters:
    """Parameters in order; a name may come several times."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = list(pairs)
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    @classmethod
    def read(cls, encoded: bytes) -> Parameters:
        """Those of a query string or a form. Raises MalformedQuery when they are not UTF-8."""
        try:
            if _PLAIN.fullmatch(encoded):
                return cls([_pair(part) for part in encoded.split(b"&")])
            if encoded.count(b"&") >= _FIELDS:
                raise MalformedQuery("too-many-fields", count=_FIELDS)
            text = encoded.decode("ascii")
            return cls(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS))
        except ValueError:  # UnicodeDecodeError is one, and so is a form of a thousand fields
            raise MalformedQuery("query-encoding") from None

    def all(self, name: str) -> list[str]:
        """Every value of a name."""
        return self._values.get(name, [])

    def one(self, name: str) -> str | None:
        """The last value of a name, or None."""
        values = self._values.get(name)
        return values[-1] if values else None

    def iris(self, name: str) -> tuple[str, ...]:
        """The absolute IRIs given under a name. Raises MalformedQuery."""
        if name not in self._values:
            return ()
        for value in self.all(name):
            if not is_iri(value):
                raise MalformedQuery("dataset-iri", iri=value, parameter=name)
        return tuple(dict.fromkeys(self.all(name)))

    def mapping(self) -> dict[str, str]:
        """The last value of each name."""
        return dict(self.pairs)


def _pair(part: bytes) -> tuple[str, str]:
    """A name and its value; percent-encoding is quoted-printable with another sign, which is read ten times faster."""
    name, _, value = part.partition(b"=")
    return name.decode(), a2b_qp(value.replace(b"+", b" ").replace(b"%", b"=")).decode()


def parameters(request: Request) -> Parameters:
    """The parameters of the address."""
    return Parameters.read(request.scope["query_string"])


def asked(request: Request) -> dict[str, Any]:
    """Who asks a query, and since when: the fields of a Query that say so. Raises MalformedQuery for a wrong id."""
    name = request.headers.get("passerelles-query")
    if name and not NAME.match(name):
        raise MalformedQuery("query-id", id=name[:64])
    state = request.scope["state"]
    return {"accepted": state["accepted"], "client": client_of(request.scope, state["site"].settings.server)}


def hops(request: Request) -> int:
    """How many other servers sent this on, one to the next, because of a SERVICE. Raises MalformedQuery."""
    said = request.headers.get(HOPS.lower(), "0")
    if not re.fullmatch(r"\d{1,3}", said, re.ASCII):
        raise MalformedQuery("hops", value=said[:64])
    return int(said)


def pinned(request: Request, meant: Mapping[str, str] | None = None) -> dict[str, str]:
    """The header that says where this answer stays as it is, with what some of the parameters were taken to mean."""
    scope, state = request.scope, request.scope["state"]
    query = scope["query_string"].decode("latin-1")
    pairs = parameters(request).pairs if meant else []
    if meant and any(meant.get(name, value) != value for name, value in pairs):
        query = urlencode([(name, meant.get(name, value)) for name, value in pairs])
    if state["pinned"] or scope["method"] != "GET" or len(query) > LONGEST:
        return {}
    root = scope["root_path"]
    path = scope["path"].removeprefix(root)
    if path != "/sparql":
        path = encoded(path)
    query = f"?{query}" if query else ""
    return {"Content-Location": f"{root}/snapshots/{state['site'].snapshot.id}{path}{query}"}


async def body(request: Request, limit: str, value: int, times: int = 1) -> bytes:
    """The body. Raises TooLarge beyond so many times the bytes of the limit of that name, and for a coded one.

    The error is an UnsupportedMediaType for that (RFC 9110, section 8.4).
    """
    media_type, coding = (request.headers.get(name, "") for name in ("content-type", "content-encoding"))
    if coding.strip().lower() not in ("", "identity"):
        raise UnsupportedMediaType("unsupported-media-type", media_type=f"{media_type}, {coding}", accepted="identity")
    most = value * times
    declared = request.headers.get("content-length", "")
    received = bytearray()
    if not (declared.isdigit() and int(declared) > most):
        seconds = request.state.site.settings.limits.body_seconds
        try:
            async with asyncio.timeout(seconds):
                async for chunk in request.stream():
                    received += chunk
                    if len(received) > most:
                        break
                else:
                    return bytes(received)
        except TimeoutError:
            raise RequestTimeout("body-late", seconds=f"{seconds:g}", headers={"Connection": "close"}) from None
    raise TooLarge("too-large", limit=limit, value=value, headers={"Connection": "close"})


def wanted(request: Request, formats: Sequence[Format], name: str | None, *, html: bool = True) -> Choice:
    """What to answer with: the format called `name` when it is one of these, else by the Accept header.

    A name that means nothing here is ignored: clients send all sorts.
    """
    accept = request.headers.get("accept")
    known = max(len(accept or ""), len(name or "")) <= _LONGEST_CHOICE
    return (_choice if known else _choice.__wrapped__)(accept, tuple(formats), name, html=html)


def named(formats: tuple[Format, ...], name: str | None, *, html: bool = True) -> Choice | None:
    """The format called `name` when it is one of these; None for a name that means nothing here."""
    if name and html and name.lower() == HTML.name:
        return chosen(HTML)
    found = by_name(name, formats) if name else None
    return chosen(offer(found)) if found else None


@lru_cache(maxsize=1024)
def _choice(accept: str | None, formats: tuple[Format, ...], name: str | None, *, html: bool = True) -> Choice:
    found = named(formats, name, html=html)
    if found is not None:
        return found
    offers = [offer(form) for form in formats]
    return negotiate(accept, [*offers, HTML] if html else offers)
