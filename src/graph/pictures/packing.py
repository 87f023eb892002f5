"""Where circles go: the largest in the middle, each other beside those already there, near what it is tied to.

A few dozen circles at most: every place that touches another one is tried, and the best is kept. The same circles go
to the same places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import cos, hypot, pi, sin

_TURNS = 24  # places that are tried around a circle
_FLAT = 1.5  # how much more it costs to go up than aside: a picture is wider than high
_CENTRE = 0.6  # what the middle draws, beside all ties of a circle together
_CLOSE = 1e-6

Point = tuple[float, float]


def packed(radii: Sequence[float], ties: Mapping[tuple[int, int], float]) -> list[Point]:
    """The centre of each circle, so that none covers another; `ties` draw two circles together, the strong ones more.

    Circles are placed in the order in which they are given.
    """
    places: list[Point] = []
    for number, radius in enumerate(radii):
        drawn = [ties.get((other, number), 0.0) + ties.get((number, other), 0.0) for other in range(number)]
        free = (place for place in _beside(places, radii, radius) if _fits(place, radius, places, radii))
        places.append(min(free, key=lambda place: _cost(place, places, drawn), default=(0.0, 0.0)))
    return places


def _beside(places: Sequence[Point], radii: Sequence[float], radius: float) -> Iterator[Point]:
    for (x, y), other in zip(places, radii, strict=False):
        for turn in range(_TURNS):
            angle = 2 * pi * turn / _TURNS
            yield x + (radius + other) * cos(angle), y + (radius + other) * sin(angle)


def _fits(place: Point, radius: float, places: Sequence[Point], radii: Sequence[float]) -> bool:
    return all(
        hypot(place[0] - x, place[1] - y) >= radius + other - _CLOSE
        for (x, y), other in zip(places, radii, strict=False)
    )


def _cost(place: Point, places: Sequence[Point], drawn: Sequence[float]) -> tuple[float, Point]:
    """How far a place is from what draws it, then the place itself, rounded: equal places have one order."""
    total = sum(drawn)
    tied = sum(tie * _far(place, other) for tie, other in zip(drawn, places, strict=True)) / total if total else 0.0
    rounded = (round(place[0], 3), round(place[1], 3))
    return round(tied + _CENTRE * _far(place, (0.0, 0.0)), 3), rounded


def _far(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], _FLAT * (one[1] - other[1]))
