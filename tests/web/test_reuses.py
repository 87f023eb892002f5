"""Reuse on pages: who reuses, since when, on whose word; what is stale; what is only claimed; chains; the overview."""

from __future__ import annotations

import re

import pytest

from .conftest import BASE, PORTAL, adding, serving_more
from .test_pages import Page

PROLOGUE = f"""
PREFIX : <{BASE}productions/>
PREFIX concept: <{BASE}concepts/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX org: <{BASE}organisations/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX pas: <https://w3id.org/passerelles/ontology#>
PREFIX portal: <{BASE}harvest/portal/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX r: <{BASE}reuses/>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
REUSES = """
org:town a foaf:Agent ; dct:title "Ville"@fr, "Town"@en ; foaf:homepage <https://town.example/> .
org:lab a foaf:Agent ; dct:title "Labo <b>"@fr . org:region a foaf:Agent ; dct:title "Région"@fr .
:bus dct:creator org:region ; owl:sameAs portal:1 .
:townbus a pas:Production ; dct:title "Bus de ville"@fr . :labbus a pas:Production ; dct:title "Bus du labo"@fr .
concept:as-is skos:prefLabel "telle quelle"@fr ; schema:position 1 .
concept:adapted skos:prefLabel "adaptée"@fr ; schema:position 2 .
concept:between pas:firstSide concept:a ; pas:secondSide concept:a ; skos:prefLabel "entre administrations"@fr .
r:fresh a pas:Reuse ; dct:title "R1"@fr ; pas:reused :bus ; pas:reuser org:town ; pas:reuseKind concept:adapted ;
  prov:startedAtTime "2024-05"^^xsd:gYearMonth ; pas:attestedBy org:town, org:region ;
  pas:evidence <https://town.example/proof> ; pas:lastConfirmed "2025-11-21"^^xsd:date ;
  prov:generated :townbus ; pas:exchangeType concept:between .
r:stale a pas:Reuse ; dct:title "R2"@fr ; pas:reused :townbus ; pas:reuser org:lab ; pas:reuseKind concept:as-is ;
  pas:attestedBy org:lab ; pas:lastConfirmed "2025-11-20"^^xsd:date ; prov:generated :labbus .
r:loop a pas:Reuse ; dct:title "R3"@fr ; pas:reused :labbus ; pas:reuser org:region ; prov:generated :bus .
"""
CLAIMS = """
portal:1 a pas:Production ; dct:title "Bus chez eux"@fr, "Their bus"@en .
portal:o1 dct:title "VILLE"@fr, "City"@en . portal:o2 dct:title "<i>Bourg"@fr, "Borough"@en .
portal:c1 a pas:ReuseClaim ; dct:source <https://portal.example/> ;
  pas:claimedReused portal:1 ; pas:claimedReuser portal:o1 .
portal:c2 a pas:ReuseClaim ; dct:source <https://portal.example/> ;
  pas:claimedReused portal:1 ; pas:claimedReuser portal:o2 .
"""


CROWD = 120
MANY_REUSES = ':map a pas:Production ; dct:title "Carte"@fr . org:town a foaf:Agent ; dct:title "Ville"@fr .' + "".join(
    f"""
r:map-{number} a pas:Reuse ; pas:reused :map ; pas:reuser org:t{number % CROWD} ;
  pas:attestedBy org:town, org:lab, org:region ;
  pas:evidence <https://a.example/>, <https://b.example/>, <https://c.example/> ;
  pas:lastConfirmed "2026-11-01"^^xsd:date ."""
    for number in range(CROWD + 1)  # the last tells the first again
)
MANY_CLAIMS = 'portal:2 a pas:Production ; dct:title "Carte chez eux"@fr ; owl:sameAs :map .' + "".join(
    f"""
