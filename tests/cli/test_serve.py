"""`passerelles serve`, as a person runs it: a repository, a terminal, a browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

THING = """\
@prefix dct: <http://purl.org/dc/terms/> .

<https://data.example.org/id/things/new> a dct:Agent ;
    dct:title "Nouveau"@fr ;
    dct:source <https://example.org/source> .
"""
SETTINGS = """\
[search]
meaning = false

[graph]
base = "https://data.example.org/id/"
graph_base = "https://data.example.org/graph/"
[lint]
policy = "off"
"""


@pytest.fixture
def repository(tmp_path) -> Path:
    """The smallest repository."""
    (tmp_path / "data").mkdir()
    (tmp_path / "passerelles.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "data" / "one.ttl").write_text("<https://data.example.org/id/one> a <https://e.org/T> .\n", "utf-8")
    return tmp_path


@contextmanager
def serving(*options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a server that runs with these options."""
    command = [sys.executable, "-m", "graph", "--lang", "en", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        said = []
        for line in process.stderr:
            said.append(line)
            if "http://" in line:
                break
        url = next(word for word in said[-1].split() if word.startswith("http://")).rstrip("/")
        try:
            yield url, process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)


def get(url: str, **headers: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:  # noqa: S310 - ours
        return answer.read()


def ask(url: str, query: str, **headers: str) -> bytes:
    return get(f"{url}/sparql?{urllib.parse.urlencode({'query': query, 'format': 'csv'})}", **headers)


def health(url: str) -> dict[str, str]:
    return json.loads(get(f"{url}/healthz"))


def until(condition, seconds: float = 30.0):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def test_a_changed_file_is_served_without_a_restart(repository):
    with serving("--repo", str(repository), "--watch") as (url, _):
        before = health(url)["snapshot"]
        (repository / "data" / "two.ttl").write_text(THING, encoding="utf-8")
        until(lambda: health(url)["snapshot"] != before)
        assert ask(url, 'ASK { ?s ?p "Nouveau"@fr }') == b"true"


def test_a_wrong_file_changes_nothing(repository):
    with serving("--repo", str(repository), "--watch") as (url, _):
        before = health(url)["snapshot"]
        (repository / "data" / "two.ttl").write_text("this is no Turtle", encoding="utf-8")
        time.sleep(2.5)  # it looks each second, and waits for a second look
        assert health(url)["snapshot"] == before


def test_the_access_log_says_nothing_of_persons(repository, tmp_path):
    log = tmp_path / "access.jsonl"
    with serving("--repo", str(repository), "--access-log", str(log)) as (url, _):
        for _ in range(2):
            ask(url, "ASK { ?secret ?p ?o }", **{"User-Agent": "somebody"})
        entries = until(
            lambda: log.exists() and len(log.read_text().splitlines()) >= 2 and log.read_text().splitlines()
        )
    first, second = (json.loads(entry) for entry in entries[:2])
    assert (first["method"], first["path"], first["status"]) == ("GET", "/sparql", 200)
    assert second["bytes"] == first["bytes"] > 0
    assert not [word for word in ("secret", "somebody", "127.0.0.1") if word in log.read_text()]


def test_a_slow_query_is_noted_with_its_text(repository):
    with (repository / "passerelles.toml").open("a", encoding="utf-8") as settings:
        settings.write("[limits]\nslow_seconds = 0.001\n")
    with serving("--repo", str(repository)) as (url, process):
        ask(url, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?o ?q ?r }")
        httpx.get(url + "/relay", params={"uri": "https://example.org/id/x"}, headers={"Accept": "application/json"})
        os.kill(process.pid, signal.SIGTERM)
        query, relayed, *_ = (json.loads(line) for line in process.stderr if line.startswith("{"))
    assert query["query"].startswith("SELECT (COUNT(*)")
    assert query["outcome"] == "ok"
    assert relayed["query"] == "https://example.org/id/x"


def test_a_log_that_cannot_be_written_is_said_in_one_line(repository):
    command = [sys.executable, "-m", "graph", "--repo", str(repository), "serve", "--access-log", "/nowhere/log"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("files", "options", "sentence"),
    [
        (256, ("--public-url", "data.example.org"), "“data.example.org” is no public address"),
        (150, ("--workers", "200"), "No evaluating process starts: Too many open files."),
    ],
)
def test_a_server_that_cannot_begin_says_why_in_one_line(repository, files, options, sentence):
    serve = [sys.executable, "-m", "graph", "--repo", str(repository), "--lang", "en", "serve", "--port", "0", *options]
    command = ["bash", "-c", 'ulimit -n "$0"; exec "$@"', str(files), *serve]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_crowd_of_workers_is_born_in_turns(repository):
    with serving("--repo", str(repository), "--workers", "300") as (url, _):
        assert health(url)
