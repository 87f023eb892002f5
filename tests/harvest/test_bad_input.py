"""What catalogues do wrong is told with its reason, and the rest is imported."""

from __future__ import annotations

import os
from dataclasses import asdict

import pytest

from graph.harvest.lifting import Document
from graph.harvest.mapping import Mapping
from graph.harvest.trees import lifted
from graph.harvest.worker import Task

GOOD = "id;title\ngood;Bon\n"
DATASET = """<dcat:Dataset rdf:about="https://data.example.org/{0}" xmlns:dcat="http://www.w3.org/ns/dcat#"
  xmlns:dct="http://purl.org/dc/terms/"><dct:identifier>{0}</dct:identifier><dct:title>{0}</dct:title>{1}</dcat:Dataset>"""
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{}</rdf:RDF>'
LICENCES = (
    ' <dct:license rdf:resource="http://spdx.org/licenses/{}" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
)
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


def reasons(report: dict) -> list[str]:
    return [each["reason"] for each in report["rejected"]]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("page.csv", "<!DOCTYPE html><html><body>Erreur</body></html>", "HTML"),
        ("other.csv", b"id;title\nx;\x81tau\n", "not in utf-8 (byte 11)"),
        ("cut.csv", 'id;title\nx;"Étau', "CSV"),
        ("empty.csv", "", "header"),
    ],
)
def test_a_document_that_cannot_be_read_is_told_and_the_others_taken(harvest, name, content, reason):
    harvest.write(f"in/{name}", content)
    harvest.write("in/good.csv", GOOD)
    report = harvest(harvest.repository.root / "in")
    assert report["mapped"] == 1
    assert reason in reasons(report)[0]
    assert report["rejected"][0]["record"] == f"in/{name}"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("page.rdf", "<html><body>Erreur</body></html>", "HTML"),
        ("cut.rdf", RDF.format(DATASET.format("x", ""))[:-30], "RDF/XML"),
        ("bomb.rdf", '<!DOCTYPE x [<!ENTITY a "b">]>' + RDF.format(""), "DOCTYPE"),
        (
            "bomb-16.rdf",
            ('<?xml version="1.0"?><!doctype x [<!ENTITY a "b">]>' + RDF.format("")).encode("utf-16"),
            "DOCTYPE",
        ),
        ("latin.rdf", RDF.format(DATASET.format("é", "")).encode("latin-1"), "not in utf-8"),
        ("cut.jsonld", '[{"@id": "https://example.org/x", "@type"', "JSON"),
        ("deep.jsonld", "[" * 100_000, ""),
        ("cut.ttl", "<https://example.org/x> a ", "Turtle"),
    ],
)
def test_rdf_that_cannot_be_read_is_told_and_the_others_taken(harvest, name, content, reason):
    harvest.write(f"in/{name}", content)
    harvest.write("in/good.rdf", RDF.format(DATASET.format("good", "")))
    report = harvest(harvest.repository.root / "in")
    assert report["mapped"] == 1
    assert reason in reasons(report)[0]


def test_xml_may_say_another_charset(harvest):
    said = '<?xml version="1.0" encoding="ISO-8859-1"?>' + RDF.format(DATASET.format("x", "").replace(">x<", ">é<"))
    report = harvest(harvest.write("in/latin.rdf", said.encode("latin-1")))
    assert (report["mapped"], report["rejected"]) == (1, [])
    assert '"é"@fr' in harvest.quarantine()


def test_a_yaml_bomb_costs_its_own_document_only(harvest):
    harvest.repository.configure("[limits]\nharvest_parse_seconds = 2\nharvest_memory_mb = 400")
    good = "publiccodeYmlVersion: '0.4'\nname: good\nurl: https://example.org/good\n"
    harvest.write("in/a-good.yml", good)
    harvest.write("in/bomb.yml", f"publiccodeYmlVersion: '0.4'\n{BOMB}")
    harvest.write("in/c-good.yml", good.replace("good", "better"))
    report = harvest(harvest.repository.root / "in")
    assert report["mapped"] == 2
    assert "harvest_" in reasons(report)[0] or "memory" in reasons(report)[0]


def test_records_without_identifier_or_title_are_told_and_the_others_taken(harvest):
    report = harvest(harvest.write("in/table.csv", "id;title\n;Sans nom\nmute;\ngood;Bon\ngood;Double\n"))
    assert (report["records"], report["mapped"]) == (4, 1)
    assert [reason.partition(" ")[0] for reason in reasons(report)] == ["no", "no", "the"]
    assert "Double" not in harvest.quarantine()


