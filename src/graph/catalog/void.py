"""The snapshot in VoID (<https://www.w3.org/TR/void/>): every number is what COUNT says of it.

`#dataset` is the default graph, which is counted through and through; `#all` is everything `/sparql` serves, of which
it is a part, beside the named graphs, one subset a family: the folder of their files, or the portal they come from.
Whatever a property or a class is called, its partition has an IRI, the same in every snapshot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from ..dataset import HARVEST
from ..namespaces import PrefixMap
from ..snapshot.counts import Counts
from ..snapshot.manifest import Manifest
from .triples import Triples, literal, ref, texts

PATH = "/.well-known/void"
_NAMESPACE = re.compile(r".*[#/:]", re.DOTALL)
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Family:
    """The named graphs of one folder, in order, and how many triples they have together."""

    name: str
    members: Sequence[str]
    triples: int

    @property
    def graphs(self) -> int:
        """How many they are."""
        return len(self.members)

    @property
    def graph(self) -> str:
        """The only one; empty where there are several."""
        return self.members[0] if self.graphs == 1 else ""


@dataclass(frozen=True)
class Described:
    """A snapshot seen at `address`, with its counts, None where it was made without.

    `dumps` are the addresses of files of the parts `dataset` and `all`.
    """

    address: str
    manifest: Manifest
    counts: Counts | None
    dumps: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def names(self) -> PrefixMap:
        """What the parts are called after."""
        return PrefixMap(self.manifest.prefixes)

    def iri(self, part: str = "") -> str:
        """The document, or what it calls `part`."""
        return f"{self.address}{PATH}{'#' if part else ''}{part}"

    def part(self, kind: str, *iris: str) -> str:
        """The IRI of the part of a kind that some IRIs tell from the others."""
        return self.iri(f"{kind}:" + "/".join(map(self._short, iris)))

    def _short(self, iri: str) -> str:
        curie = self.names.shrink(iri)
        return quote(iri, safe="") if curie == iri else curie


def void(described: Described) -> Triples:
    """The whole description."""
    said, manifest = Triples(), described.manifest
    document, dataset, everything = (described.iri(part) for part in ("", "dataset", "all"))
    modified = literal(manifest.made.isoformat(), "xsd:dateTime")
    said.type(document, "void:DatasetDescription")
    said.say(document, "foaf:primaryTopic", ref(dataset))
    said.say(document, "foaf:topic", ref(everything))
    said.say(document, "dct:modified", modified)
    for part, topic in (("dataset", dataset), ("all", everything)):
        said.type(topic, "void:Dataset")
        said.say(topic, "void:dataDump", *map(ref, described.dumps.get(part, ())))
        said.say(topic, "dct:title", *texts(manifest.title))
        said.say(topic, "dct:modified", modified)
        said.say(topic, "owl:versionInfo", literal(manifest.id))
        said.say(topic, "dct:publisher", *map(ref, filter(None, [manifest.publisher])))
        if part == "dataset" or not _harvests(manifest):  # a harvest is under the licence of its portal
            said.say(topic, "dct:license", *map(ref, filter(None, [manifest.licence])))
        said.say(topic, "void:sparqlEndpoint", ref(f"{described.address}/sparql"))
    said.say(dataset, "foaf:homepage", ref(f"{described.address}/"))
    said.say(dataset, "void:uriSpace", literal(manifest.base))
    said.say(dataset, "void:uriLookupEndpoint", ref(f"{described.address}/relay?uri="))
    said.say(everything, "void:subset", ref(dataset))
    statistics(said, described)
    _spaces(said, described)
    for family in families(described):
        _family(said, described, family)
    return said


def _harvests(manifest: Manifest) -> bool:
    return any(graph.startswith(f"{manifest.graph_base}{HARVEST}/") for graph in manifest.aside)


def statistics(said: Triples, described: Described) -> None:
    """The numbers of the default graph, of its properties, classes and links: what planners of queries read."""
    dataset, counts = described.iri("dataset"), described.counts
    if counts is None:
        said.say(dataset, "void:triples", _number(described.manifest.counts.get("triples", 0)))
        return
    numbers = {
        "triples": counts.triples,
        "entities": counts.entities,
        "classes": len(counts.classes),
        "properties": len(counts.properties),
        "distinctSubjects": counts.subjects,
        "distinctObjects": counts.objects,
    }
    for name, number in numbers.items():
        said.say(dataset, f"void:{name}", _number(number))
    said.say(dataset, "void:vocabulary", *map(ref, vocabularies([*counts.properties, *counts.classes])))
    for iri, of in sorted(counts.properties.items()):
        partition = described.part("property", iri)
        said.say(dataset, "void:propertyPartition", ref(partition))
        said.say(partition, "void:property", ref(iri))
        said.say(partition, "void:triples", _number(of.triples))
        said.say(partition, "void:distinctSubjects", _number(of.subjects))
        said.say(partition, "void:distinctObjects", _number(of.objects))
    for iri, entities in sorted(counts.classes.items()):
        partition = described.part("class", iri)
        said.say(dataset, "void:classPartition", ref(partition))
        said.say(partition, "void:class", ref(iri))
        said.say(partition, "void:entities", _number(entities))
    _partitions_of_classes(said, described, counts)
    _links(said, described, counts)


def _partitions_of_classes(said: Triples, described: Described, counts: Counts) -> None:
    """The properties of each class, and one of its instances."""
    for of_class, properties in sorted(counts.by_class.items()):
        partition = described.part("class", of_class)
        if of_class in counts.examples:
            said.say(partition, "void:exampleResource", ref(counts.examples[of_class]))
        for iri, triples in sorted(properties.items()):
            part = described.part("class", of_class, iri)
            said.say(partition, "void:propertyPartition", ref(part))
            said.say(part, "void:property", ref(iri))
            said.say(part, "void:triples", _number(triples))
    largest = sorted(counts.examples, key=lambda iri: (-counts.classes[iri], iri))
    examples = list(dict.fromkeys(counts.examples[iri] for iri in largest))[:_EXAMPLES]
    said.say(described.iri("dataset"), "void:exampleResource", *map(ref, examples))


def _links(said: Triples, described: Described, counts: Counts) -> None:
    """The linksets: one a property and a foreign authority."""
    dataset = described.iri("dataset")
    for link in counts.links:
        linkset = described.part("links", link.property, link.space)
        target = described.part("space", link.space)
        said.say(dataset, "void:subset", ref(linkset))
        said.type(linkset, "void:Linkset")
        said.say(linkset, "void:linkPredicate", ref(link.property))
        said.say(linkset, "void:subjectsTarget", ref(dataset))
        said.say(linkset, "void:objectsTarget", ref(target))
        said.say(linkset, "void:triples", _number(link.triples))


def _spaces(said: Triples, described: Described) -> None:
    """Where the linksets lead."""
    for space in sorted({link.space for link in described.counts.links} if described.counts else ()):
        target = described.part("space", space)
        said.type(target, "void:Dataset")
        said.say(target, "void:uriSpace", literal(space))


def _family(said: Triples, described: Described, family: Family) -> None:
    subset = described.iri(f"graphs:{quote(family.name, safe='/')}")
    said.say(described.iri("all"), "void:subset", ref(subset))
    said.type(subset, "void:Dataset")
    said.say(subset, "dct:title", literal(family.name))
    said.say(subset, "void:documents", _number(family.graphs))
    said.say(subset, "void:triples", _number(family.triples))
    if family.graph:
        said.say(subset, "void:dataDump", ref(f"{described.address}/graphs?graph={quote(family.graph, safe='')}"))


def families(described: Described) -> list[Family]:
    """The families of named graphs, by name; a graph that is named otherwise than its file is one of its own."""
    base, members = described.manifest.graph_base, dict[str, list[str]]()
    graphs: Mapping[str, int] = described.counts.graphs if described.counts is not None else {}
    for graph in sorted(filter(graphs.get, graphs)):  # an empty one is none to SPARQL
        steps = graph.removeprefix(base).split("/") if graph.startswith(base) else [graph]
        members.setdefault("/".join(steps[: 2 if steps[0] == HARVEST else 1]), []).append(graph)
    return [Family(name, tuple(some), sum(graphs[each] for each in some)) for name, some in members.items()]


def vocabularies(iris: Iterable[str]) -> list[str]:
    """The namespaces of some terms."""
    return sorted({found[0] for found in map(_NAMESPACE.match, iris) if found})


def _number(value: int) -> str:
    return literal(value, "xsd:integer")
