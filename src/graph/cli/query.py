"""`passerelles query`: a saved query, a file or standard input, here or on another endpoint."""

from __future__ import annotations

import math
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..config import Settings
from ..errors import ConfigurationError, QueryError
from .context import OK, Options

if TYPE_CHECKING:  # a command that asks nothing need not load what answers
    from ..sparql.library import Library


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("query", help="cli.query")(query)


def query(  # noqa: PLR0913, PLR0917 - its options
    what: Annotated[str | None, typer.Argument(help="cli.query-what", metavar="[NAME|FILE.rq|-]")] = None,
    param: Annotated[list[str] | None, typer.Option("--param", help="cli.query-param", metavar="K=V")] = None,
    format: Annotated[str, typer.Option("--format", help="cli.query-format", show_default=False)] = "",  # noqa: A002 - the option's name
    endpoint: Annotated[str | None, typer.Option("--endpoint", help="cli.query-endpoint", metavar="URL")] = None,
    timeout: Annotated[str | None, typer.Option("--timeout", help="cli.query-timeout", metavar="SECONDS")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="cli.query-explain")] = False,  # noqa: FBT002 - an option
) -> None:
    """Run a query and print its answer; without argument, list the saved queries."""
    from ..sparql.library import Library

    settings = _settings(timeout)
    library = Library.load(settings.queries_folder)
    if what is None:
        _list(library)
        return
    from ..sparql.guard import admit
    from .answer import Output, answer
    from .explain import show

    text = _text(what, _pairs(param or []), library)
    output = Output()
    try:
        inspection = admit(text, settings.limits, settings.federation.allow)
        if explain:
            show(settings, inspection, format, endpoint)
        else:
            answer(settings, inspection, format, endpoint, output)
    except QueryError as error:
        output.fail(error, what)
    sys.exit(OK)


def _settings(timeout: str | None) -> Settings:
    """The settings, with the deadline given. Raises ConfigurationError."""
    settings = Options.shared.settings()
    if timeout is None:
        return settings
    try:
        seconds = float(timeout)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < threading.TIMEOUT_MAX:
        raise ConfigurationError("not-seconds", given=timeout)
    return replace(settings, limits=replace(settings.limits, deadline_seconds=seconds))


def _list(library: Library) -> None:
    from ..sparql.checks import PATTERN
    from .table import lines

    shared = Options.shared
    questions_first = sorted(library.values(), key=lambda saved: (saved.path.match(PATTERN), saved.name))
    shown = [
        (saved.name, saved.title.get(shared.lang) or next(iter(saved.title.values()))) for saved in questions_first
    ]
    sys.stdout.writelines(lines(shown))


def _text(what: str, values: dict[str, str], library: Library) -> str:
    """The text of a saved query, of a file or of standard input, with its parameters bound."""
    from ..sparql.library import read_query

    path = Path(what)
    if what == "-":
        saved = read_query(path, content=sys.stdin.buffer.read())
    elif path.suffix == ".rq" or path.exists():
        saved = read_query(path)
    else:
        saved = library.find(what)
    saved.refuse_unknown(values)
    return saved.bind(values)


def _pairs(given: list[str]) -> dict[str, str]:
    values = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise ConfigurationError("not-a-parameter", given=pair)
        values[name] = value
    return values
