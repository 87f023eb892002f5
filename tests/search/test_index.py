"""The index as a part of a snapshot: made by a build, whole or none, readable where nothing can be written."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from graph import build, config
from graph.config import Limits
from graph.errors import SnapshotError
from graph.search import asking
from graph.search.searching import SearchIndex
from graph.snapshot.manifest import read
from graph.snapshot.reader import open_snapshot, verify

from .conftest import PREFIXES, TURTLE, indexed


def test_a_build_makes_it_and_says_what_it_is_made_of(repository):
    snapshot = build.build(config.load(repository.root))
    assert snapshot.manifest.counts["searched"] == 3
    assert snapshot.manifest.search.keys() == snapshot.manifest.search_sha256.keys()
    index = SearchIndex(snapshot, Limits())
    [hit] = index.search(asking.read("hammer", index.facets, Limits())).hits
    assert hit.card["iri"] == "https://example.org/id/tools/hammer"


def test_opening_it_writes_nothing(repository):
    snapshot = build.build(config.load(repository.root))
    SearchIndex(snapshot, Limits())
    verify(open_snapshot(snapshot.path))


def test_nothing_is_added_to_it_once_it_is_written(tmp_path):
    made = indexed(tmp_path, PREFIXES + TURTLE)
    before = sorted(path.name for path in made.search_path.iterdir())
    time.sleep(1)  # tantivy looks for what is new twice a second
    assert sorted(path.name for path in made.search_path.iterdir()) == before


@pytest.mark.parametrize("harm", ["missing", "shorter", "other"])
def test_a_damaged_index_is_a_damaged_snapshot(repository, harm):
    snapshot = build.build(config.load(repository.root))
    path = snapshot.path / "search" / "facets.json"
    if harm == "missing":
        path.unlink()
    else:
        content = path.read_bytes()
        path.write_bytes(content[:-1] if harm == "shorter" else content.replace(b"k", b"K", 1))
    with pytest.raises(SnapshotError, match=r"search/facets\.json"):
        verify(open_snapshot(snapshot.path))


def test_an_index_that_cannot_be_read_is_told(searched):
    path = searched.path.parent / "broken"
    path.mkdir()
    (path / "search").mkdir()
    (path / "search" / "facets.json").write_text("[]")
    with pytest.raises(SnapshotError, match="index de recherche"):
        SearchIndex(replace(searched, path=path), Limits())


def test_a_snapshot_of_before_has_none_and_says_so(searched):
    before = replace(searched, manifest=replace(searched.manifest, search={}))
    with pytest.raises(SnapshotError, match="pas d’index de recherche"):
        SearchIndex(before, Limits())


def test_a_snapshot_of_before_is_built_again(repository):
    settings = config.load(repository.root)
    first = build.build(settings)
    replace(read(first.path), search={}, search_sha256={}).write(first.path)
    for path in (first.path / "search").iterdir():
        path.unlink()
    (first.path / "search").rmdir()
    assert open_snapshot(first.path).search_path is None
    again = build.build(settings)
    assert (again.id, again.search_path is None) == (first.id, False)
