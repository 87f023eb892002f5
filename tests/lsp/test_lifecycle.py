"""How the server begins, goes on whatever the text, and ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAD = "@prefix dct: <http://purl.org/dc/terms/> .\n@prefix ex: <https://example.org/ontology#> .\n\n"
TOOL = HEAD + '<https://example.org/id/tools/hammer> a ex:Tool ;\n    dct:title "Marteau"@fr .\n'


def logged(client) -> str:
    return client.wait(lambda message: message.get("method") == "window/logMessage")["params"]["message"]


def codes(told: dict) -> list[str]:
    return [one["code"] for one in told["params"]["diagnostics"]]


def test_it_leaves_with_0_when_asked_as_the_protocol_says(start, repo):
    client = start(repo)
    client.initialize(repo)
    client.open(repo / "data/tools/hammer.ttl", TOOL)
    assert client.leave() == 0
    client.close()
    assert client.stderr == []


def test_it_leaves_with_1_when_not_shut_down_first(start, repo):
    client = start(repo)
    client.initialize(repo)
    client.notify("exit")
    assert client.process.wait(timeout=30) == 1


def test_it_leaves_when_the_client_is_gone(start, repo):
    client = start(repo)
    client.initialize(repo)
    client.open(repo / "data/tools/hammer.ttl", TOOL)
    client.process.stdin.close()
    assert client.process.wait(timeout=30) == 1
    client.close()
    assert client.stderr == []


def test_outside_any_repository_the_shipped_graph_is_the_context(start, tmp_path):
    client = start(tmp_path)
    client.initialize(None)
    text = "@prefix pas: <https://w3id.org/passerelles/ontology#> .\n<https://example.org/x> a pas:Tool .\n"
    uri = client.open(tmp_path / "x.ttl", text)
    told = client.wait(
        lambda message: message.get("method") == "textDocument/publishDiagnostics" and message["params"]["diagnostics"]
    )
    assert "PAS101" in {one["code"] for one in told["params"]["diagnostics"]}
    assert "**outil** · `pas:Tool`" in client.ask("hover", uri, 1, 28)["contents"]["value"]


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01",
        '<a> <b> "never closed\n' * 50,
        '<a> <b> """never closed ' + "x" * 100_000,
        "[" * 50_000,
        "<" * 20_000,
        "@prefix " * 10_000,
        "\ud83d \ud83d <a>",
        "\ufeff\ufeff<a> <b> <c> .",
        "<<<<<<< HEAD\n<a> <b> <c> .\n=======\n>>>>>>> x\n",
        "\r\r\n\n\u2028<a> <b> 'é😋' ; ; , . ] ) } ^^ @ a",
        "x" * 5_000_000,
    ],
    ids=range(11),
)
def test_no_text_ends_it(client, repo, text):
    uri = client.open(repo / "data/tools/hammer.ttl", text)
    client.wait(
        lambda message: message.get("method") == "textDocument/publishDiagnostics" and message["params"]["diagnostics"]
    )
    for line, character in ((0, 0), (0, 1), (0, len(text) // 2), (3, 7), (9, 9)):
        for what in ("hover", "completion", "definition"):
            client.ask(what, uri, line, character)
        client.ask("references", uri, line, character, context={"includeDeclaration": True})
    where = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 10}}
    context = {"diagnostics": []}
    client.request("textDocument/codeAction", textDocument={"uri": uri}, range=where, context=context)
    client.request("textDocument/documentSymbol", textDocument={"uri": uri})
    options = {"tabSize": 4, "insertSpaces": True}
    client.request("textDocument/formatting", textDocument={"uri": uri}, options=options)
    client.change(uri, {"text": TOOL})
    assert client.diagnostics(uri) == []
    assert client.stderr == []


def test_what_is_beyond_the_limit_is_told_so(client, repo):
    configuration = (repo / "passerelles.toml").read_text()
    (repo / "passerelles.toml").write_text(f"{configuration}\n[limits]\nfile_bytes = 10000\n")
    uri = client.open(repo / "data/tools/hammer.ttl", TOOL + "# " + "x" * 20_000)
    client.diagnostics(uri, "PAS005")
    assert client.ask("hover", uri, 3, 42) is None


def test_shapes_that_cannot_be_used_are_told_and_the_syntax_still_is(start, repo):
    (repo / "shapes/tool.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:s> a sh:NodeShape ; sh:targetNode <urn:x> ; sh:pattern '(' .\n"
    )
    client = start(repo)
    client.initialize(repo)
    uri = client.open(repo / "data/tools/hammer.ttl", TOOL)
    assert "(" in logged(client)
    client.change(uri, {"text": TOOL.replace("ex:Tool ;", "ex:Tool")})
    client.diagnostics(uri, "PAS011")


def test_settings_that_cannot_be_used_are_told_until_they_are_mended(start, repo):
    settings = repo / "passerelles.toml"
    right = settings.read_text()
    settings.write_text("[grap]")
    client = start(repo)
    client.initialize(repo)
    uri = client.open(repo / "data/tools/hammer.ttl", TOOL.replace("ex:Tool ;", "ex:Tool"))
    client.diagnostics(uri, "PAS011")
    assert "grap" in logged(client)
    settings.write_text(right)
    client.notify("workspace/didChangeWatchedFiles", changes=[{"uri": settings.as_uri(), "type": 2}])
    client.change(uri, {"text": TOOL.replace("dct:title", "dct:subject")})
    client.diagnostics(uri, "PAS101")


def test_a_text_is_of_the_repository_that_appears_around_it_until_it_goes(start, repo):
    settings = repo / "passerelles.toml"
    right = settings.read_text()
    settings.unlink()
    client = start(repo)
    client.initialize(repo)
    uri = client.open(repo / "data/tools/hammer.ttl", TOOL.replace("dct:title", "dct:subject"))
    outside = codes(client.wait(client.about(uri)))
    assert "PAS101" not in outside
    settings.write_text(right)
    client.notify("workspace/didChangeWatchedFiles", changes=[{"uri": settings.as_uri(), "type": 1}])
    client.diagnostics(uri, "PAS101")
    settings.unlink()
    client.notify("workspace/didChangeWatchedFiles", changes=[{"uri": settings.as_uri(), "type": 3}])
    client.diagnostics(uri, *outside)


def test_a_message_that_makes_no_sense_is_told_and_passed_over(start, repo):
    client = start(repo)
    client.initialize(repo)
    client.send({"method": "textDocument/didChange", "params": {"nonsense": True}})
    assert logged(client)
    client.send({"method": "textDocument/unheard-of", "id": 99, "params": {}})
    assert client.wait(lambda message: message.get("id") == 99)["error"]["code"] == -32601
    uri = client.open(repo / "data/tools/hammer.ttl", TOOL)
    assert client.diagnostics(uri) == []
    client.close()
    assert not any("Traceback" in line for line in client.stderr)


def test_a_repository_that_is_named_and_wrong_is_told_at_once(tmp_path):
    done = _run(["lsp", "--repo", str(tmp_path / "nowhere")], tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1


def test_without_its_library_it_says_what_to_install(tmp_path):
    done = _run(["lsp", "--lang", "en"], tmp_path, before="import sys; sys.modules['pygls'] = None")
    assert done.returncode == 2
    assert done.stderr.decode() == "The language server needs an extra. Install passerelles[lsp].\n"


def _run(arguments: list[str], cwd: Path, before: str = "") -> subprocess.CompletedProcess[bytes]:
    program = f"{before}\nfrom graph.cli import main\nmain()\n"
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=dict(os.environ), input=b"", capture_output=True, check=False, timeout=60
    )
