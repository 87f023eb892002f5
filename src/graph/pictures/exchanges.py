"""Who exchanges with whom: the sides that the types of exchange join, and between them the reuses that were told.

Widths are by count; a type without any reuse is there, dotted: that none is known says something too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from ..texts import say
from .packing import Point
from .svg import LINE, broken, circle, drawn, line, link, named, plate, words
from .titles import titles

_QUERIES = Path(__file__).parent
_SIDE, _FAR = 62.0, 230.0  # the radius of a side; from the middle to a side
_BROAD, _LEAST = 40.0, 3.0  # the widest flow, and the least
_LOOP = 150.0  # how far a side's exchange with itself is drawn out
_MARGIN, _WORDS = 20.0, (80.0, 48.0)  # around a side; around the first line of what a flow is called


@dataclass(frozen=True, slots=True)
class Exchange:
    """A type of exchange between two sides, perhaps the same, and how many reuses are of it."""

    iri: str
    first: str
    second: str
    reuses: int


@dataclass(frozen=True, slots=True)
class Exchanges:
    """The types of exchange in their order; `unknown` reuses are of none that is known."""

    types: list[Exchange]
    unknown: int
    titles: Mapping[str, Mapping[str, str]]
    base: str

    @classmethod
    def read(cls, store: ox.Store, base: str) -> Exchanges | None:
        """Those of a store; None where it has none."""
        rows = store.query((_QUERIES / "exchanges.rq").read_text(encoding="utf-8"))
        types = [
            Exchange(*(row[name].value for name in ("type", "first", "second")), int(row["reuses"].value))
            for row in rows
        ]
        if not types:
            return None
        [unknown] = store.query((_QUERIES / "unknown.rq").read_text(encoding="utf-8"))
        named_ = {iri: titles(store, iri) for each in types for iri in (each.iri, each.first, each.second)}
        return cls(types, int(unknown["reuses"].value), named_, base)

    @property
    def sides(self) -> list[str]:
        """The sides, in the order in which they are named."""
        return list(dict.fromkeys(side for each in self.types for side in (each.first, each.second)))

    def told(self) -> dict[str, Any]:
        """What the picture shows, for a table."""
        return {
            "unknown": self.unknown,
            "exchanges": [
                {
                    "iri": each.iri,
                    "labels": dict(self.titles[each.iri]),
                    "first": dict(self.titles[each.first]),
                    "second": dict(self.titles[each.second]),
                    "reuses": each.reuses,
                }
                for each in self.types
            ],
        }

    def drawn(self, language: str) -> str:
        """The picture, in a language."""
        places = dict(zip(self.sides, _around(len(self.sides)), strict=True))
        most = max(each.reuses for each in self.types) or 1
        counts = {"reuses": sum(each.reuses for each in self.types), "unknown": self.unknown}
        flows = [part for each in self.types for part in self._flow(each, places, most, language)]
        called = [part for each in self.types for part in self._words(each, places, language)]
        body = [*flows, *called, *(self._side(side, place, language) for side, place in places.items())]
        title = say(language, "pictures.exchanges-title")
        description = say(language, "pictures.exchanges-description", **counts)
        return drawn(self._box(places), language, title, description, body)

    def _box(self, places: Mapping[str, Point]) -> tuple[float, float, float, float]:
        held = [(place, (_SIDE + _MARGIN,) * 2) for place in places.values()]
        held += [(_between(places[each.first], places[each.second])[1], _WORDS) for each in self.types]
        left, top = (min(place[axis] - around[axis] for place, around in held) for axis in (0, 1))
        right, bottom = (max(place[axis] + around[axis] for place, around in held) for axis in (0, 1))
        return left, top, right - left, bottom - top

    def _side(self, side: str, place: Point, language: str) -> str:
        name = self._name(side, language)
        text = words(place[0], place[1] + 4, broken(name), "strong")
        return link(self._page(side), name, circle(*place, _SIDE, "area"), text)

    def _flow(self, each: Exchange, places: Mapping[str, Point], most: int, language: str) -> Iterator[str]:
        path, _ = _between(places[each.first], places[each.second])
        told = say(language, "pictures.exchanges-flow", name=self._name(each.iri, language), count=each.reuses)
        width = _LEAST + (_BROAD - _LEAST) * each.reuses / most if each.reuses else _LEAST
        yield link(self._page(each.iri), told, line(path, "flow" if each.reuses else "flow none", told, width))

    def _words(self, each: Exchange, places: Mapping[str, Point], language: str) -> Iterator[str]:
        """What a flow is called, and how many reuses it has, over every flow."""
        _, (x, y) = _between(places[each.first], places[each.second])
        called = broken(self._name(each.iri, language))
        said = say(language, "pictures.exchanges-count", count=each.reuses)
        y -= LINE * len(called) / 2
        yield plate(x, y, [*called, said])
        yield words(x, y, called) + words(x, y + LINE * len(called), [said], "count")

    def _name(self, iri: str, language: str) -> str:
        return named(self.titles[iri], language, iri.removeprefix(self.base))

    def _page(self, iri: str) -> str:
        return "/id/" + quote(iri.removeprefix(self.base))


def _around(count: int) -> Sequence[Point]:
    """So many places around the middle, the first at the top."""
    return [(_FAR * sin(2 * pi * each / count), -_FAR * cos(2 * pi * each / count)) for each in range(count)]


def _between(start: Point, end: Point) -> tuple[str, Point]:
    """From side to side, bent to the middle, and the place of its words."""
    if start == end:
        return _loop(start)
    x, y = (start[0] + end[0]) / 4, (start[1] + end[1]) / 4
    return f"M{_at(start)}Q{_at((x, y))} {_at(end)}", (1.5 * x, 1.5 * y)


def _loop(place: Point) -> tuple[str, Point]:
    """From a side to itself, outwards, and the place of its words."""
    far = hypot(*place) or 1.0
    x, y = place[0] / far, place[1] / far
    tip = (place[0] + x * _LOOP, place[1] + y * _LOOP)
    ends = [_at((tip[0] + turn * y * _LOOP, tip[1] - turn * x * _LOOP)) for turn in (1, -1)]
    return f"M{_at(place)}C{ends[0]} {ends[1]} {_at(place)}", tip


def _at(place: Point) -> str:
    return f"{place[0]:.1f} {place[1]:.1f}"
