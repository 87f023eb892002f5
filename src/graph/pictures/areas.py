"""The picture of the themes: an area for each, as large as what it has.

A small graph is drawn thing by thing, each a dot in the area of its theme, and each link a line. Of a large one, areas
have the size of what they hold, and lines the width of what ties two of them: never a hairball.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from math import cos, pi, sin, sqrt
from urllib.parse import quote

from ..texts import say
from .packing import Point, packed
from .svg import LINE, broken, circle, drawn, line, link, named, plate, words
from .themes import DOTS, Themes

_SHOWN = 24  # themes
_LINES = 500  # links between things that are drawn one by one
_TIES = 2  # others that each theme is joined to by a line, at least: those it has most with
_GAP, _DOT, _TURN = 7.2, 4.5, pi * (3 - sqrt(5))  # between dots; a dot; from one dot to the next, as in a sunflower
_ALL, _LEAST = 150_000.0, 14.0  # of all areas together where they are sized by counts; the radius of the least
_ROUND, _WIDE = 26, 74  # around a circle, for its name; half of a name
_BROAD = 14.0  # the width of the strongest tie


class Areas:
    """The picture of some themes, things of which have IRIs that begin with `base`."""

    def __init__(self, themes: Themes, base: str) -> None:
        self._all = themes
        self._base = base
        self._shown = themes.themes[:_SHOWN]
        dots = sum(len(theme.things) for theme in self._shown)
        self._one_by_one = dots <= DOTS and len(themes.links) <= _LINES and bool(themes.titles)
        self._sizes = self._sized()
        ties = {pair: count for pair, count in themes.ties.items() if max(pair) < len(self._shown)}
        self._strongest = list(_strongest(ties))
        self._places = packed([max(size + _ROUND, _WIDE) for size in self._sizes], ties)
        self._dots = self._sown() if self._one_by_one else {}

    def drawn(self, language: str) -> str:
        """The picture, in a language."""
        areas = list(self._areas(language))
        below = [*areas, *self._lines(language)] if self._one_by_one else [*self._ties(language), *areas]
        counts = {"themes": len(self._all.themes), "things": len(self._all.of), "links": len(self._all.links)}
        description = say(language, "pictures.themes-description", **counts)
        if counts["themes"] > len(self._shown):
            description += " " + say(language, "pictures.themes-left-out", count=counts["themes"] - len(self._shown))
        title = say(language, "pictures.themes-title")
        return drawn(self._box(), language, title, description, [*below, *self._named(language)])

    def _sized(self) -> list[float]:
        counts = [len(theme.things) for theme in self._shown]
        if self._one_by_one:
            return [_GAP * sqrt(count) + _GAP for count in counts]
        return [max(_LEAST, sqrt(_ALL / pi * count / sum(counts))) for count in counts]

    def _box(self) -> tuple[float, float, float, float]:
        left = min(x - max(size, _WIDE) for (x, _), size in zip(self._places, self._sizes, strict=True))
        right = max(x + max(size, _WIDE) for (x, _), size in zip(self._places, self._sizes, strict=True))
        top = min(y - size for (_, y), size in zip(self._places, self._sizes, strict=True))
        bottom = max(y + size + 3 * _ROUND for (_, y), size in zip(self._places, self._sizes, strict=True))
        return left - _ROUND, top - _ROUND, right - left + 2 * _ROUND, bottom - top + _ROUND

    def _sown(self) -> dict[tuple[int, str], Point]:
        """Where the dot of each thing is, in each of its themes: what is most linked in the middle."""
        degrees = Counter(thing for pair in self._all.links for thing in pair)
        found = {}
        for place, (x, y) in enumerate(self._places):
            for number, thing in enumerate(sorted(self._shown[place].things, key=lambda each: -degrees[each])):
                far, angle = _GAP * sqrt(number + 0.3), number * _TURN
                found[place, thing] = (x + far * cos(angle), y + far * sin(angle))
        return found

    def _lines(self, language: str) -> Iterator[str]:
        """The links between things, in the rarest theme of each, and between the dots of one thing."""
        in_themes = {
            thing: [self._dots[place, thing] for place in places if (place, thing) in self._dots]
            for thing, places in self._all.of.items()
        }
        for one, other in self._all.links:
            if in_themes[one] and in_themes[other]:
                names = {"one": self._title(one, language), "other": self._title(other, language)}
                told = say(language, "pictures.themes-link", **names)
                yield line(_straight(in_themes[one][0], in_themes[other][0]), "tie", told)
        for thing, dots in in_themes.items():
            for one, other in combinations(dots, 2):
                yield line(_straight(one, other), "tie same", self._title(thing, language))

    def _ties(self, language: str) -> Iterator[str]:
        for (one, other), count in self._strongest:
            names = {"one": self._called(one, language), "other": self._called(other, language)}
            told = say(language, "pictures.themes-tie", count=count, **names)
            width = max(1.0, _BROAD * count / self._strongest[0][1])
            yield line(_straight(self._places[one], self._places[other]), "tie", told, width)

    def _areas(self, language: str) -> Iterator[str]:
        for place, (theme, size) in enumerate(zip(self._shown, self._sizes, strict=True)):
            told = say(language, "pictures.themes-area", theme=self._called(place, language), count=len(theme.things))
            yield link(theme.address, told, circle(*self._places[place], size, "area"))

    def _named(self, language: str) -> Iterator[str]:
        """The dots and the names, over lines, which end at the names."""
        labels = list(self._labels(language))
        for x, below, lines, count in labels:
            yield plate(x, below, [*lines, count])
        for (_, thing), dot in self._dots.items():
            page = "/id/" + quote(thing.removeprefix(self._base))
            yield link(page, self._title(thing, language), circle(*dot, _DOT, "dot"))
        for x, below, lines, count in labels:
            yield words(x, below, lines, "strong") + words(x, below + LINE * len(lines), [count], "count")

    def _labels(self, language: str) -> Iterator[tuple[float, float, list[str], str]]:
        """Where the name of each theme is, its lines, and how much it has."""
        for place, (theme, size, (x, y)) in enumerate(zip(self._shown, self._sizes, self._places, strict=True)):
            count = f"{len(theme.things):,}".replace(",", "\u202f" if language == "fr" else ",")
            yield x, y + size + LINE, broken(self._called(place, language)), count

    def _called(self, place: int, language: str) -> str:
        theme = self._all.themes[place]
        return named(theme.wordings, language, theme.iri)

    def _title(self, thing: str, language: str) -> str:
        return named(self._all.titles[thing], language, thing.removeprefix(self._base))


def _strongest(ties: Mapping[tuple[int, int], int]) -> Iterator[tuple[tuple[int, int], int]]:
    """The ties that are among the first of one of their ends, the strongest first."""
    had: Counter[int] = Counter()
    for pair, count in sorted(ties.items(), key=lambda tie: (-tie[1], tie[0])):
        if min(had[place] for place in pair) < _TIES:
            had.update(pair)
            yield pair, count


def _straight(start: Point, end: Point) -> str:
    return f"M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"
