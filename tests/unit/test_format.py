"""One layout for Turtle: what is written how, what comes in which order, where comments go."""

from textwrap import dedent

import pytest

from graph.errors import InvalidInput, PasserellesError
from graph.namespaces import PrefixMap
from graph.turtle import format as formatter
from graph.turtle.format import Style, format_turtle

BASE = "https://example.org/graph/x"
EX = "@prefix ex: <https://example.org/> .\n"
PREFIXES = PrefixMap(
    {
        "dct": "http://purl.org/dc/terms/",
        "schema": "https://schema.org/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "id": "https://example.org/id/",
    }
)
ORDER = {"http://purl.org/dc/terms/title": 0, "http://purl.org/dc/terms/source": 1}


def formatted(text, style=None):
    once = format_turtle(text, style or Style(PREFIXES, ORDER), path="x.ttl", base=BASE)
    assert format_turtle(once, style or Style(PREFIXES, ORDER), path="x.ttl", base=BASE) == once
    return once


def body(text):
    """What is below the prefixes, for a text below `ex:`."""
    return formatted(EX + dedent(text)).partition("\n\n")[2]


def value(token):
    """How one object is written."""
    return body(f"ex:a ex:p {token} .").partition("ex:p ")[2].removesuffix(" .\n")


# --- prefixes and IRIs


def test_prefixes_are_sorted_and_only_those_in_use():
    text = '@prefix z: <http://z/> .\nPREFIX b: <http://b/>\n@prefix unused: <http://u/> .\nz:a b:c "x" .'
    assert formatted(text).startswith("@prefix b: <http://b/> .\n@prefix z: <http://z/> .\n\nz:a\n")


def test_a_known_namespace_has_its_standard_prefix():
    text = "@prefix dcterms: <http://purl.org/dc/terms/> . <http://a/b> dcterms:title 'x' ."
    assert formatted(text) == '@prefix dct: <http://purl.org/dc/terms/> .\n\n<http://a/b>\n    dct:title "x" .\n'


def test_a_missing_standard_prefix_is_added():
    assert "@prefix dct:" in formatted("<http://a/b> <http://purl.org/dc/terms/source> <http://a/c> .")


def test_a_standard_name_bound_elsewhere_stays_where_the_standard_is_not_used():
    text = "@prefix schema: <http://schema.org/> .\n\n<http://a/b>\n    schema:name 1 .\n"
    assert formatted(text) == text


def test_a_standard_name_bound_elsewhere_gives_way_where_the_standard_is_used():
    text = "@prefix schema: <http://schema.org/> .\n<http://a/b> schema:name 1 ; <https://schema.org/url> 2 ."
    assert formatted(text).endswith("\n<http://a/b>\n    <http://schema.org/name> 1 ;\n    schema:url 2 .\n")


def test_an_iri_that_would_need_an_escape_is_written_in_full():
    assert body("ex:a ex:p <https://example.org/id/tools/saw>, ex:b\\-c .") == (
        "ex:a\n    ex:p <https://example.org/id/tools/saw>, ex:b-c .\n"
    )


def test_a_relative_iri_stays_relative():
    assert formatted("<> <#p> <../x> .") == "<>\n    <#p> <../x> .\n"


def test_a_prefix_below_the_place_of_the_file_stays_there():
    text = "@prefix : <#> .\n\n:a\n    :b :c .\n"
    assert formatted(text) == text


def test_what_a_base_resolves_is_written_in_full():
    assert formatted("@base <http://a/b/> . <c> <d> <../e> .") == "<http://a/b/c>\n    <http://a/b/d> <http://a/e> .\n"


def test_a_file_that_begins_with_prefixes_alone_keeps_them():
    assert formatted(EX) == EX


# --- terms


@pytest.mark.parametrize(
    ("token", "written"),
    [
        ("'x'", '"x"'),
        ("'''x'''", '"x"'),
        ("'a \"b\"'", '"a \\"b\\""'),
        ('"caf\\u00e9"', '"café"'),
        ('"\\U0001F600"', '"😀"'),
        ('"a\tb\\u0001\\u00a0"', '"a\\tb\\u0001\\u00A0"'),
        ('"a\u00a0b\u202fc"', '"a\u00a0b\u202fc"'),
        ('"\\\'"', '"\'"'),
        ('"""a\nb"""', '"""a\nb"""'),
        ("'''a\r\nb'''", '"""a\\r\nb"""'),
        ('"""a"\\"""" ', '"""a"\\""""'),
        ('"a\\nb"', '"a\\nb"'),
        ('"1"^^<http://www.w3.org/2001/XMLSchema#integer>', "1"),
        ('"1."^^<http://www.w3.org/2001/XMLSchema#decimal>', '"1."^^xsd:decimal'),
        ('"1.0"^^<http://www.w3.org/2001/XMLSchema#decimal>', "1.0"),
        ('"1"^^<http://www.w3.org/2001/XMLSchema#double>', '"1"^^xsd:double'),
        ('"true"^^<http://www.w3.org/2001/XMLSchema#boolean>', "true"),
        ('"1"^^<http://www.w3.org/2001/XMLSchema#boolean>', '"1"^^xsd:boolean'),
        ('"x"^^<http://www.w3.org/2001/XMLSchema#string>', '"x"'),
        ('"x" @fr', '"x"@fr'),
        ("<http://a/\\u00e9>", "<http://a/é>"),
        ("[ ]", "[]"),
        ("(1  2)", "( 1 2 )"),
        ("_:x", "_:x"),
    ],
)
def test_a_term_has_one_spelling(token, written):
    assert value(token) == written


