"""Lint over documents put together at random: nothing is missed, nothing breaks, fixes lead somewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from graph import config
from graph.dataset import Role, Source, model_sources, read_one
from graph.diagnostics import Diagnostic, has_errors
from graph.lint.facts import gather
from graph.lint.page import Page
from graph.lint.rule import DocumentRule
from graph.lint.runner import Linter, rules
from graph.turtle.document import read
from graph.turtle.mended import mended
from graph.turtle.parse import parse

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = config.Settings(ROOT, ROOT)
BASE = "https://w3id.org/passerelles/graph/x"
LIMIT = 1_000_000
(PREFIXES,) = (read_one(one, LIMIT) for one in model_sources(SETTINGS) if one.stem == "prefixes")

DECLARATIONS = [
    "@prefix dcterms: <http://purl.org/dc/terms/> .\n",
    "@prefix dct: <http://purl.org/dc/terms/> .\n",
    "PREFIX schema: <http://schema.org/>\n",
    "@prefix dc: <http://purl.org/dc/elements/1.1/> . # dc:\n",
    "@base <http://agglo.fr/> .\n",
]
VERBS = [f"<http://purl.org/dc/terms/{name}>" for name in ("title", "license", "issued", "titel", "identifier")]
VERBS += ["a", "<http://schema.org/name>", "<http://xmlns.com/foaf/0.1/mbox>", "<http://purl.org/dc/elements/1.1/type>"]
OBJECTS = [
    '"  "', '"x  y "', "'''x  y'''@FR", '"""a\n"b" """', '"x"@fra', '"True"', '"true"', "true", '""@fr', '"\\u200B"',
    '"\u200b\u00ad"', '"caf\u00c3\u00a9"', '"e\u0301"', '"e\\u0301"', '"\ufffd"', '"TODO"', '"https://a.b/"',
    '"SIRET 123 456 789 00012"',
    '"2024/1/1"^^<http://www.w3.org/2001/XMLSchema#date>',
    '"2099-01-01"^^<http://www.w3.org/2001/XMLSchema#date>',
    '"UN TITRE EN CAPITALES"@fr', "<a//b>", "<HTTP://X.Y:80/>", "<file:/x>", "<mailto:a@b.c>",
    "<http://[::1]/>",
    "<http://schema.org/name>", "<https://spdx.org/licenses/MIT.html>", "<http://xmlns.com/foaf/0.1/Person>",
    "[]", "()",
    '[ <http://purl.org/dc/terms/title> "x  "@FR ]', '( "a" <x> ( ) )', "_:b",
]  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Declarations, then statements of one or two subjects, most of them wrong in some way."""
    text = "".join(draw(st.lists(st.sampled_from(DECLARATIONS), max_size=4)))
    for name in draw(st.lists(st.sampled_from("ab"), min_size=1, max_size=2)):
        pairs = draw(
            st.lists(
                st.tuples(st.sampled_from(VERBS), st.lists(st.sampled_from(OBJECTS), min_size=1, max_size=4)),
                min_size=1,
                max_size=5,
            )
        )
        said = " ;\n    ".join(f"{verb} {', '.join(objects)}" for verb, objects in pairs)
        text += f"<https://w3id.org/passerelles/id/x/{name}> {said} .\n"
    return text


def linted(text: str) -> tuple[list[Diagnostic], Linter]:
    source = Source(Path("a.ttl"), "data/x/a.ttl", BASE, Role.DATA, text.encode(), "data/x/a.ttl")
    linter = Linter(SETTINGS, date(2026, 1, 15))
    linter.learn(PREFIXES)
    parsed = read_one(source, LIMIT)
    list(linter.look(parsed, gather(parsed, SETTINGS.graph.base)))
    return list(linter.findings()), linter


def is_turtle(text: str) -> bool:
    return not has_errors(parse(text.encode(), path="x", base=BASE, limit=LIMIT).diagnostics)


@settings(max_examples=100, deadline=None)
@given(documents())
def test_what_reading_would_find_is_suspected(text: str):
    found, linter = linted(text)
    page = Page(read(text, path="x", base=BASE))
    asked = [rule for rule in rules() if isinstance(rule, DocumentRule)]
    assert {rule.code for rule in asked if any(rule.check(page, linter.context))} <= {d.code for d in found}


@settings(max_examples=100, deadline=None)
@given(documents())
def test_fixes_leave_turtle_and_come_to_an_end(text: str):
    for _ in range(8):
        before = text
        fixes = [d.fix for d in linted(text)[0] if d.fix]
        text, made = mended(text, fixes)
        assert is_turtle(text)
        assert bool(made) == bool(fixes)
        if text == before:
            break
    assert text == before
