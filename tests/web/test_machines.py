"""What pages say to machines: their head, the sitemap, what robots may ask; and what is no more."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from types import SimpleNamespace
from urllib.parse import quote, urlsplit

import httpx
import pytest
from lxml import etree
from PIL import Image

from graph import config
from graph.build import build
from graph.errors import Overloaded
from graph.feeds.changes import chain_of
from graph.snapshot.reader import current
from graph.web.cards import SANS, SERIF, Card, Cards, shown
from graph.web.machines import sitemap
from graph.web.pages import BUNDLE

from ..conftest import TOOL
from .conftest import Server, serving

BUS = "https://w3id.org/passerelles/id/productions/bus"
SCHEMA = "https://schema.org"
MAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
#: What stands in the place of the variable part of an address.
INSIDE = ("/id/productions/bus", "/id/productions", "/vocabularies/essai", "/queries/everything.html", "/errors/PAS904")


class Head(HTMLParser):
    """What stands in the head of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.metas: dict[str, str] = {}
        self.links: dict[str, list[dict[str, str]]] = {}
        self.documents: list[dict] = []
        self._is_document = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes) -> None:
        values = dict(attributes)
        if tag == "meta" and "content" in values:
            self.metas.setdefault(values.get("property") or values["name"], values["content"])
        if tag == "link":
            self.links.setdefault(values["rel"], []).append(values)
        self._is_document = tag == "script" and values.get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self._is_document:
            self.documents.append(json.loads(data))

    def handle_endtag(self, _: str) -> None:
        self._is_document = False

    def nodes(self, kind: str) -> list[dict]:
        every = [node for each in self.documents for node in each.get("@graph", [each])]
        return [node for node in every if node["@type"] == kind]

    @property
    def canonical(self) -> str | None:
        found = self.links.get("canonical", [])
        assert len(found) <= 1
        return found[0]["href"] if found else None


def pages(server: Server) -> list[str]:
    """Every address that gives a page, as the description of the interface tells."""
    found = []
    for path, methods in server.get("/openapi.json").json()["paths"].items():
        answers = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if "text/html" in answers and "{" not in path:
            found.append(path)
    return [*found, *INSIDE]


def head(server: Server, path: str, **headers: str) -> Head:
    answer = server.get(path, "text/html", headers=headers)
    assert answer.status_code == 200, path
    return Head(answer.text)


def test_every_page_says_what_it_is_to_search_engines_and_to_who_shares_it(server):
    for path in pages(server):
        answer = server.get(path, "text/html")
        assert answer.status_code in {200, 400, 404}, path
        if answer.status_code != 200:  # the graph has no data for it, or it waits for what is asked of it
            continue
        said = Head(answer.text)
        assert 0 < len(said.metas["description"]) <= 200, path
        assert said.metas["og:description"] == said.metas["description"]
        assert said.metas["og:title"]
        if "robots" in said.metas:  # a form that waits for something
            continue
        assert said.metas["og:url"] == said.canonical, path
        assert (said.metas["og:site_name"], said.metas["og:locale"]) == ("Passerelles", "fr_FR")
        assert [each["hreflang"] for each in said.links["alternate"] if "hreflang" in each] == ["fr", "en", "x-default"]
        assert said.documents, path
        for document in said.documents:
            assert document["@context"] == SCHEMA
        crumbs = said.nodes("BreadcrumbList")
        assert bool(crumbs) == (path != "/")
        assert all(step["item"] for each in crumbs for step in each["itemListElement"])


def test_an_alternate_in_the_other_language_is_in_that_language(server):
    for each in head(server, "/queries").links["alternate"]:
        if each.get("hreflang") in {"fr", "en"}:
            address = urlsplit(each["href"])
            assert (
                server.get(f"{address.path}?{address.query}", "text/html").headers["content-language"]
                == (each["hreflang"])
            )


def test_the_first_page_tells_how_to_search(server):
    [site] = head(server, "/").nodes("WebSite")
    action = site["potentialAction"]
    assert action["@type"] == "SearchAction"
    target = urlsplit(action["target"].replace("{search_term_string}", "bus"))
    assert "bus" in server.get(f"{target.path}?{target.query}", "text/html").text


def test_pages_without_a_first_paragraph_are_described_each_by_its_title(server):
    told = [
        Head(server.get(path, "text/html").text).metas["description"]
        for path in ("/id/productions", "/search?q=bus", "/search", "/explore?uri=bus", "/nowhere")
    ]
    assert len(set(told)) == len(told)


