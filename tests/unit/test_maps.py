"""An answer whose rows have places becomes a map, fitted to them."""

from __future__ import annotations

from time import process_time

import pytest

from graph.namespaces import XSD
from graph.sparql.header import ChartHeader
from graph.web.querying.coordinates import WKT, columns_of, is_axis, position
from graph.web.querying.maps import WIDTH, pictured
from graph.web.terms import Term

TOWNS = {"Nantes": (47.22, -1.55), "Annecy": (45.9, 6.13), "Cluny": (46.43, 4.66), "Angers": (47.47, -0.55)}
COLUMNS = ["town", "lat", "long"]


def text(value: str) -> Term:
    return Term("literal", value)


def iri(name: str) -> Term:
    return Term("iri", f"https://example.org/{name}")


def number(value: object) -> Term:
    return Term("literal", str(value), datatype=XSD + "decimal")


def point(value: str) -> Term:
    return Term("literal", value, datatype=WKT)


def rows(towns=TOWNS):
    return [{"town": text(name), "lat": number(at[0]), "long": number(at[1])} for name, at in towns.items()]


def placed(value: str):
    return position({"p": point(value)}, ["p"])


@pytest.mark.parametrize(
    "name", ["lat", "latitude", "Lat", "lieu_lat", "lieuLongitude", "long", "lon", "lng", "geo_long"]
)
def test_a_column_is_known_by_its_name(name):
    assert is_axis(name)


@pytest.mark.parametrize("name", ["salon", "plat", "resultat", "longueur", "latin", "l", ""])
def test_a_word_that_ends_so_is_no_coordinate(name):
    assert not is_axis(name)


def test_the_two_columns_of_a_place_go_together():
    row = {name: number(1) for name in ("aLat", "bLat", "bLong", "lat", "n")}
    assert columns_of(list(row), [row]) == ("bLat", "bLong")
    assert columns_of(["lat", "n"], [row]) == ()


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("POINT(2.5 46.6)", (46.6, 2.5)),
        ("  Point ( -1.55   47.22 ) ", (47.22, -1.55)),
        ("POINT Z (2.5 46.6 120)", (46.6, 2.5)),
        ("pointzm(+2.5e0 46. 120 7)", (46.0, 2.5)),
        ("POINT(2.5 46.6" + " " * 200 + ")", None),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(2.5 46.6)", (46.6, 2.5)),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(46.6 2.5)", (46.6, 2.5)),
        ("<http://www.opengis.net/def/crs/EPSG/0/2154> POINT(652709 6862305)", None),
        ("POINT(200 46)", None),
        ("POINT(1e999 46)", None),
        ("POINT EMPTY", None),
        ("POLYGON((0 0, 1 1, 1 0, 0 0))", None),
        ("POINT(" + "9" * 100_000, None),
        ("", None),
    ],
)
def test_a_point_is_read_as_geosparql_writes_it(written, found):
    assert placed(written) == found


@pytest.mark.parametrize("written", ["POINT(%s", "POINT(1 %s", "POINT(1 2%s", "%s", "<a>%s", "<%s", "POINT(1 2)%s"])
@pytest.mark.parametrize("sign", ["1", " ", "1.", "("])
def test_a_text_of_any_length_is_read_at_once(written, sign):
    for length in (90, 100_000):
        began = process_time()
        placed(written % (sign * length) + "!")
        assert process_time() - began < 0.5


def test_every_place_is_inside_its_map_and_the_north_is_above():
    drawn = pictured(COLUMNS, rows())
    assert drawn.kind == "map"
    at = {mark.things[0].name.value: mark for mark in drawn.marks}
    assert at.keys() == TOWNS.keys()
    for mark in drawn.marks:
        assert 0 < mark.x < WIDTH
        assert 0 < mark.y < drawn.view.height
    assert at["Nantes"].x < at["Angers"].x < at["Cluny"].x < at["Annecy"].x
    assert at["Angers"].y < at["Nantes"].y < at["Cluny"].y < at["Annecy"].y
    assert drawn.land
    assert 2 <= len(drawn.meridians) <= 6


def test_places_too_near_to_be_told_apart_are_one_with_both():
    drawn = pictured(COLUMNS, rows(TOWNS | {"Cran-Gevrier": (45.9, 6.1)}))
    assert sorted(len(mark.things) for mark in drawn.marks) == [1, 1, 1, 2]


def test_a_thing_that_comes_in_several_rows_is_there_once():
    drawn = pictured(COLUMNS, [*rows(), *rows()])
    assert [len(mark.things) for mark in drawn.marks] == [1] * 4