portal:o{number} dct:title "Bourg {number}"@fr, "Borough {number}"@en .
portal:c{number} a pas:ReuseClaim ; pas:claimedReused portal:2 ; pas:claimedReuser portal:o{number} ."""
    for number in range(CROWD)
)


@pytest.fixture(scope="module")
def reuses(settings, snapshot, tmp_path_factory):
    """A server of the snapshot, made on 21 November 2026, with some reuses more and what a portal claims."""
    folder = tmp_path_factory.mktemp("reuses") / "snapshot"
    with serving_more(settings, snapshot, folder, adding(PROLOGUE + REUSES, claims=PROLOGUE + CLAIMS)) as server:
        yield server


@pytest.fixture(scope="module")
def crowd(settings, snapshot, tmp_path_factory):
    """A server of the snapshot with one production that is reused, and claimed to be, more often than a page shows."""
    folder = tmp_path_factory.mktemp("crowd") / "snapshot"
    add = adding(PROLOGUE + MANY_REUSES, claims=PROLOGUE + MANY_CLAIMS)
    with serving_more(settings, snapshot, folder, add) as server:
        yield server


def section(page: str, name: str) -> str:
    """What the section of a page says, without its tags; empty when there is none."""
    found = re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', page, re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", re.sub(r"</?(a|span|time|strong)\b[^>]*>", "", found[0] if found else ""))
    return " ".join(text.split())


def test_a_production_says_who_reuses_it_how_since_when_on_whose_word_and_whom_to_ask(reuses):
    told = section(reuses.get("/id/productions/bus", "text/html").text, "reuse-of")
    for text in (
        "Qui la réutilise 1 Ville attestée",
        "adaptée · depuis mai 2024 · entre administrations · a donné Bus de ville",
        "attestée par Région, Ville, confirmée le 21 novembre 2025",
        "preuve : https://town.example/proof",
        "à qui s’adresser : https://town.example/",
    ):
        assert text in told


def test_a_reuse_is_stale_twelve_months_before_the_snapshot_whatever_the_day_it_is_read(reuses):
    page = reuses.get("/id/productions/townbus", "text/html").text
    assert "Labo &lt;b&gt; à reconfirmer" in section(page, "reuse-of")
    assert "Pas confirmée depuis le 21 novembre 2025, douze mois avant cet instantané." in page
    english = reuses.get("/id/productions/townbus?lang=en", "text/html").text
    assert "to be confirmed again" in section(english, "reuse-of")


def test_what_nobody_attests_is_said_so(reuses):
    told = section(reuses.get("/id/productions/labbus", "text/html").text, "reuse-of")
    assert "Région non attestée" in told
    assert "début non précisé" in told
    assert "jamais confirmée" in told


def test_a_page_tells_a_reuse_once(reuses):
    page = reuses.get("/id/productions/townbus", "text/html").text
    assert "Labo" in section(page, "reuse-of")
    assert "R2" not in section(page, "incoming")


def test_an_organisation_says_what_it_reuses(reuses):
    page = reuses.get("/id/organisations/town", "text/html").text
    assert "Ce qui est réutilisé 1 Le bus des services attestée" in section(page, "reuse-by")
    assert section(page, "reuse-of") == ""


def test_a_chain_of_reuses_goes_all_the_way_and_round_once(reuses):
    told = section(reuses.get("/id/productions/townbus", "text/html").text, "reuse-chain")
    assert told == (
        "De réutilisation en réutilisation"
        " Bus de ville → Labo &lt;b&gt; telle quelle → Bus du labo"
        " Région → Le bus des services"
        " Ville adaptée, depuis mai 2024 → Bus de ville déjà dit plus haut"
    )


def test_a_claim_stands_apart_until_it_is_attested(reuses):
    page = reuses.get("/id/productions/bus", "text/html").text
    told = section(page, "reuse-claimed")
    assert told.startswith("Déclarées par un portail, non attestées 1 ")
    assert told.endswith("&lt;i&gt;Bourg portal")
    assert "VILLE" not in told
    assert "City" not in told
    assert "Bourg" not in section(page, "reuse-of")
    theirs = reuses.get("/id/harvest/portal/1", "text/html").text
    assert "&lt;i&gt;Bourg" in section(theirs, "reuse-claimed")
    assert "Bus chez eux" in section(reuses.get("/id/harvest/portal/o2", "text/html").text, "reuse-claimed")


def test_the_overview_counts_facts_and_claims_apart(reuses):
    page = reuses.get("/reuses", "text/html").text
    counted = re.findall(r"(\d+) (\D+)", section(page, "totals").removeprefix("Le compte "))
    assert [(int(count), text.strip().split(" Ce que")[0]) for count, text in counted] == [
        (1, "attestée et confirmée depuis moins d’un an"),
        (1, "à reconfirmer"),
        (1, "que personne n’atteste"),
        (1, "déclarée par un portail"),
    ]
    matrix = section(page, "matrix")
    assert "telle quelle adaptée manière non précisée" in matrix
    assert "entre administrations 0 1 0" in matrix
    assert "type inconnu 1 dont 1 à reconfirmer 0 1 dont 1 non attestée" in matrix
    assert "Région Ville 1" in section(page, "pairs")
    assert "Ville → Le bus des services attestée" in section(page, "latest")
    assert "portal 1" in section(page, "claimed")
    assert "<b>Labo" not in page


def test_the_overview_is_json_for_programs_and_nothing_else(reuses):
    told = reuses.get("/reuses", "application/json").json()
    assert told["before"] == "2025-11-21"
    assert told["totals"] == {"attested": 1, "stale": 1, "unattested": 1, "claimed": 1}
    between = {"exchange": f"{BASE}concepts/between", "kind": f"{BASE}concepts/adapted"}
    assert {**between, "attested": 1, "stale": 0, "unattested": 0} in told["exchanges"]
    unknown = {"exchange": None, "kind": None}
    assert {**unknown, "attested": 0, "stale": 0, "unattested": 1} in told["exchanges"]
    assert {"owner": f"{BASE}organisations/region", "reuser": f"{BASE}organisations/town", "reuses": 1} in told["pairs"]
    assert told["claims"] == [{"graph": PORTAL, "claims": 1}]
    assert reuses.get("/reuses?format=json", "text/html").json() == told
    assert reuses.get("/reuses", "image/png").status_code == 406


def test_a_search_engine_is_told_of_the_reuses_that_are_attested_and_of_no_other(reuses):
    counter = '"interactionType": "https://schema.org/UseAction", "userInteractionCount": 1}'
    assert counter in reuses.get("/id/productions/bus", "text/html").text
    assert "interactionStatistic" not in reuses.get("/id/productions/townbus", "text/html").text  # stale
    assert "interactionStatistic" not in reuses.get("/id/harvest/portal/1", "text/html").text  # claimed


def test_a_page_counts_each_reuse_once_and_says_how_many_it_shows(crowd):
    page = crowd.get("/id/productions/map", "text/html").text
    assert f'"userInteractionCount": {CROWD}}}' in page
    assert f"Qui la réutilise {CROWD} " in section(page, "reuse-of")
    assert page.count('class="tag">attestée') == 100
    assert f"100 sur {CROWD} ; tout voir" in section(page, "reuse-of")
    assert "et 90 autres" in section(page, "reuse-of")  # folded: a page is no endless form
    assert f"{CROWD} attestées" in section(crowd.get("/reuses", "text/html").text, "totals")
    told = section(page, "reuse-claimed")
    assert f"non attestées {CROWD} " in told
    assert (told.count("Bourg"), told.count("Borough")) in {(0, 100), (100, 0)}
    assert told.endswith(f"100 sur {CROWD} sont montrées.")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", ["/reuses", "/id/productions/bus", "/id/organisations/lab", "/id/harvest/portal/1"])
def test_the_pages_are_well_formed_in_both_languages(reuses, path, language):
    page = Page(reuses.get(f"{path}?lang={language}", "text/html").text)
    assert page.language == language
    assert len(page.ids) == len(set(page.ids))


def test_a_graph_without_reuses_says_so(server):
    page = server.get("/reuses", "text/html")
    assert page.status_code == 200
    assert "Aucune réutilisation n’est décrite." in page.text
