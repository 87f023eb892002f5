"""The reference pages say what the code does: their tables are made from it. APPROVE=1 writes them again."""

import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

from graph.config import FILE_NAME, Folders, Limits
from graph.shacl.results import CODES, OTHER_COMPONENT
from graph.texts import say
from graph.turtle.document import CODES as TURTLE

ROOT = Path(__file__).parents[2]

FILES = {"PAS001": "syntax", "PAS002": "not-utf8", "PAS003": "binary", "PAS004": "empty", "PAS005": "too-large"}
FILES |= {"PAS006": "conflict"}
LINT = {
    "PAS201": "dangling",
    "PAS202": "described-twice",
    "PAS203": "undefined-term",
    "PAS301": "file-name",
    "PAS302": "one-subject",
}
LINT |= {
    "PAS303": "base",
    "PAS304": "source",
    "PAS305": "unused-prefix",
    "PAS306": "blank-nodes",
    "PAS403": "no-header",
}


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
    texts = {code: f"file.{key}" for code, key in FILES.items()} | {code: f"lint.{key}" for code, key in LINT.items()}
    for key, code in TURTLE.items():
        texts.setdefault(code, f"turtle.{key}")
    texts |= {code: f"shacl.{name}" for name, code in CODES.items()} | {OTHER_COMPONENT: "shacl.other"}
    rows = [f"| {code} | {_raw('fr', key)} | {_raw('en', key)} |" for code, key in sorted(texts.items())]
    return "\n".join(["| code | message | message |", "|---|---|---|", *rows])


PARAMETERS = (
    "reason size limit byte iri near other file expected count others base prefix namespace property value component"
    " found declaration quote escape character name tag bracket format place right"
)


def _raw(language: str, key: str) -> str:
    return say(language, key, **dict.fromkeys(PARAMETERS.split(), "…")).replace("|", "\\|")


TABLES = {
    ("docs/configuration.md", "limits"): limits,
    ("docs/configuration.md", "folders"): folders,
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


def test_every_key_of_our_configuration_is_on_its_page():
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    ours = (ROOT / FILE_NAME).read_text(encoding="utf-8")
    for key in re.findall(r"^(\w[\w-]*) =", ours, re.MULTILINE):
        assert f"`{key}`" in page
