"""What we say of a software in the words of others: CodeMeta and publiccode.yml, valid or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable

import publiccode
import pyoxigraph as ox
import pytest
import yaml
from published import ADDRESS, answers, built

THING = "https://example.org/id/tools/carte"
LONG = "Une carte que chaque commune remplit et que toutes partagent. " * 4
EUROPE = "http://publications.europa.eu/resource/authority/language/"
DESCRIPTIONS = f'"Une carte partagée."@fr, "{LONG}"@fr'
TOOL = f"""\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/ontology#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<{THING}>
    a ex:Tool, schema:SoftwareSourceCode ;
    dct:title "Carte : « ouverte » & partagée"@fr, "Map: yes"@en ;
    dct:description {DESCRIPTIONS}, "A </script> map."@en ;
    schema:featureList "Se remplit à plusieurs"@fr ;
    schema:codeRepository <https://git.example.org/carte> ;
    schema:softwareVersion "1.10" ;
    schema:operatingSystem "Linux", "Web" ;
    schema:applicationCategory "collaboration" ;
    schema:applicationSubCategory "standalone/web" ;
    schema:creativeWorkStatus "stable" ;
    schema:inLanguage "fr", "en" ;
    dct:issued "2026-01-31"^^xsd:date ;
    dct:license <http://spdx.org/licenses/AGPL-3.0-or-later> ;
    dct:publisher <https://example.org/id/tools/ville> ;
    schema:maintainer <https://example.org/id/tools/ville> ;
    dcat:landingPage <https://example.org/carte> ;
    dcat:keyword "carte"@fr ;
    dct:source <https://example.org/id/sources/report> .
"""
TOWN = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/ontology#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .

<https://example.org/id/tools/ville>
    a ex:Tool, foaf:Organization ;
    dct:title "Ville"@fr ;
    foaf:name "Ville d’Exemple" ;
    dct:source <https://example.org/id/sources/report> .
"""
#: The words of CodeMeta 3.0 that we use, by the vocabulary its context takes each from.
SCHEMA = (
    "SoftwareSourceCode", "Organization", "Person", "applicationCategory", "author", "codeRepository", "dateModified",
    "datePublished", "description", "identifier", "inLanguage", "keywords", "license", "maintainer", "name",
    "operatingSystem", "programmingLanguage", "publisher", "url", "version",
)  # fmt: skip
CODEMETA = {
    "type": "@type",
    "id": "@id",
    "developmentStatus": {"@id": "https://codemeta.github.io/terms/developmentStatus", "@type": "@id"},
    **{word: f"http://schema.org/{word}" for word in SCHEMA},
    **{word: {"@id": f"http://schema.org/{word}", "@type": "@id"} for word in ("codeRepository", "license", "url")},
}


@pytest.fixture
def ask(repository, tmp_path):
    """What is answered of the map, once some of what is said of it is left out."""

    def answered(path: str, *without: str, change: Callable[[str], str] = str):
        lines = [line for line in TOOL.splitlines() if not any(name in line for name in without)]
        repository.write("data/tools/carte.ttl", change("\n".join(lines) + "\n"))
        repository.write("data/tools/ville.ttl", TOWN)
        return answers(*built(repository.root, tmp_path / "build"), [path], "*/*")[0]

    return answered


def test_a_software_has_a_publiccode_that_its_parser_would_take(ask):
    response = ask("/id/tools/carte.publiccode.yml")
    assert response.headers["content-type"] == "application/yaml"
    assert publiccode.faults(response.text) == []
    said = yaml.safe_load(response.text)
    assert said["name"] == "Carte : « ouverte » & partagée"
    assert said["softwareVersion"] == "1.10"
    assert said["platforms"] == ["linux", "web"]
    assert said["legal"] == {"license": "AGPL-3.0-or-later"}
    assert said["maintenance"] == {"type": "internal", "contacts": [{"name": "Ville d’Exemple"}]}
    assert said["description"]["fr"]["longDescription"] == LONG
    assert said["localisation"] == {"localisationReady": True, "availableLanguages": ["en", "fr"]}


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        ("codeRepository", "url"),
        ("license", "legal.license"),
        ("operatingSystem", "platforms"),
        ("applicationSubCategory", "softwareType"),
        ("creativeWorkStatus", "developmentStatus"),
        ("featureList", "description"),
        ("maintainer", "maintenance.type, maintenance.contacts"),
        ("inLanguage", "localisation.localisationReady, localisation.availableLanguages"),
    ],
)
def test_what_a_publiccode_lacks_is_told_and_nothing_is_made_up(ask, without, missing):
    response = ask("/id/tools/carte.publiccode.yml", without)
    assert response.status_code == 404
    assert response.json()["detail"].removesuffix(".").endswith(f" {missing}")


