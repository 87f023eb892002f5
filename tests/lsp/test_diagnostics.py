"""What the server says is wrong while one types, and what it proposes to mend it."""

from __future__ import annotations

import pytest

HEAD = "@prefix dct: <http://purl.org/dc/terms/> .\n@prefix ex: <https://example.org/ontology#> .\n\n"
TOOL = HEAD + '<https://example.org/id/tools/hammer> a ex:Tool ;\n    dct:title "Marteau"@fr .\n'


def change(text: str, mark: str, new: str) -> dict:
    """The change of an ASCII text that writes something in the place of a mark."""
    start = text.index(mark)
    line, character = text.count("\n", 0, start), start - text.rfind("\n", 0, start) - 1
    where = {
        "start": {"line": line, "character": character},
        "end": {"line": line, "character": character + len(mark)},
    }
    return {"range": where, "text": new}


def actions(client, uri: str, diagnostic: dict, *only: str) -> list[dict]:
    context = {"diagnostics": [diagnostic], **({"only": list(only)} if only else {})}
    asked = {"textDocument": {"uri": uri}, "range": diagnostic["range"], "context": context}
    return client.request("textDocument/codeAction", **asked)


def mended(client, uri: str, action: dict) -> None:
    """Do what an action says, the last edits of the text first."""
    edits = sorted(action["edit"]["changes"][uri], key=lambda one: tuple(one["range"]["start"].values()), reverse=True)
    client.change(uri, *({"range": one["range"], "text": one["newText"]} for one in edits))


# --- what is told


def test_a_fault_of_syntax_is_told_and_goes_when_it_is_mended(client, repo):
    uri = client.open(repo / "data/tools/hammer.ttl", TOOL)
    client.diagnostics(uri)
    client.change(uri, change(TOOL, "ex:Tool ;", "ex:Tool "))
    (fault,) = client.diagnostics(uri, "PAS011")
    assert (fault["severity"], fault["source"]) == (1, "passerelles")
    client.change(uri, change(TOOL.replace("ex:Tool ;", "ex:Tool "), "ex:Tool ", "ex:Tool ;"))
    assert client.diagnostics(uri) == []


def test_a_position_counts_utf_16_units_unless_agreed_otherwise(client, start, repo):
    text = TOOL.replace('"Marteau"@fr', '"é😋"@fr, cle')
    uri = client.open(repo / "data/tools/hammer.ttl", text)
    (fault,) = client.diagnostics(uri, "PAS034")
    assert fault["range"]["start"] == {"line": 4, "character": 24}
    for encoding, character in (("utf-32", 23), ("utf-8", 27)):
        other = start(repo)
        capabilities = other.initialize(repo, general={"positionEncodings": [encoding, "utf-16"]})
        assert capabilities["positionEncoding"] == encoding
        uri = other.open(repo / "data/tools/hammer.ttl", text)
        (fault,) = other.diagnostics(uri, "PAS034")
        assert fault["range"]["start"] == {"line": 4, "character": character}


def test_a_change_after_an_emoji_is_put_where_the_client_says(client, repo):
    text = TOOL.replace("Marteau", "😋é cle")
    uri = client.open(repo / "data/tools/hammer.ttl", text)
    client.diagnostics(uri)
    where = {"start": {"line": 4, "character": 22}, "end": {"line": 4, "character": 26}}
    client.change(uri, {"range": where, "text": ""})  # the end of the text, its quotation mark and its language
    client.diagnostics(uri, "PAS014")
    where["end"] = where["start"]
    client.change(uri, {"range": where, "text": 'x"@fr'})
    assert client.diagnostics(uri) == []


def test_the_gate_speaks_of_the_unsaved_text(client, repo):
    uri = client.open(repo / "data/tools/hammer.ttl", TOOL)
    client.diagnostics(uri)
    client.change(uri, change(TOOL, 'dct:title "Marteau"@fr', 'dct:description "Marteau"@fr'))
    (missing,) = client.diagnostics(uri, "PAS101")
    assert missing["message"] == "Titre manquant."
    assert missing["range"]["start"] == {"line": 3, "character": 0}
    assert (repo / "data/tools/hammer.ttl").read_text() != TOOL


