"""One file, one named graph: a data file whose graph is another's would be merged with it, unseen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...dataset import Role
from ...diagnostics import Diagnostic, Location, Severity
from ...texts import Text
from ...turtle.anchors import Anchor, Unplaced
from ..facts import Facts


def taken(facts: Iterable[Facts], selected: frozenset[str], reserved: frozenset[str]) -> Iterator[Unplaced]:
    """PAS208: a data file whose named graph is that of a file of the model, or one that no file may be."""
    facts = list(facts)
    model = {fact.source.graph: fact.source.name for fact in facts if fact.source.role in (Role.ONTOLOGY, Role.SHAPES)}
    for fact in facts:
        source = fact.source
        if source.role is Role.DATA and source.place and source.graph in selected:
            other = model.get(source.graph) or (source.graph if source.graph in reserved else None)
            if other is not None:
                text = Text("integrity.graph-taken", {"graph": source.graph, "other": other})
                place = Location(source.name)
                yield Diagnostic(place, Severity.ERROR, "PAS208", text, rule="graph-taken"), Anchor()
