"""A link that was found, and how the contract writes it: from what to what, how, and on whose word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from .word import DECISION, NOTHING, SOURCES, Facts, first, said_by

if TYPE_CHECKING:
    from .kinds import Kinds
    from .lookup import Relay

Path = tuple[str, ...]


class Link(NamedTuple):
    """A link, and what carries it: its record, or a reuse. `path` leads from what is asked to its far end."""

    start: str
    property: str
    end: str
    graph: str
    portal: str
    path: Path
    carrier: str | None = None


def sort_key(link: Link, kinds: Kinds) -> tuple[Any, ...]:
    """What sorts links: their kind, in the order of kinds, then what they say."""
    return kinds.order(kinds.get(link.property, "")), link[1:4], link.start


def written(link: Link, relay: Relay, facts: Callable[[str, str], Facts]) -> dict[str, Any]:
    """The link in the words of the contract; `facts` are what the graph and one portal say of a node."""
    far, kind = link.path[-1], relay.kinds.get(link.property, "")
    carrier = facts(link.carrier, link.portal) if link.carrier is not None else NOTHING
    source = first(carrier, SOURCES) or relay.source(link.start, link.portal)
    word = relay.word(link.graph, source, link.portal)
    if carrier:
        word = said_by(word, carrier)
    return {
        "from": link.start,
        "to": link.end,
        "property": link.property,
        "direction": "in" if far == link.start else "out",
        "kind": kind,
        "kind_label": relay.kinds.label(kind),
        "label": relay.titles(far, link.portal),
        "property_label": relay.titles(link.property),
        "graph": link.graph,
        **word._asdict(),
        "carrier": link.carrier,
        "decision": first(carrier, (DECISION,)),
        "path": link.path,
    }
