"""The neighbourhood of a thing over HTTP: on a page without any script, and as JSON for the one that draws it."""

from __future__ import annotations

import re
from html import unescape

import pyoxigraph
import pytest

from .conftest import serving_more

BASE = "https://w3id.org/passerelles/id/"
BUS, PERSONA, SOURCE = f"{BASE}productions/bus", f"{BASE}tools/persona", f"{BASE}sources/bilan"
HUB = f"{BASE}sources/hub"


def told(server, uri: str, **parameters) -> dict:
    return server.get("/explore", "application/json", params={"uri": uri, **parameters}).json()


def shown(server, uri: str, **parameters) -> str:
    answer = server.get("/explore", "text/html", params={"uri": uri, **parameters})
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture(scope="module")
def hub(settings, snapshot, tmp_path_factory):
    """A server of a source that a thousand things have."""

    def add(store: pyoxigraph.Store, _) -> None:
        source, node = pyoxigraph.NamedNode("http://purl.org/dc/terms/source"), pyoxigraph.NamedNode
        store.extend(
            pyoxigraph.Quad(node(f"{BASE}productions/n{number:04}"), source, node(HUB)) for number in range(1_000)
        )

    with serving_more(settings, snapshot, tmp_path_factory.mktemp("explore") / "copy", add) as server:
        yield server


def test_the_nodes_and_edges_around_a_thing(server):
    found = told(server, BUS, lang="fr")
    nodes = {node["iri"]: node for node in found["nodes"]}
    assert {BUS, PERSONA, SOURCE} <= nodes.keys()
    assert (nodes[BUS]["depth"], nodes[PERSONA]["depth"]) == (0, 1)
    assert (nodes[PERSONA]["label"], nodes[PERSONA]["href"]) == ("personas", "/id/tools/persona?lang=fr")
    edges = {(edge["from"], edge["label"], edge["to"]) for edge in found["edges"]}
    assert (BUS, "utilise l’outil", PERSONA) in edges


def test_two_steps_reach_what_one_does_not(server):
    near = {node["iri"] for node in told(server, PERSONA)["nodes"]}
    far = {node["iri"]: node["depth"] for node in told(server, PERSONA, depth="2")["nodes"]}
    assert near < far.keys()
    assert far[f"{BASE}concepts/prototype"] == 2


def test_the_table_says_without_any_script_what_the_json_says(server):
    page, found = unescape(shown(server, PERSONA, depth="2")), told(server, PERSONA, depth="2")
    table = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)[1]
    assert table.count("<tr>") == len(found["edges"])
    for node in found["nodes"]:
        assert node["label"] in table


def test_the_drawing_is_made_of_links(server):
    drawing = re.search(r"<svg viewBox=\"-20 0 740.*?</svg>", shown(server, BUS), re.DOTALL)[0]
    assert {"/id/tools/persona", "/id/sources/bilan"} <= set(re.findall(r'href="([^"]+)"', drawing))


def test_of_a_hub_some_are_shown_and_the_others_said(hub):
    found = told(hub, HUB)
    assert len(found["nodes"]) == 25
    assert found["nodes"][0]["complete"] is False
    assert "et plus de " in unescape(shown(hub, HUB))


def test_a_hostile_title_is_text(server):
    page = shown(server, f"{BASE}productions/hostile")
    assert "<script>alert" not in page
    assert "onmouseover=alert(1)>" not in page
    assert "javascript:" not in page


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"uri": BUS, "depth": "3"}, 400),
        ({"uri": BUS, "depth": "10" * 9}, 400),
        ({"uri": "<bus>"}, 400),
        ({"uri": "https://example.org/\x00"}, 400),
        ({"uri": f"{BASE}productions/nowhere"}, 404),
        ({"uri": BUS, "format": "html"}, 200),
        ({"uri": "pas:Production"}, 200),
    ],
)
def test_what_is_no_thing_or_no_depth_is_said(server, parameters, status):
    answer = server.get("/explore", "text/html", params=parameters)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


def test_without_a_thing_there_is_a_form_and_for_a_program_a_sentence(server):
    page = server.get("/explore", "text/html")
    assert 'name="uri"' in page.text
    assert server.get("/explore", "application/json").status_code == 400
    assert server.get("/explore", "text/html", params={"format": "json"}).status_code == 400


def test_an_answer_is_kept_until_the_graph_changes(server):
    for accept in ("text/html", "application/json"):
        first = server.get("/explore", accept, params={"uri": BUS})
        again = server.get("/explore", accept, params={"uri": BUS}, headers={"If-None-Match": first.headers["etag"]})
        assert (first.status_code, again.status_code) == (200, 304)


def test_the_script_is_asked_for_by_its_page_alone(server):
    assert "explore-" not in server.get("/id/productions/bus", "text/html").text.partition("</head>")[0]


def test_a_snapshot_without_pictures_has_no_page_of_them(server):
    for path in ("/pictures", "/pictures/themes.svg"):
        assert server.get(path, "text/html").status_code == 404


@pytest.mark.parametrize(
    "name", ["bus", "productions/bus", "/id/productions/bus", "le bus des SERVICES", "The services bus"]
)
def test_a_thing_may_be_named_as_a_reader_types_it(server, name):
    assert told(server, name)["uri"] == BUS
    assert "Le bus des services" in shown(server, name, lang="fr")


def test_the_address_of_a_page_is_that_of_its_thing(server):
    assert told(server, f"{server.url}/id/productions/bus.html?lang=en")["uri"] == BUS


def test_a_name_that_is_not_sure_is_a_choice_of_links_that_keep_the_depth(server):
    answer = server.get("/explore", "text/html", params={"uri": "services", "depth": "2", "lang": "fr"})
    assert answer.status_code == 400
    links = [unescape(each) for each in re.findall(r'href="(/explore\?[^"]+)"', answer.text)]
    [way] = [each for each in links if "uri=" in each and "productions%2Fbus" in each]
    assert "depth=2" in way
    assert server.get(way, "text/html").status_code == 200
    problem = server.get("/explore", "application/json", params={"uri": "services"})
    assert (problem.status_code, problem.json()["parameter"], BUS in problem.json()["detail"]) == (400, "uri", True)


def test_a_name_of_nothing_is_said_in_a_sentence_with_the_way_to_a_search(server):
    answer = server.get("/explore", "text/html", params={"uri": "zzyzx <b>", "lang": "fr"})
    assert answer.status_code == 400
    assert "Rien ne s’appelle" in answer.text
    assert 'href="/search?q=zzyzx+%3Cb%3E&amp;lang=fr"' in answer.text
    assert "<b>" not in answer.text
    assert 'name="uri"' in answer.text


def test_the_field_suggests_names_and_takes_them(server):
    field = re.search(r'<input id="uri"[^>]*>', server.get("/explore", "text/html").text)[0]
    assert "data-suggest=" in field
    assert "data-take" in field


@pytest.mark.parametrize("name", ["BUS", "Bus"])
def test_the_end_of_an_iri_is_meant_in_capitals_too(server, name):
    assert server.get("/explore", "text/html", params={"uri": name}).status_code == 200
