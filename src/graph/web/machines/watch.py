"""What an Atom feed tells: things that changed, of all or of a theme; rows that a saved query gained or lost."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ...errors import MalformedQuery, NoSuchThing
from ...feeds.atom import Head, Item, document, identifier
from ...feeds.ldes import Event, Stream
from ...formats import RESULTS_TSV
from ...sparql.engine import Query
from ...texts import LANGUAGES, Text, say
from ..http.parameter import NUMBER, one_of, parameter
from ..http.request import asked, parameters
from ..querying import saved

if TYPE_CHECKING:
    from fastapi import Request

    from ...feeds.changes import Entry
    from ...sparql.library import SavedQuery
    from ..endpoint import Endpoint
    from ..site import Site

ITEMS = 50
_LOOKED_AT = 25_000  # events among which those of a theme are looked for: some 200 ms
_NAMED = 200  # characters shown of a theme that is not there
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_ROWS = 50  # shown of those that came or left
PARAMETERS = [
    parameter("theme", example="theme-mobilite"),
    parameter("query"),
    parameter("before", NUMBER),
    parameter("lang", one_of(LANGUAGES)),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What to watch: a saved query with its parameters, else things, of one theme when that is named.

    Of things that changed, those before the event of a number, when it is given.
    """

    theme: str | None = None
    before: int | None = None
    query: SavedQuery | None = None
    values: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, request: Request, site: Site) -> Asked:
        """What a request asks to watch. Raises NoSuchThing and MalformedQuery."""
        given = parameters(request)
        name = given.one("query")
        if name is None:
            before = given.one("before")
            if before and not _NUMBER.fullmatch(before):
                raise MalformedQuery("parameter-wrong", parameter="before", value=before[:64], expected="1, 2, 3…")
            return cls(theme=given.one("theme") or None, before=int(before) if before else None)
        query = site.library.find(name)
        if query.form != "SELECT":
            raise MalformedQuery("watch-rows", name=name)
        return cls(query=query, values=saved.values(query, given))

    async def snapshots(self, request: Request, stream: Stream) -> list[str]:
        """The snapshots that the feed depends on besides its entries."""
        if self.query is None:
            return []
        kept = await _kept(request)
        return [self.query.version, *(name for name in kept if any(name == each.snapshot for each in stream.entries))]

    async def feed(self, request: Request, stream: Stream) -> bytes:
        """The feed. Raises QueryError, and NoSuchThing for a theme that nothing has."""
        site: Site = request.state.site
        language = site.language(request)
        title = Text(wordings=dict(site.snapshot.manifest.title)).render(language)
        left = 0
        if self.query is None:
            items, left = await asyncio.to_thread(self._things, site, stream, language)
            about = say(language, "web.atom-all")
            if self.theme:
                about = say(language, "web.atom-theme", theme=await self._called(request, self.theme, bool(items)))
        else:
            items = await self._rows(request, stream, language)
            about = say(language, "web.atom-query", query=Text(wordings=dict(self.query.title)).render(language))
        given = [(name, value) for name, value in parameters(request).pairs if name != "before"]
        first, following = (
            f"{stream.address}.atom" + (f"?{urlencode(pairs)}" if pairs else "")
            for pairs in (given, [*given, ("before", str(left))])
        )
        watched = (self.theme or "", self.query.name if self.query else "", *map("=".join, sorted(self.values.items())))
        head = Head(
            name=identifier(site.graph_base, "atom", *watched),
            title=f"{title} – {about}",
            author=title,
            address=first if self.before is None else f"{stream.address}.atom?{request.url.query}",
            page=stream.address,
            moment=items[0].moment if items else stream.entries[-1].published,
            language=language,
            rights=site.snapshot.manifest.licence,
            first=first,
            following=following if left else "",
        )
        return document(head, items)

    def _things(self, site: Site, stream: Stream, language: str) -> tuple[list[Item], int]:
        """The entries, and the number of the last event looked at: 0 when there are none before."""
        items: list[Item] = []
        number = 0
        for event in islice(stream.latest(self.before), _LOOKED_AT):
            number = event.said["number"]
            if event.changed and (self.theme is None or any(_is(self.theme, each) for each in event.said["themes"])):
                items.append(_item(event, site, stream, language))
            if len(items) == ITEMS:
                break
        return items, number

    async def _called(self, request: Request, theme: str, told: bool) -> str:  # noqa: FBT001 - whether there are entries
        """What the theme is called. Raises NoSuchThing when nothing has it, nor had."""
        site: Site = request.state.site
        found = [row["theme"].value for row in await site.rows(request, "themes", asked=theme)]
        if not (found or told or self.before):
            raise NoSuchThing("no-such-theme", name=theme[:_NAMED])
        labels = await site.labels(request, found)
        return ", ".join(labels[iri][0] if iri in labels else site.prefixes.shrink(iri) for iri in found) or theme

    async def _rows(self, request: Request, stream: Stream, language: str) -> list[Item]:
        """An entry for each change of snapshot, both kept and whole, that changed the answer; the newest first."""
        kept = set(await _kept(request)) & {entry.snapshot for entry in stream.entries}
        answers: dict[str, Counter[str]] = {}
        for snapshot in kept:
            with suppress(NoSuchThing):  # it is damaged, or was taken away meanwhile
                answers[snapshot] = Counter(await self._answer(request, snapshot))
        items = []
        for before, after in pairwise(stream.entries):
            if {before.snapshot, after.snapshot} <= answers.keys():
                was, now = answers[before.snapshot], answers[after.snapshot]
                come, gone = list((now - was).elements()), list((was - now).elements())
                if come or gone:
                    items.append(self._change(after, come, gone, stream, language))
        return items[::-1][:ITEMS]

    def _change(self, entry: Entry, come: list[str], gone: list[str], stream: Stream, language: str) -> Item:
        query = self.query
        assert query is not None  # noqa: S101 - never false: told to the type checker
        lines = [*(f"+ {row}" for row in sorted(come)[:_ROWS]), *(f"− {row}" for row in sorted(gone)[:_ROWS])]
        title = Text(wordings=dict(query.title)).render(language) if query.title else query.name
        return Item(
            identifier=identifier(entry.patch, query.name, *map("=".join, sorted(self.values.items()))),
            title=say(language, "web.atom-rows", query=title, come=len(come), gone=len(gone)),
            moment=entry.published,
            link=f"{stream.address.removesuffix('/feed')}/snapshots/{entry.snapshot}/queries/{query.name}.html",
            text="\n".join(lines),
        )

    async def _answer(self, request: Request, snapshot: str) -> list[str]:
        """The rows of the query in a snapshot."""
        endpoint: Endpoint = request.app.state.endpoint
        site = await endpoint.timeline.site(snapshot)
        assert self.query is not None  # noqa: S101 - never false: told to the type checker
        inspection = await site.admit(request, saved.text(self.query, self.values))
        body = await site.engine.evaluate(Query(inspection, RESULTS_TSV, **asked(request)))
        return body.decode().split("\n")[1:-1]


