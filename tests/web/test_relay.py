"""The relay over HTTP: its page, its formats, many IRIs at once, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pyoxigraph
import pytest

from graph import config
from graph.snapshot.reader import NAMES

from ..relaying import close
from .conftest import BASE, GRAPH_BASE, PORTAL, adding, serving, serving_more

BUS = f"{BASE}productions/bus"
TURTLE = pyoxigraph.RdfFormat.TURTLE
REPOSITORY = "https://forge.example/bus"
LINKS = f"""
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX pas: <https://w3id.org/passerelles/ontology#>
PREFIX schema: <https://schema.org/>
<{BUS}> owl:sameAs <https://a.example/bus> ; schema:codeRepository <{REPOSITORY}> .
<https://a.example/bus> owl:sameAs <https://b.example/bus> ; dct:title "<script>alert(1)</script>" .
<https://b.example/bus> dct:isVersionOf <javascript:alert(1)> ; pas:distinctFrom <https://c.example/bus> .
<https://b.example/bus> owl:sameAs <https://c.example/bus> ; dct:source "seen:<2016>" .
"""
CLAIMED = f"""
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
<{BUS}> owl:sameAs <https://claimed.example/bus> ; foaf:page <https://claimed.example/page> .
"""
CROWD = "".join(
    f"<https://d.example/{n}> <http://purl.org/dc/terms/isPartOf> <https://d.example/> .\n" for n in range(1800)
)


@pytest.fixture(scope="module")
def relay(patient, snapshot, tmp_path_factory):
    """A server of the snapshot with some links more, their identity closed."""

    def add(store: pyoxigraph.Store, folder: Path) -> None:
        adding(LINKS + CROWD, "links/trial", CLAIMED)(store, folder)
        close(store, config.Graph(), folder / NAMES)

    with serving_more(patient, snapshot, tmp_path_factory.mktemp("relay") / "snapshot", add) as server:
        yield server


def ask(relay, uri: str, accept: str | None = "application/json", **options) -> httpx.Response:
    return relay.get("/relay", accept, params={"uri": uri, **options})


def post(relay, content: bytes | object, media_type: str = "application/json", **headers: str) -> httpx.Response:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return relay.post("/relay", content=body, headers={"Content-Type": media_type, **headers})


def test_json_has_the_members_of_the_contract(relay):
    found = ask(relay, BUS).json()
    assert (found["uri"], found["same"]) == (BUS, ["https://a.example/bus", "https://b.example/bus"])
    members = {"from", "to", "property", "direction", "label", "graph", "asserted_by", "date", "confidence", "path"}
    assert found["links"]
    assert all(members <= set(link) for link in found["links"])
    assert [cut["to"] for cut in found["cut"]] == ["https://c.example/bus"]


def test_every_format_says_the_same_links(relay):
    parsed = {}
    for accept, syntax in (
        ("text/turtle", pyoxigraph.RdfFormat.TURTLE),
        ("application/ld+json", pyoxigraph.RdfFormat.JSON_LD),
        ("application/n-triples", pyoxigraph.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", pyoxigraph.RdfFormat.RDF_XML),
    ):
        answer = ask(relay, BUS, accept)
        assert answer.headers["content-type"].startswith(accept)
        parsed[accept] = {str(quad.triple) for quad in pyoxigraph.parse(answer.content, format=syntax)}
    assert len(set(map(frozenset, parsed.values()))) == 1
    assert ask(relay, BUS, "text/html", format="ttl").headers["content-type"].startswith("text/turtle")
    assert ask(relay, BUS, None).headers["content-type"].startswith("application/json")


def test_the_page_shows_names_links_and_cuts_and_escapes_what_others_wrote(relay):
    page = ask(relay, BUS, "text/html").text
    assert "https://b.example/bus" in page
    assert "Identités écartées" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "seen:&lt;2016&gt;" in page
    assert f'title="{GRAPH_BASE}links/trial">links/trial</a>' in page
    assert "<script>" not in page
    assert 'href="javascript:' not in page
    assert 'lang="en"' in ask(relay, BUS, "text/html", lang="en").text


def test_what_only_a_quarantine_states_comes_last_under_its_heading_and_states_no_triple(relay):
    found = ask(relay, BUS).json()
    assert found["same"] == ["https://a.example/bus", "https://b.example/bus"]
    marks = [link["quarantine"] for link in found["links"]]
    assert marks == [None] * (len(marks) - 2) + [PORTAL] * 2
    ours, heading, theirs = ask(relay, BUS, "text/html").text.partition("Moissonné, en quarantaine")
    assert heading
    assert "claimed.example" in theirs
    assert "claimed.example" not in ours
    triples = [quad.triple for quad in pyoxigraph.parse(ask(relay, BUS, "text/turtle").content, format=TURTLE)]
    assert {triple.predicate.value for triple in triples if "claimed.example" in str(triple.object)} == {
        "https://w3id.org/sssom/object_id"
    }


def test_a_thing_that_a_quarantine_alone_gives_an_address_says_so(relay):
    [found] = ask(relay, "https://claimed.example/page").json()["found"]
    assert (found["iri"], found["quarantine"]) == (BUS, PORTAL)
    assert "en quarantaine</span>" in ask(relay, "https://claimed.example/page", "text/html").text


@pytest.mark.parametrize("accept", ["application/json", "text/turtle"])
def test_a_prefixed_name_is_its_iri(relay, accept):
    assert ask(relay, "id:productions/bus", accept).content == ask(relay, BUS, accept).content
    assert post(relay, {"uris": ["id:productions/bus"]}).content == post(relay, {"uris": [BUS]}).content


def test_what_has_too_many_links_for_a_page_is_had_whole_as_a_file(relay):
    page = ask(relay, "https://d.example/", "text/html")
    assert page.status_code == 422
    assert "format=json" in page.text
    assert len(ask(relay, "https://d.example/").json()["links"]) == 1800


def test_a_repository_finds_the_production(relay):
    found = ask(relay, REPOSITORY + "/").json()
    assert [each["iri"] for each in found["found"]] == [REPOSITORY, BUS]
    assert "https://schema.org/codeRepository" in ask(relay, REPOSITORY, "text/html").text


@pytest.mark.parametrize("accept", ["application/json", "text/turtle", "text/html"])
def test_a_name_an_end_of_an_iri_or_an_address_here_is_that_of_its_thing(relay, accept):
    for name in ("bus", "productions/bus", "Le bus des services", f"{relay.url}/id/productions/bus.html"):
        answer = ask(relay, name, accept)
        assert answer.status_code == 200
        assert BUS in answer.text
    assert ask(relay, "bus").content == ask(relay, BUS).content


def test_an_iri_of_elsewhere_is_asked_as_it_is(relay):
    assert ask(relay, "https://a.example/bus").json()["uri"] == "https://a.example/bus"


def test_a_name_that_is_not_sure_is_a_choice_and_a_name_of_nothing_leads_to_a_search(relay):
    several = ask(relay, "services", "text/html", lang="fr")
    assert several.status_code == 400
    assert "/relay?uri=https%3A%2F%2Fw3id.org%2Fpasserelles%2Fid%2Fproductions%2Fbus" in several.text
    nothing = ask(relay, "zzyzx", "text/html", lang="fr")
    assert nothing.status_code == 400
    assert 'href="/search?q=zzyzx&amp;lang=fr"' in nothing.text


def test_without_an_iri_there_is_a_form_for_people_and_a_refusal_for_programs(relay):
    page = relay.get("/relay", "text/html")
    assert page.status_code == 200
    assert '<input id="uri" name="uri"' in page.text
    assert relay.get("/relay", "application/json").status_code == 400


def test_several_iris_in_the_address_are_sent_to_the_batch(relay):
    answer = relay.get("/relay?uri=https://a.example/&uri=https://b.example/", "application/json")
    assert answer.status_code == 400
    assert "POST" in answer.json()["detail"]


@pytest.mark.parametrize(
    "uri", ["zzyzx", "https://a b", "<x>", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")]
)
@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_what_is_no_iri_is_refused(relay, uri, accept):
    assert ask(relay, uri, accept).status_code == 400


@pytest.mark.parametrize("accept", ["application/json", "text/html", "text/turtle", "application/ld+json"])
@pytest.mark.parametrize("uri", ["https://nowhere.example/", "http://www.w3.org/2004/02/skos/core#Concept"])
def test_an_iri_that_nothing_is_said_of_or_linked_to_is_not_found(relay, uri, accept):
    answer = ask(relay, uri, accept)
    assert answer.status_code == 404
    assert "html" in answer.headers["content-type"] or answer.json()["code"] == "PAS917"


@pytest.mark.parametrize("accept", ["application/json", "text/html", "text/turtle", "application/ld+json"])
def test_what_is_known_and_linked_to_nothing_is_found_in_every_format(relay, accept):
    assert ask(relay, "https://w3id.org/passerelles/ontology#Production", accept).status_code == 200


def test_an_answer_is_known_by_its_etag(relay):
    first = ask(relay, BUS)
    again = relay.get(
        "/relay", "application/json", params={"uri": BUS}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert ask(relay, REPOSITORY).headers["etag"] != first.headers["etag"]
    assert ask(relay, BUS, "text/turtle").headers["etag"] != first.headers["etag"]


def test_a_batch_answers_in_the_order_asked_and_says_what_is_unknown(relay):
    uris = ["https://nowhere.example/", BUS, "https://b.example/bus", BUS]
    found = post(relay, {"uris": uris}).json()
    assert [each["uri"] for each in found] == uris
    assert (found[0]["known"], found[0]["same"], found[0]["links"]) == (False, [], [])
    assert found[1] == found[3] == ask(relay, BUS).json()
    assert post(relay, {"uris": []}).json() == []
    assert len(post(relay, {"uris": [f"https://x.example/{n}" for n in range(1000)]}).json()) == 1000


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 100_000, 400),
        (b"\xff\xfe{", 400),
        (b'["https://a.example/"]', 400),
        (b'{"uris": "https://a.example/"}', 400),
        (b'{"uris": [1]}', 400),
        (b'{"uris": [null]}', 400),
        (b'{"uris": ["bus"]}', 400),
        (b'{"uris": ["\\ud800"]}', 400),
        (json.dumps({"uris": ["https://a.example/"] * 1001}).encode(), 422),
        (json.dumps({"uris": ["https://a.example/" + "x" * 1_048_576]}).encode(), 413),
    ],
    ids=range(12),
)
def test_a_wrong_batch_is_refused_with_the_reason(relay, content, status):
    answer = post(relay, content)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_batch_is_json_and_answers_with_json(relay):
    assert post(relay, {"uris": []}, "text/plain").status_code == 415
    assert post(relay, {"uris": []}, "application/json; charset=utf-8").status_code == 200
    assert post(relay, {"uris": []}, Accept="text/turtle").status_code == 406


def test_a_snapshot_that_closed_no_identity_says_so(patient, snapshot):
    with serving(patient, snapshot) as server:
        assert ask(server, BUS).json()["closed"] is False
        assert "instantané a été construit sans" in ask(server, BUS, "text/html").text
