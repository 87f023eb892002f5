"""Catalogues on the web: pages one after the other, a SPARQL endpoint by slices, the files of a list of projects."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlencode

from ..federation.outbound import Fetched, resolve
from ..texts import Text
from .collecting import Collection
from .fetching import FEED, Web, charset, next_page, web
from .lifting import Document, Unreadable
from .mapping import Mapping, detected, named
from .sources import HEAD_BYTES, unrecognised
from .state import Known, peek
from .workshop import Reading

if TYPE_CHECKING:
    from .harvesting import Harvesting
    from .report import Report

_USUAL = {"repositories": "publiccode", "sparql": "dcat"}  # mappings
_SLICE = 200  # records asked of an endpoint at once
_QUERY = Path(__file__).with_name("records.rq")
_URL = re.compile(r"https?://[^\s\"'<>,;|)\]]{1,2000}")
_FILE = "publiccode.yml"
#: Where the raw files of a project are, by how its forge is known.
_FORGES = (
    (re.compile(r"https://github\.com/([^/]+/[^/#?]+)"), "https://raw.githubusercontent.com/{}/HEAD/" + _FILE),
    (re.compile(r"https://bitbucket\.org/([^/]+/[^/#?]+)"), "https://bitbucket.org/{}/raw/HEAD/" + _FILE),
    (re.compile(r"(https://[^/]*git[^/]*/.+)"), "{}/-/raw/HEAD/" + _FILE),
)


class Route(Protocol):
    """In what order a catalogue is asked."""

    def first(self) -> Iterable[str]:
        """The addresses to begin with."""

    def after(self, address: str, reading: Reading) -> Iterable[str]:
        """Those that follow from what a page says."""


class Pages:
    """From page to page: what Hydra or a `Link` header says."""

    def __init__(self, address: str) -> None:
        self._address = address

    def first(self) -> Iterable[str]:
        """The address of the catalogue."""
        return [self._address]

    def after(self, address: str, reading: Reading) -> Iterable[str]:  # noqa: ARG002 - a route
        """The next pages."""
        return reading.next


class Slices:
    """An endpoint, asked for the records of some classes, so many at a time."""

    def __init__(self, endpoint: str, mapping: Mapping) -> None:
        from ..sparql.anatomy import dissect

        self._endpoint = endpoint
        text = "\n".join(line for line in _QUERY.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
        (start, end), *_ = dissect(text).places["kind"]
        kinds = [f"<{mapping.expanded(name)}>" for name in mapping.records]
        self._text = f"{text[:start]}{' '.join(kinds)}{text[end:]}".replace("<urn:x-harvest:kinds>", ", ".join(kinds))

    def first(self) -> Iterable[str]:
        """The first slice."""
        return [self._address(0)]

    def after(self, address: str, reading: Reading) -> Iterable[str]:
        """The next slice, until one is empty."""
        if not reading.records:
            return []
        return [self._address(int(address.rpartition("OFFSET%20")[2].partition("%20")[0]) + _SLICE)]

    def _address(self, start: int) -> str:
        text = self._text.replace("LIMIT 1 OFFSET 0", f"LIMIT {_SLICE} OFFSET {start}")
        joint = "&" if "?" in self._endpoint else "?"
        return f"{self._endpoint}{joint}{urlencode({'query': text}, quote_via=quote)}"


class Projects:
    """The publiccode.yml of each project of a list: any document that holds their addresses."""

    def __init__(self, listing: Fetched) -> None:
        found = (url.rstrip(".") for url in _URL.findall(listing.body.decode(errors="replace")))
        self._files = list(dict.fromkeys(filter(None, map(_raw, found))))

    def first(self) -> Iterable[str]:
        """The files of every project."""
        return self._files

    def after(self, address: str, reading: Reading) -> Iterable[str]:  # noqa: ARG002 - a route
        """Nothing follows from a project."""
        return []


def _raw(url: str) -> str | None:
    """Where the publiccode.yml of a project is; None for an address that is of no project."""
    if url.endswith((_FILE, "publiccode.yaml")):
        return url
    for forge, file in _FORGES:
        found = forge.match(url.removesuffix("/").removesuffix(".git"))
        if found:
            return file.format(found[1])
    return None


def crawl(harvest: Harvesting, mapping: Mapping | None) -> Report:
    """Harvest a catalogue on the web. Raises InvalidInput where nothing recognises it."""
    where = harvest.where
    with web(harvest.settings, where.address, resolver=harvest.resolver or resolve) as reach:
        try:
            mapping, begun = (mapping, {}) if mapping is not None else _mapping(harvest, reach)
            if mapping.format == "feed":  # asked for again as it will be the next time: the validators are of one form
                reach.accept, begun = FEED, {}
            route = _route(harvest, mapping, reach)
        except Unreadable as fault:
            reason = Text(fault.key, fault.parameters)
            harvest.report.refused = Text("harvest.nothing-taken", {"reason": reason})
            return harvest.report
        with harvest.opened(mapping) as collection:
            _Walk(collection, route, reach, begun).go()
            return harvest.conclude(collection)


def _mapping(harvest: Harvesting, reach: Web) -> tuple[Mapping, dict[str, Fetched]]:
    """The mapping of a catalogue that names none, and its first page where it was asked for. Raises Unreadable."""
    settings, where = harvest.settings, harvest.where
    usual = _USUAL.get(where.adapter) or peek(harvest.path, "mapping")
    if usual:
        return named(settings, usual), {}
    answer = reach.get(where.address)
    found = detected(settings, [(where.address, answer.body[:HEAD_BYTES])])
    if found is None:
        raise unrecognised(where, [answer.body[:HEAD_BYTES]])
    return found, {where.address: answer}


def _route(harvest: Harvesting, mapping: Mapping, reach: Web) -> Route:
    where = harvest.where
    if where.adapter == "sparql":
        return Slices(where.address, mapping)
    if where.adapter == "repositories":
        return Projects(reach.get(where.address))
    return Pages(where.address)


@dataclass
class _Walk:
    """A way through the pages of a catalogue; `begun` are answers that were asked for already."""

    collection: Collection
    route: Route
    reach: Web
    begun: dict[str, Fetched]

    def go(self) -> None:
        """Read every page once: those of an interrupted harvest that were read are not asked for again."""
        collection = self.collection
        most = collection.settings.limits.harvest_pages
        known, waiting = collection.state.known(), dict.fromkeys(islice(self.route.first(), most + 1))
        seen: set[str] = set()
        while waiting:
            address = next(iter(waiting))
            del waiting[address]
            place = len(seen)
            if place == most:
                collection.too_many(place)
            if place == most or collection.is_full(place):
                return
            seen.add(address)
            collection.show(place + 1, place + 1 + len(waiting))
            for page in self.route.after(address, self._page(address, place, known.get(address, Known()))):
                if page in seen:
                    collection.report.notes.append((address, Text("harvest.cycle", {"url": page})))
                elif len(seen) + len(waiting) <= most:  # one more tells that there are too many
                    waiting[page] = None

    def _page(self, address: str, place: int, before: Known) -> Reading | None:
        """What a page says; None where it is as it was before: its next pages are then those it had."""
        collection = self.collection
        if collection.state.resumed and before.run == collection.state.run and not before.fault:
            return self._same(address, place, before)
        document = Document(address, address)
        try:
            answer = self.begun.pop(address, None) or self.reach.get(address, {} if before.fault else before.validators)
        except Unreadable as fault:
            reading = Reading(fault=fault.told)
            collection.keep(place, document, before, reading)
            return reading
        if answer.unchanged:
            return self._same(address, place, before)
        where = collection.where
        document.base = where.base if where.base != where.iri else answer.url
        document.body, document.media_type = answer.body, answer.media_type
        document.charset = where.charset or charset(answer)
        before = replace(before, validators=answer.validators)
        return collection.take(place, document, before, next_page(answer))

    def _same(self, address: str, place: int, before: Known) -> Reading:
        self.collection.state.met([(place, address)])
        self.collection.records += before.records
        return Reading(records=[{}] * before.records, next=before.next)
