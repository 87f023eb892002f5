"""Dumps and the feed over HTTP: what they say, how they are cached, and what independent clients make of them."""

from __future__ import annotations

import gzip
import hashlib
import random
import shutil
import subprocess
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

import feedparser
import httpx
import pyoxigraph as ox
import pytest
from lxml import etree
from rdf_delta import DeltaClient

from graph import config
from graph.build import build
from graph.feeds.changes import chain_of
from graph.feeds.dumps import NAMES
from graph.snapshot.reader import Snapshot

from .conftest import Server, running, serving

ATOM = "{http://www.w3.org/2005/Atom}"
AS = "https://www.w3.org/ns/activitystreams#"
TOOLS = """\
#+ summary: { fr: Les outils, en: The tools }
#+ columns: [tool]
SELECT ?tool WHERE { ?tool a <https://example.org/ontology#Tool> } ORDER BY ?tool
"""
THEME = "<https://example.org/id/tools/{}> dct:subject <https://example.org/id/themes/wood> .\n"
NOISE = b64encode(random.Random(5).randbytes(300_000)).decode()  # a packed block is longer than what is read at a time
WOOD = """\
@prefix dct: <http://purl.org/dc/terms/> .
<https://example.org/id/themes/wood> dct:title "Bois"@fr ; dct:source <https://example.org/id/sources/report> .
"""
CHANGED = '<https://example.org/id/tools/saw> dct:description "Coupe <&> \\u0001"@fr .\n'
LDES_CLIENT = Path(__file__).resolve().parents[2] / ".cache/feeds/node_modules/.bin/ldes-client"


@pytest.fixture(scope="module")
def lived(lasting_repository) -> config.Settings:
    """Three snapshots: two tools, one of a theme; one more; the first gone, the second changed."""
    repository = lasting_repository
    repository.write("queries/reports/tools.rq", TOOLS)
    repository.write("data/themes/wood.ttl", WOOD)
    noise = f'<https://example.org/id/tools/saw> dct:extent "{NOISE}"@fr .\n'
    repository.tool("saw", THEME.format("saw") + noise)
    settings = config.load(repository.root)
    build(settings)
    repository.tool("nail", THEME.format("nail"))
    build(settings)
    (repository.root / "data/tools/hammer.ttl").unlink()
    repository.tool("saw", THEME.format("saw") + noise + CHANGED)
    build(settings)
    return settings


@pytest.fixture(scope="module")
def served(lived) -> Iterator[Server]:
    from graph.snapshot.reader import current

    snapshot = current(lived.build_folder)
    with serving(lived, snapshot) as served:
        yield served


def replayed(quads) -> str:
    """The hash of what a follower holds after these members, in the order of their dates."""
    quads = list(quads)
    said: dict = {}
    for quad in quads:
        if quad.predicate.value in (AS + "object", AS + "published"):
            said.setdefault(quad.subject, {})[quad.predicate.value] = quad.object
    held = {}
    for member in sorted(said, key=lambda each: said[each][AS + "published"].value):
        state = {f"{quad.triple} .\n" for quad in quads if quad.graph_name == member}
        held[said[member][AS + "object"]] = state
    return hashlib.sha256("".join(sorted(line for state in held.values() for line in state)).encode()).hexdigest()


def test_every_file_listed_is_as_it_is_listed(served):
    listed = served.get("/dumps", "application/json").json()
    assert listed["snapshot"] == served.snapshot.id
    assert [entry["name"] for entry in listed["files"]] == list(NAMES)
    for entry in listed["files"]:
        got = httpx.get(entry["href"], headers={"Accept-Encoding": "gzip, zstd"})
        assert "content-encoding" not in got.headers
        assert (len(got.content), hashlib.sha256(got.content).hexdigest()) == (entry["bytes"], entry["sha256"])
        algorithm, _, digest = got.headers["repr-digest"].partition("=")
        assert (algorithm, b64decode(digest.strip(":")).hex()) == ("sha-256", entry["sha256"])
        assert got.headers["content-type"] == entry["compression"]
    nquads = gzip.decompress(served.get("/dumps/graph.nq.gz").content)
    assert hashlib.sha256(nquads).hexdigest() == listed["files"][0]["rdfc10"]


