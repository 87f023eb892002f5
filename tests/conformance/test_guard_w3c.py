"""The guard lets every query of the W3C suites through but those that leave the server: its limits are for bombs."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sparql_suite import Case, cases
from suite import known_failures, require

from graph.config import Limits
from graph.errors import MalformedQuery, QueryError, RefusedQuery
from graph.sparql.guard import FORMS, admit, inspect, read
from graph.sparql.shapes import form

SUITES = ("sparql11", "sparql12")
RIGHT = ("QueryEvaluationTest", "CSVResultFormatTest", "PositiveSyntaxTest", "PositiveSyntaxTest11")
HALF = Limits()
HALF = replace(HALF, **{name: getattr(HALF, name) // 2 for name in Limits.__slots__ if name.startswith("query_")})
SERVICE = re.compile(r"^[^#\n]*\bSERVICE\s", re.MULTILINE)


def queries(suite: str, *kinds: str) -> list[Case]:
    """The tests of a suite whose request is a query: by their kinds, else all."""
    require(suite)
    found = [case for case in cases(suite) if case.request is not None and case.request.suffix == ".rq"]
    return [case for case in found if case.kind in (kinds or [case.kind])]


def decoded(case: Case) -> str:
    """The text of a query as it is; one of the wrong ones is not even UTF-8."""
    return case.request.read_bytes().decode(errors="replace")


def refusals(suite: str, limits: Limits) -> dict[str, QueryError]:
    """What the guard says of the queries that are right, where it does not admit them."""
    said = {}
    for case in queries(suite, *RIGHT):
        try:
            assert admit(decoded(case), limits).form in FORMS
        except QueryError as error:
            said[case.iri] = error
    return said


def test_there_are_hundreds_of_them():
    assert len(queries("sparql11", *RIGHT)) > 250
    assert len(queries("sparql12", *RIGHT)) > 150


def test_no_query_is_refused_but_those_that_call_a_service():
    refused = refusals("sparql11", Limits()) | refusals("sparql12", Limits())
    assert set(refused) == set(known_failures("refused", file="known_failures_sparql.toml"))
    assert {iri: error for iri, error in refused.items() if not isinstance(error, RefusedQuery)} == {}


@pytest.mark.parametrize("suite", SUITES)
def test_half_of_every_limit_would_do(suite: str):
    assert {iri: error for iri, error in refusals(suite, HALF).items() if not isinstance(error, RefusedQuery)} == {}


@pytest.mark.parametrize("suite", SUITES)
def test_services_are_those_of_the_text(suite: str):
    for case in queries(suite):
        try:
            calls = inspect(decoded(case), Limits()).services
        except MalformedQuery:
            continue
        assert len(calls) == len(SERVICE.findall(decoded(case))), case.iri


@pytest.mark.parametrize("suite", SUITES)
def test_the_short_way_says_what_the_long_way_says(suite: str):
    """Of each query that has a known shape, its own or that of another one."""
    texts = [decoded(case) for case in queries(suite)]
    found = {}
    for text in texts:
        try:
            found[text] = read.__wrapped__(text, Limits())
        except QueryError:
            found[text] = None
    short = {text: form(text, Limits()) for text in texts}
    assert sum(known is not None for known in short.values()) > len(texts) / 10
    for text, known in short.items():
        if known is not None:
            assert (known, False, (), None) == (
                found[text].form,
                found[text].volatile,
                found[text].services,
                found[text].doubt,
            )
