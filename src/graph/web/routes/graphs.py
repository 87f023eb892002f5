"""SPARQL 1.1 Graph Store HTTP Protocol, the part that reads: a graph by its IRI, or at its own address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...errors import MalformedQuery, NoSuchThing
from ...formats import GRAPH_FORMATS
from ...sparql.engine import Query
from ...sparql.terms import is_iri
from ..http.answers import evaluated, page
from ..http.parameter import IRI, PAGE, one_of, parameter
from ..http.request import asked, parameters, pinned, wanted
from ..interface import GRAPHS, PAGES, QUERY, described
from ..machines import graphs as view
from .wellknown import seen

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


def add(app: FastAPI) -> None:
    """Add `/graphs` and the graphs at their own addresses."""
    graph = parameter("graph", IRI)
    default = parameter("default", one_of([""]), allowEmptyValue=True)
    asked_for = [graph, default, parameter("family"), PAGE]
    by_iri = described("web.summary-graphs", *GRAPHS, *PAGES, statuses=QUERY, parameters=asked_for)
    app.add_api_route("/graphs", indirect, tags=["graphs"], **by_iri)
    at_its_own = described("web.summary-graph", *GRAPHS, statuses=QUERY)
    app.add_api_route("/graph/{path:path}", direct, tags=["graphs"], **at_its_own)


async def indirect(request: Request) -> Response:
    """The graph a parameter names: `graph=IRI`, or `default`; for people who name none, a list of them.

    Raises MalformedQuery, NoSuchThing.
    """
    given = parameters(request)
    named, default = given.iris("graph"), bool(given.all("default"))
    if not named and not default and wanted(request, GRAPH_FORMATS, given.one("format")).format is None:
        return await page(request, lambda: view.page(request, request.state.site, seen(request)))
    if len(named) + default != 1 or len(given.all("graph")) > 1:
        raise MalformedQuery("graph-parameter")
    return await _graph(request, named[0] if named else None)


async def direct(request: Request, path: str) -> Response:
    """The graph whose IRI ends in this path. Raises NoSuchThing."""
    site: Site = request.state.site
    iri = site.graph_base + path
    if not is_iri(iri):
        raise NoSuchThing("no-such-thing", iri=iri)
    return await _graph(request, iri)


async def _graph(request: Request, iri: str | None) -> Response:
    site: Site = request.state.site
    choice = wanted(request, GRAPH_FORMATS, parameters(request).one("format"), html=False)
    assert choice.format is not None  # noqa: S101 - never false: told to the type checker
    graphs: dict[str, tuple[str, ...]] = {} if iri is None else {"default_graphs": (iri,)}
    if iri is not None and not await site.rows(request, "graph-there", graph=iri):
        raise NoSuchThing("no-such-thing", iri=iri)
    whole = site.engine.admit("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    query = Query(whole, choice.format, **graphs, **asked(request))
    return await evaluated(request, query, choice.media_type, pinned(request))
