"""Every name that organisations have, and which of them a text is: whole, by its words, or nearly."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from heapq import nsmallest
from math import log

from .folding import folded, initials, shingles, words
from .register import NAMES, SLUG, Organisation, Register

#: How a text names an organisation, the surest first.
IRI, IDENTIFIER, NAME, OTHER_NAME, SHORT, INITIALS, WORDS, NEAR = WAYS = (
    "iri",
    "identifier",
    "name",
    "other-name",
    "slug",
    "initials",
    "words",
    "near",
)
_COMPARED = 200  # names that are looked at closely
_ALIKE, _WORD_ALIKE = 3, 0.8  # words that are written nearly as another, and how nearly
_LAST = "\U0010ffff"
_NEAR = 0.75  # of SequenceMatcher's ratio: below, names have little in common
_TELLING = 0.35  # of what the words of a text tell, for a name with some of them to be one that comes near


@dataclass(frozen=True, slots=True)
class Found:
    """An organisation that a text names: how, and by which of its names; `likeness` is 1 but for one of the nearest."""

    organisation: Organisation
    by: str
    value: str
    likeness: float = 1.0


class Names:
    """Every name of a register's organisations, as they compare."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self._exact: dict[str, list[Found]] = defaultdict(list)
        self._initials: dict[str, list[Found]] = defaultdict(list)
        self._words: dict[str, set[str]] = defaultdict(set)  # a word to the folded names it is in
        self._shingles: dict[str, list[str]] = defaultdict(list)  # the same of three letters in a row
        for organisation in register.organisations.values():
            self._add(organisation)
        self._alphabet = sorted(self._words)
        for name in self._exact:
            for shingle in shingles(name):
                self._shingles[shingle].append(name)

    def named(self, text: str) -> Iterator[Found]:
        """The organisations of that name, the surest way of each first."""
        key = folded(text)
        yield from self._exact.get(key, ())
        yield from self._initials.get(key, ())

    def with_words(self, text: str) -> Iterator[Found]:
        """The organisations that have every word of a text in one name, a word of which may be begun only."""
        asked = sorted(set(words(text)), key=len, reverse=True)
        if not asked or len(asked[0]) == 1:
            return
        names = self._words_begun(asked[0])
        for word in asked[1:]:
            if not names:
                return
            names &= self._words_begun(word)
        for name in sorted(names, key=lambda name: (len(name), name)):
            yield from (Found(each.organisation, WORDS, each.value) for each in self._exact[name])

    def with_some_words(self, text: str) -> Iterator[Found]:
        """The organisations that have in one name the words of a text that tell most: a word of few names tells more.

        A word that no name has is taken for those that are written nearly so; those that have it itself are surer.
        """
        told: Counter[str] = Counter()
        sure: set[str] = set()
        whole = 0.0
        for word in sorted(set(words(text))):
            begun = self._words_begun(word)
            sure |= begun
            names = begun or self._words_alike(word)
            worth = log(1 + len(self._exact) / (len(names) or 1))
            whole += worth
            for name in names:
                told[name] += worth
        likely = [name for name, worth in told.items() if worth >= _TELLING * whole]
        first = nsmallest(_COMPARED, likely, key=lambda name: (-told[name], len(name), name))
        asked = folded(text)
        yield from self._liked(asked, (name for name in first if name in sure), WORDS, 0.0)
        yield from self._liked(asked, (name for name in first if name not in sure), NEAR, 0.0)

    def near(self, text: str) -> Iterator[Found]:
        """The organisations with the names most like a text, however few their words in common."""
        asked = folded(text)
        shared = Counter(name for shingle in shingles(asked) for name in self._shingles.get(shingle, ()))
        likely = nsmallest(_COMPARED, shared, key=lambda name: (-shared[name], name))
        yield from self._liked(asked, likely, NEAR, _NEAR)

    def _liked(self, asked: str, names: Iterable[str], way: str, least: float) -> Iterator[Found]:
        """The organisations of these names, with how like a text each is, where it is enough."""
        matcher = SequenceMatcher(b=asked, autojunk=False)
        for name in names:
            matcher.set_seq1(name)
            if matcher.quick_ratio() >= least:  # which is never below the other
                ratio = matcher.ratio()
                if ratio >= least:
                    yield from (
                        Found(each.organisation, way, each.value, round(ratio, 3)) for each in self._exact[name]
                    )

    def _add(self, organisation: Organisation) -> None:
        for name in sorted(organisation.names, key=lambda name: name.property not in NAMES):
            way = SHORT if name.property == SLUG else NAME if name.property in NAMES else OTHER_NAME
            key = folded(name.value)
            if not key:
                continue
            self._exact[key].append(Found(organisation, way, name.value))
            for word in key.split():
                self._words[word].add(key)
            if name.property != SLUG and (short := initials(name.value)):
                self._initials[short].append(Found(organisation, INITIALS, name.value))

    def _words_begun(self, begun: str) -> set[str]:
        if len(begun) < 3:  # noqa: PLR2004 - a letter or two begin too many words
            return set(self._words.get(begun, ()))
        start, end = (bisect_left(self._alphabet, word) for word in (begun, begun + _LAST))
        return {name for word in self._alphabet[start:end] for name in self._words[word]}

    def _words_alike(self, word: str) -> set[str]:
        """The names with a word that begins as this one and is written nearly so."""
        start, end = (bisect_left(self._alphabet, each) for each in (word[0], word[0] + _LAST))
        alike = get_close_matches(word, self._alphabet[start:end], n=_ALIKE, cutoff=_WORD_ALIKE)
        return {name for each in alike for name in self._words[each]}
