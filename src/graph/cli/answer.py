"""The answer of a query on its way to standard output: who is asked, in what format, and what is written of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NoReturn

from ..errors import (
    ConfigurationError,
    DeadlineExceeded,
    EvaluationFailed,
    LimitExceeded,
    MalformedQuery,
    QueryError,
    RefusedQuery,
    SnapshotError,
)
from ..formats import RESULTS_JSON, RESULTS_TSV, Format, by_name
from ..snapshot.reader import Snapshot
from .context import COULD_NOT_RUN, WRONG_INPUT, Options
from .rows import Terms, from_json, from_tsv
from .table import HEAD_LINES, lines

if TYPE_CHECKING:
    from ..config import Settings
    from ..sparql.guard import Inspection

TABLE = "table"
_WRONG = (MalformedQuery, RefusedQuery, LimitExceeded)  # the query is at fault; over HTTP, a status of the 400s
_FILES_COMPARED = 5_000  # looking at more takes longer than most answers


class Output:
    """Standard output, and whether any of an answer went there: it cannot be taken back."""

    def __init__(self) -> None:
        self._begun = False

    def lines(self, written: Iterable[str]) -> int:
        """Write lines as they come; how many there were."""
        count = 0
        for line in written:
            self._begun = True
            count += 1
            sys.stdout.write(line)
        return count

    def parts(self, written: Iterable[bytes]) -> None:
        """Write parts of an answer as they come, and the end of its last line."""
        part = b""
        for part in written:
            self._begun = True
            sys.stdout.buffer.write(part)
        if not part.endswith(b"\n"):
            sys.stdout.buffer.write(b"\n")

    def fail(self, error: QueryError, what: str) -> NoReturn:
        """Say what is wrong and where, and that what was written is no answer; then leave."""
        sys.stdout.flush()
        said = error.message(Options.shared.lang)
        if self._begun:
            said = Options.shared.say("cli.query-incomplete", reason=said)
        place = "" if error.line is None else f"{what}:{error.line}:{error.column or 1}: "
        sys.stderr.write(place + " ".join(said.split()) + "\n")
        sys.exit(WRONG_INPUT if isinstance(error, _WRONG) else COULD_NOT_RUN)


def answer(settings: Settings, inspection: Inspection, name: str, endpoint: str | None, output: Output) -> None:
    """Write the answer in the format called `name`. Raises ConfigurationError, QueryError and SnapshotError."""
    table = name in ("", TABLE) and not inspection.gives_graph
    chosen = _read(inspection, endpoint) if table else _written(inspection, name)
    if endpoint is None:
        snapshot = in_force(settings)
        prefixes, source = snapshot.manifest.prefixes, _here(settings, snapshot, inspection, chosen)
    else:
        snapshot = None
        prefixes, source = _prefixes(settings), _there(settings, endpoint, inspection, chosen)
    with source as parts:
        if table:
            _table(parts, chosen, Terms(prefixes, settings.graph.base), endpoint or "", output)
        else:
            output.parts(parts)
    if snapshot is not None and not Options.shared.quiet and sys.stderr.isatty():
        _tell_if_stale(settings, snapshot)


def _table(parts: Iterable[bytes], chosen: Format, terms: Terms, endpoint: str, output: Output) -> None:
    """Write rows in columns, or yes or no, whichever it is."""
    shared = Options.shared
    if chosen is RESULTS_TSV:
        names, rows = from_tsv(parts, terms)
    else:
        solutions = from_json(parts, endpoint, terms)
        names, rows = solutions.columns, ([shown or "" for shown in row] for row in solutions)
        if solutions.truth is not None:
            output.lines([shared.say("cli.yes" if solutions.truth else "cli.no") + "\n"])
            return
    count = output.lines(lines(rows, names)) - HEAD_LINES
    if not shared.quiet:
        sys.stderr.write(shared.say("cli.query-rows", count=count) + "\n")


def _read(inspection: Inspection, endpoint: str | None) -> Format:
    """What a table is made from: TSV is short and read by the line; JSON is what every server writes well."""
    return RESULTS_TSV if endpoint is None and inspection.form == "SELECT" else RESULTS_JSON


def _written(inspection: Inspection, name: str) -> Format:
    """The format asked for. Raises ConfigurationError for an unknown one, and for one that the answer cannot have."""
    from ..sparql.results import default_for, formats_for

    possible = formats_for(inspection.form)
    chosen = default_for(inspection.form) if name in ("", TABLE) else by_name(name)
    if chosen is None:
        names = (TABLE, *(f.name for f in (*formats_for("SELECT"), *formats_for("CONSTRUCT"))))
        raise ConfigurationError("unknown-format", format=name, known=", ".join(names))
    if chosen not in possible:
        known = ", ".join(f.name for f in possible)
        raise ConfigurationError("unsuited-format", format=chosen.label, known=known)
    return chosen


@contextmanager
def _here(settings: Settings, snapshot: Snapshot, inspection: Inspection, chosen: Format) -> Iterator[Iterable[bytes]]:
    from ..sparql.engine import Query
    from ..sparql.foreground import Foreground

    engine = Foreground(settings, snapshot)
    try:
        with closing(engine.stream(Query(inspection, chosen))) as parts:
            try:
                yield parts
            finally:
                engine.give_up()  # before a worker is started in the place of one that is killed
    finally:
        engine.stop()


@contextmanager
def _there(settings: Settings, endpoint: str, inspection: Inspection, chosen: Format) -> Iterator[Iterable[bytes]]:
    from ..federation.client import Session, sparql

    seconds = settings.limits.deadline_seconds
    with (
        Session(seconds, 0, {"Accept-Language": Options.shared.lang}) as session,
        session.opened(sparql(endpoint, inspection.text, chosen.media_type)) as (reply, parts),
    ):
        if reply.media_type not in chosen.media_types:
            raise EvaluationFailed("not-sparql", endpoint=endpoint, media_type=reply.media_type or "?")
        yield _waited_for(parts, endpoint, seconds)


def _waited_for(parts: Iterator[bytes], endpoint: str, seconds: float) -> Iterator[bytes]:
    """The parts, while the time spent waiting for them is within `seconds`; what their reader takes does not count."""
    left = seconds
    while left > 0:
        began = time.monotonic()
        part = next(parts, None)
        left -= time.monotonic() - began
        if part is None:
            return
        yield part
    raise DeadlineExceeded("no-answer", endpoint=endpoint, seconds=f"{seconds:g}")


def in_force(settings: Settings) -> Snapshot:
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


def _tell_if_stale(settings: Settings, snapshot: Snapshot) -> None:
    """Say that files changed since the snapshot, where it takes no time to know."""
    from ..contribution.index import Index, stamps

    if snapshot.manifest.counts.get("files", 0) > _FILES_COMPARED:
        return
    now = stamps(settings)
    changed = Index(settings.build_folder, snapshot.id).changed(now) if now is not None else None
    if changed:
        sys.stderr.write(Options.shared.say("cli.query-stale", count=len(changed)) + "\n")
