"""The gate: every file is read, then the whole graph is checked, then each finding gets its place.

files ─► parse ─► facts ─► policy, integrity ─┐
           └────► N-Triples ─► SHACL ─────────┴─► diagnostics
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from .config import Settings
from .dataset import Parsed, Role, Source, by_real_path, named_sources, repository_sources
from .diagnostics import Diagnostic, Location, has_errors, order
from .errors import UnreadableInput
from .lint import integrity
from .placing import placed
from .reading import Progress, Reading, read
from .shacl.results import plain, to_diagnostic
from .shacl.validate import compiled
from .turtle.anchors import Anchor, Unplaced


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the gate says: diagnostics in order, how many files were asked about, those it could not read.

    `names` are the files that were read, as diagnostics name them.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: int
    triples: int
    unreadable: tuple[UnreadableInput, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def conforms(self) -> bool:
        """No error, and everything could be read; warnings do not count."""
        return not self.unreadable and not has_errors(self.diagnostics)

    def with_more(self, diagnostics: Iterable[Diagnostic]) -> GateReport:
        """The same report with more diagnostics, in order."""
        merged = sorted((*self.diagnostics, *diagnostics), key=order)
        return replace(self, diagnostics=tuple(merged))


def findings(
    settings: Settings, reading: Reading, data: Path, *, engine: str = "shacl", selected: frozenset[str] | None = None
) -> list[Diagnostic]:
    """SHACL and integrity over everything that was read; `data` is the graph as an N-Triples file.

    Only what concerns the named graphs in `selected` is told; None means all of them.
    """
    graphs = frozenset(fact.source.graph for fact in reading.facts) if selected is None else selected
    names = {fact.source.name for fact in reading.facts if fact.source.graph in graphs}
    told = [d for d in reading.diagnostics if d.location.path in names]
    found: list[Unplaced] = [(d, anchor) for d, anchor in reading.unplaced if d.location.path in names]
    found += integrity.undescribed(reading.facts, graphs)
    found += integrity.described_twice(reading.facts, settings, graphs)
    homes: dict[str, Source] | None = None
    results = compiled(b"".join(reading.shapes).decode(), engine)(data) if any(reading.shapes) else []
    for result in results:
        homes = reading.homes() if homes is None else homes
        home = homes.get(plain(result.focus) or "")
        if home is None or home.graph in graphs:
            place = Location(home.name if home else settings.folders.data)
            found.append((to_diagnostic(result, place), Anchor(result.focus)))
    sources = {fact.source.name: fact.source for fact in reading.facts}
    told += placed(found, sources, settings.limits.file_bytes)
    return sorted(told, key=order)


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
    paths, by_path = list(paths), by_real_path(everything)
    missing: list[UnreadableInput] = []
    asked: list[Source] = []
    for path in paths:
        try:
            asked += named_sources(settings, [path], by_path, stdin)
        except UnreadableInput as error:
            missing.append(error)
    asked = list(by_real_path(asked).values())
    known = {source.path for source in everything}
    everything += [source for source in asked if source.path not in known]
    chosen = asked if paths else everything
    selected = frozenset(source.graph for source in chosen) if paths else None
    with tempfile.TemporaryDirectory(prefix="passerelles-check-") as folder:
        staged = Path(folder, "graph.nt")
        with staged.open("wb") as file:
            reading = read(settings, everything, [lambda parsed: _stage(parsed, file.write)], progress)
        diagnostics = findings(settings, reading, staged, engine=engine, selected=selected)
    asked_names = {source.name for source in chosen}
    unreadable = [e for e in reading.unreadable if str(e.parameters["path"]) in asked_names]
    unread = {str(e.parameters["path"]) for e in unreadable}
    names = tuple(sorted(asked_names - unread))
    return GateReport(tuple(diagnostics), len(chosen), _triples(reading, selected), (*missing, *unreadable), names)


def _stage(parsed: Parsed, write: Callable[[bytes], object]) -> None:
    if parsed.source.role is not Role.SHAPES:
        write(parsed.document.ntriples)


def _triples(reading: Reading, selected: frozenset[str] | None) -> int:
    return sum(fact.triples for fact in reading.facts if selected is None or fact.source.graph in selected)
