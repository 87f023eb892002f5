"""Comparing: what two rows, two sets, two dates have in common, for many pairs at once or for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from .weights import Matrix

_YEARS = 10.0
_CUT = 8  # words of two titles that are looked at for abbreviations

Said = TypeVar("Said")


def covered(matrix: Matrix, weights: np.ndarray, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The share of the weight of each row that the other has too."""
    common = np.asarray(matrix[left].minimum(matrix[right]).sum(axis=1)).ravel()
    return common / np.maximum(weights[left], 1e-9), common / np.maximum(weights[right], 1e-9)


def products(matrix: Matrix, left: np.ndarray, right: np.ndarray, other: Matrix | None = None) -> np.ndarray:
    """The products of rows, pair by pair: their cosines, where rows are of length one."""
    return np.asarray(matrix[left].multiply((matrix if other is None else other)[right]).sum(axis=1)).ravel()


def cosines(
    vectors: np.ndarray | None, left: np.ndarray, right: np.ndarray, others: np.ndarray | None = None
) -> np.ndarray:
    """The products of embeddings, of one table or of two; zeros where there are none."""
    if vectors is None:
        return np.zeros(len(left), dtype=np.float32)
    others = vectors if others is None else others
    return np.einsum("ij,ij->i", vectors[left].astype(np.float32), others[right].astype(np.float32))


def pairwise(
    compare: Callable[[Said, Said], float], said: Sequence[Said], left: np.ndarray, right: np.ndarray
) -> list[float]:
    """What two productions say, compared, for each pair."""
    return [compare(said[one], said[other]) for one, other in zip(left.tolist(), right.tolist(), strict=True)]


def worth(keys: Iterable[Sequence[str]]) -> list[dict[str, float]]:
    """What each key of each production is worth: all when two have it, less for each one more."""
    keys = list(keys)
    having = Counter(each for several in keys for each in several)
    return [{each: 1 / max(having[each] - 1, 1) for each in several} for several in keys]


def rarest(one: dict[str, float], other: dict[str, float]) -> float:
    """What the rarest key in common is worth; 0 for none."""
    return max((one[each] for each in one.keys() & other.keys()), default=0.0)


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of what is in both, of all (Jaccard); 0 where one says nothing."""
    return len(one & other) / len(one | other) if one and other else 0.0


def opposed(one: frozenset[str], other: frozenset[str]) -> float:
    """1 for something in common, -1 for nothing, 0 where one says nothing."""
    return (1.0 if one & other else -1.0) if one and other else 0.0


def apart(one: tuple[frozenset[str], frozenset[str]], other: tuple[frozenset[str], frozenset[str]]) -> float:
    """1 where titles name one place, -1 where each names its own; half of it where one title and an organisation do."""
    (title, owner), (title_of_other, owner_of_other) = one, other
    if title and title_of_other:
        return 1.0 if title & title_of_other else -1.0
    if title or title_of_other:
        named, there = (title, owner_of_other) if title else (title_of_other, owner)
        return 0.5 if named & there else -0.5
    return 0.0


def same(one: str, other: str) -> float:
    """1 where both say the same thing, and something."""
    return float(bool(one) and one == other)


def differ(one: frozenset[str], other: frozenset[str]) -> float:
    """1 where they are not the same, even where one says nothing."""
    return float(one != other)


def disjoint(one: frozenset[str], other: frozenset[str]) -> float:
    """1 where both say something, and have nothing in common."""
    return float(bool(one and other) and not one & other)


def year(dates: Sequence[str]) -> float:
    """The first year; not a number where there is none."""
    years = [int(each[:4]) for each in dates if each[:4].isdigit()]
    return float(min(years)) if years else np.nan


def years(one: float, other: float) -> float:
    """1 for the same year, down to -1 for years far apart; 0 where one is not known."""
    distance = abs(one - other)
    return 0.0 if np.isnan(distance) else max(1 - distance / _YEARS, -1.0)


def acronym(one: tuple[frozenset[str], str], other: tuple[frozenset[str], str]) -> float:
    """1 where a word of one is the initials of the other; the share of words cut short, where some are."""
    if (one[1] and one[1] in other[0]) or (other[1] and other[1] in one[0]):
        return 1.0
    mine, theirs = one[0] - other[0], other[0] - one[0]
    if not mine or not theirs or len(mine) > _CUT or len(theirs) > _CUT:
        return 0.0
    cut = sum(any(_short(each, word) for word in theirs) for each in mine)
    return min(cut / min(len(mine), len(theirs)), 1.0) * 0.9


def _short(one: str, other: str) -> bool:
    """Whether one word is the other with letters left out, the first kept: cut short or contracted."""
    short, long = (one, other) if len(one) < len(other) else (other, one)
    if len(short) < 2 or len(long) - len(short) < 2 or short[0] != long[0]:  # noqa: PLR2004 - fewer are a mistake
        return False
    letters = iter(long)
    return all(each in letters for each in short)
