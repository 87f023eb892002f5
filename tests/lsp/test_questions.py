"""What the server answers about a text: help, completion, places, symbols, layout."""

from __future__ import annotations

import pytest

HEAD = "@prefix dct: <http://purl.org/dc/terms/> .\n@prefix ex: <https://example.org/ontology#> .\n\n"
SUBJECT = HEAD + "<https://example.org/id/tools/hammer> a ex:Tool ;\n    "
OPTIONS = {"tabSize": 4, "insertSpaces": True}
FAMILY = "<https://example.org/id/families/shared-rides>"


def at(text: str, mark: str) -> tuple[int, int]:
    """The line and character of the first character of a mark."""
    start = text.index(mark)
    return text.count("\n", 0, start), start - text.rfind("\n", 0, start) - 1


def hover(editor, mark: str) -> str | None:
    text = (editor.root / "data/tools/hammer.ttl").read_text()
    answer = editor.client.ask("hover", editor.uri, *at(text, mark))
    return answer and answer["contents"]["value"]


# --- hover


def test_a_property_is_told_with_its_label_domain_and_range(editor):
    said = hover(editor, "family <")
    assert said.startswith("**famille d’outils** · `ex:family`")
    assert "- Domaine : outil (`ex:Tool`)\n- Portée : famille (`ex:Family`)" in said
    assert "[ontology/trial.ttl](file://" in said


def test_a_class_is_told_with_its_definition_as_plain_text(editor):
    assert "Ce dont on \\*se sert\\*." in hover(editor, "ex:Tool")


def test_a_thing_is_told_with_its_label_its_type_and_its_file(editor):
    said = hover(editor, "https://example.org/id/families")
    assert said.startswith(f"**Évènements du covoiturage** · `{FAMILY}`")
    assert "- Type : famille (`ex:Family`)" in said
    assert "shared\\-rides.ttl](file://" in said


def test_nothing_is_told_of_a_text(editor):
    assert hover(editor, "Marteau") is None


def test_the_language_of_the_client_is_spoken(start, repo):
    client = start(repo, "--lang", "fr")
    client.initialize(repo, locale="en-GB")
    path = repo / "data/tools/hammer.ttl"
    uri = client.open(path, path.read_text().replace('dct:title "Marteau"@fr ;', ""))
    assert [one["message"] for one in client.diagnostics(uri, "PAS101")] == ["No title."]
    said = client.ask("hover", uri, 4, 9)["contents"]["value"]
    assert said.startswith("**tool** · `ex:Tool`")


def test_a_language_we_do_not_speak_gets_that_of_the_command_line(start, repo):
    client = start(repo, "--lang", "en")
    client.initialize(repo, locale="de")
    path = repo / "data/tools/hammer.ttl"
    uri = client.open(path, path.read_text().replace('dct:title "Marteau"@fr ;', ""))
    assert [one["message"] for one in client.diagnostics(uri, "PAS101")] == ["No title."]


# --- completion


def test_the_predicates_of_the_shapes_come_first_those_that_must_be_there_before(editor):
    assert editor.written(SUBJECT + "|")[:4] == ["dct:title", "dct:issued", "ex:family", "ex:level"]


def test_what_is_already_said_comes_after(editor):
    written = editor.written(SUBJECT + 'dct:title "x" ;\n    |')
    assert written[:4] == ["dct:issued", "ex:family", "ex:level", "dct:title"]


def test_a_prefix_leaves_its_terms(editor):
    written = editor.written(SUBJECT + "ex:|")
    assert written[:3] == ["ex:family", "ex:level", "ex:near"]
    assert all(one.startswith("ex:") for one in written)


def test_the_terms_of_a_pinned_vocabulary_are_proposed_though_no_file_has_them(editor):
    assert "dct:spatial" in editor.written(SUBJECT + "dct:spa|")


def test_a_predicate_is_found_by_its_label_without_its_accents(editor):
    assert editor.written(SUBJECT + "outils|")[:1] == ["ex:family"]


def test_after_a_come_the_classes_those_of_shapes_first(editor):
    written = editor.written(HEAD + "<https://example.org/id/tools/x> a |")
    assert written[0] == "ex:Tool"
    assert "ex:Family" in written
    assert "ex:family" not in written


@pytest.mark.parametrize("piece", ["covoit|", "<covoit|", "<covoit|>", "evenem|", "<https://example.org/id/fam|"])
def test_a_thing_is_found_by_its_label_among_those_the_shape_accepts(editor, piece):
    (one,) = editor.proposals(SUBJECT + "ex:family " + piece)
    assert (one["label"], one["labelDetails"]["description"]) == ("Évènements du covoiturage", "famille")
    assert one["textEdit"]["newText"] == FAMILY
    length = len(piece) - 1
    assert one["textEdit"]["range"] == {
        "start": {"line": 4, "character": 14},
        "end": {"line": 4, "character": 14 + length},
    }


def test_the_range_of_a_property_counts_where_no_shape_speaks(editor):
    assert editor.written(SUBJECT + "ex:near covoit|") == ["<https://example.org/id/tools/ride>"]


def test_a_list_of_values_is_proposed_as_it_stands(editor):
    assert editor.written(SUBJECT + "ex:level deb|") == ['"début"']


