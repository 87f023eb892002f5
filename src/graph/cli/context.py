"""What every command shares: the options accepted anywhere, the settings, the way out.

`--repo`, `--lang` and `--quiet` may stand before or after the command, so they are taken out of the
arguments before the command reads its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from ..config import Settings, language, load
from ..errors import BuildRefused, InvalidInput, PasserellesError
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


def leave(error: PasserellesError, lang: str) -> NoReturn:
    """One line on standard error, and the status that says whose fault it is."""
    sys.stderr.write(" ".join(error.message(lang).split()) + "\n")
    sys.exit(WRONG_INPUT if isinstance(error, InvalidInput | BuildRefused) else COULD_NOT_RUN)


@contextmanager
def leaving(lang: str) -> Iterator[None]:
    """The way out of a command: what it raises becomes a line and a status."""
    try:
        yield
    except PasserellesError as error:
        leave(error, lang)
    except MemoryError:
        leave(PasserellesError("no-memory"), lang)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def utf8_streams() -> None:
    """French needs UTF-8 whatever the locale; a terminal that has less shows replacements."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _bar(stage: str, done: int, total: int) -> None:
    if done == total or done % 50 == 0:
        width = 24
        filled = width * done // max(total, 1)
        end = "\r\033[K" if done == total else ""
        sys.stderr.write(f"\r{stage} [{'#' * filled}{'.' * (width - filled)}] {done}/{total}{end}")
        sys.stderr.flush()
