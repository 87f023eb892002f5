"""Licences over HTTP: the table, the verdicts, the choices, in JSON and as pages that need no script."""

from __future__ import annotations

import re

import httpx
import pytest

from graph import config
from graph.build import build

from .conftest import serving

PREFIXES = """@prefix cc: <http://creativecommons.org/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix id: <https://example.org/id/licences/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
LICENCES = {
    "mit": "cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Notice",
    "left": "cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Notice, cc:Copyleft",
    "name": "cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Attribution",
    "closed": "cc:prohibits cc:DerivativeWorks, cc:Distribution",
    "unsaid": "dct:type <http://purl.org/adms/licencetype/UnknownIPR> ; cc:requires cc:Notice",
}


@pytest.fixture(scope="module")
def licences(lasting_repository):
    """A server of a repository that describes four licences, one of them with a title that would be a script."""
    lasting_repository.configure('[lint]\npolicy = "off"')
    for slug, said in LICENCES.items():
        text = f"""{PREFIXES}id:{slug} a cc:License, dct:LicenseDocument ; dct:title "<script>{slug}</script>"@en ;
            skos:exactMatch <http://spdx.org/licenses/{slug.upper()}> ;
            dct:source <https://{slug}.example/> ; {said} ."""
        lasting_repository.write(f"data/licences/{slug}.ttl", text)
    settings = config.load(lasting_repository.root)
    snapshot = build(settings)
    with serving(settings, snapshot) as served:
        yield served


def ask(licences, path: str = "", accept: str = "application/json", **parameters) -> httpx.Response:
    return licences.get(f"/licences{path}", accept, params=parameters)


def test_the_table_has_every_licence(licences):
    found = ask(licences).json()
    assert [each["name"] for each in found["licences"]] == ["CLOSED", "LEFT", "MIT", "NAME", "UNSAID"]
    page = ask(licences, accept="text/html").text
    assert page.count('type="checkbox"') == 3  # what nobody may adapt is no choice
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("a", "b", "verdict"), [("mit", "left", "yes"), ("mit", "name", "conditional"), ("left", "mit", "no")]
)
def test_a_verdict_has_the_members_of_the_contract(licences, a, b, verdict):
    found = ask(licences, "/compat", a=a, b=b).json()
    assert found["verdict"] == verdict
    assert {"a", "b", "verdict", "conditions", "because", "sources", "notice"} <= set(found)
    page = ask(licences, "/compat", "text/html", a=a, b=b, lang="en").text
    assert f'class="verdict {verdict}"' in page
    assert "not legal advice" in page


def test_a_licence_is_explained_and_its_own_page_leads_there(licences):
    assert ask(licences, "/explain", a="left").json()["name"] == "LEFT"
    page = ask(licences, "/explain", "text/html", a="left", lang="en").text
    assert re.search(r'href="/licences/compat\?a=LEFT&amp;b=MIT&amp;lang=en"', page)
    assert "/licences/explain?a=" in licences.get("/id/licences/left", "text/html").text
    assert "/licences/explain?a=" not in licences.get("/id/tools/saw", "text/html").text


def test_choices_are_those_that_all_accept(licences):
    found = licences.get("/licences/choose?with=mit&with=left", "application/json").json()
    assert [each["name"] for each in found["choices"]] == ["LEFT"]
    assert [each["name"] for each in found["refused"]] == ["MIT", "NAME"]
    page = licences.get("/licences/choose?with=MIT&with=&lang=en", "text/html").text
    assert re.search(r'value="MIT" checked', page)
    assert "Keep the notices of rights of the work under MIT" in page


def test_one_work_that_no_licence_takes_is_not_told_of_as_several(licences):
    for name, said, heading in (
        ("closed", "No licence of this graph will do: ask the author for consent.", "Will not do"),
        ("unsaid", "nothing tells all that the licence of this work permits; ask its author", "Not known"),
    ):
        page = licences.get(f"/licences/choose?with={name}&lang=en", "text/html").text
        assert said in page
        assert set(re.findall(r"<summary><h2[^>]*>([^<]*?) <span", page)) == {heading}


@pytest.mark.parametrize(
    ("asked", "status", "kept"),
    [
        ("choose?with=MIT&with=zzz", 404, 'value="MIT" checked'),
        ("choose?with=MIT&with=zzz", 404, 'value="zzz"'),
        ("choose?with=", 400, "<fieldset>"),
        ("compat?a=MIT&b=", 400, 'value="MIT"'),
        ("explain?a=zzz", 404, "<fieldset>"),
    ],
)
def test_a_mistake_is_told_on_the_form_that_keeps_what_was_asked(licences, asked, status, kept):
    answer = licences.get(f"/licences/{asked}", "text/html")
    assert answer.status_code == status
    assert 'class="problem" role="alert"' in answer.text
    assert kept in answer.text


def test_without_a_licence_there_is_the_form(licences):
    for path in ("/compat", "/choose"):
        assert ask(licences, path, "text/html").status_code == 200
        assert ask(licences, path).status_code == 400


def test_the_language_decides_the_words_and_the_validator(licences):
    french, english = (ask(licences, "/compat", a="mit", b="name", lang=lang) for lang in ("fr", "en"))
    assert french.json()["because"] != english.json()["because"]
    assert french.headers["etag"] != english.headers["etag"]
    again = licences.get(
        "/licences/compat?a=mit&b=name&lang=fr", "application/json", headers={"If-None-Match": french.headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(("/explain?a=zzz", 404), ("/explain", 400), ("/choose?with=zzz", 404), ("/compat?a=mit+OR&b=left", 400)),
        *(
            (f"/explain?a={'/' * 1000}x", 422),
            (f"/choose?with={'m' * 999}&with=mit", 422),
            ("/compat?a=zzz&b=mit", 200),
        ),
    ],
)
def test_what_names_no_licence_is_told_as_a_problem(licences, path, status):
    answer = licences.get(f"/licences{path}", "application/json")
    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"].startswith("application/problem+json")


def test_the_description_has_the_addresses(licences):
    paths = licences.get("/openapi.json").json()["paths"]
    assert {"/licences", "/licences/compat", "/licences/explain", "/licences/choose"} <= set(paths)