def test_a_file_is_given_in_part_whole_or_not_again(served):
    whole = served.get("/dumps/graph.nq.gz")
    assert served.get("/dumps/graph.nq.gz", headers={"Range": "bytes=5-14"}).content == whole.content[5:15]
    etag = whole.headers["etag"]
    part = {"Range": "bytes=-3", "If-Range": etag}
    assert served.get("/dumps/graph.nq.gz", headers=part).status_code == 206
    assert served.get("/dumps/graph.nq.gz", headers={**part, "If-Range": '"other"'}).status_code == 200
    assert served.get("/dumps/graph.nq.gz", headers={"If-None-Match": etag}).status_code == 304
    beyond = served.get("/dumps/graph.nq.gz", headers={"Range": "bytes=99999999-"})
    assert (beyond.status_code, beyond.headers["content-type"]) == (416, "application/problem+json")
    assert beyond.headers["content-range"] == f"bytes */{len(whole.content)}"
    assert beyond.json()["code"] == served.get("/dumps/graph.nq.gz", headers={"Range": "bytes=x"}).json()["code"]
    head = httpx.head(served.url + "/dumps/graph.nq.gz")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(whole.content)))
    assert head.headers["etag"] == etag
    pinned = served.get(f"/snapshots/{served.snapshot.id}/dumps/graph.nq.gz")
    assert "immutable" in pinned.headers["cache-control"]
    assert "immutable" not in whole.headers["cache-control"]
    assert pinned.content == whole.content


