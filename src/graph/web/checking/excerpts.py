"""What a diagnostic points at, as a page shows it: the lines of its range, the range marked, nothing that acts unseen.

A character that would act instead of being shown (a change of writing direction, a control, a space of no width) is
given by its number, as `U+202E`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from ...diagnostics import Location

_LINE_END = re.compile(r"\r\n|\n|\r")  # as the lexer counts lines
_LINES_SHOWN = 5
_WIDTH, _BEFORE = 160, 40  # characters of a line that is cut, and those before what is marked
_ELLIPSIS = "…"


class Segment(NamedTuple):
    """Some characters of a line; `named` when they are the numbers of characters that cannot be shown."""

    text: str
    marked: bool = False
    named: bool = False


class Line(NamedTuple):
    """A line, by its number from 1; `marked` when some of the range is in it."""

    number: int
    segments: list[Segment]
    marked: bool


def lines_of(text: str) -> list[str]:
    """The lines of a text, as diagnostics count them."""
    return _LINE_END.split(text.removeprefix("\ufeff"))


def excerpt(lines: list[str], place: Location) -> list[Line]:
    """The lines of a range, the first ones at most, and the line before and the line after."""
    last = min(place.end_line, place.line + _LINES_SHOWN - 1, len(lines))
    numbers = range(max(place.line - 1, 1), min(last + 1, len(lines)) + 1)
    return [_line(number, lines[number - 1], place) for number in numbers]


def _line(number: int, text: str, place: Location) -> Line:
    if not place.line <= number <= place.end_line:
        return Line(number, list(_cut(text, 0, 0)), marked=False)
    start = place.column - 1 if number == place.line else len(text) - len(text.lstrip())
    end = place.end_column - 1 if number == place.end_line else len(text)
    return Line(number, list(_cut(text, start, max(end, start + (number == place.line)))), marked=True)


def _cut(text: str, start: int, end: int) -> Iterator[Segment]:
    """The segments of a line, marked from `start` to `end`; of a long one, what is around the beginning of that."""
    first = max(start - _BEFORE, 0) if len(text) > _WIDTH else 0
    stop = first + _WIDTH
    if first:
        yield Segment(_ELLIPSIS)
    yield from _shown(text[first:start], marked=False)
    yield from _shown(text[start : min(end, stop)], marked=True)
    if end > len(text):  # what is missing at the end of a line
        yield Segment(" ", marked=True)
    yield from _shown(text[max(end, first) : stop], marked=False)
    if stop < len(text):
        yield Segment(_ELLIPSIS)


def _shown(text: str, *, marked: bool) -> Iterator[Segment]:
    for acts, found in groupby(text, _acts):
        run = "".join(found)
        yield Segment(" ".join(map(_number, run)) if acts else run, marked, acts)


def _acts(character: str) -> bool:
    return not (character.isprintable() or character == "\t" or unicodedata.category(character) == "Zs")


def _number(character: str) -> str:
    return f"U+{ord(character):04X}"
