"""The SERVICEs of a query: where each stands, what it is joined with, and the query once they are answered.

A SERVICE gives a multiset of solutions that depends on nothing around it (SPARQL 1.1 Federated Query, section 4), so
that those solutions, written as VALUES in its place, mean the same: no worker ever calls anyone.

Of those solutions, some can be left out and change nothing: those that agree with no solution of what the SERVICE is
joined with. `Clause.restriction` is a pattern that has at least the solutions it is joined with:

- in its own group, everything before it but filters, and after it what is joined too (triples, groups, GRAPH,
  VALUES), not OPTIONAL, MINUS, BIND, which only add to solutions or take some away;
- around that group, when it is a plain one, the branch of a UNION or a GRAPH, the same again; when it is an OPTIONAL
  or a MINUS, what is before it, and no more: what these are applied to stays where they do not match. A sub-select and
  EXISTS are not climbed out of, and what a LATERAL adds is unknown to what follows it.

What is left out is told by the variables that the pattern asked of the SERVICE binds for sure: leaving out is then
choosing solutions, and no solution comes twice or gets a value it had not.

In EXISTS, a pattern is given the values of what stands around before it is evaluated (SPARQL 1.1, section 18.6). They
are not given to another server, one solution after the other: a SERVICE is let in there only where to give them
beforehand is to choose among its solutions, and refused where it might be something else. In LATERAL it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..errors import RefusedQuery
from .groups import Element, Group, prologue_and_pattern
from .guard import Inspection
from .lexer import place, tokens

_BEFORE = frozenset({"triples", "group", "graph", "optional", "minus", "bind", "values", "service"})
_AFTER = frozenset({"triples", "group", "graph", "values"})
_CLIMBED = frozenset({"group", "graph"})
_APPLIED = frozenset({"optional", "minus"})
_EXPRESSIONS = frozenset({"filter", "bind"})  # the groups in them are those of EXISTS
_LOTS = re.compile(r"\b(?:RAND|UUID|STRUUID)\s*\(", re.IGNORECASE)
_VARIABLE = re.compile(r"[?$](\w+)")


@dataclass(frozen=True, slots=True)
class Clause:
    """A SERVICE: its target and its pattern, whose solutions all bind the variables `sure`.

    `path` are the groups around it, from the outermost that it may be restricted by, each with the element it is in.
    """

    number: int
    target: str
    element: Element
    path: tuple[tuple[Group, Element], ...]

    @property
    def silent(self) -> bool:
        """True when a failure is as good as one solution without any value."""
        return self.element.silent

    @property
    def sure(self) -> frozenset[str]:
        """The variables that have a value in every solution of it."""
        return self.element.groups[0].sure


class Services:
    """The SERVICEs of one query, in the order of the text. Raises RefusedQuery for one in another, MalformedQuery."""

    def __init__(self, inspection: Inspection, base: str | None = None) -> None:
        self.text = inspection.text
        self._base = f"BASE <{base}>\n" if base else ""
        form, self._dataset, pattern = prologue_and_pattern(self.text)
        self.prologue = self.text[:form]
        targets = {service.offset: service.target or "" for service in inspection.services}
        self.clauses: list[Clause] = []
        self._find(pattern, (), targets)
        self.clauses.sort(key=lambda clause: clause.element.start)
        self.clauses = [
            Clause(number, clause.target, clause.element, clause.path) for number, clause in enumerate(self.clauses)
        ]
        inside = set(targets) - {clause.element.start for clause in self.clauses}
        if inside:
            line, column = place(self.text, min(inside))
            raise RefusedQuery("service-nested", line=line, column=column)

    def _find(
        self,
        group: Group,
        path: tuple[tuple[Group, Element], ...],
        targets: Mapping[int, str],
        given: Group | None = None,
    ) -> None:
        if group.select is not None:
            self._find(group.select, (), targets, given)
        for element in group.elements:
            here = (*path, (group, element))
            if element.kind == "service":
                self._check(element, given)
                self.clauses.append(Clause(0, targets[element.start], element, here))
                continue
            for inner in element.groups if element.kind != "lateral" else ():
                around = here if element.kind in _CLIMBED else here[-1:] if element.kind in _APPLIED else ()
                self._find(inner, around, targets, inner if element.kind in _EXPRESSIONS else given)

    def _check(self, element: Element, given: Group | None) -> None:
        """Raise RefusedQuery for a SERVICE that values from around the group it is in might change."""
        if given is None:
            return
        around = frozenset(name for start, name in self._variables if not given.start <= start < given.stop)
        if not element.groups[0].chosen_by(around):
            line, column = place(self.text, element.start)
            raise RefusedQuery("service-correlated", line=line, column=column)

    @cached_property
    def _variables(self) -> list[tuple[int, str]]:
        """Every variable, with where it stands."""
        return [(token.start, token.text[1:]) for token in tokens(self.text) if token.kind == "variable"]

    @cached_property
    def blanked(self) -> str:
        """The query with groups in the place of its SERVICEs, everything else where it was: as wrong as it is."""
        text = self.text
        for clause in self.clauses:
            start, stop = clause.element.start, clause.element.groups[0].start
            text = text[:start] + re.sub(r"[^\r\n]", " ", text[start:stop]) + text[stop:]
        return text

    def pattern(self, clause: Clause) -> str:
        """What a SERVICE is asked, with its braces."""
        group = clause.element.groups[0]
        return self.text[group.start : group.stop]

    def feeds(self, clause: Clause) -> frozenset[int]:
        """The numbers of the SERVICEs that are to be answered before this one is restricted."""
        spans = self._restricting(clause)
        return frozenset(
            other.number
            for other in self.clauses
            if any(start <= other.element.start < stop for _, start, stop, _ in spans)
        )

    def restriction(self, clause: Clause, answers: Mapping[int, str]) -> str:
        """A pattern with every solution that this one may be joined with; empty where nothing restricts it."""
        spans = self._restricting(clause)
        if not any(stop for _, _, stop, _ in spans):
            return ""
        parts = [
            opening + (self.filled(answers, start, stop) + separator if stop else separator)
            for opening, start, stop, separator in spans
        ]
        return "{ " + "".join(parts) + " }"

    def restricting(self, clause: Clause, pattern: str) -> list[str]:
        """The variables by which a pattern may restrict this SERVICE, in a fixed order; none, if it draws lots."""
        if _LOTS.search(pattern):  # it would draw others when the query is evaluated
            return []
        return sorted(clause.sure & set(_VARIABLE.findall(pattern)))

    def bindings(self, pattern: str, variables: Sequence[str], most: int) -> str:
        """The query for the values of some variables in a pattern; one more than `most` where there are more."""
        names = " ".join(f"?{name}" for name in variables)
        return f"{self.prologue}SELECT DISTINCT {names} {self._dataset} WHERE {pattern} LIMIT {most + 1}"

    def asked(self, clause: Clause, variables: Sequence[str], restricted: Sequence[str] = (), rows: str = "") -> str:
        """The query for a server; with `rows` of values for the variables by which it is `restricted`.

        These stand first where that means the same: most engines follow the order of what is not joined.
        """
        names = " ".join(f"?{name}" for name in variables) or "(1 AS ?solution)"
        head, pattern, tail = f"{self._base}{self.prologue}SELECT {names} WHERE ", self.pattern(clause), ""
        if restricted:
            values = f"VALUES ({' '.join(f'?{name}' for name in restricted)}) {{ {rows} }}"
            if clause.element.groups[0].sure_first.issuperset(restricted):
                pattern = f"{{ {values} {pattern[1:]}"
            else:
                tail = f"\n{values}"
        return head + pattern + tail

    def filled(self, answers: Mapping[int, str], start: int = 0, stop: int | None = None) -> str:
        """A part of the query, with the answers in the place of its SERVICEs."""
        stop = len(self.text) if stop is None else stop
        parts, at = [], start
        for clause in self.clauses:
            if start <= clause.element.start < stop:
                parts += [self.text[at : clause.element.start], answers[clause.number]]
                at = clause.element.stop
        return "".join([*parts, self.text[at:stop]])

    def _restricting(self, clause: Clause) -> list[tuple[str, int, int, str]]:
        """The parts of the text that restrict a SERVICE: what opens each, its start and stop, what follows it.

        One that stops at 0 is no part of the text: a group opens or closes there.
        """
        before: list[tuple[str, int, int, str]] = []
        after: list[tuple[str, int, int, str]] = []
        for depth, (group, element) in enumerate(clause.path):
            at = group.elements.index(element)
            unknown = any(each.kind == "lateral" for each in group.elements[:at])
            kinds = _AFTER | {"service"} if unknown else _BEFORE
            before += [self._span(each) for each in group.elements[:at] if each.kind in kinds]
            rest = () if element.kind in _APPLIED else group.elements[at + 1 :]
            closing = [self._span(each) for each in rest if each.kind in _AFTER and not each.calls]
            if depth:
                closing.append(("", 0, 0, "} "))
            after = closing + after
            if element is not clause.element:
                named = element.kind == "graph"
                opening = self.text[element.start : element.groups[0].start] if named else ""
                before.append((f"{opening}{{ ", 0, 0, ""))
        return before + after

    @staticmethod
    def _span(element: Element) -> tuple[str, int, int, str]:
        return "", element.start, element.stop, " .\n" if element.kind == "triples" else "\n"