def test_a_record_that_became_wrong_stays_as_it_was(harvest):
    harvest(harvest.write("in/table.csv", "id;title\ngood;Bon\nother;Autre\n"))
    report = harvest(harvest.write("in/table.csv", "id;title\ngood;Bon\nother;\n"))
    assert (report["gone"], len(report["rejected"])) == (0, 1)
    assert "Autre" in harvest.quarantine()


def test_relative_iris_that_nothing_resolves_are_left_out_and_told(harvest):
    landing = '<dcat:landingPage rdf:resource="page" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    report = harvest(harvest.write("in/x.rdf", RDF.format(DATASET.format("x", landing))))
    assert report["mapped"] == 1
    assert "relative IRI" in report["notes"][0]["reason"]
    assert "relative.invalid" not in harvest.quarantine()


def test_a_base_of_the_configuration_resolves_them(harvest):
    landing = '<dcat:landingPage rdf:resource="page" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    harvest.write("in/x.rdf", RDF.format(DATASET.format("x", landing)))
    harvest.repository.configure('[harvest.portal]\nurl = "in/x.rdf"\nbase = "https://data.example.org/"')
    assert harvest("portal")["notes"] == []
    assert "dcat:landingPage <https://data.example.org/page>" in harvest.quarantine()


def test_of_two_licences_none_is_kept(harvest):
    for name in ("MIT", "Apache-2.0"):
        harvest.write(
            f"data/licences/{name.lower()}.ttl",
            f"<https://example.org/id/licences/{name.lower()}> a <http://purl.org/dc/terms/LicenseDocument> ; "
            f'<http://purl.org/dc/terms/identifier> "{name}" ; '
            f"<http://www.w3.org/2004/02/skos/core#exactMatch> <http://spdx.org/licenses/{name}> .",
        )
    both = LICENCES.format("MIT") + LICENCES.format("Apache-2.0")
    content = DATASET.format("both", both) + DATASET.format("one", LICENCES.format("MIT"))
    report = harvest(harvest.write("in/x.rdf", RDF.format(content)))
    assert report["mapped"] == 2
    assert "several licences" in report["notes"][0]["reason"]
    assert harvest.quarantine().count("dct:license ") == 1


def test_a_mapping_with_a_fault_says_where(harvest):
    harvest.write("mappings/bad.rq", "#+ format: csv\n#+ detekt: x\nCONSTRUCT {} WHERE {}")
    done = harvest.repository.run("harvest", str(harvest.write("in/table.csv", GOOD)))
    assert done.returncode == 1
    assert "bad.rq" in done.stderr.decode()
    assert "detect" in done.stderr.decode()


def test_links_that_lead_out_or_nowhere_and_pipes_are_left_out(harvest):
    harvest.write("in/good.csv", GOOD)
    folder = harvest.repository.root / "in"
    (folder / "nowhere.csv").symlink_to("/nonexistent")
    (folder / "out.csv").symlink_to(harvest.write("elsewhere.csv", "id;title\nsecret;Secret\n"))
    (folder / "again.csv").symlink_to("good.csv")
    os.mkfifo(folder / "pipe.csv")
    report = harvest(folder)
    assert (report["records"], report["mapped"], report["rejected"]) == (1, 1, [])
    assert "Secret" not in harvest.quarantine()


TREE = """\
#+ format: json
#+ records: items
#+ id: id
#+ columns: [id, title]
#+ detect: "items"
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ex: <https://example.org/ontology#>
CONSTRUCT { ?thing a ex:Tool ; dct:title ?label } WHERE { BIND(STRLANG(?title, "fr") AS ?label) }
"""


def test_a_wrong_record_costs_itself_only(harvest):
    harvest.write("mappings/tree.rq", TREE)
    harvest.write("mappings/tree.jsonld", '{"@context": {"page": {"@id": "https://schema.org/url", "@type": "@id"}}}')
    items = [
        '{"id": "a", "title": "A"}',
        '{"id": "half", "title": "\\ud800"}',
        '{"id": "\\udfff", "title": "B"}',
        "null",
        "[[[]]]",
        '{"id": "lines", "title": "x\\u2028y\\u0085z\\u000c"}',
        '{"id": "z", "title": "Z"}',
    ]
    report = harvest(harvest.write("in/tree.json", f'{{"items": [{", ".join(items)}]}}'))
    assert (report["records"], report["mapped"]) == (7, 3)
    assert len(reasons(report)) == 4
    assert all(part in harvest.quarantine() for part in ('"A"@fr', '"Z"@fr', "x\u2028y"))
    assert harvest.repository.run("check").returncode == 0
    report = harvest(harvest.write("in/tree.json", f'{{"items": [{", ".join(items[1:])}]}}'))
    assert (report["changed"], report["gone"]) == (0, 1)


