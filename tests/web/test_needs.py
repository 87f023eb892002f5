"""The page of the needs: each in the words of its source, with what answers it; every answer is there, and full."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pyoxigraph
import pytest

from graph import config
from graph.namespaces import PAS

from .conftest import BASE, ROOT, Server, adding, serving, serving_more

WAITING = {"fr": "Rien n’y répond encore.", "en": "Nothing answers it yet."}
ADDRESSES = sorted(
    {
        quad.object.value
        for path in (ROOT / "data/needs").glob("*.ttl")
        for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE)
        if quad.predicate.value == PAS + "answeredAt"
    }
)
NEEDS = f"""
PREFIX : <{BASE}needs/>
PREFIX concept: <{BASE}concepts/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX pas: <{PAS}>
PREFIX prod: <{BASE}productions/>
PREFIX src: <{BASE}sources/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
src:first dct:title "Premier <i>dit"@fr, "First"@en . src:second dct:title "Second dit"@fr .
:r1 a pas:Need ; dct:identifier "R1" ; dct:title "un <b>pont"@fr, "a bridge"@en ; dct:source src:first ;
  pas:needBasis concept:besoin-exprime ; pas:voicedBy prod:bus ; pas:quotation "du <u>concret"@fr ;
  pas:answeredAt "/search?q=bus&page=1"^^xsd:anyURI, "/id/productions/bus"^^xsd:anyURI,
    "/queries/things-of-a-type?kind={PAS}Tool"^^xsd:anyURI .
:r2 a pas:Need ; dct:identifier "R2" ; dct:title "deux voix"@fr ; dct:source src:second, src:first ;
  pas:needBasis concept:besoin-exprime ; pas:proposedFeature "l'accueil : une page"@fr, "a page"@en .
:r10 a pas:Need ; dct:identifier "R10" ; dct:title "ailleurs"@fr ; dct:source src:second ;
  pas:needBasis concept:besoin-exprime ; pas:answeredAt
    "//elsewhere.example/"^^xsd:anyURI, "javascript:alert(1)"^^xsd:anyURI, "/\\\\elsewhere.example"^^xsd:anyURI .
