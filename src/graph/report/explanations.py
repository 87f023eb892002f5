"""The page of each code, in Markdown: what it says, why, what to do, what is refused and what is accepted."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import ConfigurationError
from ..lint.cases import cases
from ..lint.rule import Rule
from ..lint.runner import rules
from ..texts import keys, outline, say
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


def page(code: str, language: str) -> str:
    """The page of a code or of the name of a rule. Raises ConfigurationError, which names the nearest there is."""
    named = {rule.code: rule for rule in rules()} | {rule.name: rule for rule in rules()}
    rule = named.get(code.upper()) or named.get(code)
    if rule is not None:
        return "\n".join(_of_rule(rule, language))
    others = messages()
    if code.upper() in others:
        return "\n".join(_of_code(code.upper(), others[code.upper()], language))
    if code.upper() in _OWN_WORDS:
        return f"# {code.upper()} · {family(code.upper(), language)}\n"
    from difflib import get_close_matches

    near = get_close_matches(code, [*named, *others, *_OWN_WORDS], n=1, cutoff=0.0)[0]
    raise ConfigurationError("unknown-code", code=code, near=near)


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


def _of_code(code: str, key: str, language: str) -> Iterator[str]:
    """What a code says, in each of its wordings, and the family it is of."""
    stem = key.removesuffix("-known")
    yield f"# {code} · {outline(language, key)}\n"
    yield family(code, language) + "\n"
    others = sorted(k for k in keys(language) if k.startswith(f"{stem}-") and k != key)
    for other in others:
        yield f"- {outline(language, other)}"
    if others:
        yield ""
