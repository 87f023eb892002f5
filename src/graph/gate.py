"""The gate: every file is read, then the whole graph is checked, then each finding gets its place.

files ─► parse ─► facts ─► lint, integrity ─┐
           └────► N-Triples ─► SHACL ───────┴─► diagnostics
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path

from .config import Settings
from .dataset import IN_DEFAULT, Parsed, Role, Source, by_real_path, named_sources, repository_sources, source_at
from .diagnostics import Diagnostic, Location, has_errors, order
from .errors import UnreadableInput
from .history import History
from .lint import integrity
from .lint.echoes import merged
from .placing import placed
from .reading import Progress, Reading, read
from .shacl.datagraph import DataGraph
from .shacl.located import Locator
from .shacl.validate import compiled
from .turtle.anchors import Unplaced


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


@dataclass(frozen=True, slots=True)
class Scope:
    """What is told of: the files of some named graphs; of what SHACL finds, some focus nodes. None is all."""

    graphs: frozenset[str] | None = None
    focus: frozenset[str] | None = None


def findings(
    settings: Settings, reading: Reading, data: Path, scope: Scope = Scope(), *, engine: str = "shacl"
) -> list[Diagnostic]:
    """SHACL and integrity over everything that was read; `data` is the graph as an N-Triples file."""
    everything = frozenset(fact.source.graph for fact in reading.facts)
    graphs = everything if scope.graphs is None else scope.graphs
    names = {fact.source.name for fact in reading.facts if fact.source.graph in graphs}
    told = [d for d in reading.diagnostics if d.location.path in names]
    found: list[Unplaced] = [(d, anchor) for d, anchor in reading.unplaced if d.location.path in names]
    said, removed = DataGraph(data, reading.starts), History(settings).removed
    found += integrity.findings(
        reading.facts, graphs, reading.axioms, settings.graph, removed=removed, stating=said.stating
    )
    found += _results(settings, reading, said, engine, replace(scope, graphs=graphs))
    sources = {fact.source.name: fact.source for fact in reading.facts}
    told += placed(found, sources, settings.limits.file_bytes)
    return sorted(merged(told), key=order)


def _results(settings: Settings, reading: Reading, data: DataGraph, engine: str, scope: Scope) -> Iterator[Unplaced]:
    """What the shapes find that concerns the files in scope, or no file at all."""
    graphs = scope.graphs or frozenset()
    if not any(reading.shapes):
        return
    shapes = [fact.source for fact in reading.facts if fact.source.role is Role.SHAPES]
    sizes = accumulate(map(len, reading.shapes), initial=0)
    locator = Locator(
        validator(reading.shapes_graph, engine),
        data,
        DataGraph(b"".join(reading.shapes), list(zip(sizes, shapes, strict=False))),
        reading.facts,
        graphs,
        Location(settings.folders.data),
    )
    for found in locator.located(scope.focus):
        if not found.graphs or found.graphs & graphs:
            yield found.unplaced


def check(  # noqa: PLR0913  each has a name at the call
    settings: Settings,
    paths: Iterable[str] = (),
    *,
    engine: str = "shacl",
    stdin: bytes = b"",
    progress: Progress | None = None,
    overlay: Mapping[Path, bytes] | None = None,
) -> GateReport:
    """Check the files that `paths` name, or the whole repository; the rest of the graph is the context.

    `overlay` holds, by real path, the text that an editor has of some files, there or not yet. Files that
    cannot be read are listed in the report; the others are still checked. Raises UnreadableInput when a path
    names nothing, InvalidInput when a shape cannot be used.
    """
    everything = repository_sources(settings)
    paths, by_path = list(paths), by_real_path(everything)
    if overlay:
        for path, text in overlay.items():
            source = by_path.get(str(path)) or source_at(settings, path)
            by_path[str(path)] = replace(source, text=text)
        everything = [source for source in by_path.values() if source.place]
    asked, missing = named(settings, paths, by_path, stdin)
    known = {source.path for source in everything}
    everything += [source for source in asked if source.path not in known]
    found = check_among(settings, everything, asked if paths else None, engine=engine, progress=progress)
    return replace(found, unreadable=(*missing, *found.unreadable))


def check_among(
    settings: Settings,
    everything: Sequence[Source],
    asked: Sequence[Source] | None,
    *,
    engine: str = "shacl",
    progress: Progress | None = None,
) -> GateReport:
    """As `check`, of a repository that is these sources, whatever the disk has; `asked` None asks about all of them."""
    selected = None if asked is None else frozenset(source.graph for source in asked)
    with tempfile.TemporaryDirectory(prefix="passerelles-check-") as folder:
        staged = Path(folder, "graph.nt")
        with staged.open("wb") as file:
            reading = read(settings, everything, [lambda parsed: _stage(parsed, file.write)], progress, asked=selected)
        diagnostics = findings(settings, reading, staged, Scope(selected), engine=engine)
    return report(reading, diagnostics, everything if asked is None else asked)


def lint(
    settings: Settings, paths: Iterable[str] = (), *, stdin: bytes = b"", progress: Progress | None = None
) -> GateReport:
    """What files say wrong by themselves, syntax and lint rules: no shape, nothing of the rest but the ontology.

    As `check`, else.
    """
    everything, paths = repository_sources(settings), list(paths)
    asked, missing = named(settings, paths, by_real_path(everything), stdin)
    asked = asked if paths else everything
    graphs = frozenset(source.graph for source in asked)
    ontology = [source for source in everything if source.role is Role.ONTOLOGY and source.graph not in graphs]
    reading = read(settings, sorted([*ontology, *asked], key=_ontology_first), progress=progress, asked=graphs)
    names = {source.name: source for source in asked}
    found = [d for d in reading.diagnostics if d.location.path in names]
    found += placed(reading.unplaced, names, settings.limits.file_bytes)
    return report(reading, sorted(found, key=order), asked, missing)


def _ontology_first(source: Source) -> bool:
    return source.role is not Role.ONTOLOGY


def named(
    settings: Settings, paths: Iterable[str], known: Mapping[str, Source], stdin: bytes
) -> tuple[list[Source], list[UnreadableInput]]:
    """The sources that paths name, each once, and the paths that name nothing."""
    missing: list[UnreadableInput] = []
    asked: list[Source] = []
    for path in paths:
        try:
            asked += named_sources(settings, [path], known, stdin)
        except UnreadableInput as error:
            missing.append(error)
    return list(by_real_path(asked).values()), missing


def report(
    reading: Reading, found: Iterable[Diagnostic], asked: Sequence[Source], missing: Iterable[UnreadableInput] = ()
) -> GateReport:
    """The report of what was found of the files `asked` about; `missing` are those that are not there."""
    graphs, names = {source.graph for source in asked}, {source.name for source in asked}
    unreadable = [error for error in reading.unreadable if str(error.parameters["path"]) in names]
    names -= {str(error.parameters["path"]) for error in unreadable}
    triples = sum(fact.triples for fact in reading.facts if fact.source.graph in graphs)
    return GateReport(tuple(found), len(asked), triples, (*missing, *unreadable), tuple(sorted(names)))


validator = lru_cache(maxsize=2)(compiled)  # many texts may be held to the same shapes


def _stage(parsed: Parsed, write: Callable[[bytes], object]) -> None:
    if parsed.source.role in IN_DEFAULT:
        write(parsed.document.ntriples)
