"""The terms of the European authority lists that are used here, with their types and labels: the pinned slice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from ..config import shipped_root
from ..namespaces import SKOS
from ..turtle.ntriples import statements
from ..turtle.parse import parse

EUROPE = "http://publications.europa.eu/resource/authority/"
_SLICE = "ontology/imports/eu-authorities.ttl"
_IN_SCHEME = f"<{SKOS}inScheme>"
_LONGEST = 10_000_000  # bytes: the slice comes with the package

Statements = Mapping[str, list[str]]


@cache
def authorities() -> Mapping[str, Statements]:
    """What the slice says of each term: the values of each property, all as N-Triples writes them."""
    text = (shipped_root() / _SLICE).read_bytes()
    document = parse(text, path=_SLICE, base=EUROPE, limit=_LONGEST)
    return statements(document.ntriples.decode().removesuffix("\n").split("\n"))


def described(terms: Iterable[str]) -> list[str]:
    """What the slice says of those among `terms` that it knows, and of their schemes, as lines of N-Triples."""
    known = authorities()
    wanted = dict.fromkeys(term for term in terms if term in known)
    wanted |= dict.fromkeys(scheme for term in wanted for scheme in known[term].get(_IN_SCHEME, ()) if scheme in known)
    return [
        f"{term} {predicate} {value} ."
        for term in wanted
        for predicate, values in known[term].items()
        for value in values
    ]
