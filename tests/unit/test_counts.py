"""The counts of a snapshot: what is written is read again; what is not whole is none."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox
import pytest

from graph.snapshot.counts import FILE_NAME, Counts, Link, Property, count, house, read

BASE = "https://example.org/id/"
EX = "https://example.org/ontology#"


@pytest.fixture(scope="module")
def counts() -> Counts:
    store = ox.Store()
    store.load(
        b"""
        @base <https://example.org/id/> . @prefix e: <https://example.org/ontology#> .
        <a> a e:Thing ; e:link <b>, <https://elsewhere.example/x>, <https://elsewhere.example/y>, <urn:x:y> .
        <a> e:label "a", "b" .
        <b> a e:Thing, _:unnamed ; e:link <https://elsewhere.example>, e:Thing .
        e:Thing a <http://www.w3.org/2002/07/owl#Class> ; e:link <https://elsewhere.example/x> .
        """,
        format=ox.RdfFormat.TURTLE,
    )
    store.add(ox.Quad(*(ox.NamedNode("urn:n"),) * 3, ox.NamedNode("urn:graph")))
    return replace(count(store, BASE), graphs={"urn:graph": 1})


def test_the_default_graph_alone_is_counted(counts):
    assert (counts.triples, counts.subjects, counts.entities) == (13, 3, 2)
    assert counts.properties[EX + "link"] == Property(7, 3, 6)
    assert "urn:n" not in counts.properties


def test_a_class_without_a_name_is_no_class(counts):
    assert counts.classes == {EX + "Thing": 2, "http://www.w3.org/2002/07/owl#Class": 1}
    assert counts.by_class[EX + "Thing"][EX + "link"] == 6


def test_a_link_leads_from_a_thing_of_ours_into_the_space_of_another_authority(counts):
    assert counts.links == (Link(EX + "link", "https://elsewhere.example/", 2),)


def test_an_example_is_a_thing_of_ours_and_always_the_same(counts):
    assert counts.examples == {EX + "Thing": BASE + "a"}


def test_what_is_written_is_read_again(counts, tmp_path):
    counts.write(tmp_path)
    assert read(tmp_path) == counts


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"{}", b'{"properties": 3, "links": []}', b"\xff"])
def test_what_is_absent_or_damaged_counts_nothing(content, tmp_path):
    if content is not None:
        (tmp_path / FILE_NAME).write_bytes(content)
    assert read(tmp_path) is None


def test_an_empty_graph_has_counts_too():
    assert count(ox.Store(), BASE) == Counts()


def test_the_ontology_and_the_graphs_are_named_beside_the_things():
    assert house(BASE) == "https://example.org/"
    assert house("https://example.org/things/") == "https://example.org/things/"
