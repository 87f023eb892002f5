"""The groups of a query and the elements of each, with where they stand (SPARQL 1.1, section 18.2.2).

Read from tokens, for what is asked of it: which parts a SERVICE is joined with, and which variables a pattern binds
in every solution.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal

from ..errors import MalformedQuery
from ..texts import Text
from .lexer import Token, place, tokens

Kind = Literal["triples", "group", "graph", "optional", "minus", "service", "bind", "values", "filter", "lateral"]
_NAMED: dict[str, Kind] = {
    "OPTIONAL": "optional",
    "MINUS": "minus",
    "LATERAL": "lateral",
    "GRAPH": "graph",
    "SERVICE": "service",
    "FILTER": "filter",
    "BIND": "bind",
    "VALUES": "values",
}
_JOINED = frozenset({"triples", "group", "graph", "values", "filter"})  # a filter counts once all is joined


@dataclass(slots=True, eq=False)
class Group:
    """What stands between braces, from `start` to `stop`, these included; a sub-select has its pattern within."""

    start: int
    stop: int = 0
    elements: list[Element] = field(default_factory=list)
    select: Group | None = None

    def all(self) -> Iterator[Element]:
        """The elements in it, at any depth."""
        for element in (self.select or self).elements:
            yield element
            for group in element.groups:
                yield from group.all()

    @property
    def sure(self) -> frozenset[str]:
        """The variables that have a value in every solution of it; perhaps not all of them."""
        return frozenset().union(*(element.sure for element in self.elements))

    @property
    def sure_first(self) -> frozenset[str]:
        """Those that have one before anything is done with solutions but joining them."""
        joined = takewhile(lambda element: element.kind in _JOINED, self.elements)
        return frozenset().union(*(element.sure for element in joined))

    def chosen_by(self, names: frozenset[str], bound: frozenset[str] = frozenset()) -> bool:
        """Whether to give variables a value beforehand is the same as to choose among its solutions afterwards.

        True only where that is certain; `bound` have one in what it is an OPTIONAL of.
        """
        if self.select is not None:
            return not any(names & element.mentioned for element in self.select.elements)
        before, within = bound, bound | self.sure
        for element in self.elements:
            named = names & element.mentioned
            if (named or element.kind == "minus") and not element.chosen_by(names, named, before, within):
                return False  # of a MINUS, engines do not agree on what a variable with a value has in common
            before |= element.sure
        return True


@dataclass(slots=True, eq=False)
class Element:
    """One element of a group, from `start` to `stop`, and the groups it is made of; of a UNION, its branches.

    `variables` are those of its triples, or the name of its graph where that is one; `mentioned` all that are in it.
    """

    kind: Kind
    start: int
    stop: int = 0
    groups: list[Group] = field(default_factory=list)
    variables: frozenset[str] = frozenset()
    mentioned: frozenset[str] = frozenset()
    silent: bool = False
    may_be_empty: bool = False  # a path of triples, which then joins any term with itself

    @property
    def sure(self) -> frozenset[str]:
        """The variables that have a value in every solution of it; perhaps not all of them."""
        if self.kind not in ("triples", "group", "graph"):
            return frozenset()
        branches = [group.sure for group in self.groups]
        return self.variables | (frozenset.intersection(*branches) if branches else frozenset())

    def chosen_by(
        self, names: frozenset[str], named: frozenset[str], before: frozenset[str], within: frozenset[str]
    ) -> bool:
        """As for a group; of its variables these are `named`, `before` have a value where it stands, `within` later."""
        if self.kind in ("optional", "bind") and not named <= before:
            return False
        match self.kind:
            case "triples":
                return not self.may_be_empty
            case "filter":
                return named <= within
            case "group" | "graph" | "optional" | "bind":
                bound = before if self.kind == "optional" else frozenset()
                return all(group.chosen_by(names, bound) for group in self.groups)
            case _:
                return self.kind == "values"

    @property
    def calls(self) -> bool:
        """Whether a SERVICE is in it."""
        return self.kind == "service" or any(each.kind == "service" for group in self.groups for each in group.all())


def prologue_and_pattern(text: str) -> tuple[int, str, Group]:
    """Where the form of a query begins, its dataset clauses, and its pattern. Raises MalformedQuery."""
    read = _Reading(text)
    form = next(i for i, token in enumerate(read.tokens) if token.text.upper() in _FORMS and not token.depth)
    dataset, at = [], form
    while not (read.opens_group(at) and not read[at].depth):
        token = read[at]
        if token.kind == "word" and token.text.upper() == "FROM":
            named = read[at + 1].text.upper() == "NAMED"
            dataset.append(f"FROM {'NAMED ' if named else ''}{read[at + 1 + named].text}")
        at += 1
    return read[form].start, " ".join(dataset), read.group(at)[0]


_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})


class _Reading:
    """The tokens, and where each group begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(tokens(text))

    def __getitem__(self, at: int) -> Token:
        if at >= len(self.tokens):
            raise self._malformed(None)
        return self.tokens[at]

    def opens_group(self, at: int) -> bool:
        """Whether a group begins there."""
        token = self[at]
        return token.kind == "mark" and token.text == "{" and token.inner == "group"

    def group(self, at: int) -> tuple[Group, int]:
        """The group that begins at a token, and the token after it."""
        if not self.opens_group(at):
            raise self._malformed(self[at])
        opening = self[at]
        group, at = Group(opening.start), at + 1
        if self[at].kind == "word" and self[at].text.upper() == "SELECT":
            while not (self.opens_group(at) and self[at].depth == opening.depth + 1):
                if self._closes(at, opening):
                    raise self._malformed(self[at])
                at += 1
            group.select, at = self.group(at)
            while not self._closes(at, opening):
                at += 1
        while not self._closes(at, opening):
            if self[at].text in (".", ";"):
                at += 1
                continue
            element, at = self._element(at, opening)
            group.elements.append(element)
        group.stop = self[at].start + 1
        return group, at + 1

    def _element(self, at: int, opening: Token) -> tuple[Element, int]:
        begin, token = at, self[at]
        kind = _NAMED.get(token.text.upper(), "triples") if token.kind == "word" else "triples"
        kind = "group" if self.opens_group(at) else kind
        element = Element(kind, token.start)
        match kind:
            case "group":
                at = self._branches(element, at)
            case "optional" | "minus" | "lateral":
                at = self._inner(element, at + 1)
            case "graph" | "service":
                element.silent = self[at + 1].text.upper() == "SILENT"
                name = at + 1 + element.silent
                element.variables = self._variables(name, name + 1)
                at = self._inner(element, name + 1)
            case "filter" | "bind":
                at = self._condition(element, at + 1)
            case "values":
                while self[at].text != "{":
                    at += 1
                at = self._after(at)
            case _:
                while not (self._closes(at, opening) or self._ends_triples(at, opening)):
                    at += 1
                element.variables = self._variables(begin, at)
                element.may_be_empty = any(token.text in ("*", "?") for token in self.tokens[begin:at])
        element.mentioned = self._variables(begin, at)
        last = self[at - 1]
        if kind == "triples" and last.text == ".":
            last = self[at - 2]
        element.stop = last.start + len(last.text)
        return element, at

    def _ends_triples(self, at: int, opening: Token) -> bool:
        token = self[at]
        named = token.kind == "word" and token.text.upper() in _NAMED
        return token.depth == opening.depth + 1 and (named or self.opens_group(at))

    def _branches(self, element: Element, at: int) -> int:
        at = self._inner(element, at)
        while self[at].kind == "word" and self[at].text.upper() == "UNION":
            at = self._inner(element, at + 1)
        return at

    def _inner(self, element: Element, at: int) -> int:
        group, at = self.group(at)
        element.groups.append(group)
        return at

    def _condition(self, element: Element, at: int) -> int:
        """An expression in parentheses, a call or EXISTS, and the groups in it."""
        while self[at].text not in ("(", "{"):
            at += 1
        stop = self._after(at)
        while at < stop:
            at = self._inner(element, at) if self.opens_group(at) else at + 1
        return stop

    def _after(self, at: int) -> int:
        """The token after the bracket that closes the one at `at`."""
        opening = self[at]
        at += 1
        while not (self[at].depth <= opening.depth and self[at].text in (")", "}")):
            at += 1
        return at + 1

    def _closes(self, at: int, opening: Token) -> bool:
        return self[at].text == "}" and self[at].kind == "mark" and self[at].depth <= opening.depth

    def _variables(self, start: int, stop: int) -> frozenset[str]:
        return frozenset(token.text[1:] for token in self.tokens[start:stop] if token.kind == "variable")

    def _malformed(self, token: Token | None) -> MalformedQuery:
        if token is None:
            line, column = place(self.text, len(self.text.rstrip()))
            reason = Text("reason.unexpected-end")
        else:
            line, column = place(self.text, token.start)
            reason = Text("reason.unexpected", {"found": token.text})
        return MalformedQuery("query-syntax", line=line, column=column, reason=reason)
