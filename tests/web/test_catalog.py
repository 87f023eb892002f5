"""The catalogue and the conformance page, as browsers and programs ask for them."""

from __future__ import annotations

import json
import re
from html import unescape

import pyoxigraph
import pytest

from graph.catalog.projections import Value
from graph.catalog.schema_org import written
from graph.namespaces import DCT, FOAF, SKOS
from graph.texts import keys

FORMATS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}


def triples(response) -> set:
    media_type = response.headers["content-type"].partition(";")[0]
    return {
        quad.triple for quad in pyoxigraph.parse(response.content, pyoxigraph.RdfFormat.from_media_type(media_type))
    }


@pytest.mark.parametrize("path", ["/catalog/graph", "/catalog/kinds/productions"])
def test_a_dataset_says_the_same_in_every_format(server, path):
    answers = [server.get(f"{path}.{suffix}") for suffix in FORMATS]
    assert [each.headers["content-type"].partition(";")[0] for each in answers] == list(FORMATS.values())
    assert len({frozenset(triples(each)) for each in answers}) == 1


@pytest.mark.parametrize("media_type", FORMATS.values())
def test_the_catalogue_is_negotiated(server, media_type):
    response = server.get("/catalog", media_type)
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert response.headers["content-location"].startswith("/catalog.")


def test_each_page_names_its_neighbours_in_its_own_format(server):
    page = server.get("/catalog.nt").text
    assert f"<{server.url}/catalog.nt?page=1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>" in page


def test_the_catalogue_is_a_page_for_people(server):
    page = server.get("/catalog", "text/html")
    assert "DCAT-AP 3.0.1" in page.text
    assert "/id/productions.ttl" in page.text
    assert server.get("/catalog.html?lang=en").headers["content-language"] == "en"


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999"])
def test_a_page_that_is_not_there_is_an_error(server, page):
    response = server.get(f"/catalog.ttl?page={page}", "application/json")
    assert response.status_code == 400
    assert response.json()["parameter"] == "page"


@pytest.mark.parametrize(
    "path", ["/catalog/kinds/dragons", "/catalog/kinds", "/catalog/x.ttl", "/catalog.csv", "/catalog.x.ttl"]
)
def test_a_dataset_that_is_not_there_is_not_found(server, path):
    assert server.get(path, "text/turtle").status_code == 404


def test_an_answer_that_is_known_is_not_sent_again(server):
    etag = server.get("/catalog.ttl").headers["etag"]
    assert server.get("/catalog.ttl", headers={"If-None-Match": etag}).status_code == 304
    assert server.get("/catalog.nt", headers={"If-None-Match": etag}).status_code == 200


def test_all_the_things_of_a_kind_come_as_rdf(server):
    found = triples(server.get("/id/productions.nt"))
    assert {triple.subject.value.rpartition("/")[0] for triple in found} == {
        "https://w3id.org/passerelles/id/productions"
    }
    assert server.get("/id/dragons.nt").status_code == 404


def test_a_pinned_catalogue_is_of_its_snapshot_alone(server):
    pinned = f"/snapshots/{server.snapshot.id}/catalog"
    page = server.get(f"{pinned}.nt").text
    assert f"<{server.url}{pinned}> <http://www.w3.org/ns/dcat#dataset> <{server.url}{pinned}/graph> ." in page
    assert "dcat#DatasetSeries" not in page


def test_conformance_is_computed_for_the_snapshot(server):
    said = server.get("/conformance", "application/json").json()
    assert said["snapshot"] == server.snapshot.id
    verdicts = {each["name"]: each for each in said["profiles"]}
    assert verdicts["dcat-ap"]["conforms"]
    assert verdicts["dcat-ap"]["violations"] == 0
    assert not verdicts["dcat-ap-recommended"]["conforms"]  # this graph says neither its themes nor its place
    told = {finding["message"] for finding in verdicts["dcat-ap-recommended"]["findings"]}
    assert any("dct:spatial" in message for message in told)
    assert verdicts["cpsv-ap"]["triples"] == 0
    assert {each["name"]: each["exact"] for each in said["void"]}["triples"]


def test_conformance_is_a_page_and_a_validation_report(server):
    page = server.get("/conformance", "text/html").text
    assert "DCAT-AP 3.0.1" in page
    assert "dct:spatial" in page
    report = server.get("/conformance", "text/turtle")
    conforms = pyoxigraph.NamedNode("http://www.w3.org/ns/shacl#conforms")
    assert len([triple for triple in triples(report) if triple.predicate == conforms]) == 3


def test_each_profile_has_a_title_of_its_own(server):
    titles = [each["title"] for each in server.get("/conformance", "application/json").json()["profiles"]]
    assert len(set(titles)) == len(titles)


def test_each_service_for_programs_is_described(server):
    text = server.get("/catalog.nt", "*/*").text
    served = {address.removeprefix(server.url) for address in re.findall(r"<[^>]*endpointURL> <([^>]*)> ", text)}
    assert served == {"/sparql", "/graphs", "/queries", "/relay", "/licences", "/resolve", "/validate", "/feed"}


def test_the_page_for_portals_is_a_page_and_nothing_else(server):
    assert server.get("/federation", "image/png").status_code == 406
    assert server.get("/federation", "text/html").status_code == 200


def test_the_descriptions_of_software_are_in_the_interface(server):
    paths = server.get("/openapi.json").json()["paths"]
    assert "application/ld+json" in paths["/id/{path}.codemeta.json"]["get"]["responses"]["200"]["content"]
    assert "application/yaml" in paths["/id/{path}.publiccode.yml"]["get"]["responses"]["200"]["content"]


def test_what_the_tests_recorded_is_told_with_what_does_not_pass(server):
    recorded = server.get("/conformance", "application/json").json()["recorded"]
    assert {suite["name"] for suite in recorded["suites"]} >= {"turtle", "shacl", "sparql11"}
    reasons = {reason for suite in recorded["suites"] for reason in suite["failing"].values()}
    assert {f"web.because.{reason}" for reason in reasons} == {key for key in keys("fr") if ".because." in key}
    french = unescape(server.get("/conformance?lang=fr", "text/html").text)
    assert "le moteur accepte une sous-requête" in french
    assert "Manquement\u00a0:" in french
    assert not [reason for reason in reasons if reason in french]
    english = unescape(server.get("/conformance?lang=en", "text/html").text)
    assert all(reason in english for reason in reasons)


def test_the_page_of_a_thing_holds_it_as_schema_org(server):
    page = server.get("/id/productions/bus.html").text
    script = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(script)["@id"] == "https://w3id.org/passerelles/id/productions/bus"


def test_a_name_that_two_properties_give_is_said_once():
    named = [(SKOS + "prefLabel", Value("Bus", "fr")), (DCT + "title", Value("Bus", "fr"))]
    named += [(DCT + "title", Value("The bus", "en")), (FOAF + "page", Value("https://a.example", is_iri=True))] * 2
    for language, name in (("fr", "Bus"), ("en", "The bus")):
        said = json.loads(written("https://example.org/bus", "https://example.org/page", named, language))
        assert (said["name"], said["sameAs"]) == (name, {"@id": "https://a.example"})
