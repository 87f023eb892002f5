"""The guard lets every query of the W3C suites through: its limits are for bombs, not for queries."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from suite import SUITES as FOLDER
from suite import require

from graph.config import Limits
from graph.errors import MalformedQuery, QueryError
from graph.sparql.guard import inspect

SUITES = ("sparql11", "sparql12")
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


@pytest.mark.parametrize("suite", SUITES)
def test_no_query_of_the_suite_is_refused(suite: str):
    require(suite)
    files = sorted((FOLDER / suite).rglob("*.rq"))
    assert files
    refused = {}
    for file in files:
        try:
            text = file.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        try:
            inspection = inspect(text, Limits())
        except MalformedQuery as error:
            if not _is_negative(file):
                refused[file.name] = str(error)
            continue
        except QueryError as error:
            refused[file.name] = str(error)
            continue
        if inspection.form not in FORMS and not _is_negative(file):
            refused[file.name] = "no form"
    assert refused == {}


@pytest.mark.parametrize("suite", SUITES)
def test_services_are_those_of_the_text(suite: str):
    require(suite)
    for file in sorted((FOLDER / suite).rglob("*.rq")):
        text = file.read_text(encoding="utf-8", errors="replace")
        try:
            calls = inspect(text, Limits()).services
        except MalformedQuery:
            continue
        assert len(calls) == len(re.findall(r"^[^#\n]*\bSERVICE\s", text, re.MULTILINE)), file.name


def _is_negative(file: Path) -> bool:
    """True for a query the suite itself calls wrong."""
    return "bad" in file.name or "negative" in file.parent.name
