"""A graph of hostile data in the browser: no script of it runs, no style, no request, and pages hold on a phone."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from playwright.sync_api import Dialog, Page

from .conftest import ROOT, SHOTS
from .test_every_page import PAGES, TALLEST

ID = "https://w3id.org/passerelles/id/"
LONG = "interminable " * 8_000  # 100 kB
UNBROKEN = "anticonstitutionnellement" * 4_000
TEXTS = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "</title></textarea></style><script>window.pwned=1</script>",
    "--><!--<script>window.pwned=1//",
    '"><img src=x onerror=window.pwned=1>',
    "' onmouseover='window.pwned=1' autofocus onfocus='window.pwned=1",
    "<svg/onload=window.pwned=1><math><mtext></mtext></math>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "<base href=//elsewhere.example/><style>@import '//elsewhere.example'</style>",
    "<meta http-equiv=refresh content='0;url=//elsewhere.example/'>",
    "<a href=javascript:window.pwned=1 id=content>ici</a><form action=//elsewhere.example>",
    "&lt;script&gt;window.pwned=1&lt;/script&gt; &#60;script&#62;",
    "{{ 7*7 }} {% raw %} ${7*7} %s %(x)s {0} {name}",
    "]]></script><![CDATA[<script>window.pwned=1</script>",
    "javascript:window.pwned=1",
    "\u202etxt.exe\u2066\u2067 retourné \u200f\u200b\ufeff",
    "ligne\u2028autre\u2029fin \u0001\u0008\u007f\ufffe\uffff \\uD800 \\u0041",
    "🧑\u200d🤝\u200d🧑" + "\u0301" * 400,
    "\\\"'`;--\r\n\tSELECT * { ?s ?p ?o }",
)  # fmt: skip
ADDRESSES = (
    "javascript:window.pwned=1",
    "data:text/html,%3Cscript%3Ewindow.pwned=1%3C/script%3E",
    "https://elsewhere.example/?q='onmouseover='window.pwned=1",
    "https://elsewhere.example/%22%3E%3Cscript%3Ewindow.pwned=1%3C/script%3E",
    "vbscript:window.pwned(1)",
    "https://elsewhere.example/" + "long/" * 500,
)
QUERY = """\
#+ summary: { fr: "<script>window.pwned=1</script> requête", en: "\\"><img src=x onerror=window.pwned=1>" }
#+ description: { fr: "</script><script>window.pwned=1</script>", en: "</style><script>window.pwned=1</script>" }
#+ tags: ["<script>window.pwned=1</script>"]
#+ params:
#+   text:
#+     type: string
#+     default: "'\\"><script>window.pwned=1</script>"
#+     label: { fr: "<img src=x onerror=window.pwned=1>", en: "<b onclick=window.pwned=1>" }
#+ columns: [thing, said]
SELECT ?thing ?said WHERE { VALUES ?text { UNDEF } ?thing <http://purl.org/dc/terms/title> ?said } LIMIT 300
"""
CONFIGURATION = """\
[search]
meaning = false

[graph]
title = { fr = "<script>window.pwned=1</script> Graphe", en = "\\"><img src=x onerror=window.pwned=1> Graph" }
publisher = "https://w3id.org/passerelles/"
licence = "http://spdx.org/licenses/etalab-2.0"
[lint]
policy = "off"
iri-scheme = "off"
"""
#: Properties whose values are texts for people, which their shapes let be any.
FREE = re.compile(r"(title|label|description|definition|comment|note|quotation|summary|name|Label|Note|alternative)$")
#: What tells a thing from any other: a twin has none of it.
NAMING = re.compile("(identifier|notation|subject_id)$")
LINKS = ("http://xmlns.com/foaf/0.1/page", "http://www.w3.org/ns/dcat#landingPage")


def twin(path: Path, slug: str, texts: Iterator[str], *, names: bool) -> bytes:
    """The same file of another thing whose texts are hostile; only its `names` when these are to be very long."""
    quads = list(ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE))
    subject = next(quad.subject for quad in quads if quad.subject.value.endswith(f"/{path.stem}"))
    other = ox.NamedNode(f"{subject.value.rpartition('/')[0]}/{slug}")
    made = []
    for quad in quads:
        if NAMING.search(quad.predicate.value):
            continue
        value = quad.object
        is_free = isinstance(value, ox.Literal) and value.language and FREE.search(quad.predicate.value)
        if is_free and (not names or re.search("(title|abel|name)$", quad.predicate.value)):
            value = ox.Literal(next(texts), language=value.language)
        made.append(ox.Triple(other if quad.subject == subject else quad.subject, quad.predicate, value))
    made += [
        ox.Triple(other, ox.NamedNode(link), ox.NamedNode(address)) for link in LINKS for address in ADDRESSES
    ]  # fmt: skip
    return ox.serialize(made, format=ox.RdfFormat.TURTLE)


def hostile(folder: Path) -> dict[str, list[str]]:
    """The project's graph, and of each kind of thing a hostile one, a very long one, and productions of every text.

    Returns the paths of their pages by kind.
    """
    for name in ("ontology", "data", "queries", "mappings"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "passerelles.toml").write_text(CONFIGURATION, encoding="utf-8")
    (folder / "queries/examples/hostile.rq").write_text(QUERY, encoding="utf-8")
    texts, pages = cycle(TEXTS), {}
    for kind in sorted(path for path in (folder / "data").iterdir() if path.is_dir()):
        sample = next((path for path in sorted(kind.rglob("*.ttl")) if ID.encode() in path.read_bytes()), None)
        made = {}
        try:
            made = {
                "hostile": twin(sample, "hostile", texts, names=False),
                "it-s-'long'": twin(sample, "it-s-'long'", cycle((LONG, UNBROKEN)), names=True),
            }
            if kind.name == "productions":
                for number, text in enumerate(TEXTS):
                    slug = f"hostile-{number}"
                    made[slug] = twin(sample, slug, cycle([f"{number} {text}"]), names=False)
        except StopIteration:  # not a file of one thing
            continue
        for slug, turtle in made.items():
            (kind / f"{slug}.ttl").write_bytes(turtle)
        graph = next(quad.subject.value for quad in ox.parse(made["hostile"], format=ox.RdfFormat.TURTLE))
        stem = graph.removeprefix(ID).rpartition("/")[0]
        pages[kind.name] = [f"/id/{stem}/{quote(slug)}" for slug in made]
    return pages


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The address of a server of the hostile graph, and the pages of its things."""
    folder = tmp_path_factory.mktemp("hostile")
    pages = hostile(folder)
    command = [sys.executable, "-m", "graph", "--repo", str(folder)]
    built = subprocess.run([*command, "build"], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    with subprocess.Popen([*command, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True) as server:
        line = server.stderr.readline()
        yield next(word for word in line.split() if word.startswith("http://")).rstrip("/"), pages
        server.terminate()
        server.communicate()


class Watched:
    """A page whose every word to the console, question and request is noted."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.wrong: list[str] = []
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda said: said.type == "error" and self._console(said.text, said.location["url"]))
        page.on("request", lambda request: self._request(request.url))

    def _dialog(self, dialog: Dialog) -> None:
        self.wrong.append(f"{self.page.url}: {dialog.message}")
        dialog.dismiss()

    def _console(self, text: str, source: str) -> None:
        asked_wrongly = "the server responded with a status of 4" in text
        # the editor gives its own hint of a syntax error a style, which our policy refuses
        editors = text.startswith("Applying inline style") and "/static/bundle/editor-" in source
        if not (asked_wrongly or editors):
            self.wrong.append(f"{self.page.url}: {text}")

    def _request(self, url: str) -> None:
        if not url.startswith((self.address + "/", "data:image/")):
            self.wrong.append(f"asked for {url[:200]}")

    def visit(self, path: str) -> None:
        """Open a page, point at all that could be pointed at, and look at what came of it."""
        self.page.goto(self.address + path)
        self.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        self.page.evaluate(
            """for (const each of [...document.querySelectorAll('main *')].slice(0, 3000))
                for (const name of ['mouseover', 'focus', 'error']) each.dispatchEvent(new Event(name))"""
        )
        assert self.page.evaluate("typeof pwned") == "undefined", path
        assert self.page.evaluate("document.querySelectorAll('main').length") == 1, path
        foreign = "[...document.querySelectorAll('iframe, base, object, embed, script:not([src])')]"
        assert self.page.evaluate(f"{foreign}.filter(each => each.type !== 'application/ld+json').length") == 0, path
        scheme = "[...document.links].filter(each => !/^(https?|mailto|urn):$/.test(each.protocol)).length"
        assert self.page.evaluate(scheme) == 0, path
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert self.wrong == []

    def keep(self, name: str) -> None:
        height = min(self.page.evaluate("document.documentElement.scrollHeight"), TALLEST)
        clip = {"x": 0, "y": 0, "width": 360, "height": height}
        self.page.screenshot(path=SHOTS / f"hostile-{name}.png", full_page=True, clip=clip)


@pytest.fixture
def watched(browser, served) -> Iterator[Watched]:
    context = browser.new_context(locale="fr-FR", viewport={"width": 360, "height": 740})
    context.set_default_timeout(60_000)
    yield Watched(context.new_page(), served[0])
    context.close()


KINDS = sorted(path.name for path in (ROOT / "data").iterdir() if path.is_dir())


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_a_hostile_thing_runs(watched, served, kind):
    pages = served[1].get(kind, [])
    for path in pages:
        watched.visit(path)
        watched.keep(re.sub(r"\W+", "-", path[4:]))


@pytest.mark.parametrize("name", PAGES)
def test_nothing_hostile_runs_in_any_page(watched, name):
    watched.visit(PAGES[name])
    watched.keep(name)


ASKING = "SELECT * { ?thing <http://purl.org/dc/terms/title> ?said FILTER(CONTAINS(?said, 'pwned')) }"
ASKED = (
    "/search?q=pwned", "/search?q=%3Cscript%3Ewindow.pwned%3D1%3C%2Fscript%3E", "/search?q=interminable",
    "/queries/hostile.html", "/queries/hostile.html?text=%22%3E%3Cscript%3Ewindow.pwned%3D1%3C/script%3E",
    f"/relay?uri={ID}productions/hostile", f"/resolve?org={quote(TEXTS[0])}", "/relay?uri=javascript:window.pwned=1",
    f"/sparql?query={quote(ASKING)}",
    f"/sparql?query={quote(TEXTS[2])}", f"/compare?a={ID}productions/hostile&b={ID}productions/hostile-1",
    f"/explore?uri={ID}productions/hostile", f"/nowhere/{quote(TEXTS[4])}", f"/licences?a={quote(TEXTS[1])}",
)  # fmt: skip


@pytest.mark.parametrize("path", ASKED, ids=range(len(ASKED)))
def test_nothing_hostile_runs_in_what_is_asked(watched, path):
    watched.visit(path)


def test_suggestions_of_hostile_names_are_text(watched):
    watched.visit("/search")
    field = watched.page.locator("main input[type=search]")
    field.fill("")
    field.press_sequentially("script", delay=20)
    watched.page.locator("[role=option]").first.wait_for()
    watched.page.keyboard.press("ArrowDown")
    assert watched.page.evaluate("typeof pwned") == "undefined"
    assert watched.wrong == []


def test_an_endless_name_leaves_a_page_as_short_as_others(watched):
    height = "document.documentElement.scrollHeight"
    watched.page.goto(f"{watched.address}/id/productions/it-s-'long'")
    endless = watched.page.evaluate(height)
    watched.page.goto(f"{watched.address}/id/productions/agglo-bus")
    assert endless < 2 * watched.page.evaluate(height)
    watched.page.goto(f"{watched.address}/id/productions/it-s-'long'")
    assert watched.page.evaluate("document.querySelector('h1').textContent.length") <= 300


def test_a_name_turns_nothing_that_stands_around_it(watched):
    watched.visit("/search?q=retourn%C3%A9")
    said = watched.page.evaluate("document.querySelector('main').textContent")
    assert "retourné" in said
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", said)
    turning = "[...document.querySelectorAll('main a')].filter(a => getComputedStyle(a).unicodeBidi !== 'isolate')"
    assert watched.page.evaluate(f"{turning}.length") == 0
