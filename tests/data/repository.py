"""The triples of the repository as its tests read them: by subject, by predicate, with the file they stand in."""

from collections import defaultdict
from pathlib import Path

import pyoxigraph

ROOT = Path(__file__).resolve().parents[2]

PREFIXES = {
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "org": "http://www.w3.org/ns/org#",
    "pas": "https://w3id.org/passerelles/ontology#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def expand(name: str) -> str:
    """The IRI of a prefixed name; an IRI is given back as it is."""
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else name


class RepositoryGraph:
    """The triples of `data/` and `ontology/vocabularies/`, by subject and predicate, with the files they stand in."""

    def __init__(self, root: Path) -> None:
        self.subjects: dict[str, dict[str, list[pyoxigraph.Literal | pyoxigraph.NamedNode]]] = {}
        self.files: dict[str, set[str]] = defaultdict(set)
        self.broken: dict[str, str] = {}
        self.blank: list[str] = []
        for folder in ("data", "ontology/vocabularies"):
            for path in sorted((root / folder).rglob("*.ttl")):
                self._load(path, path.relative_to(root).as_posix())

    def _load(self, path: Path, name: str) -> None:
        try:
            quads = list(pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE))
        except (SyntaxError, ValueError) as error:
            self.broken[name] = str(error)
            return
        for quad in quads:
            if isinstance(quad.subject, pyoxigraph.BlankNode) or isinstance(quad.object, pyoxigraph.BlankNode):
                self.blank.append(name)
            subject = quad.subject.value
            self.files[subject].add(name)
            self.subjects.setdefault(subject, {}).setdefault(quad.predicate.value, []).append(quad.object)

    def __contains__(self, iri: str) -> bool:
        return iri in self.subjects

    def objects(self, subject: str, predicate: str) -> list[pyoxigraph.Literal | pyoxigraph.NamedNode]:
        return self.subjects.get(subject, {}).get(expand(predicate), [])

    def values(self, subject: str, predicate: str) -> set[str]:
        """The objects of a predicate as plain strings: IRIs, and literals without tag or datatype."""
        return {term.value for term in self.objects(subject, predicate)}

    def texts(self, subject: str, predicate: str, language: str) -> set[str]:
        return {
            term.value
            for term in self.objects(subject, predicate)
            if isinstance(term, pyoxigraph.Literal) and term.language == language
        }

    def having(self, predicate: str, value: str) -> set[str]:
        """The subjects that have this value for this predicate."""
        return {subject for subject in self.subjects if value in self.values(subject, predicate)}

    def linked(self, one: str, other: str) -> bool:
        """Whether any triple goes from one to the other, in either direction."""
        return any(
            target in {term.value for term in objects}
            for subject, target in ((one, other), (other, one))
            for objects in self.subjects.get(subject, {}).values()
        )