def test_the_datatype_that_the_shape_wants_comes_first(editor):
    proposals = editor.proposals(SUBJECT + 'dct:issued "2020"^^|')
    assert [one["textEdit"]["newText"] for one in proposals][:2] == ["xsd:gYear", "xsd:date"]
    (declared,) = proposals[0]["additionalTextEdits"]
    assert declared["newText"] == "\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."
    assert declared["range"]["start"] == {"line": 1, "character": 45}


def test_a_prefix_that_is_not_declared_is_declared_in_its_place(editor):
    text = "@prefix ex: <https://example.org/ontology#> .\n\n<https://example.org/id/tools/x> dc|"
    first = editor.proposals(text)[0]
    assert first["label"] == "dct:"
    assert first["additionalTextEdits"][0]["newText"] == "@prefix dct: <http://purl.org/dc/terms/> .\n"
    assert first["additionalTextEdits"][0]["range"]["start"] == {"line": 0, "character": 0}


def test_a_prefix_is_declared_as_the_others_are(editor):
    text = "PREFIX dct: <http://purl.org/dc/terms/>\r\n<https://example.org/id/tools/x> ex:fam|"
    (declared,) = editor.proposals(text)[0]["additionalTextEdits"]
    assert declared["newText"] == "\r\nPREFIX ex: <https://example.org/ontology#>"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("@|", "prefix dct: <http://purl.org/dc/terms/> ."),
        ("@prefix dc|", "dct: <http://purl.org/dc/terms/> ."),
        ("PREFIX dc|", "dct: <http://purl.org/dc/terms/>"),
        ("@prefix dct: |", "<http://purl.org/dc/terms/> ."),
    ],
)
def test_a_known_prefix_is_declared_whole(editor, text, written):
    assert editor.written(text)[0] == written


def test_a_new_file_is_given_the_name_of_what_it_describes(editor):
    assert editor.written("|") == ["<https://example.org/id/tools/hammer>"]


def test_a_language_is_proposed_after_a_text(editor):
    assert editor.written(SUBJECT + 'dct:title "x"@|') == ["fr", "en"]


@pytest.mark.parametrize("piece", ["# |", 'dct:title "co|', 'dct:title """\n co|', 'dct:title "x" # co|'])
def test_nothing_is_proposed_in_a_comment_or_in_a_text(editor, piece):
    assert editor.written(SUBJECT + piece) == []


def test_a_proposal_is_explained_when_asked(editor):
    proposal = next(one for one in editor.proposals(SUBJECT + "ex:fam|") if one["label"] == "ex:family")
    assert "famille d’outils" in editor.client.request("completionItem/resolve", **proposal)["documentation"]["value"]


# --- places


def test_a_definition_is_where_the_thing_is_described(editor):
    (place,) = editor.client.ask("definition", editor.uri, *at((editor.path).read_text(), "families"))
    assert place["uri"].endswith("/data/families/shared-rides.ttl")
    assert place["range"] == {"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": len(FAMILY)}}


def test_references_are_every_mention_unsaved_ones_too(editor):
    text = editor.write(SUBJECT + f"ex:near {FAMILY} .\n# {FAMILY}\n")
    asked = {"includeDeclaration": False}
    places = editor.client.ask("references", editor.uri, *at(text, "families"), context=asked)
    assert [(one["uri"].rpartition("/")[2], one["range"]["start"]["line"]) for one in places] == [
        ("hammer.ttl", 4),
        ("ride.ttl", 6),
    ]
    asked = {"includeDeclaration": True}
    assert len(editor.client.ask("references", editor.uri, *at(text, "families"), context=asked)) == 3


def test_the_subjects_of_a_text_are_its_symbols(editor):
    editor.write(f'{SUBJECT}dct:title "x" .\nex:y a ex:Family .\n[] a ex:Tool .\n')
    symbols = editor.client.request("textDocument/documentSymbol", textDocument={"uri": editor.uri})
    assert [(one["name"], one["detail"]) for one in symbols] == [
        ("<https://example.org/id/tools/hammer>", "outil"),
        ("ex:y", "famille"),
        ("[]", "outil"),
    ]
    assert symbols[0]["range"]["end"] == {"line": 4, "character": 19}


def test_the_things_of_the_repository_are_found_by_name(editor):
    found = editor.client.request("workspace/symbol", query="covoit")
    assert [(one["name"], one["containerName"]) for one in found] == [
        ("Outil de covoiturage", "data/tools/ride.ttl"),
        ("Évènements du covoiturage", "data/families/shared-rides.ttl"),
    ]


# --- layout


def test_the_layout_is_that_of_the_formatter(editor):
    editor.write(f'{SUBJECT}ex:family {FAMILY} ; dct:title "é😋"@fr .\n')
    edits = editor.client.request("textDocument/formatting", textDocument={"uri": editor.uri}, options=OPTIONS)
    assert edits
    editor.client.change(editor.uri, *({"range": one["range"], "text": one["newText"]} for one in edits))
    again = editor.client.request("textDocument/formatting", textDocument={"uri": editor.uri}, options=OPTIONS)
    assert again == []


def test_a_text_with_faults_is_left_as_it_is(editor):
    editor.write(SUBJECT + "ex:family")
    assert editor.client.request("textDocument/formatting", textDocument={"uri": editor.uri}, options=OPTIONS) is None
