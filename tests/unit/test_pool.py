"""The pool: places, long evaluations, and accounts that are right whatever ended an evaluation."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest

from graph.config import Limits
from graph.errors import BudgetSpent, DeadlineExceeded, MalformedQuery, QueryError
from graph.formats import RESULTS_CSV
from graph.sparql.engine import EmbeddedEngine, Query

from .test_worker import SLOW, FakeSnapshot, settings

LIMITS = Limits(deadline_seconds=20, workers=2, worker_memory_mb=1024, long_seconds=0.05)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory) -> FakeSnapshot:
    path = tmp_path_factory.mktemp("store") / "store"
    store = pyoxigraph.Store(str(path))
    named = pyoxigraph.NamedNode
    for i in range(300):
        store.add(
            pyoxigraph.Quad(named(f"https://example.org/{i}"), named("https://example.org/p"), pyoxigraph.Literal(i))
        )
    store.flush()
    del store
    return FakeSnapshot(path)


def run(snapshot, work, **limits):
    async def live():
        async with EmbeddedEngine(replace(settings(), limits=replace(LIMITS, **limits)), snapshot) as engine:
            return await asyncio.wait_for(work(engine), 60)

    return asyncio.run(live())


def ask(engine, text, client=""):
    return engine.evaluate(Query(engine.admit(text), RESULTS_CSV, client=client))


def state(pid: int) -> str:
    """What a process does, as `ps` writes it."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]


def nices(engine) -> list[int]:
    """How far each worker yields to others; 0 for those that do not."""
    return [os.getpriority(os.PRIO_PROCESS, pid) for pid in engine.pool.processes]


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.01)


def test_long_queries_make_place_for_others(snapshot):
    async def work(engine):
        heavy = [asyncio.ensure_future(ask(engine, SLOW, "heavy")) for _ in range(2)]
        await until(lambda: engine.pool.long == 2)
        answers = [await ask(engine, f"SELECT (1 AS ?x{number}) {{}}", "light") for number in range(5)]
        for each in heavy:
            each.cancel()
        await asyncio.gather(*heavy, return_exceptions=True)
        await until(lambda: len(engine.pool.processes) == 3 and engine.pool.running == 0)
        return answers

    assert len(run(snapshot, work)) == 5


def test_a_long_query_yields_to_the_others(snapshot):
    async def work(engine):
        heavy = asyncio.ensure_future(ask(engine, SLOW))
        await until(lambda: engine.pool.long)
        nice = max(nices(engine))
        heavy.cancel()
        await asyncio.gather(heavy, return_exceptions=True)
        return nice

    assert run(snapshot, work) > 0


@pytest.mark.parametrize("end", ["deadline", "cancelled", "killed", "answered"])
def test_places_are_given_back_however_an_evaluation_ends(snapshot, end):
    async def work(engine):
        for _ in range(2):
            tasks = [asyncio.ensure_future(ask(engine, SLOW if end != "answered" else "ASK {}", "x")) for _ in range(2)]
            if end == "cancelled":
                await until(lambda: engine.pool.running == 2)
                for task in tasks:
                    task.cancel()
            elif end == "killed":
                await until(lambda: engine.pool.long == 2)
                for pid in engine.pool.processes:
                    os.kill(pid, signal.SIGKILL)
            await asyncio.gather(*tasks, return_exceptions=True)
        await until(lambda: engine.pool.running == engine.pool.waiting == 0)
        return await asyncio.gather(*(ask(engine, f"ASK {{ FILTER({number} > 0) }}", "x") for number in range(4)))

    deadline = 1.5 if end == "deadline" else 20
    assert run(snapshot, work, deadline_seconds=deadline, client_seconds=1000) == [b"false", b"true", b"true", b"true"]


def test_seconds_of_work_are_charged_to_their_client_alone(snapshot):
    async def work(engine):
        with pytest.raises(DeadlineExceeded):
            await ask(engine, SLOW, "heavy")
        with pytest.raises(BudgetSpent) as refused:
            await ask(engine, "ASK {}", "heavy")
        return refused.value.parameters["seconds"], await ask(engine, "ASK {}", "light")

    assert run(snapshot, work, deadline_seconds=0.5, client_seconds=0.2) in {(2, b"true"), (3, b"true")}


@pytest.mark.parametrize("last", ["", "?s ex:undeclared ?o"])
def test_a_long_text_is_read_at_the_expense_of_its_client_right_or_wrong(snapshot, last):
    text = f"ASK {{ FILTER(1 IN ({', '.join(map(str, range(100_000)))})) {last} }}"  # half a second to read

    async def work(engine):
        with pytest.raises(MalformedQuery) if last else nullcontext():
            await engine.read(text, "writer")
        with pytest.raises(BudgetSpent):
            await engine.read(text, "writer")
        with pytest.raises(BudgetSpent):
            await ask(engine, "ASK {}", "writer")
        return await ask(engine, "ASK {}", "other")

    assert run(snapshot, work, client_seconds=0.01, query_bytes=1_000_000, query_readings=10_000_000) == b"true"


