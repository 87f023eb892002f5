"""What programs look for at well-known addresses: the graph in VoID, the saved queries as examples."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...catalog.examples import PATH as EXAMPLES
from ...catalog.examples import examples
from ...catalog.triples import PREFIXES, Triples
from ...catalog.void import PATH as VOID
from ...catalog.void import Described, families, void
from ...feeds.dumps import FORMS, NAMES
from ...formats import DATASET_FORMATS, GRAPH_FORMATS, Format
from ...sparql.results import graph
from ..http.answers import answer, page
from ..http.request import parameters, wanted
from ..interface import GRAPHS, PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..http.conneg import Choice
    from ..site import Site

#: What a description is written in: some clients ask for datasets alone, where a graph is its default graph.
FORMATS = (*GRAPH_FORMATS, *DATASET_FORMATS)
DATASETS = tuple(form.media_type for form in DATASET_FORMATS)


def add(app: FastAPI) -> None:
    """Add the well-known addresses."""
    app.add_api_route(VOID, dataset, tags=["catalog"], **described("web.summary-void", *GRAPHS, *DATASETS, *PAGES))
    app.add_api_route(EXAMPLES, queries, tags=["catalog"], **described("web.summary-examples", *GRAPHS, *DATASETS))


async def dataset(request: Request) -> Response:
    """The snapshot in VoID, and for people in tables."""
    choice = wanted(request, FORMATS, parameters(request).one("format"))
    if choice.format is None:
        return await page(request, lambda: _tables(request))
    return await triples(request, lambda: void(seen(request)), choice=choice)


async def _tables(request: Request) -> str:
    site: Site = request.state.site
    counts = site.engine.counts
    terms = (*counts.classes, *counts.properties, *counts.examples.values()) if counts is not None else ()
    return site.pages.render(
        "void.html",
        request,
        counts=counts,
        families=families(seen(request)),
        forms=FORMATS,
        path=VOID,
        labels=await site.labels(request, terms),
    )


async def queries(request: Request) -> Response:
    """The saved queries as SHACL executables."""
    site: Site = request.state.site
    address = site.url(request)
    return await triples(request, lambda: examples(site.library.values(), address))


def seen(request: Request) -> Described:
    """The snapshot of a request, as it is seen at the address that was asked."""
    site: Site = request.state.site
    address = site.url(request)
    dumps: dict[str, list[str]] = {"dataset": [], "all": []}
    for name in NAMES if site.snapshot.manifest.dumps else ():
        stem = name.rpartition(".")[0]
        if stem.startswith("graph."):  # the others are a part of it
            dumps["all" if FORMS[stem] in DATASET_FORMATS else "dataset"].append(f"{address}/dumps/{name}")
    return Described(address, site.snapshot.manifest, site.engine.counts, dumps)


async def triples(
    request: Request,
    said: Callable[[], Triples],
    *key: str,
    headers: dict[str, str] | None = None,
    choice: Choice | None = None,
) -> Response:
    """A description in the format asked for, written beside the event loop: it may be long.

    `key` is what decides it beside the snapshot.
    """
    choice = choice or wanted(request, FORMATS, parameters(request).one("format"), html=False)
    form = choice.format
    assert isinstance(form, Format)  # noqa: S101 - never false: told to the type checker
    prefixes = {**PREFIXES, "here": f"{request.state.site.url(request)}{VOID}#"}

    async def produce() -> bytes:
        return await asyncio.to_thread(lambda: graph(bytes(said()), form, prefixes))

    return await answer(request, produce, choice.media_type, *key, headers=headers)
