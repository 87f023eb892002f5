"""Every shapes file owns cases; each case has its approved report beside it.

`valid.<why>.ttl` raises nothing, `warning.<why>.ttl` raises warnings only, `invalid.<why>.ttl` raises a violation.
A case holds one or two complete things; what it cites comes from the ontology, the vocabularies and `context.ttl`.
The whole of `shapes/` applies to each case, as at the gate. Approve new reports with

    APPROVE=1 pytest tests/cases/test_shapes.py
"""

from __future__ import annotations

import functools
import json
import os
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.dataset import Role, Source
from graph.diagnostics import Diagnostic, Location, Severity, order
from graph.lint.facts import Facts
from graph.placing import placed
from graph.shacl.datagraph import DataGraph
from graph.shacl.located import Locator
from graph.shacl.shapes import ShapesGraph
from graph.shacl.validate import ENGINES, Validator, compiled
from graph.turtle.parse import Document, parse

ROOT = Path(__file__).parents[2]
SHAPES = ROOT / "shapes"
CASES = Path(__file__).parent / "shapes"
CONTEXT = CASES / "context.ttl"

SH = "http://www.w3.org/ns/shacl#"
SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
PASH = "https://w3id.org/passerelles/shapes#"
TARGETS = [ox.NamedNode(SH + name) for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")]

CASE_FILES = sorted(path for path in CASES.rglob("*.ttl") if path != CONTEXT)
SHAPES_FILES = sorted(SHAPES.rglob("*.ttl"))


# --- the one door to the engines -------------------------------------------------------------------------------------


@functools.cache
def validator(engine: str) -> Validator:
    return compiled(ShapesGraph("".join(document(path).ntriples.decode() for path in SHAPES_FILES)), engine)


@functools.cache
def document(path: Path) -> Document:
    return parse(path.read_bytes(), path=path.name, base=graph_of(path), limit=1_000_000)


def graph_of(path: Path) -> str:
    return f"https://w3id.org/passerelles/graph/{path.stem}"


def validate(path: Path, around: str, engine: str) -> list[Diagnostic]:
    """What the shapes find in the file at `path` with what is `around` it in N-Triples, each at its place."""
    source = Source(path, path.name, graph_of(path), Role.DATA)
    case = document(path).ntriples
    starts = [(0, source), (len(case), Source(CONTEXT, CONTEXT.name, graph_of(CONTEXT), Role.ONTOLOGY))]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "graph.nt")
        data.write_bytes(case + around.encode())
        locator = Locator(
            validator(engine),
            DataGraph(data, starts),
            DataGraph(b""),
            [Facts(source, (), frozenset(), frozenset(), 0, document(path).prefixes)],
            {source.graph},
            Location("nowhere"),
        )
        found = [one.unplaced for one in locator.located()]
        return sorted(placed(found, {source.name: source}, 1_000_000), key=order)


# --- what a case means -----------------------------------------------------------------------------------------------


@functools.cache
def surroundings() -> tuple[dict[str, list[ox.Triple]], list[ox.Triple]]:
    """What is known around a case, by subject, and the class hierarchy."""
    by_subject: dict[str, list[ox.Triple]] = {}
    hierarchy = []
    for path in [CONTEXT, *sorted((ROOT / "ontology").rglob("*.ttl"))]:
        for triple in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            if triple.predicate == SUBCLASS:
                hierarchy.append(triple.triple)
            elif isinstance(triple.subject, ox.NamedNode):
                by_subject.setdefault(triple.subject.value, []).append(triple.triple)
    return by_subject, hierarchy


def triples_of(path: Path) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]


@functools.cache
def results(path: Path, engine: str) -> list[dict]:
    """What `engine` says of the things the case describes, placed among the things they cite."""
    by_subject, hierarchy = surroundings()
    case = triples_of(path)
    described = {triple.subject.value for triple in case}
    cited = {triple.object.value for triple in case if isinstance(triple.object, ox.NamedNode)} - described
    around = [triple for iri in sorted(cited) for triple in by_subject.get(iri, [])]
    context = ox.serialize([*around, *hierarchy], format=ox.RdfFormat.N_TRIPLES).decode()
    lines = path.read_text(encoding="utf-8").split("\n")
    return [row(found, lines) for found in validate(path, context, engine) if found.focus in described]


