"""What is around a thing, as a drawing that needs no script: the thing in the middle, its neighbours on both sides.

Neighbours stand in groups, one for each property and way, links between things first. What a line says is in the words
over its group, and the kind of link in its dashes; what a thing is, in its shape. Colours only repeat it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ...relay.neighbours import OUT, Group
from ..http.request import asked

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site

NODES, GROUPS = 24, 12  # things and groups of a drawing: more are not told apart
WIDTH, STEP, TOP = 700, 24, 18  # of the drawing; of a line of text; above the first
_COLUMNS = {"end": 226, "start": WIDTH - 226}  # where things are, by the side their label ends on
_REACH, _ARROW = 12, 7  # from a thing to the end of its line, and the length of its arrow
_ELLIPSE, _RING, _OCTAGON = "ellipse", "ring", "octagon"
#: The shape of each kind of thing, by the name that Cytoscape has for it.
SHAPES = {
    "productions": _ELLIPSE,
    "tools": "triangle",
    "organisations": "rectangle",
    "people": "vee",
    "events": "diamond",
    "concepts": "hexagon",
    "needs": "pentagon",
    "reuses": "star",
}
#: Each shape, around the origin.
OUTLINES = {
    _ELLIPSE: "M-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0z",
    _RING: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z",
    _OCTAGON: "M-2.2-5.2h4.4l3 3v4.4l-3 3h-4.4l-3-3v-4.4z",
    "triangle": "M0-6.2l6.2 11h-12.4z",
    "rectangle": "M-5-5h10v10h-10z",
    "vee": "M-6-5.5l6 3.4 6-3.4-6 11.4z",
    "diamond": "M0-6.6l6.6 6.6-6.6 6.6-6.6-6.6z",
    "hexagon": "M-6 0l3-5.2h6l3 5.2-3 5.2h-6z",
    "pentagon": "M0-6l5.7 4.2-2.2 6.7h-7l-2.2-6.7z",
    "star": "M0-6.6l1.7 4.4 4.6.1-3.6 2.9 1.3 4.6-4-2.6-4 2.6 1.3-4.6-3.6-2.9 4.6-.1z",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A neighbour and where it stands; `line` leads to it from the middle, and its `arrow` where the property does."""

    iri: str
    kind: str
    shape: str
    x: float
    y: float
    line: str
    arrow: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The neighbours that one property joins to the thing, one way, and where the words over them are.

    `side` is where labels go, as `text-anchor` says; `line` is the rank of the kind of link, 0 for none; `left_out` how
    many more there are, at least when not `whole`.
    """

    property: str
    way: str
    line: int
    side: str
    x: float
    y: float
    places: tuple[Place, ...]
    left_out: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is around a thing. `lines` are the kinds of link drawn, each with its rank and its names by language."""

    iri: str
    shape: str
    groups: tuple[Shown, ...]
    lines: tuple[tuple[int, Mapping[str, str]], ...]
    height: float
    left_out: int
    whole: bool

    def iris(self) -> Iterator[str]:
        """Every IRI that wants a label."""
        yield self.iri
        for group in self.groups:
            yield group.property
            yield from (place.iri for place in group.places)

    @property
    def width(self) -> int:
        """How wide it is."""
        return WIDTH

    @property
    def outlines(self) -> Mapping[str, str]:
        """Every shape, around the origin, as the path of its outline."""
        return OUTLINES

    @property
    def shapes(self) -> dict[str, list[str]]:
        """The kinds of things drawn, by their shape; what is elsewhere is of none."""
        found: dict[str, list[str]] = {}
        for group in self.groups:
            for place in group.places:
                kinds = found.setdefault(place.shape, [])
                if place.kind not in kinds:
                    kinds.append(place.kind)
        return found


