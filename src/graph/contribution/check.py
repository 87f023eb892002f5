"""Check a contribution: the files that changed since the last build, in the context of its snapshot.

Only the files asked about and those that changed are read; what they can affect is validated, with the triples that
decide about it taken from the snapshot. The verdict is that of a check of everything; what cannot be left out (another
ontology, other shapes, a change that reaches too far) has everything checked.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from .. import gate
from ..config import Settings
from ..dataset import Parsed, Role, Source, model_sources, named_sources, source_at
from ..errors import SnapshotError, UnreadableInput
from ..gate import GateReport
from ..lint.axioms import DEPRECATED, REPLACED_BY
from ..lint.facts import Facts
from ..reading import Progress, Reading, read
from ..shacl.reach import reach
from ..snapshot.overlay import NamedNode, Node, Overlay, Triple, as_ntriples, triples
from ..snapshot.reader import CURRENT, INFERRED, STORE
from .affected import TooFar, Walk
from .context import Context
from .index import Index, stamps

_FILES = 1_000  # beyond, everything is as quickly read
_PLACES = 300_000  # of the graph that are looked at before everything is


@dataclass(frozen=True, slots=True)
class _Base:
    """The snapshot in force, and what changed since: the sources of the changed files, those removed without text."""

    store: Path
    index: Index
    changed: dict[str, Source]


def check(  # noqa: PLR0913  each has a name at the call
    settings: Settings,
    paths: Sequence[str] = (),
    *,
    engine: str = "shacl",
    stdin: bytes = b"",
    progress: Progress | None = None,
    overlay: Mapping[Path, bytes] | None = None,
) -> GateReport:
    """As `gate.check`; of `paths`, reading only them and what changed since the last build where that is enough."""
    base = _base(settings, overlay or {}) if paths else None
    asked = _asked(settings, paths, stdin, base) if base else None
    found = _quick(settings, base, asked, engine) if base and asked else None
    return found or gate.check(settings, paths, engine=engine, stdin=stdin, progress=progress, overlay=overlay)


def check_changed(settings: Settings, *, engine: str = "shacl", progress: Progress | None = None) -> GateReport:
    """What is wrong with the files that changed since the last build, and what they break elsewhere."""
    base = _base(settings, {})
    found = _quick(settings, base, None, engine) if base else None
    return found or gate.check(settings, engine=engine, progress=progress)


def _quick(settings: Settings, base: _Base, asked: Sequence[Source] | None, engine: str) -> GateReport | None:
    """The report; None where everything has to be read. `asked` None asks about all that changed."""
    if len(asked or ()) + len(base.changed) > _FILES:
        return None
    try:
        return _Contribution(settings, base, asked).report(engine)
    except (TooFar, SnapshotError):  # a store that cannot be opened is no reason not to check
        return None


def _base(settings: Settings, overlay: Mapping[Path, bytes]) -> _Base | None:
    """The snapshot in force and what changed; None without one, or when more than data changed."""
    link = settings.build_folder / CURRENT
    try:
        snapshot = link.resolve(strict=True)
    except OSError:
        return None
    index = Index(settings.build_folder, snapshot.name)
    changed = index.changed(stamps(settings))
    if changed is None or not all(path.startswith(f"{settings.folders.data}/") for path in changed):
        return None
    sources = [source_at(settings, Path(os.path.realpath(settings.root / path))) for path in sorted(changed)]
    sources += [replace(source_at(settings, path), text=text) for path, text in overlay.items()]
    if any(source.role is not Role.DATA for source in sources):
        return None
    return _Base(snapshot / STORE, index, {source.graph: source for source in sources})


def _asked(settings: Settings, paths: Sequence[str], stdin: bytes, base: _Base) -> list[Source] | None:
    """The sources that the paths name; None where it takes the whole repository to know."""
    known = {os.path.realpath(source.path): source for source in base.changed.values() if source.text is not None}
    try:
        files = named_sources(settings, paths, known, stdin)
    except UnreadableInput:
        return None
    sources = []
    for file in files:
        real = Path(os.path.realpath(file.path))
        if file.text is None and real != Path(os.path.abspath(file.path)):  # noqa: PTH100 - without following links
            return None
        source = file if file.text is not None else source_at(settings, real)
        if source.role is not Role.DATA or "/." in source.place:
            return None
        sources.append(base.changed.get(source.graph, source) if source.place else file)
    return list({source.graph: source for source in sources}.values())


class _Contribution:
    """One check under way: what is read, what it can affect, what that depends on."""

    def __init__(self, settings: Settings, base: _Base, asked: Sequence[Source] | None) -> None:
        self._settings = settings
        self._base = base
        self._told_elsewhere = asked is None
        there = [source for source in base.changed.values() if source.text is not None or os.path.lexists(source.path)]
        self._asked = there if asked is None else asked
        self._read = {source.graph: source for source in (*there, *self._asked)}

    def report(self, engine: str) -> GateReport:
        documents: dict[str, Parsed] = {}
        model = model_sources(self._settings)
        reading = read(
            self._settings,
            [*model, *self._read.values()],
            [lambda p: documents.update({p.source.graph: p})],
            asked=frozenset(source.graph for source in self._asked),
        )
        known = frozenset((*(source.graph for source in model), *self._read, *self._base.changed))
        graph = self._overlay(documents, model)
        told = {source.graph for source in self._asked}
        walk = self._walk(reading, graph)
        focus = _focus(graph, (documents[name].document.ntriples for name in told & documents.keys()))
        focus |= walk.affected(graph.changed())
        context = Context(graph, self._base.index, reading.axioms, self._settings.graph.base, _PLACES)
        if self._told_elsewhere:
            elsewhere = focus | _left_behind(graph)
            context.describe(node.value for node in elsewhere if isinstance(node, NamedNode))
            told |= {said.value for node in elsewhere for _, _, said in graph.about(node)}
            told |= _left_in_the_model(graph, reading)
        reading.facts += self._around(context, graph, reading, told, known)
        with tempfile.TemporaryDirectory(prefix="passerelles-check-") as folder:
            staged = Path(folder, "graph.nt")
            said = walk.neighbourhood(focus)
            for name in self._read.keys() & documents.keys():
                said[name] = dict.fromkeys(triples(documents[name].document.ntriples))
            staged.write_bytes(self._staged(said, reading))
            scope = gate.Scope(frozenset(told), frozenset(str(node) for node in focus))
            found = gate.findings(self._settings, reading, staged, scope, engine=engine)
        return gate.report(reading, found, self._asked)

    def _staged(self, said: dict[str, dict[Triple, None]], reading: Reading) -> bytes:
        """Triples as N-Triples, those of a file together; the reading is told where each file begins."""
        known = {fact.source.graph: fact.source for fact in reading.facts}
        others = {source.graph: source for source in self._sources(said.keys() - known.keys())}
        reading.facts += [_nothing_of(source) for source in others.values()]
        known |= others
        staged = bytearray()
        reading.starts = []
        for graph in sorted(said, key=lambda name: known[name].name):
            reading.starts.append((len(staged), known[graph]))
            staged += as_ntriples(said[graph])
        return bytes(staged)

    def _overlay(self, documents: dict[str, Parsed], model: Sequence[Source]) -> Overlay:
        replaced = dict.fromkeys((*self._base.changed, *(s.graph for s in self._asked if not s.place)), b"")
        replaced |= {g: documents[g].document.ntriples for g in replaced.keys() & documents.keys()}
        hidden = [source.graph for source in model if source.role is Role.SHAPES]
        return Overlay(self._base.store, replaced, [*hidden, self._settings.graph.graph_base + INFERRED])

    @staticmethod
    def _walk(reading: Reading, graph: Overlay) -> Walk:
        steps = reach(b"".join(reading.shapes).decode())
        if steps.whole:
            raise TooFar
        return Walk(steps, graph, _PLACES)

    def _around(
        self, context: Context, graph: Overlay, reading: Reading, told: set[str], known: frozenset[str]
    ) -> list[Facts]:
        """The facts of the context: all that the files of `told` point at is in it, were it described.

        When what changed is told of everywhere, the files of what has the same key join those of `told`.
        """
        facts = [fact for fact in reading.facts if fact.source.graph in told]
        around: list[Facts] = []
        before = (-1, -1)
        while before != (len(context), len(told)):
            before = (len(context), len(told))
            context.add(facts, known)
            if self._told_elsewhere:
                told |= context.twins
            around = list(context.facts(self._sources(context.graphs() - known)))
            facts = [fact for fact in around if fact.source.graph in told]
        asked = [fact for fact in (*reading.facts, *around) if fact.source.graph in told]
        described = {subject for fact in (*reading.facts, *around) for subject in fact.subjects}
        if any(fact.objects - described for fact in asked):
            around.append(self._elsewhere(described, graph))
        return around

    def _sources(self, graphs: Iterable[str]) -> Iterable[Source]:
        """The data files whose named graphs these are."""
        for graph in sorted(graphs):
            path = unquote(graph.removeprefix(self._settings.graph.graph_base))
            source = source_at(self._settings, Path(os.path.realpath(self._settings.data_folder / f"{path}.ttl")))
            yield replace(source, graph=graph)

    def _elsewhere(self, described: set[str], graph: Overlay) -> Facts:
        """Everything else that is described, to suggest what was meant by what is not."""
        gone = {str(node)[1:-1] for node in graph.gone()}
        names = [iri for iri in self._base.index.subjects() if iri not in described and iri not in gone]
        return replace(_nothing_of(Source(Path(), "", "", Role.ONTOLOGY)), subjects=tuple(names))


def _left_behind(graph: Overlay) -> set[NamedNode]:
    """What points at a thing that is no longer described, or of which something else is now said to be in force."""
    gone = {node for node in graph.gone() if not graph.about(node)}
    gone |= {triple.subject for triple in graph.changed() if triple.predicate.value in (DEPRECATED, REPLACED_BY)}
    return {subject for node in gone for subject, _, _ in graph.pointing(node)}


def _left_in_the_model(graph: Overlay, reading: Reading) -> set[str]:
    """The files of the model that point at a thing that is no longer described."""
    gone = {str(node)[1:-1] for node in graph.gone() if not graph.about(node)}
    model = (fact for fact in reading.facts if fact.source.role is not Role.DATA)
    return {fact.source.graph for fact in model if fact.objects & gone}


def _nothing_of(source: Source) -> Facts:
    """A file of which nothing matters but its name."""
    return Facts(source, (), frozenset(), frozenset(), 0, {})


def _focus(graph: Overlay, documents: Iterable[bytes]) -> set[Node]:
    """The subjects of some documents, and their objects that nothing describes."""
    found: set[Node] = set()
    for ntriples in documents:
        for triple in triples(ntriples):
            found.add(triple.subject)
            if not graph.about(triple.object):
                found.add(triple.object)
    return found
