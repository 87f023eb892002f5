"""Facets: which there are, how many results have each value, what choosing does."""

from __future__ import annotations

from graph.config import Limits
from graph.search.searching import SearchIndex

from .conftest import BASE, PREFIXES, indexed


def counts(answer, name):
    return {value["label"]: value["count"] for value in answer["facets"].get(name, ())}


def test_the_facets_come_from_the_graph(index):
    assert [each.name for each in index.facets] == [
        "kind", "subject", "type", "licence", "territory", "year", "portal",
    ]  # fmt: skip
    assert index.facets.get("subject").label("en") == "subject"


def test_a_graph_of_another_house_has_its_own(tmp_path):
    turtle = f"""{PREFIXES}
    ex:colour rdfs:label "couleur"@fr . c:red a skos:Concept ; skos:inScheme ex:s ; skos:prefLabel "rouge"@fr .
    <{BASE}birds/a> rdfs:label "merle" ; ex:colour c:red . <{BASE}birds/b> rdfs:label "geai" ; ex:colour c:red ."""
    facets = SearchIndex(indexed(tmp_path, turtle), Limits()).facets
    assert [(each.name, each.label("fr")) for each in facets] == [("kind", "sorte de fiche"), ("colour", "couleur")]


def test_a_facet_has_a_plain_name_where_the_word_of_the_graph_is_not_everyone_s(tmp_path):
    turtle = f"""{PREFIXES}
    ex:exchangeSide rdfs:label "côté de l’échange"@fr .
    c:public a skos:Concept ; skos:inScheme ex:s ; skos:prefLabel "administration"@fr .
    <{BASE}birds/a> rdfs:label "merle" ; ex:exchangeSide c:public .
    <{BASE}birds/b> rdfs:label "geai" ; ex:exchangeSide c:public ."""
    facets = SearchIndex(indexed(tmp_path, turtle), Limits()).facets
    side = facets.get("exchangeSide")
    assert side.label("fr") == "côté"
    assert facets.meant("côté") is facets.meant("côté de l’échange") is side


def test_an_empty_graph_has_an_index_that_finds_nothing(tmp_path):
    from graph.search import asking

    index = SearchIndex(indexed(tmp_path, ""), Limits())
    for text in ("", "mot", "kind:tool"):
        assert index.search(asking.read(text, index.facets, Limits())).total == 0


def test_values_are_counted_among_the_results(ask):
    answer = ask("service")
    assert counts(answer, "kind") == {"Productions": 3}
    assert counts(answer, "year") == {"2016": 1, "2018": 1}
    assert answer["facets"]["subject"][0] == {"value": "mobilite", "label": "Mobilité", "count": 2}


def test_what_has_no_place_and_no_type_has_those_of_who_made_it(ask):
    answer = ask("itinérant")
    assert counts(answer, "territory") == {"Nantes": 1}
    assert counts(answer, "type") == {"Agence": 1}
    assert counts(ask('"vélos partagés"'), "territory") == {"Rennes": 1}


def test_choosing_narrows_the_results_and_keeps_the_other_values_of_the_facet(ask, names):
    assert names("service", year="2016") == ["velo"]
    assert counts(ask("service", year="2016"), "year") == {"2016": 1, "2018": 1}
    assert counts(ask("service", year="2016"), "territory") == {"Rennes": 1}


def test_a_filter_does_not_change_the_scores(ask):
    alone = {each["iri"]: each["score"] for each in ask("service")["results"]}
    assert {each["iri"]: each["score"] for each in ask("service", kind="productions")["results"]} == alone


def test_a_value_is_named_by_its_iri_its_end_or_what_it_is_called(names):
    expected = {"bus", "velo"}
    for value in (f"{BASE}concepts/mobilite", "mobilite", "Mobility", "mobil"):
        assert set(names("kind:production", subject=value)) == expected


def test_an_unknown_value_finds_nothing_and_it_is_said(ask):
    answer = ask("service", year="1850")
    told = "Aucune valeur « 1850 » dans le filtre « année » ; ses valeurs sont : "
    assert (answer["total"], len(answer["notes"])) == (0, 1)
    assert answer["notes"][0].startswith(told)
    assert "2018" in answer["notes"][0]


def test_a_value_typed_that_is_none_is_a_word_and_the_values_there_are_are_said(ask):
    alone, typed = ask("service"), ask("kind:service")
    assert [each["iri"] for each in typed["results"]] == [each["iri"] for each in alone["results"]]
    assert "dans le filtre « sorte de fiche » ; ses valeurs sont : " in typed["notes"][0]
    assert "Productions" in typed["notes"][0]


def test_an_unknown_filter_of_an_address_is_told_and_changes_nothing(ask):
    answer = ask("service", couleur="rouge")
    assert answer["total"] == 3
    assert answer["notes"][0].startswith("« couleur » n’est pas un filtre")


def test_a_property_that_leads_to_concepts_of_any_scheme_is_no_facet_and_hides_none(tmp_path):
    turtle = f"""{PREFIXES}
    c:red a skos:Concept ; skos:inScheme ex:colours . c:big a skos:Concept ; skos:inScheme ex:sizes .
    c:old a skos:Concept ; skos:inScheme ex:ages .
    p:a dct:title "A" ; ex:colour c:red ; ex:proposed c:big, c:old . p:b dct:title "B" ; ex:colour c:red ;
      ex:size c:big ; ex:proposed c:old, c:red . p:c dct:title "C" ; ex:size c:big ; ex:proposed c:red .
    p:d dct:title "D" ; ex:proposed c:red, c:big ; ex:age c:old . p:e dct:title "E" ; ex:proposed c:big ; ex:age c:old .
    """
    facets = SearchIndex(indexed(tmp_path, turtle), Limits()).facets
    assert {each.name for each in facets} == {"kind", "colour", "size", "age"}
