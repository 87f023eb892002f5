"""The report of a harvest for a reader, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..diagnostics import Severity
from ..namespaces import COMMON, PrefixMap
from ..texts import Text, say
from .report import Report, grouped, reason

_SHOWN = 20  # of each kind, unless what would change is asked for
_IRI = re.compile(r"<([^<>\"]*)>")
_NAMES = PrefixMap(COMMON)


def lines(report: Report, language: str) -> Iterator[str]:
    """What came, what was refused and why, what was not mapped, what the shapes say, what changes."""

    def told(key: str, **parameters: object) -> str:
        return say(language, key, **parameters)

    yield from _came(report, language)
    for title, several in (("harvest.rejected", report.rejected), ("harvest.noted", report.notes)):
        if several:
            yield told(title, count=len(several))
            shown = [told("harvest.item", name=name, said=reason(name, text, language)) for name, text in several]
            yield from _some(shown, report, language)
    if report.unmapped:
        yield from _unmapped(report, language)
    if report.findings:
        yield told("harvest.found", errors=report.count(Severity.ERROR), warnings=report.count(Severity.WARNING))
        for (severity, code, name, wordings), slugs in list(grouped(report.findings))[:_SHOWN]:
            said = Text(wordings=dict(wordings)) if wordings else _NAMES.shrink(name)
            yield told("harvest.item", name=f"{len(slugs)} × {told(f'severity.{severity}')} {code}", said=said)
    if report.refused is not None:
        return
    if report.unchanged or not report.change:
        yield told("harvest.unchanged", path=report.path)
        return
    change = report.change
    yield told("harvest.changes", new=len(change.new), changed=len(change.changed), gone=len(change.gone))
    details = [_detail(mark, slug, report, language) for mark, several in _marks(report) for slug in several]
    yield from _some([line for detail in details for line in detail], report, language)
    yield told("harvest.not-written" if report.dry_run else "harvest.written", path=report.path)


def _came(report: Report, language: str) -> Iterator[str]:
    """How many records came, and whether all did."""
    rejected = len(report.rejected) - report.unread
    counts = {"records": report.records, "mapped": report.mapped, "rejected": rejected}
    if report.mapping:
        yield say(language, "harvest.came", portal=report.portal, mapping=report.mapping, **counts)
    if report.unread:
        yield say(language, "harvest.incomplete", count=report.unread)
    if report.resumed:
        yield say(language, "harvest.resumed")


def _unmapped(report: Report, language: str) -> Iterator[str]:
    """The fields that were not taken, then the values of those that were; all of them where they were asked for."""
    most = len(report.unmapped) if report.dry_run else _SHOWN
    for key, is_value in (("harvest.unmapped", False), ("harvest.unplaced", True)):
        names = [
            f"{_NAMES.shrink(name)} ({count})"
            for name, count in report.unmapped.most_common()
            if (" = " in name) == is_value
        ]
        if names:
            yield say(language, key, names=", ".join(names[:most] + ["…"] * (len(names) > most)))


def _marks(report: Report) -> tuple[tuple[str, list[str]], ...]:
    return (("+", report.change.new), ("~", report.change.changed), ("-", report.change.gone))


def _detail(mark: str, slug: str, report: Report, language: str) -> list[str]:
    name, triples = report.details[slug]
    shown = [f"      {_IRI.sub(lambda found: _short(found[1]), line)}" for line in triples]
    return [say(language, "harvest.item", name=f"{mark} {slug}", said=name), *shown]


def _short(iri: str) -> str:
    shrunk = _NAMES.shrink(iri)
    return f"<{iri}>" if shrunk == iri else shrunk


def _some(several: list[str], report: Report, language: str) -> Iterator[str]:
    """The lines; no more than a few, unless nothing is written and the lines are what was asked for."""
    shown = several if report.dry_run else several[:_SHOWN]
    yield from shown
    if len(several) > len(shown):
        yield "  " + say(language, "harvest.more", count=len(several) - len(shown))
