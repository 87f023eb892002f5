"""One way to write each string: readable characters as they are, the others escaped, double quotes."""

from __future__ import annotations

import re

from .ntriples import ESCAPES, unescaped

_LONG = 3  # quotes on either side of a string that may hold line ends
_PLAIN = re.compile(r'"[^"\\\x00-\x1f\x7f\ufffe\uffff]*"\Z')
_SPECIAL = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|[\x00-\x1f\"\x7f\ufffe\uffff]", re.DOTALL)
_CLOSING = re.compile(r'"(?=""|\Z)')  # a quote that would help to end a long string


def string(token: str) -> str:
    """A string token in its one spelling; three quotes only round line ends or quotes that were written so."""
    if _PLAIN.match(token):
        return token
    long = token.startswith(('"""', "'''"))
    body = token[_LONG:-_LONG] if long else token[1:-1]
    if long and ("\n" in body or '"' in body):
        return f'"""{_CLOSING.sub(_quote, _SPECIAL.sub(_in_long, body))}"""'
    return f'"{_SPECIAL.sub(_in_short, body)}"'


def _quote(_: re.Match[str]) -> str:
    return '\\"'


def _in_short(found: re.Match[str]) -> str:
    return _written(unescaped(found[0]))


def _in_long(found: re.Match[str]) -> str:
    character = unescaped(found[0])
    return character if character == '"' or found[0] in ("\n", "\t") else _written(character)


def _written(character: str) -> str:
    """A character as it is to be written: one that does not print stays the escape it was."""
    if character in ESCAPES:
        return ESCAPES[character]
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"  # noqa: PLR2004  what four digits hold
