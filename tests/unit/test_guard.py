"""The guard: limits, policy, and a reading of the tokens that a hostile text cannot mislead."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from graph.config import Limits
from graph.errors import LimitExceeded, MalformedQuery, RefusedQuery
from graph.sparql import guard, shapes
from graph.sparql.doubt import possible_services
from graph.sparql.guard import Inspection, admit, inspect
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
        ("ASK { " + "{ SELECT * WHERE " * 2_000 + "}" * 2_001, "query_readings"),
        ("ASK { FILTER(" + "STR(" * 1_000 + "1" + ")" * 1_000 + ") }", "query_depth"),
        ("ASK { ?s ?p " + "( " * 200 + ") " * 200 + "}", "query_patterns"),
        ("ASK { ?s ?p " + "[ ?p " * 200 + "1" + "] " * 200 + "}", "query_depth"),
        ("ASK { ?s " + "(" * 200 + "?p" + ")" * 200 + " ?o }", "query_patterns"),
        ("ASK { ?s ?p " + "<<( ?s ?p " * 70 + "1" + " )>>" * 70 + "}", "query_depth"),
        ("ASK { " + "?s ?p ?o . " * 101 + "}", "query_patterns"),
        ("ASK { ?s ?p " + ", ".join(["?o"] * 101) + "}", "query_patterns"),
        ("ASK { ?s " + "; ".join(["?p ?o"] * 101) + "}", "query_patterns"),
        ("ASK { ?s " + "/".join(["<p>"] * 101) + " ?o }", "query_patterns"),
        ("ASK { ?s ?p (" + "1 " * 50 + ") }", "query_patterns"),
        ("ASK { ?s ?p (" + "true " * 50 + ") }", "query_patterns"),
        ("ASK { ?s ?p (" + "[] () " * 25 + ") }", "query_patterns"),
        ("ASK { ?s " + "/".join(["<p>"] * 20) + " 1, 2, 3, 4, 5, 6 }", "query_patterns"),
        ("ASK { ?s (" + "/".join(["<p>"] * 20) + ")* ?o }", "query_patterns"),
        ("ASK { ?s ?p ?o " + "~ " * 67 + "}", "query_patterns"),
        ("ASK { ?s ?p ?o " + "{| ?q 1 |} " * 40 + "}", "query_patterns"),
        ("ASK { " + "<< ?s ?p ?o >> ?q 1 . " * 41 + "}", "query_patterns"),
        ("ASK { ?s ?p ?o" + ".5 ?p ?o" * 100 + "}", "query_patterns"),
        ("PREFIX e: <http://e.org/> ASK { ?s ?p ?o . " + "e:a.b.e:c ?p ?o . " * 50 + "}", "query_patterns"),
        ("ASK { " + "{ BIND(1 AS ?x) } " * 101 + "}", "query_patterns"),
        ("ASK { " + "GRAPH ?g { } " * 101 + "}", "query_patterns"),
        ("ASK { " + "VALUES ?x { 1 } " * 101 + "}", "query_patterns"),
        ("ASK { VALUES (" + "?x " * 200 + ") { } }", "query_patterns"),
        ("ASK { { SELECT " + "(1 AS ?x) " * 210 + "{ } } }", "query_patterns"),
        ("ASK { " + "OPTIONAL { ?s ?p ?o " * 20 + "}" * 21, "query_patterns"),
        ("ASK { " + "FILTER(true) ?s ?p ?o . " * 101 + "}", "query_patterns"),
        ("ASK { " + "OPTIONAL { ?s ?p ?o } " * 101 + "}", "query_patterns"),
        ("ASK { FILTER(" + "!" * 501 + "true) }", "query_operators"),
        ("ASK { FILTER(1" + "+1" * 501 + ") }", "query_operators"),
        ("ASK { {} " + "UNION {} " * 501 + "}", "query_operators"),
        ("ASK { " + "OPTIONAL {} " * 501 + "}", "query_operators"),
        ("ASK { ?s " + "|".join(["<p>"] * 502) + " ?o }", "query_operators"),
        ("SELECT " + "(1 AS ?x) " * 251 + "{ }", "query_operators"),
        ("SELECT * { } ORDER BY " + "(1) " * 501, "query_operators"),
        ("SELECT * { } ORDER BY " + "STR(1) " * 501, "query_operators"),
        ("SELECT * { } GROUP BY " + "(1 AS ?x) " * 251, "query_operators"),
        ("SELECT * { } HAVING " + "(1) " * 501, "query_operators"),
        ("DESCRIBE " + "<a> " * 501, "query_operators"),
        ("CONSTRUCT { ?s ?p (" + "1 " * 501 + ") } WHERE { ?s ?p ?o }", "query_operators"),
        ("ASK { FILTER(" + "REGEX(" * 20 + "1" + ", '')" * 20 + ") }", "query_readings"),
        ("ASK { FILTER(" + "SUBSTR(" * 20 + "1" + ", 1)" * 20 + ") }", "query_readings"),
        ("ASK { FILTER(" + "REPLACE(" * 20 + "1" + ", '', '')" * 20 + ") }", "query_readings"),
        ("SELECT (" + "GROUP_CONCAT(" * 20 + "1" + ")" * 20 + " AS ?x) { }", "query_readings"),
        ("ASK { FILTER(" + "!(" * 20 + "1" + ")" * 20 + ") }", "query_readings"),
        ("ASK { FILTER(" + "!STR(" * 20 + "1" + ")" * 20 + ") }", "query_readings"),
        ("ASK { FILTER(" + "!EXISTS { FILTER(" * 20 + "1" + ") }" * 20 + ") }", "query_readings"),
        ("ASK { FILTER " + "<f>(" * 20 + "1" + ")" * 20 + " }", "query_readings"),
        ("ASK { ?s ?p 1 " + "~ {| ?p 1 " * 20 + "|}" * 20 + " }", "query_readings"),
        ("ASK { " + "{ SELECT * { " * 20 + "} } " * 20 + "}", "query_readings"),
        ("ASK { FILTER(REGEX(REGEX(REGEX(REGEX('" + "x" * 63_000 + "', ''), ''), ''), '')) }", "query_readings"),
    ],
)
def test_what_would_hurt_the_engine_is_beyond_a_named_limit(text, limit):
    with pytest.raises(LimitExceeded) as raised:
        inspect(text, LIMITS)
    assert raised.value.parameters["limit"] == limit
    assert raised.value.line is not None
    assert limit in raised.value.message("en")
    assert raised.value.message("fr") != raised.value.message("en")


OF_A_QUERY = {
    "query_bytes": (12, "ASK\n{ ?s ?p 1 }", 15, (1, 1)),
    "query_depth": (2, "ASK\n{ { } {\n  { } } }", 3, (3, 3)),
    "query_patterns": (2, "ASK {\n ?s ?p 1 ; ?q 2 ;\n  ?r 3 }", 3, (2, 17)),
    "query_functions": (2, "ASK {\n FILTER(STR(STR(\n   STR(1)))) }", 3, (3, 7)),
    "query_operators": (3, "ASK {\n FILTER(1 + 2\n\t+ 3\r\n+ 4) }", 4, (4, 1)),
    "query_readings": (30, "ASK {\n FILTER(REGEX('a',\n 'bcdefgh')) }", 50, (3, 2)),
}


@pytest.mark.parametrize("limit", OF_A_QUERY)
def test_a_refusal_names_the_limit_its_value_what_was_measured_and_the_place(limit):
    value, text, measured, where = OF_A_QUERY[limit]
    with pytest.raises(LimitExceeded) as raised:
        inspect(text, Limits(**{limit: value}))
    error = raised.value
    assert (error.parameters["limit"], error.parameters["value"]) == (limit, value)
    assert str(measured) in error.parameters["measured"]
    assert (error.line, error.column) == where
    for language in ("fr", "en"):
        assert f"{limit} = {value}" in error.message(language)
        assert Limits.describe(limit, language) in error.message(language)
    assert inspect(text, Limits(**{limit: measured + 5}))


def test_every_limit_of_a_query_is_held():
    assert set(OF_A_QUERY) == {name for name in Limits.__slots__ if name.startswith("query_")}


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


def test_a_listed_service_is_let_through_and_never_cached():
    inspection = admit(f"SELECT * {{ SERVICE <{LISTED}> {{ ?s ?p ?o }} }}", LIMITS, [LISTED])
    assert [service.target for service in inspection.services] == [LISTED]
    assert inspection.volatile


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


GLUED = [
    "PREFIX SERVICE: <http://y/> PREFIX : <http://x/> ASK { SERVICE:x { ?s ?p ?o } }",
    "PREFIX servicee: <http://y/> PREFIX e: <http://x/> ASK { servicee:x#\n{ ?s ?p ?o } }",
    "PREFIX SERVICESILENTe: <http://y/> PREFIX e: <http://x/> ASK { SERVICESILENTe:x { ?s ?p ?o } }",
    "ASK { ?s ?p trueSERVICE<http://x/> { ?s ?p ?o } }",
    "PREFIX SERVICEe: <http://y/> PREFIX e: <http://x/> ASK { ?s ?p 1SERVICEe:x { ?s ?p ?o } }",
    "PREFIX e: <http://x/> ASK { ?s ?p falseServiceSilent e:x { ?s ?p ?o } }",
]
CUT = [
    "PREFIX FILTERe: <http://y/> PREFIX e: <http://x/> ASK { FILTERe:f(1<'>') }",
    "PREFIX GROUPBYe: <http://y/> PREFIX e: <http://x/> SELECT * { } GROUPBYe:f(1<'>')",
    "PREFIX e: <http://y:80> ASK { ?s ?p e:SERVICE <http://x/> { } }",
    "BASE <http://y:80> PREFIX e: <> ASK { ?s ?p e:SERVICE <http://x/> { } }",
    "PREFIX e: <http://y/#> PREFIX x: <http://x/> ASK { ?s ?p e:SERVICEx:y\\#z { } }",
    "PREFIX e: <http://y/> ASK { ?s e:_:b\ufffd }",
]


@pytest.mark.parametrize("text", [*GLUED, *CUT])
def test_what_the_engine_may_cut_in_two_is_malformed_where_it_stands(text):
    with pytest.raises(MalformedQuery) as raised:
        admit(text, LIMITS)
    reason = raised.value.parameters["reason"]
    assert reason.key in ("reason.word", "reason.name")
    assert reason.parameters.get("word", reason.parameters.get("name")) in text
    assert (raised.value.line, raised.value.column) > (1, 10)


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX graph: <http://y/> PREFIX : <http://x/> ASK { GRAPH graph:a { ?s graph:p graph:o } }",
        "PREFIX as: <http://y/> PREFIX s: <http://x/> ASK { ?s as:p s:o FILTER(as:f(?s) = s:f(?s)) }",
        "PREFIX e: <http://y> ASK { ?s e:p e:o.x }",
        "PREFIX e: <http://y/#> ASK { ?s e:p\\/q e:o\\~ }",
        "PREFIX e: <http://y/> ASK { ?s e:p\\#q 1 }",
    ],
)
def test_an_unusual_name_that_can_be_read_in_one_way_only_is_let_through(text):
    assert admit(text, LIMITS)


@pytest.mark.parametrize("text", GLUED)
def test_a_second_reading_sees_a_call_in_what_is_glued(text):
    assert [text[at : at + 7].upper() for at in possible_services(text)] == ["SERVICE"]


HIDDEN = [  # each of these made the engine call out, while a reader by the grammar of SPARQL saw no SERVICE
    "PREFIX e: <http://e.org/> ASK { ?s ?p e:a.b.SERVICE <http://x/> { ?s ?p ?o } }",
    "ASK { VALUES ?x { '''a' } SERVICE <http://x/> { ?s ?p ?o } }",
    "ASK { VALUES ?x { '''a' } SERVICE <http://x/> { ?s ?p ?o } } # \\d'''",
    "ASK { VALUES ?x { '''a' } SERVICE <http://x/> { ?s ?p ?o } } # \\uD800'''",
    'ASK { VALUES ?x { """a" } SERVICE <http://x/> { ?s ?p ?o } } # \\U00110000"""',
    "ASK { VALUES ?x { '''it's''' } SERVICE <http://x/> { ?s ?p ?o } } # '",
    "ASK { ?s ?p <http://y/\\u+0e9'> SERVICE <http://x/> { ?s ?p ?o } } # '",
    "ASK { { SELECT * { } HAVING EXISTS { } (1<'>') } SERVICE <http://x/> { ?s ?p ?o } } # '",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_the_guard_reads_what_the_engine_reads_where_the_grammar_says_otherwise(text):
    with pytest.raises(RefusedQuery) as raised:
        admit(text, LIMITS)
    assert raised.value.parameters["target"] == "http://x/"
    assert possible_services(text) == [text.index("SERVICE")]


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX s: <http://schema.org/> ASK { ?service s:serviceType ?o { ?s s:service ?o } }",
        "PREFIX service: <http://x/> ASK { ?s a service:x . { ?s service:y service:z. { } } }",
        'ASK { ?s <http://x/a#b> "SERVICE <http://x/> { }" FILTER(?s < "SERVICE ?x {" && ?s > "") }',
        "ASK { ?s ?p ?o FILTER(?s<?o||?o>?s) } # it's a SERVICE <http://x/> { }",
        "ASK { ?s <http://x/it's> ?o . FILTER(?o = 'the service of x') }",
        "ASK { ?s ?p <http://x/service?a=b> }",
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
        ("CONSTRUCT { << ?s ?p ?o >> ?q 1 } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p ?o {| ?q 1 |} } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p ?o ~ } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT WHERE { _:s ?p ?o }", True),
        ("CONSTRUCT FROM <g> WHERE { [] ?p ?o }", True),
        ("CONSTRUCT WHERE { ?s ?p ?o }", False),
        ("SELECT (struuid() AS ?n) {}", True),
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