def test_the_last_version_is_the_one_checked(client, repo):
    uri = client.open(repo / "data/tools/hammer.ttl", TOOL)
    for _ in range(20):
        client.change(uri, {"text": TOOL.replace("dct:title", "dct:subject")})
        client.change(uri, {"text": TOOL})
    client.change(uri, {"text": TOOL.replace("dct:title", "dct:subject")})
    client.diagnostics(uri, "PAS101")


def test_what_another_open_text_describes_is_there(client, repo):
    text = TOOL.replace("ex:Tool ;", "ex:Tool ; ex:near <https://example.org/id/tools/saw> ;")
    uri = client.open(repo / "data/tools/hammer.ttl", text)
    client.diagnostics(uri, "PAS201")
    client.open(repo / "data/tools/saw.ttl", TOOL.replace("hammer", "saw"))
    client.diagnostics(uri)


def test_a_file_that_is_not_there_yet_is_checked_as_it_will_be(client, repo):
    uri = client.open(repo / "data/tools/saw.ttl", TOOL.replace("hammer", "saw").replace("dct:title", "dct:subject"))
    client.diagnostics(uri, "PAS101")


def test_a_text_never_saved_has_its_syntax_checked(client):
    uri = client.open("untitled:Untitled-1", "<a> <b> .\n")
    assert client.diagnostics(uri, "PAS036")


def test_a_text_of_something_else_is_left_alone(client, repo):
    document = {"uri": (repo / "README.md").as_uri(), "languageId": "markdown", "version": 1, "text": "<a> <b>"}
    client.notify("textDocument/didOpen", textDocument=document)
    assert client.ask("hover", document["uri"], 0, 1) is None


def test_what_was_told_goes_when_the_text_is_closed(client, repo):
    uri = client.open(repo / "data/tools/hammer.ttl", TOOL.replace("dct:title", "dct:subject"))
    client.diagnostics(uri, "PAS101")
    client.notify("textDocument/didClose", textDocument={"uri": uri})
    del client.versions[uri]
    assert client.diagnostics(uri) == []


def test_a_line_separator_of_unicode_ends_no_line(client, repo):
    text = TOOL.replace("Marteau", "abc\x0cd")
    uri = client.open(repo / "data/tools/hammer.ttl", text)
    client.diagnostics(uri)
    where = {"start": {"line": 4, "character": 4}, "end": {"line": 4, "character": 13}}
    client.change(uri, {"range": where, "text": "dct:subject"})
    client.diagnostics(uri, "PAS101")


# --- what mends it


MENDED = [
    ("ex:Tool ;", "ex:Tool", "PAS011", "Ajouter « ; »"),
    ("@fr .", "@fr", "PAS010", "Ajouter « . »"),
    ('"Marteau"', "“Marteau”", "PAS028", 'Remplacer par "'),
    ("@fr .", "@fr, TRUE .", "PAS034", "Remplacer par true"),
    ("@fr .", "@fr ; dct:source http://example.org/a .", "PAS035", "Remplacer par <http://example.org/a>"),
    ("@fr .", "@fr ; dct:source <http://example.org/a .", "PAS019", "Ajouter « > »"),
    ("@fr .", '@fr ; ex:size "1"^^xsd:integer .', "PAS013", "Déclarer le préfixe xsd:"),
    ("@fr .", '@fr ; dctt:subject "a" .', "PAS013", "Remplacer par dct:"),
    ("@fr .", "@fr ] .", "PAS025", "Ôter « ] »"),
]


