"""Triples and terms as N-Triples writes them, taken apart (<https://www.w3.org/TR/n-triples/>)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..namespaces import RDF, XSD

XSD_STRING = f"<{XSD}string>"
TYPE, FIRST, REST, NIL = (f"<{RDF}{name}>" for name in ("type", "first", "rest", "nil"))
#: The characters that have an escape of their own.
ESCAPES = {'"': '\\"', "\\": "\\\\", "\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f"}
_MEANT = {escape[1]: character for character, escape in ESCAPES.items()}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_TO_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f\ufffe\uffff]')


def triple(line: str) -> list[str]:
    """The three terms of a line, given without its line feed."""
    return line[:-2].split(" ", 2)


def statements(lines: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """The values of each property of each subject."""
    found: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value in map(triple, lines):
        found.setdefault(subject, {}).setdefault(predicate, []).append(value)
    return found


def bare(term: str) -> str:
    """An IRI without its brackets, any other term as it stands."""
    return term[1:-1] if term.startswith("<") else term


def plain(term: str) -> str:
    """An IRI without its brackets, a literal's lexical form, any other term as it stands."""
    return literal_parts(term)[0] if term.startswith('"') else bare(term)


def literal_parts(term: str) -> tuple[str, str, str]:
    """The lexical form of a literal, its language tag, the IRI of its datatype; empty where there is none."""
    suffix = _suffix(term)
    return unescaped(term[1 : -len(suffix) - 1]), language(term), "" if language(term) else suffix[3:-1]


def language(term: str) -> str:
    """The language tag of a literal, empty for any other term."""
    suffix = _suffix(term)
    return suffix[1:] if suffix.startswith("@") else ""


def datatype(term: str) -> str | None:
    """The datatype of a literal without a language, as a term; None for any other term."""
    if not term.startswith('"') or language(term):
        return None
    return _suffix(term)[2:] or XSD_STRING


def _suffix(term: str) -> str:
    return term[term.rindex('"') + 1 :] if term.startswith('"') else ""


def unescaped(text: str) -> str:
    """What a string says."""
    return _ESCAPE.sub(_meant, text) if "\\" in text else text


def escaped(text: str) -> str:
    """How a string says it."""
    return _TO_ESCAPE.sub(_written, text)


def _meant(found: re.Match[str]) -> str:
    digits = found[1] or found[2]
    return chr(int(digits, 16)) if digits else _MEANT.get(found[3], found[3])


def _written(found: re.Match[str]) -> str:
    return ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}"
