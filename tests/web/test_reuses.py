"""Reuse on pages: who reuses, since when, on whose word; what is stale; what is only claimed; chains; the overview."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest

from .conftest import GRAPH_BASE, serving_more
from .test_pages import Page

BASE = "https://w3id.org/passerelles/id/"
PORTAL = GRAPH_BASE + "harvest/portal"
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
portal:1 a pas:Production ; dct:title "Bus chez eux"@fr .
portal:o1 dct:title "VILLE"@fr . portal:o2 dct:title "<i>Bourg"@fr .
portal:c1 a pas:ReuseClaim ; dct:source <https://portal.example/> ;
  pas:claimedReused portal:1 ; pas:claimedReuser portal:o1 .
portal:c2 a pas:ReuseClaim ; dct:source <https://portal.example/> ;
  pas:claimedReused portal:1 ; pas:claimedReuser portal:o2 .
"""


@pytest.fixture(scope="module")
def reuses(settings, snapshot, tmp_path_factory):
    """A server of the snapshot, made on 21 November 2026, with some reuses more and what a portal claims."""

    def add(store: pyoxigraph.Store, _: Path) -> None:
        for text, graph in ((REUSES, GRAPH_BASE + "reuses/trial"), (CLAIMS, PORTAL)):
            for quad in pyoxigraph.parse((PROLOGUE + text).encode(), format=pyoxigraph.RdfFormat.TURTLE):
                store.add(pyoxigraph.Quad(*quad.triple, pyoxigraph.NamedNode(graph)))
                if graph != PORTAL:
                    store.add(quad)

    with serving_more(settings, snapshot, tmp_path_factory.mktemp("reuses") / "snapshot", add) as server:
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
        "adaptée · depuis 2024-05 · entre administrations · a donné Bus de ville",
        "attestée par Région, Ville, confirmée le 2025-11-21",
        "preuve : https://town.example/proof",
        "à qui s’adresser : https://town.example/",
    ):
        assert text in told


def test_a_reuse_is_stale_twelve_months_before_the_snapshot_whatever_the_day_it_is_read(reuses):
    page = reuses.get("/id/productions/townbus", "text/html").text
    assert "Labo &lt;b&gt; à reconfirmer" in section(page, "reuse-of")
    assert "Pas confirmée depuis le 2025-11-21, douze mois avant cet instantané." in page
    english = reuses.get("/id/productions/townbus?lang=en", "text/html").text
    assert "to be confirmed again" in section(english, "reuse-of")


def test_what_nobody_attests_is_said_so(reuses):
    told = section(reuses.get("/id/productions/labbus", "text/html").text, "reuse-of")
    assert "Région non attestée" in told
    assert "début non précisé" in told
    assert "jamais confirmée" in told


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
        " Ville adaptée, depuis 2024-05 → Bus de ville déjà dit plus haut"
    )


def test_a_claim_stands_apart_until_it_is_attested(reuses):
    page = reuses.get("/id/productions/bus", "text/html").text
    told = section(page, "reuse-claimed")
    assert told.startswith("Déclarées par un portail, non attestées 1 ")
    assert told.endswith("&lt;i&gt;Bourg portal")
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


def test_a_search_engine_is_told_of_the_reuses_that_are_attested_and_of_no_other(reuses):
    counter = '"interactionType": "https://schema.org/UseAction", "userInteractionCount": 1}'
    assert counter in reuses.get("/id/productions/bus", "text/html").text
    assert "interactionStatistic" not in reuses.get("/id/productions/townbus", "text/html").text  # stale
    assert "interactionStatistic" not in reuses.get("/id/harvest/portal/1", "text/html").text  # claimed


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
