"""The sense of a word: itself where anything has it, else the words that it begins, else those it is nearly."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..texts import DEFAULT_LANGUAGE, Text
from .analysis import stems, words
from .asking import Word
from .nearness import distance, reach
from .writing import CARD, NAMES, REST, WEIGHTS

if TYPE_CHECKING:
    from tantivy import Query, Schema, Searcher

Cards = Callable[["Query", int], Sequence[Mapping[str, Any]]]

_BEGUN = 3  # letters from which a word that nothing has is taken for the beginning of others
_COMPLETED = 100  # words that begin so
_NEAREST = 3  # words that are nearly it
_LOOKED = 50  # things that have such a word
_TOLD = 3  # words that are told
_SAMPLE = 500  # things that tell the language of the graph


@dataclass(frozen=True, slots=True)
class Sense:
    """What a word is taken for: `words` are looked for as they are, or `stemmed` when it is the word itself.

    `query` finds things with words that could not be told; `near` are words of another language, which are not looked
    for; `note` says what was done.
    """

    stemmed: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    query: Query | None = None
    near: tuple[str, ...] = ()
    note: Text | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing has the word, nor one that it could be taken for."""
        return not self.stemmed and not self.plain and self.query is None


class Resolver:
    """Finds the senses of words in one index; `cards` gives the cards of the first things that a query finds."""

    def __init__(self, searcher: Searcher, schema: Schema, cards: Cards) -> None:
        self._searcher = searcher
        self._schema = schema
        self._cards = cards

    def sense(self, word: Word, language: str, *, guess: bool = True) -> Sense:
        """What a word of a reader's is taken for; without `guess`, what nothing has is what it is."""
        text = word.text
        if word.prefix:
            completed = self._completed(text)
            return Sense(plain=completed) if completed else _unknown(text)
        if self.is_known(text):
            return Sense(stemmed=(text,))
        if not word.needed:
            return Sense()
        completed = self._completed(text) if guess and len(text) >= _BEGUN else ()
        if completed:
            return Sense(plain=completed, note=_taken(text, completed))
        return self._near(text, language) if guess else _unknown(text)

    def is_known(self, word: str) -> bool:
        """Whether anything has a word, in any of its forms."""
        return any(
            self._searcher.doc_freq(f"{role}_{language}", stem)
            for language, stem in stems(word).items()
            for role in WEIGHTS
        )

    def _completed(self, begun: str) -> tuple[str, ...]:
        """The words that begin so, those of most things first."""
        counted: dict[str, int] = {}
        for field in (NAMES, REST):
            for term, count in self._searcher.terms_with_prefix(field, begun, limit=_COMPLETED):
                counted[term] = counted.get(term, 0) + count
        return tuple(sorted(counted, key=lambda term: (-counted[term], term))[:_COMPLETED])

    def _near(self, word: str, language: str) -> Sense:
        """The words that it is nearly, in names first: fewer slips first, then what most things have.

        A word that the graph does not have may be a word all the same: it is not taken for one of a language that is
        neither the reader's nor that of the graph, nor two slips away for one that begins otherwise.
        """
        from tantivy import Query

        own, ours = {language or self._language, ""}, {language, self._language, ""}
        others: dict[str, None] = {}
        for slips in range(1, reach(word) + 1):
            for field, parts in ((NAMES, ("names", "others")), (REST, ("texts", "near"))):
                query = Query.fuzzy_term_query(self._schema, field, word, distance=slips)
                cards = self._cards(query, _LOOKED)
                if not cards:
                    continue
                near = _alike(word, slips, cards, parts)
                if not near:
                    return Sense(query=query, note=Text("search.note-slip", {"word": word}))
                likely = [each for each in near if slips == 1 or each[0] == word[0]]
                order = {
                    each: (distance(word, each, slips), own.isdisjoint(near[each]), -self._known(each))
                    for each in likely
                }
                ranked = sorted(likely, key=lambda each: (order[each], each))
                chosen = tuple(each for each in ranked if not language or near[each] & ours)[:_NEAREST]
                if chosen:
                    return Sense(chosen, note=_taken(word, chosen))
                others |= dict.fromkeys(ranked)
        if not others:
            return _unknown(word)
        told = tuple(others)[:_NEAREST]
        return Sense(near=told, note=Text("search.note-other", {"word": word, "near": ", ".join(told)}))

    @cached_property
    def _language(self) -> str:
        """The language of the graph: the one in which most things are called, of some that are evenly apart."""
        from tantivy import DocAddress

        things = range(self._searcher.num_docs if self._searcher.num_segments == 1 else 0)
        named: Counter[str] = Counter()
        for place in things[:: len(things) // _SAMPLE + 1]:
            card = json.loads(bytes(self._searcher.doc(DocAddress(0, place)).get_first(CARD)))
            named.update(filter(None, card["names"]))
        return max(named, key=lambda tag: (named[tag], tag == DEFAULT_LANGUAGE), default=DEFAULT_LANGUAGE)

    def _known(self, word: str) -> int:
        return self._searcher.doc_freq(NAMES, word) + self._searcher.doc_freq(REST, word)


def _alike(word: str, slips: int, cards: Iterable[Mapping[str, Any]], parts: Sequence[str]) -> dict[str, set[str]]:
    """The words of some parts of cards that are so many slips away at most, and the languages of their texts."""
    found: dict[str, set[str]] = {}
    for card in cards:
        for tag, text in _texts(card, parts):
            for each in set(words(text)):
                if each in found or distance(word, each, slips) <= slips:
                    found.setdefault(each, set()).add(tag)
    return found


def _texts(card: Mapping[str, Any], parts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The texts of some parts of a card, each after its language."""
    for part in parts:
        said = card[part]
        yield from said.items() if isinstance(said, dict) else said


def _unknown(word: str) -> Sense:
    return Sense(note=Text("search.note-unknown", {"word": word}))


def _taken(word: str, others: Sequence[str]) -> Text:
    told = ", ".join(others[:_TOLD]) + (", …" if len(others) > _TOLD else "")
    return Text("search.note-near", {"word": word, "near": told})
