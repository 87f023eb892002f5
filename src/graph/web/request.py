"""Reading a request: its parameters, strictly UTF-8, its body, never beyond a limit, and what it wants back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from ..errors import MalformedQuery
from ..formats import Format, by_name
from .conneg import HTML, Choice, chosen, negotiate, offer
from .errors import TooLarge

if TYPE_CHECKING:
    from fastapi import Request

_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*\Z")
_FIELDS = 1_000


class Parameters:
    """Parameters in order; a name may come several times."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = list(pairs)

    @classmethod
    def read(cls, encoded: bytes) -> Parameters:
        """Those of a query string or a form. Raises MalformedQuery when they are not UTF-8."""
        try:
            text = encoded.decode("ascii")
            return cls(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS))
        except ValueError:  # UnicodeDecodeError is one, and so is a form of a thousand fields
            raise MalformedQuery("query-encoding") from None

    def all(self, name: str) -> list[str]:
        """Every value of a name."""
        return [value for key, value in self.pairs if key == name]

    def one(self, name: str) -> str | None:
        """The last value of a name, or None."""
        return next(reversed(self.all(name)), None)

    def iris(self, name: str) -> tuple[str, ...]:
        """The absolute IRIs given under a name. Raises MalformedQuery."""
        for value in self.all(name):
            if not _ABSOLUTE_IRI.match(value):
                raise MalformedQuery("dataset-iri", iri=value, parameter=name)
        return tuple(dict.fromkeys(self.all(name)))

    def mapping(self) -> dict[str, str]:
        """The last value of each name."""
        return dict(self.pairs)


def parameters(request: Request) -> Parameters:
    """The parameters of the address."""
    return Parameters.read(request.scope["query_string"])


async def body(request: Request, limit: str, value: int) -> bytes:
    """The body. Raises TooLarge beyond `value` bytes, the value of the limit of that name."""
    declared = request.headers.get("content-length", "")
    received = bytearray()
    if not (declared.isdigit() and int(declared) > value):
        async for chunk in request.stream():
            received += chunk
            if len(received) > value:
                break
        else:
            return bytes(received)
    raise TooLarge("too-large", limit=limit, value=value, headers={"Connection": "close"})


def wanted(request: Request, formats: Sequence[Format], name: str | None, *, html: bool = True) -> Choice:
    """What to answer with: the format called `name` when it is one of these, else by the Accept header.

    A name that means nothing here is ignored: clients send all sorts.
    """
    if name:
        if html and name.lower() == HTML.name:
            return chosen(HTML)
        found = by_name(name, tuple(formats))
        if found is not None:
            return chosen(offer(found))
    offers = [offer(form) for form in formats]
    return negotiate(request.headers.get("accept"), [*offers, HTML] if html else offers)
