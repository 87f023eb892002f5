"""What is known before any proposal: the pairs that may not be proposed, and the reviewed ones that teach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ..relay.kinds import Kinds
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
    """`names` gives the one that stands for each name of a thing with several; `decided` holds pairs, lower first."""

    names: Mapping[str, str] = field(default_factory=dict)
    decided: frozenset[tuple[str, str]] = frozenset()
    reviewed: tuple[Review, ...] = ()

    def name(self, iri: str) -> str:
        """The one that stands for all the names of a thing."""
        return self.names.get(iri, iri)


def known(snapshot: Snapshot, records: Records, iris: Iterable[str]) -> Known:
    """What a snapshot and the records say of productions.

    A pair is decided where there is a record of it, whatever it says, or a link of any kind, on anybody’s word.
    """
    store, ours = ox.Store.read_only(str(snapshot.store_path)), frozenset(iris)
    decided = set(records.pairs)
    for iri in Kinds.read(store):
        for quad in store.quads_for_pattern(None, ox.NamedNode(iri), None, None):
            if isinstance(quad.object, ox.NamedNode | ox.Literal) and not isinstance(quad.subject, ox.BlankNode):
                one, other = quad.subject.value, quad.object.value
                if one in ours and other in ours and one != other:
                    decided.add(pair(one, other))
    reviewed = tuple(
        Review(*each.pair, each.strength if each.decision is Decision.ACCEPTED else "")
        for each in records.reviewed
        if each.strength or each.decision is Decision.REJECTED
    )
    return Known(_names(snapshot, ours), frozenset(decided), reviewed)


def _names(snapshot: Snapshot, iris: frozenset[str]) -> dict[str, str]:
    if snapshot.names_path is None:
        return {}
    names = Names(snapshot.names_path)
    return {iri: first for iri in iris if (first := names.of(iri)[0]) != iri}
