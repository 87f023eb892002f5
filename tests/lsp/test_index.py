"""What the index keeps of the files, and what it forgets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graph.config import load
from graph.dataset import read_one, repository_sources, source_at
from graph.lsp.index import Index, extract, folded
from graph.lsp.shapes import Shapes

EX = "https://example.org/ontology#"
ID = "https://example.org/id/"


def absorb(index: Index, root: Path, *names: str) -> None:
    settings = load(root)
    for source in [source_at(settings, root / name) for name in names] or repository_sources(settings):
        parsed = read_one(source, settings.limits.file_bytes)
        index.absorb(os.path.realpath(source.path), extract(parsed))


@pytest.fixture
def index(repo) -> Index:
    index = Index()
    absorb(index, repo)
    return index


def test_a_label_is_in_the_language_asked_for_or_the_nearest(index):
    assert index.label(EX + "Tool", "en") == "tool"
    assert index.label(EX + "Tool", "de") == "outil"
    assert index.label(EX + "nothing", "fr") is None


def test_a_name_is_found_whatever_its_accents_and_the_exact_one_first(index):
    assert index.search("EVENEMENTS", 5, lambda _: True) == [ID + "families/shared-rides"]
    assert index.search("covoit", 5, lambda _: True) == [ID + "tools/ride", ID + "families/shared-rides"]
    assert index.search("covoit", 5, lambda iri: "famil" in iri) == [ID + "families/shared-rides"]
    assert folded("L’Évènement") == "l evenement"


def test_what_a_file_said_goes_with_it(index, repo):
    index.absorb(os.path.realpath(repo / "data/tools/ride.ttl"), None)
    assert index.search("covoit", 5, lambda _: True) == [ID + "families/shared-rides"]
    assert index.mentions[ID + "families/shared-rides"] == {os.path.realpath(repo / "data/tools/hammer.ttl")}


def test_a_file_read_again_says_what_it_says_now(index, repo):
    path = repo / "data/tools/ride.ttl"
    path.write_text(path.read_text().replace("covoiturage", "transport"))
    absorb(index, repo, "data/tools/ride.ttl")
    assert index.search("covoit", 5, lambda _: True) == [ID + "families/shared-rides"]
    assert index.label(ID + "tools/ride", "fr") == "Outil de transport"


def test_reading_a_file_again_changes_nothing_when_it_has_not_changed(index, repo):
    before = dict(index.predicates), {iri: set(files) for iri, files in index.mentions.items()}
    absorb(index, repo, "data/tools/ride.ttl", "ontology/trial.ttl")
    assert before == (dict(index.predicates), index.mentions)


def test_without_declared_prefixes_those_in_use_are_known(repo):
    (repo / "ontology/trial.ttl").unlink()
    index = Index()
    absorb(index, repo)
    assert index.prefixes["dct"] == "http://purl.org/dc/terms/"


def test_a_shape_speaks_for_the_classes_below_its_target(index, repo):
    with (repo / "ontology/trial.ttl").open("a") as ontology:
        ontology.write("ex:Hammer rdfs:subClassOf ex:Tool .\n")
    absorb(index, repo, "ontology/trial.ttl")
    shapes = Shapes(index)
    assert list(shapes.expected([EX + "Hammer"])) == [
        "http://purl.org/dc/terms/issued", "http://purl.org/dc/terms/title", EX + "family", EX + "level",
    ]  # fmt: skip
    assert shapes.expected([EX + "Family"]) == {}


def test_what_a_shape_lists_or_refuses(index):
    expected = Shapes(index).expected([EX + "Tool"])
    assert Shapes(index).listed(expected[EX + "level"]) == ['"début"', '"fin"']
    assert Shapes(index).accept(expected[EX + "family"], ID + "families/shared-rides")
    assert not Shapes(index).accept(expected[EX + "family"], ID + "tools/ride")
    assert not Shapes(index).accept(expected["http://purl.org/dc/terms/issued"], ID + "tools/ride")
    assert expected["http://purl.org/dc/terms/title"].required
