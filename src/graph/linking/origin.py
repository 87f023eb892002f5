"""Origin: what a production says it adapts or derives from, in words, beside what others are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy import sparse

from .weights import Matrix, rarities, sums
from .wording import stem, words

_OF = r"(?: (?:de|du|des|par|from|of|by)\b| d')"
_DERIVED = re.compile(  # with what it is said of: to adapt to a use, or to inspire, says nothing of an origin
    rf"\b(?:adapt\w+|deriv\w+|declin\w+|fork|inspir\w+|transpos\w+|reprise(?: \w+)?){_OF}"
    rf"|\b(?:local )?version(?: locale)?{_OF}"
    r"|\bd'apres\b|\bbased on\b|^after\b|\brefonte\b|\boverhaul\b"
)
_NAMED = re.compile(r"[^,;:.!?]{0,80}")  # what follows, in which the name of it is


class Origin(NamedTuple):
    """A row per production. A product of a row of `said` with one of the others is the share of the latter it names."""

    told: np.ndarray  # whether it says anything of its origin
    credits: Sequence[str]  # what it says, empty for nothing
    said: Matrix  # the words of it, and the pairs that follow each other, each 1
    titles: Matrix  # those of its own title, by how rare they are, 1 in all where they are rare enough
    owners: Matrix  # those its organisations are called by, likewise


def origin_of(
    told: Sequence[Sequence[str]], titles: Sequence[Sequence[str]], owners: Sequence[Sequence[str]]
) -> Origin:
    """From the sentences of the description of each, folded, the stems of its title and of its organisations."""
    after = [
        " ".join(_NAMED.match(each, found.end())[0] for each in several if (found := _DERIVED.search(each)))
        for several in told
    ]
    said = [list(map(stem, words(each))) if each else [] for each in after]
    bags = [_with_pairs(each) for each in (*titles, *owners, *said)]
    matrix, count = rarities(bags), len(said)
    presence = matrix[2 * count :].copy()
    presence.data[:] = 1
    return Origin(
        np.asarray(list(map(bool, after)), dtype=bool),
        after,
        presence,
        _naming(matrix[:count]),
        _naming(matrix[count : 2 * count]),
    )


def _naming(matrix: Matrix) -> Matrix:
    """What each term is of a name, 1 in all; less where the name is a common word, which may be there by chance."""
    return sparse.diags((1 / np.maximum(sums(matrix), 1)).astype(np.float32)).dot(matrix).tocsr()


def _with_pairs(stems: Sequence[str]) -> list[str]:
    """Each once, and the pairs that follow each other: what names a place is said of many, two words of it of few."""
    return list(dict.fromkeys((*stems, *(f"{one} {other}" for one, other in pairwise(stems)))))