def test_who_maintains_what_another_publishes_may_be_paid_or_not_so_nothing_is_said(ask):
    elsewhere = ("<https://example.org/id/tools/ville>", "<https://example.org/id/tools/hammer>")
    response = ask("/id/tools/carte.publiccode.yml", change=lambda text: text.replace(*elsewhere, 1))
    assert response.json()["detail"].removesuffix(".").endswith(" maintenance.type")


def test_the_short_description_is_the_first_sentence_of_the_only_one(ask):
    """The gate takes one description a language."""
    only = f'"Une carte que M. Bus partage, enfin ! {LONG}"@fr'
    response = ask("/id/tools/carte.publiccode.yml", change=lambda text: text.replace(DESCRIPTIONS, only))
    assert publiccode.faults(response.text) == []
    said = yaml.safe_load(response.text)["description"]["fr"]
    assert said["shortDescription"] == "Une carte que M. Bus partage, enfin !"


def test_a_first_sentence_that_is_too_long_is_not_cut(ask):
    only = f'"{LONG.strip().replace(".", ",")}."@fr'
    response = ask("/id/tools/carte.publiccode.yml", change=lambda text: text.replace(DESCRIPTIONS, only))
    assert response.json()["detail"].removesuffix(".").endswith(" description")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('dct:language "fr", "en"', ["en", "fr"]),
        (
            f"dct:language <{EUROPE}FRA>, <{EUROPE}OCI>, <http://id.loc.gov/vocabulary/iso639-1/en>",
            ["en", "fr", "oci"],
        ),
        ('dct:language "fr", "en", "le français"', ["en", "fr"]),
    ],
)
def test_the_languages_are_those_of_dublin_core_too(ask, said, told):
    response = ask(
        "/id/tools/carte.publiccode.yml", change=lambda text: text.replace('schema:inLanguage "fr", "en"', said)
    )
    assert sorted(yaml.safe_load(response.text)["localisation"]["availableLanguages"]) == told


def test_a_language_is_a_key_however_yaml_reads_its_code(ask):
    response = ask("/id/tools/carte.publiccode.yml", change=lambda text: text.replace("@fr", "@no"))
    assert list(yaml.safe_load(response.text)["description"]) == ["no"]


@pytest.mark.parametrize(
    ("said", "listed"),
    [
        ("<https://spdx.org/licenses/MIT.html>", "MIT"),
        ('"MIT OR (Apache-2.0 AND CC0-1.0)"', "MIT OR (Apache-2.0 AND CC0-1.0)"),
        ('"Freeware"', None),
        ("<http://spdx.org/licenses/Freeware>", None),
        ('<https://example.org/licence> . <https://example.org/licence> dct:identifier "42"', None),
    ],
)
def test_a_licence_is_in_the_words_of_the_spdx_list_or_not_said_to_be(ask, said, listed):
    def change(text: str) -> str:
        return text.replace("dct:license <http://spdx.org/licenses/AGPL-3.0-or-later> ;", "") + (
            f"<{THING}> dct:license {said} .\n"
        )

    response = ask("/id/tools/carte.publiccode.yml", change=change)
    assert (yaml.safe_load(response.text)["legal"]["license"] if response.is_success else None) == listed
    licence = json.loads(ask("/id/tools/carte.codemeta.json", change=change).text)["license"]
    assert ("spdx.org" in licence) == ("spdx.org" in said)


