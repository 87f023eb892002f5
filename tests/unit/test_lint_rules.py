"""Each lint rule says what its cases say, where they say it, and mends what they mend."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from graph import config, texts
from graph.dataset import Role, Source, model_sources, read_one
from graph.diagnostics import Diagnostic
from graph.lint.cases import Case, cases
from graph.lint.facts import gather
from graph.lint.page import Page
from graph.lint.rule import DocumentRule, Rule
from graph.lint.runner import Linter, rules
from graph.placing import placed
from graph.turtle.document import read
from graph.turtle.mended import mended

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 1, 15)
LIMIT = 1_000_000
BUS = "<https://w3id.org/passerelles/id/productions/agglo-bus>"
SETTINGS = config.load(ROOT)
CASES = [(rule, case) for rule in rules() for case in cases(rule)]


def named(one: object) -> str:
    return one.name if isinstance(one, Rule) else ("fail" if one.at else "pass")


@cache
def prefixes() -> dict[str, str]:
    (source,) = (source for source in model_sources(SETTINGS) if source.stem == "prefixes")
    linter = Linter(SETTINGS, TODAY)
    linter.learn(read_one(source, LIMIT))
    return dict(linter.context.prefixes)


def preamble(text: str) -> str:
    """The declarations that a case leaves out."""
    names = dict.fromkeys(re.findall(r"(?<![\w:/<\"])(\w+):(?=[\w])", text))
    declared = re.findall(r"(?i)prefix (\w+):", text)
    missing = [name for name in names if name in prefixes() and name not in declared]
    return "".join(f"@prefix {name}: <{prefixes()[name]}> .\n" for name in missing)


def linted(text: str, path: str | None = None, settings: config.Settings = SETTINGS) -> list[Diagnostic]:
    """What lint says of one data file of this repository."""
    place = path or "data/productions/agglo-bus.ttl"
    source = Source(Path(place), place, "https://w3id.org/passerelles/graph/x", Role.DATA, text.encode(), place)
    linter = Linter(settings, TODAY)
    (declared,) = (one for one in model_sources(SETTINGS) if one.stem == "prefixes")
    linter.learn(read_one(declared, LIMIT))
    parsed = read_one(source, LIMIT)
    assert parsed.document.diagnostics == ()
    unplaced = list(linter.look(parsed, gather(parsed, SETTINGS.graph.base)))
    return [*placed(unplaced, {place: source}, LIMIT), *linter.findings()]


def with_level(rule: Rule, level: str) -> config.Settings:
    return config.Settings(ROOT, ROOT, lint={rule.name: level})


@pytest.mark.parametrize(("rule", "case"), CASES, ids=named)
def test_a_rule_finds_what_its_cases_say(rule: Rule, case: Case):
    before = preamble(case.text)
    found = [d for d in linted(before + case.text, case.path, with_level(rule, "warning")) if d.code == rule.code]
    shift = before.count("\n")
    places = [f"{d.location.line - shift}:{d.location.column}" for d in found]
    if case.at == ("1:1",) and all(d.location.line == 1 for d in found):  # the file as a whole
        places = ["1:1" for _ in found]
    assert places == list(case.at)
    assert all(d.rule == rule.name for d in found)
    for language in texts.LANGUAGES:
        assert all(d.message.render(language) for d in found)


@pytest.mark.parametrize(("rule", "case"), [(r, c) for r, c in CASES if c.at], ids=named)
def test_a_rule_mends_what_its_cases_say_and_nothing_else(rule: Rule, case: Case):
    before = preamble(case.text)
    settings = with_level(rule, "error")
    fixes = [d.fix for d in linted(before + case.text, case.path, settings) if d.code == rule.code and d.fix]
    text, made = mended(before + case.text, fixes)
    assert text == before + (case.fixed if case.fixed is not None else case.text)
    assert made == len(fixes)
    if case.fixed is not None:
        assert [d for d in linted(text, case.path, settings) if d.code == rule.code and d.fix] == []


@pytest.mark.parametrize("rule", rules(), ids=named)
def test_a_rule_that_is_off_says_nothing(rule: Rule):
    case = next(case for case in cases(rule) if case.at)
    found = linted(preamble(case.text) + case.text, case.path, with_level(rule, "off"))
    assert rule.code not in {d.code for d in found}


@pytest.mark.parametrize("rule", rules(), ids=named)
def test_a_rule_has_cases_a_docstring_and_a_page_in_each_language(rule: Rule):
    assert {bool(case.at) for case in cases(rule)} == {True, False}
    assert type(rule).__doc__
    for language in texts.LANGUAGES:
        assert {f"rules.{rule.name}.{part}" for part in ("title", "why", "do")} <= texts.keys(language)


def test_codes_and_names_are_each_of_one_rule():
    codes, names = [rule.code for rule in rules()], [rule.name for rule in rules()]
    assert [int(code[3:]) for code in codes] == list(range(301, 301 + len(codes)))
    assert len(set(names)) == len(names)


def test_the_configuration_knows_every_rule():
    assert set(config.LINT_POLICIES) == {rule.name for rule in rules()} | {"policy"}


def test_every_message_of_the_rules_is_said_by_one():
    said = tomllib.loads((ROOT / "src/graph/texts/fr/rules.toml").read_text(encoding="utf-8"))
    written = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "src/graph/lint").rglob("*.py"))
    assert [key for key in said["lint"] if f'"{key}"' not in written and f'"lint.{key}"' not in written] == []
    assert set(said["rules"]) == {rule.name for rule in rules()}


def test_a_conforming_file_is_not_lexed(monkeypatch):
    def refuse(*_args, **_named):
        raise AssertionError

    monkeypatch.setattr("graph.turtle.document.read", refuse)
    text = f'{BUS} dct:title "Le bus"@fr ; dct:source <https://agglo.fr/> .\n'
    assert linted(preamble(text) + text) == []


def test_fixes_that_touch_are_made_in_turn():
    text = f'{BUS} <http://purl.org/dc/terms/title> " Une ide\u0301e "@FR .\n'
    rounds = [text]
    for _ in range(4):
        rounds.append(mended(rounds[-1], [d.fix for d in linted(rounds[-1]) if d.fix])[0])
    assert rounds[-1].endswith('"Une idée"@fr .\n')
    assert rounds[-1] == rounds[-2]
    assert all(after != before or after == rounds[-1] for before, after in pairwise(rounds))


def found_by_reading(text: str) -> set[str]:
    """The codes of the rules that find something when every one reads the tokens."""
    linter = Linter(SETTINGS, TODAY)
    (declared,) = (one for one in model_sources(SETTINGS) if one.stem == "prefixes")
    linter.learn(read_one(declared, LIMIT))
    page = Page(read(text, path="x", base="https://w3id.org/passerelles/graph/x"))
    document = [rule for rule in rules() if isinstance(rule, DocumentRule)]
    return {rule.code for rule in document if any(rule.check(page, linter.context))}


@pytest.mark.parametrize(("rule", "case"), CASES, ids=named)
def test_what_reading_would_find_is_suspected(rule: Rule, case: Case):  # noqa: ARG001 - names the case
    text = preamble(case.text) + case.text
    told = {d.code for d in linted(text, settings=config.Settings(ROOT, ROOT))}
    assert found_by_reading(text) <= told


def test_more_findings_of_a_rule_than_anybody_reads_are_told_as_such():
    lines = "".join(f'<https://w3id.org/passerelles/id/tools/saw> <urn:p{n}> "Ã©tÃ©"@fr .\n' for n in range(1_500))
    found = [d for d in linted(lines) if d.code == "PAS327"]
    assert len(found) == 1_001
    assert (found[-1].message.key, found[-1].location.line) == ("lint.too-many", 501)


@pytest.mark.parametrize(
    ("old", "now"), [("GPL-2.0", "GPL-2.0-only, GPL-2.0-or-later"), ("gpl-2.0+", "GPL-2.0-or-later")]
)
def test_a_licence_out_of_use_is_replaced_by_what_it_meant(old, now):
    text = f"{BUS} dct:license <http://spdx.org/licenses/{old}> .\n"
    [found] = [d for d in linted(preamble(text) + text) if d.code == "PAS326"]
    assert found.message.parameters["near"] == now
