"""One type for everything the gate says: syntax, lint, SHACL and data checks alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .texts import Text

_VALUE, _SENTENCE = 160, 600  # characters of what fills a sentence in, of a sentence that a shape brings
#: What tells several things, few enough already, which are mended from: no one of them is to be missing.
_SEVERAL = frozenset({"chain", "cycle", "expected", "files", "origins", "others", "path", "types"})
_SEVERAL_MOST = 2_000  # characters


class Severity(StrEnum):
    """How much a diagnostic matters; an error keeps a file out of the graph."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A range of one file. Lines and columns count from 1, columns in Unicode code points."""

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in the place of a range of one file; the range is empty where something is inserted."""

    location: Location
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What mends a diagnostic: what it does, in words, and the edits that do it, none overlapping another."""

    title: Text
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What is wrong, where, by which rule.

    `code` is stable and never changes meaning; `rule` is the IRI of the shape or the name of the
    check; `focus`, `property` and `value` are IRIs or lexical forms, None where they do not apply. `term` is the value
    as N-Triples has it, where that is known.
    """

    location: Location
    severity: Severity
    code: str
    message: Text
    rule: str | None = None
    focus: str | None = None
    property: str | None = None
    value: str | None = None
    help: str | None = None
    fix: Fix | None = None
    term: str | None = None


def said(text: Text, language: str) -> str:
    """A message or the title of a fix, as long as a reader takes in: a value in it may be as long as a file."""
    return text.within(_most, _SENTENCE).render(language).replace("….", "…")


def _most(name: str) -> int:
    return _SEVERAL_MOST if name in _SEVERAL else _VALUE


def order(d: Diagnostic) -> tuple[object, ...]:
    """The order in which diagnostics are shown: by place, then code, then subject."""
    return (d.location, d.code, d.focus or "", d.property or "", d.value or "", d.rule or "")


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """True when one of them is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def errors(diagnostics: Iterable[Diagnostic]) -> int:
    """How many of them are errors."""
    return sum(d.severity is Severity.ERROR for d in diagnostics)
