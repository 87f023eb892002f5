"""Things, by their IRI: content negotiation, suffixes, a page for people; and the things of a kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.responses import Response

from ...errors import MalformedQuery, NoSuchThing
from ...formats import GRAPH_FORMATS, Format
from ...sparql.results import is_empty
from .. import things as view
from ..addresses import encoded
from ..answers import answer, page
from ..conneg import HTML, Choice, chosen, offer
from ..interface import GRAPHS, PAGES, described
from ..request import parameters, wanted

if TYPE_CHECKING:
    from ..site import Site

PAGE_LENGTH = 60
SUFFIXES = {form.name: chosen(offer(form)) for form in GRAPH_FORMATS} | {HTML.name: chosen(HTML)}


def add(app: FastAPI) -> None:
    """Add `/id/…`."""
    app.add_api_route(
        "/id/{path:path}",
        thing,
        tags=["things"],
        **described("web.summary-thing", *GRAPHS, *PAGES),
    )


async def thing(request: Request, path: str) -> Response:
    """`/id/{kind}/{slug}` is a thing, with `.html .ttl .jsonld .nt .rdf`; `/id/{kind}` lists a kind."""
    site: Site = request.state.site
    if path.rstrip("/") and "/" not in path.rstrip("/"):
        return await kind(request, path.rstrip("/"))
    stem, choice = suffixed(path)
    if choice is None:
        choice = wanted(request, GRAPH_FORMATS, parameters(request).one("format"))
    iri = view.checked(site.iri(stem))
    headers = links(request, f"/id/{stem}", choice.name, canonical=iri)
    if choice.format is None:
        return await page(request, lambda: view.page(request, site, iri), headers=headers)
    return await graph(request, choice, "thing-graph", iri, headers, thing=iri)


async def kind(request: Request, name: str) -> Response:
    """The things of a kind, sixty a page."""
    site: Site = request.state.site
    number = parameters(request).one("page") or "1"
    if not re.fullmatch("[1-9][0-9]{0,5}", number):
        raise MalformedQuery("parameter-wrong", parameter="page", value=number, expected="1, 2, 3…")
    return await page(request, lambda: view.kind_page(request, site, name, int(number), PAGE_LENGTH))


def suffixed(path: str) -> tuple[str, Choice | None]:
    """A path without its format suffix, and the representation the suffix names."""
    stem, dot, suffix = path.rpartition(".")
    return (stem, SUFFIXES[suffix]) if dot and stem and suffix in SUFFIXES else (path, None)


def links(request: Request, path: str, name: str, canonical: str | None = None) -> dict[str, str]:
    """Content-Location of the representation and Link headers to the others."""
    site: Site = request.state.site
    path = "/" + encoded(path.lstrip("/"))
    at = site.url(request) + path
    others = [f'<{at}.{form.name}>; rel="alternate"; type="{form.media_type}"' for form in GRAPH_FORMATS]
    others.append(f'<{at}.html>; rel="alternate"; type="text/html"')
    if canonical:
        uri = quote(canonical, safe="/:?#@!$&'()*+,;=~%")
        others.append(f'<{uri}>; rel="canonical"')
    root = request.scope.get("root_path", "")
    dated = "accept-datetime" in request.headers and not request.state.pinned
    memento = f"/snapshots/{site.snapshot.id}" if dated else ""
    return {"Content-Location": f"{root}{memento}{path}.{name}", "Link": ", ".join(others)}


async def graph(
    request: Request, choice: Choice, query: str, iri: str, headers: dict[str, str], **values: str
) -> Response:
    """The answer of a page's CONSTRUCT in the format chosen. Raises NoSuchThing when it says nothing."""
    site: Site = request.state.site
    form = choice.format
    assert isinstance(form, Format)  # noqa: S101 - never false: told to the type checker

    async def produce() -> bytes:
        body = await site.query(request, query, form, **values)
        if is_empty(body, form):
            raise NoSuchThing("no-such-thing", iri=f"<{iri}>")
        return body

    return await answer(request, produce, choice.media_type, headers=headers)
