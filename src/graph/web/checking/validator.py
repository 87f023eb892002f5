"""The process that checks what anyone sends: it has read the model, and bears one worker for each text.

    python -m graph.web.checking.validator SOCKET ROOT shipped|own

A worker knows nothing of the texts before its own, is cut off from the network, bounded in memory and time, and killed
when nobody waits for it. What it answers is the report in the form asked for, or all that the page shows.
"""

from __future__ import annotations

import difflib
import gc
import hashlib
import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ... import config
from ...contribution import contribution as _contribution  # noqa: F401 - long to load, as what follows: before forking
from ...contribution.check import check_apart
from ...dataset import STANDARD_INPUT, Source, model_sources, named_sources, source_at
from ...diagnostics import Diagnostic, Severity, order
from ...errors import PasserellesError
from ...formats import by_name
from ...gate import GateReport, validator
from ...reading import read
from ...report import sarif, shacl
from ...report.characters import visible
from ...report.findings import message
from ...report.json import entry
from ...report.json import write as as_json
from ...shacl.reach import reach
from ...snapshot.reader import CURRENT
from ...sparql import nursery
from ...sparql.frames import asked, data, end
from ...sparql.results import graph as in_format
from ...sparql.worker import limit_cpu, serve
from ...style import style_of
from ...texts import Text, load, say, shortened
from ...turtle import document as _document  # noqa: F401 - a fault needs it
from ...turtle.format import format_turtle
from ...turtle.lexer import statement
from ...turtle.mended import mended, safely
from ...turtle.parse import parse
from .changed import Changed, compared, published, subjects
from .excerpts import excerpt, lines_of
from .near import described
from .validating import FORMAT, Task

ALL = "all"  # what asks for every fix in place of one
_ROUNDS = 10  # a fix may make room for another; none undoes another
_SHOWN = 100  # diagnostics of a page
_COMPARED = 200_000  # characters of a text whose canonical form is shown
_ANSWER = 33_554_432  # bytes: a thousand diagnostics may each repeat a name as long as the text
_LINE = 300  # characters of a line that differs
_SUBJECTS = 100  # of a text that is looked for in the repository


