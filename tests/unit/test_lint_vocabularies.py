"""The pinned lists of terms are true: rdflib's lists, where it has one, are the same."""

from __future__ import annotations

import re
import tomllib
import warnings
from pathlib import Path

import pytest

from graph.lint.vocabularies import NAMESPACES, languages, licences, split, vocabulary

FOLDER = Path(__file__).resolve().parents[2] / "src/graph/lint/vocabularies"
RDFLIB = {
    "dc": "DC",
    "dcat": "DCAT",
    "dcmitype": "DCMITYPE",
    "dct": "DCTERMS",
    "doap": "DOAP",
    "foaf": "FOAF",
    "odrl": "ODRL2",
    "org": "ORG",
    "owl": "OWL",
    "prov": "PROV",
    "rdf": "RDF",
    "rdfs": "RDFS",
    "schema": "SDO",
    "sh": "SH",
    "skos": "SKOS",
    "vann": "VANN",
    "void": "VOID",
    "xsd": "XSD",
}
# rdflib has DCAT 2, and counts the components of XML Schema among its datatypes.
MORE = {
    "dcat": "DatasetSeries first hasCurrentVersion hasVersion inCatalog inSeries isDistributionOf isVersionOf last next"
    " nextVersion prev previousVersion resource seriesMember version",
    "xsd": "anyAtomicType anySimpleType anyType",
}
LESS = {"xsd": "Assertions bounded cardinality day hour minute month numeric ordered second timezoneOffset year"}


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_the_file_of_a_vocabulary_is_of_its_namespace(namespace):
    known = vocabulary(namespace)
    assert known.namespace == namespace
    assert known.source
    assert known.terms >= known.deprecated.keys() | known.see.keys()


def test_every_file_is_of_a_namespace():
    named = {path.stem for path in FOLDER.glob("*.toml")} - {
        "first-names",
        "languages",
        "placeholders",
        "spdx-licences",
    }
    assert named == set(NAMESPACES.values())


@pytest.mark.parametrize(("name", "pinned"), RDFLIB.items())
def test_a_list_is_that_of_rdflib(name, pinned):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import rdflib.namespace

        defined = getattr(rdflib.namespace, pinned)
    namespace = next(space for space, file in NAMESPACES.items() if file == name)
    assert str(defined) == namespace
    terms = {
        term for term in (*defined.__annotations__, *getattr(defined, "_extras", ())) if re.match(r"[A-Za-z]", term)
    }
    known = vocabulary(namespace).terms
    assert known - terms == set(MORE.get(name, "").split())
    assert terms - known == set(LESS.get(name, "").split())


def test_what_replaces_a_term_is_a_term_in_use():
    for namespace in NAMESPACES:
        known = vocabulary(namespace)
        for instead in (*known.deprecated.values(), *known.see.values()):
            other = vocabulary(split(instead)[0])
            assert split(instead)[1] in other.terms - other.deprecated.keys()


def test_the_licences_are_those_of_spdx():
    known = licences()
    assert {"EUPL-1.2", "etalab-2.0", "AGPL-3.0-only", "CC-BY-4.0"} <= known.terms - known.deprecated.keys()
    assert {"GPL-3.0", "AGPL-3.0"} <= known.deprecated.keys()


def test_a_language_that_is_written_otherwise_has_a_code():
    codes, written = languages()
    assert len(codes) == 183
    assert set(written.values()) <= codes
    assert not codes & written.keys()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_list_says_where_it_comes_from(path):
    assert tomllib.loads(path.read_text(encoding="utf-8"))["source"]
