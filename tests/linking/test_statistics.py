"""What past decisions say of the queue, of the reviewers and of the confidence of proposals."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from graph.dataset import Role, Source
from graph.linking.record import STRENGTHS, Decision, Record
from graph.linking.statistics import ENOUGH, statistics, wilson

TODAY = date(2026, 11, 22)
SAME, SIMILAR = STRENGTHS["same"], STRENGTHS["similar"]


def record(number: int, decision: Decision = Decision.PROPOSED, confidence: float | None = 0.9, **said) -> Record:
    source = Source(Path(f"{number}.ttl"), f"{number}.ttl", "", Role.DATA)
    known = {"predicate": SAME, "proposed": SAME, "date": "2026-11-01", **said}
    ends = (f"https://a.example/{number}", f"https://b.example/{number}")
    return Record(
        f"https://example.org/id/links/{number}",
        subject=ends[0],
        object=ends[1],
        decision=decision,
        source=source,
        confidence=confidence,
        **known,
    )


def judged(right: int, wrong: int, confidence: float) -> list[Record]:
    decisions = [Decision.ACCEPTED] * right + [Decision.REJECTED] * wrong
    return [record(number, decision, confidence) for number, decision in enumerate(decisions)]


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 5, 0.0, 0.4345), (5, 5, 0.5655, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_the_interval_is_the_one_of_wilson(successes, trials, low, high):
    found = wilson(successes, trials)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_the_queue_is_counted_by_strength_and_by_age():
    old = (TODAY - timedelta(days=400)).isoformat()
    found = statistics([record(1), record(2, predicate=SIMILAR, date=old), *judged(3, 0, 0.9)], TODAY)
    assert found.waiting == 2
    assert found.by_strength == {"same": 1, "similar": 1}
    assert [count for *_, count in found.by_age] == [1, 0, 0, 1]
    assert found.oldest == old


def test_a_date_to_come_waits_for_no_time_at_all():
    found = statistics([record(1, date="2027-01-01")], TODAY)
    assert [count for *_, count in found.by_age] == [1, 0, 0, 0]


def test_what_is_no_day_is_counted_among_what_waits_and_has_no_age():
    found = statistics([record(1, date="2026-11"), record(2, date="hier"), record(3, date="")], TODAY)
    assert found.waiting == 3
    assert [count for *_, count in found.by_age] == [0, 0, 0, 0]


def test_decisions_are_counted_by_month_and_reviewer_the_last_month_first():
    said = [
        record(1, Decision.ACCEPTED, reviewer="A", reviewed="2026-10-03"),
        record(2, Decision.REJECTED, reviewer="A", reviewed="2026-11-03"),
        record(3, Decision.UNDECIDED, reviewer="B", reviewed="2026-11-04"),
        record(4, Decision.ACCEPTED, reviewer="A", reviewed="2026-11-05"),
    ]
    found = statistics(said, TODAY)
    assert found.decisions == (
        ("2026-11", "A", Counter({Decision.ACCEPTED: 1, Decision.REJECTED: 1})),
        ("2026-11", "B", Counter({Decision.UNDECIDED: 1})),
        ("2026-10", "A", Counter({Decision.ACCEPTED: 1})),
    )


def test_precision_is_what_was_accepted_as_proposed_among_what_was_decided():
    changed = record(9, Decision.ACCEPTED, 0.92, predicate=SIMILAR)
    undecided = record(10, Decision.UNDECIDED, 0.92)
    by_hand = record(11, Decision.ACCEPTED, None)
    found = statistics([*judged(3, 1, 0.9), changed, undecided, by_hand], TODAY)
    [band] = [band for band in found.bands if band.decided]
    assert (band.low, band.high) == (0.9, 0.95)
    assert (band.accepted, band.changed, band.rejected) == (3, 1, 1)
    assert band.precision == pytest.approx(0.6)
    assert band.interval == wilson(3, 5)


def test_a_certain_proposal_is_in_the_last_band_and_each_is_in_one():
    said = [record(number, Decision.ACCEPTED, sure) for number, sure in enumerate((0.0, 0.5, 0.95, 1.0))]
    found = statistics(said, TODAY)
    assert sum(band.decided for band in found.bands) == 4
    assert found.bands[-1].decided == 2


@pytest.mark.parametrize(
    ("right", "wrong", "confidence", "verdict"),
    [
        (ENOUGH - 2, 1, 0.9, "few"),
        (90, 10, 0.9, "good"),
        (50, 50, 0.9, "too-sure"),
        (99, 1, 0.6, "too-cautious"),
        (0, 0, 0.9, "few"),
    ],
)
def test_confidence_is_believed_when_it_announces_what_was_found(right, wrong, confidence, verdict):
    assert statistics(judged(right, wrong, confidence), TODAY).calibration.verdict == verdict


def test_the_command_says_it_in_words_and_as_json(repository, link, command_here):
    link("hammer", "saw")
    more = 'sssom:confidence 0.9 ; sssom:reviewer_label "Camille" ; sssom:review_date "2026-11-20"^^xsd:date'
    link("saw", "plane", "rejetee", more=more)
    told = command_here("link", "stats", "--lang", "en", cwd=repository.root).stdout.decode()
    assert "1 link waits for a decision" in told
    assert "2026-11  Camille  0         1         0" in told
    assert "0.90–0.95" in told
    found = json.loads(command_here("link", "stats", "--format", "json", cwd=repository.root).stdout)
    assert found["queue"]["by_strength"] == {"similar": 1}
    assert found["decisions"] == [
        {"month": "2026-11", "reviewer": "Camille", "accepted": 0, "rejected": 1, "undecided": 0}
    ]
    assert [band["precision"] for band in found["bands"] if band["rejected"]] == [0.0]
    assert found["calibration"]["verdict"] == "few"


def test_an_empty_repository_has_statistics_too(repository, command_here):
    done = command_here("link", "stats", cwd=repository.root)
    assert (done.returncode, done.stderr) == (0, b"")
    assert command_here("link", "stats", "--format", "yaml", cwd=repository.root).returncode == 2
