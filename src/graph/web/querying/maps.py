"""An answer as a map: its places in an equirectangular projection fitted to them, drawn by the templates, no tiles."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import accumulate
from math import ceil, cos, dist, floor, radians
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .charts import Chart, chart
from .coordinates import Position, columns_of, position

if TYPE_CHECKING:
    from ...sparql.header import ChartHeader
    from ..terms import Row, Term

WIDTH = 640  # of a map, in units of the drawing
_FLAT, _TALL = 0.4, 0.8  # its height, in widths, at least and at most
_ALONE, _LEAST, _PADDED = 9.0, 0.2, 1.25  # degrees around a place alone, and around several; room around them
_NEAR = 16  # units: what is nearer is one place
_FEW = 3  # places whose names say what a map is of
_LINES = 5  # of the graticule, at most, each way
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 45)
_LETTER, _LINE, LONGEST = 7, 16, 28  # of a label: its letters' width and its height, in units; its letters
_OUTLINE = Path(__file__).parent / "outline.json"


class Thing(NamedTuple):
    """What a row puts on the map: its name, and the IRI that it leads to, or none."""

    name: Term
    iri: str


@dataclass(slots=True)
class Mark:
    """A place, in units of the drawing, its name if all that is there says one, and what is there.

    Its label is at its `side`, start or end, or has no room.
    """

    x: float
    y: float
    position: Position
    things: list[Thing] = field(default_factory=list)
    side: str = ""
    names: list[Term] = field(default_factory=list)

    @property
    def name(self) -> Term | None:
        """What the place is called; None where nothing says it, or where it has several names."""
        return self.names[0] if len(self.names) == 1 else None


class View(NamedTuple):
    """What part of the Earth is drawn: its edges in degrees, and the units of a degree each way."""

    west: float
    north: float
    across: float
    down: float
    height: float

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """The place of a point."""
        return round((longitude - self.west) * self.across, 1), round((self.north - latitude) * self.down, 1)

    @property
    def edges(self) -> tuple[Position, Position]:
        """Its corners at the south-west and at the north-east."""
        south, east = self.north - self.height / self.down, self.west + WIDTH / self.across
        return Position(south, self.west), Position(self.north, east)

    def shows(self, points: Sequence[tuple[float, float]]) -> bool:
        """Whether something of a line may be seen."""
        low, high = self.edges
        longitudes, latitudes = zip(*points, strict=True)
        across = min(longitudes) < high.longitude and max(longitudes) > low.longitude
        return across and min(latitudes) < high.latitude and max(latitudes) > low.latitude


@dataclass(frozen=True, slots=True)
class Map:
    """What a template draws; `left_out` rows have no place. `land` and `borders` are paths, where known."""

    label: str
    marks: tuple[Mark, ...]
    view: View
    land: str
    borders: str
    meridians: tuple[tuple[float, float], ...]
    parallels: tuple[tuple[float, float], ...]
    left_out: int
    kind: str = "map"

    @property
    def places(self) -> Sequence[Term]:
        """The names of its places, few enough to say what it is of; none where one has no name, or there are many."""
        names = dict.fromkeys(mark.name for mark in self.marks)
        return [name for name in names if name] if None not in names and len(names) <= _FEW else []

    def called(self, headings: Mapping[str, str]) -> Map:
        """The same, its column called as people do."""
        return replace(self, label=headings.get(self.label, self.label))


def pictured(columns: Sequence[str], rows: Sequence[Row], asked: ChartHeader | None = None) -> Chart | Map | None:
    """What a header asks for; else a map of what has a place, else a chart of what is to be compared."""
    if asked and asked.kind == "map":
        return _map(columns, rows, asked.values, asked.label, asked.place)
    drawn = None if asked else _map(columns, rows, columns_of(columns, rows))
    return drawn or chart(columns, rows, asked)


def _map(
    columns: Sequence[str], rows: Sequence[Row], axes: Sequence[str], label: str = "", place: str = ""
) -> Map | None:
    placed = [(at, row) for row in rows if axes and (at := position(row, axes)) is not None]
    if not placed:
        return None
    label = label or _label(columns, rows, axes)
    view = _fitted([at for at, _ in placed])
    marks: list[Mark] = []
    for at, row in placed:
        x, y = view.at(at.longitude, at.latitude)
        mark = next((each for each in marks if dist((each.x, each.y), (x, y)) < _NEAR), None)
        if mark is None:
            mark = Mark(x, y, at)
            marks.append(mark)
        if place in row and row[place] not in mark.names:
            mark.names.append(row[place])
        thing = _thing(columns, row, label)
        if thing is not None and thing not in mark.things:
            mark.things.append(thing)
    _label_what_has_room(marks)
    low, high = view.edges
    return Map(
        label,
        tuple(marks),
        view,
        _path(view, "france", "Z"),
        _path(view, "around", ""),
        tuple((degrees, view.at(degrees, 0)[0]) for degrees in _between(low.longitude, high.longitude, 180)),
        tuple((degrees, view.at(0, degrees)[1]) for degrees in _between(low.latitude, high.latitude, 90)),
        len(rows) - len(placed),
    )


def _label(columns: Sequence[str], rows: Sequence[Row], axes: Sequence[str]) -> str:
    """The column that names the rows: the first of texts, else of IRIs; empty where there is none."""
    others = [name for name in columns if name not in axes and any(name in row for row in rows)]
    texts = (name for name in others if all(_is_text(row[name]) for row in rows if name in row))
    return next(texts, next((name for name in others if any(name in row and row[name].is_iri for row in rows)), ""))


def _is_text(term: Term) -> bool:
    return term.kind == "literal" and term.number is None and not term.is_date


def _thing(columns: Sequence[str], row: Row, label: str) -> Thing | None:
    """What a row is about: the IRI of the column its name is called after, `place` of `placeName`, or the first."""
    if label not in row:
        return None
    if row[label].is_iri:
        return Thing(row[label], row[label].value)
    iris = [name for name in columns if name in row and row[name].is_iri]
    after = [name for name in iris if label.startswith(name)]
    return Thing(row[label], row[(after or iris)[0]].value if iris else "")


def _fitted(places: Sequence[Position]) -> View:
    """What shows them all, neither too flat nor too tall."""
    latitudes, longitudes = [at.latitude for at in places], [at.longitude for at in places]
    least = _ALONE if len({*places}) == 1 else _LEAST
    middle, centre = (min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2
    narrowed = max(cos(radians(middle)), 0.2)
    high = max(max(latitudes) - min(latitudes), least) * _PADDED
    wide = max((max(longitudes) - min(longitudes)) * narrowed, least) * _PADDED
    wide = max(wide, high / _TALL)
    high = max(high, wide * _FLAT)
    unit = WIDTH / wide
    return View(centre - wide / narrowed / 2, middle + high / 2, unit * narrowed, unit, round(high * unit))


def _between(low: float, high: float, end: int) -> Iterator[float]:
    """Round degrees, a few of them, between two edges and the ends of the Earth."""
    step = next((step for step in _STEPS if (high - low) / step <= _LINES), _STEPS[-1])
    for n in range(ceil(low / step), floor(high / step) + 1):
        if abs(n * step) <= end:
            yield round(n * step, 2)


def _label_what_has_room(marks: Sequence[Mark]) -> None:
    """Give a side to the label of each place that has one thing, where it covers neither another nor a place."""
    taken = [(mark.x - _NEAR / 2, mark.y - _NEAR / 2, mark.x + _NEAR / 2, mark.y + _NEAR / 2) for mark in marks]
    for mark in marks:
        if len(mark.things) != 1:
            continue
        width = _LETTER * min(len(mark.things[0].name.value), LONGEST) + _NEAR / 2
        top = mark.y - _LINE / 2
        for side, left in (("start", mark.x + _NEAR / 2), ("end", mark.x - _NEAR / 2 - width)):
            box = (left + 0.1, top, left + width - 0.1, top + _LINE)
            inside = left >= 0 and left + width <= WIDTH
            if inside and not any(_overlap(box, other) for other in taken):
                mark.side = side
                taken.append(box)
                break


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@cache
def _outline() -> Mapping[str, list[list[tuple[float, float]]]]:
    """The lines that are known, in degrees, longitude first: they are kept as hundredths, each a step from the last."""
    found = json.loads(_OUTLINE.read_text(encoding="utf-8"))
    return {part: [_degrees(line) for line in found[part]] for part in ("france", "around")}


def _degrees(line: str) -> list[tuple[float, float]]:
    steps = [int(each) / 100 for each in line.split()]
    return list(zip(accumulate(steps[::2]), accumulate(steps[1::2]), strict=True))


def _path(view: View, part: str, end: str) -> str:
    """The lines of the outline that a view shows, as the path of a drawing."""
    lines = (line for line in _outline()[part] if view.shows(line))
    return "".join(
        "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in (view.at(*point) for point in line)) + end for line in lines
    )
