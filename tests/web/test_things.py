"""The page of a thing: whom to ask about it, what its licence allows, what it is linked to, however much that is."""

from __future__ import annotations

import re

import pytest

from .conftest import BASE, Server, adding, indexing, serving_more
from .test_pages import Page
from .test_ways import ways

LONG = "interminable " * 8_000  # 100 kB
MORE = (
    f"""
PREFIX : <{BASE}productions/>
PREFIX cc: <http://creativecommons.org/ns#>
PREFIX concept: <{BASE}concepts/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX orga: <{BASE}organisations/>
PREFIX pas: <https://w3id.org/passerelles/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
:covoiturage a pas:Production ; dct:title "Covoiturage"@fr ; dct:license <http://spdx.org/licenses/MIT> ;
  dct:creator orga:ville ; dct:relation :velo , :velo-bis ; dct:source <{BASE}sources/bilan> .
:velo a pas:Production ; dct:title "Vélo"@fr ; dct:creator orga:jeanne ; dct:license <https://licence.example/> .
:velo-bis a pas:Production ; dct:title "Vélo bis"@fr ; prov:wasGeneratedBy <{BASE}events/atelier> .
:seul a pas:Production ; dct:title "\\u202Eseul <i>" ; dct:creator orga:bourg .
:muet a pas:Production ; dct:title "Muet"@fr .
:h-long1 a pas:Production ; dct:title "Tout autre chose"@fr .
:long a pas:Production ; dct:title "{LONG}"@fr ; dct:description "{LONG}"@fr ; dct:relation :sonne , :velo-bis .
:sonne a pas:Production ; dct:title "Sonne\\u0007 \\u202Eretournée\\uFFFF"@fr ; dct:relation :long ;
  foaf:page <javascript:alert(1)> , <data:text/html,x> .
<{BASE}events/atelier> a schema:Event ; dct:title "Atelier"@fr ; schema:organizer orga:ville .
<{BASE}events/oublie> a schema:Event ; dct:title "Oublié"@fr .
:velo-bis dct:isPartOf <{BASE}events/oublie> .
orga:ville a foaf:Agent ; foaf:name "Ville de Rien" ; dcat:contactPoint <{BASE}contacts/ville> .
<{BASE}contacts/ville> dct:title "Accueil de la ville"@fr ; vcard:hasEmail <mailto:accueil@ville.example> .
orga:jeanne a foaf:Person ; foaf:name "Jeanne Rien" ; foaf:mbox <mailto:jeanne@ville.example> .
orga:bourg a org:FormalOrganization ; dct:title "Bourg"@fr . orga:cite a org:FormalOrganization ; dct:title "Cité"@fr .
<{BASE}changes/fusion> a org:ChangeEvent ; dct:title "Fusion"@fr ; prov:startedAtTime "2020"^^xsd:gYear ;
  org:originalOrganization orga:bourg ; org:resultingOrganization orga:cite .
<{BASE}licences/mit> a dct:LicenseDocument , cc:License ; dct:title "MIT" ; cc:permits cc:DerivativeWorks ;
  cc:requires cc:Attribution ; cc:prohibits cc:CommercialUse ; skos:exactMatch <http://spdx.org/licenses/MIT> .
<{BASE}needs/b1> a pas:Need ; dct:title "Relier"@fr ; pas:answeredAt "/reuses"^^xsd:anyURI , "//elsewhere.example/" .
"""
    + "".join(
        f"""
<{BASE}productions/m{number}> a pas:Production ; dct:publisher orga:hub ; dct:title "M{number}"@fr .
orga:hub pas:facilitates <{BASE}productions/m{number}> , <{BASE}productions/n{number}> .
orga:carrefour pas:facilitates <{BASE}productions/m{number}> , <{BASE}productions/n{number}> .
<{BASE}productions/m{number}> dct:contributor orga:carrefour .
"""
        for number in range(1_050)
    )
    + """
orga:hub dct:title "Grand"@fr ; a foaf:Agent ; dct:description "Relié à tout."@fr .
[] dct:publisher orga:hub .
"""
    + "".join(
        f"""
<{BASE}productions/m{number}> <https://example.org/in/{number:02}> orga:carrefour .
orga:carrefour <https://example.org/out/{number:02}> <{BASE}productions/m{number}> .
"""
        for number in range(70)
    )
)


@pytest.fixture(scope="module")
def things(patient, snapshot, tmp_path_factory) -> Server:
    """A server of the snapshot with some things more, patient on a busy machine."""
    with serving_more(patient, snapshot, tmp_path_factory.mktemp("things") / "snapshot", adding(MORE)) as server:
        yield server


