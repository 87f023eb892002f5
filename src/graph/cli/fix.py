"""`passerelles fix`: what the gate knows how to mend, mended."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .context import COULD_NOT_RUN, OK, WRONG_INPUT, Options

if TYPE_CHECKING:
    from ..config import Settings
    from ..dataset import Source
    from ..diagnostics import Fix
    from ..gate import GateReport

_ROUNDS = 10  # a fix may make room for another; none undoes another


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("fix", help="cli.fix")(fix)


def fix(
    paths: Annotated[list[str] | None, typer.Argument(help="cli.fix-paths", show_default=False)] = None,
    diff: Annotated[bool, typer.Option("--diff", help="cli.fix-diff")] = False,  # noqa: FBT002 - an option
    code: Annotated[list[str] | None, typer.Option("--code", help="cli.fix-code", metavar="PAS…")] = None,
) -> None:
    """Make the fixes of every diagnostic of the files named."""
    from ..config import FILE_NAME
    from ..errors import PasserellesError, UnreadableInput
    from .fmt import difference, replace

    shared = Options.shared
    settings = shared.settings()
    if not paths and settings.shipped:  # the files that came with the package are not the user's
        raise UnreadableInput("no-repository", path=".", file=FILE_NAME)
    stdin = sys.stdin.buffer.read(settings.limits.file_bytes + 1) if "-" in (paths or ()) else b""
    run = _Run(settings, paths or [], stdin, frozenset(code or ()))
    report = run.rounds()
    errors: list[PasserellesError] = list(report.unreadable)
    for source, written in run.written():
        given = run.given[source.name]
        try:
            if diff:
                sys.stdout.write(difference(source.name, given, written))
            elif source.text is not None:
                sys.stdout.write(written)
            elif written != given:
                replace(source, written)
        except PasserellesError as error:
            errors.append(error)
    if not shared.quiet:
        left = len(report.diagnostics)
        key = "cli.fix-found" if diff else "cli.fix-made"
        sys.stderr.write(shared.say(key, made=run.made, files=run.changed, left=left) + "\n")
    for error in errors:
        sys.stderr.write(" ".join(error.message(shared.lang).split()) + "\n")
    sys.exit(COULD_NOT_RUN if errors else OK if report.conforms else WRONG_INPUT)


class _Run:
    """One run: the gate says what is wrong with the files as they would be, until no fix is left."""

    def __init__(self, settings: Settings, paths: list[str], stdin: bytes, codes: frozenset[str]) -> None:
        from ..dataset import by_real_path, named_sources, repository_sources
        from ..errors import UnreadableInput

        self._settings, self._paths, self._stdin, self._codes = settings, paths, stdin, codes
        self.made = 0
        self.given: dict[str, str] = {}
        self._now: dict[str, str] = {}
        known = repository_sources(settings)
        sources = [] if paths else known
        for path in paths:
            try:
                sources += named_sources(settings, [path], by_real_path(known), stdin)
            except UnreadableInput:  # the report says so
                continue
        self._sources = {source.name: source for source in sources}

    @property
    def changed(self) -> int:
        """How many files are not as they were."""
        return sum(self._now[name] != self.given[name] for name in self._now)

    def written(self) -> list[tuple[Source, str]]:
        """Each file that changed with its text; standard input in any case, for its reader waits."""
        piped = [(s, s.text.decode(errors="replace")) for s in self._sources.values() if s.text is not None]
        for source, text in piped:
            self.given.setdefault(source.name, text)
        texts = {source.name: text for source, text in piped} | self._now
        return [(self._sources[name], text) for name, text in texts.items()]

    def rounds(self) -> GateReport:
        """Mend until nothing changes; the report of what is left."""
        for _ in range(_ROUNDS):
            report = self._check()
            found: dict[str, list[Fix]] = {}
            for diagnostic in report.diagnostics:
                if diagnostic.fix and (not self._codes or diagnostic.code in self._codes):
                    found.setdefault(diagnostic.location.path, []).append(diagnostic.fix)
            if not sum(
                self._mend(self._sources[name], fixes) for name, fixes in found.items() if name in self._sources
            ):
                return report
        return report

    def _check(self) -> GateReport:
        from ..contribution import check as contribution

        overlay = {
            Path(os.path.realpath(self._sources[name].path)): t.encode() for name, t in self._now.items() if name != "-"
        }
        stdin = self._now["-"].encode() if "-" in self._now else self._stdin
        return contribution.check(self._settings, self._paths, stdin=stdin, overlay=overlay or None)

    def _mend(self, source: Source, fixes: list[Fix]) -> int:
        """Make what fixes can be made together; one after which the text would no longer be Turtle is left out."""
        from ..turtle.mended import mended

        text = self._now.get(source.name)
        if text is None:
            text = source.read(self._settings.limits.file_bytes).decode()
        written, made = mended(text, fixes)
        if not self._reads(source, written):
            written, made = mended(text, [one for one in fixes if self._reads(source, mended(text, [one])[0])])
        if written == text or not self._reads(source, written):
            return 0
        self.given.setdefault(source.name, text)
        self._now[source.name] = written
        self.made += made
        return made

    def _reads(self, source: Source, text: str) -> bool:
        from ..diagnostics import has_errors
        from ..turtle.parse import parse

        limit = self._settings.limits.file_bytes
        return not has_errors(parse(text.encode(), path=source.name, base=source.graph, limit=limit).diagnostics)
