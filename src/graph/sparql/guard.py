"""The guard: what a query's tokens tell before any engine parses it.

The engine parses and plans in more than linear time, has no recursion guard and calls any SERVICE:
`inspect` measures a text against the named limits and finds its form and targets, `admit` applies
the policy. Nothing reaches a worker that is not an `Inspection`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from ..errors import LimitExceeded, MalformedQuery, RefusedQuery
from ..texts import Text
from .doubt import possible_services
from .lexer import Token, place, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..config import Limits

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
UPDATE_HELP = "https://w3id.org/passerelles/errors/PAS912"
_VOLATILE = ("NOW", "RAND", "UUID", "BNODE", "SERVICE")  # or a word that ends so: `FILTERRAND()` is one too
_OPERATORS = frozenset(["!", "+", "-", "*", "/", "|", "||", "&&", "=", "!=", "<", ">", "<=", ">=", "^", "?"])
_OPERATOR_WORDS = frozenset(
    {"UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "GRAPH", "EXISTS", "LATERAL", "IN", "VALUES"}
)
_NOT_FUNCTIONS = frozenset(
    {"FILTER", "BIND", "HAVING", "BY", "AS", "IN", "SELECT", "DISTINCT", "REDUCED", "ASC", "DESC"}
)
_TERM_WORDS = frozenset({"a", "true", "false"})
_TERMS = frozenset({"iri", "pname", "variable", "blank", "string", "number"})
_PATTERN_FRAMES = frozenset({"group", "terms", "triple"})
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class Service:
    """A SERVICE and where it stands; `target` is an IRI, resolved and unescaped, or None for `?variable`."""

    target: str | None
    variable: str
    offset: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """A query within the limits; `volatile` forbids caching.

    `doubt` is the offset of a word that another reading of the text takes for a SERVICE; None without one.
    """

    text: str
    form: str
    volatile: bool
    services: tuple[Service, ...]
    doubt: int | None = None

    @property
    def gives_graph(self) -> bool:
        """True when the answer is a graph, false for a table or a boolean."""
        return self.form in ("CONSTRUCT", "DESCRIBE")


def admit(text: str, limits: Limits, allow: Iterable[str] = ()) -> Inspection:
    """The inspection of a query that policy lets through.

    Raises LimitExceeded, MalformedQuery for an undeclared prefix, and RefusedQuery for an update or any
    SERVICE: an address that is not in `allow`, and for now a listed one too, for no gateway leads out of
    the workers yet; and a text that might hold one in another reading than ours.
    """
    inspection = inspect(text, limits)
    refusal = refused(inspection, allow)
    if refusal is not None:
        raise refusal
    return inspection


def refused(inspection: Inspection, allow: Iterable[str] = ()) -> RefusedQuery | None:
    """Why policy forbids a query, or None."""
    for service in inspection.services:
        line, column = place(inspection.text, service.offset)
        if service.target is None:
            return RefusedQuery("service-variable", line=line, column=column, variable=service.variable)
        key = "service-later" if service.target in tuple(allow) else "service-refused"
        return RefusedQuery(key, line=line, column=column, target=service.target)
    if inspection.doubt is not None:
        line, column = place(inspection.text, inspection.doubt)
        return RefusedQuery("service-doubtful", line=line, column=column)
    return None


@lru_cache(maxsize=512)
def inspect(text: str, limits: Limits) -> Inspection:
    """The form, targets and measures of a query.

    Raises LimitExceeded, RefusedQuery for an update, and MalformedQuery for a text that is no query
    from its first word on.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise MalformedQuery("query-encoding") from None
    if size > limits.query_bytes:
        raise _beyond("query_bytes", limits, size, 1, 1)
    reading = _Reading(text, limits)
    form, token = reading.prologue()
    if form in UPDATES and token is not None:
        line, column = place(text, token.start)
        raise RefusedQuery("update-refused", line=line, column=column, help=UPDATE_HELP)
    if form not in FORMS:
        line, column = place(text, len(text.rstrip()) if token is None else token.start)
        raise MalformedQuery("query-syntax", line=line, column=column, reason=Text("reason.form"))
    reading.rest()
    services = tuple(reading.services)
    read = {service.offset for service in services}
    doubt = next((offset for offset in possible_services(text) if offset not in read), None)
    return Inspection(text, form, reading.volatile, services, doubt)


