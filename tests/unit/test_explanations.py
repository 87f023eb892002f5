"""`passerelles lint --explain`: every code has its page."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files

import pytest

from graph.errors import PasserellesError
from graph.report.explanations import messages, page
from graph.texts import LANGUAGES, keys
from graph.turtle.document import read
from graph.web.http import errors  # those of HTTP among them


def kinds(error: type[PasserellesError]) -> Iterator[type[PasserellesError]]:
    yield error
    for kind in error.__subclasses__():
        yield from kinds(kind)


CODES = sorted({*messages(), "PAS401", "PAS402", *(kind.code for kind in kinds(errors.PasserellesError))})
EXAMPLES = tomllib.loads(files("graph.report").joinpath("examples.toml").read_text(encoding="utf-8"))
PREFIXES = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def codes(text: str) -> set[str]:
    return {found.code for found in read(PREFIXES + text, path="x.ttl").diagnostics}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_a_code_says_what_why_and_what_to_do(code, language):
    title, why, cure, *_ = page(code, language).split("\n\n")
    assert title.startswith(f"# {code} · ")
    assert why
    assert cure.startswith("**")
    assert "…" not in title + why


def test_no_code_is_explained_that_does_not_exist():
    assert {key.split(".")[1] for key in keys("fr") if key.startswith("codes.")} == set(CODES)
    assert set(EXAMPLES) <= set(CODES)


@pytest.mark.parametrize("code", EXAMPLES)
def test_what_is_accepted_reads_and_a_fault_of_syntax_is_refused_under_its_code(code):
    wrong, right = EXAMPLES[code]
    assert codes(right) == set()
    assert codes(wrong) == ({code} if code < "PAS1" else set())
    assert f"```turtle\n{wrong}\n```" in page(code, "fr")