class Around(NamedTuple):
    """The neighbours of some things, by IRI, None of one that nothing is said of; and the kinds of link, in order."""

    things: Mapping[str, list[Group] | None]
    kinds: Mapping[str, Mapping[str, str]]

    def rank(self, kind: str) -> int:
        """The place of a kind of link among them, from 1; 0 for what is none."""
        return list(self.kinds).index(kind) + 1 if kind else 0


async def read(request: Request, site: Site, iris: Sequence[str], most: int) -> Around:
    """What is next to some things, at most so many by each property."""
    found = await site.engine.neighbours(iris, most, **asked(request))
    things = {iri: None if told is None else [Group(*each) for each in told] for iri, told in found["things"].items()}
    return Around(things, found["kinds"])


async def around(request: Request, site: Site, iri: str) -> Drawing | None:
    """The drawing of what is around a thing; None where nothing is."""
    return drawing(site, iri, await read(request, site, [iri], NODES))


def drawing(site: Site, iri: str, found: Around) -> Drawing | None:
    """The drawing of what is around one thing, read before; None where nothing is."""
    groups = found.things[iri] or []
    if not groups:
        return None
    counts = shared([len(each.others) for each in groups[:GROUPS]], NODES)
    columns: dict[str, list[tuple[Group, int]]] = {"end": [], "start": []}
    rows = dict.fromkeys(columns, 0.0)
    for group, count in zip(groups, counts, strict=False):
        side = min(rows, key=lambda each: rows[each])
        columns[side].append((group, count))
        rows[side] += count + _words(group, count)
    height = max(rows.values()) * STEP + TOP
    shown = tuple(
        each for side, held in columns.items() for each in _column(site, found, held, (side, rows[side], height))
    )
    ranks = {each.line: each for each in shown}
    names = {0: {}} | {found.rank(kind): wordings for kind, wordings in found.kinds.items()}
    return Drawing(
        iri,
        shape_of(site.kind_of(iri)),
        shown,
        tuple((rank, names[rank]) for rank in sorted(ranks, key=lambda rank: rank or len(names))),
        height,
        sum(each.count for each in groups) - sum(counts),
        all(each.whole for each in groups),
    )


def shared(sizes: Sequence[int], room: int) -> list[int]:
    """How many of each group there is room for, when each has one more in turn."""
    given = [0] * len(sizes)
    while room and given != list(sizes):
        for place, size in enumerate(sizes):
            more = min(size - given[place], 1, room)
            given[place] += more
            room -= more
    return given


def shape_of(kind: str) -> str:
    """The shape of the things of a kind."""
    return SHAPES.get(kind, _OCTAGON) if kind else _RING


def _words(group: Group, count: int) -> float:
    """The lines of text that a group has besides its things: its heading, a half between groups, what is left out."""
    return 1.5 + (group.count > count)


def _column(
    site: Site, found: Around, held: Sequence[tuple[Group, int]], column: tuple[str, float, float]
) -> Iterator[Shown]:
    """The groups on one side, in the middle of the height."""
    side, rows, height = column
    x, y = _COLUMNS[side], (height - rows * STEP) / 2 + TOP
    outwards = 1 if side == "start" else -1
    for group, count in held:
        places = []
        for number, iri in enumerate(group.others[:count], 1):
            kind, at = site.kind_of(iri), y + number * STEP
            end = x - outwards * _REACH
            half = (WIDTH / 2 + x) / 2
            line = f"M{WIDTH / 2:g} {height / 2:g}C{half:g} {height / 2:g} {half:g} {at:g} {end:g} {at:g}"
            tip, tail = (end, end - outwards * _ARROW) if group.way == OUT else (end - outwards * _ARROW, end)
            arrow = f"M{tip:g} {at:g}L{tail:g} {at - 4:g}V{at + 4:g}z"
            places.append(Place(iri, kind, shape_of(kind), x, at, line, arrow))
        left_out = group.count - count
        yield Shown(group.property, group.way, found.rank(group.kind), side, x, y, tuple(places), left_out, group.whole)
        y += (count + _words(group, count)) * STEP
