"""Reading: every file of a graph once, in the order given.

What a file says is gathered as it is read (facts, house rules), handed to the sinks, then forgotten. Two
processes reading were no faster at 72 000 files: what they gain they lose sending the triples back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from .config import Settings
from .dataset import Parsed, Role, Source, read_one
from .diagnostics import Diagnostic
from .errors import UnreadableInput
from .lint import policy
from .lint.facts import Facts, gather, ontologies
from .turtle.anchors import Unplaced

Progress = Callable[[str, int, int], None]
Sink = Callable[[Parsed], None]


@dataclass(slots=True)
class Reading:
    """What reading every file gathers on the way: `unplaced` are findings that wait for their line and column."""

    facts: list[Facts] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    shapes: list[bytes] = field(default_factory=list)
    unreadable: list[UnreadableInput] = field(default_factory=list)
    triples: int = 0

    def homes(self) -> dict[str, Source]:
        """The file that describes each subject, data files first."""
        found: dict[str, Source] = {}
        for fact in sorted(self.facts, key=lambda f: f.source.role is not Role.DATA):
            for subject in fact.subjects:
                found.setdefault(subject, fact.source)
        return found


def read(
    settings: Settings, sources: Sequence[Source], sinks: Iterable[Sink] = (), progress: Progress | None = None
) -> Reading:
    """Read, parse and lint `sources`, the ontology first; each is handed to every sink, then forgotten."""
    sinks, reading = list(sinks), Reading()
    namespaces: tuple[str, ...] = ()
    for number, source in enumerate(sources, start=1):
        if progress is not None:
            progress("read", number, len(sources))
        try:
            parsed = read_one(source, settings.limits.file_bytes)
        except UnreadableInput as error:
            reading.unreadable.append(error)
            continue
        if source.graph == settings.graph.graph_base + "ontology":  # these files come first
            namespaces += ontologies(parsed.document.ntriples)
        facts = gather(parsed, settings.graph.base, namespaces)
        reading.facts.append(facts)
        reading.triples += facts.triples
        reading.diagnostics += parsed.document.diagnostics
        reading.unplaced += policy.check(parsed, facts, settings)
        if source.role is Role.SHAPES:
            reading.shapes.append(parsed.document.ntriples)
        for sink in sinks:
            sink(parsed)
    return reading
