"""The relay in a worker: what is linked to some IRIs, or next to them, as JSON; links as a graph too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from .results import serialise_graph

if TYPE_CHECKING:
    from pyoxigraph import Store

    from ..relay.kinds import Kinds
    from ..relay.lookup import Relay

_STORES_KEPT = 3


def write(store: Store, message: Mapping[str, Any], output: BinaryIO) -> None:
    """Write the answer for the IRIs of a message: an array in their order; with a `format`, the links of them all."""
    relay = _relay(store, message["names"], message["graph_base"], tuple(message["publisher"]))
    answers = relay.each(message["iris"])
    if "format" in message:
        from ..relay.rdf import triples

        serialise_graph(
            (each for found in answers for each in triples(found, relay)),
            message["format"],
            output,
            message["prefixes"],
        )
        return
    output.write(b"[")
    for count, found in enumerate(answers):
        part = json.dumps(found, ensure_ascii=False).encode()
        output.write(b"," + part if count else part)
    output.write(b"]")


def neighbours(store: Store, message: Mapping[str, Any], output: BinaryIO) -> None:
    """Write what is next to the things of a message: `things`, by IRI, and the `kinds` of link in their order."""
    from ..relay.neighbours import Neighbours

    kinds = _kinds(store)
    reading = Neighbours(store, kinds, message["sizes"])
    order = sorted(set(kinds.values()), key=kinds.order)
    found = {
        "things": {iri: reading.of(iri, message["most"]) for iri in message["iris"]},
        "kinds": {kind: kinds.label(kind) for kind in order},
    }
    output.write(json.dumps(found, ensure_ascii=False).encode())


@lru_cache(_STORES_KEPT)
def _kinds(store: Store) -> Kinds:
    from ..relay.kinds import Kinds

    return Kinds.read(store)


@lru_cache(_STORES_KEPT)
def _relay(store: Store, names: str | None, graph_base: str, publisher: tuple[str, str]) -> Relay:
    from ..relay.lookup import Relay
    from ..relay.names import Names
    from ..relay.word import Publisher

    return Relay(store, None if names is None else Names(Path(names)), graph_base, Publisher(*publisher))
