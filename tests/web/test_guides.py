"""The guided paths: their list, the vademecum of openness step by step, the stories that attested reuses tell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pyoxigraph
import pytest
import yaml

from graph.namespaces import DCT, PAS, PROV

from .conftest import BASE, Server, adding, serving_more
from .test_reuses import CLAIMS, PROLOGUE, REUSES

VADEMECUM, STORIES = "/guides/vademecum", "/guides/pouvoir-de-l-ouverture"
APPROVED = f"""PREFIX pas: <{PAS}> PREFIX dct: <{DCT}>
SELECT ?name {{ ?licence pas:approvedFor <{BASE}concepts/%s> ; dct:identifier ?name }}"""
MORE = """
PREFIX cc: <http://creativecommons.org/ns#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX l: <https://w3id.org/passerelles/id/licences/>
PREFIX o: <http://www.w3.org/ns/org#>
concept:works skos:prefLabel "œuvres"@fr . concept:objet-logiciels skos:prefLabel "codes"@fr ; schema:position 1 .
concept:sheets skos:prefLabel "fiches <b>"@fr ; skos:definition "Des fiches."@fr ; skos:broader concept:works ;
  schema:position 2 .
l:free a cc:License ; dct:identifier "FREE" ; dct:title "Libre <b>"@fr ; pas:intendedFor concept:works ;
  pas:approvedFor concept:works ; cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Attribution ;
  foaf:page <https://free.example/?a=1&b=2> .
l:open a cc:License ; dct:identifier "OPEN" ; dct:title "Ouverte"@fr ;
  pas:intendedFor concept:works, concept:objet-logiciels ; cc:permits cc:DerivativeWorks, cc:Distribution .
l:left a cc:License ; dct:identifier "LEFT" ; dct:title "Gauche"@fr ; pas:intendedFor concept:objet-logiciels ;
  skos:exactMatch <http://spdx.org/licenses/LEFT> ; cc:permits cc:DerivativeWorks, cc:Distribution ;
  cc:requires cc:Copyleft .
l:other a cc:License ; dct:identifier "OTHER" ; dct:title "Autre"@fr ; pas:intendedFor concept:objet-logiciels ;
  cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Copyleft .