def test_readers_are_told_when_the_disk_is_full(snapshot, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    async def work(engine):
        monkeypatch.setattr("graph.sparql.spool.os.pwrite", full)
        monkeypatch.setattr("graph.sparql.evaluation.SPOOL_MEMORY", 10)
        with pytest.raises(QueryError) as raised:
            await ask(engine, "SELECT * { ?s ?p ?o }")
        monkeypatch.undo()
        return raised.value.key, await ask(engine, "ASK {}")

    assert run(snapshot, work) == ("no-room", b"true")


def test_however_many_clients_ask_long_queries_a_quick_one_finds_a_place(snapshot):
    async def work(engine):
        heavy = [
            asyncio.ensure_future(ask(engine, SLOW.replace("?n", f"?n{number}"), f"client {number}"))
            for number in range(6)
        ]
        await until(lambda: engine.pool.running >= 2 and engine.pool.waiting >= 2)
        quick = [await asyncio.wait_for(ask(engine, f"ASK {{ FILTER({n} > 0) }}", "light"), 15) for n in range(3)]
        for each in heavy:
            each.cancel()
        await asyncio.gather(*heavy, return_exceptions=True)
        await until(lambda: engine.pool.running == engine.pool.waiting == 0)
        return quick

    assert run(snapshot, work) == [b"false", b"true", b"true"]


def test_a_client_of_many_long_queries_gives_a_place_to_one_who_has_none(snapshot):
    async def work(engine):
        heavy = [asyncio.ensure_future(ask(engine, SLOW.replace("?n", f"?n{n}"), "heavy")) for n in range(2)]
        await until(lambda: engine.pool.long == 2)
        long = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER(STR(?c) < STR(?f)) }"
        answer = await ask(engine, long, "light")
        assert not any(each.done() for each in heavy)
        for each in heavy:
            each.cancel()
        await asyncio.gather(*heavy, return_exceptions=True)
        return answer

    assert b"n" in run(snapshot, work, long_seconds=0.01)


def test_a_client_that_asked_for_much_lately_is_served_beside_the_others(snapshot):
    async def work(engine):
        await asyncio.gather(*(ask(engine, SLOW, "heavy") for _ in range(2)), return_exceptions=True)
        assert set(nices(engine)) == {0}
        answers = [await ask(engine, f"ASK {{ FILTER({number} > 0) }}", "heavy") for number in range(3)]
        return answers, max(nices(engine)), engine.pool.kills

    answers, nice, kills = run(snapshot, work, deadline_seconds=1.5, client_seconds=100)
    assert answers == [b"false", b"true", b"true"]
    assert nice > 0
    assert kills == 2  # those past their deadline alone


def test_a_query_that_only_waited_is_no_long_one(snapshot):
    text = "SELECT * {{ ?a ?b ?c FILTER({} > 0) }} ORDER BY ?c"

    async def work(engine):
        crowd = [ask(engine, text.format(number + 1), f"client {number % 12}") for number in range(900)]
        await asyncio.gather(*crowd)
        return nices(engine), engine.pool.kills

    limits = {"long_seconds": 0.25, "queue_length": 1000, "client_queue_length": 100}
    assert run(snapshot, work, **limits) == ([0, 0, 0], 0)


def test_a_query_whose_worker_was_dead_when_asked_begins_again_beside_long_ones(snapshot, monkeypatch):
    monkeypatch.setattr("graph.sparql.evaluation._AT_ONCE_SECONDS", 10)

    async def work(engine):
        heavy = [asyncio.ensure_future(ask(engine, SLOW, f"heavy {number}")) for number in range(2)]
        await until(lambda: engine.pool.long == 2 and engine.pool.idle == 3)
        idle = [pid for pid in engine.pool.processes if os.getpriority(os.PRIO_PROCESS, pid) == 0]
        for pid in idle:
            os.kill(pid, signal.SIGSTOP)
        await until(lambda: {state(pid) for pid in idle} == {"T"})
        light = asyncio.ensure_future(ask(engine, "ASK {}", "light"))
        await until(lambda: engine.pool.running == 3)
        for pid in idle:
            os.kill(pid, signal.SIGKILL)
        answer = await light
        assert not any(each.done() for each in heavy)
        for each in heavy:
            each.cancel()
        await asyncio.gather(*heavy, return_exceptions=True)
        return answer

    assert run(snapshot, work, long_seconds=1) == b"true"


def test_workers_that_die_while_they_warm_say_nothing_of_the_snapshot(snapshot):
    async def work(engine):
        before = engine.pool.processes
        for pid in before:
            os.kill(pid, signal.SIGSTOP)
        warming = asyncio.ensure_future(engine.warm())
        await asyncio.sleep(0)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        await warming
        return await ask(engine, "ASK {}")

    assert run(snapshot, work) == b"true"


def test_what_was_put_off_is_evaluated_once_there_is_a_place(snapshot):
    text = "SELECT (COUNT(*) AS ?n{}) {{ ?a ?b ?c . ?d ?e ?f FILTER(STR(?c) < STR(?f)) }}"

    async def work(engine):
        return await asyncio.gather(*(ask(engine, text.format(number), f"client {number}") for number in range(6)))

    answers = run(snapshot, work, long_seconds=0.01)
    assert len({answer.split()[1] for answer in answers}) == 1


def test_the_workers_stay_as_many_through_swaps_and_cancelled_queries(snapshot):
    async def work(engine):
        for _ in range(3):
            task = asyncio.ensure_future(ask(engine, SLOW))
            await until(lambda: engine.pool.running == 1)
            warming = asyncio.ensure_future(engine.warm())
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, warming, return_exceptions=True)
        await until(lambda: len(engine.pool.processes) == 3)
        await asyncio.sleep(0.3)
        return len(engine.pool.processes)

    assert run(snapshot, work) == 3


def test_what_waits_is_told_when_the_server_stops(snapshot):
    async def work(engine):
        tasks = [asyncio.ensure_future(ask(engine, SLOW.replace("?n", f"?n{n}"), "x")) for n in range(5)]
        await until(lambda: engine.pool.running and engine.pool.waiting)
        engine.pool.give_up()
        return await asyncio.gather(*tasks, return_exceptions=True)

    assert {getattr(error, "key", error) for error in run(snapshot, work)} == {"stopping"}