@pytest.mark.parametrize("case", MENDED, ids=[wrong for _, wrong, *_ in MENDED])
def test_a_fault_of_syntax_is_mended(client, repo, case):
    right, wrong, code, title = case
    uri = client.open(repo / "data/tools/hammer.ttl", TOOL)
    while client.ask("hover", uri, 3, 44) is None:
        """The ontology, which declares the prefixes, is not in the index yet."""
    client.change(uri, {"text": TOOL.replace(right, wrong)})
    (fault,) = client.diagnostics(uri, code)
    (action,) = actions(client, uri, fault)
    assert action["title"] == title
    mended(client, uri, action)
    told = client.wait(client.about(uri))["params"]["diagnostics"]
    assert not [one for one in told if one["code"].startswith("PAS0")]


def test_the_iri_that_was_meant_is_proposed(client, repo):
    text = TOOL.replace("ex:Tool ;", "ex:Tool ; ex:near <https://example.org/id/tools/rides> ;")
    uri = client.open(repo / "data/tools/hammer.ttl", text)
    (dangling,) = client.diagnostics(uri, "PAS201")
    (action,) = actions(client, uri, dangling, "quickfix")
    assert action["title"] == "Remplacer par <https://example.org/id/tools/ride>"
    assert actions(client, uri, dangling, "refactor") == []
    mended(client, uri, action)
    assert client.diagnostics(uri) == []


def test_an_action_about_an_older_text_is_not_proposed(client, repo):
    text = TOOL.replace("ex:Tool ;", "ex:Tool ; ex:near <https://example.org/id/tools/rides> ;")
    uri = client.open(repo / "data/tools/hammer.ttl", text)
    (dangling,) = client.diagnostics(uri, "PAS201")
    client.change(uri, {"text": "\n" + text})
    assert actions(client, uri, dangling) == []


def test_every_safe_fix_is_done_at_once(client, repo):
    uri = client.open(repo / "data/tools/hammer.ttl", TOOL.replace("Marteau", "Mar\u2028te\u2028au"))
    first, _ = client.diagnostics(uri, "PAS328", "PAS328")
    (action,) = actions(client, uri, first, "source.fixAll")
    mended(client, uri, action)
    assert client.diagnostics(uri) == []


# --- what happens beside


def test_a_saved_thing_is_proposed_elsewhere(client, repo):
    saw = repo / "data/tools/saw.ttl"
    text = TOOL.replace("hammer", "saw").replace("Marteau", "Scie")
    uri = client.open(saw, text)
    client.diagnostics(uri)
    saw.write_text(text)
    client.notify("textDocument/didSave", textDocument={"uri": uri})
    client.diagnostics(uri)
    assert "Scie" in [one["name"] for one in client.request("workspace/symbol", query="scie")]


def test_files_that_change_on_the_disk_are_read_again(start, repo):
    watching = start(repo)
    watching.initialize(repo, workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}})
    registered = watching.wait(lambda message: message.get("method") == "client/registerCapability")
    assert registered["params"]["registrations"][0]["method"] == "workspace/didChangeWatchedFiles"
    watching.send({"id": registered["id"], "result": None})
    ride = repo / "data/tools/ride.ttl"
    text = TOOL.replace("ex:Tool ;", "ex:Tool ; ex:near <https://example.org/id/tools/ride> ;")
    uri = watching.open(repo / "data/tools/hammer.ttl", text)
    watching.diagnostics(uri)
    ride.unlink()
    watching.notify("workspace/didChangeWatchedFiles", changes=[{"uri": ride.as_uri(), "type": 3}])
    watching.diagnostics(uri, "PAS201")
    assert watching.request("workspace/symbol", query="covoit")[0]["name"] == "Évènements du covoiturage"


def test_settings_that_change_are_taken(client, repo):
    settings = repo / "passerelles.toml"
    uri = client.open(repo / "data/tools/hammer.ttl", TOOL)
    client.diagnostics(uri)
    settings.write_text(settings.read_text().replace('policy = "off"', 'source = "error"'))
    client.notify("workspace/didChangeWatchedFiles", changes=[{"uri": settings.as_uri(), "type": 2}])
    client.diagnostics(uri, "PAS304")
