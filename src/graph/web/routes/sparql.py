"""SPARQL 1.1 Protocol: query by GET, POST form and POST direct; the form; the service description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request

from ...errors import MalformedQuery, RefusedQuery
from ...formats import GRAPH_FORMATS
from ...sparql.engine import Query
from ...sparql.guard import UPDATE_HELP
from ...sparql.results import formats_for
from .. import results
from ..answers import answer, page
from ..conneg import HTML, negotiate, offer
from ..errors import UnsupportedMediaType
from ..interface import described
from ..request import Parameters, body, parameters, wanted

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
_BODY_FACTOR = 4  # a form percent-encodes: three bytes for one, and its other fields


def add(app: FastAPI) -> None:
    """Add `/sparql`."""
    site: Site = app.state.site
    query = {
        "name": "query",
        "in": "query",
        "schema": {"type": "string"},
        "example": site.text("example"),
    }
    graphs = [
        {"name": name, "in": "query", "schema": {"type": "array", "items": {"type": "string", "format": "iri"}}}
        for name in ("default-graph-uri", "named-graph-uri")
    ]
    form = {"name": "format", "in": "query", "schema": {"type": "string"}, "example": "csv"}
    app.add_api_route(
        "/sparql",
        get,
        methods=["GET"],
        response_model=None,
        tags=["sparql"],
        **described("web.summary-sparql-get", parameters=[query, *graphs, form]),
    )
    text = {"schema": {"type": "string"}, "example": site.text("example-ask")}
    fields = {"schema": {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}}
    app.add_api_route(
        "/sparql",
        post,
        methods=["POST"],
        response_model=None,
        tags=["sparql"],
        **described("web.summary-sparql-post", requestBody={"required": True, "content": {DIRECT: text, FORM: fields}}),
    )


async def get(request: Request) -> Response:
    """A query in the address, or none: then the service description, or the form for a browser."""
    given = parameters(request)
    if given.all("update"):
        raise RefusedQuery("update-refused", help=UPDATE_HELP)
    if not any(text.strip() for text in given.all("query")):
        return await _without_query(request, given)
    return await _query(request, _only(given), given)


async def post(request: Request) -> Response:
    """A query in the body."""
    site: Site = request.app.state.site
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == UPDATE:
        raise RefusedQuery("update-refused", help=UPDATE_HELP)
    if media_type not in (FORM, DIRECT):
        raise UnsupportedMediaType("unsupported-media-type", media_type=media_type, accepted=f"{FORM}, {DIRECT}")
    content = await body(request, "query_bytes", site.settings.limits.query_bytes * _BODY_FACTOR)
    if media_type == DIRECT:
        try:
            return await _query(request, content.decode(), parameters(request))
        except UnicodeDecodeError:
            raise MalformedQuery("query-encoding") from None
    given = Parameters.read(content)
    if given.all("update"):
        raise RefusedQuery("update-refused", help=UPDATE_HELP)
    return await _query(request, _only(given), given)


def _only(given: Parameters) -> str:
    texts = given.all("query")
    if len(texts) != 1:
        raise MalformedQuery("query-several" if texts else "query-missing")
    if not texts[0].strip():
        raise MalformedQuery("query-missing")
    return texts[0]


async def _query(request: Request, text: str, given: Parameters) -> Response:
    site: Site = request.app.state.site
    request.state.on_error = ("sparql.html", {k: v for k, v in results.form(text).items() if k != "problem"})
    inspection = await site.admit(text)
    default, named = given.iris("default-graph-uri"), given.iris("named-graph-uri")
    choice = wanted(request, formats_for(inspection.form), given.one("format"))
    key = (text, "\n".join(default), "\n".join(named))
    if choice.format is None:
        return await page(
            request,
            lambda: results.query_page(request, site, inspection, (default, named)),
            *key,
            volatile=inspection.volatile,
        )
    query = Query(inspection, choice.format, default, named, accepted=request.state.accepted)
    return await answer(
        request,
        lambda: site.engine.evaluate(query),
        choice.media_type,
        *key,
        volatile=inspection.volatile,
    )


async def _without_query(request: Request, given: Parameters) -> Response:
    site: Site = request.app.state.site
    accept = request.headers.get("accept")
    if given.all("query") and negotiate(accept, [*map(offer, GRAPH_FORMATS), HTML]).name != HTML.name:
        raise MalformedQuery("query-missing")
    choice = wanted(request, GRAPH_FORMATS, given.one("format"))
    if choice.format is None:
        return await page(request, lambda: results.empty_page(request, site))
    form = choice.format
    endpoint = site.url(request) + "/sparql"
    return await answer(
        request,
        lambda: site.query(request, "service-description", form, endpoint=endpoint, title=site.title),
        choice.media_type,
        headers={"Link": f'<{endpoint}>; rel="http://www.w3.org/ns/sparql-service-description#endpoint"'},
    )
