"""Closing: what two sure pairs say of a third. What is the same as a variant is a variant, and the same of the same.

The probability that both of two pairs hold is at least the sum of theirs less one (Fréchet), whatever the dependence:
so much, at least, is due to the third pair, even where its own words tell nothing, in another language for example.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from .known import Strength
from .scoring import CLASSES

_SURE = 0.5
_BRANCHES = 12  # sure pairs of one production that are followed
SAME, VARIANT = CLASSES.index(Strength.SAME), CLASSES.index(Strength.VARIANT)

Bound = dict[tuple[int, int], tuple[float, int]]  # of a pair, lower first: the probability, and of which class


def closed(left: np.ndarray, right: np.ndarray, odds: np.ndarray) -> Bound:
    """The pairs that two sure ones reach, with the greatest of the bounds that lead there."""
    near: defaultdict[int, list[tuple[float, int, int]]] = defaultdict(list)
    for kind in (SAME, VARIANT):
        for at in np.flatnonzero(odds[:, kind] >= _SURE).tolist():
            for one, other in ((left[at], right[at]), (right[at], left[at])):
                near[int(one)].append((-float(odds[at, kind]), int(other), kind))
    found: Bound = {}
    for several in near.values():
        followed = sorted(several)[:_BRANCHES]
        for position, (one_odds, one, kind) in enumerate(followed):
            for other_odds, other, other_kind in followed[position + 1 :]:
                bound = -one_odds - other_odds - 1
                ends = (min(one, other), max(one, other))
                if bound >= _SURE and SAME in (kind, other_kind) and bound > found.get(ends, (0.0, 0))[0]:
                    found[ends] = (bound, SAME if kind == other_kind else VARIANT)
    return found


def raised(odds: np.ndarray, bound: tuple[float, int]) -> np.ndarray:
    """The odds of a pair that are at least so much of a class; where they are sure of the other one, they stay."""
    least, kind = bound
    if odds[kind] >= least or odds[VARIANT if kind == SAME else SAME] >= _SURE:
        return odds
    others = odds * (1 - least) / max(1 - odds[kind], 1e-9)
    others[kind] = least
    return others
