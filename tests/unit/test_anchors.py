"""What a check knows is a triple; what a curator is shown is the token to change."""

from __future__ import annotations

import pytest

from graph.dataset import Role, Source
from graph.diagnostics import Diagnostic, Location, Severity
from graph.placing import placed
from graph.texts import Text
from graph.turtle.anchors import Anchor, Part, locate

TEXT = """@prefix ex: <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

ex:one
    ex:title "Un"@fr, "Uno"@es ;
    ex:date "2018"^^xsd:gYear ;
    ex:part [ ex:title "é😀" ], ex:two .

ex:two ex:title "Deux"@fr .
"""
ONE, TITLE = "<https://example.org/one>", "<https://example.org/title>"


def written(anchor: Anchor) -> str:
    """What an anchor points at: its line and column, and the text there."""
    (place,) = locate(TEXT, [anchor], path="x.ttl", base="https://example.org/")
    line = TEXT.split("\n")[place.line - 1]
    return f"{place.line}:{place.column} {line[place.column - 1 : place.end_column - 1]}"


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        (Anchor(ONE), "4:1 ex:one"),
        (Anchor(ONE, TITLE, part=Part.PREDICATE), "5:5 ex:title"),
        (Anchor(ONE, TITLE, part=Part.OBJECT), '5:14 "Un"@fr'),
        (Anchor(ONE, TITLE, part=Part.OBJECT, rank=1), '5:23 "Uno"@es'),
        (Anchor(ONE, TITLE, part=Part.OBJECT, rank=-1), '5:23 "Uno"@es'),
        (Anchor(ONE, TITLE, '"Uno"@es', Part.QUALIFIER), "5:28 @es"),
        (Anchor(ONE, "<https://example.org/date>", part=Part.QUALIFIER), "6:21 xsd:gYear"),
        (Anchor(object="<https://example.org/two>", part=Part.OBJECT), "7:32 ex:two"),
        (Anchor("_:b0", part=Part.SUBJECT), "7:13 ["),
        (Anchor("_:b0", TITLE, part=Part.OBJECT), '7:24 "é😀"'),
        (Anchor(object='"é😀"', part=Part.OBJECT), '7:24 "é😀"'),
        (Anchor(predicate=TITLE, part=Part.OBJECT, rank=-1), '9:17 "Deux"@fr'),
        (Anchor(predicate="<https://example.org/date>", part=Part.PREDICATE), "6:5 ex:date"),
    ],
)
def test_an_anchor_is_found_in_the_text(anchor, expected):
    assert written(anchor) == expected


def test_a_blank_node_keeps_its_place_when_others_stand_before_it():
    text = "PREFIX ex: <https://example.org/>\nex:a ex:p 1 .\n_:x ex:p [ ex:q 2 ] .\nex:b ex:p ( 3 ), 4 .\n[] ex:p 5."
    anchors = [Anchor(f"_:b{number}") for number in range(4)]
    places = locate(text, anchors, path="x.ttl", base="https://example.org/")
    assert [(place.line, place.column) for place in places] == [(3, 10), (3, 1), (4, 11), (5, 1)]


def test_what_is_not_written_points_at_the_subject():
    assert written(Anchor(ONE, "<https://example.org/licence>", part=Part.OBJECT)) == "4:1 ex:one"


def test_what_is_nowhere_points_at_the_file():
    places = locate(TEXT, [Anchor(), Anchor("<https://example.org/three>")], path="x.ttl", base="")
    assert places == [Location("x.ttl"), Location("x.ttl")]


def test_a_file_gone_since_it_was_read_keeps_its_findings(tmp_path):
    found = Diagnostic(Location("x.ttl"), Severity.ERROR, "PAS101", Text("file.empty"))
    source = Source(tmp_path / "x.ttl", "x.ttl", "https://example.org/graph", Role.DATA)
    assert list(placed([(found, Anchor(ONE))], {"x.ttl": source}, 1000)) == [found]
    assert list(placed([(found, Anchor(ONE))], {}, 1000)) == [found]
