"""The workers: what goes in, what comes out, and what happens to those that do not behave."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyoxigraph
import pytest

from graph.config import Limits, Settings
from graph.errors import (
    DeadlineExceeded,
    EvaluationFailed,
    LimitExceeded,
    MalformedQuery,
    NotAcceptable,
    Overloaded,
    SnapshotError,
)
from graph.formats import GRAPH_FORMATS, RESULTS_CSV, RESULTS_JSON, RESULTS_XML, TURTLE
from graph.sparql.engine import EmbeddedEngine, Query
from graph.sparql.guard import Inspection

LIMITS = Limits(deadline_seconds=5, workers=1, worker_memory_mb=1024)
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@dataclass(frozen=True)
class FakeManifest:
    prefixes: dict[str, str] = field(
        default_factory=lambda: {"ex": "https://example.org/", "no": "https://no.example/"}
    )


@dataclass(frozen=True)
class FakeSnapshot:
    """Where a store is; what the engine knows of a snapshot."""

    store_path: Path
    names_path: None = None
    manifest: FakeManifest = FakeManifest()

    @property
    def path(self) -> Path:
        return self.store_path.parent


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory) -> FakeSnapshot:
    path = tmp_path_factory.mktemp("store") / "store"
    store = pyoxigraph.Store(str(path))
    named, text = pyoxigraph.NamedNode, pyoxigraph.Literal
    label = named("http://www.w3.org/2000/01/rdf-schema#label")
    for i in range(300):
        store.add(pyoxigraph.Quad(named(f"https://example.org/{i}"), named("https://example.org/p"), text(str(i))))
    for value in (text("chose", language="fr"), text("thing", language="en-GB"), text("Ding", language="de")):
        store.add(pyoxigraph.Quad(named("https://example.org/1"), label, value))
    store.add(pyoxigraph.Quad(named("https://example.org/2"), named("http://purl.org/dc/terms/title"), text("two")))
    store.flush()
    del store
    return FakeSnapshot(path)


def settings(**limits) -> Settings:
    return Settings(root=Path("/"), build_folder=Path("/"), limits=replace(LIMITS, **limits))


def run(snapshot, work, **limits):
    """The result of `work(engine)` with an engine that lives as long as it takes."""

    async def live():
        async with EmbeddedEngine(settings(**limits), snapshot) as engine:
            return await work(engine)

    return asyncio.run(live())


def ask(engine, text, form=RESULTS_CSV, **options):
    return engine.evaluate(Query(engine.admit(text), form, **options))


async def until(condition, seconds=20.0):
    """Wait until `condition()` holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.01)


def nurseries() -> list[int]:
    """The children of this process that workers are born of, zombies left out; other tests have their own."""
    found = [pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]
    return [int(pid) for pid in found if b"graph.sparql.nursery" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def working(engine) -> bool:
    """True when a worker has computed for more than it takes to start."""
    used = [
        Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        for pid in engine.pool.processes
    ]
    return max(int(fields[11]) for fields in used) > min(int(fields[11]) for fields in used) + 10


def test_graphs_are_written_with_the_prefixes_they_use(snapshot):
    async def work(engine):
        text = "CONSTRUCT WHERE { ?s <https://example.org/p> ?o }"
        return [await ask(engine, text, form) for form in GRAPH_FORMATS]

    written = run(snapshot, work)
    assert b"@prefix ex:" in written[0]
    assert b"@prefix no:" not in written[0]
    assert all(written)


def test_labels_are_the_readers_language_then_untagged_then_french(snapshot):
    iris = [f"https://example.org/{name}" for name in ("1", "2", "none")]

    async def work(engine):
        return [await engine.labels(iris, language) for language in ("fr", "en", "es")]

    french, english, spanish = run(snapshot, work)
    assert french == {iris[0]: ("chose", "fr"), iris[1]: ("two", "")}
    assert english[iris[0]] == ("thing", "en-gb")
    assert spanish[iris[0]] == ("chose", "fr")


def test_an_error_of_the_engine_has_its_place(snapshot):
    with pytest.raises(MalformedQuery) as raised:
        run(snapshot, lambda engine: ask(engine, "SELECT ?s\nWHERE { ?s no:prefix ?o }"))
    assert raised.value.line == 2
    assert raised.value.column == 12
    assert "préfixe « no: » non déclaré" in raised.value.message("fr")
    assert "undeclared prefix “no:”" in raised.value.message("en")
    for text, found in (("SELECT ?s { ?s ?p }", "unexpected “}”"), ("ASK { ?s ?p", "unexpected end")):
        with pytest.raises(MalformedQuery) as raised:
            run(snapshot, lambda engine, text=text: ask(engine, text))
        assert found in raised.value.message("en")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", "GROUP BY"),
        ("SELECT ?s ?s { ?s ?p ?o }", "deux fois"),
        ("SELECT (1 AS ?s) { ?s ?p ?o }", "déjà liée"),
    ],
)
def test_the_commonest_mistakes_are_said_in_the_readers_language(snapshot, text, said):
    with pytest.raises(MalformedQuery) as raised:
        run(snapshot, lambda engine: ask(engine, text))
    assert said in raised.value.message("fr")


