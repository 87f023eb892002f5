"""A repository to harvest into, and a catalogue on the web: a server that says what a test wants, and counts."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

REAL = Path(os.environ.get("PASSERELLES_SHARED") or Path(__file__).resolve().parents[3] / "shared") / "real"
MAPPING = """\
#+ summary: { fr: Un essai, en: A trial }
#+ format: csv
#+ id: id
#+ columns: [id, title, url]
#+ detect: "^id[,;]title"
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/ontology#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
CONSTRUCT { ?thing a ex:Tool ; dct:title ?label ; foaf:page ?page ; dct:source ?source }
WHERE {
  BIND(STRLANG(?title, ?language) AS ?label)
  BIND(IF(REGEX(?url, "^https?://"), IRI(?url), ?none) AS ?page)
}
"""


@dataclass
class Catalogue:
    """Pages by path: a body with its headers, or what makes one. `asked` are the paths of the requests, in order."""

    host: str = ""
    pages: dict[str, object] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def page(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> str:
        content = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, content, {name.replace("_", "-"): value for name, value in headers.items()})
        return self.url(path)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked if path != "/robots.txt"]


@pytest.fixture
def catalogue() -> Iterator[Catalogue]:
    made = Catalogue()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            made.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            found = made.pages.get(self.path)
            if callable(found):
                found(self)
                return
            status, body, headers = found or (404, b"", {})
            if status == 200 and headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Harvester:
    """The command, run on a repository."""

    repository: object
    command: Callable

    def __call__(self, source: str | Path, *options: str, into: str = "portal", status: int = 0) -> dict:
        done = self.command(
            "harvest",
            str(source),
            "--into",
            into,
            "--format",
            "json",
            "--lang",
            "en",
            *options,
            cwd=self.repository.root,
        )
        assert done.returncode == status, done.stderr.decode()
        return json.loads(done.stdout)

    def quarantine(self, into: str = "portal") -> str:
        return (self.repository.root / f"data/harvest/{into}.ttl").read_text()

    def write(self, name: str, content: str | bytes) -> Path:
        return self.repository.write(name, content)


@pytest.fixture
def harvest(repository, command_here, request) -> Harvester:
    """Harvest into a small repository, with a mapping of its own; a catalogue of the test may be reached."""
    repository.write("mappings/trial.rq", MAPPING)
    if "catalogue" in request.fixturenames:
        host = request.getfixturevalue("catalogue").host
        repository.configure(f'[federation]\nprivate = ["{host}"]')
    return Harvester(repository, command_here)


@pytest.fixture(scope="session")
def real() -> Path:
    """Catalogues as they are met, which are no part of the project."""
    if not REAL.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{REAL} is absent")
        pytest.skip(f"{REAL} is absent")
    return REAL
