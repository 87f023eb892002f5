"""The W3C SPARQL 1.1 and 1.2 suites over HTTP, asked of our own server as any client would ask it.

A test asks the snapshot of its dataset three times: by GET, by a form and by a direct POST, and where its result has
no syntax of its own each time in another one. Its updates are refused, as they should be: a graph changes through
its gate only.
"""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from sparql_server import Server
from sparql_suite import Answer, Case, cases, shown
from suite import hold, known_failures, require

from graph.formats import by_name

SUITES = ("sparql11", "sparql12")
KNOWN = "known_failures_sparql.toml"
CASES = [case for suite in SUITES for case in cases(suite)]
UPDATES = [case for case in CASES if case.request is not None and case.request.suffix == ".ru"]
QUERIES = [case for case in CASES if case not in UPDATES]
EVALUATION = [case for case in QUERIES if case.kind in ("QueryEvaluationTest", "CSVResultFormatTest")]
POSITIVE = [case for case in QUERIES if case.kind.startswith("PositiveSyntaxTest")]
NEGATIVE = [case for case in QUERIES if case.kind.startswith("NegativeSyntaxTest")]
REFUSED = known_failures("refused", file=KNOWN)


def each(found: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", found, ids=[case.name for case in found])


def by_get(client: httpx.Client, path: str, text: str, accept: str, kind: str = "query") -> httpx.Response:
    return client.get(path, params={kind: text}, headers={"Accept": accept})


def by_form(client: httpx.Client, path: str, text: str, accept: str, kind: str = "query") -> httpx.Response:
    return client.post(path, data={kind: text}, headers={"Accept": accept})


def directly(client: httpx.Client, path: str, text: str, accept: str, kind: str = "query") -> httpx.Response:
    headers = {"Accept": accept, "Content-Type": f"application/sparql-{kind}"}
    return client.post(path, content=text.encode(), headers=headers)


WAYS = (by_get, by_form, directly)


def ask(server: Server, way: Callable[..., httpx.Response], case: Case, accept: str = "*/*") -> httpx.Response:
    return way(server.client, f"{server.path(case.dataset)}/sparql", case.text, accept)


def syntaxes(case: Case, expected: Answer) -> tuple[str, ...]:
    """What to ask for, for each way to ask."""
    if case.result.suffix in (".csv", ".tsv"):
        return (case.result.suffix[1:],) * 3
    if isinstance(expected, bool):
        return ("srj", "srx", "srj")
    return ("srj", "srx", "tsv") if isinstance(expected, tuple) else ("ttl", "nt", "rdf")


def refused(response: httpx.Response, status: int) -> str | None:
    """What is wrong with a refusal; None when it is one."""
    if response.status_code == status and response.headers["content-type"] == "application/problem+json":
        return None
    return told(response)


def told(response: httpx.Response) -> str:
    return f"{response.request.method}: {response.status_code} {response.text[:400]}"


def unlike(server: Server, case: Case) -> str | None:
    """What is not as the suite says; None when all is."""
    expected = case.expected
    for way, syntax in zip(WAYS, syntaxes(case, expected), strict=True):
        media_type = by_name(syntax).media_type
        response = ask(server, way, case, media_type)
        if response.status_code != httpx.codes.OK:
            return told(response)
        assert response.headers["content-type"].partition(";")[0] == media_type
        found = case.says(response.content, syntax)
        if found != expected:
            return f"{way.__name__}, {syntax}:\n{shown(found)}\nand not:\n{shown(expected)}"
    return None


def judge(case: Case, problem: str | None) -> None:
    hold(problem, case.iri, "refused" if case.iri in REFUSED else "answered", file=KNOWN)


def test_the_suites_are_whole():
    for suite in SUITES:
        require(suite)
    assert [len(found) for found in (EVALUATION, POSITIVE, NEGATIVE, UPDATES)] == [305, 168, 121, 180]
    known = [iri for section in ("refused", "answered") for iri in known_failures(section, file=KNOWN)]
    assert len(known) == len(set(known))
    assert set(known) <= {case.iri for case in CASES}


@each(EVALUATION)
def test_a_query_has_the_answer_of_the_suite(server, case):
    judge(case, unlike(server, case))


@each(POSITIVE)
def test_a_right_query_is_answered(server, case):
    responses = [ask(server, way, case) for way in WAYS]
    judge(case, next((told(one) for one in responses if one.status_code != httpx.codes.OK), None))


@each(NEGATIVE)
def test_a_wrong_query_is_refused(server, case):
    problems = [refused(ask(server, way, case), httpx.codes.BAD_REQUEST) for way in WAYS]
    judge(case, next(filter(None, problems), None))


@each([case for case in CASES if case.iri in REFUSED])
def test_what_policy_forbids_is_refused_as_such(server, case):
    for way in WAYS:
        response = ask(server, way, case)
        assert refused(response, httpx.codes.FORBIDDEN) is None
        assert response.json()["detail"].startswith("SERVICE ")


@each(UPDATES)
def test_an_update_is_refused(server, case):
    text = case.request.read_bytes().decode()
    for way in WAYS:
        assert refused(way(server.client, "sparql", text, "*/*", "update"), httpx.codes.FORBIDDEN) is None
