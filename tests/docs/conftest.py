"""The project's own graph, served, for the commands of every page."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

import pytest

ROOT = Path(__file__).parents[2]
TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Server:
    """A server that runs: its address, its access log, and what it says, line by line, on standard error."""

    url: str
    access_log: Path
    said: Queue[str]


@pytest.fixture(scope="session")
def repository(tmp_path_factory):
    """A copy of the graph, configured as docs/endpoint.md says."""
    folder = tmp_path_factory.mktemp("docs")
    for name in ("ontology", "shapes", "queries"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "data", folder / "data")
    ours, page = ((ROOT / name).read_text(encoding="utf-8") for name in ("passerelles.toml", "docs/endpoint.md"))
    (folder / "passerelles.toml").write_text("\n".join([ours, *TOML.findall(page)]), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def server(repository, tmp_path_factory):
    log = tmp_path_factory.mktemp("log") / "access.log"
    command = [sys.executable, "-m", "graph", "--lang", "en", "serve", "--port", "0", "--access-log", str(log)]
    process = subprocess.Popen(command, cwd=repository, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    said: Queue[str] = Queue()
    listener = threading.Thread(target=lambda: [said.put(line) for line in process.stderr])
    listener.start()
    try:
        yield Server(re.search(r"http://127\.0\.0\.1:\d+", said.get(timeout=60))[0], log, said)
    finally:
        process.terminate()
        process.wait(timeout=20)
        listener.join()
        process.stderr.close()


@pytest.fixture(scope="session")
def address(server):
    """Where the pages say http://127.0.0.1:8000."""
    return server.url
