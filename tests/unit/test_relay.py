"""The relay on small graphs: names, chains, cuts, reuses, records, portals, addresses, and its answer as triples."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from graph.config import Graph
from graph.relay import lookup
from graph.relay.addresses import spellings
from graph.relay.kinds import ADDRESS, Kinds
from graph.relay.lookup import Relay
from graph.relay.names import Names
from graph.relay.rdf import triples
from graph.relay.word import Publisher

from ..relaying import close

BASE = "https://example.org/id/"
GRAPHS = "https://example.org/graph/"
PAS = "https://w3id.org/passerelles/ontology#"
REPRESENTATIVE = PAS + "representative"
KINDS = "https://w3id.org/passerelles/id/concepts/lien-"
SAME_AS = "http://www.w3.org/2002/07/owl#sameAs"
PROLOGUE = f"""
PREFIX : <{BASE}>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX pas: <{PAS}>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sssom: <https://w3id.org/sssom/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX a: <https://a.example/>
PREFIX b: <https://b.example/>
"""
RECORD = """
:links/one a sssom:Mapping ; sssom:subject_id :bus ; sssom:predicate_id {property} ; sssom:object_id a:bus ;
  pas:decision <https://w3id.org/passerelles/id/concepts/decision-{decision}> ; sssom:author_label "Ada" ;
  sssom:reviewer_label "Grace" ; sssom:mapping_date "2026-11-21"^^xsd:date ; sssom:confidence 0.9 .
"""


def store_of(**graphs: str) -> Store:
    """A store as a build leaves it: each graph named after a file, and their merge but for portals."""
    store = Store()
    for name, turtle in graphs.items():
        graph = NamedNode(GRAPHS + name.replace("__", "/"))
        text = (PROLOGUE + turtle.replace(":links/one", ":links-one")).encode()
        for quad in parse(text, format=RdfFormat.TURTLE):
            store.add(Quad(*quad.triple, graph))
            if not name.startswith("harvest"):
                store.add(Quad(*quad.triple, DefaultGraph()))
    return store


def names_of(folder: Path, store: Store) -> Names:
    close(store, Graph(base=BASE, graph_base=GRAPHS), folder / "names.sqlite")
    return Names(folder / "names.sqlite")


def relay_of(store: Store, names: Names | None) -> Relay:
    return Relay(store, names, GRAPHS, Publisher("https://example.org/", "https://example.org/licence"))


def relay_over(folder: Path, **graphs: str) -> Relay:
    store = store_of(**graphs)
    return relay_of(store, names_of(folder, store))


@pytest.fixture
def ask(tmp_path):
    """What the relay answers for an IRI, over graphs given as Turtle."""

    def asked(uri: str, **graphs: str) -> dict:
        return relay_over(tmp_path, **graphs)(uri)

    return asked


def brief(links: list[dict]) -> list[tuple[str, str, str]]:
    """Source, local name of the property and target, without their namespaces."""
    return [
        tuple(link[end].rpartition("/")[2].rpartition("#")[2] for end in ("from", "property", "to")) for link in links
    ]


# --- names


def test_identity_is_read_both_ways_and_step_by_step_with_the_path_that_leads_there(ask):
    found = ask("https://b.example/bus", one=":bus owl:sameAs a:bus .", two="b:bus skos:exactMatch a:bus .")
    assert found["same"] == ["https://a.example/bus", BASE + "bus"]
    assert [(link["direction"], link["path"]) for link in found["links"]] == [
        ("in", ("https://b.example/bus", "https://a.example/bus", BASE + "bus")),
        ("out", ("https://b.example/bus", "https://a.example/bus")),
    ]
    assert {link["graph"] for link in found["links"]} == {GRAPHS + "one", GRAPHS + "two"}


def test_a_thing_of_ours_stands_for_its_names_else_the_first_of_them(tmp_path):
    store = store_of(one=":bus owl:sameAs a:bus . b:car owl:sameAs a:car . a:car owl:sameAs 'no IRI' .")
    names = names_of(tmp_path, store)
    assert names.of("https://a.example/bus") == names.of(BASE + "bus") == [BASE + "bus", "https://a.example/bus"]
    assert names.of("https://b.example/car") == ["https://a.example/car", "https://b.example/car"]
    assert names.of("no IRI") == ["no IRI"]


def test_a_text_that_is_written_like_a_link_is_none(tmp_path):
    link = f"<https://a.example/bus> <{SAME_AS}> <https://b.example/bus> ."
    store = store_of(
        one=f":bus dct:title '{link}', '{link[:-2]}'^^xsd:anyURI ; dct:subject '<a:x> <{SAME_AS}> '^^a:b ."
    )
    assert close(store, Graph(base=BASE, graph_base=GRAPHS), tmp_path / "names.sqlite") == 0


def test_one_distinction_cuts_an_identity_and_the_answer_says_which_and_who_said_so(ask):
    graphs = {"links": ":bus owl:sameAs a:bus . a:bus owl:sameAs b:bus .", "review": ":bus pas:distinctFrom b:bus ."}
    found = ask(BASE + "bus", **graphs)
    [cut] = found["cut"]
    kept = found["same"]
    assert brief([cut["distinct"]]) == [("bus", "distinctFrom", "bus")]
    assert cut["distinct"]["graph"] == GRAPHS + "review"
    assert cut["graph"] == GRAPHS + "links"
    assert "https://b.example/bus" not in kept
    assert (cut["from"], cut["to"]) not in {(link["from"], link["to"]) for link in found["links"]}
    assert ask("https://b.example/bus", **graphs)["cut"][0]["from"] == cut["from"]


def test_the_same_identity_is_cut_whatever_the_order_of_the_files(ask):
    links = ["a:x owl:sameAs a:y .", "a:y owl:sameAs a:z .", "a:x pas:distinctFrom a:z ."]
    one = ask("https://a.example/x", one=links[0], two=links[1], three=links[2])
    other = ask("https://a.example/x", one=links[2], two=links[1], three=links[0])
    assert one["same"] == other["same"] == ["https://a.example/y"]


def test_an_inferred_identity_gives_way_to_those_that_are_stated(ask):
    """`inferred` says a–c; files say a–d–c, and that a and c are distinct: one of the files' links stays."""
    found = ask(
        "https://a.example/a",
        one="a:c owl:sameAs a:d . a:d owl:sameAs a:a .",
        two="a:a pas:distinctFrom a:b . ",
        inferred="a:a owl:sameAs a:b .",
    )
    assert found["same"] == ["https://a.example/c", "https://a.example/d"]


