"""SPARQL 1.1 Protocol: query by GET, POST form and POST direct; the form; the service description."""

from __future__ import annotations

import json
from email.message import Message
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from starlette.responses import Response

from ...catalog.service_description import service_description
from ...errors import MalformedQuery, RefusedQuery
from ...sparql.engine import Query
from ...sparql.guard import UPDATE_HELP
from ...sparql.results import formats_for
from ..http.answers import answer, evaluated, page
from ..http.conneg import HTML, negotiate, offer
from ..http.errors import UnsupportedMediaType
from ..http.parameter import IRI, parameter, several
from ..http.request import Parameters, asked, body, parameters, pinned, wanted
from ..interface import GRAPHS, PAGES, POST, QUERY, TABLES, described
from ..querying import editing, results
from .wellknown import DATASETS, FORMATS, seen, triples

if TYPE_CHECKING:
    from ...catalog.triples import Triples
    from ..endpoint import Endpoint
    from ..site import Site

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
_BODY_FACTOR = 4  # a form percent-encodes: three bytes for one, and its other fields


def add(app: FastAPI) -> None:
    """Add `/sparql`."""
    site: Site = app.state.endpoint.site
    query = parameter("query", example=site.text("example"))
    graphs = [parameter(name, several(IRI)) for name in ("default-graph-uri", "named-graph-uri")]
    form = parameter("format", example="csv")
    answers = (*TABLES, *GRAPHS, *PAGES)
    app.add_api_route(
        "/sparql",
        get,
        tags=["sparql"],
        **described("web.summary-sparql-get", *answers, *DATASETS, statuses=QUERY, parameters=[query, *graphs, form]),
    )
    text = {"schema": {"type": "string"}, "example": site.text("example-ask")}
    fields = {"schema": {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}}
    bodies = {DIRECT: text, FORM: fields}
    app.add_api_route(
        "/sparql",
        post,
        methods=["POST"],
        tags=["sparql"],
        **described(
            "web.summary-sparql-post", *answers, statuses=POST, requestBody={"required": True, "content": bodies}
        ),
    )
    terms = described("web.summary-terms", "application/json")
    app.add_api_route("/sparql/terms", vocabulary, tags=["sparql"], **terms)
    listed = described("web.summary-running", "application/json", statuses=(400, 404))
    app.add_api_route("/sparql/queries", running, tags=["sparql"], **listed)
    stopped = described("web.summary-stop", statuses=(400, 404), successes=(204,))
    app.add_api_route("/sparql/queries/{identifier}", stop, methods=["DELETE"], tags=["sparql"], **stopped)


async def vocabulary(request: Request) -> Response:
    """The prefixes, classes and properties of the graph, for an editor to complete with."""
    site: Site = request.state.site
    language = site.language(request)
    headers = {"Content-Language": language}
    return await answer(request, lambda: editing.terms(request, site), "application/json", language, headers=headers)


async def running(request: Request) -> Response:
    """The queries of this client that are under way."""
    endpoint: Endpoint = request.app.state.endpoint
    request.scope["state"]["private"] = True
    entries = endpoint.running.of(asked(request)["client"])
    return Response(json.dumps(entries), 200, {"Cache-Control": "no-store"}, "application/json")


async def stop(request: Request, identifier: str) -> Response:
    """Stop a query of this client. Raises NoSuchThing."""
    endpoint: Endpoint = request.app.state.endpoint
    request.scope["state"]["private"] = True
    endpoint.running.stop(identifier, asked(request)["client"])
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


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
    site: Site = request.state.site
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == UPDATE:
        raise RefusedQuery("update-refused", help=UPDATE_HELP)
    if media_type not in (FORM, DIRECT):
        raise UnsupportedMediaType("unsupported-media-type", media_type=media_type, accepted=f"{FORM}, {DIRECT}")
    if _charset(request) not in ("", "utf-8", "utf8", "us-ascii"):
        given = request.headers["content-type"]
        raise UnsupportedMediaType("unsupported-media-type", media_type=given, accepted=f"{media_type}; charset=utf-8")
    content = await body(request, "query_bytes", site.settings.limits.query_bytes, _BODY_FACTOR)
    if media_type == DIRECT:
        try:
            return await _query(request, content.decode(), parameters(request))
        except UnicodeDecodeError:
            raise MalformedQuery("query-encoding") from None
    given = Parameters([*parameters(request).pairs, *Parameters.read(content).pairs])  # an address may have a dataset
    if given.all("update"):
        raise RefusedQuery("update-refused", help=UPDATE_HELP)
    return await _query(request, _only(given), given)


def _charset(request: Request) -> str:
    """The charset a body is said to have, lower case."""
    message = Message()
    message["content-type"] = request.headers.get("content-type", "")
    return message.get_content_charset("")


def _only(given: Parameters) -> str:
    texts = given.all("query")
    if len(texts) != 1:
        raise MalformedQuery("query-several" if texts else "query-missing")
    if not texts[0].strip():
        raise MalformedQuery("query-missing")
    return texts[0]


async def _query(request: Request, text: str, given: Parameters) -> Response:
    state = request.scope["state"]
    site: Site = state["site"]
    state["on_error"] = ("sparql.html", {k: v for k, v in results.form(site, text).items() if k != "problem"})
    inspection = await site.admit(request, text)
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
    query = Query(inspection, choice.format, default, named, **asked(request))
    return await evaluated(request, query, choice.media_type, pinned(request))


async def _without_query(request: Request, given: Parameters) -> Response:
    site: Site = request.state.site
    accept = request.headers.get("accept")
    if given.all("query") and negotiate(accept, [*map(offer, FORMATS), HTML]).name != HTML.name:
        raise MalformedQuery("query-missing")
    choice = wanted(request, FORMATS, given.one("format"))
    if choice.format is None:
        return await page(request, lambda: results.empty_page(request, site, given))
    headers = {"Link": f'<{site.url(request)}/sparql>; rel="http://www.w3.org/ns/sparql-service-description#endpoint"'}
    federated = bool(site.settings.federation.allow)

    graphs = site.settings.limits.described_graphs

    def said() -> Triples:
        return service_description(seen(request), federated=federated, graphs=graphs)

    return await triples(request, said, str(federated), str(graphs), headers=headers, choice=choice)


#: What programs ask all day, for the envelope to answer directly.
DIRECT_ROUTES = {("GET", "/sparql"): get, ("POST", "/sparql"): post}
