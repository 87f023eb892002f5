"""Our own server of the suites' datasets: each is a snapshot of one build folder, made when it is first asked of."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sparql_suite import Dataset

from graph import config
from graph.snapshot.manifest import Manifest
from graph.snapshot.reader import CURRENT, SNAPSHOTS, STORE, sizes

SOURCES = Path(config.__file__).resolve().parents[1]
GRAPH_BASE = "https://example.org/graph/"
SERVE = """
import sys
from pathlib import Path
from graph import config
from graph.snapshot.reader import current
from graph.web.server import serve
settings = config.load(Path(sys.argv[1]))
serve(settings, current(settings.build_folder), port=0, ready=lambda url: print(url, flush=True))
"""


@dataclass(frozen=True)
class Server:
    """A server that runs with the default settings, and a client of it that keeps its connection."""

    client: httpx.Client
    build_folder: Path

    def path(self, dataset: Dataset) -> str:
        """Where the snapshot of a dataset is served."""
        folder = self.build_folder / SNAPSHOTS / dataset.id
        if not folder.exists():
            snapshot(dataset, folder)
        return f"snapshots/{dataset.id}"


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    """A server whose snapshot in force is the empty dataset."""
    (root / config.FILE_NAME).write_text("", encoding="utf-8")
    build_folder = config.load(root).build_folder
    snapshot(Dataset(), build_folder / SNAPSHOTS / Dataset().id)
    (build_folder / CURRENT).symlink_to(Path(SNAPSHOTS) / Dataset().id)
    command = [sys.executable, "-c", SERVE, str(root)]
    environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            with httpx.Client(base_url=process.stdout.readline().strip(), timeout=60) as client:
                yield Server(client, build_folder)
        finally:
            process.terminate()


def snapshot(dataset: Dataset, folder: Path) -> None:
    """Make the snapshot of a dataset."""
    folder.mkdir(parents=True)
    quads = dataset.write(folder / STORE)
    Manifest(
        id=dataset.id,
        created="2026-11-21T10:00:00Z",
        software="0.1.0",
        title={"en": "W3C"},
        publisher="https://www.w3.org/",
        licence="https://www.w3.org/copyright/test-suite-license-2023/",
        base="https://example.org/id/",
        graph_base=GRAPH_BASE,
        counts={"triples": quads},
        store=sizes(folder / STORE),
    ).write(folder)
