"""What clients send, as files of requests: recorded by a proxy when RECORD is set, and read to be replayed.

A file is of one client; a request in it is what was sent, below the status and the media type it was answered with.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import unquote_plus, urlsplit

FOLDER = Path(__file__).parents[1] / "fixtures/requests"
_OF_A_CONNECTION = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}
_IN_ITS_PLACE = re.compile(r"<[^>]*>|\"[^\"]*\"|\d+")  # what may differ in requests of the same kind
_MOST = 60


@dataclass(frozen=True)
class Recorded:
    """A request that a client sent to the service of a name, and what the answer to it was."""

    title: str
    service: str
    method: str
    target: str
    headers: dict[str, str]
    body: str
    status: int
    media_type: str

    def written(self) -> str:
        lines = [f"### {self.title}", f"# {self.status} {self.media_type}", f"{self.method} {self.target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in {"host": f"{self.service}.example.org", **self.headers}.items()]
        return "\n".join([*lines, "", *([self.body, ""] if self.body else []), ""])

    def kind(self) -> tuple[object, ...]:
        """What is the same in two requests that differ by their terms and numbers only."""
        told = [_IN_ITS_PLACE.sub("_", unquote_plus(text)) for text in (self.target, self.body)]
        return self.method, *told, *self.headers.items()


def read(path: Path) -> list[Recorded]:
    """The requests of a file."""
    return [_read(part) for part in re.split(r"^### ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]]


def _read(part: str) -> Recorded:
    head, _, body = part.partition("\n\n")
    title, answer, request, *lines = head.splitlines()
    method, target, _ = request.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    service = headers.pop("host").partition(".")[0]
    status, _, media_type = answer.removeprefix("# ").partition(" ")
    return Recorded(title, service, method, target, headers, body.rstrip("\n"), int(status), media_type)


@dataclass
class Recorder:
    """What was recorded, a client at a time."""

    client: str = ""
    title: str = ""
    requests: dict[str, list[Recorded]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def keep(self, found: Recorded) -> None:
        with self.lock:
            kept = self.requests.setdefault(self.client, [])
            if self.client and len(kept) < _MOST and found.kind() not in {each.kind() for each in kept}:
                kept.append(found)

    def write(self) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for client, found in self.requests.items():
            if client and found:
                text = "\n".join(each.written() for each in found)
                (FOLDER / f"{client}.http").write_text(text, encoding="utf-8")


RECORDER = Recorder()


@contextmanager
def recorded(name: str, url: str) -> Iterator[str]:
    """The address to give to clients in place of `url`: the same, or that of a proxy that records."""
    if not os.environ.get("RECORD"):
        yield url
        return

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            there = HTTPConnection(urlsplit(url).netloc, timeout=60)
            there.request(self.command, self.path, body or None, dict(self.headers))
            answer = there.getresponse()
            content = answer.read()
            headers = {n.lower(): v for n, v in self.headers.items() if n.lower() not in _OF_A_CONNECTION}
            media_type = answer.headers.get_content_type() if content else ""
            said = (name, self.command, self.path, headers, body.decode(), answer.status, media_type)
            RECORDER.keep(Recorded(RECORDER.title, *said))
            self.send_response_only(answer.status)
            for header, value in answer.getheaders():
                if header.lower() not in _OF_A_CONNECTION:
                    self.send_header(header, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            there.close()

        do_GET = do_POST = do_HEAD = do_OPTIONS = forward  # noqa: N815 - the names that the library calls

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        thread = Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{proxy.server_port}"
        proxy.shutdown()
        thread.join()
