"""Terms shown to a reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..namespaces import XSD
from ..turtle.ntriples import XSD_STRING, bare, datatype, language, plain

if TYPE_CHECKING:
    from ..namespaces import PrefixMap

_BARE = {  # the datatypes of what Turtle writes without quotation marks
    f"<{XSD}integer>": re.compile(r"[+-]?[0-9]+\Z"),
    f"<{XSD}decimal>": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    f"<{XSD}boolean>": re.compile(r"(?:true|false)\Z"),
}
_LONG = 60


def turtle(term: str, prefixes: PrefixMap) -> str:
    """A term as Turtle writes it under these prefixes."""
    if term.startswith("<"):
        short = prefixes.shrink(bare(term))
        return term if short == bare(term) else short
    return _literal(term, term[1 : term.rindex('"')], prefixes) if term.startswith('"') else term


def shown(term: str, prefixes: PrefixMap) -> str:
    """A term for a reader: as Turtle, but short; a blank node as the brackets it is written with."""
    if term.startswith('"'):
        text = " ".join(plain(term).split())
        short = text if len(text) <= _LONG else f"{text[:_LONG].rstrip()}…"
        return _literal(term, short.replace('"', '\\"'), prefixes)
    return "[…]" if term.startswith("_:") else turtle(term, prefixes)


def _literal(term: str, text: str, prefixes: PrefixMap) -> str:
    kind = datatype(term)
    if kind is None or kind == XSD_STRING:
        tag = language(term)
        return f'"{text}"@{tag}' if tag else f'"{text}"'
    if kind in _BARE and _BARE[kind].match(text):
        return text
    return f'"{text}"^^{turtle(kind, prefixes)}'
