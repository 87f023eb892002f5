"""Things held to be one by some files, step by step, and apart by another: an identity somebody rejected or denied."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import NamedTuple

from ...diagnostics import Diagnostic, Location, Severity
from ...namespaces import DISTINCTION, IDENTITY, PAS
from ...texts import Text
from ...turtle.anchors import Anchor, Part, Unplaced
from ..axioms import ACCEPTED, DECISION, DECISIONS, MAPPED_BY, MAPPED_FROM, MAPPED_TO
from ..facts import Facts
from .links import records

_REJECTED = DECISIONS["rejected"]
_SHOWN, _FILES = 8, 3


class _Said(NamedTuple):
    """That two things are one, or are not: the file, and the triple that says it. `by_record` when a decision does."""

    one: str
    other: str
    fact: Facts
    anchor: tuple[str, str, str]
    predicate: str
    by_record: bool

    @property
    def file(self) -> str:
        return self.fact.source.name


def separated(facts: Iterable[Facts], selected: frozenset[str], base: str) -> Iterator[Unplaced]:
    """PAS212: two things said apart that others join, by as many steps as it takes.

    Told where they are said apart, when that file is of `selected`, else at the first step of `selected` that joins
    them: a warning for a distinction, which cuts a chain of identities. What one statement joins and another denies is
    told by shapes and by PAS210, and is left out here. Linear in the number of statements, then in that of what is
    joined for each separation.
    """
    joined: dict[str, list[_Said]] = {}
    apart: list[_Said] = []
    for fact in facts:
        for said, is_one in _said(fact):
            if is_one:
                joined.setdefault(said.one, []).append(said)
                joined.setdefault(said.other, []).append(said._replace(one=said.other, other=said.one))
            else:
                apart.append(said)
    for denied in apart:
        path = _path(joined, denied.one, denied.other)
        if path and not _is_told(denied, path):
            yield from _told(denied, path, selected, base)


def _said(fact: Facts) -> Iterator[tuple[_Said, bool]]:
    """What a file says of identity, and whether it says that things are one."""
    for subject, predicate, value in fact.statements:
        if (predicate in IDENTITY or predicate in DISTINCTION) and subject != value:
            said = _Said(subject, value, fact, (subject, predicate, value), predicate, by_record=False)
            yield said, predicate in IDENTITY
    for iri, record in records(fact).items():
        decisions = record.get(DECISION, ())
        for one, name, other in product(*(record.get(part, ()) for part in (MAPPED_FROM, MAPPED_BY, MAPPED_TO))):
            known = name in IDENTITY or name in DISTINCTION
            if known and one != other and (ACCEPTED in decisions or (name in IDENTITY and _REJECTED in decisions)):
                is_one = name in IDENTITY and ACCEPTED in decisions
                anchor = (iri, DECISION, ACCEPTED if ACCEPTED in decisions else _REJECTED)
                yield _Said(one, other, fact, anchor, name, by_record=True), is_one


def _path(joined: Mapping[str, list[_Said]], start: str, end: str) -> list[_Said]:
    """The fewest steps that join two things; none when nothing does."""
    came: dict[str, _Said | None] = {start: None}
    waiting = deque([start] if start in joined and end in joined else [])
    while waiting and end not in came:
        for step in joined[waiting.popleft()]:
            if step.other not in came:
                came[step.other] = step
                waiting.append(step.other)
    path: list[_Said] = []
    while (step := came.get(end)) is not None:
        path.append(step)
        end = step.one
    return path[::-1]


def _is_told(denied: _Said, path: list[_Said]) -> bool:
    """Whether another check tells it: a denial of one step by a statement, or of the very link by a record."""
    if len(path) > 1:
        return False
    return denied.predicate == PAS + "distinctFrom" if not denied.by_record else denied.predicate == path[0].predicate


def _told(denied: _Said, path: list[_Said], selected: frozenset[str], base: str) -> Iterator[Unplaced]:
    cut = len(path) > 1 and not _is_rejected(denied)  # a distinction cuts what others join, step by step
    severity = Severity.WARNING if cut else Severity.ERROR
    names = [path[0].one, *(step.other for step in path)]
    if len(names) > _SHOWN:
        names = [*names[: _SHOWN - 3], "…", *names[-2:]]
    shown = " = ".join(name.removeprefix(base) for name in names)
    if denied.fact.source.graph in selected:
        files = list(dict.fromkeys(step.file for step in path))
        told = {
            "path": shown,
            "count": len(files),
            "files": ", ".join([*files[:_FILES], "…"] if len(files) > _FILES else files),
        }
        key = "integrity.apart-rejected" if _is_rejected(denied) else "integrity.apart-distinct"
        yield _placed(denied, Text(key, told), severity)
        return
    here = next((step for step in path if step.fact.source.graph in selected), None)
    if here is not None:
        yield _placed(here, Text("integrity.apart-joined", {"path": shown, "file": denied.file}), severity)


def _is_rejected(denied: _Said) -> bool:
    return denied.by_record and denied.predicate in IDENTITY


def _placed(said: _Said, text: Text, severity: Severity) -> Unplaced:
    subject, predicate, value = said.anchor
    about = {"rule": "apart", "focus": subject, "property": predicate, "value": value}
    found = Diagnostic(Location(said.file), severity, "PAS212", text, **about)
    return found, Anchor(f"<{subject}>", f"<{predicate}>", f"<{value}>", Part.OBJECT)
