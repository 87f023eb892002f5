"""Searching the index of a snapshot: results, the best first, how many there are by facet, and suggestions.

All words are looked for; when nothing has them all, some. A word that nothing has is taken for the beginning of
others, else for a slip of one or two letters. BM25 weighs them; equals come in the order of IRIs.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import MalformedQuery, SnapshotError
from .analysis import register, words
from .asking import Asked
from .compiling import Compiled, Compiler
from .facets import Facets
from .fusing import Fusing
from .writing import CALLED, CARD, DAY, FACET, NAMES, SORTED

if TYPE_CHECKING:
    from tantivy import Query, Searcher

    from ..config import Limits
    from ..snapshot.reader import Snapshot
    from ..texts import Text
    from .facets import Facet
    from .likeness import Likeness

_VALUES = 500  # of a facet that are counted beside results
_COMPLETIONS, _ENDINGS = 60, 25  # names that begin as what is typed, and words that the last one may become


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: its score and its card; `meant` is whether its meaning alone found it."""

    score: float
    card: Mapping[str, Any]
    meant: bool = False


@dataclass(slots=True)
class Found:
    """One page of results; `counts` are the values of each facet and how many results have each."""

    asked: Asked
    total: int
    hits: list[Hit]
    counts: Mapping[str, Mapping[str, int]]
    page: int
    pages: int
    compiled: Compiled
    notes: list[Text] = field(default_factory=list)


