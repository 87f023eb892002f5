"""The guard: limits, policy, and a reading of the tokens that a hostile text cannot mislead."""

from __future__ import annotations

import time

import pytest

from graph.config import Limits
from graph.errors import LimitExceeded, MalformedQuery, RefusedQuery
from graph.sparql.doubt import possible_services
from graph.sparql.guard import admit, inspect
from graph.sparql.lexer import place, tokens

LIMITS = Limits()
LISTED = "https://query.example.org/sparql"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * { ?s ?p ?o }", "SELECT"),
        ("# SELECT\nPREFIX insert: <http://x/> ask { }", "ASK"),
        ("BASE <http://x/> PREFIX : <#> CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT"),
        ('VERSION "1.2" describe <http://x/>', "DESCRIBE"),
    ],
)
def test_the_form_is_the_first_word_after_the_prologue(text, form):
    assert inspect(text, LIMITS).form == form


@pytest.mark.parametrize("word", ["INSERT", "delete", "LOAD", "Clear", "DROP", "create", "add", "MOVE", "copy", "with"])
def test_an_update_is_refused_where_it_begins(word):
    with pytest.raises(RefusedQuery) as raised:
        inspect(f"PREFIX : <http://x/> # {word}\n  {word} DATA {{ :a :b :c }}", LIMITS)
    assert (raised.value.line, raised.value.column) == (2, 3)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("#" * 65_537, "query_bytes"),
        ("é" * 32_769, "query_bytes"),
        ("ASK " + "{" * 65 + "}" * 65, "query_depth"),
        ("ASK { FILTER(" + "(" * 4_000 + "1" + ")" * 4_000 + ") }", "query_depth"),
        ("ASK { " + "{ SELECT * WHERE " * 2_000 + "}" * 2_001, "query_depth"),
        ("ASK { FILTER(" + "STR(" * 1_000 + "1" + ")" * 1_000 + ") }", "query_depth"),
        ("ASK { ?s ?p " + "( " * 200 + ") " * 200 + "}", "query_depth"),
        ("ASK { ?s ?p " + "[ ?p " * 200 + "1" + "] " * 200 + "}", "query_depth"),
        ("ASK { ?s " + "(" * 200 + "?p" + ")" * 200 + " ?o }", "query_depth"),
        ("ASK { ?s ?p " + "<<( ?s ?p " * 70 + "1" + " )>>" * 70 + "}", "query_depth"),
        ("ASK { " + "?s ?p ?o . " * 101 + "}", "query_patterns"),
        ("ASK { ?s ?p " + ", ".join(["?o"] * 101) + "}", "query_patterns"),
        ("ASK { ?s " + "; ".join(["?p ?o"] * 101) + "}", "query_patterns"),
        ("ASK { ?s " + "/".join(["<p>"] * 101) + " ?o }", "query_patterns"),
        ("ASK { ?s ?p (" + "1 " * 101 + ") }", "query_patterns"),
        ("ASK { " + "FILTER(true) ?s ?p ?o . " * 101 + "}", "query_patterns"),
        ("ASK { " + "OPTIONAL { ?s ?p ?o } " * 101 + "}", "query_patterns"),
        ("ASK { FILTER(" + "!" * 501 + "true) }", "query_operators"),
        ("ASK { FILTER(1" + "+1" * 501 + ") }", "query_operators"),
        ("ASK { {} " + "UNION {} " * 501 + "}", "query_operators"),
        ("ASK { " + "OPTIONAL {} " * 501 + "}", "query_operators"),
        ("ASK { ?s " + "|".join(["<p>"] * 502) + " ?o }", "query_operators"),
    ],
)
def test_what_would_hurt_the_engine_is_beyond_a_named_limit(text, limit):
    with pytest.raises(LimitExceeded) as raised:
        inspect(text, LIMITS)
    assert raised.value.parameters["limit"] == limit
    assert raised.value.line is not None
    assert limit in raised.value.message("en")
    assert raised.value.message("fr") != raised.value.message("en")


def test_functions_have_their_own_limit():
    text = "ASK { FILTER(" + "STR(" * 5 + "1" + ")" * 5 + ") }"
    assert inspect(text, Limits(query_functions=5))
    with pytest.raises(LimitExceeded, match="query_functions"):
        inspect(text, Limits(query_functions=4))


@pytest.mark.parametrize(
    "text",
    [
        "ASK { " + "?s ?p ?o . " * 100 + "}",
        "ASK { VALUES (?a ?b) { " + "(<a#x> <b>) " * 3_000 + "} }",
        "ASK { FILTER(?x IN (" + ", ".join(map(str, range(2_000))) + ")) }",
        'ASK { FILTER("' + "((((((" * 100 + '" = 1) }',
        "CONSTRUCT { " + "?s ?p ?o . " * 500 + "} WHERE { ?s ?p ?o }",
    ],
)
def test_what_does_not_hurt_is_let_through(text):
    assert inspect(text, LIMITS)


