"""The engine says, of the licences of the graph, what their texts and their stewards say: one row a sourced verdict."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graph.licenses.catalogue import Licences
from graph.licenses.choosing import choices
from graph.licenses.expression import read
from graph.licenses.verdict import compare, verdict
from graph.lint.statements import every
from graph.turtle.parse import parse

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
ROWS = list(csv.DictReader((HERE / "licence_verdicts.csv").read_text(encoding="utf-8").splitlines()))


def statements(path: Path):
    text = path.read_bytes()
    return every(parse(text, path=path.name, base="x:", limit=len(text)).ntriples)


@pytest.fixture(scope="module")
def licences() -> Licences:
    files = [path for folder in ("licences", "clauses") for path in sorted((DATA / folder).glob("*.ttl"))]
    return Licences(statement for path in files for statement in statements(path))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['a']}-{row['b']}")
def test_a_verdict_is_that_of_the_texts(licences, row):
    found = verdict(read(row["a"], licences), read(row["b"], licences), licences)
    said = " ".join(text.render("en") for text in (*found.because, *found.conditions))
    assert found.answer.word == row["verdict"], f"{row['why']} ({row['source']}), and the engine: {said}"


def test_every_pair_has_a_verdict_with_reasons_and_sources(licences):
    found = [compare(a, b, licences) for a in licences.values() for b in licences.values()]
    assert len(found) == len(licences) ** 2
    for each in found:
        assert each.because
        assert each.sources
        for language in ("fr", "en"):
            assert all(text.render(language) for text in (*each.because, *each.conditions))


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Apache 2.0", "Apache-2.0"),
        ("apache 2", "Apache-2.0"),
        ("GPL v3", "GPL-3.0-only"),
        ("GPLv2+", "GPL-2.0-or-later"),
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc by-sa v4", "CC-BY-SA-4.0"),
        ("Licence Ouverte 2.0", "etalab-2.0"),
        ("https://opensource.org/licenses/MIT", "MIT"),
        ("https://opensource.org/license/apache-2-0", "Apache-2.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.fr", "CC-BY-4.0"),
        ("http://www.spdx.org/licenses/MIT.json", "MIT"),
    ],
)
def test_a_name_as_people_write_it_means_its_licence(licences, name, meant):
    assert str(read(name, licences)) == meant


@pytest.mark.parametrize("name", ["GPL", "Licence Ouverte", "BSD", "CC BY 4.1", "https://opensource.org/", "2.0"])
def test_a_name_of_several_licences_or_of_none_means_none(licences, name):
    assert licences.find(name) is None


def test_a_name_that_begins_that_of_a_licence_suggests_it(licences):
    assert {each.name for each in licences.near("Licence Ouverte")} == {"etalab-2.0", "LicenseRef-etalab-1.0"}


@pytest.mark.parametrize(
    ("together", "chosen"),
    [
        (("GPL-2.0-only", "Apache-2.0"), ""),
        (("GPL-2.0-only", "GPL-3.0-only"), ""),
        (("GPL-2.0-only", "LGPL-3.0-only"), ""),
        (("GPL-2.0-only", "EUPL-1.2", "Apache-2.0"), ""),
        (("GPL-2.0-only", "CECILL-2.1", "Apache-2.0"), ""),
        (("GPL-2.0-or-later", "Apache-2.0"), "GPL-3.0-or-later GPL-2.0-or-later GPL-3.0-only"),
        (("GPL-2.0-only", "EUPL-1.2"), "GPL-2.0-only GPL-2.0-or-later"),
        (("GPL-3.0-only", "Apache-2.0"), "GPL-3.0-or-later GPL-2.0-or-later GPL-3.0-only"),
    ],
)
def test_what_may_be_chosen_accepts_all_that_is_taken_up_at_once(licences, together, chosen):
    found = {
        each.licence.name for each in choices([read(a, licences) for a in together], licences) if each.verdict.allowed
    }
    gpl = {name for name in found if name.startswith(("GPL", "LGPL"))}
    assert gpl == set(chosen.split())


def test_what_a_licence_offers_takes_all_that_the_licence_takes(licences):
    later = [each for each in licences.values() if each.offers]
    assert len(later) == sum("or-later" in each.name for each in licences.values())
    for b in later:
        for a in licences.values():
            alone = verdict(read(a.iri, licences), read(b.iri, licences), licences)
            assert alone.answer is compare(a, b, licences).answer, (a.name, b.name)
