"""`passerelles resolve`: an organisation by any of its names, and its story."""

from __future__ import annotations

import json

import pytest

BASE = "https://example.org/id/"
PREFIXES = """\
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""


@pytest.fixture
def told(repository):
    """A repository where one office became another."""

    def office(slug: str, name: str, more: str = "") -> None:
        content = (
            f'<{BASE}offices/{slug}> a org:FormalOrganization ; skos:prefLabel "{name}"@fr ; '
            f'dct:title "{name}"@fr ; dct:source <{BASE}sources/report> {more} .\n'
        )
        repository.write(f"data/offices/{slug}.ttl", PREFIXES + content)

    office("mesures", "Bureau des mesures", '; skos:altLabel "BDM"')
    office("poids", "Office\\nnational \\u001B[2Jdes poids", f'; skos:altLabel "ONP" ; adms:identifier <{BASE}ids/n>')
    repository.write(
        "data/ids/n.ttl",
        f'{PREFIXES}<{BASE}ids/n> a adms:Identifier ; skos:notation "732829320" ; adms:schemeAgency "INSEE" ; '
        f'dct:title "n"@fr ; dct:source <{BASE}sources/report> .\n',
    )
    repository.write(
        "data/changes/fin.ttl",
        f'{PREFIXES}<{BASE}changes/fin> a org:ChangeEvent ; dct:title "Fin"@fr ; '
        f'prov:startedAtTime "2020-05-01"^^xsd:date ; dct:source <{BASE}sources/report> ; '
        f"org:originalOrganization <{BASE}offices/mesures> ; org:resultingOrganization <{BASE}offices/poids> .\n",
    )
    return repository


def test_it_builds_when_needed_and_tells_the_story(told, command_here):
    done = command_here("resolve", "bdm", cwd=told.root)
    lines = [line.strip() for line in done.stdout.decode().splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert lines[:2] == ["Bureau des mesures (BDM)", f"<{BASE}offices/mesures>"]
    assert "ensuite, 2020-05-01 : BDM → ONP" in lines
    assert f"<{BASE}sources/report>" in lines
    assert lines[-1] == "aujourd’hui : ONP"


def test_json_has_the_same_story(told, command_here):
    [found] = json.loads(command_here("resolve", "732829320", "--format", "json", cwd=told.root).stdout)["found"]
    assert found["iri"] == f"{BASE}offices/poids"
    assert found["matched"] == {"by": "identifier", "value": "732829320"}
    assert found["identifiers"] == [{"notation": "732829320", "agency": "INSEE"}]
    assert [(change["date"], [end["acronym"] for end in change["from"]]) for change in found["before"]] == [
        ("2020-05-01", ["BDM"])
    ]
    assert found["current"] is True


def test_what_others_wrote_is_one_line_and_commands_no_terminal(told, command_here):
    shown = command_here("resolve", "ONP", "--lang", "en", cwd=told.root).stdout.decode()
    assert "\x1b" not in shown
    assert "found by another name: ONP" in shown
    assert "identifier 732829320 (INSEE)" in shown


def test_no_answer_gives_the_nearest_names_and_a_status(told, command_here):
    done = command_here("resolve", "Bureau des mezures", "--lang", "en", cwd=told.root)
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[:3] == [
        "No organisation is called “Bureau des mezures”.",
        "The nearest names:",
        "  Bureau des mesures (BDM)",
    ]


def test_a_number_with_a_wrong_digit_is_said_to_be_wrong(told, command_here):
    done = command_here("resolve", "732829321", cwd=told.root)
    assert done.returncode == 1
    assert done.stdout.decode() == "« 732829321 » n’est pas un SIREN ni un SIRET : sa clé est fausse.\n"


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["a" * 600], 1), (["BDM", "--format", "csv"], 2), ([], 2)],
    ids=["long", "format", "none"],
)
def test_what_cannot_be_asked_is_one_line_and_a_status(told, command_here, arguments, status):
    done = command_here("resolve", *arguments, cwd=told.root)
    assert (done.returncode, done.stdout) == (status, b"")
    assert len(done.stderr.decode().splitlines()) == 1
