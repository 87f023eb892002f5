"""The engine says, of the licences of the graph, what their texts and their stewards say: one row a sourced verdict."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from graph.licenses.catalogue import Licences
from graph.licenses.expression import read
from graph.licenses.verdict import compare, verdict
from graph.lint.statements import every
from graph.turtle.parse import parse

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
ROWS = list(csv.DictReader((HERE / "licence_verdicts.csv").read_text(encoding="utf-8").splitlines()))


def statements(path: Path):
    text = path.read_bytes()
    return every(parse(text, path=path.name, base="x:", limit=len(text)).ntriples)


@pytest.fixture(scope="module")
def licences() -> Licences:
    files = [path for folder in ("licences", "clauses") for path in sorted((DATA / folder).glob("*.ttl"))]
    return Licences(statement for path in files for statement in statements(path))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['a']}-{row['b']}")
def test_a_verdict_is_that_of_the_texts(licences, row):
    found = verdict(read(row["a"], licences), read(row["b"], licences), licences)
    said = " ".join(text.render("en") for text in (*found.because, *found.conditions))
    assert found.answer.word == row["verdict"], f"{row['why']} ({row['source']}), and the engine: {said}"


def test_every_pair_has_a_verdict_with_reasons_and_sources_in_less_than_a_second(licences):
    began = time.process_time()
    found = [compare(a, b, licences) for a in licences.values() for b in licences.values()]
    assert time.process_time() - began < 1
    assert len(found) == len(licences) ** 2
    for each in found:
        assert each.because
        assert each.sources
        for language in ("fr", "en"):
            assert all(text.render(language) for text in (*each.because, *each.conditions))
