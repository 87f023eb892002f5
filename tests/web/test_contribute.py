"""`/contribute`: forms made from the shapes, over HTTP and without a script; what they give passes the gate."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import httpx
import pyoxigraph
import pytest

from graph import config
from graph.build import build
from graph.search import asking
from graph.search.searching import SearchIndex
from graph.snapshot.reader import open_snapshot
from graph.web.contributing import writing
from graph.web.contributing.entries import Entry, Form, Sort
from graph.web.contributing.shapes import MUST, SHOULD, Outline, Shapes
from graph.web.contributing.writing import named, slugged
from graph.web.http.request import Parameters

from .conftest import ROOT, Server, serving

BASE = "https://w3id.org/passerelles/id/"
FORGE = "https://forge.example/new/main?filename={path}&value={text}"
SOURCE = "https://www.numerique.gouv.fr/ponts"
PRODUCTION = {
    "dct:title@fr": "Carnet de terrain des ponts",
    "dct:source": SOURCE,
    "dct:license": BASE + "licences/cc0-1.0",
}
#: What cannot be any value: it depends on another, or the shapes ask for it by a choice that no field shows.
CHOSEN = {"dct:source": SOURCE, "pas:stance": f"{BASE}concepts/position-pour"}
#: Values that are no things.
SIZES = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

<https://w3id.org/passerelles/shapes#Sized> a sh:NodeShape ;
  sh:targetClass pas:Production ;
  sh:property [
    sh:path dct:valid ;
    sh:in ( "petit" "grand"@fr 12 ) ;
    sh:maxCount 1
  ] .
"""
READY, NOT_READY = "Prête à être remise", "À compléter"