def test_a_record_nested_too_deep_costs_itself_only():
    deep = '{"id": "b", "a": ' + '{"a": ' * 400 + "1" + "}" * 401
    document = Document("x.json", "https://example.org/x", f'[{{"id": "a"}}, {deep}, {{"id": "c"}}]'.encode())
    found = list(lifted(document, Mapping("m", "", format="json", id=("id",))))
    assert [record.identifier for record in found] == ["a", "b", "c"]
    assert [record.fault is None for record in found] == [True, False, True]


def test_what_turtle_cannot_write_is_left_out_and_told(harvest):
    act, kind = "https://www.w3.org/ns/activitystreams#", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    thing, activity = "<https://other.example.org/id/x>", "<https://other.example.org/feed#0>"
    said = ['"X"@fr', "<<( <http://a> <http://b> <http://c> )>>", '"x"@en--ltr']
    harvest.write(
        "in/feed.nq",
        f"<https://other.example.org/feed> {kind} <https://w3id.org/ldes#EventStream> .\n"
        f"{activity} {kind} <{act}Create> .\n{activity} <{act}object> {thing} .\n"
        f"{thing} {kind} <https://example.org/ontology#Tool> {activity} .\n"
        + "".join(f"{thing} <http://purl.org/dc/terms/title> {each} {activity} .\n" for each in said),
    )
    report = harvest(harvest.repository.root / "in/feed.nq")
    assert report["mapped"] == 1
    assert ["RDF 1.2" in note["reason"] for note in report["notes"]] == [True, True]
    assert 'dct:title "X"@fr .' in harvest.quarantine()


def test_a_quarantine_that_no_build_could_read_is_not_written(harvest):
    harvest(harvest.write("in/table.csv", GOOD))
    before = harvest.quarantine()
    harvest.repository.configure("[limits]\nfile_bytes = 10_000")
    report = harvest(harvest.write("in/table.csv", GOOD + "".join(f"x{n};Titre\n" for n in range(50))), status=1)
    assert "file_bytes" in report["refused"]
    assert report["new"] == 0
    assert harvest.quarantine() == before


def test_more_records_than_the_limit_are_left_and_those_before_taken(harvest):
    harvest.repository.configure("[limits]\nharvest_records = 4")
    for name in "abc":
        harvest.write(f"in/{name}.csv", "id;title\n" + "".join(f"{name}{n};Titre\n" for n in range(3)))
    report = harvest(harvest.repository.root / "in")
    assert report["mapped"] == 6
    assert ["harvest_records" in reason for reason in reasons(report)] == [True]
    harvest.write("in/a.csv", "id;title\n" + "".join(f"a{n};Titre\n" for n in range(9)))
    report = harvest(harvest.repository.root / "in")
    assert (report["mapped"], report["gone"]) == (4, 0)


def test_what_is_read_of_a_document_is_bounded_too(harvest):
    harvest.repository.configure("[limits]\nharvest_bytes = 20_000")
    report = harvest(harvest.write("in/table.csv", "id;title\n" + "".join(f"x{n};T\n" for n in range(500))), status=1)
    assert "harvest_bytes" in report["refused"]


def test_what_could_not_be_read_for_a_limit_is_read_when_it_is_raised(harvest):
    harvest.repository.configure("[limits]\nharvest_bytes = 10_000")
    table = harvest.write("in/large.csv", "id;title\n" + "".join(f"x{n};{'T' * 90}\n" for n in range(200)))
    harvest.write("in/good.csv", GOOD)
    assert harvest(table.parent)["mapped"] == 1
    harvest.repository.configure("")
    assert harvest(table.parent)["mapped"] == 201


def test_what_others_wrote_does_not_act_on_the_terminal(harvest):
    table = harvest.write("in/table.csv", "id;title\n\x1b]0;x\x07\x1b[2J;\ngood;Bon\n")
    done = harvest.repository.run("harvest", str(table), "--into", "portal")
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout


def test_many_records_take_a_time_each_that_does_not_grow():
    """The engine keeps what is removed from a store: looking for what is given took longer with each record."""
    mapping = Mapping("m", TREE, format="json", records=("items",), id=("id",), columns=("id", "title"))
    told = {"mapping": asdict(mapping), "portal": "https://example.org/", "language": "fr", "licence": ""}
    items = ",".join(f'{{"id": "{number}", "title": "T"}}' for number in range(1_000))
    task = Task({**told, "base": told["portal"], "records": 10_000}, b"")
    document = Document("x.json", "https://example.org/x", f'{{"items": [{items}]}}'.encode())
    stores = [task.store for _ in task.answers(document)]
    assert len(set(map(id, stores))) >= 5
