"""Integrity across the whole graph: what no file shows alone. One check a module, each a pure function of facts.

`selected` are the named graphs of the files asked about; the others are context, and have nothing told of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...config import Graph
from ...dataset import RESERVED_GRAPHS
from ...turtle.anchors import Unplaced
from ..axioms import Axioms
from ..facts import Facts
from .cycles import cycles
from .deprecated import deprecated
from .duplicates import described_twice, duplicates
from .graphs import taken
from .licences import unlawful
from .links import Stating, contradicted
from .reuses import belated
from .separations import separated
from .undescribed import Removed, undescribed
from .untyped import untyped

__all__ = ["findings"]


def findings(  # noqa: PLR0913  each has a name at the call
    facts: Iterable[Facts],
    selected: frozenset[str],
    axioms: Axioms,
    graph: Graph,
    *,
    removed: Removed,
    stating: Stating,
) -> Iterator[Unplaced]:
    """What integrity says of the files of `selected`: PAS201 to PAS213.

    `graph` says where things and named graphs live; `removed`, which of the IRIs given had a file that is no longer
    there, and its name; `stating`, which of the statements given are made, and by which files.
    """
    facts = sorted(facts, key=lambda fact: (fact.source.graph, fact.source.name))  # told the same, read in any order
    yield from undescribed(facts, selected, removed)
    yield from described_twice(facts, selected, graph.base)
    yield from duplicates(facts, selected)
    yield from cycles(facts, selected, axioms, graph.base)
    yield from deprecated(facts, selected)
    yield from contradicted(facts, selected, axioms, stating)
    yield from separated(facts, selected, graph.base)
    yield from untyped(facts, selected, axioms, graph.base)
    yield from taken(facts, selected, frozenset(graph.graph_base + name for name in RESERVED_GRAPHS))
    yield from unlawful(facts, selected, graph.base)
    yield from belated(facts, selected, graph.base)