class SearchIndex:
    """The index of one snapshot, which never changes; threads may share it."""

    def __init__(self, snapshot: Snapshot, limits: Limits, likeness: Likeness | None = None) -> None:
        """Open it, with what its things mean, or words alone.

        Raises SnapshotError where the snapshot was made without, or where it cannot be read.
        """
        folder = snapshot.search_path
        if folder is None:
            raise SnapshotError("no-search")
        try:
            self.facets = Facets.read(folder)
            self._searcher, schema = _opened(folder)
        except (OSError, ValueError, TypeError) as error:
            raise SnapshotError("damaged-search", reason=error) from error
        self._limits = limits
        self._compiler = Compiler(self._searcher, schema, self.facets, self._cards)
        self._fusing = None if likeness is None else Fusing(likeness, self._searcher, schema, self._cards)

    @cached_property
    def things(self) -> int:
        """How many things it has."""
        return self._searcher.num_docs

    @cached_property
    def _sorts(self) -> bool:
        """Whether it can put things in order so: it cannot when it was written before."""
        try:
            self._searcher.search(self._compiler.compile(Asked()).but(), 1, order_by_field=SORTED)
        except ValueError:
            return False
        return True

    def search(self, asked: Asked, page: int = 1) -> Found:
        """A page of results; without words, what most facets sort is first. Raises MalformedQuery beyond the last."""
        compiled = self._compiled(asked)
        length = self._limits.search_page
        most = max(1, -(-self.things // length))
        offset = (page - 1) * length if 0 < page <= most else 0
        order = SORTED if self._sorts and not asked.has_words else None
        result = self._searcher.search(compiled.but(), length, offset=offset, order_by_field=order)
        total = result.count or 0
        pages = max(1, -(-total // length))
        if not 0 < page <= pages:
            raise _beyond(page, pages)
        hits = [self._hit(1.0 if order else round(score, 4), address, compiled) for score, address in result.hits]
        notes = [*asked.notes, *compiled.notes]
        return Found(asked, total, hits, self._counts(asked, compiled), page, pages, compiled, notes)

    def listed(
        self, asked: Asked, most: int, page: int = 1, days: tuple[int, int] | None = None
    ) -> tuple[int, list[Hit]]:
        """How many things answer by their words, and a page of them.

        With `days`, those from one to the other (20180706), last first; a thing without a date has day 0.
        Raises SnapshotError where the index was written without days.
        """
        query, order = self._compiler.compile(asked).but(), None if days is None else DAY
        try:
            query = query if days is None else self._compiler.dated(query, *days)
            offset = min((page - 1) * most, self.things)  # what the engine sets aside memory for
            result = self._searcher.search(query, most, offset=offset, order_by_field=order)
        except ValueError as error:
            raise SnapshotError("damaged-search", reason=error) from error
        return result.count or 0, [Hit(0.0, self._card(address)) for _, address in result.hits]

    def counted(self, asked: Asked, facets: Iterable[Facet]) -> dict[str, dict[str, int]]:
        """How many results have each value of some facets, every one, those that most have first."""
        terms = {each.name: _terms(each, len(each.values)) for each in facets}
        return self._aggregated(self._compiled(asked).but(), terms)

    def crossed(
        self, asked: Asked, one: Facet, other: Facet, rows: Sequence[str], columns: Sequence[str]
    ) -> dict[str, dict[str, int]]:
        """How many results have each of some values of a facet together with each of some of another.

        Every value with every other may be more than the engine counts.
        """
        if not rows or not columns:
            return {}
        within = {one.name: {**_among(one, rows), "aggs": {"within": _among(other, columns)}}}
        found = self._searcher.aggregate(self._compiled(asked).but(), within)
        return {each["key"]: _counts(each["within"]) for each in found[one.name]["buckets"]}

    def suggest(self, text: str, language: str = "") -> list[Hit]:
        """Things whose name begins so, then those that have a word which does. The last word may be unfinished.

        Where there are none, words that nothing has are taken for slips of a reader in this language.
        """
        found = words(text[: self._limits.search_characters])[: self._limits.search_words]
        if not found:
            return []
        return self._suggested(found) or self._suggested(self._compiler.mended(found, language))

    def _suggested(self, found: Sequence[str]) -> list[Hit]:
        most = self._limits.suggestions
        begun = " ".join(found)
        named = [term for term, _ in self._searcher.terms_with_prefix(CALLED, begun, limit=_COMPLETIONS)]
        first = sorted(named, key=lambda term: (len(term), term))[:most]
        *whole, last = found
        ends = [term for term, _ in self._searcher.terms_with_prefix(NAMES, last, limit=_ENDINGS)]
        query = self._compiler.suggestion(first, whole, ends)
        return [Hit(round(score, 4), self._card(address)) for score, address in self._searcher.search(query, most).hits]

    def cards(self) -> list[Mapping[str, Any]]:
        """What is shown of each thing, in the order of IRIs."""
        return self._cards(self._compiler.compile(Asked()).but(), max(1, self.things))

    def _compiled(self, asked: Asked) -> Compiled:
        """The queries of a question, with what is near it where things have a meaning here."""
        compiled = self._compiler.compile(asked)
        return compiled if self._fusing is None else self._fusing.fused(asked, compiled)

    def _hit(self, score: float, address: object, compiled: Compiled) -> Hit:
        card = self._card(address)
        return Hit(score, card, card["iri"] in compiled.meant)

    def _counts(self, asked: Asked, compiled: Compiled) -> dict[str, dict[str, int]]:
        """How many results have each value; of a facet that is chosen from, as if it were not."""
        found: dict[str, dict[str, int]] = {}
        chosen = [each for each in self.facets if each.name in asked.filters]
        free = [each for each in self.facets if each.name not in asked.filters]
        for facets, query in ((free, compiled.but()), *(([each], compiled.but(each.name)) for each in chosen)):
            found |= self._aggregated(query, {each.name: _terms(each) for each in facets})
        return {each.name: found[each.name] for each in self.facets}

    def _aggregated(self, query: Query, terms: dict[str, Any]) -> dict[str, dict[str, int]]:
        counted = self._searcher.aggregate(query, terms) if terms else {}
        return {name: _counts(buckets) for name, buckets in counted.items()}

    def _cards(self, query: Query, most: int) -> list[Mapping[str, Any]]:
        return [self._card(address) for _, address in self._searcher.search(query, most, count=False).hits]

    def _card(self, address: object) -> Mapping[str, Any]:
        return json.loads(bytes(self._searcher.doc(address).get_first(CARD)))


def _terms(facet: Facet, most: int = _VALUES) -> dict[str, Any]:
    size = max(1, most)
    return {"terms": {"field": f"{FACET}{facet.place}", "size": size, "segment_size": size}}


def _among(facet: Facet, values: Sequence[str]) -> dict[str, Any]:
    """The terms of a facet that are these values."""
    return {"terms": {**_terms(facet, len(values))["terms"], "include": [*values]}}


def _counts(terms: Mapping[str, Any]) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in terms["buckets"]}


def _opened(folder: Path) -> tuple[Searcher, object]:
    """A searcher of the index in a folder, which may be one that nothing can be written into.

    Tantivy puts a lock beside the files it opens, so it is shown a folder of links to them; once they are mapped,
    this is not needed any more; it may be writing its lock while the folder goes.
    """
    from tantivy import Index

    with tempfile.TemporaryDirectory(prefix="passerelles-search-", ignore_cleanup_errors=True) as links:
        for path in folder.iterdir():
            (Path(links) / path.name).symlink_to(path.resolve())
        index = Index.open(links)
        register(index)
        index.config_reader("manual")
        index.reload()
        return index.searcher(), index.schema


def _beyond(page: int, pages: int) -> MalformedQuery:
    return MalformedQuery("parameter-wrong", parameter="page", value=page, expected=f"1–{pages}", pages=pages)
