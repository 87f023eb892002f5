"""What the writers share: findings by file, what identifies one from run to run, what a code stands for."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from ..diagnostics import Diagnostic, Severity, said
from ..errors import HELP, UnreadableInput
from ..texts import outline, say, shortened
from .characters import encodable, one_line

HOME = "https://w3id.org/passerelles"
_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
_IN_URI = "%:/?#[]@!$&'()*+,;=~"
_WORST_FIRST = tuple(Severity)
_SHOWN = 300  # characters of a value
_FAMILIES = {
    "PAS0": "report.family-file",
    "PAS1": "report.family-shapes",
    "PAS2": "report.family-across",
    "PAS3": "report.family-house",
    "PAS4": "report.family-queries",
    "PAS9": "report.family-errors",
}


def by_file(diagnostics: Iterable[Diagnostic]) -> dict[str, list[Diagnostic]]:
    """The diagnostics of each file, files and diagnostics in the order they came."""
    found: dict[str, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        found.setdefault(diagnostic.location.path, []).append(diagnostic)
    return found


def message(diagnostic: Diagnostic, language: str) -> str:
    """Its message, on one line."""
    return one_line(said(diagnostic.message, language))


def details(diagnostic: Diagnostic, language: str) -> dict[str, str]:
    """What it is about, as far as it says so: focus, property, value, rule, fix; of a value, the beginning."""
    known = {
        "focus": diagnostic.focus,
        "property": diagnostic.property,
        "value": shortened(diagnostic.value, _SHOWN) if diagnostic.value else diagnostic.value,
        "rule": diagnostic.rule,
        "fix": one_line(said(diagnostic.fix.title, language)) if diagnostic.fix else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def path_of(error: UnreadableInput) -> str:
    """The file or folder that could not be read."""
    return str(error.parameters.get("path", ""))


def help_page(diagnostic: Diagnostic) -> str:
    """The address that says more about it: its own, else that of its code."""
    own = diagnostic.help or ""
    return quote(encodable(own), safe=_IN_URI) if _WEB.fullmatch(own) else HELP + diagnostic.code


def family(code: str, language: str) -> str:
    """What the codes that begin like this one are about."""
    return say(language, _FAMILIES.get(code[:4], "report.family-other"))


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """What identifies each one from run to run, as `<hash>:<number>`; no two are the same.

    Lines, columns, wording and severity do not count: a file may be reformatted, a reader may change
    language. The number tells apart findings that nothing else does, in their order.
    """
    seen: Counter[str] = Counter()
    found = []
    for diagnostic in diagnostics:
        digest = _digest(diagnostic)
        seen[digest] += 1
        found.append(f"{digest}:{seen[digest]}")
    return found


def _digest(diagnostic: Diagnostic) -> str:
    about = [_lasting(term) for term in (diagnostic.focus, diagnostic.property, diagnostic.value)]
    identity = [diagnostic.code, diagnostic.rule, *about, diagnostic.location.path]
    if not any(about):  # a prefix, a count: only the message says which
        identity += [f"{name}={value}" for name, value in sorted(diagnostic.message.parameters.items())]
    return hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:32]


def _lasting(term: str | None) -> str | None:
    """None for a blank node: its label is made anew each time."""
    return None if term is None or term.startswith("_:") else term


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code stands for, in one language; `severity` is the worst it was seen with."""

    code: str
    name: str
    title: str
    description: str
    help: str
    severity: Severity


def rules(diagnostics: Iterable[Diagnostic], language: str) -> Mapping[str, Rule]:
    """The rule of every code that was found, codes in order."""
    found: dict[str, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        found.setdefault(diagnostic.code, []).append(diagnostic)
    return {code: _rule(code, found[code], language) for code in sorted(found)}


def _rule(code: str, found: list[Diagnostic], language: str) -> Rule:
    shortest = min((d.message for d in found), key=lambda text: (len(text.key), text.key))
    pages = {help_page(d) for d in found}
    about = family(code, language)
    return Rule(
        code=code,
        name="".join(part[:1].upper() + part[1:] for part in shortest.key.rpartition(".")[2].split("-")) or code,
        title=outline(language, shortest.key) if shortest.key else about,
        description=about,
        help=pages.pop() if len(pages) == 1 else HELP + code,
        severity=min((d.severity for d in found), key=_WORST_FIRST.index),
    )
