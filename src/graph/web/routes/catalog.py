"""The catalogue, as DCAT-AP, a page at a time; each of its datasets at its own address; the same as pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import FastAPI, Request

from ...catalog.dcat_ap import page as as_dcat_ap
from ...catalog.dcat_ap import paged, series
from ...catalog.triples import PREFIXES
from ...errors import NoSuchThing
from ...formats import GRAPH_FORMATS
from ...sparql.results import graph
from ..http import ways
from ..http.answers import answer, page
from ..http.parameter import PAGE
from ..http.request import parameters, wanted
from ..interface import GRAPHS, PAGES, described
from ..machines.catalogue import beside, catalogue
from .snapshots import unkept
from .things import SUFFIXES, links, suffixed

if TYPE_CHECKING:
    from starlette.responses import Response

    from ...catalog.catalogue import Catalogue, Dataset
    from ..http.conneg import Choice
    from ..site import Site

SERIES = "snapshots"


@dataclass(frozen=True, slots=True)
class Part:
    """Some datasets of the catalogue; `number` of `pages` where they are a page of it; or the series of snapshots."""

    datasets: Sequence[Dataset]
    number: int = 0
    pages: int = 0
    series: bool = False


def add(app: FastAPI) -> None:
    """Add `/catalog`."""
    app.state.dated = {}  # when the things of each kind last changed, by the last patch
    options = described("web.summary-catalog", *GRAPHS, *PAGES, parameters=[PAGE])
    app.add_api_route("/catalog", whole, tags=["catalog"], **options)
    by_format = described("web.summary-catalog-format", *GRAPHS, *PAGES, parameters=[PAGE])
    app.add_api_route("/catalog.{suffix}", whole, tags=["catalog"], **by_format)
    one = described("web.summary-catalog-dataset", *GRAPHS, *PAGES)
    app.add_api_route("/catalog/{path:path}", dataset, tags=["catalog"], **one)


async def whole(request: Request, suffix: str | None = None) -> Response:
    """One page of the catalogue. Raises MalformedQuery for a page beyond the last."""
    choice = SUFFIXES.get(suffix) if suffix else _wanted(request)
    if choice is None:
        raise NoSuchThing("no-such-page", path=request.url.path)
    return await numbered(request, choice, _number(parameters(request).one("page") or "1"))


async def numbered(request: Request, choice: Choice, number: int) -> Response:
    """The page of that number, as it was chosen to be said. Raises MalformedQuery for one beyond the last."""
    site: Site = request.state.site
    length = site.settings.limits.catalog_page

    def part(found: Catalogue) -> Part:
        pages = -(-len(found.datasets) // length)
        if not 0 < number <= pages:
            raise ways.beyond(parameters(request), pages)
        return Part(found.datasets[(number - 1) * length : number * length], number, pages)

    return await _answer(request, choice, "/catalog", part, f"?page={number}" if number > 1 else "")


async def dataset(request: Request, path: str) -> Response:
    """One dataset, at its own address, or the series of snapshots. Raises NoSuchThing."""
    stem, choice = suffixed(path)

    def part(found: Catalogue) -> Part:
        if stem == SERIES and found.snapshots:
            return Part(found.snapshots, series=True)
        iri = f"{found.iri}/{quote(stem)}"
        datasets = [each for each in found.datasets if each.iri == iri]
        if not datasets:
            raise NoSuchThing("no-such-thing", iri=f"<{iri}>")
        return Part(datasets)

    return await _answer(request, choice or _wanted(request), f"/catalog/{stem}", part)


async def _answer(
    request: Request, choice: Choice, path: str, part: Callable[[Catalogue], Part], query: str = ""
) -> Response:
    """A part of the catalogue, as RDF or as a page; `query` is what of the address tells which page it is."""
    site: Site = request.state.site
    others = await beside(request)
    headers = links(request, path, choice.name, query=query)

    async def shown() -> str:
        found = await catalogue(request, others)
        return site.pages.render("catalog.html", request, catalogue=found, part=part(found), path=path)

    async def produce() -> bytes:
        found = await catalogue(request, others)
        chosen = part(found)
        said = series(found) if chosen.series else as_dcat_ap(found, chosen.datasets)
        if chosen.number:
            addresses = [f"{found.iri}.{choice.name}?page={each}" for each in range(1, chosen.pages + 1)]
            paged(said, found, addresses, chosen.number, len(found.datasets))
        assert choice.format is not None  # noqa: S101 - never false: told to the type checker
        return graph(bytes(said), choice.format, {**site.snapshot.manifest.prefixes, **PREFIXES})

    if choice.format is None:
        return unkept(request, await page(request, shown, *others.key, headers=headers))
    key = (request.url.query, *others.key)
    return unkept(request, await answer(request, produce, choice.media_type, *key, headers=headers))


def _wanted(request: Request) -> Choice:
    return wanted(request, GRAPH_FORMATS, parameters(request).one("format"))


def _number(text: str) -> int:
    """The number of a page; 0, which is none, for what is no number."""
    return int(text) if re.fullmatch("[1-9][0-9]{0,5}", text) else 0
