"""The sitemap (<https://www.sitemaps.org/protocol.html>): the pages that answer, and every thing of the graph.

When a thing last changed is what the change feed tells of it; where that is not known, nothing is said.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, NamedTuple
from weakref import WeakKeyDictionary
from xml.sax.saxutils import escape

from ...errors import NoSuchThing, Overloaded, SnapshotError
from ...feeds.lines import content
from ...feeds.patch import PATCH
from .. import inside
from ..http.addresses import encoded

if TYPE_CHECKING:
    from fastapi import Request

    from ...feeds.changes import Chain, Entry
    from ..site import Site

LENGTH = 50_000  # addresses of a part, as many as the protocol lets it have
PAGES = "pages"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_MOST = 200_000  # things that changed since the chain began: some 30 MB
_FOUND = 200
_ABSENT = (400, 404, 406)  # what says that there is no page there, without a question, whenever it is asked for
#: What no crawler is to ask: what is computed for one person, is large, or is of the past.
NOT_CRAWLED = (
    "/dumps/", "/explore", "/feed/", "/graphs", "/healthz", "/metrics", "/relay", "/resolve", "/snapshots", "/sparql",
    "/validate",
)  # fmt: skip


@dataclass(slots=True)
class Asked:
    """Whether the pages of a site are there, of those that were asked for, one at a time."""

    there: dict[str, bool] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    _of: ClassVar[WeakKeyDictionary[Site, dict[str, Asked]]] = WeakKeyDictionary()

    @classmethod
    def of(cls, site: Site, feed: str) -> Asked:
        """Those of a site, of which a page may come with the feed."""
        return cls._of.setdefault(site, {}).setdefault(feed, cls())


class Changed(NamedTuple):
    """When things last changed, by IRI; `rest` is when all others did, empty where that is not known."""

    moments: Mapping[str, str]
    rest: str

    def of(self, iri: str) -> str:
        """The moment one did (ISO 8601), or nothing."""
        return self.moments.get(iri, self.rest)


async def index(request: Request) -> str:
    """The parts there are."""
    site: Site = request.state.site
    root = site.root(request)
    count = len(await site.things(request, site.base))
    parts = [PAGES, *map(str, range(1, -(-count // LENGTH) + 1))]
    return _document("sitemapindex", (_entry("sitemap", f"{root}/sitemap/{part}.xml", _made(site)) for part in parts))


async def told(request: Request) -> Sequence[Entry]:
    """The entries of the change feed so far; none where there is no feed, or it cannot be read."""
    chain: Chain | None = request.app.state.chain
    try:
        return await asyncio.to_thread(chain.entries) if chain else []
    except SnapshotError:
        return []


async def part(request: Request, name: str, entries: Sequence[Entry]) -> str:
    """One part of it, by what the feed told so far. Raises NoSuchThing, Overloaded when a page did not answer."""
    site: Site = request.state.site
    root = site.root(request)
    if name == PAGES:
        paths = [path async for path in _pages(request, mark(entries))]
        return _document("urlset", (_entry("url", root + path, _made(site)) for path in paths))
    number = int(name) if re.fullmatch(r"[1-9]\d{0,5}", name, re.ASCII) else 0
    things = (await site.things(request, site.base))[LENGTH * (number - 1) : LENGTH * number] if number else ()
    if not things:
        raise NoSuchThing("no-such-page", path=request.url.path)
    changed = await _changed(request, entries)

    def written() -> str:
        paths = ((iri, f"{root}/id/{encoded(iri.removeprefix(site.base))}") for iri in things)
        return _document("urlset", (_entry("url", address, changed.of(iri)) for iri, address in paths))

    return await asyncio.to_thread(written)


def mark(entries: Sequence[Entry]) -> str:
    """What names the feed as it is: its last patch."""
    return entries[-1].patch if entries else ""


def robots(request: Request) -> str:
    """What robots are asked to leave alone (RFC 9309): all but plain pages, each in our two languages."""
    prefix = request.app.state.endpoint.prefix
    refused = [*NOT_CRAWLED, "/search?", "/search/suggest", "/*?"]
    lines = ["User-agent: *", *(f"Disallow: {prefix}{path}" for path in refused)]
    lines += [f"Allow: {prefix}/*?lang={code}$" for code in ("fr", "en")]
    return "\n".join([*lines, "", f"Sitemap: {request.state.site.root(request)}/sitemap.xml", ""])


def _made(site: Site) -> str:
    return site.created.isoformat(timespec="seconds")


def _document(name: str, entries: Iterable[str]) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{_NAMESPACE}">\n{"".join(entries)}</{name}>\n'


def _entry(name: str, address: str, moment: str) -> str:
    changed = f"<lastmod>{moment}</lastmod>" if moment else ""
    return f"<{name}><loc>{escape(address)}</loc>{changed}</{name}>\n"


async def _pages(request: Request, feed: str) -> AsyncIterator[str]:
    """The pages that are there, in order: what a graph has no data for is no page of its site. Raises Overloaded."""
    site: Site = request.state.site
    asked = Asked.of(site, feed)
    paths = {route for route in inside.plain(request.app) if not route.startswith(NOT_CRAWLED)}
    paths |= {f"/queries/{encoded(name)}.html" for name in site.library}
    start = site.graph_base + "vocabularies/"
    schemes = await site.rows(request, "schemes", start=start)
    paths |= {"/vocabularies/" + encoded(row["graph"].value.removeprefix(start)) for row in schemes}
    kinds = await site.rows(request, "kinds", base=site.base)
    paths |= {"/id/" + encoded(row["kind"].value) for row in kinds}
    for path in sorted(paths):
        if not path.startswith(("/id/", "/queries/", "/vocabularies/")):
            async with asked.turn:
                if path not in asked.there:
                    asked.there[path] = await _is_there(request, path)
            if not asked.there[path]:
                continue
        yield path


async def _is_there(request: Request, path: str) -> bool:
    """Whether there is a page at an address of ours. Raises Overloaded for no answer."""
    answered = await inside.status(request, path)
    if answered not in (*_ABSENT, _FOUND):
        raise Overloaded("sitemap-page", path=path)
    return answered == _FOUND


async def _changed(request: Request, entries: Sequence[Entry]) -> Changed:
    """What the chain up to the snapshot of a request tells; read once for each of its ends."""
    site: Site = request.state.site
    kept: dict[str, Changed] = request.app.state.changed
    if not entries or entries[-1].snapshot != site.snapshot.id:  # it is behind
        return Changed({}, "")
    last = entries[-1].patch
    if last not in kept:
        found = await asyncio.to_thread(_read, entries, site.base)
        kept.clear()
        kept[last] = found
    return kept[last]


def _read(entries: Sequence[Entry], base: str) -> Changed:
    """When a statement about each thing last came or went."""
    moments: dict[str, str] = {}
    about = re.compile(rb"^[AD] <(%s[^>]*)> " % re.escape(base.encode()), re.MULTILINE)
    for entry in reversed(entries):
        if entry.sequence == entry.began:  # it tells everything, what did not change too
            return Changed(moments, entry.published if entry.reason == "first" else "")
        rest = b""
        try:
            for some in content(entry.folder / PATCH):
                whole, _, rest = (rest + some).rpartition(b"\n")
                for iri in set(about.findall(whole)):
                    moments.setdefault(iri.decode(), entry.published)
        except SnapshotError:  # of what is before, nothing is known
            break
        if len(moments) > _MOST:
            break
    return Changed(moments, "")
