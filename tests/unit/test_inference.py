"""Each rule on a tiny graph, then the engine: what it runs again, where it stops, what it refuses."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from graph.errors import RuleError
from graph.inference import Rule, infer, load_rules

RULES = Path(__file__).parents[2] / "ontology" / "rules"
TARGET = NamedNode("https://w3id.org/passerelles/graph/inferred")
PROLOGUE = """
PREFIX : <http://example.org/>
PREFIX concept: <https://w3id.org/passerelles/id/concepts/>
PREFIX cv: <http://data.europa.eu/m8g/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX odrl: <http://www.w3.org/ns/odrl/2/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX pas: <https://w3id.org/passerelles/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sssom: <https://w3id.org/sssom/>
"""
SIDES = """
cv:PublicOrganisation a owl:Class ; pas:exchangeSide concept:cote-administration .
foaf:Person a owl:Class ; pas:exchangeSide concept:cote-usagers .
concept:orgtype-entreprise pas:exchangeSide concept:cote-prive .
concept:echange-adm-adm pas:firstSide concept:cote-administration ; pas:secondSide concept:cote-administration .
concept:echange-adm-prive pas:firstSide concept:cote-administration ; pas:secondSide concept:cote-prive .
concept:echange-adm-usagers pas:firstSide concept:cote-administration ; pas:secondSide concept:cote-usagers .
"""


@pytest.fixture(scope="module")
def rules() -> list[Rule]:
    return load_rules(RULES)


def store_of(turtle: str) -> Store:
    store = Store()
    store.load((PROLOGUE + turtle).encode(), format=RdfFormat.TURTLE)
    return store


def triples_of(turtle: str) -> set[str]:
    return {str(quad.triple) for quad in parse((PROLOGUE + turtle).encode(), format=RdfFormat.TURTLE)}


def inferred(turtle: str, rules: list[Rule]) -> set[str]:
    return {str(triple) for triple in infer(store_of(turtle), rules).triples}


ENTAILED = {
    "cax-sco": (":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :x a :A .", ":x a :B, :C ."),
    "cax-eqc": (":A owl:equivalentClass :B . :x a :A . :y a :B .", ":x a :B . :y a :A ."),
    "prp-dom": (":p rdfs:domain :A . :x :p 1 .", ":x a :A ."),
    "prp-rng": (":p rdfs:range :A . :x :p :y, 1 .", ":y a :A ."),
    "prp-spo1": (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r . :x :p 1 .", ":x :q 1 ; :r 1 ."),
    "prp-eqp": (":p owl:equivalentProperty :q . :x :p :y . :y :q :z .", ":x :q :y . :y :p :z ."),
    "prp-inv": (":p owl:inverseOf :q . :x :p :y . :z :q :x .", ":y :q :x . :x :p :z ."),
    "prp-symp": (":p a owl:SymmetricProperty . :x :p :y, 1 .", ":y :p :x ."),
    "prp-trp": (":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :d .", ":a :p :c, :d . :b :p :d ."),
    "prp-spo2": (":p owl:propertyChainAxiom ( :q :r ) . :x :q :y . :y :r :z .", ":x :p :z ."),
    "prp-spo2-3": (":p owl:propertyChainAxiom ( :q :r :s ) . :w :q :x . :x :r :y . :y :s :z .", ":w :p :z ."),
    "eq-sym": (":x owl:sameAs :y . :v skos:exactMatch :w .", ":y owl:sameAs :x . :w skos:exactMatch :v ."),
    "eq-trans": (
        ":x owl:sameAs :y . :y owl:sameAs :z . :a skos:exactMatch :b . :b skos:exactMatch :c .",
        ":x owl:sameAs :z . :a skos:exactMatch :c .",
    ),
    "eq-rep-exact-match": (":x owl:sameAs :y . :y skos:exactMatch :z .", ":x skos:exactMatch :z ."),
    "passerelles-accepted-link": (
        (
            ":l pas:decision concept:decision-acceptee ;"
            " sssom:subject_id :x ; sssom:predicate_id pas:similarTo ; sssom:object_id :y ."
            ":m pas:decision concept:decision-rejetee ;"
            " sssom:subject_id :x ; sssom:predicate_id pas:similarTo ; sssom:object_id :z ."
        ),
        ":x pas:similarTo :y .",
    ),
    "passerelles-licence-compatibility": (
        ":c pas:fromLicence :x ; pas:intoLicence :y ; pas:notIntoLicence :z .",
        ":x pas:compatibleWith :y ; pas:incompatibleWith :z .",
    ),
    "passerelles-distinct": (":x pas:distinctFrom :y .", ":x owl:differentFrom :y . :y owl:differentFrom :x ."),
    "passerelles-exchange-side-class": (
        SIDES
        + ":o a cv:PublicOrganisation . :someone a foaf:Person . :author a foaf:Person . :r pas:reuser :someone .",
        ":o pas:exchangeSide concept:cote-administration . :someone pas:exchangeSide concept:cote-usagers .",
    ),
    "passerelles-exchange-side-classification": (
        SIDES + ":firm org:classification concept:orgtype-entreprise .",
        ":firm pas:exchangeSide concept:cote-prive .",
    ),
    "passerelles-exchange-side-whole": (
        SIDES + ":firm pas:exchangeSide concept:cote-prive . :lab org:subOrganizationOf :firm ."
        " :team org:subOrganizationOf :lab .",
        ":lab pas:exchangeSide concept:cote-prive . :team pas:exchangeSide concept:cote-prive .",
    ),
    "passerelles-exchange-side-organiser": (
        SIDES + ":firm pas:exchangeSide concept:cote-prive . :day schema:organizer :firm .",
        ":day pas:exchangeSide concept:cote-prive .",
    ),
    "passerelles-exchange-type": (
        SIDES + ":town pas:exchangeSide concept:cote-administration . :firm pas:exchangeSide concept:cote-prive ."
        ":guide dct:creator :firm . :map dct:publisher :town ; dct:creator :someone . :someone a foaf:Person ;"
        " pas:exchangeSide concept:cote-usagers ."
        ":r1 pas:reuser :town ; pas:reused :guide . :r2 pas:reuser :town ; pas:reused :map ."
        ":r3 pas:reuser :someone ; pas:reused :map .",
        (
            ":r1 pas:exchangeType concept:echange-adm-prive . :r2 pas:exchangeType concept:echange-adm-adm ."
            ":r3 pas:exchangeType concept:echange-adm-usagers ."
        ),
    ),
    "passerelles-licence-policy": (
        ":guide dct:license :l, :m . :l a odrl:Policy .",
        ":guide odrl:hasPolicy :l .",
    ),
    "passerelles-outcome": (
        (
            ":day a schema:Event ; prov:generated :guide . :map prov:wasGeneratedBy :day ."
            " :series a schema:EventSeries ; prov:generated :book . :r a pas:Reuse ; prov:generated :guide ."
        ),
        ":day pas:outcome :guide, :map . :series pas:outcome :book .",
    ),
}


def test_every_rule_has_a_case(rules):
    assert {rule.name for rule in rules} == set(ENTAILED)


@pytest.mark.parametrize("name", ENTAILED)
def test_a_rule_alone_entails_what_it_says(name, rules):
    asserted, expected = ENTAILED[name]
    assert inferred(asserted, [rule for rule in rules if rule.name == name]) == triples_of(expected)


@pytest.mark.parametrize("name", ENTAILED)
def test_all_rules_together_entail_it_too(name, rules):
    asserted, expected = ENTAILED[name]
    assert triples_of(expected) <= inferred(asserted, rules)


def test_every_rule_says_what_it_is_for_in_both_languages(rules):
    assert [rule.name for rule in rules if set(rule.summary) != {"fr", "en"}] == []


def test_generic_rules_know_no_vocabulary_of_ours():
    generic = [path for path in RULES.glob("*.rq") if not path.name.startswith("passerelles-")]
    assert generic
    assert [path.name for path in generic if "w3id.org/passerelles" in path.read_text(encoding="utf-8")] == []


def test_rules_feed_each_other(rules):
    found = inferred(
        ":A rdfs:subClassOf :B . :p rdfs:subPropertyOf :q . :q owl:inverseOf :r . :r rdfs:domain :A . :x :p :y .", rules
    )
    assert found == triples_of(":x :q :y . :y :r :x ; a :A, :B .")


def test_an_axiom_may_itself_be_inferred(rules):
    found = inferred(":narrowerThan rdfs:subPropertyOf rdfs:subClassOf . :A :narrowerThan :B . :x a :A .", rules)
    assert found == triples_of(":A rdfs:subClassOf :B . :x a :B .")


def test_an_accepted_link_is_closed_like_an_asserted_one(rules):
    found = inferred(
        ":l pas:decision concept:decision-acceptee ; sssom:subject_id :x ; sssom:predicate_id skos:exactMatch ;"
        " sssom:object_id :y . :y skos:exactMatch :z .",
        rules,
    )
    assert triples_of(":x skos:exactMatch :y, :z . :z skos:exactMatch :x .") <= found


@pytest.mark.parametrize("identity", ["owl:sameAs", "skos:exactMatch"])
@pytest.mark.parametrize(
    "distinct", [":a pas:distinctFrom :c .", ":c pas:distinctFrom :a .", ":c owl:differentFrom :a ."]
)
def test_two_things_said_to_be_distinct_are_never_inferred_to_be_the_same(identity, distinct, rules):
    closed = (
        "skos:exactMatch a owl:SymmetricProperty, owl:TransitiveProperty . pas:distinctFrom a owl:SymmetricProperty ."
    )
    found = inferred(f"{closed} :a {identity} :b . :b {identity} :c . {distinct}", rules)
    assert not found & triples_of(f":a {identity} :c . :c {identity} :a .")
    assert found >= triples_of(f":b {identity} :a . :c {identity} :b .")


TOWN_AND_FIRM = (
    SIDES + "org:unitOf rdfs:subPropertyOf org:subOrganizationOf . :town a cv:PublicOrganisation ."
    " :firm org:classification concept:orgtype-entreprise ."
)
PRECEDENCE = {
    "class before type": (
        ":x a cv:PublicOrganisation ; org:classification concept:orgtype-entreprise .",
        "administration",
    ),
    "class before whole": (":x a cv:PublicOrganisation ; org:unitOf :firm .", "administration"),
    "type before whole": (":x org:classification concept:orgtype-entreprise ; org:unitOf :town .", "prive"),
    "type before organiser": (
        ":x org:classification concept:orgtype-entreprise ; schema:organizer :town .",
        "prive",
    ),
    "whole before organiser": (":x org:unitOf :firm ; schema:organizer :town .", "prive"),
    "what is stated before all": (
        ":x pas:exchangeSide concept:cote-usagers ; a cv:PublicOrganisation ; org:unitOf :firm .",
        "usagers",
    ),
    "the nearest whole": (
        ":x org:unitOf :branch . :branch org:unitOf :firm . :firm org:subOrganizationOf :town .",
        "prive",
    ),
    "the nearest whole, said straight too": (
        ":x org:unitOf :firm ; org:subOrganizationOf :town . :firm org:subOrganizationOf :town .",
        "prive",
    ),
    "two wholes on two sides": (":x org:unitOf :town, :firm .", None),
    "a unit of a whole with two sides": (":x org:unitOf :joint . :joint org:unitOf :town, :firm .", None),
    "two organisers on two sides": (":x schema:organizer :town, :firm .", None),
    "a person who organises": (
        ":x schema:organizer :someone . :someone a foaf:Person . :r pas:reuser :someone .",
        None,
    ),
    "nothing is known": (":x org:unitOf :unknown .", None),
}


@pytest.mark.parametrize("name", PRECEDENCE)
def test_an_agent_has_one_side_at_most_the_one_that_comes_first(name, rules):
    asserted, side = PRECEDENCE[name]
    store = store_of(TOWN_AND_FIRM + asserted)
    infer(store, rules)
    sides = store.query(
        "PREFIX : <http://example.org/> PREFIX pas: <https://w3id.org/passerelles/ontology#>"
        " SELECT ?side { :x pas:exchangeSide ?side }"
    )
    assert [row["side"].value.rpartition("cote-")[2] for row in sides] == ([side] if side else [])


def test_a_production_of_both_sides_gives_its_reuse_no_exchange_type(rules):
    found = inferred(
        TOWN_AND_FIRM + ":guide dct:creator :firm ; dct:publisher :town . :r pas:reuser :town ; pas:reused :guide .",
        rules,
    )
    assert [triple for triple in found if "exchangeType" in triple] == []


def test_what_a_part_of_an_event_generates_is_an_outcome_of_the_event_and_what_a_reuse_generates_is_none(rules):
    found = inferred(
        "schema:superEvent owl:inverseOf schema:subEvent . pas:outcome owl:propertyChainAxiom ( schema:subEvent"
        " pas:outcome ) . :group a schema:Event ; schema:superEvent :day ; prov:generated :map ."
        " :r a pas:Reuse ; prov:generated :map .",
        rules,
    )
    assert found == triples_of(":day schema:subEvent :group . :group pas:outcome :map . :day pas:outcome :map .")


def test_no_individual_is_replaced_by_its_other_name(rules):
    assert inferred(":x owl:sameAs :y ; :p 1 .", rules) == triples_of(":y owl:sameAs :x .")


def test_nothing_is_said_of_everything(rules):
    assert (
        inferred(":A rdfs:subClassOf owl:Thing, rdfs:Resource . :p rdfs:domain owl:Thing . :x a :A ; :p 1 .", rules)
        == set()
    )


def test_cycles_end_and_give_no_reflexive_triple(rules):
    cycle = (
        ":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :a . :A rdfs:subClassOf :B . :B rdfs:subClassOf :A ."
    )
    assert inferred(cycle, rules) == triples_of(":a :p :c . :b :p :a . :c :p :b .")


def test_a_long_chain_closes_in_few_rounds(rules):
    chain = " ".join(f":n{number} :p :n{number + 1} ." for number in range(100))
    result = infer(store_of(f":p a owl:TransitiveProperty . {chain}"), rules)
    assert len(result.triples) == 100 * 101 // 2 - 100
    assert result.rounds < 15


def test_a_second_run_finds_nothing(rules):
    store = store_of(ENTAILED["passerelles-exchange-type"][0])
    assert infer(store, rules).triples
    assert infer(store, rules).triples == []


def test_only_new_triples_go_to_the_target_graph_and_to_the_default_one(rules):
    store = store_of(":A rdfs:subClassOf :B . :x a :A, :B . :y a :A .")
    before = set(store.quads_for_pattern(None, None, None, DefaultGraph()))
    result = infer(store, rules, TARGET)
    [new] = result.triples
    assert str(new) in triples_of(":y a :B .")
    assert result.per_rule == {"cax-sco": 1}
    assert set(store) == before | {Quad(*new), Quad(*new, TARGET)}


def test_other_graphs_are_neither_read_nor_written(rules):
    store = store_of(":A rdfs:subClassOf :B .")
    quad = Quad(
        NamedNode("http://example.org/x"),
        NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
        NamedNode("http://example.org/A"),
        NamedNode("http://example.org/graph"),
    )
    store.add(quad)
    assert infer(store, rules, TARGET).triples == []


def test_blank_nodes_keep_their_identity(rules):
    store = store_of(":A rdfs:subClassOf :B . [] a :A .")
    [new] = infer(store, rules).triples
    assert isinstance(new.subject, BlankNode)
    assert len({quad.subject for quad in store if isinstance(quad.subject, BlankNode)}) == 1


def test_skipping_what_a_rule_does_not_read_loses_nothing(rules):
    everything = "".join(asserted for asserted, _ in ENTAILED.values())
    naive = [dataclasses.replace(rule, reads=((),)) for rule in rules]
    assert inferred(everything, rules) == inferred(everything, naive)


def test_progress_is_told_rule_by_rule(rules):
    told: list[tuple[str, int]] = []
    infer(store_of(":A rdfs:subClassOf :B . :x a :A . :y a :A ."), rules, progress=lambda *step: told.append(step))
    assert told == [("cax-sco", 2)]


def test_a_rule_that_never_ends_is_an_error_not_a_loop():
    rule = Rule("endless", "CONSTRUCT { [] <http://example.org/p> ?x } WHERE { ?x <http://example.org/p> ?y }")
    with pytest.raises(RuleError, match="7"):
        infer(store_of(":x :p :y ."), [rule], max_rounds=7)


GOOD = "CONSTRUCT { ?x a ?y } WHERE { ?x a ?y }"
BAD_FILES = {
    "syntax": ("#+ summary: { fr: x, en: x }\nCONSTRUCT { ?x a ?y }\nWHERE { ?x a }", "bad.rq:3:15"),
    "not-construct": ("SELECT ?x WHERE { ?x a ?y }", "bad.rq:1:1"),
    "yaml": ("#+ summary:\n#+   fr: deux : points\n" + GOOD, "bad.rq:2:"),
    "not-a-mapping": ("#+ just words\n" + GOOD, "bad.rq:1:1"),
    "unknown-key": ("#+ stratum: 1\n#+ axiom: x\n" + GOOD, "bad.rq:2:1"),
    "wrong-type": ("#+ stratum: first\n" + GOOD, "bad.rq:1:1"),
    "axioms-syntax": ("#+ stratum: 0\n#+ axioms: SELECT ?x WHERE {\n" + GOOD, "bad.rq:2:1"),
    "axioms-not-select": ("#+ axioms: ASK { ?x a ?y }\n" + GOOD, "bad.rq:1:1"),
    "axioms-of-another-variable": ("#+ axioms: SELECT ?z WHERE { ?z a ?y }\n" + GOOD, "bad.rq:1:1"),
    "reads-an-unknown-variable": ('#+ stratum: 0\n#+ reads: ["?z"]\n' + GOOD, "bad.rq:2:1"),
    "reads-an-unknown-prefix": ('#+ reads: ["rdf:type"]\n' + GOOD, "bad.rq:1:1"),
    "service": ("CONSTRUCT { ?x a ?y } WHERE { SERVICE <http://127.0.0.1/> { ?x a ?y } }", "bad.rq:1:1"),
    "empty": ("", "bad.rq:1:"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_rule_is_named_by_file_line_and_column(name, tmp_path):
    text, place = BAD_FILES[name]
    (tmp_path / "bad.rq").write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_rules(tmp_path)
    assert place in str(caught.value)


def test_a_rule_that_is_not_utf8_is_an_error(tmp_path):
    (tmp_path / "bad.rq").write_bytes(b"CONSTRUCT \xff")
    with pytest.raises(RuleError, match=r"bad\.rq"):
        load_rules(tmp_path)


def test_service_in_an_iri_or_a_comment_is_no_call(tmp_path):
    (tmp_path / "good.rq").write_text(
        f"# SERVICE\n{GOOD[:-1]} . ?x a <http://example.org/SERVICE> }}", encoding="utf-8"
    )
    assert [rule.name for rule in load_rules(tmp_path)] == ["good"]


def test_a_folder_without_rules_has_none(tmp_path):
    assert load_rules(tmp_path) == []
    assert load_rules(tmp_path / "absent") == []