def test_rdf_type_is_a():
    assert body("ex:b <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ex:C .") == "ex:b\n    a ex:C .\n"


# --- order


def test_predicates_are_a_then_by_rank_then_by_name():
    text = "ex:s ex:z 1 ; dct:source 2 ; a ex:T ; ex:b 3 ; dct:title 4 ."
    lines = formatted(f"{EX}@prefix dct: <http://purl.org/dc/terms/> .\n{text}").splitlines()
    assert [line.split()[0] for line in lines[4:]] == ["a", "dct:title", "dct:source", "ex:b", "ex:z"]


def test_objects_are_iris_then_texts_by_language_then_numbers_then_others():
    text = 'ex:s ex:p "b"@en, "x", 10, 9, ex:b, _:n, "c"@fr, "a"@de, ex:a, "d"@fr, [] .'
    assert body(text).splitlines()[1].strip() == (
        'ex:p ex:a, ex:b, _:n, [], "c"@fr, "d"@fr, "b"@en, "a"@de, 9, 10, "x" .'
    )


def test_a_name_comes_before_those_that_begin_with_it():
    assert value("<http://a/b-c>, <http://a/b>") == "<http://a/b>, <http://a/b-c>"
    assert formatted("<http://a/b-c> a <a:a> . <http://a/b> a <a:a> .").startswith("<http://a/b>\n")


def test_a_collection_keeps_its_order():
    assert value("( ex:b ex:a 2 1 )") == "( ex:b ex:a 2 1 )"


def test_brackets_keep_their_order():
    assert value("[ ex:p 2 ], [ ex:p 1 ]") == "[ ex:p 2 ], [ ex:p 1 ]"


def test_what_is_said_twice_is_written_once():
    assert body("ex:a ex:p 1, 1 . ex:a ex:p 2 ; ex:p 1 .") == "ex:a\n    ex:p 1, 2 .\n"


def test_two_empty_nodes_are_two():
    assert value("[], []") == "[], []"


def test_the_ontology_comes_first_then_positions_then_names():
    text = """
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        ex:c <https://schema.org/position> 10 .
        ex:d <https://schema.org/position> 9 .
        ex:b ex:p 1 .
        ex:a ex:p 1 .
        ex:z a owl:Ontology .
        """
    assert [line for line in body(text).splitlines() if line.startswith("ex:")] == [
        "ex:z", "ex:d", "ex:c", "ex:a", "ex:b",
    ]  # fmt: skip


# --- lines


def test_objects_stand_on_one_line_where_they_fit_else_one_a_line():
    long = "x" * 60
    assert body(f'ex:a ex:p "{long}"@en, "{long}"@fr ; ex:q 1, 2 .') == (
        f'ex:a\n    ex:p\n        "{long}"@fr,\n        "{long}"@en ;\n    ex:q 1, 2 .\n'
    )


def test_one_long_text_stays_beside_its_predicate():
    long = "x" * 300
    assert body(f'ex:a ex:p "{long}" .') == f'ex:a\n    ex:p "{long}" .\n'


def test_a_bracket_opens_where_it_does_not_fit():
    long = "x" * 90
    assert body(f'ex:a ex:p [ ex:q "{long}" ; ex:r ( ex:a ex:b ) ] .') == dedent(
        f"""\
        ex:a
            ex:p [
                ex:q "{long}" ;
                ex:r ( ex:a ex:b )
            ] .
        """
    )


def test_a_statement_that_is_a_bracket():
    assert body("[ ex:p 1 ; a ex:T ] .") == "[\n    a ex:T ;\n    ex:p 1\n] .\n"
    assert body("[ ex:p 1 ] ex:q 2 .") == "[ ex:p 1 ]\n    ex:q 2 .\n"