class _Reading:
    """One pass over the tokens: counts, and the namespaces it takes to resolve a target."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.limits = limits
        self.volatile = False
        self.services: list[Service] = []
        self._tokens = self._measured(tokens(text))
        self._base = ""
        self._prefixes: dict[str, str] = {}
        self._previous = Token("mark", "", 0, 0, "expression")
        self._patterns = self._operators = self._functions = 0
        self._calls: list[bool] = []
        self._subject: list[bool] = [False]

    def prologue(self) -> tuple[str, Token | None]:
        """Read BASE, PREFIX and VERSION; the first word after them, in capitals, with its token."""
        for token in self._tokens:
            word = token.text.upper()
            if token.kind == "word" and word == "BASE":
                self._base = self._resolve(self._next())
            elif token.kind == "word" and word == "PREFIX":
                name = self._next()
                self._prefixes[name.text] = self._resolve(self._next())
            elif token.kind == "word" and word == "VERSION":
                self._next()
            else:
                return word if token.kind == "word" else "", token
        return "", None

    def rest(self) -> None:
        """Read to the end."""
        service: Token | None = None
        for token in self._tokens:
            word = token.text.upper() if token.kind == "word" else ""
            if token.kind == "pname" and token.text.partition(":")[0] + ":" not in self._prefixes:
                self._undeclared(token)
            self.volatile |= word.endswith(_VOLATILE) or (
                token.frame == "template" and (token.kind == "blank" or token.text in ("[", "("))
            )
            if word == "SERVICE":
                service = token
            elif service is not None and word != "SILENT":
                variable = token.text[1:] if token.kind == "variable" else token.text
                target = self._resolve(token) if token.kind in ("iri", "pname") else None
                self.services.append(Service(target, variable, service.start))
                service = None

    def _undeclared(self, token: Token) -> None:
        """The engine would say so too, but not where."""
        line, column = place(self.text, token.start)
        reason = Text("reason.prefix", {"prefix": token.text.partition(":")[0]})
        raise MalformedQuery("query-syntax", line=line, column=column, reason=reason)

    def _next(self) -> Token:
        return next(self._tokens, Token("mark", "", len(self.text), 0, "expression"))

    def _resolve(self, token: Token) -> str:
        """The IRI a token names, as the engine will read it."""
        if token.kind == "pname":
            prefix, _, local = token.text.partition(":")
            return self._prefixes.get(f"{prefix}:", f"{prefix}:") + re.sub(r"\\(.)", r"\1", local)
        iri = _ESCAPE.sub(lambda match: _character(match[1] or match[2]), token.text[1:-1])
        return iri if urlsplit(iri).scheme or not self._base else urljoin(self._base, iri)

    def _measured(self, source: Iterator[Token]) -> Iterator[Token]:
        for token in source:
            if token.kind == "mark":
                self._mark(token)
            elif token.frame in _PATTERN_FRAMES:
                self._term(token)
            if token.kind == "word" and token.text.upper() in _OPERATOR_WORDS:
                self._operator(token)
            self._previous = token
            yield token

    def _mark(self, token: Token) -> None:
        mark = token.text
        if token.inner is not None:
            if mark in ("(", "[", "{", "<<", "{|"):
                self._open(token)
            else:
                self._close(token)
        elif mark in _OPERATORS and token.frame not in ("data", "template"):
            self._operator(token)
        if token.frame not in _PATTERN_FRAMES:
            return
        if mark == ".":
            self._subject[-1] = True
        elif mark in (";", ",", "/", "^") or mark == "{|":
            self._pattern(token)

    def _term(self, token: Token) -> None:
        if token.kind == "word" and token.text not in _TERM_WORDS:
            self._subject[-1] = False  # FILTER, GRAPH, SELECT…: what follows begins no triple pattern
        elif self._subject[-1] or (token.frame == "terms" and token.kind in _TERMS):
            self._subject[-1] = False
            self._pattern(token)

    def _open(self, token: Token) -> None:
        if token.depth + 1 > self.limits.query_depth:
            raise _beyond("query_depth", self.limits, token.depth + 1, *place(self.text, token.start))
        if token.inner in ("terms", "triple") and self._subject[-1]:
            self._subject[-1] = False
            self._pattern(token)
        before = self._previous
        word = before.kind == "word" and before.text.upper() not in _NOT_FUNCTIONS
        call = token.inner == "expression" and (word or before.kind in ("pname", "iri"))
        self._calls.append(call)
        self._functions += call
        if self._functions > self.limits.query_functions:
            raise _beyond("query_functions", self.limits, self._functions, *place(self.text, token.start))
        self._subject.append(token.inner == "group")

    def _close(self, token: Token) -> None:
        while len(self._calls) > token.depth:
            self._functions -= self._calls.pop()
            self._subject.pop()
        if token.frame == "group" and token.inner in ("expression", "group", "data"):
            self._subject[-1] = True

    def _pattern(self, token: Token) -> None:
        self._patterns += 1
        if self._patterns > self.limits.query_patterns:
            raise _beyond("query_patterns", self.limits, self._patterns, *place(self.text, token.start))

    def _operator(self, token: Token) -> None:
        self._operators += 1
        if self._operators > self.limits.query_operators:
            raise _beyond("query_operators", self.limits, self._operators, *place(self.text, token.start))


def _character(digits: str) -> str:
    code = int(digits, 16)
    return chr(code) if code < 0x110000 else "\ufffd"  # noqa: PLR2004 - the number says itself


def _beyond(limit: str, limits: Limits, measured: int, line: int, column: int) -> LimitExceeded:
    value = getattr(limits, limit)
    more = f"≥ {measured}" if limit != "query_bytes" else str(measured)
    sentence = Text(f"limit.{limit}")
    return LimitExceeded("limit", line=line, column=column, limit=limit, value=value, measured=more, sentence=sentence)
