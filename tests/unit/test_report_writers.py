"""Every writer: an approved report beside one sample, published schemas, and strings that mean harm.

Approve new reports with APPROVE=1 pytest tests/unit/test_report_writers.py
"""

from __future__ import annotations

import html
import json
import os
import re
import tomllib
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import fastjsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from graph.diagnostics import Diagnostic, Edit, Fix, Location, Severity
from graph.errors import UnreadableInput
from graph.gate import GateReport
from graph.report import github, gitlab, junit, markdown, sarif, text
from graph.report import html as html_page
from graph.report import json as json_report
from graph.report.characters import one_line, visible
from graph.texts import LANGUAGES, Text

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "report"
SCHEMAS = ROOT / "tests" / "fixtures" / "schemas"


@cache
def sample() -> tuple[GateReport, tuple[str, ...]]:
    """The report of `sample.toml`, and the names of the files that were checked."""
    written = tomllib.loads((CASES / "sample.toml").read_text(encoding="utf-8"))
    unreadable = tuple(UnreadableInput(one["key"], **one["parameters"]) for one in written["unreadable"])
    diagnostics = tuple(_diagnostic(**one) for one in written["diagnostics"])
    return GateReport(diagnostics, written["files"], written["triples"], unreadable), tuple(written["names"])


def _diagnostic(location, severity, key, parameters, **more) -> Diagnostic:
    message = Text(key, parameters, more.pop("wordings", {}))
    if "fix" in more:
        edits = (Edit(Location(location[0], *place), text) for *place, text in more["fix"]["edits"])
        more["fix"] = Fix(Text(wordings=more["fix"]["wordings"]), tuple(edits))
    return Diagnostic(Location(*location), Severity(severity), message=message, **more)


