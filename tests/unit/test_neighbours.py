"""What is next to a thing, read from a store up to a bound: what is told of a hub is what is told of any other."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from graph.relay.kinds import Kinds
from graph.relay.neighbours import READ, Neighbours

FEW = 4
BOUND = READ * FEW
BASE = "https://example.org/id/"
PAS = "https://w3id.org/passerelles/ontology#"
DCT = "http://purl.org/dc/terms/"
PROLOGUE = f"""
PREFIX : <{BASE}>
PREFIX dct: <{DCT}>
PREFIX ex: <https://example.org/ontology#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX pas: <{PAS}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sssom: <https://w3id.org/sssom/>
"""
ONTOLOGY = f"""
pas:similarTo pas:linkKind <https://w3id.org/passerelles/id/concepts/lien-ressemblance> .
pas:reusedBy pas:linkKind <https://w3id.org/passerelles/id/concepts/lien-reutilisation> ;
  owl:propertyChainAxiom ( pas:reusedIn pas:reuser ) .
pas:reusedIn owl:inverseOf pas:reused .
foaf:page pas:linkKind <https://w3id.org/passerelles/id/concepts/lien-adresse> .
<{BASE}concepts/none> a owl:Thing .
"""


def around(turtle: str, thing: str = "a", most: int = 24, sizes: dict[str, int] | None = None):
    store = Store()
    store.load((PROLOGUE + ONTOLOGY + turtle).encode(), format=RdfFormat.TURTLE)
    found = Neighbours(store, Kinds.read(store), sizes or {}).of(BASE + thing, most)
    return found and [
        (each.property.rpartition("/")[2].rpartition("#")[2], each.way, [iri.removeprefix(BASE) for iri in each.others])
        for each in found
    ]


def hub(count: int, more: str = "") -> Store:
    store = Store()
    store.load((PROLOGUE + ONTOLOGY + more).encode(), format=RdfFormat.TURTLE)
    source, thing = NamedNode(DCT + "source"), NamedNode(BASE + "a")
    store.extend(Quad(NamedNode(f"{BASE}n{number:05}"), source, thing) for number in range(count))
    return store


def test_what_a_thing_leads_to_and_what_leads_to_it_are_told_by_property_and_way():
    assert around(":a dct:creator :o ; dct:title 'A' . :b dct:relation :a .") == [
        ("creator", "out", ["o"]),
        ("relation", "in", ["b"]),
    ]


def test_links_come_before_what_describes_a_thing():
    assert [each[0] for each in around(":a dct:creator :o ; pas:similarTo :b .")] == ["similarTo", "creator"]


def test_a_thing_that_several_properties_join_is_told_once_by_the_one_with_fewest_statements():
    sizes = {DCT + "creator": 10, DCT + "contributor": 20}
    assert around(":a dct:contributor :o ; dct:creator :o .", sizes=sizes) == [("creator", "out", ["o"])]


def test_what_both_lead_to_is_told_outwards():
    assert around(":a pas:similarTo :b . :b pas:similarTo :a .") == [("similarTo", "out", ["b"])]


def test_types_addresses_records_texts_blank_nodes_and_the_thing_itself_are_no_neighbours():
    assert (
        around(
            ":a a ex:Thing ; foaf:page <https://x.example/> ; dct:title 'A' ; dct:relation :a ; ex:of [ ex:of :a ] ."
            ":record sssom:subject_id :a ."
        )
        == []
    )


def test_a_record_leads_to_what_it_is_about():
    assert around(":record sssom:subject_id :a .", "record") == [("subject_id", "out", ["a"])]


def test_a_reuse_is_told_by_what_it_joins_and_its_own_page_leads_to_both():
    turtle = ":r pas:reused :a ; ex:used :a ; pas:reuser :o . :a pas:reusedBy :o ; pas:reusedIn :r ."
    assert around(turtle) == [("reusedBy", "out", ["o"])]
    assert {each[2][0] for each in around(turtle, "r")} == {"a", "o"}


def test_nothing_is_known_of_what_no_statement_names():
    assert around(":a dct:creator :o .", "nowhere") is None
    assert around(":a dct:title 'A' .") == []


def test_a_group_gives_its_first_things_and_says_how_many_there_are():
    store = hub(30)
    [group] = Neighbours(store, Kinds.read(store), {}).of(BASE + "a", FEW)
    assert (group.count, group.whole) == (30, True)
    assert [iri[-2:] for iri in group.others] == ["00", "01", "02", "03"]


def test_of_a_hub_little_is_read_and_each_property_has_its_things():
    more = ":a pas:similarTo :b . :c dct:isPartOf :a ."
    store = hub(50 * BOUND, more)
    sizes = {DCT + "source": 50 * BOUND, DCT + "isPartOf": 1}
    found = {group.property: group for group in Neighbours(store, Kinds.read(store), sizes).of(BASE + "a", FEW)}
    assert found[PAS + "similarTo"].others == [BASE + "b"]
    assert found[DCT + "isPartOf"] == (DCT + "isPartOf", *found[DCT + "isPartOf"][1:3], 1, True, [BASE + "c"])
    assert not found[DCT + "source"].whole
    assert BOUND - 10 < found[DCT + "source"].count <= BOUND + 5


def test_of_a_hub_nothing_is_told_whole_where_some_properties_are_not_known():
    count = 2 * BOUND // FEW
    spread = "".join(f":n{way}-{place} ex:p{way:03} :a .\n" for way in range(count) for place in range(FEW))
    store = hub(0, spread)
    names = {f"https://example.org/ontology#p{way:03}": FEW for way in range(count)}
    every, some = (Neighbours(store, Kinds.read(store), sizes).of(BASE + "a", FEW) for sizes in (names, {}))
    assert (len(every), {group.whole for group in every}) == (count, {True})
    assert len(some) < count
    assert {group.whole for group in some} == {False}


def test_of_a_hub_each_property_that_was_seen_is_read_though_its_size_is_not_known():
    store = hub(50 * BOUND)
    [group] = Neighbours(store, Kinds.read(store), {}).of(BASE + "a", FEW)
    assert not group.whole


@pytest.mark.parametrize("count", [BOUND - 1, BOUND, BOUND + 1])
def test_the_bound_itself_is_read_whole(count):
    store = hub(count)
    [group] = Neighbours(store, Kinds.read(store), {DCT + "source": count}).of(BASE + "a", FEW)
    assert group.whole == (count <= BOUND)
    assert group.count == count