def test_a_portal_says_links_but_makes_no_name_of_ours(ask):
    found = ask(BASE + "bus", one=":bus dct:title 'Bus' .", harvest__port="a:bus owl:sameAs :bus ; dct:title 'Car' .")
    assert found["same"] == []
    [link] = found["links"]
    port = GRAPHS + "harvest/port"
    assert (link["graph"], link["quarantine"], link["asserted_by"], link["licence"]) == (port, port, port, None)
    assert link["label"] == {"": "Car"}


def test_what_a_portal_says_of_a_thing_of_ours_is_never_on_our_word(ask):
    record = ":r a sssom:Mapping ; sssom:subject_id :bus ; sssom:predicate_id owl:sameAs ; sssom:object_id a:bus ; "
    found = ask(
        BASE + "bus",
        one=":bus dct:source :report . :report dct:creator :ada .",
        links=record + "sssom:author_label 'Ada' .",
        harvest__port=":bus owl:sameAs a:bus ; dct:source :report , 'a list' . " + record + "sssom:author_id :ada .",
    )
    [link] = found["links"]
    assert (link["asserted_by"], link["date"]) == (GRAPHS + "harvest/port", None)
    assert {each["quarantine"] for each in found["proposed"]} == {None, GRAPHS + "harvest/port"}


def test_links_of_the_graph_come_before_those_of_a_portal_whatever_their_kind(ask):
    found = ask(BASE + "bus", one=":bus dct:isVersionOf a:bus .", harvest__port=":bus owl:sameAs b:bus .")
    assert [link["quarantine"] for link in found["links"]] == [None, GRAPHS + "harvest/port"]


