"""House rules on files: warnings, unless `[lint]` in `passerelles.toml` makes them errors or off."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..config import Settings
from ..dataset import STANDARD_INPUT, Parsed, Role
from ..diagnostics import Diagnostic, Location, Severity
from ..texts import Text
from ..turtle.anchors import Anchor, Unplaced
from .facts import Facts


def check(parsed: Parsed, facts: Facts, settings: Settings) -> Iterator[Unplaced]:
    """What the house rules say of one data file."""
    if parsed.source.role is not Role.DATA or not facts.subjects:
        return
    for policy, code, rule in _RULES:
        level = settings.policy(policy)
        if level == "off":
            continue
        for text, focus in rule(parsed, facts, settings):
            severity = Severity.ERROR if level == "error" else Severity.WARNING
            found = Diagnostic(Location(parsed.source.name), severity, code, text, rule=policy, focus=focus)
            yield found, Anchor(f"<{focus}>") if focus else Anchor()


_SOURCE = b"> <http://purl.org/dc/terms/source> "
Found = Iterator[tuple[Text, str | None]]


def _file_name(parsed: Parsed, facts: Facts, settings: Settings) -> Found:
    if parsed.source.name == STANDARD_INPUT or len(facts.subjects) != 1:
        return
    subject = facts.subjects[0]
    slug = subject.rstrip("/").rpartition("/")[2].rpartition("#")[2]
    if not subject.startswith(settings.graph.base):
        return
    folder, below, _ = parsed.source.place.removeprefix("data/").partition("/")
    kind, inside, _ = subject[len(settings.graph.base) :].partition("/")
    if below and inside and folder != kind:
        expected = f"{settings.folders.data}/{kind}/{slug}.ttl"
        yield Text("lint.folder", {"expected": expected, "iri": subject}), subject
    elif slug != parsed.source.stem:
        yield (
            Text("lint.file-name", {"file": parsed.source.path.name, "expected": f"{slug}.ttl", "iri": subject}),
            subject,
        )


def _one_subject(parsed: Parsed, facts: Facts, settings: Settings) -> Found:  # noqa: ARG001 - one signature for all rules
    if len(facts.subjects) > 1:
        yield Text("lint.one-subject", {"count": len(facts.subjects), "others": ", ".join(facts.subjects[1:4])}), None


def _blank_nodes(parsed: Parsed, facts: Facts, settings: Settings) -> Found:  # noqa: ARG001 - one signature for all rules
    if parsed.document.blank:
        yield Text("lint.blank-nodes"), facts.subjects[0]


def _base(parsed: Parsed, facts: Facts, settings: Settings) -> Found:  # noqa: ARG001 - one signature for all rules
    if not any(subject.startswith(settings.graph.base) for subject in facts.subjects):
        yield Text("lint.base", {"iri": facts.subjects[0], "base": settings.graph.base}), facts.subjects[0]


def _source(parsed: Parsed, facts: Facts, settings: Settings) -> Found:  # noqa: ARG001 - one signature for all rules
    sourced = set(_sourced(parsed.document.ntriples))
    for subject in facts.subjects:
        if subject.encode() not in sourced:
            yield Text("lint.source", {"iri": subject}), subject


def _sourced(ntriples: bytes) -> Iterator[bytes]:
    """What precedes each `dct:source` on its line: a subject, or part of a literal, which no subject equals."""
    at = ntriples.find(_SOURCE)
    while at >= 0:
        yield ntriples[ntriples.rfind(b"\n", 0, at) + 2 : at]
        at = ntriples.find(_SOURCE, at + 1)


def _prefixes(parsed: Parsed, facts: Facts, settings: Settings) -> Found:  # noqa: ARG001 - one signature for all rules
    for prefix, namespace in facts.prefixes.items():
        if b"<" + namespace.encode() not in parsed.document.ntriples:
            yield Text("lint.unused-prefix", {"prefix": prefix, "namespace": namespace}), None


_RULES: tuple[tuple[str, str, Callable[[Parsed, Facts, Settings], Found]], ...] = (
    ("file-name", "PAS301", _file_name),
    ("one-subject", "PAS302", _one_subject),
    ("base", "PAS303", _base),
    ("source", "PAS304", _source),
    ("prefixes", "PAS305", _prefixes),
    ("blank-nodes", "PAS306", _blank_nodes),
)