class Page(HTMLParser):
    """The fields of a form, what they take, and what is said of each."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.controls: list[dict[str, str]] = []
        self.lists: dict[str, list[str]] = {}
        self.told: dict[str, str] = {}
        self.labels: list[str] = []
        self._list = self._told = self._folded = self._choice = self._tag = ""
        self._spans = self._sets = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found, self._tag = {name: value or "" for name, value in attrs}, tag
        if tag in ("input", "textarea", "select") and "name" in found:
            self.controls.append({"tag": tag, "part": self._folded, "choice": self._choice, **found})
            self._list = f"select {len(self.controls)}" if tag == "select" else self._list
        elif tag == "details":
            self._folded = found.get("id", "")
        elif tag == "fieldset":
            self._sets += 1
            self._choice = str(self.getpos()) if found.get("class") == "choice-of" else self._choice
        elif tag == "datalist":
            self._list = found["id"]
        elif tag == "option":
            self.lists.setdefault(self._list, []).append(found.get("value", ""))
        elif found.get("class") == "told":
            self._told, self._spans = found["id"].removesuffix("-told"), 1
        elif self._told and tag == "span":
            self._spans += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self._folded = ""
        elif tag == "fieldset":
            self._sets -= 1
            self._choice = self._choice if self._sets else ""
        if self._told and tag == "span":
            self._spans -= 1
            self._told = self._told if self._spans else ""

    def handle_data(self, data: str) -> None:
        if self._tag in ("label", "legend"):
            self.labels.append(data.strip())
        self._tag = ""
        if self._told and data.strip():
            self.told[self._told] = self.told.get(self._told, "") + data.strip()

    def said(self, name: str) -> str:
        """What is said of a field, by the name of its values, with plain spaces."""
        told = next((self.told.get(each.get("id", ""), "") for each in self.controls if each["name"] == name), "")
        return told.replace("\u00a0", " ").replace("\u202f", " ")

    def needed(self, title: str) -> dict[str, str]:
        """Something for every field of the first part, for one of each choice, as a person would fill it in."""
        filled: dict[str, str] = {}
        chosen: set[str] = set()
        for number, each in enumerate(self.controls, 1):
            name, choice = each["name"], each["choice"]
            if each["part"] or name in filled or name in ("q", "lang", "slug") or choice in chosen:
                continue
            chosen |= {choice} - {""}
            named = f"select {number}" if each["tag"] == "select" else each.get("list", "")
            offered = [value for value in self.lists.get(named, []) if value]
            typed = {"checkbox": each.get("value", ""), "date": "2024-05-17", "datetime-local": "2024-05-17T10:30"}.get(
                each.get("type", "")
            )
            written = typed or each.get("placeholder") or title
            filled[name] = CHOSEN.get(name) or (offered[number % len(offered)] if offered else written)
        return filled


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    """A copy of the repository's own graph, with a forge."""
    root = tmp_path_factory.mktemp("repository")
    for name in ("ontology", "shapes", "data", "queries", "mappings"):
        shutil.copytree(ROOT / name, root / name)
    settings = (ROOT / config.FILE_NAME).read_text(encoding="utf-8")
    (root / config.FILE_NAME).write_text(f'{settings}\n[contribute]\nnew_file = "{FORGE}"\n', encoding="utf-8")
    (root / "shapes" / "sizes.ttl").write_text(SIZES, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def portal(repository) -> Iterator[Server]:
    """A server of it."""
    settings = config.load(repository)
    snapshot = open_snapshot(build(settings, settings.build_folder).path)
    with serving(settings, snapshot) as served:
        yield served


def send(portal: Server, kind: str, fields: dict, **options) -> httpx.Response:
    headers = {"Accept": "text/html", "Accept-Language": "fr", **options.pop("headers", {})}
    return portal.post(f"/contribute/{kind}", data=fields, headers=headers, timeout=60, **options)


def text_of(page: str) -> str:
    return unescape(re.search(r'<pre class="code"[^>]*>(.*?)</pre>', page, re.DOTALL)[1])


def forms(portal: Server) -> list[str]:
    """The address of every form."""
    page = portal.get("/contribute", "text/html").text.split("<main")[1]
    first = re.findall(r'href="(/contribute/[^"]+)"', page)
    more = {
        unescape(each)
        for path in first
        for each in re.findall(r'href="(/contribute/[^"?]+\?type=[^"]+)"', portal.get(path).text)
    }
    return sorted(
        more | {path for path in map(unescape, first) if not any(each.startswith(f"{path}?") for each in more)}
    )


def cards(index: SearchIndex) -> list[dict]:
    """The first things of an index."""
    return [hit.card for hit in index.search(asking.read("", index.facets, config.Limits())).hits]


# --- which forms there are


def test_what_may_be_described_begins_with_productions_and_reuses(portal):
    page = portal.get("/contribute", "text/html", headers={"Accept-Language": "fr"}).text
    found = re.findall(r'<h2><a href="/contribute/([^"]+)">', page)
    assert found[:2] == ["productions", "reuses"]
    assert {"organisations", "events", "tools", "needs", "people", "places", "sources"} <= set(found)


def test_a_class_that_no_file_describes_has_no_form(portal):
    assert portal.get("/contribute/concepts", "text/html").status_code == 404
    assert portal.get("/contribute/productions?type=foaf:Person", "text/html").status_code == 404


def test_a_graph_without_shapes_of_its_things_says_so(server):
    assert server.get("/contribute", "text/html").status_code == 200
    assert server.get("/contribute/productions", "text/html").status_code in (200, 404)


def test_a_form_comes_from_the_snapshot_and_is_kept_by_its_etag(portal):
    answer = portal.get("/contribute/productions", "text/html")
    again = portal.get("/contribute/productions", "text/html", headers={"If-None-Match": answer.headers["etag"]})
    assert (answer.status_code, again.status_code) == (200, 304)


def test_three_fields_are_needed_of_a_production_and_come_first(portal):
    page = Page(portal.get("/contribute/productions", "text/html").text)
    first = dict.fromkeys(
        each["name"] for each in page.controls if not each["part"] and each["name"] not in ("q", "slug")
    )
    assert list(first) == ["dct:title@fr", "dct:license", "pas:licenceStatus", "dct:source"]
    assert {"pas:stage", "dcat:theme", "dct:creator", "foaf:page"} <= {each["name"] for each in page.controls}


def test_what_a_field_takes_comes_from_the_graph(portal):
    page = Page(portal.get("/contribute/productions", "text/html").text)
    by_name = {each["name"]: (number, each) for number, each in enumerate(page.controls, 1)}
    number, _ = by_name["pas:stage"]
    assert BASE + "concepts/stage-idee" in page.lists[f"select {number}"]
    assert BASE + "licences/etalab-2.0" in page.lists[f"select {by_name['dct:license'][0]}"]
    creators = page.lists[by_name["dct:creator"][1]["list"]]
    assert {"Carrefour", "Dilab (organisations/dilab)", "Dilab (accounts/compte-dilab)"} <= set(creators)


def classed(root: Path, concepts: int) -> config.Settings:
    """A repository whose productions are classed under two vocabularies of one name."""
    schemes = "".join(f'<{BASE}schemes/{each}> a skos:ConceptScheme ; skos:prefLabel "Thèmes"@fr .\n' for each in "ab")
    listed = "".join(
        f'<{BASE}concepts/{each}{name}> a skos:Concept ; skos:prefLabel "{each}{name}"@fr ;'
        f" skos:inScheme <{BASE}schemes/{each}> .\n"
        for each in "ab"
        for name in range(concepts)
    )
    prefixes = """@prefix dct: <http://purl.org/dc/terms/> . @prefix pas: <https://w3id.org/passerelles/ontology#> .
        @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"""
    files = {
        "ontology/essai.ttl": "pas:Production a <http://www.w3.org/2002/07/owl#Class> .",
        "shapes/essai.ttl": """<urn:x:s> a sh:NodeShape ; sh:targetClass pas:Production ;
            sh:property [ sh:path dct:title ; sh:minCount 1 ], [ sh:path dct:subject ; sh:class skos:Concept ] .""",
        "data/concepts.ttl": schemes + listed,
        "data/productions/bus.ttl": f"""<{BASE}productions/bus> a pas:Production ; dct:title "Bus"@fr ;
            dct:subject <{BASE}concepts/a0>, <{BASE}concepts/b0> .""",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(prefixes + text, encoding="utf-8")
    (root / config.FILE_NAME).write_text('[lint]\nplaceholder = "off"\n', encoding="utf-8")
    return config.load(root)


@pytest.mark.parametrize("concepts", [2, 300])
def test_vocabularies_of_one_name_are_chosen_from_together_and_searched_when_they_are_long(tmp_path, concepts):
    settings = classed(tmp_path, concepts)
    with serving(settings, build(settings, settings.build_folder)) as served:
        page = served.get("/contribute/productions", "text/html").text
    number, subject = next(
        (number, each) for number, each in enumerate(Page(page).controls, 1) if each["name"].endswith("subject")
    )
    if concepts == 2:
        offered = Page(page).lists[f"select {number}"]
        assert set(offered) == {"", *(f"{BASE}concepts/{name}" for name in ("a0", "a1", "b0", "b1"))}
    else:
        assert subject["tag"] == "input"
        assert f'id="{subject["list"]}" data-search="/search?format=json&amp;kind=concepts"' in page


# --- what is written becomes a file


def test_licences_are_chosen_under_headings_those_of_the_state_first(portal):
    page = portal.get("/contribute/productions", "text/html").text
    groups = {
        heading: re.findall(r'value="[^"]*/licences/([^"]+)"', group)
        for heading, group in re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page, re.DOTALL)
    }
    first, *_ = groups
    assert "Liste de l’État" in first
    assert groups[first] == ["etalab-2.0"]
    listed = [heading.startswith("Liste de l’État") for heading in groups]
    assert listed == sorted(listed, reverse=True)
    assert sum(listed) == 3
    [forbidding] = (names for heading, names in groups.items() if "interdisent" in heading)
    assert {"cc-by-nc-4.0", "cc-by-nd-4.0"} <= set(forbidding)
    [replaced] = (names for heading, names in groups.items() if "plus récente" in heading)
    assert "etalab-1.0" in replaced
    assert sum(map(len, groups.values())) == len({name for names in groups.values() for name in names})


def test_every_form_filled_where_needed_gives_a_file_that_the_gate_takes(portal, repository, subtests):
    made = []
    for path in forms(portal):
        with subtests.test(form=path):
            form = Page(portal.get(path, "text/html").text)
            assert not [name for name in form.labels if ":" in name], "a field without a name for people"
            filled = form.needed(f"Essai de contribution {path.rpartition('/')[2]}")
            filled |= {"dct:source": SOURCE} if any(each["name"] == "dct:source" for each in form.controls) else {}
            answer = send(portal, path.removeprefix("/contribute/"), filled)
            assert READY in answer.text, (
                filled,
                Page(answer.text).told,
                re.findall(r'<p dir="auto">.*?</p>', answer.text),
            )
            given = send(portal, path.removeprefix("/contribute/"), {**filled, "do": "file"})
            assert given.headers["content-type"] == "text/turtle; charset=utf-8"
            assert given.text == text_of(answer.text)
            name = re.search(r'filename="([^"]+)"', given.headers["content-disposition"])[1]
            place = re.search(r"<code>data/([^<]+)</code>", answer.text)[1]
            assert place.endswith(f"/{name}")
            made.append((place, given.text))
    assert len(made) > 20
    for place, text in made:
        (repository / "data" / place).write_text(text, encoding="utf-8")
    try:
        paths = [f"data/{place}" for place, _ in made]
        for command in (["check"], ["fmt", "--check"]):
            run = [sys.executable, "-m", "graph", "--repo", str(repository), *command, *paths]
            said = subprocess.run(run, capture_output=True, text=True, check=False, cwd=repository)
            assert said.returncode == 0, said.stdout + said.stderr
    finally:
        for place, _ in made:
            (repository / "data" / place).unlink()


def test_what_is_written_is_what_the_file_says(portal):
    fields = {
        **PRODUCTION,
        "dct:title@en": "Field notebook of bridges",
        "dct:description@fr": "Deux lignes.\r\nL’une après l’autre, « citée ».",
        "dct:issued": "07/2018",
        "dct:creator": ["Dilab (organisations/dilab)", "carrefour", f"{BASE}organisations/cimi"],
        "dcat:landingPage": "www.example.org/ponts",
    }
    said = pyoxigraph.Dataset(
        pyoxigraph.parse(text_of(send(portal, "productions", fields).text).encode(), pyoxigraph.RdfFormat.TURTLE)
    )
    (subject,) = {quad.subject.value for quad in said}
    assert subject == f"{BASE}productions/carnet-de-terrain-des-ponts"
    values = {(quad.predicate.value.rpartition("/")[2], str(quad.object)) for quad in said}
    assert {
        ("title", '"Field notebook of bridges"@en'),
        ("description", '"Deux lignes.\\nL’une après l’autre, « citée »."@fr'),
        ("issued", '"2018-07"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
        ("creator", f"<{BASE}organisations/dilab>"),
        ("creator", f"<{BASE}organisations/carrefour>"),
    } <= values
    assert any(str(quad.object) == "<https://www.example.org/ponts>" for quad in said)


@pytest.mark.parametrize("written", ["petit", "grand", "12"])
def test_a_literal_is_chosen_from_those_that_a_shape_lists(portal, written):
    terms = {"petit": '"petit"', "grand": '"grand"@fr', "12": '"12"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    page = Page(portal.get("/contribute/productions", "text/html").text)
    number = next(number for number, each in enumerate(page.controls, 1) if each["name"] == "dct:valid")
    assert page.lists[f"select {number}"] == ["", *terms.values()]
    for value in (terms[written], written):  # as a list gives it, as an address may
        answer = send(portal, "productions", {**PRODUCTION, "dct:valid": value}).text
        quads = pyoxigraph.parse(text_of(answer).encode(), pyoxigraph.RdfFormat.TURTLE)
        found = [str(each.object) for each in quads if each.predicate.value.endswith("/valid")]
        assert found == [terms[written]]
        assert Page(answer).said("dct:valid") == ""
        assert READY in answer


def test_what_is_missing_is_said_beside_its_field_and_nothing_else_is_lost(portal):
    page = Page(send(portal, "productions", {"dct:title@fr": "Carnet", "pas:stage": "ailleurs"}).text)
    assert page.said("dct:source") == "Ce champ est nécessaire."
    assert page.said("dct:license") == "Remplissez au moins l’un de ces champs."
    assert page.said("dct:title@fr") == ""
    assert "ailleurs" in page.said("pas:stage")
    title = next(each for each in page.controls if each["name"] == "dct:title@fr")
    assert title["value"] == "Carnet"


def test_what_the_gate_says_of_a_value_is_beside_its_field(portal):
    page = Page(send(portal, "productions", {**PRODUCTION, "dct:issued": "hier"}).text)
    assert page.said("dct:issued").startswith("Date de parution illisible")


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("dct:issued", "31/02/2024", "Écrivez une année, un mois ou un jour du calendrier : 2024, 05/2024 ou"),
        ("dct:modified", "2024-13", "n’est pas un mois d’une année valable. Écrivez une année, un mois ou un jour"),
        ("dct:source", "javascript:alert(1)", "« javascript:alert(1) » n’en est pas l’adresse. Écrivez une adresse en"),
        ("pas:stage", "urn:x", "Ce champ attend une étape du parcours de l’innovation. Choisissez dans la liste."),
        ("pas:licenceStatus", f"{BASE}concepts/licence-non-precisee", "retirez « état de la licence », ou retirez « l"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write_in_the_field(portal, name, value, remedy):
    answer = send(portal, "productions", {**PRODUCTION, name: value}).text
    assert remedy in Page(answer).said(name)
    assert NOT_READY in answer


def test_the_help_of_a_date_says_what_its_forms_become(portal):
    html = portal.get("/contribute/productions", "text/html").text
    assert "2024, 05/2024 ou 17/05/2024. Le fichier les écrit 2024, 2024-05 et 2024-05-17" in html


def test_a_field_that_a_sentence_asks_for_is_told_of_where_another_was_filled_in(portal):
    fields = {name: value for name, value in PRODUCTION.items() if name != "dct:license"}
    answer = send(portal, "productions", {**fields, "pas:licenceStatus": f"{BASE}concepts/licence-precisee"}).text
    told = Page(answer).said("dct:license")
    assert "L’état de la licence dit qu’il y en a une, et elle n’est pas donnée : ajoutez « licence »" in told
    assert READY in answer


def test_what_is_folded_and_is_told_of_is_unfolded_with_the_sentence_beside_it(portal):
    answer = send(portal, "productions", PRODUCTION).text
    assert READY in answer
    assert '<details id="part-should" open>' in answer
    assert "Description française conseillée." in Page(answer).said("dct:description@fr")
    wrong = send(portal, "productions", {**PRODUCTION, "dct:issued": "hier"}).text
    assert '<details id="part-may" open>' in wrong
    assert '<details id="part-should">' in wrong  # what is advised waits for what is wrong


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Carrefourr", "Vouliez-vous dire « Carrefour » ?"),
        ("dilab", "Dilab (accounts/compte-dilab) · Dilab (organisations/dilab)"),
        ("Personne de ce nom", "Rien ne s’appelle « Personne de ce nom » ici."),
    ],
)
def test_a_name_that_is_no_one_s_or_of_several_is_said_so(portal, name, said):
    page = Page(send(portal, "productions", {**PRODUCTION, "dct:creator": name}).text)
    assert said in page.said("dct:creator")


def test_what_is_said_of_a_field_is_in_french_typography(portal):
    answer = send(portal, "productions", {**PRODUCTION, "dct:creator": "Carrefourr", "dct:source": "l'adresse"}).text
    assert "Vouliez-vous dire «\u00a0Carrefour\u00a0»\u202f?" in answer
    assert "Rien ne s’appelle «\u00a0l’adresse\u00a0» ici." in answer
    assert ' value="l&#39;adresse"' in answer  # a value is what was typed


@pytest.mark.parametrize(
    "address",
    [
        "{url}/id/productions/agglo-bus",
        "{url}/id/productions/agglo-bus.html",
        "{url}/id/productions/agglo-bus.ttl?lang=en#licence",
        "{url}/id/productions/agglo%2Dbus?lang=en",
        "/id/productions/agglo-bus.html",
        "productions/agglo-bus",
    ],
)
def test_the_address_of_a_page_means_its_thing(portal, address):
    address = address.format(url=portal.url)
    compared = portal.get("/compare", "application/json", params={"a": address, "b": "organisations/dilab"})
    assert compared.json()["a"]["iri"] == f"{BASE}productions/agglo-bus"
    answer = send(portal, "reuses", {"dct:title@fr": "Bus", "pas:reused": address})
    assert "pas:reused id:productions/agglo-bus" in re.sub(r"\s+", " ", text_of(answer.text)).replace(
        f"<{BASE}productions/agglo-bus>", "id:productions/agglo-bus"
    )


@pytest.mark.parametrize("rest", ["x> . <urn:evil> <urn:p> <urn:o", "x%3E%20.%20%3Curn:evil%3E%20a%20%3Curn:o", ""])
def test_an_address_that_is_no_thing_s_adds_nothing(portal, rest):
    page = send(portal, "productions", {**PRODUCTION, "dct:creator": f"{portal.url}/id/{rest}"}).text
    assert {quad.subject.value for quad in pyoxigraph.parse(text_of(page).encode(), pyoxigraph.RdfFormat.TURTLE)} == {
        f"{BASE}productions/carnet-de-terrain-des-ponts"
    }


def test_the_language_of_the_reader_is_that_of_what_is_said(portal):
    answer = send(portal, "productions", {"dct:title@fr": "Carnet"}, headers={"Accept-Language": "en"})
    assert Page(answer.text).said("dct:source") == "This field is needed."


def test_what_resembles_it_is_shown_before_it_is_added_twice(portal):
    page = send(portal, "productions", {**PRODUCTION, "dct:title@fr": "Agglo bus", "slug": "agglo-bus-deux"}).text
    assert "Ressemble à…" in page
    assert "/id/productions/agglo-bus" in page


def test_a_file_that_exists_is_not_written_over(portal):
    answer = send(portal, "productions", {**PRODUCTION, "slug": "Agglo Bus"})
    assert "data/" not in answer.headers.get("content-disposition", "")
    assert "productions/agglo-bus.ttl existe déjà" in Page(answer.text).said("slug")
    assert NOT_READY in answer.text


@pytest.mark.parametrize(
    ("slug", "faults", "becomes"),
    [
        ("Carnet de terrain", "(majuscules, espaces)", "« carnet-de-terrain »"),
        ("ponts_été", "(accents, ou lettres d’un autre alphabet, signes", "« ponts-ete »"),
        ("-ponts", "(trait d’union en trop)", "« ponts »"),
        ("!!!", "(signes autres que le trait d’union)", "« carnet-de-terrain-des-ponts »"),
    ],
)
def test_a_wrong_name_of_a_file_is_told_with_what_is_wrong_and_what_it_becomes(portal, slug, faults, becomes):
    answer = send(portal, "productions", {**PRODUCTION, "slug": slug}).text
    said = Page(answer).said("slug")
    assert faults in said
    assert becomes in said
    assert "« carnet-de-terrain-des-ponts »" in said  # what the title would make of it
    assert READY in answer


def test_a_right_name_of_a_file_is_not_remarked_upon(portal):
    assert Page(send(portal, "productions", {**PRODUCTION, "slug": "ponts-2"}).text).said("slug") == ""


def test_a_reuse_that_nobody_attests_is_advised_what_counts_as_an_attestation(portal):
    fields = {
        "dct:title@fr": "Reprise de la pré-plainte",
        "pas:reused": f"{BASE}productions/pre-plainte-gouv-fr",
        "pas:reuser": f"{BASE}organisations/cnfpt",
        "pas:reuseKind": f"{BASE}concepts/reutilisation-adaptee",
        "dct:source": SOURCE,
    }
    answer = send(portal, "reuses", fields).text
    assert READY in answer
    assert "Vaut attestation" in answer
    assert "Vaut attestation" not in send(portal, "reuses", {**fields, "pas:attestedBy": "organisations/cnfpt"}).text


def test_one_more_value_is_asked_for_without_a_script(portal):
    one, two = (
        sum(each["name"] == "dct:source" for each in Page(send(portal, "productions", fields).text).controls)
        for fields in (PRODUCTION, {**PRODUCTION, "more": "dct:source"})
    )
    assert two == one + 1


def test_an_address_fills_the_form_in(portal):
    reused = f"{BASE}productions/agglo-bus"
    page = portal.get("/contribute/reuses", "text/html", params={"pas:reused": reused}).text
    assert next(each for each in Page(page).controls if each["name"] == "pas:reused")["value"] == reused


def test_a_thing_is_found_by_its_very_name_among_more_than_a_list_holds(snapshot):
    index = SearchIndex(snapshot, config.Limits())
    (label, iri, kind), *_ = [
        (name, card["iri"], card["kind"]) for card in cards(index) for name in card["names"].values()
    ]
    assert named(index, [kind], label.upper(), config.Limits()) == [iri]
    assert named(index, ["nowhere"], label, config.Limits()) == []
    assert named(index, [kind], label.split()[0] + " autre", config.Limits()) == []


# --- where it is handed in


def test_a_contribution_is_carried_to_the_forge_by_a_link(portal):
    page = send(portal, "productions", PRODUCTION).text
    address = unescape(re.search(r'href="(https://forge\.example/[^"]+)"', page)[1])
    asked = httpx.URL(address).params
    assert asked["filename"] == "data/productions/carnet-de-terrain-des-ponts.ttl"
    assert asked["value"] == text_of(page)


def test_a_contribution_too_long_for_a_link_is_pasted(portal):
    page = send(portal, "productions", {**PRODUCTION, "dct:description@fr": "Un pont de plus. " * 800}).text
    address = unescape(re.search(r'href="(https://forge\.example/[^"]+)"', page)[1])
    assert httpx.URL(address).params["value"] == ""
    assert "téléchargez-la" in page


def test_what_the_gate_advises_is_counted_and_leads_to_its_field(portal):
    answer = send(portal, "productions", {**PRODUCTION, "dct:title@fr": "Carnet\u202e de terrain"}).text
    verdict, found = answer.split('id="verdict"')[1].split('id="found"')
    assert READY in verdict
    tips = re.findall(r'<li dir="auto">(.*?) <a href="#(field-\d+)', found)
    assert f"{len(tips)} conseils" in verdict
    title = next(each["id"] for each in Page(answer).controls if each["name"] == "dct:title@fr")
    assert ("Caractère invisible U+202E. Ôtez-le.", title) in tips
    assert "Description française conseillée." in [message for message, _ in tips]


def test_what_has_nothing_to_be_advised_counts_no_advice(portal):
    fields = {
        **PRODUCTION,
        "dct:title@en": "A notebook of bridges",
        "dct:description@fr": "Ce que des ponts ont vu.",
        "dct:type": f"{BASE}concepts/kind-service",
    }
    answer = send(portal, "productions", fields).text
    assert READY in answer
    assert 'id="tips"' not in answer


def test_a_long_title_is_told_beside_its_field(portal):
    said = Page(send(portal, "productions", {**PRODUCTION, "dct:title@fr": "pont " * 50}).text).said("dct:title@fr")
    assert "249 caractères" in said


@pytest.mark.parametrize("title", ["!!!", "日本語"])
def test_an_identifier_is_asked_for_where_a_title_gives_none(portal, title):
    answer = send(portal, "productions", {**PRODUCTION, "dct:title@fr": title}).text
    assert f"« {title} » n’a ni lettre latine ni chiffre" in Page(answer).said("slug")
    assert NOT_READY in answer
    assert 'id="like"' not in answer
    assert READY in send(portal, "productions", {**PRODUCTION, "dct:title@fr": title, "slug": "ponts"}).text


def test_what_is_classed_is_classed_under_the_schemes_that_class(portal):
    html = portal.get("/contribute/productions", "text/html").text
    field = html.split('name="pas:suggestedConcept"')[1].split("</select>")[0]
    assert [unescape(each) for each in re.findall(r'<optgroup label="([^"]+)"', field)] == [
        "Publics visés",
        "Thèmes",
        "Types de production",
        "Étapes de l’innovation (parcours de l’innovation)",
    ]
    assert "/concepts/theme-mobilite" in field
    for other in ("decision-acceptee", "licence-non-precisee", "post-it"):
        assert other not in field


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,<b>", "file:///etc/passwd"])
def test_an_address_that_is_no_page_s_is_refused_beside_its_field(portal, address):
    answer = send(portal, "productions", {**PRODUCTION, "dct:source": address}).text
    assert Page(answer).said("dct:source")
    assert NOT_READY in answer


# --- what is hostile


@pytest.mark.parametrize(
    "text",
    [
        "</textarea><script>pwned=1</script>",
        "\x00\x01",
        "\u202eabc\u202c",
        '"""@fr . <a> <b> <c> .',
        "\ufffe\U0001f600",
        "é" * 5_000,
        "{{ 7*7 }}",
    ],
)
@pytest.mark.parametrize("name", ["dct:title@fr", "dct:source", "slug", "pas:stage", "dct:issued"])
def test_what_is_hostile_stays_a_value(portal, name, text):
    answer = send(portal, "productions", {**PRODUCTION, name: text})
    assert answer.status_code == 200
    assert "<script>pwned" not in answer.text
    said = text_of(answer.text)
    assert {
        quad.subject.value.startswith(f"{BASE}productions/")
        for quad in pyoxigraph.parse(said.encode(), pyoxigraph.RdfFormat.TURTLE)
    } == {True}


@pytest.mark.parametrize("size", [300_000, 1_500_000])
def test_too_much_is_refused_with_a_sentence(portal, size):
    answer = send(portal, "productions", {**PRODUCTION, "dct:title@fr": "a" * size}, headers={"Accept": "*/*"})
    assert (answer.status_code, answer.json()["limit"]) == (413, "contribute_bytes")


def test_thousands_of_values_are_refused_with_a_sentence(portal):
    answer = send(portal, "productions", {"dct:source": [SOURCE] * 3_000}, headers={"Accept": "*/*"})
    assert answer.status_code == 400
    assert "1000" in answer.json()["detail"]


def test_a_field_has_only_so_many_values(portal):
    fields = {**PRODUCTION, "dct:creator": [f"Carrefour {number}" for number in range(101)]}
    answer = send(portal, "productions", fields, headers={"Accept": "*/*"})
    assert (answer.status_code, answer.json()["limit"]) == (422, "contribute_values")
    assert "100" in answer.json()["detail"]


def test_a_near_name_is_looked_for_once_in_a_field_and_beside_the_event_loop(monkeypatch):
    options = {f"{BASE}organisations/{number}": f"Carrefour {number}" for number in range(500)}
    entry = Entry("", "dct:creator", "urn:x:creator", "", 0, "things", several=True, options=options)
    sort = Sort("productions", "urn:x:Production", (), 1)
    form = Form(sort, Outline({}), {entry.name: entry}, "", {}, {}, {}, ())
    looked = []

    def seek(text: str, *_, **__) -> list[str]:
        looked.append((text, threading.current_thread() is threading.main_thread()))
        return ["Carrefour 7"]

    async def rows(*_, **__) -> list[object]:
        return []

    site = SimpleNamespace(
        base=BASE,
        graph_base=BASE,
        settings=config.Settings(Path(), Path()),
        language=lambda _: "fr",
        meant_by=lambda *_: None,
        rows=rows,
    )
    monkeypatch.setattr(writing, "get_close_matches", seek)
    given = Parameters([(entry.name, text) for text in ["carrefour 8", *(f"Carrefourr {each}" for each in range(99))]])
    written = asyncio.run(writing.Writing(None, site, form, given).done())
    assert looked == [("Carrefourr 0", False)]
    assert "Carrefour 7" in written.wrong[entry.name]
    assert written.said == [(entry.name, f"<{BASE}organisations/8>")]


@pytest.mark.parametrize(
    ("media_type", "content", "status"),
    [
        ("application/json", b"{}", 415),
        ("application/x-www-form-urlencoded", b"dct:title%40fr=%ff", 400),
        ("application/x-www-form-urlencoded", b"\xff=1", 400),
    ],
)
def test_what_is_no_form_is_refused(portal, media_type, content, status):
    answer = httpx.post(
        f"{portal.url}/contribute/productions", content=content, headers={"Content-Type": media_type}, timeout=30
    )
    assert (answer.status_code, answer.json()["status"]) == (status, status)


# --- the shapes, and names


PREFIXES = """\
@prefix : <urn:x:> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def outline(turtle: str, kind: str):
    quads = pyoxigraph.parse((PREFIXES + turtle).encode(), pyoxigraph.RdfFormat.TURTLE)
    text = pyoxigraph.serialize((quad.triple for quad in quads), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return Shapes(text, {"urn:x:B": {"urn:x:A"}}).outline(kind)


def test_a_class_has_the_fields_of_those_above_it_and_of_the_types_that_go_with_it():
    found = outline(
        """
:sA sh:targetClass :A ; sh:property [ sh:path :a ; sh:minCount 1 ] .
:sB sh:targetClass :B ; sh:property
  [ sh:path :b ; sh:minCount 1 ; sh:severity sh:Warning ], [ sh:path rdf:type ; sh:hasValue :C ] .
:sC sh:targetClass :C ; sh:property [ sh:path :c ; sh:maxCount 1 ] .""",
        "urn:x:B",
    )
    assert list(found.types) == ["urn:x:B", "urn:x:C"]
    assert {path: each.level for path, each in found.fields.items()} == {
        "urn:x:a": MUST,
        "urn:x:b": SHOULD,
        "urn:x:c": 0,
    }
    assert found.fields["urn:x:c"].most == 1


def test_where_a_thing_may_be_of_several_forms_what_tells_them_apart_may_be_said():
    found = outline(
        ":s sh:targetClass :A ; sh:or ( [ sh:pattern 'x' ] [ sh:property [ sh:path :a ; sh:minCount 1 ] ] ) .",
        "urn:x:A",
    )
    assert {path: each.level for path, each in found.fields.items()} == {"urn:x:a": 0}


def test_what_may_not_be_said_is_not_asked():
    assert outline(":s sh:targetClass :A ; sh:property [ sh:path :a ; sh:maxCount 0 ] .", "urn:x:A").fields == {}


def test_a_choice_of_datatypes_and_a_list_are_read_through_other_shapes():
    found = outline(
        """
:s sh:targetClass :A ; sh:property
  [ sh:path :date ; sh:node [ sh:or ( [ sh:datatype xsd:gYear ] [ sh:datatype xsd:date ] ) ] ],
  [ sh:path :level ; sh:in ( :low :high ) ], [ sh:path [ sh:alternativePath ( :x :y ) ] ; sh:minCount 1 ] .""",
        "urn:x:A",
    )
    assert [each.rpartition("#")[2] for each in found.fields["urn:x:date"].taken.datatypes] == ["gYear", "date"]
    assert found.fields["urn:x:level"].taken.values == ("<urn:x:low>", "<urn:x:high>")
    assert found.either == [(("urn:x:x", "urn:x:y"), MUST)]


def test_an_order_and_a_count_that_are_no_number_are_passed_over():
    found = outline(
        """
:s sh:targetClass :A ; sh:property
  [ sh:path :last ; sh:order "first" ; sh:minCount :one ], [ sh:path :first ; sh:order 2 ; sh:minCount 1 ] .""",
        "urn:x:A",
    )
    assert [(path, each.level) for path, each in found.fields.items()] == [("urn:x:first", MUST), ("urn:x:last", 0)]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("L’Agglo bus : où, quand ?", "l-agglo-bus-ou-quand"),
        ("Œuvre & Cie", "oeuvre-cie"),
        ("  ", ""),
        ("日本", ""),
        ("mot " * 60, "-".join(["mot"] * 20)),
    ],
)
def test_a_title_becomes_the_name_of_a_file(title, slug):
    assert slugged(title) == slug
