"""A snapshot is whole or it is not there; one of them is in force."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from graph.errors import SnapshotError
from graph.snapshot import manifest
from graph.snapshot.manifest import Input, Manifest, identifier
from graph.snapshot.reader import current, last_good, open_snapshot
from graph.snapshot.writer import existing, prune, publish, put_in_force, workplace

ONE = Manifest(
    id="a" * 64,
    created="2026-11-21T20:00:00+00:00",
    software="1",
    title={"fr": "Essai"},
    publisher="https://example.org/",
    licence="",
    base="https://example.org/id/",
    graph_base="https://example.org/graph/",
    counts={"triples": 3},
    inputs=(Input("data/é.ttl", "0" * 64, 12),),
    store={"CURRENT": 0},
    search={"meta.json": 0},
)


def named(letter: str) -> Manifest:
    return replace(ONE, id=letter * 64)


def made(target: Path, letter: str = "a"):
    """Publish a snapshot whose store is a stand-in for a whole one."""
    with workplace(target) as folder:
        (folder / "store").mkdir()
        (folder / "store" / "CURRENT").write_text("")
        (folder / "search").mkdir()
        (folder / "search" / "meta.json").write_text("")
        return publish(folder, named(letter), target)


def hidden(target: Path) -> list[str]:
    return sorted(p.name for p in (*target.iterdir(), *(target / "snapshots").iterdir()) if p.name.startswith("."))


# --- ids


def test_the_id_is_made_of_paths_hashes_and_the_softwares_version():
    inputs = [Input("a", "1", 1), Input("b", "2", 1)]
    assert identifier(inputs, "1") == identifier(reversed(inputs), "1")
    others = [
        identifier(inputs, "2"),
        identifier(inputs[:1], "1"),
        identifier([Input("a", "2", 1), Input("b", "1", 1)], "1"),
        identifier([Input("c", "1", 1), Input("b", "2", 1)], "1"),
        identifier([], "1"),
    ]
    assert len({identifier(inputs, "1"), *others}) == 6


def test_an_id_is_lowercase_hexadecimal():
    assert set(identifier([], "1")) <= set("0123456789abcdef")


# --- manifests


def test_a_manifest_is_read_as_it_was_written(tmp_path):
    ONE.write(tmp_path)
    assert manifest.read(tmp_path) == ONE
    assert "data/é.ttl" in (tmp_path / "manifest.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff", b'{"inputs": []}', b'{"inputs": [1]}', b"null"])
def test_a_damaged_manifest_is_said_to_be(tmp_path, content):
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(SnapshotError) as caught:
        manifest.read(tmp_path)
    assert caught.value.key == "damaged-snapshot"


def test_a_manifest_with_a_field_we_do_not_know_is_damaged(tmp_path):
    ONE.write(tmp_path)
    table = json.loads((tmp_path / "manifest.json").read_text()) | {"later": 1}
    (tmp_path / "manifest.json").write_text(json.dumps(table))
    with pytest.raises(SnapshotError):
        manifest.read(tmp_path)


def test_a_manifest_made_on_no_day_is_damaged(tmp_path):
    replace(ONE, created="yesterday").write(tmp_path)
    with pytest.raises(SnapshotError) as caught:
        manifest.read(tmp_path)
    assert caught.value.key == "damaged-snapshot"


def test_of_two_snapshots_made_in_one_second_the_last_is_the_later(tmp_path):
    for name, moment in (("b", "20:00:00.100000"), ("a", "20:00:00.900000"), ("c", "20:00:00")):
        folder = tmp_path / "snapshots" / name
        (folder / "store").mkdir(parents=True)
        (folder / "store" / "CURRENT").write_text("")
        replace(ONE, id=name, search={}, created=f"2026-11-21T{moment}+00:00").write(folder)
    assert last_good(tmp_path).id == "a"
    (tmp_path / "current").symlink_to(Path("snapshots") / "b")  # what is newer was withdrawn
    assert last_good(tmp_path).id == "b"
    (tmp_path / "snapshots" / "b" / "manifest.json").unlink()
    assert last_good(tmp_path).id == "a"


def test_a_folder_without_a_manifest_is_no_snapshot(tmp_path):
    with pytest.raises(SnapshotError) as caught:
        open_snapshot(tmp_path)
    assert caught.value.key == "no-snapshot"


# --- publishing


def test_what_is_published_is_in_force(tmp_path):
    snapshot = made(tmp_path)
    assert snapshot.id == "a" * 64
    assert snapshot.path == tmp_path / "snapshots" / ("a" * 64)
    assert current(tmp_path) == open_snapshot(tmp_path / "current") == snapshot
    assert (tmp_path / "current").readlink() == Path("snapshots") / ("a" * 64)
    assert hidden(tmp_path) == [".lock"]


def test_another_user_may_read_what_is_published(tmp_path):
    assert made(tmp_path).path.stat().st_mode & 0o055 == 0o055


def test_the_build_folder_may_be_moved(tmp_path):
    made(tmp_path / "one")
    (tmp_path / "one").rename(tmp_path / "two")
    assert current(tmp_path / "two").id == "a" * 64


def test_before_the_first_build_nothing_is_in_force(tmp_path):
    with pytest.raises(SnapshotError) as caught:
        current(tmp_path)
    assert caught.value.key == "no-snapshot"


def test_a_link_to_a_snapshot_that_is_gone_is_no_snapshot(tmp_path):
    (tmp_path / "current").symlink_to("snapshots/gone")
    with pytest.raises(SnapshotError):
        current(tmp_path)


def test_work_that_fails_leaves_nothing(tmp_path):
    made(tmp_path)

    def failing() -> None:
        with workplace(tmp_path) as folder:
            (folder / "half").write_text("")
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert hidden(tmp_path) == [".lock"]
    assert current(tmp_path).id == "a" * 64


def test_the_next_build_removes_what_killed_ones_left(tmp_path):
    left = tmp_path / "snapshots" / ".tmp-dead" / "store"
    left.mkdir(parents=True)
    with workplace(tmp_path) as folder:
        assert not left.exists()
        assert folder.is_dir()


def test_a_link_half_made_does_not_stop_the_next_one(tmp_path):
    snapshot = made(tmp_path)
    (tmp_path / ".current").symlink_to("nowhere")
    put_in_force(snapshot, tmp_path)
    assert current(tmp_path) == snapshot
    assert hidden(tmp_path) == [".lock"]


# --- finding and removing


def test_a_snapshot_that_exists_is_found_whole(tmp_path):
    snapshot = made(tmp_path)
    assert existing(tmp_path, snapshot.id) == snapshot
    assert existing(tmp_path, "b" * 64) is None


@pytest.mark.parametrize("part", ["manifest.json", "store/CURRENT", "search/meta.json"])
def test_a_snapshot_that_lacks_a_part_is_removed(tmp_path, part):
    snapshot = made(tmp_path)
    (snapshot.path / part).unlink()
    assert existing(tmp_path, snapshot.id) is None
    assert not snapshot.path.exists()
    assert hidden(tmp_path) == [".lock"]


def test_pruning_keeps_the_newest_and_the_one_in_force(tmp_path):
    import os

    old = made(tmp_path, "a")
    for age, letter in enumerate("bcd"):
        snapshot = made(tmp_path, letter)
        os.utime(snapshot.path, (2_000_000_000 + age,) * 2)
    os.utime(old.path, (1, 1))
    put_in_force(old, tmp_path)
    prune(tmp_path, keep=1)
    assert sorted(p.name[0] for p in (tmp_path / "snapshots").iterdir()) == ["a", "d"]
    assert current(tmp_path) == old
