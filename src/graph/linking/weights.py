"""Weights: bags of terms as sparse rows, each term weighted by how rare it is (TF-IDF without repetitions)."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy import sparse

Matrix = sparse.csr_matrix


def _one(_: str) -> float:
    return 1.0


def rarities(bags: Iterable[Sequence[str]], weight: Callable[[str], float] = _one) -> Matrix:
    """Rows of terms weighted by how rare they are: ln(1 + n/df), over its greatest value."""
    vocabulary: dict[str, int] = {}
    columns, ends = array("i"), array("q", [0])
    for bag in bags:
        columns.extend([vocabulary.setdefault(term, len(vocabulary)) for term in bag])
        ends.append(len(columns))
    indices, count = np.frombuffer(columns, dtype=np.int32), len(ends) - 1
    frequency = np.bincount(indices, minlength=len(vocabulary))
    rarity = np.log1p(count / np.maximum(frequency, 1)) / np.log1p(max(count, 1))
    rarity *= np.fromiter(map(weight, vocabulary), dtype=np.float64, count=len(vocabulary))
    data = rarity[indices].astype(np.float32)
    matrix = sparse.csr_matrix((data, indices, np.frombuffer(ends, dtype=np.int64)), shape=(count, len(vocabulary)))
    matrix.sum_duplicates()
    return matrix


def normalised(matrix: Matrix) -> Matrix:
    """The same rows, each of length one; an empty row stays empty."""
    lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1 if len(matrix.data) else np.ones(matrix.shape[0])
    return sparse.diags((1 / np.maximum(lengths, 1e-9)).astype(np.float32)).dot(matrix).tocsr()


def sums(matrix: Matrix) -> np.ndarray:
    """What each row weighs in all."""
    return np.asarray(matrix.sum(axis=1)).ravel()
