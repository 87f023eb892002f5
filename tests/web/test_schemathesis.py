"""The OpenAPI description is true: whatever it lets a client send, and whatever it does not, it says the answer."""

from __future__ import annotations

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from .conftest import serving, with_queries
from .test_saved_queries import LIBRARY

CHECKS = [
    checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 10


@pytest.fixture(scope="module")
def description(settings, snapshot, tmp_path_factory):
    """The description of a server, as a client reads it."""
    quick = {name: text for name, text in LIBRARY.items() if "slow" not in name}  # a deadline passed is a right 503
    copy = with_queries(snapshot, tmp_path_factory.mktemp("described") / "snapshot", quick)
    with serving(settings, copy) as server:
        yield schemathesis.openapi.from_url(f"{server.url}/openapi.json")


@pytest.mark.parametrize("mode", GenerationMode)
def test_no_request_has_an_answer_that_the_description_does_not_say(description, mode, subtests):
    session, tried = requests.Session(), set()
    for result in description.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def asked(case):
            case.call_and_validate(checks=CHECKS, session=session)

        with subtests.test(operation=operation.label):
            try:
                asked()
            except Unsatisfiable:  # nothing contradicts the description of an address that takes anything
                assert mode is not GenerationMode.POSITIVE
                continue
            tried.add(operation.label)
    assert len(tried) > len(LIBRARY) - 2
