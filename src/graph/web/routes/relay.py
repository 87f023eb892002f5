"""The relay: everything linked to an IRI, ours or foreign, and on whose word; many at once by POST."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request

from ...errors import LimitExceeded, MalformedQuery, NoSuchThing
from ...formats import GRAPH_FORMATS, by_name
from ...relay.addresses import expanded
from ...sparql.results import is_empty
from ...sparql.terms import is_iri
from ...texts import Text
from ..http.answers import answer, page
from ..http.conneg import HTML, JSON, Choice, Offer, chosen, negotiate
from ..http.errors import UnsupportedMediaType
from ..http.parameter import one_of, parameter
from ..http.request import asked, body, parameters
from ..interface import PAGES, POST, READ, described
from ..thing import naming, tombstones
from ..thing import relay as view

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site

_OFFERS = (JSON, *(Offer(form.name, form.media_types, form) for form in GRAPH_FORMATS), HTML)
_SHOWN = 200  # characters of what is not an IRI
_IRI = {"type": "string", "format": "iri"}


def add(app: FastAPI) -> None:
    """Add `/relay`."""
    types = [name for offer in _OFFERS[:-1] for name in offer.media_types]
    uri = parameter("uri")
    form = parameter("format", one_of(offer.name for offer in _OFFERS))
    one = described("web.summary-relay", *types, *PAGES, statuses=(*READ, 410), parameters=[uri, form])
    app.add_api_route("/relay", linked, tags=["relay"], **one)
    schema = {"type": "object", "required": ["uris"], "properties": {"uris": {"type": "array", "items": _IRI}}}
    content = {"application/json": {"schema": schema}}
    many = described(
        "web.summary-relay-batch", "application/json", statuses=POST, requestBody={"required": True, "content": content}
    )
    app.add_api_route("/relay", batch, methods=["POST"], tags=["relay"], **many)


async def linked(request: Request) -> Response:
    """What is linked to the IRI `uri`, or to the thing it names; without it, the form.

    Raises MalformedQuery, NoSuchThing, ThingGone.
    """
    site: Site = request.state.site
    given = parameters(request)
    choice = _choice(request, given.one("format"))
    uris = [uri.strip() for uri in given.all("uri") if uri.strip()]
    if len(uris) > 1:
        raise MalformedQuery("relay-several")
    if not uris:
        if choice.name != HTML.name:
            raise MalformedQuery("relay-missing")
        return await page(request, lambda: view.form(request, site))
    uri = await naming.sought(request, site, uris[0], view.PAGE)

    async def produce() -> bytes:
        found = await site.engine.relay([uri], choice.format, **asked(request))
        if choice.format is None:
            return view.only(found, uri)
        if is_empty(found, choice.format):
            raise NoSuchThing("no-such-thing", iri=f"<{uri}>")
        return found

    try:
        if choice.name == HTML.name:
            return await page(request, lambda: view.page(request, site, uri))
        return await answer(request, produce, choice.media_type, uri)
    except NoSuchThing as error:
        raise await tombstones.gone(request, uri) or error from None


async def batch(request: Request) -> Response:
    """What is linked to each of `{"uris": […]}`, in the same order. Raises MalformedQuery, LimitExceeded, TooLarge."""
    site: Site = request.state.site
    limits = site.settings.limits
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JSON.media_types[0]:
        raise UnsupportedMediaType("unsupported-media-type", media_type=media_type, accepted=JSON.media_types[0])
    choice = negotiate(request.headers.get("accept"), (JSON,))
    uris = _uris(await body(request, "relay_bytes", limits.relay_bytes))
    if len(uris) > limits.relay_uris:
        sentence = Text("limit.relay_uris")
        raise LimitExceeded("limit", limit="relay_uris", value=limits.relay_uris, measured=len(uris), sentence=sentence)
    uris = [named(uri, site) for uri in uris]
    return await answer(request, lambda: site.engine.relay(uris, **asked(request)), choice.media_type, *uris)


def _choice(request: Request, name: str | None) -> Choice:
    """The representation called `name` when it is one of ours, else by the Accept header."""
    form = by_name(name, GRAPH_FORMATS) if name else None
    called = form.name if form is not None else (name or "").lower()
    found = next((offer for offer in _OFFERS if offer.name == called), None)
    return chosen(found) if found is not None else negotiate(request.headers.get("accept"), _OFFERS)


def _uris(content: bytes) -> list[str]:
    """The IRIs of a body. Raises MalformedQuery for what is not JSON, or not of the form said."""
    try:
        document: Any = json.loads(content)
    except (ValueError, RecursionError):
        raise MalformedQuery("relay-body") from None
    uris = document.get("uris") if isinstance(document, dict) else None
    if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris):
        raise MalformedQuery("relay-body")
    return uris


def named(text: str, site: Site) -> str:
    """The IRI that a text is, or that a prefixed name stands for. Raises MalformedQuery."""
    manifest = site.snapshot.manifest
    uri = expanded(text, manifest.base, manifest.prefixes)
    if not is_iri(uri):
        raise MalformedQuery("relay-iri", iri=text.encode(errors="replace").decode()[:_SHOWN])
    return uri
