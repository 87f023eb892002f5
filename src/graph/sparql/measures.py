"""What a query would cost the engine to parse and plan, counted on its tokens: upper bounds, each with its limit.

The engine (spargebra, sparopt, spareval) parses by recursion. It reads some constructs twice (`REGEX(a, b)`: first as
one with flags) and makes what evaluates a sub-SELECT twice, so that nesting them doubles the work at each level. It
orders n patterns of v variables in about n³v steps, plans what stands in an OPTIONAL twice, and estimates `(a/b)*` in
twice the steps of `(a)*`: weights make `query_patterns` bound all three, the fourth power of the sum being never less
than the work. How long what passes takes: bench/fuzz_guard.py.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from ..errors import LimitExceeded
from ..texts import Text
from .lexer import place

if TYPE_CHECKING:
    from ..config import Limits
    from .lexer import Token

_OPERATORS = frozenset(["!", "+", "-", "*", "/", "|", "||", "&&", "=", "!=", "<", ">", "<=", ">=", "^", "?"])
_OPERATOR_WORDS = frozenset(
    {"UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "GRAPH", "EXISTS", "LATERAL", "IN", "VALUES", "AS", "SERVICE"}
)
_COUNTED_WORDS = _OPERATOR_WORDS | {"SELECT"}
_OPENS = frozenset(["(", "[", "{", "<<", "{|"])
_NOT_FUNCTIONS = frozenset(
    {"FILTER", "BIND", "HAVING", "BY", "AS", "IN", "SELECT", "DISTINCT", "REDUCED", "ASC", "DESC"}
)
_READ_TWICE = frozenset({"REGEX", "REPLACE", "SUBSTR", "GROUP_CONCAT"})
_TERM_WORDS = frozenset({"a", "true", "false"})
_TERMS = frozenset({"iri", "pname", "variable", "blank", "string", "number"})
_PATTERN_FRAMES = frozenset({"group", "terms", "triple"})
_PATH_OPERATORS = frozenset({"/", "|", "^", "!"})
_REIFIED = 1.5  # a pattern of four variables
_OF_A_CALL = frozenset({"word", "iri", "pname"})


class _Scope:
    """What an open bracket holds, and how much what stands in it weighs.

    `subject`: a subject may come next; `steps`: of the path of the current verb; `shift`: the engine reads what
    is here 2**shift times; `before`: the patterns counted when a group opened that joins with those around.
    """

    __slots__ = ("before", "call", "mark", "shift", "steps", "subject", "weight")

    def __init__(self, mark: str, shift: int, weight: float) -> None:
        self.mark = mark
        self.shift = shift
        self.weight = weight
        self.subject = self.call = False
        self.steps = 0
        self.before: float | None = None


class Measures:
    """The measures of the tokens taken so far. `doublings` is the greatest shift of any of them."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.depth = self.functions = self.operators = self.readings = self.doublings = self.iris = 0
        self.patterns = 0.0
        self._text = text
        self._limits = limits
        self._calls = self._end = 0
        self._scope = _Scope("", 0, 1.0)
        self._outer: list[_Scope] = []
        self._negated = False
        self._kind, self._word = "mark", ""  # of the token before

    def take(self, token: Token) -> None:
        """Count one token. Raises LimitExceeded at the one that is too much."""
        kind, mark, start, _, frame, inner = token
        end = start + len(mark)
        self.readings += (end - self._end) << self._scope.shift
        self._end = end
        if self.readings > self._limits.query_readings:
            raise self._beyond("readings", self.readings, token)
        if kind == "mark":
            if inner is None:
                self._operator(token)
            elif mark in _OPENS:
                self._open(token)
            else:
                self._close(token)
            self._negated = mark == "!"
            self._word = mark
        else:
            if frame in _PATTERN_FRAMES:
                self._term(token)
            elif frame != "expression":
                self._value(token)
            self._word = ""
            self.iris += kind == "iri"
            if kind == "word":
                self._word = word = mark.upper()
                if word in _COUNTED_WORDS:
                    self._clause(word, token)
            elif kind not in _OF_A_CALL:
                self._negated = False
        self._kind = kind

    def describe(self, token: Token) -> None:
        """Count one thing to describe: each nests the plan once more."""
        self._count("operators", 1, token)

    def _clause(self, word: str, token: Token) -> None:
        if word == "SELECT":
            if token.depth:
                self._scope.shift += 1
                self.doublings = max(self.doublings, self._scope.shift)
            return
        self._count("operators", 1, token)
        if word == "AS" and token.depth > 1:  # not the SELECT of the query itself: one more variable to join on
            self._count("patterns", self._scope.weight / 2, token)

    def _operator(self, token: Token) -> None:
        mark, frame, scope = token.text, token.frame, self._scope
        if mark in _OPERATORS and frame not in ("data", "template"):
            self._count("operators", 1, token)
        if frame not in ("group", "terms"):
            return
        if mark == ".":
            self._subject(scope)
        elif mark == ";":
            scope.steps = 0
            self._count("patterns", scope.weight, token)
        elif mark == ",":  # one more object for every step of the path
            self._count("patterns", scope.weight * (1 + scope.steps), token)
        elif mark == "/":
            scope.steps += 1
            more = 2 ** (scope.steps / 2 - 3) if scope.mark == "(" else 0
            self._count("patterns", scope.weight * max(1, more), token)
        elif mark == "~":
            self._count("patterns", _REIFIED * scope.weight, token)

    def _term(self, token: Token) -> None:
        scope = self._scope
        if token.kind == "word" and token.text not in _TERM_WORDS:
            scope.subject = False  # FILTER, GRAPH, SELECT…: what follows begins no triple pattern
            if token.text.upper() == "VALUES":
                self._count("patterns", scope.weight, token)
            return
        if token.kind == "number" and token.text[0] == "." and scope.mark == "{":
            self._subject(scope)  # `?o.5 ?p ?o`, to the engine, is `?o . 5 ?p ?o`
        self._item(token)

    def _value(self, token: Token) -> None:
        """A column of VALUES is one more variable to join on, a member of a template's list one more to look up."""
        if token.frame == "data" and token.kind == "variable":
            self._count("patterns", self._scope.weight / 2, token)
        elif token.frame == "template" and self._scope.mark == "(":
            self._count("operators", 1, token)

    def _item(self, token: Token) -> None:
        """A term, or a bracket that stands for one: a subject, or a member of a collection, which is two triples."""
        scope = self._scope
        if scope.subject:
            scope.subject = False
            self._count("patterns", scope.weight, token)
        elif scope.mark == "(" and token.frame == "terms" and self._word not in _PATH_OPERATORS:
            self._count("patterns", 2 * scope.weight, token)

    @staticmethod
    def _subject(scope: _Scope) -> None:
        if scope.mark == "{":
            scope.subject = True
            scope.steps = 0

    def _open(self, token: Token) -> None:
        outer, mark, inner, word = self._scope, token.text, token.inner, self._word
        self.depth = max(self.depth, token.depth + 1)
        if self.depth > self._limits.query_depth:
            raise self._beyond("depth", self.depth, token)
        if token.frame == "template":
            self._value(token)
        elif token.frame in _PATTERN_FRAMES and inner in ("terms", "triple"):
            if mark != "{|":
                self._item(token)
            if mark != "(":
                pattern, reifier = mark in ("[", "{|"), mark in ("<<", "{|")
                self._count("patterns", outer.weight * (pattern + _REIFIED * reifier), token)
        named = self._kind in ("pname", "iri")
        call = inner == "expression" and (named or (self._kind == "word" and word not in _NOT_FUNCTIONS))
        if inner == "expression" and word not in _OPERATOR_WORDS:
            self._count("operators", 1, token)
        twice = (call and (named or word in _READ_TWICE)) + (mark == "{|") + self._negated
        scope = _Scope("<<" if token.frame == "triple" else mark, outer.shift + twice, outer.weight)
        scope.call = call
        scope.steps = outer.steps if mark == "(" else 0
        if inner == "group":
            scope.subject = True
            scope.weight *= 2**0.25 if word == "OPTIONAL" else 1
            scope.before = self.patterns if self._kind != "word" else None
        self.doublings = max(self.doublings, scope.shift)
        self._outer.append(outer)
        self._scope = scope
        if call:
            self._calls += 1
            self.functions = max(self.functions, self._calls)
            if self.functions > self._limits.query_functions:
                raise self._beyond("functions", self.functions, token)

    def _close(self, token: Token) -> None:
        while len(self._outer) > token.depth:
            inner, self._scope = self._scope, self._outer.pop()
            self._calls -= inner.call
            if inner.mark == "(":
                self._scope.steps = inner.steps
            if inner.before is not None and self.patterns < inner.before + self._scope.weight:
                self._count("patterns", inner.before + self._scope.weight - self.patterns, token)  # one thing to join
        if token.frame == "group" and token.inner in ("expression", "group", "data"):
            self._subject(self._scope)

    def _count(self, what: str, more: float, token: Token) -> None:
        total = getattr(self, what) + more
        setattr(self, what, total)
        if total > getattr(self._limits, "query_" + what):
            raise self._beyond(what, total, token)

    def _beyond(self, what: str, measured: float, token: Token) -> LimitExceeded:
        return beyond(f"query_{what}", self._limits, f"≥ {ceil(measured)}", *place(self._text, token.start))


def beyond(limit: str, limits: Limits, measured: str, line: int, column: int) -> LimitExceeded:
    """The error that names a limit, its value, what was measured and where."""
    value = getattr(limits, limit)
    sentence = Text(f"limit.{limit}")
    return LimitExceeded(
        "limit", line=line, column=column, limit=limit, value=value, measured=measured, sentence=sentence
    )