class Checking:
    """One text under way, checked as the file it would be."""

    def __init__(self, settings: config.Settings, task: Task, text: bytes) -> None:
        self._settings, self._task, self.text = settings, task, text
        self._file = self._placed()
        # Before the check, which is then of the text that is left.
        self._made = self._format() if (task.form, task.fix) == ("html", FORMAT) else None
        self.report = self._check()

    def answer(self) -> bytes:
        """What was asked for."""
        task = self._task
        if task.form == "html":
            return json.dumps(self._page(), ensure_ascii=True).encode()
        report = bounded(self.report, task.findings)
        if task.form == "json":
            changed = self._changed(self._parsed(self._source.name, self._source.graph))
            more = {} if changed is None else {"changes": changed.as_json()}
            return as_json(report, task.snapshot or None, task.language, more).encode()
        if task.form == "sarif":
            return sarif.write(report, task.language).encode()
        form = by_name(task.form)
        assert form is not None  # noqa: S101 - the route offers no other
        return in_format(shacl.write(report, self._source.graph).encode(), form, shacl.PREFIXES)

    def _placed(self) -> Path | None:
        """The file that the text stands for: one that is published, for nobody is told of those that wait."""
        folder = Path(os.path.realpath(self._settings.data_folder))
        if self._task.place:
            return folder / self._task.place
        base = self._settings.graph.base
        about = subjects(self._parsed(STANDARD_INPUT, base))[:_SUBJECTS]
        names = [f"{iri.removeprefix(base)}.ttl" for iri in about if iri.startswith(base)]
        files = dict.fromkeys(folder / name for name in names if "/." not in f"/{name}")
        with suppress(PasserellesError):
            there = published(self._settings, [source_at(self._settings, file) for file in files])
            return there[0].path if len(there) == 1 else None
        return None

    def _parsed(self, path: str, base: str) -> bytes:
        """The triples of the text; none where it has faults."""
        return parse(self.text, path=path, base=base, limit=self._settings.limits.file_bytes).ntriples

    @property
    def _source(self) -> Source:
        if self._file is not None:
            return replace(source_at(self._settings, self._file), text=self.text)
        (source,) = named_sources(self._settings, [STANDARD_INPUT], {}, self.text)
        return source

    def _check(self) -> GateReport:
        return check_apart(self._settings, self._source)

    # --- what the page shows

    def _page(self) -> dict[str, Any]:
        made = self._made or (self._mend() if self._task.fix else None)
        report, text = self.report, self.text.decode(errors="replace")
        shown, lines, language = bounded(report, _SHOWN), lines_of(text), self._task.language
        triples = self._parsed(self._source.name, self._source.graph)
        canonical = self._canonical(text) if report.conforms and triples else None
        changed = self._changed(triples)
        return {
            "conforms": report.conforms,
            "triples": report.triples,
            "counts": {str(each): sum(d.severity is each for d in report.diagnostics) for each in Severity},
            "file": "" if self._file is None else self._source.name,
            "diagnostics": [self._shown(each, lines, language) for each in shown.diagnostics],
            "fixable": sum(each.fix is not None for each in report.diagnostics),
            "made": made,
            "text": text.removeprefix("\ufeff"),
            "canonical": canonical,
            "difference": [] if canonical is None else _difference(text, canonical),
            "things": described(triples),
            "changes": None if changed is None else changed.shown(),
        }

    def _changed(self, triples: bytes) -> Changed | None:
        """What the text changes in the file or the things that it stands for; None where it has faults, or is new."""
        with suppress(PasserellesError):
            return compared(self._settings, self._source if self._file else None, triples) if triples else None
        return None

    def _shown(self, diagnostic: Diagnostic, lines: list[str], language: str) -> dict[str, Any]:
        here = diagnostic.location.path == self._source.name
        mine = diagnostic.fix is not None and here
        return entry(diagnostic, language) | {
            "message": message(diagnostic, language),
            "word": say(language, f"severity.{diagnostic.severity}"),
            "here": here,
            "name": _name(diagnostic) if mine else "",
            "lines": excerpt(lines, diagnostic.location) if here else [],
        }

    def _mend(self) -> dict[str, Any]:
        """Mend what is asked, and check again; what was asked, and how many fixes were made."""
        wanted, text = self._task.fix, self.text.decode(errors="replace")
        if wanted == ALL:
            return {"what": ALL, "count": self._mend_all()}
        fixes = [each.fix for each in self.report.diagnostics if each.fix and _name(each) == wanted]
        written, count = mended(text, fixes[:1])
        if count:
            self.text = written.encode()
            self.report = self._check()
        return {"what": "", "count": count}

    def _format(self) -> dict[str, Any]:
        """Put the text in the one layout, where it has one."""
        written = self._canonical(self.text.decode(errors="replace"))
        if written is not None:
            self.text = written.encode()
        return {"what": FORMAT, "count": int(written is not None)}

    def _mend_all(self) -> int:
        """Mend until nothing changes."""
        made, source = 0, self._source
        for _ in range(_ROUNDS):
            fixes = [each.fix for each in self.report.diagnostics if each.fix and each.location.path == source.name]
            text, limit = self.text.decode(errors="replace"), self._settings.limits.file_bytes
            written, count = safely(text, fixes, path=source.name, base=source.graph, limit=limit)
            if not count:
                break
            made, self.text = made + count, written.encode()
            self.report = self._check()
        return made

    def _canonical(self, text: str) -> str | None:
        """The text in the one layout; None where there is none, or it would be long to compare."""
        if len(text) > _COMPARED:
            return None
        with suppress(PasserellesError):
            source = self._source
            return format_turtle(text, style_of(self._settings), path=source.name, base=source.graph)
        return None


