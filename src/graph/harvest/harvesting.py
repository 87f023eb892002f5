"""One harvest, from the catalogue to the quarantine: what changed is read, what was read is merged, then written whole.

A document that cannot be read leaves the records that it had; a harvest that brings far fewer than the one before is
refused. What is in quarantine stays as it was until the last step, which replaces it at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..config import Settings
from ..dataset import HARVEST
from ..diagnostics import Severity
from ..texts import Text
from . import licences, slugs
from .collecting import Collection, Progress, now
from .findings import Finding, findings
from .mapping import Mapping
from .quarantine import Change, Entry, Quarantine, label, merged
from .report import Report
from .sources import Origin, mapping_of, origin
from .state import Known, State, alone, copied
from .workshop import Workshop

if TYPE_CHECKING:
    from ..federation.outbound import Resolver


def harvest(  # noqa: PLR0913 - each has a name at the call
    settings: Settings,
    given: str,
    into: str = "",
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    resolver: Resolver | None = None,
) -> Report:
    """Bring a catalogue into its quarantine, and say what came; with `dry_run` nothing is written.

    `resolver` says where hosts are. Raises ConfigurationError, UnreadableInput, InvalidInput and SavedQueryError for
    what cannot be used at all.
    """
    where = origin(settings, given, into)
    with (copied if dry_run else alone)(settings.build_folder / HARVEST, where.portal) as path:
        return Harvesting(settings, where, path, progress, resolver, dry_run).run()


@dataclass
class Harvesting:
    """One harvest under way; `path` is where what is known of the catalogue is."""

    settings: Settings
    where: Origin
    path: Path
    progress: Progress | None = None
    resolver: Resolver | None = None
    dry_run: bool = False

    def run(self) -> Report:
        """Do it all."""
        mapping = mapping_of(self.settings, self.where)
        if mapping is None or self.where.on_the_web:
            from .crawling import crawl

            return crawl(self, mapping)
        with self.opened(mapping) as collection:
            collection.read_files()
            return self.conclude(collection)

    @cached_property
    def quarantine(self) -> Quarantine:
        """The quarantine that this is for."""
        return Quarantine(self.settings, self.where.portal)

    @cached_property
    def report(self) -> Report:
        """What is to be told."""
        source = self.quarantine.source
        return Report(self.where.portal, self.where.given, source.graph, source.name, dry_run=self.dry_run)

    @contextmanager
    def opened(self, mapping: Mapping) -> Iterator[Collection]:
        """The catalogue as it is known, to be read by a mapping."""
        where, known = self.where, licences.known(self.settings)
        language = where.language or mapping.language
        told = {"portal": self.quarantine.base, "base": self.settings.graph.base}
        told |= {"language": language, "licence": where.licence}
        recipe = json.dumps([mapping.digest, asdict(where), told, hashlib.sha256(known).hexdigest()])
        self.report.mapping = mapping.name
        limits = self.settings.limits
        with State(self.path, recipe) as state, Workshop(told, mapping, known, limits) as workshop:
            state.set(mapping=mapping.name)
            self.report.resumed = state.resumed
            yield Collection(self.settings, where, mapping, self.report, state, workshop, self.progress)

    def conclude(self, collection: Collection) -> Report:
        """Merge what was read into the quarantine, and write it when that changes it."""
        report, state = self.report, collection.state
        as_written = state.fact("written") and state.fact("written") == self.quarantine.digest()
        if as_written and not (collection.read or state.resumed):
            state.end()
            _recall(report, json.loads(state.fact("report")))
            return report
        found, refused = taken(collection)
        faulty = {address for address, known in state.known().items() if known.run == state.run and known.fault}
        old = self.quarantine.entries()
        missing = {slug: entry for slug, entry in old.items() if slug not in found and not entry.gone}
        # On the web, no page says what one that cannot be read would have said.
        kept = {
            slug
            for slug, entry in missing.items()
            if slug in refused or (faulty and (self.where.on_the_web or faulty & {entry.source, self.where.rest}))
        }
        report.refused = self._refusal(len(old) and sum(not entry.gone for entry in old.values()), found, kept)
        if report.refused is not None:
            state.end(written="")
            return report
        entries, report.change = merged(old, found, kept, now())
        report.findings = findings(self.settings, entries.values())
        report.details = _details(report, old, entries)
        self._write(entries, collection)
        return report

    def _refusal(self, before: int, found: dict[str, Entry], kept: set[str]) -> Text | None:
        """Why nothing is to be taken, if so: nothing could be read, or far less than the time before."""
        share = self.settings.limits.harvest_share_kept
        if not found and self.report.rejected:
            return Text("harvest.nothing-taken", {"reason": self.report.rejected[0][1]})
        if not found and not before:
            return Text("harvest.nothing-taken", {"reason": Text("harvest.no-record")})
        if len(found) + len(kept) < before * share:
            return Text("harvest.far-fewer", {"count": len(found), "before": before, "limit": share})
        return None

    def _write(self, entries: dict[str, Entry], collection: Collection) -> None:
        mapping = collection.mapping
        said = {
            "source": self.where.iri,
            "name": Path(self.where.address).name,
            "mapping": mapping.name,
            "version": mapping.version,
        }
        text = self.quarantine.text(entries.values(), {**said, "licence": self.where.licence})
        most = self.settings.limits.file_bytes
        if len(text.encode()) > most:  # no build could read it
            self.report.refused = Text("harvest.too-much", {"limit": "file_bytes", "value": most})
            self.report.change = Change()
            collection.state.end(written="")
            return
        if not self.dry_run:
            self.quarantine.write(text, json.dumps(self.report.kept(), ensure_ascii=False, indent=1) + "\n")
        digest = hashlib.sha256(text.encode()).hexdigest()
        collection.state.end(written=digest, report=json.dumps(_remembered(self.report)))


def taken(collection: Collection) -> tuple[dict[str, Entry], set[str]]:
    """The records that can be taken, by slug, and the slugs of those that cannot; the report is told of these."""
    report, state, mapping = collection.report, collection.state, collection.mapping
    found: dict[str, Entry] = {}
    refused: set[str] = set()
    known = state.known()
    before = _faults(collection, known.items())
    names: dict[str, str] = {}
    for address, told in state.records():
        if address in before:
            continue
        report.records += 1
        reason = told.get("reason")
        slug = told.get("slug") or (slugs.of(told["key"]) if told["key"] else "")
        if mapping.format == "feed":  # the last that is said of a thing counts
            said = found.pop(slug, None)
            report.records -= (said is not None) + ("deleted" in told)
            if "deleted" in told:
                continue
        same = found.get(slug)
        if reason is None and same is not None:
            again = {line for line in told["triples"] if not line.endswith(f" <{address}> .")}
            if same.thing == told["thing"] and again <= {*same.triples}:  # pages may say a thing again, or some of it
                report.records -= 1
                continue
            reason = ["harvest.twice", {"identifier": told["key"], "other": names[slug]}]
        if reason is not None:
            report.rejected.append((told["name"], Text.of(reason)))
            refused.add(slug)
            continue
        report.notes += ((told["name"], Text.of(note)) for note in told["notes"])
        report.unmapped.update(told["unmapped"])
        names[slug] = told["name"]
        found[slug] = Entry(slug, told["thing"], told["key"], address, known[address].read, told["triples"])
    report.mapped = len(found)
    return found, refused


def _faults(collection: Collection, known: Iterable[tuple[str, Known]]) -> set[str]:
    """The documents of which only what was read before is known, which is in quarantine; the report is told why."""
    report, before = collection.report, set()
    for address, document in known:
        if document.run != collection.state.run or not document.fault:
            continue
        name, key, parameters, some = document.fault
        if not some:
            before.add(address)
        said = (name, Text.of([key, parameters]))
        if key == "harvest.no-front-matter":  # a page of another kind among them, no record that is missing
            report.notes.append(said)
        else:
            report.unread += 1
            report.rejected.append(said)
    return before


def _details(report: Report, old: dict[str, Entry], entries: dict[str, Entry]) -> dict[str, tuple[str, list[str]]]:
    """What each change is: the label, and of a record that changed the triples that go and come."""
    told = {slug: (label(entries[slug]), list[str]()) for slug in report.change.new}
    told |= {slug: (label(old[slug]), list[str]()) for slug in report.change.gone}
    for slug in report.change.changed:
        before, after = set(old[slug].triples), set(entries[slug].triples)
        lines = [f"- {line}" for line in sorted(before - after)] + [f"+ {line}" for line in sorted(after - before)]
        told[slug] = label(entries[slug]), lines
    return told


def _remembered(report: Report) -> dict[str, Any]:
    """What the next report says when nothing changed meanwhile."""
    return {
        "records": report.records,
        "mapped": report.mapped,
        "unread": report.unread,
        "unmapped": report.unmapped,
        "rejected": [(name, text.parts) for name, text in report.rejected],
        "notes": [(name, text.parts) for name, text in report.notes],
        "findings": [astuple(finding) for finding in report.findings],
    }


def _recall(report: Report, told: dict[str, Any]) -> None:
    """Say again what the last report said, without its changes."""
    report.unchanged = True
    report.records, report.mapped, report.unread = told["records"], told["mapped"], told["unread"]
    report.unmapped.update(told["unmapped"])
    report.rejected = [(name, Text.of(text)) for name, text in told["rejected"]]
    report.notes = [(name, Text.of(text)) for name, text in told["notes"]]
    report.findings = [
        Finding(slug, Severity(severity), code, name, tuple(map(tuple, wordings)))
        for slug, severity, code, name, wordings in told["findings"]
    ]
