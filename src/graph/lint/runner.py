"""Lint: each file is looked at as it is read, and those that a rule suspects are read again, token by token.

What is seen of a file is seen by searches that run in C. An IRI is judged once for the whole graph, and which literals
are worth a search is settled once for each property: a file like those met before costs some microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import import_module
from itertools import islice
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from ..config import Settings
from ..dataset import Parsed, Role, Source
from ..diagnostics import Diagnostic, Edit, Fix, Location, Severity
from ..errors import UnreadableInput
from ..texts import Text
from ..turtle.anchors import Unplaced
from .context import LICENCES, Context
from .facts import Facts
from .rule import DocumentRule, FileRule, Finding, Look, Rule, Test

if TYPE_CHECKING:  # its patterns take a tenth of a second to compile: a file nobody suspects is never lexed
    from .page import Page

_IRI = re.compile(rb" <([^>]*)>")
_LITERAL = re.compile(rb' <([^>]*)> "((?:[^"\\]++|\\.)*+)"([^ ]*) \.\n')
_ASCII = bytes(range(128))
_REMEMBERED = 1_000_000  # IRIs that no rule doubts
_EACH = 1_000  # findings of one rule in one file; that there are more is told


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, one a module of `rules`, by code."""
    from . import rules as package

    found = []
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        kinds = [kind for kind in vars(import_module(module.name)).values() if isinstance(kind, type)]
        found += [kind() for kind in kinds if issubclass(kind, Rule) and kind.__module__ == module.name]
    return tuple(sorted(found, key=lambda rule: rule.code))


def level(rule: Rule, settings: Settings) -> str:
    """How strict a rule is in a repository: error, warning or off."""
    return settings.policy(rule.name) if rule.policy else settings.lint.get(rule.name, rule.level)


