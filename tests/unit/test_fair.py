"""The fair queue: who is next, who waits, who had enough. Time is told, never read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.config import Limits
from graph.errors import BudgetSpent, Overloaded
from graph.sparql.fair import FairQueue

LIMITS = Limits(workers=2, queue_length=6, client_queue_length=3, client_seconds=10)


def queue(**limits) -> FairQueue[str]:
    return FairQueue(
        Limits(**{"workers": 2, "queue_length": 6, "client_queue_length": 3, "client_seconds": 10} | limits)
    )


def test_jobs_of_one_client_are_served_in_the_order_they_came():
    waiting = queue()
    for job in "abc":
        waiting.enter("x", job, 0.0)
    assert [waiting.next(0.0, last=False), waiting.next(0.0, last=False)] == ["a", "b"]
    assert waiting.waiting == 1


def test_whoever_used_least_goes_first():
    waiting = queue()
    waiting.enter("heavy", "h1", 0.0)
    assert waiting.next(0.0, last=False) == "h1"
    waiting.done("heavy", 0.5, 5.0, long=False)
    waiting.enter("heavy", "h2", 5.0)
    waiting.enter("light", "l1", 5.0)
    assert [waiting.next(5.0, last=False), waiting.next(5.0, last=False)] == ["l1", "h2"]


def test_a_crowd_of_one_client_does_not_keep_another_waiting():
    waiting = queue(client_queue_length=6, queue_length=20)
    for number in range(6):
        waiting.enter("many", f"m{number}", 0.0)
    assert waiting.next(0.0, last=False) == "m0"
    waiting.enter("one", "o", 0.0)
    assert waiting.next(0.0, last=False) == "o"


def test_the_last_worker_is_for_who_has_nothing_at_work():
    waiting = queue()
    for job in "abc":
        waiting.enter("x", job, 0.0)
    assert waiting.next(0.0, last=True) == "a"
    assert waiting.next(0.0, last=True) is None
    waiting.lengthen("x")
    assert waiting.next(1.0, last=True) is None
    assert waiting.next(1.0, last=False) == "b"
    waiting.enter("y", "d", 1.0)
    assert waiting.next(1.0, last=True) == "d"


def test_the_house_may_take_the_last_worker():
    waiting = queue()
    for job in "ab":
        waiting.enter("", job, 0.0)
    assert [waiting.next(0.0, last=True), waiting.next(0.0, last=True)] == ["a", "b"]


def test_who_used_much_lately_is_served_among_the_long_ones_until_it_is_forgotten():
    waiting = queue()
    waiting.enter("x", "a", 0.0)
    waiting.next(0.0, last=False)
    waiting.done("x", 3.0, 3.0, long=False)
    for job in "bcd":
        waiting.enter("x", job, 3.0)
    waiting.enter("y", "e", 3.0)
    assert waiting.heavy(3.0) == (3, 0, 2.0)
    assert [waiting.next(3.0, last=False), waiting.next(3.0, last=False)] == ["e", None]
    assert waiting.next_long(3.0) == "b"
    assert waiting.long("x") == 1
    assert waiting.heavy(3.0) == (2, 1, 2.0)
    assert waiting.next_long(5.0) is None
    assert waiting.next(5.0, last=False) == "c"


def test_of_those_who_used_much_the_one_with_fewest_long_ones_goes_first():
    waiting = queue()
    for client, seconds in (("x", 2.0), ("y", 4.0)):
        waiting.enter(client, client, 0.0)
        waiting.next(0.0, last=False)
        waiting.done(client, seconds, 0.0, long=False)
        for number in range(2):
            waiting.enter(client, f"{client}{number}", 0.0)
    assert [waiting.next_long(0.0) for _ in range(4)] == ["x0", "y0", "x1", "y1"]


def test_too_many_jobs_of_one_client_are_refused_and_the_others_are_not():
    waiting = queue()
    for job in "abc":
        waiting.enter("x", job, 0.0)
    with pytest.raises(BudgetSpent) as refused:
        waiting.enter("x", "d", 0.0)
    assert refused.value.parameters["limit"] == "client_queue_length"
    waiting.enter("y", "e", 0.0)


def test_a_full_queue_is_full_for_everyone():
    waiting = queue()
    for number in range(6):
        waiting.enter(f"client {number}", str(number), 0.0)
    with pytest.raises(Overloaded) as refused:
        waiting.enter("late", "late", 0.0)
    assert not isinstance(refused.value, BudgetSpent)


def test_a_budget_is_spent_in_seconds_and_comes_back_with_time():
    waiting = queue()
    waiting.enter("x", "a", 0.0)
    waiting.next(0.0, last=False)
    waiting.done("x", 12.0, 12.0, long=False)
    with pytest.raises(BudgetSpent) as refused:
        waiting.enter("x", "b", 12.0)
    assert refused.value.parameters["seconds"] == 3
    waiting.enter("x", "b", 15.0)


def test_the_house_has_no_budget():
    waiting = queue()
    waiting.enter("", "a", 0.0)
    waiting.next(0.0, last=False)
    waiting.done("", 1000.0, 0.0, long=False)
    for job in "bcde":
        waiting.enter("", job, 0.0)


def test_a_job_that_leaves_is_not_served():
    waiting = queue()
    waiting.enter("x", "a", 0.0)
    waiting.enter("x", "b", 0.0)
    waiting.leave("x", "a")
    assert waiting.next(0.0, last=False) == "b"
    assert waiting.waiting == 0


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["enter", "next", "next_long", "done", "lengthen"]), st.integers(0, 4)), max_size=60
    )
)
def test_what_enters_is_served_once_and_nobody_goes_beyond_the_workers(steps):
    """Whatever happens, in whatever order."""
    waiting = FairQueue[str](LIMITS)
    entered, served, running, long, now = [], [], [], [], 0.0
    for number, (step, client) in enumerate(steps):
        now += 0.1
        name = f"c{client}"
        if step == "enter":
            try:
                waiting.enter(name, f"{name}/{number}", now)
                entered.append(f"{name}/{number}")
            except Overloaded:
                pass
        elif step == "next" and len(running) < LIMITS.workers:
            job = waiting.next(now, last=False)
            if job is not None:
                served.append(job)
                running.append(job)
        elif step == "next_long" and (job := waiting.next_long(now)) is not None:
            served.append(job)
            long.append(job)
        elif step == "lengthen" and running:
            long.append(running.pop(0))
            waiting.lengthen(long[-1].partition("/")[0])
        elif step == "done" and running + long:
            of_long = not running
            job = (long if of_long else running).pop(0)
            waiting.done(job.partition("/")[0], 0.7, now, long=of_long)
        assert waiting.waiting == len(entered) - len(served)
    assert len(set(served)) == len(served)
    assert set(served) <= set(entered)


def test_a_client_whose_query_was_put_off_starts_no_other_until_it_runs_again():
    waiting = queue()
    for job in "abc":
        waiting.enter("x", job, 0.0)
    assert waiting.next(0.0, last=False) == "a"
    waiting.put_off("x", 0.1, 0.1, long=False)
    assert waiting.next(0.1, last=False) is None
    waiting.enter("y", "d", 0.1)
    assert waiting.next(0.1, last=False) == "d"
    waiting.resume("x")
    assert waiting.next(0.2, last=False) == "b"