def test_what_an_address_finds_by_a_portal_alone_is_marked_and_the_graphs_word_wins(ask):
    stated = ":bus schema:url <https://a.example/page> ."
    [alone] = ask("https://a.example/page", one=":bus dct:title 'Bus' .", harvest__port=stated)["found"]
    [both] = ask("https://a.example/page", one=stated, harvest__port=stated)["found"]
    assert (alone["quarantine"], both["quarantine"]) == (GRAPHS + "harvest/port", None)


def test_a_portal_does_not_rename_what_the_graph_names(ask):
    found = ask(
        BASE + "bus", one=":car dct:title 'Car' .", harvest__port=":bus dct:isVersionOf :car . :car dct:title 'Mine' ."
    )
    assert [link["label"] for link in found["links"]] == [{"": "Car"}]


def test_a_link_of_a_portal_is_no_triple_but_the_record_of_who_says_it(tmp_path):
    relay = relay_over(tmp_path, one=":bus dct:title 'Bus' .", harvest__port=":bus owl:sameAs a:bus .")
    found = {triple.predicate.value: triple for triple in triples(relay(BASE + "bus"), relay)}
    assert "http://www.w3.org/2002/07/owl#sameAs" not in found
    assert found["https://w3id.org/sssom/author_id"].object == NamedNode(GRAPHS + "harvest/port")
    assert found["https://w3id.org/sssom/object_id"].object == NamedNode("https://a.example/bus")


def test_a_portal_does_not_speak_for_the_graph(ask):
    found = ask(
        BASE + "bus",
        one=":bus dct:source :report ; prov:wasDerivedFrom a:bus .",
        harvest__port=":report dct:creator 'An impostor' . a:bus dct:title 'Stolen' .",
    )
    [link] = found["links"]
    assert (link["asserted_by"], link["label"]) == (BASE + "report", {})


def test_a_snapshot_that_closed_no_identity_gives_the_direct_links_and_says_so():
    store = store_of(one=":bus owl:sameAs a:bus . a:bus owl:sameAs b:bus .")
    found = relay_of(store, None)(BASE + "bus")
    assert (found["closed"], found["same"], len(found["links"])) == (False, [], 1)


def test_our_decision_on_what_a_portal_states_is_told(ask):
    record = RECORD.format(property="owl:sameAs", decision="rejetee")
    [link] = ask(BASE + "bus", links=record, harvest__port=":bus owl:sameAs a:bus .")["links"]
    assert link["decision"].endswith("decision-rejetee")
    assert link["asserted_by"] == GRAPHS + "harvest/port"


def test_a_record_that_negates_its_link_is_none(ask):
    negated = RECORD.format(property="owl:sameAs", decision="proposee").replace(
        " sssom:author_label", " sssom:predicate_modifier sssom:NegatedPredicate ; sssom:author_label"
    )
    found = ask(BASE + "bus", one=":bus dct:title 'Bus' .", links=negated)
    assert (found["links"], found["proposed"]) == ([], [])


def test_a_record_without_a_source_is_not_given_that_of_its_subject(ask):
    record = RECORD.format(property="dct:isVersionOf", decision="acceptee")
    found = ask(BASE + "bus", one=":bus dct:source :report ; dct:isVersionOf a:bus .", links=record)
    assert [link["source"] for link in found["links"]] == [None]


# --- kinds and links


def test_a_link_names_its_graph_its_source_and_who_wrote_the_source(ask):
    found = ask(
        BASE + "bus",
        data=":bus dct:isVersionOf a:bus ; dct:source :report .",
        sources=":report dct:creator :ada ; dct:issued '2018'^^xsd:gYear .",
    )
    [link] = found["links"]
    assert link["kind"] == KINDS + "version"
    assert (link["source"], link["asserted_by"], link["date"]) == (BASE + "report", BASE + "ada", "2018")
    assert link["licence"] == "https://example.org/licence"


def test_what_is_only_inferred_is_no_link(ask):
    assert ask(BASE + "bus", data=":bus dct:title 'Bus' .", inferred=":bus skos:closeMatch a:bus .")["links"] == []


