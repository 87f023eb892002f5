"""The page of each code: what it says, why, what to do, what is refused and what is accepted."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ..errors import ConfigurationError
from ..lint.cases import cases
from ..lint.rule import Rule
from ..lint.runner import rules
from ..texts import DEFAULT_LANGUAGE, keys, say
from .findings import family

_FILE = {
    "PAS001": "file.syntax",
    "PAS002": "file.not-utf8",
    "PAS003": "file.binary",
    "PAS004": "file.empty",
    "PAS005": "file.too-large",
    "PAS006": "file.conflict",
    "PAS007": "file.more",
}
_ACROSS = {
    "PAS201": "dangling",
    "PAS202": "described-twice",
    "PAS203": "undefined-term",
    "PAS204": "cycle",
    "PAS205": "duplicate",
    "PAS206": "removed",
    "PAS207": "deprecated",
    "PAS208": "graph-taken",
    "PAS209": "untyped",
    "PAS210": "link-not-accepted",
    "PAS211": "licence-broken",
    "PAS212": "apart-distinct",
    "PAS213": "reuse-belated",
}
_QUERIES = {"PAS403": "lint.no-header"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A code, in one language: what it says, why that matters, what to do, what it is about; examples, with titles."""

    code: str
    title: str
    why: str
    do: str
    about: str
    examples: tuple[tuple[str, str], ...]


def messages() -> dict[str, str]:
    """The key of the first sentence of every code that has one and is not a lint rule's."""
    from ..shacl.results import CODES, OTHER_COMPONENT
    from ..turtle.document import CODES as TURTLE

    found = _FILE | {code: f"integrity.{key}" for code, key in _ACROSS.items()} | _QUERIES
    for key, code in TURTLE.items():
        found.setdefault(code, f"turtle.{key}")
    return found | {code: f"shacl.{name}" for name, code in CODES.items()} | {OTHER_COMPONENT: "shacl.other"}


def listing(language: str) -> str:
    """The lint rules, one a line: code, name, level, title."""
    width = max(len(rule.name) for rule in rules())
    lines = (f"{rule.code}  {rule.name:{width}}  {rule.level:7}  {_title(rule, language)}\n" for rule in rules())
    return "".join(lines)


@cache
def codes() -> frozenset[str]:
    """Every code: of the findings, of the errors."""
    return frozenset(key.split(".")[1] for key in keys(DEFAULT_LANGUAGE) if key.startswith("codes.")) | _rules().keys()


def code_of(given: str) -> str:
    """The code that is given, or that of the rule whose name is, in any case.

    Raises ConfigurationError, which names the nearest there is.
    """
    names = {rule.name: rule.code for rule in rules()}
    known = {name.upper(): name for name in (*names, *codes())}
    name = known.get(given.upper())
    if name is None:
        from difflib import get_close_matches

        (near,) = get_close_matches(given.upper(), sorted(known), n=1, cutoff=0.0)
        raise ConfigurationError("unknown-code", code=given, near=known[near])
    return names.get(name, name)


def page(given: str, language: str) -> str:
    """The page of a code or of the name of a rule, in Markdown. Raises as `code_of`."""
    found = explained(code_of(given), language)
    examples = (f"{title}\n\n```turtle\n{text}\n```\n" for title, text in found.examples)
    cure = f"**{say(language, 'explain.do')}.** {found.do}\n"
    return "\n".join([f"# {found.code} · {found.title}\n", f"{found.why}\n", cure, f"{found.about}\n", *examples])


def explained(code: str, language: str) -> Explanation:
    """What is to be said of one of the `codes`."""
    rule = _rules().get(code)
    if rule is None:
        key, about = f"codes.{code}", family(code, language)
        examples = [*zip(("explain.wrong", "explain.right"), _examples().get(code, ()), strict=False)]
    else:
        key = f"rules.{rule.name}"
        about = say(language, "explain.level", level=say(language, f"severity.{rule.level}"), name=rule.name)
        examples = _cases(rule)
    return Explanation(
        code,
        *(say(language, f"{key}.{part}") for part in ("title", "why", "do")),
        about,
        tuple((say(language, said), text.strip()) for said, text in examples),
    )


def _title(rule: Rule, language: str) -> str:
    return say(language, f"rules.{rule.name}.title")


def _rules() -> dict[str, Rule]:
    return {rule.code: rule for rule in rules()}


def _cases(rule: Rule) -> list[tuple[str, str]]:
    written = cases(rule)
    refused, accepted = next(case for case in written if case.at), next(case for case in written if not case.at)
    mended = [("explain.mended", refused.fixed)] if refused.fixed else []
    return [("explain.wrong", refused.text), *mended, ("explain.right", accepted.text)]


@cache
def _examples() -> dict[str, tuple[str, str]]:
    """By code, what is refused and what is accepted."""
    return tomllib.loads(files(__package__).joinpath("examples.toml").read_text(encoding="utf-8"))