def row(found: Diagnostic, lines: list[str]) -> dict:
    """A diagnostic as it is approved: where, on what token, what is said."""
    at = found.location
    return {
        "at": f"{at.path}:{at.line}:{at.column}",
        "token": lines[at.line - 1][at.column - 1 : at.end_column - 1] if at.line == at.end_line else None,
        "severity": found.severity,
        "code": found.code,
        "focus": found.focus,
        "property": found.property,
        "value": found.value,
        "shape": found.rule,
        "messages": {language: found.message.render(language) for language in ("fr", "en")},
        "fix": found.fix.edits[0].text if found.fix else None,
    }


def stem(path: Path) -> str:
    """The shapes file a case belongs to, without its suffix."""
    return path.parent.relative_to(CASES).as_posix()


@functools.cache
def shapes_graph(path: Path) -> ox.Dataset:
    return ox.Dataset(ox.parse(path=path, format=ox.RdfFormat.TURTLE))


def reporting_shapes(path: Path) -> set[str]:
    """The shapes of a file that results can name: those with a target, and their property shapes."""
    graph = shapes_graph(path)
    targeted = {quad.subject for target in TARGETS for quad in graph.quads_for_predicate(target)}
    found = set()
    for shape in targeted:
        quads = list(graph.quads_for_subject(shape))
        found |= {quad.object.value for quad in quads if quad.predicate.value == SH + "property"}
        if any(quad.predicate.value in {SH + "message", SH + "sparql"} for quad in quads):
            found.add(shape.value)
    return found


def stem_of_shapes(path: Path) -> str:
    return path.relative_to(SHAPES).as_posix().removesuffix(".ttl")


def ids(path: Path) -> str:
    return path.relative_to(CASES).as_posix().removesuffix(".ttl")


# --- the cases -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CASE_FILES, ids=ids)
def test_case_gives_its_approved_report(path):
    report = path.with_suffix(".report.json")
    text = json.dumps(results(path, "shacl"), ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("APPROVE") == "1":
        report.write_text(text, encoding="utf-8")
    assert report.exists(), "no approved report: APPROVE=1 pytest tests/cases/test_shapes.py"
    assert text == report.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CASE_FILES, ids=ids)
def test_both_engines_say_the_same(path):
    ours, referee = (results(path, engine) for engine in ENGINES)
    assert ours == referee


@pytest.mark.parametrize("path", CASE_FILES, ids=ids)
def test_a_finding_points_into_the_file_of_its_case(path):
    for found in results(path, "shacl"):
        assert found["at"].startswith(f"{path.name}:")
        assert found["token"]


@pytest.mark.parametrize("path", CASE_FILES, ids=ids)
def test_case_name_tells_its_verdict(path):
    verdict = path.name.split(".")[0]
    severities = {row["severity"] for row in results(path, "shacl")}
    if verdict == "valid":
        assert severities == set()
    elif verdict == "warning":
        assert severities == {Severity.WARNING}
    else:
        assert verdict == "invalid"
        assert Severity.ERROR in severities


@pytest.mark.parametrize("path", [path for path in CASE_FILES if not path.name.startswith("valid.")], ids=ids)
def test_case_shows_a_rule_of_its_own_shapes_file(path):
    own = reporting_shapes(SHAPES / f"{stem(path)}.ttl")
    assert own & {row["shape"] for row in results(path, "shacl")}


def test_context_of_the_cases_is_valid():
    by_subject, hierarchy = surroundings()
    described = {triple.subject.value for triple in triples_of(CONTEXT)}
    others = [triple for iri, triples in by_subject.items() if iri not in described for triple in triples]
    data = ox.serialize([*others, *hierarchy], format=ox.RdfFormat.N_TRIPLES).decode()
    assert [found for found in validate(CONTEXT, data, "shacl") if found.focus in described] == []


