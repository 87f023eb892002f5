"""`passerelles link propose`: candidate links between productions, why, and their records for review."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigurationError
from .context import Options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..linking.productions import Production
    from ..linking.proposing import Candidate, Proposals
    from ..linking.records import Records

WRITERS = ("text", "json")
_EXTRA = ("numpy", "scipy", "rapidfuzz", "sparse_dot_topn", "snowballstemmer")


def register(group: typer.Typer) -> None:
    """Add the command to `link`."""
    group.command("propose", help="cli.link_propose")(propose)


def propose(
    strength: Annotated[
        str, typer.Option("--strength", help="cli.link_propose-strength", metavar="same|variant|similar")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", help="cli.link_propose-limit", min=0, metavar="N")] = 0,
    least: Annotated[float, typer.Option("--min", help="cli.link_propose-min", min=0, max=1, metavar="0…1")] = 0.5,
    write: Annotated[bool, typer.Option("--write", help="cli.link_propose-write")] = False,  # noqa: FBT002 - an option
    format: Annotated[  # noqa: A002 - the option's name
        str, typer.Option("--format", help="cli.link_propose-format", metavar="|".join(WRITERS))
    ] = "text",
) -> None:
    """Print the links to propose, best first; write their records."""
    if format not in WRITERS:
        raise ConfigurationError("unknown-format", format=format, known=", ".join(WRITERS))
    from ..linking.record import STRENGTHS

    if strength and strength not in STRENGTHS:
        raise ConfigurationError("unknown-strength", name=strength, known=", ".join(STRENGTHS))
    try:
        from ..linking.proposing import Bounds
        from ..linking.proposing import propose as proposed
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise ConfigurationError("linking-missing", extra="passerelles[link]") from error
    from ..linking import known, productions
    from ..linking.records import Records
    from .answer import in_force

    settings = Options.shared.writable(None) if write else Options.shared.settings()
    snapshot, records = in_force(settings), Records.read(settings)
    every = productions.read(snapshot)
    decisions = known.known(snapshot, records, (each.iri for each in every))
    found = proposed(every, decisions, bounds=Bounds(settings.limits.link_proposals, least))
    chosen = [each for each in found.candidates if strength in ("", each.strength)]
    chosen = chosen[:limit] if limit else chosen
    if format == "json":
        document = {"candidates": [_told(each) for each in chosen]}
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.writelines(_lines(chosen, {each.iri: each for each in every}))
    written = _written(records, chosen) if write else None
    if not Options.shared.quiet:
        sys.stderr.writelines(_around(found, len(chosen), len(every), written))


def _told(candidate: Candidate) -> dict[str, object]:
    from ..linking.explaining import because

    return {
        "source": candidate.source,
        "target": candidate.target,
        "strength": candidate.strength,
        "confidence": candidate.confidence,
        "because": because(candidate, Options.shared.lang),
        "features": candidate.features,
    }


def _lines(chosen: Sequence[Candidate], productions: Mapping[str, Production]) -> Iterator[str]:
    """A block a proposal: how sure, what it would be and why, the two titles and their IRIs."""
    from ..linking.explaining import because
    from ..report.characters import one_line
    from .link_stats import percent, strength_name

    if not chosen:
        yield Options.shared.say("cli.link_propose-none") + "\n"
    for each in chosen:
        yield f"{percent(each.confidence)}  {strength_name(each.strength)}  {because(each, Options.shared.lang)}\n"
        for iri in (each.source, each.target):
            yield f"    {one_line(_called(productions[iri]))}  <{iri}>\n"


def _called(production: Production) -> str:
    """Its title in the reader's language, else the first."""
    titles = dict(reversed(production.titles))
    return titles.get(Options.shared.lang) or next((text for _, text in production.titles), "–")


def _written(records: Records, chosen: Sequence[Candidate]) -> int:
    """Write a record for each; how many there are that nobody decided on."""
    from ..linking.explaining import because
    from ..linking.record import STRENGTHS
    from ..linking.records import Proposal
    from ..texts import LANGUAGES

    today, count = datetime.now(UTC).date(), 0
    for each in chosen:
        subject, target = (each.source, each.target) if each.variant != each.target else (each.target, each.source)
        proposal = Proposal(
            subject,
            STRENGTHS[each.strength],
            target,
            each.confidence,
            {language: because(each, language) for language in LANGUAGES},
            {name: value for name, value in each.features.items() if 0 < value <= 1},
        )
        count += records.propose(proposal, today) is not None
    return count


def _around(found: Proposals, shown: int, productions: int, written: int | None) -> Iterator[str]:
    """What was compared, what was left aside, what was written."""
    from .. import meaning

    say = Options.shared.say
    yield say("cli.link_propose-found", count=shown, compared=found.compared, productions=productions) + "\n"
    if found.excess:
        left = sum(found.excess.values())
        yield say("cli.link_propose-excess", count=len(found.excess), left=left) + "\n"
    if not meaning.installed():
        yield say("cli.link_propose-meanings") + "\n"
    if written is not None:
        yield say("cli.link_propose-written", count=written) + "\n"
