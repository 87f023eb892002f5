"""The gate: every file is read, the whole graph is checked, each finding gets its place."""

from __future__ import annotations

import subprocess
import sys

import pytest

from graph import config, gate
from graph.diagnostics import Severity
from graph.errors import ConfigurationError, InvalidInput

OWN = "https://example.org/id/tools/{}"


@pytest.fixture
def checked(repository, monkeypatch):
    """Check the repository, or some of its paths, from its own folder."""
    monkeypatch.chdir(repository.root)

    def check(*paths, **options):
        return gate.check(config.load(repository.root), paths, **options)

    return check


def codes(report) -> list[tuple[str, str]]:
    return [(d.location.path, d.code) for d in report.diagnostics]


def test_a_repository_that_conforms_has_nothing_to_say(checked):
    report = checked()
    assert report.conforms
    assert (report.diagnostics, report.unreadable) == ((), ())
    assert (report.files, report.triples) == (5, 29)


def test_a_path_is_counted_alone_and_checked_in_context(checked):
    report = checked("data/tools/saw.ttl")
    assert (report.files, report.triples, report.conforms) == (1, 3, True)


def test_findings_of_other_files_are_not_told(checked, repository):
    repository.write("data/tools/bare.ttl", f"<{OWN.format('bare')}> a <https://example.org/ontology#Tool> .")
    repository.write("data/tools/bad.ttl", "nope")
    assert checked("data/tools/saw.ttl").diagnostics == ()
    assert codes(checked("data/tools/bare.ttl")) == [
        ("data/tools/bare.ttl", "PAS101"),
        ("data/tools/bare.ttl", "PAS304"),
    ]


def test_a_file_that_does_not_parse_has_findings_of_syntax_only(checked, repository):
    repository.write("data/tools/bad.ttl", f"<{OWN.format('bad')}> a <https://example.org/ontology#Tool> ; nope .")
    assert {path for path, _ in codes(checked())} == {"data/tools/bad.ttl"}
    assert all(code < "PAS040" for _, code in codes(checked()))


def test_diagnostics_come_in_the_order_of_their_places(checked, repository):
    for slug in "cab":
        repository.write(f"data/tools/{slug}.ttl", "nope")
    assert [path for path, _ in codes(checked())] == [f"data/tools/{slug}.ttl" for slug in "abc"]


def test_a_result_of_a_shape_keeps_its_severity_its_rule_and_its_words(checked, repository):
    repository.tool("axe", f"<{OWN.format('axe')}> <http://purl.org/dc/terms/description> 'un', 'deux' .")
    (found,) = (d for d in checked("data/tools/axe.ttl").diagnostics if d.code == "PAS102")
    assert found.severity is Severity.WARNING
    assert found.rule == "https://example.org/shapes#Tool-description"
    assert found.focus == OWN.format("axe")
    assert found.property == "http://purl.org/dc/terms/description"
    assert (found.message.render("fr"), found.message.render("en")) == (
        "Une seule description.",
        "One description only.",
    )
    assert checked().conforms


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_a_shape_without_words_of_its_own_has_ours(checked, repository, engine):
    repository.write(
        "shapes/link.ttl",
        """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://example.org/shapes#Link> a sh:NodeShape ; sh:targetClass <https://example.org/ontology#Tool> ;
            sh:property [ sh:path <https://example.org/ontology#page> ; sh:nodeKind sh:IRI ] .
        """,
    )
    repository.tool("axe", f"<{OWN.format('axe')}> <https://example.org/ontology#page> 'no \\u0022IRI\\u0022' .")
    (found,) = checked(engine=engine).diagnostics
    assert found.code == "PAS104"
    assert found.rule == "https://example.org/shapes#Link"
    assert found.value == 'no "IRI"'
    assert found.message.render("en") == '"no \\"IRI\\"" is a literal: it should be an IRI.'


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_both_engines_write_a_path_the_same_way(checked, repository, engine):
    repository.write(
        "shapes/path.ttl",
        """
        @prefix ex: <https://example.org/ontology#> .
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://example.org/shapes#Path> a sh:NodeShape ; sh:targetNode <https://example.org/id/tools/saw> ;
            sh:property [ sh:path ( [ sh:inversePath ex:p ] [ sh:zeroOrMorePath ex:q ] ) ; sh:minCount 1 ],
                [ sh:path [ sh:alternativePath ( ex:p [ sh:oneOrMorePath ex:q ] ) ] ; sh:minCount 1 ] .
        """,
    )
    p, q = "<https://example.org/ontology#p>", "<https://example.org/ontology#q>"
    assert {found.property for found in checked(engine=engine).diagnostics} == {f"(^{p}/{q}*)", f"({p}|{q}+)"}


