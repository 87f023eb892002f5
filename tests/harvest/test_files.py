"""Files of other catalogues come into a quarantine of their own, by mappings."""

from __future__ import annotations

import io
import json
import time

import openpyxl
import pyoxigraph as ox
import pytest

from graph.config import load
from graph.harvest.mapping import detected

TABLE = "id;title;url;colour\nhammer;Marteau;https://example.org/hammer;red\nsaw;Scie;;blue\n"
THING = "https://example.org/id/harvest/portal/"


def test_a_table_becomes_records_with_their_provenance(harvest):
    report = harvest(harvest.write("in/table.csv", TABLE))
    assert (report["records"], report["mapped"], report["rejected"]) == (2, 2, [])
    assert (report["new"], report["changed"], report["gone"]) == (2, 0, 0)
    assert report["unmapped"] == {"colour": 2}
    assert report["graph"] == "https://example.org/graph/harvest/portal"
    said = harvest.quarantine()
    assert 'dct:title "Marteau"@fr' in said
    assert "foaf:page <https://example.org/hammer>" in said
    record = said.partition(f"<{THING}hammer#record>")[2].partition("\n\n")[0]
    for part in (
        "a dcat:CatalogRecord",
        f"foaf:primaryTopic <{THING}hammer>",
        "prov:wasDerivedFrom <https://example.org/graph/harvest/portal#source>",
        "prov:generatedAtTime",
        "prov:wasGeneratedBy",
        "schema:sha256",
    ):
        assert part in record
    assert 'dct:title "trial" ;\n    owl:versionInfo "1"' in said
    assert str(harvest.repository.root) not in said


def test_a_file_without_address_is_described_in_the_graph_whose_address_it_has(harvest):
    harvest.write("in/sub/the table.csv", TABLE)
    harvest(harvest.repository.root / "in")
    parsed = ox.parse(harvest.quarantine(), format=ox.RdfFormat.TURTLE)
    said = {quad.triple for quad in parsed}
    graph = "https://example.org/graph/harvest/portal"
    [used] = [t.object.value for t in said if t.predicate.value.endswith("#used")]
    read = {t.object.value for t in said if t.predicate.value.endswith("#wasDerivedFrom")}
    assert {used, *read} == {f"{graph}#source", f"{graph}#source/sub/the%20table.csv"}
    titles = {
        t.subject.value: t.object.value
        for t in said
        if t.subject.value.startswith(f"{graph}#") and "title" in t.predicate.value
    }
    assert titles == {f"{graph}#source": "in", f"{graph}#source/sub/the%20table.csv": "sub/the table.csv"}


def test_of_a_file_that_says_nothing_any_more_nothing_is_counted_and_what_it_said_stays(harvest):
    table = harvest.write("in/table.csv", TABLE)
    harvest(table)
    before = harvest.quarantine()
    for broken in ("", "<!DOCTYPE html><html></html>", "\0\1\2"):
        harvest.write("in/table.csv", broken)
        done = harvest.repository.run("harvest", str(table), "--into", "portal", "--lang", "en")
        assert (done.returncode, len(done.stderr.decode().splitlines())) == (1, 1), broken
        assert b"2 records" not in done.stdout
        assert harvest.quarantine() == before
    harvest.write("in/table.csv", TABLE)
    assert harvest(table)["records"] == 2


def test_the_changes_of_a_record_are_no_more_than_what_it_says(harvest):
    table = harvest.write("in/table.csv", TABLE)
    harvest(table)
    harvest.write("in/table.csv", TABLE.replace("Scie", "Scie à main"))
    done = harvest.repository.run("harvest", str(table), "--into", "portal", "--dry-run", "--lang", "en")
    lines = [line.strip() for line in done.stdout.decode().splitlines()]
    assert [line for line in lines if line.startswith("- ")] == [f'- <{THING}saw> dct:title "Scie"@fr .']


def test_what_is_written_is_canonical_turtle(harvest):
    harvest(harvest.write("in/table.csv", TABLE))
    assert harvest.repository.run("fmt", "--check", "data/harvest").returncode == 0


