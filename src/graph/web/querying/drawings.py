"""A small graph as a drawing: its things on two sides, the one most linked between them, what links them across."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

from ...lint.statements import Statement, every
from ...namespaces import RDF
from ...turtle.parse import parse

NODES = 40  # things of a drawing: more are not told apart
BASE = "urn:drawing"  # of no use: an answer has absolute IRIs
BYTES = 50_000  # of the graph's Turtle: more is no drawing
WIDTH, STEP, SIDE = 1_000, 26, 300  # of the drawing; between two things; from its edge to the farthest of them
_BOW = 60  # how much the sides are bent
_TYPE = RDF + "type"


@dataclass(frozen=True, slots=True)
class Node:
    """A thing and its place; `side` is where its label goes: start, middle or end, as `text-anchor` says."""

    iri: str
    x: float
    y: float
    side: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A property from one place to another, as the path of a line."""

    property: str
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a template draws; `left_out` things had no room."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    height: int
    left_out: int

    def iris(self) -> Iterator[str]:
        """Every IRI that wants a label."""
        yield from (node.iri for node in self.nodes)
        yield from (edge.property for edge in self.edges)


def drawing(turtle: bytes) -> Drawing | None:
    """The drawing of the links between things, types left out; None where there are none, or far too many."""
    if len(turtle) > BYTES:
        return None
    triples = every(parse(turtle, path="", base=BASE, limit=BYTES).ntriples)
    links = [each for each in triples if each[1] != _TYPE and each[0] != each[2] and not _is_literal_or_blank(each)]
    degrees = Counter(end for subject, _, thing in links for end in (subject, thing))
    kept = [iri for iri, _ in sorted(degrees.items(), key=lambda pair: (-pair[1], pair[0]))[:NODES]]
    if not kept:
        return None
    height = STEP * (len(kept) // 2 + 2)
    places = {node.iri: node for node in _placed(kept, degrees[kept[0]] >= len(links) / 2, height)}
    edges = tuple(
        Edge(name, _path(places[subject], places[thing], height))
        for subject, name, thing in links
        if subject in places and thing in places
    )
    return Drawing(tuple(places.values()), edges, height, len(degrees) - len(kept))


def _is_literal_or_blank(triple: Statement) -> bool:
    return triple[0].startswith("_:") or triple[2].startswith(("_:", '"'))


def _placed(iris: list[str], centred: bool, height: int) -> Iterator[Node]:  # noqa: FBT001 - told by the first line
    """Two bent columns of things, and between them the first, when it is the centre of the graph."""
    if centred:
        yield Node(iris[0], WIDTH / 2, height / 2, "middle")
    around = iris[1:] if centred else iris
    half = (len(around) + 1) // 2
    for column, side in ((around[:half], "end"), (around[half:], "start")):
        for number, iri in enumerate(column):
            y = height / 2 + STEP * (number - (len(column) - 1) / 2)
            bow = _BOW * sqrt(max(0.0, 1 - (2 * y / height - 1) ** 2))
            x = SIDE + _BOW - bow if side == "end" else WIDTH - SIDE - _BOW + bow
            yield Node(iri, round(x, 1), round(y, 1), side)


def _path(start: Node, end: Node, height: int) -> str:
    if "middle" in (start.side, end.side):
        return f"M{start.x} {start.y}L{end.x} {end.y}"
    return f"M{start.x} {start.y}Q{WIDTH / 2} {height / 2} {end.x} {end.y}"