def bounded(report: GateReport, most: int) -> GateReport:
    """The report with so many diagnostics at most, the gravest kept; one more says how many are left out."""
    found = report.diagnostics
    if len(found) <= most:
        return report
    ranks = list(Severity)
    kept = sorted(range(len(found)), key=lambda at: (ranks.index(found[at].severity), at))
    left = [found[at] for at in kept[most:]]
    told = Text("file.more", {"count": len(left), "total": len(found)})
    worst = min((each.severity for each in left), key=ranks.index)
    first = min(left, key=order)
    more = Diagnostic(first.location, worst, "PAS007", told)
    return replace(report, diagnostics=()).with_more([*(found[at] for at in kept[:most]), more])


def _name(diagnostic: Diagnostic) -> str:
    """What tells a fix from the others of a text."""
    said = (diagnostic.code, diagnostic.location, diagnostic.fix and diagnostic.fix.edits)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:24]


def _difference(text: str, canonical: str) -> list[str]:
    """The lines that differ, each after its sign, with some around them."""
    lines = difflib.unified_diff(lines_of(text), lines_of(canonical), n=2, lineterm="")
    return [visible(shortened(line.replace("\t", "    "), _LINE)) for line in lines][2:]


# --- the process


def work(settings: config.Settings, channel: socket.socket, isolated: bool) -> None:  # noqa: FBT001 - said once
    """Check one text, answer, and end: whatever happens, the parent sees the socket close."""
    try:
        gc.disable()  # it lives for one text
        source = channel.makefile("rb")
        channel.sendall(end({"isolated": isolated}))
        channel.sendall(_answer(settings, asked(source)))
        source.read(1)  # the parent has it all
    except BaseException as error:  # noqa: BLE001 - whatever it is, the process ends and its parent reads why
        print(repr(error), file=sys.stderr, flush=True)  # noqa: T201 - its parent reads it
    finally:
        os._exit(1)


def _answer(settings: config.Settings, given: Mapping[str, Any]) -> bytes:
    task = Task(**given["task"])
    limit_cpu(task.seconds)
    (text,) = given["attached"]
    try:
        answer = Checking(_of(settings, task), task, text).answer()
        return data(answer) + end({}) if len(answer) <= _ANSWER else end({"error": "memory"})
    except (MemoryError, RecursionError):
        return end({"error": "memory"})
    except Exception as error:  # noqa: BLE001 - its parent writes it down: a gate that fails is no fault of the text
        return end({"error": f"{type(error).__name__}: {error}"})


def _of(settings: config.Settings, task: Task) -> config.Settings:
    """The settings of a server of the snapshot of a task, wherever that was built."""
    if not task.folder:
        return settings
    snapshot = Path(task.folder)
    beside = snapshot.parent.parent
    is_in_force = os.path.realpath(beside / CURRENT) == os.path.realpath(snapshot)
    return replace(settings, build_folder=beside if is_in_force else snapshot)


def _warm(settings: config.Settings) -> None:
    """Read what every worker then has: the model, patterns and sentences. What is wrong with it, a check says."""
    with suppress(PasserellesError):
        model = read(settings, model_sources(settings))
        reach(model.shapes_graph)
        validator(model.shapes_graph, "shacl")
        format_turtle("<urn:a> a <urn:b> .", style_of(settings), path="", base=settings.graph.base)
    statement()
    load("file", "integrity", "lint", "severity", "shacl", "turtle")


def main(arguments: Sequence[str]) -> None:
    """Bear and bury workers until the other end of the socket closes."""
    descriptor, root, whose = arguments
    settings = config.read(Path(root) / config.FILE_NAME, shipped=whose == "shipped")
    os.chdir(settings.root)  # files are named from there: nobody learns where the repository is
    _warm(settings)
    nursery.attend(int(descriptor), partial(serve, work=partial(work, settings)))


if __name__ == "__main__":
    main(sys.argv[1:])