def test_line_ends_and_the_byte_order_mark_are_settled():
    assert formatted("\ufeff<a:a>\r\n  <a:b> 1 ;\r\n<a:c> 2 .") == "<a:a>\n    <a:b> 1 ;\n    <a:c> 2 .\n"


def test_brackets_nested_deep_are_written_without_recursion_and_without_outgrowing_the_text():
    depth = 900
    text = EX + "ex:a ex:p " + "[ ex:p " * depth + "1" + " ]" * depth + " ."
    assert len(formatted(text)) < 120 * depth


# --- comments


def test_a_comment_goes_where_what_it_is_about_goes():
    text = """
        # about b
        ex:b # the subject
            # about q
            ex:q "z" ; # z
            ex:p "e"@en, # English
                # about French
                "f"@fr ; # French
            a ex:T . # type
        # about a
        ex:a ex:p 1 .
        """
    assert body(text) == dedent(
        """\
        # about a
        ex:a
            ex:p 1 .

        # about b
        ex:b # the subject
            a ex:T ; # type
            ex:p
                # about French
                "f"@fr, # French
                "e"@en ; # English
            # about q
            ex:q "z" . # z
        """
    )


def test_a_comment_that_stands_alone_opens_a_section_that_keeps_its_place():
    text = """
        ex:z ex:p 1 .

        # --- tools

        # a saw
        ex:c ex:p 1 .
        ex:b ex:p 1 .
        # the end
        """
    assert body(text) == dedent(
        """\
        ex:z
            ex:p 1 .

        # --- tools

        ex:b
            ex:p 1 .

        # a saw
        ex:c
            ex:p 1 .

        # the end
        """
    )


def test_the_comments_at_the_top_stay_above_the_prefixes():
    assert formatted(f"# Licence\n{EX}ex:a ex:p 1 .").startswith(f"# Licence\n\n{EX}\nex:a")


def test_a_comment_stays_with_its_prefix_and_outlives_it():
    text = "@prefix z: <http://z/> . # z\n# about u\n@prefix u: <http://u/> .\n# about b\n@prefix b: <http://b/> .\n"
    assert formatted(text + "z:a b:c 1 .") == (
        "# about u\n\n# about b\n\n@prefix b: <http://b/> .\n@prefix z: <http://z/> . # z\n\nz:a\n    b:c 1 .\n"
    )


def test_comments_within_brackets_open_them():
    text = "ex:a ex:p ( 1 # one\n 2 # two\n # end\n ), [ # first\n ex:q 1 ] . # a"
    assert body(text) == dedent(
        """\
        ex:a
            ex:p
                (
                    1 # one
                    2 # two
                    # end
                ),
                [
                    # first
                    ex:q 1
                ] . # a
        """
    )


def test_comments_in_odd_places_are_kept():
    text = 'ex:a # s\n ex:p "x" # one\n ^^ # two\n ex:t\n # three\n . # four'
    assert body(text) == dedent(
        """\
        ex:a # s
            # one
            # two
            ex:p "x"^^ex:t # four
            # three
            .
        """
    )


# --- what is no Turtle


@pytest.mark.parametrize("text", ["ex:a ex:p .", "<a> <b> <c>", '"x" <b> <c> .', "<a> <b> << <c> <d> <e> >> .", "{"])
def test_what_is_no_turtle_is_refused(text):
    with pytest.raises(InvalidInput):
        format_turtle(text, Style(), path="x.ttl", base=BASE)


# --- the last guard


@pytest.mark.parametrize(
    ("text", "same", "other"),
    [
        ("<a:a> <a:b> 1, 2.", "<a:a> <a:b> 2, 1 .", "<a:a> <a:b> 1 ."),
        ("<a:a> <a:b> [], [] .", "<a:a> <a:b> [] . <a:a> <a:b> [] .", "<a:a> <a:b> [] ."),
        ("_:x <a:b> _:y .", "_:x <a:b> _:y  .", "_:y <a:b> _:x ."),
        ("<a:a> <a:b> (1 [<a:c> 2]).", "<a:a> <a:b> ( 1 [ <a:c> 2 ] ) .", "<a:a> <a:b> ( [ <a:c> 2 ] 1 ) ."),
        ("[ <a:b> _:x ] <a:b> [] .", "[ <a:b> [], _:x ] .", "[ <a:b> [] ] ."),
    ],
)
def test_other_triples_are_never_given(text, same, other, monkeypatch):
    monkeypatch.setattr(formatter, "write", lambda *_: same)
    assert format_turtle(text, Style(), path="x.ttl", base=BASE) == same
    monkeypatch.setattr(formatter, "write", lambda *_: other)
    with pytest.raises(PasserellesError, match=r"x\.ttl"):
        format_turtle(text, Style(), path="x.ttl", base=BASE)
