"""What there is to publish: datasets with their distributions, and services. Read from a snapshot, written elsewhere.

the default graph        /catalog/graph
every named graph        /catalog/all
each kind of thing       /catalog/kinds/productions       what stands below `base`, by the first step of its path
each harvested portal    /catalog/portals/example         a named graph of its own, quarantined
each snapshot kept       /snapshots/<id>/catalog/graph    the members of the series /catalog/snapshots
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from urllib.parse import quote

from ..config import Catalog
from ..dataset import HARVEST
from ..formats import DATASET_FORMATS, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format
from ..snapshot.manifest import Manifest
from ..texts import LANGUAGES, Text, say

Texts = Mapping[str, str]

FORMATS = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
#: The name of each format in the authority list of file types.
FILE_TYPES = {
    "ttl": "RDF_TURTLE",
    "nt": "RDF_N_TRIPLES",
    "jsonld": "JSON_LD",
    "rdf": "RDF_XML",
    "nq": "RDF_N_QUADS",
    "trig": "RDF_TRIG",
}


@dataclass(frozen=True, slots=True)
class Distribution:
    """A form a dataset has. `name` is unique in the dataset; `compression` is a media type; `size` counts bytes."""

    name: str
    label: str
    url: str
    media_type: str
    file_type: str
    compression: str = ""
    size: int | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset, at its IRI. `period` is its first and last date; `issued` and `modified` are dates or date-times.

    What is not known of it is empty: `themes` and `spatial` are IRIs, `languages` tags.
    """

    iri: str
    path: str
    identifier: str
    title: Texts
    description: Texts
    page: str
    distributions: Sequence[Distribution]
    keywords: Mapping[str, Sequence[str]]
    period: tuple[str, str] | None
    modified: str
    issued: str
    licence: str
    themes: Sequence[str] = ()
    spatial: Sequence[str] = ()
    languages: Sequence[str] = ()
    version: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """A service, the standard it follows, and where it is described."""

    name: str
    title: Texts
    description: Texts
    url: str
    specification: str
    standard: str
    standard_title: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: how many there are, what their class is called, the period of their dates, their last change."""

    name: str
    count: int
    label: Texts
    about: Texts
    period: tuple[str, str] | None = None
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Portal:
    """A harvested portal, by its named graph; where it comes from, and the licence of what it holds, where known.

    The rest is what its records say, and when the first and the last of them were read.
    """

    graph: str
    source: str = ""
    licence: str = ""
    period: tuple[str, str] | None = None
    issued: str = ""
    modified: str = ""
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)
    themes: Sequence[str] = ()
    spatial: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the graph says of the IRIs that the catalogue names, as N-Triples; the page of its licence."""

    statements: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    licence_page: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything `/catalog` says, at an address; `snapshots` are the members of a series, told of on its page alone."""

    address: str
    manifest: Manifest
    said: Catalog
    known: Known
    datasets: Sequence[Dataset]
    snapshots: Sequence[Dataset]
    services: Sequence[Service]

    @property
    def iri(self) -> str:
        """The catalogue itself."""
        return f"{self.address}/catalog"

    @property
    def title(self) -> Texts:
        """What the graph is called."""
        return self.manifest.title

    @property
    def description(self) -> Texts:
        """What the configuration says of it, else what can be said of any graph."""
        return self.said.description or worded("dcat.description", title=Text(wordings=self.title))


def worded(key: str, /, **parameters: object) -> Texts:
    """A sentence in each of our languages."""
    return {language: say(language, key, **parameters).strip() for language in LANGUAGES}


def configured(manifest: Manifest) -> Catalog:
    """The `[catalog]` that a snapshot was built with; a key of another version is left aside."""
    names = {each.name for each in fields(Catalog)}
    return Catalog(**{name: value for name, value in manifest.catalog.items() if name in names})


def assembled(  # noqa: PLR0913 - what a catalogue is made of
    manifest: Manifest,
    address: str,
    *,
    kinds: Sequence[Kind],
    portals: Sequence[Portal] = (),
    kept: Sequence[tuple[str, datetime]] = (),
    dumps: Sequence[Distribution] = (),
    served: Iterable[str] = (),
    known: Known | None = None,
) -> Catalogue:
    """The catalogue of a snapshot seen at `address`; `served` are the addresses there are, from the root.

    `kept` are the snapshots and when they were made, the oldest first.
    """
    said = configured(manifest)
    made = _Datasets(manifest, said, address, _whole(kinds))
    datasets = [made.graph(dumps), *map(made.kind, kinds), *map(made.portal, portals)]
    if any(_is_dataset(file) for file in dumps):
        datasets.insert(1, made.everything(dumps, portals))
    snapshots = [made.snapshot(name, moment) for name, moment in kept]
    services = _services(manifest, address, set(served))
    return Catalogue(address, manifest, said, known or Known(), datasets, snapshots, services)


def _whole(kinds: Iterable[Kind]) -> tuple[str, str] | None:
    periods = [kind.period for kind in kinds if kind.period]
    return (min(start for start, _ in periods), max(end for _, end in periods)) if periods else None


def _is_dataset(file: Distribution) -> bool:
    return file.media_type in {form.media_type for form in DATASET_FORMATS}


class _Datasets:
    """The datasets of one catalogue, which share a licence, a title and dates."""

    def __init__(self, manifest: Manifest, said: Catalog, address: str, period: tuple[str, str] | None) -> None:
        self._manifest = manifest
        self._address = address
        self._covered = (said.temporal[0], said.temporal[1]) if said.temporal else None
        self._period = period or self._covered
        self._themes, self._spatial = said.themes, said.spatial
        self._title = Text(wordings=dict(manifest.title))
        self._issued = said.issued
        self._keywords = dict(said.keywords) or {language: [text] for language, text in manifest.title.items()}

    def graph(self, dumps: Sequence[Distribution]) -> Dataset:
        """The whole default graph."""
        counts = {"triples": 0, "inferred": 0, **self._manifest.counts}
        forms = _forms(f"{self._address}/graphs?default=", FORMATS)
        return self._dataset(
            "graph",
            self._manifest.graph_base,
            worded("dcat.graph-title", title=self._title),
            worded("dcat.graph-description", triples=counts["triples"], inferred=counts["inferred"]),
            page=f"{self._address}/",
            distributions=[*(file for file in dumps if not _is_dataset(file)), *forms],
            period=self._period,
            modified=self._manifest.made.isoformat(),
            version=self._manifest.id,
        )

    def everything(self, dumps: Sequence[Distribution], portals: Sequence[Portal]) -> Dataset:
        """Every named graph, harvests among them: under one licence only when theirs is ours."""
        counts = {"graphs": 0, **self._manifest.counts}
        one = all(portal.licence == self._manifest.licence for portal in portals)
        return self._dataset(
            "all",
            f"{self._manifest.graph_base}#all",
            worded("dcat.all-title", title=self._title),
            worded("dcat.all-description", title=self._title, graphs=counts["graphs"], portals=len(portals)),
            page=f"{self._address}/dumps",
            distributions=list(filter(_is_dataset, dumps)),
            period=self._period,
            modified=self._manifest.made.isoformat(),
            licence=self._manifest.licence if one else "",
            version=self._manifest.id,
        )

    def kind(self, kind: Kind) -> Dataset:
        """The things of a kind."""
        below = quote(kind.name)
        label = Text(wordings=dict(kind.label))
        about = Text(wordings=dict(kind.about)) if kind.about else ""
        url = f"{self._address}/id/{below}"
        forms = [
            Distribution(form.name, form.label, f"{url}.{form.name}", form.media_type, FILE_TYPES[form.name])
            for form in FORMATS
        ]
        return self._dataset(
            f"kinds/{below}",
            self._manifest.base + kind.name,
            worded("dcat.kind-title", title=self._title, kind=label),
            worded("dcat.kind-description", title=self._title, kind=label, count=kind.count, about=about),
            page=url,
            distributions=forms,
            period=kind.period or self._covered,
            modified=kind.modified,
            keywords={language: [label.render(language)] for language in LANGUAGES},
        )

    def portal(self, portal: Portal) -> Dataset:
        """What was harvested from a portal; what is said of it is its own."""
        name = portal.graph.removeprefix(f"{self._manifest.graph_base}{HARVEST}/")
        url = f"{self._address}/graphs?graph={quote(portal.graph, safe='')}"
        return self._dataset(
            f"portals/{quote(name)}",
            portal.graph,
            worded("dcat.portal-title", title=self._title, portal=name),
            worded("dcat.portal-description", title=self._title, portal=name),
            page=url,
            distributions=_forms(url, FORMATS),
            licence=portal.licence,
            source=portal.source,
            period=portal.period,
            issued=portal.issued,
            modified=portal.modified,
            keywords=portal.keywords,
            themes=portal.themes,
            spatial=portal.spatial,
            languages=(),
        )

    def snapshot(self, name: str, moment: datetime) -> Dataset:
        """A state of the graph, at its pinned address: what the pinned catalogue calls its whole graph."""
        pinned = f"{self._address}/snapshots/{name}"
        when = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
        return self._dataset(
            f"snapshots/{name}",
            name,
            worded("dcat.snapshot-title", title=self._title, when=when),
            worded("dcat.snapshot-description", title=self._title, when=when, id=name),
            iri=f"{pinned}/catalog/graph",
            page=f"{pinned}/sparql",
            distributions=_forms(f"{pinned}/graphs?default=", FORMATS[:1]),
            period=self._covered,
            modified=moment.isoformat(),
            issued=moment.isoformat(),
            version=name,
        )

    def _dataset(self, path: str, identifier: str, title: Texts, description: Texts, **own: Any) -> Dataset:
        """A dataset: what is its own, else what all share."""
        common = {
            "iri": f"{self._address}/catalog/{path}",
            "keywords": self._keywords,
            "themes": self._themes,
            "spatial": self._spatial,
            "languages": tuple(self._manifest.title),
            "issued": self._issued,
            "licence": self._manifest.licence,
        }
        return Dataset(path=path, identifier=identifier, title=title, description=description, **{**common, **own})


def _forms(url: str, formats: Iterable[Format]) -> list[Distribution]:
    """A graph of the Graph Store Protocol, in some formats."""
    return [
        Distribution(form.name, form.label, f"{url}&format={form.name}", form.media_type, FILE_TYPES[form.name])
        for form in formats
    ]


_PROTOCOL = ("https://www.w3.org/TR/sparql11-protocol/", "SPARQL 1.1 Protocol")
_STORE = ("https://www.w3.org/TR/sparql11-http-rdf-update/", "SPARQL 1.1 Graph Store HTTP Protocol")
_OPENAPI = ("https://spec.openapis.org/oas/v3.1.0", "OpenAPI 3.1.0")
_STREAM = ("https://w3id.org/ldes/specification", "Linked Data Event Streams")
_SERVICES = (  # where it is, where it is described, what it follows, what is said of it
    ("/sparql", "/sparql", _PROTOCOL, "dcat.sparql", "dcat.sparql-description"),
    ("/graphs", "/openapi.json", _STORE, "dcat.graphs", "dcat.graphs-description"),
    ("/queries", "/openapi.json", _OPENAPI, "dcat.queries", "dcat.queries-description"),
    ("/relay", "/openapi.json", _OPENAPI, "dcat.relay", "dcat.relay-description"),
    ("/licences", "/openapi.json", _OPENAPI, "dcat.licences", "dcat.licences-description"),
    ("/resolve", "/openapi.json", _OPENAPI, "dcat.resolve", "dcat.resolve-description"),
    ("/validate", "/openapi.json", _OPENAPI, "dcat.validate", "dcat.validate-description"),
    ("/feed", "/feed", _STREAM, "dcat.feed", "dcat.feed-description"),
)


def _services(manifest: Manifest, address: str, served: set[str]) -> list[Service]:
    title = Text(wordings=dict(manifest.title))
    return [
        Service(
            path.removeprefix("/"),
            worded(key, title=title),
            worded(description, title=title),
            address + path,
            address + described_at,
            *standard,
        )
        for path, described_at, standard, key, description in _SERVICES
        if path in served
    ]
