"""SPARQL tokens with their offsets, read in context: only where an operand may not follow is `<` an operator.

`?a<?b&&?c>?d` and `?s <p> ?o` look alike; what tells them apart is whether the bracket around holds
an expression. A reader that guesses wrong can be made to see a string, a comment or an IRI where the
engine sees SERVICE. The names are those of the SPARQL 1.1 and 1.2 grammars (section 19.8).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

Kind = Literal["iri", "string", "number", "variable", "blank", "pname", "language", "word", "mark"]
Frame = Literal["expression", "group", "template", "data", "terms", "triple"]

_BASE = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
_BASE += "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_VARIABLE = _BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_NAME = _VARIABLE + r"\-"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:(?:[{_NAME}:]|{_ESCAPE})(?:(?:[{_NAME}.:]|{_ESCAPE})*(?:[{_NAME}:]|{_ESCAPE}))?)?"
# Possessive quantifiers: a hostile text costs one pass. An unterminated string
# runs to the end of its line, a long one to the end of the text.
_TERMS = rf"""
 (?P<skip>(?:[ \t\r\n]++|\#[^\r\n]*+)++)
|(?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\"|\Z)|'''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z)
  |"(?:[^"\\\r\n]|\\[^\r\n])*+"?|'(?:[^'\\\r\n]|\\[^\r\n])*+'?)
|(?P<variable>[?$][{_BASE}_0-9][{_VARIABLE}]*+)
|(?P<blank>_:[{_BASE}_0-9](?:[{_NAME}.]*[{_NAME}])?)
|(?P<pname>(?:[{_BASE}][{_NAME}.]*+)?:{_LOCAL})
|(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*(?:--[A-Za-z]++)?)
|(?P<number>(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)
|(?P<word>[{_BASE}_][{_NAME}.]*+)
"""
_IRI = r"""|(?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)"""
_AFTER_OPERAND = _TERMS + r"|(?P<mark>\{\||\|\}|\^\^|&&|\|\||!=|<=|>=|.)"
_ELSEWHERE = _TERMS + _IRI + r"|(?P<mark>\{\||\|\}|\^\^|&&|\|\||!=|<=|>=|<<|.)"
_IN_TRIPLE_TERM = _TERMS + _IRI + r"|(?P<mark>>>|<<|\^\^|.)"
_PIECE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|.", re.DOTALL)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled at its first use: its character classes take 30 ms, which a command without a query saves."""
    return re.compile(pattern, re.VERBOSE | re.DOTALL)


_OPERANDS = frozenset({"iri", "string", "number", "variable", "blank", "pname", "language"})
_OPENS = {"(": ")", "{": "}", "[": "]", "<<": ">>", "{|": "|}"}
_CLOSES = frozenset(_OPENS.values())
_ENDS = frozenset({")", "}", "]", ">>"})  # of an operand: f(…), EXISTS {…}, <<( … )>>
_HEADS = frozenset({"SELECT", "GROUP", "ORDER", "HAVING"})
_ENDS_OF_HEADS = frozenset({"WHERE", "FROM", "LIMIT", "OFFSET", "VALUES"})


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `depth` counts the brackets around it, `frame` says what the innermost one holds.

    `inner` is what a bracket that opens here will hold, or what one that closes here held.
    """

    kind: Kind
    text: str
    start: int
    depth: int
    frame: Frame
    inner: Frame | None = None


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1; the column in code points, CRLF one line end."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query, in order. A bracket has the depth and frame of what stands outside it."""
    state = _State()
    at, size = 0, len(text)
    while at < size:
        match = state.pattern().match(text, at)
        assert match is not None  # noqa: S101 - never false: told to the type checker
        kind, start, at = match.lastgroup, at, match.end()
        if kind == "word":  # `FILTER`, but also `a.b-c`, which no prefix claimed: read its pieces once
            for piece in _PIECE.finditer(match[0]):
                first = piece[0][0]
                part: Kind = "number" if first.isdigit() else "word" if first.isalpha() or first == "_" else "mark"
                yield state.take(part, piece[0], start + piece.start())
        elif kind != "skip":
            yield state.take(kind, match[0], start)  # type: ignore[arg-type]


@dataclass(slots=True)
class _Bracket:
    """An open bracket. `head` is true between SELECT, GROUP BY… and what ends them: there, `(` opens an expression."""

    frame: Frame
    closer: str
    head: bool = False


class _State:
    """The open brackets and the last two tokens: what it takes to know what a character begins."""

    def __init__(self) -> None:
        self.open: list[_Bracket] = []
        self.closed: Frame = "expression"
        self.previous = self.before = Token("mark", "", 0, 0, "expression")

    @property
    def frame(self) -> Frame:
        return self.open[-1].frame if self.open else "expression"

    def pattern(self) -> re.Pattern[str]:
        """The tokens that may begin here."""
        frame, last = self.frame, self.previous
        if frame == "triple":
            return _compiled(_IN_TRIPLE_TERM)
        operand = last.kind in _OPERANDS or last.text in _ENDS or last.text.lower() in ("true", "false")
        return _compiled(_AFTER_OPERAND if self.open and frame == "expression" and operand else _ELSEWHERE)

    def take(self, kind: Kind, value: str, start: int) -> Token:
        """Move past one token."""
        inner: Frame | None = None
        if kind == "mark" and value in _CLOSES:
            inner = self._close(value)
        elif kind == "mark" and value in _OPENS:
            inner = self._opened(value)
        token = Token(kind, value, start, len(self.open), self.frame, inner)
        if inner is not None and value in _OPENS:
            self.open.append(_Bracket(inner, _OPENS[value]))
        elif kind == "word" and self.open:
            word = value.upper()
            if word in _HEADS or word in _ENDS_OF_HEADS:
                self.open[-1].head = word in _HEADS
        self.before, self.previous = self.previous, token
        return token

    def _close(self, value: str) -> Frame | None:
        if not any(bracket.closer == value for bracket in self.open):
            return None
        while (bracket := self.open.pop()).closer != value:
            pass
        self.closed = bracket.frame
        return bracket.frame

    def _opened(self, mark: str) -> Frame:
        """What a bracket holds, told by what stands before it."""
        last, before = self.previous, self.before
        word = last.text.upper() if last.kind == "word" else ""
        if mark == "<<":
            return "triple"
        if mark == "{":
            if self.open:
                self.open[-1].head = False
            one = last.kind == "variable" and before.text.upper() == "VALUES"
            several = last.text == ")" and self.closed == "data"
            return "template" if word == "CONSTRUCT" else "data" if one or several else "group"
        if mark == "(":
            return self._parenthesis(word)
        return "template" if self.frame == "template" else "terms"

    def _parenthesis(self, word: str) -> Frame:
        frame = self.frame
        if word == "VALUES" or frame == "data":
            return "data"
        if (word and self.previous.text != "a" and word not in ("TRUE", "FALSE")) or (self.open and self.open[-1].head):
            return "expression"  # FILTER, BIND, a built-in function, BY, AS…
        if frame in ("expression", "template"):
            return frame
        filtered = self.before.kind == "word" and self.before.text.upper() == "FILTER"
        return "expression" if filtered else "terms"  # else a collection, or a property path
