"""The W3C SHACL 1.0 suite through our one door to SHACL, with each engine.

Compared, as the suite asks: focus node, path, value, component, severity, and the source shape where it has an IRI.
Blank nodes, which engines name as they like, are all alike here, and a result that the report has twice counts once:
our door tells each finding once.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest
from suite import MF, RDF, SUITES, Graph, hold, known_failures, present, require

from graph.dataset import Parsed, Role, Source
from graph.diagnostics import Diagnostic, Location, order
from graph.errors import InvalidInput
from graph.lint.facts import gather
from graph.placing import placed
from graph.shacl.datagraph import DataGraph
from graph.shacl.located import Locator
from graph.shacl.results import Result
from graph.shacl.shapes import ShapesGraph
from graph.shacl.validate import ENGINES, compiled
from graph.turtle.parse import parse

SUITE = "shacl10"
FOLDER = SUITES / SUITE / "tests"
BASE = "https://w3c.github.io/data-shapes/data-shapes-test-suite/tests/"
SH = "http://www.w3.org/ns/shacl#"
SHT = "http://www.w3.org/ns/shacl-test#"
VALIDATE = ox.NamedNode(SHT + "Validate")
LISTED, UNLISTED = 120, 1


def entries() -> list[tuple[str, str]]:
    """IRI and file of each test, whether a manifest includes it or not."""
    if not present(SUITE):
        return []
    tests = []
    for path in sorted(FOLDER.rglob("*.ttl")):
        name = path.relative_to(FOLDER).as_posix()
        graph = Graph.read(path, BASE + name)
        tests += [(test.value, name) for test in graph.subjects(RDF + "type", VALIDATE)]
    return sorted(tests)


ENTRIES = entries()


def local(iri: str) -> Path:
    return FOLDER / unquote(urlsplit(iri).path.removeprefix(urlsplit(BASE).path))


@cache
def ntriples(iri: str) -> str:
    triples = ox.parse(path=local(iri), format=ox.RdfFormat.TURTLE, base_iri=iri)
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES).decode()


Row = tuple[str, str, str, str, str]
Shaped = tuple[Row, str]


def unnamed(term: str | None) -> str:
    return "" if term is None else "_:" if term.startswith("_:") else _STRING.sub("", term)


_STRING = re.compile(r"\^\^<http://www\.w3\.org/2001/XMLSchema#string>$")


def found(results: list[Result]) -> set[Shaped]:
    return {
        ((unnamed(r.focus), r.path or "", unnamed(r.value), r.component, r.severity), r.shape or "") for r in results
    }


def path_text(graph: Graph, node) -> str:
    """A result path as SPARQL writes it."""
    if node is None:
        return ""
    if isinstance(node, ox.NamedNode):
        return str(node)
    if graph.value(node, RDF + "first") is not None:
        return "(" + "/".join(path_text(graph, step) for step in graph.items(node)) + ")"
    for name, before, after in (
        ("inversePath", "^", ""),
        ("zeroOrMorePath", "", "*"),
        ("oneOrMorePath", "", "+"),
        ("zeroOrOnePath", "", "?"),
    ):
        inner = graph.value(node, SH + name)
        if inner is not None:
            return before + path_text(graph, inner) + after
    alternatives = graph.items(graph.value(node, SH + "alternativePath"))
    return "(" + "|".join(path_text(graph, one) for one in alternatives) + ")"


def expected(graph: Graph, report) -> set[Shaped]:
    rows = set()
    for result in graph.objects(report, SH + "result"):

        def term(name, result=result):
            return graph.value(result, SH + name)

        value, shape = term("value"), term("sourceShape")
        row = (
            unnamed(str(term("focusNode"))),
            path_text(graph, term("resultPath")),
            unnamed(None if value is None else str(value)),
            term("sourceConstraintComponent").value,
            term("resultSeverity").value,
        )
        rows.add((row, str(shape) if isinstance(shape, ox.NamedNode) else ""))
    return rows


def difference(ours: set[Shaped], theirs: set[Shaped]) -> str | None:
    """What one has and the other not. A shape without an IRI is known here by its nearest one that has."""
    here, there = ({row for row, _ in rows} for rows in (ours, theirs))
    unshaped = {(row, shape) for row, shape in theirs if shape} - ours
    if here == there and not unshaped:
        return None
    return f"only here: {here - there}\nonly there: {there - here or unshaped}"


def problem(engine: str, iri: str, name: str) -> str | None:
    """What is not as the suite says; None when all is."""
    graph = Graph.read(FOLDER / name, BASE + name)
    test = ox.NamedNode(iri)
    action, report = graph.value(test, MF + "action"), graph.value(test, MF + "result")
    data, shapes = (graph.value(action, SHT + kind).value for kind in ("dataGraph", "shapesGraph"))
    try:
        results = compiled(ShapesGraph(ntriples(shapes)), engine)(ntriples(data))
    except InvalidInput as error:
        return None if report == ox.NamedNode(SHT + "Failure") else f"failed: {error}"
    except Exception as error:  # noqa: BLE001 - whatever an engine raises is a result of the suite
        return f"raised {type(error).__name__}: {error}"
    if report == ox.NamedNode(SHT + "Failure"):
        return f"validated, where the suite expects a failure: {results}"
    return difference(found(results), expected(graph, report))


def test_the_suite_is_whole():
    require(SUITE)
    assert len(ENTRIES) == LISTED + UNLISTED
    for engine in ENGINES:
        assert set(known_failures(SUITE, engine)) <= {iri for iri, _ in ENTRIES}


@pytest.mark.filterwarnings("ignore")  # rdflib warns of the ill-formed literals that the suite holds
@pytest.mark.parametrize(("iri", "name"), ENTRIES, ids=[name.removesuffix(".ttl") for _, name in ENTRIES])
@pytest.mark.parametrize("engine", ENGINES)
def test_shacl(engine, iri, name):
    hold(problem(engine, iri, name), iri, SUITE, engine)


def diagnostics(engine: str, name: str, folder: Path) -> list[Diagnostic]:
    """What is said of a test's data, each at its place in the file of the test."""
    iri = BASE + name.removesuffix(".ttl")
    graph = Graph.read(FOLDER / name, BASE + name)
    (test,) = graph.subjects(RDF + "type", VALIDATE)
    action = graph.value(test, MF + "action")
    data, shapes = (graph.value(action, SHT + kind).value for kind in ("dataGraph", "shapesGraph"))
    source = Source(local(data), local(data).name, iri, Role.DATA)
    document = parse(source.path.read_bytes(), path=source.name, base=iri, limit=1_000_000)
    merged = folder / f"{engine}.nt"
    merged.write_bytes(document.ntriples)
    told = ntriples(shapes).encode()
    locator = Locator(
        compiled(ShapesGraph(told.decode()), engine),
        DataGraph(merged, [(0, source)]),
        DataGraph(told, [(0, Source(local(shapes), local(shapes).name, iri, Role.SHAPES))]),
        [gather(Parsed(source, document), iri)],
        {iri},
        Location("nowhere"),
    )
    found = [one.unplaced for one in locator.located()]
    return sorted(placed(found, {source.name: source}, 1_000_000), key=order)


BOTH = [
    name
    for iri, name in ENTRIES
    if not any(iri in known_failures(SUITE, engine) for engine in ENGINES) and "shacl-shacl" not in name
]


@pytest.mark.filterwarnings("ignore")  # as above
@pytest.mark.parametrize("name", BOTH, ids=[name.removesuffix(".ttl") for name in BOTH])
def test_both_engines_give_the_same_diagnostics_at_the_same_places(name, tmp_path):
    try:
        ours, referee = (diagnostics(engine, name, tmp_path) for engine in ENGINES)
    except InvalidInput:
        return  # a failure that the suite expects: each engine is asked for it above
    assert ours == referee
    for found in ours:
        assert found.location.path != "nowhere"
        assert found.message.render("fr")
        assert found.message.render("en")
