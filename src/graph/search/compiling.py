"""What is asked for, as a query of the index: words in the fields where they weigh, names of the same, filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from ..texts import Text
from .analysis import STEMMED, name, says_little, stems
from .asking import Asked, Word
from .excerpts import Marks
from .facets import Facets
from .joining import joined
from .resolving import Resolver, Sense
from .writing import CALLED, DAY, FACET, IRI, NAMES, REST, WEIGHTS

if TYPE_CHECKING:
    from tantivy import Query, Schema, Searcher

_TIE = 0.2  # what the lesser fields of a word add to its best one
_NAMED, _TOGETHER = 40.0, 3.0  # what it is worth to be called so, and to have the words of the question together
_EXACT = {NAMES: 1.5, REST: 0.6}  # and to have a word as it is written
_UNSTEMMED = {NAMES: 4.0, REST: 0.6}
_SYNONYM = 0.5  # what another name is worth beside the one that is asked for
_GRAM, _GRAMS_OF = 4, 8  # words of a name; of a question that is looked through for names
_SAME, _NAMES_EACH = 3, 6  # things that are called so, and other names that each has
_GUESSED = 6  # words that nothing has and that are taken for others: each costs some milliseconds
_CONCEPTS = 50  # things found by another name, among which concepts are looked for
_AFTER = 0.01  # the score of what comes after what has the words
_SLOP = 2  # words between those of a question that stand together

_SOME = Text("search.note-some")

Cards = Callable[["Query", int], Sequence[Mapping[str, Any]]]


class Synonym(NamedTuple):
    """A part of a question that is a name of a thing: from which word, to which, as it is folded; the thing's card."""

    start: int
    end: int
    said: str
    card: Mapping[str, Any]


@dataclass(slots=True)
class Compiled:
    """A question as queries: of words, of each filter, of what is barred; what is to be marked; what was done.

    `near` are words that are like those that nothing has, and were not looked for. `whole` is whether something has all
    the words, or what they were taken for; `meant` are the things that their meaning alone finds, `synonyms` what
    the question names, and `own` are the marks without what that is called otherwise.
    """

    words: Query
    filters: Mapping[str, Query]
    barred: Sequence[Query]
    marks: Marks
    notes: list[Text] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    whole: bool = True
    meant: frozenset[str] = frozenset()
    synonyms: list[Synonym] = field(default_factory=list)
    own: Marks = field(default_factory=Marks)

    def but(self, facet: str = "") -> Query:
        """What is searched, without what is chosen of one facet."""
        from tantivy import Occur, Query

        kept = [query for name, query in self.filters.items() if name != facet]
        if not kept and not self.barred:
            return self.words
        parts = [(Occur.Must, self.words), *((Occur.Must, Query.const_score_query(query, 0.0)) for query in kept)]
        return Query.boolean_query([*parts, *((Occur.MustNot, query) for query in self.barred)])