def test_a_word_that_sparql_has_not_is_said_where_it_is():
    with pytest.raises(MalformedQuery) as raised:
        inspect("SELECT *\n{ ?s ?p ?o } ORDERED BY ?s", LIMITS)
    assert (raised.value.line, raised.value.column) == (2, 14)
    assert "ORDERED" in raised.value.message("fr")


@pytest.mark.parametrize(
    "text", ["PREFIX a: b:c ASK { }", "PREFIX a", "BASE", "BASE <http://[> PREFIX a: <b> ASK { }", "VERSION"]
)
def test_a_prologue_of_any_kind_has_an_answer(text):
    with suppress(MalformedQuery):
        inspect(text, LIMITS)


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


@pytest.fixture
def never_read(monkeypatch):
    """From now on, only what is known by its shape has an answer."""

    def stop():
        def read(text, _):
            pytest.fail(f"{text} was read")

        monkeypatch.setattr(guard, "read", read)

    monkeypatch.setattr(shapes, "KNOWN", {})
    return stop


OF_HTTP = "PREFIX http: <http://e.org/>"
SHAPE = "PREFIX e: <http://e.org/> SELECT * {{ <{iri}> e:{local} '{string}'@fr FILTER(?x < {number}) }} LIMIT {number}"


def test_a_query_of_a_known_shape_is_not_read_again(never_read):
    first = SHAPE.format(iri="http://e.org/a", local="p", string="x", number=10)
    second = SHAPE.format(iri="https://e.org/b/SERVICE?x#y", local="Service-9", string="NOW() # {", number=175)
    inspect(first, LIMITS)
    never_read()
    assert inspect(second, LIMITS) == Inspection(second, "SELECT", volatile=False, services=())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ASK { ?s ?p 1 }", "ASK { ?s ?p 1 } # it's"),
        ("ASK { ?s ?p 'a' }", "ASK { ?s ?p 'a'a }"),
        ("ASK { ?s ?p 'a' }", "ASK { ?s ?p 'a\\'b' }"),
        ("ASK { ?s ?p 'a' }", "ASK { ?s ?p '''a''' }"),
        ("ASK { ?s ?p <http://e.org/a> }", "ASK { ?s ?p <http://e.org:80> }"),
        ("ASK { ?s <x'a> <b'y> }", "ASK { ?s <x'a> 1 . ?s ?p <b'y> }"),
        ("ASK { ?s <u:it's> '' }", "ASK { ?s <u:it's> 1 . ?s ?p '' }"),
        ("ASK { ?s ?p 1 FILTER(1<?x) }", "ASK { ?s ?p 1 FILTER(1<?x) }"),
        ("ASK { ?s ?p '''a \"b\" c''' }", "ASK { ?s ?p '''a \"''' ; ?q '''\" c''' }"),
        (f"{OF_HTTP} ASK {{ FILTER(1 <http://a/a> 2) }}", f"{OF_HTTP} ASK {{ FILTER(1 <http://a/NOW> 2) }}"),
        ("ASK { ?s ?p <http://e.org/a> }", "ASK { ?s ?p <http://e.org/it's> }"),
        ("PREFIX e1: <http://e.org/a> ASK { ?s ?p e1:x }", "PREFIX e1: <http://e.org/a> ASK { ?s ?p e2:x }"),
        ("PREFIX e: <http://e.org/> ASK { ?s ?p e:x }", "PREFIX e: <http://e.org:80> ASK { ?s ?p e:x }"),
        ("PREFIX e: <http://e.org/> ASK { ?s ?p e:x }", "PREFIX e: <http://e.org/> ASK { ?s ?p e:-x }"),
        ("PREFIX e: <http://e.org/> ASK { ?s ?p e:%20 }", "PREFIX e: <http://e.org/> ASK { ?s ?p e:%2 }"),
    ],
)
def test_another_shape_is_read(never_read, first, second):
    inspect(first, LIMITS)
    never_read()
    with pytest.raises(pytest.fail.Exception):
        inspect(second, LIMITS)