def test_a_software_has_a_codemeta_whose_words_are_those_of_its_context(ask):
    response = ask("/id/tools/carte.codemeta.json")
    said = json.loads(response.text)
    assert said["@context"] == "https://w3id.org/codemeta/3.0"
    assert set(said) <= {"@context", *CODEMETA}
    text = json.dumps({**said, "@context": CODEMETA}).encode()
    triples = {(q.subject.value, q.predicate.value, q.object.value) for q in ox.parse(text, ox.RdfFormat.JSON_LD)}
    schema = "http://schema.org/"
    assert (THING, f"{schema}codeRepository", "https://git.example.org/carte") in triples
    assert (THING, f"{schema}license", "https://spdx.org/licenses/AGPL-3.0-or-later") in triples
    assert (
        THING,
        "https://codemeta.github.io/terms/developmentStatus",
        "https://www.repostatus.org/#active",
    ) in triples
    assert (f"{THING.removesuffix('carte')}ville", f"{schema}name", "Ville d’Exemple") in triples


@pytest.mark.parametrize(("kind", "said"), [("foaf:Person", "Person"), ("foaf:Organization", "Organization")])
def test_who_maintains_a_software_is_what_the_graph_says_they_are(ask, kind, said):
    def change(text: str) -> str:
        named = '<https://example.org/id/tools/x> a {} ; foaf:name "Camille" ; dct:title "Camille"@fr .'
        replaced = text.replace(
            "maintainer <https://example.org/id/tools/ville>", "maintainer <https://example.org/id/tools/x>"
        )
        return f"{replaced}\n{named.format(kind)}"

    [agent] = json.loads(ask("/id/tools/carte.codemeta.json", change=change).text)["maintainer"]
    assert agent == {"type": said, "id": "https://example.org/id/tools/x", "name": "Camille"}


def test_a_thing_without_code_is_no_software(ask):
    response = ask("/id/tools/hammer.codemeta.json")
    assert response.status_code == 404
    assert "codeRepository" in response.json()["detail"]


def test_a_thing_nobody_knows_is_not_found(ask):
    assert "not-there" in ask("/id/tools/not-there.publiccode.yml").json()["detail"]


def test_the_page_of_a_software_links_to_both_and_holds_it_as_schema_org(ask):
    page = ask("/id/tools/carte.html").text
    for suffix, kind in (("codemeta.json", "application/ld+json"), ("publiccode.yml", "application/yaml")):
        assert f'<link rel="alternate" type="{kind}"' in page
        assert f'href="/id/tools/carte.{suffix}"' in page
    scripts = [part.partition("</script>")[0] for part in page.split('<script type="application/ld+json">')[1:]]
    [said] = [each for each in map(json.loads, scripts) if each.get("@id") == THING]
    assert said["@type"] == "SoftwareSourceCode"
    assert said["name"] == "Carte : « ouverte » & partagée"
    assert said["license"] == {"@id": "http://spdx.org/licenses/AGPL-3.0-or-later"}
    assert said["url"] == f"{ADDRESS}/id/tools/carte"


def test_nothing_said_of_a_thing_ends_the_script_of_its_page(ask):
    page = ask("/id/tools/carte.html?lang=en").text
    assert page.count("</script>") == page.count("<script") == 3  # that, its place among the pages, the search field
    assert "A \\u003c/script\\u003e map." in page


@pytest.mark.parametrize("folder", ["projects", "standard-examples", "parser-testdata"])
def test_the_rules_take_what_the_parser_takes(folder):
    documents = publiccode.required(folder)
    assert {path.name: publiccode.faults(path.read_text(encoding="utf-8")) for path in documents} == {
        path.name: [] for path in documents
    }


@pytest.mark.parametrize("folder", ["invalid", "incomplete"])
def test_the_rules_refuse_what_the_parser_refuses(folder):
    documents = publiccode.required(folder)
    assert [path.name for path in documents if not publiccode.faults(path.read_text(encoding="utf-8"))] == []


def test_what_we_say_in_codemeta_is_what_we_harvest(ask, repository):
    path = repository.write("in/codemeta.json", ask("/id/tools/carte.codemeta.json").text)
    done = repository.run("harvest", str(path), "--into", "ours", "--format", "json")
    report = json.loads(done.stdout)
    assert (report["mapped"], report["rejected"]) == (1, [])
    harvested = (repository.root / "data/harvest/ours.ttl").read_text()
    assert f"owl:sameAs <{THING}>" in harvested
    assert "schema:codeRepository <https://git.example.org/carte>" in harvested
