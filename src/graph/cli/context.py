"""What every command shares: the options accepted anywhere, the settings, the way out.

`--repo`, `--lang` and `--quiet` may stand before or after the command, so they are taken out of the
arguments before the command reads its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TextIO

from ..config import FILE_NAME, Settings, language, load
from ..errors import BuildRefused, InvalidInput, PasserellesError, UnreadableInput, reason
from ..texts import say

OK, WRONG_INPUT, COULD_NOT_RUN = 0, 1, 2
_VALUED = {"--repo": "repo", "--lang": "lang"}


@dataclass(frozen=True, slots=True)
class Shared:
    """The options given anywhere on the line."""

    repo: Path | None = None
    lang: str = "fr"
    quiet: bool = False

    def settings(self) -> Settings:
        """The settings of the repository named, around, or shipped."""
        return load(self.repo)

    def writable(self, paths: Sequence[str] | None) -> Settings:
        """The same, for files to be changed: of the graph that came with the package, those named alone."""
        settings = self.settings()
        if settings.shipped and not paths:
            raise UnreadableInput("no-repository", path=".", file=FILE_NAME)
        return settings

    def say(self, key: str, **parameters: object) -> str:
        """A sentence in the reader's language."""
        return say(self.lang, key, **parameters)

    def progress(self) -> Callable[[str, int, int], None] | None:
        """A progress bar on standard error, on a terminal only."""
        if self.quiet or not sys.stderr.isatty():
            return None
        return _bar


class Options:
    """The options of this run, set once by `run` before any command."""

    shared = Shared()


def take_shared(arguments: Sequence[str], environment: dict[str, str]) -> tuple[Shared, list[str]]:
    """The shared options among `arguments`, and the other arguments. Raises PasserellesError."""
    values: dict[str, str] = {}
    quiet, rest, waiting = False, [], list(arguments)
    while waiting:
        argument = waiting.pop(0)
        name, equals, value = argument.partition("=")
        if argument == "--":
            rest += [argument, *waiting]
            break
        if argument in ("--quiet", "-q"):
            quiet = True
        elif name in _VALUED and equals:
            values[_VALUED[name]] = value
        elif argument in _VALUED and waiting:
            values[_VALUED[argument]] = waiting.pop(0)
        else:
            rest.append(argument)
    lang = language(values.get("lang"), environment)
    repo = values.get("repo") or environment.get("PASSERELLES_REPO") or None
    return Shared(Path(repo) if repo else None, lang, quiet), rest


def standard_input(paths: Iterable[str], settings: Settings) -> bytes:
    """What standard input holds when `-` is among the paths, and no more than one byte beyond the limit of a file."""
    return sys.stdin.buffer.read(settings.limits.file_bytes + 1) if "-" in paths else b""


def complain(error: PasserellesError, lang: str) -> None:
    """One line on standard error; where nothing can be written there, the status alone tells."""
    try:
        sys.stderr.write(" ".join(error.message(lang).split()) + "\n")
    except OSError:
        _discard(sys.stderr)


def leave(error: PasserellesError, lang: str) -> NoReturn:
    """One line on standard error, and the status that says whose fault it is."""
    complain(error, lang)
    sys.exit(WRONG_INPUT if isinstance(error, InvalidInput | BuildRefused) else COULD_NOT_RUN)


def leave_for(errors: Sequence[PasserellesError], lang: str) -> NoReturn:
    """As `leave`, for several errors: the first, and how many others there are."""
    first, *others = errors
    leave(PasserellesError("and-others", first=first.text, count=len(others)) if others else first, lang)


@contextmanager
def leaving(lang: str) -> Iterator[None]:
    """The way out of a command: what it raises becomes a line and a status, and so does output that cannot be written.

    What is still to be written is written here: later, the interpreter would tell of it with a traceback.
    """
    try:
        try:
            yield
        finally:
            if not sys.stdout.closed:  # the language server closes it when its client leaves
                sys.stdout.flush()
    except PasserellesError as error:
        leave(error, lang)
    except MemoryError:
        leave(PasserellesError("no-memory"), lang)
    except BrokenPipeError:
        _discard(sys.stdout)
        sys.exit(OK)
    except OSError as error:
        _discard(sys.stdout)
        if error.filename is None:
            leave(PasserellesError("no-output", reason=reason(error)), lang)
        leave(PasserellesError("cannot-write", path=error.filename, reason=reason(error)), lang)


def _discard(stream: TextIO) -> None:
    """Let what a stream still holds go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def utf8_streams() -> None:
    """French needs UTF-8 whatever the locale; a terminal that has less shows replacements. What is closed takes all."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - it stays
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _bar(stage: str, done: int, total: int) -> None:
    if done == total or done % 50 == 0:
        width = 24
        filled = width * done // max(total, 1)
        end = "\r\033[K" if done == total else ""
        sys.stderr.write(f"\r{stage} [{'#' * filled}{'.' * (width - filled)}] {done}/{total}{end}")
        sys.stderr.flush()