:bus dct:license l:left . :hostile dct:license "what <nobody> wrote" .
:labbus dct:license l:open ; dcat:theme concept:mobility . :townbus dcat:theme concept:mobility .
:bus dcat:theme concept:service . concept:mobility skos:prefLabel "mobilité"@fr .
concept:service skos:prefLabel "services"@fr .
:townbus dcat:theme <https://elsewhere.example/service> . org:town o:classification concept:commune .
concept:commune skos:prefLabel "commune"@fr . :townbus dct:description "Il <i>roule."@fr .
r:fresh dct:description "Une ligne <u>à la demande."@fr ; pas:quotation "nous l’avons <s>repris"@fr .
"""


@pytest.fixture(scope="module")
def few(settings, snapshot, tmp_path_factory) -> Iterator[Server]:
    """A server of some licences, productions and reuses, on 21 November 2026."""
    folder = tmp_path_factory.mktemp("guides") / "snapshot"
    with serving_more(settings, snapshot, folder, adding(PROLOGUE + MORE + REUSES, claims=PROLOGUE + CLAIMS)) as served:
        yield served


def told(server: Server, path: str = VADEMECUM, **asked) -> dict:
    answer = server.get(path, "application/json", params=asked or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def page(server: Server, path: str = VADEMECUM, **asked) -> str:
    answer = server.get(path, "text/html", params=asked or None)
    assert answer.status_code == 200, answer.text
    return answer.text


def links(html: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'href="([^"]+)"', html)]


def text(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def typed(shown: str) -> str:
    """A text of a page as people type it."""
    return shown.replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")


def names(choices: list[dict], group: str = "") -> list[str]:
    return [each["name"] for each in choices if not group or each["group"] == group]


# --- the list


def test_the_list_has_the_guides_that_the_graph_has_the_matter_of(portal, few, server):
    assert [each["name"] for each in told(portal, "/guides")] == ["vademecum", "kit", "stories", "path"]
    assert [each["name"] for each in told(few, "/guides")] == ["vademecum", "stories"]
    assert told(server, "/guides") == []
    assert "Ce graphe n’a la matière d’aucun guide." in page(server, "/guides")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_guide_of_the_list_is_there(portal, language):
    html = page(portal, "/guides", lang=language)
    for each in told(portal, "/guides", lang=language):
        path = urlsplit(each["href"]).path
        assert f"{path}?lang={language}" in links(html)
        assert f"<strong>{each['title']}</strong>" in html
        assert portal.get(path, "text/html").status_code == 200


@pytest.mark.parametrize("path", [VADEMECUM, STORIES])
def test_a_guide_without_its_matter_is_no_page(server, path):
    for accept in ("text/html", "application/json"):
        assert server.get(path, accept).status_code == 404


@pytest.mark.parametrize("path", [VADEMECUM, STORIES])
def test_a_guide_says_who_asked_for_it_in_what_words(portal, path):
    needs = told(portal, "/needs")["results"]
    answered = [need for need in needs if path in [each["address"] for each in need["answers"]]]
    assert answered
    shown = text(page(portal, path))
    for need in answered:
        assert all(typed(quotation) in typed(shown) for quotation in need["quotations"])


# --- the vademecum


def test_the_way_is_made_by_links_alone_to_the_texts_to_paste(portal):
    address = VADEMECUM
    for wanted in ("publish=objet-donnees", "step=3", "licence=etalab-2.0"):
        html = page(portal, address)
        [found] = {each.partition("#")[0] for each in links(html) if wanted in each and each.startswith("?")}
        address = VADEMECUM + found
    texts = re.findall(r"<pre[^>]*data-copy=[^>]*>(.*?)</pre>", page(portal, address), re.DOTALL)
    assert "Licence Ouverte / Open Licence, version 2.0" in texts[0]
    assert any(f"dct:license <{BASE}licences/etalab-2.0>" in unescape(each) for each in texts)


@pytest.mark.parametrize("sort", ["objet-donnees", "objet-logiciels"])
def test_what_the_state_lists_comes_first(portal, sort):
    rows = portal.query(APPROVED % sort, "application/sparql-results+json").json()["results"]["bindings"]
    found = told(portal, publish=sort, step=3)["choices"]
    assert set(names(found, "approved")) == {row["name"]["value"] for row in rows}
    assert {each["group"] for each in found[: len(rows)]} == {"approved"}
    assert names(found)[0] in ("etalab-2.0", "MIT", "BSD-2-Clause", "Apache-2.0", "BSD-3-Clause")


def test_no_licence_is_recommended_by_its_button_and_none_is_asked_in_the_words_of_another(portal):
    shown = page(portal, publish="objet-logiciels", step=3)
    taking = re.findall(r'<a class="([^"]*\bbutton\b[^"]*)" href="[^"]*step=4', shown)
    assert len(taking) > 3
    assert len(set(taking)) == 1
    asked = re.findall(r"Nommer l’auteur de l’œuvre sous Apache-2\.0[^<]*", shown)
    assert asked
    assert not [each for each in asked if "Licence Ouverte" in each or "Creative Commons" in each]


def test_licences_that_forbid_uses_are_apart_and_each_says_which(portal):
    found = told(portal, publish="objet-documents", step=3)["choices"]
    carried = {each["name"]: (each["group"], each["carries"]) for each in found}
    assert carried["CC-BY-4.0"] == ("made", [])
    assert carried["CC-BY-SA-4.0"] == ("made", ["partage dans les mêmes conditions"])
    assert carried["CC-BY-NC-4.0"] == ("restricted", ["pas d’usage commercial"])
    assert carried["CC-BY-NC-ND-4.0"] == ("restricted", ["pas d’usage commercial", "pas de modification"])
    shown = text(page(portal, publish="objet-documents", step=3))
    assert "CC-BY-ND-4.0 pas de modification" in shown
    assert shown.index("CC-BY-SA-4.0") < shown.index("Ces licences ne sont pas libres") < shown.index("CC-BY-NC-4.0")


def test_a_method_or_a_document_takes_what_is_made_for_works(portal):
    sorts = {each["name"]: each["label"] for each in told(portal)["sorts"]}
    assert list(sorts.values()) == ["données", "logiciels", "documents", "méthodes"]
    for sort in ("objet-documents", "objet-methodes"):
        found = told(portal, publish=sort, step=3)
        assert names(found["choices"])[0] == "etalab-2.0"


def test_what_one_may_choose_is_what_the_page_of_licences_says(portal):
    asked = {"with": ["AGPL-3.0-only", "MIT"]}
    found = told(portal, publish="objet-logiciels", **asked)
    same = portal.get("/licences/choose", "application/json", params=asked).json()
    assert sorted(names(found["choices"])) == sorted(names(same["choices"]))
    assert found["write"] == same["write"]
    shown = text(page(portal, publish="objet-logiciels", **asked))
    assert all(duty in shown.replace("\u202f", " ").replace("\u00a0", " ") for duty in found["write"])


def test_what_is_impossible_is_said_with_the_clause_and_its_source(portal):
    asked = {"publish": "objet-logiciels", "with": "GPL-3.0-only"}
    refused = next(each for each in told(portal, **asked)["refused"] if each["name"] == "GPL-2.0-only")
    assert refused["because"]
    assert refused["sources"]
    html = page(portal, **asked)
    assert all(f'href="{source}"' in unescape(html) for source in refused["sources"])


def test_licences_that_cannot_be_joined_are_told_by_two(portal):
    shown = text(page(portal, publish="objet-logiciels", **{"with": ["Apache-2.0", "GPL-2.0-only", "MIT"]}))
    assert "Apache-2.0 et GPL-2.0-only ne peuvent être réunies" in shown
    assert "MIT et" not in shown


def test_a_production_is_found_by_its_name_ticked_and_kept(few):
    html = page(few, publish="sheets", q="bus", production=f"{BASE}tools/persona")
    boxes = dict(re.findall(r'name="production" value="([^"]+)"( checked)?', html))
    assert boxes[f"{BASE}productions/bus"] == ""
    assert boxes[f"{BASE}tools/persona"] == " checked"
    found = told(few, publish="sheets", q="bus")["found"]
    assert {each["iri"] for each in found} <= {f"{BASE}productions/{name}" for name in ("bus", "townbus", "labbus")}
    assert "Aucune production ne s’appelle « zzz »" in text(page(few, publish="sheets", q="zzz")).replace("\u00a0", " ")


def test_the_licence_of_a_production_decides(few):
    found = told(few, publish="objet-logiciels", production=f"{BASE}productions/bus")
    assert found["productions"][0] | {"label": ""} == {
        "iri": f"{BASE}productions/bus",
        "label": "",
        "licences": [f"{BASE}licences/left"],
        "known": True,
    }
    assert names(found["choices"]) == ["LEFT"]


@pytest.mark.parametrize("slug", ["tools/persona", "productions/hostile"])
def test_a_production_whose_licence_nobody_knows_needs_consent(few, slug):
    asked = {"publish": "sheets", "production": BASE + slug}
    assert [each["known"] for each in told(few, **asked)["productions"]] == [False]
    html = page(few, **asked)
    note = html.partition('class="note"')[2].partition("</div>")[0]
    assert f'href="/id/{slug}"' in note
    assert "sans accord" in note
    assert "what <nobody>" not in html


def test_each_choice_says_what_it_asks_of_others(few):
    free = told(few, publish="sheets", step=3)["choices"][0]
    assert (free["name"], free["group"]) == ("FREE", "approved")
    [asked] = free["asks"]
    assert asked.startswith("Nommer l’auteur de l’œuvre sous FREE, avec ce que cette licence demande de dire")


def test_the_texts_are_those_of_the_licence_and_of_the_works(few):
    asked = {
        "publish": "objet-logiciels",
        "production": f"{BASE}productions/bus",
        "licence": "LEFT",
        "title": 'Mon "bus" <b>',
        "by": 'Ville: "A" <i>',
        "url": "https://town.example/bus",
    }
    page_, notice, files, publiccode, turtle = (each["text"] for each in told(few, **asked)["texts"])
    assert all(each in page_ for each in ('Mon "bus" <b>', 'Ville: "A" <i>', "Gauche", "https://town.example/bus"))
    assert "« Le bus des services »" in notice
    assert "sous LEFT" in notice
    assert files.endswith("SPDX-License-Identifier: LEFT")
    assert yaml.safe_load(publiccode) == {"legal": {"license": "LEFT", "mainCopyrightOwner": 'Ville: "A" <i>'}}
    triples = {
        (each.predicate.value, each.object.value)
        for each in pyoxigraph.parse(turtle.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    }
    assert triples == {
        (DCT + "license", f"{BASE}licences/left"),
        (PROV + "wasDerivedFrom", f"{BASE}productions/bus"),
    }
    html = page(few, **asked)
    assert not re.search(r"<b>|<i>", html.partition("<main")[2])
    assert 'value="Mon &#34;bus&#34; &lt;b&gt;"' in html


def test_a_licence_that_spdx_does_not_list_is_named_as_it_wants(few):
    texts = [each["text"] for each in told(few, publish="objet-logiciels", licence="OPEN")["texts"]]
    assert "SPDX-License-Identifier: LicenseRef-OPEN" in "\n".join(texts)
    assert "license: LicenseRef-OPEN" in "\n".join(texts)


def test_a_web_page_is_given_its_link_escaped(few):
    texts = [each["text"] for each in told(few, publish="sheets", licence="FREE")["texts"]]
    assert '<a rel="license" href="https://free.example/?a=1&amp;b=2">Libre &lt;b&gt;</a>' in texts


def test_a_licence_that_will_not_do_gets_no_text(few):
    asked = {"publish": "objet-logiciels", "production": f"{BASE}productions/bus", "licence": "OTHER"}
    found = told(few, **asked)
    assert (found["texts"], found["licence"]["verdict"]) == ([], "no")
    html = page(few, **asked)
    assert "data-copy" not in html
    assert found["licence"]["because"] in text(html).replace("\u202f", " ").replace("\u00a0", " ")


def test_a_step_waits_for_the_one_before(few):
    assert told(few, step=4)["step"] == 1
    assert told(few, publish="objet-logiciels", step=4)["step"] == 3
    assert told(few, publish="objet-logiciels", licence="LEFT", step=2)["step"] == 2
    assert told(few, publish=f"{BASE}concepts/objet-logiciels")["publish"]["name"] == "objet-logiciels"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"step": "5"}, 400),
        ({"publish": "nothing"}, 400),
        ({"publish": "objet-logiciels", "production": "no iri"}, 400),
        ({"publish": "objet-logiciels", "production": f"{BASE}productions/nowhere"}, 404),
        ({"publish": "objet-logiciels", "production": [f"{BASE}productions/{n}" for n in range(21)]}, 422),
        ({"publish": "objet-logiciels", "with": "zzz", "step": "3"}, 404),
        ({"publish": "objet-logiciels", "with": "(MIT", "step": "3"}, 400),
        ({"publish": "objet-logiciels", "with": "M" * 1001, "step": "3"}, 422),
        ({"publish": "objet-logiciels", "licence": "zzz"}, 404),
    ],
)
def test_a_mistake_is_told_in_a_sentence(few, asked, status):
    answer = few.get(VADEMECUM, "text/html", params=asked)
    assert answer.status_code == status
    assert 'class="problem" role="alert"' in answer.text
    assert few.get(VADEMECUM, "application/json", params=asked).json()["detail"]


def test_a_mistyped_licence_is_told_on_the_form_that_keeps_the_rest(few):
    asked = {"publish": "objet-logiciels", "with": ["LEFT", "zzz"], "production": f"{BASE}productions/bus", "step": "3"}
    html = few.get(VADEMECUM, "text/html", params=asked).text
    assert re.search(r'value="LEFT" checked', html)
    assert 'value="zzz"' in html
    assert re.search(rf'value="{BASE}productions/bus" checked', html)


def test_the_words_of_openness_are_those_of_the_sources(portal):
    html = page(portal)
    rows = portal.get("/queries/notions-d-ouverture", "application/json").json()["results"]["bindings"]
    shown = typed(text(html))
    assert len(rows) == 14
    assert all(typed(row[name]["value"]) in shown for row in rows for name in ("notionLibelle", "citation"))


@pytest.mark.parametrize("path", [f"{VADEMECUM}?publish=objet-logiciels&with=LEFT", STORIES, "/guides"])
def test_the_language_decides_and_an_answer_is_kept(few, path):
    french, english = (few.get(path, "text/html", headers={"Accept-Language": code}) for code in ("fr", "en"))
    assert french.headers["content-language"] == "fr"
    assert french.text != english.text
    known = {"Accept-Language": "fr", "If-None-Match": french.headers["etag"]}
    assert few.get(path, "text/html", headers=known).status_code == 304


# --- the stories


def test_only_what_is_attested_is_told_the_last_confirmed_first(few):
    found = told(few, STORIES)
    assert [each["title"] for each in found["results"]] == ["R1", "R2"]
    assert [each["status"] for each in found["results"]] == ["attested", "stale"]
    assert (found["total"], found["stale"]) == (2, 1)
    html = page(few, STORIES)
    assert html.count('class="story"') == 2
    assert "R3" not in html
    assert "1 réutilisation que personne n’atteste, et 1 que des portails déclarent" in text(html)


def test_a_story_says_who_what_how_and_on_whose_word(few):
    fresh = told(few, STORIES)["results"][0]
    labels = {part: [each["label"] for each in fresh[part]] for part in ("reused", "reuser", "kind", "result", "maker")}
    assert labels == {
        "reused": ["Le bus des services"],
        "reuser": ["Ville"],
        "kind": ["adaptée"],
        "result": ["Bus de ville"],
        "maker": ["Région"],
    }
    assert fresh["since"] == "2024-05"
    assert fresh["quotations"] == ["nous l’avons <s>repris"]
    assert fresh["cameOfIt"] == "Il <i>roule."
    assert {each["label"] for each in fresh["attestedBy"]} == {"Ville", "Région"}
    assert [each["iri"] for each in fresh["after"]] == [f"{BASE}reuses/stale"]
    assert fresh["before"] == []  # nobody attests what it follows


def test_a_story_says_what_nobody_told(few):
    stale = told(few, STORIES)["results"][1]
    assert stale["lacks"] == ["maker", "licence", "since", "evidence"]
    story = page(few, STORIES).rpartition('class="story"')[2]
    assert "qui était l’auteur" in story
    assert 'href="/contribute"' in story


def test_what_a_story_says_is_text_and_never_markup(few):
    html = page(few, STORIES)
    assert not re.search(r"<[isu]>", html)
    assert "nous l’avons &lt;s&gt;repris" in html


@pytest.mark.parametrize(
    ("asked", "titles"),
    [({"theme": "mobility"}, ["R2"]), ({"type": "commune"}, ["R1"]), ({"theme": f"{BASE}concepts/service"}, ["R1"])],
)
def test_stories_are_chosen_by_theme_and_by_type(few, asked, titles):
    found = told(few, STORIES, **asked)
    assert [each["title"] for each in found["results"]] == titles
    assert 'aria-current="true"' in page(few, STORIES, **asked)
    [(name, value)] = asked.items()
    counted = {each["iri"]: each["count"] for each in found["filters"][name]}
    assert counted[BASE + "concepts/" + value.removeprefix(BASE + "concepts/")] == found["total"]


def test_of_two_values_that_end_alike_each_is_reached(few):
    themes = told(few, STORIES)["filters"]["theme"]
    alike = [each for each in themes if each["iri"].endswith("/service")]
    assert [each["value"] for each in alike] == [each["iri"] for each in alike]
    assert len(alike) == 2
    for each in themes:
        assert told(few, STORIES, theme=each["value"])["total"] == each["count"]


@pytest.mark.parametrize(
    "asked", [{"theme": "nothing"}, {"type": "'"}, {"page": "2"}, {"page": "0"}, {"page": "1" * 30}, {"page": "x"}]
)
def test_what_no_story_has_is_told_in_a_sentence(few, asked):
    for accept in ("text/html", "application/json"):
        answer = few.get(STORIES, accept, params=asked)
        assert answer.status_code == 400
        assert next(iter(asked)) in answer.text


def test_the_project_tells_its_own_stories_with_their_words(portal):
    found = told(portal, STORIES)
    asked = "SELECT (COUNT(DISTINCT ?r) AS ?n) { ?r <%sattestedBy> ?who }" % PAS  # noqa: UP031 - braces
    counted = portal.query(asked, "application/sparql-results+json").json()["results"]["bindings"][0]["n"]["value"]
    assert found["total"] == int(counted) > 0
    for story in found["results"]:
        assert story["quotations"]
        assert story["attestedBy"]


def test_every_link_of_the_guides_keeps_the_language_and_leads_to_a_page(portal):
    wrong = {}
    for path in ("/guides", f"{VADEMECUM}?publish=objet-logiciels&with=MIT", STORIES):
        joined = "&" if "?" in path else "?"
        content = portal.get(f"{path}{joined}lang=en", "text/html").text.partition("<main")[2].partition("</main>")[0]
        for link in {each for each in links(content) if each.startswith(("/", "?"))}:
            address = link if link.startswith("/") else path.partition("?")[0] + link
            status = portal.get(address, "text/html, */*;q=0.1").status_code
            asked = parse_qs(urlsplit(address).query)
            if status != 200 or asked.get("lang") != ["en"]:
                wrong[link] = status
    assert wrong == {}


def test_programs_are_given_valid_json(few):
    for path in (VADEMECUM, f"{VADEMECUM}?publish=objet-logiciels&licence=LEFT", STORIES, "/guides"):
        joined = "&" if "?" in path else "?"
        answer = few.get(f"{path}{joined}format=json", "text/html")
        assert answer.headers["content-type"] == "application/json"
        assert json.loads(answer.text) is not None
