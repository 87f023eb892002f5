"""What is around a thing, placed for a drawing: bounded, balanced, nothing outside of it."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from graph.relay.neighbours import IN, OUT, Group
from graph.web.thing.neighbourhood import NODES, OUTLINES, WIDTH, Around, drawing, shape_of, shared

BASE = "https://example.org/id/"
SITE = SimpleNamespace(base=BASE, kind_of=lambda iri: iri.removeprefix(BASE).partition("/")[0])
THING = BASE + "productions/bus"


def group(name: str, count: int, way: str = OUT, kind: str = "", total: int = 0, *, whole: bool = True) -> Group:  # noqa: PLR0913 - its fields
    others = [f"{BASE}organisations/{name}-{number}" for number in range(count)]
    return Group(f"https://example.org/ontology#{name}", kind, way, total or count, whole, others)


def drawn(*groups: Group):
    return drawing(SITE, THING, Around({THING: list(groups)}, {"kinds/same": {"fr": "identité"}, "kinds/near": {}}))


def test_where_nothing_is_next_to_a_thing_there_is_no_drawing():
    assert drawn() is None
    assert drawing(SITE, THING, Around({THING: None}, {})) is None


@pytest.mark.parametrize(
    ("sizes", "room", "given"),
    [([5, 1, 5], 7, [3, 1, 3]), ([2, 2], 9, [2, 2]), ([], 4, []), ([100, 1], 4, [3, 1]), ([3], 0, [0])],
)
def test_each_group_has_one_more_in_turn_while_there_is_room(sizes, room, given):
    assert shared(sizes, room) == given


def test_of_many_neighbours_some_are_drawn_and_the_others_counted():
    found = drawn(group("creator", 2), group("source", 24, IN, total=310))
    assert sum(len(each.places) for each in found.groups) == NODES
    assert (found.left_out, found.whole) == (312 - NODES, True)
    assert not drawn(group("source", 24, IN, total=400, whole=False)).whole


def test_groups_stand_on_both_sides_and_no_two_things_at_one_place():
    found = drawn(*(group(f"way{number}", 3) for number in range(6)))
    assert {each.side for each in found.groups} == {"start", "end"}
    places = [(place.x, place.y) for each in found.groups for place in each.places]
    assert len(set(places)) == len(places) == 18
    assert all(0 < x < WIDTH and 0 < y < found.height for x, y in places)


def test_an_arrow_points_where_the_property_leads():
    [outwards], [inwards] = (drawn(group("way", 1, way)).groups for way in (OUT, IN))

    def direction(shown) -> bool:
        tip, tail = re.match(r"M([\d.]+) [\d.]+L([\d.]+) ", shown.places[0].arrow).groups()
        return float(tip) > float(tail)

    assert direction(outwards) != direction(inwards)
    assert direction(outwards) == (outwards.side == "start")


def test_the_legend_has_the_kinds_of_link_and_the_shapes_that_are_drawn_and_no_other():
    found = drawn(group("same", 1, kind="kinds/same"), group("creator", 1))
    assert found.lines == ((1, {"fr": "identité"}), (0, {}))
    assert found.shapes == {"rectangle": ["organisations"]}


def test_every_shape_has_an_outline_and_what_is_elsewhere_one_of_its_own():
    assert {shape_of(kind) for kind in ("productions", "events", "anything", "")} <= OUTLINES.keys()
    assert len({shape_of(kind) for kind in ("productions", "anything", "")}) == 3


def test_every_iri_of_the_drawing_wants_a_label():
    found = drawn(group("creator", 2))
    assert set(found.iris()) == {THING, "https://example.org/ontology#creator", *group("creator", 2).others}
