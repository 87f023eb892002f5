"""SPARQL tokens with their offsets, as the engine reads them: its terminals, and `<` in context.

`?a<?b&&?c>?d` and `?s <p> ?o` look alike; what tells them apart is whether the bracket around holds
an expression. A reader that guesses wrong can be made to see a string, a comment or an IRI where the
engine sees SERVICE. The names are those of the SPARQL 1.1 and 1.2 grammars (section 19.8); where the
engine's terminals differ from them (one group of dots in a local name, no character beyond U+FFFF in
a name, `'''` without its end is `''`), they are the engine's: spargebra 0.4, `parser.rs`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

Kind = Literal["iri", "string", "number", "variable", "blank", "pname", "language", "word", "mark"]
Frame = Literal["expression", "group", "template", "data", "terms", "triple"]

_BASE = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
_BASE += "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
_VARIABLE = _BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_NAME = _VARIABLE + r"\-"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[{_BASE}_0-9:]|{_PLX})(?:[{_NAME}:]|{_PLX})*+(?:\.++(?:[{_NAME}:]|{_PLX})++)?+"
NUMBER = r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++"
_WORD = r"[A-Za-z_][A-Za-z0-9_]*+"
_HEX = "[0-9A-Fa-f]"
# No surrogate and nothing beyond U+10FFFF: with one, the engine takes `'''…'''` for `''` and what follows.
_ECHAR = rf"""\\(?:[tbnrf"'\\]|u(?![dD][89A-Fa-f]){_HEX}{{4}}|U(?!0000[dD][89A-Fa-f])(?:0010|000{_HEX}){_HEX}{{4}})"""
# Possessive quantifiers: a hostile text costs one pass. Where no string ends the engine stops: the rest is one token.
_TERMS = rf"""
 (?P<skip>(?:[ \t\r\n]++|\#[^\r\n]*+)++)
|(?P<string>\"\"\"(?:[^"\\]|{_ECHAR}|"(?!""))*+\"\"\"|'''(?:[^'\\]|{_ECHAR}|'(?!''))*+'''
  |"(?:[^"\\\r\n]|{_ECHAR})*+"|'(?:[^'\\\r\n]|{_ECHAR})*+'
  |["'].*+)
|(?P<variable>[?$][{_BASE}_0-9][{_VARIABLE}]*+)
|(?P<blank>_:[{_BASE}_0-9][{_NAME}]*+(?:\.++[{_NAME}]++)*+)
|(?P<pname>(?:[{_BASE}][{_NAME}]*+(?:\.++[{_NAME}]++)*+)?:(?:{_LOCAL})?+)
|(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+)
|(?P<number>{NUMBER})
|(?P<word>{_WORD}(?![{_NAME}.]))|(?P<run>[{_BASE}_][{_NAME}.]*+)
"""
_IRI = r"""|(?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f+][0-9A-Fa-f]{3}|\\U[0-9A-Fa-f+][0-9A-Fa-f]{7})*+>)"""
_AFTER_OPERAND = _TERMS + r"|(?P<mark>\{\||\|\}|\^\^|&&|\|\||!=|<=|>=|.)"
_ELSEWHERE = _TERMS + _IRI + r"|(?P<mark>\{\||\|\}|\^\^|&&|\|\||!=|<=|>=|<<|.)"
_IN_TRIPLE_TERM = _TERMS + _IRI + r"|(?P<mark>>>|<<|\^\^|.)"
_PIECE = re.compile(rf"(?P<number>{NUMBER})|(?P<word>{_WORD})|(?P<mark>.)", re.DOTALL)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled at its first use: its character classes take 30 ms, which a command without a query saves."""
    return re.compile(pattern, re.VERBOSE | re.DOTALL)


_OPERANDS = frozenset({"iri", "string", "number", "variable", "blank", "pname", "language"})
_OPENS = {"(": ")", "{": "}", "[": "]", "<<": ">>", "{|": "|}"}
_CLOSES = frozenset(_OPENS.values())
_ENDS = frozenset({")", "}", "]", ">>", "true", "false"})  # of an operand: f(…), EXISTS {…}, <<( … )>>
_HEADS = frozenset({"SELECT", "GROUP", "ORDER", "HAVING"})
_ENDS_OF_HEADS = frozenset({"WHERE", "FROM", "LIMIT", "OFFSET", "VALUES"})

_WORDS = """
BASE PREFIX VERSION SELECT CONSTRUCT DESCRIBE ASK DISTINCT REDUCED AS FROM NAMED WHERE GROUP BY HAVING ORDER ASC DESC
LIMIT OFFSET VALUES UNDEF OPTIONAL LATERAL MINUS GRAPH SERVICE SILENT UNION FILTER BIND NOT IN EXISTS TRUE FALSE COUNT
SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG LANGMATCHES LANGDIR DATATYPE BOUND IRI URI BNODE RAND ABS CEIL
FLOOR ROUND CONCAT SUBSTR STRLEN REPLACE UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR
MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG
STRLANGDIR STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC HASLANG HASLANGDIR REGEX TRIPLE SUBJECT PREDICATE
OBJECT ISTRIPLE ADJUST
"""
#: Every word of the engine's grammar in capitals, names of functions included, `a` apart.
WORDS = frozenset(_WORDS.split())


class Token(NamedTuple):
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
        if kind == "run":  # `a.b-c`, which no prefix claimed: read its pieces once; the last may be `.5e+3`
            while start < at:
                piece = _PIECE.match(text, start)
                assert piece is not None  # noqa: S101 - never false: told to the type checker
                yield state.take(piece.lastgroup, piece[0], start)  # type: ignore[arg-type]
                start = piece.end()
            at = start
        elif kind != "skip":
            yield state.take(kind, match[0], start)  # type: ignore[arg-type]


class _Bracket:
    """An open bracket. `head` is true between SELECT, GROUP BY… and what ends them: there, `(` opens an expression."""

    __slots__ = ("closer", "frame", "head")

    def __init__(self, frame: Frame, closer: str) -> None:
        self.frame = frame
        self.closer = closer
        self.head = False


class _State:
    """The open brackets and the last two tokens: what it takes to know what a character begins."""

    def __init__(self) -> None:
        self.open: list[_Bracket] = []
        self.frame: Frame = "expression"
        self.closed: Frame = "expression"
        self.previous = self.before = Token("mark", "", 0, 0, "expression")
        self.waiting = dict.fromkeys(_CLOSES, 0)
        self._after_operand = _compiled(_AFTER_OPERAND)
        self._elsewhere = _compiled(_ELSEWHERE)
        self._in_triple_term = _compiled(_IN_TRIPLE_TERM)

    def pattern(self) -> re.Pattern[str]:
        """The tokens that may begin here."""
        if self.frame == "expression" and self.open:
            last = self.previous
            if last.kind in _OPERANDS or last.text in _ENDS:
                return self._after_operand
        return self._in_triple_term if self.frame == "triple" else self._elsewhere

    def take(self, kind: Kind, value: str, start: int) -> Token:
        """Move past one token."""
        if kind != "mark":
            token = Token(kind, value, start, len(self.open), self.frame)
            if kind == "word" and self.open:
                word = value.upper()
                if word in _HEADS or word in _ENDS_OF_HEADS:
                    self.open[-1].head = word in _HEADS
        elif value in _CLOSES:
            inner = self._close(value)
            token = Token(kind, value, start, len(self.open), self.frame, inner)
        elif value in _OPENS:
            inner = self._opened(value)
            token = Token(kind, value, start, len(self.open), self.frame, inner)
            self.open.append(_Bracket(inner, _OPENS[value]))
            self.waiting[_OPENS[value]] += 1
            self.frame = inner
        else:
            token = Token(kind, value, start, len(self.open), self.frame)
        self.before, self.previous = self.previous, token
        return token

    def _close(self, value: str) -> Frame | None:
        if not self.waiting[value]:
            return None
        while True:
            bracket = self.open.pop()
            self.waiting[bracket.closer] -= 1
            if bracket.closer == value:
                break
        self.closed = bracket.frame
        self.frame = self.open[-1].frame if self.open else "expression"
        return bracket.frame

    def _opened(self, mark: str) -> Frame:
        """What a bracket holds, told by what stands before it."""
        last, before = self.previous, self.before
        word = last.text.upper() if last.kind == "word" else ""
        if mark == "<<":
            return "triple"
        if mark == "{":
            if self.open and word != "EXISTS":  # after EXISTS {…}, one more condition of ORDER BY or HAVING may come
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
