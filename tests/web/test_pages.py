"""Things, the model and the saved queries, for programs and for people."""

from __future__ import annotations

import re
import shlex
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import httpx
import pyoxigraph
import pytest

from graph import web
from graph.formats import GRAPH_FORMATS
from graph.report.explanations import codes
from graph.texts import LANGUAGES, keys

BUS = "https://w3id.org/passerelles/id/productions/bus"
PAGES = (
    "/",
    "/id/productions/bus",
    "/id/productions/hostile",
    "/id/concepts/mobilite",
    "/id/productions",
    "/ontology",
    "/shapes",
    "/vocabularies",
    "/vocabularies/essai",
    "/sparql",
    "/queries",
    "/queries/things-of-a-type.html",
    "/queries/everything.html",
    "/search",
    "/search?q=bus&page=1&kind=productions",
    "/search?q=rien-de-tel",
    "/reuses",
    "/needs",
    "/catalog",
    "/catalog/kinds/productions.html",
    "/conformance",
    "/graphs",
    "/docs",
    "/errors/PAS904",
    "/errors/PAS316",
    "/nowhere",
)


class Page(HTMLParser):
    """Tags that close, links, ids: what a page must have right."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "path", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self.language = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attributes) -> None:
        values = dict(attributes)
        data = values == {"type": "application/ld+json"}  # which no browser runs
        ours = data or values.get("src", "").startswith("/static/")
        if tag != "script" or not ours:
            self.tags.add(tag)
        self.ids += [values["id"]] if "id" in values else []
        if tag == "a":
            self.links.append(values["href"])
        if tag == "html":
            self.language = values["lang"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_well_formed_in_both_languages(server, path, language):
    response = server.get(path, "text/html", headers={"Accept-Language": language})
    page = Page(response.text)
    assert page.language == language
    assert response.headers["content-language"] == language
    assert {"main", "nav", "h1", "header", "footer"} <= page.tags
    assert "script" not in page.tags
    assert "style=" not in response.text
    assert len(page.ids) == len(set(page.ids))
    assert not [link for link in page.links if link.lower().startswith("javascript:")]


@pytest.mark.parametrize("path", PAGES)
def test_no_link_of_ours_is_broken(server, path):
    page = Page(server.get(path, "text/html").text)
    known = {link.partition("#")[0] for link in page.links if link.startswith("/")}
    missing = {"/id/sources/none"}
    for link in sorted(known - missing):
        assert server.get(link, "text/html").status_code == 200, link


def test_a_thing_answers_in_every_format_with_the_same_triples(server):
    sizes = set()
    for form in GRAPH_FORMATS:
        by_suffix = server.get(f"/id/productions/bus.{form.name}")
        by_header = server.get("/id/productions/bus", form.media_type)
        assert by_suffix.content == by_header.content
        assert by_header.headers["content-location"] == f"/id/productions/bus.{form.name}"
        syntax = pyoxigraph.RdfFormat.from_extension(form.name)
        triples = list(pyoxigraph.parse(by_suffix.content, format=syntax))
        assert {triple.subject for triple in triples} == {pyoxigraph.NamedNode(BUS)}
        sizes.add(len(triples))
    assert sizes == {14}


def test_a_thing_says_where_its_other_forms_are(server):
    response = server.get("/id/productions/bus", "text/turtle")
    links = response.headers["link"]
    for suffix in ("ttl", "nt", "jsonld", "rdf", "html"):
        assert f'<{server.url}/id/productions/bus.{suffix}>; rel="alternate"' in links
    assert f'<{BUS}>; rel="canonical"' in links
    page = server.get("/id/productions/bus", "text/html").text
    assert '<link rel="alternate" type="text/turtle" href="/id/productions/bus.ttl">' in page


def test_a_browser_gets_a_page_and_a_program_turtle(server):
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    assert server.get("/id/productions/bus", browser).headers["content-type"] == "text/html; charset=utf-8"
    assert server.get("/id/productions/bus").headers["content-type"] == "text/turtle; charset=utf-8"
    assert server.get("/id/productions/bus", "image/png").status_code == 406


def test_the_page_of_a_thing_shows_labels_sources_licence_and_what_is_not_sourced(server):
    page = server.get("/id/productions/bus", "text/html").text
    assert "<h1>Le bus des services</h1>" in page
    for text in ("Un bus qui va vers les usagers.", "licence non précisée", "utilise l’outil", "personas", "Mobilité"):
        assert text in page
    assert re.search(r"<blockquote[^>]*><p>un bus «\u00a0itinérant\u00a0»</p></blockquote>", page)
    assert "Classement proposé, non sourcé" in page
    assert "Liens proposés" in page
    assert "titre</a>" not in page.partition('id="everything"')[0]  # a title is the heading, not a row
    english = server.get("/id/productions/bus?lang=en", "text/html").text
    assert "<h1>The services bus</h1>" in english
    assert "licence not stated" in english
    tool = server.get("/id/tools/persona", "text/html").text
    assert "déduit" in tool
    assert "licence non précisée" in tool  # said by no triple: a production without a word on its licence


def test_the_page_of_a_link_record_says_the_link_from_one_end_to_the_other(server):
    page = server.get("/id/links/bus--persona", "text/html", params={"lang": "en"}).text
    heading = " ".join(re.sub(r"<[^>]*>", "", re.search(r"<h1.*?</h1>", page, re.DOTALL)[0]).split())
    assert heading.startswith("The services bus")
    assert heading.endswith("personas")
    assert re.search(r"<title>The services bus .+ personas", page)
    said = [page.index(f'title="https://w3id.org/sssom/{name}_id"') for name in ("subject", "predicate", "object")]
    assert said == sorted(said)


@pytest.mark.parametrize("path", ["/search?q=a%00b", "/id/a%00b", "/compare?a=a%00b"])
def test_a_character_that_html_cannot_write_is_an_unknown_one(server, path):
    page = server.get(path, "text/html").text
    assert "\0" not in page
    assert re.search("a[\N{REPLACEMENT CHARACTER}\N{SYMBOL FOR NULL}]", page)


def test_hostile_text_is_shown_and_never_run(server):
    for path in (
        "/id/productions/hostile",
        "/id/productions",
        "/queries/things-of-a-type.html?type=" + "https://w3id.org/passerelles/ontology%23Production",
    ):
        page = server.get(path, "text/html").text
        page = re.sub(r'<script src="/static/[\w./-]+" defer></script>', "", page)
        assert "<script" not in page.replace('<script type="application/ld+json">', "")  # data, which never runs
        assert "<img" not in page
        assert "&lt;script&gt;" in page
    echoed = server.get("/sparql", "text/html", params={"query": "</textarea><script>alert(1)</script>"}).text
    assert "<script>" not in echoed


MISSING = (
    "/nowhere",
    "/id/",
    "/id/none",
    "/id/productions/none",
    "/id/productions/none.ttl",
    "/id/productions/a%22b",
    "/id/productions/%00",
    "/id/productions/b%2575s",
    "/id/productions/b%2575s.ttl",
    "/vocabularies/a%3Eb",
    "/vocabularies/none",
    "/queries/none",
    "/ontology.xyz",
    "/static/none.css",
)


@pytest.mark.parametrize("path", MISSING)
def test_what_does_not_exist_is_a_404(server, path):
    problem = server.get(path)
    assert problem.status_code == 404
    assert problem.headers["content-type"] == "application/problem+json"
    page = server.get(path, "text/html")
    assert page.status_code == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/static/icon.svg", "/static/bundle/licences.txt"])
def test_a_file_of_the_pages_refuses_as_every_other_address_does(server, path):
    for wanted in ("bytes=zz", "bytes=99999999-"):
        refused = server.get(path, headers={"Range": wanted})
        assert (refused.status_code, refused.headers["content-type"]) == (416, "application/problem+json")
        assert refused.headers["content-range"].startswith("bytes */")
    assert len(server.get(path, headers={"Range": "bytes=0-3"}).content) == 4
    refused = server.post(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
    assert "GET, HEAD" in refused.json()["detail"]
    whole = server.get(path)
    again = server.get(path, headers={"If-None-Match": whole.headers["etag"]})
    assert (whole.status_code, again.status_code) == (200, 304)


def test_the_page_of_an_error_says_once_what_it_is(server):
    page = server.get("/nowhere", "text/html").text
    title = "Page introuvable"
    assert page.split("<main")[1].count(title) == page.split("<main")[1].count(f"<h1>{title}</h1>") == 1


def test_things_of_a_kind_are_listed(server):
    page = server.get("/id/productions", "text/html").text
    assert 'href="/id/productions/bus"' in page
    assert server.get("/id/productions?page=9", "text/html").status_code == 400
    assert server.get("/id/productions?page=x", "text/html").status_code == 400


def test_the_model_is_readable_and_rdf(server):
    ontology = server.get("/ontology", "text/html").text
    assert 'id="Production"' in ontology
    assert "Ce qui est partagé." in ontology
    shapes = server.get("/shapes", "text/html").text
    assert "Il faut un titre." in shapes
    vocabulary = server.get("/vocabularies/essai", "text/html").text
    assert vocabulary.index("Mobilité") < vocabulary.index(">prototype<")
    assert server.get("/vocabularies/scheme-essai.ttl").content == server.get("/vocabularies/essai.ttl").content
    for path, triples in (("/ontology.nt", 19), ("/shapes.nt", 8), ("/vocabularies/essai.nt", 20)):
        content = server.get(path).content
        assert len(list(pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.N_TRIPLES))) == triples


def test_a_file_has_one_address_whatever_the_language_asked_for(server):
    for path in ("/?lang=en", "/validate?lang=en"):
        files = re.findall(r'(?:href|src)="(/static/[^"]+)"', server.get(path, "text/html").text)
        assert len(files) > 2
        assert not [each for each in files if "?" in each]


def test_a_link_to_the_ontology_leads_to_a_term_that_it_has(portal):
    """A shape may refuse a name that nobody defined: it is told, and leads nowhere."""
    ids = set(Page(portal.get("/ontology", "text/html").text).ids)
    text = portal.get("/shapes", "text/html").text
    named = [unquote(link.partition("#")[2]) for link in Page(text).links if link.startswith("/ontology#")]
    assert named
    assert set(named) <= ids
    assert ">pas:licence</code>" in text


def test_pages_are_validated_by_their_etag(server):
    for path in ("/", "/id/productions/bus", "/ontology", "/queries"):
        first = server.get(path, "text/html")
        again = server.get(path, "text/html", headers={"If-None-Match": first.headers["etag"]})
        other = server.get(path, "text/html", headers={"Accept-Language": "en"})
        assert again.status_code == 304
        assert other.headers["etag"] != first.headers["etag"]


def test_the_saved_queries_are_listed(server):
    listed = server.get("/queries").json()
    assert [entry["name"] for entry in listed] == ["everything", "now", "things-of-a-type"]
    entry = listed[2]
    contract = {"name", "title", "description", "tags", "parameters", "columns", "href"}
    assert set(entry) == contract | {"headings", "version", "snapshot"}
    assert entry["columns"] == ["thing", "title"]
    assert entry["parameters"][0] == {
        "name": "type",
        "type": "iri",
        "default": None,
        "examples": ["https://w3id.org/passerelles/ontology#Production"],
        "required": True,
    }
    assert entry["href"] == f"{server.url}/queries/things-of-a-type"


def test_a_saved_query_answers_in_every_format(server):
    values = {"type": "https://w3id.org/passerelles/ontology#Tool"}
    at = "/queries/things-of-a-type"
    assert server.get(f"{at}.csv", params=values).text.splitlines()[1:] == [
        "https://w3id.org/passerelles/id/tools/persona,personas"
    ]
    assert server.get(at, "application/sparql-results+xml", params=values).status_code == 200
    assert len(server.get(f"{at}.json", params=values).json()["results"]["bindings"]) == 1
    assert server.get(f"{at}.tsv", params=values).text.startswith("?thing\t?title")
    assert "personas" in server.get(f"{at}.html", params=values).text
    assert server.get("/queries/everything.ttl").headers["content-type"] == "text/turtle; charset=utf-8"
    assert server.get("/queries/everything.csv").status_code == 406


def test_the_parameters_of_a_saved_query_are_values_never_syntax(server):
    at = "/queries/things-of-a-type.json"
    production = "https://w3id.org/passerelles/ontology#Production"

    def rows(**values: str) -> int:
        return len(server.get(at, params=values).json()["results"]["bindings"])

    assert rows(type=production) == 6
    assert rows(type=production, identifier="P01") == 2
    assert rows(type=production, identifier='P01" } UNION { ?s ?p ?o } #') == 0
    wrong = server.get(at, params={"type": "x> } #"})
    assert wrong.status_code == 400
    missing = server.get(at)
    assert missing.status_code == 400
    assert "type" in missing.json()["detail"]
    assert rows(type=production, utm_source="newsletter") == 6


def test_the_text_of_a_saved_query(server):
    plain = server.get("/queries/things-of-a-type.rq")
    assert plain.headers["content-type"] == "application/sparql-query"
    assert plain.text.startswith("#+ summary")
    bound = server.get("/queries/things-of-a-type.rq", params={"identifier": "P01", "type": "a:b"}).text
    assert 'VALUES ?identifier { "P01" }' in bound


def test_an_iri_with_escapes_is_served_by_its_own_link(server):
    page = Page(server.get("/id/productions", "text/html").text)
    [link] = [link for link in page.links if "%25C3%25A9" in link]
    assert "Échappé" in server.get(link, "text/html").text
    turtle = server.get(f"{link}.ttl")
    assert turtle.headers["content-location"] == f"{link}.ttl"
    assert "productions/%C3%A9t%C3%A9>" in turtle.text
    assert server.get(turtle.headers["content-location"]).content == turtle.content


def test_a_kind_is_listed_page_by_page(server):
    queries = (Path(web.__file__).parent / "queries" / "things.rq").read_text(encoding="utf-8")
    text = "\n".join(line for line in queries.splitlines() if not line.startswith("#+"))
    start = "https://w3id.org/passerelles/id/productions/"
    text = text.replace("UNDEF", f'"{start}"')
    things = sorted(row["thing"]["value"] for row in server.query(text).json()["results"]["bindings"])
    assert len(things) == 3
    page = Page(server.get("/id/productions", "text/html").text)
    listed = [unquote(link.removeprefix("/id/")) for link in page.links if link.startswith("/id/productions/")]
    assert listed == [thing.removeprefix("https://w3id.org/passerelles/id/") for thing in things]


def test_the_interface_is_described_in_both_languages(server):
    assert "Les requêtes enregistrées" in server.get("/docs", "text/html").text
    assert "The saved queries" in server.get("/docs?lang=en", "text/html").text
    assert server.get("/openapi.json").json()["paths"]["/queries"]["get"]["summary"] == "The saved queries"


def test_health_and_interface(server):
    assert server.get("/healthz").json() == {"status": "ready", "snapshot": server.snapshot.id}
    description = server.get("/openapi.json").json()
    assert "/sparql" in description["paths"]
    assert "/id/{path}" in description["paths"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_type_of_a_problem_is_the_address_of_its_page(server, language):
    headers = {"Accept-Language": language}
    problem = server.get("/sparql?query=oops", headers=headers).json()
    path = problem["type"].removeprefix("https://w3id.org/passerelles")
    explained = server.get(path, "application/json", headers=headers)
    assert explained.headers["content-language"] == language
    assert {name: problem[name] for name in ("type", "code", "title")}.items() <= explained.json().items()
    assert explained.json()["why"] in unescape(server.get(path, "text/html", headers=headers).text)
    browser = server.get("/sparql?query=oops", "text/html", headers=headers)
    assert f'<a href="{path}">' in browser.text


def test_every_code_has_a_page_and_what_is_no_code_has_none(server):
    for code in codes():
        assert server.get(f"/errors/{code}", "application/json").json()["code"] == code
    for wrong in ("PAS000", "pas904", "language-tag"):
        assert server.get(f"/errors/{wrong}").status_code == 404


@pytest.mark.parametrize("media_type", ["application/json", "application/ld+json", "text/turtle"])
def test_a_program_that_asks_the_first_page_for_data_is_given_the_catalogue(server, media_type):
    answer, catalogue = server.get("/", media_type), server.get("/catalog", media_type)
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.headers["content-location"] == catalogue.headers["content-location"]
    assert answer.content == catalogue.content


def test_the_first_page_is_a_page_for_whoever_takes_one_or_says_nothing(server):
    for accept in (None, "*/*", "text/html,application/xml;q=0.9,*/*;q=0.8"):
        assert server.get("/", accept).headers["content-type"] == "text/html; charset=utf-8"
    refused = server.get("/", "image/png")
    assert refused.status_code == 406
    assert "text/turtle" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("name", "accept", "given"),
    [
        ("html", "application/json", "text/html"),
        ("HTML", "text/turtle", "text/html"),
        ("ttl", "text/html", "text/turtle"),
        ("turtle", "text/html", "text/turtle"),
        ("nonsense", "text/html", "text/html"),
        ("nonsense", "text/turtle", "text/turtle"),
        ("", None, "text/html"),
    ],
)
def test_the_format_that_the_address_of_the_first_page_names_goes_before_accept(server, name, accept, given):
    answer = server.get(f"/?format={name}", accept)
    assert answer.headers["content-type"] == f"{given}; charset=utf-8"
    if given == "text/html":
        assert "content-location" not in answer.headers
        assert 'role="search"' in answer.text
    else:
        assert answer.content == server.get("/catalog.ttl").content
        assert answer.headers["content-location"] == "/catalog.ttl"


def test_the_first_page_has_one_page_and_says_which_formats_it_takes(server):
    assert server.get("/?page=99", "text/turtle").content == server.get("/catalog.ttl").content
    declared = server.get("/openapi.json").json()["paths"]["/"]["get"]["parameters"]
    assert [(each["name"], each["schema"]["enum"]) for each in declared] == [
        ("format", ["html", "ttl", "nt", "jsonld", "rdf"])
    ]


def test_head_and_options_work_everywhere(server):
    for path in (
        "/",
        "/id/productions/bus",
        "/ontology.ttl",
        "/queries",
        "/healthz",
        "/static/passerelles.css",
        "/openapi.json",
    ):
        head = httpx.head(server.url + path)
        assert (head.status_code, head.content) == (200, b"")
        assert httpx.options(server.url + path).status_code == 204
    assert httpx.head(server.url + "/nowhere").status_code == 404
    assert httpx.options(server.url + "/nowhere").status_code == 404
    assert httpx.post(server.url + "/").status_code == 405
    assert httpx.post(server.url + "/").headers["allow"] == "GET, HEAD, OPTIONS"


def test_both_languages_have_every_text_of_the_pages():
    assert keys("fr") == keys("en")


def test_the_page_for_other_portals_has_requests_to_this_very_site(server):
    page = server.get("/federation", "text/html", headers={"Accept-Language": "fr"})
    assert page.status_code == 200
    assert f"SERVICE &lt;{server.url}/sparql&gt;" in page.text
    assert "https://query.example.org/sparql" in page.text  # what a query may call from here
    assert server.snapshot.id in page.text


def test_what_the_graph_names_cannot_leave_its_place_in_a_request_to_copy(server):
    """A thing's name is quoted for the shell, whatever it is."""
    texts = re.findall(
        r'<pre class="code shell"[^>]*>(.*?)</pre>', server.get("/federation", "text/html").text, re.DOTALL
    )
    assert texts
    assert all(len(shlex.split(unescape(text))) > 1 for text in texts)
