"""What catalogues say of who uses a software is claimed, never a reuse: publiccode.yml, Comptoir du Libre, SILL."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.config import load
from graph.harvest.harvesting import harvest as bring
from graph.harvest.quarantine import Quarantine

ROOT = Path(__file__).resolve().parents[2]
PAS = "https://w3id.org/passerelles/ontology#"
PUBLICCODE = """\
publiccodeYmlVersion: "0.4"
name: Cartes
url: https://forge.example/cartes
legal: {license: MIT}
fundedBy: [{name: Région}]
usedBy: ["Commune de L'Été", Région, "Bourg : le haut"]
"""
COMPTOIR = {
    "date_of_export": "2026-11-20T02:00:01+00:00",
    "number_of_software": 2,
    "softwares": [
        {
            "id": 27,
            "name": "Cartes",
            "modified": "2026-03-04T10:00:00+00:00",
            "licence": "MIT",
            "external_resources": {"website": "https://cartes.example", "repository": "https://forge.example/cartes"},
            "users": [
                {
                    "id": 11,
                    "name": "Ville",
                    "type": "Administration",
                    "external_resources": {"website": "https://ville.example"},
                },
                {"id": 12, "name": "Camille Durand", "type": "Person", "external_resources": {"website": None}},
                {"id": 13, "name": "Autre", "type": "Galaxy", "external_resources": {"website": None}},
            ],
        },
        {"id": 28, "name": "Sans personne", "licence": "", "users": []},
    ],
}
SILL = [
    {
        "id": 233,
        "name": "Cartes",
        "function": "Dessine des cartes",
        "referencedSinceTime": 1640995200000,
        "license": "MIT",
        "userAndReferentCountByOrganization": {
            "Ministère de l'Exemple : DG": {"userCount": 2, "referentCount": 0},
            "Qui en répond sans s'en servir": {"userCount": 0, "referentCount": 1},
        },
    },
    {"id": 234, "name": "Sans personne", "license": "X-1", "userAndReferentCountByOrganization": {}},
]


@pytest.fixture
def brought(tmp_path):
    """The report of a harvest into the project's own graph, and the triples of its quarantine."""
    repository = tmp_path / "repo"
    for name in ("ontology", "shapes", "mappings", "data/licences"):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).symlink_to(ROOT / name)
    (repository / "passerelles.toml").write_text((ROOT / "passerelles.toml").read_text())
    settings = load(repository)

    def bring_in(name: str, text: str):
        source = tmp_path / name
        source.write_text(text, encoding="utf-8")
        report = bring(settings, str(source), "portal")
        quarantine = Quarantine(settings, "portal").source.path
        return report, [quad.triple for quad in ox.parse(path=quarantine, format=ox.RdfFormat.TURTLE)]

    return bring_in


def claims(triples: list[ox.Triple]) -> set[tuple[str, str]]:
    """Who is claimed to use what, by their names."""
    said = {(triple.subject.value, triple.predicate.value): triple.object.value for triple in triples}
    name = "http://purl.org/dc/terms/title"
    return {
        (said[said[subject, PAS + "claimedReuser"], name], said[value, name])
        for (subject, predicate), value in said.items()
        if predicate == PAS + "claimedReused"
    }


def test_the_users_of_a_publiccode_are_claimed_but_for_who_funds_it(brought):
    report, triples = brought("publiccode.yml", PUBLICCODE)
    assert report.mapping == "publiccode"
    assert claims(triples) == {("Commune de L'Été", "Cartes"), ("Bourg : le haut", "Cartes")}


def test_the_organisations_of_the_comptoir_du_libre_are_claimed_and_no_person_is_named(brought):
    report, triples = brought("comptoir.json", json.dumps(COMPTOIR))
    assert (report.mapping, report.mapped, report.rejected) == ("comptoir-du-libre", 2, [])
    assert claims(triples) == {("Ville", "Cartes")}
    assert "Camille" not in str(triples)
    assert report.unmapped["users_type = Galaxy"] == 1
    assert "users_type = Person" not in report.unmapped


def test_the_organisations_of_the_sill_are_claimed_when_someone_there_uses_it(brought):
    report, triples = brought("sill.json", json.dumps(SILL))
    assert (report.mapping, report.mapped, report.rejected) == ("sill", 2, [])
    assert claims(triples) == {("Ministère de l'Exemple : DG", "Cartes")}
    assert report.unmapped["license = X-1"] == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [("publiccode.yml", PUBLICCODE), ("comptoir.json", json.dumps(COMPTOIR)), ("sill.json", json.dumps(SILL))],
)
def test_a_claim_is_no_reuse_and_says_its_source(brought, name, text):
    report, triples = brought(name, text)
    assert not any(triple.object.value == PAS + "Reuse" for triple in triples)
    assert not any(triple.predicate.value in {PAS + "reuser", PAS + "reused"} for triple in triples)
    found = {triple.subject for triple in triples if triple.object.value == PAS + "ReuseClaim"}
    sourced = {triple.subject for triple in triples if triple.predicate.value == "http://purl.org/dc/terms/source"}
    assert found
    assert found <= sourced
    assert not [finding for finding in report.findings if "ReuseClaim" in str(finding)]