def section(things, path: str, name: str, language: str = "fr") -> str:
    """What a section of a page says, without its tags; empty when there is none."""
    page = things.get(path, "text/html", headers={"Accept-Language": language}).text
    found = re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


@pytest.fixture(scope="module")
def named(patient, snapshot, tmp_path_factory) -> Server:
    """The same, where names are searched."""
    add = indexing(adding(MORE.partition(f"<{BASE}productions/m0>")[0]))
    with serving_more(patient, snapshot, tmp_path_factory.mktemp("named") / "snapshot", add) as server:
        yield server


PATHS = (
    "productions/covoiturage",
    "productions/seul",
    "organisations/hub",
    "licences/mit",
    "needs/b1",
    "events/atelier",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_every_kind_is_well_formed(things, path, language):
    answer = things.get(f"/id/{path}", "text/html", headers={"Accept-Language": language})
    assert answer.status_code == 200
    page = Page(answer.text)
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= {*page.ids, "content"}


# --- whom to ask


def test_a_contact_point_is_whom_to_ask(things):
    told = section(things, "/id/productions/covoiturage", "ask")
    assert told.endswith("Ville de Rien : Accueil de la ville , accueil@ville.example")


def test_of_a_person_the_name_alone_is_told(things):
    page = things.get("/id/productions/velo", "text/html").text
    assert section(things, "/id/productions/velo", "ask").endswith("Jeanne Rien")
    assert "jeanne@" not in page


def test_who_answers_today_for_an_organisation_that_was_changed_is_told(things):
    assert section(things, "/id/productions/seul", "ask").endswith("Bourg aujourd’hui : Cité")
    assert "Bourg aujourd’hui : Cité" in section(things, "/id/productions/seul", "who")


def test_where_nobody_is_named_the_event_and_who_organised_it_are(things):
    told = section(things, "/id/productions/velo-bis", "ask")
    assert "Personne n’est nommé" in told
    assert told.index("Atelier") < told.index("Ville de Rien") < told.index("accueil@ville.example")
    assert "Oublié" not in told


def test_else_the_source_is_and_else_the_page_says_that_nobody_is(things):
    assert section(things, "/id/productions/bus", "ask").endswith("la source qui en parle : Bilan de l’été")
    assert section(things, "/id/productions/muet", "ask").endswith("ne nomme personne à qui s’adresser.")
    assert section(things, "/id/concepts/mobilite", "ask") == ""


# --- what its licence allows


def test_a_licence_is_told_in_words(things):
    told = section(things, "/id/productions/covoiturage", "licence")
    for text in ("MIT", "On peut adapter", "On doit Nommer l’auteur", "On ne peut pas", "pas un avis juridique"):
        assert text in told
    assert "cc:" not in told
    assert section(things, "/id/licences/mit", "licence").startswith("Ce qu’elle permet On peut adapter")


def test_a_licence_that_is_not_described_allows_nothing_that_the_page_says(things):
    told = section(things, "/id/productions/velo", "licence")
    assert "ne décrit pas cette licence" in told
    assert "On peut" not in told


def test_no_licence_is_told_with_what_it_means_and_what_to_do(things):
    for path in ("/id/productions/muet", "/id/productions/bus"):
        told = section(things, path, "licence")
        assert "licence non précisée" in told
        assert "Que faire ?" in told.replace("\u202f", " ")


# --- what it is linked to


def test_links_that_say_the_same_on_the_same_word_are_told_once(things):
    told = section(things, "/id/productions/covoiturage", "links")
    assert told.count("en relation avec") == 1
    assert told.count("Selon") == 1
    assert "Vélo Vélo bis" in told


def test_a_hub_is_told_in_part_with_how_many_there_are(things):
    page = things.get("/id/organisations/hub", "text/html").text
    assert "Relié à tout." in page
    assert "trop de liens" in section(things, "/id/organisations/hub", "links")
    # one of them is a blank node, which has no page
    assert "12 sur 1 051" in section(things, "/id/organisations/hub", "incoming").replace("\u202f", " ")
    assert "et 2 060 autres" in section(things, "/id/organisations/hub", "brief").replace("\u202f", " ")
    assert len(page) < 150_000


def test_of_a_hub_with_many_properties_each_is_told_with_how_many_values_it_has(things):
    page = things.get("/id/organisations/carrefour", "text/html").text
    everything = page.partition('id="everything"')[2]
    for number in (0, 69):
        assert f'href="https://example.org/in/{number:02}"' in everything
        assert f'href="https://example.org/out/{number:02}"' in everything


def test_a_need_leads_to_what_answers_it_here_and_nowhere_else(things):
    page = things.get("/id/needs/b1", "text/html").text
    assert 'href="/reuses"' in page
    assert 'href="//elsewhere' not in page


# --- by what it is asked for


@pytest.mark.parametrize("name", ["h-long1", "H-LONG1"])
def test_the_end_of_an_iri_is_enough_where_no_name_has_its_words(named, name):
    assert named.get("/explore", "application/json", params={"uri": name}).json()["uri"].endswith("/h-long1")
    assert named.get("/compare", "application/json", params={"a": name, "b": "velo"}).status_code == 200


# --- where nothing is


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/id/productions/mué", ["/id/productions/muet", "/id/productions", "/search?q=mu%C3%A9"]),
        ("/id/production/h-long1.html", ["/id/productions/h-long1", "/id/productions", "/search?q=h+long1"]),
        ("/productions/velo-bis", ["/id/productions/velo-bis", "/id/productions", "/search?q=velo+bis"]),
        ("/id/productions/qqqq-xxxx", ["/id/productions", "/search?q=qqqq+xxxx"]),
        ("/querie", ["/queries", "/search?q=querie"]),
    ],
)
def test_an_address_that_nothing_has_leads_to_what_it_may_mean(named, path, found):
    page = named.get(path, "text/html")
    assert page.status_code == 404
    assert [to for to, _ in ways(page.text)] == found
    for to in found:
        assert named.get(to, "text/html").status_code == 200, to
    english = named.get(path + "?lang=en", "text/html").text
    assert all("lang=en" in to for to, _ in ways(english))


