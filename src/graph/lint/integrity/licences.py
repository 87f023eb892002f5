"""Licences that a derivation breaks: a work under one is made from a work under another, which does not let it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from ...diagnostics import Diagnostic, Location, Severity
from ...licenses.catalogue import Licences
from ...licenses.expression import Expression, Joined, Named, Several
from ...licenses.licence import DISTRIBUTION, KINDS, Licence
from ...licenses.verdict import Answer, verdict
from ...texts import Text
from ...turtle.anchors import Anchor, Part, Unplaced
from ..axioms import (
    ACCEPTED,
    DECISION,
    DERIVED,
    GENERATED,
    HOLDERS,
    LICENSE,
    MAPPED_BY,
    MAPPED_FROM,
    MAPPED_TO,
    MODIFIER,
    REUSE_KIND,
    REUSED,
)
from ..facts import Facts
from ..statements import Statement
from .links import records

_CONCEPTS = "https://w3id.org/passerelles/id/concepts/"
ADAPTED, AS_IS = _CONCEPTS + "reutilisation-adaptee", _CONCEPTS + "reutilisation-telle-quelle"
_OF_REUSES = frozenset((GENERATED, REUSED, REUSE_KIND))
_SHOWN = 6

#: The licences of one work, by IRI: whoever reuses it chooses.
_Terms = tuple[str, ...]


class _Step(NamedTuple):
    """A work is made from another, as a statement of a file says; as it is, or changed."""

    work: str
    origin: str
    fact: Facts
    statement: Statement
    as_is: bool = False


class _Origin(NamedTuple):
    """What a work is made from, as its own licence accepts it: under what, by what steps."""

    asked: Expression
    chain: list[_Step]


@dataclass
class _Works:
    """What files say of works: under what terms each is, whose it is, the steps that lead to each."""

    terms: dict[str, _Terms] = field(default_factory=dict)
    holders: dict[str, set[str]] = field(default_factory=dict)
    made_from: dict[str, list[_Step]] = field(default_factory=dict)


def unlawful(facts: Iterable[Facts], selected: frozenset[str], base: str) -> Iterator[Unplaced]:
    """PAS211: a work made from another whose licence does not let it; told at the first step, in a file of `selected`.

    A work whose licence nobody says passes on that of what it is made from. Of each licence, the nearest work is told.
    Whoever holds the rights of both works is not bound by what they grant to others.
    Linear in the number of steps, for each licence.
    """
    facts = list(facts)
    steps = list(_steps(facts))
    if not steps:
        return
    described = (fact for fact in facts if any(not KINDS.isdisjoint(names) for names in fact.types.values()))
    licences = Licences(statement for fact in described for statement in fact.statements)
    works = _works(facts, steps, licences)
    under: dict[_Terms, list[str]] = {}
    for work in works.made_from:
        if work in works.terms:
            under.setdefault(works.terms[work], []).append(work)
    together: dict[str, list[_Origin]] = {}
    for terms, origins in under.items():
        yield from _against(terms, origins, works, licences, selected, base, together)
    for work, several in together.items():
        yield from _at_odds(works.terms[work], several, licences, selected, base)


def _steps(facts: Iterable[Facts]) -> Iterator[_Step]:
    """Every step from a work to what it is made from. A link that is stated too is told where it is stated."""
    linked: list[_Step] = []
    stated: set[tuple[str, str]] = set()
    for fact in facts:
        for statement in fact.statements:
            work, predicate, origin = statement
            if predicate in DERIVED and not origin.startswith('"'):
                stated.add((work, origin))
                yield _Step(work, origin, fact, statement)
        yield from _reuses(fact)
        linked += _links(fact)
    yield from (step for step in linked if (step.work, step.origin) not in stated)


def _reuses(fact: Facts) -> Iterator[_Step]:
    """The reuses that say how, and what came of it."""
    found: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value in fact.statements:
        if predicate in _OF_REUSES:
            found.setdefault(subject, {}).setdefault(predicate, []).append(value)
    for reuse, said in found.items():
        for kind in {ADAPTED, AS_IS}.intersection(said.get(REUSE_KIND, ())):
            for origin, work in product(said.get(REUSED, ()), said.get(GENERATED, ())):
                yield _Step(work, origin, fact, (reuse, REUSED, origin), kind == AS_IS)


def _links(fact: Facts) -> Iterator[_Step]:
    """The links of derivation that are accepted."""
    for record, said in records(fact).items():
        derived = not set(DERIVED).isdisjoint(said.get(MAPPED_BY, ()))
        if derived and ACCEPTED in said.get(DECISION, ()) and MODIFIER not in said:
            for work, origin in product(said.get(MAPPED_FROM, ()), said.get(MAPPED_TO, ())):
                yield _Step(work, origin, fact, (record, MAPPED_TO, origin))


def _works(facts: Iterable[Facts], steps: Iterable[_Step], licences: Licences) -> _Works:
    works = _Works()
    for step in steps:
        works.made_from.setdefault(step.origin, []).append(step)
        works.made_from.setdefault(step.work, [])
    found: dict[str, set[str]] = {}
    for fact in facts:
        for subject, predicate, value in fact.statements:
            if subject not in works.made_from:
                continue
            if predicate in HOLDERS:
                works.holders.setdefault(subject, set()).add(value)
            elif predicate == LICENSE and (licence := licences.same(value)) is not None and not licence.unknown:
                found.setdefault(subject, set()).add(licence.iri)
    works.terms = {work: tuple(sorted(iris)) for work, iris in found.items()}
    return works


def _against(  # noqa: PLR0913, PLR0917  what a search is made of
    terms: _Terms,
    origins: list[str],
    works: _Works,
    licences: Licences,
    selected: frozenset[str],
    base: str,
    together: dict[str, list[_Origin]],
) -> Iterator[Unplaced]:
    """What is made from the works under some terms, and is under others that these refuse; the nearest first.

    What is accepted by a licence that offers several is kept in `together`, for one of them has to accept it all.
    """
    asked = _expression(terms, licences)
    fixed = not any(DISTRIBUTION in licences[iri].permits for iri in terms)
    refused: dict[_Terms, Text | None] = {}
    for own, chain in _made(origins, works):
        if all(each.as_is for each in chain):
            reason = Text("integrity.licence-as-is", {"a": str(asked)}) if fixed and own != terms else None
        else:
            if own not in refused:
                found = verdict(asked, _expression(own, licences), licences)
                refused[own] = found.because[0] if found.answer is Answer.NO else None
            reason = refused[own]
            if reason is None and any(licences[iri].offers for iri in own):
                together.setdefault(chain[0].work, []).append(_Origin(asked, chain))
        if reason is not None and chain[0].fact.source.graph in selected:
            yield _told(chain, str(_expression(own, licences)), str(asked), reason, base)


def _made(origins: list[str], works: _Works) -> Iterator[tuple[_Terms, list[_Step]]]:
    """The works with a licence that are made from some others, of other holders: their terms, and the steps there."""
    onward: dict[str, _Step] = {}  # of a work without a licence, the step towards an origin
    waiting = deque(origins)
    while waiting:
        for step in works.made_from.get(waiting.popleft(), ()):
            own = works.terms.get(step.work)
            if own is None:
                if step.work not in onward:
                    onward[step.work] = step
                    waiting.append(step.work)
                continue
            chain = list(_chain(step, onward))
            if works.holders.get(step.work, set()).isdisjoint(works.holders.get(chain[-1].origin, ())):
                yield own, chain


def _at_odds(
    own: _Terms, origins: list[_Origin], licences: Licences, selected: frozenset[str], base: str
) -> Iterator[Unplaced]:
    """A work whose licence accepts each of what it is made from, and not all at once; told at the first step."""
    first = min((origin.chain[0] for origin in origins), key=lambda step: (step.fact.source.name, step.statement))
    asked = tuple({str(origin.asked): origin.asked for origin in origins}.values())
    if len(asked) == 1 or first.fact.source.graph not in selected:
        return
    found = verdict(Several(Joined.ALL, asked), _expression(own, licences), licences)
    if found.answer is Answer.NO:
        named = ", ".join(sorted({f"{_path(each.chain, base, 1)} ({each.asked})" for each in origins}))
        told = {"work": first.work.removeprefix(base), "own": str(_expression(own, licences)), "origins": named}
        yield _broken(first, Text("integrity.licence-broken-together", {**told, "reason": found.because[0]}))


def _expression(terms: _Terms, licences: Licences) -> Expression:
    parts = tuple(_named(licences[iri]) for iri in terms)
    return parts[0] if len(parts) == 1 else Several(Joined.ANY, parts)


def _named(licence: Licence) -> Named:
    return Named(licence.name, licence)


def _chain(step: _Step, onward: Mapping[str, _Step]) -> Iterator[_Step]:
    """The steps from a work to the origin that has a licence."""
    seen: set[str] = set()
    following: _Step | None = step
    while following is not None and following.work not in seen:
        yield following
        seen.add(following.work)
        following = onward.get(following.origin)


def _told(chain: list[_Step], own: str, asked: str, reason: Text, base: str) -> Unplaced:
    first, last = chain[0], chain[-1]
    ends = {"work": first.work.removeprefix(base), "origin": last.origin.removeprefix(base)}
    told = {**ends, "own": own, "asked": asked, "reason": reason, "chain": _path(chain, base)}
    key = "integrity.licence-broken" if len(chain) == 1 else "integrity.licence-broken-by"
    return _broken(first, Text(key, told))


def _path(chain: list[_Step], base: str, start: int = 0) -> str:
    """The works that a chain goes through, from one of them, in short."""
    names = [each.work.removeprefix(base) for each in chain] + [chain[-1].origin.removeprefix(base)]
    names = names[start:]
    if len(names) > _SHOWN:
        names = [*names[: _SHOWN - 3], "…", *names[-2:]]
    return " → ".join(names)


def _broken(first: _Step, text: Text) -> Unplaced:
    subject, predicate, value = first.statement
    about = {"rule": "licence-broken", "focus": first.work, "property": predicate, "value": value}
    return (
        Diagnostic(Location(first.fact.source.name), Severity.ERROR, "PAS211", text, **about),
        Anchor(f"<{subject}>", f"<{predicate}>", f"<{value}>", Part.OBJECT),
    )
