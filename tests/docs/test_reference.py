"""The reference pages say what the code does: their tables are made from it. APPROVE=1 writes them again."""

import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

from graph.config import FILE_NAME, Folders, Limits
from graph.lint.rule import Rule
from graph.lint.runner import rules
from graph.report.explanations import messages, page
from graph.texts import outline, say

ROOT = Path(__file__).parents[2]


def _sentences(name: str) -> tuple[str, str]:
    return Limits.describe(name, "fr"), Limits.describe(name, "en")


def limits() -> str:
    defaults = Limits()
    rows = [
        "| `{}` | {:,} | {} | {} |".format(f.name, getattr(defaults, f.name), *_sentences(f.name)).replace(".0 |", " |")
        for f in fields(Limits)
    ]
    return "\n".join(["| name | default | sens | meaning |", "|---|---|---|---|", *rows])


def folders() -> str:
    rows = [f"| `{f.name}` | `{f.default}` |" for f in fields(Folders)]
    return "\n".join(["| key | default |", "|---|---|", *rows])


def codes() -> str:
    rows = {code: (outline("fr", key), outline("en", key)) for code, key in messages().items()}
    rows |= {rule.code: (_title("fr", rule), _title("en", rule)) for rule in rules()}
    cells = {code: [text.replace("|", "\\|") for text in rows[code]] for code in sorted(rows)}
    lines = [f"| {code} | {french} | {english} |" for code, (french, english) in cells.items()]
    return "\n".join(["| code | message | message |", "|---|---|---|", *lines])


def lint() -> str:
    rows = [
        f"| `{rule.name}` | [{rule.code}](rules/{rule.code}.md) | {'`policy`' if rule.policy else rule.level} "
        f"| {_title('fr', rule)} | {_title('en', rule)} |"
        for rule in rules()
    ]
    return "\n".join(["| key | code | level | sens | meaning |", "|---|---|---|---|---|", *rows])


def _title(language: str, rule: Rule) -> str:
    return say(language, f"rules.{rule.name}.title")


TABLES = {
    ("docs/configuration.md", "limits"): limits,
    ("docs/configuration.md", "folders"): folders,
    ("docs/configuration.md", "lint"): lint,
    ("docs/diagnostics.md", "codes"): codes,
}


@pytest.mark.parametrize(("page", "name"), TABLES)
def test_a_reference_table_is_up_to_date(page, name):
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    block = re.compile(rf"(<!-- table: {name} -->\n)(.*?)(<!-- end -->)", re.DOTALL)
    expected = TABLES[page, name]() + "\n"
    if os.environ.get("APPROVE"):
        path.write_text(block.sub(lambda m: m[1] + expected + m[3], text), encoding="utf-8")
    else:
        assert block.search(text)[2] == expected, f"{page} is behind the code: APPROVE=1 pytest tests/docs"


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
