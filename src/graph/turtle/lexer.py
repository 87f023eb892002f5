"""Turtle tokens: the terminals of RDF 1.1 Turtle (section 6.5), as regular expressions that read any text in one pass.

Possessive quantifiers everywhere: no text, however hostile, is read twice. What is no token of Turtle is a
token of one character or two, so the tokens of a text, put end to end, are always the text. Two readings of the same
grammar: `TOKEN` takes a literal with its language tag or datatype in one piece, for the reader of triples;
`tokens` cuts everything, white space and comments too, for those who show or rewrite the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

Kind = Literal[
    "bom", "space", "comment", "iri", "name", "blank", "string", "language", "number", "boolean", "keyword", "mark",
    "error",
]  # fmt: skip

_LETTER = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = _LETTER + r"_0-9\u00b7\u0300-\u036f\u203f-\u2040\-"
_LOCAL = rf"(?:[{_NAME}:]++|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])++"
_PREFIX = rf"(?:[{_LETTER}][{_NAME}]*+(?:\.++[{_NAME}]++)*+)?+:"

TRIVIA = r"(?:[ \t\r\n]++|\#[^\r\n]*+)*+"
IRI = r"<[^<>\"{}|^`\x00-\x20]*+>"
PREFIXED_NAME = rf"{_PREFIX}(?:(?![\-\u00b7\u0300-\u036f\u203f\u2040]){_LOCAL}(?:\.++{_LOCAL})*+)?+"
_BLANK = rf"_:[{_LETTER}_0-9][{_NAME}]*+(?:\.++[{_NAME}]++)*+"
# An unterminated long string runs to the end of the text, so that looking for its end is done once.
STRING = (
    r'"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|\Z)'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\Z)"
    r'|"[^"\\\r\n]*+(?:\\[^\r\n][^"\\\r\n]*+)*+"'
    r"|'[^'\\\r\n]*+(?:\\[^\r\n][^'\\\r\n]*+)*+'"
)
LANGUAGE = r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+"
_NUMBER = (
    r"[+-]?+(?:[0-9]++(?:\.[0-9]*+[eE][+-]?+[0-9]++|\.[0-9]++|[eE][+-]?+[0-9]++)?+|\.[0-9]++(?:[eE][+-]?+[0-9]++)?+)"
)
_WORD = rf"[{_LETTER}_][{_NAME}]*+(?:\.++[{_NAME}]++)*+"
# An escaped quote opens nothing: else each one of a line would have the rest of the line looked through for its end.
_OTHER = r"\\[\"'\\]|."

_SUFFIX = rf"{TRIVIA}(?:{LANGUAGE}|\^\^(?:{TRIVIA}(?:{IRI}|{PREFIXED_NAME}))?+)"
_LITERAL = rf"(?:{STRING})(?:{_SUFFIX})?+"
_PIECE = rf"{IRI}|{_LITERAL}|{PREFIXED_NAME}|{_NUMBER}|[.;,\[\]()]|{LANGUAGE}|{_BLANK}|{_WORD}|\^\^|{_OTHER}"

#: White space and comments, then one token (group 1); a literal is one token with its tag or datatype.
#: After the last one comes an empty token.
TOKEN = re.compile(rf"{TRIVIA}({_PIECE}|\Z)", re.DOTALL)

_LINE_END = re.compile(r"\r\n|\n|\r")
_WORDS: dict[str, Kind] = {"a": "keyword", "true": "boolean", "false": "boolean"}


# Compiled when first used: the classes of characters make these patterns slow to compile.
@cache
def statement() -> re.Pattern[str]:
    """One statement up to its dot, or to the end of the text; group 1 is its first token."""
    return re.compile(rf"{TRIVIA}({_PIECE})(?:{TRIVIA}(?!\.(?![0-9]))(?:{_PIECE}))*+{TRIVIA}\.?+", re.DOTALL)


@cache
def _fine() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<bom>\A\ufeff)|(?P<space>[ \t\r\n]++)|(?P<comment>\#[^\r\n]*+)|(?P<iri>{IRI})|(?P<string>{STRING})"
        rf"|(?P<name>{PREFIXED_NAME})|(?P<number>{_NUMBER})|(?P<mark>[.;,\[\]()]|\^\^)|(?P<language>{LANGUAGE})"
        rf"|(?P<blank>{_BLANK})|(?P<word>{_WORD})|(?P<error>{_OTHER})",
        re.DOTALL,
    )


class Token(NamedTuple):
    """One token: what it is, its text, where it starts (an offset in code points)."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends: the offset after its last character."""
        return self.start + len(self.text)


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """Every token of a stretch of text, white space and comments included: put end to end, they are the text."""
    for found in _fine().finditer(text, start, len(text) if end is None else end):
        kind, piece = found.lastgroup, found[0]
        if kind == "word":
            kind = _WORDS.get(piece) or ("keyword" if piece.lower() in ("prefix", "base") else "error")
        elif kind == "language" and piece in ("@prefix", "@base"):
            kind = "keyword"
        elif kind == "string" and not terminated(piece):
            kind = "error"
        yield Token(kind, piece, found.start())  # type: ignore[arg-type]


def terminated(string: str) -> bool:
    """Whether a string token has its closing quotes: a long string may run to the end of the text without."""
    opening = string[0] * 3
    if not string.startswith(opening):
        return True
    body = string[3:]
    if not body.endswith(opening):
        return False
    before = body[:-3]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 0


class Lines:
    """Line and column of an offset, both from 1; the column in code points.

    CRLF, LF and CR each end a line; a tab is one column; a byte order mark takes none.
    """

    def __init__(self, text: str) -> None:
        self._starts = [int(text.startswith("\ufeff")), *(found.end() for found in _LINE_END.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = max(bisect_right(self._starts, offset), 1)
        return line, max(offset - self._starts[line - 1], 0) + 1

    def start(self, line: int) -> int:
        """The offset where a line begins."""
        return self._starts[line - 1]
