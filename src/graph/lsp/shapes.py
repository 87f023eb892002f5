"""What the shapes expect of a subject: which predicates, and which values of each (SHACL, sections 2 to 4).

Only what helps to write is read: targets by class, `sh:property`, `sh:node` and `sh:and` nests, paths of one predicate.
A constraint not read here accepts every value: the gate has the last word. Shapes are N-Triples terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ..namespaces import SH
from ..turtle.ntriples import plain
from .index import KEPT, TYPE, Index

_DEPTH = 8  # how deep shapes nest, so that one that holds itself ends


@dataclass(frozen=True, slots=True)
class Expected:
    """What shapes know of one predicate: the property shapes that say it, and whether a value must be there."""

    predicate: str
    shapes: tuple[str, ...]
    required: bool


class Shapes:
    """The shapes of an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._graph = index.shapes

    @cached_property
    def targets(self) -> dict[str, list[str]]:
        """The shapes about each class, those that are classes themselves too."""
        found: dict[str, list[str]] = {}
        for iri in self._index.shaping:
            implicit = [iri] if self._index.is_class(iri) else []
            for target in (*self._index.linked(iri, SH + "targetClass"), *implicit):
                found.setdefault(target, []).append(f"<{iri}>")
        return found

    def expected(self, classes: Iterable[str]) -> dict[str, Expected]:
        """The predicates that the shapes of some classes know, in the order of the shapes."""
        found: dict[str, Expected] = {}
        wanted = self._index.with_wider(classes)
        for target, shapes in self.targets.items():
            for shape in shapes if target in wanted else ():
                for one in self._properties(shape, _DEPTH):
                    self._add(found, one)
        return found

    def listed(self, expected: Expected) -> list[str]:
        """The terms that a predicate may take, as N-Triples, where its shapes list them (`sh:in`, `sh:hasValue`)."""
        return list(dict.fromkeys(value for shape in expected.shapes for value in self._listed(shape, _DEPTH)))

    def datatypes(self, expected: Expected) -> list[str]:
        """The datatypes that a predicate may take, where its shapes say so."""
        return list(dict.fromkeys(kind for shape in expected.shapes for kind in self._datatypes(shape, _DEPTH)))

    def accept(self, expected: Expected, iri: str) -> bool:
        """Whether an IRI may be a value of a predicate."""
        return all(self._accepts(shape, iri, _DEPTH) for shape in expected.shapes)

    def _add(self, found: dict[str, Expected], shape: str) -> None:
        path = self._graph.value(shape, "path") or ""
        if path.startswith("<"):
            predicate = path[1:-1]
            before = found.get(predicate, Expected(predicate, (), required=False))
            least = self._graph.values(shape, "minCount") + self._graph.values(shape, "qualifiedMinCount")
            required = before.required or any(plain(count) != "0" for count in least)
            found[predicate] = Expected(predicate, (*before.shapes, shape), required)

    def _properties(self, shape: str, depth: int) -> Iterator[str]:
        yield from self._graph.values(shape, "property")
        for inner in self._nested(shape) if depth else ():
            yield from self._properties(inner, depth - 1)

    def _nested(self, shape: str) -> Iterator[str]:
        yield from self._graph.values(shape, "node")
        for members in self._graph.lists(shape, "and"):
            yield from members

    def _listed(self, shape: str, depth: int) -> Iterator[str]:
        for members in self._graph.lists(shape, "in"):
            yield from members
        yield from self._graph.values(shape, "hasValue")
        for inner in self._nested(shape) if depth else ():
            yield from self._listed(inner, depth - 1)

    def _datatypes(self, shape: str, depth: int) -> Iterator[str]:
        yield from (kind[1:-1] for kind in self._graph.values(shape, "datatype"))
        if depth:
            choices = (one for members in self._graph.lists(shape, "or") for one in members)
            for inner in (*self._nested(shape), *choices):
                yield from self._datatypes(inner, depth - 1)

    def _accepts(self, shape: str, iri: str, depth: int) -> bool:
        graph = self._graph
        if not depth:
            return True
        classes = {value[1:-1] for value in graph.values(shape, "class")}
        return (
            not graph.values(shape, "datatype")
            and f"<{SH}Literal>" not in graph.values(shape, "nodeKind")
            and (not classes or classes <= self._index.with_wider(self._index.linked(iri, TYPE)))
            and all(f"<{iri}>" in members for members in graph.lists(shape, "in"))
            and all(self._has_value(one, iri) for one in graph.values(shape, "property"))
            and all(self._accepts(inner, iri, depth - 1) for inner in self._nested(shape))
            and all(
                any(self._accepts(inner, iri, depth - 1) for inner in members)
                for name in ("or", "xone")
                for members in graph.lists(shape, name)
            )
        )

    def _has_value(self, shape: str, iri: str) -> bool:
        """Whether a thing has the value a nested property shape asks for, as far as the index knows."""
        path = (self._graph.value(shape, "path") or "")[1:-1]
        wanted = self._graph.values(shape, "hasValue") if path in KEPT else []
        return all(value in self._index.values(iri, path) for value in wanted)
