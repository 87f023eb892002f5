"""Where a position stands in the grammar of Turtle, in a text that may be half written.

The statement is lexed from where it begins up to the position, and its tokens tell what may come: no need for what
follows to be right, or to be there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from ..namespaces import RDF
from ..turtle.document import TurtleDocument
from ..turtle.lexer import Token
from ..turtle.terms import Fault, Scope

_NAME = re.compile(r"<[^<>\"\s]*\Z|[^\s;,\[\]()\"'<>^@#]*\Z")
_QUOTES = ('"', "'")


class Slot(Enum):
    """What may be written at a position."""

    SUBJECT = "subject"
    PREDICATE = "predicate"
    OBJECT = "object"
    DATATYPE = "datatype"
    LANGUAGE = "language"
    DIRECTIVE = "directive"  # after `@` where a statement begins, or the name of a prefix after `@prefix`
    NAMESPACE = "namespace"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position: what may be written there, the piece written so far, of which subject and predicate.

    `start` is where the piece begins; `subject_at` where the subject's token does; `verb` is the predicate's token.
    """

    slot: Slot
    piece: str
    start: int
    subject_at: int = -1
    verb: str = ""


@dataclass(frozen=True, slots=True)
class _Frame:
    """What stands around an open bracket, and where it opens."""

    state: str
    subject_at: int
    verb: str
    opened: int


def cursor(document: TurtleDocument, offset: int) -> Cursor | None:
    """The cursor at an offset; None inside a comment or a string, where anything may be written."""
    text = document.text
    line = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    found = _NAME.search(text, max(line, offset - _REACH), offset)
    start = found.start() if found else offset
    piece = text[start:offset]
    at_sign = text[start - 1 : start] == "@"
    walk = _Walk()
    before = list(document.tokens(_statement_start(document, start), start - at_sign))
    if before and (before[-1].kind == "comment" or _in_string(before)):
        return None
    last = walk.over(before)
    if at_sign:
        slot = Slot.LANGUAGE if last is not None and last.kind == "string" else Slot.DIRECTIVE
        return Cursor(slot, piece, start, walk.subject_at, walk.verb)
    return Cursor(walk.slot(), piece, start, walk.subject_at, walk.verb)


def token_at(document: TurtleDocument, offset: int) -> Token | None:
    """The token that an offset touches; of two that meet there, the one that names something."""
    around = [
        token
        for token in document.tokens(_statement_start(document, offset), min(offset + _REACH, len(document.text)))
        if token.start <= offset <= token.end
    ]
    return next((token for token in around if is_name(token)), None)


def is_name(token: Token) -> bool:
    """Whether a token names a term: an IRI, a prefixed name, `a`."""
    return token.kind in ("iri", "name") or token.text == "a"


def resolve(document: TurtleDocument, token: str, at: int, known: Mapping[str, str], base: str) -> str | None:
    """The IRI of a token at an offset, under the prefixes declared before it, else under the known ones."""
    if token == "a":  # noqa: S105  a predicate
        return RDF + "type"
    scope = Scope(base)
    scope.prefixes = dict(known)
    for directive in document.directives[: bisect_right(document.directives, at, key=lambda one: one.start)]:
        if directive.prefix is None:
            scope.rebase(f"<{directive.iri}>")
        else:
            scope.prefixes[directive.prefix] = directive.iri
    try:
        return scope.iri(token)[1:-1]
    except Fault:
        return None


_REACH = 4096  # an IRI or a name longer than this is not looked up


class _Walk:
    """The grammar as far as it takes to know what comes next."""

    def __init__(self) -> None:
        self.subject_at, self.verb = -1, ""
        self._state = "start"
        self._before_datatype = "after"
        self._stack: list[_Frame] = []

    def over(self, tokens: Iterable[Token]) -> Token | None:
        """Take tokens; the last one that is not white space."""
        last = None
        for token in tokens:
            if token.kind not in ("space", "comment", "bom"):
                self._take(token)
                last = token
        return last

    def slot(self) -> Slot:
        """What may come."""
        return _SLOTS[self._state]

    def _take(self, token: Token) -> None:
        piece, state = token.text, self._state
        if token.kind == "keyword" and piece != "a":
            self._state = "prefix" if piece.lower().endswith("prefix") else "namespace"
        elif state == "prefix":
            self._state = "namespace"
        elif state == "namespace":
            self._state = "start"
        elif token.kind == "mark":
            self._mark(piece, token.start)
        elif state == "datatype":
            self._state = self._before_datatype
        elif token.kind != "language":
            self._term(token)

    def _term(self, token: Token) -> None:
        if self._state == "start":
            self.subject_at, self._state = token.start, "verb"
        elif self._state == "verb" or (self._state == "after" and is_name(token)):  # after: a `;` was forgotten
            self.verb, self._state = token.text, "object"
        elif self._state == "object":
            self._state = "after"

    def _mark(self, mark: str, at: int) -> None:
        if mark == ".":
            self._stack.clear()
            self._state = "start"
        elif mark == ";":
            self._state = "verb"
        elif mark == ",":
            self._state = "object"
        elif mark == "^^":
            self._before_datatype, self._state = self._state, "datatype"
        elif mark in "[(":
            self._stack.append(_Frame(self._state, self.subject_at, self.verb, at))
            if mark == "[":
                self.subject_at, self.verb, self._state = at, "", "verb"
            else:
                self._state = "member"
        elif self._stack:
            around = self._stack.pop()
            self.subject_at, self.verb = around.subject_at, around.verb
            self._state = {"start": "verb", "object": "after"}.get(around.state, around.state)
            if around.state == "start":
                self.subject_at = around.opened


_SLOTS = {
    "start": Slot.SUBJECT,
    "verb": Slot.PREDICATE,
    "after": Slot.PREDICATE,
    "object": Slot.OBJECT,
    "member": Slot.OBJECT,
    "datatype": Slot.DATATYPE,
    "prefix": Slot.DIRECTIVE,
    "namespace": Slot.NAMESPACE,
}


def _statement_start(document: TurtleDocument, offset: int) -> int:
    """Where the statement around an offset begins, or could: after the last one that ends before."""
    ends = [0]
    for parts in (document.statements, document.directives):
        number = bisect_right(parts, offset - 1, key=lambda part: part.end)
        if number:
            ends.append(parts[number - 1].end)
    return max(ends)


def _in_string(before: list[Token]) -> bool:
    """Whether the last tokens open a string that nothing closes: a long one, or one begun on the last line."""
    for token in reversed(before):
        if "\n" in token.text and token.kind == "space":
            return False
        if token.kind == "error" and token.text[0] in _QUOTES:
            return True
    return False
