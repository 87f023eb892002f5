"""`passerelles query`: a saved query, a file or standard input, as a reader or a program wants the answer."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

GRAPH = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .

<https://example.org/id/productions/covoiturage>
    a pas:Production ;
    dct:title "Covoiturage"@fr, "Carpooling"@en ;
    dct:source <https://example.org/source> .
"""

SAVED = """#+ summary: { fr: Productions dont le titre est donné, en: Productions of a given title }
#+ description: { fr: Cherche une production par son titre exact., en: Finds a production by its exact title. }
#+ tags: [test]
#+ params:
#+   titre: { type: langString, example: Covoiturage@fr, required: true }
#+ columns: [production, titre]
PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?production ?titre WHERE { VALUES ?titre { UNDEF } ?production dct:title ?titre }
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("graph")
    (folder / "passerelles.toml").write_text('[graph]\nbase = "https://example.org/id/"\n', encoding="utf-8")
    (folder / "data/productions").mkdir(parents=True)
    (folder / "data/productions/covoiturage.ttl").write_text(GRAPH, encoding="utf-8")
    (folder / "queries").mkdir()
    (folder / "queries/par-titre.rq").write_text(SAVED, encoding="utf-8")
    return folder


def passerelles(repository, *arguments, stdin=""):
    command = [sys.executable, "-m", "graph", "--repo", str(repository), "--lang", "fr", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)


def test_without_argument_the_saved_queries_are_listed(repository):
    answer = passerelles(repository, "query")
    assert answer.stdout == "par-titre  Productions dont le titre est donné\n"
    assert answer.returncode == 0


def test_a_saved_query_answers_in_a_table_that_cuts_nothing(repository):
    answer = passerelles(repository, "query", "par-titre", "--param", "titre=Covoiturage@fr")
    lines = answer.stdout.splitlines()
    assert lines[0].split() == ["production", "titre"]
    assert lines[2].split() == ["id:productions/covoiturage", "Covoiturage"]
    assert answer.stderr == "1 ligne\n"
    assert answer.returncode == 0


def test_csv_is_what_the_recommendation_says(repository):
    answer = passerelles(repository, "query", "par-titre", "--param", "titre=Covoiturage@fr", "--format", "csv")
    rows = list(csv.reader(io.StringIO(answer.stdout)))
    assert rows == [["production", "titre"], ["https://example.org/id/productions/covoiturage", "Covoiturage"]]


def test_standard_input_is_a_query_too(repository):
    answer = passerelles(repository, "query", "-", "--format", "json", stdin="SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert json.loads(answer.stdout)["results"]["bindings"][0]["n"]["value"] == "4"


def test_ask_answers_yes_or_no_in_the_readers_language(repository):
    assert passerelles(repository, "query", "-", stdin="ASK { ?s ?p ?o }").stdout == "oui\n"
    assert passerelles(repository, "query", "-", "--lang", "en", stdin="ASK { ?s ?s ?s }").stdout == "no\n"


def test_construct_gives_turtle(repository):
    answer = passerelles(repository, "query", "-", stdin="CONSTRUCT WHERE { ?s a ?class }")
    assert "https://example.org/id/productions/covoiturage" in answer.stdout
    assert answer.returncode == 0


def test_a_query_file_runs(repository, tmp_path):
    file = tmp_path / "q.rq"
    file.write_text("SELECT ?s { ?s ?p 'Covoiturage'@fr }", encoding="utf-8")
    assert "id:productions/covoiturage" in passerelles(repository, "query", str(file)).stdout


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["par-titre"], 2, "Le paramètre « titre » de la requête « par-titre » est obligatoire."),
        (["par-titre", "--param", "titre"], 2, "« titre » n’a pas la forme nom=valeur."),
        (["par-titre", "--param", "title=x@fr"], 2, "n’a pas de paramètre « title ». → titre"),
        (["par-titr"], 2, "Aucune requête enregistrée ne s’appelle « par-titr ». → par-titre"),
        (["absent.rq"], 2, "absent.rq : fichier ou dossier introuvable."),
        (["par-titre", "--param", "titre=x@fr", "--format", "excel"], 2, "Format inconnu « excel »."),
        (
            ["par-titre", "--param", "titre=x@fr", "--format", "ttl"],
            2,
            "Le format Turtle ne convient pas à cette requête.",
        ),
        (["par-titre", "--param", "titre=x@fr", "--endpoint", "ftp://example.org"], 2, "ftp://example.org"),
    ],
)
def test_a_mistake_is_one_sentence(repository, arguments, status, sentence):
    answer = passerelles(repository, "query", *arguments)
    assert sentence in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert answer.stdout == ""
    assert answer.returncode == status


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT * { ?s ?p }", "-:1:"),
        ("DELETE WHERE { ?s ?p ?o }", "-:1:1: "),
        ("SELECT * {\n SERVICE <http://x/> {} }", "-:2:"),
    ],
)
def test_a_wrong_or_forbidden_query_says_where(repository, text, place):
    answer = passerelles(repository, "query", "-", stdin=text)
    assert answer.stderr.startswith(place)
    assert answer.stderr.count("\n") == 1
    assert answer.returncode == 1


def test_the_header_of_a_query_file_counts(repository, tmp_path):
    file = tmp_path / "q.rq"
    file.write_text(SAVED, encoding="utf-8")
    assert "Covoiturage" in passerelles(repository, "query", str(file), "--param", "titre=Covoiturage@fr").stdout
    assert "« titre »" in passerelles(repository, "query", str(file)).stderr


def test_a_query_that_is_not_utf8_or_has_a_broken_header_is_wrong_input(repository):
    for content in ("#+ summary: [\nSELECT * {}", "#+ params: 3\nSELECT * {}"):
        answer = passerelles(repository, "query", "-", stdin=content)
        assert answer.returncode == 1
        assert answer.stderr.startswith("-:")


def test_a_table_shows_control_characters_instead_of_obeying_them(repository):
    answer = passerelles(repository, "query", "-", stdin=r'SELECT ("a\u001b[31mred" AS ?x) {}')
    assert "\x1b" not in answer.stdout
    assert "red" in answer.stdout
