"""A plain `passerelles check PATHS…` without typer: what hooks and editors run at every save starts an eighth sooner.

Only paths and the options below, each written in full, are read here; every other line goes to typer, help and mistakes
included.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from ..errors import PasserellesError
from .context import Options, leaving, take_shared, utf8_streams

FLAGS = {"--strict": "strict", "--changed": "changed", "--show-source": "show_source"}
VALUED = {"--format": "format", "--engine": "engine", "--stdin-path": "stdin_path"}


def run() -> None:
    """Run the command line of this process and exit with its status."""
    given = sys.argv[1:]
    try:
        shared, rest = take_shared(given, dict(os.environ))
        asked = plain_check(rest)
    except PasserellesError:
        asked = None
    if asked is None:
        from . import app

        app.run(given)
        return
    from . import checking

    Options.shared = shared
    utf8_streams()
    with leaving(shared.lang):
        checking.check(**asked)


def plain_check(words: Sequence[str]) -> dict[str, object] | None:
    """What `checking.check` is to be given; None for a line that typer has to read."""
    if not words or words[0] != "check":
        return None
    asked: dict[str, object] = {}
    paths: list[str] = []
    waiting = iter(words[1:])
    for word in waiting:
        if word in FLAGS:
            asked[FLAGS[word]] = True
        elif word in VALUED:
            value = next(waiting, "-")
            if value.startswith("-"):
                return None
            asked[VALUED[word]] = value
        elif word.startswith("-") and word != "-":
            return None
        else:
            paths.append(word)
    return asked | {"paths": paths}
