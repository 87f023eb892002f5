"""A link that was found, and how the contract writes it: from what to what, how, and on whose word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .word import DECISION, NOTHING, SOURCES, first, said_by

if TYPE_CHECKING:
    from .kinds import Kinds
    from .lookup import Relay
    from .statements import Read

Path = tuple[str, ...]


class Link(NamedTuple):
    """A link, and what carries it: its record, or a reuse. `portal` is the graph of the portal that alone says it.

    `decided` is our own record of what a portal says.
    """

    start: str
    property: str
    end: str
    graph: str
    portal: str
    carrier: str | None = None
    decided: str | None = None


def sort_key(link: Link, kinds: Kinds) -> tuple[Any, ...]:
    """What sorts links: those of portals last, then their kind, in the order of kinds, then what they say."""
    return bool(link.portal), kinds.order(kinds.of(link.property)), link[1:4], link.start, link.carrier or ""


def written(link: Link, relay: Relay, about: Read) -> dict[str, Any]:
    """The link in the words of the contract, whatever is asked: `seen_from` completes it.

    `about` is what was read of some nodes: of others, the store is asked.
    """
    kind = relay.kinds.of(link.property)
    carrier = relay.facts(link.carrier, link.portal) if link.carrier is not None else NOTHING
    source = first(carrier, SOURCES) if carrier else relay.source(link.start, link.portal, about)
    word = relay.word(link.graph, source, link.portal)
    if carrier:
        word = said_by(word, carrier)
    if link.portal:  # a portal may name anybody: it is the one that says so
        word = word._replace(asserted_by=relay.word(link.graph, None, link.portal).asserted_by or link.portal)
    return {
        "from": link.start,
        "to": link.end,
        "property": link.property,
        "direction": "out",
        "kind": kind,
        "kind_label": relay.kinds.label(kind),
        "label": {},
        "property_label": relay.property_label(link.property),
        "graph": link.graph,
        "quarantine": link.portal or None,
        **word._asdict(),
        "carrier": link.carrier,
        "decision": first(carrier if link.decided is None else relay.facts(link.decided), (DECISION,)),
        "path": (),
    }


def seen_from(found: dict[str, Any], path: Path, label: Mapping[str, str]) -> dict[str, Any]:
    """A link as it is seen by who asks: `path` leads from what is asked to its far end, which `label` names."""
    direction = "in" if path[-1] == found["from"] else "out"
    return {**found, "direction": direction, "label": label, "path": path}
