"""`passerelles fmt`: Turtle files in one layout."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .context import OK, WRONG_INPUT, Options, Shared, complain, leave_for, standard_input

if TYPE_CHECKING:
    from ..config import Settings
    from ..dataset import Source
    from ..errors import PasserellesError
    from ..turtle.format import Style


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("fmt", help="cli.fmt")(fmt)


def fmt(
    paths: Annotated[list[str] | None, typer.Argument(help="cli.fmt-paths", show_default=False)] = None,
    check: Annotated[bool, typer.Option("--check", help="cli.fmt-check")] = False,  # noqa: FBT002 - an option
    diff: Annotated[bool, typer.Option("--diff", help="cli.fmt-diff")] = False,  # noqa: FBT002 - an option
) -> None:
    """Write files in the one layout, or say which are not."""
    shared = Options.shared
    settings = shared.writable(paths)
    run = _Run(settings, shared, writes=not check and not diff, shows=diff)
    run.over(_sources(settings, paths or []))
    sys.exit(run.status(check=check))


def _sources(settings: Settings, paths: list[str]) -> list[Source]:
    from ..dataset import by_real_path, named_sources, repository_sources

    known = repository_sources(settings)
    if not paths:
        return known
    return named_sources(settings, paths, by_real_path(known), standard_input(paths, settings))


@dataclass(slots=True)
class _Run:
    """One run: `writes` replaces the files, `shows` prints what would change; without either, their names."""

    settings: Settings
    shared: Shared
    writes: bool
    shows: bool
    files: int = 0
    changed: int = 0
    wrong: bool = False
    errors: list[PasserellesError] = field(default_factory=list)

    def over(self, sources: list[Source]) -> None:
        """Take each file; one that is wrong or cannot be read keeps none of the others."""
        from ..errors import InvalidInput, PasserellesError
        from ..style import style_of

        try:
            style = style_of(self.settings)
        except InvalidInput as error:  # the faults of every file are told before this one
            style = None
            self.errors.append(error)
        progress = self.shared.progress()
        for number, source in enumerate(sources, start=1):
            if progress is not None:
                progress("fmt", number, len(sources))
            try:
                self._take(source, style)
            except PasserellesError as error:
                self.errors.append(error)

    def _take(self, source: Source, style: Style | None) -> None:
        from ..diagnostics import has_errors
        from ..report import text as lines
        from ..turtle.format import format_turtle
        from ..turtle.parse import parse

        given = source.read(self.settings.limits.file_bytes)
        found = parse(given, path=source.name, base=source.graph, limit=self.settings.limits.file_bytes).diagnostics
        self.files += 1
        if has_errors(found):
            self.wrong = True
            piped = self.writes and source.text is not None  # standard output waits for Turtle
            stream = sys.stderr if piped else sys.stdout
            stream.write("".join(f"{lines.line(one, self.shared.lang)}\n" for one in found))
        elif style is not None:
            text = given.decode()
            written = format_turtle(text, style, path=source.name, base=source.graph)
            self.changed += written != text
            self._give(source, given, written)

    def _give(self, source: Source, given: bytes, written: str) -> None:
        text = given.decode()
        if self.writes and source.text is not None:
            sys.stdout.write(written)
        elif written == text:
            return
        elif self.writes:
            replace(source, given, written.encode())
        else:
            sys.stdout.write(difference(source.name, text, written) if self.shows else f"{source.name}\n")

    def status(self, *, check: bool) -> int:
        """Say how it went; the exit status."""
        from ..errors import InvalidInput

        shared = self.shared
        stopped = [error for error in self.errors if not isinstance(error, InvalidInput)]
        if stopped:
            leave_for(stopped, shared.lang)
        if self.files and not shared.quiet:
            key = "cli.fmt-written" if self.writes else "cli.fmt-found"
            sys.stderr.write(shared.say(key, changed=self.changed, files=self.files) + "\n")
        for error in self.errors:
            complain(error, shared.lang)
        return WRONG_INPUT if self.wrong or self.errors or (check and self.changed) else OK


def difference(name: str, text: str, written: str) -> str:
    """The unified diff of two texts of one file."""
    from difflib import unified_diff
    from io import StringIO

    before, after = (list(StringIO(one, newline="\n")) for one in (text, written))
    lines = unified_diff(before, after, name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def replace(source: Source, given: bytes, written: bytes) -> None:
    """Put a text in the place of a file that was read, its permissions kept; a link stays one.

    Raises UnreadableInput where it cannot be written, and where it no longer is what was `given`.
    """
    import secrets
    import shutil

    from ..errors import UnreadableInput, reason

    if source.read(len(given)) != given:
        raise UnreadableInput("changed-since", path=source.name)
    path = Path(os.path.realpath(source.path))
    draft = path.with_name(f".{secrets.token_hex(8)}.fmt")  # named before it is made: it goes, whatever interrupts
    try:
        path.open("ab").close()  # a file that may not be written is not replaced either
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(written)
            shutil.copymode(path, draft)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UnreadableInput("cannot-write", path=source.name, reason=reason(error)) from error