def test_a_place_is_counted_from_one_in_characters():
    text = "ASK {\r\n\t'é' ?x\n}"
    assert place(text, text.index("?x")) == (2, 6)
    assert place(text, text.index("}")) == (3, 1)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }", "http://x/"),
        ("SELECT * { SERVICE SILENT<http://x/>{ ?s ?p ?o } }", "http://x/"),
        ("PREFIX x: <http://x/> SELECT * { service x:a\\-b { ?s ?p ?o } }", "http://x/a-b"),
        ("PREFIX : <y/> BASE <http://x/> SELECT * { SERVICE :z { } }", "y/z"),
        ("BASE <http://x/y> SELECT * { SERVICE <z> { } }", "http://x/z"),
        (r"SELECT * { SERVICE <http\u003A//x/\U00000061> { } }", "http://x/a"),
        ("SELECT * {?a ?b ?c FILTER(?a<?b)SERVICE#>\n<http://x/>{ ?s ?p ?o } }", "http://x/"),
        ("SELECT * {?a ?b ?c FILTER(?a<?b&&?c!='>')SERVICE<http://x/>{?s ?p 'x'}}", "http://x/"),
        ("SELECT * {?a ?b ?c FILTER(true<?b&&?c!='>')SERVICE<http://x/>{?s ?p 'x'}}", "http://x/"),
        ("SELECT * {{SELECT (?a<?b&&?c!='>' AS ?d) {}} SERVICE<http://x/>{?s ?p 'x'}}", "http://x/"),
        ("SELECT * {{SELECT ?x (?a<?b&&?c!='>' AS ?d) {}} SERVICE<http://x/>{?s ?p 'x'}}", "http://x/"),
        ("SELECT (?a<?b&&?c!='>' AS ?d) {SERVICE<http://x/>{?s ?p 'x'}}", "http://x/"),
        ("PREFIX e: <http://e/> ASK {FILTER e:f(?a<?b&&?c!='>')SERVICE<http://x/>{?s ?p 'x'}}", "http://x/"),
        ("ASK {?s ?p (<#'> <b>) SERVICE <http://x/> {?s ?p '>'}}", "http://x/"),
        ("ASK {FILTER NOT EXISTS {?a <b'> ?c} SERVICE <http://x/> {?s ?p '>'}}", "http://x/"),
        ('ASK {?s ?p """a""" SERVICE <http://x/> {?s ?p "b"}}', "http://x/"),
        ("ASK {?s ?p 'it\\'s' SERVICE <http://x/> {?s ?p 'b'}}", "http://x/"),
        ("PREFIX e: <http://e/> ASK {?s e:it\\'s ?o SERVICE <http://x/> {?s ?p 'b'}}", "http://x/"),
        ("PREFIX e: <http://e/> ASK {?s e:a\\#b ?o SERVICE <http://x/> {}}", "http://x/"),
        ("ASK {FILTER(EXISTS {?s ?p ?o} <'>' || true) SERVICE <http://x/> {} FILTER(''='')}", "http://x/"),
        ("ASK {FILTER(<<( ?s ?p ?o )>> <'>' || true) SERVICE <http://x/> {} FILTER(''='')}", "http://x/"),
    ],
)
def test_service_is_found_wherever_it_hides(text, target):
    with pytest.raises(RefusedQuery) as raised:
        admit(text, LIMITS, [LISTED])
    assert raised.value.key == "service-refused"
    assert raised.value.parameters["target"] == target


def test_service_with_a_variable_is_refused_by_its_name():
    with pytest.raises(RefusedQuery) as raised:
        admit("SELECT * {\n SERVICE ?where { ?s ?p ?o } }", LIMITS, [LISTED])
    assert raised.value.parameters["variable"] == "where"
    assert (raised.value.line, raised.value.column) == (2, 2)


