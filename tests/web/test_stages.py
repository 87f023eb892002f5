"""The guides by stage: every step filled from the graph, for a theme and a territory, and never left blank."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import quote

import httpx
import pyoxigraph
import pytest

from graph.namespaces import PAS
from graph.snapshot import manifest

from .conftest import BASE, Server, adding, indexing, serving_more

KIT, PATH = "/guides/kit-de-survie", "/guides/parcours"
STEPS = [
    "survie-trouver-des-allies",
    "survie-trouver-moyens-ressources",
    "survie-concevoir-le-projet",
    "survie-prototyper-realiser",
    "survie-deployer",
    "survie-evaluer",
]
STAGES = [
    "stage-idee",
    "stage-formalisation",
    "stage-developpement-realisation",
    "stage-test-mise-au-point-prototype",
    "stage-lancement-production",
    "stage-evaluation",
    "stage-enquete-de-satisfaction",
]
SMALL = f"""
PREFIX c: <{BASE}concepts/>
PREFIX s: <{BASE}schemes/>
PREFIX p: <{BASE}productions/>
PREFIX o: <{BASE}organisations/>
PREFIX pl: <{BASE}places/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX pas: <{PAS}>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
c:second a skos:Concept ; skos:inScheme s:scheme-etapes-kit-survie ; skos:prefLabel "la <b>seconde"@fr ;
  schema:position 2 .
c:first a skos:Concept ; skos:inScheme s:scheme-etapes-kit-survie ; skos:prefLabel "la première"@fr ;
  schema:position 1 .
c:last a skos:Concept ; skos:inScheme s:scheme-etapes-kit-survie ; skos:prefLabel "sans rang"@fr .
c:lab a skos:Concept ; skos:inScheme s:types ; pas:suggestedConcept c:first ; skos:prefLabel "laboratoire"@fr .
c:made a skos:Concept ; skos:inScheme s:stages ; pas:suggestedConcept c:second ; skos:prefLabel "faite"@fr .
c:lever a skos:Concept ; skos:inScheme s:levers ; dct:relation c:second ; skos:prefLabel "oser"@fr ;
  pas:quotation "il faut <script>oser"@fr ; schema:position 1 .
