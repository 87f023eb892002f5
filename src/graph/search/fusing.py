"""Fusing what the words of a question find with what is near it by its meaning, as one query: counts stay those of it.

Where several things have all the words, the words have said enough. Where few do, what is near comes after them. Where
none does, each list gives a thing what its place there is worth (reciprocal rank fusion, Cormack and others, 2009).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .asking import Asked
from .compiling import Cards, Compiled
from .likeness import LEAST, Likeness
from .writing import IRI

if TYPE_CHECKING:
    from tantivy import Query, Schema, Searcher

_ENOUGH = 5  # things that have all the words
_RANKED = 50  # of those that have some
_STEADY = 60  # the constant of reciprocal rank fusion
_SURE = 0.4  # the cosine from which a thing is worth telling beside what has all the words
_AFTER, _BEFORE = 1e-3, 1e5  # what being near is worth: less than any score of words, or more


class Fusing:
    """Fuses for one index; `cards` gives the cards of the first things that a query finds."""

    def __init__(self, likeness: Likeness, searcher: Searcher, schema: Schema, cards: Cards) -> None:
        self._likeness = likeness
        self._searcher = searcher
        self._schema = schema
        self._cards = cards

    def fused(self, asked: Asked, compiled: Compiled) -> Compiled:
        """The queries of a question with what is near it; `meant` is what its words do not find."""
        words, said = compiled.words, " ".join(asked.said)
        if not asked.is_loose or (compiled.whole and (compiled.notes or self._count(words) >= _ENOUGH)):
            return compiled  # what is taken for a slip has no meaning of its own
        near = self._likeness.nearest(said, _SURE if compiled.whole else LEAST)
        if not near:
            return compiled
        if compiled.whole:
            worth = {iri: cosine * _AFTER for iri, cosine in near.items()}
        else:
            worth = _fusion([card["iri"] for card in self._cards(words, _RANKED)], [*near])
        found = {card["iri"] for card in self._cards(self._among(words, near), len(near))}
        meant = frozenset(near.keys() - found)
        return replace(compiled, words=self._with(words, worth), meant=meant)

    def _count(self, words: Query) -> int:
        return self._searcher.search(words, 1).count or 0

    def _with(self, words: Query, worth: Mapping[str, float]) -> Query:
        """What the words find and these things, each for what it is worth where that is more."""
        from tantivy import Query

        these = [Query.boost_query(Query.const_score_query(self._of(iri), 1.0), each) for iri, each in worth.items()]
        return Query.disjunction_max_query([words, *these])

    def _among(self, words: Query, iris: Iterable[str]) -> Query:
        """What the words find among some things."""
        from tantivy import Occur, Query

        these = Query.boolean_query([(Occur.Should, self._of(iri)) for iri in iris])
        return Query.boolean_query([(Occur.Must, words), (Occur.Must, these)])

    def _of(self, iri: str) -> Query:
        from tantivy import Query

        return Query.term_query(self._schema, IRI, iri)


def _fusion(*lists: Sequence[str]) -> dict[str, float]:
    """What the place of each thing in some lists is worth."""
    found: dict[str, float] = {}
    for each in lists:
        for place, iri in enumerate(each, start=1):
            found[iri] = found.get(iri, 0.0) + _BEFORE / (_STEADY + place)
    return found
