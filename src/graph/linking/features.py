"""Features: what two productions have in common and what sets them apart, a column each, for many pairs at once.

Each is between 0 and 1, or -1 and 1 where something may speak against; 0 where nothing is known. `FEATURES` gives
their order, which the weights follow.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TypeVar

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from .corpus import Corpus
from .weights import Matrix, normalised, rarities, sums
from .wording import folded, grams, initials

FEATURES = (
    "title",  # the titles, in letters
    "words",  # the titles, in rare words and runs of characters
    "ordered",  # the titles, in words whatever their order
    "contained",  # the words of the shorter title, in the other
    "covered",  # the rare words of the title that has more of its own, in the other
    "acronym",  # one is called by the initials of the other, or by its words cut short
    "description",  # the rare words of the descriptions
    "repeated",  # the rare words of the shorter description, in the other
    "sentences",  # the sentences of the description that has fewer, in the other
    "wording",  # the descriptions, in letters
    "meaning",  # the titles, in any language
    "sense",  # the descriptions, in any language
    "identifier",
    "address",
    "site",  # the host of the addresses
    "organisation",  # the words that organisations are called by
    "stranger",  # organisations that have nothing in common
    "place",  # proper nouns: what organisations alone are called by
    "theme",
    "kind",
    "date",
    "version",  # one is numbered, or said to be new, otherwise than the other
    "derived",  # one says that it adapts, derives, continues
    "origin",  # and names the other, or whose it is
    "rarest",  # how rare the rarest word in common is
    "specific",  # how rare the words in common are, all together
    "unique",  # one of few with that title
    "foreign",  # the titles have no language in common
    "untitled",
    "undescribed",
    "rank",  # neither is more like another than like this one
)
_VERSION = re.compile(
    r"\bv ?\d+(?:\.\d+)*\b|(?<= )\d{1,2}(?:\.\d+)*(?=[ )]|$)|\b(?:2|3|4)(?:e|eme|nd|rd|th) edition"
    r"|\b(?:nouvel\w*|new|next|seconde?|second) (?:version|edition|generation|formule)|\b(?:ii|iii|iv)\b"
)
_LETTERS = 400  # of descriptions that are compared in letters
_CHUNK = 100_000
_YEARS = 10.0
_PROPER = 0.02  # of organisations that may have a word in their names for it to be a proper noun
_NOUN = 4  # letters
_STRANGE = 0.1  # of organisations: what their names have in common by chance
_CUT = 8  # words of two titles that are looked at for abbreviations

Said = TypeVar("Said")


class Features:
    """The features of pairs of a corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    def of(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """A row per pair, a column per feature, float32."""
        parts = [self._of(left[at : at + _CHUNK], right[at : at + _CHUNK]) for at in range(0, len(left), _CHUNK)]
        found = np.concatenate(parts) if parts else np.zeros((0, len(FEATURES)), dtype=np.float32)
        found[:, FEATURES.index("rank")] = _ranks(found, left, right)
        return found

    def _of(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        corpus = self.corpus
        rows = self._rows(left, right)
        letters, in_order = self._letters
        one, other = ([letters[row] for row in each.tolist()] for each in rows)
        sorted_one, sorted_other = ([in_order[row] for row in each.tolist()] for each in rows)
        texts = ([self._texts[at] for at in each.tolist()] for each in (left, right))
        titled = self._titled[left] & self._titled[right]
        described = self._described[left] & self._described[right]
        stems = self._presence[rows[0]].multiply(self._presence[rows[1]]).tocsr()
        organisation = _products(self._called, left, right)
        named = self._named[left] & self._named[right]
        columns = {
            "title": cpdist(one, other, scorer=Indel.normalized_similarity, workers=2) * titled,
            "words": _products(corpus.names, *rows),
            "ordered": cpdist(sorted_one, sorted_other, scorer=Indel.normalized_similarity, workers=2) * titled,
            "contained": cpdist(one, other, scorer=fuzz.token_set_ratio, workers=2) / 100 * titled,
            "covered": np.minimum(*_covered(self._names, self._named_by, *rows)),
            "acronym": _pairwise(_acronym, self._acronyms, *rows),
            "description": _products(corpus.texts, left, right),
            "repeated": np.maximum(*_covered(self._words, self._worded, left, right)),
            "sentences": np.maximum(*_covered(self._sentences, self._sentenced, left, right)),
            "wording": cpdist(*texts, scorer=Indel.normalized_similarity, workers=2) * described,
            "meaning": _cosines(corpus.meanings, left, right),
            "sense": _cosines(corpus.senses, left, right),
            "identifier": _pairwise(_rarest, self._of_identifiers, left, right),
            "address": _pairwise(_rarest, self._of_addresses, left, right),
            "site": _pairwise(_overlap, self._sites, left, right),
            "organisation": organisation,
            "stranger": named & (organisation < _STRANGE),
            "place": _pairwise(_apart, self._places, left, right),
            "theme": _pairwise(_overlap, self._themes, left, right),
            "kind": _pairwise(_opposed, self._kinds, left, right),
            "date": _pairwise(_years, self._dates, left, right),
            "version": _pairwise(_differ, self._versions, *rows),
            "derived": corpus.origin.told[left] | corpus.origin.told[right],
            "origin": self._origin(left, right),
            "rarest": stems.max(axis=1).toarray().ravel() ** 0.5,
            "specific": np.tanh(np.asarray(stems.sum(axis=1)).ravel()),
            "unique": 1 / np.sqrt(np.maximum(self._bearers[rows[0]], self._bearers[rows[1]])),
            "foreign": _pairwise(_disjoint, self._languages, left, right),
            "untitled": ~titled,
            "undescribed": ~described,
            "rank": np.zeros(len(left)),
        }
        return np.stack([np.asarray(columns[name], dtype=np.float32) for name in FEATURES], axis=1)

    def _rows(self, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The titles that are compared of each pair: the two most alike of all that they have."""
        first = self.corpus.first
        ones, others = first[left + 1] - first[left], first[right + 1] - first[right]
        several = ones * others
        if (several == 1).all():
            return first[left], first[right]
        which = np.repeat(np.arange(len(left)), several)
        place = np.arange(len(which)) - np.repeat(np.cumsum(several) - several, several)
        one = first[left][which] + place // others[which]
        other = first[right][which] + place % others[which]
        best = np.lexsort((-_products(self.corpus.names, one, other), which))
        best = best[np.searchsorted(which, np.arange(len(left)))]
        return one[best], other[best]

    def _origin(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """How much of what one is called, or its organisations, is in what the other says of its origin."""
        origin, found = self.corpus.origin, np.zeros(len(left), dtype=np.float32)
        for one, other in ((left, right), (right, left)):
            some = np.flatnonzero(origin.told[one])
            for called in (origin.titles, origin.owners):
                found[some] = np.maximum(found[some], _products(origin.said, one[some], other[some], called))
        return found

    # what is prepared once, of titles

    @cached_property
    def _letters(self) -> tuple[list[str], list[str]]:
        return [" ".join(each) for each in self.corpus.words], [" ".join(sorted(each)) for each in self.corpus.words]

    @cached_property
    def _presence(self) -> Matrix:
        return rarities(self.corpus.stems)

    @cached_property
    def _names(self) -> Matrix:
        return rarities([gram for word in dict.fromkeys(row) for gram in grams(word)] for row in self.corpus.words)

    @cached_property
    def _named_by(self) -> np.ndarray:
        return sums(self._names)

    @cached_property
    def _acronyms(self) -> list[tuple[frozenset[str], str]]:
        return [(frozenset(row), initials(row)) for row in self.corpus.words]

    @cached_property
    def _versions(self) -> list[frozenset[str]]:
        return [frozenset(_VERSION.findall(folded(text))) for _, _, text in self.corpus.titles]

    @cached_property
    def _bearers(self) -> np.ndarray:
        """How many productions have each title, whatever the order of its words."""
        keys = [" ".join(sorted(each)) for each in self.corpus.stems]
        having = Counter(dict.fromkeys(zip(self.corpus.owners.tolist(), keys, strict=True)))
        bearers = Counter(key for _, key in having)
        return np.asarray([bearers[key] for key in keys], dtype=np.float32)

    @cached_property
    def _languages(self) -> list[frozenset[str]]:
        return [frozenset(language for language, _ in each.titles) for each in self.corpus.productions]

    @cached_property
    def _titled(self) -> np.ndarray:
        return np.asarray([bool(each.titles) for each in self.corpus.productions], dtype=bool)

    # of descriptions

    @cached_property
    def _texts(self) -> list[str]:
        return [folded(text[:_LETTERS]) for text in self.corpus.said]

    @cached_property
    def _words(self) -> Matrix:
        return self.corpus.weighed

    @cached_property
    def _worded(self) -> np.ndarray:
        return sums(self._words)

    @cached_property
    def _sentences(self) -> Matrix:
        """The sentences of each description; one that many have, a phrase of a portal, weighs little."""
        stripped = ((each.strip(" .…") for each in told) for told in self.corpus.sentences)
        found = rarities(list(dict.fromkeys(each for each in told if each)) for told in stripped)
        having = np.bincount(found.indices, minlength=found.shape[1])
        found.data = (1 / np.maximum(having - 1, 1)).astype(np.float32)[found.indices]
        return found

    @cached_property
    def _sentenced(self) -> np.ndarray:
        return sums(self._sentences)

    @cached_property
    def _described(self) -> np.ndarray:
        return np.asarray([bool(each) for each in self.corpus.said], dtype=bool)

    # of the rest

    @cached_property
    def _called(self) -> Matrix:
        return normalised(rarities(self.corpus.owned))

    @cached_property
    def _named(self) -> np.ndarray:
        return np.asarray([bool(each) for each in self.corpus.owned], dtype=bool)

    @cached_property
    def _places(self) -> list[tuple[frozenset[str], frozenset[str]]]:
        """Proper nouns, which few organisations are called by: of the titles of each, and of its organisations."""
        naming = Counter(word for each in self.corpus.owned for word in each)
        most = max(_PROPER * sum(map(bool, self.corpus.owned)), 2)
        proper = {word for word, times in naming.items() if times <= most and len(word) >= _NOUN}
        corpus = self.corpus
        return [
            (
                frozenset(each for row in range(*corpus.first[at : at + 2]) for each in corpus.stems[row]) & proper,
                frozenset(called) & proper,
            )
            for at, called in enumerate(self.corpus.owned)
        ]

    @cached_property
    def _of_identifiers(self) -> list[dict[str, float]]:
        return _worth(self.corpus.identifiers)

    @cached_property
    def _of_addresses(self) -> list[dict[str, float]]:
        return _worth(self.corpus.addresses)

    @cached_property
    def _sites(self) -> list[frozenset[str]]:
        return [frozenset(each.partition("/")[0] for each in keys) for keys in self.corpus.addresses]

    @cached_property
    def _themes(self) -> list[frozenset[str]]:
        return [frozenset(map(folded, each.themes)) for each in self.corpus.productions]

    @cached_property
    def _kinds(self) -> list[frozenset[str]]:
        return [frozenset(each.kinds) for each in self.corpus.productions]

    @cached_property
    def _dates(self) -> list[float]:
        return [_year(each.dates) for each in self.corpus.productions]


def _ranks(found: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """1 where each is what the other is most like, less for each that is more alike."""
    weights = dict.fromkeys(("words", "ordered", "repeated", "sentences", "sense", "meaning", "address", "origin"), 1.0)
    score = found[:, [FEATURES.index(name) for name in weights]].sum(axis=1)
    place = np.zeros((2, len(left)))
    for side, ends in enumerate((left, right)):
        both = np.concatenate([ends, right if side == 0 else left])
        order = np.lexsort((-np.concatenate([score, score]), both))
        starts = np.searchsorted(both[order], both[order])
        ranks = np.empty(len(both), dtype=np.int64)
        ranks[order] = np.arange(len(both)) - starts
        place[side] = ranks[: len(left)]
    return 1 / np.sqrt(1 + place.sum(axis=0))


def _covered(matrix: Matrix, weights: np.ndarray, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The share of the weight of each row that the other has too."""
    common = np.asarray(matrix[left].minimum(matrix[right]).sum(axis=1)).ravel()
    return common / np.maximum(weights[left], 1e-9), common / np.maximum(weights[right], 1e-9)


def _products(matrix: Matrix, left: np.ndarray, right: np.ndarray, other: Matrix | None = None) -> np.ndarray:
    """The products of rows, pair by pair: their cosines, where rows are of length one."""
    return np.asarray(matrix[left].multiply((matrix if other is None else other)[right]).sum(axis=1)).ravel()


def _cosines(vectors: np.ndarray | None, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    if vectors is None:
        return np.zeros(len(left), dtype=np.float32)
    return np.einsum("ij,ij->i", vectors[left].astype(np.float32), vectors[right].astype(np.float32))


def _pairwise(
    compare: Callable[[Said, Said], float], said: Sequence[Said], left: np.ndarray, right: np.ndarray
) -> list[float]:
    return [compare(said[one], said[other]) for one, other in zip(left.tolist(), right.tolist(), strict=True)]


def _worth(keys: Iterable[Sequence[str]]) -> list[dict[str, float]]:
    """What each key of each production is worth: all when two have it, less for each one more."""
    keys = list(keys)
    having = Counter(each for several in keys for each in several)
    return [{each: 1 / max(having[each] - 1, 1) for each in several} for several in keys]


def _rarest(one: dict[str, float], other: dict[str, float]) -> float:
    return max((one[each] for each in one.keys() & other.keys()), default=0.0)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _opposed(one: frozenset[str], other: frozenset[str]) -> float:
    """1 for something in common, -1 for nothing, 0 where one says nothing."""
    return (1.0 if one & other else -1.0) if one and other else 0.0


def _apart(one: tuple[frozenset[str], frozenset[str]], other: tuple[frozenset[str], frozenset[str]]) -> float:
    """1 where titles name one place, -1 where each names its own; half of it where one title and an organisation do."""
    (title, owner), (title_of_other, owner_of_other) = one, other
    if title and title_of_other:
        return 1.0 if title & title_of_other else -1.0
    if title or title_of_other:
        named, there = (title, owner_of_other) if title else (title_of_other, owner)
        return 0.5 if named & there else -0.5
    return 0.0


def _differ(one: frozenset[str], other: frozenset[str]) -> float:
    return float(one != other)


def _disjoint(one: frozenset[str], other: frozenset[str]) -> float:
    return float(bool(one and other) and not one & other)


def _year(dates: Sequence[str]) -> float:
    years = [int(each[:4]) for each in dates if each[:4].isdigit()]
    return float(min(years)) if years else np.nan


def _years(one: float, other: float) -> float:
    distance = abs(one - other)
    return 0.0 if np.isnan(distance) else max(1 - distance / _YEARS, -1.0)


def _acronym(one: tuple[frozenset[str], str], other: tuple[frozenset[str], str]) -> float:
    """1 where a word of one is the initials of the other; the share of words cut short, where some are."""
    if (one[1] and one[1] in other[0]) or (other[1] and other[1] in one[0]):
        return 1.0
    mine, theirs = one[0] - other[0], other[0] - one[0]
    if not mine or not theirs or len(mine) > _CUT or len(theirs) > _CUT:
        return 0.0
    cut = sum(any(_short(each, word) for word in theirs) for each in mine)
    return min(cut / min(len(mine), len(theirs)), 1.0) * 0.9


def _short(one: str, other: str) -> bool:
    """Whether one word is the other with letters left out, the first kept: cut short or contracted."""
    short, long = (one, other) if len(one) < len(other) else (other, one)
    if len(short) < 2 or len(long) - len(short) < 2 or short[0] != long[0]:  # noqa: PLR2004 - fewer are a mistake
        return False
    letters = iter(long)
    return all(each in letters for each in short)
