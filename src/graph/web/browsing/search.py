"""Searching on the web: the page of results with its filters, and suggestions while a question is typed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from ...errors import MalformedQuery, SnapshotError
from ...search import asking
from ...search.answer import as_json, label, values
from ...search.excerpts import Excerpt, excerpt, marked
from ...search.facets import KIND, NONE
from ...search.reasons import reason, suggested
from ...search.searching import Found, Hit, SearchIndex
from ...texts import say
from ..bounds import borne, shown
from ..http import ways
from ..http.request import Parameters, parameters
from ..typography import typeset
from .vain import Vain

if TYPE_CHECKING:
    from fastapi import Request

    from ...config import Limits
    from ...search.facets import Facet, Facets
    from ..site import Site
    from .vain import Try

_APART = frozenset({"q", "page", "format", "lang"})
_OPEN, _VALUES, _MORE = 8, 8, 60  # shown on a page: facets unfolded, values of each, and those that a click shows
_FEW = 3  # of the main kinds, for the others to be folded
_DIGITS = 12
#: The kinds that matter to people most, in order.
MAIN = ("productions", "reuses", "organisations", "tools", "events", "needs")

Result = TypeVar("Result")


class Index:
    """The index of one site, opened once, by the first who searches."""

    _of: ClassVar[WeakKeyDictionary[Site, SearchIndex]] = WeakKeyDictionary()

    @classmethod
    def of(cls, site: Site) -> SearchIndex:
        """That of a site. Raises SnapshotError where there is none."""
        index = cls._of.get(site)
        if index is None:
            index = cls._of[site] = SearchIndex(site.snapshot, site.settings.limits, site.likeness)
        return index


async def ready(site: Site) -> None:
    """Open the index of a site, and ask it once, before anyone does: a first answer takes a tenth of a second.

    What no word answers is asked, for the encoder of meanings takes longer still.
    """
    with suppress(SnapshotError):
        await aside(site, lambda index: index.search(asking.read("a qxqxq", index.facets, site.settings.limits)))


async def aside(site: Site, work: Callable[[SearchIndex], Result]) -> Result:
    """What `work` makes of the index, beside the event loop: it takes some milliseconds."""
    return await asyncio.to_thread(lambda: work(Index.of(site)))


async def tried(site: Site, work: Callable[[SearchIndex], Result], without: Result) -> Result:
    """The same, for pages that do with less: `without` is what there is where the snapshot has no index."""
    try:
        return await aside(site, work)
    except SnapshotError:
        return without


def answered(request: Request, site: Site) -> Callable[[SearchIndex], Found]:
    """What finds the results of a request. Raises MalformedQuery for a page that is none."""
    given = parameters(request)
    text, page, language = given.one("q") or "", given.one("page") or "1", site.language(request)
    number = int(page[:_DIGITS]) if page.isascii() and page.isdigit() else 0

    def find(index: SearchIndex) -> Found:
        asked = asking.read(text, index.facets, site.settings.limits, language)
        asking.filtered(asked, _filters(given), index.facets)
        try:
            return index.search(asked, number)
        except MalformedQuery as error:  # no such page
            raise ways.beyond(given, int(str(error.parameters["pages"]))) from None

    return find


async def in_json(request: Request, site: Site) -> bytes:
    """One page of results, as the contract has it. Raises LimitExceeded, MalformedQuery and SnapshotError."""
    find, language = answered(request, site), site.language(request)
    found = await aside(site, lambda index: as_json(find(index), index, language))
    return json.dumps(found, ensure_ascii=False).encode()


async def page(request: Request, site: Site) -> str:
    """The same for people. Raises LimitExceeded, MalformedQuery and SnapshotError."""
    find, language = answered(request, site), site.language(request)

    def made(index: SearchIndex) -> dict[str, Any]:
        found = find(index)
        view = _View(request, index, found, language)
        return {
            "text": found.asked.text,
            "said": borne(found.asked.text),
            "found": found,
            "notes": [shown(note.render(language), language) for note in found.notes],
            "results": list(view.results()),
            "facets": list(view.facets()),
            "chosen": list(view.chosen()),
            "tries": [] if found.total else list(view.tries(site.settings.limits)),
            "first": (found.page - 1) * site.settings.limits.search_page + 1,
            "address": view.address,
        }

    return site.pages.render("search.html", request, **await aside(site, made))


async def suggestions(request: Request, site: Site) -> bytes:
    """Names that what is typed may become: OpenSearch Suggestions 1.0, with what each is and where."""
    text, language = parameters(request).one("q") or "", site.language(request)
    hits = await aside(site, lambda index: index.suggest(text, language))
    address = site.url(request)
    names: dict[str, tuple[str, str]] = {}
    facets = await aside(site, lambda index: index.facets)
    for hit in hits:
        path = site.local(hit.card["page"])
        said = " · ".join(filter(None, (_sort(hit, facets, language), suggested(hit, text, language))))
        names.setdefault(label(hit, language), (said, address + path if path else hit.card["page"]))
    told = [text, list(names), [said for said, _ in names.values()], [where for _, where in names.values()]]
    return json.dumps(told, ensure_ascii=False).encode()


def _sort(hit: Hit, facets: Facets, language: str) -> str:
    """What a suggestion is: a value of a facet, which readers know by the name of the facet, else of its kind."""
    iri, kind, kinds = hit.card["iri"], hit.card["kind"], facets.get(KIND)
    sorting = next((each for each in facets if hit.card.get("concept") and iri in each.values), None)
    if sorting is not None:
        called = sorting.label(language)
        return called[:1].upper() + called[1:]
    return kinds.label_of(kind, language) if kinds else kind


def _filters(given: Parameters) -> dict[str, list[str]]:
    """The values that an address asks for, by name."""
    return {name: given.all(name) for name, value in given.pairs if name not in _APART and value}


class _View:
    """One page of results as a template shows it, every filter a link that keeps the others."""

    def __init__(self, request: Request, index: SearchIndex, found: Found, language: str) -> None:
        self._index = index
        self._found = found
        self._language = language
        self._marks = found.compiled.marks
        pairs = dict.fromkeys(parameters(request).pairs)
        known = {each.name for each in index.facets}
        self._kept = [pair for pair in pairs if pair[0] in {"q", "lang", *known} and (pair[1] or pair[0] == "q")]

    def address(self, page: int = 1) -> str:
        """The address of another page of the same."""
        return _query([*self._kept, *([("page", str(page))] if page > 1 else [])])

    def results(self) -> Iterator[dict[str, Any]]:
        """Each result: its name and its excerpt as HTML, where the words are marked and all else is escaped."""
        kinds = self._index.facets.get(KIND)
        for hit in self._found.hits:
            card = hit.card
            name = label(hit, self._language)
            tag = next((tag for tag, text in card["names"].items() if text == name), "")
            said = _set(excerpt(card, self._marks, self._language))
            yield {
                "page": card["page"],
                "label": _set(marked(name, tag, self._marks)).html,
                "language": tag if tag != self._language else "",
                "kind": kinds.label_of(card["kind"], self._language) if kinds else card["kind"],
                "portal": card["portal"],
                "reason": reason(hit, self._found.compiled, self._language),
                "excerpt": said.html,
                "excerpt_language": said.language if said.language != self._language else "",
            }

    def facets(self) -> Iterator[dict[str, Any]]:
        """The facets that sort several results, the kind first, then those that sort most of them."""
        counted = [
            (facet, values(self._found, self._index, facet.name, self._language)) for facet in self._index.facets
        ]
        telling = [
            (facet, each)
            for facet, each in counted
            if any(self._is_chosen(facet, value) for value in each)
            or (each and (facet.name == KIND or each[0]["count"] > 1))
        ]
        telling.sort(key=lambda one: (one[0].name != KIND, -sum(value["count"] for value in one[1])))
        for place, (facet, each) in enumerate(telling):
            links = [self._link(facet, value) for value in each[: _VALUES + _MORE]]
            first = _VALUES if facet.name != KIND else _main_first(links)
            yield {
                "name": facet.name,
                "label": facet.label(self._language),
                "values": links[:first],
                "more": links[first:],
                "rest": len(each) > len(links),
                "open": place < _OPEN or any(link["chosen"] for link in links),
            }

    def chosen(self) -> Iterator[dict[str, str]]:
        """The filters of the address, each with the address without it."""
        for name, value in self._kept:
            facet = self._index.facets.get(name)
            if facet is not None:
                yield {
                    "facet": facet.label(self._language),
                    "value": self._called(facet, value),
                    "address": _query(pair for pair in self._kept if pair != (name, value)),
                }

    def tries(self, limits: Limits) -> Iterator[Try]:
        """What finds something where this finds nothing."""
        colon = say(self._language, "web.colon")
        filters = []
        for name, value in self._kept:
            facet = self._index.facets.get(name)
            if facet is not None:
                called = f"{facet.label(self._language)}{colon} {self._called(facet, value)}"
                filters.append(((name, value), called))
        return Vain(self._index, limits, self._language, self._kept).tries(self._found, filters)

    def _called(self, facet: Facet, written: str) -> str:
        value = facet.value(written)
        if value == NONE:
            return say(self._language, "web.search-no-value")
        meant = [value] if value in facet.values else facet.meant(written)
        return ", ".join(facet.label_of(each, self._language) for each in meant) or written

    def _is_chosen(self, facet: Facet, value: dict[str, Any]) -> bool:
        return facet.value(value["value"]) in self._found.asked.filters.get(facet.name, ())

    def _link(self, facet: Facet, value: dict[str, Any]) -> dict[str, Any]:
        pair = (facet.name, value["value"])
        chosen = self._is_chosen(facet, value)
        kept = [each for each in self._kept if each != pair] if chosen else [*self._kept, pair]
        return {**value, "chosen": chosen, "address": _query(kept)}


def _main_first(links: list[dict[str, Any]]) -> int:
    """Put the kinds that people look for first, with those chosen; how many to show, of more than fit."""
    links.sort(key=lambda link: not (link["chosen"] or link["value"] in MAIN))
    main = sum(link["chosen"] or link["value"] in MAIN for link in links)
    return main if main >= _FEW and len(links) > _VALUES else _VALUES


def _set(said: Excerpt) -> Excerpt:
    """The same as a page shows it: what is set is the whole, for a word that is marked ends where an elision does."""
    whole, at, segments = typeset(said.plain, said.language), 0, []
    for text, is_marked in said.segments:
        segments.append((whole[at : at + len(text)], is_marked))
        at += len(text)
    return Excerpt(segments, said.language)


def _query(pairs: Iterable[tuple[str, str]]) -> str:
    return "?" + urlencode([*pairs])