def test_an_engine_must_be_known(checked):
    with pytest.raises(ConfigurationError) as caught:
        checked(engine="magic")
    assert caught.value.key == "unknown-engine"


@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_a_shape_that_no_engine_can_use_is_the_inputs_fault(checked, repository, engine):
    repository.write(
        "shapes/bad.ttl",
        """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://example.org/shapes#Bad> a sh:NodeShape ; sh:targetNode <https://example.org/id/tools/saw> ;
            sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?o MINUS { $this ?p 1 } }" ] .
        """,
    )
    with pytest.raises(InvalidInput) as caught:
        checked(engine=engine)
    assert caught.value.key == "shapes"


def test_shapes_are_not_data(checked, repository):
    repository.write("shapes/own.ttl", "<https://example.org/id/x> a <https://example.org/ontology#Tool> .")
    assert checked().conforms


def test_the_ontology_is_context_for_the_shapes(checked, repository):
    repository.write(
        "shapes/thing.ttl",
        """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        <https://example.org/shapes#Thing> a sh:NodeShape ; sh:targetClass <https://example.org/ontology#Thing> ;
            sh:property [ sh:path <https://example.org/ontology#age> ; sh:minCount 1 ] .
        """,
    )
    assert {path for path, _ in codes(checked())} == {
        "data/sources/report.ttl",
        "data/tools/hammer.ttl",
        "data/tools/saw.ttl",
    }


def test_what_cannot_be_read_stands_beside_what_was_found(checked, repository):
    repository.write("data/tools/bad.ttl", "nope")
    report = checked("nowhere.ttl", "data/tools/bad.ttl")
    assert [error.key for error in report.unreadable] == ["missing"]
    assert codes(report) == [("data/tools/bad.ttl", "PAS034")]


def test_a_file_that_cannot_be_read_is_told_only_when_asked_about(checked, repository):
    (repository.root / "data/tools/gone.ttl").symlink_to("nowhere")
    assert [error.key for error in checked().unreadable] == ["missing"]
    assert checked("data/tools/saw.ttl").unreadable == ()


def test_progress_is_told_file_by_file(checked):
    told = []
    checked(progress=lambda *step: told.append(step))
    assert told == [("read", number, 5) for number in range(1, 6)]


def test_a_finding_about_a_blank_node_is_placed_in_its_file(checked, repository):
    repository.tool("axe", "[] a <https://example.org/ontology#Tool> .")
    assert ("data/tools/axe.ttl", "PAS101") in codes(checked())


def test_a_file_that_conforms_is_never_lexed(repository):
    check = "from graph import config, gate; import sys; from pathlib import Path; "
    check += (
        "assert gate.check(config.load(Path())).conforms; print(*(m for m in sys.modules if m.startswith('graph.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=repository.root, capture_output=True, text=True, check=True
    )
    assert "graph.turtle.parse" in done.stdout.split()
    assert "graph.turtle.lexer" not in done.stdout.split()


