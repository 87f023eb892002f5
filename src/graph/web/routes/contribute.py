"""`/contribute`: forms for who has something to add and no git. What is written becomes a file, and is not kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from starlette.responses import Response

from ...formats import TURTLE
from ..checking import near
from ..checking.submitted import FORM
from ..checking.validating import FORMAT, checked, ready, shown
from ..contributing.forms import FIRST, Forms
from ..contributing.outcome import Outcome, outcome
from ..contributing.writing import Writing, Written, chosen
from ..http.answers import CLIENT_CLOSED, content_type, page
from ..http.conneg import HTML, negotiate
from ..http.errors import TooLarge, UnsupportedMediaType
from ..http.parameter import parameter
from ..http.request import Parameters, body, parameters
from ..interface import PAGES, POST, described
from ..site import ClientGone, unless_gone
from ..thing.facts import DESCRIPTIONS

if TYPE_CHECKING:
    from ..contributing.entries import Form
    from ..site import Site

_FACTOR = 4  # a form percent-encodes: three bytes for one, and the names of its fields
DO, MORE, FILE = "do", "more", "file"


def add(app: FastAPI) -> None:
    """Add `/contribute` and the forms below it."""
    options = described("web.summary-contribute", *PAGES)
    app.add_api_route("/contribute", choose, tags=["validation"], **options)
    sort = parameter("type", example="pas:Production")
    options = described("web.summary-contribute-form", *PAGES, parameters=[sort])
    app.add_api_route("/contribute/{kind:path}", ask, tags=["validation"], **options)
    fields = {"type": "object", "additionalProperties": {"type": "string"}}
    options = described(
        "web.summary-contribute-check",
        *PAGES,
        TURTLE.media_type,
        statuses=POST,
        parameters=[sort],
        requestBody={"required": True, "content": {FORM: {"schema": fields}}},
    )
    app.add_api_route("/contribute/{kind:path}", check, methods=["POST"], tags=["validation"], **options)


async def choose(request: Request) -> Response:
    """What may be described."""
    site: Site = request.state.site
    negotiate(request.headers.get("accept"), (HTML,))

    async def produce() -> str:
        sorts = await Forms.of(site).sorts(request)
        classes = [sort.iri for each in sorts.values() for sort in each]
        labels, about = await site.labels(request, classes), await site.labels(request, classes, DESCRIPTIONS)
        return site.pages.render("contribute.html", request, sorts=sorts, first=FIRST, about=about, labels=labels)

    return await page(request, produce)


async def ask(request: Request, kind: str) -> Response:
    """An empty form, or one where the values of the address are written already. Raises NoSuchThing."""
    site: Site = request.state.site
    negotiate(request.headers.get("accept"), (HTML,))

    async def produce() -> str:
        form = await _form(request, site, kind)
        request.app.state.endpoint.behind(ready(request, site))  # a check comes next
        written = Writing(request, site, form, parameters(request)).written
        return await _page(request, site, form, written)

    return await page(request, produce)


async def check(request: Request, kind: str) -> Response:
    """What the gate says of what was written; the file, when it is asked for and conforms. Raises HttpError."""
    site: Site = request.state.site
    negotiate(request.headers.get("accept"), (HTML,))
    limits = site.settings.limits
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != FORM:
        raise UnsupportedMediaType("unsupported-media-type", media_type=media_type, accepted=FORM)
    form = await _form(request, site, kind)
    given = Parameters.read(await body(request, "contribute_bytes", limits.contribute_bytes, _FACTOR))
    if sum(len(value.encode()) for _, value in given.pairs) > limits.contribute_bytes:
        raise TooLarge("too-large", limit="contribute_bytes", value=limits.contribute_bytes)
    writing = Writing(request, site, form, given)
    more = given.one(MORE) or ""
    if more:
        return await page(request, partial(_page, request, site, form, writing.written, more=more), volatile=True)
    request.state.on_error = ("contribution.html", _context(site, form, writing.written))
    try:
        written, told = await unless_gone(request, _told(request, site, form, writing))
    except ClientGone:
        return Response(status_code=CLIENT_CLOSED)
    if given.one(DO) == FILE and told.ready:
        headers = {
            "Content-Disposition": f'attachment; filename="{written.slug}.ttl"',
            "Content-Language": site.language(request),
            "Cache-Control": "no-store",
        }
        return Response(told.found["text"], 200, headers, content_type(TURTLE.media_type))
    return await page(request, partial(_page, request, site, form, written, told), volatile=True)


async def _form(request: Request, site: Site, kind: str) -> Form:
    name = parameters(request).one("type")
    return await Forms.of(site).form(request, kind, name and (site.prefixes.expand(name) or name))


async def _told(request: Request, site: Site, form: Form, writing: Writing) -> tuple[Written, Outcome]:
    """What was written, and what the gate says of it at the place where it would go."""
    written = await writing.done()
    place = f"{form.sort.kind}/{written.slug}.ttl"
    found = shown(await checked(request, site, written.text, HTML.name, FORMAT, place))
    told = outcome(site, form, written, found, site.language(request))
    if found["things"]:
        known = await near.names(request, site)
        things = (near.Described(*each) for each in found["things"])
        told.like = [neighbour for thing in things for neighbour in known.like(thing)]
    if written.taken:
        told.like = [near.Neighbour(written.iri, 1.0), *told.like]
    return written, told


async def _page(  # noqa: PLR0913, PLR0917 - what it shows
    request: Request, site: Site, form: Form, written: Written, told: Outcome | None = None, more: str = ""
) -> str:
    like = await site.labels(request, (each.iri for each in told.like)) if told else {}
    context = {**_context(site, form, written), "told": told, "more": more, "labels": {**form.labels, **like}}
    return site.pages.render("contribution.html", request, **context)


def _context(site: Site, form: Form, written: Written) -> dict[str, Any]:
    """What the page always has."""
    always = {"told": None, "more": "", "labels": form.labels, "catalog": site.settings.catalog}
    return {**always, "form": form, "written": written, "chosen": chosen}
