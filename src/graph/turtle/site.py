"""Where the reader stands when a piece is not allowed, and what is said of it: between reader and recovery."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import NamedTuple

from .parts import Directive, Statement


class State(IntEnum):
    """What the reader waits for."""

    START = 0  # a statement
    VERB = 1  # a predicate
    VERB_OR_DOT = 2  # after `[ … ]` as a subject
    VERB_OR_END = 3  # after `;`
    VERB_OR_CLOSE = 4  # after `[`
    OBJECT = 5
    ITEM = 6  # of a collection, or its end
    AFTER = 7  # an object: `;`, `,`, `.` or `]`


class How(Enum):
    """How reading goes on."""

    SKIP = "in the same state"
    TERM = "as if a term had been read"
    AS_VERB = "as if a semicolon had been read"
    AS_OBJECT = "as if a comma had been read"
    AS_AFTER = "as if an object had been read, and nothing after it"
    AS_END = "as if the statement had ended"
    VERB_BEFORE = "as if the last object had been a predicate"
    REOPENED = "as if the dot before this statement had been a semicolon"
    LOST = "at another statement"


class Frame(NamedTuple):
    """What stands around an open bracket; `state` says which place the bracket takes there."""

    state: int
    inside: str
    subject: str
    subject_at: int
    verb: str
    verb_at: int
    opened: int
    head: str


class Site(NamedTuple):
    """Where the reader stands: the piece it cannot take and what it waits for; then offsets, -1 for none.

    `before` is where what precedes the piece ends, `opened` the innermost open bracket, `mark` the last separator,
    `began` where this statement begins; `statement` and `directive` are the last that ended.
    """

    text: str
    state: State
    inside: str
    piece: str
    at: int
    before: int
    opened: int
    mark: int
    began: int
    statement: Statement | None
    directive: Directive | None


class Mend(NamedTuple):
    """A fault, with the stretch of text it is about, and how and from where reading goes on."""

    key: str
    start: int
    end: int
    how: How
    resume: int
    parameters: dict[str, object]


def mending(key: str, start: int, end: int, how: How, resume: int, **parameters: object) -> Mend:
    """A fault, what fills its sentence in by name."""
    return Mend(key, start, end, how, resume, parameters)
