"""Reading: every file of a graph once, in the order given.

What a file says is gathered as it is read (facts, house rules), handed to the sinks, then forgotten. Two
processes reading were no faster at 72 000 files: what they gain they lose sending the triples back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from itertools import chain, islice

from .config import Settings
from .dataset import IN_DEFAULT, OF_THE_MODEL, Parsed, Role, Source, read_one
from .diagnostics import Diagnostic
from .errors import UnreadableInput
from .lint.axioms import NONE, Axioms, axioms
from .lint.facts import Facts, gather
from .lint.runner import Linter
from .shacl.shapes import ShapesGraph
from .turtle.anchors import Unplaced

Progress = Callable[[str, int, int], None]
Sink = Callable[[Parsed], None]


@dataclass
class Reading:
    """What reading every file gathers on the way: `unplaced` are findings that wait for their line and column.

    `axioms` are what the top of the ontology folder says; `starts`, where the triples of each file begin in those of
    all put end to end, shapes and quarantines left out, and `end` how many bytes these are.
    """

    facts: list[Facts] = field(default_factory=list)
    axioms: Axioms = NONE
    diagnostics: list[Diagnostic] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    shapes: list[bytes] = field(default_factory=list)
    starts: list[tuple[int, Source]] = field(default_factory=list)
    unreadable: list[UnreadableInput] = field(default_factory=list)
    triples: int = 0
    end: int = 0

    def place(self, parsed: Parsed) -> None:
        """Its triples come after those of the files before, or are those of shapes; a quarantine is in neither."""
        source, ntriples = parsed.source, parsed.document.ntriples
        if source.role is Role.SHAPES:
            self.shapes.append(ntriples)
        elif source.role in IN_DEFAULT:
            self.starts.append((self.end, source))
            self.end += len(ntriples)

    @cached_property
    def shapes_graph(self) -> ShapesGraph:
        """The shapes together, once all is read."""
        return _shapes_graph(b"".join(self.shapes))


class _Model:
    """What an ontology says, and the facts of the files of the model, which are the same for each check of the data."""

    def __init__(self, ontology: Iterable[bytes]) -> None:
        self.axioms = axioms(ontology)
        self._facts: dict[tuple[Source, bytes, str], Facts] = {}

    def facts(self, parsed: Parsed, base: str) -> Facts:
        """As `gather`."""
        if parsed.source.role not in OF_THE_MODEL:
            return gather(parsed, base, self.axioms)
        key = (parsed.source, parsed.text, base)
        if key not in self._facts:
            if len(self._facts) > _FILES:
                self._facts.clear()
            self._facts[key] = gather(parsed, base, self.axioms)
        return self._facts[key]


_FILES = 512
_model = lru_cache(maxsize=2)(_Model)


@lru_cache(maxsize=2)
def _shapes_graph(ntriples: bytes) -> ShapesGraph:
    """The same shapes are one graph: an editor and a server hold many texts to them, one after the other."""
    return ShapesGraph(ntriples.decode())


def read(  # noqa: PLR0913  each has a name at the call
    settings: Settings,
    sources: Sequence[Source],
    sinks: Iterable[Sink] = (),
    progress: Progress | None = None,
    *,
    asked: frozenset[str] | None = None,
    today: date | None = None,
) -> Reading:
    """Read, parse and lint `sources`, the ontology first; each is handed to every sink, then forgotten.

    Only the named graphs in `asked` are linted; None means all of them. `today` is what rules take for the day.
    """
    sinks, reading = list(sinks), Reading()
    linter = Linter(settings, today or datetime.now(UTC).date())

    def documents(some: Iterable[tuple[int, Source]]) -> Iterator[Parsed]:
        for number, source in some:
            if progress is not None:
                progress("read", number, len(sources))
            try:
                yield read_one(source, settings.limits.file_bytes)
            except UnreadableInput as error:
                reading.unreadable.append(error)

    def below(source: Source) -> bool:
        return source.role is not Role.ONTOLOGY or source.graph != f"{settings.graph.graph_base}ontology"

    numbered = enumerate(sorted(sources, key=below), start=1)
    ontology = list(documents(islice(numbered, sum(not below(source) for source in sources))))
    model = _model(tuple(parsed.document.ntriples for parsed in ontology))
    reading.axioms = model.axioms
    for parsed in chain(ontology, documents(numbered)):
        source = parsed.source
        facts = model.facts(parsed, settings.graph.base)
        reading.facts.append(facts)
        reading.triples += facts.triples
        reading.diagnostics += parsed.document.diagnostics
        linter.learn(parsed)
        if asked is None or source.graph in asked:
            reading.unplaced += linter.look(parsed, facts)
        reading.place(parsed)
        for sink in sinks:
            sink(parsed)
    reading.diagnostics += linter.findings()
    return reading
