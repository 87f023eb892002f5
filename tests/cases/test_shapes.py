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
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import shacl

ROOT = Path(__file__).parents[2]
SHAPES = ROOT / "shapes"
CASES = Path(__file__).parent / "shapes"
CONTEXT = CASES / "context.ttl"
ENGINES = ("shacl", "pyshacl")

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
PASH = "https://w3id.org/passerelles/shapes#"
TARGETS = [ox.NamedNode(SH + name) for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")]

CASE_FILES = sorted(path for path in CASES.rglob("*.ttl") if path != CONTEXT)
SHAPES_FILES = sorted(SHAPES.rglob("*.ttl"))


# --- the one door to the engines -------------------------------------------------------------------------------------


def validate(data_text: str, shapes_dir: Path, engine: str) -> list[dict]:
    """Results of every shape of `shapes_dir` on the Turtle `data_text`, sorted."""
    if engine == "shacl":
        report = _compiled(shapes_dir).validate_text(data_text, format="turtle").serialize("ntriples")
    else:
        report = _refereed(data_text, shapes_dir)
    return _results(ox.parse(report, format=ox.RdfFormat.N_TRIPLES))


@functools.cache
def _compiled(shapes_dir: Path):
    return shacl.Shapes.from_turtle(_shapes_text(shapes_dir))


def _refereed(data_text: str, shapes_dir: Path) -> str:
    data = rdflib.Graph().parse(data=data_text, format="turtle")
    _, report, _ = pyshacl.validate(data, shacl_graph=_rdflib_shapes(shapes_dir), inplace=True, inference="none")
    return report.serialize(format="ntriples")


@functools.cache
def _rdflib_shapes(shapes_dir: Path):
    return rdflib.Graph().parse(data=_shapes_text(shapes_dir), format="turtle")


@functools.cache
def _shapes_text(shapes_dir: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(shapes_dir.rglob("*.ttl")))


def _results(report) -> list[dict]:
    """The results of a SHACL report graph, as plain rows."""
    graph = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in report)

    def values(node, name: str, base: str = SH) -> list:
        return [quad.object for quad in graph.quads_for_subject(node) if quad.predicate.value == base + name]

    def path(node) -> str:
        if isinstance(node, ox.NamedNode):
            return f"<{node.value}>"
        if branches := values(node, "alternativePath"):
            return "(" + "|".join(path(item) for item in members(branches[0])) + ")"
        if inverse := values(node, "inversePath"):
            return "^" + path(inverse[0])
        return "(" + "/".join(path(item) for item in members(node)) + ")"

    def members(node) -> list:
        found = []
        while firsts := values(node, "first", RDF):
            found.append(firsts[0])
            node = values(node, "rest", RDF)[0]
        return found

    def plain(node) -> str | None:
        return node.value if isinstance(node, ox.NamedNode) else str(node)

    rows = []
    for quad in graph.quads_for_predicate(ox.NamedNode(SH + "result")):
        node = quad.object
        one = {name: (values(node, name) or [None])[0] for name in ("focusNode", "resultPath", "value")}
        rows.append(
            {
                "focus": plain(one["focusNode"]),
                "path": path(one["resultPath"]) if one["resultPath"] is not None else None,
                "value": plain(one["value"]) if one["value"] is not None else None,
                "severity": values(node, "resultSeverity")[0].value.removeprefix(SH),
                "component": values(node, "sourceConstraintComponent")[0].value.removeprefix(SH),
                "shape": plain(values(node, "sourceShape")[0]),
                "messages": {m.language or "": m.value for m in sorted(values(node, "resultMessage"), key=str)},
            }
        )
    return sorted(rows, key=lambda row: json.dumps({**row, "messages": None}, ensure_ascii=False))


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
    data = ox.serialize([*case, *around, *hierarchy], format=ox.RdfFormat.N_TRIPLES).decode()
    return [row for row in validate(data, SHAPES, engine) if row["focus"] in described]


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
    ours, referee = results(path, "shacl"), results(path, "pyshacl")
    facts = [{key: value for key, value in row.items() if key != "messages"} for row in ours]
    assert facts == [{key: value for key, value in row.items() if key != "messages"} for row in referee]


@pytest.mark.parametrize("path", CASE_FILES, ids=ids)
def test_case_name_tells_its_verdict(path):
    verdict = path.name.split(".")[0]
    severities = {row["severity"] for row in results(path, "shacl")}
    if verdict == "valid":
        assert severities == set()
    elif verdict == "warning":
        assert severities == {"Warning"}
    else:
        assert verdict == "invalid"
        assert "Violation" in severities


@pytest.mark.parametrize("path", [path for path in CASE_FILES if not path.name.startswith("valid.")], ids=ids)
def test_case_shows_a_rule_of_its_own_shapes_file(path):
    own = reporting_shapes(SHAPES / f"{stem(path)}.ttl")
    assert own & {row["shape"] for row in results(path, "shacl")}


def test_context_of_the_cases_is_valid():
    by_subject, hierarchy = surroundings()
    context = triples_of(CONTEXT)
    described = {triple.subject.value for triple in context}
    everything = [triple for triples in by_subject.values() for triple in triples] + hierarchy
    data = ox.serialize(everything, format=ox.RdfFormat.N_TRIPLES).decode()
    assert [row for row in validate(data, SHAPES, "shacl") if row["focus"] in described] == []


# --- the shapes files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHAPES_FILES, ids=stem_of_shapes)
def test_shapes_file_owns_cases_of_both_verdicts(path):
    if stem_of_shapes(path) == "common":
        assert reporting_shapes(path) == set()  # used by the others, without a target or a message
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
