"""The pictures of a whole graph: what they count, that they are bounded, and that the same graph gives the same."""

from __future__ import annotations

import json
import re
from itertools import combinations
from math import hypot
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from graph.pictures.packing import packed
from graph.pictures.writing import write
from graph.search.facets import Facet, Facets
from graph.texts import LANGUAGES

BASE = "https://example.org/id/"
THEME = "http://www.w3.org/ns/dcat#theme"
PROLOGUE = f"""
PREFIX : <{BASE}>
PREFIX c: <{BASE}concepts/>
PREFIX p: <{BASE}productions/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX pas: <https://w3id.org/passerelles/ontology#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
SMALL = """
p:bus dct:title "Le bus <i>&"@fr, "The bus"@en ; dcat:theme c:mobility ; pas:similarTo p:bike .
p:bike dct:title "Le vélo"@fr ; dcat:theme c:mobility, c:nature ; pas:similarTo p:bus ; dct:relation p:garden .
p:garden dcat:theme c:nature .
p:alone dcat:theme c:care .
"""
EXCHANGES = """
c:within pas:firstSide c:state ; pas:secondSide c:state ; schema:position 2 ; skos:prefLabel "Entre eux"@fr .
c:across pas:firstSide c:state ; pas:secondSide c:firms ; schema:position 1 ; skos:prefLabel "Avec les autres"@fr .
c:state skos:prefLabel "État"@fr . c:firms skos:prefLabel "Entreprises"@fr .
:r1 a pas:Reuse ; pas:exchangeType c:across . :r2 a pas:Reuse ; pas:exchangeType c:across .
:r3 a pas:Reuse .
"""
THEMES = {f"{BASE}concepts/{name}": {"fr": name.title()} for name in ("mobility", "nature", "care")}
SVG = "{http://www.w3.org/2000/svg}"


def facets(values: dict[str, dict[str, str]], iri: str = THEME) -> Facets:
    return Facets([Facet("theme", 1, {"fr": "Thème"}, values, iri)])


def made(folder, turtle: str, kept: Facets, quads=()) -> dict:
    store = Store()
    store.load((PROLOGUE + turtle).encode(), format=RdfFormat.TURTLE)
    store.extend(quads)
    write(store, BASE, kept, folder / "pictures")
    return json.loads((folder / "pictures" / "shown.json").read_text())


def read(folder, name: str, language: str = "fr") -> ET.Element:
    return ET.fromstring((folder / "pictures" / f"{name}.{language}.svg").read_text(encoding="utf-8"))  # noqa: S314 - we have just written it


def large(count: int, themes: int) -> tuple[list[Quad], dict[str, dict[str, str]]]:
    theme, near = NamedNode(THEME), NamedNode("http://purl.org/dc/terms/relation")
    names = [NamedNode(f"{BASE}concepts/theme-{number}") for number in range(themes)]
    things = [NamedNode(f"{BASE}productions/p{number}") for number in range(count)]
    quads = [Quad(thing, theme, names[number % themes]) for number, thing in enumerate(things)]
    quads += [Quad(thing, near, things[(number * 7 + 1) % count]) for number, thing in enumerate(things)]
    return quads, {each.value: {"fr": f"Le thème {each.value[-2:]}"} for each in names}


def test_a_small_graph_is_drawn_thing_by_thing_each_a_link_to_its_page(tmp_path):
    shown = made(tmp_path, SMALL, facets(THEMES))
    assert shown["themes"]["things"] == 4
    assert shown["themes"]["links"] == 2  # the same both ways is one
    picture = read(tmp_path, "themes")
    links = [link.get("href") for link in picture.iter(f"{SVG}a")]
    assert links.count("../id/productions/bike") == 2  # once in each of its themes
    assert {"../search?theme=mobility", "../id/productions/bus"} <= set(links)
    assert "Le bus <i>&" in [title.text for title in picture.iter(f"{SVG}title")]


def test_a_table_has_what_the_picture_shows(tmp_path):
    themes = made(tmp_path, SMALL, facets(THEMES))["themes"]["themes"]
    assert [(each["iri"][len(BASE) :], each["things"], each["ties"]) for each in themes] == [
        ("concepts/mobility", 2, 3),  # from the bus, and from the bike, to what is of nature; and the bike is of both
        ("concepts/nature", 2, 3),
        ("concepts/care", 1, 0),
    ]
    assert (themes[0]["nearest"], themes[2]["nearest"]) == (themes[1]["iri"], None)


def test_a_picture_speaks_both_languages(tmp_path):
    made(tmp_path, SMALL, facets(THEMES))
    titles = [read(tmp_path, "themes", language).find(f"{SVG}title").text for language in LANGUAGES]
    assert len(set(titles)) == len(LANGUAGES)
    assert read(tmp_path, "themes").find(f"{SVG}desc").text == "3 thèmes, 4 productions, 2 liens entre elles."


def test_the_same_graph_gives_the_same_bytes(tmp_path):
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        quads, values = large(300, 12)
        made(tmp_path / folder, SMALL + EXCHANGES, facets(values), quads if folder == "one" else quads[::-1])
    for path in (tmp_path / "one" / "pictures").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / "pictures" / path.name).read_bytes()


def test_a_large_graph_is_counted_and_its_picture_is_small(tmp_path):
    quads, values = large(20_000, 60)
    shown = made(tmp_path, "", facets(values), quads)
    assert shown["themes"]["things"] == 20_000
    picture = (tmp_path / "pictures" / "themes.fr.svg").read_text(encoding="utf-8")
    assert len(picture) < 40_000
    assert "/id/productions/" not in picture
    assert 'class="count"' in picture
    assert re.search(r"\d+ thèmes? de plus n", picture)


@pytest.mark.parametrize("count", [1, 2, 17, 24])
def test_no_circle_covers_another(count):
    radii = [10.0 + (number * 37) % 50 for number in range(count)]
    ties = {(one, other): float(one * other % 5) for one, other in combinations(range(count), 2)}
    places = packed(radii, ties)
    for one, other in combinations(range(count), 2):
        (x, y), (u, v) = places[one], places[other]
        assert hypot(x - u, y - v) >= radii[one] + radii[other] - 0.001


def test_circles_that_are_tied_are_near():
    near = packed([10.0] * 7, {(0, 6): 5.0})
    assert hypot(near[6][0], near[6][1]) < 21
    strong = packed([10.0, 10.0, 10.0, 10.0, 10.0], {(1, 4): 9.0})
    assert hypot(strong[1][0] - strong[4][0], strong[1][1] - strong[4][1]) < 25


def test_exchanges_are_counted_between_their_sides_in_their_order(tmp_path):
    shown = made(tmp_path, EXCHANGES, Facets([]))
    assert "themes" not in shown
    assert [(each["labels"]["fr"], each["reuses"]) for each in shown["exchanges"]["exchanges"]] == [
        ("Avec les autres", 2),
        ("Entre eux", 0),
    ]
    assert shown["exchanges"]["unknown"] == 1
    flows = {path.find(f"{SVG}title").text: path for path in read(tmp_path, "exchanges").iter(f"{SVG}path")}
    wide, none = flows["Avec les autres : 2 réutilisations"], flows["Entre eux : 0 réutilisation"]
    assert float(wide.get("stroke-width")) > float(none.get("stroke-width"))
    assert none.get("class") == "flow none"


def test_a_graph_with_nothing_to_show_has_no_picture(tmp_path):
    assert made(tmp_path, 'p:bus dct:title "Le bus"@fr .', facets({}, "https://example.org/other")) == {}
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == ["shown.json"]


def test_what_xml_cannot_hold_and_names_without_end_break_no_picture(tmp_path):
    hostile = {f"{BASE}concepts/mobility": {"fr": "\x00\x0b<script>" + "é" * 100_000}}
    made(tmp_path, SMALL, facets(hostile))
    picture = (tmp_path / "pictures" / "themes.fr.svg").read_text(encoding="utf-8")
    ET.fromstring(picture)  # noqa: S314 - we have just written it
    assert "<script" not in picture
    assert len(picture) < 20_000