def test_a_property_of_the_ontology_is_a_link_when_it_says_so_and_so_are_those_below_it(ask):
    ontology = "a:copies pas:linkKind :copy . a:forks rdfs:subPropertyOf a:copies . a:copiedBy owl:inverseOf a:copies ."
    found = ask(
        BASE + "bus", ontology=ontology, data=":bus a:forks a:bus ; a:copiedBy b:bus ; prov:wasDerivedFrom b:car ."
    )
    assert brief(found["links"]) == [("bus", "copiedBy", "bus"), ("bus", "forks", "bus")]
    assert {link["kind"] for link in found["links"]} == {BASE + "copy"}


def test_a_reuse_is_a_link_between_production_and_reuser_on_the_word_of_who_attests_it(ask):
    reuse = """:reuse a pas:Reuse ; pas:reuser :town ; pas:reused :guide ; pas:attestedBy :witness ;
      pas:evidence :minutes ; prov:startedAtTime '2015-10-15'^^xsd:date ."""
    for asked, direction in (("guide", "in"), ("town", "out")):
        [link] = ask(BASE + asked, reuses=reuse, inferred=":guide pas:reusedIn :reuse .")["links"]
        assert brief([link]) == [("town", "reuses", "guide")]
        assert (link["direction"], link["kind"], link["carrier"]) == (
            direction,
            KINDS + "reutilisation",
            BASE + "reuse",
        )
        assert (link["asserted_by"], link["date"], link["evidence"]) == (
            BASE + "witness",
            "2015-10-15",
            (BASE + "minutes",),
        )


@pytest.mark.parametrize(("asked", "direction"), [("guide", "in"), ("local", "out")])
def test_what_a_reuse_produced_derives_from_what_it_reuses(ask, asked, direction):
    reuse = ":reuse a pas:Reuse ; pas:reuser :town ; pas:reused :guide ; prov:generated :local ."
    links = ask(BASE + asked, reuses=reuse)["links"]
    [link] = [link for link in links if brief([link]) == [("local", "wasDerivedFrom", "guide")]]
    assert (link["direction"], link["kind"], link["carrier"]) == (direction, KINDS + "derivation", BASE + "reuse")


def test_an_accepted_link_stands_on_the_word_of_its_reviewer(ask):
    record = RECORD.format(property="skos:closeMatch", decision="acceptee")
    found = ask(BASE + "bus", links=record, inferred=":bus skos:closeMatch a:bus .")
    [link] = found["links"]
    assert (link["asserted_by"], link["date"], link["confidence"]) == ("Grace", "2026-11-21", 0.9)
    assert (link["graph"], link["carrier"], found["proposed"]) == (GRAPHS + "links", BASE + "links-one", [])


def test_an_accepted_identity_joins_names(ask):
    record = RECORD.format(property="skos:exactMatch", decision="acceptee")
    found = ask("https://a.example/bus", links=record, inferred=":bus skos:exactMatch a:bus .")
    assert found["same"] == [BASE + "bus"]
    assert found["links"][0]["path"] == ("https://a.example/bus", BASE + "bus")


@pytest.mark.parametrize(("decision", "proposed"), [("proposee", 1), ("indecise", 1), ("rejetee", 0)])
def test_a_link_not_accepted_is_no_link_and_is_told_apart_unless_rejected(ask, decision, proposed):
    found = ask(BASE + "bus", links=RECORD.format(property="pas:similarTo", decision=decision))
    assert (found["links"], len(found["proposed"])) == ([], proposed)


# --- addresses


@pytest.mark.parametrize(
    "value", ["<https://forge.example/bus>", "'https://forge.example/bus'", "'https://forge.example/bus'^^xsd:anyURI"]
)
def test_a_repository_finds_the_production_it_is_of_and_what_is_linked_to_it(ask, value):
    found = ask(
        "https://forge.example/bus",
        one=f":bus schema:codeRepository {value} ; owl:sameAs a:bus .",
        two="a:bus prov:wasDerivedFrom b:bus .",
    )
    door = {"iri": BASE + "bus", "property": "https://schema.org/codeRepository", "quarantine": None}
    assert found["found"] == [door]
    derived = next(link for link in found["links"] if link["property"].endswith("wasDerivedFrom"))
    assert derived["path"] == (
        "https://forge.example/bus", BASE + "bus", "https://a.example/bus", "https://b.example/bus",
    )  # fmt: skip
    assert found["same"] == []


