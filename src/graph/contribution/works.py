"""Works made from others, in the context of a contribution: the records that say so, seen from either end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..licenses.licence import DECISIVE, PERMITS, PROHIBITS
from ..lint.axioms import (
    DECISION,
    DERIVED,
    GENERATED,
    HOLDERS,
    LICENSE,
    MAPPED_BY,
    MAPPED_FROM,
    MAPPED_TO,
    REUSE_KIND,
    REUSED,
)
from ..snapshot.overlay import NamedNode, Node, Overlay, Triple
from .affected import TooFar

_DECISIVE = frozenset(map(NamedNode, DECISIVE))
_TELLING = frozenset(map(NamedNode, (PERMITS, PROHIBITS)))
_LICENSE, _DERIVED = NamedNode(LICENSE), tuple(map(NamedNode, DERIVED))
_OF_WORKS = frozenset((_LICENSE, *_DERIVED, *map(NamedNode, HOLDERS)))
#: The two kinds of records: the work they name, what it is made from, and what else decides of them.
_GENERATED, _REUSED, _FROM, _TO, _BY = map(NamedNode, (GENERATED, REUSED, MAPPED_FROM, MAPPED_TO, MAPPED_BY))
_RECORDS = ((_GENERATED, _REUSED), (_FROM, _TO))
_OF_RECORDS = frozenset((*sum(_RECORDS, ()), _BY, *map(NamedNode, (REUSE_KIND, DECISION))))


def records(graph: Overlay, work: Node) -> Iterator[Node]:
    """The records of reuses and links that say what a work is made from, and this."""
    for ours, theirs in _RECORDS:
        for record in _telling(graph, work, ours):
            yield record
            yield from _values(graph, record, theirs)


def concerned(graph: Overlay, changed: Iterable[Triple]) -> Iterator[Node]:
    """What may break a licence, or do so no more, because of these triples: works and records, to be told of.

    Raises TooFar when a licence is no longer what it was.
    """
    waiting: list[Node] = []
    for subject, predicate, _ in changed:
        if predicate in _DECISIVE:
            raise TooFar  # every work under the licence may be concerned
        if predicate in _OF_WORKS:
            waiting.append(subject)
        elif predicate in _OF_RECORDS:
            waiting += (end for name, _ in _RECORDS for _, end in graph.ever(subject, name, None))
    for work in set(waiting):
        yield work
        yield from records(graph, work)
    seen: set[Node] = set(waiting)
    while waiting:
        origin = waiting.pop()
        made = {subject for name in _DERIVED for subject, _, _ in graph.pointing(origin, name)}
        for ours, theirs in _RECORDS:
            for record in _telling(graph, origin, theirs):
                yield record
                made.update(_values(graph, record, ours))
        for work in made:  # all it is made from is accepted at once
            yield work
            yield from records(graph, work)
        passing = {work for work in made - seen if not _answers(graph, work)}
        seen |= passing
        waiting += passing


def _telling(graph: Overlay, end: Node, name: NamedNode) -> Iterator[Node]:
    """The records that have a work at this end; of links, those that say a derivation."""
    for record in {subject for subject, _, _ in graph.pointing(end, name)}:
        if name in _RECORDS[0] or any(value in _DERIVED for value in _values(graph, record, _BY)):
            yield record


def _values(graph: Overlay, subject: Node, name: NamedNode) -> Iterator[Node]:
    return (value for predicate, value, _ in graph.about(subject) if predicate == name)


def _answers(graph: Overlay, work: Node) -> bool:
    """Whether a work has a licence that says something: what is made from it answers to that one."""
    licences = _values(graph, work, _LICENSE)
    return any(predicate in _TELLING for licence in licences for predicate, _, _ in graph.about(licence))
