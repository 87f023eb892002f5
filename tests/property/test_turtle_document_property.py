"""Whatever the text, a document keeps every character, raises nothing, and says what the engine says."""

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.texts import LANGUAGES
from graph.turtle.document import read, read_about
from graph.turtle.iri import resolve, split
from graph.turtle.lexer import TOKEN, tokens

BASE = "http://example.org/a/b?q"
HEAD = "@prefix p: <http://p/> . PREFIX q: <q#>\n"

SCRAPS = """<a> <http://x/y> p:a q:b.c _:x a "x" "é’"@fr ''' \"\"\" 'q' "1"^^p:t 1 .5 true ; , . . [ ] ( ) ^^ @en word =
    { << “ ” "\\q" <un "un \\ \\" \0 \ufeff --ltr % ~ @prefix prefix zz:x http://x/ \ud800"""
DIRECTIVES = ["@prefix p: <http://p/> .", "PREFIX q: <q#>", "@base <http://b/> ."]
scraps = st.sampled_from(
    [
        *SCRAPS.split(),
        *DIRECTIVES,
        "\n",
        "\r\n",
        "\r",
        "\t",
        "\u00a0",
        "# c\n",
        "<a b>",
        "<<<<<<< HEAD\n",
        "\n=======\n",
    ]
)
spaces = st.sampled_from(["", " ", "\n", " # c\n"])
garbage = st.one_of(
    st.text(st.characters(), max_size=60),
    st.lists(st.tuples(scraps, spaces).map("".join), max_size=16).map("".join),
)

ATOMS = """<a> p:a q:b.c p:a\\-b%41 _:x _:y.z "x" 'é"'@FR "1"^^p:int 1 -2.5 1e0 true [] () "\\u00e9\\t"
    "s"^^<http://www.w3.org/2001/XMLSchema#string>"""
atoms = st.sampled_from([*ATOMS.split(), '"t" @en', '"t"# c"\n^^<d>', "'''a'b\n''c'''"])
predicates = st.sampled_from(["<b>", "p:b", "a", "q:x"])


def properties(values):
    values = st.lists(values, min_size=1, max_size=3).map(" , ".join)
    pairs = st.lists(st.tuples(predicates, values).map(" ".join), min_size=1, max_size=3)
    return st.tuples(pairs.map(" ; ".join), st.sampled_from(["", " ;", ";;"])).map("".join)


terms = st.recursive(
    atoms,
    lambda inner: st.one_of(
        properties(inner).map("[ {} ]".format), st.lists(inner, max_size=3).map(lambda items: f"({' '.join(items)})")
    ),
    max_leaves=8,
)
subjects = st.one_of(
    st.sampled_from(["<a>", "p:a", "_:x", "[]"]),
    st.lists(terms, min_size=1, max_size=2).map(lambda x: f"({' '.join(x)})"),
)
statements = st.one_of(
    st.builds("{} {} .\n".format, subjects, properties(terms)),
    st.builds("[ {} ] .".format, properties(terms)),
    st.sampled_from(["@base <../c/> .\n", "PREFIX p: <http://other/>\n", "# a comment\n"]),
)
documents = st.lists(statements, max_size=5).map(lambda found: HEAD + "".join(found))


def rows(text):
    document = read(text, path="x", base=BASE)
    assert document.diagnostics == ()
    return [row[:3] for row in document.rows]


def engine(text):
    """The triples of the engine in its order, blank nodes numbered as they come."""
    names: dict[str, str] = {}

    def term(node):
        name = str(node)
        return names.setdefault(name, f"_:b{len(names)}") if name.startswith("_:") else name

    found = ox.parse(text.encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE)
    return [(term(quad.subject), term(quad.predicate), term(quad.object)) for quad in found]


@given(garbage)
@example('"\\"')
@example("")
@settings(max_examples=1000, deadline=None)
def test_any_text_is_its_tokens(text):
    assert "".join(token.text for token in tokens(text)) == text
    fine = {token.start for token in tokens(text)} | {len(text)}
    start = int(text.startswith("\ufeff"))
    assert {found.start(1) for found in TOKEN.finditer(text, start)} <= fine


