"""Scoring: from the features of a pair to the odds of each strength, with weights that reviews move.

A multinomial logistic regression on the features and their products two by two; its classes are nothing, similar,
variant and same. `priors.json` holds the weights of departure, fitted on labelled productions by
`bench/linking/fit.py`, with embeddings and without. Reviewed pairs move them by maximum a posteriori: the likelihood of
the decisions, and a Gaussian around the priors. A few decisions thus change little, many outweigh the priors; there is
no threshold between the two.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from .features import FEATURES
from .known import Strength

CLASSES = ("", Strength.SIMILAR, Strength.VARIANT, Strength.SAME)
_PRIORS = Path(__file__).with_name("priors.json")
_CHUNK = 100_000
_HOLD = 1.0  # of the priors: a weight is moved by one where the decisions gain one nat by it
_PRECISION = 3
_ROUNDS = 200
_ONE, _OTHER = np.triu_indices(len(FEATURES))
TERMS = 1 + len(FEATURES) + len(_ONE)


def terms(features: np.ndarray) -> np.ndarray:
    """One, the features, and their products: a column each."""
    ones = np.ones((len(features), 1), dtype=np.float32)
    return np.hstack([ones, features, features[:, _ONE] * features[:, _OTHER]])


@dataclass(frozen=True)
class Model:
    """`weights` has a row per strength, a column per term; the class nothing weighs nothing."""

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
        scores = np.zeros((len(features), len(CLASSES)), dtype=np.float32)
        for row, (plain, product) in enumerate(zip(linear, products, strict=True), 1):
            scores[:, row] = plain[0] + features @ plain[1:] + ((features @ product) * features).sum(axis=1)
        return softmax(scores.astype(np.float64), axis=1)

    @cached_property
    def _forms(self) -> tuple[np.ndarray, np.ndarray]:
        """The weights as linear and quadratic forms: the products need not be written out for millions of pairs."""
        weights = self.weights.astype(np.float32)
        products = np.zeros((len(weights), len(FEATURES), len(FEATURES)), dtype=np.float32)
        products[:, _ONE, _OTHER] = weights[:, 1 + len(FEATURES) :]
        return weights[:, : 1 + len(FEATURES)], products

    def fitted(self, features: np.ndarray, classes: Sequence[int], hold: float = _HOLD, rounds: int = _ROUNDS) -> Model:
        """The weights that decisions on pairs make of these: `classes` are positions in `CLASSES`."""
        if not len(features):
            return self
        matrix, truth = terms(features), np.asarray(classes)
        said = np.zeros((len(truth), len(CLASSES)), dtype=np.float32)
        said[np.arange(len(truth)), truth] = 1

        def cost(flat: np.ndarray) -> tuple[float, np.ndarray]:
            moved = flat.reshape(self.weights.shape)
            scores = np.zeros_like(said)
            scores[:, 1:] = matrix @ moved.T.astype(np.float32)
            logs = log_softmax(scores, axis=1)
            away = moved - self.weights
            gradient = (np.exp(logs) - said)[:, 1:].T @ matrix + hold * away
            return -(logs * said).sum() + hold / 2 * (away**2).sum(), gradient.ravel()

        found = minimize(cost, self.weights.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": rounds})
        return Model(found.x.reshape(self.weights.shape).round(_PRECISION))
