"""`passerelles fix`: what the gate knows how to mend, mended."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .context import OK, WRONG_INPUT, Options, leave_for, standard_input

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
    from ..errors import PasserellesError
    from ..report.explanations import code_of
    from .fmt import difference, replace

    shared = Options.shared
    settings = shared.writable(paths)
    codes = frozenset(map(code_of, code or ()))
    run = _Run(settings, paths or [], standard_input(paths or (), settings), codes)
    report = run.rounds()
    errors: list[PasserellesError] = list(report.unreadable)
    for source, given, written in run.written():
        try:
            if diff:
                sys.stdout.write(difference(source.name, *(one.decode(errors="replace") for one in (given, written))))
            elif source.text is not None:
                sys.stdout.buffer.write(written)
            else:
                replace(source, given, written)
        except PasserellesError as error:
            errors.append(error)
    if errors:
        leave_for(errors, shared.lang)
    if not shared.quiet:
        left = len(report.diagnostics)
        key = "cli.fix-found" if diff else "cli.fix-made"
        sys.stderr.write(shared.say(key, made=run.made, files=run.changed, left=left) + "\n")
    sys.exit(OK if report.conforms else WRONG_INPUT)


class _Run:
    """One run: the gate says what is wrong with the files as they would be, until no fix is left.

    They are read once, before the gate: what it tells is of that text, whoever saves another meanwhile.
    """

    def __init__(self, settings: Settings, paths: list[str], stdin: bytes, codes: frozenset[str]) -> None:
        from ..dataset import by_real_path, repository_sources
        from ..errors import UnreadableInput
        from ..gate import named

        self._settings, self._paths, self._codes = settings, paths, codes
        self.made = 0
        sources = repository_sources(settings)
        if paths:  # the report says which are not there
            sources, _ = named(settings, paths, by_real_path(sources), stdin)
        self._sources: dict[str, Source] = {}
        self._given: dict[str, bytes] = {}
        for source in sources:
            with suppress(UnreadableInput):
                self._given[source.name] = source.read(settings.limits.file_bytes)
                self._sources[source.name] = source
        self._now = dict(self._given)

    @property
    def changed(self) -> int:
        """How many files are not as they were."""
        return sum(text != self._given[name] for name, text in self._now.items())

    def written(self) -> Iterator[tuple[Source, bytes, bytes]]:
        """Each file that changed, as it was and as it is; standard input in any case, for its reader waits."""
        for name, source in self._sources.items():
            given, now = self._given[name], self._now[name]
            if now != given or source.text is not None:
                yield source, given, now

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
        from ..dataset import STANDARD_INPUT

        files = (source for source in self._sources.values() if source.text is None)
        overlay = {Path(os.path.realpath(source.path)): self._now[source.name] for source in files}
        stdin = self._now.get(STANDARD_INPUT, b"")
        return contribution.check(self._settings, self._paths, stdin=stdin, overlay=overlay)

    def _mend(self, source: Source, fixes: list[Fix]) -> int:
        """Make what fixes can be made together; one after which less of the text would be Turtle is left out."""
        from ..turtle.mended import safely

        limit, text = self._settings.limits.file_bytes, self._now[source.name].decode()
        written, made = safely(text, fixes, path=source.name, base=source.graph, limit=limit)
        self._now[source.name] = written.encode()
        self.made += made
        return made
