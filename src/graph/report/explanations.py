"""The page of each code, in Markdown: what it says, why, what to do, what is refused and what is accepted."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from ..errors import ConfigurationError
from ..lint.cases import cases
from ..lint.rule import Rule
from ..lint.runner import rules
from ..texts import say
from .findings import family

_FILE = {
    "PAS001": "file.syntax",
    "PAS002": "file.not-utf8",
    "PAS003": "file.binary",
    "PAS004": "file.empty",
    "PAS005": "file.too-large",
    "PAS006": "file.conflict",
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
}
_QUERIES = {"PAS403": "lint.no-header"}
_OWN_WORDS = ("PAS401", "PAS402")  # what is wrong with a query is said in the words of its fault


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


def code_of(given: str) -> str:
    """The code that is given, or that of the rule whose name is, in any case.

    Raises ConfigurationError, which names the nearest there is.
    """
    names = {rule.name: rule.code for rule in rules()}
    known = {name.upper(): name for name in (*names, *names.values(), *messages(), *_OWN_WORDS)}
    name = known.get(given.upper())
    if name is None:
        from difflib import get_close_matches

        (near,) = get_close_matches(given.upper(), known, n=1, cutoff=0.0)
        raise ConfigurationError("unknown-code", code=given, near=known[near])
    return names.get(name, name)


def page(given: str, language: str) -> str:
    """The page of a code or of the name of a rule. Raises as `code_of`."""
    code = code_of(given)
    rule = next((rule for rule in rules() if rule.code == code), None)
    if rule is not None:
        return "\n".join(_of_rule(rule, language))
    return "\n".join(_of_code(code, language))


def _title(rule: Rule, language: str) -> str:
    return say(language, f"rules.{rule.name}.title")


def _of_rule(rule: Rule, language: str) -> Iterator[str]:
    yield f"# {rule.code} · {_title(rule, language)}\n"
    yield say(language, f"rules.{rule.name}.why") + "\n"
    yield f"**{say(language, 'explain.do')}.** {say(language, f'rules.{rule.name}.do')}\n"
    yield say(language, "explain.level", level=say(language, f"severity.{rule.level}"), name=rule.name) + "\n"
    written = cases(rule)
    refused = next(case for case in written if case.at)
    yield from _example(say(language, "explain.wrong"), refused.text)
    if refused.fixed:
        yield from _example(say(language, "explain.mended"), refused.fixed)
    yield from _example(say(language, "explain.right"), next(case.text for case in written if not case.at))


def _example(title: str, text: str) -> Iterator[str]:
    yield f"{title}\n\n```turtle\n{text.strip()}\n```\n"


def _of_code(code: str, language: str) -> Iterator[str]:
    """What a code means, why it matters, what to do, and an example where one helps."""
    yield f"# {code} · {say(language, f'codes.{code}.title')}\n"
    yield say(language, f"codes.{code}.why") + "\n"
    yield f"**{say(language, 'explain.do')}.** {say(language, f'codes.{code}.do')}\n"
    yield family(code, language) + "\n"
    if code in _examples():
        wrong, right = _examples()[code]
        yield from _example(say(language, "explain.wrong"), wrong)
        yield from _example(say(language, "explain.right"), right)


@cache
def _examples() -> dict[str, tuple[str, str]]:
    """By code, what is refused and what is accepted."""
    return tomllib.loads(files(__package__).joinpath("examples.toml").read_text(encoding="utf-8"))
