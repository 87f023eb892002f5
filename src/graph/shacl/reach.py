"""Which triples decide whether a focus node conforms: shapes read as an automaton that walks the graph.

A shape reads triples at its focus node, walks its paths to value nodes, and goes on there with the shapes nested in it.
Each state is a place in a shape, each edge a step over one predicate. Walked forward from a focus node, it gives every
triple that validation may look at (<https://www.w3.org/TR/shacl/#validation>); walked backward from a triple, every
focus node that may look at it. Both are over-approximations, never less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from ..namespaces import OWL, RDFS, SH
from ..turtle.ntriples import TYPE, plain
from .paths import Path
from .shapes import ShapesGraph

_CLASSES = frozenset({f"<{RDFS}Class>", f"<{OWL}Class>"})

# What a shape may say without reading a triple elsewhere than at its focus or value nodes.
_LOCAL = re.compile(
    "path|target(?:Class|Node|SubjectsOf|ObjectsOf)|property|node|not|and|or|xone|qualified(?:ValueShape|MinCount|MaxCount"
    "|ValueShapesDisjoint)|class|datatype|nodeKind|(?:min|max)(?:Count|Inclusive|Exclusive|Length)|pattern|flags|languageIn"
    "|uniqueLang|equals|disjoint|lessThan(?:OrEquals)?|closed|ignoredProperties|hasValue|in|sparql|message|severity"
    "|deactivated|name|description|order|group|defaultValue"
)
_TARGETS = ("Class", "Node", "SubjectsOf", "ObjectsOf")
_NESTED = ("property", "node", "not", "qualifiedValueShape")
_NESTED_LISTS = ("and", "or", "xone")
_COMPARED = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
_EXTENSIONS = (f"<{SH}ConstraintComponent>", f"<{SH}SPARQLTargetType>", f"<{SH}JSConstraint>")


class Step(NamedTuple):
    """An edge: the predicate as N-Triples (None is any), whether it goes from object to subject, where it leads."""

    predicate: str | None
    inverse: bool
    state: int


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets of a shape (<https://www.w3.org/TR/shacl/#targets>), as N-Triples."""

    classes: frozenset[str]
    nodes: frozenset[str]
    subjects_of: frozenset[str]
    objects_of: frozenset[str]


@dataclass(slots=True)
class Reach:
    """The automaton of a shapes graph; `roots` are the states of the shapes with targets.

    `whole` when some shape may read any triple: nothing can be left out then.
    """

    roots: dict[int, Targets] = field(default_factory=dict)
    steps: dict[int, list[Step]] = field(default_factory=dict)
    back: dict[int, list[Step]] = field(default_factory=dict)
    readers: dict[str | None, list[tuple[int, bool]]] = field(default_factory=dict)
    whole: bool = False

    def reading(self, predicate: str) -> Iterator[tuple[int, bool]]:
        """The states that read triples of a predicate, and whether at the object."""
        yield from self.readers.get(predicate, ())
        yield from self.readers.get(None, ())


@lru_cache(maxsize=2)
def reach(shapes: ShapesGraph) -> Reach:
    """The automaton of a shapes graph."""
    compiler = _Compiler(shapes)
    try:
        roots = {compiler.target(shape, targets): targets for shape, targets in compiler.targeted()}
    except _Unbounded:
        return Reach(whole=True)
    found = Reach(roots, compiler.closed())
    for state, steps in found.steps.items():
        for predicate, inverse, target in steps:
            found.readers.setdefault(predicate, []).append((state, inverse))
            found.back.setdefault(target, []).append(Step(predicate, inverse, state))
    return found


class _Unbounded(Exception):
    """A shape that may read any triple of the graph."""


