"""The pictures of the repository's own graph, as a server gives them: alone, and on a page with their figures."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from urllib.parse import urljoin

import httpx
import pytest

from graph.errors import SnapshotError
from graph.pictures.writing import SHOWN
from graph.web.browsing import drawn
from graph.web.typography import typeset


def figures(portal) -> dict:
    return portal.get("/pictures", "application/json").json()


@pytest.mark.parametrize("name", ["themes", "exchanges"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_picture_is_small_has_its_validator_and_speaks_the_readers_language(portal, name, language):
    path = f"/pictures/{name}.svg"
    answer = portal.get(path, "image/svg+xml", params={"lang": language})
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-language"] == language
    assert f'lang="{language}"' in answer.text
    assert len(answer.content) < 200_000
    again = portal.get(path, params={"lang": language}, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["themes", "exchanges"])
def test_no_line_runs_through_a_name(portal, name):
    parts = re.findall(r'<(path|rect class="plate"|text)', portal.get(f"/pictures/{name}.svg").text)
    kinds = [kind.partition(" ")[0] for kind in parts]
    assert kinds.count("rect") >= kinds.count("text") / 2
    assert "path" not in kinds[kinds.index("rect") :]  # what is drawn later is drawn over
    assert kinds.index("rect") < kinds.index("text")


def test_the_one_style_of_a_picture_is_the_only_thing_its_policy_lets_pass(portal):
    answer = portal.get("/pictures/themes.svg")
    [style] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "style=" not in answer.text
    assert "prefers-color-scheme:dark" in style


@pytest.mark.parametrize("pinned", ["", "/snapshots/{id}"])
def test_every_link_of_a_picture_leads_to_a_page(portal, pinned):
    address = portal.url + pinned.format(id=portal.snapshot.id) + "/pictures/"
    with httpx.Client(headers={"Accept": "text/html"}, timeout=30) as client:
        for name in ("themes", "exchanges"):
            links = set(re.findall(r'<a href="([^"]+)"', client.get(f"{address}{name}.svg").text))
            assert links
            some = sorted(links)[::9]  # of each kind
            assert {client.get(urljoin(address, unescape(link))).status_code for link in some} == {200}


def test_the_figures_are_those_of_the_graph(portal):
    found = figures(portal)
    theme = found["themes"]["themes"][0]
    query = f"SELECT (COUNT(DISTINCT ?thing) AS ?count) {{ ?thing <http://www.w3.org/ns/dcat#theme> <{theme['iri']}> }}"
    [row] = portal.query(query, "application/sparql-results+json").json()["results"]["bindings"]
    assert int(row["count"]["value"]) == theme["things"]
    assert portal.get(theme["address"], "application/json").json()["total"] == theme["things"]


def test_the_page_has_every_theme_and_every_exchange_in_its_tables(portal):
    page, found = unescape(portal.get("/pictures", "text/html").text), figures(portal)
    for each in (*found["themes"]["themes"], *found["exchanges"]["exchanges"]):
        assert f">{typeset(each['labels']['fr'], 'fr')}</a>" in page
    assert page.count("<img ") == 2
    assert page.count("alt=") == 2


def test_pictures_are_read_as_they_are_and_damaged_ones_are_said(tmp_path):
    assert drawn.read(tmp_path) == {}
    (tmp_path / SHOWN).write_text('{"themes": {}}', encoding="utf-8")
    assert drawn.read(tmp_path) == {"themes": {}}
    (tmp_path / SHOWN).write_text('{"themes":', encoding="utf-8")
    with pytest.raises(SnapshotError, match=SHOWN):
        drawn.read(tmp_path)


def test_there_is_no_other_picture(portal):
    for path in ("/pictures/nothing.svg", "/pictures/..%2Fmanifest.json.svg", "/pictures/themes.fr.svg"):
        assert portal.get(path).status_code == 404
