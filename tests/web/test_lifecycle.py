"""Starting and stopping: nothing is left behind."""

from __future__ import annotations

import asyncio
import fcntl
import json
import shutil
import signal
import socket
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from graph.errors import ConfigurationError, SnapshotError
from graph.snapshot.reader import open_snapshot
from graph.sparql.pool import Pool
from graph.web import inside
from graph.web.app import Application, create_app
from graph.web.server import serve

from .conftest import Server, running


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_the_server(settings, snapshot, how):
    with running(settings, snapshot) as process:
        url = process.stdout.readline().strip()
        server = Server(url.rstrip("/"), process.pid, snapshot)
        assert server.query("ASK {}").status_code == 200
        workers = server.workers()
        assert len(workers) == 3
        process.send_signal(how)
        process.wait(timeout=20)
        end = time.monotonic() + 5
        while any(Path(f"/proc/{pid}").exists() for pid in workers):
            assert time.monotonic() < end
            time.sleep(0.02)
        if how is not signal.SIGKILL:
            assert process.returncode in (0, -how)
        with pytest.raises(httpx.ConnectError):
            server.query("ASK {}")


def test_a_damaged_snapshot_is_said_at_start(settings, snapshot, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(snapshot.path, broken)
    (broken / "store" / "CURRENT").write_text("nothing\n", encoding="utf-8")
    with pytest.raises(SnapshotError):
        serve(settings, open_snapshot(broken), port=0)


@pytest.fixture
def app(settings, snapshot):
    """The application, in this process, with its workers not started."""
    return create_app(settings, snapshot)


def test_connections_do_not_wait_to_fill_a_packet(settings, snapshot, monkeypatch):
    """asyncio sets TCP_NODELAY on the connections of a socket that says it is TCP; else answers wait 40 ms."""
    import uvicorn

    seen = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda _, sockets: seen.extend(each.proto for each in sockets))
    serve(settings, snapshot, port=0)
    assert seen == [socket.IPPROTO_TCP]


async def answers_of(app, method, path, query=b""):
    """The start and the body of one answer."""
    sent = []

    async def receive():
        await asyncio.Event().wait()  # a client that stays and says nothing more

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"example.org")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    return sent


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_failure_nobody_foresaw_has_the_headers_of_every_answer(app, method, monkeypatch, caplog):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(app.state.endpoint.site, "rows", broken)
    start, *rest = asyncio.run(answers_of(app, method, "/"))
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    assert start["status"] == 500
    assert headers["access-control-allow-origin"] == "*"
    assert headers["vary"].startswith("Accept")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["passerelles-snapshot"] == app.state.endpoint.site.snapshot.id
    assert headers["content-type"] == "application/problem+json"
    assert bool(b"".join(message["body"] for message in rest)) is (method == "GET")
    assert "ZeroDivisionError" in caplog.text


def test_a_snapshot_that_is_served_is_held(server):
    with (server.snapshot.path / "manifest.json").open("rb") as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_pages_say_what_the_snapshot_was_made_with(settings, snapshot):
    other = replace(settings, graph=replace(settings.graph, base="https://other.example/", title={"fr": "Autre"}))
    site = create_app(other, snapshot).state.endpoint.site
    assert (site.base, site.graph_base) == (snapshot.manifest.base, snapshot.manifest.graph_base)
    assert site.title == snapshot.manifest.title["fr"]
    assert "now" in site.library


def test_one_request_has_one_deadline_and_one_client(settings, snapshot, monkeypatch):
    """Every query and every label of a page counts its deadline from the same moment, and is work for its reader."""
    moments, clients = [], set()
    bound = {"scheme": {"type": "uri", "value": "http://e/s"}, "graph": {"type": "uri", "value": "http://e/g"}}
    rows = {"results": {"bindings": [bound | {"concepts": {"type": "literal", "value": "1"}}]}, "head": {"vars": []}}

    def note(_, evaluation):
        moments.append(evaluation.accepted)
        clients.add(evaluation.client)
        evaluation.spool.write(json.dumps(rows if evaluation.message["op"] == "query" else {}).encode())
        evaluation.spool.finish()

    monkeypatch.setattr(Pool, "submit", note)
    start, *_ = asyncio.run(answers_of(create_app(settings, snapshot), "GET", "/vocabularies"))
    assert start["status"] == 200
    assert len(moments) == 3
    assert len(set(moments) - {None}) == 1
    assert clients == {"127.0.0.1"}


def test_of_a_large_graph_pages_ask_what_they_keep_before_anyone_asks_for_them(settings, snapshot, monkeypatch):
    asked, submit = asyncio.Event(), Pool.submit

    def note(pool, evaluation):
        if "/graph/ontology>" in str(evaluation.message.get("query", "")):
            asked.set()
        return submit(pool, evaluation)

    async def started():
        app = create_app(settings, snapshot)
        async with app.router.lifespan_context(app):
            await asyncio.wait_for(asked.wait(), 20)

    monkeypatch.setattr(Pool, "submit", note)
    monkeypatch.setattr(inside, "LARGE", 0)
    asyncio.run(started())
    assert asked.is_set()


def test_of_a_small_graph_nothing_is_asked_before_anyone_does(settings, snapshot, monkeypatch):
    asked = []
    monkeypatch.setattr(Application, "routed", lambda _, scope, *__: asked.append(scope["path"]))
    asyncio.run(inside.warm(create_app(settings, snapshot), SimpleNamespace(snapshot=snapshot)))
    assert asked == []


def test_pages_of_a_graph_that_is_no_longer_in_force_are_not_asked_for(settings, snapshot, monkeypatch):
    asked = []
    app = create_app(settings, snapshot)

    async def routed(_, scope, *__):
        asked.append(scope["path"])
        app.state.endpoint.timeline.current = SimpleNamespace(snapshot=snapshot)

    monkeypatch.setattr(Application, "routed", routed)
    monkeypatch.setattr(inside, "LARGE", 0)
    asyncio.run(inside.warm(app, app.state.endpoint.site))
    assert len(asked) == 1


def test_what_fails_behind_an_answer_is_written_down(settings, snapshot, caplog):
    async def fails():
        raise ValueError("nobody waits for it")

    async def begun():
        create_app(settings, snapshot).state.endpoint.behind(fails())
        for _ in range(3):
            await asyncio.sleep(0)

    asyncio.run(begun())
    assert "ValueError: nobody waits for it" in caplog.text


def test_an_address_in_use_is_said_in_a_sentence(server, settings, snapshot):
    with pytest.raises(ConfigurationError) as raised:
        serve(settings, snapshot, port=int(server.url.rpartition(":")[2]))
    assert "127.0.0.1" in raised.value.message("en")