class Linter:
    """The rules in force in a repository. Give it every file in turn, the ontology first, then ask for the findings."""

    def __init__(self, settings: Settings, today: date) -> None:
        self.context = Context(settings, today)
        in_force = [(rule, level(rule, settings)) for rule in rules()]
        self._levels = {rule.code: Severity(level) for rule, level in in_force if level != "off"}
        self._file = [rule for rule, level in in_force if level != "off" and isinstance(rule, FileRule)]
        document = [rule for rule, level in in_force if level != "off" and isinstance(rule, DocumentRule)]
        self._lookers = _overriding(document, "suspects")
        self._doubters = _overriding(document, "doubts")
        self._declarers = _overriding(document, "doubts_prefix")
        self._testers = _overriding(document, "test")
        self._fine: set[bytes] = set()
        self._declared: set[tuple[str, str]] = set()
        # An IRI of the graph, plainly written, leaves nothing to doubt, and there are as many as things.
        self._plain = re.compile(self.context.plain.pattern.encode()).match
        self._tests: dict[tuple[bytes, bytes], tuple[tuple[DocumentRule, Test], ...]] = {}
        self._ontology: list[tuple[Parsed, Facts]] = []
        self._suspected: list[tuple[Source, list[DocumentRule]]] = []

    def look(self, parsed: Parsed, facts: Facts) -> Iterator[Unplaced]:
        """What the rules on files say of one; those on documents take note of it."""
        if facts.readable and parsed.source.role is not Role.QUARANTINE:
            if parsed.source.role is Role.ONTOLOGY:
                self._ontology.append((parsed, facts))
            else:
                self._settle()
                self._note(parsed, facts)
                if parsed.source.role is Role.DATA:
                    yield from self._told(parsed, facts)

    def learn(self, parsed: Parsed) -> None:
        """Take from a file what the rules need: every one of the ontology before the first other file, and licences."""
        if parsed.source.role is Role.ONTOLOGY:
            self.context.learn(parsed.document.ntriples)
        elif parsed.source.place.startswith(LICENCES):
            self.context.described[parsed.source.place] = parsed.document.ntriples

    def findings(self) -> Iterator[Diagnostic]:
        """What the rules on documents find, each with its place."""
        self._settle()
        for source, suspicious in self._suspected:
            yield from self._read(source, suspicious)
        self._suspected = []

    def _settle(self) -> None:
        """What the ontology says is known before its files are looked at."""
        waiting, self._ontology = self._ontology, []
        for parsed, facts in waiting:
            self._note(parsed, facts)

    def _told(self, parsed: Parsed, facts: Facts) -> Iterator[Unplaced]:
        place = Location(parsed.source.name)
        for rule in self._file:
            for text, anchor in rule.check(parsed, facts, self.context):
                focus = anchor.subject and anchor.subject.strip("<>")
                yield Diagnostic(place, self._levels[rule.code], rule.code, text, rule=rule.name, focus=focus), anchor

    def _note(self, parsed: Parsed, facts: Facts) -> None:
        role, context, plain = parsed.source.role, self.context, self._plain
        text, ntriples = parsed.text, parsed.document.ntriples
        literals = _LITERAL.findall(ntriples)
        lower = text.lower()
        foreign, declarations = text.translate(None, _ASCII), lower.count(b"prefix")
        look = Look(parsed, facts, text, ntriples, lower, foreign, declarations, literals)
        suspicious = [rule for rule in self._lookers if rule.suspects(look, context)]
        if not facts.prefixes.items() <= self._declared:
            suspicious += self._doubting_prefixes(facts.prefixes)
        iris = set(_IRI.findall(ntriples))
        iris.update(subject.encode() for subject in facts.subjects)
        for iri in iris - self._fine:
            if not plain(iri):
                suspicious += self._doubting(iri)
        known = self._tests
        for prop, lexical, suffix in literals:
            tests = known.get((prop, suffix))
            if tests is None:
                tests = known[prop, suffix] = self._testing(prop.decode(), suffix.decode())
            for rule, test in tests:
                if test(lexical):
                    suspicious.append(rule)
        asked = [rule for rule in dict.fromkeys(suspicious) if role in rule.roles] if suspicious else suspicious
        if asked:
            self._suspected.append((parsed.source, asked))

    def _doubting(self, iri: bytes) -> list[DocumentRule]:
        text = iri.decode()
        doubting = [rule for rule in self._doubters if rule.doubts(text, self.context)]
        if not doubting and len(self._fine) < _REMEMBERED:
            self._fine.add(iri)
        return doubting

    def _doubting_prefixes(self, prefixes: Mapping[str, str]) -> list[DocumentRule]:
        found = []
        for pair in prefixes.items():
            doubting = [rule for rule in self._declarers if rule.doubts_prefix(*pair, self.context)]
            if not doubting and len(self._declared) < _REMEMBERED:
                self._declared.add(pair)
            found += doubting
        return found

    def _testing(self, prop: str, suffix: str) -> tuple[tuple[DocumentRule, Test], ...]:
        kind = suffix[3:-1] if suffix.startswith("^^") else suffix
        found = [(rule, rule.test(prop, kind, self.context)) for rule in self._testers]
        tests = [(rule, test) for rule, test in found if test is not None]
        if suffix.startswith("^^"):
            tests += [(rule, _always) for rule in self._doubting(kind.encode())]
        return tuple(tests)

    def _read(self, source: Source, suspicious: list[DocumentRule]) -> Iterator[Diagnostic]:
        from ..turtle.document import read
        from .page import Page

        try:
            text = source.read(self.context.settings.limits.file_bytes)
        except UnreadableInput:  # gone since it was read
            return
        page = Page(read(text.decode(errors="replace"), path=source.name, base=source.graph))
        for rule in suspicious:
            severity, found = self._levels[rule.code], iter(rule.check(page, self.context))
            for finding in islice(found, _EACH):
                yield _diagnostic(rule, severity, finding, page)
            for more in islice(found, 1):
                told = replace(more, key="too-many", parameters={"limit": _EACH}, edits=())
                yield _diagnostic(rule, severity, told, page)


def _overriding(among: list[DocumentRule], hook: str) -> list[DocumentRule]:
    return [rule for rule in among if getattr(type(rule), hook) is not getattr(DocumentRule, hook)]


def _always(lexical: bytes) -> bool:  # noqa: ARG001 - a test
    return True


def _diagnostic(rule: Rule, severity: Severity, finding: Finding, page: Page) -> Diagnostic:
    where = page.document.location
    edits = tuple(Edit(where(start, end), text) for start, end, text in finding.edits)
    written = edits[0].text.strip() if edits else ""
    title = Text("lint.fix-write", {"text": written}) if written else Text("lint.fix-remove")
    return Diagnostic(
        where(finding.start, finding.end),
        severity,
        rule.code,
        Text(f"lint.{finding.key}", finding.parameters),
        rule=rule.name,
        focus=finding.focus,
        property=finding.property,
        value=finding.value,
        fix=Fix(title, edits) if edits else None,
    )