PAGE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://example.org/shapes#Page> a sh:NodeShape ; sh:targetClass <https://example.org/ontology#Tool> ;
    sh:property [ sh:path <http://xmlns.com/foaf/0.1/page> ; sh:nodeKind sh:IRI ; sh:severity sh:%s ] .
"""


@pytest.mark.parametrize(
    ("level", "severity", "told"),
    [
        ("error", "Violation", ["PAS104"]),
        ("error", "Warning", ["PAS104", "PAS318"]),
        ("error", "Info", ["PAS104", "PAS318"]),
        ("warning", "Warning", ["PAS104"]),
        ("warning", "Info", ["PAS104", "PAS318"]),
    ],
)
def test_what_a_shape_says_less_strictly_than_a_rule_is_told_twice(checked, repository, level, severity, told):
    repository.configure(f'[lint]\niri-as-text = "{level}"')
    repository.write("shapes/page.ttl", PAGE % severity)
    repository.tool("axe", f"<{OWN.format('axe')}> <http://xmlns.com/foaf/0.1/page> 'https://agglo.fr/' .")
    report = checked()
    assert [d.code for d in report.diagnostics] == told
    assert report.diagnostics[0].fix is not None or len(told) > 1
    assert report.conforms == (level != "error")


def test_contact_data_of_a_person_are_told_whatever_the_shapes_say(checked, repository):
    repository.write("shapes/page.ttl", PAGE.replace("ontology#Tool", "ontology#Person") % "Violation")
    repository.write(
        "ontology/persons.ttl", "<https://example.org/ontology#Person> a <http://www.w3.org/2002/07/owl#Class> ."
    )
    repository.tool(
        "axe",
        f"<{OWN.format('axe')}> a <https://example.org/ontology#Person>, <http://xmlns.com/foaf/0.1/Person> ;"
        " <http://xmlns.com/foaf/0.1/page> 'ada@agglo.fr' .",
    )
    assert {"PAS104", "PAS332"} <= {d.code for d in checked().diagnostics}


def test_what_one_file_of_the_ontology_declares_holds_for_those_before_it(checked, repository):
    repository.write("ontology/a.ttl", "<https://example.org/more#A> a <https://example.org/more#Missing> .")
    repository.write("ontology/z.ttl", "<https://example.org/more> a <http://www.w3.org/2002/07/owl#Ontology> .")
    assert ("ontology/a.ttl", "PAS203") in codes(checked())


LICENCE = """
<https://example.org/id/licences/own> a <http://purl.org/dc/terms/LicenseDocument> ;
    <http://xmlns.com/foaf/0.1/page> <https://agglo.fr/{}> .
"""


def test_licences_are_those_that_an_editor_shows(checked, repository):
    saved = repository.write("data/licences/own.ttl", LICENCE.format("saved"))
    repository.tool("axe", f"<{OWN.format('axe')}> <http://purl.org/dc/terms/license> <https://agglo.fr/shown> .")
    asked = "data/tools/axe.ttl"
    assert [d.message.key for d in checked(asked).diagnostics] == ["lint.licence"]
    shown = checked(asked, overlay={saved.resolve(): LICENCE.format("shown").encode()})
    assert [d.message.key for d in shown.diagnostics] == ["lint.licence-ours"]


def test_the_licences_of_the_repository_are_known_where_only_one_file_is_read(repository, monkeypatch):
    monkeypatch.chdir(repository.root)
    repository.write("data/licences/own.ttl", LICENCE.format("own"))
    repository.tool("axe", f"<{OWN.format('axe')}> <http://purl.org/dc/terms/license> <https://agglo.fr/own> .")
    report = gate.lint(config.load(repository.root), ["data/tools/axe.ttl"])
    assert [d.message.key for d in report.diagnostics] == ["lint.licence-ours"]


CITING = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix exsh: <https://example.org/shapes#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
exsh:T a sh:NodeShape ; sh:targetSubjectsOf dct:title ; sh:property exsh:T-licence, exsh:T-title, exsh:T-text .
exsh:T-licence sh:path dct:license ; sh:class dct:LicenseDocument .
exsh:T-text sh:path dct:title ; sh:datatype rdf:langString .
exsh:T-title sh:path dct:title ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:languageIn ( "fr" ) ] .
"""


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        ("dct:title 'Bus'@fr ; dct:license <https://example.org/id/licences/none>", ("PAS201", 2)),
        ("dct:title 'Bus'@fr ; dct:license <https://agglo.fr/licence>", ("PAS326", 2)),
        ("dct:title 'Bus'@french", ("PAS316", 2)),
        ("dct:title 'Bus'", ("PAS103", 2)),
    ],
)
def test_one_fault_is_told_once_by_what_says_how_to_mend_it_and_stays_an_error(checked, repository, statements, told):
    repository.configure('[lint]\nsource = "off"')
    repository.write("shapes/citing.ttl", CITING)
    repository.write(
        "data/tools/bus.ttl",
        f"@prefix dct: <http://purl.org/dc/terms/> .\n<https://example.org/id/tools/bus> {statements} .\n",
    )
    report = checked("data/tools/bus.ttl")
    assert [(d.code, d.location.line) for d in report.diagnostics] == [told]
    assert not report.conforms


def test_a_tag_in_capitals_is_no_excuse_for_a_text_that_is_missing(checked, repository):
    repository.configure('[lint]\nsource = "off"')
    repository.write("shapes/citing.ttl", CITING)
    repository.write(
        "data/tools/bus.ttl",
        "@prefix dct: <http://purl.org/dc/terms/> .\n<https://example.org/id/tools/bus> dct:title 'Bus'@EN .\n",
    )
    found = checked("data/tools/bus.ttl").diagnostics
    assert {(d.code, d.severity) for d in found} == {("PAS128", Severity.ERROR), ("PAS316", Severity.WARNING)}
