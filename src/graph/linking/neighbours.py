"""The nearest of many vectors: by comparing all, or beyond a few thousand by cells (an inverted file)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

_WHOLE = 4096  # up to so many are all compared
_SEED = 7
_PER_CELL = 128
_PROBED = 12
_ROUNDS = 4


def nearest(
    vectors: np.ndarray, count: int, asked: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each row of `asked` that is not zero, up to `count` other rows of `vectors`, the nearest: who, whom, cosines.

    Where nothing is asked, each row asks for itself. Beyond a few thousand rows, these are sorted into cells around
    centres, and each looks into the cells nearest to it: the cost of a row does not grow with the number of rows (an
    inverted file, as IVF-Flat of faiss is).
    """
    points = _Rows.of(vectors)
    questions = points if asked is None else _Rows.of(asked)
    if len(points.ids) <= _WHOLE:
        every = np.arange(len(points.ids))
        return _searched(questions, np.arange(len(questions.ids)), points, every, count)
    return _by_cells(questions, points, count)


class _Rows(NamedTuple):
    """The rows that are not zero, and which they are."""

    ids: np.ndarray
    vectors: np.ndarray

    @classmethod
    def of(cls, vectors: np.ndarray) -> _Rows:
        present = np.flatnonzero(vectors.any(axis=1))
        return cls(present, vectors[present].astype(np.float32))


def _by_cells(questions: _Rows, points: _Rows, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    centres = _centres(points.vectors)
    cells = np.arange(1, len(centres))
    home = _nearest_cells(points.vectors, centres, 1)[:, 0]
    probed = _nearest_cells(questions.vectors, centres, _PROBED)
    order = np.argsort(home, kind="stable")
    members = np.split(order, np.searchsorted(home[order], cells))
    visits = np.argsort(probed, axis=None, kind="stable")
    visitors = np.split(visits // probed.shape[1], np.searchsorted(probed.ravel()[visits], cells))
    parts = [_searched(questions, who, points, where, count) for who, where in zip(visitors, members, strict=True)]
    rows, others, cosines = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((others, -cosines, rows))
    rows, others, cosines = rows[order], others[order], cosines[order]
    kept = np.arange(len(rows)) - np.searchsorted(rows, rows) < count
    return rows[kept], others[kept], cosines[kept]


def _centres(points: np.ndarray) -> np.ndarray:
    """The centres of cells of about so many rows each (k-means of directions)."""
    chosen = np.random.default_rng(_SEED).choice(len(points), max(len(points) // _PER_CELL, 1), replace=False)
    centres = points[np.sort(chosen)]
    for _ in range(_ROUNDS):
        cell = _nearest_cells(points, centres, 1)[:, 0]
        sums = np.zeros_like(centres)
        np.add.at(sums, cell, points)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres)
    return centres


def _nearest_cells(points: np.ndarray, centres: np.ndarray, count: int) -> np.ndarray:
    """The cells nearest to each point, the nearest first."""
    count = min(count, len(centres))
    found = [np.zeros((0, count), dtype=np.int64)]
    for at in range(0, len(points), _WHOLE):
        products = points[at : at + _WHOLE] @ centres.T
        if count == 1:
            found.append(products.argmax(axis=1)[:, None])
            continue
        some = np.argpartition(-products, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(products, some, axis=1), axis=1, kind="stable")
        found.append(np.take_along_axis(some, order, axis=1))
    return np.concatenate(found)


def _searched(
    questions: _Rows, who: np.ndarray, points: _Rows, where: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For some of the questions, the nearest of some of the points, itself apart."""
    count = min(count, len(where) - 1)
    rows, others, cosines = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
    ids = points.ids[where]
    for at in range(0, len(who) if count > 0 else 0, _WHOLE):
        part = who[at : at + _WHOLE]
        products = questions.vectors[part] @ points.vectors[where].T
        products[questions.ids[part][:, None] == ids[None, :]] = -np.inf
        some = np.argpartition(-products, count - 1, axis=1)[:, :count]
        rows.append(np.repeat(questions.ids[part], count))
        others.append(ids[some].ravel())
        cosines.append(np.take_along_axis(products, some, axis=1).ravel())
    return np.concatenate(rows), np.concatenate(others), np.concatenate(cosines)