def test_the_page_of_a_thing_has_its_iri_its_description_and_the_way_to_it(server):
    said = head(server, "/id/productions/bus")
    assert said.canonical == BUS
    assert said.metas["description"] == "Un bus qui va vers les usagers."
    assert [each["@id"] for each in said.documents if "@id" in each] == [BUS]
    [way] = said.nodes("BreadcrumbList")
    assert [step["name"] for step in way["itemListElement"]] == ["Passerelles", "Productions", "Le bus des services"]
    [page] = said.nodes("ItemPage")
    assert page["mainEntity"] == {"@id": BUS}
    assert head(server, "/id/productions/bus.html?lang=en").metas["og:locale"] == "en_GB"


def test_a_list_tells_what_is_in_it(server):
    [page] = head(server, "/queries").nodes("CollectionPage")
    listed = page["mainEntity"]["itemListElement"]
    assert [each["position"] for each in listed] == list(range(1, len(listed) + 1))
    for each in listed:
        assert server.get(urlsplit(each["url"]).path, "text/html").status_code == 200
    [page] = head(server, "/id/productions").nodes("CollectionPage")
    assert BUS.rpartition("/")[2] in {each["url"].rpartition("/")[2] for each in page["mainEntity"]["itemListElement"]}


def test_the_catalogue_is_a_catalogue_of_datasets_with_their_files(server):
    [page] = head(server, "/catalog").nodes("WebPage")
    catalogue = page["mainEntity"]
    assert catalogue["@type"] == "DataCatalog"
    assert all(each["name"] and each["description"] and each["license"] for each in catalogue["dataset"])
    dataset = head(server, "/catalog/kinds/productions.html").nodes("WebPage")[0]["mainEntity"]
    assert {each["encodingFormat"] for each in dataset["distribution"]} >= {"text/turtle", "application/ld+json"}


def test_the_canonical_address_is_that_of_the_page_without_what_is_not_its_own(server):
    assert head(server, "/queries?utm_source=x&format=html").canonical == f"{server.url}/queries"
    assert head(server, "/queries?tag=tools&lang=en").canonical == f"{server.url}/queries?tag=tools&lang=en"
    pinned = f"/snapshots/{server.snapshot.id}/queries"
    assert head(server, pinned).canonical == f"{server.url}/queries"


def test_an_error_is_no_page_to_find(server):
    said = Head(server.get("/nowhere", "text/html").text)
    assert (said.metas["robots"], said.canonical, said.documents) == ("noindex", None, [])


def test_a_page_the_client_has_is_not_made_again(server):
    for path in pages(server):
        answer = server.get(path, "text/html")
        if answer.status_code == 200 and "etag" in answer.headers:
            again = server.get(path, "text/html", headers={"If-None-Match": answer.headers["etag"]})
            assert (again.status_code, again.content) == (304, b""), path


# --- cards


needs_fonts = pytest.mark.skipif(not (BUNDLE / "manifest.json").exists(), reason="the fonts come with the bundle")


@needs_fonts
@pytest.mark.parametrize(
    "path", ["/", "/queries", "/id/productions/bus", "/id/productions/hostile", "/id/links/bus--persona"]
)
def test_a_page_has_a_card_of_the_size_that_is_told(server, path):
    said = head(server, path)
    address = urlsplit(said.metas["og:image"])
    answer = server.get(f"{address.path}?{address.query}")
    assert answer.headers["content-type"] == "image/png"
    size = Image.open(BytesIO(answer.content)).size
    assert size == (int(said.metas["og:image:width"]), int(said.metas["og:image:height"])) == (1200, 630)
    assert len(answer.content) < 60_000
    etag = {"If-None-Match": answer.headers["etag"]}
    assert server.get(f"{address.path}?{address.query}", headers=etag).status_code == 304
    assert said.metas["twitter:card"] == "summary_large_image"


@needs_fonts
def test_a_card_is_in_the_language_asked_for_and_only_of_what_there_is(server):
    french, english = (server.get(f"/id/productions/bus.png?lang={code}").content for code in ("fr", "en"))
    assert french != english
    assert server.get("/id/productions/none.png").status_code == 404


