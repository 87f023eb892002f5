"""What a harvest says of what it could not take as it came, and of what it takes apart."""

from __future__ import annotations

import subprocess

import pytest

DCAT = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "
    "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> . "
)
OURS = "https://example.org/id/productions/bus"
APART = "https://example.org/id/harvest/portal/x"


def told(harvest, source: str, *options: str) -> subprocess.CompletedProcess:
    return harvest.repository.run("harvest", source, "--into", "portal", "--lang", "en", *options)


def reasons(several: list[dict]) -> list[str]:
    return [each["reason"] for each in several]


def test_a_record_about_a_thing_of_ours_has_an_iri_of_its_own_and_says_it_is_the_same(harvest):
    said = f'<{OURS}> a dcat:Dataset ; dct:identifier "x" ; dct:title "Autre" ; dcat:landingPage <https://p.example/> .'
    report = harvest(harvest.write("in/x.ttl", DCAT + said))
    assert report["mapped"] == 1
    assert report["notes"][0]["record"] == OURS
    assert "one of ours" in report["notes"][0]["reason"]
    quarantine = harvest.quarantine()
    assert f"\n<{OURS}>" not in quarantine
    assert f"owl:sameAs <{OURS}>" in quarantine.partition(f"\n<{APART}>\n")[2].partition("\n\n")[0]


def test_what_a_record_says_of_another_thing_of_ours_is_left_out_and_told(harvest):
    agent = "https://example.org/id/actors/agency"
    said = f'<https://p.example/x> a dcat:Dataset ; dct:title "X" ; dct:publisher <{agent}> . '
    report = harvest(harvest.write("in/x.ttl", f'{DCAT}{said}<{agent}> foaf:name "Faux" .'))
    assert reasons(report["notes"]) == [f"what it says of {agent}, which is ours, is left out"]
    assert "Faux" not in harvest.quarantine()
    assert f"dct:publisher <{agent}>" in harvest.quarantine()


@pytest.mark.parametrize(
    "claim", ["<https://p.example/x> owl:sameAs <{}> .", "<{}> owl:sameAs <https://p.example/x> ."]
)
def test_a_record_keeps_what_it_says_it_is_the_same_as(harvest, claim):
    said = '<https://p.example/x> a dcat:Dataset ; dct:title "X" . ' + claim.format(OURS)
    report = harvest(harvest.write("in/x.ttl", DCAT + said))
    assert report["unmapped"] == {}
    assert f"owl:sameAs <{OURS}>" in harvest.quarantine()


def test_of_two_documents_about_one_thing_the_first_is_kept_and_the_other_refused(harvest):
    for name, title in (("a", "Premier"), ("b", "Second"), ("c", "Premier")):
        harvest.write(f"in/{name}.ttl", DCAT + f'<https://p.example/x> a dcat:Dataset ; dct:title "{title}" .')
    report = harvest(harvest.repository.root / "in")
    assert (report["records"], report["mapped"]) == (2, 1)
    assert "is already that of a record" in reasons(report["rejected"])[0]
    assert "Premier" in harvest.quarantine()
    assert "Second" not in harvest.quarantine()


def test_a_value_that_a_mapping_cannot_place_is_counted_by_its_name(harvest):
    harvest.write(
        "in/publiccode.yml",
        "publiccodeYmlVersion: '0.4'\nname: x\nurl: https://p.example/x\ndevelopmentStatus: perfect\n"
        "releaseDate: tomorrow\nlegal:\n  license: Mine-1.0\n",
    )
    report = harvest(harvest.repository.root / "in")
    lost = {"developmentStatus = perfect": 1, "legal_license = Mine-1.0": 1, "releaseDate = tomorrow": 1}
    assert report["unmapped"] == {**lost, "publiccodeYmlVersion": 1}
    assert "urn:x-harvest" not in harvest.quarantine()
    said = told(harvest, "in").stdout.decode()
    assert "Values that the mapping cannot place: developmentStatus = perfect (1), legal_license" in said


