"""Reuses that begin after the end of who is said to reuse: an organisation that a change has transformed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...diagnostics import Diagnostic, Location, Severity
from ...texts import Text
from ...turtle.anchors import Anchor, Part, Unplaced
from ...turtle.ntriples import plain
from ..axioms import AFTER, BEFORE, BEGAN, REUSER
from ..facts import Facts


def belated(facts: Iterable[Facts], selected: frozenset[str], base: str) -> Iterator[Unplaced]:
    """PAS213: a reuse that begins after a change of which its reuser is before, and not after; told at its beginning.

    A warning: the date or the reuser is wrong. Two dates are compared as far as the less precise one goes.
    """
    facts = list(facts)
    ends = _ends(facts)
    for fact in facts if ends else ():
        if fact.source.graph not in selected:
            continue
        began = {subject: value for subject, predicate, value in fact.statements if predicate == BEGAN}
        for reuse, predicate, reuser in fact.statements:
            if predicate == REUSER and reuse in began and reuser in ends:
                end, change = ends[reuser]
                date = plain(began[reuse])
                precise = min(len(date), len(end))
                if date[:precise] > end[:precise]:
                    told = {"reuser": reuser.removeprefix(base), "date": date, "end": end}
                    text = Text("integrity.reuse-belated", {**told, "change": change.removeprefix(base)})
                    about = {"rule": "reuse-belated", "focus": reuse, "property": BEGAN, "value": date}
                    yield (
                        Diagnostic(Location(fact.source.name), Severity.WARNING, "PAS213", text, **about),
                        Anchor(f"<{reuse}>", f"<{BEGAN}>", began[reuse], Part.OBJECT),
                    )


def _ends(facts: Iterable[Facts]) -> dict[str, tuple[str, str]]:
    """When each organisation that a change transforms, and does not result from it, was first: and the change."""
    before: dict[str, list[str]] = {}
    after: dict[str, set[str]] = {}
    dates: dict[str, str] = {}
    for fact in facts:
        for subject, predicate, value in fact.statements:
            if predicate == BEFORE:
                before.setdefault(subject, []).append(value)
            elif predicate == AFTER:
                after.setdefault(subject, set()).add(value)
            elif predicate == BEGAN:
                dates[subject] = plain(value)
    ends: dict[str, tuple[str, str]] = {}
    for change, organisations in before.items():
        for organisation in organisations:
            if change in dates and organisation not in after.get(change, ()):
                end = (dates[change], change)
                ends[organisation] = min(ends.get(organisation, end), end)
    return ends