# --- the shapes files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHAPES_FILES, ids=stem_of_shapes)
def test_shapes_file_owns_cases_of_both_verdicts(path):
    if not reporting_shapes(path):  # used by the others, without a target or a message
        return
    verdicts = {case.name.split(".")[0] for case in CASE_FILES if stem(case) == stem_of_shapes(path)}
    assert "valid" in verdicts
    assert verdicts & {"invalid", "warning"}


@pytest.mark.parametrize("path", SHAPES_FILES, ids=stem_of_shapes)
def test_every_rule_is_shown_by_a_case(path):
    shown = {row["shape"] for case in CASE_FILES for row in results(case, "shacl")}
    assert reporting_shapes(path) - shown == set()


def test_every_shape_that_has_a_message_is_fired_by_a_case():
    shown = {row["shape"] for case in CASE_FILES for row in results(case, "shacl")}
    message = ox.NamedNode(SH + "message")
    speaking = {quad.subject for path in SHAPES_FILES for quad in shapes_graph(path).quads_for_predicate(message)}
    queries = {
        quad.object: quad.subject.value
        for path in SHAPES_FILES
        for quad in shapes_graph(path).quads_for_predicate(ox.NamedNode(SH + "sparql"))
    }
    assert len(speaking) > 300
    # A query speaks for its shape; which query spoke is the next test's.
    assert sorted({queries.get(shape, shape.value) for shape in speaking} - shown) == []


def test_every_constraint_query_is_shown_by_a_case():
    said = {row["messages"].get("fr") for case in CASE_FILES for row in results(case, "shacl")}
    silent = set()
    for path in SHAPES_FILES:
        graph = shapes_graph(path)
        for quad in graph.quads_for_predicate(ox.NamedNode(SH + "sparql")):
            query = graph.quads_for_subject(quad.object)
            if not {q.object.value for q in query if q.predicate.value == SH + "message"} & said:
                silent.add(quad.object.value)
    assert silent == set()


@pytest.mark.parametrize("path", SHAPES_FILES, ids=stem_of_shapes)
def test_every_rule_speaks_french_and_english(path):
    graph = shapes_graph(path)
    speakers = {ox.NamedNode(iri) for iri in reporting_shapes(path)}
    queries = {quad.object for quad in graph.quads_for_predicate(ox.NamedNode(SH + "sparql"))}
    askers = {quad.subject for quad in graph.quads_for_predicate(ox.NamedNode(SH + "sparql"))}
    for shape in (speakers - askers) | queries:
        languages = [q.object.language for q in graph.quads_for_subject(shape) if q.predicate.value == SH + "message"]
        assert sorted(languages) == ["en", "fr"], shape.value


@pytest.mark.parametrize("path", SHAPES_FILES, ids=stem_of_shapes)
def test_strength_of_a_rule_is_the_strength_of_its_folder(path):
    expected = {"required": {"Violation"}, "recommended": {"Warning"}}.get(stem_of_shapes(path).split("/")[0])
    found = {
        quad.object.value.removeprefix(SH)
        for quad in shapes_graph(path).quads_for_predicate(ox.NamedNode(SH + "severity"))
    }
    if expected is not None:
        assert found == expected


@pytest.mark.parametrize("path", SHAPES_FILES, ids=stem_of_shapes)
def test_every_shape_has_an_address_of_ours(path):
    graph = shapes_graph(path)
    for kind in ("NodeShape", "PropertyShape", "SPARQLConstraint"):
        for quad in graph.quads_for_object(ox.NamedNode(SH + kind)):
            assert isinstance(quad.subject, ox.NamedNode)
            assert quad.subject.value.startswith(PASH)


def test_no_shape_is_described_in_two_files():
    seen: dict[str, Path] = {}
    for path in SHAPES_FILES:
        for kind in ("NodeShape", "PropertyShape"):
            for quad in shapes_graph(path).quads_for_object(ox.NamedNode(SH + kind)):
                assert seen.setdefault(quad.subject.value, path) == path
