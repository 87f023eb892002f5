"""One Turtle file: its triples, or what is wrong with it and where."""

import pyoxigraph as ox
import pytest

from graph.diagnostics import Severity
from graph.turtle.parse import parse

BASE = "https://example.org/graph/tools/saw"
A, B, C = (f"<https://example.org/graph/tools/{name}>".encode() for name in "abc")


def read(text, limit=1_000_000):
    return parse(text if isinstance(text, bytes) else text.encode(), path="data/saw.ttl", base=BASE, limit=limit)


def only(text, **more):
    document = read(text, **more)
    assert document.ntriples == b""
    assert document.triples == 0
    (found,) = document.diagnostics
    assert found.location.path == "data/saw.ttl"
    return found


# --- what it holds


def test_a_file_is_its_triples_in_order_as_n_triples():
    document = read("@prefix p: <https://p.org/> . <a> p:x <b> , 1 ; p:y 'é'@fr .")
    assert document.ntriples.decode() == (
        f"{A.decode()} <https://p.org/x> {B.decode()} .\n"
        f'{A.decode()} <https://p.org/x> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
        f'{A.decode()} <https://p.org/y> "é"@fr .\n'
    )
    assert document.triples == 3
    assert document.prefixes == {"p": "https://p.org/"}
    assert document.diagnostics == ()


def test_relative_iris_resolve_against_the_base_or_the_files_own():
    assert read("<> <a> <b> .").ntriples.startswith(f"<{BASE}> ".encode())
    assert read("@base <https://other.org/> . <a> <b> <c> .").ntriples.startswith(b"<https://other.org/a>")


def test_a_byte_order_mark_is_not_text():
    assert read(b"\xef\xbb\xbf<a> <b> <c> .").triples == 1


def test_a_comment_alone_is_no_triple_and_nothing_to_say():
    document = read("# nothing yet\n")
    assert (document.ntriples, document.diagnostics) == (b"", ())


def test_a_line_feed_in_a_literal_does_not_make_a_line():
    document = read('<a> <b> """one .\ntwo .\r\nthree""" .')
    assert document.triples == 1


# --- blank nodes


BLANK = "<a> <b> [ <b> <c> ] , ( 1 2 ) , _:x . _:x <b> _:x ."


def test_blank_nodes_are_named_after_the_content():
    assert read(BLANK).ntriples == read(BLANK).ntriples
    assert read(BLANK).ntriples != read(BLANK + " ").ntriples


def test_renaming_blank_nodes_keeps_the_graph():
    def canonical(triples):
        dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return set(dataset)

    ours = ox.parse(read(BLANK).ntriples, format=ox.RdfFormat.N_TRIPLES)
    theirs = ox.parse(BLANK.encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE)
    assert canonical(ours) == canonical(theirs)


def test_the_same_text_in_two_files_has_blank_nodes_of_its_own():
    one, other = (parse(b"[] <b> <c> .", path="x", base=base, limit=99).ntriples for base in ("u:a", "u:b"))
    assert one.split()[0] != other.split()[0]


@pytest.mark.parametrize("text", ["a> _:b", "_:b", "\n_:b", "<<( _:b"])
def test_a_literal_that_looks_like_a_blank_node_is_left_alone(text):
    escaped = text.replace("\n", "\\n")
    assert read(f'<a> <b> "{escaped}" .').ntriples == A + b" " + B + f' "{escaped}" .\n'.encode()


# --- what is wrong, and where


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("<a> <b> z .", 1, 9),
        ("<a> <b> <c> .\n<a> <b> z .", 2, 9),
        ("<a> <b> <c> .\r\n<a> <b> z .", 2, 9),
        ("<a> <b> 'é' , z .", 1, 15),
        ("<a> <b> '𝄞' , z .", 1, 15),
        ("\t<a> <b> z .", 1, 10),
        ("<a> <b> '''x\ny''' , z .", 2, 8),
        ("\ufeff<a> <b> z .", 1, 9),
    ],
)
def test_a_syntax_error_is_placed_in_code_points(text, line, column):
    found = only(text)
    assert found.code == "PAS034"
    assert found.severity is Severity.ERROR
    assert (found.location.line, found.location.column) == (line, column)
    assert found.location.end_column > column


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<a> <b> <c>", "PAS010"),
        ("<a> <b> ", "PAS001"),
        ("<a> <b> 'x", "PAS014"),
        ("@prefix p: <x>", "PAS010"),
        ("<a> <b> [ ", "PAS026"),
    ],
)
def test_a_file_cut_short_is_a_syntax_error(text, code):
    assert read(text).diagnostics[0].code == code


def test_a_syntax_error_says_why_and_what_to_write():
    message = only("<a> <b> nope:x .").message.render("en")
    assert "nope:" in message
    assert "Parser error" not in message
    assert "column" not in message