def test_a_harvest_of_what_did_not_change_writes_nothing(harvest):
    table = harvest.write("in/table.csv", TABLE)
    first = harvest(table)
    path = harvest.repository.root / "data/harvest/portal.ttl"
    before = path.stat().st_mtime_ns
    report = harvest(table)
    assert report["unchanged"]
    assert (report["records"], report["mapped"], report["new"]) == (2, 2, 0)
    assert report["findings"] == first["findings"]
    assert path.stat().st_mtime_ns == before


def test_only_what_changed_gets_another_date(harvest):
    table = harvest.write("in/table.csv", TABLE)
    harvest(table)
    written = harvest.quarantine()
    path = harvest.repository.root / "data/harvest/portal.ttl"
    path.write_text(written.replace(':generatedAtTime "20', ':generatedAtTime "19'))
    report = harvest(harvest.write("in/table.csv", TABLE.replace("Scie", "Scie à main")))
    assert (report["new"], report["changed"], report["gone"]) == (0, 1, 0)
    said = harvest.quarantine()
    assert said.count('generatedAtTime "19') == 1
    assert said.count('generatedAtTime "20') == 1


def test_a_record_that_is_gone_leaves_a_tombstone_and_may_come_back(harvest):
    harvest(harvest.write("in/table.csv", TABLE))
    report = harvest(harvest.write("in/table.csv", TABLE.partition("saw")[0]))
    assert (report["new"], report["changed"], report["gone"]) == (0, 0, 1)
    said = harvest.quarantine()
    assert "Scie" not in said
    record = said.partition(f"<{THING}saw#record>")[2].partition("\n\n")[0]
    assert "prov:invalidatedAtTime" in record
    assert "ne donne plus cette notice" in record
    assert harvest(harvest.write("in/table.csv", TABLE))["new"] == 1
    assert "invalidatedAtTime" not in harvest.quarantine()


def test_without_its_state_a_harvest_comes_to_the_same(harvest):
    table = harvest.write("in/table.csv", TABLE)
    harvest(table)
    written = harvest.quarantine()
    for file in (harvest.repository.root / ".passerelles/harvest").iterdir():
        file.unlink()
    report = harvest(table)
    assert (report["new"], report["changed"], report["gone"]) == (0, 0, 0)
    assert harvest.quarantine() == written


def test_a_damaged_state_is_begun_again(harvest):
    table = harvest.write("in/table.csv", TABLE)
    harvest(table)
    harvest.write(".passerelles/harvest/portal.sqlite", "no database at all, and long enough to be read" * 100)
    assert harvest(table)["mapped"] == 2


def test_a_quarantine_edited_by_hand_is_what_the_catalogue_says_again(harvest):
    table = harvest.write("in/table.csv", TABLE)
    harvest(table)
    path = harvest.repository.root / "data/harvest/portal.ttl"
    written = path.read_text()
    path.write_text(written.replace("Marteau", "Enclume"))
    harvest(table)
    assert path.read_text() == written


def test_a_dry_run_shows_what_would_change_and_writes_nothing(harvest):
    harvest(harvest.write("in/table.csv", TABLE))
    harvest.write("in/table.csv", TABLE.replace("Scie", "Scie à main"))
    before = harvest.repository.files()
    report = harvest(harvest.repository.root / "in/table.csv", "--dry-run")
    assert report["changed"] == 1
    assert harvest.repository.files() == before
    done = harvest.repository.run("harvest", "in/table.csv", "--into", "portal", "--dry-run", "--lang", "en")
    assert "- " in done.stdout.decode()
    assert '+ <https://example.org/id/harvest/portal/saw> dct:title "Scie à main"@fr .' in done.stdout.decode()
    assert harvest.repository.files() == before


def test_a_dry_run_of_a_catalogue_never_harvested_makes_no_folder(harvest):
    table = harvest.write("in/table.csv", TABLE)
    before = harvest.repository.files()
    assert harvest(table, "--dry-run")["new"] == 2
    assert harvest.repository.files() == before
    assert not (harvest.repository.root / ".passerelles").exists()


def test_another_mapping_reads_everything_again(harvest):
    table = harvest.write("in/table.csv", TABLE)
    harvest(table)
    mapping = (harvest.repository.root / "mappings/trial.rq").read_text()
    harvest.write(
        "mappings/trial.rq", mapping.replace("dct:source ?source }", "dct:source ?source ; dct:type ex:Saw }")
    )
    assert harvest(table)["changed"] == 2


