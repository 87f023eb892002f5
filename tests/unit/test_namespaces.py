"""CURIE to IRI and back."""

import pytest

from graph.namespaces import PrefixMap

PREFIXES = PrefixMap({"ex": "https://example.org/", "deep": "https://example.org/deep/", "s": "http://a#"})


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        ("https://example.org/Thing", "ex:Thing"),
        ("https://example.org/deep/Thing", "deep:Thing"),
        ("http://a#été", "s:été"),
        ("http://a#v1.2", "s:v1.2"),
        ("http://a#7", "s:7"),
    ],
)
def test_an_iri_is_shortened_by_its_longest_namespace_and_back(iri, short):
    assert PREFIXES.shrink(iri) == short
    assert PREFIXES.expand(short) == iri


@pytest.mark.parametrize(
    "iri",
    [
        "https://other.org/x",
        "https://example.org/",
        "https://example.org/id/tools/saw",
        "http://a#-dash",
        "http://a#dot.",
        "http://a#a b",
        "",
    ],
)
def test_an_iri_that_no_prefix_fits_stays_whole(iri):
    assert PREFIXES.shrink(iri) == iri


@pytest.mark.parametrize("name", ["unknown:x", "noprefix", ""])
def test_a_name_without_a_known_prefix_has_no_iri(name):
    assert PREFIXES.expand(name) is None


def test_the_map_reads_as_a_mapping_sorted_by_prefix():
    assert list(PREFIXES) == ["deep", "ex", "s"]
    assert len(PREFIXES) == 3
    assert PREFIXES["s"] == "http://a#"
    assert PrefixMap([("a", "http://b/")]) == {"a": "http://b/"}
