"""Every type of page, in both languages and colour schemes: accessible, light, narrow enough, kept as a picture."""

from __future__ import annotations

import re

import pytest

from .conftest import AXE, ROOT, SHOTS

THING = "/id/productions/agglo-bus"
BASE = "https://w3id.org/passerelles"
VADEMECUM = "/guides/vademecum?publish=objet-logiciels"
PAGES = {
    "home": "/",
    "thing": THING,
    "thing-reuse": "/id/reuses",
    "thing-event": "/id/events/universite-ete-2018",
    "thing-organisation": "/id/organisations/dinsic",
    "thing-concept": "/id/concepts/theme-relation-usagers",
    "compare": f"/compare?a=https://w3id.org/passerelles{THING}",
    "compare-answer": "/compare?a=productions/agglo-bus&b=productions/signalez-un-trou",
    "compare-wrong": "/compare?a=ville&b=rien-de-tel-nulle-part",
    "thing-licence": "/id/licences/agpl-3.0-only",
    "kind": "/id/productions",
    "ontology": "/ontology",
    "shapes": "/shapes",
    "vocabularies": "/vocabularies",
    "vocabulary": "/vocabularies/scheme-themes",
    "queries": "/queries",
    "query": "/queries/themes-entre-territoires.html",
    "query-form": "/queries/usages-d-un-outil.html",
    "query-wrong": "/queries/chronologie-des-evenements.html?annee=hier",
    "sparql": "/sparql",
    "sparql-answer": "/sparql?query=SELECT+?type+(COUNT(*)+AS+?n)+{?thing+a+?type}+GROUP+BY+?type",
    "sparql-graph": f"/sparql?query=DESCRIBE+<https://w3id.org/passerelles{THING}>",
    "sparql-wrong": "/sparql?query=SELECT",
    "relay": "/relay",
    "relay-answer": f"/relay?uri=https://w3id.org/passerelles{THING}",
    "explore": "/explore",
    "explorer": f"/explore?uri=https://w3id.org/passerelles{THING}&depth=2",
    "pictures": "/pictures",
    "resolve": "/resolve",
    "reuses": "/reuses",
    "needs": "/needs",
    "guides": "/guides",
    "vademecum": "/guides/vademecum",
    "vademecum-build": f"{VADEMECUM}&q=bus&production={BASE}/id/tools/methode-world-cafe",
    "vademecum-choose": f"{VADEMECUM}&with=EUPL-1.2&production={BASE}{THING}&step=3",
    "vademecum-stuck": f"{VADEMECUM}&with=Apache-2.0&with=GPL-2.0-only",
    "vademecum-paste": f"{VADEMECUM}&with=MIT&production={BASE}{THING}&licence=EUPL-1.2",
    "stories": "/guides/pouvoir-de-l-ouverture",
    "licences": "/licences",
    "catalog": "/catalog",
    "void": "/.well-known/void",
    "graphs": "/graphs",
    "graphs-family": "/graphs?family=productions",
    "dumps": "/dumps",
    "feed": "/feed",
    "snapshots": "/snapshots",
    "federation": "/federation",
    "conformance": "/conformance",
    "docs": "/docs",
    "search": "/search",
    "search-answer": "/search?q=bus",
    "search-browse": "/search?kind=productions&theme=theme-mobilite",
    "themes": "/themes",
    "tools": "/tools",
    "events": "/events",
    "directory": "/organisations",
    "contribute": "/contribute",
    "contribution": "/contribute/productions",
    "contribution-sorts": "/contribute/organisations?type=cv:PublicOrganisation",
    "kit": "/guides/kit-de-survie",
    "kit-filled": "/guides/kit-de-survie?theme=theme-mobilite&territory=place-pays-de-la-loire",
    "path": "/guides/parcours",
    "path-stage": "/guides/parcours?stage=stage-idee",
    "query-map": "/queries/carte-des-lieux.html",
    "validate": "/validate",
    "code": "/errors/PAS101",
    "error": "/nowhere",
}
#: Other names of pages above; parts of pages; and the page of a server of its own, for one person.
ALSO = {"licence": "thing-licence"}
NOT_PAGES = {
    *("base", "head", "replaced", "guide", "browse", "macros", "charts", "reuse"),
    *("organisations", "review", "neighbourhood", "links", "thing_parts", "stages"),
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCROLLED_BY_THE_CURSOR = 'scrollable-region-focusable: <div class="CodeMirror-scroll"'  # its field is beside it
TALLEST = 6_000  # pixels of a picture
PAGE_BYTES, EDITOR_BYTES, EXPLORER_BYTES = 150_000, 250_000, 190_000
WEIGHT = """[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""


def test_every_template_is_among_the_pages():
    templates = {path.stem for path in (ROOT / "src/graph/web/templates").glob("*.html")} - NOT_PAGES
    assert {ALSO.get(name, name) for name in templates} <= PAGES.keys()


def failures(page, *rules: str) -> list[str]:
    """What axe finds wrong, with where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": [*rules] or RULES, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("options => axe.run(document, options)", options)
    wrong = [f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"]]
    return [each for each in wrong if not each.startswith(SCROLLED_BY_THE_CURSOR)]


def keep(page, name: str) -> None:
    """A picture of the page, of its first screens where it is very long."""
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height}
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True, clip=clip)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("locale", "scheme"), [("fr-FR", "light"), ("en-GB", "dark")])
def test_a_page_is_accessible(visitor, name, locale, scheme):
    page = visitor(locale=locale, color_scheme=scheme)
    page.goto(PAGES[name])
    assert page.locator("html").get_attribute("lang") == locale[:2]
    if name.startswith("sparql"):
        page.locator(".CodeMirror").wait_for()
    if name == "explorer":
        page.locator("#explorer[data-ready]").wait_for()
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert failures(page) == []
    keep(page, f"{name}-{locale[:2]}-{scheme}")
    page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
    assert failures(page, "color-contrast") == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light_and_fits_a_phone(visitor, name):
    page = visitor(viewport={"width": 360, "height": 740})
    page.goto(PAGES[name])
    beyond = {"sparql": EDITOR_BYTES, "explorer": EXPLORER_BYTES}
    assert page.evaluate(WEIGHT) <= beyond.get(name.partition("-")[0], PAGE_BYTES)
    keep(page, f"{name}-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_scripts_are_named_after_their_content_and_kept(visitor):
    page = visitor()
    with page.expect_response(re.compile(r"/static/bundle/editor-\w+\.js$")) as script:
        page.goto("/sparql")
    assert script.value.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert not re.search(r'<(?:script|link rel="stylesheet")[^>]*"https?:', page.content().split("</head>")[0])
