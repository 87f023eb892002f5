"""One contribution: what is read of it, what it can affect, what that depends on, and the report."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import gate
from ..config import Settings
from ..dataset import (
    HARVEST,
    INFERRED_GRAPH,
    RESERVED_GRAPHS,
    Parsed,
    Role,
    Source,
    data_source,
    model_sources,
    read_one,
)
from ..errors import UnreadableInput
from ..gate import GateReport
from ..lint.axioms import DECISION, DEPRECATED, MAPPED_BY, REPLACED_BY, REVIEWERS
from ..lint.facts import Facts, gather
from ..lint.integrity.links import not_accepted
from ..lint.statements import Statement
from ..reading import Reading, read
from ..shacl.reach import reach
from ..snapshot.overlay import NamedNode, Node, Overlay, Triple, as_ntriples, triples
from .affected import TooFar, Walk
from .context import SETTLED_BY, Context
from .works import concerned

if TYPE_CHECKING:
    from .check import Base

_FILES = 200  # that did not change and are told of
_PLACES = 300_000  # of the graph that are looked at before everything is
_RETIRED = {NamedNode(DEPRECATED), NamedNode(REPLACED_BY)}
_REVIEWED = {NamedNode(name) for name in (*REVIEWERS, MAPPED_BY, DECISION)}


class Contribution:
    """One check under way. `sources` are the files to read; `asked`, those told of, None for all that changed.

    When all that changed is told of, so is what it breaks elsewhere.
    """

    def __init__(
        self, settings: Settings, base: Base, sources: Mapping[str, Source], asked: Sequence[Source] | None
    ) -> None:
        self._settings = settings
        self._base = base
        self._sources = sources
        self._told_elsewhere = asked is None
        self._asked = list(sources.values()) if asked is None else list(asked)
        self._documents: dict[str, bytes] = {}
        self._left = _FILES

    def report(self, engine: str) -> GateReport:
        """What the gate says of it. Raises TooFar where more has to be read, SnapshotError."""
        model = model_sources(self._settings)
        reading = self._read(model)
        harvested = f"{self._settings.graph.base}{HARVEST}/"
        if any(iri.startswith(harvested) for fact in reading.facts for iri in fact.objects):
            raise TooFar  # whether it is described, only its quarantine says
        graph = self._overlay(model)
        told = {source.graph for source in self._asked}
        walk = self._walk(reading, graph)
        focus = self._focus(graph, told) | walk.affected(graph.changed())
        known = frozenset((*(source.graph for source in model), *self._sources, *self._base.changed))
        context = Context(graph, self._base.index, reading.axioms, self._settings.graph.base, known)
        if self._told_elsewhere:
            elsewhere = focus | _left_behind(graph, reading)
            context.describe(elsewhere)
            told |= {said.value for node in elsewhere for _, _, said in graph.about(node)}
            told |= _left_in_the_model(graph, reading)
        reading.facts += self._around(context, graph, reading, told)
        said = walk.neighbourhood(focus)
        for node in focus:
            if not graph.about(node):  # told of where it is used first
                for subject, predicate, name in graph.pointing(node):
                    said.setdefault(name.value, {})[Triple(subject, predicate, node)] = None
        for name, triple in _stated(not_accepted(reading.facts, reading.axioms), graph):
            said.setdefault(name, {})[triple] = None
        for name in self._sources.keys() & self._documents.keys():
            said[name] = dict.fromkeys(triples(self._documents[name]))
        with tempfile.TemporaryDirectory(prefix="passerelles-check-") as folder:
            staged = Path(folder, "graph.nt")
            staged.write_bytes(self._staged(said, reading))
            scope = gate.Scope(frozenset(told), frozenset(str(node) for node in focus))
            found = gate.findings(self._settings, reading, staged, scope, engine=engine)
        return gate.report(reading, found, self._asked)

    def _read(self, model: Sequence[Source]) -> Reading:
        """Read the model and the files; the triples of these are kept."""

        def keep(parsed: Parsed) -> None:
            if parsed.source.graph in self._sources:
                self._documents[parsed.source.graph] = parsed.document.ntriples

        taken = {source.graph for source in model} | {self._graph(name) for name in RESERVED_GRAPHS}
        if not taken.isdisjoint(source.graph for source in self._base.changed.values()):
            raise TooFar  # two files for one named graph: the gate says so
        asked = frozenset(source.graph for source in self._asked)
        if any(source.role is Role.QUARANTINE for source in (*self._asked, *self._base.changed.values())):
            raise TooFar  # it is in no context: the gate knows what to do with it
        return read(self._settings, [*model, *self._sources.values()], [keep], asked=asked)

    def _overlay(self, model: Sequence[Source]) -> Overlay:
        foreign = (source.graph for source in self._asked if not source.place)
        replaced = {name: self._documents.get(name, b"") for name in (*self._base.changed, *foreign)}
        hidden = [source.graph for source in model if source.role is Role.SHAPES]
        hidden.append(self._graph(INFERRED_GRAPH))
        return Overlay(self._base.store, replaced, hidden, self._graph(f"{HARVEST}/"))

    def _graph(self, name: str) -> str:
        return self._settings.graph.graph_base + name

    @staticmethod
    def _walk(reading: Reading, graph: Overlay) -> Walk:
        steps = reach(reading.shapes_graph)
        if steps.whole:
            raise TooFar
        return Walk(steps, graph, _PLACES)

    def _focus(self, graph: Overlay, told: set[str]) -> set[Node]:
        """The subjects of the files told of, and their objects that nothing describes."""
        found: set[Node] = set()
        for name in told & self._documents.keys():
            for triple in triples(self._documents[name]):
                found.add(triple.subject)
                if not graph.about(triple.object):
                    found.add(triple.object)
        return found

    def _around(self, context: Context, graph: Overlay, reading: Reading, told: set[str]) -> list[Facts]:
        """The facts of the context: all that the files of `told` point at is in it, were it described.

        When what changed is told of everywhere, the files of what has the same key join those of `told`; a file told of
        that did not change is read whole.
        """
        known = {fact.source.graph for fact in reading.facts} | self._sources.keys()
        context.add(fact for fact in reading.facts if fact.source.graph in told)
        around: list[Facts] = []
        while missing := sorted((told | (context.twins if self._told_elsewhere else set())) - known):
            told.update(missing)
            known.update(missing)
            found = [self._gathered(data_source(self._settings, name), reading) for name in missing]
            context.add(found)
            around += found
        others = (data_source(self._settings, name) for name in sorted(context.graphs() - known))
        around += context.facts(others)
        facts = (*reading.facts, *around)
        described = {subject for fact in facts for subject in fact.subjects}
        if any(fact.objects - described for fact in facts if fact.source.graph in told):
            around.append(self._elsewhere(described, graph))
        return around

    def _gathered(self, source: Source, reading: Reading) -> Facts:
        """The facts of a file that did not change. Raises TooFar when there were enough of them."""
        self._left -= 1
        if self._left < 0:
            raise TooFar
        try:
            parsed = read_one(source, self._settings.limits.file_bytes)
        except UnreadableInput as error:  # gone since it was looked at
            raise TooFar from error
        return gather(parsed, self._settings.graph.base, reading.axioms)

    def _elsewhere(self, described: set[str], graph: Overlay) -> Facts:
        """Everything else that is described, to suggest what was meant by what is not."""
        gone = {node.value for node in graph.gone() if isinstance(node, NamedNode)}
        names = [iri for iri in self._base.index.subjects() if iri not in described and iri not in gone]
        return replace(_nothing_of(Source(Path(), "", "", Role.ONTOLOGY)), subjects=tuple(names))

    def _staged(self, said: dict[str, dict[Triple, None]], reading: Reading) -> bytes:
        """Triples as N-Triples, those of a file together; the reading is told where each file begins."""
        known = {fact.source.graph: fact.source for fact in reading.facts}
        others = {name: data_source(self._settings, name) for name in said.keys() - known.keys()}
        reading.facts += map(_nothing_of, others.values())
        known |= others
        staged = bytearray()
        reading.starts = []
        for name in sorted(said, key=lambda graph: known[graph].name):
            reading.starts.append((len(staged), known[name]))
            staged += as_ntriples(said[name])
        return bytes(staged)


def _left_behind(graph: Overlay, reading: Reading) -> set[Node]:
    """What a change leaves to be told of elsewhere, beside what shapes read.

    What points at a thing that is no longer described, or of which something else is now said to be in force; the two
    ends of what said, or says now, whether they are one; what is made from a work whose licence is another. Raises
    TooFar when a term of the ontology is gone, or a licence is no longer what it was.
    """
    gone = {node for node in graph.gone() if not graph.about(node)}
    if any(str(node)[1:].startswith(reading.axioms.namespaces) for node in gone):
        raise TooFar
    found: set[Node] = set()
    for subject, predicate, value in graph.changed():
        if predicate in _RETIRED:
            gone.add(subject)
        elif predicate in SETTLED_BY:
            found |= {subject, value}
        elif predicate in _REVIEWED:
            found |= {end for name in SETTLED_BY for _, end in graph.ever(subject, name, None)}
    found.update(concerned(graph, graph.changed()))
    return found | {subject for node in gone for subject, _, _ in graph.pointing(node)}


def _left_in_the_model(graph: Overlay, reading: Reading) -> set[str]:
    """The files of the model that point at a thing that is no longer described."""
    gone = {str(node)[1:-1] for node in graph.gone() if not graph.about(node)}
    model: Iterable[Facts] = (fact for fact in reading.facts if fact.source.role not in (Role.DATA, Role.QUARANTINE))
    return {fact.source.graph for fact in model if fact.objects & gone}


def _stated(links: Iterable[Statement], graph: Overlay) -> Iterator[tuple[str, Triple]]:
    """The triples among these, each with the named graph of the file that states it."""
    for link in links:
        triple = Triple(*map(NamedNode, link))
        for predicate, value, name in graph.about(triple.subject):
            if (predicate, value) == (triple.predicate, triple.object):
                yield name.value, triple


def _nothing_of(source: Source) -> Facts:
    """A file of which nothing matters but its name."""
    return Facts(source, (), frozenset(), frozenset(), 0, {})