@pytest.mark.parametrize("text", ["SELECT (NOW() AS ?n) { }", "ASK { SERVICE <http://e.org/> { } }", "ASK { } # it's"])
def test_what_is_volatile_or_federated_or_not_plain_is_always_read(never_read, text):
    inspect(text, LIMITS)
    never_read()
    with pytest.raises(pytest.fail.Exception):
        inspect(text, LIMITS)


def test_a_known_shape_is_held_to_the_limits_of_the_day(never_read):
    text = "ASK { ?s ?p 1 ; ?q 2 FILTER(STR(STR(?s)) = 'x') }"
    inspect(text, LIMITS)
    never_read()
    assert inspect(text, Limits(query_patterns=2, query_functions=2, query_depth=4))
    for limits in (
        Limits(query_patterns=1),
        Limits(query_functions=1),
        Limits(query_depth=3),
        Limits(query_operators=1),
    ):
        with pytest.raises(pytest.fail.Exception):
            inspect(text, limits)


def test_shapes_are_forgotten_before_they_fill_the_memory(monkeypatch):
    monkeypatch.setattr(shapes, "KNOWN", {})
    monkeypatch.setattr(shapes, "KEPT", 10)
    for number in range(30):
        inspect(f"ASK {{ ?s ?p ?o{number} }}", LIMITS)
    assert len(shapes.KNOWN) == 10
