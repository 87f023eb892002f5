"""What a SERVICE is joined with, read from the text: what restricts it, and what must not."""

from __future__ import annotations

import pytest

from graph.config import Limits
from graph.errors import MalformedQuery, RefusedQuery
from graph.sparql.guard import admit
from graph.sparql.services import Services

FAR, OTHER = "http://far.example/", "http://other.example/"
S = f"SERVICE <{FAR}> {{ ?s <p:> ?o }}"
ANSWER = "VALUES (?s ?o) {}"


def read(pattern: str) -> Services:
    return Services(admit(f"SELECT * WHERE {pattern}", Limits(), (FAR, OTHER)))


def restriction(pattern: str) -> str:
    """What restricts the last SERVICE, with the others answered, one space between words."""
    services = read(pattern)
    answers = dict.fromkeys(range(len(services.clauses)), ANSWER)
    return " ".join(services.restriction(services.clauses[-1], answers).split())


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (f"{{ {S} }}", ""),
        (f"{{ ?s a ?t . {S} }}", "{ ?s a ?t . }"),
        (f"{{ {S} ?s a ?t }}", "{ ?s a ?t . }"),
        (f"{{ ?s a ?t FILTER(?t != ?o) {S} FILTER(bound(?o)) }}", "{ ?s a ?t . }"),
        (f"{{ ?s a ?t OPTIONAL {{ ?t a ?u }} {S} OPTIONAL {{ ?o a ?v }} ?s a ?w }}", None),
        (f"{{ ?s a ?t OPTIONAL {{ {S} }} ?s a ?u }}", "{ ?s a ?t . { } }"),
        (f"{{ ?s a ?t MINUS {{ {S} }} ?s a ?u }}", "{ ?s a ?t . { } }"),
        (f"{{ ?s a ?t OPTIONAL {{ ?s a ?u OPTIONAL {{ ?u a ?v . {S} }} }} }}", "{ ?s a ?u . { ?u a ?v . } }"),
        (f"{{ ?s a ?t {{ ?u a ?v }} UNION {{ ?s a ?w . {S} }} }}", "{ ?s a ?t . { ?s a ?w . } }"),
        (f"{{ ?s a ?t GRAPH ?g {{ ?s a ?w . {S} }} }}", "{ ?s a ?t . GRAPH ?g { ?s a ?w . } }"),
        (f"{{ ?s a ?t {{ SELECT ?s {{ ?s a ?w . {S} }} }} }}", "{ ?s a ?w . }"),
        (f"{{ ?s a ?t FILTER EXISTS {{ ?s a ?w . {S} }} }}", "{ ?s a ?w . }"),
        (f"{{ BIND(1 AS ?x) VALUES ?s {{ <a:> }} {S} BIND(2 AS ?y) VALUES ?o {{ 1 }} }}", None),
        (f"{{ SERVICE <{OTHER}> {{ ?s a ?t }} {S} }}", f"{{ {ANSWER} }}"),
        (f"{{ {S.replace(FAR, OTHER)} UNION_ }}".replace(" UNION_", f" {{ {S} }}"), f"{{ {ANSWER} {{ }} }}"),
    ],
)
def test_a_service_is_restricted_by_what_it_is_surely_joined_with(pattern, expected):
    found = restriction(pattern)
    if expected is not None:
        assert found == expected
    elif "BIND" in pattern:
        assert found == "{ BIND(1 AS ?x) VALUES ?s { <a:> } VALUES ?o { 1 } }"
    else:
        assert found == "{ ?s a ?t . OPTIONAL { ?t a ?u } ?s a ?w . }"


@pytest.mark.parametrize("lots", ["RAND()", "IRI(CONCAT('a:', struuid ()))", "UUID()"])
def test_what_draws_lots_restricts_nothing(lots):
    services = read(f"{{ BIND({lots} AS ?s) {S} }}")
    [clause] = services.clauses
    assert services.restricting(clause, services.restriction(clause, {})) == []
    steady = services.restriction(clause, {}).replace(lots, "1")
    assert services.restricting(clause, steady) == ["s"]


def test_one_waits_only_for_those_that_restrict_it():
    two = read(f"{{ {{ {S} }} UNION {{ SERVICE <{OTHER}> {{ ?s ?p ?o }} }} }}")
    assert [two.feeds(clause) for clause in two.clauses] == [frozenset(), frozenset()]
    chain = read(f"{{ {S} SERVICE <{OTHER}> {{ ?s ?p ?o }} }}")
    assert [chain.feeds(clause) for clause in chain.clauses] == [frozenset(), frozenset({0})]


