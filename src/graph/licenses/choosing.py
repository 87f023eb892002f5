"""What licences a work may be published under, when it is built on works under some others, the best first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..texts import Text
from .catalogue import Licences
from .expression import Expression, Joined, Named, Several, named
from .licence import APPROVED, DISTRIBUTION, INTENDED, Licence
from .verdict import Answer, Verdict, verdict

_FREE = Verdict(Answer.YES, (Text("licence.built-on-nothing"),))


@dataclass(frozen=True, slots=True)
class Choice:
    """A licence one thinks of, and whether every work built on may be reused under it."""

    licence: Licence
    verdict: Verdict


def choices(built_on: Sequence[Expression], licences: Licences, sorts: Collection[str] | None = None) -> list[Choice]:
    """Every licence a work may be published under, those that take what it is built on first.

    Among these, first what is approved for public bodies, for the same sort of works; then what is made for that sort,
    what is in force, what asks least beyond itself, and what asks least. `sorts` are what the work is; where that is
    not said, what it is built on.
    """
    together = built_on[0] if len(built_on) == 1 else Several(Joined.ALL, tuple(built_on))
    if sorts is None:
        sorts = {sort for each in named(together) for sort in each.said.get(INTENDED, ())}
    found = [
        Choice(licence, verdict(together, Named(licence.name, licence), licences) if built_on else _FREE)
        for licence in licences.values()
        if DISTRIBUTION in licence.permits and not licence.unknown
    ]
    wanted = frozenset(sorts)
    return sorted(found, key=lambda choice: _rank(choice, wanted))


def _rank(choice: Choice, sorts: frozenset[str]) -> tuple[object, ...]:
    licence, found = choice.licence, choice.verdict
    approved, intended = (set(licence.said.get(name, ())) for name in (APPROVED, INTENDED))
    return (
        not found.allowed,
        not (approved & sorts if sorts else approved),
        not (intended & sorts if sorts else intended),
        not approved,
        not licence.in_force,
        -found.answer,
        len(found.conditions),
        len(licence.requires) + len(licence.prohibits),
        licence.name,
    )
