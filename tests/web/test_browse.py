"""The pages that arrange the graph: themes across territories, tools, events, organisations; and the first page."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path

import pyoxigraph
import pytest

from .conftest import BASE, adding, indexing, serving_more
from .test_pages import Page

MORE = f"""
PREFIX c: <{BASE}concepts/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX e: <{BASE}events/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX n: <{BASE}needs/>
PREFIX o: <{BASE}organisations/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX p: <{BASE}productions/>
PREFIX pas: <https://w3id.org/passerelles/ontology#>
PREFIX place: <{BASE}places/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX s: <{BASE}schemes/>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX t: <{BASE}tools/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
c:mobility a skos:Concept ; skos:inScheme s:themes ; skos:prefLabel "Mobilité <b>"@fr, "Mobility"@en .
c:culture a skos:Concept ; skos:inScheme s:themes ; skos:prefLabel "Culture"@fr .
c:idea a skos:Concept ; skos:inScheme s:stages ; skos:prefLabel "idée"@fr ; schema:position 1 .
c:tested a skos:Concept ; skos:inScheme s:stages ; skos:prefLabel "test"@fr ; schema:position 3 .
c:second a skos:Concept ; skos:inScheme s:families ; skos:prefLabel "Famille deux"@fr ; schema:position 2 .
c:first a skos:Concept ; skos:inScheme s:families ; skos:prefLabel "Famille une"@fr ; schema:position 1 .
c:town a skos:Concept ; skos:inScheme s:types ; skos:prefLabel "commune"@fr .
place:nantes skos:prefLabel "Nantes" . place:rennes skos:prefLabel "Rennes" .
p:a a pas:Production ; dct:title "A"@fr ; dcat:theme c:mobility ; dct:spatial place:nantes ; pas:stage c:tested ;
  pas:usesTool t:one ; pas:fulfils n:voiced ; dct:creator o:new ; dct:issued "2026-11-20"^^xsd:date .
p:b a pas:Production ; dct:title "B"@fr ; dcat:theme c:mobility, c:culture ; dct:spatial place:rennes ;
  pas:stage c:idea ; prov:wasGeneratedBy e:part ; dct:issued "2099-01-01"^^xsd:date .
t:one a pas:Tool ; dct:title "Outil un"@fr ; dct:description "Pour voir."@fr ; pas:toolFamily c:first .
t:two a pas:Tool ; dct:title "Outil deux"@fr ; pas:toolFamily c:second .
t:three a pas:Tool ; dct:title "Outil trois"@fr ; pas:toolFamily c:second ;
  dct:description "L'outil d'un <b> agent, l'essai."@fr, "The agent's own."@en .
{"".join(f'p:user-{n} a pas:Production ; dct:title "U"@fr ; pas:usesTool t:more-00 .' for n in range(5))}
{"".join(f't:more-{number:02} a pas:Tool ; dct:title "Outil {number}"@fr .' for number in range(15))}
e:series dct:title "Les rencontres"@fr .
e:whole dct:title "Rencontre de 2018"@fr ; schema:startDate "2018-05"^^xsd:gYearMonth ; schema:superEvent e:series ;
  schema:location place:nantes ; schema:organizer o:new ; pas:attendeeCount 40 ; pas:outcome p:b ; pas:quotation "dit" .
e:part dct:title "Groupe"@fr ; schema:superEvent e:whole ; pas:outcome p:b ; pas:usesTool t:two .
e:later dct:title "Rencontre de 2020"@fr ; schema:startDate "2020"^^xsd:gYear ; schema:superEvent e:series .
e:loop-a dct:title "Boucle A"@fr ; schema:superEvent e:loop-b .
e:loop-b dct:title "Boucle B"@fr ; schema:superEvent e:loop-a .
o:new a org:Organization ; dct:title "Direction nouvelle"@fr ; org:classification c:town ; dct:spatial place:nantes .
o:old a org:Organization ; dct:title "Direction ancienne"@fr ; org:classification c:town .
o:bare a org:Organization ; dct:title "Sans type"@fr ; skos:altLabel "ST"@fr .
<{BASE}changes/one> a org:ChangeEvent ; dct:title "Changement"@fr ; prov:startedAtTime "2019"^^xsd:gYear ;
  org:originalOrganization o:old ; org:resultingOrganization o:new, o:bare .
