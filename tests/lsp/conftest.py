"""`passerelles lsp` in a process of its own, and a client that speaks the protocol to it."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE_SECONDS = 60
_PROGRAM = "from graph.cli import main\nmain()\n"


class Client:
    """A client of the language server: requests wait for their answer, notifications are kept until asked for."""

    def __init__(self, cwd: Path, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, "lsp", *arguments],
            cwd=cwd,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._received: queue.Queue[dict] = queue.Queue()
        self._kept: list[dict] = []
        self._number = 0
        self.versions: dict[str, int] = {}
        self.stderr: list[str] = []
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._listen, self._overhear)]
        for thread in self._threads:
            thread.start()

    def _listen(self) -> None:
        stream = self.process.stdout
        while header := stream.readline():
            length = int(header.partition(b":")[2])
            while stream.readline().strip():
                pass
            self._received.put(json.loads(stream.read(length)))
        self._received.put({"ended": True})

    def _overhear(self) -> None:
        self.stderr += (line.decode() for line in self.process.stderr)

    def send(self, message: dict) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method: str, **params) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, **params):
        self._number += 1
        number = self._number
        self.send({"id": number, "method": method, "params": params})
        answer = self.wait(lambda message: message.get("id") == number and "method" not in message)
        assert "error" not in answer, answer
        return answer["result"]

    def wait(self, wanted) -> dict:
        """The first message that is wanted, among those that came and those to come."""
        for message in self._kept:
            if wanted(message):
                self._kept.remove(message)
                return message
        while True:
            try:
                message = self._received.get(timeout=PATIENCE_SECONDS)
            except queue.Empty:
                pytest.fail(f"no such message; standard error: {self.stderr}; the last ones: {self._kept[-5:]}")
            if wanted(message):
                return message
            assert "ended" not in message, "".join(self.stderr)
            self._kept.append(message)

    def initialize(self, root: Path | None, *, locale: str = "fr", **capabilities) -> dict:
        result = self.request(
            "initialize",
            processId=None,
            rootUri=root.as_uri() if root else None,
            workspaceFolders=[{"uri": root.as_uri(), "name": root.name}] if root else None,
            locale=locale,
            capabilities=capabilities,
        )
        self.notify("initialized")
        return result["capabilities"]

    def open(self, path: Path | str, text: str) -> str:
        uri = path.as_uri() if isinstance(path, Path) else path
        self.versions[uri] = 1
        document = {"uri": uri, "languageId": "turtle", "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)
        return uri

    def change(self, uri: str, *changes: dict) -> None:
        self.versions[uri] += 1
        document = {"uri": uri, "version": self.versions[uri]}
        self.notify("textDocument/didChange", textDocument=document, contentChanges=list(changes))

    def diagnostics(self, uri: str, *codes: str) -> list[dict]:
        """Those of the present version of a document, once they have these codes and no other."""

        about = self.about(uri)

        def wanted(message: dict) -> bool:
            return about(message) and sorted(one["code"] for one in message["params"]["diagnostics"]) == sorted(codes)

        return self.wait(wanted)["params"]["diagnostics"]

    def about(self, uri: str) -> Callable[[dict], bool]:
        """What knows the messages that tell what is wrong with the present version of a document."""

        def wanted(message: dict) -> bool:
            params = message.get("params") or {}
            told = message.get("method") == "textDocument/publishDiagnostics"
            return told and params["uri"] == uri and params.get("version") == self.versions.get(uri)

        return wanted

    def ask(self, what: str, uri: str, line: int, character: int, **more):
        position = {"line": line, "character": character}
        return self.request(f"textDocument/{what}", textDocument={"uri": uri}, position=position, **more)

    def leave(self) -> int:
        """Shut the server down as the protocol says; its exit status."""
        self.request("shutdown")
        self.notify("exit")
        return self.process.wait(timeout=PATIENCE_SECONDS)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for thread in self._threads:
            thread.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(BrokenPipeError):
                stream.close()


@pytest.fixture
def start():
    """Starts servers; each is ended with the test."""
    clients: list[Client] = []

    def begin(cwd: Path, *arguments: str, **options) -> Client:
        clients.append(Client(cwd, *arguments, **options))
        return clients[-1]

    yield begin
    for client in clients:
        client.close()


CONFIGURATION = """\
[graph]
title = { fr = "Essai", en = "Trial" }
publisher = "https://example.org/"
licence = "https://example.org/licence"
base = "https://example.org/id/"
graph_base = "https://example.org/graph/"
[lint]
policy = "off"
"""

ONTOLOGY = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<https://example.org/ontology> a owl:Ontology ;
    sh:declare ex:p-dct, ex:p-ex, ex:p-xsd .
ex:p-dct sh:prefix "dct" ; sh:namespace "http://purl.org/dc/terms/" .
ex:p-ex sh:prefix "ex" ; sh:namespace "https://example.org/ontology#" .
ex:p-xsd sh:prefix "xsd" ; sh:namespace "http://www.w3.org/2001/XMLSchema#" .

ex:Thing a owl:Class ; rdfs:label "chose"@fr, "thing"@en .
ex:Tool a owl:Class ; rdfs:label "outil"@fr, "tool"@en ; rdfs:subClassOf ex:Thing ;
    skos:definition "Ce dont on *se sert*."@fr, "What one *uses*."@en .
ex:Family a owl:Class ; rdfs:label "famille"@fr, "family"@en ; rdfs:subClassOf ex:Thing .
ex:family a owl:ObjectProperty ; rdfs:label "famille d’outils"@fr, "tool family"@en ;
    rdfs:domain ex:Tool ; rdfs:range ex:Family .
ex:near a owl:ObjectProperty ; rdfs:label "proche"@fr, "near"@en ; rdfs:range ex:Tool .
"""

