"""The W3C RDF 1.1 Turtle suite: exactly the triples it expects, and a diagnostic for what it refuses."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from suite import MF, RDF, SUITES, Graph, hold, known_failures, present, require

from graph import config, gate
from graph.diagnostics import Severity, has_errors
from graph.turtle.parse import Document, parse

SUITE = "turtle11"
FOLDER = SUITES / SUITE / "rdf-turtle"
BASE = "https://w3c.github.io/rdf-tests/rdf/rdf11/rdf-turtle/"
RDFT = "http://www.w3.org/ns/rdftest#"


def entries() -> list[tuple[str, str, str, str | None]]:
    """IRI, kind, input file and result file of each test."""
    if not present(SUITE):
        return []
    manifest = Graph.read(FOLDER / "manifest.ttl", BASE + "manifest.ttl")
    found = []
    for test in manifest.items(manifest.value(ox.NamedNode(BASE + "manifest.ttl"), MF + "entries")):
        kind = manifest.value(test, RDF + "type").value.removeprefix(RDFT)
        action, result = manifest.value(test, MF + "action"), manifest.value(test, MF + "result")
        found.append((test.value, kind, action.value.removeprefix(BASE), result and result.value.removeprefix(BASE)))
    return found


ENTRIES = entries()
each = pytest.mark.parametrize(
    ("iri", "kind", "action", "result"), ENTRIES, ids=[iri.partition("#")[2] for iri, *_ in ENTRIES]
)


def read(action: str) -> Document:
    return parse((FOLDER / action).read_bytes(), path=action, base=BASE + action, limit=10_000_000)


def canonical(triples) -> set[ox.Quad]:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def problem(kind: str, action: str, result: str | None) -> str | None:
    """What is not as the suite says; None when all is."""
    document = read(action)
    refused = has_errors(list(document.diagnostics))
    if "Negative" in kind:
        return None if refused else "accepted, and the suite refuses it"
    if refused:
        return f"refused: {document.diagnostics[0].message.render('en')}"
    if result is None:
        return None
    ours = canonical(ox.parse(document.ntriples, format=ox.RdfFormat.N_TRIPLES))
    theirs = canonical(ox.parse(path=FOLDER / result, format=ox.RdfFormat.N_TRIPLES))
    return None if ours == theirs else f"only here: {ours - theirs}; only there: {theirs - ours}"


def test_the_suite_is_whole():
    require(SUITE)
    kinds = [kind for _, kind, *_ in ENTRIES]
    assert len(kinds) == 313
    assert sum("Negative" in kind for kind in kinds) == 94
    assert sum(kind == "TestTurtleEval" for kind in kinds) == 145
    assert set(known_failures(SUITE)) <= {iri for iri, *_ in ENTRIES}


@each
def test_turtle(iri, kind, action, result):
    hold(problem(kind, action, result), iri, SUITE)


@each
def test_every_error_of_a_refusal_is_placed_in_the_file(iri, kind, action, result):  # noqa: ARG001 - one list of tests
    document = read(action)
    if not document.diagnostics:
        return
    lines = (FOLDER / action).read_bytes().decode("utf-8", "replace").split("\n")
    for found in document.diagnostics:
        assert 1 <= found.location.line <= len(lines)
        assert 1 <= found.location.column <= len(lines[found.location.line - 1]) + 1


def test_the_gate_says_the_same_of_every_file_together(repository):
    """One check of them all: each refused file has its diagnostic, of syntax, and the others have none."""
    require(SUITE)
    refused = {f"data/w3c/{action}" for _, kind, action, _ in ENTRIES if "Negative" in kind}
    for _, _, action, _ in ENTRIES:
        repository.write(f"data/w3c/{action}", (FOLDER / action).read_bytes())
    repository.configure('[lint]\npolicy = "off"')
    report = gate.check(config.load(repository.root))
    syntax = {d.location.path: d for d in report.diagnostics if d.severity is Severity.ERROR and d.code < "PAS100"}
    shown = {path[path.index("data/w3c/") :] for path in syntax if "data/w3c/" in path}
    assert shown == refused
    assert report.unreadable == ()


def test_the_command_line_names_the_fault_of_a_refused_file(repository):
    require(SUITE)
    for action in [action for _, kind, action, _ in ENTRIES if "Negative" in kind][::12]:
        path = repository.write("data/tools/refused.ttl", (FOLDER / action).read_bytes())
        done = repository.run("check", "--quiet", path.relative_to(repository.root).as_posix())
        assert done.returncode == 1
        assert done.stderr == b""
        assert re.match(rb"data/tools/refused\.ttl:\d+:\d+: erreur PAS0\d\d: ", done.stdout)
