"""`passerelles link stats`: the queue of proposed links, the decisions, and what confidence was worth."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import ConfigurationError
from .context import Options

if TYPE_CHECKING:
    from collections import Counter

    from ..linking.record import Decision
    from ..linking.statistics import Band, Interval, Statistics

WRITERS = ("text", "json")
_COUNTED = ("accepted", "rejected", "undecided")
_DECISIONS = (
    "cli.link_stats-month",
    "cli.link_stats-reviewer",
    "cli.link_stats-accepted",
    "cli.link_stats-rejected",
    "cli.link_stats-undecided",
)
_BANDS = (
    "cli.link_stats-band",
    "cli.link_stats-accepted",
    "cli.link_stats-changed",
    "cli.link_stats-rejected",
    "cli.link_stats-precision",
    "cli.link_stats-interval",
)
_VERDICTS = {
    "good": "cli.link_stats-good",
    "too-sure": "cli.link_stats-too-sure",
    "too-cautious": "cli.link_stats-too-cautious",
}
_STRENGTHS = {
    "same": "review.same",
    "variant": "review.variant",
    "similar": "review.similar",
    "distinct": "review.distinct",
}


def register(group: typer.Typer) -> None:
    """Add the command to `link`."""
    group.command("stats", help="cli.link_stats")(stats)


def stats(
    format: Annotated[str, typer.Option("--format", help="cli.link_stats-format", metavar="|".join(WRITERS))] = "text",  # noqa: A002 - the option's name
) -> None:
    """Print what the records of links say."""
    if format not in WRITERS:
        raise ConfigurationError("unknown-format", format=format, known=", ".join(WRITERS))
    from ..linking.records import Records
    from ..linking.statistics import statistics

    found = statistics(Records.read(Options.shared.settings()), datetime.now(UTC).date())
    if format == "json":
        sys.stdout.write(json.dumps(_document(found), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.writelines(_lines(found))


def _document(found: Statistics) -> dict[str, Any]:
    calibration = found.calibration
    return {
        "queue": {
            "total": found.waiting,
            "by_strength": {strength or "other": count for strength, count in found.by_strength.items()},
            "by_age": [{"from_days": low, "to_days": high, "count": count} for low, high, count in found.by_age],
            "oldest": found.oldest or None,
        },
        "decisions": [
            {"month": month, "reviewer": who, **dict(zip(_COUNTED, _counted(counts), strict=True))}
            for month, who, counts in found.decisions
        ],
        "bands": [
            {
                "from": band.low,
                "to": band.high,
                "accepted": band.accepted,
                "changed": band.changed,
                "rejected": band.rejected,
                "precision": None if band.precision is None else round(band.precision, 4),
                "interval": _pair(band.interval),
            }
            for band in found.bands
        ],
        "calibration": {
            "decided": calibration.decided,
            "expected": round(calibration.expected, 4),
            "observed": round(calibration.observed, 4),
            "interval": _pair(calibration.interval),
            "verdict": calibration.verdict,
            "sentence": _sentence(found),
        },
    }


def _pair(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [round(interval.low, 4), round(interval.high, 4)]


def _lines(found: Statistics) -> Iterator[str]:
    from ..report.characters import one_line
    from .table import lines

    say = Options.shared.say
    yield say("cli.link_stats-queue", count=found.waiting, oldest=found.oldest or "–") + "\n"
    if found.waiting:
        strengths = [[strength_name(name), str(count)] for name, count in found.by_strength.items()]
        yield from lines(strengths, [say("cli.link_stats-strength"), say("cli.link_stats-count")])
        yield "\n"
        ages = [[_age(low, high), str(count)] for low, high, count in found.by_age]
        yield from lines(ages, [say("cli.link_stats-age"), say("cli.link_stats-count")])
    yield "\n" + say("cli.link_stats-decisions", count=sum(counts.total() for *_, counts in found.decisions)) + "\n"
    if found.decisions:
        rows = [[month, one_line(who), *map(str, _counted(counts))] for month, who, counts in found.decisions]
        yield from lines(rows, [say(key) for key in _DECISIONS])
    yield "\n" + _sentence(found) + "\n"
    if found.calibration.decided:
        yield from lines([_row(band) for band in found.bands if band.decided], [say(key) for key in _BANDS])


def _counted(counts: Counter[Decision]) -> tuple[int, ...]:
    from ..linking.record import Decision

    return counts[Decision.ACCEPTED], counts[Decision.REJECTED], counts[Decision.UNDECIDED]


def _row(band: Band) -> list[str]:
    counts = (band.accepted, band.changed, band.rejected)
    return [f"{band.low:.2f}–{band.high:.2f}", *map(str, counts), percent(band.precision), _between(band.interval)]


def _between(interval: Interval | None) -> str:
    return "" if interval is None else f"{percent(interval.low)} – {percent(interval.high)}"


def _age(low: int, high: int | None) -> str:
    if high is None:
        return Options.shared.say("cli.link_stats-days-more", low=low)
    return Options.shared.say("cli.link_stats-days", low=low, high=high)


def _sentence(found: Statistics) -> str:
    """What the decisions say of the confidence, in a sentence."""
    each = found.calibration
    if each.verdict == "few":
        return Options.shared.say("cli.link_stats-few", count=each.decided)
    told = {"expected": percent(each.expected), "observed": percent(each.observed), "between": _between(each.interval)}
    return Options.shared.say(_VERDICTS[each.verdict], count=each.decided, **told)


def strength_name(strength: str) -> str:
    """What a strength is called; a link of another kind has none."""
    return Options.shared.say(_STRENGTHS.get(strength, "review.other"))


def percent(share: float | None) -> str:
    """A part of a whole, as a reader writes it."""
    return "" if share is None else Options.shared.say("review.percent", percent=f"{share * 100:.0f}")
