"""The model, readable and as RDF: the ontology, the shapes, the vocabularies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...errors import NoSuchThing
from ...formats import GRAPH_FORMATS
from .. import model as view
from ..http.answers import page
from ..http.request import parameters, wanted
from ..interface import GRAPHS, PAGES, described
from ..thing.page import checked
from .things import graph, links, suffixed

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..http.conneg import Choice
    from ..site import Site


def add(app: FastAPI) -> None:
    """Add the ontology, the shapes and the vocabularies."""
    for path, route, summary in (
        ("/ontology", ontology, "web.summary-ontology"),
        ("/ontology.{suffix}", ontology, "web.summary-ontology-format"),
        ("/shapes", shapes, "web.summary-shapes"),
        ("/shapes.{suffix}", shapes, "web.summary-shapes-format"),
        ("/vocabularies", vocabularies, "web.summary-vocabularies"),
        ("/vocabularies/{scheme}", vocabulary, "web.summary-vocabulary"),
    ):
        options = described(summary, *GRAPHS, *PAGES)
        app.add_api_route(path, route, tags=["model"], **options)


async def ontology(request: Request, suffix: str | None = None) -> Response:
    """Every class and property, with its definition."""
    site: Site = request.state.site
    choice = _choice(request, suffix)
    iri = site.graph_base + "ontology"
    headers = links(request, "/ontology", choice.name)
    if choice.format is None:
        return await page(request, lambda: view.ontology_page(request, site, iri), headers=headers)
    return await graph(request, choice, "graph-triples", iri, headers, graph=iri)


async def shapes(request: Request, suffix: str | None = None) -> Response:
    """Every shape, with what it asks of the data."""
    site: Site = request.state.site
    choice = _choice(request, suffix)
    start = site.graph_base + "shapes/"
    headers = links(request, "/shapes", choice.name)
    if choice.format is None:
        return await page(request, lambda: view.shapes_page(request, site), headers=headers)
    return await graph(request, choice, "graphs-triples", start, headers, start=start)


async def vocabularies(request: Request) -> Response:
    """The concept schemes."""
    site: Site = request.state.site
    return await page(request, lambda: view.vocabularies_page(request, site))


async def vocabulary(request: Request, scheme: str) -> Response:
    """A concept scheme: its file's name, or its slug; with `.html .ttl .jsonld .nt .rdf`."""
    site: Site = request.state.site
    stem, choice = suffixed(scheme)
    name = stem.removeprefix("scheme-")
    choice = choice or _choice(request, None)
    iri = checked(site.graph_base + "vocabularies/" + name)
    headers = links(request, f"/vocabularies/{name}", choice.name)
    if choice.format is None:
        return await page(request, lambda: view.vocabulary_page(request, site, name, iri), headers=headers)
    return await graph(request, choice, "graph-triples", iri, headers, graph=iri)


def _choice(request: Request, suffix: str | None) -> Choice:
    if suffix is None:
        return wanted(request, GRAPH_FORMATS, parameters(request).one("format"))
    _, choice = suffixed(f"x.{suffix}")
    if choice is None:
        raise NoSuchThing("no-such-page", path=request.url.path)
    return choice
