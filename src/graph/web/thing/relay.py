"""The pages of the relay: the form, and what is linked to an IRI, kind by kind, each link on somebody's word."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from ...errors import LimitExceeded, NoSuchThing
from ..http.request import asked
from . import tombstones
from .linked import named
from .naming import BLANK

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site

PAGE = "relay.html"
PAGE_BYTES = 1_000_000  # some thousand links


def only(body: bytes, uri: str) -> bytes:
    """The one answer of an array, unread, for it may be long. Raises NoSuchThing when nothing is known of its IRI."""
    begins = json.dumps([{"uri": uri, "known": True}], ensure_ascii=False).encode().removesuffix(b"}]")
    if not body.startswith(begins):
        raise NoSuchThing("no-such-thing", iri=f"<{uri}>")
    return body[1:-1]


async def form(request: Request, site: Site) -> str:
    """What the relay is for, and where to ask it."""
    examples = [row["thing"].value for row in await site.rows(request, "featured")][:3]
    labels = await site.labels(request, examples)
    return site.pages.render(PAGE, request, problem=None, **{**BLANK, "examples": examples, "labels": labels})


async def page(request: Request, site: Site, uri: str) -> str:
    """What is linked to an IRI. Raises NoSuchThing, and LimitExceeded for more than a page shows.

    Of a tombstone the page is gone; programs are told what it is replaced by among its links.
    """
    if await tombstones.stands(request, uri):
        raise NoSuchThing("no-such-thing", iri=f"<{uri}>")
    try:
        body = await site.engine.relay([uri], result_bytes=PAGE_BYTES, **asked(request))
    except LimitExceeded as error:
        if (error.parameters.get("limit"), error.parameters.get("value")) == ("result_bytes", PAGE_BYTES):
            raise LimitExceeded("relay-page", iri=f"<{uri}>") from None
        raise
    found = json.loads(only(body, uri))
    labels = await site.labels(request, {uri, *found["same"], *_iris(found)})
    ours = (link for link in found["links"] if link["quarantine"] is None)
    kinds = [(kind, list(links)) for kind, links in groupby(ours, key=lambda link: link["kind"])]
    portals = [link for link in found["links"] if link["quarantine"] is not None]
    return site.pages.render(PAGE, request, problem=None, found=found, kinds=kinds, portals=portals, labels=labels)


def _iris(found: Mapping[str, Any]) -> Iterator[str]:
    """Every IRI the page may name."""
    cuts = (link for cut in found["cut"] for link in (cut, cut["distinct"]))
    yield from named((*found["links"], *found["proposed"], *cuts))
    for each in found["found"]:
        yield from filter(None, each.values())
