"""Catalogues as they are met: how many records come, and what is made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.config import load
from graph.harvest.harvesting import harvest as bring
from graph.harvest.quarantine import Quarantine

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("ontology", "shapes", "mappings", "data/licences")


@pytest.fixture
def settings(tmp_path):
    """The project's own graph, where it may be written."""
    repository = tmp_path / "repo"
    for name in FOLDERS:
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).symlink_to(ROOT / name)
    (repository / "passerelles.toml").write_text((ROOT / "passerelles.toml").read_text())
    return load(repository)


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        ("betagouv/startups", ("beta-gouv", 496, 496)),
        ("betagouv/organisations", ("beta-gouv", 144, 144)),
        ("betagouv/incubators", ("beta-gouv", 23, 23)),
        ("dcat/udata/udata.xml", ("dcat", 3, 3)),
        ("dcat/udata/sig.oreme.rdf", ("dcat", 1, 1)),
        ("dcat/udata/catalog.xml", ("dcat", 5, 4)),
        ("dcat/udata/flat.jsonld", ("dcat", 3, 3)),
        ("dcat/udata/paged-collection-1.jsonld", ("dcat", 3, 3)),
        ("dcat/udata/paged-collection-2.jsonld", ("dcat", 1, 1)),
        ("dcat/semic", ("dcat", 5, 5)),
        ("publiccode/projects", ("publiccode", 4, 4)),
        ("publiccode/incomplete", ("publiccode", 23, 23)),
        ("publiccode/standard-examples", ("publiccode", 2, 1)),
        ("publiccode/parser-testdata", ("publiccode", 18, 1)),
        ("publiccode/invalid/name_missing.yml", ("publiccode", 1, 0)),
    ],
)
def test_so_many_records_come(settings, real, source, counts):
    report = bring(settings, str(real / source), "portal")
    assert (report.mapping, report.records, report.mapped) == counts


def test_the_services_of_beta_gouv_say_who_stage_and_page(settings, real):
    report = bring(settings, str(real / "betagouv"), "beta")
    assert (report.records, report.mapped, report.rejected) == (663, 663, [])
    assert report.complete
    assert report.notes[0][0] == "betagouv/README.md"
    assert report.unmapped["usertypes = association"] > 20
    entries = Quarantine(settings, "beta").entries()
    said = "\n".join(entries["startups/a-just"].triples)
    base = "https://w3id.org/passerelles/id/"
    for expected in (
        '<http://purl.org/dc/terms/title> "A-JUST"@fr',
        f"<https://w3id.org/passerelles/ontology#commissionedBy> <{base}harvest/beta/organisations/igj>",
        f"<http://purl.org/dc/terms/publisher> <{base}harvest/beta/incubators/justice>",
        f"<https://w3id.org/passerelles/ontology#stage> <{base}concepts/stage-lancement-production>",
        "<https://schema.org/codeRepository> <https://github.com/betagouv/a-just>",
        '<http://purl.org/dc/terms/created> "2021-02-01"',
    ):
        assert expected in said
    assert "@beta.gouv.fr" not in "".join("".join(entry.triples) for entry in entries.values())


@pytest.mark.parametrize(
    ("source", "licence"),
    [
        ("publiccode/projects/udata.publiccode.yml", "agpl-3.0-only"),
        ("publiccode/incomplete/dashlord_publiccode.yml", "apache-2.0"),
    ],
)
def test_a_licence_is_that_of_the_repository(settings, real, source, licence):
    bring(settings, str(real / source), "portal")
    [entry] = Quarantine(settings, "portal").entries().values()
    licence = f"<https://w3id.org/passerelles/id/licences/{licence}>"
    assert any(f"<http://purl.org/dc/terms/license> {licence}" in line for line in entry.triples)
