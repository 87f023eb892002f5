"""The SPARQL endpoint in SPARQL 1.1 Service Description (<https://www.w3.org/TR/sparql11-service-description/>).

The default graph has its VoID statistics inside, so that a planner needs no COUNT. As Comunica 4.5 reads it (its
`actor-rdf-metadata-extract-sparql-service` and `-void`): the service is named as the address that was asked, it is
said before its dataset, and the default graph has no `void:uriSpace`, outside of which it would ask us nothing. What
it estimates from is each `sd:Graph` and `void:Dataset` that has a number of triples: the default graph alone is that.
"""

from __future__ import annotations

from ..formats import GRAPH_FORMATS, RESULTS_FORMATS
from .catalogue import worded
from .triples import Triples, literal, ref, term, texts
from .void import Described, statistics

#: The functions of the engine that SPARQL does not have.
FUNCTIONS = tuple(
    "http://www.opengis.net/def/function/geosparql/" + name
    for name in (
        "sfContains", "sfCrosses", "sfDisjoint", "sfEquals", "sfIntersects", "sfOverlaps", "sfTouches", "sfWithin",
    )
)  # fmt: skip


def service_description(described: Described, *, federated: bool, graphs: int) -> Triples:
    """What the endpoint understands and serves; `federated` says that some SERVICE are let through.

    The named graphs are listed unless there are more than `graphs`: some of them would be taken for all.
    """
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
    sizes = {name: size for name, size in described.counts.graphs.items() if size} if described.counts else {}
    if len(sizes) > graphs:
        some = described.iri("named")
        said.say(service, "sd:availableGraphs", ref(some))
        said.type(some, "sd:GraphCollection")
        said.say(some, "dct:description", *texts(worded("dcat.named-graphs", graphs=len(sizes))))
        said.say(some, "rdfs:seeAlso", ref(described.iri()))
        return said
    for name, size in sorted(sizes.items()):
        named, graph = described.part("named", name), described.part("graph", name)
        said.say(dataset, "sd:namedGraph", ref(named))
        said.type(named, "sd:NamedGraph")
        said.say(named, "sd:name", ref(name))
        said.say(named, "sd:graph", ref(graph))
        said.say(graph, "void:triples", literal(size, "xsd:integer"))
    return said
