"""What past decisions say: what waits, who decided what, and whether the confidence of proposals can be believed.

A proposal was right when it was accepted as it was proposed: one that somebody accepted as another link was wrong.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from .record import Decision, Record

BANDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)  # the last holds 1
AGES = (0, 30, 90, 365)  # days; the last has no end
ENOUGH = 20  # decisions; with fewer, nothing is said of calibration
_Z = 1.959964  # of 95 %


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a proportion is, at 95 %: from 0 to 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Band:
    """The decisions on proposals whose confidence was from `low` to below `high`."""

    low: float
    high: float
    accepted: int
    changed: int
    rejected: int

    @property
    def decided(self) -> int:
        """How many were accepted, as they were or not, or rejected."""
        return self.accepted + self.changed + self.rejected

    @property
    def precision(self) -> float | None:
        """The part that was right; None where nothing was decided."""
        return self.accepted / self.decided if self.decided else None

    @property
    def interval(self) -> Interval | None:
        """Where that part is, were there no end of decisions."""
        return wilson(self.accepted, self.decided) if self.decided else None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Over all decisions on proposals with a confidence: what it announced, `expected`, and what was found.

    `verdict` is `few`, `good`, `too-sure` or `too-cautious`.
    """

    decided: int
    expected: float
    observed: float
    interval: Interval
    verdict: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """The queue by strength and by age, the decisions by month and reviewer, the precision by band."""

    waiting: int
    by_strength: dict[str, int]
    by_age: tuple[tuple[int, int | None, int], ...]
    oldest: str
    decisions: tuple[tuple[str, str, Counter[Decision]], ...]
    bands: tuple[Band, ...]
    calibration: Calibration


def statistics(records: Iterable[Record], today: date) -> Statistics:
    """What some records say, on a day."""
    records = list(records)
    queue = [each for each in records if each.decision is Decision.PROPOSED]
    judged = [each for each in records if each.decision in (Decision.ACCEPTED, Decision.REJECTED)]
    measured = [(each.confidence, each) for each in judged if each.confidence is not None]
    return Statistics(
        waiting=len(queue),
        by_strength=dict(sorted(Counter(each.strength for each in queue).items())),
        by_age=_ages(queue, today),
        oldest=min((each.date for each in queue if each.date), default=""),
        decisions=_decisions(records),
        bands=tuple(
            _band(low, high, [each for sure, each in measured if low <= sure < high or sure == high == BANDS[-1]])
            for low, high in pairwise(BANDS)
        ),
        calibration=_calibration(measured),
    )


def wilson(successes: int, trials: int) -> Interval:
    """The score interval of a proportion at 95 % (Wilson 1927): right for few trials, and at 0 and 1. Needs a trial."""
    share, squared = successes / trials, _Z * _Z / trials
    middle = (share + squared / 2) / (1 + squared)
    half = _Z * math.sqrt(share * (1 - share) / trials + squared / (4 * trials)) / (1 + squared)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def _ages(queue: Sequence[Record], today: date) -> tuple[tuple[int, int | None, int], ...]:
    """How many have waited from so many days to fewer than so many."""
    days = [max(0, (today - since).days) for each in queue if (since := _day(each.date)) is not None]
    limits = (*AGES, None)
    return tuple(
        (start, end, sum(start <= age and (end is None or age < end) for age in days))
        for start, end in zip(AGES, limits[1:], strict=True)
    )


def _day(text: str) -> date | None:
    """A day; None for a month, a year, what is no date."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _decisions(records: Iterable[Record]) -> tuple[tuple[str, str, Counter[Decision]], ...]:
    """What each reviewer decided each month, the last month first."""
    found: dict[tuple[str, str], Counter[Decision]] = {}
    for each in records:
        if each.decision is not Decision.PROPOSED:
            found.setdefault(((each.reviewed or each.date)[:7], each.reviewer), Counter())[each.decision] += 1
    last_first = sorted(sorted(found), key=lambda key: key[0], reverse=True)
    return tuple((month, who, found[month, who]) for month, who in last_first)


def _band(low: float, high: float, records: Sequence[Record]) -> Band:
    accepted = [each for each in records if each.decision is Decision.ACCEPTED]
    right = sum(each.as_proposed for each in accepted)
    return Band(low, high, right, len(accepted) - right, len(records) - len(accepted))


def _calibration(measured: Sequence[tuple[float, Record]]) -> Calibration:
    decided = len(measured)
    if not decided:
        return Calibration(0, 0.0, 0.0, Interval(0.0, 1.0), "few")
    expected = sum(sure for sure, _ in measured) / decided
    right = sum(each.decision is Decision.ACCEPTED and each.as_proposed for _, each in measured)
    interval = wilson(right, decided)
    verdict = (
        "few"
        if decided < ENOUGH
        else "too-sure"
        if expected > interval.high
        else "too-cautious"
        if expected < interval.low
        else "good"
    )
    return Calibration(decided, expected, right / decided, interval, verdict)
