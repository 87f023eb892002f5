"""The organisations of the graph: identified by numbers that are right, followed from the DGME to the DINUM."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.inference import infer, load_rules
from graph.organisations.names import Names
from graph.organisations.register import Register, query
from graph.organisations.resolve import resolve
from graph.siren import right

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://w3id.org/passerelles/id/"
ADMS = "http://www.w3.org/ns/adms#"
SKOS = "http://www.w3.org/2004/02/skos/core#"


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    for folder in ("ontology", "data"):
        for path in sorted((ROOT / folder).rglob("*.ttl")):
            store.load(path=path, format=ox.RdfFormat.TURTLE)
    infer(store, load_rules(ROOT / "ontology" / "rules"))
    return store


@pytest.fixture(scope="module")
def register(store) -> Register:
    answers = (store.query(query(name)).serialize(format=ox.QueryResultsFormat.JSON) for name in ("names", "changes"))
    return Register.read(*answers)


def slugs(iris: list[str]) -> list[str]:
    return [iri.rpartition("/")[2] for iri in iris]


def test_the_story_of_the_sgmap_is_told_with_its_dates_and_its_decrees(register):
    told = [
        (change.date, slugs(change.before), slugs(change.after), [source.split("/")[-3] for source in change.sources])
        for change in register.changes
    ]
    assert told == [
        ("2012-10-31", ["dgme"], ["sgmap"], ["2012-1198"]),
        ("2015-09-23", ["disic"], ["dinsic"], ["2015-1165"]),
        ("2017-11-21", ["sgmap"], ["dinsic", "ditp"], ["2017-1584"]),
        ("2019-10-28", ["dinsic"], ["dinum"], ["2019-1088"]),
    ]
    assert slugs(register.today(f"{BASE}organisations/sgmap")) == ["dinum", "ditp"]
    assert slugs(register.today(f"{BASE}organisations/disic")) == ["dinum"]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("SGMAP", "sgmap"),
        ("secretariat general pour la modernisation de l'action publique", "sgmap"),
        ("CNFPT", "cnfpt"),
        ("C.N.F.P.T.", "cnfpt"),
        ("direction de l'information légale et administrative", "dila"),
        ("Institut de la gestion publique et du développement économique", "igpde"),
        ("Syndicat national des directeurs généraux des collectivités territoriales", "sndgct"),
        ("Association des directeurs généraux des communautés de France", "adgcf"),
        ("Direction interministérielle du numérique (DINUM)", "dinum"),
        ("180 014 045", "cnfpt"),
        ("13002526500013", "dinum"),
        ("Direction interministérielle du numérique", "dinum"),
        ("MINISTERE DE L'INTERIEUR", "ministere-de-l-interieur"),
    ],
)
def test_an_organisation_of_the_graph_is_found(register, text, slug):
    assert slugs([each.organisation.iri for each in resolve(Names(register), text, 500).found]) == [slug]


def test_a_change_makes_what_it_transforms_replaced_by_what_results_from_it(store):
    replaced = ox.NamedNode("http://purl.org/dc/terms/isReplacedBy")
    sgmap = ox.NamedNode(f"{BASE}organisations/sgmap")
    found = [quad.object.value for quad in store.quads_for_pattern(sgmap, replaced, None)]
    assert sorted(slugs(found)) == ["dinsic", "ditp"]


def test_an_identifier_is_named_after_its_number_which_is_right(graph):
    numbers = [iri for iri in graph.subjects if iri.startswith(f"{BASE}identifiers/siren-")]
    assert len(numbers) >= 3
    for iri in numbers:
        [number] = graph.values(iri, SKOS + "notation")
        assert iri.endswith(f"/siren-{number}")
        assert right(number)


def test_a_former_commune_keeps_its_code_and_the_last_vintage_that_has_it(graph):
    def code(slug: str) -> tuple[str, str]:
        [identifier] = graph.values(f"{BASE}places/{slug}", ADMS + "identifier")
        [notation], [vintage] = graph.values(identifier, SKOS + "notation"), graph.values(identifier, "dct:valid")
        return notation, vintage

    assert code("place-cran-gevrier") == ("74093", "2016")
    assert code("place-annecy") == ("74010", "2017")
    assert graph.values(f"{BASE}places/place-cran-gevrier", "dct:isReplacedBy") == {f"{BASE}places/place-annecy"}
