"""What a Turtle document says of a text: triples, places, faults. Every fault with its place and its cure."""

import pytest

from graph.diagnostics import Location
from graph.namespaces import PrefixMap
from graph.texts import LANGUAGES, keys
from graph.turtle.document import CODES, TurtleDocument, read, read_about

BASE = "https://example.org/base/doc"
HEAD = "@prefix dct: <http://purl.org/dc/terms/> .\n"
TITLE = "<http://purl.org/dc/terms/title>"
KNOWN = PrefixMap({"dct": "http://purl.org/dc/terms/", "skos": "http://www.w3.org/2004/02/skos/core#"})


def document(text, **more):
    return read(text, path="x.ttl", **({"base": BASE, "known": KNOWN} | more))


def faults(text, **more):
    """Code, place and English sentence of each fault; every sentence renders in every language."""
    found = document(text, **more).diagnostics
    assert all(one.message.render(language) for one in found for language in LANGUAGES)
    return [(one.code, f"{one.location.line}:{one.location.column}", one.message.render("en")) for one in found]


def codes(text, **more):
    return [code for code, _, _ in faults(text, **more)]


def written(doc: TurtleDocument, place: Location) -> str:
    lines = doc.text.split("\n")
    assert place.line == place.end_line
    return lines[place.line - 1][place.column - 1 : place.end_column - 1]


# Triples and where they are written


def test_terms_are_n_triples():
    text = HEAD + '<#a> a dct:T ; dct:title \'l\\u00e9"\'@FR, 1, -1.5, 1e0, true, """a\nb""", "s"^^dct:d .'
    xsd = "http://www.w3.org/2001/XMLSchema#"
    doc = document(text)
    assert [row[2] for row in doc.rows] == [
        "<http://purl.org/dc/terms/T>",
        '"lé\\""@fr',
        f'"1"^^<{xsd}integer>',
        f'"-1.5"^^<{xsd}decimal>',
        f'"1e0"^^<{xsd}double>',
        f'"true"^^<{xsd}boolean>',
        '"a\\nb"',
        '"s"^^<http://purl.org/dc/terms/d>',
    ]
    assert {row[0] for row in doc.rows} == {f"<{BASE}#a>"}


def test_each_term_has_its_place():
    doc = document(HEAD + '<a>\n    dct:title "x"@fr, "y" @en ;\n    dct:date "2020"^^dct:y .\n')
    (first,) = doc.find("<https://example.org/base/a>", TITLE, '"x"@fr')
    assert written(doc, doc.subject_location(first)) == "<a>"
    assert written(doc, doc.predicate_location(first)) == "dct:title"
    assert written(doc, doc.object_location(first)) == '"x"@fr'
    assert written(doc, doc.qualifier_location(first)) == "@fr"
    assert [written(doc, doc.qualifier_location(t)) for t in doc.triples()] == ["@fr", "@en", "dct:y"]


def test_a_literal_without_tag_is_its_own_qualifier():
    doc = document(HEAD + '<a> dct:title "x", <b> .')
    assert [written(doc, doc.qualifier_location(t)) for t in doc.triples()] == ['"x"', "<b>"]


def test_the_second_text_in_a_language_can_be_pointed_at():
    doc = document(HEAD + '<a> dct:title "x"@fr, "y"@en, "z"@FR .')
    found = doc.same_language("<https://example.org/base/a>", TITLE, "fr")
    assert [triple.object for triple in found] == ['"x"@fr', '"z"@fr']
    assert written(doc, doc.object_location(found[1])) == '"z"@FR'


def test_a_blank_node_is_written_at_its_bracket():
    doc = document("<a> <b> [ <c> 1 ] , ( <d> [] ) .")
    places = {t.object: written(doc, doc.object_location(t)) for t in doc.triples()}
    inner = next(t for t in doc.triples() if t.predicate.endswith("/c>"))
    assert inner.subject == "_:b0"
    assert written(doc, doc.subject_location(inner)) == "["
    assert places["_:b0"] == "["
    assert places["_:b1"] == "("
    assert places["<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"] == ")"


