"""`/validate`: the gate, for a text that anyone sends. Nothing of it is kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request

from ...formats import GRAPH_FORMATS, by_name
from ..checking import near
from ..checking.changed import named, worded
from ..checking.submitted import DIRECT, FORM, MULTIPART, submitted
from ..checking.validating import checked, ready, shown
from ..http.answers import answer, page
from ..http.conneg import HTML, JSON, Choice, Offer, chosen, negotiate
from ..http.parameter import one_of, parameter
from ..http.request import parameters
from ..interface import GRAPHS, PAGES, POST, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..checking.submitted import Submitted
    from ..endpoint import Endpoint
    from ..site import Site

_SARIF = Offer("sarif", ("application/sarif+json",))
_OFFERS = (JSON, _SARIF, *(Offer(form.name, form.media_types, form) for form in GRAPH_FORMATS), HTML)


def add(app: FastAPI) -> None:
    """Add `/validate`."""
    form = described("web.summary-validate-form", *PAGES)
    app.add_api_route("/validate", ask, tags=["validation"], **form)
    fields = {"type": "object", "properties": {name: {"type": "string"} for name in ("text", "path", "fix", "url")}}
    files = {"type": "object", "properties": {**fields["properties"], "file": {"type": "string", "format": "binary"}}}
    bodies = {name: {"schema": {"type": "string"}} for name in DIRECT[:1]}
    bodies |= {FORM: {"schema": fields}, MULTIPART: {"schema": files}}
    options = [
        parameter("path", example="productions/agglo-bus.ttl"),
        parameter("format", one_of(offer.name for offer in _OFFERS)),
    ]
    checked = described(
        "web.summary-validate",
        *JSON.media_types,
        *_SARIF.media_types,
        *GRAPHS,
        *PAGES,
        statuses=POST,
        parameters=options,
        requestBody={"required": True, "content": bodies},
    )
    app.add_api_route("/validate", check, methods=["POST"], tags=["validation"], **checked)


async def ask(request: Request) -> Response:
    """The form."""
    site: Site = request.state.site
    endpoint: Endpoint = request.app.state.endpoint
    negotiate(request.headers.get("accept"), (HTML,))

    async def produce() -> str:
        endpoint.behind(ready(request, site))  # a text comes next
        return site.pages.render("validate.html", request, **_context(site))

    return await page(request, produce)


async def check(request: Request) -> Response:
    """What the gate says of a text. Raises QueryError, HttpError, OutboundError."""
    site: Site = request.state.site
    request.state.on_error = ("validate.html", _context(site))
    choice = _choice(request, parameters(request).one("format"))
    sent = await submitted(request, site.settings)
    request.state.on_error = ("validate.html", _context(site, text=sent.text.decode(errors="replace"), path=sent.place))
    if choice.name == HTML.name:
        return await page(request, partial(_page, request, site, sent), volatile=True)
    headers = {"Content-Language": site.language(request)}
    found = partial(checked, request, site, sent.text, choice.name, sent.fix, sent.place)
    return await answer(request, found, choice.media_type, headers=headers, volatile=True)


def _choice(request: Request, name: str | None) -> Choice:
    """The representation called `name` when it is one of ours, else by the Accept header."""
    form = by_name(name, GRAPH_FORMATS) if name else None
    named = form.name if form is not None else (name or "").lower()
    found = next((offer for offer in _OFFERS if offer.name == named), None)
    return chosen(found) if found is not None else negotiate(request.headers.get("accept"), _OFFERS)


async def _page(request: Request, site: Site, sent: Submitted) -> str:
    found = shown(await checked(request, site, sent.text, HTML.name, sent.fix, sent.place))
    things = [near.Described(*each) for each in found["things"]]
    known = await near.names(request, site) if things else None
    like = [(thing, neighbours) for thing in things if known and (neighbours := known.like(thing))]
    changes = found["changes"]
    near_by = {each.iri for _, neighbours in like for each in neighbours}
    labels = await site.labels(request, near_by | (named(changes) if changes else set()))
    context = _context(site, text=found["text"], path=sent.place, found=found, like=like)
    return site.pages.render("validate.html", request, labels=labels, worded=worded, **context)


def _context(site: Site, **more: Any) -> dict[str, Any]:
    """What the page always has."""
    settings = site.settings
    always = {"found": None, "text": "", "path": "", "like": ()}
    return always | {"hosts": settings.federation.files, "folder": settings.folders.data} | more