def test_a_place_alone_is_in_the_middle_of_a_country():
    drawn = pictured(["p"], [{"p": point("POINT(2.5 46.6)")}])
    low, high = drawn.view.edges
    assert low.latitude < 43.5
    assert high.latitude > 50
    assert (drawn.marks[0].x, drawn.label) == (WIDTH / 2, "")


@pytest.mark.parametrize(
    "towns", [{"a": (90, 180), "b": (-90, -180)}, {"a": (-21.1, 55.5)}, {"a": (0, 0)}, {"a": (90, 0)}]
)
def test_anywhere_on_earth_has_a_map_of_some_height(towns):
    drawn = pictured(COLUMNS, rows(towns))
    assert 200 < drawn.view.height < 600
    assert all(abs(degrees) <= 180 for degrees, _ in drawn.meridians)
    assert all(abs(degrees) <= 90 for degrees, _ in drawn.parallels)


def test_far_from_the_outline_there_are_only_degrees():
    drawn = pictured(COLUMNS, rows({"Tokyo": (35.7, 139.7), "Osaka": (34.7, 135.5)}))
    assert (drawn.land, drawn.borders) == ("", "")
    assert drawn.parallels


def test_rows_without_a_place_are_counted():
    nowhere = [{"town": text("?")}, {"town": text("!"), "lat": number(95), "long": number(0)}]
    assert pictured(COLUMNS, [*rows(), *nowhere]).left_out == 2
    assert pictured(COLUMNS, nowhere) is None


def test_a_name_leads_to_the_thing_that_it_is_the_name_of():
    row = {"event": iri("event"), "place": iri("place"), "placeLabel": text("Cluny"), "p": point("POINT(4.6 46.4)")}
    [mark] = pictured(list(row), [row], ChartHeader("map", "placeLabel", ("p",))).marks
    assert mark.things[0].iri == "https://example.org/place"
    [mark] = pictured(["event", "p"], [row]).marks
    assert (mark.things[0].name.is_iri, mark.things[0].iri) == (True, "https://example.org/event")


def test_a_label_goes_where_it_covers_no_other():
    drawn = pictured(COLUMNS, rows({"A": (47, 0), "B": (47, 1), "C": (45, 3), "D" * 40: (47.001, 0.1)}))
    sides = {mark.things[0].name.value[:1]: mark.side for mark in drawn.marks if len(mark.things) == 1}
    assert set(sides.values()) <= {"start", "end", ""}
    crowded = {f"town {n}": (46 + n / 40, 2 + n / 40) for n in range(60)}
    assert any(not mark.side for mark in pictured(COLUMNS, rows(crowded)).marks)


def test_what_has_numbers_and_no_place_stays_a_chart():
    told = [{"town": text(name), "n": number(n)} for n, name in enumerate(TOWNS)]
    assert pictured(["town", "n"], told).kind == "bar"
    assert pictured(["town", "lat"], [{"town": text(n), "lat": number(1)} for n in "ab"]) is None


@pytest.mark.parametrize("columns", [["o", "nom", "ouverture", "p"], ["o", "nom", "owner", "ownerLabel", "p"]])
def test_a_place_that_no_column_is_said_to_name_has_no_name(columns):
    row = {"o": iri("pool"), "nom": text("Piscine"), "owner": iri("city"), "p": point("POINT(4.6 46.4)")}
    row |= {"ouverture": text("lundi"), "ownerLabel": text("Ville de Nantes")}
    for asked in (None, ChartHeader("map", "nom", ("p",))):
        drawn = pictured(columns, [row], asked)
        assert (drawn.marks[0].name, list(drawn.places)) == (None, [])


def test_a_place_is_called_as_all_that_is_there_calls_it():
    columns = ["thing", "thingName", "place", "placeName", "p"]
    found = [("Bus", "Nantes", 47.22), ("Lab", "Nantes", 47.22), ("Tram", "Angers", 47.47)]
    table = [
        {
            "thing": iri(name), "thingName": text(name), "place": iri(town), "placeName": text(town),
            "p": point(f"POINT(-1 {at})"),
        }
        for name, town, at in found
    ]  # fmt: skip
    drawn = pictured(columns, table, ChartHeader("map", "thingName", ("p",), "placeName"))
    assert [mark.name.value for mark in drawn.marks] == ["Nantes", "Angers"]
    assert [name.value for name in drawn.places] == ["Nantes", "Angers"]
    table[1]["placeName"] = text("Nantes Métropole")
    drawn = pictured(columns, table, ChartHeader("map", "thingName", ("p",), "placeName"))
    assert (drawn.marks[0].name, list(drawn.places)) == (None, [])
