"""One table says what we read and write, under which names."""

import pyoxigraph as ox
import pytest

from graph.formats import FORMATS, GRAPH_FORMATS, RESULTS_FORMATS, by_name


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("ttl", "ttl"),
        ("Turtle", "ttl"),
        ("text/turtle", "ttl"),
        ("json-ld", "jsonld"),
        ("rdf+xml", "rdf"),
        (" CSV ", "csv"),
        ("application/json", "json"),
        ("n-quads", "nq"),
    ],
)
def test_a_format_answers_to_its_suffix_its_other_names_and_its_media_types(name, suffix):
    assert by_name(name).name == suffix


def test_an_unknown_name_is_no_format():
    assert by_name("docx") is None
    assert by_name("") is None


def test_a_format_may_be_sought_in_one_family_only():
    assert by_name("csv", GRAPH_FORMATS) is None
    assert by_name("turtle", RESULTS_FORMATS) is None


def test_no_name_means_two_formats():
    names = [name for one in FORMATS for name in (one.name, *one.aliases, *one.media_types)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_the_engine_knows_every_media_type_we_announce(one):
    kind = ox.QueryResultsFormat if one.family == "results" else ox.RdfFormat
    known = kind.from_media_type(one.media_type)
    assert known is not None
    if one.name != "jsonld":  # the engine has an IRI of its own there; ours is in the W3C's list
        assert one.iri == known.iri
