"""The reference pages say what the code does: their tables are made from it. APPROVE=1 writes them again."""

import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

from graph.config import FILE_NAME, Folders, Limits
from graph.formats import GRAPH_FORMATS, RESULTS_FORMATS
from graph.lint.rule import Rule
from graph.lint.runner import rules
from graph.report.explanations import messages, page
from graph.texts import LANGUAGES, outline, say
from graph.web.http.conneg import HTML, offer
from graph.web.http.errors import EVERY_ERROR, status_of

from .tables import ROOT, is_up_to_date, table


def limits() -> str:
    defaults = Limits()
    rows = []
    for field in fields(Limits):
        sentences = [Limits.describe(field.name, language) for language in LANGUAGES]
        rows.append((f"`{field.name}`", f"{getattr(defaults, field.name):,}".removesuffix(".0"), *sentences))
    return table(("name", "default", "sens", "meaning"), rows)


def folders() -> str:
    return table(("key", "default"), [(f"`{f.name}`", f"`{f.default}`") for f in fields(Folders)])


def codes() -> str:
    rows = {code: tuple(outline(language, key) for language in LANGUAGES) for code, key in messages().items()}
    rows |= {rule.code: _titles(rule) for rule in rules()}
    cells = [(code, *(text.replace("|", "\\|") for text in rows[code])) for code in sorted(rows)]
    return table(("code", "message", "message"), cells)


def formats() -> str:
    tables, graphs = "SELECT, ASK", "CONSTRUCT, DESCRIBE, `/graphs`, `/graph/…`"
    rows = [(form.name, offer(form).media_types, tables) for form in RESULTS_FORMATS]
    rows += [(form.name, offer(form).media_types, graphs) for form in GRAPH_FORMATS]
    rows += [(HTML.name, HTML.media_types, f"{tables}, CONSTRUCT, DESCRIBE")]
    cells = [(f"`{name}`", ", ".join(f"`{each}`" for each in types), of) for name, types, of in rows]
    return table(("`format=`", "`Accept`", "pour · for"), cells)


def problems() -> str:
    """Each kind of error and every status it may have: one of the evaluation depends on whose fault it is."""
    rows = set()
    for kind in EVERY_ERROR:
        statuses = sorted({status_of(kind(key)) for key in ("internal", "worker-died", "no-search")})
        titles = [say(language, f"codes.{kind.code}.title") for language in LANGUAGES]
        rows.add((", ".join(map(str, statuses)), kind.code, *titles))
    return table(("status", "code", "sens", "meaning"), sorted(rows))


def lint() -> str:
    rows = [
        (
            f"`{rule.name}`",
            f"[{rule.code}](rules/{rule.code}.md)",
            "`policy`" if rule.policy else str(rule.level),
            *_titles(rule),
        )
        for rule in rules()
    ]
    return table(("key", "code", "level", "sens", "meaning"), rows)


def _titles(rule: Rule) -> tuple[str, ...]:
    return tuple(say(language, f"rules.{rule.name}.title") for language in LANGUAGES)


TABLES = {
    ("docs/endpoint.md", "formats"): formats,
    ("docs/endpoint.md", "problems"): problems,
    ("docs/endpoint.md", "limits"): limits,
    ("docs/configuration.md", "folders"): folders,
    ("docs/configuration.md", "lint"): lint,
    ("docs/diagnostics.md", "codes"): codes,
}


@pytest.mark.parametrize(("page", "name"), TABLES)
def test_a_reference_table_is_up_to_date(page, name):
    is_up_to_date(page, name, TABLES[page, name]())


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_the_page_of_a_rule_is_what_explain_says(rule):
    path = ROOT / f"docs/rules/{rule.code}.md"
    expected = f"{page(rule.code, 'fr')}\n{page(rule.code, 'en')}"
    if os.environ.get("APPROVE"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(expected, encoding="utf-8")
    else:
        assert path.read_text(encoding="utf-8") == expected, f"{path.name} is behind: APPROVE=1 pytest tests/docs"


def test_every_code_of_a_diagnostic_has_a_page():
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src/graph").rglob("*.py"))
    for code in sorted(set(re.findall(r"\"(PAS[0-4]\d\d)\"", written))):
        assert page(code, "fr").startswith(f"# {code} · ")
        assert page(code, "en").startswith(f"# {code} · ")


def test_every_key_of_our_configuration_is_on_its_page():
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    ours = (ROOT / FILE_NAME).read_text(encoding="utf-8")
    for key in re.findall(r"^(\w[\w-]*) =", ours, re.MULTILINE):
        assert f"`{key}`" in page


@pytest.mark.parametrize("path", [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")], ids=lambda path: path.name)
def test_every_link_from_page_to_page_leads_somewhere(path):
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", path.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        page = path.parent / name if name else path
        assert page.exists(), target
        assert not anchor or anchor in anchors(page), target


def anchors(page: Path) -> set[str]:
    """Those of the headings, as forges make them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