def test_a_sheet_is_read_as_a_table(harvest):
    mapping = (harvest.repository.root / "mappings/trial.rq").read_text()
    harvest.write(
        "mappings/sheet.rq", mapping.replace("format: csv", "format: xlsx").replace('"^id[,;]title"', '"^PK"')
    )
    book = openpyxl.Workbook()
    for row in (("id", "title", "url"), (7, "Rabot", None), ("8", "Lime", "https://example.org/file")):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    book.close()
    report = harvest(harvest.write("in/book.xlsx", content.getvalue()))
    assert (report["mapping"], report["mapped"]) == ("sheet", 2)
    assert f"<{THING}7>" in harvest.quarantine()


TREE = """\
#+ format: FORMAT
#+ records: [data, items]
#+ id: id
#+ columns: [id]
#+ detect: "items"
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/ontology#>
PREFIX field: <urn:x-harvest:field:>
CONSTRUCT { ?thing a ex:Tool ; dct:title ?label ; dct:creator ?maker }
WHERE {
  ?record field:names/field:fr ?name . BIND(STRLANG(?name, "fr") AS ?label)
  OPTIONAL { ?record field:makers/field:page ?page BIND(IRI(?page) AS ?maker) }
}
"""
ITEMS = [
    {
        "id": 1,
        "names": {"fr": "Étau"},
        "makers": [{"page": "https://example.org/a"}, {"page": "https://example.org/b"}],
    },
    {"id": "2", "names": {"fr": "Lime"}, "weight": 3.5, "makers": []},
]


def test_nested_json_is_lifted_and_each_tree_is_a_record(harvest):
    harvest.write("mappings/tree.rq", TREE.replace("FORMAT", "json"))
    report = harvest(harvest.write("in/tree.json", json.dumps({"data": {"items": ITEMS}})))
    assert (report["mapped"], report["unmapped"]) == (2, {"weight": 1})
    assert "dct:creator <https://example.org/a>, <https://example.org/b>" in harvest.quarantine()


def test_nested_yaml_is_lifted_and_its_words_are_no_booleans(harvest):
    harvest.write("mappings/tree.rq", TREE.replace("FORMAT", "yaml"))
    text = "data:\n  items:\n  - {id: no, names: {fr: Oui}}\n  - {id: 1e3, names: {fr: on}}\n"
    assert harvest(harvest.write("in/tree.yml", text))["mapped"] == 2
    assert f"<{THING}no>" in harvest.quarantine()
    assert f"<{THING}1e3>" in harvest.quarantine()


def test_a_context_beside_the_mapping_says_what_keys_mean(harvest):
    context = {"@context": {"names": {"@id": "http://purl.org/dc/terms/title", "@container": "@language"}}}
    harvest.write("mappings/tree.jsonld", json.dumps(context))
    query = TREE.replace("FORMAT", "json").replace("#+ detect", "#+ context: tree.jsonld\n#+ detect")
    query = query.partition("WHERE")[0] + "WHERE { ?record dct:title ?label }"
    harvest.write("mappings/tree.rq", query)
    harvest(harvest.write("in/tree.json", json.dumps({"data": {"items": ITEMS}})))
    assert 'dct:title "Étau"@fr' in harvest.quarantine()


def test_what_a_cell_holds_is_never_read_as_a_query(harvest):
    cell = '"x"" } INSERT DATA { <urn:a> <urn:b> 1 } #"'
    harvest(harvest.write("in/table.csv", f"id,title\nhammer,{cell}\n"))
    assert 'dct:title "x\\" } INSERT DATA { <urn:a> <urn:b> 1 } #"@fr' in harvest.quarantine()


def test_a_name_of_the_configuration_is_a_source(harvest):
    harvest.write("in/table.csv", TABLE)
    harvest.repository.configure(
        '[harvest.shed]\nurl = "in/table.csv"\nmapping = "trial"\nlicence = "https://example.org/l"\nlanguage = "en"'
    )
    report = harvest("shed", into="shed")
    assert (report["portal"], report["source"]) == ("shed", "shed")
    assert 'dct:title "Marteau"@en' in harvest.quarantine("shed")
    assert "dct:license <https://example.org/l>" in harvest.quarantine("shed")


