"""`/validate`: the gate over HTTP, for what anyone sends."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pyoxigraph
import pytest

from graph import build, config
from graph.dataset import read_one, source_at
from graph.diagnostics import Location
from graph.formats import GRAPH_FORMATS
from graph.snapshot.reader import open_snapshot
from graph.web.checking.changed import compared
from graph.web.checking.excerpts import excerpt
from graph.web.checking.near import Described, Names

from .conftest import ROOT, Server, serving

BASE = "https://w3id.org/passerelles/id/"
SH = "http://www.w3.org/ns/shacl#"
ONTOLOGY = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

pas:Production a owl:Class ; rdfs:label "production"@fr .
"""
SHAPES = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://w3id.org/passerelles/shapes#Production> a sh:NodeShape ; sh:targetClass pas:Production ;
    sh:property <https://w3id.org/passerelles/shapes#title>, <https://w3id.org/passerelles/shapes#issued>,
        <https://w3id.org/passerelles/shapes#format> .
<https://w3id.org/passerelles/shapes#title> sh:path dct:title ; sh:minCount 1 .
<https://w3id.org/passerelles/shapes#issued> sh:path dct:issued ; sh:datatype xsd:gYear .
<https://w3id.org/passerelles/shapes#format> sh:path dct:format ; sh:maxCount 1 .
"""
PREFIXES = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .

"""


def production(slug: str, more: str) -> str:
    return f"{PREFIXES}<{BASE}productions/{slug}> a pas:Production ;\n    {more} .\n"


BUS = production("bus", 'dct:title "Carnet de route du bus"@fr ;\n    foaf:page <https://bus.example/>')
GOOD = production("velo", 'dct:title "Atelier de réparation"@fr ;\n    foaf:page <https://velo.example/>')
WRONG = production("velo", 'dct:title  "Vélo" ;\n    dct:issued "2018-07" ;\n    foaf:page "https://velo.example/"')


@pytest.fixture(scope="module")
def elsewhere():
    """Another server, which has one file; where it is."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/velo.ttl" else 404)
            self.end_headers()
            self.wfile.write(GOOD.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def repository(tmp_path_factory, elsewhere):
    root = tmp_path_factory.mktemp("repository")
    files = {
        "ontology/essai.ttl": ONTOLOGY,
        "shapes/essai.ttl": SHAPES,
        "data/productions/bus.ttl": BUS,
        "passerelles.toml": f"""\