def test_a_table_of_a_spreadsheet_is_read_as_spreadsheets_write_it_and_told(harvest):
    report = harvest(harvest.write("in/x.csv", "id;title\nx;Étau à 3 €\n".encode("windows-1252")))
    assert '"Étau à 3 €"@fr' in harvest.quarantine()
    assert reasons(report["notes"])[0].startswith("read as windows-1252")


def test_the_configuration_may_say_how_a_catalogue_is_written(harvest):
    harvest.write("in/x.csv", "id;title\nx;Étau à 3 €\n".encode("iso-8859-15"))
    harvest.repository.configure('[harvest.portal]\nurl = "in/x.csv"\ncharset = "iso-8859-15"')
    assert harvest("portal")["notes"] == []
    assert '"Étau à 3 €"@fr' in harvest.quarantine()


def test_a_table_in_utf_16_is_recognised(harvest):
    report = harvest(harvest.write("in/x.csv", "id;title\nx;Étau\n".encode("utf-16")))
    assert (report["mapping"], report["mapped"]) == ("trial", 1)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("page.csv", "<!doctype html><html><body>Sign in</body></html>", "an HTML page"),
        ("empty.csv", "", "an empty document"),
        ("cut.json", '{"a": [1,', "JSON malformed"),
        ("other.csv", "a;b\n1;2\n", "no mapping recognises"),
    ],
)
def test_a_catalogue_that_nothing_recognises_is_told_for_what_it_is(harvest, name, content, reason):
    harvest.write(f"in/{name}", content)
    done = told(harvest, f"in/{name}")
    assert done.returncode == 1
    assert reason in done.stderr.decode()


def cut(handler) -> None:
    handler.close_connection = True
    handler.connection.close()


def next_page(catalogue, path: str) -> str:
    said = '<https://p.example/x> a dcat:Dataset ; dct:title "X" . <#v> <http://www.w3.org/ns/hydra/core#next> '
    return catalogue.page("/1", f"{DCAT}{said}<{path}> .", Content_Type="text/turtle")


def test_a_page_that_is_missing_is_no_record_and_makes_the_harvest_incomplete(harvest, catalogue):
    first = next_page(catalogue, "/2")
    report = harvest(first)
    assert (report["records"], report["mapped"], report["unread"], report["complete"]) == (1, 1, 1, False)
    assert report["rejected"] == [{"record": catalogue.url("/2"), "reason": "HTTP 404"}]
    said = told(harvest, first).stdout.decode()
    assert "incomplete: 1 page or file could not be read" in said
    assert said.count(catalogue.url("/2")) == 1
    catalogue.page("/2", DCAT, Content_Type="text/turtle")
    assert harvest(first)["complete"]


def test_a_server_that_is_down_is_told_in_one_sentence_and_harms_nothing(harvest, catalogue):
    first = next_page(catalogue, "/1")
    harvest(first)
    before = harvest.quarantine()
    catalogue.pages["/1"] = cut
    report = harvest(first, status=1)
    assert (report["records"], report["mapped"], report["complete"]) == (0, 0, False)
    assert harvest.quarantine() == before
    done = harvest.repository.run("harvest", first, "--into", "other", "--lang", "en")
    assert (done.returncode, done.stdout) == (1, b"")
    [line] = done.stderr.decode().splitlines()
    assert line.startswith("Nothing is taken")
    assert line.endswith(".")
    assert not line.endswith("..")


def test_a_page_that_is_no_record_leaves_a_harvest_complete(harvest):
    matter = "title: X\nmission: M\nincubator: i\nphases:\n- {name: hope, start: 2020-01-01}\n"
    harvest.write("in/README.md", "# What this is\n")
    harvest.write("in/startups/x.md", f"---\n{matter}---\n")
    report = harvest(harvest.repository.root / "in")
    assert (report["records"], report["mapped"], report["complete"]) == (1, 1, True)
    assert report["notes"][0]["record"] == "in/README.md"
    assert report["unmapped"]["phases_name = hope"] == 1
