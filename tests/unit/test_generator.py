"""The generator of synthetic graphs: reproducible, valid, of the size asked for."""

import sys
from pathlib import Path

import pytest

from graph import config, gate

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture
def generate(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    import generate

    yield generate.generate
    sys.modules.pop("generate", None)


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes(generate, tmp_path):
    for name in ("one", "two"):
        generate(tmp_path / name, triples=2_000, seed=3)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_another_seed_gives_other_bytes(generate, tmp_path):
    for seed in (3, 4):
        generate(tmp_path / str(seed), triples=500, seed=seed)
    assert contents(tmp_path / "3") != contents(tmp_path / "4")


@pytest.mark.parametrize("per_file", [1, 50])
def test_a_generated_graph_passes_the_gate(generate, tmp_path, per_file):
    counts = generate(tmp_path / "graph", triples=2_000, per_file=per_file)
    report = gate.check(config.load(tmp_path / "graph"))
    found = list(report.diagnostics)
    assert report.conforms, found[:5]
    kinds = {"accounts", "events", "needs", "organisations", "people", "places", "productions", "reuses", "sources"}
    assert kinds <= {kind for kind, count in counts.items() if count}


def test_links_of_every_decision_are_made(generate, tmp_path):
    counts = generate(tmp_path / "graph", triples=10_000)
    assert all(counts[f"links/{status}"] for status in ("proposed", "accepted", "rejected", "undecided"))


def test_the_size_is_the_one_asked_for_within_five_percent(generate, tmp_path):
    counts = generate(tmp_path / "graph", triples=2_000)
    ours, all_of_it = (gate.check(config.load(root)).triples for root in (BENCH.parent, tmp_path / "graph"))
    assert all_of_it - ours == counts["triples"]
    assert counts["triples"] == pytest.approx(2_000, rel=0.05)


def test_the_number_of_productions_is_the_one_asked_for(generate, tmp_path):
    counts = generate(tmp_path / "graph", productions=30, per_file=100)
    assert counts["productions"] == 30