def test_several_faults_of_one_file_are_all_told():
    text = "<a> <b> nope:x .\n<a> <b> <c> .\n<a> <b> “c” .\n"
    assert [(d.code, d.location.line) for d in read(text).diagnostics] == [("PAS013", 1), ("PAS028", 3)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_a_wide_encoding_is_named_with_or_without_its_mark(encoding):
    found = only("<a> <b> 'é' .".encode(encoding))
    assert found.code == "PAS002"
    assert encoding[:6].upper() in found.message.render("fr")


@pytest.mark.parametrize(
    "text",
    ["_:x <b> <<( _:x <b> <c> )>> .", "<< <a> <b> <c> >> <b> <c> .", "<a> <b> <c> ~ <r> .", "<a> <b> 'x'@en--ltr ."],
)
def test_rdf_1_2_is_refused(text):
    assert "PAS029" in {found.code for found in read(text).diagnostics}


def test_marks_of_rdf_1_2_inside_a_literal_are_text():
    assert read("<a> <b> '<<( x )>> --ltr' .").triples == 1


def test_nested_triple_terms_do_not_reach_the_engine():
    depth = 100_000
    assert read("<a> <b> " + "<<( <a> <b> " * depth + "<c>" + " )>>" * depth + " .", 10_000_000).diagnostics


@pytest.mark.parametrize(("before", "after"), [("#", ""), ("<a> <b> '", "' ."), ("<a> <b> <u:", "> .")])
def test_a_piece_beyond_what_the_engine_holds_is_told(before, after):
    assert only(before + "x" * (1 << 24) + after, limit=1 << 26).code == "PAS005"


def test_a_string_never_closed_is_told_however_long():
    assert read("<a> <b> 'x" + "x" * (1 << 24), limit=1 << 26).diagnostics[0].code == "PAS014"


def test_a_long_prefix_used_often_is_refused_before_memory_is_full():
    text = f"@prefix p: <https://example.org/{'x' * 100_000}> . <a> <b> {'p:x , ' * 1_000} p:x ."
    found = only(text, limit=len(text))
    assert found.code == "PAS005"
    assert "préfixes" in found.message.render("fr")


@pytest.mark.parametrize(
    ("text", "column", "byte"),
    [
        (b"<a> <b> 'caf\xe9' .", 13, "0xe9"),
        ("<a> <b> 'é".encode() + b"\xff' .", 11, "0xff"),
        (b"\xed\xa0\x80", 1, "0xed"),
    ],
)
def test_a_byte_that_is_not_utf8_is_shown_where_it_is(text, column, byte):
    found = only(b"<a> <b> <c> .\n" + text)
    assert found.code == "PAS002"
    assert (found.location.line, found.location.column) == (2, column)
    assert byte in found.message.render("en")


@pytest.mark.parametrize("line", ["\x00", "<a> \x00 <b> .", "<a> <b> <c\x00> ."])
def test_a_null_byte_is_not_turtle_outside_a_literal(line):
    found = only("<a> <b> <c> .\n" + line)
    assert found.code == "PAS003"
    assert (found.location.line, found.location.column) == (2, line.index("\x00") + 1)


def test_the_declaration_of_a_standard_prefix_is_told_in_full():
    found = only("@prefix dct: <http://purl.org/dc/terms/> . <a> dcat:theme <b> .")
    assert "@prefix dcat: <http://www.w3.org/ns/dcat#> ." in found.message.render("fr")


@pytest.mark.parametrize("text", [b"", b"   \n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_valid_and_warned_of(text):
    found = only(text)
    assert found.code == "PAS004"
    assert found.severity is Severity.WARNING


def test_a_file_beyond_the_limit_is_not_read():
    text = b"<a> <b> <c> ."
    assert read(text, limit=len(text)).triples == 1
    found = only(text, limit=len(text) - 1)
    assert found.code == "PAS005"
    assert found.message.parameters == {"limit": 12}


def test_a_merge_conflict_is_called_by_its_name():
    text = "<a> <b> <c> .\n<<<<<<< HEAD\n<a> <b> 1 .\n=======\n<a> <b> 2 .\n>>>>>>> other\n"
    found = only(text)
    assert found.code == "PAS006"
    assert (found.location.line, found.location.column) == (2, 1)


@pytest.mark.parametrize("base", ["||||||| 1a2b3c\n<a> <b> 0 .\n", "||||||| 1a2b3c\n"])
def test_the_conflicts_of_a_file_are_told_and_nothing_else(base):
    conflict = f"<<<<<<< HEAD\n<a> <b> 1 ;\n{base}=======\n<a> <b> 2\n>>>>>>> other\n"
    found = read(f"{conflict}<a> <b> <c> .\n{conflict}").diagnostics
    lines = conflict.count("\n")
    assert [(d.code, d.location.line) for d in found] == [("PAS006", 1), ("PAS006", lines + 2)]


def test_a_conflict_marker_inside_a_literal_is_text():
    assert read('<a> <b> """\n<<<<<<< HEAD\n=======\n>>>>>>> x\n""" .').triples == 1


@pytest.mark.parametrize(
    ("text", "name", "line"),
    [
        ("# Titre\n\nUn texte de **plusieurs mots** simples.\n\n```turtle\n@prefix a: <b> .\n```\n", "", 3),
        ("**Français.** Le dépôt est ouvert.\n", "", 1),
        ("# réglages\n[graph]\nbase = 'x'\ntitle = { fr = 'x' }\n", "TOML", 2),
        ('name = "x"\n', "TOML", 1),
        ("---\ntitle: x\n", "YAML", 1),
        ("on:\n  push:\n  - x\n", "YAML", 1),
        ("nom;date;lieu\na;b;c\n", "CSV", 1),
    ],
)
def test_what_is_no_turtle_at_all_is_told_once(text, name, line):
    (found,) = parse(text.encode(), path="x", base="urn:x:", limit=10_000).diagnostics
    assert (found.code, found.location.line) == ("PAS027", line)
    assert name in found.message.render("fr")


@pytest.mark.parametrize(
    "text",
    [
        "prefx ex: <urn:e> .\nex:a a ex:B .\n",
        "Axe a Tool ;\n  title 'x' .\n",
        "ex: a owl:Ontology .",
        "axe titre hache .\n",
    ],
)
def test_turtle_with_faults_is_still_taken_for_turtle(text):
    assert "PAS027" not in {d.code for d in parse(text.encode(), path="x", base="urn:x:", limit=10_000).diagnostics}
