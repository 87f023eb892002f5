"""A diagnostic says what, where and by which rule; reports show diagnostics in one order."""

import json

from graph.diagnostics import Diagnostic, Edit, Fix, Location, Severity, has_errors, order
from graph.gate import GateReport
from graph.report import json as json_report
from graph.report import text as text_report
from graph.texts import Text


def diagnostic(path="a.ttl", line=1, column=1, severity=Severity.ERROR, code="PAS001", **more):
    return Diagnostic(Location(path, line, column, line, column), severity, code, Text("file.empty"), **more)


def test_only_an_error_keeps_a_file_out():
    assert not has_errors([])
    assert not has_errors([diagnostic(severity=Severity.WARNING), diagnostic(severity=Severity.INFO)])
    assert has_errors([diagnostic(severity=Severity.WARNING), diagnostic()])


def test_diagnostics_are_shown_by_place_then_code_then_subject():
    expected = [
        diagnostic("a.ttl", 2, 9, code="PAS002"),
        diagnostic("a.ttl", 10, 1, code="PAS001"),
        diagnostic("a.ttl", 10, 1, code="PAS002"),
        diagnostic("a.ttl", 10, 1, code="PAS002", focus="urn:a"),
        diagnostic("a.ttl", 10, 1, code="PAS002", focus="urn:a", property="urn:p"),
        diagnostic("b.ttl"),
    ]
    assert sorted([*expected[3:], *expected[:3]], key=order) == expected


def test_a_line_of_text_is_path_line_column_severity_code_message():
    found = diagnostic("data/x.ttl", 12, 5, Severity.WARNING, "PAS004")
    assert text_report.line(found, "en").startswith("data/x.ttl:12:5: warning PAS004: Empty file")
    assert text_report.line(found, "fr").startswith("data/x.ttl:12:5: avertissement PAS004: Fichier vide")


def test_a_message_of_several_lines_takes_one():
    found = Diagnostic(Location("x"), Severity.INFO, "PAS130", Text(wordings={"fr": "un\n   deux\ttrois"}))
    assert text_report.line(found, "fr") == "x:1:1: info PAS130: un deux trois"


def test_the_source_line_and_a_caret_follow_when_asked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.ttl").write_text("<a> <b> <c> .\n\té wrong here\n", encoding="utf-8")
    place = Location("x.ttl", 2, 4, 2, 9)
    report = GateReport((Diagnostic(place, Severity.ERROR, "PAS001", Text("file.empty")),), 1, 0)
    assert text_report.write(report, "en", tmp_path).splitlines()[1:] == ["     é wrong here", "       ^^^^^"]


def test_a_place_that_is_not_in_a_file_has_no_source_line(tmp_path):
    report = GateReport((diagnostic("-", 3, 1),), 1, 0)
    assert len(text_report.write(report, "en", tmp_path).splitlines()) == 1


def test_the_summary_says_how_it_went():
    warned = GateReport((diagnostic(severity=Severity.WARNING),), 3, 12)
    assert text_report.summary(warned, "en") == "Conforms: 3 files, 12 triples, 1 warning."
    failed = warned.with_more([diagnostic()])
    assert text_report.summary(failed, "fr") == "Non conforme : 1 erreur et 1 avertissement dans 3 fichiers."


def test_more_diagnostics_are_put_in_their_place():
    report = GateReport((diagnostic("b.ttl"),), 1, 0).with_more([diagnostic("a.ttl"), diagnostic("c.ttl")])
    assert [d.location.path for d in report.diagnostics] == ["a.ttl", "b.ttl", "c.ttl"]


def test_json_has_every_field_of_the_contract_and_no_other():
    fix = Fix(Text("file.binary"), (Edit(Location("é.ttl", 12, 5, 12, 7), "dct:"),))
    found = diagnostic("é.ttl", 12, 5, rule="urn:r", focus="urn:f", property="urn:p", value="v", help="urn:h", fix=fix)
    written = json_report.write(GateReport((found,), 4, 9), "abc", "en")
    assert "é.ttl" in written
    assert json.loads(written) == {
        "conforms": False,
        "files": 4,
        "snapshot": "abc",
        "diagnostics": [
            {
                "path": "é.ttl",
                "line": 12,
                "column": 5,
                "end_line": 12,
                "end_column": 5,
                "severity": "error",
                "code": "PAS001",
                "rule": "urn:r",
                "focus": "urn:f",
                "property": "urn:p",
                "value": "v",
                "message": "Empty file: it describes nothing. Remove it or describe a thing in it.",
                "help": "urn:h",
                "fix": {
                    "title": "This file holds a null byte: it is not Turtle text.",
                    "edits": [{"line": 12, "column": 5, "end_line": 12, "end_column": 7, "text": "dct:"}],
                },
            }
        ],
    }


def test_what_does_not_apply_is_null_in_json():
    entry = json_report.entry(diagnostic(), "fr")
    assert [entry[name] for name in ("rule", "focus", "property", "value", "help", "fix")] == [None] * 6
