"""The chain of changes: who follows it from nothing ends with the published hashes, and so do independent readers."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from datetime import datetime

import pyoxigraph as ox
import pytest
from rdflib import Dataset

from graph import build as building
from graph.errors import SnapshotError
from graph.feeds import changes, patch
from graph.feeds.changes import chain_of
from graph.feeds.ldes import AS, TREE, TYPES, Stream
from graph.feeds.lines import content

HERE = "https://example.org/feed"


def entries(snapshot):
    return chain_of(snapshot).entries()


def patch_of(entry) -> str:
    return b"".join(content(entry.folder / patch.PATCH)).decode()


def sha256(lines) -> str:
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def test_each_snapshot_that_comes_into_force_has_its_entry(life):
    found = entries(life[-1])
    assert [entry.snapshot for entry in found] == [snapshot.id for snapshot in life]
    assert [entry.graph for entry in found] == [each.manifest.dumps["graph.nq.zst"]["rdfc10"] for each in life]
    assert [entry.previous for entry in found] == [None, *(entry.patch for entry in found[:-1])]
    moments = [entry.moment for entry in found]
    assert moments == sorted(set(moments))
    assert [(e.events["create"], e.events["update"], e.events["delete"]) for e in found] == [
        (3, 0, 0), (1, 1, 0), (0, 0, 1), (1, 0, 0), (0, 0, 0),
    ]  # fmt: skip


def test_a_store_that_applies_every_patch_has_each_published_hash(life):
    held: set[str] = set()
    for entry in entries(life[-1]):
        text = patch_of(entry)
        assert f"H id <{entry.patch}> .\n" in text
        assert (f"H prev <{entry.previous}> .\n" in text) == bool(entry.previous)
        removed = {line[2:] + "\n" for line in text.splitlines() if line.startswith("D ")}
        added = {line[2:] + "\n" for line in text.splitlines() if line.startswith("A ")}
        assert removed <= held
        assert not added & held
        assert (len(removed), len(added)) == (entry.removed, entry.added)
        held = (held - removed) | added
        assert sha256(held) == entry.graph


@pytest.mark.filterwarnings("ignore:Dataset.* is deprecated:DeprecationWarning")
def test_rdflib_that_applies_every_patch_has_the_last_dataset(life):
    held = Dataset()
    for entry in entries(life[-1]):
        held.parse(data=patch_of(entry), format="patch")
    written = ox.Dataset(ox.parse(held.serialize(format="nquads").encode(), format=ox.RdfFormat.N_QUADS))
    written.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = ox.serialize(written, format=ox.RdfFormat.N_QUADS).decode().splitlines(keepends=True)
    assert sha256(lines) == entries(life[-1])[-1].graph


def test_a_store_that_follows_the_feed_has_the_published_hash(life):
    """What a follower does is all here: replace what is held of each object by the graph of the activity."""
    found = entries(life[-1])
    stream = Stream(HERE, found)
    root = ox.parse(stream.root(), format=ox.RdfFormat.N_QUADS)
    nodes = [quad.object.value for quad in root if quad.predicate.value == TREE + "node"]
    assert nodes == [f"{HERE}/{name}" for name, _ in stream.names()]
    held: dict[str, set[str]] = {}
    for number in range(stream.pages):
        page = list(ox.parse(stream.node(number), format=ox.RdfFormat.N_QUADS))
        default = [quad for quad in page if quad.graph_name == ox.DefaultGraph()]
        members = [quad.object for quad in default if quad.predicate.value == TREE + "member"]
        said = {(quad.subject, quad.predicate.value): quad.object for quad in default}
        for member in members:
            state = {f"{q.triple} .\n" for q in page if q.graph_name == member}
            about = said[member, AS + "object"]
            kind = said[member, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"].value
            assert (kind == TYPES["create"]) == (about not in held)
            assert (kind == TYPES["delete"]) == (not state)
            assert all(line.startswith(str(about)) for line in state)
            held[about] = state
            if not state:
                del held[about]
    assert sha256(line for state in held.values() for line in state) == found[-1].data


def follow(held: dict[str, str], snapshot, since: int = 0) -> str:
    """Replace what is held of each object by what the entries after `since` say of it; the hash of the outcome."""
    for event in reversed(list(Stream(HERE, entries(snapshot)).latest())):
        if event.entry.sequence > since:
            assert (event.type == TYPES["delete"]) == (not event.said["state"])
            held[event.said["object"]] = event.said["state"]
    return sha256(line for state in held.values() for line in state.splitlines(keepends=True))


@pytest.mark.parametrize("how", ["long", "damaged", "lost"])
@pytest.mark.parametrize("followed", [0, 1, 2])
def test_who_followed_a_chain_that_begins_again_goes_on_with_what_they_hold(repository, built, how, followed):
    """However far they were; of a damaged chain, what was gone before the last entry is not known any more."""
    held: dict[str, str] = {}
    repository.tool("nail")
    repository.tool("bolt")
    last = built()
    if followed == 1:
        follow(held, last)
    (repository.root / "data/tools/nail.ttl").unlink()
    last = built()
    if followed == 2:
        follow(held, last)
    chain = chain_of(last)
    if how == "damaged":
        (chain.folder / "00000001/entry.json").unlink()
    if how == "lost":
        (last.path / "dumps/data.nt.zst").unlink()
    (repository.root / "data/tools/bolt.ttl").unlink()
    repository.tool("screw")
    last = built(**({"changes_kept": 2} if how == "long" else {}))
    [again] = chain.entries()
    assert again.reason == how
    outcome = follow(held, last)
    assert (outcome == again.data) == (how != "damaged" or followed != 1)
    if how != "lost":  # the rest is as it was
        told = {event.said["object"].rpartition("/")[2]: event.said["type"] for event in Stream(HERE, [again]).latest()}
        assert {told[each] for each in ("hammer", "saw", "report") if each in told} == {"again"}
        assert (told["screw"], told["bolt"]) == ("create", "delete")
        assert told.get("nail") == ("again" if how == "long" else None)


def test_a_full_page_stays_as_it_is(repository, built, monkeypatch):
    monkeypatch.setattr("graph.feeds.events.LENGTH", 2)
    monkeypatch.setattr("graph.feeds.ldes.LENGTH", 2)
    first = built()
    before = Stream(HERE, entries(first))
    assert [before.closed(number) for number in range(before.pages)] == [True, False]
    pages = [before.node(number) for number in range(before.pages)]
    repository.tool("nail")
    repository.tool("screw")
    after = Stream(HERE, entries(built()))
    assert [after.closed(number) for number in range(after.pages)] == [True, True, False]
    assert after.node(0) == pages[0]
    assert after.node(1).startswith(pages[1])
    assert [event.said["number"] for event in after.latest()] == [4, 3, 2, 1, 0]
    assert [name for name, _ in after.names()] == ["1-0", "1-1", "1-2"]
    assert [entry.sequence for _, entry in after.names()] == [1, 1, 2]
    assert [after.number(name) for name in ("1-2", "1-3", "2-0", "1-x", "1", "")] == [2, None, None, None, None, None]


def test_an_activity_has_what_the_shapes_of_dcat_ap_feeds_ask(repository, built, conformance):
    """All of it where its object is a thing of theirs; the others, which the graph has too, are told the same way."""
    theirs = {
        "agent": "http://xmlns.com/foaf/0.1/Agent",
        "licence": "http://purl.org/dc/terms/LicenseDocument",
        "dataset": "http://www.w3.org/ns/dcat#Dataset",
    }
    for slug, kind in {**theirs, "resource": "http://www.w3.org/ns/dcat#Resource"}.items():
        repository.tool(slug, f"<https://example.org/id/tools/{slug}> a <{kind}> .\n")
    built()
    (repository.root / "data/tools/hammer.ttl").unlink()
    stream = Stream(HERE, entries(built()))
    lines = [line.decode() for number in range(stream.pages) for line in stream.node(number).splitlines(keepends=True)]
    told = "".join(line for line in lines if "activitystreams#" in line and "ldes#" not in line)
    types = "".join(
        line.rpartition(" <")[0] + " .\n"
        for line in lines
        if line.startswith("<https://example.org/id/") and "rdf-syntax-ns#type" in line
    )
    shapes = (conformance / "dcat-ap/ldes-dcat-ap-feeds/shape.ttl").read_text(encoding="utf-8")
    from shacl import Shapes

    compiled = Shapes.from_turtle(re.sub(r"owl:imports <[^>]+>", "a owl:Ontology", shapes))
    found = compiled.validate_turtle(told + types).results
    others = {
        f"<{HERE}/{stream.name(0)}#{event.said['number']}>"
        for event in stream.latest()
        if event.type != TYPES["delete"] and event.said["object"].rpartition("/")[2] not in theirs
    }
    assert {(str(each.focus_node), str(each.path)) for each in found} == {(each, f"<{AS}object>") for each in others}
    wrong = told + types + f'<{HERE}/1-0#0> <{AS}published> "now" .\n'
    assert len(compiled.validate_turtle(wrong).results) > len(found)


def test_building_the_same_again_adds_nothing(built):
    first = built()
    assert built().id == first.id
    assert len(entries(first)) == 1


def test_a_build_killed_before_it_was_in_force_leaves_no_entry(repository, built, monkeypatch):
    first = built()
    repository.tool("nail")

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "publish", killed)
    with pytest.raises(KeyboardInterrupt):
        built()
    assert [entry.snapshot for entry in entries(first)] == [first.id]
    monkeypatch.undo()
    second = built()
    assert [entry.snapshot for entry in entries(second)] == [first.id, second.id]
    assert not list(chain_of(second).folder.glob(".*"))


def test_a_build_killed_before_its_entry_is_made_good_by_the_next(repository, built, monkeypatch):
    first = built()
    repository.tool("nail")
    real = building.publish

    def killed(*arguments):
        real(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "publish", killed)
    with pytest.raises(KeyboardInterrupt):
        built()
    monkeypatch.undo()
    second = built()
    assert second.id != first.id
    assert [entry.snapshot for entry in entries(second)] == [first.id, second.id]


@pytest.mark.parametrize("harm", ["removed", "cut", "no json", "not ours"])
def test_a_damaged_chain_is_told_and_begins_again(life, repository, built, harm):
    chain = chain_of(life[-1])
    folder = chain.folder / "00000003"
    match harm:
        case "removed":
            (folder / "entry.json").unlink()
        case "cut":
            (folder / patch.PATCH).write_bytes(b"")
        case "no json":
            (folder / "entry.json").write_text("{", encoding="utf-8")
        case "not ours":
            folder.rename(chain.folder / "00000009")
    with pytest.raises(SnapshotError, match="journal"):
        entries(life[-1])
    repository.tool("screw")
    last = built()
    [again] = entries(last)
    assert (again.reason, again.previous, again.removed) == ("damaged", None, 0)
    assert again.sequence == (10 if harm == "not ours" else 6)
    held = {line[2:] + "\n" for line in patch_of(again).splitlines() if line.startswith("A ")}
    assert sha256(held) == again.graph


@pytest.mark.parametrize("harm", ["removed", "cut"])
def test_a_chain_whose_last_dump_is_lost_begins_again(repository, built, harm):
    dump = built().path / "dumps/graph.nq.zst"
    if harm == "cut":
        dump.write_bytes(dump.read_bytes()[:-5])
    else:
        dump.unlink()
    repository.tool("nail")
    last = built()
    [again] = entries(last)
    assert (again.sequence, again.reason, again.previous, again.graph) == (
        2, "lost", None, last.manifest.dumps["graph.nq.zst"]["rdfc10"],
    )  # fmt: skip
    assert not list(chain_of(last).folder.glob(".*"))


def test_a_chain_that_is_too_long_begins_again(repository, built):
    for slug in ("nail", "screw", "bolt"):
        repository.tool(slug)
        last = built(changes_kept=2)
    [again] = entries(last)
    assert (again.sequence, again.began, again.reason, again.first) == (3, 3, "long", 0)
    assert again.events == {"create": 1, "update": 0, "delete": 0, "again": 5}
    assert built(changes_kept=1).id == last.id
    assert entries(last) == [again]


def test_a_chain_that_begins_again_takes_the_place_of_the_one_before_at_once(repository, built, tmp_path):
    """Killed while the old entries go, the new one is there: no number is given twice, no page changes its content."""
    built()
    repository.tool("nail")
    chain = chain_of(built())
    before = shutil.copytree(chain.folder / "00000001", tmp_path / "before")
    repository.tool("bolt")
    built(changes_kept=2)
    shutil.copytree(before, chain.folder / "00000001")
    [again] = chain.entries()
    assert (again.sequence, again.began) == (3, 3)
    repository.tool("screw")
    last = built()
    assert [entry.sequence for entry in entries(last)] == [entry.sequence for entry in chain.entries()] == [3, 4]
    assert sorted(path.name for path in chain.folder.iterdir()) == ["00000003", "00000004"]


def test_what_is_no_entry_among_them_is_not_looked_at(built):
    first = built()
    (chain_of(first).folder / "1 (copy)").mkdir()
    assert [entry.sequence for entry in entries(first)] == [1]


def test_a_chain_goes_on_when_older_snapshots_are_gone(repository, built):
    first = built(snapshots_kept=1)
    repository.tool("nail")
    second = built(snapshots_kept=1)
    assert not first.path.exists()
    repository.tool("screw")
    assert [entry.sequence for entry in entries(built(snapshots_kept=1))] == [1, 2, 3]
    assert [entry.removed for entry in entries(second)] == [0, 0, 0]


def test_a_clock_that_goes_back_does_not_turn_the_feed_back(repository, built, monkeypatch):
    first = entries(built())[0]

    class Earlier(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime(2001, 1, 1, tzinfo=zone)

    monkeypatch.setattr(changes, "datetime", Earlier)
    repository.tool("nail")
    assert entries(built())[1].moment > first.moment


def test_an_event_says_what_the_thing_is_called_and_what_changed(life):
    events = list(Stream(HERE, entries(life[-1])).latest())[::-1]
    said = [(event.said["type"], event.said["object"].rpartition("/")[2]) for event in events]
    assert said[3:] == [("create", "nail"), ("update", "saw"), ("delete", "hammer"), ("create", "hammer")]
    assert events[4].said["properties"] == [
        "http://purl.org/dc/terms/description", "http://purl.org/dc/terms/extent",
    ]  # fmt: skip
    assert events[5].said["label"] == {"fr": "hammer"}
    json.dumps([event.said for event in events])
