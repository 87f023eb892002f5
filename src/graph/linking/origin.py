"""Origin: what a production says it adapts or derives from, in words, beside what others are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .weights import Matrix, rarities, shares
from .wording import stem, words

_OF = r"(?: (?:de|du|des|par|from|of|by)\b| d')"
_DERIVED = re.compile(  # with what it is said of: to adapt to a use, or to inspire, says nothing of an origin
    rf"\b(?:adapt\w+|deriv\w+|declin\w+|fork|inspir\w+|transpos\w+|reprise(?: \w+)?){_OF}"
    rf"|\b(?:local )?version(?: locale)?{_OF}"
    r"|\bd'apres\b|\bbased on\b|^after\b|\brefonte\b|\boverhaul\b"
)
_NAMED = 100  # characters that follow, in which the name of it is


class Origin(NamedTuple):
    """A row per production. A product of a row of `said` with one of the others is the share of the latter it names."""

    told: np.ndarray  # whether it says anything of its origin
    said: Matrix  # the words of it, each 1
    titles: Matrix  # those of its own title, by how rare they are, 1 in all
    owners: Matrix  # those its organisations are called by, likewise


def origin_of(
    told: Sequence[Sequence[str]], titles: Sequence[Sequence[str]], owners: Sequence[Sequence[str]]
) -> Origin:
    """From the sentences of the description of each, folded, the stems of its title and of its organisations."""
    after = [
        " ".join(each[found.end() : found.end() + _NAMED] for each in several if (found := _DERIVED.search(each)))
        for several in told
    ]
    said = [list(dict.fromkeys(map(stem, words(each)))) if each else [] for each in after]
    matrix, count = rarities([*titles, *owners, *said]), len(said)
    presence = matrix[2 * count :].copy()
    presence.data[:] = 1
    return Origin(
        np.asarray(list(map(bool, after)), dtype=bool),
        presence,
        shares(matrix[:count]),
        shares(matrix[count : 2 * count]),
    )
