"""Things, by their IRI: content negotiation, suffixes, a page for people; and the things of a kind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.responses import Response

from ...errors import NoSuchThing
from ...formats import GRAPH_FORMATS, Format
from ...sparql.engine import Query
from ...sparql.results import is_empty
from ..http.addresses import IN_IRI, encoded
from ..http.answers import answer, evaluated, page
from ..http.conneg import HTML, Choice, chosen, offer
from ..http.request import asked, parameters, wanted
from ..interface import GRAPHS, PAGES, READ, described
from ..thing import harvested, tombstones
from ..thing import page as view
from ..thing.exports import EXPORTS, exported

if TYPE_CHECKING:
    from ..site import Site

PAGE_LENGTH = 60
_SIGN = b"deprecated"  # what no tombstone is without
SUFFIXES = {form.name: chosen(offer(form)) for form in GRAPH_FORMATS} | {HTML.name: chosen(HTML)}


def add(app: FastAPI) -> None:
    """Add `/id/…`."""
    for export, summary in zip(EXPORTS, ("web.summary-codemeta", "web.summary-publiccode"), strict=True):
        options = described(summary, export.MEDIA_TYPE, statuses=(*READ, 410))
        app.add_api_route(f"/id/{{path:path}}.{export.SUFFIX}", _software(export), tags=["things"], **options)
    options = described("web.summary-thing", *GRAPHS, *PAGES, statuses=(*READ, 410))
    app.add_api_route("/id/{path:path}", thing, tags=["things"], **options)


async def thing(request: Request, path: str) -> Response:
    """`/id/{kind}/{slug}` is a thing, with `.html .ttl .jsonld .nt .rdf`; `/id/{kind}` lists a kind.

    Raises NoSuchThing, and ThingGone for what was there before.
    """
    site: Site = request.state.site
    if path.rstrip("/") and "/" not in path.rstrip("/"):
        return await kind(request, path.rstrip("/"))
    stem, choice = suffixed(path)
    if choice is None:
        choice = wanted(request, GRAPH_FORMATS, parameters(request).one("format"))
    iri = view.checked(site.iri(stem))
    headers = links(request, f"/id/{stem}", choice.name, canonical=iri)
    quarantine = harvested.graph_of(site, iri)
    if quarantine is not None:
        iri = await harvested.described(request, site, iri, quarantine)
    try:
        if choice.format is None:
            return await page(request, lambda: view.page(request, site, iri, quarantine), headers=headers)
        if quarantine is not None:
            return await graph(request, choice, "thing-in", iri, headers, thing=iri, graph=quarantine)
        return await graph(request, choice, "thing-graph", iri, headers, thing=iri)
    except NoSuchThing as error:
        raise await tombstones.gone(request, iri) or error from None


def _software(export: ModuleType) -> Callable[[Request, str], Awaitable[Response]]:
    """The route of a description of software."""

    async def software(request: Request, path: str) -> Response:
        iri = view.checked(request.state.site.iri(path))
        try:
            return await exported(request, iri, export)
        except NoSuchThing as error:
            raise await tombstones.gone(request, iri) or error from None

    return software


async def kind(request: Request, path: str) -> Response:
    """The things of a kind, sixty a page; with a suffix, all of them as RDF."""
    site: Site = request.state.site
    name, choice = suffixed(path)
    if choice is not None and choice.format is not None:
        return await _kind_graph(request, name, choice)
    return await page(request, lambda: view.kind_page(request, site, name, PAGE_LENGTH))


async def _kind_graph(request: Request, name: str, choice: Choice) -> Response:
    site: Site = request.state.site
    start = view.checked(f"{site.base}{name}/")
    [counted] = await site.rows(request, "things-count", start=start)
    if counted["count"].value == "0":
        raise NoSuchThing("no-such-thing", iri=f"<{start}>")
    assert choice.format is not None  # noqa: S101 - never false: told to the type checker
    query = Query(site.engine.admit(site.text("kind-graph", start=start)), choice.format, **asked(request))
    return await evaluated(request, query, choice.media_type, links(request, f"/id/{name}", choice.name))


def suffixed(path: str) -> tuple[str, Choice | None]:
    """A path without its format suffix, and the representation the suffix names."""
    stem, dot, suffix = path.rpartition(".")
    return (stem, SUFFIXES[suffix]) if dot and stem and suffix in SUFFIXES else (path, None)


def links(request: Request, path: str, name: str, canonical: str | None = None, query: str = "") -> dict[str, str]:
    """Content-Location of the representation and Link headers to the others; all of them take `query`."""
    site: Site = request.state.site
    path = "/" + encoded(path.lstrip("/"))
    at = site.url(request) + path
    others = [f'<{at}.{form.name}{query}>; rel="alternate"; type="{form.media_type}"' for form in GRAPH_FORMATS]
    others.append(f'<{at}.html{query}>; rel="alternate"; type="text/html"')
    if canonical:
        uri = quote(canonical, safe=IN_IRI)
        others.append(f'<{uri}>; rel="canonical"')
    root = request.scope.get("root_path", "")
    dated = "accept-datetime" in request.headers and not request.state.pinned
    memento = f"/snapshots/{site.snapshot.id}" if dated else ""
    return {"Content-Location": f"{root}{memento}{path}.{name}{query}", "Link": ", ".join(others)}


async def graph(
    request: Request, choice: Choice, query: str, iri: str, headers: dict[str, str], **values: str
) -> Response:
    """The answer of a page's CONSTRUCT in the format chosen. Raises NoSuchThing when it says nothing."""
    site: Site = request.state.site
    form = choice.format
    assert isinstance(form, Format)  # noqa: S101 - never false: told to the type checker

    async def produce() -> bytes:
        body = await site.query(request, query, form, **values)
        if is_empty(body, form) or (_SIGN in body and await tombstones.stands(request, iri)):
            raise NoSuchThing("no-such-thing", iri=f"<{iri}>")
        return body

    return await answer(request, produce, choice.media_type, headers=headers)