<{BASE}changes/two> a org:ChangeEvent ; dct:title "Fusion"@fr ; prov:startedAtTime "2021-05-02"^^xsd:date ;
  org:originalOrganization o:new ; org:resultingOrganization o:bare .
n:voiced a pas:Need ; dct:title "Un besoin"@fr ; pas:needBasis c:besoin-exprime ; pas:voicedBy o:new, e:whole ;
  dct:identifier "R1" .
n:idle a pas:Need ; dct:title "Un autre"@fr ; pas:needBasis c:besoin-exprime ; dct:identifier "R2" .
<{BASE}reuses/one> a pas:Reuse ; dct:title "Reprise"@fr ; pas:reused p:a ; pas:reuser o:old ; pas:attestedBy o:old ;
  pas:lastConfirmed "2020-01-01"^^xsd:date .
"""
ADDRESSES = ("/themes", "/tools", "/events", "/organisations")


_THEMES, _PLACES = (", ".join(f"{name}{n}" for n in range(count)) for name, count in (("c:t", 520), ("place:n", 130)))
_USED = ", ".join(f"t:n{n}" for n in range(410))
CROWD = MORE.partition("c:mobility")[0] + "\n".join(
    (
        *(f'c:t{n} a skos:Concept ; skos:inScheme s:themes ; skos:prefLabel "T{n}"@fr .' for n in range(520)),
        *(f'c:k{n} a skos:Concept ; skos:inScheme s:types ; skos:prefLabel "K{n}"@fr .' for n in range(30)),
        *(f'o:n{n} a org:Organization ; dct:title "O"@fr ; org:classification c:k{n} .' for n in range(30)),
        "c:busy a skos:Concept ; skos:inScheme s:stages . c:quiet a skos:Concept ; skos:inScheme s:stages .",
        *(
            f'p:{name} a pas:Production ; dct:title "P"@fr ; dcat:theme {_THEMES} ; dct:spatial {_PLACES} ;'
            f"pas:stage c:busy ; pas:usesTool {_USED} ."
            for name in ("one", "two")
        ),
        'p:quiet a pas:Production ; dct:title "Q"@fr ; pas:stage c:quiet ; pas:usesTool t:last .',
        *(f't:n{n} a pas:Tool ; dct:title "T"@fr .' for n in range(410)),
        't:last a pas:Tool ; dct:title "T"@fr .',
    )
)


@pytest.fixture(scope="module")
def browsed(settings, snapshot, tmp_path_factory):
    """A server of the snapshot with things more, and an index."""
    folder = tmp_path_factory.mktemp("browsed") / "snapshot"
    with serving_more(settings, snapshot, folder, indexing(adding(MORE))) as server:
        yield server


@pytest.fixture(scope="module")
def crowded(settings, snapshot, tmp_path_factory):
    """The same of things that have more values than a page shows, and more together than the index counts at once."""
    folder = tmp_path_factory.mktemp("crowded") / "snapshot"
    with serving_more(settings, snapshot, folder, indexing(adding(CROWD))) as server:
        yield server


def told(browsed, path: str, **parameters):
    return browsed.get(path, "application/json", params=parameters).json()


def total(browsed, address: str) -> int:
    """How many things the search finds at an address."""
    return browsed.get(address, "application/json").json()["total"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_page_is_whole_in_both_languages_and_its_links_lead_somewhere(browsed, path):
    for language in ("fr", "en"):
        answer = browsed.get(path, "text/html", params={"lang": language})
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text
        page = Page(answer.text)
        assert len(page.ids) == len(set(page.ids))
        assert "<b>" not in answer.text
    for link in {unescape(link) for link in page.links if link.startswith(("/search", *ADDRESSES))}:
        assert browsed.get(link.partition("#")[0], "text/html").status_code == 200, link


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_page_is_json_as_well_and_kept_by_its_validator(browsed, path):
    answer = browsed.get(path, "application/json")
    assert answer.headers["content-type"].startswith("application/json")
    again = browsed.get(path, "application/json", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert browsed.get(path, "text/html").headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ADDRESSES)
def test_where_the_graph_has_nothing_of_it_there_is_no_page(empty, path):
    assert empty.get(path, "text/html").status_code == 404
    assert f'href="{path}"' not in empty.get("/", "text/html").text.partition("<main")[2].partition("</main>")[0]


@pytest.fixture(scope="module")
def empty(settings, snapshot, tmp_path_factory):
    """A server of a snapshot that has two birds and nothing else."""
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    turtle = f'<{BASE}birds/a> a <https://example.org/Bird> ; {label} "merle" . <{BASE}birds/b> {label} "geai" .'

    def instead(store: pyoxigraph.Store, place: Path) -> None:
        store.clear()
        adding(turtle)(store, place)

    folder = tmp_path_factory.mktemp("empty") / "snapshot"
    with serving_more(settings, snapshot, folder, indexing(instead)) as server:
        yield server


def test_a_graph_of_two_birds_has_a_first_page(empty):
    text = empty.get("/", "text/html").text
    assert 'href="/search?kind=birds"' in text
    assert "<b>2</b>" in text


def test_themes_are_crossed_with_territories_and_each_number_is_that_of_the_search(browsed):
    found = told(browsed, "/themes", lang="fr")
    assert found["across"]["value"] == "territory"
    mobility, culture = found["themes"]
    assert (mobility["label"], mobility["count"], culture["count"]) == ("Mobilité <b>", 2, 1)
    assert {each["label"]: each["count"] for each in mobility["cells"].values()} == {"Nantes": 1, "Rennes": 1}
    assert (mobility["needs"], culture["needs"]) == (1, 0)
    assert set(mobility["productions"]) == {BASE + "productions/a", BASE + "productions/b"}
    for theme in found["themes"]:
        for each in (theme, *theme["cells"].values(), *theme["kinds"].values()):
            assert total(browsed, each["address"]) == each["count"]


def test_themes_are_crossed_with_whatever_sorts_things(browsed):
    found = told(browsed, "/themes", across="stage")
    assert {each["label"] for each in found["columns"]} == {"idée", "test"}
    assert {"stage", "territory", "year"} <= {each["value"] for each in found["choices"]}
    for each in found["choices"]:
        across = told(browsed, "/themes", across=each["value"], lang="fr")
        text = browsed.get(f"/themes?lang=fr&across={each['value']}", "text/html").text
        assert f'<option value="{each["value"]}" selected>' in text
        for column in across["columns"]:
            assert total(browsed, column["address"]) == column["count"]
            assert f">{column['label']}</a></th>" in unescape(text)


@pytest.mark.parametrize(
    ("path", "parameter"),
    [("/themes?across=couleur", "across"), ("/events?page=2", "page"), ("/events?page=0", "page"),
     ("/events?page=x", "page"), ("/events?page=1000000000", "page"), ("/events?page=٣", "page")],
)  # fmt: skip
def test_what_there_is_not_is_refused_with_a_sentence(browsed, path, parameter):
    answer = browsed.get(path, "application/json")
    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
    assert browsed.get(path, "text/html").status_code == 400


def test_tools_come_by_family_in_the_order_of_the_families_then_those_of_none(browsed):
    found = told(browsed, "/tools")
    assert [(each["iri"].rpartition("/")[2], each["total"]) for each in found["families"]] == [
        ("first", 1), ("second", 2), ("", 16),
    ]  # fmt: skip
    assert len(found["families"][2]["tools"]) == 12
    for family in found["families"]:
        assert total(browsed, family["address"]) == family["total"]
    page = browsed.get("/tools?lang=fr", "text/html").text
    rest = page.partition("12 sur 16")[2].partition("</p>")[0]
    assert f'href="{escape(found["families"][2]["address"])}&amp;lang=fr"' in rest
    assert "aucune valeur ×" in browsed.get(found["families"][2]["address"] + "&lang=fr", "text/html").text


def test_a_tool_tells_who_uses_it(browsed):
    [tool] = told(browsed, "/tools")["families"][0]["tools"]
    assert (tool["users"], tool["some"]) == (1, [BASE + "productions/a"])
    [many] = [each for each in told(browsed, "/tools")["families"][2]["tools"] if each["iri"].endswith("/more-00")]
    assert (many["users"], len(set(many["some"]))) == (5, 3)
    assert "Pour voir." in browsed.get("/tools?lang=fr", "text/html").text


def test_tools_come_by_the_stage_of_what_used_them_or_came_out_of_what_used_them(browsed):
    idea, *_, tested = told(browsed, "/tools")["stages"]
    assert (idea["iri"], idea["tools"]) == (BASE + "concepts/idea", [[BASE + "tools/two", 1]])
    assert tested["iri"] == BASE + "concepts/tested"
    assert (tested["total"], tested["families"]) == (1, {BASE + "concepts/first": 1})


def test_events_are_under_what_they_are_part_of_the_latest_first(browsed):
    found = told(browsed, "/events")
    series = found["events"][0]
    assert series["iri"] == BASE + "events/series"
    assert [each["iri"].rpartition("/")[2] for each in series["parts"]] == ["whole", "later"]
    [part] = series["parts"][0]["parts"]
    assert part["iri"] == BASE + "events/part"
    assert found["total"] == 6
    assert {each["value"]: each["count"] for each in found["years"]} == {"2018": 2, "2020": 1}


def test_events_that_are_part_of_each_other_are_both_shown(browsed):
    text = browsed.get("/events", "text/html").text
    assert text.count("Boucle A") >= 1 <= text.count("Boucle B")


def test_what_remains_of_an_event_is_counted(browsed):
    whole = told(browsed, "/events")["events"][0]["parts"][0]
    assert (whole["outcomes"], whole["needs"], whole["quotations"]) == (1, 1, 1)
    assert (whole["attendees"], whole["places"]) == (["40"], [BASE + "places/nantes"])
    text = browsed.get("/events?lang=fr", "text/html").text
    assert "40 participants" in text
    assert "1 résultat · 1 besoin exprimé · 1 citation" in re.sub("<[^>]*>", "", text)


def test_organisations_come_by_type_with_what_they_did_and_became(browsed):
    town, rest = told(browsed, "/organisations")["types"]
    assert (town["total"], rest["iri"], rest["total"]) == (2, "", 1)
    new, old = town["organisations"]
    assert (new["made"], new["organised"], new["needs"], new["reuses"]) == (1, 1, 1, 0)
    assert (old["reuses"], old["after"]) == (1, [BASE + "organisations/bare"])
    assert new["before"] == [BASE + "organisations/old"]
    assert {each["label"]: each["count"] for each in town["cells"].values()} == {"Nantes": 1}
    assert not rest["address"]
    for each in (town, *town["cells"].values()):
        assert total(browsed, each["address"]) == each.get("count", each.get("total"))
    text = browsed.get("/organisations?lang=en", "text/html").text
    assert "1 production, 1 event organised, 1 need voiced" in text


def test_what_an_organisation_became_is_told_change_after_change(browsed):
    new, old = told(browsed, "/organisations")["types"][0]["organisations"]
    bare, renewed = (f"{BASE}organisations/{name}" for name in ("bare", "new"))
    assert [(each["date"], each["became"], each["replaced"]) for each in old["steps"]] == [
        ("2019", [bare, renewed], []),
        ("2021-05-02", [bare], [renewed]),
    ]
    assert [each["became"] for each in new["steps"]] == [[bare]]
    text = re.sub(r"<[^>]*>", "", browsed.get("/organisations?lang=fr", "text/html").text)
    assert "ST, Direction nouvelle (2019), puis ST (2021) à la place de Direction nouvelle" in text


def test_the_page_of_a_concept_says_as_many_as_its_search_finds(browsed):
    text = browsed.get("/id/concepts/town?lang=en", "text/html").text
    address, said = re.findall(r'href="(/search[^"]*)">see the (\d+), with filters', text)[0]
    assert total(browsed, unescape(address)) == int(said) > 2  # two say so, one is made by one of these


def test_what_a_page_leaves_out_is_counted(crowded):
    themes = told(crowded, "/themes", across="territory")
    assert (len(themes["themes"]), themes["total"]) == (60, 520)
    assert (len(themes["columns"]), themes["columns_total"]) == (12, 130)
    assert all(cell["count"] == 2 for theme in themes["themes"] for cell in theme["cells"].values())
    assert all(len(theme["cells"]) == 12 for theme in themes["themes"])
    types = told(crowded, "/organisations")
    assert (len([each for each in types["types"] if each["iri"]]), types["types_total"]) == (24, 30)
    assert "24 sur 30" in crowded.get("/organisations?lang=fr", "text/html").text


def test_a_stage_of_few_tools_shows_them_beside_one_of_many(crowded):
    stages = {each["iri"].rpartition("/")[2]: each for each in told(crowded, "/tools")["stages"]}
    assert (stages["busy"]["total"], len(stages["busy"]["tools"])) == (410, 8)
    assert stages["quiet"]["tools"] == [[BASE + "tools/last", 1]]


def test_the_first_page_gives_the_figures_that_matter_each_with_its_address(browsed):
    text = browsed.get("/?lang=fr", "text/html").text.replace("\u202f", " ").replace("\u00a0", " ")
    tiles = re.findall(r'<a href="([^"]*)"><b>(\d+)</b> <span>([^<]*)</span>', text)
    assert [(unescape(address).replace("lang=fr", "").rstrip("?&"), number) for address, number, _ in tiles][1:] == [
        ("/reuses", "1"), ("/organisations", "3"), ("/tools", "19"), ("/events", "6"), ("/needs", "2"),
    ]  # fmt: skip
    assert tiles[5][2] == "Besoins exprimés, dont 1 trouve une réponse ici"


def test_the_first_page_tells_what_is_dated_last_and_nothing_of_the_future(browsed):
    latest = browsed.get("/?lang=fr", "text/html").text.partition('id="latest"')[2].partition("</section>")[0]
    found = re.findall(r'href="/id/([^"?]*)', latest)
    assert found[0] == "productions/a"
    assert "productions/b" not in found
    assert '<time class="day" datetime="2026-11-20">20 novembre 2026</time>' in latest


def test_the_first_page_leads_to_each_theme(browsed):
    text = browsed.get("/", "text/html").text
    assert 'href="/search?theme=mobility"' in text
    assert 'href="/themes"' in text


def test_browsing_is_searching_without_words(browsed):
    text = browsed.get("/search?kind=productions&lang=fr", "text/html").text
    assert "<h1>Parcourir</h1>" in text
    assert "<h1>Recherche</h1>" in browsed.get("/search?q=bus&lang=fr", "text/html").text
    assert 'href="/search?kind=productions' in browsed.get("/id/productions", "text/html").text


def test_the_main_kinds_come_first_and_the_others_are_a_click_away(browsed):
    page = browsed.get("/search?lang=fr", "text/html").text
    facet = page.partition("<h3>Sorte de fiche</h3>")[2].partition("</ul></details>")[0]
    first, _, more = facet.partition("<details>")
    main = {"productions", "reuses", "organisations", "tools", "events", "needs"}
    assert set(re.findall(r"kind=([a-z]+)", first)) == main
    assert {"concepts", "changes", "places"} <= set(re.findall(r"kind=([a-z]+)", more))
    chosen = browsed.get("/search?kind=places&lang=fr", "text/html").text
    assert "Lieux</a>" in chosen.partition("<h3>Sorte de fiche</h3>")[2].partition("</ul>")[0]


def test_apostrophes_are_set_on_pages_and_stay_as_they_are_written_for_programs(browsed):
    for path in ("/tools?lang=fr", "/id/tools/three?lang=fr"):
        assert "L’outil d’un &lt;b&gt; agent, l’essai." in browsed.get(path, "text/html").text
    found = browsed.get("/search?q=essai&lang=fr", "text/html").text
    assert "L’outil d’un &lt;b&gt; agent, l’<mark>essai</mark>." in found
    assert "agent&#39;s own" in browsed.get("/id/tools/three?lang=en", "text/html").text
    for path in ("/id/tools/three.ttl", "/id/tools/three.jsonld", "/id/tools/three.nt"):
        assert "L'outil d'un <b> agent, l'essai." in browsed.get(path, "*/*").text
    [told] = browsed.get("/search?q=outil essai&lang=fr", "application/json").json()["results"]
    assert "d&#x27;un" in told["excerpt"]


def test_every_filter_is_on_the_page_and_those_that_sort_few_are_folded(browsed):
    text = browsed.get("/search?lang=fr", "text/html").text
    named = re.findall(r'<details class="sorting"( open)?><summary><h3>([^<]*)</h3>', text)
    assert {"Sorte de fiche", "Territoire", "Année", "Licence"} <= {name for _, name in named}
    assert all(is_open for is_open, _ in named[:8])
