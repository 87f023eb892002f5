"""The neighbourhood explorer: what is one or two steps from a thing, as nodes and edges, a table and a drawing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ...errors import NoSuchThing
from ...relay.neighbours import OUT, Group
from ...texts import shortened
from . import tombstones
from .facts import DESCRIPTIONS
from .naming import BLANK
from .neighbourhood import NODES, Around, drawing, read, shape_of, shared

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site

PAGE = "explore.html"
DEPTHS = ("1", "2")
BEYOND = 4  # neighbours of each neighbour, at the second step
_TOLD = 240  # characters of a description


class Edge(NamedTuple):
    """A property that leads from one thing to another; `kind` is the kind of link, empty for none."""

    start: str
    property: str
    end: str
    kind: str


@dataclass(slots=True)
class Node:
    """A thing so many steps away; `left_out` neighbours are not shown, at least when not `whole`.

    Of what is on the edge nothing was read: `left_out` is None.
    """

    iri: str
    depth: int
    left_out: int | None = None
    whole: bool = True


@dataclass(slots=True)
class Explored:
    """What is around a thing, read so many steps far."""

    uri: str
    depth: int
    found: Around
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[Edge, None] = field(default_factory=dict)

    def add(self, around: Around, iri: str, most: int) -> None:
        """Add the neighbours of a thing that is there, at most so many."""
        groups = around.things[iri] or []
        node = self.nodes[iri]
        counts = shared([len(each.others) for each in groups], most)
        for group, count in zip(groups, counts, strict=True):
            for other in group.others[:count]:
                self.nodes.setdefault(other, Node(other, node.depth + 1))
                self.edges[_edge(iri, group, other)] = None
        node.left_out = sum(each.count for each in groups) - sum(counts)
        node.whole = all(each.whole for each in groups)

    @property
    def beyond(self) -> list[str]:
        """The things one step away."""
        return [iri for iri, node in self.nodes.items() if node.depth == 1]


async def explored(request: Request, site: Site, uri: str, depth: int) -> Explored:
    """What is around a thing, one or two steps far. Raises NoSuchThing where nothing is said of it, and ThingGone."""
    around = await read(request, site, [uri], NODES)
    if around.things[uri] is None or await tombstones.stands(request, uri):
        raise await tombstones.gone(request, uri) or NoSuchThing("no-such-thing", iri=f"<{uri}>")
    found = Explored(uri, depth, around, {uri: Node(uri, 0)})
    found.add(around, uri, NODES)
    if depth > 1 and found.beyond:
        further = await read(request, site, found.beyond, BEYOND)
        for iri in found.beyond:
            found.add(further, iri, BEYOND)
    return found


async def form(request: Request, site: Site) -> str:
    """What the explorer is for, and where to begin."""
    examples = [row["thing"].value for row in await site.rows(request, "featured")][:6]
    labels = await site.labels(request, examples)
    return site.pages.render(PAGE, request, problem=None, **{**BLANK, "examples": examples, "labels": labels})


async def page(request: Request, site: Site, uri: str, depth: int) -> str:
    """The page: a drawing and a table, which need no script, and the place for the one that does."""
    found = await explored(request, site, uri, depth)
    labels = await site.labels(request, _iris(found))
    return site.pages.render(
        PAGE,
        request,
        problem=None,
        found=found,
        drawing=drawing(site, uri, found.found),
        kind_of=site.kind_of,
        labels=labels,
    )


async def as_json(request: Request, site: Site, uri: str, depth: int) -> str:
    """The same for programs, and for the script of the page, in the reader's language."""
    found = await explored(request, site, uri, depth)
    labels = await site.labels(request, _iris(found))
    about = await site.labels(request, found.nodes, DESCRIPTIONS)
    view = site.pages.view(request, labels)

    def node(each: Node) -> dict[str, Any]:
        kind = site.kind_of(each.iri)
        return {
            "iri": each.iri,
            "label": view.label(each.iri),
            "kind": kind or None,
            "kind_label": view.kind(kind) if kind else None,
            "shape": shape_of(kind),
            "description": shortened(about[each.iri][0], _TOLD) if each.iri in about else None,
            "href": view.href(each.iri) or None,
            "depth": each.depth,
            "left_out": each.left_out,
            "complete": None if each.left_out is None else each.whole and not each.left_out,
        }

    def edge(each: Edge) -> dict[str, Any]:
        return {
            "from": each.start,
            "to": each.end,
            "property": each.property,
            "label": view.label(each.property),
            "kind": each.kind or None,
            "kind_label": view.text(_wordings(found, each)) or None,
            "rank": found.found.rank(each.kind),
        }

    told = {
        "uri": uri,
        "depth": depth,
        "nodes": [node(each) for each in found.nodes.values()],
        "edges": [edge(each) for each in found.edges],
    }
    return json.dumps(told, ensure_ascii=False)


def _edge(iri: str, group: Group, other: str) -> Edge:
    start, end = (iri, other) if group.way == OUT else (other, iri)
    return Edge(start, group.property, end, group.kind)


def _iris(found: Explored) -> set[str]:
    return {*found.nodes, *(each.property for each in found.edges)}


def _wordings(found: Explored, edge: Edge) -> Mapping[str, str]:
    return found.found.kinds.get(edge.kind, {})
