"""What is copied runs as it is, whatever the query holds."""

from __future__ import annotations

import ast
import re
import shlex

import pytest

from graph.web.querying.copies import of_address, of_text

ENDPOINT = "https://example.org/sparql"
HOSTILE = [
    'SELECT * { ?s ?p """a\nb""" }',
    "SELECT * { ?s ?p '''it's''' }",
    'SELECT ("\\"\\\\n" AS ?x) {}',
    'SELECT (")-" AS ?x) {} # )--"',
    "SELECT * {} # $(rm) `rm` #(lf) ${x} %s {y}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_command_line_sends_the_query_as_it_is(text):
    words = shlex.split(dict(of_text(ENDPOINT, text, "SELECT"))["copy-curl"].replace("\\\n", ""))
    assert words == ["curl", ENDPOINT, "-H", "Accept: text/csv", "--data-urlencode", f"query={text}"]


@pytest.mark.parametrize("text", HOSTILE)
def test_python_reads_the_query_as_it_is(text):
    program = ast.parse(dict(of_text(ENDPOINT, text, "SELECT"))["copy-python"])
    texts = [node.value for node in ast.walk(program) if isinstance(node, ast.Constant)]
    assert f"\n{text}\n" in texts
    assert ENDPOINT in texts


@pytest.mark.parametrize("text", HOSTILE)
def test_a_raw_string_of_r_ends_where_the_query_does(text):
    program = dict(of_text(ENDPOINT, text, "SELECT"))["copy-r"]
    dashes, after = re.search(r'r"(-+)\((.*)', program, re.DOTALL).groups()
    assert after.partition(f'){dashes}"')[0] == text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_of_power_query_ends_where_the_query_does(text):
    program = dict(of_text(ENDPOINT, text, "SELECT"))["copy-power"]
    written = re.search(r'query="((?:[^"]|"")*)"', program)[1]
    assert written.replace('""', '"').replace("#(#)(", "#(") == text


def test_a_graph_is_no_table():
    assert [key for key, _ in of_text(ENDPOINT, "CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT")] == [
        "copy-curl",
        "copy-python",
    ]
    assert [key for key, _ in of_address(f"{ENDPOINT}.ttl", "CONSTRUCT")] == ["copy-curl"]