@pytest.mark.parametrize(
    "written",
    [
        "http://forge.example/bus",
        "https://forge.example/bus/",
        "https://forge.example/bus.git",
        "http://forge.example/bus.git",
    ],
)
def test_an_address_is_found_however_it_is_written(ask, written):
    found = ask(written, one=":bus schema:codeRepository <https://forge.example/bus> .")
    assert [each["iri"] for each in found["found"]] == ["https://forge.example/bus", BASE + "bus"]


def test_the_spellings_of_an_address_begin_with_its_own_and_those_that_differ_least():
    assert list(spellings("https://forge.example/bus"))[:4] == [
        "https://forge.example/bus",
        "http://forge.example/bus",
        "https://forge.example/bus/",
        "https://forge.example/bus.git",
    ]
    assert list(spellings("urn:isbn:1")) == ["urn:isbn:1"]
    assert list(spellings("https://")) == ["https://"]


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ("https://Forge.Example/bus", "https://forge.example/bus"),
        ("https://www.wikidata.org/wiki/Q42", "http://www.wikidata.org/entity/Q42"),
        ("http://www.wikidata.org/entity/Q42", "https://www.wikidata.org/wiki/Q42"),
        ("https://www.data.gouv.fr/fr/datasets/bus/", "https://www.data.gouv.fr/datasets/bus"),
        ("https://www.data.gouv.fr/datasets/bus", "https://www.data.gouv.fr/fr/datasets/bus/"),
    ],
)
def test_an_address_is_found_by_the_other_form_its_host_gives_it(ask, asked, known):
    assert known in ask(asked, one=f":bus owl:sameAs <{known}> .")["same"]


def test_the_target_of_a_rejected_link_is_not_known_by_that(ask):
    assert not ask("https://a.example/bus", links=RECORD.format(property="owl:sameAs", decision="rejetee"))["known"]


def test_a_common_property_is_named_in_the_languages_we_speak(ask):
    [link] = ask(BASE + "bus", one=":bus owl:sameAs a:bus .")["links"]
    assert set(link["property_label"]) == {"fr", "en"}


def test_of_many_names_each_is_answered_as_if_it_were_alone_and_read_once(tmp_path, monkeypatch):
    names = [f"https://a.example/n{n:03}" for n in range(40)]
    edges = " ".join(f"<{one}> owl:sameAs <{other}> ." for one, other in pairwise(names))
    closure = " ".join(f"<{one}> owl:sameAs <{other}> ." for one in names for other in names if one != other)
    relay = relay_over(tmp_path, one=edges, inferred=closure)
    alone = [relay(name) for name in names]
    asked, reading = [], relay.statements.of
    monkeypatch.setattr(relay.statements, "of", lambda node: asked.append(node) or reading(node))
    assert list(relay.each(names)) == alone
    assert (len(asked), len(alone[0]["links"]), len(alone[0]["links"][-1]["path"])) == (40, 39, 40)


def test_the_identities_that_rules_infer_between_many_names_are_left_to_the_engine(tmp_path):
    names = [f"https://a.example/n{n:03}" for n in range(60)]
    edges = " ".join(f"<{one}> owl:sameAs <{other}> ." for one, other in pairwise(names))
    closure = " ".join(f"<{one}> owl:sameAs <{other}> ." for one in names for other in names if one != other)
    relay = relay_over(tmp_path, one=edges, inferred=closure, harvest__port=f"<{names[9]}> owl:sameAs b:n .")
    found = relay(names[0])
    assert (len(found["same"]), len(found["links"]), len(found["links"][-2]["path"])) == (59, 60, 60)
    assert relay.graphs.cache_info().misses < 2 * len(names)


