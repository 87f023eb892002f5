"""The sense of a word: itself where anything has it, else the words that it begins, else those it is nearly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..texts import Text
from .analysis import stems, words
from .asking import Word
from .nearness import distance, reach
from .writing import NAMES, REST, WEIGHTS

if TYPE_CHECKING:
    from tantivy import Query, Schema, Searcher

Cards = Callable[["Query", int], Sequence[Mapping[str, Any]]]

_BEGUN = 3  # letters from which a word that nothing has is taken for the beginning of others
_COMPLETED = 100  # words that begin so
_NEAREST = 3  # words that are nearly it
_LOOKED = 50  # things that have such a word
_TOLD = 3  # words that are told


@dataclass(frozen=True, slots=True)
class Sense:
    """What a word is taken for: `words` are looked for as they are, or `stemmed` when it is the word itself.

    `query` finds things with words that could not be told; `note` says what was done.
    """

    stemmed: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    query: Query | None = None
    note: Text | None = None


class Resolver:
    """Finds the senses of words in one index; `cards` gives the cards of the first things that a query finds."""

    def __init__(self, searcher: Searcher, schema: Schema, cards: Cards) -> None:
        self._searcher = searcher
        self._schema = schema
        self._cards = cards

    def sense(self, word: Word, *, guess: bool = True) -> Sense:
        """What a word is taken for; without `guess`, what nothing has is what it is."""
        text = word.text
        if word.prefix:
            completed = self._completed(text)
            return Sense(plain=completed) if completed else _unknown(text)
        if self._is_known(text):
            return Sense(stemmed=(text,))
        if not word.needed:
            return Sense()
        completed = self._completed(text) if guess and len(text) >= _BEGUN else ()
        if completed:
            return Sense(plain=completed, note=_taken(text, completed))
        return self._near(text) if guess else _unknown(text)

    def _is_known(self, word: str) -> bool:
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

    def _near(self, word: str) -> Sense:
        """The words that it is nearly, in names first: fewer slips first, then what most things have."""
        from tantivy import Query

        for slips in range(1, reach(word) + 1):
            for field, parts in ((NAMES, ("names", "others")), (REST, ("texts", "near"))):
                query = Query.fuzzy_term_query(self._schema, field, word, distance=slips)
                cards = self._cards(query, _LOOKED)
                if not cards:
                    continue
                near = {each for card in cards for each in _words(card, parts) if distance(word, each, slips) <= slips}
                ranked = sorted(near, key=lambda each: (distance(word, each, slips), -self._known(each), each))
                chosen = tuple(ranked[:_NEAREST])
                return Sense(chosen, query=None if chosen else query, note=_taken(word, chosen))
        return _unknown(word)

    def _known(self, word: str) -> int:
        return self._searcher.doc_freq(NAMES, word) + self._searcher.doc_freq(REST, word)


def _words(card: Mapping[str, Any], parts: Iterable[str]) -> Iterator[str]:
    """The words of some parts of a card, each once."""
    texts: list[str] = []
    for part in parts:
        said = card[part]
        texts += said.values() if isinstance(said, dict) else (text for _, text in said)
    yield from dict.fromkeys(words("\n".join(texts)))


def _unknown(word: str) -> Sense:
    return Sense(note=Text("search.note-unknown", {"word": word}))


def _taken(word: str, others: Sequence[str]) -> Text:
    if not others:
        return Text("search.note-slip", {"word": word})
    told = ", ".join(others[:_TOLD]) + (", …" if len(others) > _TOLD else "")
    return Text("search.note-near", {"word": word, "near": told})