:r3 a pas:Need ; dct:identifier "R3" ; dct:title "fait"@fr ; pas:needBasis concept:besoin-exprime .
:r4 a pas:Need ; dct:identifier "R4" ; dct:title "dérivé"@fr ; pas:needBasis concept:besoin-derive .
prod:idea dct:title "Une idée"@fr ; pas:stage concept:stage-idee ; pas:fulfils :r2 .
prod:made dct:title "Une chose faite"@fr ; pas:fulfils :r3 .
:r20 a pas:Need ; dct:identifier "R20" ; dct:title "souvent fait"@fr ; pas:needBasis concept:besoin-exprime .
{"".join(f'prod:often{n:02} dct:title "Chose {n:02}"@fr ; pas:fulfils :r20 . ' for n in range(11))}
"""


@pytest.fixture(scope="module")
def few(settings, snapshot, tmp_path_factory) -> Iterator[Server]:
    """A server of some needs that no gate has seen."""
    with serving_more(settings, snapshot, tmp_path_factory.mktemp("needs") / "copy", adding(NEEDS)) as server:
        yield server


def told(server: Server, **options) -> dict:
    return server.get("/needs", "application/json", **options).json()


def articles(html: str) -> dict[str, str]:
    """What the page says of each need, by its number."""
    parts = re.findall(r'<article class="entry need" id="([^"]+)">(.*?)</article>', html, re.DOTALL)
    return {number: unescape(re.sub(r"<[^>]+>", " ", text)) for number, text in parts}


def test_every_need_that_a_source_voices_is_there_answered_or_said_not_to_be(portal):
    found = told(portal)
    assert found["needs"] == len(found["results"]) == 63
    assert found["answered"] == sum(need["answered"] for need in found["results"])
    assert 0 < found["answered"] < 63
    for language, waiting in WAITING.items():
        shown = articles(portal.get("/needs", "text/html", params={"lang": language}).text)
        assert set(shown) == {need["identifier"].lower() for need in found["results"]}
        assert {number for number, text in shown.items() if waiting in text} == {
            need["identifier"].lower() for need in found["results"] if not need["answered"]
        }


def test_every_need_has_the_words_of_a_source(portal):
    for need in told(portal)["results"]:
        assert need["title"], need
        assert need["quotations"], need
        assert need["sources"], need
        assert all(each["label"] for each in (*need["sources"], *need["voicedBy"])), need


def test_the_page_and_the_interface_lead_to_the_addresses_of_the_graph_and_no_other(portal):
    answers = {answer["address"]: answer for need in told(portal)["results"] for answer in need["answers"]}
    assert sorted(answers) == ADDRESSES
    page = unescape(portal.get("/needs", "text/html").text)
    assert [address for address in ADDRESSES if f'href="{address}"' not in page] == []
    untitled = [address for address, answer in answers.items() if answer["title"] in ("", address)]
    assert untitled == []


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_is_there_and_is_not_empty(portal, address):
    page = portal.get(address, "text/html, */*;q=0.1")
    assert page.status_code == 200
    if not address.startswith(("/queries/", "/search")):
        return
    found = portal.get(address, "application/json")
    assert found.status_code == 200
    body = found.json()
    assert body["total"] if address.startswith("/search") else body["results"]["bindings"]


@pytest.mark.parametrize("language", WAITING)
def test_a_link_of_the_page_keeps_the_language_and_leads_to_a_page(portal, language):
    page = portal.get("/needs", "text/html", params={"lang": language}).text
    content = page.partition("<main")[2].partition("</main>")[0]
    links = {unescape(link) for link in re.findall(r'href="(/[^"]+)"', content)}
    assert all(re.search(rf"[?&]lang={language}(?:#|$)", link) for link in links)
    with httpx.Client(headers={"Accept": "text/html, */*;q=0.1"}, timeout=30) as client:
        wrong = {link: client.get(portal.url + link).status_code for link in sorted(links)}
    assert {link: status for link, status in wrong.items() if status != 200} == {}


def test_the_saved_query_of_the_needs_that_wait_gives_the_same(portal):
    parameters = {"fondement": f"{BASE}concepts/besoin-exprime"}
    rows = portal.get("/queries/besoins-sans-reponse", "application/json", params=parameters).json()["results"][
        "bindings"
    ]
    waiting = {need["iri"] for need in told(portal)["results"] if not need["answered"]}
    assert {row["besoin"]["value"] for row in rows} == waiting


def test_needs_stand_under_the_source_that_spoke_first_in_the_order_of_their_numbers(few):
    page = few.get("/needs", "text/html").text
    headings = [unescape(re.sub(r"<[^>]+>", "", each)) for each in re.findall(r"<h2 id=.source-.*?</h2>", page)]
    assert headings == ["Premier <i>dit 1 sur 2", "Source inconnue 2 sur 2", "Second dit 0 sur 1"]
    assert list(articles(page)) == ["r1", "r2", "r3", "r20", "r10"]


def test_an_answer_is_called_by_what_is_found_there(few):
    need = told(few, params={"lang": "en"})["results"][0]
    assert need["title"] == "a bridge"
    titles = {answer["address"]: (answer["title"], answer["values"]) for answer in need["answers"]}
    assert titles["/search?q=bus&page=1"] == ("Search, by words and by filters", ["bus", "1"])
    assert titles["/id/productions/bus"][0] not in ("", "/id/productions/bus")
    assert len(titles) == 3


def test_answers_and_what_would_answer_are_in_french_typography(few, portal):
    text = few.get("/needs", "text/html", params={"lang": "fr"}).text
    assert "l’accueil\u00a0: une page" in text
    text = portal.get("/needs", "text/html", params={"lang": "fr"}).text
    assert "à quelles conditions\u202f?</a>" in text


def test_what_is_only_an_idea_answers_nothing_and_what_is_made_does(few):
    found = {need["identifier"]: need for need in told(few)["results"]}
    assert (found["R2"]["answered"], [each["label"] for each in found["R2"]["ideas"]]) == (False, ["Une idée"])
    assert (found["R3"]["answered"], [each["label"] for each in found["R3"]["productions"]]) == (
        True,
        ["Une chose faite"],
    )
    shown = articles(few.get("/needs", "text/html").text)
    assert "Une idée" in shown["r2"]
    assert "une page" in shown["r2"]
    assert "Une chose faite" in shown["r3"]


def test_of_what_answers_a_need_often_some_is_shown_and_the_page_of_the_need_has_the_rest(few):
    shown = few.get("/needs", "text/html").text
    assert "Chose 07" in shown
    assert "Chose 08" not in shown
    assert '<a href="/id/needs/r20">et 3 autres</a>' in shown
    assert len(told(few)["results"][-1]["productions"]) == 11
    assert "Chose 10" in few.get("/id/needs/r20", "text/html").text


def test_a_long_list_of_needs_is_in_pages_and_each_counts_all_of_them(few, settings, tmp_path):
    written = (settings.root / "passerelles.toml").read_text()
    (tmp_path / "passerelles.toml").write_text(written.replace("[limits]", "[limits]\nneeds_page = 2"))
    short = config.load(tmp_path)
    with serving(short, few.snapshot) as server:
        pages = [told(server, params={"page": number}) for number in (1, 2, 3)]
        assert [[need["identifier"] for need in page["results"]] for page in pages] == [
            ["R1", "R2"],
            ["R3", "R10"],
            ["R20"],
        ]
        assert {(page["needs"], page["answered"], page["pages"]) for page in pages} == {(5, 3, 3)}
        assert server.get("/needs", "text/html", params={"page": 4}).status_code == 400


def test_an_address_that_leads_elsewhere_is_no_answer(few):
    page = few.get("/needs", "text/html").text
    assert "elsewhere.example" not in page
    assert "javascript:" not in page
    assert WAITING["fr"] in articles(page)["r10"]


def test_what_a_source_says_is_text_and_never_markup(few):
    page = few.get("/needs", "text/html").text
    assert not re.search(r"<[iu]>|<b>pont", page)
    assert "du <u>concret" in unescape(page)
    assert "Un <b>pont" in unescape(page)


def test_a_graph_without_needs_says_so(server):
    assert told(server) == {"needs": 0, "answered": 0, "page": 1, "pages": 1, "results": []}
    assert "Aucun besoin n’est décrit." in server.get("/needs", "text/html").text


def test_the_home_page_and_every_footer_lead_to_the_needs(few):
    home = few.get("/", "text/html").text
    assert home.count('href="/needs"') == 2
    assert few.get("/licences", "text/html").text.count('href="/needs"') == 1


def test_the_format_is_chosen_by_name_too_and_the_answer_is_kept(few):
    found = few.get("/needs", "text/html", params={"format": "json"})
    assert found.headers["content-type"] == "application/json"
    assert found.headers["content-language"] == "fr"
    again = few.get("/needs", "text/html", params={"format": "json"}, headers={"If-None-Match": found.headers["etag"]})
    assert again.status_code == 304
