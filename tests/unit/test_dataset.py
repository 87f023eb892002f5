"""Each file of a repository is a named graph."""

import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph import config, reading
from graph.dataset import (
    Role,
    as_quads,
    by_real_path,
    declared_prefixes,
    named_sources,
    read_one,
    repository_sources,
    turtle_files,
)
from graph.errors import UnreadableInput


@pytest.fixture
def settings(repository):
    return config.load(repository.root)


# --- which files, which graphs


def test_every_turtle_file_is_a_graph_named_after_its_path(repository, settings):
    repository.write("ontology/vocabularies/themes.ttl", "")
    repository.write("ontology/rules/one.rq", "")
    found = {source.path.relative_to(repository.root).as_posix(): source for source in repository_sources(settings)}
    assert {name: (source.graph, source.role) for name, source in found.items()} == {
        "ontology/trial.ttl": ("https://example.org/graph/ontology", Role.ONTOLOGY),
        "ontology/vocabularies/themes.ttl": ("https://example.org/graph/vocabularies/themes", Role.ONTOLOGY),
        "shapes/tool.ttl": ("https://example.org/graph/shapes/tool", Role.SHAPES),
        "data/sources/report.ttl": ("https://example.org/graph/sources/report", Role.DATA),
        "data/tools/hammer.ttl": ("https://example.org/graph/tools/hammer", Role.DATA),
        "data/tools/saw.ttl": ("https://example.org/graph/tools/saw", Role.DATA),
    }


def test_a_path_that_no_iri_can_hold_is_escaped(repository, settings):
    repository.write("data/tools/a b <é>.ttl", "")
    graphs = [source.graph for source in repository_sources(settings)]
    assert "https://example.org/graph/tools/a%20b%20%3C%C3%A9%3E" in graphs


def test_a_file_name_that_is_not_utf8_is_a_graph_too(repository, settings):
    path = os.fsencode(repository.root / "data") + b"/caf\xe9.ttl"
    try:
        Path(os.fsdecode(path)).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert "https://example.org/graph/caf%E9" in [source.graph for source in repository_sources(settings)]


def test_hidden_files_and_folders_are_left_out(tmp_path):
    for name in ("b.ttl", "a/c.ttl", ".d.ttl", ".git/e.ttl", "f.txt", "g.ttl/h.ttl"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert [path.relative_to(tmp_path).as_posix() for path in turtle_files(tmp_path)] == [
        "a/c.ttl",
        "b.ttl",
        "g.ttl/h.ttl",
    ]


def test_a_repository_without_folders_has_no_files(empty_repository):
    assert repository_sources(config.load(empty_repository.root)) == []


def test_a_file_is_shown_from_the_working_folder_else_from_the_repository(repository, settings, monkeypatch, tmp_path):
    def names() -> list[str]:
        return [source.name for source in repository_sources(settings)]

    monkeypatch.chdir(repository.root / "data")
    assert "tools/saw.ttl" in names()
    assert "ontology/trial.ttl" in names()
    monkeypatch.chdir(tmp_path)
    assert "repo/data/tools/saw.ttl" in names()


# --- naming files


def test_a_named_file_of_the_repository_is_the_source_it_already_is(repository, settings, monkeypatch):
    monkeypatch.chdir(repository.root / "data" / "tools")
    known = repository_sources(settings)
    (source,) = named_sources(settings, ["saw.ttl"], by_real_path(known), b"")
    assert source in known


def test_a_folder_stands_for_its_turtle_files_once(repository, settings, monkeypatch):
    monkeypatch.chdir(repository.root)
    found = named_sources(
        settings, ["data/tools", "data/tools/saw.ttl"], by_real_path(repository_sources(settings)), b""
    )
    assert [source.stem for source in found] == ["hammer", "saw"]


def test_a_file_from_elsewhere_is_data(settings, tmp_path):
    path = tmp_path / "mine.ttl"
    path.write_text("")
    (source,) = named_sources(settings, [str(path)], {}, b"")
    assert (source.role, source.name) == (Role.DATA, str(path))
    assert source.graph.startswith("https://example.org/graph/local/")


def test_standard_input_is_named_by_a_dash(settings):
    (source,) = named_sources(settings, ["-"], {}, b"<a> <b> <c> .")
    assert (source.name, source.role, source.read(100)) == ("-", Role.DATA, b"<a> <b> <c> .")


def test_a_path_that_names_nothing_is_said(settings, tmp_path):
    with pytest.raises(UnreadableInput, match=r"nowhere\.ttl"):
        named_sources(settings, [str(tmp_path / "nowhere.ttl")], {}, b"")
    (tmp_path / "bare").mkdir()
    with pytest.raises(UnreadableInput) as caught:
        named_sources(settings, [str(tmp_path / "bare")], {}, b"")
    assert caught.value.key == "no-turtle"


# --- reading


def test_reading_gives_the_document_and_its_bytes(repository, settings):
    saw = read_one(next(one for one in repository_sources(settings) if one.stem == "saw"), 10_000)
    assert saw.text == (repository.root / "data/tools/saw.ttl").read_bytes()
    assert saw.document.triples == 3


def test_what_cannot_be_read_is_told_and_the_others_are_read_in_order(repository, settings):
    (repository.root / "data/tools/gone.ttl").symlink_to(repository.root / "nowhere")
    (repository.root / "data/tools/loop.ttl").symlink_to("loop.ttl")
    seen = []
    result = reading.read(settings, repository_sources(settings), [seen.append])
    assert [Path(str(error.parameters["path"])).name for error in result.unreadable] == ["gone.ttl", "loop.ttl"]
    assert [parsed.source.stem for parsed in seen] == ["trial", "tool", "report", "hammer", "saw"]
    assert [facts.source for facts in result.facts] == [parsed.source for parsed in seen]


# --- triples to quads


def test_quads_are_the_same_triples_in_one_graph():
    ntriples = b'<u:s> <u:p> <u:o> .\n_:b <u:p> "> <x> ." .\n<u:s> <u:p> " .\\n" .\n<u:s> <u:p> "\\\\" .\n'
    quads = list(ox.parse(as_quads(ntriples, "u:g"), format=ox.RdfFormat.N_QUADS))
    assert {str(quad.graph_name) for quad in quads} == {"<u:g>"}
    assert [quad.triple for quad in quads] == [
        quad.triple for quad in ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES)
    ]


def test_no_triple_is_no_quad():
    assert as_quads(b"", "u:g") == b""


# --- prefixes


def test_prefixes_are_those_the_graph_declares():
    store = ox.Store()
    assert dict(declared_prefixes(store)) == {}
    store.load(
        b"""
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <u:x> sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/ontology#"^^xsd:anyURI ] .
        """,
        format=ox.RdfFormat.TURTLE,
    )
    assert dict(declared_prefixes(store)) == {"ex": "https://example.org/ontology#"}
