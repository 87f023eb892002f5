"""The report of a harvest: what came, what was mapped, what was refused and why, what it changes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..diagnostics import Severity
from ..texts import LANGUAGES, Text
from .findings import Finding
from .quarantine import Change

_REASONS = 1_000  # of each kind that are told one by one; the rest is counted


@dataclass(slots=True)
class Report:
    """What a harvest did. `rejected` and `notes` pair a record with a sentence; `details`, for each slug, what changes.

    `refused` says why nothing was taken, `unchanged` that nothing was to be done; `unread` counts the pages and files
    that could not be read, `unmapped` the fields, and the values of fields, that the mapping does not take.
    """

    portal: str
    source: str
    graph: str
    path: str
    mapping: str = ""
    dry_run: bool = False
    unchanged: bool = False
    resumed: bool = False
    records: int = 0
    mapped: int = 0
    unread: int = 0
    rejected: list[tuple[str, Text]] = field(default_factory=list)
    notes: list[tuple[str, Text]] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    change: Change = field(default_factory=Change)
    details: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    refused: Text | None = None

    def document(self, language: str) -> dict[str, Any]:
        """The report as JSON has it, its sentences in one language."""
        counts = {"new": len(self.change.new), "changed": len(self.change.changed), "gone": len(self.change.gone)}
        return {
            "source": self.source,
            "portal": self.portal,
            "graph": self.graph,
            "mapping": self.mapping,
            "dry_run": self.dry_run,
            "unchanged": self.unchanged,
            "records": self.records,
            "mapped": self.mapped,
            "complete": self.complete,
            "unread": self.unread,
            **self._told(lambda text, name="": reason(name, text, language)),
            **counts,
            "refused": self.refusal(language),
        }

    @property
    def complete(self) -> bool:
        """Whether every page and file was read, and something taken."""
        return not self.unread and self.refused is None

    def refusal(self, language: str) -> str | None:
        """Why nothing was taken, if so; a reason that ends a sentence ends this one."""
        if self.refused is None:
            return None
        said = self.refused.render(language)
        return said[:-1] if said.endswith("..") else said

    def kept(self) -> dict[str, Any]:
        """What is kept beside the quarantine: nothing that changes when the catalogue does not; both languages."""
        counts = {"mapping": self.mapping, "records": self.records, "mapped": self.mapped, "complete": self.complete}
        return {**counts, **self._told(lambda text, name="": {tag: reason(name, text, tag) for tag in LANGUAGES})}

    def _told(self, say: Callable[..., Any]) -> dict[str, Any]:
        return {
            "rejected": [{"record": name, "reason": say(text, name)} for name, text in self.rejected[:_REASONS]],
            "notes": [{"record": name, "reason": say(text, name)} for name, text in self.notes[:_REASONS]],
            "unmapped": dict(sorted(self.unmapped.items(), key=lambda one: (-one[1], one[0]))),
            "findings": [
                {
                    "severity": severity.value,
                    "code": code,
                    "property": name or None,
                    "message": say(Text(wordings=dict(wordings))) if wordings else None,
                    "records": len(slugs),
                    "examples": slugs[:3],
                }
                for (severity, code, name, wordings), slugs in grouped(self.findings)
            ],
        }

    def count(self, severity: Severity) -> int:
        """How many findings are that grave."""
        return sum(finding.severity is severity for finding in self.findings)


def reason(name: str, text: Text, language: str) -> str:
    """What a sentence says of what has a name, which is told before it: the name is not said twice."""
    return re.sub(rf"\A{re.escape(name)}\s?:\s", "", text.render(language)) if name else text.render(language)


def grouped(findings: Iterable[Finding]) -> Iterator[tuple[tuple[Any, ...], list[str]]]:
    """The findings that say the same, with the records they are about; the most frequent first, errors before."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for one in findings:
        found.setdefault((one.severity, one.code, one.property, one.wordings), []).append(one.slug)
    ranks = list(Severity)
    yield from sorted(found.items(), key=lambda pair: (ranks.index(pair[0][0]), -len(pair[1]), pair[0][1:]))
