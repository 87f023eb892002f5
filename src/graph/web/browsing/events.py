"""Events: each under the one it is a part of or an edition of, the latest first, and what remains of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...namespaces import PAS
from ...search.facets import KIND, YEAR
from ..http import paging
from ..http.errors import NoSuchPage
from ..http.request import parameters
from ..thing.facts import DESCRIPTIONS
from .search import aside
from .shelves import ALWAYS, EVENTS, Shelf, Value, saved

if TYPE_CHECKING:
    from fastapi import Request

    from ..http.request import Parameters
    from ..site import Site
    from ..terms import Row

_PAGE = 60
_SCHEMA = "https://schema.org/"
_SEVERAL = {
    _SCHEMA + "location": "places",
    _SCHEMA + "organizer": "organisers",
    _SCHEMA + "superEvent": "wholes",
    _SCHEMA + "startDate": "dates",
    _SCHEMA + "endDate": "ends",
    PAS + "attendeeCount": "attendees",
}


@dataclass(slots=True)
class Event:
    """An event: when, where, by whom, with how many; what remains of it, counted; its parts or editions on this page.

    `wholes` are the events of which it is one, as far as they are not on this page.
    """

    iri: str
    dates: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    organisers: list[str] = field(default_factory=list)
    attendees: list[str] = field(default_factory=list)
    wholes: list[str] = field(default_factory=list)
    outcomes: int = 0
    needs: int = 0
    quotations: int = 0
    address: str = ""
    parts: list[Event] = field(default_factory=list)

    @property
    def day(self) -> str:
        """Its last date, or that of its parts: what it is sorted by."""
        return max((*self.dates, *(part.day for part in self.parts)), default="")


@dataclass(slots=True)
class Calendar:
    """A page of events, of `total`; the years in which there are some."""

    total: int
    page: int
    pages: int
    years: list[Value]
    address: str
    query: str
    events: list[Event]


async def found(request: Request, site: Site) -> Calendar:
    """A page of the events. Raises NoSuchPage where there are none, MalformedQuery, SnapshotError."""
    language = site.language(request)
    given = parameters(request)
    calendar, iris = await aside(site, lambda index: _listed(site, Shelf(index, language), given))
    rows = await site.rows(request, "events", event=(*iris,))
    remains = await site.rows(request, "event-remains", event=(*iris,))
    calendar.events = _arranged(_described(site, iris, rows, remains))
    return calendar


async def page(request: Request, site: Site) -> str:
    """The page of them."""
    calendar = await found(request, site)
    every = [*_every(calendar.events)]
    shown = {iri for each in every for iri in (each.iri, *each.places, *each.organisers, *each.wholes)}
    labels = await site.labels(request, shown)
    about = await site.labels(request, (each.iri for each in every), DESCRIPTIONS)
    return site.pages.render("events.html", request, found=calendar, about=about, labels=labels)


def _listed(site: Site, shelf: Shelf, given: Parameters) -> tuple[Calendar, list[str]]:
    if not shelf.has(EVENTS):
        raise NoSuchPage("no-such-page", path="/events")
    events = {KIND: [EVENTS]}
    total, _ = shelf.listed(1, **events)
    part = paging.part(given, total, _PAGE)
    _, iris = shelf.listed(_PAGE, part.number, ALWAYS, **events)
    year = shelf.facet(YEAR)
    years = sorted(shelf.counts(year, **events)[0], key=lambda each: each.value, reverse=True) if year else []
    query = saved(site, "chronologie-des-evenements")
    return Calendar(total, part.number, part.pages, years, shelf.address(events), query, []), iris


def _described(site: Site, iris: Iterable[str], rows: Iterable[Row], remains: Iterable[Row]) -> dict[str, Event]:
    found = {iri: Event(iri, address=saved(site, "que-reste-t-il-d-un-evenement", evenement=iri)) for iri in iris}
    for row in rows:
        values: list[str] = getattr(found[row["event"].value], _SEVERAL[row["property"].value])
        values.append(row["value"].value)
    for row in remains:
        event = found[row["event"].value]
        event.outcomes, event.needs, event.quotations = (
            int(row[name].value) for name in ("outcomes", "needs", "quotations")
        )
    return found


def _arranged(events: Mapping[str, Event]) -> list[Event]:
    """The events that are part of no other on the page, each with its parts: the latest first, those undated last."""
    roots = []
    for event in events.values():
        whole = next((events[iri] for iri in event.wholes if iri in events and not _within(event, iri)), None)
        if whole is None:
            roots.append(event)
        else:
            whole.parts.append(event)
            event.wholes.remove(whole.iri)
    for event in events.values():
        event.parts.sort(key=lambda part: (part.day, part.iri))
    return sorted(roots, key=lambda event: event.day, reverse=True)


def _within(event: Event, iri: str) -> bool:
    """Whether an IRI is that of an event or of one below it: two that claim each other stay side by side."""
    return iri == event.iri or any(_within(part, iri) for part in event.parts)


def _every(events: Iterable[Event]) -> Iterator[Event]:
    for event in events:
        yield event
        yield from _every(event.parts)
