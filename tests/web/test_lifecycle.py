"""Starting and stopping: nothing is left behind."""

from __future__ import annotations

import shutil
import signal
import time
from pathlib import Path

import httpx
import pytest

from graph.errors import ConfigurationError, SnapshotError
from graph.snapshot.reader import open_snapshot
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


def test_a_kept_connection_answers_at_once(server):
    with httpx.Client(base_url=server.url) as client:
        client.get("/healthz")
        started = time.monotonic()
        for _ in range(20):
            client.get("/healthz")
        assert time.monotonic() - started < 0.6  # Nagle's algorithm against delayed ACKs would cost 40 ms each


def test_an_address_in_use_is_said_in_a_sentence(server, settings, snapshot):
    with pytest.raises(ConfigurationError) as raised:
        serve(settings, snapshot, port=int(server.url.rpartition(":")[2]))
    assert "127.0.0.1" in raised.value.message("en")