@pytest.mark.parametrize("count", [3, 100, 300])
def test_a_thing_of_many_links_is_told_as_one_of_few(ask, count):
    many = "".join(f":bus dct:isVersionOf :v{n} . " for n in range(count))
    found = ask(
        BASE + "bus",
        one=many + ":bus dct:source :report .",
        inferred=":bus dct:title 'Bus' ; dct:isVersionOf :wheel . :bus dct:isVersionOf :v1 .",
        harvest__port=":bus dct:title 'Car' ; dct:isVersionOf :v1, :taxi .",
    )
    assert (len(found["links"]), {link["direction"] for link in found["links"]}) == (count + 2, {"out"})
    assert [brief([link])[0][2] for link in found["links"][count:]] == ["taxi", "v1"]
    assert {link["source"] for link in found["links"][:count]} == {BASE + "report"}
    seen = ask(BASE + "taxi", one=many, inferred=":bus dct:title 'Bus' .", harvest__port=":bus dct:isVersionOf :taxi .")
    assert seen["links"][0]["label"] == {"": "Bus"}


def test_what_is_said_of_a_thing_of_many_links_is_not_read_again_for_each(tmp_path, monkeypatch):
    read, said = [], lookup.values
    monkeypatch.setattr(lookup, "values", lambda given, *rest: read.extend(given) or said(given, *rest))
    relay = relay_over(tmp_path, one="".join(f":bus dct:isVersionOf :v{n} . " for n in range(300)))
    assert len(relay(BASE + "bus")["links"]) == 300
    assert len(read) < 300


def test_nothing_is_known_of_an_iri_that_nobody_names(ask):
    found = ask("https://nowhere.example/", one=":bus owl:sameAs a:bus .")
    assert (found["known"], found["same"], found["links"]) == (False, [], [])


def test_what_many_point_to_is_read_property_by_property(ask):
    crowd = "".join(f":t{n} dct:subject :hub . " for n in range(600))
    found = ask(BASE + "hub", data=crowd + ":bus dct:isVersionOf :hub . :hub owl:sameAs a:hub .")
    assert ("bus", "isVersionOf", "hub") in brief(found["links"])
    assert found["same"] == ["https://a.example/hub"]


# --- the shipped ontology and RDF


def test_the_shipped_ontology_names_the_kind_of_every_link_it_speaks_of():
    kinds = Kinds.read(Store())
    assert kinds["http://www.w3.org/2002/07/owl#sameAs"] == KINDS + "identite"
    assert kinds[PAS + "reusedBy"] == kinds[PAS + "reuses"] == KINDS + "reutilisation"
    assert kinds[PAS + "directlyFollows"] == KINDS + "relation"
    assert kinds["http://xmlns.com/foaf/0.1/page"] == ADDRESS
    assert "http://www.w3.org/2000/01/rdf-schema#label" not in kinds
    assert min(kinds.values(), key=kinds.order) == KINDS + "identite"


def test_the_answer_as_triples_has_the_links_their_mappings_and_no_blank_node(tmp_path):
    record = RECORD.format(property="pas:similarTo", decision="proposee")
    relay = relay_over(tmp_path, one=":bus owl:sameAs b:bus ; dct:isVersionOf :car .", links=record)
    found = list(triples(relay(BASE + "bus"), relay))
    assert all(isinstance(triple.subject, NamedNode) for triple in found)
    named = {(triple.subject.value, triple.predicate.value, triple.object.value) for triple in found}
    assert (BASE + "bus", "http://purl.org/dc/terms/isVersionOf", BASE + "car") in named
    assert (BASE + "bus", PAS + "similarTo", "https://a.example/bus") not in named
    assert (BASE + "links-one", "https://w3id.org/sssom/author_label", "Ada") in named
    assert ("https://b.example/bus", REPRESENTATIVE, BASE + "bus") in named
    mappings = [
        triple.subject.value for triple in found if triple.object == NamedNode("https://w3id.org/sssom/Mapping")
    ]
    assert sum(iri.startswith(GRAPHS + "one#link-") for iri in mappings) == 2


# --- what others write


