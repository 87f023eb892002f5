"""Orders that turn back on themselves: what derives from itself, what is part of its own part."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ...diagnostics import Diagnostic, Location, Severity
from ...namespaces import PrefixMap
from ...texts import Text
from ...turtle.anchors import Anchor, Part, Unplaced
from ..axioms import Axioms, Statement
from ..facts import Facts

_EACH = 10  # cycles told of things that all lead to one another: there may be more of them than things
_FILES = 3
_SHOWN = 8


class _Edge(NamedTuple):
    """One step of an order: from a thing to a wider or earlier one, as a statement of a file says."""

    start: str
    end: str
    fact: Facts
    statement: Statement


def cycles(facts: Iterable[Facts], selected: frozenset[str], axioms: Axioms, base: str) -> Iterator[Unplaced]:
    """PAS204: things that an order without cycles leads back to, of any length; told at the first file of `selected`.

    Every step of a cycle is told, and no cycle whose steps were all told. Linear in the number of statements.
    """
    orders: dict[str, list[_Edge]] = {}
    for fact in facts:
        for statement in fact.statements:
            subject, predicate, value = statement
            for order, against in axioms.orders.get(predicate, ()):
                if not value.startswith('"'):
                    start, end = (value, subject) if against else (subject, value)
                    orders.setdefault(order, []).append(_Edge(start, end, fact, statement))
    for edges in orders.values():
        for cycle in _found(edges, selected):
            yield _told(cycle, base)


def _found(edges: Sequence[_Edge], selected: frozenset[str]) -> Iterator[list[_Edge]]:
    """Cycles through the edges of the files of `selected`, each the shortest through the first edge not told yet."""
    group = _components(edges)
    inside: dict[str, list[_Edge]] = {}
    for edge in edges:
        if group[edge.start] == group[edge.end]:
            inside.setdefault(edge.start, []).append(edge)
    told: set[tuple[str, str]] = set()
    number: dict[int, int] = {}
    for edge in edges:
        where = group[edge.start]
        if (
            where == group[edge.end]
            and edge.fact.source.graph in selected
            and (edge.start, edge.end) not in told
            and number.setdefault(where, 0) < _EACH
        ):
            number[where] += 1
            cycle = [edge, *_way(inside, edge.end, edge.start)]
            told.update((step.start, step.end) for step in cycle)
            yield cycle


def _way(inside: dict[str, list[_Edge]], start: str, end: str) -> list[_Edge]:
    """The shortest way from a thing to another that it leads to, breadth first; empty when they are one."""
    came: dict[str, _Edge | None] = {start: None}
    waiting = deque([start])
    while end not in came:
        for edge in inside[waiting.popleft()]:
            if edge.end not in came:
                came[edge.end] = edge
                waiting.append(edge.end)
    way: list[_Edge] = []
    while (edge := came[end]) is not None:
        way.append(edge)
        end = edge.start
    return way[::-1]


def _components(edges: Iterable[_Edge]) -> dict[str, int]:
    """The number of the strongly connected component of each thing (Tarjan 1972, without recursion)."""
    following: dict[str, list[str]] = {}
    for edge in edges:
        following.setdefault(edge.start, []).append(edge.end)
        following.setdefault(edge.end, [])
    walk = _Walk()
    for root in following:
        if root in walk.index:
            continue
        calls = [(root, walk.enter(root, following))]
        while calls:
            node, after = calls[-1]
            other = next((other for other in after if walk.lower(node, other)), None)
            if other is not None:
                calls.append((other, walk.enter(other, following)))
                continue
            calls.pop()
            walk.leave(node)
            if calls:
                walk.lower(calls[-1][0], node)
    return walk.group


class _Walk:
    """Where a walk in depth stands: the order things were met, the first met that each leads back to."""

    def __init__(self) -> None:
        self.index: dict[str, int] = {}
        self.group: dict[str, int] = {}
        self._low: dict[str, int] = {}
        self._path: list[str] = []

    def enter(self, node: str, following: dict[str, list[str]]) -> Iterator[str]:
        self.index[node] = self._low[node] = len(self.index)
        self._path.append(node)
        return iter(following[node])

    def lower(self, node: str, other: str) -> bool:
        """Take into account that `node` leads to `other`; true when that one is still to be met."""
        if other not in self.index:
            return True
        if other not in self.group:
            self._low[node] = min(self._low[node], self._low[other])
        return False

    def leave(self, node: str) -> None:
        if self._low[node] == self.index[node]:
            member = None
            while member != node:
                member = self._path.pop()
                self.group[member] = self.index[node]


def _told(cycle: list[_Edge], base: str) -> Unplaced:
    first = cycle[0]
    subject, predicate, value = first.statement
    name = first.fact.source.name
    names = [edge.start for edge in cycle] + [first.start]
    if len(names) > _SHOWN:
        names = [*names[: _SHOWN - 3], "…", *names[-2:]]
    others = list(dict.fromkeys(edge.fact.source.name for edge in cycle if edge.fact.source.name != name))
    told = {
        "property": PrefixMap(first.fact.prefixes).shrink(predicate),
        "cycle": " → ".join(_short(one, base) for one in names),
        "count": len(cycle),
        "files": ", ".join([*others[:_FILES], "…"] if len(others) > _FILES else others),
    }
    key = "integrity.cycle-self" if len(cycle) == 1 else "integrity.cycle-files" if others else "integrity.cycle"
    text = Text(key, told)
    about = {"rule": "cycle", "focus": subject, "property": predicate, "value": value}
    return (
        Diagnostic(Location(name), Severity.ERROR, "PAS204", text, **about),
        Anchor(_term(subject), f"<{predicate}>", _term(value), Part.OBJECT),
    )


def _short(term: str, base: str) -> str:
    return term.removeprefix(base)


def _term(name: str) -> str:
    return name if name.startswith("_:") else f"<{name}>"
