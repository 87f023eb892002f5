"""An answer as a chart: bars by label, or lines along a time, drawn by the templates without any script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from ...namespaces import XSD
from .coordinates import is_axis

if TYPE_CHECKING:
    from ...sparql.header import ChartHeader
    from ..terms import Row, Term

BARS = 50  # rows of a chart: more are not read
SERIES = 3  # columns of a chart that nobody chose
WIDTH, HEIGHT = 320, 160  # of the lines, in units of the drawing
_TIMES = frozenset(XSD + name for name in ("gYear", "gYearMonth", "date", "dateTime"))
_YEAR, _MONTH, _DAY = 4, 7, 10  # characters of 2026-11-22


@dataclass(frozen=True, slots=True)
class Bar:
    """A row: what it is called, and for each series its number as written and its share of the longest, in percent."""

    label: Term
    values: tuple[tuple[str, float] | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a template draws; `left_out` rows had no room.

    `lines` has for each series its points, `x,y` in units of the drawing; `ticks` the numbers of the vertical axis and
    their heights; `ends` the first and the last label of the horizontal one.
    """

    kind: str
    label: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    lines: tuple[str, ...] = ()
    ticks: tuple[tuple[float, float], ...] = ()
    left_out: int = 0

    def called(self, headings: Mapping[str, str]) -> Chart:
        """The same, its columns called as people do."""
        series = tuple(headings.get(name, name) for name in self.series)
        return replace(self, label=headings.get(self.label, self.label), series=series)

    @property
    def ends(self) -> tuple[Term, Term]:
        """The labels at both ends."""
        return self.bars[0].label, self.bars[-1].label


def chart(columns: Sequence[str], rows: Sequence[Row], asked: ChartHeader | None = None) -> Chart | None:
    """The chart a query's header asks for, else the one its answer suggests; None where there is nothing to compare."""
    kind, label, series = (asked.kind, asked.label, asked.values) if asked else _suggested(columns, rows)
    told = [row for row in rows if label in row and any(_number(row.get(name)) is not None for name in series)]
    if len(told) < 2:  # noqa: PLR2004 - one row compares with nothing
        return None
    if kind == "line":
        return _lines(label, series, told)
    shown = told[:BARS]
    longest = max((abs(_number(row.get(name)) or 0) for row in shown for name in series), default=0) or 1
    bars = tuple(Bar(row[label], tuple(_share(row.get(name), longest) for name in series)) for row in shown)
    return Chart("bar", label, series, bars, left_out=len(told) - len(shown))


def _suggested(columns: Sequence[str], rows: Sequence[Row]) -> tuple[str, str, tuple[str, ...]]:
    """A kind, a column that tells the rows apart, a time first, a text rather than an IRI, and columns of numbers."""
    numbers = tuple(name for name in figures(columns, rows) if not is_axis(name))  # a place is no amount
    apart = [name for name in columns if len({row[name].value for row in rows if name in row}) == len(rows)]
    for name in apart:
        if _all(rows, name, lambda term: term.datatype in _TIMES and _moment(term) is not None):
            return "line", name, numbers[:SERIES]
    texts = [name for name in apart if name not in numbers]
    texts.sort(key=lambda name: any(row[name].is_iri for row in rows))
    return ("bar", texts[0], numbers[:SERIES]) if texts else ("", "", ())


def figures(columns: Sequence[str], rows: Sequence[Row]) -> tuple[str, ...]:
    """The columns of numbers alone."""
    return tuple(name for name in columns if _all(rows, name, lambda term: _number(term) is not None))


def _all(rows: Sequence[Row], name: str, holds: Callable[[Term], bool]) -> bool:
    found = [row[name] for row in rows if name in row]
    return bool(found) and all(map(holds, found))


def _number(term: Term | None) -> float | None:
    return None if term is None else term.number


def _moment(term: Term) -> float | None:
    """A place along a time, in days; a whole number is its own."""
    number = _number(term)
    if number is not None:
        return number
    text = term.value
    padded = text[:_DAY] if len(text) >= _DAY else text[:_MONTH] + "-01" if len(text) == _MONTH else text + "-01-01"
    try:
        return float(date.fromisoformat(padded).toordinal())
    except ValueError:
        return None


def _share(term: Term | None, longest: float) -> tuple[str, float] | None:
    number = _number(term)
    return None if term is None or number is None else (term.value, round(100 * abs(number) / longest, 2))


def _lines(label: str, series: tuple[str, ...], rows: Sequence[Row]) -> Chart | None:
    timed = [(moment, row) for row in rows if (moment := _moment(row[label])) is not None]
    timed.sort(key=lambda pair: pair[0])
    if len(timed) < 2 or timed[0][0] == timed[-1][0]:  # noqa: PLR2004 - a line has two ends
        return None
    numbers: list[Mapping[str, float]] = [
        {name: number for name in series if (number := _number(row.get(name))) is not None} for _, row in timed
    ]
    low = min(0.0, *(number for each in numbers for number in each.values()))
    high = max(0.0, *(number for each in numbers for number in each.values()))
    step = _step(high - low, whole=all(number.is_integer() for each in numbers for number in each.values()))
    first, last = timed[0][0], timed[-1][0]

    def height(number: float) -> float:
        return round(HEIGHT * (1 - (number - low) / ((high - low) or 1)), 1)

    def points(name: str) -> str:
        places = ((moment, each[name]) for (moment, _), each in zip(timed, numbers, strict=True) if name in each)
        return " ".join(f"{WIDTH * (at - first) / (last - first):.1f},{height(number)}" for at, number in places)

    longest = max(abs(low), high) or 1
    bars = tuple(Bar(row[label], tuple(_share(row.get(name), longest) for name in series)) for _, row in timed)
    heights = (step * n for n in range(ceil(low / step), floor(high / step) + 1))
    ticks = tuple((number, height(number)) for number in heights)
    return Chart("line", label, series, bars, tuple(map(points, series)), ticks)


def _step(span: float, *, whole: bool) -> float:
    """A round number that divides a span in two to five parts; one at least for whole numbers."""
    step = 10.0 ** floor(log10(span)) if span else 1.0
    parts = next((part for part in (1, 2, 5) if span / step * part >= 2), 5)  # noqa: PLR2004 - parts
    return max(step / parts, 1.0) if whole else step / parts
