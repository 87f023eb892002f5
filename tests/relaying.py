"""Identity closed over a store, as a build does it."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from graph.config import Graph
from graph.relay.identity import Joined, cut
from graph.relay.names import write


def close(store: ox.Store, graph: Graph, path: Path) -> int:
    """Write the names of the things of a store's default graph into a new file; how many there are."""
    joined = Joined(graph.base)
    default = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    joined.read(ox.serialize((quad.triple for quad in default), format=ox.RdfFormat.N_TRIPLES))
    cut(joined, store, graph.graph_base)
    path.unlink(missing_ok=True)
    return write(path, joined.things())