def test_blank_nodes_are_numbered_in_the_order_of_the_triples():
    doc = document("<a> <b> [ <c> _:z ] , _:z .", blank="n")
    assert [(row[0][:3], row[2]) for row in doc.rows] == [("_:n", "_:n1"), ("<ht", "_:n0"), ("<ht", "_:n1")]


def test_statements_and_directives_have_their_stretch():
    doc = document("PREFIX p: <http://p/>\n@base <http://b/> .\np:a p:b <c> ;.\n# end")
    assert [doc.text[s.start : s.end] for s in doc.statements] == ["p:a p:b <c> ;."]
    assert [(doc.text[d.start : d.end], d.prefix, d.iri, d.sparql) for d in doc.directives] == [
        ("PREFIX p: <http://p/>", "p", "http://p/", True),
        ("@base <http://b/> .", None, "http://b/", False),
    ]
    assert doc.prefixes == {"p": "http://p/"}
    assert doc.rows[0][2] == "<http://b/c>"


def test_a_byte_order_mark_moves_no_column():
    assert faults("\ufeff<a> b .")[0][1] == "1:5"


def test_the_statements_of_one_subject_are_read_alone():
    text = HEAD + "<a> dct:title 1 . <b> dct:title 2 ; dct:x [ dct:y 3 ] .\n@base <http://c/> .\n<a> dct:title 4 ."
    whole = document(text)
    subject = "<https://example.org/base/b>"
    alone = read_about(text, {subject}, path="x.ttl", base=BASE)
    assert alone.rows == [row for row in whole.rows if row[0] != "<https://example.org/base/a>"][:3]
    assert read_about(text, {"<http://c/a>"}, path="x.ttl", base=BASE).find("<http://c/a>") == whole.find(
        "<http://c/a>"
    )
    assert read_about(text, {"_:b0"}, path="x.ttl", base=BASE).rows == alone.rows
    assert read_about(text, {"<http://none/>"}, path="x.ttl", base=BASE).rows == []


# Faults


def test_every_code_has_a_sentence_in_each_language():
    for language in LANGUAGES:
        assert {f"{'file' if key in {'conflict', 'too-long'} else 'turtle'}.{key}" for key in CODES} <= keys(language)