def test_the_shapes_are_asked_and_what_they_say_is_counted(harvest):
    shape = (
        "exsh:Tool a sh:NodeShape ; sh:targetClass ex:Tool ; sh:property [ sh:path <http://xmlns.com/foaf/0.1/page> ; "
    )
    prefixes = "@prefix ex: <https://example.org/ontology#> . @prefix exsh: <https://example.org/shapes#> . "
    harvest.write(
        "shapes/tool.ttl",
        f"{prefixes}@prefix sh: <http://www.w3.org/ns/shacl#> . {shape}sh:minCount 1 ; "
        'sh:message "Sans page."@fr, "No page."@en ] .',
    )
    report = harvest(harvest.write("in/table.csv", TABLE))
    [finding] = report["findings"]
    assert (finding["message"], finding["records"], finding["examples"]) == ("No page.", 1, ["saw"])
    kept = json.loads((harvest.repository.root / "data/harvest/portal.report.json").read_text())
    assert kept["findings"][0]["message"] == {"fr": "Sans page.", "en": "No page."}


def test_codemeta_says_a_software_by_its_repository(harvest):
    said = {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": "Atelier",
        "codeRepository": "https://forge.example.org/atelier",
        "license": "https://spdx.org/licenses/MIT",
        "dateCreated": "2024-02-03",
        "keywords": ["bois", "fer"],
        "funder": {"@type": "Organization", "name": "Ville de Blois"},
        "referencePublication": "x",
    }
    report = harvest(harvest.write("in/codemeta.json", json.dumps(said)))
    assert (report["mapping"], report["mapped"]) == ("codemeta", 1)
    assert report["unmapped"] == {"https://codemeta.github.io/terms/referencePublication": 1}
    said = harvest.quarantine()
    for part in (
        'dct:title "Atelier"@fr',
        "schema:codeRepository <https://forge.example.org/atelier>",
        'dct:issued "2024-02-03"^^xsd:date',
        'dcat:keyword "bois"@en, "fer"@en',
        'foaf:name "Ville de Blois"',
    ):
        assert part in said


CODE = {"name": "Atelier", "codeRepository": "https://forge.example.org/atelier"}
OWNER = {"type": "Organization", "id": "https://example.org/blois", "name": "Ville de Blois"}
CODEMETA_2 = "https://doi.org/10.5063/schema/codemeta-2.0"


@pytest.mark.parametrize(
    "said",
    [
        {"@context": "https://w3id.org/codemeta/3.0", "id": "https://example.org/it", "type": "X", "publisher": OWNER},
        {"@context": [CODEMETA_2, "http://schema.org"], "@id": "https://example.org/it", "publisher": [OWNER]},
        {"@context": [CODEMETA_2, {"me": "https://example.org/"}], "@id": "me:it", "publisher": OWNER},
        {"@context": "https://w3id.org/codemeta/3.1", "id": "https://example.org/it", "schema:publisher": OWNER},
        {"@context": ["codemeta", {"schema": "http://schema.org/"}], "@id": "https://example.org/it"}
        | {"schema:publisher": {**OWNER, "@context": "https://w3id.org/codemeta/3.0"}},
    ],
)
@pytest.mark.parametrize("listed", [False, True])
def test_codemeta_of_any_version_keeps_its_own_iri(harvest, said, listed):
    if listed:
        said = {"@context": said["@context"], "@graph": [{**CODE, **said}]}
    report = harvest(harvest.write("in/codemeta.json", json.dumps({**CODE, **said})))
    assert (report["mapped"], report["rejected"], report["notes"]) == (1, [], [])
    assert 'foaf:name "Ville de Blois"' in harvest.quarantine()
    assert "foaf:primaryTopic <https://example.org/it>" in harvest.quarantine()


