"""Scoring: from the features of a pair to the odds of each strength, with weights that reviews move.

Three questions, each a logistic regression on the features and their products two by two: are the two related (the
same, or variants); if so, are they the same; if not, are they similar. They are asked apart, for who rejects what is
merely similar has said nothing of variants. `priors.json` holds the weights of departure, fitted on labelled
productions by `bench/linking/fit.py`, with embeddings and without. Reviewed pairs move them by maximum a posteriori:
the likelihood of the decisions, and a Gaussian around the priors. A few decisions thus change little, many outweigh the
priors; there is no threshold between the two.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from .features import FEATURES
from .known import Strength

CLASSES = ("", Strength.SIMILAR, Strength.VARIANT, Strength.SAME)
_PRIORS = Path(__file__).with_name("priors.json")
_CHUNK = 100_000
_HOLD = (10.0, 100.0, 1000.0)  # of the constant, the features, their products: a weight moves by one for so many nats
_PRECISION = 3
_ROUNDS = 200
_SIMILAR, _VARIANT, _SAME = map(CLASSES.index, (Strength.SIMILAR, Strength.VARIANT, Strength.SAME))
_ONE, _OTHER = np.triu_indices(len(FEATURES))
TERMS = 1 + len(FEATURES) + len(_ONE)


def terms(features: np.ndarray) -> np.ndarray:
    """One, the features, and their products: a column each."""
    ones = np.ones((len(features), 1), dtype=np.float32)
    return np.hstack([ones, features, features[:, _ONE] * features[:, _OTHER]])


@dataclass(frozen=True)
class Model:
    """`weights` has a row per question (related, then same, else similar), a column per term."""

    weights: np.ndarray

    @classmethod
    def prior(cls, *, meanings: bool) -> Model:
        """The weights of departure, where texts have a meaning or where words alone are compared."""
        read = json.loads(_PRIORS.read_text(encoding="utf-8"))
        if read["features"] != list(FEATURES):  # they belong together: one is nothing without the other
            raise ValueError(_PRIORS.name)
        return cls(np.asarray(read["meanings" if meanings else "words"], dtype=np.float64))

    def odds(self, features: np.ndarray) -> np.ndarray:
        """The probability of each class, a row per pair."""
        parts = [self._odds(features[at : at + _CHUNK]) for at in range(0, len(features), _CHUNK)]
        return np.concatenate(parts) if parts else np.zeros((0, len(CLASSES)))

    def _odds(self, features: np.ndarray) -> np.ndarray:
        linear, products = self._forms
        said = [
            expit((plain[0] + features @ plain[1:] + ((features @ product) * features).sum(axis=1)).astype(np.float64))
            for plain, product in zip(linear, products, strict=True)
        ]
        related, same, similar = said
        return np.stack(
            [(1 - related) * (1 - similar), (1 - related) * similar, related * (1 - same), related * same], 1
        )

    @cached_property
    def _forms(self) -> tuple[np.ndarray, np.ndarray]:
        """The weights as linear and quadratic forms: the products need not be written out for millions of pairs."""
        weights = self.weights.astype(np.float32)
        products = np.zeros((len(weights), len(FEATURES), len(FEATURES)), dtype=np.float32)
        products[:, _ONE, _OTHER] = weights[:, 1 + len(FEATURES) :]
        return weights[:, : 1 + len(FEATURES)], products

    def fitted(
        self,
        features: np.ndarray,
        classes: Sequence[int],
        hold: tuple[float, float, float] = _HOLD,
        rounds: int = _ROUNDS,
    ) -> Model:
        """The weights that decisions on pairs make of these: `classes` are positions in `CLASSES`."""
        matrix, truth = terms(features), np.asarray(classes, dtype=np.int64)
        holds = np.repeat(hold, (1, len(FEATURES), len(_ONE)))
        related = truth >= _VARIANT
        asked = ((np.ones_like(related), related), (related, truth == _SAME), (~related, truth == _SIMILAR))
        moved = [
            _moved(weights, matrix[who], yes[who], holds, rounds) if who.any() else weights
            for weights, (who, yes) in zip(self.weights, asked, strict=True)
        ]
        return Model(np.stack(moved).round(_PRECISION))


def _moved(weights: np.ndarray, matrix: np.ndarray, yes: np.ndarray, holds: np.ndarray, rounds: int) -> np.ndarray:
    """The weights of one question that are likeliest after the answers."""
    signs = np.where(yes, 1.0, -1.0)

    def cost(moved: np.ndarray) -> tuple[float, np.ndarray]:
        scores = signs * (matrix @ moved.astype(np.float32))
        away = moved - weights
        gradient = holds * away - (signs * expit(-scores)).astype(np.float32) @ matrix
        return -log_expit(scores).sum() + (holds * away**2).sum() / 2, gradient

    return minimize(cost, weights, jac=True, method="L-BFGS-B", options={"maxiter": rounds}).x
