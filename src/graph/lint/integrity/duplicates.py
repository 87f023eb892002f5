"""One thing, one file, one name: a thing described in two files, two things that are one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from ...dataset import Role
from ...diagnostics import Diagnostic, Location, Severity
from ...namespaces import PrefixMap
from ...texts import Text
from ...turtle.anchors import Anchor, Part, Unplaced
from ..axioms import (
    ACCEPTED,
    DECISION,
    DECISIONS,
    MAPPED_BY,
    MAPPED_FROM,
    MAPPED_TO,
    REPOSITORY,
    REUSE_KIND,
    REUSED,
    REUSER,
    REVIEWERS,
    SETTLING,
)
from ..facts import Facts
from ..keys import Keyed
from .links import records

_CHOSEN = frozenset((ACCEPTED, DECISIONS["rejected"]))
#: Keys of which there is something else to say than of others.
_SHARED, _LINK, _REUSE = (REPOSITORY,), (MAPPED_FROM, MAPPED_BY, MAPPED_TO), (REUSER, REUSED, REUSE_KIND)
_SENTENCES = {
    _SHARED: "integrity.one-repository",
    _LINK: "integrity.link-twice",
    _REUSE: "integrity.reuse-twice",
}
_WARNED = frozenset((_SHARED, _REUSE))


def described_twice(facts: Iterable[Facts], selected: frozenset[str], base: str) -> Iterator[Unplaced]:
    """PAS202: a subject under `base` that two data files describe; each file is told of the other."""
    homes: dict[str, Facts] = {}
    for fact in facts:
        if fact.source.role is not Role.DATA:
            continue
        for subject in fact.subjects:
            if not subject.startswith(base):
                continue
            other = homes.setdefault(subject, fact)
            if other is not fact:
                for here, there in ((fact, other), (other, fact)):
                    if here.source.graph in selected:
                        yield _twice(subject, here, there)


def _twice(subject: str, here: Facts, there: Facts) -> Unplaced:
    found = Diagnostic(
        Location(here.source.name),
        Severity.ERROR,
        "PAS202",
        Text("integrity.described-twice", {"iri": subject, "other": there.source.name}),
        rule="described-twice",
        focus=subject,
    )
    return found, Anchor(f"<{subject}>")


def duplicates(facts: Iterable[Facts], selected: frozenset[str]) -> Iterator[Unplaced]:
    """PAS205: two subjects with the same key, unless a relation says whether they are one; each is told of the other.

    A subject is told once of another, whatever the number of keys they share; with many others, of the first. One
    repository for two is a warning, for several things may live in it, and so is one reuse told twice.
    """
    facts = list(facts)
    first: dict[tuple[tuple[str, ...], str], tuple[Facts, Keyed]] = {}
    shared: dict[tuple[tuple[str, ...], str], list[tuple[Facts, Keyed]]] = {}
    for fact in facts:
        for found in fact.keyed:
            key = (found.properties, found.value)
            met = first.setdefault(key, (fact, found))
            if met[1].subject != found.subject:
                shared.setdefault(key, [met]).append((fact, found))
    if not shared:
        return
    settled = _settled(facts)
    told: set[tuple[str, str, str]] = set()
    for key in sorted(shared, key=lambda key: key[0] in _WARNED):  # errors first: a pair is told once
        some = shared[key]
        for fact, found in some:
            if fact.source.graph not in selected:
                continue
            apart = settled.get(found.subject, set()) | {found.subject}
            other = next(((there, one) for there, one in some if one.subject not in apart), None)
            if other is not None and (pair := (fact.source.name, found.subject, other[1].subject)) not in told:
                told.add(pair)
                yield _duplicate(fact, found, *other)


def _duplicate(here: Facts, found: Keyed, there: Facts, other: Keyed) -> Unplaced:
    prefixes = PrefixMap(here.prefixes)
    properties = " + ".join(prefixes.shrink(name) for name in found.properties)
    sentence = _SENTENCES.get(found.properties, "integrity.duplicate")
    text = Text(sentence, {"other": other.subject, "file": there.source.name, "property": properties})
    severity = Severity.WARNING if found.properties in _WARNED else Severity.ERROR
    about = {"rule": "duplicate", "focus": found.subject, "property": found.properties[0], "value": other.subject}
    predicate = f"<{found.properties[0]}>"
    return (
        Diagnostic(Location(here.source.name), severity, "PAS205", text, **about),
        Anchor(f"<{found.subject}>", predicate, found.object, Part.OBJECT),
    )


def _settled(facts: Iterable[Facts]) -> dict[str, set[str]]:
    """Of each thing, those of which it is known whether they are the same: by a relation, or a reviewed mapping.

    A mapping left undecided settles nothing; one that says no decision, as those of others, is taken for accepted.
    """
    settled: dict[str, set[str]] = {}
    for fact in facts:
        for subject, predicate, value in fact.statements:
            if predicate in SETTLING:
                _both(settled, subject, value)
        for record in records(fact).values():
            if not record.keys().isdisjoint(REVIEWERS) and not _CHOSEN.isdisjoint(record.get(DECISION, [ACCEPTED])):
                for one, other in product(record.get(MAPPED_FROM, ()), record.get(MAPPED_TO, ())):
                    _both(settled, one, other)
    return settled


def _both(settled: dict[str, set[str]], one: str, other: str) -> None:
    settled.setdefault(one, set()).add(other)
    settled.setdefault(other, set()).add(one)
