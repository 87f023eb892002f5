"""The editor and the pages of saved queries: terms to complete with, charts, texts to copy."""

from __future__ import annotations

import re
import subprocess
from html import unescape

import httpx
import pytest

from .conftest import serving, with_queries

QUERIES = {
    "sizes": """#+ summary: { fr: "Tailles", en: "Sizes" }
#+ columns: [size, n]
#+ chart: { kind: bar, label: size, values: [n] }
SELECT ?size ?n { VALUES (?size ?n) { ("small" 1) ("<b>large</b>" 4) } }""",
    "placed": """#+ summary: { fr: "Où", en: "Where" }
#+ columns:
#+   thing: { fr: "Chose", en: "Thing" }
#+   name: { fr: "Nom", en: "Name" }
#+   point: { fr: "Lieu", en: "Place" }
#+ chart: { kind: map, label: name, values: [point] }
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
SELECT ?thing ?name ?point { VALUES (?thing ?name ?point) {
  (<https://w3id.org/passerelles/id/productions/bus> "<b>Bus</b>" "POINT(-1.55 47.22)"^^geo:wktLiteral)
  (<javascript:alert(1)> "Hostile" "POINT(4.66 46.43)"^^geo:wktLiteral)
  (<http://e/one> "Paris" "POINT(2.35 48.86)"^^geo:wktLiteral)
  (<http://e/two> "Seine" "POINT(2.36 48.87)"^^geo:wktLiteral)
  (<http://e/nowhere> "Nulle part" UNDEF) } }""",
    "called": """#+ summary: { fr: "Chez qui", en: "Whose" }
#+ columns: [thing, name, owner, ownerLabel, town, p]
#+ chart: { kind: map, label: name, values: [p], place: town }
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX id: <https://w3id.org/passerelles/id/productions/>
SELECT ?thing ?name ?owner ?ownerLabel ?town ?p { VALUES (?thing ?name ?owner ?ownerLabel ?town ?p) {
  (<http://e/bus> "Bus" <http://e/city> "Ville de Nantes" id:bus "POINT(-1.55 47.22)"^^geo:wktLiteral)
  (<http://e/lab> "Lab" <http://e/city> "Ville de Nantes" "<i>Rezé</i>" "POINT(4.66 46.43)"^^geo:wktLiteral) } }""",
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
    with serving(settings, ours) as served:
        yield served


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


def test_the_editor_is_a_button_beside_the_files_and_beside_the_form_before_there_are_any(queries):
    answered = queries.get("/queries/told.html?size=large", "text/html").text
    assert re.search(r'<nav class="formats".*?</nav>\s*<p class="actions"><a class="button', answered, re.DOTALL)
    asked = queries.get("/queries/told.html", "text/html").text
    for page in (answered, asked):
        assert page.count('<a class="button quiet" href="/sparql?saved=told') + page.count("&amp;saved=told") == 1
    assert "/sparql?saved=told" in asked.partition('class="parameters"')[2].partition("</form>")[0]


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


def test_the_map_a_header_asks_for_has_each_place_with_its_name_and_its_link(queries):
    page = queries.get("/queries/placed.html?lang=fr", "text/html").text
    drawn = page.partition('<figure class="chart">')[2].partition("</figure>")[0]
    assert re.search(
        r'<a href="/id/productions/bus[^"]*"[^>]*><title>&lt;b&gt;Bus&lt;/b&gt; \(47,22° N, 1,55° O\)', drawn
    )
    assert "javascript:" not in drawn
    assert "<title>2 au même endroit (48,86° N, 2,35° E)</title>" in drawn
    (place,) = re.findall(r'<a href="#(place-\d)"', drawn)
    below = drawn.partition(f'id="{place}"')[2]
    assert re.findall(r'<a href="(http://e/\w+)">(\w+)</a>', below) == [
        ("http://e/one", "Paris"),
        ("http://e/two", "Seine"),
    ]
    assert "1 ligne n’a pas de coordonnées" in drawn
    assert "Natural Earth" in drawn
    assert '<figcaption class="small">Nom · ' in drawn
    assert page.index("</figure>") < page.index("<table>")
    assert "(47.22° N, 1.55° W)" in queries.get("/queries/placed.html?lang=en", "text/html").text


def test_the_places_of_a_map_are_called_as_the_column_that_its_header_names(queries):
    page = queries.get("/queries/called.html?lang=fr", "text/html").text
    drawn = page.partition('<figure class="chart">')[2].partition("</figure>")[0]
    assert re.findall(r"<title>(.*?)</title>", drawn) == ["Bus (Le bus des services)", "Lab (&lt;i&gt;Rezé&lt;/i&gt;)"]
    assert re.search(r"<figcaption[^>]*>name · Le bus des services, &lt;i&gt;Rezé&lt;/i&gt;</figcaption>", drawn)
    assert "Ville de Nantes" not in drawn


def test_latitudes_and_longitudes_are_a_map_and_never_bars(server):
    placed = 'SELECT * { VALUES (?town ?lat ?long) { ("Nantes" 47.22 -1.55) ("Cluny" 46.43 4.66) } }'
    page = server.query(placed, "text/html").text
    assert 'class="scroll places"' in page
    assert "<summary>Carte</summary>" in page
    assert 'class="bars"' not in page
    alone = server.query(placed.replace("-1.55", "UNDEF").replace("4.66", "UNDEF"), "text/html").text
    assert "<figure" not in alone


def test_one_row_is_one_row(server):
    assert '<p class="small">1 ligne</p>' in server.query("SELECT (1 AS ?n) {}", "text/html").text
    assert '<p class="small">1 row</p>' in server.query("SELECT (1 AS ?n) {}", "text/html", lang="en").text


def test_the_title_of_an_answer_begins_with_what_came_out_of_the_question(server, queries):
    def title(page: httpx.Response) -> str:
        return unescape(re.search(r"<title>(.*?)</title>", page.text)[1]).partition(" — ")[0]

    assert title(server.query("SELECT * { VALUES ?n { 1 2 3 } }", "text/html")) == "3 lignes"
    assert title(server.query("SELECT * { VALUES ?n { } }", "text/html", lang="en")) == "0 rows"
    assert title(server.query("ASK {}", "text/html")) == "Oui"
    assert title(server.query("CONSTRUCT WHERE { ?s ?p ?o }", "text/html")) == "Graphe"
    assert title(server.query("SELECT (1", "text/html")) == "Erreur\u00a0: Requête mal formée"
    assert title(queries.get("/queries/told.html?size=large", "text/html")) == "1 ligne"
    assert title(queries.get("/queries/told.html?size=", "text/html")).startswith("Erreur\u00a0: ")
    assert title(queries.get("/queries/told.html", "text/html")).startswith("Told")


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
