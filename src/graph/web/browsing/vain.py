"""What to try where a search finds nothing: a filter less, a word alone, a word that is nearly it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from ...search import asking
from ...search.analysis import cleaned, cut, says_little

if TYPE_CHECKING:
    from ...config import Limits
    from ...search.asking import Asked
    from ...search.searching import Found, SearchIndex

_EACH = 6  # filters, words and words that are near, of each

Pair = tuple[str, str]


class Try(NamedTuple):
    """Another question: the key of its sentence, what that names, its address, how many things it finds."""

    key: str
    named: str
    address: str
    count: int


@dataclass(frozen=True, slots=True)
class Vain:
    """A search that found nothing: what its address says, in the reader's language."""

    index: SearchIndex
    limits: Limits
    language: str
    pairs: Sequence[Pair]

    def tries(self, found: Found, filters: Iterable[tuple[Pair, str]]) -> Iterator[Try]:
        """The other questions that find something; `filters` are those of the address, each with what it is called."""
        every = [("search-try-without", called, self._but(pair)) for pair, called in islice(filters, _EACH)]
        if len(every) > 1:
            every.append(("search-try-unfiltered", "", [*self._aside(), ("q", found.asked.text)]))
        words = _words(found.asked) if found.asked.size > 1 else []
        for key, texts in (("search-try-near", found.compiled.near), ("search-try-word", words)):
            every += [(key, text, [*self._aside(), ("q", text)]) for text in texts[:_EACH]]
        for key, named, pairs in every:
            count = self._count(pairs)
            if count:
                yield Try(key, named, "?" + urlencode(pairs), count)

    def _aside(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair[0] == "lang"]

    def _but(self, pair: Pair) -> list[Pair]:
        return [each for each in self.pairs if each != pair]

    def _count(self, pairs: Iterable[Pair]) -> int:
        """How many things an address finds by their words: by its meaning, nearly anything is found."""
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        given.pop("lang", None)
        [text] = given.pop("q", [""])[:1]
        asked = asking.read(text, self.index.facets, self.limits, self.language)
        asking.filtered(asked, given, self.index.facets)
        return self.index.listed(asked, 1)[0]


def _words(asked: Asked) -> list[str]:
    """The words looked for that say something, as they are written."""
    wanted = {word.text for word in asked.words if word.needed}
    wanted.update(word for phrase in asked.phrases for word in phrase if not says_little(word))
    text = cleaned(asked.text)
    tokens = (token for token in cut(text).tokens if token.text in wanted)
    return list(dict.fromkeys(text[token.char_offset_from : token.char_offset_to] for token in tokens))