@needs_fonts
@pytest.mark.parametrize(
    "title", ["", " ", "x" * 5_000, "long " * 5_000, "\u202e\u2066", "日本語 العربية", "é" * 400 + "\0"]
)
def test_any_title_has_a_card(title):
    fonts = json.loads((BUNDLE / "manifest.json").read_text(encoding="utf-8"))
    cards = Cards(BUNDLE, [fonts[SERIF], fonts[SANS]])
    assert asyncio.run(cards.drawn(Card(title, title, title, title))).startswith(b"\x89PNG")


def test_a_card_shows_the_letters_there_are():
    assert shown("Été\u202f? « ő » \u202eabc 日本\nfin") == "Été ? « o » abc fin"


# --- what crawlers read


@pytest.fixture(scope="module")
def may_read(server) -> Callable[[str], bool]:
    """Whether a robot may ask for an address, as section 2.2.2 of RFC 9309 has it: the longest rule that matches."""
    answer = server.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    found = re.findall("^(Allow|Disallow): (.+)$", answer.text, re.MULTILINE)
    rules = [
        (len(rule), said == "Allow", re.escape(rule).replace(r"\*", ".*").replace(r"\$", "$")) for said, rule in found
    ]

    def told(path: str) -> bool:
        matching = [rule[:2] for rule in rules if re.match(rule[2], path.removeprefix(server.url))]
        return max(matching, default=(0, True))[1]

    return told


def test_robots_may_read_pages_and_leave_alone_what_costs(server, may_read):
    assert f"\nSitemap: {server.url}/sitemap.xml\n" in server.get("/robots.txt").text
    for path in ("/", "/id/productions/bus", "/id/productions/bus.ttl", "/search", "/queries?lang=en"):
        assert may_read(path), path
    costly = ("/sparql?query=ASK%7B%7D", "/search?q=bus", "/validate", "/relay?uri=x", "/dumps/graph.nq.gz")
    for path in (*costly, f"/snapshots/{server.snapshot.id}/sparql"):
        assert not may_read(path), path


def test_the_sitemap_leads_to_every_thing_and_to_pages_that_answer(server, may_read):
    index = etree.fromstring(server.get("/sitemap.xml").content)
    parts = [each.text for each in index.iter(f"{MAPS}loc")]
    assert parts == [f"{server.url}/sitemap/{name}.xml" for name in ("pages", "1")]
    found = []
    for part in parts:
        urls = etree.fromstring(server.get(urlsplit(part).path).content)
        found += [each.text for each in urls.iter(f"{MAPS}loc")]
    assert len(found) == len(set(found))
    for address in found:
        assert server.get(urlsplit(address).path, "text/html").status_code == 200, address
        assert may_read(address), address
    things = server.query(
        'SELECT DISTINCT ?s { ?s a ?c FILTER(STRSTARTS(STR(?s), "https://w3id.org/passerelles/id/")) }',
        "application/sparql-results+json",
    ).json()["results"]["bindings"]
    names = {row["s"]["value"].removeprefix("https://w3id.org/passerelles") for row in things}
    assert {server.url + quote(name, safe="/:@!$&'()*+,;=~-._") for name in names} <= set(found)


@pytest.mark.parametrize("part", ["0", "2", "x", "1e3", "999999999999", "pages.xml"])
def test_a_part_the_sitemap_does_not_have_is_not_found(server, part):
    assert server.get(f"/sitemap/{part}.xml").status_code == 404


class Plain:
    """A site of plain pages that answer what they are told to, as an application is and the request to one."""

    base = "https://example.org/id/"
    graph_base = "https://example.org/graph/"
    created = datetime(2026, 1, 1, tzinfo=UTC)
    library = ()

    def __init__(self, **statuses: int) -> None:
        self.statuses = {f"/{name}": status for name, status in statuses.items()}
        self.asked: list[str] = []
        content = {"x-responses": {"200": {"content": {"text/html": {}}}}}
        self.routes = [SimpleNamespace(path=path, openapi_extra=content) for path in self.statuses]
        self.state = SimpleNamespace(site=self, pinned="")
        self.app, self.headers, self.scope = self, {}, {"root_path": "", "state": {"accepted": 0.0}}

    def root(self, _) -> str:
        return "https://here.example"

    async def rows(self, *_, **__) -> list:
        return []

    async def routed(self, scope, _, send) -> None:
        assert scope["state"]["accepted"] > 0, "each page has its own deadline"
        self.asked.append(scope["path"])
        await send({"type": "http.response.start", "status": self.statuses[scope["path"]], "headers": []})


