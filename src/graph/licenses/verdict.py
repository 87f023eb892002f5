"""The verdict: whether a work under one licence may be reused (adapted, merged) in a work published under another.

What a clause says wins over what is computed; what is computed compares permissions, prohibitions and duties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TypeVar

from ..texts import Text
from .catalogue import Licences
from .duties import abstention, due, duty, term
from .expression import Expression, Joined, Named, Several
from .licence import DERIVATIVES, FOR_THE_PART, FOR_THE_WHOLE, Clause, Licence

T = TypeVar("T")


class Answer(IntEnum):
    """What may be done, the best last."""

    NO = 0
    UNKNOWN = 1
    CONDITIONAL = 2
    YES = 3

    @property
    def word(self) -> str:
        """As the public contract writes it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer, what must be done or written, the chain of reasons, and where these are told.

    `duties` is all that the reused work's licence asks, whether the other asks it too or not.
    """

    answer: Answer
    because: tuple[Text, ...]
    conditions: tuple[Text, ...] = ()
    sources: tuple[str, ...] = ()
    duties: tuple[Text, ...] = field(default=(), compare=False)

    @property
    def allowed(self) -> bool:
        """True when it may be done."""
        return self.answer >= Answer.CONDITIONAL


def verdict(a: Expression, b: Expression, licences: Licences) -> Verdict:
    """Whether a work under `a` may be reused in a work published under `b`, and why.

    Whoever reuses chooses among the licences of `a` joined by OR, and owes all that are joined by AND; a work published
    under a choice is published under each, and under several together, under any that takes the other.
    """
    if isinstance(b, Several):
        each = [verdict(a, part, licences) for part in b.parts]
        return _worst(each) if b.joined is Joined.ANY else _best(each)
    if isinstance(a, Several):
        each = [verdict(part, b, licences) for part in a.parts]
        found = _best(each) if a.joined is Joined.ANY else _worst(each)
        if a.joined is Joined.ANY and found.allowed:
            chosen = a.parts[each.index(found)]
            found = replace(found, because=(Text("licence.chosen", {"a": str(chosen), "all": str(a)}), *found.because))
        return found
    return _of_names(a, b, licences)


def _best(each: list[Verdict]) -> Verdict:
    return max(each, key=lambda one: one.answer)


def _worst(each: list[Verdict]) -> Verdict:
    """The worst answer; where all allow, with the conditions of all."""
    answer = min(one.answer for one in each)
    told = each if answer >= Answer.CONDITIONAL else [one for one in each if one.answer is answer]
    return Verdict(
        answer,
        once(text for one in told for text in one.because),
        once(text for one in told for text in one.conditions),
        once(source for one in told for source in one.sources),
        once(text for one in told for text in one.duties),
    )


def once(found: Iterable[T]) -> tuple[T, ...]:
    """The same, each one once: a text has no hash."""
    kept: list[T] = []
    kept.extend(each for each in found if each not in kept)
    return tuple(kept)


def _of_names(a: Named, b: Named, licences: Licences) -> Verdict:
    for named in (a, b):
        if named.licence is None:
            return Verdict(Answer.UNKNOWN, (Text("licence.not-described", {"name": named.text}),))
    assert a.licence is not None  # noqa: S101 - told to the type checker
    assert b.licence is not None  # noqa: S101 - the same
    found = compare(a.licence, b.licence, licences)
    if a.exception and not found.allowed:  # it permits more, which the graph does not say
        text = Text("licence.exception", {"a": str(a), "exception": a.exception})
        return replace(found, answer=Answer.UNKNOWN, because=(*found.because, text))
    return found


def compare(a: Licence, b: Licence, licences: Licences) -> Verdict:
    """Whether a work under one licence may be reused in a work published under another, and why."""
    for licence in (a, b):
        if licence.unknown:
            return Verdict(Answer.UNKNOWN, (Text("licence.unknown", {"name": licence.name}),), sources=licence.sources)
    names = {"a": a.name, "b": b.name}
    if DERIVATIVES not in a.permits or DERIVATIVES in a.prohibits:
        return Verdict(Answer.NO, (Text("licence.no-derivatives", names),), sources=a.sources)
    if a.iri == b.iri:
        told = (Text("licence.same", names),)
        return Verdict(Answer.YES, told, sources=a.sources, duties=tuple(due(a, licences)))
    against = [clause for clause in licences.clauses(a) if b.iri in clause.against]
    if against:
        return Verdict(Answer.NO, tuple(_clauses("licence.clause-against", against, names)), sources=_of(against))
    into = [clause for clause in licences.clauses(a) if b.iri in clause.into]
    return _lost(a, b, into, licences) or _allowed(a, b, into, licences)


def _lost(a: Licence, b: Licence, into: list[Clause], licences: Licences) -> Verdict | None:
    """No, when the one prohibits what the other lets do, or wants the whole for itself and no clause gives way."""
    named = [("licence.prohibits-more", sorted(a.prohibits - b.prohibits) if b.permits else [])]
    named += [("licence.same-for-the-whole", [] if into else sorted(a.requires & FOR_THE_WHOLE))]
    because = tuple(
        Text(key, {"a": a.name, "b": b.name, "term": term(iri, licences)}) for key, terms in named for iri in terms
    )
    return Verdict(Answer.NO, because, sources=once((*a.sources, *b.sources))) if because else None


def _allowed(a: Licence, b: Licence, into: list[Clause], licences: Licences) -> Verdict:
    """With what conditions, once nothing stands against it."""
    names = {"a": a.name, "b": b.name}
    waived = {each for clause in into for each in clause.waives}
    left = sorted(a.requires - b.requires - FOR_THE_WHOLE - {FOR_THE_PART} - waived)
    lost = sorted(a.prohibits - b.prohibits)
    because = [*_clauses("licence.clause-into", into, names)]
    conditions = [clause.condition for clause in into if clause.condition]
    if FOR_THE_PART in a.requires and not into:
        because.append(Text("licence.same-for-the-part", {**names, "term": term(FOR_THE_PART, licences)}))
        conditions.append(duty(FOR_THE_PART, a, licences))
    conditions += [duty(each, a, licences) for each in left]
    conditions += [abstention(each, a, licences) for each in lost]
    because += [Text("licence.requires-more", {**names, "term": term(each, licences)}) for each in left]
    because += [Text("licence.prohibits-more", {**names, "term": term(each, licences)}) for each in lost]
    if not because:
        because.append(Text("licence.asks-as-much" if a.requires else "licence.asks-nothing", names))
    answer = Answer.CONDITIONAL if conditions else Answer.YES
    sources = once((*_of(into), *a.sources, *b.sources))
    return Verdict(answer, tuple(because), tuple(conditions), sources, tuple(due(a, licences)))


def _clauses(key: str, clauses: Iterable[Clause], names: dict[str, str]) -> Iterator[Text]:
    for clause in clauses:
        yield Text(key, {**names, "clause": clause.title})
        if clause.description:
            yield clause.description


def _of(clauses: Iterable[Clause]) -> tuple[str, ...]:
    return once(source for clause in clauses for source in clause.sources)
