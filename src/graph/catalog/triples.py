"""Triples said one by one, as N-Triples has them, each once, those of a subject together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from ..namespaces import RDF, STANDARD
from ..turtle.ntriples import escaped

#: The prefixes of what is described here.
PREFIXES: Mapping[str, str] = {
    **STANDARD,
    "dcatap": "http://data.europa.eu/r5r/",
    "format": "http://www.w3.org/ns/formats/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "spdx": "http://spdx.org/rdf/terms#",
}
_NEVER_IN_AN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*\Z")


class Triples:
    """A graph under construction. Values are terms as `ref`, `term`, `literal` and `texts` make them."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, None]] = {}

    def say(self, subject: str, predicate: str, *values: str) -> None:
        """Add a triple for each value; the subject is an IRI, the predicate a CURIE."""
        start = f"{ref(subject)} {term(predicate)}"
        self.take(f"{start} {value} ." for value in values)

    def type(self, subject: str, *classes: str) -> None:
        """Say what a thing is; the classes are CURIEs."""
        self.say(subject, "rdf:type", *map(term, classes))

    def take(self, lines: Iterable[str]) -> None:
        """Add triples as N-Triples has them, without their line feeds."""
        for line in lines:
            self._of.setdefault(line.partition(" ")[0], {})[line] = None

    def __iter__(self) -> Iterator[str]:
        """The lines, those of a subject together."""
        return (line for lines in self._of.values() for line in lines)

    def __bytes__(self) -> bytes:
        return "".join(f"{line}\n" for line in self).encode()


def ref(iri: str) -> str:
    """An IRI as a term; what no IRI may hold is percent-encoded."""
    return f"<{_NEVER_IN_AN_IRI.sub(lambda found: quote(found[0]), iri)}>"


def term(curie: str) -> str:
    """The term that a CURIE is short for."""
    prefix, _, local = curie.partition(":")
    return f"<{RDF if prefix == 'rdf' else PREFIXES[prefix]}{local}>"


def literal(value: object, datatype: str = "") -> str:
    """A literal, of a datatype given as a CURIE where there is one."""
    return f'"{escaped(str(value))}"' + (f"^^{term(datatype)}" if datatype else "")


def texts(wordings: Mapping[str, str]) -> list[str]:
    """A literal for each language."""
    tags = {language: f"@{language.lower()}" if _LANGUAGE.match(language) else "" for language in wordings}
    return [f'"{escaped(text)}"{tags[language]}' for language, text in wordings.items()]