o:lab-a org:classification c:lab ; dct:title "Labo A"@fr ; dct:spatial pl:a .
o:lab-b org:classification c:lab ; dct:title "Labo B"@fr ; dct:spatial pl:b .
pl:a dct:title "Ici"@fr . pl:b dct:title "Là"@fr .
p:x dct:title "Produit X"@fr ; pas:stage c:made ; dcat:theme c:theme-x ; dct:spatial pl:a ; dct:license c:free .
p:y dct:title "Produit Y"@fr ; pas:suggestedConcept c:made ; dcat:theme c:theme-y ; dct:creator o:lab-b .
p:a dct:title "Du labo"@fr ; pas:stage c:made ; dct:creator o:lab-a .
c:theme-x skos:prefLabel "Thème X"@fr . c:theme-y skos:prefLabel "Thème Y"@fr .
""" + "".join(f'p:z{n} dct:title "Z{n}"@fr ; pas:stage c:made ; dcat:theme c:theme-z .\n' for n in range(20))
KINDS = ("productions", "events", "tools", "organisations", "people", "places", "reuses")
#: A vocabulary for the index to have facets of, and a concept with one thing more than is told, each of its own kind.
MIXED = f"""
PREFIX c: <{BASE}concepts/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX pas: <{PAS}>
PREFIX s: <{BASE}schemes/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX t: <http://www.w3.org/ns/dcat#>
c:mixed a skos:Concept ; skos:inScheme s:stages ; dct:relation c:first ; skos:prefLabel "mêlée"@fr .
c:theme-x skos:inScheme s:themes . c:theme-y skos:inScheme s:themes . c:theme-z skos:inScheme s:themes .
c:theme-x a skos:Concept . c:theme-y a skos:Concept . c:theme-z a skos:Concept .
s:stages a skos:ConceptScheme . s:themes a skos:ConceptScheme .
<{BASE}places/a> a dct:Location . <{BASE}places/b> a dct:Location .
""" + "".join(f'<{BASE}{kind}/mixed> dct:title "M"@fr ; pas:stage c:mixed .\n' for kind in KINDS)


@pytest.fixture(scope="module")
def small(settings, snapshot, tmp_path_factory) -> Iterator[Server]:
    """A server of a kit of three steps."""
    add = indexing(adding(SMALL + MIXED))
    with serving_more(settings, snapshot, tmp_path_factory.mktemp("stages") / "copy", add) as server:
        yield server


def told(server: Server, address: str, **params) -> dict:
    found = server.get(address, "application/json", params=params)
    assert found.status_code == 200, found.text
    return found.json()


def read(server: Server, address: str, **params) -> str:
    found = server.get(address, "text/html", params=params)
    assert found.status_code == 200, found.text
    return found.text


def things(step: dict, kind: str) -> dict[str, dict]:
    return {each["label"]: each for each in step["things"] if each["kind"] == kind}


def test_the_kit_has_the_six_steps_of_its_source_in_order_each_with_something(portal):
    steps = told(portal, KIT)["steps"]
    assert [step["slug"] for step in steps] == STEPS
    for step in steps:
        assert step["quotations"], step["slug"]
        assert step["concepts"], step["slug"]
        assert any(each["kind"] in {"tools", "productions", "organisations"} for each in step["things"]), step["slug"]


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (0, "organisations"),
        (1, "productions"),
        (2, "tools"),
        (2, "productions"),
        (3, "tools"),
        (3, "productions"),
        (4, "reuses"),
        (4, "tools"),
        (5, "tools"),
    ],
)
def test_a_step_of_the_kit_is_filled_with_what_it_is_about(portal, step, kind):
    assert things(told(portal, KIT)["steps"][step], kind)


def test_what_one_does_is_ticked_off_and_an_obstacle_is_not(portal):
    groups = dict(re.findall(r"<h3>([^<]*)</h3>\n<ul class=\"(?:ticks|plain)\">(.*?)</ul>", read(portal, KIT)))
    assert 'type="checkbox"' in groups["Leviers de l’innovation"]
    assert "checkbox" not in groups["Freins à l’innovation"]


def test_the_sentence_of_an_unknown_choice_is_set(portal):
    refused = portal.get(KIT, "text/html", params={"theme": "nowhere", "lang": "fr"})
    sentence = refused.text.split('role="alert"')[1].split("</p>")[0]
    assert "’" in sentence
    assert "&#39;" not in sentence


def test_what_a_source_classes_at_a_step_is_told_from_what_is_proposed(portal):
    steps = told(portal, KIT)["steps"]
    benchmarks = things(steps[2], "tools")["benchmarks"]
    assert (benchmarks["proposed"], benchmarks["under"]) == (False, [])
    assert all(each["proposed"] for each in steps[0]["concepts"])
    assert "selon la source" in read(portal, KIT)


def test_a_theme_and_a_territory_narrow_the_kit_and_what_is_not_there_is_said(portal):
    chosen = {"theme": "theme-mobilite", "territory": "place-pays-de-la-loire"}
    kit = told(portal, KIT, **chosen)
    assert kit["theme"]["label"] == "Mobilités et voirie"
    allies = things(kit["steps"][0], "organisations")
    assert any(each["reach"] is None for each in allies.values())
    for name, each in things(kit["steps"][2], "productions").items():
        assert each["reach"] == "elsewhere", name
    page = read(portal, KIT, **chosen)
    assert "Rien encore sur ce territoire." in page
    assert re.search(r'<option value="theme-mobilite" selected>Mobilités et voirie \(\d+\)', unescape(page))


@pytest.mark.parametrize("theme", ["theme-mobilite", BASE + "concepts/theme-mobilite"])
def test_a_value_may_be_written_short_or_whole(portal, theme):
    assert told(portal, KIT, theme=theme)["theme"]["iri"] == BASE + "concepts/theme-mobilite"


@pytest.mark.parametrize(("address", "name"), [(KIT, "theme"), (KIT, "territory"), (PATH, "stage")])
@pytest.mark.parametrize("value", ["nowhere", "<script>alert(1)</script>", '" onload="x', "é" * 5_000])
def test_an_unknown_value_is_refused_with_the_known_ones(portal, address, name, value):
    page = portal.get(address, "text/html", params={name: value})
    assert page.status_code == 400
    assert "<script>alert" not in page.text
    problem = portal.get(address, "application/json", params={name: value})
    assert problem.status_code == 400
    assert problem.json()["parameter"] == name
    known = {"theme": "theme-mobilite", "territory": "place-cluny", "stage": "stage-idee"}
    assert any(f"{name}={known[name]}" in way["href"] for way in problem.json()["ways"])


def test_every_choice_of_the_kit_fills_it(portal):
    page = unescape(read(portal, KIT))
    offered = {
        name: re.findall(
            r'<option value="([^"]+)"', page.partition(f'<select id="{name}"')[2].partition("</select>")[0]
        )
        for name in ("theme", "territory")
    }
    assert all(len(values) > 5 for values in offered.values())
    for name, values in offered.items():
        for value in values:
            steps = told(portal, KIT, **{name: value})["steps"]
            assert all(step["things"] for step in steps), (name, value)


def test_the_path_has_the_seven_stages_of_its_source_in_order(portal):
    steps = told(portal, PATH)["steps"]
    assert [step["slug"] for step in steps] == STAGES
    assert all(step["concepts"] or step["things"] for step in steps)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_has_its_page_with_its_tools_and_says_where_users_come_in(portal, stage):
    [step] = told(portal, PATH, stage=stage)["steps"]
    assert things(step, "tools")
    page = read(portal, PATH, stage=stage)
    assert page.count('aria-current="step"') == 1
    assert "Où entrent les usagers" in page
    users = [each for each in (*step["things"], *step["concepts"]) if each["withUsers"]]
    assert ("une place à prendre" in page) == (not users)


def test_users_come_in_at_the_idea_as_the_source_says(portal):
    [step] = told(portal, PATH, stage="stage-idee")["steps"]
    said = {each["iri"].rpartition("/")[2]: each for each in step["concepts"] if each["withUsers"]}
    assert not said["levier-usager-en-amont"]["proposed"]
    assert said["levier-usager-en-amont"]["quotations"]
    assert "Des usagers associés dès l’idée" in things(step, "needs")


@pytest.mark.parametrize("address", [KIT, PATH, f"{PATH}?stage=stage-idee", "/id/concepts/frein-usager-trop-tard"])
def test_a_name_that_says_the_contrary_of_what_is_meant_has_its_note(portal, address):
    before, note, _ = read(portal, address).partition("Énoncé a contrario\u00a0: la source dit ce qu’il faudrait faire")
    assert note
    assert re.search("plus en amont|travailler seul", before[-600:])


def test_a_program_is_told_the_note_of_an_obstacle(portal):
    concepts = told(portal, PATH, stage="stage-idee")["steps"][0]["concepts"]
    notes = {each["iri"].rpartition("/")[2]: each["note"] for each in concepts}
    assert notes["frein-usager-trop-tard"].startswith("Énoncé a contrario")
    assert None in notes.values()


def test_the_stage_of_the_prototypes_shows_some_and_leads_to_all(portal):
    [step] = told(portal, PATH, stage="stage-test-mise-au-point-prototype")["steps"]
    examples = things(step, "productions")
    assert len(examples) == 12
    page = unescape(read(portal, PATH, stage="stage-test-mise-au-point-prototype"))
    assert 'href="/search?stage=stage-test-mise-au-point-prototype"' in page
    assert portal.get("/search?stage=stage-test-mise-au-point-prototype", "application/json").json()["total"] > 60


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("address", [KIT, PATH, *(f"{PATH}?stage={stage}" for stage in STAGES)])
def test_every_link_of_a_guide_keeps_the_language_and_leads_to_a_page(portal, address, language):
    page = portal.get(address, "text/html", params={"lang": language, **dict(httpx.URL(address).params)}).text
    content = page.partition("<main")[2].partition("</main>")[0]
    links = {unescape(link) for link in re.findall(r'href="(/[^"]+)"', content)}
    assert len(links) > 10
    assert [link for link in links if not re.search(rf"[?&]lang={language}(?:[&#]|$)", link)] == []
    pages = {link for link in links if not link.startswith("/id/")}
    wrong = {link: portal.get(link, "text/html, */*;q=0.1").status_code for link in sorted(pages)}
    assert {link: status for link, status in wrong.items() if status != 200} == {}
    anchors = set(re.findall(r'href="#([^"]+)"', content))
    assert anchors <= set(re.findall(r'id="([^"]+)"', content))


def test_steps_come_in_the_order_of_their_positions_and_those_without_come_last(small):
    assert [step["label"] for step in told(small, KIT)["steps"]] == ["la première", "la <b>seconde", "sans rang"]


def test_a_step_that_holds_nothing_says_so(small):
    step = told(small, KIT)["steps"][2]
    assert (step["things"], step["concepts"]) == ([], [])
    assert read(small, KIT).count("Rien n’est encore rangé à cette étape.") == 1


def test_what_is_near_comes_before_what_is_elsewhere_and_each_is_told_apart(small):
    for territory, there in (("a", "Labo A"), ("b", "Labo B")):
        labs = things(told(small, KIT, territory=territory)["steps"][0], "organisations")
        assert {name: each["reach"] for name, each in labs.items()} == {there: None}
    made = things(told(small, KIT, theme="theme-x", territory="a")["steps"][1], "productions")
    assert {name: each["reach"] for name, each in made.items()} == {"Produit X": None}


@pytest.mark.parametrize(
    ("chosen", "reach", "first"),
    [
        ({"theme": "theme-x", "territory": "b"}, "elsewhere", "Produit X"),
        ({"theme": "theme-z", "territory": "b"}, "elsewhere", "Z"),
    ],
)
def test_where_nothing_is_the_nearest_is_offered(small, chosen, reach, first):
    made = things(told(small, KIT, **chosen)["steps"][1], "productions")
    assert {each["reach"] for each in made.values()} == {reach}
    assert all(name.startswith(first) for name in made)


def test_what_is_of_a_place_comes_before_what_is_there_by_who_made_it(small):
    found = things(told(small, KIT, territory=BASE + "places/a")["steps"][1], "productions")
    assert list(found) == ["Produit X", "Du labo"]


def test_a_production_is_where_who_made_it_is(small):
    made = things(told(small, KIT, territory="b")["steps"][1], "productions")
    assert {name: (each["reach"], each["proposed"]) for name, each in made.items()} == {"Produit Y": (None, True)}


def test_many_things_are_told_in_part_and_the_page_leads_to_the_rest(small):
    step = told(small, KIT)["steps"][1]
    assert len(things(step, "productions")) == 6
    [rest] = step["rest"]
    assert (rest["label"], rest["kind"], rest["address"]) == ("faite", "productions", "/search?stage=made")
    assert small.get(rest["address"], "application/json").json()["total"] == 22
    assert "Tout ce qui est classé « faite »" in unescape(read(small, KIT)).replace("\u00a0", " ")


def test_the_rest_is_sought_with_the_choices_that_were_met(small):
    for chosen, address in (
        ({"theme": "theme-z"}, "/search?stage=made&theme=theme-z"),
        ({"theme": "theme-z", "territory": "b"}, "/search?stage=made&theme=theme-z"),
    ):
        [rest] = told(small, KIT, **chosen)["steps"][1]["rest"]
        assert rest["address"] == address


def test_the_rest_of_what_is_only_proposed_is_on_the_page_of_its_concept(portal):
    addresses = {each["address"] for step in told(portal, KIT)["steps"] for each in step["rest"]}
    assert "/id/concepts/stage-lancement-production" in addresses
    assert not any("stage-lancement-production" in address for address in addresses if address.startswith("/search"))


def test_what_is_cut_off_may_be_all_there_is_of_a_kind(small):
    step = told(small, KIT)["steps"][0]
    mixed = [each["kind"] for each in step["things"] if each["label"] == "M"]
    assert len(mixed) == 6 < len(KINDS)
    assert step["rest"] == []
    assert "M</a>" in read(small, KIT)


def test_a_graph_of_another_base_that_took_our_vocabularies_in_has_the_guide(settings, snapshot, tmp_path):
    def elsewhere(store: pyoxigraph.Store, place: Path) -> None:
        replace(manifest.read(place.parent), base="https://elsewhere.example/id/").write(place.parent)
        adding(SMALL)(store, place)

    with serving_more(settings, snapshot, tmp_path / "copy", indexing(elsewhere)) as other:
        assert [step["label"] for step in told(other, KIT)["steps"]][:1] == ["la première"]
        assert "la première" in read(other, KIT).lower()


@pytest.mark.parametrize(
    "address",
    [
        KIT,
        f"{KIT}?theme=theme-mobilite",
        f"{KIT}?territory=place-cluny",
        f"{KIT}?theme=theme-mobilite&territory=place-cluny",
        f"{KIT}?theme=theme-culture-innovation&territory=place-paris",
        *(f"{PATH}?stage={stage}" for stage in STAGES),
    ],
)
def test_where_the_rest_is_there_is_more_than_is_told(portal, address):
    for step in portal.get(address, "application/json").json()["steps"]:
        for rest in step["rest"]:
            shown = [each for each in step["things"] if rest["iri"] in [concept["iri"] for concept in each["under"]]]
            if rest["address"].startswith("/search"):
                assert portal.get(rest["address"], "application/json").json()["total"] > len(shown) > 0, rest
            else:
                assert portal.get(rest["address"], "text/html").status_code == 200


def test_the_number_of_a_choice_is_that_of_its_search(portal):
    page = unescape(read(portal, KIT)).replace("\u202f", "")
    for name in ("theme", "territory"):
        select = page.partition(f'<select id="{name}"')[2].partition("</select>")[0]
        for value, count in re.findall(r'<option value="([^"]+)"[^>]*>[^<]*\((\d+)\)</option>', select):
            found = portal.get("/search", "application/json", params={name: value}).json()
            assert found["total"] == int(count), value


def test_what_the_graph_says_is_text_and_never_markup(small):
    page = read(small, KIT)
    assert "<script>oser" not in page
    assert "<b>seconde" not in page
    assert "il faut <script>oser" in unescape(page)


@pytest.mark.parametrize("address", [KIT, PATH])
def test_a_graph_without_the_vocabulary_has_no_such_page(server, address):
    for accept in ("text/html", "application/json"):
        assert server.get(address, accept).status_code == 404


@pytest.mark.parametrize("address", [KIT, PATH])
def test_the_answer_is_kept_by_its_validator_in_each_language_and_format(portal, address):
    seen = set()
    for language in ("fr", "en"):
        for accept in ("text/html", "application/json"):
            found = portal.get(address, accept, headers={"Accept-Language": language})
            assert found.headers["content-language"] == language
            seen.add(found.headers["etag"])
            known = {"Accept-Language": language, "If-None-Match": found.headers["etag"]}
            assert portal.get(address, accept, headers=known).status_code == 304
    assert len(seen) == 4


def test_the_interface_describes_both(portal):
    paths = portal.get("/openapi.json", "application/json").json()["paths"]
    names = {path: {each["name"] for each in paths[path]["get"]["parameters"]} for path in (KIT, PATH)}
    assert names == {KIT: {"theme", "territory", "format"}, PATH: {"stage", "format"}}


def test_the_kit_leads_to_the_saved_query_behind_it(portal):
    assert f'href="/queries/{quote("kit-de-survie")}.html"' in read(portal, KIT)
