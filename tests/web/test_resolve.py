"""`/resolve` over HTTP, and the story of an organisation on its own page."""

from __future__ import annotations

import json

import pytest

from .conftest import BASE, adding, serving_more

TURTLE = f"""
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX o: <{BASE}offices/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
o:mesures a org:Organization ; skos:prefLabel "Bureau des <mesures>"@fr, "Office of measures"@en ; skos:altLabel "BDM" .
o:mesures dct:isReplacedBy o:poids .
o:poids a foaf:Group ; skos:prefLabel "Office des poids"@fr ; skos:altLabel "OP" ; org:unitOf o:mesures .
<{BASE}changes/fin> a org:ChangeEvent ; dct:title "Fin du <bureau>"@fr ; prov:startedAtTime "2020-05-01"^^xsd:date ;
  org:originalOrganization o:mesures ; org:resultingOrganization o:poids ;
  dct:source <https://e.example/decret> , <javascript:alert(1)> .
"""


@pytest.fixture(scope="module")
def offices(settings, snapshot, tmp_path_factory):
    """A server of the snapshot with two organisations more, one of which became the other."""
    with serving_more(settings, snapshot, tmp_path_factory.mktemp("offices") / "snapshot", adding(TURTLE)) as server:
        yield server


def ask(offices, text: str, accept: str = "application/json", **options):
    return offices.get("/resolve", accept, params={"org": text, **options})


def test_json_names_the_organisation_and_tells_its_story(offices):
    answer = ask(offices, "bdm")
    assert answer.headers["content-type"].startswith("application/json")
    [found] = answer.json()["found"]
    assert (found["iri"], found["matched"]["by"], found["current"]) == (f"{BASE}offices/mesures", "other-name", False)
    assert [(change["date"], change["to"][0]["iri"]) for change in found["after"]] == [
        ("2020-05-01", f"{BASE}offices/poids")
    ]
    assert ask(offices, "bdm", "text/html", format="json").json() == answer.json()


def test_an_answer_is_kept_by_its_validator(offices):
    tag = ask(offices, "bdm").headers["etag"]
    again = offices.get("/resolve", "application/json", params={"org": "bdm"}, headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_the_page_shows_the_story_and_escapes_what_others_wrote(offices):
    page = ask(offices, "bdm", "text/html").text
    assert "Bureau des &lt;mesures&gt;" in page
    assert "Fin du &lt;bureau&gt;" in page
    assert 'href="https://e.example/decret"' in page
    assert 'href="javascript:' not in page
    assert "<mesures>" not in page
    assert "Office of measures" in ask(offices, "bdm", "text/html", lang="en").text


def test_the_nearest_names_and_a_wrong_number_are_told(offices):
    assert ask(offices, "office des pois").json()["nearest"][0]["iri"] == f"{BASE}offices/poids"
    assert ask(offices, "732829321").json()["wrong_number"] is True
    assert "Office des poids" in ask(offices, "office des pois", "text/html").text


def test_a_text_that_names_no_organisation_leads_to_a_search(offices):
    page = ask(offices, "zzyzx", "text/html", lang="fr").text
    assert 'href="/search?q=zzyzx&amp;lang=fr"' in page
    assert "Les noms les plus proches" not in page


def test_without_a_text_the_form_is_given_and_a_program_is_told(offices):
    assert 'name="org"' in offices.get("/resolve", "text/html").text
    refused = offices.get("/resolve", "application/json")
    assert (refused.status_code, json.loads(refused.content)["code"]) == (400, "PAS911")


def test_a_text_beyond_the_limit_is_refused(offices):
    assert ask(offices, "a" * 501).status_code == 422


@pytest.mark.parametrize(
    ("slug", "title"), [("mesures", "Ce qu’elle est devenue"), ("poids", "Ce qu’elle était avant")]
)
def test_the_page_of_an_organisation_shows_what_it_was_and_what_it_became(offices, slug, title):
    page = offices.get(f"/id/offices/{slug}", "text/html").text
    assert title in page
    assert "2020-05-01" in page


def test_what_replaces_an_organisation_today_leads_to_how_it_came_about(offices):
    page = offices.get("/id/offices/mesures", "text/html").text
    today, _, rest = page.partition('<a href="#story-after">étape par étape</a>')
    assert "Aujourd’hui" in today[-400:]
    assert "Office des poids" in today[-400:]
    assert 'id="story-after"' in rest


def test_the_page_of_anything_else_has_no_story(offices):
    assert "Ce qu’elle" not in offices.get("/id/productions/bus", "text/html").text
