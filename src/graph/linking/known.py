"""What is known before any proposal: the pairs that may not be proposed, and the reviewed ones that teach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ..namespaces import DISTINCTION
from ..relay.names import Names
from .record import Decision, pair

if TYPE_CHECKING:
    from ..snapshot.reader import Snapshot
    from .records import Records


class Strength(StrEnum):
    """What a link would say: one thing, one made from the other, or two that answer the same need."""

    SAME = "same"
    VARIANT = "variant"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class Review:
    """A decision on a pair: the strength that was accepted, empty where the pair was rejected."""

    source: str
    target: str
    strength: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is settled; pairs hold the lower IRI first.

    `names` gives the one that stands for each name of a thing with several; `apart` the pairs known not to be related.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    decided: frozenset[tuple[str, str]] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()
    reviewed: tuple[Review, ...] = ()

    def name(self, iri: str) -> str:
        """The one that stands for all the names of a thing."""
        return self.names.get(iri, iri)


def known(snapshot: Snapshot, records: Records, iris: Iterable[str]) -> Known:
    """What a snapshot and the records say of productions.

    A pair is decided where there is a record of it, whatever it says, or a statement of any kind that leads from one to
    the other, on anybody’s word: a link, a source, a part.
    """
    store, ours = ox.Store.read_only(str(snapshot.store_path)), frozenset(iris)
    decided, apart = set(records.pairs), set[tuple[str, str]]()
    for quad in (quad for iri in ours for quad in store.quads_for_pattern(None, None, ox.NamedNode(iri), None)):
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value in ours and quad.subject != quad.object:
            both = pair(quad.subject.value, quad.object.value)
            decided.add(both)
            if quad.predicate.value in DISTINCTION:
                apart.add(both)
    reviewed = tuple(
        Review(*each.pair, each.strength if each.decision is Decision.ACCEPTED else "")
        for each in records.reviewed
        if each.strength or each.decision is Decision.REJECTED
    )
    apart |= {pair(each.source, each.target) for each in reviewed if not each.strength}
    return Known(_names(snapshot, ours), frozenset(decided), frozenset(apart), reviewed)


def _names(snapshot: Snapshot, iris: frozenset[str]) -> dict[str, str]:
    if snapshot.names_path is None:
        return {}
    names = Names(snapshot.names_path)
    return {iri: first for iri in iris if (first := names.of(iri)[0]) != iri}
