"""What identifies a finding, what a code stands for, and what each form makes of a report."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from lxml import etree

from graph.diagnostics import Diagnostic, Location, Severity
from graph.errors import UnreadableInput
from graph.gate import GateReport
from graph.report import github, gitlab, html, junit, markdown, sarif
from graph.report.findings import HELP, by_file, fingerprints, rules
from graph.texts import Text

FOUND = Diagnostic(
    Location("data/tools/x.ttl", 3, 5, 3, 9),
    Severity.ERROR,
    "PAS101",
    Text("shacl.MinCount", {"property": "urn:p", "value": ""}),
    rule="urn:shape",
    focus="urn:x",
    property="urn:p",
)


def report(*diagnostics: Diagnostic, files: int = 1, unreadable=()) -> GateReport:
    return GateReport(diagnostics, files, 0, tuple(unreadable))


# --- fingerprints


@pytest.mark.parametrize(
    "changed",
    [
        {"location": Location("data/tools/x.ttl", 30, 1, 31, 2)},
        {"severity": Severity.WARNING},
        {"message": Text("shacl.MinCount", {"property": "said otherwise", "value": ""})},
        {"help": "https://example.org/"},
        {"fix": "…"},
    ],
)
def test_a_fingerprint_survives_what_does_not_change_the_finding(changed):
    assert fingerprints([replace(FOUND, **changed)]) == fingerprints([FOUND])


@pytest.mark.parametrize(
    "changed",
    [
        {"location": Location("data/tools/y.ttl", 3, 5, 3, 9)},
        {"code": "PAS102"},
        {"rule": "urn:other"},
        {"focus": "urn:y"},
        {"property": "urn:q"},
        {"value": "v"},
    ],
)
def test_a_fingerprint_changes_with_what_the_finding_is(changed):
    assert fingerprints([replace(FOUND, **changed)]) != fingerprints([FOUND])


def test_the_same_finding_twice_has_two_fingerprints():
    assert [one.partition(":")[2] for one in fingerprints([FOUND, FOUND, FOUND])] == ["1", "2", "3"]


def test_the_label_of_a_blank_node_does_not_count():
    assert fingerprints([replace(FOUND, focus="_:b0")]) == fingerprints([replace(FOUND, focus="_:c7")])


def test_without_a_subject_the_message_tells_findings_apart():
    first, second = (
        Diagnostic(Location("x"), Severity.WARNING, "PAS305", Text("lint.unused-prefix", {"prefix": prefix}))
        for prefix in ("foaf", "skos")
    )
    assert fingerprints([second]) == [fingerprints([first, second])[1]]


# --- rules


def test_a_rule_has_the_name_of_its_constraint_and_its_worst_severity():
    rule = rules([replace(FOUND, severity=Severity.INFO), FOUND], "en")["PAS101"]
    assert (rule.name, rule.severity, rule.help) == ("MinCount", Severity.ERROR, f"{HELP}PAS101")
    assert rule.title == "… is missing. Add it."


def test_a_rule_whose_findings_have_one_help_page_has_it_too():
    page = "https://example.org/help"
    assert rules([replace(FOUND, help=page)], "fr")["PAS101"].help == page
    assert rules([replace(FOUND, help=page), FOUND], "fr")["PAS101"].help == f"{HELP}PAS101"


@pytest.mark.parametrize("page", ["javascript:alert(1)", "https://", "https://x y", 'https://x"', "\nhttps://x", ""])
def test_a_help_page_is_on_the_web(page):
    assert rules([replace(FOUND, help=page)], "fr")["PAS101"].help == f"{HELP}PAS101"


def test_a_help_page_is_a_uri():
    assert rules([replace(FOUND, help="https://x.org/é#a")], "fr")["PAS101"].help == "https://x.org/%C3%A9#a"


def test_a_code_with_nothing_but_the_words_of_a_shape_is_named_by_itself():
    rule = rules([replace(FOUND, code="XYZ", message=Text(wordings={"fr": "non"}))], "fr")["XYZ"]
    assert (rule.name, rule.title) == ("XYZ", "Un constat du contrôle.")


def test_findings_are_by_file_in_their_order():
    other = replace(FOUND, location=Location("a.ttl"))
    assert by_file([FOUND, other, FOUND]) == {"data/tools/x.ttl": [FOUND, FOUND], "a.ttl": [other]}


# --- SARIF


def run_of(given: GateReport, language: str = "en") -> dict:
    (run,) = json.loads(sarif.write(given, language))["runs"]
    return run


@pytest.mark.parametrize(
    ("path", "artifact"),
    [
        ("data/été/a b#c%.ttl", {"uri": "data/%C3%A9t%C3%A9/a%20b%23c%25.ttl", "uriBaseId": "%SRCROOT%"}),
        ("/srv/x y.ttl", {"uri": "file:///srv/x%20y.ttl"}),
        ("caf\udce9.ttl", {"uri": "caf%E9.ttl", "uriBaseId": "%SRCROOT%"}),
        ("a:b.ttl", {"uri": "a%3Ab.ttl", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_an_artifact_is_a_uri(path, artifact):
    (result,) = run_of(report(replace(FOUND, location=Location(path))))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == artifact


def test_a_region_counts_code_points_and_says_so():
    run = run_of(report(FOUND))
    assert run["columnKind"] == "unicodeCodePoints"
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}


@pytest.mark.parametrize(("severity", "level"), list(zip(Severity, ("error", "warning", "note"), strict=True)))
def test_each_severity_has_its_level(severity, level):
    assert run_of(report(replace(FOUND, severity=severity)))["results"][0]["level"] == level


def test_a_message_makes_no_link():
    found = replace(FOUND, message=Text(wordings={"en": "see [here](https://example.org) and [1]"}))
    said = run_of(report(found))["results"][0]["message"]["text"]
    assert said == "see \\[here\\](https://example.org) and [1]"


def test_the_rules_speak_the_readers_language():
    french, english = (
        run_of(report(FOUND), language)["tool"]["driver"]["rules"][0]["shortDescription"]["text"]
        for language in ("fr", "en")
    )
    assert (french, english) == ("Il manque … Ajoutez-le.", "… is missing. Add it.")


def test_an_unreadable_file_is_told_by_the_invocation():
    assert run_of(report())["invocations"] == [{"executionSuccessful": True}]
    (invocation,) = run_of(report(unreadable=[UnreadableInput("missing", path="x.ttl")]))["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "x.ttl: no such file or folder."


# --- JUnit


def suites(written: str) -> etree._Element:
    return etree.fromstring(written.encode())


def test_an_error_fails_a_warning_is_skipped_an_info_passes():
    given = report(*(replace(FOUND, severity=severity) for severity in Severity))
    (suite,) = suites(junit.write(given, "en"))
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
    }


def test_cases_of_one_name_are_numbered():
    (suite,) = suites(junit.write(report(FOUND, replace(FOUND, focus="urn:y")), "en"))
    assert [case.get("name") for case in suite] == [
        "PAS101: urn:p is missing. Add it.",
        "PAS101: urn:p is missing. Add it. (2)",
    ]


def test_a_file_without_findings_is_a_case_that_passes():
    root = suites(junit.write(report(FOUND, files=3), "en", ["a.ttl", "data/tools/x.ttl", "b.ttl"]))
    assert [case.get("name") for case in root[1]] == ["a.ttl", "b.ttl"]
    assert (root.get("tests"), root.get("failures")) == ("3", "1")


def test_files_that_are_not_named_are_counted():
    root = suites(junit.write(report(FOUND, files=3), "en"))
    assert [case.get("name") for case in root[1]] == ["2 files without a finding"]


# --- GitHub, GitLab


def test_an_annotation_of_several_lines_has_no_columns():
    written = github.write(report(replace(FOUND, location=Location("x.ttl", 3, 5, 4, 2))), "en")
    assert written.startswith("::error file=x.ttl,line=3,endLine=4,title=PAS101::")


def test_an_annotation_of_one_line_has_columns():
    written = github.write(report(FOUND), "en")
    assert written.startswith("::error file=data/tools/x.ttl,line=3,col=5,endLine=3,endColumn=9,title=PAS101::urn:p")


def test_an_info_is_a_notice():
    assert github.write(report(replace(FOUND, severity=Severity.INFO)), "en").startswith("::notice ")


def test_a_code_quality_entry_has_what_gitlab_reads():
    (entry,) = json.loads(gitlab.write(report(FOUND), "en"))
    assert entry == {
        "description": "PAS101: urn:p is missing. Add it.",
        "check_name": "PAS101",
        "fingerprint": fingerprints([FOUND])[0],
        "severity": "critical",
        "location": {"path": "data/tools/x.ttl", "lines": {"begin": 3, "end": 3}},
    }


# --- Markdown, HTML


def test_a_comment_that_would_be_too_long_says_what_it_leaves_out():
    written = markdown.write(report(*[FOUND] * 50), "en", most=1000)
    shown = written.count("PAS101")
    assert 0 < shown < 50
    assert len(written) < 1200
    assert f"{50 - shown} more findings" in written


def test_a_language_tag_is_no_mention():
    found = replace(FOUND, message=Text(wordings={"en": 'write "…"@fr, see #12, :tada: and gh-3'}))
    assert 'write "…"@<!-- -->fr, see #<!-- -->12, :<!-- -->tada: and gh-<!-- -->3' in markdown.write(
        report(found), "en"
    )


def test_the_page_is_in_the_readers_language():
    assert '<html lang="fr">' in html.write(report(FOUND), "fr")
    assert ">erreur<" in html.write(report(FOUND), "fr")
    assert ">error<" in html.write(report(FOUND), "en")


def test_the_page_links_each_code_to_its_help():
    assert f'<a href="{HELP}PAS101">PAS101</a>' in html.write(report(FOUND), "en")
    assert "javascript:" not in html.write(report(replace(FOUND, help="javascript:alert(1)")), "en")