@given(
    st.one_of(
        garbage, st.tuples(documents, garbage, st.integers(0, 200)).map(lambda x: x[0][: x[2]] + x[1] + x[0][x[2] :])
    )
)
@settings(max_examples=1500, deadline=None)
def test_any_text_is_a_document_with_places_inside_it(text):
    document = read(text, path="x", base=BASE)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for found in document.diagnostics:
        place = found.location
        assert (1, 1) <= (place.line, place.column) <= (place.end_line, place.end_column)
        assert place.end_line <= len(lines)
        assert place.column <= len(lines[place.line - 1]) + 1
        assert place.end_column <= len(lines[place.end_line - 1]) + 1
        assert all(found.message.render(language) for language in LANGUAGES)
    for triple in document.triples():
        assert all(0 <= at < len(text) for at in triple[3:])
        document.qualifier_location(triple)
    for part in (*document.statements, *document.directives):
        assert 0 <= part.start < part.end <= len(text)


@given(garbage)
@settings(max_examples=1000, deadline=None)
def test_what_the_engine_refuses_has_a_diagnostic_and_the_rest_has_its_triples(text):
    try:
        expected = engine(text.removeprefix("\ufeff"))
    except (SyntaxError, UnicodeEncodeError):
        expected = None
    document = read(text, path="x", base=BASE)
    if any(found.code == "PAS029" for found in document.diagnostics):
        return  # the engine reads RDF 1.2
    assert (expected is None) == bool(document.diagnostics)
    if expected is not None:
        assert [row[:3] for row in document.rows] == expected


@given(documents)
@settings(max_examples=1000, deadline=None)
def test_the_triples_are_the_engines_in_its_order(text):
    assert rows(text) == engine(text)


@given(documents)
@settings(max_examples=300, deadline=None)
def test_a_term_is_placed_where_it_is_written(text):
    document = read(text, path="x", base=BASE)
    first = {'"': "\"'0123456789+-.tf", "<": "<pqa()[", "_": "_[("}
    for triple in document.triples():
        if not triple.predicate.endswith(("#rest>", "#first>")):  # those of a collection are written nowhere
            for term, at in zip(triple[:3], triple[3:], strict=True):
                assert text[at] in first[term[0]]


@given(documents)
@settings(max_examples=300, deadline=None)
def test_reading_about_a_subject_finds_what_reading_all_finds(text):
    whole = read(text, path="x", base=BASE)
    named = {row[0] for row in whole.rows if row[0].startswith("<")}
    for subject in named:
        alone = read_about(text, {subject}, path="x", base=BASE)
        places = [triple[3:] for triple in alone.find(subject)]
        assert places == [triple[3:] for triple in whole.find(subject) if triple[3:] in places]
        assert len(places) == len(whole.find(subject))


references = st.lists(
    st.sampled_from(
        ["a", "..", ".", "/", "//", ":", "?", "#", "%41", "%4", "é", "@", "[::1]", "[", "http:", "x:", "8", ""]
    ),
    max_size=7,
).map("".join)


@given(
    references,
    st.sampled_from(["http://h", "http://h/a/../b/c", "http://h/a/b?q#f", "urn:x", "x:/a", "x:a/b/", "file:///a/b"]),
)
@settings(max_examples=1000, deadline=None)
def test_references_resolve_as_the_engine_resolves_them(reference, base):
    text = f"<s:s> <s:p> <{reference}> ."
    try:
        (quad,) = ox.parse(text.encode(), format=ox.RdfFormat.TURTLE, base_iri=base)
    except SyntaxError:
        assert resolve(reference, split(base)) is None
    else:
        assert resolve(reference, split(base)) == quad.object.value


@pytest.mark.parametrize("text", ["@prefix p: <http://p/> . p:a p:b p:a\\-bx."])
def test_a_known_difference_with_the_engine(text):
    """A name with an escape, right before the last dot of a text without a line end: Turtle allows it, Oxigraph not."""
    assert rows(text)
    with pytest.raises(SyntaxError):
        engine(text)
    assert rows(text + "\n") == engine(text + "\n")
