"""Proposing: the pairs that blocking keeps, scored, the best first, so many for each production and no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from .blocking import blocked
from .closing import closed, raised
from .corpus import Corpus
from .features import FEATURES, Features
from .known import Known, Strength
from .productions import Production
from .record import pair
from .scoring import CLASSES, Model

_SIMILAR = CLASSES.index(Strength.SIMILAR)
_DIGITS = 4  # what differs beyond is noise of the machine


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many proposals a production may have, and the confidence from which a pair is one."""

    per_production: int = 10
    least: float = 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair to review, lower IRI first; of a variant, `variant` is the one that is made from the other."""

    source: str
    target: str
    strength: Strength
    confidence: float
    features: Mapping[str, float]
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Proposals:
    """Best first. `excess` counts, for each production, what the bounds left out; `compared` the pairs scored."""

    candidates: tuple[Candidate, ...] = ()
    excess: Mapping[str, int] = field(default_factory=dict)
    compared: int = 0


def propose(
    productions: Sequence[Production], known: Known | None = None, *, bounds: Bounds | None = None
) -> Proposals:
    """Links between productions of different administrations, portals or sources that nobody has decided on.

    The same productions and decisions give the same proposals, in whatever order they come. Where texts have a meaning,
    thousands of them are read by several processes: a script that calls this needs `if __name__ == "__main__"`.
    """
    known, bounds = known or Known(), bounds or Bounds()
    corpus = Corpus([each for _, each in sorted({each.iri: each for each in productions}.items())])
    if len(corpus.productions) < 2:  # noqa: PLR2004 - a pair
        return Proposals()
    left, right, crowded = blocked(corpus)
    reviewed = _reviewed(corpus, known)
    left, right = _with(left, right, reviewed, len(corpus.productions))
    features = Features(corpus)
    columns = features.of(left, right)
    model = Model.prior(meanings=corpus.meanings is not None)
    if reviewed:
        rows = np.searchsorted(left * len(corpus.productions) + right, _keys(reviewed, len(corpus.productions)))
        model = model.fitted(columns[rows], list(reviewed.values()))
    odds = model.odds(columns)
    odds[_among(corpus, known.apart, left, right)] = (1, 0, 0, 0)
    left, right, columns, odds = _closed(features, model, left, right, columns, odds)
    strengths = 1 + odds[:, 1:].argmax(axis=1)
    confidence = odds[np.arange(len(odds)), strengths].round(_DIGITS)
    order = np.lexsort((right, left, -confidence, strengths == _SIMILAR))  # many are: none may crowd out a copy
    kept = _admissible(corpus, known, left, right) & (confidence >= bounds.least)
    chosen, excess = _bounded(left, right, order[kept[order]], bounds.per_production)
    iris = [each.iri for each in corpus.productions]
    chosen.sort(key=lambda at: (-confidence[at], left[at], right[at]))
    candidates = tuple(
        Candidate(
            iris[left[at]],
            iris[right[at]],
            CLASSES[strengths[at]],
            float(confidence[at]),
            {name: round(float(value), _DIGITS) for name, value in zip(FEATURES, columns[at], strict=True) if value},
            _variant(corpus, left[at], right[at]) if CLASSES[strengths[at]] == Strength.VARIANT else "",
        )
        for at in chosen
    )
    for position in np.flatnonzero(crowded):
        excess[position] += int(crowded[position])
    return Proposals(candidates, {iris[position]: excess[position] for position in sorted(excess)}, len(left))


def _closed(  # noqa: PLR0913, PLR0917 - the columns of one table
    features: Features, model: Model, left: np.ndarray, right: np.ndarray, columns: np.ndarray, odds: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The pairs, their features and odds, and those of the pairs that sure ones lead to."""
    count, bounds = len(features.corpus.productions), closed(left, right, odds)
    keys = left * count + right
    reached = np.asarray(sorted(one * count + other for one, other in bounds), dtype=np.int64)
    new = np.setdiff1d(reached, keys)
    if len(new):
        more, places = features.of(new // count, new % count), np.searchsorted(keys, new)
        keys, columns = np.insert(keys, places, new), np.insert(columns, places, more, axis=0)
        odds = np.insert(odds, places, model.odds(more), axis=0)
    for at, key in zip(np.searchsorted(keys, reached).tolist(), reached.tolist(), strict=True):
        odds[at] = raised(odds[at], bounds[divmod(key, count)])
    return keys // count, keys % count, columns, odds


def _admissible(corpus: Corpus, known: Known, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Which pairs may be proposed: of two things, that differ in portal, organisations or sources, and not decided."""
    productions = corpus.productions
    names = {name: row for row, name in enumerate(sorted({known.name(each.iri) for each in productions}))}
    things = np.asarray([names[known.name(each.iri)] for each in productions])
    portals = np.unique([each.portal for each in productions], return_inverse=True)[1]
    kept = things[left] != things[right]
    for at in np.flatnonzero(kept & (portals[left] == portals[right])):
        one, other = productions[left[at]], productions[right[at]]
        kept[at] = set(one.organisations) != set(other.organisations) or set(one.sources) != set(other.sources)
    decided = {(known.name(one), known.name(other)) for one, other in known.decided}
    decided = {(names[one], names[other]) for one, other in decided if one in names and other in names}
    return kept & ~_held(decided, things[left], things[right], len(names))


def _among(corpus: Corpus, pairs: Iterable[tuple[str, str]], left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Which of the pairs are among these, told by their IRIs."""
    places = corpus.places
    here = {(places[one], places[other]) for one, other in pairs if one in places and other in places}
    return _held(here, left, right, len(places))


def _held(pairs: Iterable[tuple[int, int]], left: np.ndarray, right: np.ndarray, count: int) -> np.ndarray:
    """Which of the pairs are among these, whichever end is first."""
    keys = np.asarray([min(ends) * count + max(ends) for ends in pairs], dtype=np.int64)
    return np.isin(np.minimum(left, right) * count + np.maximum(left, right), keys)


def _reviewed(corpus: Corpus, known: Known) -> dict[tuple[int, int], int]:
    """The class of each reviewed pair of which both productions are here, by their positions."""
    places = corpus.places
    reviews = {pair(each.source, each.target): CLASSES.index(each.strength) for each in known.reviewed}
    return {
        (places[one], places[other]): said
        for (one, other), said in sorted(reviews.items())
        if one in places and other in places and one != other
    }


def _with(
    left: np.ndarray, right: np.ndarray, reviewed: Mapping[tuple[int, int], int], count: int
) -> tuple[np.ndarray, np.ndarray]:
    """The pairs that blocking kept, and the reviewed ones: what a pair is worth is known beside the others."""
    both = np.union1d(left * count + right, _keys(reviewed, count))
    return both // count, both % count


def _keys(reviewed: Mapping[tuple[int, int], int], count: int) -> np.ndarray:
    return np.asarray([one * count + other for one, other in reviewed], dtype=np.int64)


def _bounded(left: np.ndarray, right: np.ndarray, order: np.ndarray, most: int) -> tuple[list[int], Counter[int]]:
    """The first pairs in that order, no more than so many at each end; how many each end has beyond."""
    taken: Counter[int] = Counter()
    excess: Counter[int] = Counter()
    chosen = []
    for at, one, other in zip(order.tolist(), left[order].tolist(), right[order].tolist(), strict=True):
        if taken[one] < most and taken[other] < most:
            chosen.append(at)
            taken[one] += 1
            taken[other] += 1
        else:
            excess[one] += 1
            excess[other] += 1
    return chosen, excess


def _variant(corpus: Corpus, left: int, right: int) -> str:
    """Which of the two is made from the other: the one that says so, else the later one, else the longer title."""

    def rank(at: int) -> tuple[bool, str, int, str]:
        each = corpus.productions[at]
        title = max((len(text) for _, text in each.titles), default=0)
        return bool(corpus.origin.told[at]), min(each.dates, default=""), title, each.iri

    return corpus.productions[max((left, right), key=rank)].iri
