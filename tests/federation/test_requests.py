"""What clients of many kinds send, replayed without them: the status, the media type and the content are right.

Recorded by RECORD=1 while the other tests of this folder run; those of rdf4j.http and yasgui.http, which are not run
here, are written as the sources of RDF4J (FedX) and YASGUI write them.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pyoxigraph
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat

from .recording import FOLDER, Recorded, read

RECORDED = [(path.stem, request) for path in sorted(FOLDER.glob("*.http")) for request in read(path)]
ENDPOINT = pyoxigraph.NamedNode("http://www.w3.org/ns/sparql-service-description#endpoint")


@pytest.fixture(scope="module")
def content(federation):
    """What the default graph of each of our services holds, as its own address gives it."""
    stores = {}
    for name in ("north", "south"):
        answer = httpx.get(f"{getattr(federation, name).root}/graphs?default", headers={"Accept": "text/turtle"})
        stores[name] = pyoxigraph.Store()
        stores[name].load(answer.content, RdfFormat.TURTLE)
    return stores


def asked(request: Recorded) -> str:
    """The query of a request, wherever it is; empty where there is none."""
    if request.headers.get("content-type", "").startswith("application/sparql-query"):
        return request.body
    given = parse_qs(urlsplit(request.target).query) | parse_qs(request.body)
    return given.get("query", [""])[0]


def table(results) -> list[list[str]]:
    """The rows of solutions, their columns by name, in an order of their own."""
    names = sorted(variable.value for variable in results.variables)
    return [names, *sorted([str(row[name]) for name in names] for row in results)]


@pytest.mark.parametrize(
    "request_", [request for _, request in RECORDED], ids=[f"{name}-{n}" for n, (name, _) in enumerate(RECORDED)]
)
def test_a_request_is_answered_rightly(federation, content, request_):
    service = getattr(federation, request_.service)
    body = request_.body.encode() or None
    answer = httpx.request(request_.method, service.root + request_.target, headers=request_.headers, content=body)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (
        request_.status,
        request_.media_type,
    )
    if request_.status == httpx.codes.OK:
        means_the_same(answer, asked(request_), content[request_.service], service.sparql)


def means_the_same(answer: httpx.Response, query: str, store: pyoxigraph.Store, endpoint: str) -> None:
    """Fail unless an answer says what another engine answers to the query; without one, it describes what it is of."""
    media_type = answer.headers["content-type"].partition(";")[0]
    if not query:
        described = list(pyoxigraph.parse(answer.content, RdfFormat.from_media_type(media_type), base_iri=endpoint))
        named = [quad.object for quad in described if quad.predicate == ENDPOINT] or [
            quad.subject for quad in described
        ]
        assert pyoxigraph.NamedNode(endpoint) in named or {term.value for term in named} == {
            "https://south.example.org/id/tools/t3"
        }
        return
    expected = store.query(query)
    if isinstance(expected, pyoxigraph.QueryTriples):
        found = pyoxigraph.parse(answer.content, RdfFormat.from_media_type(media_type))
        assert {str(quad.triple) for quad in found} == {str(triple) for triple in expected} != set()
        return
    if media_type in (
        "text/csv",
        "text/tab-separated-values",
    ):  # without types: what our engine writes of the same rows
        form = QueryResultsFormat.from_media_type(media_type)
        assert sorted(answer.content.splitlines()) == sorted(expected.serialize(format=form).splitlines())
        return
    found = pyoxigraph.parse_query_results(answer.content, format=QueryResultsFormat.from_media_type(media_type))
    if isinstance(expected, pyoxigraph.QueryBoolean):
        assert bool(found) == bool(expected)
    elif "LIMIT" in query and "ORDER BY" not in query:  # any of the rows will do
        found, every = table(found), table(store.query(query.partition("LIMIT")[0]))
        assert len(found) == len(table(expected)) > 1
        assert all(row in every for row in found)
    else:
        assert table(found) == table(expected)