def test_a_listed_service_is_refused_too_with_its_own_reason():
    with pytest.raises(RefusedQuery) as raised:
        admit(f"SELECT * {{ SERVICE <{LISTED}> {{ ?s ?p ?o }} }}", LIMITS, [LISTED])
    assert raised.value.key == "service-later"


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p 'SERVICE <http://x/> {}' }",
        "ASK { ?s ?p <http://x/SERVICE> } # SERVICE <http://x/>",
        "PREFIX service: <http://x/> ASK { ?service service:service 1 }",
        'ASK { ?s ?p """SERVICE\n<http://x/>""" }',
    ],
)
def test_the_word_elsewhere_is_not_a_call(text):
    assert admit(text, LIMITS).services == ()


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX SERVICE: <http://y/> PREFIX : <http://x/> ASK { SERVICE:x { ?s ?p ?o } }",
        "PREFIX servicee: <http://y/> PREFIX e: <http://x/> ASK { servicee:x#\n{ ?s ?p ?o } }",
        "PREFIX SERVICESILENTe: <http://y/> PREFIX e: <http://x/> ASK { SERVICESILENTe:x { ?s ?p ?o } }",
        "ASK { ?s ?p trueSERVICE<http://x/> { ?s ?p ?o } }",
        "PREFIX SERVICEe: <http://y/> PREFIX e: <http://x/> ASK { ?s ?p 1SERVICEe:x { ?s ?p ?o } }",
        "PREFIX e: <http://x/> ASK { ?s ?p falseServiceSilent e:x { ?s ?p ?o } }",
    ],
)
def test_the_engine_needs_no_space_around_its_keywords_and_the_guard_knows(text):
    with pytest.raises(RefusedQuery) as raised:
        admit(text, LIMITS)
    assert raised.value.key == "service-doubtful"
    assert raised.value.column is not None


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX s: <http://schema.org/> ASK { ?service s:serviceType ?o { ?s s:service ?o } }",
        "PREFIX service: <http://x/> ASK { ?s a service:x . { ?s service:y service:z. { } } }",
        'ASK { ?s <http://x/a#b> "SERVICE <http://x/> { }" FILTER(?s < "SERVICE ?x {" && ?s > "") }',
        "ASK { ?s ?p ?o FILTER(?s<?o||?o>?s) } # it's a SERVICE <http://x/> { }",
        "ASK { ?s <http://x/it's> ?o . FILTER(?o = 'the service of x') }",
    ],
)
def test_no_doubt_where_no_reading_sees_a_call(text):
    assert admit(text, LIMITS).doubt is None


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELCT * { ?s ?p ?o }", 1, 1),
        ("PREFIX : <http://x/>\n  WHAT { }", 2, 3),
        ("{ ?s ?p ?o }", 1, 1),
        ("", 1, 1),
        ("PREFIX : <http://x/>\n", 1, 21),
    ],
)
def test_a_text_that_begins_like_no_query_is_told_what_is_expected(text, line, column):
    with pytest.raises(MalformedQuery) as raised:
        inspect(text, LIMITS)
    assert (raised.value.line, raised.value.column) == (line, column)
    assert "SELECT, ASK, CONSTRUCT ou DESCRIBE attendu" in raised.value.message("fr")
    assert "SELECT, ASK, CONSTRUCT or DESCRIBE expected" in raised.value.message("en")


@pytest.mark.parametrize(
    ("text", "volatile"),
    [
        ("SELECT (NOW() AS ?n) {}", True),
        ("SELECT (rand() AS ?n) {}", True),
        ("SELECT (BNODE() AS ?n) {}", True),
        ("CONSTRUCT { [] ?p ?o } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { _:b ?p ?o } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p ?o } WHERE { _:s ?p ?o }", False),
        ("SELECT * { ?s ?p 'NOW()' }", False),
    ],
)
def test_what_changes_at_each_evaluation_is_known(text, volatile):
    assert inspect(text, LIMITS).volatile is volatile


def test_an_undeclared_prefix_is_said_where_it_is():
    with pytest.raises(MalformedQuery) as raised:
        inspect("PREFIX a: <http://a/>\nASK { ?s a:p b:o }", LIMITS)
    assert (raised.value.line, raised.value.column) == (2, 14)


def test_a_text_that_is_not_unicode_is_malformed():
    with pytest.raises(MalformedQuery):
        inspect("ASK { ?s ?p '\ud800' }", LIMITS)


@pytest.mark.parametrize(
    "unit",
    [
        "\\'",
        "a\\'",
        "a-",
        "SERVICE ",
        "serviceservice:",
        "<#>",
        "<'>",
        "<#'>",
        "service#\n",
        "a.",
        "1",
        '"""x\\"',
        "<a",
        "?",
        "''''",
        ":a.",
        "a:",
        "<<",
        ")",
        "\\",
        "é",
        "'",
        "<a>#",
        "@a-",
        "%20",
    ],
)
def test_no_text_takes_long_to_read(unit):
    text = unit * (65_000 // len(unit))
    started = time.process_time()
    for _ in tokens(text):
        pass
    possible_services("service " + text)
    assert time.process_time() - started < 2
