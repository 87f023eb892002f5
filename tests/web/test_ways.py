"""An address whose values are wrong is told with the ways on from it: no question is lost for a slip."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

import pytest

PAGED = [
    "/search?q=innovation",
    "/search?kind=productions",
    "/events?lang=fr",
    "/needs?lang=fr",
    "/catalog?lang=fr",
    "/guides/pouvoir-de-l-ouverture?lang=fr",
    "/id/productions/?lang=fr",
]
CHOSEN = [
    ("/guides/kit-de-survie?territory=place-nantes&theme=zz", "theme", "territory=place-nantes"),
    ("/guides/parcours?lang=fr&stage=zz", "stage", "lang=fr"),
    ("/guides/pouvoir-de-l-ouverture?lang=fr&page=7&theme=zz", "theme", "lang=fr"),
    ("/guides/vademecum?lang=fr&publish=zz", "publish", "lang=fr"),
    ("/themes?lang=fr&across=zz", "across", "lang=fr"),
]


def ways(page: str) -> list[tuple[str, str]]:
    """The links that stand under an error: where each leads, and what it says."""
    told = page.partition('class="problem"')[2].partition('<ul class="list">')[2].partition("</ul>")[0]
    return [(unescape(to), unescape(said)) for to, said in re.findall(r'<a href="([^"]*)">([^<]*)</a>', told)]


@pytest.mark.parametrize("address", PAGED)
@pytest.mark.parametrize("page", ["1000000000", "0", "un", "9" * 100, "<b>"])
def test_a_page_that_is_not_there_leads_to_the_first_and_the_last_of_the_same_question(portal, address, page):
    asked = f"{address}&page={page}"
    refused = portal.get(asked, "text/html", headers={"Accept-Language": "fr"})
    assert refused.status_code == 400
    found = ways(refused.text)
    assert found[0][1] == "Aller à la première page"
    for to, _ in found:
        there = portal.get(urljoin(asked, to), "text/html", headers={"Accept-Language": "fr"})
        assert there.status_code == 200, to
        assert address.partition("?")[2] in to


@pytest.mark.parametrize(("address", "name", "kept"), CHOSEN)
def test_a_choice_that_is_not_there_leads_to_those_there_are_by_their_names(portal, address, name, kept):
    refused = portal.get(address, "text/html", headers={"Accept-Language": "fr"})
    assert refused.status_code == 400
    (without, said), *others = ways(refused.text)
    assert (said, name in without, kept in without) == ("La même demande, sans ce choix", False, True)
    assert others
    for to, label in [(without, said), *others[:3]]:
        assert "page=" not in to
        assert kept in to
        assert portal.get(urljoin(address, to), "text/html").status_code == 200, to
        assert "-" not in label or " " in label, "a name, and no end of an address"
    told = unescape(re.search(r'role="alert">\s*<p>(.*?)</p>', refused.text)[1])
    assert others[0][1].replace("’", "'") in told.replace("’", "'")


def test_programs_have_the_same_ways(portal):
    problem = portal.get("/themes?across=zz", "application/json").json()
    assert problem["parameter"] == "across"
    assert {"title", "href"} == problem["ways"][0].keys()
    assert any(way["href"] == "?across=territory" for way in problem["ways"])


def test_what_is_wrong_stays_text(portal):
    page = portal.get("/themes?across=%22%3E%3Cscript%3E&q=%22%3E%3Cscript%3E", "text/html").text
    assert "<script>" not in page.partition('class="problem"')[2].partition("</main>")[0]


@pytest.mark.parametrize(("address", "name", "_kept"), CHOSEN)
def test_a_long_address_is_not_said_again_at_each_way(portal, address, name, _kept):
    short = portal.get(address, "text/html")
    long = portal.get(f"{address}&kept={'a' * 30_000}", "text/html")
    assert (short.status_code, long.status_code) == (400, 400)
    assert ways(short.text)
    assert not ways(long.text)
    assert len(long.text) < len(short.text) + 10 * 30_000
    wrong = portal.get(f"{address}&{name}={'z' * 30_000}", "text/html")
    assert ways(wrong.text), "without the wrong value the address is short"
