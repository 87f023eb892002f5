"""By which names catalogues call the licences that the repository describes."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from ..config import Settings, shipped_root
from ..dataset import Role, folder_of, turtle_files
from ..licenses.catalogue import folded
from ..licenses.licence import LICENCE_KINDS
from ..namespaces import DCT, FOAF, OWL, RDF, SKOS

_NAMES = {SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel", "notation", "exactMatch")}
_NAMES |= {DCT + "identifier", DCT + "title", OWL + "sameAs", FOAF + "page"}
_HIDDEN = ox.NamedNode(SKOS + "hiddenLabel")
_MORE = "licences.ttl"  # beside the mappings


def known(settings: Settings) -> bytes:
    """By which names the licences of the repository are called, as N-Triples."""
    folder = folder_of(settings, Role.DATA) / "licences"
    own = [path.read_bytes() for path in turtle_files(folder)] if folder.is_dir() else []
    places = (settings.mappings_folder, shipped_root() / settings.folders.mappings)
    more = (place / _MORE for place in places)
    return names(own, next((path.read_bytes() for path in more if path.is_file()), b""))


def names(described: Iterable[bytes], more: bytes = b"") -> bytes:
    """Of the licences that Turtle texts describe, each with its names, folded; `more`, those of SPDX addresses."""
    found: dict[str, set[str]] = {}
    for text in described:
        triples = [quad.triple for quad in ox.parse(input=text, format=ox.RdfFormat.TURTLE, base_iri="x:")]
        kinds = ((t.subject.value, t.object.value) for t in triples if t.predicate.value == RDF + "type")
        licences = {subject for subject, kind in kinds if kind in LICENCE_KINDS}
        for triple in triples:
            if triple.subject.value in licences and triple.predicate.value in _NAMES:
                found.setdefault(triple.subject.value, {triple.subject.value}).add(triple.object.value)
    called = {folded(name): licence for licence, several in found.items() for name in several}
    for quad in ox.parse(input=more, format=ox.RdfFormat.TURTLE):
        licence = called.get(folded(quad.subject.value))
        if licence is not None:
            found[licence].add(quad.object.value)
    pairs = sorted((licence, folded(name)) for licence, several in found.items() for name in several)
    triples = [ox.Triple(ox.NamedNode(licence), _HIDDEN, ox.Literal(name)) for licence, name in dict.fromkeys(pairs)]
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
