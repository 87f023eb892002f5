"""One way to write each string and IRI: readable characters as they are, the others escaped, double quotes."""

from __future__ import annotations

import re

_LONG = 3  # quotes on either side of a string that may hold line ends
_PLAIN = re.compile(r'"[^"\\\x00-\x1f\x7f\ufffe\uffff]*"\Z')
_SPECIAL = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))|[\x00-\x1f\"\x7f\ufffe\uffff]", re.DOTALL)
_CLOSING = re.compile(r'"(?=""|\Z)')  # a quote that would help to end a long string
_IRI_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_NAMED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_ESCAPED = {character: f"\\{name}" for name, character in _NAMED.items()} | {"\\": "\\\\"}


def reference(text: str) -> str:
    """What is between the angle brackets of an IRI, its escapes read."""
    return _IRI_ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), text) if "\\" in text else text


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
    character = _meant(found)
    return '\\"' if character == '"' else _written(character)


def _in_long(found: re.Match[str]) -> str:
    character = _meant(found)
    return character if character == '"' or found[0] in ("\n", "\t") else _written(character)


def _meant(found: re.Match[str]) -> str:
    digits = found[1] or found[2]
    if digits:
        return chr(int(digits, 16))
    return _NAMED.get(found[3], found[3]) if found[3] else found[0]


def _written(character: str) -> str:
    """A character as it is to be written: one that does not print stays the escape it was."""
    if character in _ESCAPED:
        return _ESCAPED[character]
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"  # noqa: PLR2004  what four digits hold
