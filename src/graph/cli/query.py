"""`passerelles query`: a saved query, a file or standard input, here or on another endpoint."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..config import Settings
from ..errors import (
    ConfigurationError,
    EvaluationFailed,
    LimitExceeded,
    MalformedQuery,
    QueryError,
    RefusedQuery,
    SnapshotError,
)
from ..formats import RESULTS_JSON, Format, by_name
from ..snapshot.reader import Snapshot
from .context import OK, WRONG_INPUT, Options

if TYPE_CHECKING:  # a command that asks nothing need not load what answers
    from ..sparql.guard import Inspection
    from ..sparql.library import Library

TABLE = "table"


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command("query", help="cli.query")(query)


def query(
    what: Annotated[str | None, typer.Argument(help="cli.query-what", metavar="[NAME|FILE.rq|-]")] = None,
    param: Annotated[list[str] | None, typer.Option("--param", help="cli.query-param", metavar="K=V")] = None,
    format: Annotated[str | None, typer.Option("--format", help="cli.query-format")] = None,  # noqa: A002 - the option's name
    endpoint: Annotated[str | None, typer.Option("--endpoint", help="cli.query-endpoint", metavar="URL")] = None,
) -> None:
    """Run a query and print its answer; without argument, list the saved queries."""
    from ..sparql.library import Library
    from .table import render

    settings = Options.shared.settings()
    library = Library.load(settings.queries_folder)
    if what is None:
        _list(library)
        return
    text = _text(what, _pairs(param or []), library)
    wanted = None if format in (None, TABLE) else _format(format)
    try:
        inspection, chosen, body = _answer(settings, text, wanted, endpoint)
    except (MalformedQuery, RefusedQuery, LimitExceeded) as error:
        _report(error, what)
    if wanted is None and chosen is RESULTS_JSON:
        rows = render(body, _prefixes(settings), settings.graph.base, Options.shared.say)
        sys.stdout.write(rows)
        if not Options.shared.quiet and inspection.form != "ASK":
            sys.stderr.write(Options.shared.say("cli.query-rows", count=max(rows.count("\n") - 2, 0)) + "\n")
    else:
        sys.stdout.buffer.write(body if body.endswith(b"\n") else body + b"\n")
    sys.exit(OK)


def _list(library: Library) -> None:
    from ..sparql.checks import PATTERN
    from .table import columns

    shared = Options.shared
    questions_first = sorted(library.values(), key=lambda saved: (saved.path.match(PATTERN), saved.name))
    shown = [
        (saved.name, saved.title.get(shared.lang) or next(iter(saved.title.values()))) for saved in questions_first
    ]
    sys.stdout.write(columns([list(row) for row in shown]))


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


def _format(name: str) -> Format:
    from ..sparql.results import formats_for

    found = by_name(name)
    if found is None:
        names = (TABLE, *(f.name for f in (*formats_for("SELECT"), *formats_for("CONSTRUCT"))))
        raise ConfigurationError("unknown-format", format=name, known=", ".join(names))
    return found


def _answer(
    settings: Settings, text: str, wanted: Format | None, endpoint: str | None
) -> tuple[Inspection, Format, bytes]:
    """The answer and what it is written in. Raises QueryError and SnapshotError."""
    from ..sparql.guard import admit
    from ..sparql.results import default_for, formats_for

    allowed = settings.federation.allow

    def suited(inspection: Inspection) -> Format:
        chosen = default_for(inspection.form) if wanted is None else wanted
        possible = formats_for(inspection.form)
        if chosen not in possible:
            names = ", ".join(f.name for f in possible)
            raise ConfigurationError("unsuited-format", format=chosen.label, known=names)
        return chosen

    if endpoint is None:
        from ..sparql.engine import evaluate_sync

        inspection, body = evaluate_sync(settings, _snapshot(settings), text, suited)
        return inspection, suited(inspection), body
    from ..federation.client import ask

    inspection = admit(text, settings.limits, allowed)
    chosen = suited(inspection)
    received, body = ask(endpoint, inspection.text, chosen.media_type, settings.limits.deadline_seconds)
    if received not in chosen.media_types:
        raise EvaluationFailed("endpoint", endpoint=endpoint, reason=f"Content-Type: {received}")
    return inspection, chosen, body


def _snapshot(settings: Settings) -> Snapshot:
    """The snapshot in force; one is built when there is none."""
    from ..snapshot.reader import current

    try:
        return current(settings.build_folder)
    except SnapshotError:
        from .build import make

        return make()


def _prefixes(settings: Settings) -> dict[str, str]:
    """The prefixes of the snapshot in force, if any."""
    from ..snapshot.reader import current

    try:
        return dict(current(settings.build_folder).manifest.prefixes)
    except SnapshotError:
        return {}


def _report(error: QueryError, what: str) -> None:
    """A wrong query is wrong input: where it is wrong, then status 1."""
    place = "" if error.line is None else f"{what}:{error.line}:{error.column or 1}: "
    sys.stderr.write(place + " ".join(error.message(Options.shared.lang).split()) + "\n")
    sys.exit(WRONG_INPUT)