def listed(site: Plain, entries=()) -> list[str]:
    told = etree.fromstring(asyncio.run(sitemap.part(site, "pages", entries)).encode())
    return [urlsplit(each.text).path for each in told.iter(f"{MAPS}loc")]


def test_the_sitemap_leaves_out_what_is_not_there_and_asks_for_each_page_once():
    site = Plain(here=200, nowhere=404, waits=400)
    assert listed(site) == listed(site) == ["/here"]
    assert site.asked == ["/here", "/nowhere", "/waits"]


@pytest.mark.parametrize("status", [422, 429, 500, 503])
def test_a_page_that_does_not_answer_now_is_not_left_out_and_those_that_did_are_not_asked_again(status):
    site = Plain(here=200, late=status)
    with pytest.raises(Overloaded):
        listed(site)
    site.statuses["/late"] = 200
    assert listed(site) == ["/here", "/late"]
    assert site.asked == ["/here", "/late", "/late"]


def test_a_page_may_come_with_the_feed():
    site = Plain(feed=404)
    assert listed(site) == []
    site.statuses["/feed"] = 200
    assert listed(site, [SimpleNamespace(patch="1")]) == ["/feed"]


# --- what is no more

DEPRECATED = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<https://example.org/id/tools/{0}>{2} owl:deprecated true ;
    dct:title "{0}"@fr ;
    dct:source <https://example.org/id/sources/report> ;
    dct:isReplacedBy <https://example.org/id/tools/{1}> .