class _Compiler:
    """Builds states and steps shape by shape; `_free` are moves without a step, removed at the end."""

    def __init__(self, shapes: ShapesGraph) -> None:
        self._shapes = shapes
        self._entries: dict[str, int] = {}
        self._steps: list[list[Step]] = []
        self._free: list[list[int]] = []
        self._nowhere = self._state()  # where a step leads after which nothing more is read

    def targeted(self) -> Iterator[tuple[str, Targets]]:
        """The shapes that have targets, an implicit class included."""
        for subject, said in self._shapes.statements.items():
            types = said.get(TYPE, ())
            if any(extension in types for extension in _EXTENSIONS) or f"<{SH}target>" in said:
                raise _Unbounded
            shape = f"<{SH}NodeShape>" in types or f"<{SH}PropertyShape>" in types
            implicit = [subject] if shape and not _CLASSES.isdisjoint(types) else []
            targets = [self._shapes.values(subject, f"target{kind}") for kind in _TARGETS]
            if implicit or any(targets):
                yield subject, Targets(frozenset((*targets[0], *implicit)), *map(frozenset, targets[1:]))

    def target(self, shape: str, targets: Targets) -> int:
        """The state of a shape with targets: what decides whether a node is one of them is read there."""
        entry = self.shape(shape)
        if targets.classes:
            self._step(entry, TYPE, inverse=False)
        for predicate in targets.subjects_of:
            self._step(entry, predicate, inverse=False)
        for predicate in targets.objects_of:
            self._step(entry, predicate, inverse=True)
        return entry

    def shape(self, shape: str) -> int:
        """The state in which the focus node of a shape is looked at."""
        if shape in self._entries:
            return self._entries[shape]
        entry = self._entries[shape] = self._state()
        said = self._shapes.statements.get(shape, {})
        if any(p.startswith(f"<{SH}") and not _LOCAL.fullmatch(p[len(SH) + 1 : -1]) for p in said):
            raise _Unbounded
        path = self._shapes.path(shape)
        end = entry if path is None else self._path(entry, path, inverse=False)
        nested = [inner for name in _NESTED for inner in self._shapes.values(shape, name)]
        nested += [inner for name in _NESTED_LISTS for members in self._shapes.lists(shape, name) for inner in members]
        if self._shapes.values(shape, "qualifiedValueShapesDisjoint"):
            nested += self._siblings(shape)
        self._free[end] += [self.shape(inner) for inner in nested]
        if self._shapes.values(shape, "class"):
            self._step(end, TYPE, inverse=False)
        for name in _COMPARED:
            for predicate in self._shapes.values(shape, name):
                self._step(entry, predicate, inverse=False)
        if self._shapes.values(shape, "closed"):
            self._step(end, None, inverse=False)
        for constraint in self._shapes.values(shape, "sparql"):
            if not all(map(_stays_at_focus, self._shapes.values(constraint, "select") or [""])):
                raise _Unbounded
            self._step(entry, None, inverse=False)
        return entry

    def closed(self) -> dict[int, list[Step]]:
        """The steps out of each state, those of the states it leads to without a step included."""
        found = {}
        for state in range(len(self._steps)):
            seen, stack = {state}, [state]
            while stack:
                for other in self._free[stack.pop()]:
                    if other not in seen:
                        seen.add(other)
                        stack.append(other)
            steps = {step for other in seen for step in self._steps[other]}
            if steps:
                found[state] = sorted(steps, key=lambda step: (step.predicate or "", step.inverse, step.state))
        return found

    def _path(self, start: int, path: Path, *, inverse: bool) -> int:
        """Walk a property path (<https://www.w3.org/TR/shacl/#property-paths>); the state of the value nodes."""
        if isinstance(path, str):
            return self._step(start, path, inverse=inverse, end=self._state())
        operator, *steps = path
        if operator == "^":
            return self._path(start, steps[0], inverse=not inverse)
        if operator == "/":
            for step in reversed(steps) if inverse else steps:
                start = self._path(start, step, inverse=inverse)
            return start
        end = self._state()
        for choice in steps:
            self._free[self._path(start, choice, inverse=inverse)].append(end)
        if operator in "*?":
            self._free[start].append(end)
        if operator in "*+":
            self._free[self._path(end, steps[0], inverse=inverse)].append(end)
        return end

    def _siblings(self, shape: str) -> list[str]:
        """The qualified value shapes of the properties beside this one (section 4.7.3)."""
        parents = [s for s in self._shapes.statements if shape in self._shapes.values(s, "property")]
        beside = [p for parent in parents for p in self._shapes.values(parent, "property")]
        return [inner for other in beside for inner in self._shapes.values(other, "qualifiedValueShape")]

    def _state(self) -> int:
        self._steps.append([])
        self._free.append([])
        return len(self._steps) - 1

    def _step(self, start: int, predicate: str | None, *, inverse: bool, end: int | None = None) -> int:
        end = self._nowhere if end is None else end
        self._steps[start].append(Step(predicate, inverse, end))
        return end


_TEXTS = re.compile(r"<[^<>\s]*>|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|#[^\n]*")
_ONE_GROUP = re.compile(r"[^{}]*\{([^{}]*)\}[^{}]*")
_EXPRESSION = re.compile(r"\b(?:FILTER|BIND)\s*\(", re.IGNORECASE)


def _stays_at_focus(select: str) -> bool:
    """Whether a query reads triples whose subject is `$this` and no others: one group, each pattern begun by it.

    Anything harder to read is taken for a query that reads the whole graph.
    """
    group = _ONE_GROUP.fullmatch(_TEXTS.sub("<>", plain(select) or ""))
    if group is None or re.search(r"\b(?:FROM|SERVICE|GRAPH|EXISTS)\b", group[0], re.IGNORECASE):
        return False
    patterns = _without_expressions(group[1])
    triples = [triple.strip() for triple in patterns.split(".") if triple.strip()]
    return all(re.fullmatch(r"[$?]this\s[^\[\]()/^|*+]*", triple) for triple in triples)


def _without_expressions(patterns: str) -> str:
    """The patterns of a group without its FILTER ( … ) and BIND ( … ); full stops stand in their place."""
    kept, at = [], 0
    for found in _EXPRESSION.finditer(patterns):
        if found.start() < at:
            continue
        kept.append(patterns[at : found.start()])
        at, depth = found.end(), 1
        while depth and at < len(patterns):
            depth += (patterns[at] == "(") - (patterns[at] == ")")
            at += 1
    return " . ".join([*kept, patterns[at:]])