SINGLE = {
    "missing dot": (HEAD + '<a> dct:title "x"\n\n<b> dct:title "y" .', "PAS010", "2:18"),
    "missing dot at a new line": ("<a> <b> <c>\n<d> <e> <f> .", "PAS010", "1:12"),
    "missing dot before a directive": ('<a> <b> "x"\n@prefix p: <http://p/> .\np:a p:b p:c .', "PAS010", "1:12"),
    "missing dot of a directive": ("@prefix p: <http://p/>\np:a p:b p:c .", "PAS010", "1:23"),
    "missing dot at the end": ("<a> <b> <c>\n", "PAS010", "1:12"),
    "missing semicolon": (HEAD + '<a> dct:title "x"\n    dct:title "y" .', "PAS011", "2:18"),
    "missing semicolon before a": (HEAD + '<a> dct:title "x" a dct:T .', "PAS011", "2:18"),
    "missing comma": (HEAD + '<a> dct:title "x" "y" .', "PAS012", "2:18"),
    "undeclared prefix": ("<a> zz:b <c> ; zz:d <e> .", "PAS013", "1:5"),
    "undeclared prefix of a datatype": ('<a> <b> "1"^^xsd:date .', "PAS013", "1:14"),
    "open string": (HEAD + '<a> dct:title "x ;\n dct:title "y" .', "PAS014", "2:15"),
    "string over two lines": (HEAD + '<a> dct:title "x\n y"@fr ;\n dct:title "z" .', "PAS014", "2:15"),
    "open long string": (HEAD + '<a> dct:title """x ;\n dct:title "y" .\n', "PAS015", "2:15"),
    "inner quotes": (HEAD + '<a> dct:title "le "mot" juste"@fr ; dct:title "y" .', "PAS016", "2:19"),
    "escape": (HEAD + '<a> dct:title "C:\\dir" .', "PAS017", "2:18"),
    "surrogate": ('<a> <b> "\\uD800" .', "PAS017", "1:10"),
    "escape in an address": ("<a> <b> <c\\n> .", "PAS017", "1:11"),
    "space in an address": ("<a> <b> <http://c/d e> .", "PAS018", "1:20"),
    "escaped space in an address": ("<a> <b> <http://c/d\\u0020e> .", "PAS020", "1:9"),
    "open address": ("<a> <b> <http://c/d ;\n <e> <f> .", "PAS019", "1:9"),
    "port": ("<a> <b> <http://c:d/> .", "PAS020", "1:9"),
    "percent": ("<a> <b> <http://c/%zz> .", "PAS018", "1:19"),
    "language": ('<a> <b> "x"@fr_FR ; <c> 1 .', "PAS022", "1:12"),
    "long language": ('<a> <b> "x"@fr , "y"@toolonglanguage .', "PAS022", "1:21"),
    "space in a language": ('<a> <b> "x"@ fr .', "PAS022", "1:12"),
    "datatype missing": ('<a> <b> "x"^^ .', "PAS023", "1:12"),
    "a as an object": ("<a> <b> a .", "PAS024", "1:9"),
    "a as a subject": ("a <b> <c> .", "PAS024", "1:1"),
    "stray bracket": ("<a> <b> 1 ] .\n<c> <d> 2 .", "PAS025", "1:11"),
    "stray parenthesis": ("<a> <b> [ <c> 1 ) ] .", "PAS025", "1:17"),
    "open bracket": ("<a> <b> [ <c> 1 .\n<d> <e> 2 .", "PAS026", "1:9"),
    "open parenthesis at the end": ("<a> <b> ( 1", "PAS026", "1:9"),
    "RDF/XML": ('<?xml version="1.0"?>\n<rdf:RDF xmlns="x"/>', "PAS027", "1:1"),
    "HTML": ("<!DOCTYPE html>\n<html><body>x</body></html>", "PAS027", "1:1"),
    "JSON": ('{"@context": "https://x/"}', "PAS027", "1:1"),
    "JSON array": ('[\n {"@id": "x"}]', "PAS027", "1:1"),
    "TriG": ("<g> { <a> <b> <c> }", "PAS027", "1:5"),
    "SPARQL": ("PREFIX p: <http://p/>\nSELECT * WHERE { ?s ?p ?o }", "PAS027", "2:1"),
    "curly quotes": ("<a> <b> “x”@fr ; <c> 1 .", "PAS028", "1:9"),
    "straight then curly": ('<a> <b> "x”@fr ;\n <c> 1 .', "PAS028", "1:11"),
    "RDF 1.2 triple": ("<< <a> <b> <c> >> <d> <e> .\n<a> <b> <c> .", "PAS029", "1:1"),
    "RDF 1.2 annotation": ("<a> <b> <c> {| <d> <e> |} .", "PAS029", "1:13"),
    "RDF 1.2 direction": ('<a> <b> "x"@en--ltr .', "PAS029", "1:15"),
    "RDF 1.2 version": ('VERSION "1.2"\n\n<a> <b> <c> .', "PAS029", "1:1"),
    "literal subject": ('"x" <b> <c> .', "PAS031", "1:1"),
    "literal predicate": ('<a> "x" <c> .', "PAS031", "1:5"),
    "blank predicate": ("<a> _:b <c> .", "PAS032", "1:5"),
    "prefix without colon": ("@prefix p <http://p/> .\n<a> <b> <c> .", "PAS033", "1:1"),
    "@PREFIX": ("@PREFIX p: <http://p/> .", "PAS033", "1:1"),
    "words": ("<a> <b> Le titre ; <c> 1 .", "PAS034", "1:9"),
    "True": ("<a> <b> True .", "PAS034", "1:9"),
    "bare address": ("<a> <b> https://x/y#z .\n<c> <d> 1 .", "PAS035", "1:9"),
    "no object": ("<a> <b> ; <c> 1 .", "PAS036", "1:9"),
    "trailing comma": ("<a> <b> 1 , .", "PAS036", "1:13"),
    "no predicate": ("<a> .\n<b> <c> 1 .", "PAS037", "1:5"),
    "no-break space": ("<a>\u00a0<b> 1 .", "PAS038", "1:4"),
    "null character": ("<a> <b> 1 \0 .", "PAS038", "1:11"),
    "comma for a semicolon": (HEAD + '<a> dct:title "A"@fr ,\n  dct:x "x" ; dct:y 1 .', "PAS040", "2:22"),
    "comma for a semicolon before a": ("<a> <b> 1 ,\n  a <c> .", "PAS040", "1:11"),
    "comma for a semicolon before an address": ("<a> <b> <c> ,\n  <d> <e> , <f> .", "PAS040", "1:13"),
    "comma for a semicolon before a blank node": ("<a> <b> <c> ,\n  <d> [ <e> 1 ] .", "PAS040", "1:13"),
    "missing comma after a comma": ("<a> <b> <c> , <d> <e> , <f> .", "PAS012", "1:18"),
    "semicolon for a comma": ('<a> <b> "A"@fr ;\n  "B"@en ; <c> 1 .', "PAS041", "1:16"),
    "dot for a semicolon": (HEAD + '<a> dct:x 1 .\n  dct:title "B"@en ; dct:y 1 .\n<b> dct:x 2 .', "PAS042", "2:13"),
    "dot for a semicolon before a": ("<a> <b> 1 .\n  a <c> ; <d> 1 .", "PAS042", "1:11"),
    "dot for a semicolon before an address": ("<a> <b> 1 .\n  <c> <d> , <e> .", "PAS042", "1:11"),
    "dot for a semicolon before a blank node": ("<a> <b> 1 .\n  <c> [ <d> 1 ] .", "PAS042", "1:11"),
    "literal predicate in the margin": ('<a> <b> 1 .\n<c> "x" <d> .', "PAS031", "2:5"),
    "inner apostrophes": ("<a> <b> 'L'agglo d'eau'@fr , 'x' ;\n <c> 1 .", "PAS016", "1:11"),
    "apostrophes in curly quotes": ("<a> <b> “L’agglo’bus”@fr ;\n <c> 1 .", "PAS028", "1:9"),
    "apostrophes in single curly quotes": ("<a> <b> ‘L’agglo bus’@fr ;\n <c> 1 .", "PAS028", "1:9"),
    "apostrophes in guillemets": ("<a> <b> «\u202fL’agglo bus\u202f»@fr ;\n <c> 1 .", "PAS028", "1:9"),
    "one caret": ('<a> <b> "2018"^xsd:gYear ; <c> "x" .', "PAS043", "1:15"),
    "one caret before an address": ('<a> <b> "2018"^<http://x/y> ; <c> "x" .', "PAS043", "1:15"),
    "equals": (HEAD + '<a> dct:title = "A" ; dct:y 1 .', "PAS044", "2:15"),
    "dot after PREFIX": ("PREFIX p: <http://p/> .\n<a> p:b 1 .", "PAS045", "1:23"),
    "dot after BASE": ("BASE <http://p/> # c\n.\n<a> <b> 1 .", "PAS045", "2:1"),
    "comma in a collection": ("<a> <b> (1, 2) .", "PAS001", "1:11"),
    "two dots": ("<a> <b> 1 . .", "PAS001", "1:13"),
    "stops in the middle": ("<a> <b>", "PAS001", "1:8"),
    "merge conflict": ("<a> <b>\n<<<<<<< HEAD\n 1\n=======\n 1\n>>>>>>> other\n .", "PAS006", "2:1"),
}


