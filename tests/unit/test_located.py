"""What SHACL finds points at the token to change, in the file where it is written, and says what to write."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from graph import config, gate
from graph.shacl.validate import ENGINES

PREFIXES = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/o#> .
@prefix id: <https://example.org/id/things/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
FIRST = PREFIXES.count("\n")


@dataclass(frozen=True)
class Found:
    """A diagnostic as a curator sees it: where, on what token, what it says, what a fix would write and where."""

    where: str
    token: str
    code: str
    says: str
    fix: tuple[str, str] | None = None


@pytest.fixture(params=ENGINES)
def found(repository, monkeypatch, request):
    """What the shapes of a class find in some Turtle, `a.ttl`, beside `b.ttl`; with each engine."""
    monkeypatch.chdir(repository.root)
    repository.configure('[lint]\npolicy = "off"')

    def lines(path: str) -> list[str]:
        return (repository.root / path).read_text().split("\n")

    def token(at) -> str:
        return lines(at.path)[at.line - 1][at.column - 1 : at.end_column - 1]

    def check(shapes: str, data: str, beside: str = "", *paths: str) -> list[Found]:
        repository.write("shapes/s.ttl", f"{PREFIXES}ex:S a sh:NodeShape ; sh:targetClass ex:T ; {shapes}")
        repository.write("data/things/a.ttl", PREFIXES + data)
        repository.write("data/things/b.ttl", PREFIXES + beside)
        report = gate.check(config.load(repository.root), paths, engine=request.param)
        return [
            Found(
                f"{d.location.path.rpartition('/')[2]}:{d.location.line - FIRST}:{d.location.column}",
                token(d.location),
                d.code,
                d.message.render("en"),
                d.fix and (token(d.fix.edits[0].location), d.fix.edits[0].text),
            )
            for d in report.diagnostics
            if d.code.startswith("PAS1")
        ]

    return check


def property_shape(constraint: str, path: str = "ex:p") -> str:
    return f"sh:property [ sh:path {path} ; {constraint} ] ."


# --- the part of the triple


@pytest.mark.parametrize(
    ("constraint", "value", "token", "code", "says"),
    [
        ("sh:class ex:C", "id:b", "id:b", "PAS105", "id:b is not of class ex:C, but ex:D."),
        ("sh:class ex:C", '"b"', '"b"', "PAS105", '"b" is a literal: it should be a thing of class ex:C.'),
        ("sh:class ex:C", "ex:b", "ex:b", "PAS105", "ex:b should be of class ex:C, but nothing says its class."),
        ("sh:nodeKind sh:IRI", "[]", "[", "PAS104", "[…] is a blank node: it should be an IRI."),
        ("sh:nodeKind sh:Literal", "ex:b", "ex:b", "PAS104", "ex:b is an IRI: it should be a literal."),
        ("sh:nodeKind sh:BlankNodeOrIRI", "1", "1", "PAS104", "1 is a literal: it should be a blank node or an IRI."),
        ('sh:pattern "^a"', '"é"@fr', '"é"@fr', "PAS106", '"é"@fr does not have the expected form: ^a'),
        ("sh:in ( ex:Red 1 )", "ex:Sky", "ex:Sky", "PAS107", "ex:Sky is not an allowed value. Choose: ex:Red, 1."),
        ("sh:minLength 3", '"a"', '"a"', "PAS111", '"a" is too short: at least 3 characters.'),
        ("sh:maxLength 3", '"abcd"', '"abcd"', "PAS112", '"abcd" is too long: at most 3 characters.'),
        ("sh:minInclusive 3", "2", "2", "PAS113", "2 is too small: at least 3."),
        ("sh:maxInclusive 3", "4", "4", "PAS114", "4 is too large: at most 3."),
        ("sh:minExclusive 3", "3", "3", "PAS115", "3 is too small: it must be more than 3."),
        ("sh:maxExclusive 3", "3", "3", "PAS116", "3 is too large: it must be less than 3."),
        ("sh:not [ sh:class ex:D ]", "id:b", "id:b", "PAS123", "id:b meets a forbidden condition: ex:D."),
        (
            "sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYear ] )",
            '"x"',
            '"x"',
            "PAS121",
            '"x" meets none of these conditions: xsd:date | xsd:gYear.',
        ),
        (
            "sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:class ex:D ] )",
            "id:b",
            "id:b",
            "PAS122",
            "id:b must meet exactly one of these conditions: sh:IRI | ex:D.",
        ),
    ],
)
def test_a_value_at_fault_is_pointed_at(found, constraint, value, token, code, says):  # noqa: PLR0913, PLR0917 - a column each
    (one,) = found(property_shape(constraint), f"id:a a ex:T ; ex:p {value} .", "id:b a ex:D .")
    assert (one.where, one.token, one.code, one.says) == ("a.ttl:1:20", token, code, says)


@pytest.mark.parametrize(
    ("value", "token", "says", "fix"),
    [
        (
            '"2018"^^xsd:integer',
            "xsd:integer",
            'Write "2018"^^xsd:gYear.',
            ('"2018"^^xsd:integer', '"2018"^^xsd:gYear'),
        ),
        ("2018", "2018", 'Write "2018"^^xsd:gYear.', ("2018", '"2018"^^xsd:gYear')),
        ('"2018"', '"2018"', 'Write "2018"^^xsd:gYear.', ('"2018"', '"2018"^^xsd:gYear')),
        ('"2018"@fr', "@fr", 'Write "2018"^^xsd:gYear.', None),
        ('"then"^^xsd:date', "xsd:date", 'Write for example "2018"^^xsd:gYear.', None),
        ("ex:then", "ex:then", 'Write for example "2018"^^xsd:gYear.', None),
    ],
)
def test_a_wrong_datatype_is_pointed_at_else_the_literal(found, value, token, says, fix):
    (one,) = found(property_shape("sh:datatype xsd:gYear"), f"id:a a ex:T ; ex:p {value} .")
    assert (one.code, one.token, one.fix) == ("PAS103", token, fix)
    assert one.says.endswith(says)


def test_a_text_is_asked_for_its_language(found):
    (one,) = found(property_shape("sh:datatype rdf:langString"), 'id:a a ex:T ; ex:p "x" .')
    assert (one.token, one.says) == ('"x"', '"x" has no language. Add it, for example @fr.')


def test_a_fix_writes_no_prefix_that_the_file_does_not_declare(found, repository):
    found(property_shape("sh:datatype xsd:gYear"), "")
    repository.write("data/things/bare.ttl", "<https://example.org/id/things/bare> a <https://example.org/o#T> ;\n"
                     "    <https://example.org/o#p> 2018 .")  # fmt: skip
    (one,) = (d for d in gate.check(config.load(repository.root)).diagnostics if d.code == "PAS103")
    assert one.message.render("en").endswith('Write "2018"^^xsd:gYear.')
    assert one.fix.edits[0].text == '"2018"^^<http://www.w3.org/2001/XMLSchema#gYear>'


def test_an_address_written_as_a_text_is_offered_as_an_iri(found):
    (one,) = found(property_shape("sh:nodeKind sh:IRI"), 'id:a a ex:T ; ex:p "https://example.org/x" .')
    assert one.says == '"https://example.org/x" is a literal: it should be an IRI. Write <https://example.org/x>.'
    assert one.fix == ('"https://example.org/x"', "<https://example.org/x>")


@pytest.mark.parametrize(("value", "token"), [('"x"@de', "@de"), ('"x"', '"x"')])
def test_a_wrong_language_is_pointed_at_else_the_literal(found, value, token):
    (one,) = found(property_shape('sh:languageIn ( "fr" "en" )'), f"id:a a ex:T ; ex:p {value} .")
    assert (one.code, one.token) == ("PAS110", token)
    assert one.says.endswith("is not in an expected language (@fr, @en).")


def test_too_many_values_are_pointed_at_by_the_predicate_of_the_first_in_excess(found):
    (one,) = found(property_shape("sh:maxCount 1"), "id:a a ex:T ; ex:p 1, 1 ;\n  ex:p 2 ;\n  ex:p 3 .")
    assert (one.where, one.token, one.code) == ("a.ttl:2:3", "ex:p", "PAS102")
    assert one.says == "ex:p has 3 values, at most 1 allowed. Remove the excess."


def test_each_doubled_language_is_told_at_its_second_literal(found):
    said = found(
        property_shape("sh:uniqueLang true"), 'id:a a ex:T ; ex:p "a"@fr, "b"@en, "c"@FR, "d"@en, "e"@en, "f", "g" .'
    )
    assert [(one.token, one.code) for one in said] == [('"c"@FR', "PAS109"), ('"d"@en', "PAS109")]
    assert said[0].says == "ex:p has several texts in @fr. Keep one per language."


@pytest.mark.parametrize(
    ("constraint", "code", "says"),
    [
        ("sh:minCount 1", "PAS101", "ex:p is missing. Add it."),
        ("sh:minCount 2", "PAS101", "ex:p has 0 values, at least 2 needed."),
        ("sh:hasValue ex:V", "PAS108", "ex:p does not have the value ex:V. Add it."),
        (
            "sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:class ex:C ]",
            "PAS128",
            "ex:p needs at least 1 value of this shape: ex:C.",
        ),
    ],
)
def test_what_is_missing_is_told_at_the_subject(found, constraint, code, says):
    (one,) = found(property_shape(constraint), "\n\n  id:a a ex:T .")
    assert (one.where, one.token, one.code, one.says) == ("a.ttl:3:3", "id:a", code, says)


def test_the_subject_of_a_nested_node_is_its_bracket(found):
    (one,) = found(property_shape("sh:minCount 1"), "ex:x ex:q [ a ex:T ] .")
    assert (one.where, one.token) == ("a.ttl:1:11", "[")


def test_what_a_closed_shape_does_not_expect_is_told_at_the_predicate(found):
    said = found(
        "sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path ex:title ] .",
        "id:a a ex:T ; ex:tite 1 ; ex:other 2 .",
    )
    assert [(one.token, one.code, one.says) for one in said] == [
        ("ex:tite", "PAS117", "ex:tite is not expected here. Did you mean ex:title?"),
        ("ex:other", "PAS117", "ex:other is not expected here. Remove it."),
    ]


def test_values_that_are_compared_are_pointed_at(found):
    said = found(property_shape("sh:equals ex:q ; sh:lessThan ex:r"), "id:a a ex:T ; ex:p 5 ; ex:q 6 ; ex:r 4 .")
    assert [(one.where, one.code) for one in said] == [
        ("a.ttl:1:20", "PAS124"),
        ("a.ttl:1:20", "PAS126"),
        ("a.ttl:1:29", "PAS124"),
    ]
    assert said[1].says == "5 should be less than ex:r."


def test_a_value_of_the_node_itself_is_told_at_the_subject(found):
    said = found('sh:nodeKind sh:Literal ; sh:pattern "^urn:" .', "id:a a ex:T .")
    assert [(one.token, one.code) for one in said] == [("id:a", "PAS104"), ("id:a", "PAS106")]


def test_a_query_points_at_its_value_else_at_the_subject(found):
    select = '[ sh:select "SELECT $this {} WHERE {{ $this <https://example.org/o#p> ?value FILTER(?value > 3) }}" {} ]'
    queries = select.format("?value", '; sh:message "{?value} too many"@en') + ", " + select.format("", "")
    said = found(f"sh:sparql {queries} .", "id:a a ex:T ; ex:p 1, 9 .")
    assert [(one.token, one.says) for one in said] == [("id:a", "id:a breaks the rule ex:S."), ("9", "9 too many")]


# --- paths, and files


@pytest.mark.parametrize(
    ("path", "where", "token"),
    [
        ("( ex:p ex:q )", "b.ttl:1:11", "1"),
        ("( ex:p [ sh:oneOrMorePath ex:next ] ex:q )", "b.ttl:2:11", "2"),
        ("( ex:p [ sh:zeroOrOnePath ex:nothing ] ex:q )", "b.ttl:1:11", "1"),
        ("[ sh:alternativePath ( ex:nothing ex:other ) ]", "a.ttl:1:36", "3"),
        ("[ sh:inversePath ex:back ]", "b.ttl:3:14", "id:a"),
    ],
)
def test_a_path_is_followed_to_its_last_triple_in_its_file(found, path, where, token):
    beside = "id:b ex:q 1 ; ex:next id:c .\nid:c ex:q 2 .\nid:c ex:back id:a ."
    (one,) = found(property_shape("sh:class ex:C", path), "id:a a ex:T ; ex:p id:b ; ex:other 3 .", beside)
    assert (one.where, one.token) == (where, token)


def test_a_node_of_several_files_has_its_excess_where_it_is_written(found):
    said = found(
        property_shape("sh:maxCount 1 ; sh:uniqueLang true"), 'id:a a ex:T ; ex:p "a"@fr .', 'id:a ex:p "b"@fr .'
    )
    assert [(one.where, one.token, one.code) for one in said] == [
        ("b.ttl:1:6", "ex:p", "PAS102"),
        ("b.ttl:1:11", '"b"@fr', "PAS109"),
    ]


def test_a_node_that_nothing_describes_is_pointed_at_where_it_is_used(found):
    shape = "sh:targetObjectsOf ex:q ; " + property_shape("sh:minCount 1")
    said = found(shape, 'ex:x ex:q ex:y, "text" .')
    assert [(one.where, one.token) for one in said] == [("a.ttl:1:11", "ex:y"), ("a.ttl:1:17", '"text"')]


def test_a_target_that_nothing_says_is_pointed_at_in_its_shapes_file(found):
    (one,) = found("sh:targetNode ex:Nobody ; " + property_shape("sh:minCount 1"), "")
    assert (one.where.partition(":")[0], one.token) == ("s.ttl", "ex:Nobody")


def test_blank_nodes_are_told_apart(found):
    data = "[] a ex:T ; ex:p 1 .\n[] a ex:T .\n_:x a ex:T ; ex:q [ a ex:T ; ex:p 1 ] ."
    said = found(property_shape("sh:minCount 1"), data, "[] a ex:T .")
    assert [(one.where, one.token) for one in said] == [("a.ttl:2:1", "["), ("a.ttl:3:1", "_:x"), ("b.ttl:1:1", "[")]


# --- nests

AGENT = """
ex:Agent sh:property [ sh:path ex:name ; sh:minCount 1 ], [ sh:path ex:home ; sh:node ex:Place ] .
ex:Place sh:property [ sh:path ex:town ; sh:datatype xsd:string ; sh:message "Une ville."@fr, "A town."@en ] .
"""


def test_a_nested_shape_tells_what_is_really_wrong_where_it_is_written(found):
    (one,) = found(
        property_shape("sh:node ex:Agent") + AGENT, "id:a a ex:T ; ex:p [ ex:name 1 ; ex:home [ ex:town 2 ] ] ."
    )
    assert (one.where, one.token, one.code, one.says) == ("a.ttl:1:52", "2", "PAS103", "A town.")


@pytest.mark.parametrize("constraint", ["sh:node ex:Agent", "sh:and ( ex:Agent ex:Place )"])
def test_what_is_wrong_in_another_file_is_told_there_and_says_who_asks(found, constraint):
    asked = property_shape(constraint) + AGENT
    (one,) = found(asked, "id:a a ex:T ; ex:p id:b .", "id:b ex:surname 1 .", "data/things/a.ttl")
    assert (one.where, one.token, one.code) == ("b.ttl:1:1", "id:b", "PAS101")
    assert one.says == "ex:name is missing. Add it. Expected by ex:p of id:a, described in data/things/a.ttl."


def test_a_nested_shape_with_words_of_its_own_says_them_at_the_value(found):
    asked = property_shape('sh:node ex:Agent ; sh:message "Un agent."@fr, "An agent."@en') + AGENT
    (one,) = found(asked, "id:a a ex:T ; ex:p id:b .", "id:b ex:surname 1 .")
    assert (one.where, one.token, one.code, one.says) == ("a.ttl:1:20", "id:b", "PAS118", "An agent.")


def test_a_nested_shape_of_a_literal_or_of_what_nothing_describes_is_told_at_the_value(found):
    said = found(
        property_shape("sh:node ex:Year") + "ex:Year sh:datatype xsd:gYear .", "id:a a ex:T ; ex:p 2018, ex:u ."
    )
    assert [(one.token, one.code) for one in said] == [("2018", "PAS103"), ("ex:u", "PAS103")]
    assert said[0].fix == ("2018", '"2018"^^xsd:gYear')


def test_a_shape_within_a_shape_within_a_shape_tells_the_innermost(found):
    shapes = "ex:One sh:node ex:Two . ex:Two sh:and ( ex:Three ) . ex:Three sh:nodeKind sh:Literal ."
    (one,) = found(property_shape("sh:node ex:One") + shapes, "id:a a ex:T ; ex:p ex:x .")
    assert (one.token, one.code, one.says) == ("ex:x", "PAS104", "ex:x is an IRI: it should be a literal.")


def test_a_nested_property_shape_is_told_at_its_own_node(found):
    nested = "sh:property [ sh:path ex:name ; sh:minCount 1 ]"
    (one,) = found(property_shape(nested), "id:a a ex:T ; ex:p id:b .", "id:b ex:surname 1 .")
    assert (one.where, one.token, one.says) == ("b.ttl:1:1", "id:b", "ex:name is missing. Add it.")


# --- what was meant


def test_a_property_near_the_one_that_is_missing_is_named(found):
    (one,) = found(property_shape("sh:minCount 1", "dct:license"), "id:a a ex:T ; dct:licence ex:L .")
    assert one.says == "dct:license is missing. Did you mean to write it instead of dct:licence?"


def test_a_property_that_a_shape_knows_is_not_taken_for_another(found):
    shapes = "sh:property [ sh:path dct:created ; sh:minCount 1 ], [ sh:path dct:creator ] ."
    (one,) = found(shapes, "id:a a ex:T ; dct:creator ex:L .")
    assert one.says == "dct:created is missing. Add it."


def test_an_allowed_value_near_the_one_given_is_named(found):
    choices = " ".join(f"ex:{name}" for name in ("Red", "Green", "Blue", "Grey", "Black", "White"))
    (one,) = found(property_shape(f"sh:in ( {choices} )"), "id:a a ex:T ; ex:p ex:green .")
    assert one.says == (
        "ex:green is not an allowed value. Did you mean ex:Green? "
        "Choices: ex:Red, ex:Green, ex:Blue, ex:Grey, ex:Black, …."
    )


def test_a_long_value_is_shown_short(found):
    (one,) = found(property_shape("sh:maxLength 3"), f'id:a a ex:T ; ex:p "{"mot " * 100}" .')
    assert len(one.says) < 130
    assert "…" in one.says