[lint]
policy = "off"
file-name = "warning"
placeholder = "off"
[federation]
files = ["{elsewhere}"]
private = ["{elsewhere}"]
[limits]
validate_bytes = 1000000
validate_findings = 20
""",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    settings = config.load(root)
    return settings, build.build(settings, settings.build_folder, jobs=1)


@pytest.fixture(scope="module")
def gate(repository):
    with serving(*repository) as served:
        yield served


def check(gate: Server, text: str | bytes, accept: str = "application/json", **parameters: str) -> httpx.Response:
    content = text.encode() if isinstance(text, str) else text
    headers = {"Content-Type": "text/turtle", "Accept": accept}
    return gate.post("/validate", content=content, headers=headers, params=parameters)


def submit(gate: Server, accept: str = "text/html", **fields: str) -> httpx.Response:
    return gate.post("/validate", data=fields, headers={"Accept": accept})


def codes(answer: httpx.Response) -> list[str]:
    return [found["code"] for found in answer.json()["diagnostics"]]


def text_of(page: str) -> str:
    """What is in the text area of a page."""
    return unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)[1])


# --- for programs


def test_json_is_what_the_command_line_says(gate, repository):
    settings, snapshot = repository
    command = [
        sys.executable,
        "-m",
        "graph",
        "--repo",
        str(settings.root),
        "--lang",
        "fr",
        "check",
        "-",
        "--format",
        "json",
    ]
    said = subprocess.run(command, input=WRONG, capture_output=True, text=True, check=False, cwd=settings.root)
    answer = check(gate, WRONG)
    assert answer.status_code == 200
    assert answer.json() == json.loads(said.stdout)
    assert (answer.json()["conforms"], answer.json()["snapshot"]) == (False, snapshot.id)
    assert "PAS103" in codes(answer)


def test_a_text_that_conforms_says_so(gate):
    answer = check(gate, GOOD)
    assert (answer.json()["conforms"], codes(answer)) == (True, [])
    assert answer.headers["cache-control"] == "no-store"


def test_sarif_is_given_by_name_and_by_accept(gate):
    answer = check(gate, WRONG, "application/sarif+json")
    assert answer.headers["content-type"] == "application/sarif+json"
    assert answer.json() == check(gate, WRONG, format="sarif").json()
    assert {result["ruleId"] for result in answer.json()["runs"][0]["results"]} == set(codes(check(gate, WRONG)))


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.name)
def test_the_shacl_report_is_the_same_in_every_syntax(gate, form):
    answer = check(gate, WRONG, form.media_type)
    assert answer.headers["content-type"].startswith(form.media_type)
    turtle = check(gate, WRONG, "text/turtle").content
    both = ((answer.content, pyoxigraph.RdfFormat.from_extension(form.name)), (turtle, pyoxigraph.RdfFormat.TURTLE))
    reports = [pyoxigraph.Dataset(pyoxigraph.parse(body, syntax)) for body, syntax in both]
    for report in reports:
        report.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    assert reports[0] == reports[1]


def test_every_result_of_the_report_has_what_shacl_wants(gate):
    store = pyoxigraph.Store()
    store.load(check(gate, WRONG, "text/turtle").content, format=pyoxigraph.RdfFormat.TURTLE)
    select = (
        f"PREFIX sh: <{SH}> SELECT ?r ?v WHERE {{ ?report a sh:ValidationReport ; sh:conforms false ; sh:result ?r ."
    )
    results = list(store.query(select + "}"))
    assert len(results) == len(codes(check(gate, WRONG)))
    whole = "?r a sh:ValidationResult ; sh:focusNode ?f ; sh:resultSeverity ?s ; sh:sourceConstraintComponent ?c }"
    assert len(list(store.query(select + whole))) == len(results)
    (one,) = store.query(select + "?r sh:sourceConstraintComponent sh:DatatypeConstraintComponent ; sh:value ?v }")
    assert one["v"] == pyoxigraph.Literal("2018-07")


def test_a_text_that_is_no_turtle_has_a_report_too(gate):
    answer = check(gate, "<a> <b> ", "text/turtle")
    assert b"sh:conforms false" in answer.content
    assert b"errors/PAS001" in answer.content


def test_without_a_text_a_program_is_told(gate):
    refused = check(gate, "  \n")
    assert (refused.status_code, refused.json()["code"]) == (400, "PAS911")
    assert "text/turtle" in refused.json()["detail"]


def test_another_type_of_content_is_refused(gate):
    refused = httpx.post(f"{gate.url}/validate", content=b"{}", headers={"Content-Type": "application/json"})
    assert refused.status_code == 415


def test_a_sentence_gives_the_beginning_of_a_long_value_and_a_fix_mends_the_whole(gate):
    long = "mot " * 20_000
    text = production("velo", f'dct:title "  {long}"@fr ;\n    dct:source <javascript:{"a" * 20_000}>')
    found = check(gate, text).json()["diagnostics"]
    told = [one["message"] for one in found] + [one["fix"]["title"] for one in found if one["fix"]]
    assert any(each.endswith("mot…") for each in told)
    assert any("a…> n’en est pas l’adresse. Écrivez" in each for each in told)
    assert max(map(len, told)) < 600
    page = submit(gate, text=text).text
    assert len(re.sub(r"<textarea.*?</textarea>", "", page, flags=re.DOTALL)) < 40_000
    assert f'dct:title "{long.strip()}"@fr' in text_of(submit(gate, text=text, fix="all").text)


# --- where the text stands


def test_a_text_stands_for_the_file_that_describes_its_subject(gate):
    assert codes(check(gate, BUS)) == []
    found = check(gate, BUS.replace("dct:title", "dct:titel")).json()["diagnostics"]
    assert {one["path"] for one in found} == {"data/productions/bus.ttl"}


def test_a_place_may_be_given(gate):
    assert codes(check(gate, GOOD, path="data/productions/velo.ttl")) == []
    assert "PAS301" in codes(check(gate, GOOD, path="productions/autre.ttl"))


@pytest.mark.parametrize(
    "path", ["../x.ttl", "/etc/passwd", "productions/../../x.ttl", ".git/x.ttl", "x", "a//b.ttl", "a\0.ttl"]
)
def test_no_path_leads_out_of_the_data(gate, path):
    assert check(gate, GOOD, path=path).status_code == 400


def test_nobody_learns_where_the_repository_is(gate, repository):
    root = str(repository[0].root)
    for text in (WRONG, BUS.replace("a pas:Production", "a pas:Nothing"), "<a> <b> ", "\0"):
        for accept in ("application/json", "text/html", "application/sarif+json", "text/turtle"):
            assert root not in check(gate, text, accept).text


# --- the page


def test_the_page_is_a_form(gate):
    page = gate.get("/validate", "text/html")
    assert (page.status_code, gate.get("/validate", "application/json").status_code) == (200, 406)
    for name in ("text", "file", "path", "url"):
        assert f'name="{name}"' in page.text
    assert "Check a text" in gate.get("/validate", "text/html", params={"lang": "en"}).text


def test_the_range_is_marked_on_its_line_and_the_code_leads_to_its_page(gate):
    page = submit(gate, text=WRONG).text
    assert "dct:issued <mark>&#34;2018-07&#34;</mark> ;" in page
    assert 'href="/errors/PAS103"' in page
    assert gate.get("/errors/PAS103", "text/html").status_code == 200
    assert "erreur</span>" in page
    assert text_of(page) == WRONG


def test_what_others_wrote_is_escaped_and_marks_of_direction_are_shown(gate):
    page = submit(gate, text=production("x", 'dct:title "</textarea><script>alert(1)</script>\u202e"@fr')).text
    assert "<script>" not in page
    assert page.count("</textarea>") == 1
    assert '<span class="acts" title="Caractère qui ne se voit pas">U+202E</span>' in page


def test_a_file_is_taken_before_the_text(gate):
    for name, content in (("x.ttl", WRONG), ("x.ttl", WRONG.replace("\n", "\r\n"))):
        answer = httpx.post(
            f"{gate.url}/validate",
            data={"text": "", "path": ""},
            files={"file": (name, content.encode())},
            headers={"Accept": "application/json"},
        )
        assert codes(answer) == codes(check(gate, WRONG))


def test_the_line_ends_of_a_browser_are_not_the_author_s(gate):
    assert text_of(submit(gate, text=WRONG.replace("\n", "\r\n")).text) == WRONG


def test_a_form_that_cannot_be_read_is_refused(gate):
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Accept": "application/json"}
    part = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n'
    for content in (b"nothing", part + b"--x--\r\n", part.replace(b"\xff", b"a") * 100 + b"--x--\r\n"):
        refused = httpx.post(f"{gate.url}/validate", content=content, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (400, "PAS911")


def test_what_resembles_it_is_shown(gate):
    page = submit(gate, text=production("car", 'dct:title "Le carnet de route"@fr')).text
    assert f'title="{BASE}productions/bus"' in page
    assert "titre proche" in page
    page = submit(gate, text=production("car", 'dct:title "Rien"@fr ; foaf:page <http://www.bus.example>')).text
    assert "même adresse" in page
    assert 'id="like"' not in submit(gate, text=GOOD).text


# --- what it changes


def changes(page: str) -> str:
    found = re.search(r'<section aria-labelledby="changes">.*?</section>', page, re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", "", found[0])) if found else ""


def test_what_a_text_changes_in_its_file_is_told_in_words(gate):
    page = submit(
        gate, text=BUS.replace("Carnet de route du bus", "Carnet du bus") + f"<{BASE}productions/bus> dct:issued 2018 ."
    ).text
    told = changes(page)
    assert "data/productions/bus.ttl" in told
    assert "2 énoncés ajoutés, 1 retiré" in told
    assert "−\u2009Retiré".replace("\u2009", " ") in told
    assert "« Carnet de route du bus » (fr)" in told
    assert "+ Ajouté : « Carnet du bus » (fr)" in told.replace("\u00a0", " ")


def test_a_text_that_changes_nothing_says_so_and_a_new_one_says_nothing(gate):
    assert "Rien" in changes(submit(gate, text=BUS).text)
    assert changes(submit(gate, text=GOOD).text) == ""
    assert changes(submit(gate, text=BUS.replace(" .", "")).text) == ""


def test_what_is_said_of_a_thing_elsewhere_in_the_graph_is_compared_too(gate):
    told = changes(submit(gate, text=BUS.replace("du bus", "du car"), path="productions/autre.ttl").text)
    assert "ce que le graphe dit déjà" in told
    assert "« Carnet de route du car » (fr)" in told


def test_of_a_long_text_what_changes_is_shown_and_of_many_changes_the_first(gate):
    words = " ".join(f"mot{number}" for number in range(2_000))
    many = " ; ".join(f'dct:description "{words} {number}"@fr' for number in range(50))
    page = submit(gate, text=production("bus", f'dct:title "Carnet de route du bus"@fr ; {many}')).text
    assert "50 énoncés ajoutés, 1 retiré" in changes(page)
    assert "et 30 autres valeurs" in changes(page)
    assert len(changes(page)) < 20_000


def test_programs_are_given_the_triples_that_change(gate):
    told = check(gate, BUS.replace("du bus", "du car")).json()["changes"]
    subject = f"<{BASE}productions/bus> <http://purl.org/dc/terms/title>"
    assert told["changed"] is True
    assert told["triples"]["removed"] == [f'{subject} "Carnet de route du bus"@fr .']
    assert told["triples"]["added"] == [f'{subject} "Carnet de route du car"@fr .']
    assert check(gate, BUS).json()["changes"]["changed"] is False
    assert "changes" not in check(gate, GOOD).json()


def test_a_file_that_is_not_published_is_compared_with_nothing(gate, repository):
    draft = repository[0].data_folder / "productions" / "brouillon.ttl"
    draft.write_text(production("brouillon", 'dct:title "Appelez le 01 23 45 67 89"@fr'), encoding="utf-8")
    try:
        text = production("brouillon", 'dct:title "Autre"@fr')
        for path in ("", "productions/brouillon.ttl"):
            assert "01 23 45" not in submit(gate, text=text, path=path).text
            assert "changes" not in check(gate, text, path=path).json()
    finally:
        draft.unlink()


def test_nobody_learns_which_files_wait_to_be_published(gate, repository):
    text = production("brouillon", f'dct:title "Brouillon"@fr ; dct:isPartOf <{BASE}productions/autre>')
    folder = repository[0].data_folder / "productions"
    before = [check(gate, text, accept).text for accept in ("application/json", "application/sarif+json")]
    for name in ("brouillon", "autre"):
        (folder / f"{name}.ttl").write_text(production(name, 'dct:title "Brouillon"@fr'), encoding="utf-8")
    try:
        after = [check(gate, text, accept).text for accept in ("application/json", "application/sarif+json")]
        page = submit(gate, text=text).text
    finally:
        for name in ("brouillon", "autre"):
            (folder / f"{name}.ttl").unlink()
    assert after == before
    assert "data/productions" not in page.split('id="result"')[1]


@pytest.fixture
def apart(repository, tmp_path):
    """A repository of its own, for what cannot be put back as it was, and its server."""
    for name in ("ontology", "shapes", "data"):
        shutil.copytree(repository[0].root / name, tmp_path / name)
    shutil.copy(repository[0].root / config.FILE_NAME, tmp_path)
    train = production("train", 'dct:title "Train"@fr ;\n    dct:format "papier"')
    (tmp_path / "data/productions/train.ttl").write_text(train, encoding="utf-8")
    settings = config.load(tmp_path)
    with serving(settings, build.build(settings, settings.build_folder, jobs=1)) as served:
        yield settings, served


def name_what_a_portal_says(_: config.Settings) -> dict[str, str]:
    return {"more": f", <{BASE}harvest/portail/1>"}


def stand_for_the_file_of_a_portal(_: config.Settings) -> dict[str, str]:
    return {"path": "harvest/portail.ttl"}


def change_the_ontology(settings: config.Settings) -> dict[str, str]:
    (settings.ontology_folder / "essai.ttl").touch()
    return {}


def remove_the_link(settings: config.Settings) -> dict[str, str]:
    (settings.build_folder / "current").unlink()
    return {}


def damage_the_snapshot(settings: config.Settings) -> dict[str, str]:
    store = settings.build_folder / "current" / "store"
    store.rename(store.with_name("gone"))
    return name_what_a_portal_says(settings)


@pytest.mark.parametrize(
    ("having_everything_read", "undescribed"),
    [
        (name_what_a_portal_says, ["brouillon", "portail/1"]),
        (stand_for_the_file_of_a_portal, []),
        (change_the_ontology, ["brouillon"]),
        (remove_the_link, ["brouillon"]),
        (damage_the_snapshot, ["bus", "train", "brouillon", "portail/1"]),
    ],
)
def test_nobody_learns_what_waits_to_be_published_by_having_everything_read(apart, having_everything_read, undescribed):
    settings, server = apart
    asked = having_everything_read(settings)
    parts = ", ".join(f"<{BASE}productions/{name}>" for name in ("bus", "train", "brouillon"))
    text = production("velo", f'dct:title "Vélo"@fr ; dct:hasPart {parts}{asked.pop("more", "")}')

    def told() -> list[dict]:
        return check(server, text, **asked).json()["diagnostics"]

    before = told()
    folder = settings.data_folder / "productions"
    (folder / "bus.ttl").unlink()
    retired = f'dct:title "Train"@fr ; owl:deprecated true ; dct:isReplacedBy <{BASE}productions/brouillon>'
    prefix = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
    (folder / "train.ttl").write_text(prefix + production("train", retired), encoding="utf-8")
    (folder / "brouillon.ttl").write_text(production("brouillon", 'dct:title "Brouillon"@fr'), encoding="utf-8")
    (folder / "velo.ttl").write_text(GOOD, encoding="utf-8")
    assert told() == before
    said = [one["message"] for one in before if one["code"] == "PAS201"]
    assert [any(f"/{name}>" in one for one in said) for name in undescribed] == [True] * len(said)


def test_what_is_served_is_what_is_published_wherever_it_was_built(repository, tmp_path):
    settings, snapshot = repository
    shutil.copytree(settings.root, tmp_path / "repo", ignore=shutil.ignore_patterns(".passerelles"))
    shutil.copytree(snapshot.path, tmp_path / "moved")
    text = production(
        "velo", f'dct:title "Vélo"@fr ; dct:hasPart <{BASE}productions/bus>, <{BASE}productions/personne>'
    )
    with serving(config.load(tmp_path / "repo"), open_snapshot(tmp_path / "moved")) as served:
        told = [one["message"] for one in check(served, text).json()["diagnostics"] if one["code"] == "PAS201"]
    assert ["personne" in one for one in told] == [True]


def test_what_is_found_in_another_file_does_not_tell_what_its_lines_are_now(apart):
    settings, server = apart
    text = production("train", 'dct:format "web"')

    def told() -> list[dict]:
        found = check(server, text, path="productions/autre.ttl").json()["diagnostics"]
        return [one for one in found if one["path"] == "data/productions/train.ttl"]

    before = told()
    file = settings.data_folder / "productions/train.ttl"
    file.write_text("# À revoir.\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert told() == before
    assert [one["code"] for one in before] == ["PAS102"]


def test_a_file_under_way_is_compared_with_what_is_published_of_it(gate, repository):
    file = repository[0].data_folder / "productions" / "bus.ttl"
    file.write_text(BUS.replace("du bus", "du car"), encoding="utf-8")
    try:
        assert check(gate, BUS).json()["changes"]["changed"] is False
    finally:
        file.write_text(BUS, encoding="utf-8")


def every_thing() -> str:
    return PREFIXES + "".join(
        f'<{BASE}productions/p{number:03}> a pas:Production ; dct:title "Production {number}"@fr ;\n'
        f'    dct:extent 0{number}, 1.50 ; dct:spatial [ dct:title "Lieu"@FR ] .\n'
        for number in range(150)
    )


@pytest.fixture(scope="module")
def large(repository, tmp_path_factory):
    """A server of a graph whose one file is about 150 things, of which a store writes the values its own way."""
    root = tmp_path_factory.mktemp("large")
    for name in ("ontology/essai.ttl", "shapes/essai.ttl", "passerelles.toml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes((repository[0].root / name).read_bytes())
    (root / "data").mkdir()
    (root / "data" / "toutes.ttl").write_text(every_thing(), encoding="utf-8")
    settings = config.load(root)
    with serving(settings, build.build(settings, settings.build_folder, jobs=1)) as served:
        yield served


def test_of_many_things_the_first_are_compared_and_the_page_says_so(large):
    told = check(large, every_thing()).json()["changes"]
    assert told == {"changed": False, "triples": {"added": [], "removed": []}, "not_compared": 50}
    page = changes(submit(large, text=every_thing()).text)
    assert "Rien" in page
    assert "Seules les 100 premières choses du texte sont comparées" in page


def test_a_file_of_many_things_is_compared_whole(large):
    assert check(large, every_thing(), path="toutes.ttl").json()["changes"] == {
        "changed": False,
        "triples": {"added": [], "removed": []},
        "not_compared": 0,
    }
    last = every_thing().replace("Production 149", "Autre")
    assert len(check(large, last, path="toutes.ttl").json()["changes"]["triples"]["added"]) == 1


def test_the_files_of_the_repository_as_they_are_published_change_nothing(tmp_path):
    for name in ("ontology", "shapes", "data", "queries"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / config.FILE_NAME, tmp_path)
    settings = config.load(tmp_path)
    build.build(settings, settings.build_folder)
    found = {}
    for file in sorted(settings.data_folder.rglob("*.ttl")):
        source = source_at(settings, file.resolve())
        found[source] = read_one(source, settings.limits.file_bytes).document.ntriples
    largest = sorted(found, key=lambda source: len(found[source]))[-30:]
    sent = [(source, found[source]) for source in largest] + [(None, b"".join(found.values()))]
    told = [compared(settings, *each) for each in sent]
    assert [(each.added, each.removed) for each in told] == [([], [])] * len(sent)
    assert told[-1].not_compared > 100


# --- mending


def name_of_fix(page: str, title: str) -> str:
    return re.search(rf'name="fix" value="([0-9a-f]+)">[^<]*{re.escape(title)}', page)[1]


def test_a_button_applies_a_fix_and_the_text_is_checked_again(gate):
    page = submit(gate, text=WRONG).text
    again = submit(gate, text=WRONG, fix=name_of_fix(page, "&lt;https://velo.example/&gt;")).text
    assert "foaf:page <https://velo.example/>" in text_of(again)
    assert 'href="/errors/PAS318"' in page
    assert 'href="/errors/PAS318"' not in again


def test_every_fix_is_applied_at_once(gate):
    text = WRONG.replace("dct:issued", "dct:identifer")
    mended = text_of(submit(gate, text=text, fix="all").text)
    assert "foaf:page <https://velo.example/>" in mended
    assert "dct:identifier" in mended


def test_a_fix_of_another_text_changes_nothing(gate):
    page = submit(gate, text=WRONG, fix="0" * 24).text
    assert "ne s’applique plus" in page
    assert text_of(page) == WRONG


def test_what_conforms_is_shown_in_the_canonical_form(gate):
    page = submit(gate, text=GOOD.replace("dct:title ", "dct:title    ")).text
    assert "Conforme" in page
    assert "<del>-    dct:title    &#34;Atelier" in page
    canonical = text_of(submit(gate, text=GOOD, fix="format").text)
    assert "déjà dans la forme" in submit(gate, text=canonical).text


# --- hostile texts


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"\xff\xfe\xfd", "PAS002"),
        ("é".encode("latin-1"), "PAS002"),
        (b"\0\x01\x02" * 100, "PAS003"),
        (b"<a> <b> " + b"[ <c> " * 50_000, "PAS030"),
        (b"<a> <b> " + b"(" * 300_000, "PAS030"),
        (b"<<( " * 50_000, "PAS029"),
        (b'<a> <b> "' + b"x" * 900_000, "PAS014"),
    ],
    ids=["no UTF-8", "Latin-1", "binary", "brackets", "parentheses", "triple terms", "a long text"],
)
def test_a_bomb_is_a_diagnostic(gate, text, code):
    for accept in ("application/json", "text/html"):
        answer = check(gate, text, accept)
        assert (answer.status_code, code in answer.text) == (200, True)


def test_a_text_beyond_the_memory_is_told_and_others_are_checked(gate):
    text = "@prefix a: <http://e/" + "x" * 100_000 + "> .\n" + "a:b a:c a:d .\n" * 60_000
    refused = check(gate, text)
    assert (refused.status_code, refused.json()["limit"]) == (422, "validate_memory_mb")
    page = check(gate, text, "text/html")
    assert (page.status_code, text_of(page.text)) == (422, text)
    assert check(gate, GOOD).json()["conforms"]


def test_a_text_beyond_the_limit_is_refused_by_its_name(gate):
    for answer in (check(gate, b" " * 1_000_001), submit(gate, "application/json", text="x" * 1_000_001)):
        assert (answer.status_code, answer.json()["limit"]) == (413, "validate_bytes")


def test_what_is_beyond_the_diagnostics_given_is_counted(gate):
    text = PREFIXES + "".join(f"<{BASE}productions/x{number}> a pas:Production .\n" for number in range(200))
    found = check(gate, text).json()
    assert len(found["diagnostics"]) == 21
    (more,) = (one for one in found["diagnostics"] if one["code"] == "PAS007")
    assert int(re.search(r"\d+", more["message"])[0]) >= 180
    assert 'href="/errors/PAS007"' in check(gate, text, "text/html").text


def test_who_has_enough_texts_waiting_and_who_waits_too_long_are_told_when_to_come_back(repository, tmp_path):
    settings, snapshot = repository
    for folder in ("ontology", "shapes"):
        (tmp_path / folder).symlink_to(settings.root / folder)
    limits = "validators = 1\nvalidate_seconds = 0.2\nclient_queue_length = 1"
    (tmp_path / config.FILE_NAME).write_text(f"[limits]\n{limits}\n", encoding="utf-8")
    with serving(config.load(tmp_path), snapshot) as server, ThreadPoolExecutor(6) as pool:
        text = PREFIXES + "".join(f"<{BASE}productions/x{n}> dct:relation <{BASE}x{n}> .\n" for n in range(5_000))
        answers = list(pool.map(lambda _: check(server, text), range(6)))
        assert {(answer.status_code, answer.json()["limit"]) for answer in answers} == {
            (429, "client_queue_length"),
            (503, "validate_seconds"),
        }
        assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)


# --- addresses


def test_an_address_of_a_listed_host_is_fetched_and_no_other(gate, elsewhere):
    taken = submit(gate, "application/json", url=f"http://{elsewhere}/velo.ttl")
    assert taken.json()["conforms"]
    for url in ("http://127.0.0.1:1/", "file:///etc/passwd", "https://velo.example/x.ttl", "http://[::1/", "x"):
        refused = submit(gate, "application/json", url=url)
        assert (refused.status_code, refused.json()["code"]) == (403, "PAS912")
    assert submit(gate, "application/json", url=f"http://{elsewhere}/gone.ttl").status_code == 502


# --- the parts


def test_a_range_beyond_the_end_of_its_line_is_marked_there():
    (line,) = excerpt(["<a> <b>"], Location("x", 1, 8, 1, 9))
    assert [(each.text, each.marked) for each in line.segments] == [("<a> <b>", False), (" ", True)]


def test_a_long_line_is_cut_around_what_is_marked():
    _, line, _ = excerpt(["a", "b" * 500 + "fault" + "c" * 500, "d"], Location("x", 2, 501, 2, 506))
    texts = [each.text for each in line.segments]
    assert texts[0] == texts[-1] == "…"
    assert "".join(each.text for each in line.segments if each.marked) == "fault"
    assert sum(map(len, texts)) < 200


def test_the_nearest_are_told_first_and_a_thing_does_not_resemble_itself():
    names = Names(
        [
            ("urn:bus", "L’agglo’bus : une présentation itinérante des services", ""),
            ("urn:carte", "Carte des services", ""),
            ("urn:carte", "", "https://www.carte.example/index.html"),
            *((f"urn:{number}", f"Un autre service, numéro {number}", "") for number in range(50)),
        ]
    )

    def like(iri: str, title: str, *addresses: str) -> list[str]:
        return [each.iri for each in names.like(Described(iri, [title], addresses))]

    assert like("urn:new", "Agglo bus, présentation itinérante")[0] == "urn:bus"
    assert like("urn:carte", "Carte des services") == []
    assert like("urn:new", "Rien de tel", "http://carte.example") == ["urn:carte"]
    assert like("urn:new", "Service") == []
