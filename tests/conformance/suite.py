"""W3C test manifests as plain values, and the list of known failures."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("PASSERELLES_SHARED") or HERE.parents[2] / "shared")
SUITES = SHARED / "conformance"
KNOWN = "known_failures.toml"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"

Node = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True)
class Graph:
    """A Turtle file, to be read by subject and predicate."""

    dataset: ox.Dataset

    @classmethod
    def read(cls, path: Path, base: str) -> Graph:
        return cls(ox.Dataset(ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=base)))

    def objects(self, subject: Node, predicate: str) -> list[Node]:
        quads = self.dataset.quads_for_subject(subject)
        return [quad.object for quad in quads if quad.predicate.value == predicate]

    def value(self, subject: Node, predicate: str) -> Node | None:
        return next(iter(self.objects(subject, predicate)), None)

    def subjects(self, predicate: str, value: Node) -> list[Node]:
        return [q.subject for q in self.dataset.quads_for_object(value) if q.predicate.value == predicate]

    def items(self, head: Node | None) -> list[Node]:
        """The members of a collection."""
        found = []
        while head is not None and head != ox.NamedNode(RDF + "nil"):
            found.append(self.value(head, RDF + "first"))
            head = self.value(head, RDF + "rest")
        return found


def present(suite: str) -> bool:
    """Whether the suite is there."""
    return (SUITES / suite).is_dir()


def require(suite: str) -> None:
    """Skip where the suite is absent; in continuous integration its absence is a failure."""
    if present(suite):
        return
    reason = f"the {suite} suite is not in {SUITES}: set PASSERELLES_SHARED"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def known_failures(*section: str, file: str = KNOWN) -> dict[str, str]:
    """IRI to reason."""
    table = tomllib.loads((HERE / file).read_text(encoding="utf-8"))
    for name in section:
        table = table[name]
    return table


def hold(problem: str | None, iri: str, *section: str, file: str = KNOWN) -> None:
    """Fail when `problem` is told of a test not listed, or not told of a test that is listed."""
    reason = known_failures(*section, file=file).get(iri)
    if reason is None:
        assert problem is None, problem
    elif problem is None:
        pytest.fail(f"{iri} passes: take it out of {file} ({reason})")
    else:
        pytest.xfail(reason)