SHAPES = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

ex:ToolShape a sh:NodeShape ; sh:targetClass ex:Tool ;
    sh:property [ sh:path dct:issued ; sh:datatype xsd:gYear ] ;
    sh:property [ sh:path dct:title ; sh:minCount 1 ; sh:message "Titre manquant."@fr, "No title."@en ] ;
    sh:property [ sh:path ex:family ; sh:node ex:FamilyShape ] ;
    sh:property [ sh:path ex:level ; sh:in ( "début" "fin" ) ] .
ex:FamilyShape a sh:NodeShape ; sh:class ex:Family .
"""

TOOL = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/ontology#> .

<https://example.org/id/tools/hammer>
    a ex:Tool ;
    dct:title "Marteau"@fr ;
    ex:family <https://example.org/id/families/shared-rides> .
"""

FILES = {
    "passerelles.toml": CONFIGURATION,
    "ontology/trial.ttl": ONTOLOGY,
    "shapes/tool.ttl": SHAPES,
    "data/tools/hammer.ttl": TOOL,
    "data/tools/ride.ttl": TOOL.replace("hammer", "ride").replace("Marteau", "Outil de covoiturage"),
    "data/families/shared-rides.ttl": (
        "@prefix ex: <https://example.org/ontology#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n\n"
        "<https://example.org/id/families/shared-rides> a ex:Family ;\n"
        '    rdfs:label "Évènements du covoiturage"@fr, "Shared rides"@en .\n'
    ),
}


def made(root: Path) -> Path:
    """A repository in a folder: an ontology, shapes, two tools and their family."""
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return made(tmp_path / "repo")


@pytest.fixture(scope="session")
def _client(tmp_path_factory: pytest.TempPathFactory):
    client = Client(tmp_path_factory.mktemp("lsp"))
    client.initialize(None)
    yield client
    client.close()


@pytest.fixture
def client(_client: Client) -> Iterator[Client]:
    """One server for all the tests that have a repository of their own; what they open is closed."""
    yield _client
    for uri in [*_client.versions]:
        _client.notify("textDocument/didClose", textDocument={"uri": uri})
    _client.versions.clear()


class Editor:
    """A client in a repository, with the file of one tool open; `write` puts another text in it."""

    def __init__(self, client: Client, root: Path) -> None:
        self.client, self.root = client, root
        self.path = root / "data/tools/hammer.ttl"
        self.uri = client.open(self.path, TOOL)
        client.diagnostics(self.uri)
        while len(client.request("workspace/symbol", query="covoit")) < len(("ride", "shared-rides")):
            """The file read last is not in the index yet."""

    def write(self, text: str) -> str:
        self.client.change(self.uri, {"text": text})
        return text

    def proposals(self, before: str, mark: str = "|") -> list[dict]:
        """What is proposed where the mark stands in a text."""
        at = before.index(mark)
        self.write(before.replace(mark, "", 1))
        line, character = before.count("\n", 0, at), at - before.rfind("\n", 0, at) - 1
        return self.client.ask("completion", self.uri, line, character)["items"]

    def written(self, before: str) -> list[str]:
        """What each proposal writes."""
        return [one["textEdit"]["newText"] for one in self.proposals(before)]


@pytest.fixture(scope="session")
def _editor(tmp_path_factory: pytest.TempPathFactory):
    root = made(tmp_path_factory.mktemp("lsp") / "repo")
    client = Client(root)
    client.initialize(root)
    editor = Editor(client, root)
    yield editor
    client.close()


@pytest.fixture
def editor(_editor: Editor) -> Editor:
    """One server for all the tests that only ask questions: its index is complete."""
    _editor.write(TOOL)
    return _editor