@pytest.mark.parametrize(
    ("inner", "sure", "first"),
    [
        ("?s <p:> ?o", "so", "so"),
        ("?s <p:> ?o OPTIONAL { ?s <q:> ?x }", "so", "so"),
        ("OPTIONAL { ?s <q:> ?x } ?s <p:> ?o", "so", ""),
        ("{ ?s <p:> ?o } UNION { ?s <q:> ?x }", "s", "s"),
        ("GRAPH ?g { ?s <p:> ?o }", "gso", "gso"),
        ("BIND(1 AS ?x) ?s <p:> ?o", "so", ""),
        ("VALUES ?x { UNDEF } ?s <p:> [ <q:> ?o ] FILTER(?x)", "so", "so"),
        ("{ SELECT ?s { ?s <p:> ?o } }", "", ""),
    ],
)
def test_the_variables_that_every_solution_binds_are_known(inner, sure, first):
    group = read(f"{{ SERVICE <{FAR}> {{ {inner} }} }}").clauses[0].element.groups[0]
    assert group.sure == set(sure)
    assert group.sure_first == set(first)


def test_values_stand_first_where_that_means_the_same_and_last_elsewhere():
    first = read(f"{{ {S} }}")
    assert "{ VALUES (?s) { (<a:>) } " in first.asked(first.clauses[0], ["s", "o"], ["s"], "(<a:>)")
    last = read(f"{{ SERVICE <{FAR}> {{ OPTIONAL {{ ?s <q:> ?x }} ?s <p:> ?o }} }}")
    assert last.asked(last.clauses[0], ["s", "o"], ["s"], "(<a:>)").endswith("}\nVALUES (?s) { (<a:>) }")


def test_what_is_checked_has_the_places_of_what_was_asked():
    text = f"SELECT * {{\n  SERVICE # there\n  SILENT <{FAR}>\n  {{ ?s ?p }} }}"
    blanked = Services(admit(text, Limits(), (FAR,))).blanked
    assert "SERVICE" not in blanked
    assert len(blanked) == len(text)
    assert blanked.count("\n") == text.count("\n")
    assert blanked.index("{ ?s ?p }") == text.index("{ ?s ?p }")


def test_a_service_in_another_is_refused():
    with pytest.raises(RefusedQuery) as refused:
        read(f"{{ SERVICE <{FAR}> {{ {S} }} }}")
    assert refused.value.key == "service-nested"


@pytest.mark.parametrize(
    "inner",
    [
        "?o <p:> ?x FILTER(?s > 3)",
        "{ FILTER(?s > 3) } ?s <p:> ?o",
        "?s <p:> ?o MINUS { ?s <q:> ?o }",
        "?o <p:> ?x MINUS { ?y <q:> ?z }",
        "OPTIONAL { ?s <p:> ?o } ?s <q:> ?o",
        "BIND(?s AS ?x) ?x <p:> ?o",
        "?s <p:>* ?o",
        "{ SELECT ?s { ?s <p:> ?o } LIMIT 1 }",
    ],
)
@pytest.mark.parametrize("condition", ["FILTER NOT EXISTS {{ {} }}", "BIND(IF(EXISTS {{ ?s a ?u . {} }}, 1, 2) AS ?n)"])
def test_in_exists_a_service_that_values_from_around_might_change_is_refused(condition, inner):
    with pytest.raises(RefusedQuery) as refused:
        read(f"{{ ?s a ?t {condition.format(f'SERVICE <{FAR}> {{ {inner} }}')} }}")
    assert refused.value.key == "service-correlated"
    assert refused.value.line == 1


@pytest.mark.parametrize(
    "inner",
    [
        "?s <p:> ?o FILTER(?s > ?o)",
        "?s <p:> ?o OPTIONAL { ?o <q:> ?x FILTER(?x > ?s) } BIND(?s AS ?y)",
        "{ ?s <p:> ?o } UNION { GRAPH ?g { ?s <q:> ?o } }",
        "?o <p:>* ?x FILTER(?x > 3)",
    ],
)
def test_in_exists_a_service_that_values_from_around_only_choose_from_is_let_in(inner):
    assert read(f"{{ ?s a ?t FILTER EXISTS {{ SERVICE <{FAR}> {{ {inner} }} }} }}").clauses


def test_a_service_in_a_lateral_is_refused():
    with pytest.raises(RefusedQuery) as refused:
        read(f"{{ ?s a ?t LATERAL {{ {S} }} }}")
    assert refused.value.key == "service-nested"


@pytest.mark.parametrize("pattern", [f"{{ SERVICE <{FAR}> }}", f"{{ SERVICE <{FAR}> {{ ?s ?p ?o }}", f"{{ {S} "])
def test_what_has_no_pattern_is_malformed(pattern):
    with pytest.raises(MalformedQuery):
        read(pattern)