@pytest.mark.parametrize(
    "turtle",
    [
        ":bus dct:source 'A survey of 2016' .",
        ":bus foaf:page 'https://a.example/a page' .",
        ":r a sssom:Mapping ; sssom:subject_id :bus ; sssom:predicate_id skos:closeMatch ; sssom:object_id 'Q 42' .",
        ":r a sssom:Mapping ; sssom:subject_id :bus ; sssom:predicate_id 'the same' ; sssom:object_id a:bus .",
    ],
    ids=["source", "address", "object", "predicate"],
)
@pytest.mark.parametrize("graph", ["one", "harvest__port"])
def test_a_text_where_an_iri_is_due_costs_no_other_link(tmp_path, turtle, graph):
    relay = relay_over(tmp_path, two=":bus dct:isVersionOf a:bus .", **{graph: turtle})
    found = relay(BASE + "bus")
    assert ("bus", "isVersionOf", "bus") in brief(found["links"])
    assert list(triples(found, relay))


@pytest.mark.parametrize("confidence", ["NaN", "INF", "high"])
def test_a_confidence_that_is_no_number_is_not_known(ask, confidence):
    record = RECORD.format(property="skos:closeMatch", decision="proposee").replace("0.9", f"'{confidence}'")
    assert [each["confidence"] for each in ask(BASE + "bus", links=record)["proposed"]] == [None]


def test_a_date_that_is_none_is_given_as_a_text(tmp_path):
    relay = relay_over(tmp_path, one=":bus dct:isVersionOf a:bus ; dct:source :r . :r dct:issued '12/04/2016' .")
    [date] = [each.object for each in triples(relay(BASE + "bus"), relay) if each.predicate.value.endswith("_date")]
    assert (date.value, date.datatype.value) == ("12/04/2016", "http://www.w3.org/2001/XMLSchema#string")


@pytest.mark.parametrize(
    "axiom",
    ["'none'", "( [ owl:inverseOf a:in ] a:of )", ":list . :list rdf:first a:in ; rdf:rest :list", "( a:in 'of' )"],
)
def test_a_chain_that_is_none_of_named_properties_is_left_aside(ask, axiom):
    ontology = f"""PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
      a:copies pas:linkKind :copy ; owl:propertyChainAxiom {axiom} . :copy schema:position 'first' ."""
    assert len(ask(BASE + "bus", ontology=ontology, data=":bus a:copies a:bus ; a:in :between .")["links"]) == 1


def test_the_record_of_a_link_of_a_reuse_is_no_link_of_what_is_reused(ask):
    found = ask(
        BASE + "guide",
        reuses=":reuse pas:reuser :town ; pas:reused :guide .",
        links=":r sssom:subject_id :reuse ; sssom:predicate_id skos:closeMatch ; sssom:object_id a:r .",
    )
    assert (brief(found["links"]), found["proposed"]) == ([("town", "reuses", "guide")], [])


def test_a_portal_cuts_no_identity_of_ours(ask):
    found = ask(BASE + "bus", one=":bus owl:sameAs a:bus .", harvest__port=":bus pas:distinctFrom a:bus .")
    assert (found["same"], found["cut"], len(found["links"])) == (["https://a.example/bus"], [], 2)


def test_of_a_source_that_says_much_who_wrote_it_is_still_read(ask):
    parts = "".join(f":report dct:hasPart :part{n} . " for n in range(300))
    found = ask(
        BASE + "bus", one=":bus dct:isVersionOf a:bus ; dct:source :report .", two=parts + ":report dct:creator :ada ."
    )
    assert [link["asserted_by"] for link in found["links"]] == [BASE + "ada"]


@pytest.mark.parametrize("host", ["http://[::1]/", "https://a.example:8000", "https://a.example"])
def test_of_a_host_no_spelling_is_another_host(ask, host):
    assert not any(".git" in each for each in spellings(host))
    assert ask(host, one=":bus owl:sameAs a:bus .")["known"] is False


def test_an_address_is_found_in_spite_of_the_capitals_of_its_scheme(ask):
    found = ask("HTTPS://forge.example/bus", one=":bus schema:codeRepository <https://forge.example/bus> .")
    assert found["found"][-1]["iri"] == BASE + "bus"


def test_what_is_known_and_linked_to_nothing_has_its_name_for_a_graph(tmp_path):
    relay = relay_over(tmp_path, one=":bus dct:title 'Bus' .")
    [triple] = triples(relay(BASE + "bus"), relay)
    assert (triple.subject.value, triple.object.value) == (BASE + "bus", BASE + "bus")
    assert list(triples(relay(BASE + "car"), relay)) == []