@pytest.mark.parametrize(("text", "code", "place"), SINGLE.values(), ids=SINGLE)
def test_a_fault_has_its_code_and_its_place(text, code, place):
    found = faults(text)
    assert found[0][:2] == (code, place)
    allowed = ["PAS012"] if code == "PAS006" else []  # what the two sides make together
    assert [one[0] for one in found[1:]] == allowed, "one mistake, one fault"


@pytest.mark.parametrize("base", [None, ""])
def test_a_relative_address_needs_a_base(base):
    assert codes("<a> <http://b> <http://c> .", base=base) == ["PAS021"]
    assert codes("@base <http://a/> . <a> <b> <c> .", base=base) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<a> skos:note 1 .", "Add at the top of the file: @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."),
        (HEAD + "<a> dtc:title 1 .", "Did you mean “dct:”?"),
        (HEAD + "<a> dcat:theme 1 .", "Add at the top of the file: @prefix dcat: <http://www.w3.org/ns/dcat#> ."),
        ("<a> xsd:date 1 .", "Add at the top of the file: @prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."),
        ("<a> ex:date 1 .", "Add at the top of the file: @prefix ex: <…> ."),
        ("<a> skoss:note 1 .", "Did you mean “skos:”? Then add: @prefix skos:"),
    ],
)
def test_an_undeclared_prefix_gets_its_cure(text, sentence):
    assert sentence in faults(text)[0][2]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("<a> <b> 1 , <c> 2 ; <d> 3 .", "<a> <b> 1 ; <c> 2 ; <d> 3 ."),
        ("<a> <b> 1 ,\n <c> <e> ; <d> 3 .", "<a> <b> 1 ;\n <c> <e> ; <d> 3 ."),
        ("<a> <b> 1 , a <c> .", "<a> <b> 1 ; a <c> ."),
        ("<a> <b> 1 ; 2 ; <d> 3 .", "<a> <b> 1 , 2 ; <d> 3 ."),
        ("<a> <b> 1 .\n <c> 2 ; <d> 3 .", "<a> <b> 1 ;\n <c> 2 ; <d> 3 ."),
        ("<a> <b> 1 .\n a <c> ; <d> 3 .", "<a> <b> 1 ;\n a <c> ; <d> 3 ."),
        ("<a> <b> 1 .\n <c> <d> ; <e> 3 .\n <f> 4 .", "<a> <b> 1 ;\n <c> <d> ; <e> 3 ;\n <f> 4 ."),
        ("<a> <b> = 1 .", "<a> <b>   1 ."),
    ],
)
def test_a_mark_for_another_is_read_as_it_was_meant(wrong, right):
    found, meant = document(wrong), document(right)
    assert found.rows == meant.rows
    assert found.statements == meant.statements