def test_codemeta_without_repository_is_known_by_what_else_identifies_it(harvest):
    said = {"@context": CODEMETA_2, "name": "Atelier"}
    for name, more, expected in (
        ("doi", {"identifier": "10.5281/zenodo.1", "@id": "https://doi.org/10.5281/zenodo.1"}, "10.5281/zenodo.1"),
        ("iri", {"@id": "https://example.org/it"}, "https://example.org/it"),
        ("relative", {"codeRepository": "forge/it", "@id": "it"}, "forge/it"),
    ):
        harvest(harvest.write(f"in/{name}.json", json.dumps({**said, **more})), into=name)
        assert f'dct:identifier "{expected}"' in harvest.quarantine(name).partition("#record>")[2]


def test_a_context_that_is_not_known_is_told_and_one_that_contradicts_itself_refused(harvest):
    said = {**CODE, "@context": [CODEMETA_2, "https://example.org/more"], "executable": "atelier"}
    [note] = harvest(harvest.write("in/codemeta.json", json.dumps(said)))["notes"]
    assert "https://example.org/more is not followed" in note["reason"]
    said = {**CODE, "@context": CODEMETA_2, "id": "https://example.org/a", "@id": "https://example.org/b"}
    report = harvest(harvest.write("in/twice.json", json.dumps(said)), into="twice", status=1)
    assert "invalid JSON-LD: @id is defined twice" in report["refused"]


def test_a_table_of_productions_needs_no_mapping_of_ones_own(harvest):
    table = "identifiant;titre;licence;organisation;note\natelier;L’atelier;Inconnue;Ville de Blois;x\n"
    report = harvest(harvest.write("in/table.csv", table))
    assert (report["mapping"], report["mapped"]) == ("tableau", 1)
    assert report["unmapped"] == {"note": 1, "licence = Inconnue": 1}
    assert "dct:publisher <https://example.org/id/harvest/portal/organisations/ville-de-blois>" in harvest.quarantine()


def test_a_mapping_that_is_no_query_is_one_line(harvest):
    mapping = (harvest.repository.root / "mappings/trial.rq").read_text()
    harvest.write("mappings/trial.rq", mapping.replace("WHERE {", "WHERE { BIND("))
    done = harvest.repository.run("harvest", str(harvest.write("in/table.csv", TABLE)))
    assert done.returncode == 1
    assert done.stderr.decode().startswith("trial.rq")
    assert done.stderr.decode().count("\n") == 1


def test_a_source_that_is_nothing_is_one_line_and_status_two(harvest):
    done = harvest.repository.run("harvest", "nowhere")
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1


def test_a_catalogue_that_no_mapping_knows_is_wrong_input(harvest):
    done = harvest.repository.run("harvest", str(harvest.write("in/what.txt", "what")))
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1


def test_a_harvest_killed_while_it_writes_leaves_the_file_of_before_and_is_done_by_the_next(harvest):
    table = harvest.write("in/table.csv", TABLE)
    harvest(table)
    before = harvest.quarantine()
    harvest.write("in/table.csv", TABLE.replace("Scie", "Scie à main"))
    for where in ("quarantine.os.fsync", "state.State.end"):  # before the file is replaced, and when all is written
        program = f"import os\nfrom graph.harvest import quarantine, state\n{where} = lambda *_, **more: os._exit(9)\n"
        done = harvest.repository.run("harvest", str(table), "--into", "portal", before=program)
        assert done.returncode == 9
        assert (harvest.quarantine() == before) == ("fsync" in where)
    assert harvest(table)["records"] == 2
    assert "Scie à main" in harvest.quarantine()
    left = sorted(path.name for path in (harvest.repository.root / "data/harvest").iterdir())
    assert left == ["portal.report.json", "portal.ttl"]
    assert harvest(table)["unchanged"]


def test_a_document_of_empty_lines_is_recognised_as_nothing_at_once(harvest):
    began = time.process_time()
    assert detected(load(harvest.repository.root), [("empty.csv", b"\n" * 65_000)]) is None
    assert time.process_time() - began < 2


def test_a_disk_that_is_full_is_one_line(harvest):
    program = (
        "import sqlite3\nfrom graph.harvest import state\n"
        "def full(*_, **more): raise sqlite3.OperationalError('database or disk is full')\n"
        "state.State.keep = full\n"
    )
    table = harvest.write("in/table.csv", TABLE)
    done = harvest.repository.run("harvest", str(table), "--into", "portal", before=program)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"disk is full" in done.stderr
