"""The catalogue as DCAT-AP 3.0.1 (<https://semiceu.github.io/DCAT-AP/releases/3.0.1/>), a page at a time.

Each page stands alone: the catalogue, the datasets of the page, and everything they name with its type and label. There
is no blank node. The services, which serve the whole graph, are on its page, the first. The series of snapshots has a
page of its own, outside of the pagination: to who harvests the catalogue, a new snapshot is no new dataset.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..namespaces import DCT, FOAF, RDFS, SKOS
from ..texts import Text
from .authorities import EUROPE, authorities, described
from .catalogue import Catalogue, Dataset, Distribution, Service, Texts, worded
from .triples import Triples, literal, ref, term, texts

MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
PROFILE = "https://semiceu.github.io/DCAT-AP/releases/3.0.1/"
PROFILE_TITLE = "DCAT-AP 3.0.1"
THEMES = EUROPE + "data-theme"
COMPLETED = "http://purl.org/adms/status/Completed"
LANGUAGES = {"fr": EUROPE + "language/FRA", "en": EUROPE + "language/ENG"}
_NAMES = tuple(f"<{name}>" for name in (FOAF + "name", SKOS + "prefLabel", DCT + "title", RDFS + "label"))
_KEPT = tuple(f"<{name}>" for name in (DCT + "type", DCT + "identifier", FOAF + "page", FOAF + "homepage"))
_DAY, _MONTH, _YEAR = len("2026-11-21"), len("2026-11"), len("2026")


def page(catalogue: Catalogue, datasets: Sequence[Dataset], *, services: bool = True) -> Triples:
    """The catalogue with some of its datasets, and its services where these are asked for too."""
    said = _Description(catalogue)
    said.catalogue()
    for dataset in datasets:
        said.dataset(dataset)
    if services and any(dataset.path == "graph" for dataset in datasets):
        for service in catalogue.services:
            said.service(service)
    said.known()
    return said.triples


def series(catalogue: Catalogue) -> Triples:
    """The series of the snapshots that are kept, and its members."""
    said = _Description(catalogue)
    said.catalogue()
    said.series()
    for snapshot in catalogue.snapshots:
        said.member(snapshot)
    said.known()
    return said.triples


def paged(triples: Triples, catalogue: Catalogue, addresses: Sequence[str], number: int, total: int) -> None:
    """Say which page this is, of those at `addresses`, counted from 1; `total` is of datasets (Hydra, section 5.5)."""
    here = addresses[number - 1]
    triples.type(catalogue.iri, "hydra:Collection")
    triples.say(catalogue.iri, "hydra:totalItems", literal(total, "xsd:integer"))
    triples.say(catalogue.iri, "hydra:view", ref(here))
    triples.type(here, "hydra:PartialCollectionView")
    triples.say(here, "hydra:first", ref(addresses[0]))
    triples.say(here, "hydra:last", ref(addresses[-1]))
    if number > 1:
        triples.say(here, "hydra:previous", ref(addresses[number - 2]))
    if number < len(addresses):
        triples.say(here, "hydra:next", ref(addresses[number]))


class _Description:
    """A catalogue as it is being written."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.triples = Triples()
        self._catalogue = catalogue
        manifest = catalogue.manifest
        self._publisher = manifest.publisher or f"{catalogue.iri}#publisher"
        self._contact = f"{catalogue.iri}#contact"
        self._series = f"{catalogue.iri}/snapshots"
        self._graph = f"{catalogue.iri}/graph"
        self._places = dict.fromkeys(catalogue.said.spatial)
        self._themes = dict.fromkeys(catalogue.said.themes)

    def catalogue(self) -> None:
        """The catalogue itself, who publishes it, who to write to."""
        catalogue, manifest, add = self._catalogue, self._catalogue.manifest, self.triples.say
        said, iri = catalogue.said, catalogue.iri
        self.triples.type(iri, "dcat:Catalog")
        add(iri, "dct:title", *texts(catalogue.title))
        add(iri, "dct:description", *texts(catalogue.description))
        add(iri, "dct:publisher", ref(self._publisher))
        add(iri, "dct:modified", literal(manifest.made.isoformat(), "xsd:dateTime"))
        add(iri, "dcat:themeTaxonomy", ref(THEMES))
        add(iri, "dct:language", *(ref(LANGUAGES[tag]) for tag in catalogue.title if tag in LANGUAGES))
        add(iri, "dct:spatial", *map(ref, said.spatial))
        add(iri, "dct:conformsTo", self._standard(PROFILE, PROFILE_TITLE))
        add(iri, "foaf:homepage", self._document(f"{catalogue.address}/"))
        if catalogue.snapshots:
            add(iri, "rdfs:seeAlso", ref(self._series))
        if said.issued:
            add(iri, "dct:issued", _date(said.issued))
        if manifest.licence:
            add(iri, "dct:license", self._licence(manifest.licence))
        self._agent()
        self._vcard()

    def dataset(self, dataset: Dataset) -> None:
        """A dataset, its distributions, its record."""
        iri, add = dataset.iri, self.triples.say
        add(self._catalogue.iri, "dcat:dataset", ref(iri))
        self._resource(iri, "dcat:Dataset", dataset.title, dataset.description, dataset.keywords, dataset.themes)
        self._places |= dict.fromkeys(dataset.spatial)
        self._themes |= dict.fromkeys(dataset.themes)
        add(iri, "dct:identifier", literal(dataset.identifier))
        add(iri, "dcat:landingPage", self._document(dataset.page))
        add(iri, "dct:spatial", *map(ref, dataset.spatial))
        add(iri, "dct:language", *(ref(LANGUAGES[tag]) for tag in dataset.languages if tag in LANGUAGES))
        if dataset.modified:
            add(iri, "dct:modified", _date(dataset.modified))
        if dataset.issued:
            add(iri, "dct:issued", _date(dataset.issued))
        if dataset.version:
            add(iri, "dcat:version", literal(dataset.version))
        if dataset.source:
            add(iri, "prov:wasDerivedFrom", ref(dataset.source))
        if dataset.licence:
            add(iri, "dct:license", self._licence(self._licence_of(dataset)))
        if dataset.period:
            self._period(f"{iri}#period", iri, dataset.period)
        for distribution in dataset.distributions:
            self._distribution(dataset, distribution)
        self._listed(f"{iri}#record", iri, dataset.issued)

    def service(self, service: Service) -> None:
        """A service, which serves the whole graph."""
        iri, add = f"{self._catalogue.iri}#{service.name}", self.triples.say
        add(self._catalogue.iri, "dcat:service", ref(iri))
        said = self._catalogue.said
        self._resource(iri, "dcat:DataService", service.title, service.description, said.keywords, said.themes)
        add(iri, "dcat:keyword", literal(service.name))
        add(iri, "dct:identifier", literal(service.name))
        add(iri, "dcat:endpointURL", ref(service.url))
        add(iri, "dcat:endpointDescription", ref(service.specification))
        add(iri, "dct:conformsTo", self._standard(service.standard, service.standard_title))
        add(iri, "dcat:servesDataset", ref(self._graph))
        if self._catalogue.manifest.licence:
            add(iri, "dct:license", self._licence(self._catalogue.manifest.licence))

    def known(self) -> None:
        """What is named and not described yet: terms of the authority lists, of the graph, or by their last step."""
        named = {line.split(" ", 2)[2][:-2] for line in self.triples}
        self.triples.take(described(sorted(named)))
        for theme in self._themes:
            self._labelled(theme, "skos:Concept", "skos:prefLabel")
        for place in self._places:
            self._labelled(place, "dct:Location", "skos:prefLabel")
        if self._catalogue.said.publisher_type:
            self._labelled(self._catalogue.said.publisher_type, "skos:Concept", "skos:prefLabel")

    def _resource(  # noqa: PLR0913, PLR0917 - what a resource is told by
        self,
        iri: str,
        kind: str,
        title: Texts,
        description: Texts,
        keywords: Mapping[str, Sequence[str]],
        themes: Sequence[str],
    ) -> None:
        add = self.triples.say
        self.triples.type(iri, kind)
        add(iri, "dct:title", *texts(title))
        add(iri, "dct:description", *texts(description))
        add(iri, "dct:publisher", ref(self._publisher))
        add(iri, "dcat:contactPoint", ref(self._contact))
        add(iri, "dcat:theme", *map(ref, themes))
        add(
            iri,
            "dcat:keyword",
            *(word for tag, words in keywords.items() for each in words for word in texts({tag: each})),
        )

    def member(self, snapshot: Dataset) -> None:
        """A dataset of the series of snapshots."""
        self.dataset(snapshot)
        self.triples.say(snapshot.iri, "dcat:inSeries", ref(self._series))
        self.triples.say(snapshot.iri, "dcat:isVersionOf", ref(self._graph))
        self.triples.say(self._graph, "dcat:hasVersion", ref(snapshot.iri))

    def series(self) -> None:
        """The series of snapshots."""
        add, title = self.triples.say, Text(wordings=dict(self._catalogue.title))
        add(self._catalogue.iri, "dcat:resource", ref(self._series))
        self.triples.type(self._series, "dcat:DatasetSeries")
        for predicate, key in (("dct:title", "dcat.series-title"), ("dct:description", "dcat.series-description")):
            add(self._series, predicate, *texts(worded(key, title=title)))
        add(self._series, "dct:publisher", ref(self._publisher))
        add(self._series, "dcat:contactPoint", ref(self._contact))
        add(self._series, "dct:spatial", *map(ref, self._catalogue.said.spatial))
        add(self._series, "dct:modified", _date(self._catalogue.manifest.made.isoformat()))
        self._listed(f"{self._series}#record", self._series, self._catalogue.said.issued)

    def _distribution(self, dataset: Dataset, form: Distribution) -> None:
        iri, add = f"{dataset.iri}#{form.name}", self.triples.say
        add(dataset.iri, "dcat:distribution", ref(iri))
        self.triples.type(iri, "dcat:Distribution")
        add(iri, "dct:title", literal(form.label))
        add(iri, "dct:description", *texts({tag: f"{title} ({form.label})" for tag, title in dataset.title.items()}))
        add(iri, "dcat:accessURL", ref(form.url))
        add(iri, "dcat:downloadURL", ref(form.url))
        add(iri, "dcat:mediaType", self._media_type(form.media_type))
        add(iri, "dct:format", ref(f"{EUROPE}file-type/{form.file_type}"))
        add(iri, "dcatap:availability", ref(f"{EUROPE}planned-availability/AVAILABLE"))
        if dataset.modified:
            add(iri, "dct:modified", _date(dataset.modified))
        if dataset.licence:
            add(iri, "dct:license", self._licence(dataset.licence))
        if form.compression:
            add(iri, "dcat:compressFormat", self._media_type(form.compression))
        if form.size is not None:
            add(iri, "dcat:byteSize", literal(form.size, "xsd:nonNegativeInteger"))
        if form.sha256:
            checksum, algorithm = f"{iri}-sha256", term("spdx:checksumAlgorithm_sha256")
            add(iri, "spdx:checksum", ref(checksum))
            self.triples.type(checksum, "spdx:Checksum")
            add(checksum, "spdx:algorithm", algorithm)
            add(checksum, "spdx:checksumValue", literal(form.sha256, "xsd:hexBinary"))
            self.triples.type(algorithm[1:-1], "spdx:ChecksumAlgorithm")

    def _listed(self, record: str, topic: str, issued: str) -> None:
        """The record of a resource."""
        add = self.triples.say
        add(self._catalogue.iri, "dcat:record", ref(record))
        self.triples.type(record, "dcat:CatalogRecord")
        add(record, "foaf:primaryTopic", ref(topic))
        add(record, "dct:modified", _date(self._catalogue.manifest.made.isoformat()))
        add(record, "dct:conformsTo", self._standard(PROFILE, PROFILE_TITLE))
        add(record, "adms:status", ref(COMPLETED))
        if issued:
            add(record, "dct:issued", _date(issued))

    def _period(self, period: str, dataset: str, dates: tuple[str, str]) -> None:
        add = self.triples.say
        add(dataset, "dct:temporal", ref(period))
        self.triples.type(period, "dct:PeriodOfTime")
        add(period, "dcat:startDate", _date(dates[0]))
        add(period, "dcat:endDate", _date(dates[1]))

    def _agent(self) -> None:
        """The publisher: as the configuration says, else as the graph does, else by the title of the graph."""
        said, add = self._catalogue.said, self.triples.say
        facts = self._catalogue.known.statements.get(ref(self._publisher), {})
        names = texts(said.publisher_name) or _first(facts, _NAMES) or texts(self._catalogue.title)
        self.triples.type(self._publisher, "foaf:Agent")
        for name in ("foaf:name", "dct:title", "skos:prefLabel"):
            add(self._publisher, name, *names)
        add(self._publisher, "dct:identifier", *(_first(facts, _KEPT[1:2]) or [literal(self._publisher)]))
        kind = ref(said.publisher_type) if said.publisher_type else next(iter(_first(facts, _KEPT[:1])), "")
        if kind in authorities() or said.publisher_type:
            add(self._publisher, "dct:type", kind)

    def _vcard(self) -> None:
        """The contact point: as the configuration says, else the publisher, by this site."""
        catalogue, said, add = self._catalogue, self._catalogue.said, self.triples.say
        self.triples.type(self._contact, "vcard:Kind", "vcard:Organization")
        add(self._contact, "vcard:fn", *texts(said.contact_name or said.publisher_name or catalogue.title))
        if said.contact_email:
            add(self._contact, "vcard:hasEmail", ref(f"mailto:{said.contact_email}"))
        add(self._contact, "vcard:hasURL", ref(said.contact_page or f"{catalogue.address}/"))

    def _licence_of(self, dataset: Dataset) -> str:
        """The licence by the page of its text, where the graph knows one: portals know licences by it."""
        own = dataset.licence == self._catalogue.manifest.licence
        return (own and self._catalogue.known.licence_page) or dataset.licence

    def _licence(self, iri: str) -> str:
        """A licence, with what the graph says of it."""
        known, ours = self._catalogue.known, self._catalogue.manifest.licence
        facts = known.statements.get(ref(iri), {})
        if iri == known.licence_page:
            facts = known.statements.get(ref(ours), {})
            self.triples.say(iri, "foaf:primaryTopic", ref(ours))
        elif iri == ours and known.licence_page:
            self.triples.say(iri, "foaf:page", ref(known.licence_page))
        self.triples.type(iri, "dct:LicenseDocument")
        self.triples.say(iri, "dct:title", *_first(facts, _NAMES))
        self.triples.say(iri, "dct:type", *(kind for kind in _first(facts, _KEPT[:1]) if kind in authorities()))
        return ref(iri)

    def _labelled(self, iri: str, kind: str, name: str) -> None:
        """A term of the configuration: typed, and labelled by the graph or by its last step where no list does."""
        self.triples.type(iri, kind)
        if ref(iri) not in authorities():
            facts = self._catalogue.known.statements.get(ref(iri), {})
            step = iri.rstrip("/").rpartition("/")[2].rpartition("#")[2]
            self.triples.say(iri, name, *(_first(facts, _NAMES) or [literal(step)]))

    def _document(self, iri: str) -> str:
        self.triples.type(iri, "foaf:Document")
        return ref(iri)

    def _standard(self, iri: str, title: str) -> str:
        self.triples.type(iri, "dct:Standard")
        self.triples.say(iri, "dct:title", literal(title))
        return ref(iri)

    def _media_type(self, name: str) -> str:
        iri = MEDIA_TYPES + name
        self.triples.type(iri, "dct:MediaType")
        self.triples.say(iri, "rdfs:label", literal(name))
        return ref(iri)


def _date(text: str) -> str:
    kinds = {_DAY: "xsd:date", _MONTH: "xsd:gYearMonth", _YEAR: "xsd:gYear"}
    return literal(text, kinds.get(len(text), "xsd:dateTime"))


def _first(facts: Mapping[str, list[str]], properties: Sequence[str]) -> list[str]:
    """The values of the first of some properties that has any."""
    return next((facts[name] for name in properties if facts.get(name)), [])