@pytest.mark.parametrize(
    "path",
    [
        "/dumps/graph.nq", "/dumps/..%2Fmanifest.json", "/dumps/graph.nq.zst.json", "/feed/1-9", "/feed/x",
        "/feed/patches/0", "/feed/patches/9", "/feed/patches/01", f"/feed/1-{'9' * 5000}",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(served, path):
    assert served.get(path).status_code == 404


def test_the_feed_leads_to_its_pages_in_every_format(served):
    for media_type in ("application/trig", "application/n-quads", "application/ld+json"):
        root = served.get("/feed", media_type)
        assert root.headers["content-type"].startswith(media_type)
        form = ox.RdfFormat.from_media_type(media_type)
        [node] = {
            q.object.value for q in ox.parse(root.content, format=form) if q.predicate.value.endswith("tree#node")
        }
        page = httpx.get(node, headers={"Accept": media_type})
        [last] = served.get("/feed/patches").json()[-1:]
        assert replayed(ox.parse(page.content, format=form)) == last["data_rdfc10"]
        assert httpx.get(node, headers={"Accept": media_type, "If-None-Match": page.headers["etag"]}).status_code == 304


def test_patches_are_a_chain_that_leads_to_the_last_hash(served):
    held: set[str] = set()
    listed = served.get("/feed/patches").json()
    for entry in listed:
        plain = httpx.get(entry["href"], headers={"Accept-Encoding": "identity"})
        packed = httpx.get(entry["href"], headers={"Accept-Encoding": "zstd"})
        assert plain.headers["content-type"] == "application/rdf-patch"
        assert "immutable" in plain.headers["cache-control"]
        assert packed.headers["content-encoding"] == "zstd"
        assert packed.content == plain.content
        assert len(plain.content) == entry["bytes"], "cut short"
        head = httpx.head(entry["href"], headers={"Accept-Encoding": "identity"})
        assert head.headers["content-length"] == plain.headers["content-length"] == str(entry["bytes"])
        assert (head.content, head.headers["etag"]) == (b"", plain.headers["etag"])
        assert "content-length" not in httpx.head(entry["href"], headers={"Accept-Encoding": "gzip"}).headers
        for answered in (plain, packed):
            again = {
                "If-None-Match": answered.headers["etag"],
                "Accept-Encoding": answered.request.headers["accept-encoding"],
            }
            assert httpx.get(entry["href"], headers=again).status_code == 304
        lines = plain.text.splitlines(keepends=True)
        held -= {line[2:] for line in lines if line.startswith("D ")}
        held |= {line[2:] for line in lines if line.startswith("A ")}
        assert hashlib.sha256("".join(sorted(held)).encode()).hexdigest() == entry["rdfc10"]
    assert [entry["previous"] for entry in listed] == [None, *(entry["id"] for entry in listed[:-1])]


def atom(served: Server, **parameters: str) -> etree._Element:
    answered = served.get("/feed.atom", params=parameters)
    assert answered.status_code == 200, answered.text
    assert answered.headers["content-type"] == "application/atom+xml"
    read = feedparser.parse(answered.content)
    assert (read.bozo, read.version) == (False, "atom10")
    feed = etree.fromstring(answered.content)
    for required in ("id", "title", "updated", "author"):  # RFC 4287, section 4.1.1
        assert feed.find(ATOM + required) is not None
    for entry in feed.iter(ATOM + "entry"):  # section 4.1.2
        assert all(entry.find(ATOM + required) is not None for required in ("id", "title", "updated", "link"))
    names = [each.text for each in feed.iter(ATOM + "id")]
    assert len(names) == len(set(names))
    return feed


def titles(feed: etree._Element) -> list[str]:
    return [entry.findtext(ATOM + "title") for entry in feed.iter(ATOM + "entry")]


def test_atom_tells_what_changed_last_first(served):
    feed = atom(served, lang="en")
    assert titles(feed)[:3] == ["Changed: saw", "Deleted: hammer", "New: nail"]
    assert len(titles(feed)) == 7
    assert titles(atom(served))[:2] == ["Modifié : saw", "Supprimé : hammer"]
    assert [e.text for e in feed.iter(ATOM + "id")][1:] == [e.text for e in atom(served).iter(ATOM + "id")][1:]


def test_atom_tells_of_a_theme(served):
    for theme in ("wood", "https://example.org/id/themes/wood"):
        assert titles(atom(served, theme=theme, lang="en")) == ["Changed: saw", "New: nail", "New: saw"]
        assert "Bois" in atom(served, theme=theme).findtext(ATOM + "title")
    for theme in ("ood", "https://example.org/id/themes/woo", '"', "\\"):
        assert served.get("/feed.atom", params={"theme": theme}).status_code == 404


IRON = """\
@prefix dct: <http://purl.org/dc/terms/> .
<https://example.org/id/themes/iron> a <http://www.w3.org/2004/02/skos/core#Concept> ; dct:title "Fer"@fr, "Iron"@en ;
    dct:source <https://example.org/id/sources/report> .
"""


@pytest.fixture
def many(repository) -> Iterator[Server]:
    """A server of 120 tools, every second one of a theme, and of a theme that nothing has."""
    repository.write("data/themes/wood.ttl", WOOD)
    repository.write("data/themes/iron.ttl", IRON)
    for number in range(120):
        repository.tool(f"tool-{number}", THEME.format(f"tool-{number}") if number % 2 else "")
    settings = config.load(repository.root)
    snapshot = build(settings)
    with serving(settings, snapshot) as served:
        yield served


def linked(feed: etree._Element, relation: str) -> str | None:
    return next((link.get("href") for link in feed.iterfind(ATOM + "link") if link.get("rel") == relation), None)


def test_atom_has_pages_that_tell_everything_once(many):
    """RFC 5005, section 3: whoever follows `next` has every event once; each page is of the same feed."""
    for asked, expected in (("lang=en", 120), ("theme=wood&lang=en", 60)):
        first = address = f"{many.url}/feed.atom?{asked}"
        pages = []
        while address:
            pages.append(etree.fromstring(httpx.get(address).content))
            assert (linked(pages[-1], "self"), linked(pages[-1], "first")) == (address, first)
            address = linked(pages[-1], "next")
        assert {page.findtext(ATOM + "id") for page in pages} == {pages[0].findtext(ATOM + "id")}
        names = [entry.findtext(ATOM + "id") for page in pages for entry in page.iter(ATOM + "entry")]
        assert len(names) == len(set(names)) >= expected
        assert sum("tool-" in title for page in pages for title in titles(page)) == expected
    for wrong in ("0", "-1", "x", "9" * 30):
        assert many.get(f"/feed.atom?before={wrong}").status_code == 400
    feed = atom(many, theme="iron", lang="en")  # it is there: what changes one day is told
    assert titles(feed) == []
    assert "Iron" in feed.findtext(ATOM + "title")


def test_what_no_reader_of_atom_takes_is_not_given(served):
    assert served.get("/feed.atom", "image/png").status_code == 406
    for accepted in ("application/atom+xml", "application/xml", "text/html,application/xml;q=0.9,*/*;q=0.8"):
        assert served.get("/feed.atom", accepted).headers["content-type"] == "application/atom+xml"


def test_atom_watches_a_saved_query(served):
    feed = atom(served, query="tools", lang="en")
    assert titles(feed) == ["The tools: 0 rows more, 1 row less", "The tools: 1 row more, 0 rows less"]
    assert [e.findtext(ATOM + "content") for e in feed.iter(ATOM + "entry")] == [
        "− <https://example.org/id/tools/hammer>", "+ <https://example.org/id/tools/nail>",
    ]  # fmt: skip
    assert served.get("/feed.atom?query=nothing").status_code == 404


def test_the_pages_of_people_are_there(served):
    for path in ("/feed", "/dumps"):
        for language in ("fr", "en"):
            shown = served.get(f"{path}?lang={language}", "text/html")
            assert shown.status_code == 200
            assert 'type="application/atom+xml"' in shown.text


def test_the_client_of_rdf_delta_reads_the_log(served):
    client = DeltaClient(served.url + "/feed")
    first = client.get_log(1, "patches")
    assert first == served.get("/feed/patches/1").text
    client.close()


@pytest.mark.skipif(not LDES_CLIENT.exists(), reason="ldes-client is not there: tests/feeds/install")
def test_a_client_of_event_streams_ends_with_the_published_hash(served, tmp_path):
    done = subprocess.run(
        [LDES_CLIENT, "--no-shape", served.url + "/feed"], capture_output=True, check=True, cwd=tmp_path, timeout=120
    )
    quads = [line for line in done.stdout.splitlines(keepends=True) if line.startswith((b"<", b"_"))]
    [last] = served.get("/feed/patches").json()[-1:]
    assert replayed(ox.parse(b"".join(quads), format=ox.RdfFormat.N_QUADS)) == last["data_rdfc10"]


@pytest.fixture
def alone(repository, request) -> Iterator[Server]:
    """A server of two snapshots; a test may say what is done to them before, and what binds the process."""
    harm, bound = request.param
    repository.write("queries/reports/tools.rq", TOOLS)
    settings = config.load(repository.root)
    first = build(settings)
    repository.tool("nail")
    snapshot = build(settings)
    harm(first, snapshot)
    preexec = request.getfixturevalue("bound_by_permissions") if bound else None
    with serving(settings, snapshot, preexec=preexec) as served:
        yield served


def locked(_, snapshot) -> None:
    (snapshot.path / "dumps").chmod(0o555)


@pytest.mark.parametrize("alone", [(locked, True)], indirect=True)
def test_where_the_server_may_not_write_every_file_is_there_all_the_same(alone):
    listed = alone.get("/dumps", "application/json").json()["files"]
    assert [entry["name"] for entry in listed] == list(NAMES)
    for entry in listed:
        got = httpx.get(entry["href"])
        assert (got.status_code, hashlib.sha256(got.content).hexdigest()) == (200, entry["sha256"])
    assert len(list((alone.snapshot.path / "dumps").iterdir())) == 2


def cut(_, snapshot) -> None:
    for entry in snapshot.path.parents[1].glob("changes/*/entry.json"):
        entry.write_text("{")


@pytest.mark.parametrize("alone", [(cut, False)], indirect=True)
def test_a_damaged_log_is_told_without_saying_where_it_is(alone):
    for path in ("/feed", "/feed.atom", "/feed/1-0", "/feed/patches/1"):
        answered = alone.get(path, headers={"Accept-Language": "en"})
        assert answered.status_code == 500
        assert "begins again with the next build" in answered.json()["detail"]
        assert str(alone.snapshot.path.parents[1]) not in answered.text
    assert alone.get("/", "text/html").status_code == 200


def emptied(first, _) -> None:
    shutil.rmtree(first.path / "store")


@pytest.mark.parametrize("alone", [(emptied, False)], indirect=True)
def test_a_watched_query_tells_nothing_of_a_damaged_snapshot(alone):
    assert titles(atom(alone, query="tools")) == []


def test_a_snapshot_of_no_chain_promises_no_feed(lived, tmp_path):
    from graph.snapshot.reader import current, open_snapshot

    copy = open_snapshot(shutil.copytree(current(lived.build_folder).path, tmp_path / "copy"))
    with serving(lived, copy) as server:
        assert server.get("/feed").status_code == 404
        assert "atom+xml" not in server.get("/", "text/html").text


def test_the_feed_is_of_no_snapshot_and_changes_with_each(served, lived, lasting_repository):
    page = served.get("/feed/1-0", "application/n-quads")
    for path in ("/feed", "/feed/1-0", "/feed/patches", "/feed/patches/1", "/feed.atom?theme=a%20b&lang=en"):
        pinned = served.get(f"/snapshots/{served.snapshot.id}{path}")
        assert (pinned.status_code, pinned.headers["location"]) == (308, path)
    lasting_repository.tool("screw")
    build(lived)
    after = served.get("/feed/1-0", "application/n-quads", headers={"If-None-Match": page.headers["etag"]})
    assert after.status_code == 200
    assert after.content.startswith(page.content)
    assert b"tools/screw" in after.content


def rolled_back(settings: config.Settings, name: str) -> None:
    """What docs/endpoint.md tells who keeps a graph to do."""
    link = settings.build_folder / ".hand"
    link.symlink_to(Path("snapshots") / name)
    link.replace(settings.build_folder / "current")


def until(condition) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def two(repository) -> tuple[config.Settings, Snapshot, Snapshot]:
    """Two snapshots, the newer in force, with a tool more and a tool less."""
    settings = config.load(repository.root)
    older = build(settings)
    repository.tool("nail")
    (repository.root / "data/tools/hammer.ttl").unlink()
    return settings, older, build(settings)


def test_a_snapshot_put_back_in_force_by_hand_is_in_the_feed_once_however_many_serve_it(two):
    settings, older, newer = two
    with serving(settings, newer) as one, serving(settings, newer) as other:
        servers = one, other
        held = [served.get("/feed/patches").json() for served in servers]
        assert [len(listed) for listed in held] == [2, 2]
        rolled_back(settings, older.id)
        until(lambda: all(len(served.get("/feed/patches").json()) > 2 for served in servers))
        for served in servers:
            listed = served.get("/feed/patches").json()
            until(lambda served=served: served.get("/dumps", "application/json").json()["snapshot"] == older.id)
            assert [entry["snapshot"] for entry in listed] == [older.id, newer.id, older.id]
            assert listed[-1]["rdfc10"] == listed[0]["rdfc10"]
            page = served.get("/feed/1-0", "application/n-quads")
            assert replayed(ox.parse(page.content, format=ox.RdfFormat.N_QUADS)) == listed[0]["data_rdfc10"]
            assert titles(atom(served, lang="en"))[:2] == ["Deleted: nail", "New: hammer"]
    assert [entry.snapshot for entry in chain_of(newer).entries()] == [older.id, newer.id, older.id]


def test_a_snapshot_put_back_while_no_server_ran_is_in_the_feed_of_the_next(two):
    settings, older, newer = two
    rolled_back(settings, older.id)
    with serving(settings, older):
        until(lambda: len(chain_of(newer).entries()) == 3)  # before it listens, or a moment later
    assert chain_of(newer).entries()[-1].snapshot == older.id


def test_a_server_that_may_not_write_tells_that_the_feed_does_not_have_the_snapshot_in_force(
    two, tmp_path, bound_by_permissions
):
    settings, older, newer = two
    changes = chain_of(newer).folder
    changes.chmod(0o555)
    try:
        with (tmp_path / "log").open("w") as log, running(settings, newer, log, bound_by_permissions) as process:
            served = Server(process.stdout.readline().strip().rstrip("/"), process.pid, newer)
            assert "not in the log yet" not in served.get("/feed?lang=en", "text/html").text
            rolled_back(settings, older.id)
            until(lambda: older.id in (tmp_path / "log").read_text())
            assert "Permission denied" in (tmp_path / "log").read_text()
            assert "not in the log yet" in served.get("/feed?lang=en", "text/html").text
            assert len(served.get("/feed/patches").json()) == 2
            process.terminate()
    finally:
        changes.chmod(0o755)