def test_a_function_that_does_not_exist_is_named(snapshot):
    with pytest.raises(MalformedQuery) as raised:
        run(snapshot, lambda engine: ask(engine, "SELECT (<https://example.org/f>(1) AS ?x) {}"))
    assert raised.value.parameters["name"] == "https://example.org/f"


def test_what_xml_cannot_write_is_refused_rather_than_written_wrong(snapshot):
    text = 'SELECT ("a\\u0001b" AS ?x) {}'
    with pytest.raises(NotAcceptable):
        run(snapshot, lambda engine: ask(engine, text, RESULTS_XML))
    assert json.loads(run(snapshot, lambda engine: ask(engine, text, RESULTS_JSON)))["results"]["bindings"]


def test_the_deadline_counts_the_time_spent_waiting(snapshot):
    async def work(engine):
        started = time.monotonic()
        outcomes = await asyncio.gather(
            *(ask(engine, SLOW, accepted=started) for _ in range(3)), return_exceptions=True
        )
        elapsed = time.monotonic() - started
        return outcomes, elapsed, await ask(engine, "ASK {}")

    outcomes, elapsed, after = run(snapshot, work, deadline_seconds=0.4)
    assert [type(outcome) for outcome in outcomes] == [DeadlineExceeded] * 3
    assert elapsed < 4
    assert after == b"true"


def test_a_full_queue_refuses_at_once(snapshot):
    async def work(engine):
        return await asyncio.gather(*(ask(engine, SLOW, client="x") for _ in range(5)), return_exceptions=True)

    outcomes = run(snapshot, work, deadline_seconds=0.5, queue_length=2)
    assert [type(outcome) for outcome in outcomes].count(Overloaded) == 2


def test_an_answer_beyond_its_cap_is_an_error_and_never_a_part(snapshot):
    async def work(engine):
        with pytest.raises(LimitExceeded) as raised:
            await ask(engine, "SELECT * { ?a ?b ?c . ?d ?e ?f }", RESULTS_JSON)
        with pytest.raises(LimitExceeded):
            await ask(engine, "CONSTRUCT WHERE { ?s ?p ?o }", TURTLE, result_bytes=100)
        return raised.value, engine.pool.processes, await ask(engine, "ASK {}")

    error, processes, after = run(snapshot, work, result_bytes=100_000)
    assert error.parameters["limit"] == "result_bytes"
    assert len(processes) == 2  # the worker is fit for the next query: none was killed
    assert after == b"true"


def test_memory_has_its_limit(snapshot):
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"

    async def work(engine):
        with pytest.raises(LimitExceeded) as raised:
            await ask(engine, text)
        return raised.value, await ask(engine, "ASK {}")

    error, after = run(snapshot, work, worker_memory_mb=400, deadline_seconds=30)
    assert error.parameters["limit"] == "worker_memory_mb"
    assert after == b"true"