"""
TYPED = " a <https://example.org/ontology#Tool> ;"
WORN = "".join(
    line for line in DEPRECATED.format("worn", "", TYPED).splitlines(keepends=True) if "isReplacedBy" not in line
)
WORN = WORN.rstrip(" ;\n") + " .\n"


@pytest.fixture(scope="module")
def lived(lasting_repository) -> Iterator[Server]:
    """Tools: one lost; one lost that had a replacement, itself replaced; two deprecated; a stub of one."""
    repository = lasting_repository
    repository.tool("lost")
    repository.write("data/tools/s-1.ttl", TOOL.format(slug="s-1").replace('"s-1"', '"Égoïne pliante"'))
    for name, newer, typed in (("old", "tired", TYPED), ("tired", "saw", TYPED), ("stub", "saw", "")):
        repository.write(f"data/tools/{name}.ttl", DEPRECATED.format(name, newer, typed))
    repository.write("data/tools/worn.ttl", WORN)
    repository.tool("new", "<https://example.org/id/tools/new> dct:replaces <https://example.org/id/tools/worn> .\n")
    settings = config.load(repository.root)
    build(settings)
    for name in ("lost", "old", "s-1"):
        (repository.root / f"data/tools/{name}.ttl").unlink()
    build(settings)
    repository.tool("hammer", '<https://example.org/id/tools/hammer> dct:extent "1"@fr .\n')
    build(settings)
    snapshot = current(settings.build_folder)
    with serving(settings, snapshot) as served:
        yield served


def successor(answer) -> str | None:
    link = answer.headers.get("link", "")
    return link.partition(">")[0].strip("<") if 'rel="successor-version"' in link else None


def test_a_thing_the_graph_lost_is_gone_since_when_and_with_its_name(lived):
    page = lived.get("/id/tools/lost", "text/html")
    assert page.status_code == 410
    assert "«\u00a0lost\u00a0»" in page.text
    assert re.search(r"Retiré de ce graphe le \d{1,2}(er)? \S+ 20\d\d\.", unescape(page.text))
    assert lived.get("/id/tools/lost.ttl").status_code == 410
    problem = lived.get("/id/tools/lost", "application/json", headers={"Accept-Language": "en"})
    assert problem.json()["code"] == "PAS924"
    assert re.search(r"Withdrawn from this graph on \d{1,2} \w+ 20\d\d\.", problem.json()["detail"])
    assert successor(problem) is None
    assert lived.get("/relay?uri=https://example.org/id/tools/lost", "text/html").status_code == 410
    assert lived.get("/id/tools/never", "text/html").status_code == 404


def test_a_thing_that_is_gone_leads_to_what_replaces_it_today(lived):
    answer = lived.get("/id/tools/old", "application/json")
    assert answer.status_code == 410
    assert successor(answer) == "https://example.org/id/tools/saw"
    assert answer.json()["replacedBy"] == ["https://example.org/id/tools/saw"]
    page = lived.get("/id/tools/old.html", "text/html").text
    assert '<a href="/id/tools/saw" rel="successor-version">saw</a>' in page


EVERYWHERE = (
    "/id/tools/{0}.png",
    "/id/tools/{0}.codemeta.json",
    "/id/tools/{0}.publiccode.yml",
    "/explore?uri=https://example.org/id/tools/{0}",
    "/explore?uri=tools/{0}",
    "/explore?uri={0}",
    "/relay?uri={0}",
    "/compare?a={0}&b=tools/saw",
    "/compare?a=tools/{0}&b=tools/saw",
    "/compare?a=tools/saw&b=https://example.org/id/tools/{0}",
    "/relay?uri=https://example.org/id/tools/{0}",
)


@pytest.mark.parametrize("path", EVERYWHERE)
@pytest.mark.parametrize("name", ["old", "stub"])
def test_what_is_gone_is_gone_wherever_it_is_asked_for_with_its_replacement(lived, path, name):
    page = lived.get(path.format(name), "text/html")
    assert (page.status_code, successor(page)) == (410, "https://example.org/id/tools/saw")
    assert '<a href="/id/tools/saw" rel="successor-version">saw</a>' in page.text
    if "/relay" not in path:  # which tells programs the links of a tombstone
        assert lived.get(path.format(name), "application/json").status_code == 410


@pytest.mark.parametrize("name", ["Égoïne pliante", "egoine  PLIANTE", "s-1", "S-1"])
def test_what_is_gone_is_meant_by_what_it_was_called_and_by_the_end_of_its_iri(lived, name):
    for path in ("/explore?uri=", "/relay?uri=", "/compare?b=saw&a="):
        page = lived.get(path + name, "text/html", headers={"Accept-Language": "fr"})
        assert page.status_code == 410, path
        assert "Égoïne pliante" in page.text
    assert lived.get("/explore?uri=pliante de nulle part", "text/html").status_code == 400


@pytest.mark.parametrize("path", EVERYWHERE)
def test_what_never_was_is_gone_nowhere(lived, path):
    assert lived.get(path.format("never"), "text/html").status_code in {400, 404}


@pytest.mark.parametrize("path", ["/id/tools/lost", *(each.format("lost") for each in EVERYWHERE)])
def test_what_is_gone_leads_to_the_last_snapshot_that_had_it(lived, path):
    [_, _, first] = lived.get("/snapshots", "application/json").json()
    last = f"/snapshots/{first['id']}/id/tools/lost"
    answer = lived.get(path, "text/html")
    assert answer.status_code == 410
    assert f'href="{last}" rel="predecessor-version"' in answer.text
    assert f'<{last}>; rel="predecessor-version"' in answer.headers["link"]
    assert lived.get(last, "text/html").status_code == 200


def test_what_is_gone_from_an_older_snapshot_leads_to_the_last_that_had_it(lived):
    [_, second, first] = lived.get("/snapshots", "application/json").json()
    gone = lived.get(f"/snapshots/{second['id']}/id/tools/lost", "text/html")
    assert gone.status_code == 410
    assert f'href="/snapshots/{first["id"]}/id/tools/lost"' in gone.text


def test_a_snapshot_that_is_not_kept_is_not_led_to(lived):
    [_, _, first] = lived.get("/snapshots", "application/json").json()
    folder = lived.snapshot.path.parent / first["id"]
    aside = folder.rename(folder.with_name(".aside"))
    try:
        assert "predecessor-version" not in lived.get("/id/tools/lost", "text/html").text
    finally:
        aside.rename(folder)


def test_a_thing_of_which_a_tombstone_is_left_is_gone(lived):
    for path in ("/id/tools/stub", "/id/tools/stub.html", "/id/tools/stub.nt", "/id/tools/stub.jsonld"):
        answer = lived.get(path)
        assert (answer.status_code, successor(answer)) == (410, "https://example.org/id/tools/saw"), path


def test_a_thing_that_is_deprecated_keeps_its_page_which_names_what_replaces_it(lived):
    page = lived.get("/id/tools/tired", "text/html")
    assert page.status_code == 200
    assert "N’est plus à employer." in page.text
    assert '<a href="/id/tools/saw" rel="successor-version">saw</a>' in page.text
    assert lived.get("/id/tools/tired.ttl").status_code == 200
    assert "successor-version" not in lived.get("/id/tools/saw", "text/html").text


def test_a_deprecated_thing_leads_to_its_successor_though_that_alone_says_so(lived):
    page = lived.get("/id/tools/worn", "text/html")
    assert page.status_code == 200
    assert '<a href="/id/tools/new" rel="successor-version">new</a>' in page.text


def test_what_was_there_in_an_older_snapshot_is_there_still(lived):
    [*_, first] = lived.get("/snapshots", "application/json").json()
    assert lived.get(f"/snapshots/{first['id']}/id/tools/lost", "text/html").status_code == 200


def test_the_sitemap_tells_when_a_thing_changed_as_the_feed_does(lived):
    moments = [each["published"] for each in lived.get("/feed/patches").json()]
    urls = etree.fromstring(lived.get("/sitemap/1.xml").content)
    said = {each[0].text.rpartition("/id/")[2]: each[1].text.replace("+00:00", "Z") for each in urls}
    assert said["tools/hammer"] == moments[2]
    assert said["tools/saw"] == moments[0]
    assert "tools/lost" not in said


def test_the_sitemap_has_another_validator_when_the_feed_tells_more(lived):
    chain = chain_of(lived.snapshot)
    assert chain is not None
    with_feed = lived.get("/sitemap/1.xml")
    aside = chain.folder.rename(chain.folder.with_name("aside"))
    try:
        without = lived.get("/sitemap/1.xml")
    finally:
        aside.rename(chain.folder)
    assert with_feed.text != without.text
    assert with_feed.headers["etag"] != without.headers["etag"]
    assert lived.get("/sitemap/1.xml", headers={"If-None-Match": with_feed.headers["etag"]}).status_code == 304


def test_every_page_leads_to_the_feeds(lived):
    found = {each["type"]: each["href"] for each in head(lived, "/").links["alternate"] if "type" in each}
    assert found == {"application/atom+xml": "/feed.atom", "application/trig": "/feed"}
    for kind, path in found.items():
        assert lived.get(path, kind).headers["content-type"].startswith(kind)


# --- what is asked wrongly

HOSTILE = (
    "page=1000000000", "page=-1", "page=0", "page=%00", "page=9" + "9" * 400, "page=abc",
    "q=%ff%fe", "q=%", "q=%zz", "uri=%00", 'uri="><script>alert(1)</script>', "uri=javascript:alert(1)",
    "uri=https://example.org/%22%3E%3Cscript%3E", "uri=http://[", "a=%27&b=%22", "org=%00", "tag=%00", "lang=%ff",
    "theme=%00&kind=<script>&stage=no-such", "x=" + "y" * 8_000, "q=" + "(" * 900, "q=" + "a" * 8_000, "format=%00",
    "uri=" + "https://example.org/" + "z" * 8_000, "&".join(f"p{n}=1" for n in range(1_200)),
)  # fmt: skip
PATHS = (
    "/id/%00", "/id/productions/%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/id/productions/%ff", "/id/%2e%2e/%2e%2e/x",
    "/id/productions/" + "x" * 8_000, "/id/productions/a%0d%0aset-cookie:x", "/id//", "/id/productions/{",
    "/id/%E2%80%AE", "/queries/%00.html", "/queries/..%2f..%2fx", "/vocabularies/%22", "/errors/%00", "/catalog/%00",
    "/sitemap/%00.xml", "/feed/%00", "/dumps/%00", "/id/productions/%00.png", "/snapshots/%00",
    "/snapshots/abcdefab/%00",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(server) -> Iterator[httpx.Client]:
    """A browser that keeps its connection."""
    with httpx.Client(base_url=server.url, headers={"Accept": "text/html"}, timeout=30) as opened:
        yield opened


@pytest.fixture(scope="module")
def every_page(server) -> list[str]:
    return pages(server)


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_asked_of_a_page_it_answers_or_says_what_is_wrong(client, every_page, query):
    for path in every_page:
        answer = client.get(f"{path}?{query}")
        assert answer.status_code in {200, 400, 404, 410, 414, 422, 503}, path  # 503: the deadline of a busy machine
        assert "<script>alert" not in answer.text, path
        if answer.status_code != 200 and answer.headers.get("content-type", "").startswith("text/html"):
            assert '<a href="/' in answer.text, path


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_an_address_that_means_nothing_is_refused_with_a_sentence_and_a_way_back(server, path):
    answer = server.get(path, "text/html")
    assert answer.status_code in {400, 404, 414}, path
    assert "<script>alert" not in answer.text
    assert "set-cookie" not in answer.headers
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert '<a href="/' in answer.text
