"""What two sure pairs say of a third."""

from __future__ import annotations

import numpy as np
import pytest

from graph.linking.closing import SAME, VARIANT, closed, raised
from graph.linking.scoring import CLASSES


def odds(*pairs: tuple[int, float]) -> np.ndarray:
    made = np.zeros((len(pairs), len(CLASSES)))
    for row, (kind, probability) in enumerate(pairs):
        made[row, kind] = probability
        made[row, 0] = 1 - probability
    return made


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [(SAME, SAME, SAME), (SAME, VARIANT, VARIANT), (VARIANT, SAME, VARIANT), (VARIANT, VARIANT, None)],
)
def test_the_same_of_the_same_is_the_same_and_of_a_variant_a_variant(first, second, third):
    found = closed(np.array([0, 1]), np.array([1, 2]), odds((first, 0.9), (second, 0.8)))
    assert found == ({} if third is None else {(0, 2): (pytest.approx(0.7), third)})


def test_what_is_hardly_sure_says_nothing_of_others():
    assert closed(np.array([0, 1]), np.array([1, 2]), odds((SAME, 0.7), (SAME, 0.7))) == {}


def test_odds_are_raised_to_the_bound_and_stay_odds():
    [low], [sure] = odds((SAME, 0.2)), odds((VARIANT, 0.9))
    assert raised(low, (0.7, SAME)) == pytest.approx([0.3, 0, 0, 0.7])
    assert raised(sure, (0.7, SAME)) is sure