def test_a_worker_killed_at_work_loses_its_query_and_is_replaced(snapshot):
    async def work(engine):
        task = asyncio.create_task(ask(engine, SLOW))
        await until(lambda: working(engine))
        for pid in engine.pool.processes:
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(EvaluationFailed) as raised:
            await task
        return raised.value.key, await ask(engine, "ASK {}")

    assert run(snapshot, work) == ("worker-died", b"true")


def test_idle_workers_that_die_are_replaced_without_waiting_for_a_query(snapshot):
    async def work(engine):
        before = set(engine.pool.processes)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        await until(lambda: not before & set(engine.pool.processes))
        await until(lambda: len(engine.pool.processes) == 2)
        return engine.ready, await ask(engine, "ASK {}")

    assert run(snapshot, work) == (True, b"true")


def test_a_worker_that_cannot_start_again_is_said_and_tried_again(snapshot, monkeypatch, caplog):
    monkeypatch.setattr("graph.sparql.crew._RESPAWN_SECONDS", 0.01)

    async def work(engine):
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", "/bin/false")
            for pid in (*nurseries(), *engine.pool.processes):
                os.kill(pid, signal.SIGKILL)
            await until(lambda: any("SnapshotError" in each.getMessage() for each in caplog.records))
            await until(lambda: not engine.ready)
        await until(lambda: engine.ready)
        return await ask(engine, "ASK {}")

    assert run(snapshot, work) == b"true"


def test_when_the_nursery_dies_its_workers_go_on_and_there_is_another(snapshot):
    async def work(engine):
        [nursery], before = nurseries(), set(engine.pool.processes)
        os.kill(nursery, signal.SIGKILL)
        assert await ask(engine, "ASK {}") == b"true"
        assert set(engine.pool.processes) == before
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        await until(lambda: len(set(engine.pool.processes) - before) == 2)
        assert await ask(engine, "ASK { FILTER(1 > 0) }") == b"true"
        return nursery in nurseries()

    assert run(snapshot, work) is False


def test_no_query_leaves_a_worker_even_past_the_guard(snapshot):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        text = f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"
        unguarded = Inspection(text, "SELECT", volatile=True, services=())

        async def work(engine):
            if not engine.pool.isolated:
                pytest.skip("this system gives no process a network of its own")
            with pytest.raises(EvaluationFailed):
                await engine.evaluate(Query(unguarded, RESULTS_CSV))
            with pytest.raises(BlockingIOError):
                listener.accept()
            return await ask(engine, "ASK {}")

        assert run(snapshot, work) == b"true"


def test_a_query_whose_deadline_has_passed_takes_no_worker(snapshot):
    async def work(engine):
        before = engine.pool.processes
        long_ago = time.monotonic() - 60
        with pytest.raises(DeadlineExceeded):
            await ask(engine, "ASK {}", accepted=long_ago)
        with pytest.raises(DeadlineExceeded):
            await engine.labels(["https://example.org/1"], "fr", accepted=long_ago)
        return before == engine.pool.processes

    assert run(snapshot, work)


def test_a_cancelled_query_stops_its_worker(snapshot):
    async def work(engine):
        before = set(engine.pool.processes)
        task = asyncio.create_task(ask(engine, SLOW))
        await until(lambda: working(engine))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        answer = await ask(engine, "ASK {}")
        return len(before & set(engine.pool.processes)), answer

    assert run(snapshot, work) == (1, b"true")


def test_stopping_leaves_no_process(snapshot):
    async def work(engine):
        await ask(engine, "ASK {}")
        return engine.pool.processes

    processes = run(snapshot, work)
    assert len(processes) == 2
    assert nurseries() == []
    assert not any(Path(f"/proc/{pid}").exists() for pid in processes)


def test_a_snapshot_that_cannot_be_opened_is_said(tmp_path):
    with pytest.raises(SnapshotError):
        run(FakeSnapshot(tmp_path / "none"), lambda engine: ask(engine, "ASK {}"))


def test_a_deep_query_that_the_guard_lets_through_does_not_kill_the_worker(snapshot):
    text = "ASK { FILTER(" + "(" * 60 + "1" + ")" * 60 + ") }"
    assert run(snapshot, lambda engine: ask(engine, text)) == b"true"
