"""The guard: what a query's tokens tell before any engine parses it.

The engine parses and plans in more than linear time, has no recursion guard and calls any SERVICE:
`inspect` measures a text against the named limits and finds its form and targets, `admit` applies
the policy. Nothing reaches a worker that is not an `Inspection`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin

from ..errors import HELP, MalformedQuery, RefusedQuery
from ..texts import Text
from . import shapes
from .doubt import possible_services
from .lexer import WORDS, Token, place, tokens
from .measures import Measures, beyond

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..config import Limits

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
UPDATE_HELP = HELP + RefusedQuery.code
_VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE", "SERVICE"})
_NEW_NODES = frozenset({"[", "(", "<<", "{|", "~"})  # each makes a blank node in a template
_NAMED_BY = frozenset({"GRAPH", "SERVICE", "SILENT", "FROM", "NAMED"})
_MARK = "\ufeff"
_CLOSED = re.compile(r""" "(?:[^"\\\r\n]|\\.)*+"|'(?:[^'\\\r\n]|\\.)*+' """, re.VERBOSE)
_NO_ESCAPE = re.compile(r"""\\(?![tbnrf"'\\]|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}).""")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f+]{4})|\\U([0-9A-Fa-f+]{8})")
_MOST_BASES = 50
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NO_PATH = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*\Z")
_HOST = re.compile(r"//[^:@\[]*\Z")


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

    Raises LimitExceeded, MalformedQuery for an undeclared prefix, and RefusedQuery for an update, for a SERVICE
    whose address is not in `allow`, and for a text that might hold one in another reading than ours.
    """
    inspection = inspect(text, limits)
    refusal = refused(inspection, allow)
    if refusal is not None:
        raise refusal
    return inspection


def refused(inspection: Inspection, allow: Iterable[str] = ()) -> RefusedQuery | None:
    """Why policy forbids a query, or None."""
    allow = frozenset(allow)
    for service in inspection.services:
        line, column = place(inspection.text, service.offset)
        if service.target is None:
            return RefusedQuery("service-variable", line=line, column=column, variable=service.variable)
        if service.target not in allow:
            return RefusedQuery("service-refused", line=line, column=column, target=service.target)
    if inspection.doubt is not None:
        line, column = place(inspection.text, inspection.doubt)
        return RefusedQuery("service-doubtful", line=line, column=column)
    return None


def inspect(text: str, limits: Limits) -> Inspection:
    """The form, targets and measures of a query: those of its shape when that is known, else read token by token.

    Raises LimitExceeded, RefusedQuery for an update, and MalformedQuery for a text that is no query from its first
    word on, an undeclared prefix, a word that SPARQL has not, or a name that the engine may cut in two.
    """
    size = len(text)
    if not text.isascii():
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            raise MalformedQuery("query-encoding") from None
    if size > limits.query_bytes:
        raise beyond("query_bytes", limits, str(size), 1, 1)
    form = shapes.form(text, limits)
    return Inspection(text, form, False, ()) if form is not None else read(text, limits)  # noqa: FBT003 - the fast path


@lru_cache(maxsize=512)
def read(text: str, limits: Limits) -> Inspection:
    """What `inspect` says of a text of a lawful size, always read token by token."""
    reading = _Reading(text, limits)
    form, token = reading.prologue()
    if form in UPDATES and token is not None:
        line, column = place(text, token.start)
        raise RefusedQuery("update-refused", line=line, column=column, help=UPDATE_HELP)
    if form not in FORMS:
        line, column = place(text, len(text.rstrip()) if token is None else token.start)
        reason = Text("reason.mark" if text.startswith(_MARK) else "reason.form")
        raise MalformedQuery("query-syntax", line=line, column=column, reason=reason)
    reading.rest(form)
    services = tuple(reading.services)
    found = {service.offset for service in services}
    doubt = next((offset for offset in possible_services(text) if offset not in found), None)
    if not reading.volatile and not services and doubt is None:
        shapes.keep(text, form, reading.measures)
    return Inspection(text, form, reading.volatile, services, doubt)


class _Namespace(NamedTuple):
    """What a prefix stands for: an IRI as it is written, how many BASE stood before it, whether it ends at its host."""

    iri: str = ""
    bases: int = 0
    no_path: bool = False


class _Reading:
    """One pass over the tokens: their measures, and the namespaces it takes to resolve a target."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text = text
        self.measures = Measures(text, limits)
        self.volatile = False
        self.services: list[Service] = []
        self._tokens = tokens(text)
        self._bases: list[_Namespace] = []
        self._prefixes: dict[str, _Namespace] = {}

    def prologue(self) -> tuple[str, Token | None]:
        """Read BASE, PREFIX and VERSION; the first word after them, in capitals, with its token."""
        while (token := self._next()) is not None:
            word = token.text.upper() if token.kind == "word" else ""
            if word == "BASE":
                self._bases.append(self._namespace(self._next()))
            elif word == "PREFIX":
                name, iri = self._next(), self._next()
                if name is not None:
                    self._prefixes[name.text.partition(":")[0]] = self._namespace(iri)
            elif word == "VERSION":
                self._next()
            else:
                return word, token
        return "", None

    def rest(self, form: str) -> None:
        """Read to the end."""
        service: Token | None = None
        before = previous = head = Token("word", form, 0, 0, "expression")
        short = False  # CONSTRUCT WHERE {…}: the pattern is the template
        take = self.measures.take
        for token in self._tokens:
            take(token)
            word = token.text.upper() if token.kind == "word" else ""
            if word:
                self._word(token, word)
                short |= form == "CONSTRUCT" and previous is head
            elif token.kind == "pname":
                self._name(token)
            elif token.kind == "mark" and previous.kind == "pname":
                self._glued(token, previous, before)
            if token.frame == "template" or short:
                self.volatile |= token.kind == "blank" or token.text in _NEW_NODES
            if form == "DESCRIBE" and token.depth == 0 and token.kind in ("iri", "pname"):
                self.measures.describe(token)
            if word == "SERVICE":
                service = token
            elif service is not None and word != "SILENT":
                variable = token.text[1:] if token.kind == "variable" else token.text
                self.services.append(Service(self._target(token), variable, service.start))
                service = None
            before, previous = previous, token
        if previous.kind == "string":
            self._string(previous)

    def _next(self) -> Token | None:
        token = next(self._tokens, None)
        if token is not None:
            self.measures.take(token)
        return token

    def _word(self, token: Token, word: str) -> None:
        """The engine needs no space around its words: `trueSERVICE` is two of them. To us it is none."""
        if word not in WORDS and token.text != "a":
            raise self._malformed(token, Text("reason.word", {"word": token.text}))
        self.volatile |= word in _VOLATILE

    def _name(self, token: Token) -> None:
        """The engine would say that a prefix is not declared, but not where.

        And where namespace and local name make no IRI, it takes the prefix alone for the name, and reads on after it.
        """
        prefix, _, local = token.text.partition(":")
        namespace = self._prefixes.get(prefix)
        if namespace is None:
            raise self._malformed(token, Text("reason.prefix", {"prefix": prefix}))
        cut = ("\\#" in local and "#" in namespace.iri) or re.search("[\ufff0-\ufffd]", local)
        if not cut and local and namespace.no_path:
            cut = not _HOST.search(namespace.iri) or re.search(r"[^\w.-]", local)
        if cut:
            raise self._malformed(token, Text("reason.name", {"name": token.text}))

    def _string(self, token: Token) -> None:
        """No query ends in a string: where one has no end, or an escape that is none, the rest of the text is in it."""
        closed = _CLOSED.match(token.text)
        if closed is None:
            raise self._malformed(token, Text("reason.string"))
        escape = _NO_ESCAPE.search(closed[0].replace("\\\\", "__"))
        if escape is not None:
            raise self._malformed(token, Text("reason.escape", {"escape": escape[0]}), escape.start())

    def _glued(self, token: Token, name: Token, before: Token) -> None:
        """Refuse `FILTERe:f(` and `SERVICEe:x {` where `e:` is declared too: the engine may read a word and a name."""
        opens = token.text == "(" and (token.frame != "expression" or not token.depth)
        opens |= token.text == "{" and token.depth > 0 and before.text.upper() not in _NAMED_BY
        rests = {name.text.partition(":")[0]} if opens else set()
        for _ in range(3):
            rests = {rest[len(word) :] for rest in rests for word in WORDS if rest[: len(word)].upper() == word}
            if any(rest in self._prefixes for rest in rests):
                raise self._malformed(name, Text("reason.name", {"name": name.text}))

    def _malformed(self, token: Token, reason: Text, inside: int = 0) -> MalformedQuery:
        line, column = place(self.text, token.start + inside)
        return MalformedQuery("query-syntax", line=line, column=column, reason=reason)

    def _namespace(self, token: Token | None) -> _Namespace:
        iri = _unescaped(token.text[1:-1]) if token is not None else ""
        base = self._bases[-1] if self._bases else _Namespace()
        return _Namespace(iri, len(self._bases), bool(_NO_PATH.match(iri)) or (not iri and base.no_path))

    def _target(self, token: Token) -> str | None:
        """The IRI a token names, as the engine will read it; None for a variable."""
        if token.kind not in ("iri", "pname"):
            return None
        if token.kind == "iri":
            return self._resolved(_unescaped(token.text[1:-1]), len(self._bases))
        prefix, _, local = token.text.partition(":")
        namespace = self._prefixes[prefix]
        return self._resolved(namespace.iri, namespace.bases) + re.sub(r"\\(.)", r"\1", local)

    def _resolved(self, iri: str, bases: int) -> str:
        """Resolved only where it is asked for, and where it costs little: no list has what stays relative."""
        if bases > _MOST_BASES or _ABSOLUTE.match(iri):
            return iri
        return reduce(_joined, [*(base.iri for base in self._bases[:bases]), iri])


def _unescaped(iri: str) -> str:
    return _ESCAPE.sub(lambda match: _character(match[1] or match[2]), iri)


def _joined(base: str, iri: str) -> str:
    try:
        return iri if _ABSOLUTE.match(iri) else urljoin(base, iri)
    except ValueError:  # of an address that is none, such as `//[`
        return iri


def _character(digits: str) -> str:
    code = int(digits, 16) if digits.rfind("+") < 1 else 0
    return chr(code) if 0 < code < 0x110000 else "\ufffd"  # noqa: PLR2004 - the number says itself
