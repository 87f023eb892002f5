"""A repository that lives: built again and again, its changes followed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from graph import config
from graph.build import build
from graph.snapshot.reader import Snapshot


@pytest.fixture
def built(repository) -> Callable[..., Snapshot]:
    """Build the repository as its files are now, with these limits."""

    def make(**limits: int) -> Snapshot:
        settings = config.load(repository.root)
        return build(replace(settings, limits=replace(settings.limits, **limits)))

    return make


@pytest.fixture
def life(repository, built) -> list[Snapshot]:
    """Five snapshots: two tools; one more and one changed; one gone; the second again; a shape changed."""
    first = built()
    repository.tool("nail", "# a comment\n")
    repository.tool("saw", '<https://example.org/id/tools/saw> dct:description "Coupe"@fr ; dct:extent 01.50 .\n')
    second = built()
    (repository.root / "data/tools/hammer.ttl").unlink()
    third = built()
    repository.tool("hammer")
    fourth = built()
    shapes = repository.root / "shapes/tool.ttl"
    shapes.write_text(shapes.read_text().replace("sh:maxCount 1", "sh:maxCount 2"), encoding="utf-8")
    fifth = built()
    assert second.id == fourth.id
    return [first, second, third, fourth, fifth]


@pytest.fixture(scope="session")
def conformance() -> Path:
    """The conformance suites, which are no part of the project."""
    shared = Path(os.environ.get("PASSERELLES_SHARED") or Path(__file__).resolve().parents[3] / "shared")
    folder = shared / "conformance"
    if not folder.is_dir():
        reason = f"no conformance suites at {folder} (PASSERELLES_SHARED names another place)"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    return folder
