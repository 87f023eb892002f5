"""Our server, and another one that its SERVICEs may ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pyoxigraph
import pytest

from graph import config
from graph.snapshot.reader import Snapshot

from ...remote import Remote
from ..conftest import Server, serving

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
BUS = "https://w3id.org/passerelles/id/productions/bus"
EMPTY = json.dumps({"head": {"vars": []}, "results": {"bindings": []}}).encode()
CONFIGURATION = """\
[graph]
publisher = "https://w3id.org/passerelles/"
licence = "http://spdx.org/licenses/etalab-2.0"
[federation]
allow = ["{here}/sparql", "{here}/other", "http://127.0.0.1:1/sparql", "http://localhost:{port}/private",
  "https://127.0.0.1:{port}/tls", "http://2130706433/sparql", "http://[::ffff:127.0.0.1]:{port}/sparql"]
private = ["127.0.0.1:{port}", "127.0.0.1:1"]
[limits]
deadline_seconds = 4
service_seconds = 1
service_bytes = 200000
service_rows = 500
service_calls = 6
service_batch = 2
service_bindings = 8
workers = 2
worker_memory_mb = 1024
"""


def table(*rows: dict[str, str], columns: tuple[str, ...] = ("s", "o"), media_type: str = JSON, **headers: str):
    """An answer with IRIs, by column; some IRI where a row does not say which."""
    bindings = [{name: {"type": "uri", "value": row.get(name, "http://x/some")} for name in columns} for row in rows]
    body = json.dumps({"head": {"vars": list(columns)}, "results": {"bindings": bindings}}).encode()
    return 200, {"Content-Type": media_type, **headers}, body


@pytest.fixture(scope="module")
def other() -> Iterator[Remote]:
    server = Remote()
    yield server
    server.close()


@pytest.fixture
def remote(other: Remote) -> Remote:
    """The other server, without a past; whatever is asked, it answers nothing yet."""
    other.asked.clear()
    other.answers.clear()
    other.default = (200, {"Content-Type": JSON}, EMPTY)
    return other


@pytest.fixture(scope="module")
def api(other: Remote, snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("federated")
    text = CONFIGURATION.format(here=f"http://127.0.0.1:{other.port}", port=other.port)
    (folder / config.FILE_NAME).write_text(text, encoding="utf-8")
    with serving(config.load(folder), snapshot) as served:
        yield served


def asking(remote: Remote, pattern: str = "{ ?s <http://x/p> ?o }", silent: str = "", path: str = "/sparql") -> str:
    return f"SELECT * {{ SERVICE {silent}<{remote.address(path)}> {pattern} }}"


def queries(remote: Remote) -> list[str]:
    """What it was asked, whatever the way."""
    found = []
    for method, path, _, body in remote.asked:
        given = body.decode() if method == "POST" else urlsplit(path).query
        found.append(parse_qs(given)["query"][0])
    return found


def answering(remote: Remote, answer) -> None:
    """Let it give one answer, whatever it is asked."""
    remote.default = answer


def store(remote: Remote, turtle: str, **headers: str) -> None:
    """Let it be a SPARQL server."""
    data = pyoxigraph.Store()
    data.load(turtle.encode(), format=pyoxigraph.RdfFormat.TURTLE)

    def answer(handler) -> None:
        query = queries(remote)[-1]
        body = data.query(query).serialize(format=pyoxigraph.QueryResultsFormat.JSON)
        handler.send_response(200)
        for name, value in {"Content-Type": JSON, "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    remote.default = answer
