"""Diagnostics for a reader: `path:line:column: error CODE: message`, one line each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ..diagnostics import Diagnostic, Location, Severity, errors
from ..gate import GateReport
from ..texts import say
from .characters import visible
from .findings import by_file, message

_LINE_END = re.compile(r"\r\n|\n|\r")  # as the lexer counts lines
_MARGIN = "    "
_LINES_SHOWN = 3
_COLUMNS_SHOWN = 160
_BEFORE = 40
_ELLIPSIS = "…"
_BOLD, _DIM, _PLAIN = "\033[1m", "\033[2m", "\033[0m"
_COLOURS = {Severity.ERROR: "\033[1;31m", Severity.WARNING: "\033[1;33m", Severity.INFO: "\033[1;36m"}


def write(report: GateReport, language: str, root: Path | None = None, *, colour: bool = False) -> str:
    """Every diagnostic; with `root`, the source line and a caret below each, and a blank line between files."""
    groups = []
    for path, diagnostics in by_file(report.diagnostics).items():
        source = _source(path, root) if root is not None else []
        lines = []
        for diagnostic in diagnostics:
            lines.append(_coloured(diagnostic, language) if colour else line(diagnostic, language))
            lines += _excerpt(diagnostic, source, colour=colour)
        groups.append("".join(f"{text}\n" for text in lines))
    return ("\n" if root is not None else "").join(groups)


def line(diagnostic: Diagnostic, language: str) -> str:
    """One diagnostic, one line."""
    return "".join(_parts(diagnostic, language))


def summary(report: GateReport, language: str) -> str:
    """How it went, in a sentence."""
    warnings = sum(d.severity is Severity.WARNING for d in report.diagnostics)
    key = "report.conforms" if report.conforms else "report.fails"
    found = errors(report.diagnostics)
    return say(language, key, files=report.files, triples=report.triples, warnings=warnings, errors=found)


def _parts(diagnostic: Diagnostic, language: str) -> tuple[str, str, str, str]:
    place = diagnostic.location
    severity = say(language, f"severity.{diagnostic.severity}")
    where = f"{visible(place.path)}:{place.line}:{place.column}:"
    return where, f" {severity}", f" {diagnostic.code}:", f" {message(diagnostic, language)}"


def _coloured(diagnostic: Diagnostic, language: str) -> str:
    where, severity, code, said = _parts(diagnostic, language)
    return f"{_BOLD}{where}{_PLAIN}{_COLOURS[diagnostic.severity]}{severity}{_PLAIN}{_DIM}{code}{_PLAIN}{said}"


# --- the source line


def _source(path: str, root: Path) -> list[str]:
    """The lines of a file named from the working directory or from `root`; none when it cannot be read."""
    for start in (Path.cwd(), root):
        try:
            if (start / path).is_file():
                return _LINE_END.split((start / path).read_bytes().decode("utf-8-sig", errors="replace"))
        except OSError:
            continue
    return []


def _excerpt(diagnostic: Diagnostic, source: list[str], *, colour: bool) -> Iterator[str]:
    """Each line of the range, the first ones at most, with carets below."""
    place = diagnostic.location
    last = min(place.end_line, len(source))
    for number in range(place.line, min(max(last, place.line), place.line + _LINES_SHOWN - 1, len(source)) + 1):
        shown, carets = _underlined(source[number - 1], *_columns(place, number, source[number - 1]))
        if carets or number == place.line:
            yield (_MARGIN + shown).rstrip()
            marks = carets or "^"
            indent, marks = marks[: len(marks) - len(marks.lstrip())], marks.lstrip()
            yield _MARGIN + indent + (f"{_COLOURS[diagnostic.severity]}{marks}{_PLAIN}" if colour else marks)
    if last >= place.line + _LINES_SHOWN:
        yield _MARGIN + _ELLIPSIS


def _columns(place: Location, number: int, text: str) -> tuple[int, int]:
    """Which characters of a line the range covers, from 0, the end left out; at least one on its first line."""
    start = max(place.column - 1, 0) if number == place.line else len(text) - len(text.lstrip())
    end = place.end_column - 1 if number == place.end_line else len(text)
    return start, max(start + 1, end) if number == place.line else end


def _underlined(text: str, start: int, end: int) -> tuple[str, str]:
    """A line, cut when it is long, and the carets below its characters from `start` to `end`."""
    first = max(start - _BEFORE, 0) if len(text) > _COLUMNS_SHOWN else 0
    cut = text[first : first + _COLUMNS_SHOWN]
    head, tail = _ELLIPSIS if first else "", _ELLIPSIS if first + len(cut) < len(text) else ""
    before = cut[: start - first]
    under = cut[start - first : max(end - first, 0)]
    blank = " " * (len(head) + _width(before) + max(start - first - len(before), 0))
    carets = "^" * (_width(under) or int(end > start))
    return head + visible(cut.replace("\t", " ")) + tail, blank + carets if carets else ""


def _width(text: str) -> int:
    """How many columns of a terminal `text` takes: 2 for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(char) in ("Mn", "Me") or char in "\u200b\u200c\u200d\u2060\ufeff"
        else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )
