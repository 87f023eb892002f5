"""The SPARQL endpoint in SPARQL 1.1 Service Description (<https://www.w3.org/TR/sparql11-service-description/>).

The default graph has its VoID statistics inside, so that a planner needs no COUNT. As Comunica 4.5 reads it (its
`actor-rdf-metadata-extract-sparql-service` and `-void`): the service is named as the address that was asked, it is
said before its dataset, and the default graph has no `void:uriSpace`, outside of which it would ask us nothing.
"""

from __future__ import annotations

from ..formats import GRAPH_FORMATS, RESULTS_FORMATS
from .triples import Triples, literal, ref, term, texts
from .void import Described, families, statistics

#: The functions of the engine that SPARQL does not have.
FUNCTIONS = tuple(
    "http://www.opengis.net/def/function/geosparql/" + name
    for name in (
        "sfContains", "sfCrosses", "sfDisjoint", "sfEquals", "sfIntersects", "sfOverlaps", "sfTouches", "sfWithin",
    )
)  # fmt: skip


def service_description(described: Described, *, federated: bool) -> Triples:
    """What the endpoint understands and serves; `federated` says that some SERVICE are let through."""
    said, manifest = Triples(), described.manifest
    service = f"{described.address}/sparql"
    dataset, default = described.iri("all"), described.iri("dataset")
    said.type(service, "sd:Service")
    said.say(service, "sd:endpoint", ref(service))
    said.say(service, "dct:title", *texts(manifest.title))
    said.say(service, "dct:license", *map(ref, filter(None, [manifest.licence])))
    said.say(service, "sd:supportedLanguage", term("sd:SPARQL11Query"))
    formats = (form.iri for form in (*RESULTS_FORMATS, *GRAPH_FORMATS))
    said.say(service, "sd:resultFormat", *map(ref, filter(None, formats)))
    if federated:
        said.say(service, "sd:feature", term("sd:BasicFederatedQuery"))
    for function in FUNCTIONS:
        said.say(service, "sd:extensionFunction", ref(function))
        said.type(function, "sd:Function")
    said.say(service, "sd:defaultDataset", ref(dataset))
    said.type(dataset, "sd:Dataset")
    said.say(dataset, "dct:modified", literal(manifest.made.isoformat(), "xsd:dateTime"))
    said.say(dataset, "rdfs:seeAlso", ref(described.iri()))
    said.say(dataset, "sd:defaultGraph", ref(default))
    said.type(default, "sd:Graph", "void:Dataset")
    statistics(said, described)
    for family in families(described):
        if family.graph:
            named, graph = described.part("named", family.graph), described.part("graph", family.graph)
            said.say(dataset, "sd:namedGraph", ref(named))
            said.type(named, "sd:NamedGraph")
            said.say(named, "sd:name", ref(family.graph))
            said.say(named, "sd:graph", ref(graph))
            said.type(graph, "sd:Graph")
            said.say(graph, "void:triples", literal(family.triples, "xsd:integer"))
    return said
