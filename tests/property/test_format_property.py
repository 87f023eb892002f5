"""Whatever the document, formatting keeps its triples and its comments, and formatting again changes nothing."""

from collections import Counter

import pyoxigraph as ox
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.errors import InvalidInput
from graph.namespaces import PrefixMap
from graph.turtle.document import read
from graph.turtle.format import Style, format_turtle
from graph.turtle.lexer import tokens

BASE = "http://example.org/a/b?q"
HEAD = "@prefix p: <http://p/> .\nPREFIX q: <q#>\n"
STYLE = Style(
    PrefixMap({"pp": "http://p/", "xsd": "http://www.w3.org/2001/XMLSchema#"}), {"http://p/b": 0, "http://p/z": 1}
)

ATOMS = """<a> p:a q:b.c p:a\\-b%41 <http://p/long/a> _:x _:y.z "x" 'é"' "é"@fr "e"@en "1"^^p:int 1 -2.5 1e0 010 true
    "\\u00e9\\t\\u0001" "s"^^<http://www.w3.org/2001/XMLSchema#string> "7"^^<http://www.w3.org/2001/XMLSchema#integer>
    "1"^^<http://www.w3.org/2001/XMLSchema#decimal> <http://p/\\u00e9> <//h/x> <?q>"""
atoms = st.sampled_from(
    [
        *ATOMS.split(),
        '"t" @en',
        "'''a'b\n''c'''",
        '"""one\r\n\\"two\\""""',
        "'a \"b\" \\\\'",
        '"""q""\\""""',
        '"x"^^ p:t',
    ]
)
predicates = st.sampled_from(["<b>", "p:b", "a", "q:x", "p:z", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"])


def properties(values):
    values = st.lists(values, min_size=1, max_size=4).map(" , ".join)
    pairs = st.lists(st.tuples(predicates, values).map(" ".join), min_size=1, max_size=4)
    return st.tuples(pairs.map(" ; ".join), st.sampled_from(["", " ;", " ; ;"])).map("".join)


terms = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.just("[ ]"),
        properties(inner).map("[ {} ]".format),
        st.lists(inner, max_size=4).map(lambda items: f"( {' '.join(items)} )"),
    ),
    max_leaves=10,
)
subjects = st.one_of(
    st.sampled_from(["<a>", "p:a", "_:x", "[ ]"]),
    st.lists(terms, min_size=1, max_size=2).map(lambda x: f"( {' '.join(x)} )"),
    properties(terms).map("[ {} ]".format),
)
directives = st.sampled_from(
    ["@base <../c/> .", "BASE <http://other/x/>", "PREFIX p: <http://other/>", "@prefix r: <r/> .", "@prefix : <#> ."]
)
statements = st.one_of(
    st.builds("{} {} .".format, subjects, properties(terms)),
    st.builds("[ {} ] .".format, properties(terms)),
    directives,
)
documents = st.lists(statements, max_size=6).map(lambda found: HEAD + "\n".join(found) + "\n")
spaces = st.sampled_from(
    [" ", " ", "\n", "\n\n", "\r\n", " # c%d\n", "\n# c%d\n", "\n\n# c%d\n\n", " # c%d\n  # c%d\n"]
)


@st.composite
def commented(draw):
    """A document, other white space and comments in the place of its white space."""
    number, text = 0, ""
    for token in tokens(draw(documents)):
        piece = token.text
        if token.kind == "space":
            piece = draw(spaces)
            while "%d" in piece:
                number, piece = number + 1, piece.replace("%d", str(number), 1)
        text += piece
    return text


def formatted(text):
    return format_turtle(text, STYLE, path="x.ttl", base=BASE)


def graph(text):
    """The triples, their blank nodes named after what is said of them, by another way than the formatter's own."""
    found = ox.Dataset(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(found)


def comments(text):
    return Counter(token.text.rstrip() for token in tokens(text) if token.kind == "comment")


@given(commented())
@example('<a> <b> "t" # c\n ^^ # d\n <c> .')
@example("# c\n[ <b> 1 # d\n] # e\n. # f\n# g")
@example("<a> a <c>, <d> # c\n ; <b> ( # d\n ) # e\n .")
@settings(max_examples=250, deadline=None)
def test_triples_and_comments_are_kept_and_again_changes_nothing(text):
    once = formatted(text)
    assert graph(once) == graph(text)
    assert comments(once) == comments(text)
    assert formatted(once) == once


named = st.builds("{} {} .".format, st.sampled_from(["<a>", "p:a", "_:x", "<http://p/c>"]), properties(atoms))


@given(st.lists(named, max_size=6).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
@settings(max_examples=100, deadline=None)
def test_the_order_of_statements_decides_nothing(orders):
    one, other = (formatted(HEAD + "\n".join(order)) for order in orders)
    assert one == other


@given(documents, st.integers(0, 400), st.text(max_size=8))
@settings(max_examples=100, deadline=None)
def test_a_text_is_formatted_or_refused(text, at, more):
    text = text[:at] + more + text[at:]
    try:
        once = formatted(text)
    except InvalidInput:
        assert read(text, path="x", base=BASE).diagnostics
    else:
        assert formatted(once) == once
