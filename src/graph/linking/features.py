"""Features: what two productions have in common and what sets them apart, a column each, for many pairs at once.

Each is between 0 and 1, or -1 and 1 where something may speak against; 0 where nothing is known. `FEATURES` gives
their order, which the weights follow.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from .comparing import (
    acronym,
    apart,
    cosines,
    covered,
    differ,
    disjoint,
    opposed,
    overlap,
    pairwise,
    products,
    rarest,
    same,
    worth,
    year,
    years,
)
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
    "handle",  # a word that both are called by, in their titles, their repositories, their sites
    "site",  # the host of the addresses
    "organisation",  # the words that organisations are called by
    "stranger",  # organisations that have nothing in common
    "place",  # proper nouns: what organisations alone are called by
    "theme",
    "kind",
    "date",
    "version",  # one is numbered, or said to be new, otherwise than the other
    "number",  # 1 for a number in common in the titles, -1 where each has its own
    "derived",  # one says that it adapts, derives, continues
    "origin",  # and names the other, or whose it is
    "credited",  # in any language
    "rarest",  # how rare the rarest word in common is
    "specific",  # how rare the words in common are, all together
    "unique",  # one of few with that title
    "foreign",  # the titles have no language in common
    "untitled",
    "undescribed",
    "portal",  # both are notices of one portal, which seldom has a thing twice
    "rank",  # neither is more like another than like this one
)
_VERSION = re.compile(
    r"\bv ?\d+(?:\.\d+)*\b|(?<= )\d{1,2}(?:\.\d+)*(?=[ )]|$)|\b(?:2|3|4)(?:e|eme|nd|rd|th) edition"
    r"|\b(?:nouvel\w*|new|next|seconde?|second) (?:version|edition|generation|formule)|\b(?:ii|iii|iv)\b"
)
_NUMBER = re.compile(r"\d+")
_LETTERS = 400  # of descriptions that are compared in letters
_CHUNK = 100_000
_PROPER = 0.02  # of organisations that may have a word in their names for it to be a proper noun
_NOUN = 4  # letters
_STRANGE = 0.1  # of organisations: what their names have in common by chance


class Features:
    """The features of pairs of a corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    def of(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """A row per pair, a column per feature, float32."""
        found = np.empty((len(left), len(FEATURES)), dtype=np.float32)  # filled in place: it is most of the memory
        for at in range(0, len(left), _CHUNK):
            found[at : at + _CHUNK] = self._of(left[at : at + _CHUNK], right[at : at + _CHUNK])
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
        organisation = products(self._called, left, right)
        named = self._named[left] & self._named[right]
        columns = {
            "title": cpdist(one, other, scorer=Indel.normalized_similarity, workers=2) * titled,
            "words": products(corpus.names, *rows),
            "ordered": cpdist(sorted_one, sorted_other, scorer=Indel.normalized_similarity, workers=2) * titled,
            "contained": cpdist(one, other, scorer=fuzz.token_set_ratio, workers=2) / 100 * titled,
            "covered": np.minimum(*covered(self._names, self._named_by, *rows)),
            "acronym": pairwise(acronym, self._acronyms, *rows),
            "description": products(corpus.texts, left, right),
            "repeated": np.maximum(*covered(self._words, self._worded, left, right)),
            "sentences": np.maximum(*covered(self._sentences, self._sentenced, left, right)),
            "wording": cpdist(*texts, scorer=Indel.normalized_similarity, workers=2) * described,
            "meaning": cosines(corpus.meanings, left, right),
            "sense": cosines(corpus.senses, left, right),
            "identifier": pairwise(rarest, self._of_identifiers, left, right),
            "address": pairwise(rarest, self._of_addresses, left, right),
            "handle": pairwise(rarest, self._handles, left, right),
            "site": pairwise(overlap, self._sites, left, right),
            "organisation": organisation,
            "stranger": named & (organisation < _STRANGE),
            "place": pairwise(apart, self._places, left, right),
            "theme": pairwise(overlap, self._themes, left, right),
            "kind": pairwise(opposed, self._kinds, left, right),
            "date": pairwise(years, self._dates, left, right),
            "version": pairwise(differ, self._versions, *rows),
            "number": pairwise(opposed, self._numbers, *rows),
            "derived": corpus.origin.told[left] | corpus.origin.told[right],
            "origin": self._origin(left, right),
            "credited": np.maximum(
                cosines(corpus.credited, left, right, corpus.meanings),
                cosines(corpus.credited, right, left, corpus.meanings),
            ),
            "rarest": stems.max(axis=1).toarray().ravel() ** 0.5,
            "specific": np.tanh(np.asarray(stems.sum(axis=1)).ravel()),
            "unique": 1 / np.sqrt(np.maximum(self._bearers[rows[0]], self._bearers[rows[1]])),
            "foreign": pairwise(disjoint, self._languages, left, right),
            "untitled": ~titled,
            "undescribed": ~described,
            "portal": pairwise(same, self._portals, left, right),
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
        best = np.lexsort((-products(self.corpus.names, one, other), which))
        best = best[np.searchsorted(which, np.arange(len(left)))]
        return one[best], other[best]

    def _origin(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """How much of what one is called, or its organisations, is in what the other says of its origin."""
        origin, found = self.corpus.origin, np.zeros(len(left), dtype=np.float32)
        for one, other in ((left, right), (right, left)):
            some = np.flatnonzero(origin.told[one])
            for called in (origin.titles, origin.owners):
                found[some] = np.maximum(found[some], products(origin.said, one[some], other[some], called))
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
    def _numbers(self) -> list[frozenset[str]]:
        return [frozenset(number for word in row for number in _NUMBER.findall(word)) for row in self.corpus.words]

    @cached_property
    def _bearers(self) -> np.ndarray:
        """How many productions have each title, whatever the order of its words."""
        keys = [" ".join(sorted(each)) for each in self.corpus.stems]
        having = Counter(dict.fromkeys(zip(self.corpus.owners.tolist(), keys, strict=True)))
        bearers = Counter(key for _, key in having)
        return np.asarray([bearers[key] for key in keys], dtype=np.float32)

    @cached_property
    def _languages(self) -> list[frozenset[str]]:
        return [frozenset(language for language, _ in each.titles if language) for each in self.corpus.productions]

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
        return worth(self.corpus.identifiers)

    @cached_property
    def _of_addresses(self) -> list[dict[str, float]]:
        return worth(self.corpus.addresses)

    @cached_property
    def _handles(self) -> list[dict[str, float]]:
        return worth(self.corpus.handles)

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
    def _portals(self) -> list[str]:
        return [each.portal for each in self.corpus.productions]

    @cached_property
    def _dates(self) -> list[float]:
        return [year(each.dates) for each in self.corpus.productions]


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
