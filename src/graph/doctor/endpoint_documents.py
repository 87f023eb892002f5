"""What a server says of itself in RDF: a service description, VoID, a DCAT catalogue, a feed of changes, dumps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self
from urllib.parse import urlsplit

import pyoxigraph

from ..config import Settings
from ..federation.outbound import Fetched
from ..federation.policy import shown
from ..harvest.fetching import ACCEPT, FEED, web
from ..harvest.lifting import Unreadable
from ..harvest.mapping import Mapping
from ..harvest.trying import Trial, refusal, tried
from ..namespaces import DCAT
from ..namespaces import RDF as _RDF
from ..texts import Text
from .check import Check, Level
from .correspondence import RDF, Correspondence, number, rows, triples

Made = tuple[str, Callable[[], Check]]
Quads = list[pyoxigraph.Quad]

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
#: What the checks say of what a harvest takes, in whole or in part.
TAKEN = ("endpoint.catalogue", "endpoint.catalogue-pages", "endpoint.catalogue-some", "endpoint.feed")


def checks(there: Correspondence, first: Fetched, settings: Settings) -> Iterator[Made]:
    """The checks, by name; `first` is what came when the address was asked for anything, RDF preferred."""
    found = triples(first) or []
    ours = "passerelles-snapshot" in first.headers
    yield "description", partial(_description, found, there.address)
    yield "void", partial(_void, there, found)
    here = Page.read(settings, first)

    def at(path: str, accept: str) -> Page:
        return Page.read(settings, there.get(there.joined(path), accept))

    def catalogue() -> Page:
        return at("catalog", ACCEPT) if ours and here.is_bare else here

    def feed() -> Page:
        if here.is_feed:
            return at(there.address, FEED)
        return at("feed", FEED) if ours else here

    yield "robots", partial(_robots, there, settings)
    yield "catalogue", partial(_catalogue, there, catalogue, settings)
    yield "feed", partial(_feed, there, feed, settings)
    yield "dumps", partial(_dumps, there, found, catalogue)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer, and how a harvest reads it; None where it would not."""

    answer: Fetched
    trial: Trial | None

    @classmethod
    def read(cls, settings: Settings, answer: Fetched, mapping: Mapping | None = None) -> Self:
        """An answer, read as a harvest does: by the mapping given, else by the one that recognises it."""
        return cls(answer, tried(settings, answer, mapping) if answer.ok else None)

    @property
    def is_bare(self) -> bool:
        """Whether there is nothing in it for a harvest, neither to take nor to refuse."""
        return self.trial is None or not (self.trial.taken or self.trial.report.rejected)

    @property
    def is_feed(self) -> bool:
        """Whether it is of a feed of changes."""
        return self.trial is not None and self.trial.mapping.format == "feed"

    @property
    def said(self) -> dict[str, Any]:
        """What is to be told of it: where it is, what can be taken, the first of what cannot, and why."""
        if self.trial is None:
            return {}
        report = self.trial.report
        name, reason = next(iter(report.rejected), ("", ""))
        told = {"mapping": report.mapping, "count": report.mapped, "rejected": len(report.rejected)}
        return {"address": shown(self.answer.url), "name": name, "reason": reason, **told}


def _objects(quads: Iterable[pyoxigraph.Quad], *properties: str) -> list[str]:
    return list(dict.fromkeys(quad.object.value for quad in quads if quad.predicate.value in properties))


def _of_type(quads: Iterable[pyoxigraph.Quad], *types: str) -> list[str]:
    typed = {
        quad.subject.value: None
        for quad in quads
        if quad.predicate.value == f"{_RDF}type" and quad.object.value in types
    }
    return list(typed)


def _description(found: Quads, address: str) -> Check:
    if not _of_type(found, f"{_SD}Service"):
        return Check("description", Text("endpoint.no-description"), Level.NOTE)
    endpoints = _objects(found, f"{_SD}endpoint")
    if endpoints and address not in endpoints:
        return Check("description", Text("endpoint.description-elsewhere", {"address": endpoints[0]}), Level.NOTE)
    return Check("description", Text("endpoint.description"))