def test_several_faults_of_one_file_are_all_told():
    text = (
        HEAD
        + '<a> dct:title “x” ;\n  dct:date "2020\n.\n\n<b> dct:title Titre .\n<c> dct:title 1\n\n<d> dcterms:x a .\n'
    )
    assert codes(text) == ["PAS028", "PAS014", "PAS034", "PAS010", "PAS013", "PAS024"]


def test_what_is_right_after_a_fault_is_read():
    doc = document("<a> = <b> .\n<c> <d> 1 .")
    assert [row[:2] for row in doc.rows] == [("<https://example.org/base/c>", "<https://example.org/base/d>")]


def test_reading_goes_on_at_a_line_that_begins_a_statement():
    doc = document("<a> <b> ? what is this\n\n<c> <d> 1 .\n")
    assert len(doc.diagnostics) == 1
    assert [row[0] for row in doc.rows] == ["<https://example.org/base/c>"]


def test_faults_are_bounded():
    found = codes(". " * 5_000)
    assert len(found) == 101
    assert found[-1] == "PAS039"


def test_nesting_is_bounded_without_recursion():
    assert codes("<a> <b> " + "[ <c> " * 1_000_000) == ["PAS030"]
    assert codes("<a> <b> " + "(" * 1_000_000) == ["PAS030"]
    assert codes("<a> <b> " + "(" * 900 + ")" * 900 + " .") == []
    assert codes("<a> <b> ((())) .", depth=2) == ["PAS030"]
    assert "2" in faults("<a> <b> ((())) .", depth=2)[0][2]


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_string_left_open_costs_its_line_once(quote):
    assert codes(f"<a> <b> {quote}" + f"\\{quote}" * 1_000_000) == ["PAS014", "PAS010"]


@pytest.mark.parametrize("text", ["", " \n", "# c", "# c\n", "\ufeff", "@prefix p: <http://p/> ."])
def test_nothing_to_say_is_no_fault(text):
    doc = document(text)
    assert (doc.rows, doc.diagnostics, doc.statements) == ([], (), [])