class Compiler:
    """Makes queries of one index; `cards` gives the cards of the first things that a query finds."""

    def __init__(self, searcher: Searcher, schema: Schema, facets: Facets, cards: Cards) -> None:
        self._searcher = searcher
        self._schema = schema
        self._facets = facets
        self._cards = cards
        self._resolver = Resolver(searcher, schema, cards)

    def compile(self, asked: Asked) -> Compiled:
        """The queries of a question."""
        marks, own = Marks(), Marks()
        asked, notes = joined(asked, self._resolver.is_known, self._is_said)
        senses = self._senses(asked)
        named = [*self._named(asked, senses)]
        found = self._words(asked, senses, named, marks, notes)
        for word, sense in senses.items():
            own.add(sense.stemmed if word.needed else (), sense.plain)
        filters = {facet: _any([*self._of_facet(facet, values)]) for facet, values in asked.filters.items()}
        barred = [self._together(each) for each in asked.without]
        barred += [query for facet, values in asked.barred.items() for query in self._of_facet(facet, values)]
        near = [each for sense in senses.values() for each in sense.near]
        whole = _SOME not in notes and not any(word.needed and sense.is_nothing for word, sense in senses.items())
        return Compiled(found, filters, barred, marks, notes, near, whole=whole, synonyms=named, own=own)

    def dated(self, query: Query, first: int, last: int) -> Query:
        """What a query finds that is dated from one day to another. Raises ValueError where the index has no days."""
        from tantivy import FieldType, Occur, Query

        days = Query.range_query(self._schema, DAY, FieldType.Integer, first, last)
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, days)])

    def suggestion(self, names: Iterable[str], whole: Iterable[str], ends: Iterable[str]) -> Query:
        """Things that have one of these names, the first first; then those named with these words and such an end."""
        from tantivy import Occur, Query

        called = [
            Query.boost_query(Query.const_score_query(self._term(CALLED, each), 1.0), 2 * _NAMED - place)
            for place, each in enumerate(names)
        ]
        ending = [self._term(NAMES, each) for each in ends]
        must = [(Occur.Must, self._term(NAMES, each)) for each in whole]
        among = [Query.boolean_query([*must, (Occur.Must, Query.disjunction_max_query(ending))])] if ending else []
        return Query.disjunction_max_query([*called, *among]) if called or among else Query.empty_query()

    def mended(self, words: Iterable[str], language: str) -> list[str]:
        """Words of a reader, each as the nearest that the graph has."""
        senses = ((word, self._resolver.sense(Word(word), language)) for word in words)
        return [sense.stemmed[0] if sense.stemmed else word for word, sense in senses]

    def _senses(self, asked: Asked) -> Mapping[Word, Sense]:
        """What each word is taken for."""
        senses: dict[Word, Sense] = {}
        for word in asked.words:
            guessed = sum(each.note is not None for each in senses.values())
            senses[word] = self._resolver.sense(word, asked.language, guess=guessed < _GUESSED)
        return senses

    def _words(
        self, asked: Asked, senses: Mapping[Word, Sense], named: Sequence[Synonym], marks: Marks, notes: list[Text]
    ) -> Query:
        """The words and phrases, all of them; or some, when nothing has all."""
        from tantivy import Occur, Query

        if not asked.has_words:
            return Query.empty_query() if asked.is_vain else Query.all_query()
        wanted, little, lacking = [], [], False
        for word, sense in senses.items():
            query = self._of_sense(sense)
            if not word.needed:
                little += [(Occur.Should, query)] if query is not None else []
                continue
            notes += [sense.note] if sense.note is not None else []
            marks.add(sense.stemmed, sense.plain)
            lacking |= query is None
            wanted += [query] if query is not None else []
        for phrase in asked.phrases:
            marks.add(phrase)
            wanted.append(self._together(phrase))
        if not wanted:
            return Query.empty_query()
        ways = [] if lacking else [Query.boolean_query([*((Occur.Must, query) for query in wanted), *little])]
        others = self._synonyms(asked, senses, named, marks)
        last = [*_otherwise(named, " ".join(_said(asked, senses))), *self._concepts(others, ways)]
        ways += others
        core = Query.disjunction_max_query(ways)
        if (lacking or len(wanted) > 1) and not (ways and self._searcher.search(core, 1).count):
            notes.append(_SOME)
            core = Query.boolean_query([(Occur.Must, _any(wanted)), *little])  # an article is no part of an answer
        bonus = [(Occur.Should, each) for each in self._bonus(asked, senses, named)]
        found = Query.boolean_query([(Occur.Must, core), *bonus])
        return self._last(found, dict.fromkeys(last))

    def _of_sense(self, sense: Sense) -> Query | None:
        """The things that have a word, in the sense it is taken for; None when there is none."""
        from tantivy import Query

        found = [query for word in sense.stemmed for query in self._everywhere(word)]
        for each, weight in _UNSTEMMED.items():
            found += [Query.boost_query(self._term(each, word), weight) for word in sense.plain]
        found += [] if sense.query is None else [sense.query]
        return Query.disjunction_max_query(found, _TIE) if found else None

    def _everywhere(self, word: str) -> Iterator[Query]:
        """A word in each field that has it in any of its forms, and as it is written."""
        from tantivy import Query

        for language, stem in stems(word).items():
            for role, weight in WEIGHTS.items():
                if self._searcher.doc_freq(f"{role}_{language}", stem):
                    yield Query.boost_query(self._term(f"{role}_{language}", stem), weight)
        for each, weight in _EXACT.items():
            if self._searcher.doc_freq(each, word):
                yield Query.boost_query(self._term(each, word), weight)

    def _together(self, phrase: Sequence[str], slop: int = 0) -> Query:
        """The things that have these words one after the other, in any of their forms."""
        from tantivy import Query

        forms = [stems(word) for word in phrase]
        found = []
        for language in STEMMED:
            stemmed = [form[language] for form in forms]
            for role, weight in WEIGHTS.items():
                each = f"{role}_{language}"
                one = self._term(each, stemmed[0]) if len(stemmed) == 1 else self._phrase(each, stemmed, slop)
                found.append(Query.boost_query(one, weight))
        return Query.disjunction_max_query(found, _TIE)

    def _is_said(self, phrase: Sequence[str]) -> bool:
        return bool(self._searcher.search(self._together(phrase), 1).count)

    def _synonyms(
        self, asked: Asked, senses: Mapping[Word, Sense], named: Sequence[Synonym], marks: Marks
    ) -> list[Query]:
        """The question with a part of it called by another name of something that it is a name of."""
        from tantivy import Occur, Query

        found, told = [], {name(" ".join(_said(asked, senses)))}
        for start, end, said, card in named:
            texts = [*card["names"].values(), *(text for _, text in card["others"])]
            for other in list(dict.fromkeys(map(name, texts)))[:_NAMES_EACH]:
                if not other or other in told or other == said:
                    continue
                told.add(other)
                rest = [word for place, word in enumerate(asked.words) if word.needed and not start <= place < end]
                parts = [(Occur.Must, self._together(other.split()))]
                for word in rest:
                    query = self._of_sense(senses[word])
                    parts.append((Occur.Must, query if query is not None else Query.empty_query()))
                marks.add(word for word in other.split() if not says_little(word))
                found.append(Query.boost_query(Query.boolean_query(parts), _SYNONYM))
        return found

    def _concepts(self, others: Sequence[Query], ways: Sequence[Query]) -> Iterator[str]:
        """The concepts that another name finds and the words do not: what such a concept sorts is better than it."""
        from tantivy import Occur, Query

        if others:
            found = [(Occur.Must, Query.disjunction_max_query(others)), *((Occur.MustNot, each) for each in ways)]
            cards = self._cards(Query.boolean_query(found), _CONCEPTS)
            yield from (card["iri"] for card in cards if card.get("concept"))

    def _named(self, asked: Asked, senses: Mapping[Word, Sense]) -> Iterator[Synonym]:
        """The things that parts of a question are names of."""
        said = _said(asked, senses)
        if asked.phrases or any(word.prefix for word in asked.words) or len(said) > _GRAMS_OF:
            return
        for start in range(len(said)):
            for end in range(start + 1, min(start + _GRAM, len(said)) + 1):
                gram = " ".join(said[start:end])
                if not self._searcher.doc_freq(CALLED, gram) or (end == start + 1 and says_little(gram)):
                    continue
                for card in self._cards(self._term(CALLED, gram), _SAME):
                    yield Synonym(start, end, gram, card)

    def _bonus(self, asked: Asked, senses: Mapping[Word, Sense], named: Sequence[Synonym]) -> Iterator[Query]:
        """What makes one thing better than another that has the words too: to be called so, to have them together."""
        from tantivy import Occur, Query

        said = _said(asked, senses) or [*asked.phrases[0]]
        whole = Query.const_score_query(self._term(CALLED, " ".join(said)), 1.0)
        others = [(Occur.MustNot, self._term(IRI, iri)) for iri in _otherwise(named, " ".join(said))]
        yield Query.boost_query(Query.boolean_query([(Occur.Must, whole), *others]), _NAMED)
        if 1 < len(said) <= _GRAMS_OF:
            yield Query.boost_query(self._together(said, _SLOP), _TOGETHER)

    def _last(self, query: Query, iris: Iterable[str]) -> Query:
        """What a query finds, some things after all others."""
        from tantivy import Occur, Query

        these = [self._term(IRI, iri) for iri in iris]
        if not these:
            return query
        rest = Query.boolean_query([(Occur.Must, query), *((Occur.MustNot, each) for each in these)])
        found = Query.boolean_query([(Occur.Must, query), (Occur.Must, _any(these))])
        return Query.disjunction_max_query([rest, Query.boost_query(Query.const_score_query(found, 1.0), _AFTER)])

    def _of_facet(self, facet: str, values: Sequence[str]) -> Iterator[Query]:
        for each in self._facets:
            if each.name == facet:
                yield from (self._term(f"{FACET}{each.place}", value) for value in dict.fromkeys(values))

    def _term(self, field: str, text: str) -> Query:
        from tantivy import Query

        return Query.term_query(self._schema, field, text)

    def _phrase(self, field: str, texts: Sequence[str], slop: int) -> Query:
        from tantivy import Query

        return Query.phrase_query(self._schema, field, [*texts], slop)


def _said(asked: Asked, senses: Mapping[Word, Sense]) -> list[str]:
    """The words of a question, a slip as the word that it is taken for."""
    return [senses[word].stemmed[0] if senses[word].stemmed else word.text for word in asked.words]


def _any(queries: Sequence[Query]) -> Query:
    """The things that any of these finds."""
    from tantivy import Occur, Query

    return Query.boolean_query([(Occur.Should, each) for each in queries])


def _otherwise(named: Sequence[Synonym], whole: str) -> list[str]:
    """The concepts of which a whole question is another name: what they sort is looked for, rather than themselves."""
    return [
        card["iri"]
        for _, _, said, card in named
        if said == whole and card.get("concept") and _solid(said) not in map(_solid, card["names"].values())
    ]


def _solid(text: str) -> str:
    """A name without its spaces: « open data » and « opendata » are one."""
    return name(text).replace(" ", "")
