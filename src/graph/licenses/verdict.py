"""The verdict: whether a work under one licence may be reused (adapted, merged) in a work published under another.

What a clause says wins over what is computed; what is computed compares permissions, prohibitions and duties.
Expressions are compared as elements of a free lattice (P. Whitman, Free lattices, 1941).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TypeVar

from ..texts import Text
from .catalogue import Licences
from .duties import abstention, due, duty, term
from .expression import Expression, Joined, Named, Several, named
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
    under a choice is published under each, and under several together, under any that takes the other. Of a licence
    that offers some others (a version or any later), one of these has to take all at once.
    """
    found = _compared(a, b, licences)
    for several in {each.iri: each for each in named(b) if each.offers}.values() if found.allowed else ():
        offered = [licences[iri] for iri in several.offers if iri in licences]
        ways = [_compared(a, _instead(b, several, each), licences) for each in offered]
        if ways and not any(way.allowed for way in ways):
            names = ", ".join(each.name for each in offered)
            told = Text("licence.no-version", {"a": str(a), "b": several.name, "offered": names})
            sources = once(source for way in ways for source in way.sources)
            return Verdict(Answer.NO, once((told, *(text for way in ways for text in way.because))), sources=sources)
    return found


def _instead(expression: Expression, licence: Licence, other: Licence) -> Expression:
    """An expression with one licence in the place of another."""
    if isinstance(expression, Several):
        return Several(expression.joined, tuple(_instead(part, licence, other) for part in expression.parts))
    return Named(other.name, other, expression.exception) if expression.licence == licence else expression


def _compared(a: Expression, b: Expression, licences: Licences) -> Verdict:
    """The same, without regard to what a licence offers."""
    found: dict[tuple[int, int], Verdict] = {}  # ways to two parts are many, pairs of parts few

    def told(a: Expression, b: Expression) -> Verdict:
        key = id(a), id(b)
        if key not in found:
            found[key] = compared(a, b)
        return found[key]

    def compared(a: Expression, b: Expression) -> Verdict:
        if isinstance(a, Named) and isinstance(b, Named):
            return _of_names(a, b, licences)
        if isinstance(b, Several) and b.joined is Joined.ANY:
            return _worst([told(a, part) for part in b.parts])
        if isinstance(a, Several) and a.joined is Joined.ALL:
            return _worst([told(part, b) for part in a.parts])
        ways = [_chosen(part, a, told(part, b)) for part in a.parts] if isinstance(a, Several) else []
        ways += [told(a, part) for part in b.parts] if isinstance(b, Several) else []
        return max(ways, key=lambda one: one.answer)

    return told(a, b)


def _chosen(part: Expression, of: Expression, found: Verdict) -> Verdict:
    """The same, saying which licence of a choice lets it be done."""
    if not found.allowed:
        return found
    return replace(found, because=(Text("licence.chosen", {"a": str(part), "all": str(of)}), *found.because))


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
    for each in (a, b):
        if each.licence is None:
            return Verdict(Answer.UNKNOWN, (Text("licence.not-described", {"name": each.text}),))
    assert a.licence is not None  # noqa: S101 - told to the type checker
    assert b.licence is not None  # noqa: S101 - the same
    found = compare(a.licence, b.licence, licences)
    if a.exception and not found.allowed:  # it permits more, which the graph does not say
        text = Text("licence.exception", {"a": str(a), "exception": a.exception})
        return replace(found, answer=Answer.UNKNOWN, because=(*found.because, text))
    added = b.exception and b.exception.casefold() != a.exception.casefold()
    if added and found.allowed and not FOR_THE_WHOLE.isdisjoint(a.licence.requires):
        text = Text("licence.exception-added", {"a": a.licence.name, "exception": b.exception})
        return replace(found, answer=Answer.UNKNOWN, because=(*found.because, text), conditions=())
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
    if b.iri in a.offers and not into:
        return Verdict(Answer.YES, (Text("licence.offered", names),), sources=a.sources, duties=tuple(due(a, licences)))
    return (None if into else _lost(a, b, licences)) or _allowed(a, b, into, licences)


def _lost(a: Licence, b: Licence, licences: Licences) -> Verdict | None:
    """No, when the one prohibits what the other lets do, or wants the whole for itself."""
    named = [("licence.prohibits-more", sorted(a.prohibits - b.prohibits) if b.permits else [])]
    named += [("licence.same-for-the-whole", sorted(a.requires & FOR_THE_WHOLE))]
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
