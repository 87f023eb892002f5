"""A term as N-Triples writes it, taken apart, and shown to a reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..namespaces import XSD

if TYPE_CHECKING:
    from ..namespaces import PrefixMap

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_CONTROL = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_BARE = {  # the datatypes of what Turtle writes without quotation marks
    f"<{XSD}integer>": re.compile(r"[+-]?[0-9]+\Z"),
    f"<{XSD}decimal>": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    f"<{XSD}boolean>": re.compile(r"(?:true|false)\Z"),
}
_LONG = 60
STRING = f"<{XSD}string>"


def triple(line: str) -> list[str]:
    """The three terms of a line of N-Triples, given without its line feed."""
    return line[:-2].split(" ", 2)


def plain(term: str | None) -> str | None:
    """An IRI without its brackets, a literal's lexical form, anything else as it stands."""
    if term is None:
        return None
    if term.startswith("<") and term.endswith(">"):
        return term[1:-1]
    if term.startswith('"'):
        return unescape(term[1 : term.rindex('"')])
    return term


def unescape(text: str) -> str:
    """A lexical form without the escapes of N-Triples."""
    return _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _CONTROL.get(m[3], m[3]), text)


def language(term: str) -> str:
    """The language tag of a literal, empty where it has none."""
    suffix = _suffix(term)
    return suffix[1:] if suffix.startswith("@") else ""


def datatype(term: str) -> str | None:
    """The datatype of a literal without a language, None for any other term."""
    if not term.startswith('"') or language(term):
        return None
    return _suffix(term)[2:] or STRING


def _suffix(term: str) -> str:
    return term[term.rindex('"') + 1 :] if term.startswith('"') else ""


def turtle(term: str, prefixes: PrefixMap) -> str:
    """A term as Turtle writes it under these prefixes."""
    if term.startswith("<"):
        short = prefixes.shrink(term[1:-1])
        return term if short == term[1:-1] else short
    return _literal(term, term[1 : term.rindex('"')], prefixes) if term.startswith('"') else term


def shown(term: str, prefixes: PrefixMap) -> str:
    """A term for a reader: as Turtle, but short; a blank node as the brackets it is written with."""
    if term.startswith('"'):
        text = " ".join((plain(term) or "").split())
        short = text if len(text) <= _LONG else f"{text[:_LONG].rstrip()}…"
        return _literal(term, short.replace('"', '\\"'), prefixes)
    return "[…]" if term.startswith("_:") else turtle(term, prefixes)


def _literal(term: str, text: str, prefixes: PrefixMap) -> str:
    kind = datatype(term)
    if kind is None or kind == STRING:
        return f'"{text}"{_suffix(term)}'
    if kind in _BARE and _BARE[kind].match(text):
        return text
    return f'"{text}"^^{turtle(kind, prefixes)}'
