"""Tokens, lines and columns of Turtle text."""

import time

import pytest

from graph.turtle.lexer import TOKEN, Lines, statement, terminated, tokens


def kinds(text):
    return [(token.kind, token.text) for token in tokens(text) if token.kind != "space"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a>", [("iri", "<a>")]),
        ("p:a.b p: :x é:à", [("name", "p:a.b"), ("name", "p:"), ("name", ":x"), ("name", "é:à")]),
        ("p:a.", [("name", "p:a"), ("mark", ".")]),
        (r"p:a\-b%41:c", [("name", r"p:a\-b%41:c")]),
        ("_:x.y _:z.", [("blank", "_:x.y"), ("blank", "_:z"), ("mark", ".")]),
        ("a true false", [("keyword", "a"), ("boolean", "true"), ("boolean", "false")]),
        ("1 -2.5 .5e3 1.", [("number", "1"), ("number", "-2.5"), ("number", ".5e3"), ("number", "1"), ("mark", ".")]),
        ('\'a\' "" "b\\"c"', [("string", "'a'"), ("string", '""'), ("string", '"b\\"c"')]),
        ('"""a"b\n""c"""', [("string", '"""a"b\n""c"""')]),
        ('"x"@fr-FR', [("string", '"x"'), ("language", "@fr-FR")]),
        ('"1"^^<t>', [("string", '"1"'), ("mark", "^^"), ("iri", "<t>")]),
        ("@prefix PREFIX base", [("keyword", "@prefix"), ("keyword", "PREFIX"), ("keyword", "base")]),
        ("[;,()] # c\r<a>", [*(("mark", c) for c in "[;,()]"), ("comment", "# c"), ("iri", "<a>")]),
        ('"open', [("error", '"'), ("error", "open")]),
        ('"""open', [("error", '"""open')]),
        ("\ufeff<a>", [("bom", "\ufeff"), ("iri", "<a>")]),
    ],
)
def test_kinds(text, expected):
    assert kinds(text) == expected


def test_tokens_know_where_they_stand():
    text = "<a>  p:b\n'c' ."
    assert all(text[token.start : token.end] == token.text for token in tokens(text))
    assert [token.text for token in tokens(text, 5, 8)] == ["p:b"]


@pytest.mark.parametrize(
    ("string", "closed"),
    [('"a"', True), ('"""a"""', True), ('"""a', False), ('"""', False), ('""""""', True), ('"""a\\"""', False)],
)
def test_a_long_string_may_be_left_open(string, closed):
    assert terminated(string) is closed


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("", 0, (1, 1)),
        ("ab\ncd", 4, (2, 2)),
        ("ab\r\ncd", 4, (2, 1)),
        ("ab\rcd", 3, (2, 1)),
        ("\té😀x", 3, (1, 4)),
        ("\ufeffab", 1, (1, 1)),
        ("\ufeffab", 0, (1, 1)),
        ("a\n", 2, (2, 1)),
    ],
)
def test_lines_and_columns_count_from_one_in_code_points(text, offset, place):
    assert Lines(text).place(offset) == place


def test_statements_end_at_their_dot():
    text = '<a> <b> "x. y"@fr . # no. end\np:a.b :c 1.5 , 1.<d> <e> <f>.'
    found, at = [], 0
    while match := statement().match(text, at):
        found.append(match[0].strip())
        at = match.end()
    assert found == ['<a> <b> "x. y"@fr .', "# no. end\np:a.b :c 1.5 , 1.", "<d> <e> <f>."]


@pytest.mark.parametrize(
    "unit",
    ['"""a', "'\"", "a.", "<", '"\\', "%", "#\n", "p:a", "[", "1.", "^^", '""" \\"""', "@a-", " \t", '"x" ', "é’"],
)
def test_time_grows_as_the_text(unit):
    def cost(size):
        text = unit * (size // len(unit))
        start = time.perf_counter()
        for _ in TOKEN.finditer(text):
            pass
        return time.perf_counter() - start

    small, large = min(cost(50_000) for _ in range(3)), cost(800_000)
    assert large < 16 * 8 * small + 0.2
