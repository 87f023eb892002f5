"""The European profiles as anyone can check them: the shapes of the suite over a Turtle document.

`validate(turtle, profile)` gives what is wrong, each as a line; nothing when the document conforms.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
from suite import SUITES

from graph.shacl.results import Result
from graph.shacl.shapes import ShapesGraph
from graph.shacl.validate import Validator, compiled

SUITE = "dcat-ap"
FOLDER = SUITES / SUITE
_DCAT_AP = "dcat-ap-3.0.1/html/shacl"
#: The files of each profile. What `shacl/` of DCAT-AP holds names property shapes that it does not define.
PROFILES = {
    "mandatory": (f"{_DCAT_AP}/shapes.ttl",),
    "recommended": (f"{_DCAT_AP}/shapes_recommended.ttl",),
    "ranges": (f"{_DCAT_AP}/range.ttl",),
    "deprecated": (f"{_DCAT_AP}/deprecateduris.ttl",),
    "vocabularies": (f"{_DCAT_AP}/mdr-vocabularies.shape.ttl",),
    "cpsv-ap": ("cpsv-ap-3.2.0/shacl/cpsv-ap-SHACL.ttl",),
    "cpov": ("cpov-2.1.2/core-public-organisation-ap-SHACL.ttl",),
    "feeds": ("ldes-dcat-ap-feeds/shape.ttl", "ldes-dcat-ap-feeds/dcat-ap-3.0.0-shapes.ttl"),
}
DCAT_AP = ("mandatory", "recommended", "ranges", "deprecated")
EXAMPLE = FOLDER / "organisation-and-production.valid.ttl"


@cache
def validator(profile: str, engine: str = "shacl") -> Validator:
    """The shapes of a profile, as an engine has read them."""
    return compiled(ShapesGraph("".join(ntriples(found(name).read_bytes()) for name in PROFILES[profile])), engine)


def found(name: str) -> Path:
    """A file of the suite, wherever its folder keeps it."""
    path = FOLDER / name
    return path if path.exists() else next((FOLDER / name.partition("/")[0]).rglob(path.name))


def ntriples(turtle: bytes) -> str:
    """The same graph as N-Triples, duplicates left out."""
    quads = dict.fromkeys(ox.parse(turtle, ox.RdfFormat.TURTLE, base_iri="https://example.org/"))
    return ox.serialize(list(quads), format=ox.RdfFormat.N_TRIPLES).decode()


def validate(turtle: bytes, profile: str, engine: str = "shacl") -> list[str]:
    """What a profile finds wrong in a Turtle document, by an engine."""
    return [told(result) for result in validator(profile, engine)(ntriples(turtle))]


def told(result: Result) -> str:
    """A result in a line."""
    severity, component = (iri.rpartition("#")[2] for iri in (result.severity, result.component))
    return " ".join(filter(None, (severity, component, result.focus, result.path, result.value)))
