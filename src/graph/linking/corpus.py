"""A corpus: productions in the form in which many are compared at once, as rows of matrices.

`names` has a row per title, `texts` a row per production for its description; both hold weights by rarity (TF-IDF) and
rows of length one, so that a product of rows is a cosine. `meanings` and `sense` are embeddings of the first title and
of the description, where the extra `semantic` is installed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .. import meaning
from .origin import Origin, origin_of
from .productions import Production
from .weights import Matrix, normalised, rarities
from .wording import GRAM, address, folded, grams, handles, identifier, stem, words

_TITLES = 4  # of one production: more are lists of keywords
_TITLE_CHARS = 300
_TEXT_CHARS = 1500  # a megabyte says no more of what a thing is than its beginning
_GRAM = 0.5  # what a run of characters weighs beside a word: there are five of them in a word
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_PHRASE, _FEW = 0.02, 3  # productions that may have a sentence in common for it to tell something of them
_SENTENCES = 12
_FRENCH = ("fr", "", "en")  # the first title that is there stands for a production


@dataclass(frozen=True)
class Corpus:
    """Productions in the order of their IRIs, and what is compared of them."""

    productions: Sequence[Production]

    @cached_property
    def places(self) -> dict[str, int]:
        """The position of each production, by its IRI."""
        return {each.iri: position for position, each in enumerate(self.productions)}

    @cached_property
    def titles(self) -> list[tuple[int, str, str]]:
        """The position of a production, the language and the text of each of its titles."""
        found = []
        for position, each in enumerate(self.productions):
            chosen = sorted(each.titles, key=_preferred)[:_TITLES] or [("", "")]
            found += [(position, language, text[:_TITLE_CHARS]) for language, text in chosen]
        return found

    @cached_property
    def owners(self) -> np.ndarray:
        """The position of the production of each title."""
        return np.fromiter((position for position, _, _ in self.titles), dtype=np.int32, count=len(self.titles))

    @cached_property
    def first(self) -> np.ndarray:
        """The row of the first title of each production; the last is the number of titles."""
        return np.searchsorted(self.owners, np.arange(len(self.productions) + 1))

    @cached_property
    def words(self) -> list[list[str]]:
        """The words of each title, folded, in order."""
        return [words(text) for _, _, text in self.titles]

    @cached_property
    def stems(self) -> list[list[str]]:
        """The stems of each title, in order, each once."""
        return [list(dict.fromkeys(map(stem, each))) for each in self.words]

    @cached_property
    def names(self) -> Matrix:
        """A row per title: its stems, and the runs of characters of its words."""
        bags = (
            [*stems, *(gram for word in dict.fromkeys(row) for gram in grams(word))]
            for stems, row in zip(self.stems, self.words, strict=True)
        )
        return normalised(rarities(bags, _weight))

    @cached_property
    def told(self) -> list[list[tuple[str, str]]]:
        """The beginnings of the descriptions of each production, without the phrases that many have."""
        split = [
            [
                (language, _SENTENCE.split(text[:_TEXT_CHARS]))
                for language, text in sorted(each.descriptions, key=_preferred)
            ]
            for each in self.productions
        ]
        having = Counter(each for several in split for each in {one for _, parts in several for one in parts})
        most = max(_PHRASE * len(split), _FEW)
        kept = [
            [(language, " ".join(one for one in parts if having[one] <= most)) for language, parts in several]
            for several in split
        ]
        return [[(language, text) for language, text in several if text] for several in kept]

    @cached_property
    def said(self) -> list[str]:
        """The same, in one text."""
        return [" ".join(text for _, text in each) for each in self.told]

    @cached_property
    def sentences(self) -> list[list[str]]:
        """The first sentences of the descriptions of each production, folded."""
        return [[folded(each) for each in _SENTENCE.split(text)[:_SENTENCES]] for text in self.said]

    @cached_property
    def owned(self) -> list[list[str]]:
        """The stems that the organisations of each production are called by."""
        return [_stems(" ".join(each.organisation_names)) for each in self.productions]

    @cached_property
    def origin(self) -> Origin:
        """What each says of its origin, and what it may be called where others say it."""
        called = [_stems(" ".join(text for _, text in sorted(each.titles)[:2])) for each in self.productions]
        return origin_of(self.sentences, called, self.owned)

    @cached_property
    def weighed(self) -> Matrix:
        """A row per production: the stems of its descriptions, weighted by how rare they are."""
        return rarities(map(_stems, self.said))

    @cached_property
    def texts(self) -> Matrix:
        """The same, each row of length one."""
        return normalised(self.weighed)

    @cached_property
    def meanings(self) -> np.ndarray | None:
        """The meaning of the first title of each production."""
        return meaning.embedded([self.titles[row][2] for row in self.first[:-1]])

    @cached_property
    def senses(self) -> np.ndarray | None:
        """The meaning of the beginning of the description of each production."""
        return meaning.embedded([each[0][1] if each else "" for each in self.told])

    @cached_property
    def credited(self) -> np.ndarray | None:
        """The meaning of what each says it comes from."""
        return meaning.embedded(self.origin.credits)

    @cached_property
    def addresses(self) -> list[tuple[str, ...]]:
        """The addresses of each production, in one form."""
        return [_keys(map(address, each.urls)) for each in self.productions]

    @cached_property
    def handles(self) -> list[tuple[str, ...]]:
        """What each may be called in one word: the words of its first title, and what its addresses call it."""
        return [
            _keys(
                (
                    *(word for word in self.words[self.first[at]] if len(word) >= GRAM),
                    *(handle for address in addresses for handle in handles(address)),
                )
            )
            for at, addresses in enumerate(self.addresses)
        ]

    @cached_property
    def identifiers(self) -> list[tuple[str, ...]]:
        """The identifiers of each production, in one form."""
        return [_keys(map(identifier, each.identifiers)) for each in self.productions]


def _weight(term: str) -> float:
    return _GRAM if len(term) == GRAM or "^" in term or "$" in term else 1.0


def _preferred(title: tuple[str, str]) -> tuple[int, str, str]:
    language, text = title
    return (_FRENCH.index(language) if language in _FRENCH else len(_FRENCH), language, text)


def _stems(text: str) -> list[str]:
    return list(dict.fromkeys(map(stem, words(text[:_TEXT_CHARS]))))


def _keys(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values) - {""}))
