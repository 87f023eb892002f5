"""The W3C RDF 1.1 Turtle suite through the located document, and every Turtle file at hand against the engine."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from suite import HERE, MF, RDF, SUITES, Graph, present, require

from graph.turtle.document import TurtleDocument, read

SUITE = "turtle11"
FOLDER = SUITES / SUITE / "rdf-turtle"
BASE = "https://w3c.github.io/rdf-tests/rdf/rdf11/rdf-turtle/"
RDFT = "http://www.w3.org/ns/rdftest#"
ROOT = HERE.parents[1]
OURS = sorted(path for folder in ("data", "ontology", "shapes") for path in (ROOT / folder).rglob("*.ttl"))
KNOWN = tomllib.loads((HERE / "known_failures_document.toml").read_text(encoding="utf-8"))[SUITE]


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


def document(path: Path, base: str) -> TurtleDocument:
    return read(path.read_bytes().decode(), path=path.name, base=base)


def ntriples(found: TurtleDocument) -> str:
    return "".join(f"{row[0]} {row[1]} {row[2]} .\n" for row in found.rows)


def canonical(triples: Iterator[ox.Quad]) -> set[ox.Quad]:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def problem(kind: str, action: str, result: str | None) -> str | None:
    """What is not as the suite says; None when all is."""
    found = document(FOLDER / action, BASE + action)
    if "Negative" in kind:
        return None if found.diagnostics else "accepted, and the suite refuses it"
    if found.diagnostics:
        return f"refused: {found.diagnostics[0].message.render('en')}"
    ours = canonical(ox.parse(ntriples(found), format=ox.RdfFormat.N_TRIPLES))
    if result is None:
        theirs = canonical(ox.parse(path=FOLDER / action, format=ox.RdfFormat.TURTLE, base_iri=BASE + action))
    else:
        theirs = canonical(ox.parse(path=FOLDER / result, format=ox.RdfFormat.N_TRIPLES))
    return None if ours == theirs else f"only here: {ours - theirs}; only there: {theirs - ours}"


def test_the_suite_is_whole():
    require(SUITE)
    assert len(ENTRIES) == 313
    assert set(KNOWN) <= {iri for iri, *_ in ENTRIES}


@pytest.mark.parametrize(
    ("iri", "kind", "action", "result"), ENTRIES, ids=[iri.partition("#")[2] for iri, *_ in ENTRIES]
)
def test_turtle(iri, kind, action, result):
    found = problem(kind, action, result)
    if iri not in KNOWN:
        assert found is None, found
    elif found is None:
        pytest.fail(f"{iri} passes: take it out of known_failures_document.toml ({KNOWN[iri]})")
    else:
        pytest.xfail(KNOWN[iri])


@pytest.mark.parametrize("path", OURS, ids=[path.relative_to(ROOT).as_posix() for path in OURS])
def test_our_files_have_exactly_the_engines_triples_in_its_order(path):
    base = "https://w3id.org/passerelles/graph/x"
    names: dict[str, str] = {}

    def term(node: object) -> str:
        name = str(node)
        return names.setdefault(name, f"_:b{len(names)}") if name.startswith("_:") else name

    found = document(path, base)
    quads = ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=base)
    assert [row[:3] for row in found.rows] == [(term(q.subject), term(q.predicate), term(q.object)) for q in quads]
    assert found.diagnostics == ()
    assert "".join(token.text for token in found.tokens()) == found.text
