"""Blocking: the few pairs worth comparing, of all that there are, at a cost per production that does not grow.

Four roads, each bounded: an identifier or an address in common; words and runs of characters in common, the rare ones
(what many titles have is left out, pairs of words step in for common words); rare words of the descriptions in common;
a near meaning, in any language. What is said of too many productions tells no two of them apart: it is no road, and
what it would have led to is counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from .corpus import Corpus
from .neighbours import nearest
from .productions import Production
from .weights import Matrix, normalised

_BY_NAME, _BY_TEXT, _BY_ORIGIN, _BY_MEANING = 28, 12, 20, 20  # neighbours that each road leads to
_LEAST, _PER = 20, 400  # in a small corpus fewer: one for so many productions, and no less
_KEPT, _SHARE = 50, 0.0098  # pairs kept for a production, and of all the pairs that there are
_KEY = 10.0  # what a key in common weighs beside cosines
_COMMON = 500  # titles that may have a term for it to be a road
_BLOCK = 40  # productions that may have a key in common for all of them to be compared
_FEW = 12  # productions that may be called by one word for it to be the name of a thing
_PAIRED = 8  # words of a title that are taken two by two
_LEAST_COSINE = 0.08

Road = tuple[np.ndarray, np.ndarray, np.ndarray]  # ends, and how near they are


class Pairs(NamedTuple):
    """Positions of productions, `left` below `right`; `crowded` counts what was left out for each."""

    left: np.ndarray
    right: np.ndarray
    crowded: np.ndarray


def pairs(productions: Sequence[Production]) -> tuple[np.ndarray, np.ndarray]:
    """The pairs worth comparing, as positions in `productions`."""
    order = sorted(range(len(productions)), key=lambda at: productions[at].iri)
    found = blocked(Corpus([productions[at] for at in order]))
    places = np.asarray(order, dtype=np.int64)
    return np.minimum(*(ends := (places[found.left], places[found.right]))), np.maximum(*ends)


def blocked(corpus: Corpus) -> Pairs:
    """The pairs worth comparing, each once, in order: those that are among the first on their roads."""
    count = len(corpus.productions)
    share = max(count // _PER, _LEAST)
    crowded = np.zeros(count, dtype=np.int64)
    rows, others, cosines = _alike(_roads(corpus), min(_BY_NAME, share))
    found = [
        _by_keys(corpus, crowded),
        (corpus.owners[rows], corpus.owners[others], cosines),
        _alike(_rare(corpus.texts), min(_BY_TEXT, share)),
        _by_handles(corpus),
        *_by_origin(corpus, min(_BY_ORIGIN, share)),
        *_by_meaning(corpus, min(_BY_MEANING, share)),
    ]
    left, right = (np.concatenate([each[side] for each in found]).astype(np.int64) for side in (0, 1))
    nearness = np.concatenate([_first(*each) for each in found])
    keys = np.minimum(left, right) * count + np.maximum(left, right)
    both, place = np.unique(keys[left != right], return_inverse=True)
    total = np.bincount(place, weights=nearness[left != right], minlength=len(both))
    kept = max(int(min(_KEPT * count, _SHARE * count * (count - 1) / 2)), _LEAST * count)
    both = np.sort(both[np.argsort(-total, kind="stable")[:kept]])
    return Pairs(both // max(count, 1), both % max(count, 1), crowded)


def _by_meaning(corpus: Corpus, count: int) -> Iterator[Road]:
    """The nearest in what the title means, in what the description means, in both; in what one says it comes from."""
    if corpus.meanings is None or corpus.senses is None:
        return
    both = corpus.meanings + corpus.senses
    both /= np.maximum(np.linalg.norm(both.astype(np.float32), axis=1, keepdims=True), 1e-9).astype(np.float16)
    for vectors in (corpus.meanings, corpus.senses, both):
        yield nearest(vectors, count)
    yield nearest(corpus.meanings, min(_BY_ORIGIN, count), corpus.credited)


def _first(rows: np.ndarray, _: np.ndarray, cosines: np.ndarray) -> np.ndarray:
    """How near the other is among those that a road leads to from each row: 1 for the first, 1/2 for the next."""
    order = np.lexsort((-cosines, rows))
    ranks = np.empty(len(rows))
    ranks[order] = np.arange(len(rows)) - np.searchsorted(rows[order], rows[order])
    return np.where(cosines >= _KEY, _KEY, 1 / (1 + ranks))


def _by_keys(corpus: Corpus, crowded: np.ndarray) -> Road:
    """Pairs with an identifier or an address in common, or a whole title: of few productions, all of them."""
    blocks: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for position, keys in enumerate(zip(corpus.identifiers, corpus.addresses, strict=True)):
        for kind, values in zip(("identifier", "address"), keys, strict=True):
            for value in values:
                blocks[kind, value].append(position)
    for owner, stems in zip(corpus.owners.tolist(), corpus.stems, strict=True):
        if stems and ((block := blocks["title", " ".join(sorted(stems))])[-1:] != [owner]):
            block.append(owner)
    found: list[tuple[int, int]] = []
    for block in blocks.values():
        if len(block) <= _BLOCK:
            found += combinations(block, 2)
        else:
            crowded[block] += len(block) - 1
    ends = np.asarray(found, dtype=np.int64).reshape(-1, 2)
    return ends[:, 0], ends[:, 1], np.full(len(ends), _KEY)


def _by_handles(corpus: Corpus) -> Road:
    """Pairs that are called by one word, which few others are: a name that travels with a fork or an address."""
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    for position, values in enumerate(corpus.handles):
        for value in values:
            blocks[value].append(position)
    found = [
        (*ends, 1 / len(block)) for block in blocks.values() if len(block) <= _FEW for ends in combinations(block, 2)
    ]
    ends = np.asarray(found, dtype=np.float64).reshape(-1, 3)
    return ends[:, 0].astype(np.int64), ends[:, 1].astype(np.int64), ends[:, 2]


def _by_origin(corpus: Corpus, count: int) -> Iterator[Road]:
    """Each production that says what it is adapted from: whose title or organisation it names, who names the same."""
    some = np.flatnonzero(corpus.origin.told)
    said, texts = corpus.origin.said[some], corpus.texts
    for called, others in ((corpus.origin.titles, ()), (corpus.origin.owners, (_rare(texts),))):
        kept = _frequent(called)
        asked = sparse.hstack([said[:, kept], *(each[some] for each in others)], format="csr")
        answer = sparse.hstack([called[:, kept], *others], format="csr")
        rows, columns, cosines = _best(asked, answer, count)
        yield some[rows], columns, cosines
    rows, columns, cosines = _alike(_rare(normalised(said)), count)
    yield some[rows], some[columns], cosines


def _roads(corpus: Corpus) -> Matrix:
    """The rare terms of titles, and the pairs of their words."""
    names = corpus.names
    known: dict[str, int] = {}
    ends, columns = [0], []
    for stems in corpus.stems:
        chosen = sorted(known.setdefault(each, len(known)) for each in stems[:_PAIRED])
        columns += [one << 32 | other for one, other in combinations(chosen, 2)]
        ends.append(len(columns))
    _, indices = np.unique(np.asarray(columns, dtype=np.int64), return_inverse=True)
    couples = sparse.csr_matrix(
        (np.ones(len(indices), dtype=np.float32), indices, np.asarray(ends)),
        shape=(names.shape[0], int(indices.max(initial=-1)) + 1),
    )
    return sparse.hstack([_rare(names), _rare(normalised(couples))], format="csr")


def _rare(matrix: Matrix) -> Matrix:
    """The columns that more than one row has, and no more than lead somewhere."""
    having = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return matrix[:, np.flatnonzero((having > 1) & (having <= _COMMON))]


def _frequent(matrix: Matrix) -> np.ndarray:
    """The columns that some rows have, and no more than lead somewhere."""
    having = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return np.flatnonzero((having > 0) & (having <= _COMMON))


def _alike(matrix: Matrix, count: int) -> Road:
    """Each row and those most like it."""
    return _best(matrix, matrix, count + 1)


def _best(matrix: Matrix, other: Matrix, count: int) -> Road:
    """Each row of a matrix, and the rows of the other by which it is multiplied to most."""
    if not matrix.nnz or not other.nnz:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    best = sp_matmul_topn(matrix, other.T.tocsr(), top_n=count, threshold=_LEAST_COSINE, n_threads=2).tocoo()
    return best.row, best.col, best.data