def _void(there: Correspondence, found: Quads) -> Check:
    """VoID in the description or at its well-known address, and whether its count is that of the data."""
    parts = urlsplit(there.address)
    announced = _triples(found) or _triples(
        triples(there.get(f"{parts.scheme}://{parts.netloc}/.well-known/void", RDF, redirects=5))
    )
    if announced is None:
        return Check("void", Text("endpoint.no-void"), Level.NOTE)
    counted = rows(there.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
    count = number(counted[0].get("n", "")) if isinstance(counted, list) and counted else None
    if count not in (None, announced):
        return Check("void", Text("endpoint.void-wrong", {"announced": announced, "counted": count}), Level.NOTE)
    return Check("void", Text("endpoint.void", {"count": announced}))


def _triples(found: Quads | None) -> int | None:
    """The largest number of triples announced: that of the whole, beside those of its parts."""
    numbers = map(number, _objects(found or (), f"{_VOID}triples"))
    return max((each for each in numbers if each is not None), default=None)


def _robots(there: Correspondence, settings: Settings) -> Check:
    """Whether a harvest may ask: robots.txt admits it; an address that is not public is to be listed."""
    seconds = min(settings.limits.harvest_fetch_seconds, settings.limits.doctor_answer_seconds)
    limits = replace(settings.limits, harvest_fetch_seconds=seconds)
    try:
        with web(replace(settings, limits=limits), there.address) as reach:
            reach.admitted(there.address)
    except Unreadable as barred:
        key = "endpoint.robots-not" if barred.key == "harvest.robots" else "endpoint.robots-unknown"
        return Check("robots", Text(key, {"reason": Text(barred.key, barred.parameters)}), Level.NOTE)
    return Check("robots", Text("endpoint.robots"))


def _catalogue(there: Correspondence, read: Callable[[], Page], settings: Settings) -> Check:
    """The page, and the one after it, as a harvest would read them."""
    page = read()
    trial = page.trial
    if trial is None or page.is_feed or page.is_bare:
        reason = refusal(page.answer) if trial is None else None if page.is_feed else Text("harvest.no-record")
        text = Text("endpoint.no-catalogue-for", {"reason": reason}) if reason else Text("endpoint.no-catalogue")
        return Check("catalogue", text, Level.NOTE)
    if not trial.taken:
        return Check("catalogue", Text("endpoint.untaken", page.said), Level.FAULT)
    if trial.next:
        after = Page.read(settings, there.get(there.joined(trial.next[0]), ACCEPT, redirects=5), trial.mapping)
        if after.trial is not None and after.trial.report.rejected and not after.trial.taken:
            return Check("catalogue", Text("endpoint.untaken", after.said), Level.FAULT)
        if after.trial is None or not after.trial.taken - trial.taken:
            said = {"address": shown(after.answer.url)}
            return Check("catalogue", Text("endpoint.catalogue-stuck", said), Level.FAULT)
    if trial.report.rejected:
        return Check("catalogue", Text("endpoint.catalogue-some", page.said), Level.NOTE)
    return Check("catalogue", Text("endpoint.catalogue-pages" if trial.next else "endpoint.catalogue", page.said))


def _feed(there: Correspondence, read: Callable[[], Page], settings: Settings) -> Check:
    """The feed, or its first page, as a harvest would read them: in a format that has named graphs."""
    page = read()
    if page.trial is None or not page.is_feed:
        return Check("feed", Text("endpoint.no-feed"), Level.NOTE)
    if page.trial.next and page.is_bare:
        page = Page.read(settings, there.get(there.joined(page.trial.next[0]), FEED, redirects=5), page.trial.mapping)
    if page.trial is not None and page.trial.taken:
        return Check("feed", Text("endpoint.feed", page.said))
    if page.trial is not None and page.trial.report.rejected:
        return Check("feed", Text("endpoint.untaken", page.said), Level.FAULT)
    return Check("feed", Text("endpoint.feed-empty", {"address": shown(page.answer.url)}), Level.NOTE)


def _dumps(there: Correspondence, found: Quads, catalogue: Callable[[], Page]) -> Check:
    files = _objects([*found, *(triples(catalogue().answer) or ())], f"{_VOID}dataDump", f"{DCAT}downloadURL")
    if not files:
        return Check("dumps", Text("endpoint.no-dumps"), Level.NOTE)
    answer = there.head(there.joined(files[0]))
    if not answer.ok:
        said = {"address": files[0], "status": answer.status}
        return Check("dumps", Text("endpoint.dumps-broken", said), Level.NOTE)
    return Check("dumps", Text("endpoint.dumps", {"count": len(files)}))
