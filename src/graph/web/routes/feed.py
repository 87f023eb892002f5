"""The change feed: event stream and its pages, patches, Atom."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from itertools import islice
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from starlette.responses import Response

from ...errors import NoSuchThing
from ...feeds import patch
from ...feeds.atom import MEDIA_TYPE as ATOM
from ...feeds.changes import Chain, Entry, chain_of
from ...feeds.gone import Graves
from ...feeds.ldes import Stream, written
from ...feeds.lines import content
from ...formats import JSON_LD, N_QUADS, TRIG
from ...search.analysis import name as folded
from ..http import coding
from ..http.answers import CACHE, FOREVER, content_type, known_as
from ..http.conneg import HTML, JSON, Offer, negotiate
from ..http.files import file, unpacked
from ..http.request import parameters, wanted
from ..interface import PAGES, described
from ..machines import watch

if TYPE_CHECKING:
    from ..site import Site

FORMATS = (TRIG, N_QUADS, JSON_LD)
_MEDIA_TYPES = tuple(form.media_type for form in FORMATS)
_SHOWN = 100
_ATOM = Offer("atom", (ATOM, "application/xml", "text/xml"))


def add(app: FastAPI) -> None:
    """Add `/feed`, what is below it, and `/feed.atom`."""
    app.state.chain = chain_of(app.state.endpoint.site.snapshot)
    app.state.graves = Graves(folded)
    app.add_api_route("/feed", root, tags=["feed"], **described("web.summary-feed", *_MEDIA_TYPES, *PAGES))
    app.add_api_route("/feed/patches", patches, tags=["feed"], **described("web.summary-patches", *JSON.media_types))
    one = described("web.summary-patch", patch.MEDIA_TYPE, successes=(200, 206))
    app.add_api_route("/feed/patches/{sequence}", rdf_patch, tags=["feed"], **one)
    app.add_api_route("/feed/{name}", node, tags=["feed"], **described("web.summary-feed-page", *_MEDIA_TYPES))
    app.add_api_route(
        "/feed.atom", atom, tags=["feed"], **described("web.summary-atom", ATOM, parameters=watch.PARAMETERS)
    )


async def root(request: Request) -> Response:
    """The node of the event stream that leads to every page; a page for people. Raises NoSuchThing."""
    site: Site = request.state.site
    stream = await _stream(request)
    choice = wanted(request, FORMATS, parameters(request).one("format"))
    last = stream.entries[-1]
    if choice.format is None:

        async def shown() -> bytes:
            events = await asyncio.to_thread(lambda: list(islice(watch.latest(stream), _SHOWN)))
            given = {"events": events, "entries": stream.entries[::-1][:_SHOWN]}
            page = site.pages.render("feed.html", request, **given, behind=last.snapshot != site.snapshot.id)
            return page.encode()

        key = (site.language(request), site.snapshot.id, request.url.query)
        return await _told(request, shown, HTML.media_types[0], last, *key)
    form = choice.format

    async def produce() -> bytes:
        return await asyncio.to_thread(lambda: written(stream.root(), form, site.prefixes))

    return await _told(request, produce, choice.media_type, last)


async def node(request: Request, name: str) -> Response:
    """A page of the event stream; one that is full never changes. Raises NoSuchThing."""
    site: Site = request.state.site
    stream = await _stream(request)
    number = stream.number(name)
    if number is None:
        raise NoSuchThing("no-such-feed-page", name=name)
    choice = wanted(request, FORMATS, parameters(request).one("format"), html=False)
    form = choice.format
    assert form is not None  # noqa: S101 - never false: told to the type checker
    last = [entry for entry in stream.entries if number in entry.pages][-1]
    closed = stream.closed(number)

    async def produce() -> bytes:
        return await asyncio.to_thread(lambda: written(stream.node(number), form, site.prefixes))

    return await _told(request, produce, choice.media_type, last, immutable=closed)


async def patches(request: Request) -> Response:
    """Every patch, the oldest first, with what it leads from and to. Raises NoSuchThing."""
    site: Site = request.state.site
    stream = await _stream(request)

    async def produce() -> bytes:
        at = site.url(request)
        return json.dumps([_described(entry, at) for entry in stream.entries]).encode()

    return await _told(request, produce, JSON.media_types[0], stream.entries[-1])


async def rdf_patch(request: Request, sequence: str) -> Response:
    """The patch of one entry. Raises NoSuchThing."""
    stream = await _stream(request)
    entry = next((each for each in stream.entries if str(each.sequence) == sequence), None)
    if entry is None:
        raise NoSuchThing("no-such-patch", name=sequence)
    path = entry.folder / patch.PATCH
    modified = format_datetime(entry.moment, usegmt=True)
    digest = str(entry.files[patch.PATCH]["sha256"])
    if coding.chosen(request.headers.get("accept-encoding", "")) == coding.ZSTD:
        return file(request, path, patch.MEDIA_TYPE, digest, modified=modified, immutable=True, packed=True)
    return unpacked(request, content(path), entry.patch_bytes, patch.MEDIA_TYPE, digest, modified=modified)


async def atom(request: Request) -> Response:
    """What changed last, of all, of a theme, or in the answer of a saved query. Raises NoSuchThing, MalformedQuery."""
    site: Site = request.state.site
    negotiate(request.headers.get("accept"), (_ATOM,))
    stream = await _stream(request)
    asked = watch.Asked.read(request, site)
    key = (site.language(request), request.url.query, *(await asked.snapshots(request, stream)))
    headers = {"Content-Language": site.language(request)}
    return await _told(request, lambda: asked.feed(request, stream), ATOM, stream.entries[-1], *key, headers=headers)


async def _stream(request: Request) -> Stream:
    """The feed as it is now. Raises NoSuchThing where nothing was recorded, SnapshotError where it is damaged."""
    chain: Chain | None = request.app.state.chain
    entries = await asyncio.to_thread(chain.entries) if chain else []
    if not entries:
        raise NoSuchThing("no-feed")
    return Stream(f"{request.state.site.url(request)}/feed", entries)


def _described(entry: Entry, address: str) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "id": entry.patch,
        "previous": entry.previous,
        "published": entry.published.replace("+00:00", "Z"),
        "snapshot": entry.snapshot,
        "removed": entry.removed,
        "added": entry.added,
        "bytes": entry.patch_bytes,
        "rdfc10": entry.graph,
        "data_rdfc10": entry.data,
        "events": dict(entry.events),
        "begins": entry.reason or None,
        "href": f"{address}/feed/patches/{entry.sequence}",
    }


async def _told(  # noqa: PLR0913 - what an answer is made of
    request: Request,
    produce: Callable[[], Awaitable[bytes]],
    media_type: str,
    last: Entry,
    *key: str,
    immutable: bool = False,
    headers: dict[str, str] | None = None,
) -> Response:
    """What `produce` makes, or 304: `last` is the entry that changed it last, `key` what else decides its bytes."""
    parts = (request.state.site.url(request), request.url.path, media_type, str(last.sequence), last.published, *key)
    etag = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    said = {
        "ETag": f'"{etag}"',
        "Last-Modified": format_datetime(last.moment, usegmt=True),
        "Cache-Control": FOREVER if immutable else CACHE,
        **(headers or {}),
    }
    if known_as(request, said["ETag"]):
        return Response(status_code=304, headers=said)
    return Response(await produce(), 200, said, content_type(media_type))
