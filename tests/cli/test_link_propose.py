"""`passerelles link propose`: what it prints, what it writes, what it says when it cannot."""

from __future__ import annotations

import json

import pytest

from graph import config, meaning
from graph.linking.records import Records

ONTOLOGY = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix semapv: <https://w3id.org/semapv/vocab/> .
@prefix sssom: <https://w3id.org/sssom/> .

pas:Production a owl:Class .
pas:Innovation a owl:Class ; rdfs:subClassOf pas:Production .
"""
PREFIXES = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .
@prefix schema: <https://schema.org/> .
"""
HERE = (
    PREFIXES
    + """
<https://example.org/id/productions/co-transport>
    a pas:Innovation ;
    dct:title "Plateforme numérique de co-transport"@fr ;
    dct:description "Une plateforme pour partager les trajets entre agents de la vallée."@fr ;
    dct:source <https://example.org/id/sources/report> ;
    schema:codeRepository <https://github.com/rouvres/co-transport> .
"""
)
THERE = (
    PREFIXES
    + """
<https://beta.example/co-transport>
    a pas:Innovation ;
    dct:title "Plateforme numerique de co-transport"@fr ;
    dct:description "Une plateforme pour partager les trajets entre agents de la vallée."@fr ;
    schema:codeRepository <https://www.github.com/rouvres/co-transport.git> .
"""
)
ENDS = ["https://beta.example/co-transport", "https://example.org/id/productions/co-transport"]


@pytest.fixture(autouse=True)
def words_alone(monkeypatch):
    """As without the extra `semantic`, which takes a second to be loaded."""
    monkeypatch.setattr(meaning, "installed", lambda: False)


@pytest.fixture
def two(repository):
    """A production of ours, and a portal's notice of it in quarantine."""
    repository.write("ontology/passerelles.ttl", ONTOLOGY)
    repository.write("data/productions/co-transport.ttl", HERE)
    repository.write("data/harvest/beta.ttl", THERE)
    return repository


@pytest.fixture
def propose(two, command_here):
    def run(*arguments):
        return command_here("link", "propose", *arguments, cwd=two.root)

    return run


def candidates(done):
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)["candidates"]


def test_a_notice_of_a_portal_is_proposed_as_the_same_as_ours(propose):
    [found] = candidates(propose("--format", "json", "--min", "0.1"))
    assert [found["source"], found["target"]] == ENDS
    assert found["strength"] == "same"
    assert 0.1 <= found["confidence"] <= 1
    assert found["because"].startswith("Sans doute la même production : ")
    assert found["features"]["address"] == 1


def test_the_text_names_the_two_and_says_why(propose):
    done = propose("--min", "0.1", "--lang", "en")
    page = done.stdout.decode()
    assert "Probably the same production: " in page
    assert all(f"<{iri}>" in page for iri in ENDS)
    assert "1 link proposed, among 1 pairs compared" in done.stderr.decode()
    assert "semantic" in done.stderr.decode()


def test_one_strength_alone_is_shown_when_asked(propose):
    assert candidates(propose("--format", "json", "--min", "0.1", "--strength", "variant")) == []
    assert "Aucun lien" in propose("--strength", "variant").stdout.decode()


def test_what_is_written_waits_for_review_and_is_not_proposed_again(two, propose):
    assert candidates(propose("--format", "json", "--min", "0.1", "--write"))
    [record] = Records.read(config.load(two.root))
    assert sorted(record.pair) == ENDS
    assert record.strength == "same"
    assert record.confidence > 0.1
    assert record.description["en"].startswith("Probably the same production: ")
    assert record.source.path.parent.name == "proposed"
    assert candidates(propose("--format", "json", "--min", "0.1")) == []


def test_nothing_is_written_unless_asked(two, propose):
    propose("--min", "0.1")  # it builds
    before = {name: content for name, content in two.files().items() if name.startswith("data/")}
    propose("--min", "0.1")
    assert {name: content for name, content in two.files().items() if name.startswith("data/")} == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--strength", "twin"), "same, variant, similar"),
        (("--format", "csv"), "text, json"),
        (("--min", "2"), "--min"),
    ],
)
def test_a_wrong_option_is_one_line(propose, arguments, said):
    done = propose(*arguments)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert done.stderr.decode().count("\n") == 1


def test_without_its_libraries_the_command_says_in_one_line_what_to_install(two, command_line):
    gone = "import sys; sys.modules['scipy'] = None"
    done = command_line("link", "propose", cwd=two.root, before=gone)
    assert done.returncode == 2
    assert "passerelles[link]" in done.stderr.decode()
    assert done.stderr.decode().count("\n") == 1
