"""The gate: every file is read, then the whole graph is checked, then each finding gets its place.

files ─► parse ─► facts ─► policy, integrity ─┐
           └────► N-Triples ─► SHACL ─────────┴─► diagnostics
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from .config import Settings
from .dataset import Parsed, Role, Source, named_sources, read_all, repository_sources
from .diagnostics import Diagnostic, Location, has_errors, order
from .errors import UnreadableInput
from .lint import integrity, policy
from .lint.facts import Facts, gather, ontologies
from .shacl.results import plain, to_diagnostic
from .shacl.validate import compiled

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the gate says: diagnostics in order, how many files were asked about, those it could not read."""

    diagnostics: tuple[Diagnostic, ...]
    files: int
    triples: int
    unreadable: tuple[UnreadableInput, ...] = ()

    @property
    def conforms(self) -> bool:
        """No error, and everything could be read; warnings do not count."""
        return not self.unreadable and not has_errors(self.diagnostics)

    def with_more(self, diagnostics: Iterable[Diagnostic]) -> GateReport:
        """The same report with more diagnostics, in order."""
        merged = sorted((*self.diagnostics, *diagnostics), key=order)
        return GateReport(tuple(merged), self.files, self.triples, self.unreadable)


@dataclass(slots=True)
class Reading:
    """What reading every file gathers on the way; `subjects` maps a subject to the file that describes it."""

    facts: list[Facts] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
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


Sink = Callable[[Parsed], None]


def read(
    settings: Settings, sources: Iterable[Source], sinks: Iterable[Sink], progress: Progress | None = None
) -> Reading:
    """Read, parse and lint `sources`; each one that parsed is handed to every sink, then forgotten."""
    sources, sinks, reading = list(sources), list(sinks), Reading()
    namespaces: tuple[str, ...] = ()
    for number, parsed in enumerate(read_all(sources, settings.limits.file_bytes), start=1):
        if progress is not None:
            progress("read", number, len(sources))
        if isinstance(parsed, UnreadableInput):
            reading.unreadable.append(parsed)
            continue
        reading.diagnostics += parsed.document.diagnostics
        if parsed.source.graph == settings.graph.graph_base + "ontology":  # these files are read first
            namespaces += ontologies(parsed.document.ntriples)
        facts = gather(parsed, settings.graph.base, namespaces)
        reading.facts.append(facts)
        reading.triples += facts.triples
        reading.diagnostics += policy.check(parsed, facts, settings)
        if parsed.source.role is Role.SHAPES:
            reading.shapes.append(parsed.document.ntriples)
        for sink in sinks:
            sink(parsed)
    return reading


def findings(
    settings: Settings, reading: Reading, data: Path, *, engine: str = "shacl", selected: frozenset[str] | None = None
) -> list[Diagnostic]:
    """SHACL and integrity over everything that was read; `data` is the graph as an N-Triples file.

    Only what concerns the named graphs in `selected` is told; None means all of them.
    """
    graphs = frozenset(fact.source.graph for fact in reading.facts) if selected is None else selected
    names = {fact.source.name for fact in reading.facts if fact.source.graph in graphs}
    found = [d for d in reading.diagnostics if d.location.path in names]
    found += integrity.dangling(reading.facts, graphs)
    found += integrity.undefined_terms(reading.facts, graphs)
    found += integrity.described_twice(reading.facts, settings, graphs)
    homes: dict[str, Source] | None = None
    results = compiled(b"".join(reading.shapes).decode(), engine)(data) if any(reading.shapes) else []
    for result in results:
        homes = reading.homes() if homes is None else homes
        home = homes.get(plain(result.focus) or "")
        if home is None or home.graph in graphs:
            found.append(to_diagnostic(result, Location(home.name if home else settings.folders.data)))
    return sorted(found, key=order)


def check(
    settings: Settings,
    paths: Iterable[str] = (),
    *,
    engine: str = "shacl",
    stdin: bytes = b"",
    progress: Progress | None = None,
) -> GateReport:
    """Check the files that `paths` name, or the whole repository; the rest of the graph is the context.

    Files that cannot be read are listed in the report; the others are still checked. Raises
    UnreadableInput when a path names nothing, InvalidInput when a shape cannot be used.
    """
    everything = repository_sources(settings)
    paths = list(paths)
    missing: list[UnreadableInput] = []
    asked: list[Source] = []
    for path in paths:
        try:
            asked += named_sources(settings, [path], everything, stdin)
        except UnreadableInput as error:
            missing.append(error)
    asked = list({os.path.realpath(source.path): source for source in asked}.values())
    known = {source.path for source in everything}
    everything += [source for source in asked if source.path not in known]
    chosen = asked if paths else everything
    selected = frozenset(source.graph for source in chosen) if paths else None
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="passerelles-check-")))
        staged = folder / "graph.nt"
        with staged.open("wb") as file:
            reading = read(settings, everything, [lambda parsed: _stage(parsed, file.write)], progress)
        diagnostics = findings(settings, reading, staged, engine=engine, selected=selected)
    asked_names = {source.name for source in chosen}
    unreadable = [e for e in reading.unreadable if str(e.parameters["path"]) in asked_names]
    return GateReport(tuple(diagnostics), len(chosen), _triples(reading, selected), (*missing, *unreadable))


def _stage(parsed: Parsed, write: Callable[[bytes], object]) -> None:
    if parsed.source.role is not Role.SHAPES:
        write(parsed.document.ntriples)


def _triples(reading: Reading, selected: frozenset[str] | None) -> int:
    return sum(fact.triples for fact in reading.facts if selected is None or fact.source.graph in selected)
