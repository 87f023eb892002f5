"""Several snapshots: pinned, found by date, replaced while requests go on."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import httpx
import pyoxigraph
import pytest

from graph.formats import GRAPH_FORMATS, RESULTS_FORMATS
from graph.snapshot.counts import FILE_NAME
from graph.snapshot.reader import open_snapshot, sizes
from graph.web.timeline import Timeline

from .conftest import Server, running

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
PRODUCTION = "https://w3id.org/passerelles/ontology#Production"
OLD, NEW = "aaaa" * 16, "bbbb" * 16


@pytest.fixture(scope="module")
def folder(snapshot, tmp_path_factory) -> Path:
    """A build folder with two snapshots; the newer has one more triple."""
    build = tmp_path_factory.mktemp("build")
    for name, created in ((OLD, "2020-01-01T00:00:00Z"), (NEW, "2022-01-01T00:00:00Z")):
        made = build / "snapshots" / name
        shutil.copytree(snapshot.path, made)
        if name == NEW:
            store = pyoxigraph.Store(str(made / "store"))
            named = pyoxigraph.NamedNode("https://example.org/new")
            store.add(pyoxigraph.Quad(named, named, named))
            store.flush()
            del store
            (made / FILE_NAME).unlink()  # the counts of what the store was
        replace(snapshot.manifest, id=name, created=created, store=sizes(made / "store")).write(made)
    (build / "current").symlink_to(Path("snapshots") / OLD)
    return build


def put_in_force(folder: Path, name: str) -> None:
    link = folder / ".next"
    link.symlink_to(Path("snapshots") / name)
    link.replace(folder / "current")


@pytest.fixture
def log(tmp_path) -> Path:
    """What the server says on standard error."""
    return tmp_path / "log"


@pytest.fixture
def server(settings, folder, log) -> Iterator[Server]:
    put_in_force(folder, OLD)
    with log.open("w") as said, running(settings, open_snapshot(folder / "snapshots" / OLD), said) as process:
        yield Server(process.stdout.readline().strip().rstrip("/"), process.pid, open_snapshot(folder / "current"))
        process.terminate()


def count(server: Server, path: str = "/sparql", **headers: str) -> tuple[int, str]:
    answer = server.get(path, "text/csv", params={"query": COUNT}, headers=headers)
    assert answer.status_code == 200, answer.text
    return int(answer.text.split()[1]), answer.headers["passerelles-snapshot"]


def until(condition) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_every_snapshot_kept_has_its_address_that_never_changes(server):
    old, new = count(server, f"/snapshots/{OLD}/sparql"), count(server, f"/snapshots/{NEW}/sparql")
    assert (old[1], new[1]) == (OLD, NEW)
    assert new[0] == old[0] + 1
    pinned = server.get(f"/snapshots/{NEW}/sparql", "text/csv", params={"query": COUNT})
    assert pinned.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert pinned.headers["memento-datetime"] == "Sat, 01 Jan 2022 00:00:00 GMT"
    assert 'rel="original timegate"' in pinned.headers["link"]


ANSWERS = [
    *(("/sparql?query=" + quote("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o"), form) for form in RESULTS_FORMATS),
    *(("/sparql?query=ASK%20%7B%7D", form) for form in RESULTS_FORMATS),
    *(("/sparql?query=" + quote("CONSTRUCT WHERE { ?s ?p ?o }"), form) for form in GRAPH_FORMATS),
    *(("/graphs?default", form) for form in GRAPH_FORMATS),
    *(("/graph/productions/bus", form) for form in GRAPH_FORMATS),
    *((f"/queries/things-of-a-type?type={quote(PRODUCTION)}", form) for form in RESULTS_FORMATS),
    *(("/queries/everything", form) for form in GRAPH_FORMATS),
]


def test_an_answer_says_where_it_stays_as_it_is(server):
    for path, form in ANSWERS:
        answer = server.get(path, form.media_type)
        location = answer.headers["content-location"]
        assert location == f"/snapshots/{OLD}{path}"
        pinned = server.get(location, form.media_type)
        assert (pinned.status_code, pinned.headers["content-type"]) == (200, answer.headers["content-type"])
        assert pinned.content == answer.content
        assert pinned.headers["etag"] == answer.headers["etag"]


def test_a_snapshot_that_is_not_kept_is_not_found(server):
    for name in ("cccc" * 16, "0" * 64):
        answer = server.get(f"/snapshots/{name}/sparql", params={"query": COUNT})
        assert (answer.status_code, answer.json()["code"]) == (404, "PAS917")
    assert server.get("/snapshots/..%2f..%2fetc/sparql").status_code == 404


def test_a_date_finds_the_snapshot_in_force_then(server, folder):
    after = "Sun, 05 Jun 2022 00:00:00 GMT"
    assert count(server, **{"Accept-Datetime": after})[1] == OLD  # whatever was built since, it is in force
    put_in_force(folder, NEW)
    until(lambda: count(server)[1] == NEW)
    late, early = "Sun, 05 Jun 2022 00:00:00 GMT", "Sun, 05 Jan 2020 00:00:00 GMT"
    assert count(server, **{"Accept-Datetime": late})[1] == NEW
    assert count(server, **{"Accept-Datetime": early})[1] == OLD
    assert count(server, **{"Accept-Datetime": "Sun, 06 Nov 1994 08:49:37 GMT"})[1] == OLD
    assert server.get("/sparql", params={"query": COUNT}, headers={"Accept-Datetime": "soon"}).status_code == 400


def test_a_date_later_than_the_snapshot_says_nothing_after_one_was_put_back(server, folder):
    put_in_force(folder, NEW)
    until(lambda: count(server)[1] == NEW)
    put_in_force(folder, OLD)
    until(lambda: count(server)[1] == OLD)
    since = {"If-Modified-Since": "Sat, 01 Jan 2022 00:00:00 GMT"}
    assert count(server, **since)[1] == OLD
    dated = {"If-Modified-Since": "Wed, 01 Jan 2020 00:00:00 GMT"}
    assert server.get("/sparql", "text/csv", params={"query": COUNT}, headers=dated).status_code == 304
    assert server.get("/snapshots", "application/json", headers=dated).status_code == 200


def test_an_error_is_no_memento(server):
    for path in (f"/snapshots/{OLD}/sparql?query=SELECT", f"/snapshots/{OLD}/nowhere"):
        answer = server.get(path, "application/json")
        assert answer.status_code in (400, 404)
        assert "memento-datetime" not in answer.headers


def test_the_list_of_snapshots_is_json_a_page_and_a_timemap(server):
    entries = server.get("/snapshots", "application/json").json()
    assert [entry["id"] for entry in entries] == [NEW, OLD]
    assert [entry["current"] for entry in entries] == [False, True]
    assert count(server, entries[0]["href"].removeprefix(server.url))[1] == NEW
    links = server.get("/snapshots", "application/link-format").text
    assert 'rel="last memento"; datetime="Sat, 01 Jan 2022 00:00:00 GMT"' in links
    assert NEW[:12] in server.get("/snapshots", "text/html").text


def test_an_answer_of_a_snapshot_leads_to_its_timemap(server, folder):
    put_in_force(folder, NEW)
    until(lambda: count(server)[1] == NEW)
    path = "/queries/things-of-a-type.csv?type=https%3A%2F%2Fw3id.org%2Fpasserelles%2Fontology%23Production"
    early = server.get(path, headers={"Accept-Datetime": "Sun, 05 Jan 2020 00:00:00 GMT"})
    pinned = server.get(early.headers["content-location"])
    for memento in (early, pinned):
        assert memento.headers["memento-datetime"] == "Wed, 01 Jan 2020 00:00:00 GMT"
        assert "Accept-Datetime" in memento.headers["vary"]
        original, timemap = memento.headers["link"].split(", ")
        assert original == f'<{path}>; rel="original timegate"'
        assert timemap.endswith('; rel="timemap"; type="application/link-format"')
        listed = timemap[1:].partition(">")[0]
        links = server.get(listed, "application/link-format").text.split(",\n")
        dates = "Wed, 01 Jan 2020 00:00:00 GMT", "Sat, 01 Jan 2022 00:00:00 GMT"
        span = f'from="{dates[0]}"; until="{dates[1]}"'
        assert links == [
            f'<{server.url}{path}>; rel="original timegate"',
            f'<{server.url}{listed}>; rel="self"; type="application/link-format"; {span}',
            f'<{server.url}/snapshots/{NEW}{path}>; rel="last memento"; datetime="{dates[1]}"',
            f'<{server.url}/snapshots/{OLD}{path}>; rel="first memento"; datetime="{dates[0]}"',
        ]
    put_in_force(folder, OLD)


def test_a_moment_that_is_no_date_finds_no_memento(server):
    answer = server.get("/sparql", params={"query": COUNT}, headers={"Accept-Datetime": "soon"})
    assert answer.status_code == 400
    assert "memento-datetime" not in answer.headers
    assert server.get("/snapshots?of=elsewhere").json()["parameter"] == "of"


def test_pages_of_a_pinned_snapshot_stay_in_it(server):
    page = server.get(f"/snapshots/{NEW}/", "text/html")
    assert page.status_code == 200
    assert f'href="/snapshots/{NEW}/sparql"' in page.text


def test_a_new_snapshot_is_noticed_and_no_request_is_lost(server, folder):
    wrong, seen = [], set()
    expected = {OLD: count(server)[0], NEW: count(server)[0] + 1}
    swapped = False

    def ask(client: httpx.Client, number: int) -> None:
        text = f"SELECT (COUNT(*) AS ?n{number % 50}) {{ ?s ?p ?o }}"
        answer = client.get(f"{server.url}/sparql", params={"query": text}, headers={"Accept": "text/csv"})
        snapshot = answer.headers.get("passerelles-snapshot", "")
        seen.add(snapshot)
        if answer.status_code != 200 or int(answer.text.split()[1]) != expected[snapshot]:
            wrong.append((answer.status_code, answer.text))

    def many(start: int) -> None:
        with httpx.Client(timeout=20) as client:
            for number in range(start, start + 100_000):
                ask(client, number)
                if swapped and seen >= {OLD, NEW}:
                    return

    with ThreadPoolExecutor(4) as pool:
        work = [pool.submit(many, start) for start in range(4)]
        until(lambda: OLD in seen)
        put_in_force(folder, NEW)
        until(lambda: NEW in seen)
        swapped = True
        for each in work:
            each.result(30)
    assert wrong == []
    assert seen == {OLD, NEW}
    assert count(server, f"/snapshots/{OLD}/sparql")[0] == expected[OLD]


def test_a_damaged_snapshot_is_not_put_in_force(server, folder, log):
    broken = folder / "snapshots" / ("dddd" * 16)
    shutil.copytree(folder / "snapshots" / NEW, broken)
    (broken / "store" / "CURRENT").write_text("nothing", encoding="utf-8")
    put_in_force(folder, broken.name)
    try:
        until(lambda: broken.name in log.read_text())
        assert count(server)[1] == OLD
        shutil.copy(folder / "snapshots" / NEW / "store" / "CURRENT", broken / "store" / "CURRENT")
        manifest = (folder / "snapshots" / NEW / "manifest.json").read_text().replace(NEW, broken.name)
        (broken / "manifest.json").write_text(manifest)
        os.kill(server.pid, signal.SIGHUP)
        until(lambda: count(server)[1] == broken.name)
    finally:
        put_in_force(folder, OLD)
        shutil.rmtree(broken)


def test_an_older_snapshot_that_was_chosen_stays(folder):
    put_in_force(folder, NEW)
    try:
        timeline = Timeline(
            open_snapshot(folder / "snapshots" / OLD), lambda snapshot: SimpleNamespace(snapshot=snapshot)
        )
        assert asyncio.run(timeline.refresh()) is False
        assert timeline.current.snapshot.id == OLD
    finally:
        put_in_force(folder, OLD)


def test_a_snapshot_that_many_ask_for_is_opened_once_and_keeps_nobody_waiting(folder):
    opened, others_go_on = [], threading.Event()

    def open_site(snapshot):
        opened.append(snapshot.id)
        assert snapshot.id == OLD or others_go_on.wait(10)
        return SimpleNamespace(snapshot=snapshot)

    async def ask():
        timeline = Timeline(open_snapshot(folder / "snapshots" / OLD), open_site)
        asked = [asyncio.create_task(timeline.site(NEW)) for _ in range(5)]
        asyncio.get_running_loop().call_soon(others_go_on.set)
        sites = await asyncio.gather(*asked)
        again = await timeline.site(NEW)
        timeline.close()
        return {id(site) for site in (*sites, again)}

    assert len(asyncio.run(ask())) == 1
    assert opened == [OLD, NEW]
