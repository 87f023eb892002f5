"""`passerelles link review`: proposed links one after the other, and the decision on each, written at once.

In a terminal, in a page of this machine (`--web`), or with neither: a table to fill in (`--csv`, `--decisions`), or
`link accept`, `link reject` and `link defer`.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigurationError
from .context import Options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..config import Settings
    from ..linking.record import Decision
    from ..linking.records import Record, Records, Verdict
    from ..linking.review import Statement
    from ..snapshot.reader import Snapshot

_As = Annotated[str | None, typer.Option("--as", help="cli.link_review-as", metavar="NAME|IRI")]
_Comment = Annotated[str, typer.Option("--comment", help="cli.link_review-comment", metavar="TEXT")]
_Link = Annotated[str, typer.Option("--link", help="cli.link_review-link", metavar="PROPERTY")]
_Names = Annotated[list[str], typer.Argument(help="cli.link_review-records", metavar="RECORD…")]


def register(group: typer.Typer) -> None:
    """Add the commands to `link`."""
    group.command("review", help="cli.link_review")(review)
    group.command("accept", help="cli.link_accept")(accept)
    group.command("reject", help="cli.link_reject")(reject)
    group.command("defer", help="cli.link_defer")(defer)


def review(  # noqa: PLR0913, PLR0917 - the command's options
    strength: Annotated[
        str, typer.Option("--strength", help="cli.link_review-strength", metavar="same|variant|similar")
    ] = "",
    least: Annotated[float, typer.Option("--min", help="cli.link_review-min", min=0, max=1, metavar="0…1")] = 0.0,
    limit: Annotated[int, typer.Option("--limit", help="cli.link_review-limit", min=0, metavar="N")] = 0,
    deferred: Annotated[bool, typer.Option("--deferred", help="cli.link_review-deferred")] = False,  # noqa: FBT002 - an option
    as_: _As = None,
    web: Annotated[bool, typer.Option("--web", help="cli.link_review-web")] = False,  # noqa: FBT002 - an option
    table: Annotated[bool, typer.Option("--csv", help="cli.link_review-csv")] = False,  # noqa: FBT002 - an option
    decisions: Annotated[
        Path | None, typer.Option("--decisions", help="cli.link_review-decisions", metavar="FILE.csv")
    ] = None,
) -> None:
    """Go through what waits."""
    from ..linking.record import STRENGTHS
    from ..linking.records import Records
    from ..linking.review import queue, read_csv, reviewer

    if strength and strength not in STRENGTHS:
        raise ConfigurationError("unknown-strength", name=strength, known=", ".join(STRENGTHS))
    if sum((web, table, decisions is not None)) > 1:
        raise ConfigurationError("one-way-to-review")
    if decisions is not None and (strength or least or limit or deferred):
        raise ConfigurationError("decisions-alone")
    settings = Options.shared.writable(None)
    records = Records.read(settings)
    if decisions is not None:
        who = reviewer(as_, settings)
        _write(records, read_csv(decisions, records, partial(_verdict, who)))
        return
    waiting = queue(records, strength=strength, least=least, deferred=deferred)
    waiting = waiting[:limit] if limit else waiting
    if table:
        _write_table(settings, records, waiting)
        return
    if not web and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigurationError("no-terminal")
    who = reviewer(as_, settings)
    if web:
        from ..web.checking.reviewing import serve

        _tell(serve(_snapshot(settings), records, waiting, who, Options.shared.lang, _ready), records)
        return
    from ..linking.sides import Sides
    from .link_terminal import Terminal

    terminal = Terminal(records, waiting, Sides(_snapshot(settings)), who)
    try:
        terminal.run()
    finally:
        _tell(terminal.decided, records)


def accept(names: _Names, as_: _As = None, comment: _Comment = "", link: _Link = "") -> None:
    """Accept some links, perhaps as another link than the one proposed."""
    _decide(names, "accepted", as_, comment, link)


def reject(names: _Names, as_: _As = None, comment: _Comment = "") -> None:
    """Reject some links."""
    _decide(names, "rejected", as_, comment)


def defer(names: _Names, as_: _As = None, comment: _Comment = "") -> None:
    """Leave some links undecided."""
    _decide(names, "undecided", as_, comment)


def _decide(names: list[str], decision: str, as_: str | None, comment: str, link: str = "") -> None:
    """One decision on some records."""
    from ..linking.record import Decision
    from ..linking.records import Records
    from ..linking.review import another_link, reviewer

    settings = Options.shared.writable(None)
    records = Records.read(settings)
    who = reviewer(as_, settings)
    found = {(record := records.named(name)).iri: record for name in names}.values()
    links = (another_link(link, record, records) for record in found)
    verdicts = [_verdict(who, Decision(decision), comment, changed) for changed in links]
    _write(records, list(zip(found, verdicts, strict=True)))


def _write(records: Records, decisions: Sequence[tuple[Record, Verdict]]) -> None:
    """Write all of some decisions, or none of them."""
    with records.all_or_none():
        made = [records.decide(record, verdict) for record, verdict in decisions]
    _tell(Counter(each.decision for each in made), records)


def _verdict(who: str, decision: Decision, comment: str, link: Statement | None) -> Verdict:
    from ..linking.records import Verdict

    today, said = datetime.now(UTC).date(), " ".join(comment.split())
    return Verdict(decision, who, today, said, Options.shared.lang, link)


def _write_table(settings: Settings, records: Records, waiting: list[Record]) -> None:
    from ..linking.review import as_csv
    from ..linking.sides import Sides

    lang, sides = Options.shared.lang, Sides(_snapshot(settings))
    ends = {iri for each in waiting for iri in each.pair}
    titles = {iri: sides.called(iri, lang) for iri in ends}
    sys.stdout.write(as_csv(waiting, titles, lang, records.prefixes))


def _snapshot(settings: Settings) -> Snapshot:
    from .answer import in_force

    return in_force(settings)


def _ready(url: str) -> None:
    sys.stderr.write(Options.shared.say("cli.link_review-open", url=url) + "\n")


def _tell(made: Counter[Decision], records: Records) -> None:
    """What was decided, and what waits."""
    from ..linking.record import Decision

    if Options.shared.quiet:
        return
    counts = {each.value: made[each] for each in Decision if each is not Decision.PROPOSED}
    waiting = sum(each.decision is Decision.PROPOSED for each in records)
    sys.stderr.write(Options.shared.say("cli.link_review-done", **counts, waiting=waiting) + "\n")