def test_what_it_may_mean_is_bounded_and_text(named):
    page = named.get("/id/productions/sonn", "text/html").text
    assert ways(page)[0] == (
        "/id/productions/sonne",
        "Cherchiez-vous «\u00a0Sonne␇ \ufffdretournée\ufffd\u00a0»\u202f?",
    )
    page = named.get("/id/productions/" + "interminable-" * 40, "text/html").text
    assert len(page) < 30_000
    assert "<script>" not in named.get("/id/productions/<script>alert(1)", "text/html").text.partition("<main")[2]


def test_programs_are_told_that_nothing_is_there_and_no_more(named):
    assert "ways" not in named.get("/id/productions/mue", "application/json").json()


def test_a_file_that_is_not_there_has_a_page_that_leads_home(named):
    page = named.get("/static/none.css", "text/html").text
    assert 'href="/"' in page
    assert "/static/static/" not in page


# --- what is hostile


@pytest.mark.parametrize(
    "path",
    [
        "/id/productions/long",
        "/id/productions/sonne",
        f"/explore?uri={BASE}productions/long&depth=2",
        f"/explore?uri={BASE}productions/long&format=json",
        f"/compare?a={BASE}productions/long&b={BASE}productions/sonne",
        f"/relay?uri={BASE}productions/long",
        "/id/productions",
        "/search?q=interminable",
        "/sparql?query=SELECT * { ?s <http://purl.org/dc/terms/title> ?o FILTER(STRLEN(?o) > 1000) }",
    ],
)
def test_a_page_bears_the_beginning_of_an_endless_name(things, path):
    accept = "application/json" if "json" in path else "text/html"
    assert len(things.get(path, accept).content) < 60_000


def test_an_endless_text_is_whole_in_the_formats_for_data(things):
    page = things.get("/id/productions/long", "text/html").text
    everything = page.split('id="everything"')[1]
    assert "104\u202f000 caractères" in everything
    assert 'href="/id/productions/long.ttl"' in everything
    assert LONG in things.get("/id/productions/long.ttl").text
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page)[1]
    assert heading.startswith("interminable interminable")
    assert heading.endswith("interminable…")
    assert len(heading) <= 300


def test_what_would_act_on_what_stands_around_is_shown(things):
    for path in ("/id/productions/sonne", "/id/productions/long"):
        page = things.get(path, "text/html").text.split("<body>")[1]
        assert "Sonne␇ \ufffdretournée\ufffd" in page
        assert not re.search("[\x07\u202e\uffff]", page)


def test_an_address_that_must_not_be_followed_is_text(things):
    page = things.get("/id/productions/sonne", "text/html").text
    assert "<code>javascript:alert(1)</code>" in page
    assert "<code>data:text/html,x</code>" in page
    assert 'href="#"' not in page
    assert 'href=""' not in page