WRITERS: dict[str, Callable[[GateReport, str], str]] = {
    "github.txt": github.write,
    "gitlab.json": gitlab.write,
    "html": html_page.write,
    "json": lambda report, language: json_report.write(report, None, language),
    "junit.xml": lambda report, language: junit.write(report, language, sample()[1]),
    "markdown.md": markdown.write,
    "sarif": sarif.write,
    "text.txt": text.write,
    "text-colour.txt": lambda report, language: text.write(report, language, CASES, colour=True),
    "text-source.txt": lambda report, language: text.write(report, language, CASES),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", WRITERS)
def test_the_sample_is_written_as_approved(form, language, monkeypatch):
    monkeypatch.setattr(sarif, "__version__", "0.0.0")
    written = WRITERS[form](sample()[0], language)
    approved = CASES / "approved" / f"{language}.{form}"
    if os.environ.get("APPROVE"):
        approved.write_text(written, encoding="utf-8", newline="")
    assert written == approved.read_bytes().decode(), "APPROVE=1 writes what is approved again"


def test_no_approved_report_is_left_behind():
    expected = {f"{language}.{form}" for language in LANGUAGES for form in WRITERS}
    assert {path.name for path in (CASES / "approved").iterdir()} == expected


# --- published schemas


@cache
def sarif_schema() -> Callable[[object], object]:
    return fastjsonschema.compile(json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8")))


@cache
def junit_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sarif_meets_its_schema(language):
    sarif_schema()(json.loads(sarif.write(sample()[0], language)))


def test_the_sarif_schema_refuses_what_is_not_sarif():
    log = json.loads(sarif.write(sample()[0], "en"))
    del log["runs"][0]["tool"]
    with pytest.raises(fastjsonschema.JsonSchemaException):
        sarif_schema()(log)


@pytest.mark.parametrize("language", LANGUAGES)
def test_junit_meets_its_schema(language):
    junit_schema().assertValid(etree.fromstring(junit.write(sample()[0], language, sample()[1]).encode()))


@pytest.mark.parametrize("form", WRITERS)
def test_a_report_without_findings_is_well_formed(form):
    written = WRITERS[form](GateReport((), 0, 0), "en")
    if form == "sarif":
        sarif_schema()(json.loads(written))
    elif form == "junit.xml":
        junit_schema().assertValid(etree.fromstring(written.encode()))
    elif form.endswith("json"):
        json.loads(written)


# --- strings that mean harm

HARMFUL = (
    "<script>alert(1)</script>",
    "--><svg/onload=alert(1)>",
    "]]>",
    "&lt;&#0;&amp",
    '" onmouseover="alert(1)',
    "[x](https://example.org/) ![y](z) [0](1)",
    "``` `` ` | a | b |",
    "# title",
    "\n\n---\n\n<details>",
    "@all #1 !2 ~bug",
    "https://example.org www.example.org me@example.org",
    "\r\n::set-output name=x::y",
    "%0A%25,:",
    "\x1b]0;owned\x07\x1b[2J",
    "$inside ${place} {0} {message}",
    "\u202eltr\u2066",
    "\ud83d",
    "\udce9",
    "\ufffe\uffff\x00",
    "e\u0301🚗\u200d🚗 共",
)
strings = st.one_of(
    st.sampled_from(HARMFUL),
    st.text(st.characters(exclude_categories=()), max_size=12),
    st.lists(st.sampled_from((*HARMFUL, " ", "a")), min_size=2, max_size=4).map("".join),
)
numbers = st.integers(min_value=1, max_value=9)
places = st.builds(Location, strings, numbers, numbers, numbers, numbers)
optional = st.none() | strings
wordings = st.builds(lambda wording: Text(wordings={"fr": wording}), strings)
fixes = st.builds(Fix, wordings, st.tuples(st.builds(Edit, places, strings)))
diagnostics = st.builds(
    Diagnostic,
    places,
    st.sampled_from(Severity),
    st.sampled_from(["PAS001", "PAS101", "PAS201", "PAS305", "PAS403", "XYZ"]),
    wordings,
    optional,
    optional,
    optional,
    optional,
    optional,
    st.none() | fixes,
)
unreadable = st.builds(lambda path, reason: UnreadableInput("cannot-read", path=path, reason=reason), strings, strings)
reports = st.builds(
    lambda found, files, errors: GateReport(tuple(found), files, 7, tuple(errors)),
    st.lists(diagnostics, max_size=4),
    st.integers(min_value=0, max_value=5),
    st.lists(unreadable, max_size=2),
)
languages = st.sampled_from(LANGUAGES)
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@given(reports, languages)
def test_text_is_one_line_a_finding_and_nothing_acts(report, language):
    written = text.write(report, language)
    written.encode()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", written)
    assert written.count("\n") == len(report.diagnostics)


@given(reports, languages)
def test_colour_changes_nothing_of_the_text(report, language):
    plain = text.write(report, language, CASES)
    assert ANSI.sub("", text.write(report, language, CASES, colour=True)) == plain


@given(reports, languages)
def test_json_is_json(report, language):
    written = json.loads(json_report.write(report, None, language).encode())
    assert len(written["diagnostics"]) == len(report.diagnostics)


@given(reports, languages)
@settings(max_examples=60)
def test_sarif_is_sarif(report, language):
    log = json.loads(sarif.write(report, language).encode())
    sarif_schema()(log)
    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert re.fullmatch(
            r"[A-Za-z0-9/._~%:-]*", result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        )


@given(reports, languages)
def test_gitlab_has_an_entry_for_everything(report, language):
    entries = json.loads(gitlab.write(report, language).encode())
    assert len(entries) == len(report.diagnostics) + len(report.unreadable)
    assert len({entry["fingerprint"] for entry in entries[: len(report.diagnostics)]}) == len(report.diagnostics)


@given(reports, languages, st.lists(strings, max_size=2))
def test_junit_is_junit(report, language, names):
    root = etree.fromstring(junit.write(report, language, names).encode())
    junit_schema().assertValid(root)
    assert len(root.findall(".//failure")) == sum(d.severity is Severity.ERROR for d in report.diagnostics)
    assert len(root.findall(".//error")) == len(report.unreadable)
    assert int(root.attrib["tests"]) == len(root.findall(".//testcase"))


def unescaped(value: str) -> str:
    for written, meant in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        value = value.replace(written, meant)
    return value


@given(reports, languages)
def test_github_reads_back_what_was_said(report, language):
    commands = re.split(r"\r\n|\r|\n", github.write(report, language).encode().decode())[:-1]
    assert len(commands) == len(report.diagnostics) + len(report.unreadable)
    for command, diagnostic in zip(commands, report.diagnostics, strict=False):
        name, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", command, re.DOTALL).groups()
        given = dict(one.split("=", 1) for one in properties.split(","))
        assert name in {"error", "warning", "notice"}
        assert unescaped(message) == re.sub(r"[\ud800-\udfff]", "\ufffd", diagnostic.message.render(language))
        assert unescaped(given["file"]) == re.sub(r"[\ud800-\udfff]", "\ufffd", diagnostic.location.path)


class Page(HTMLParser):
    """The tags, attributes and text of a page; every tag closed in its turn."""

    VOID = frozenset({"meta"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.cells: list[str] = []
        self.comments: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.cells.append(data)

    def handle_comment(self, data):
        self.comments.append(data)


PAGE_TAGS = {*("html", "head", "meta", "title", "style", "body", "main", "h1", "p", "section", "h2", "bdi", "div")}
PAGE_TAGS |= {*("table", "thead", "tr", "th", "tbody", "td", "a", "dl", "dt", "dd")}
PAGE_ATTRIBUTES = {*("lang", "charset", "name", "content", "http-equiv", "class", "scope", "dir", "href")}
PAGE_ATTRIBUTES |= {"tabindex", "role", "aria-label"}


@given(reports, languages)
def test_the_page_holds_no_markup_but_its_own(report, language):
    written = html_page.write(report, language)
    written.encode()
    page = Page(written)
    assert set(page.tags) <= PAGE_TAGS
    assert page.open == []
    assert page.tags.count("tr") == page.tags.count("table") + len(report.diagnostics) + len(report.unreadable)
    assert {name for name, _ in page.attributes} <= PAGE_ATTRIBUTES
    assert all(value.startswith(("https://", "http://")) for name, value in page.attributes if name == "href")
    said = "".join(page.cells)
    assert all(one_line(diagnostic.message.render(language)) in said for diagnostic in report.diagnostics)


RENDERED_TAGS = {"p", "strong", "h4", "ul", "li", "code", "em"}


@given(reports, languages)
def test_a_comment_holds_no_markup_but_its_own(report, language):
    written = markdown.write(report, language)
    written.encode()
    page = Page(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(written))
    assert set(page.tags) <= RENDERED_TAGS
    assert page.attributes == []
    assert set(page.comments) <= {" "}
    assert page.tags.count("li") == len(report.diagnostics) + len(report.unreadable)
    said = html.unescape("".join(page.cells))
    for diagnostic in report.diagnostics:
        assert html.unescape(one_line(diagnostic.message.render(language))) in said


@given(strings)
def test_what_is_shown_has_as_many_characters_as_before(string):
    assert len(visible(string)) == len(string)
    visible(string).encode()
