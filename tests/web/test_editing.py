"""The editor and the pages of saved queries: terms to complete with, charts, texts to copy."""

from __future__ import annotations

import re
import subprocess
from html import unescape

import httpx
import pytest

from .conftest import Server, running, with_queries

QUERIES = {
    "sizes": """#+ summary: { fr: "Tailles", en: "Sizes" }
#+ columns: [size, n]
#+ chart: { kind: bar, label: size, values: [n] }
SELECT ?size ?n { VALUES (?size ?n) { ("small" 1) ("<b>large</b>" 4) } }""",
    "told": """#+ summary: Told
#+ params:
#+   size: { type: string, example: small, required: true }
SELECT ?size { VALUES ?size { UNDEF } }""",
    "echoed": """#+ summary: Echoed
#+ params:
#+   query: { type: string, required: true }
SELECT ?query { VALUES ?query { UNDEF } }""",
}


@pytest.fixture(scope="module")
def queries(settings, snapshot, tmp_path_factory):
    ours = with_queries(snapshot, tmp_path_factory.mktemp("editing") / "snapshot", QUERIES)
    with running(settings, ours) as process:
        yield Server(process.stdout.readline().strip().rstrip("/"), process.pid, ours)
        process.terminate()


def copied(page: str) -> dict[str, str]:
    found = re.findall(r"<summary>([^<]+)</summary>\s*<pre[^>]*data-copy[^>]*>(.*?)</pre>", page, re.DOTALL)
    return {name: unescape(text) for name, text in found}


def test_the_terms_are_those_of_the_graph_the_most_used_first_with_their_labels(server):
    response = server.get("/sparql/terms", headers={"Accept-Language": "fr"})
    terms = response.json()
    assert terms["prefixes"]["dct"] == "http://purl.org/dc/terms/"
    names = {term["name"]: term for term in terms["classes"]}
    assert names["pas:Production"]["iri"] == "https://w3id.org/passerelles/ontology#Production"
    assert names["pas:Production"]["label"] == "production"
    counts = [term["count"] for term in terms["properties"]]
    assert counts == sorted(counts, reverse=True)
    again = server.get("/sparql/terms", headers={"Accept-Language": "fr", "If-None-Match": response.headers["etag"]})
    assert again.status_code == 304


def test_a_saved_query_is_there_to_be_changed_with_the_values_given(queries):
    page = queries.get("/sparql?saved=told&size=large", "text/html").text
    assert "VALUES ?size { &#34;large&#34; }" in page
    assert "VALUES ?size { UNDEF }" in queries.get("/sparql?saved=told", "text/html").text
    assert queries.get("/sparql?saved=nothing", "text/html").status_code == 404


def test_the_editor_opens_a_saved_query_with_the_values_of_its_page(queries):
    page = queries.get("/queries/told.html?size=large&lang=en", "text/html").text
    (address,) = re.findall(r'href="(/sparql\?[^"]*saved=[^"]*)">Open it', page)
    assert "VALUES ?size { &#34;large&#34; }" in queries.get(unescape(address), "text/html").text
    page = queries.get("/queries/echoed.html?query=ASK%7B%7D&lang=en", "text/html").text
    (address,) = re.findall(r'href="(/sparql\?[^"]*saved=[^"]*)">Open it', page)
    assert "query=" not in address


def test_the_address_for_a_spreadsheet_is_that_of_the_csv(server, queries):
    for page in (
        server.query("SELECT * { ?s ?p ?o } LIMIT 3", "text/html"),
        queries.get("/queries/sizes.html", "text/html"),
    ):
        (address,) = [text for name, text in copied(page.text).items() if "Excel (" in name]
        assert httpx.get(address).headers["content-type"] == "text/csv; charset=utf-8"


def test_the_chart_a_header_asks_for_is_drawn_and_its_labels_are_text(queries):
    page = queries.get("/queries/sizes.html", "text/html").text
    chart = page.partition('<figure class="chart">')[2].partition("</figure>")[0]
    assert re.findall(r"M0 0h([\d.]+)v1H0z", chart) == ["25.0", "100.0"]
    assert "&lt;b&gt;large&lt;/b&gt;" in chart
    assert "<figure" not in queries.get("/queries/told.html?size=large", "text/html").text


def test_what_an_answer_cost_is_in_its_header(server):
    page = server.query("SELECT * { ?s ?p ?o } LIMIT 3", "text/html")
    assert re.fullmatch(r"query;dur=\d+\.\d", page.headers["server-timing"])


def test_an_answer_has_an_address_that_stays_unless_it_changes_each_time(server):
    page = server.query("SELECT * { ?s ?p ?o } LIMIT 3", "text/html").text
    address = unescape(re.search(r'href="([^"]*/snapshots/[^"]*/sparql\?[^"]*)"', page)[1])
    assert server.get(address.removeprefix(server.url), "text/csv").headers["cache-control"].endswith("immutable")
    assert "/snapshots/" not in server.query("SELECT (NOW() AS ?now) {}", "text/html").text


def test_a_copied_command_gets_the_answer(server):
    page = server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "text/html").text
    done = subprocess.run(["bash", "-c", copied(page)["curl"]], capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == "n"
    assert int(done.stdout.split()[1]) > 0


def test_a_copied_program_gets_the_answer(server):
    page = server.query("ASK { ?s ?p ?o }", "text/html").text
    names: dict[str, object] = {}
    exec(copied(page)["Python (SPARQLWrapper)"], names)  # noqa: S102 - what is copied is run
    assert names["answer"]["boolean"] is True


def test_a_copied_table_of_a_saved_query_is_read_by_pandas(queries):
    page = queries.get("/queries/sizes.html", "text/html").text
    names: dict[str, object] = {}
    exec(copied(page)["Python (pandas)"], names)  # noqa: S102 - what is copied is run
    assert names["table"]["n"].sum() == 5
