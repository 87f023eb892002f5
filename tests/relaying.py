"""Identity closed over a store, as a build does it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from graph.config import Graph
from graph.dataset import INFERRED_GRAPH
from graph.relay.identity import Joined, cut
from graph.relay.names import write
from graph.relay.statements import QUARANTINE


def close(store: ox.Store, graph: Graph, path: Path) -> int:
    """Write the names of the things of a store's default graph into a new file; how many there are."""
    joined = Joined(graph.base)
    default = (quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    joined.read(ox.serialize(default, format=ox.RdfFormat.N_TRIPLES))
    cut(joined, store, inferred(store, graph.graph_base))
    path.unlink(missing_ok=True)
    return write(path, joined.things())


def inferred(store: ox.Store, graph_base: str) -> set[ox.Triple]:
    """What no file states, and no portal."""
    named = {quad.triple: set() for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    for triple, graphs in named.items():
        graphs.update(quad.graph_name for quad in store.quads_for_pattern(*triple, None))
    apart = ox.DefaultGraph(), ox.NamedNode(graph_base + INFERRED_GRAPH)
    return {
        triple
        for triple, graphs in named.items()
        if not any(graph not in apart and not graph.value.startswith(graph_base + QUARANTINE) for graph in graphs)
    }