def latest(stream: Stream) -> Iterator[Event]:
    """The events that changed something, the newest first, among those that are looked at."""
    return (event for event in islice(stream.latest(), _LOOKED_AT) if event.changed)


async def _kept(request: Request) -> list[str]:
    endpoint: Endpoint = request.app.state.endpoint
    return [name for name, _ in await asyncio.to_thread(endpoint.timeline.kept)]


def _is(asked_for: str, theme: str) -> bool:
    """A theme is called by its IRI or by the last segment of it."""
    return asked_for == theme or theme.endswith(("/" + asked_for, "#" + asked_for))


def _item(event: Event, site: Site, stream: Stream, language: str) -> Item:
    said = event.said
    iri: str = said["object"]
    label = Text(wordings=said["label"]).render(language) if said["label"] else site.prefixes.shrink(iri)
    local = site.local(iri)
    changed: Sequence[str] = said["properties"]
    names = ", ".join(map(site.prefixes.shrink, changed))
    sentence = say(language, f"web.event-{said['type']}", label=label)
    return Item(
        identifier=identifier(event.entry.patch, str(said["number"])),
        title=sentence,
        moment=event.entry.published,
        link=stream.address.removesuffix("/feed") + local if local else iri,
        text=f"{iri}\n{say(language, 'web.event-properties', names=names)}" if names else iri,
        themes=said["themes"],
    )
