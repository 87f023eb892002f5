"""`/catalog` held to the European profiles by their own shapes: the catalogue of our graph and of a foreign one."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from dcat_ap import DCAT_AP, EXAMPLE, PROFILES, SUITE, validate
from published import ADDRESS, ROOT, answers, built, followed
from suite import require

DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
CATALOG = """
[catalog]
contact_email = "contact@example.org"
publisher_type = "http://purl.org/adms/publishertype/LocalAuthority"
issued = 2026-01-31
temporal = [2019-01-01, 2026-01-31]
spatial = ["http://publications.europa.eu/resource/authority/country/FRA"]
themes = ["https://example.org/themes/culture"]
"""
DATED = '<https://example.org/id/tools/saw> dct:issued "2020"^^<http://www.w3.org/2001/XMLSchema#gYear> .'


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """The graph of this repository, built."""
    return built(ROOT, tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def whole(ours):
    """Its catalogue on one page."""
    [page] = answers(*ours, ["/catalog.ttl"])
    return page.content


@pytest.fixture(scope="module")
def pages(ours):
    """Its catalogue five datasets a page, as a harvester follows it."""

    def following(page):
        [view] = subjects(page, HYDRA + "PartialCollectionView")
        return next(iter(objects(page, view, HYDRA + "next")), "")

    return followed(*ours, "/catalog.ttl", following, catalog_page=5)


def triples(turtle: bytes) -> list[ox.Quad]:
    return list(ox.parse(turtle, ox.RdfFormat.TURTLE))


def subjects(turtle: bytes, kind: str) -> list[str]:
    return [quad.subject.value for quad in triples(turtle) if quad.object == ox.NamedNode(kind)]


def objects(turtle: bytes, subject: str, predicate: str) -> list[str]:
    wanted = ox.NamedNode(subject), ox.NamedNode(predicate)
    return [quad.object.value for quad in triples(turtle) if (quad.subject, quad.predicate) == wanted]


@pytest.mark.parametrize("profile", [*DCAT_AP, "cpsv-ap", "cpov"])
def test_the_catalogue_of_our_graph_conforms(whole, profile):
    require(SUITE)
    assert validate(whole, profile) == []


def test_the_shapes_of_the_feeds_profile_find_but_the_type_of_sizes_in_our_catalogue(whole):
    """They rest on DCAT-AP 3.0.0, where a size is a decimal; 3.0.1, to which the catalogue conforms, has integers."""
    require(SUITE)
    left = {(line.split()[0], line.split()[1], line.split()[3]) for line in validate(whole, "feeds")}
    assert left == {("Violation", "DatatypeConstraintComponent", f"<{DCAT}byteSize>")}


def test_the_codes_of_our_catalogue_are_those_of_the_authority_lists(whole):
    """What is left: Passerelles is no listed corporate body; the shape writes https in SPDX, where SPDX writes http."""
    require(SUITE)
    left = {(line.split()[0], line.split()[3]) for line in validate(whole, "vocabularies")}
    assert left == {("Warning", f"<{DCT}publisher>"), ("Violation", "<http://spdx.org/rdf/terms#algorithm>")}


@pytest.mark.parametrize("profile", ["mandatory", "recommended"])
def test_the_referee_finds_nothing_more(whole, profile):
    require(SUITE)
    assert validate(whole, profile, "pyshacl") == []


@pytest.mark.parametrize("profile", DCAT_AP)
def test_each_page_of_the_catalogue_stands_alone(pages, profile):
    require(SUITE)
    assert len(pages) > 2
    assert [validate(page, profile) for page in pages] == [[]] * len(pages)


@pytest.mark.parametrize("profile", DCAT_AP)
def test_the_series_of_snapshots_is_on_its_own_page_alone(ours, whole, profile):
    """Who harvests the catalogue by its types would take each for a dataset, and drop it when it goes."""
    require(SUITE)
    [page] = answers(*ours, ["/catalog/snapshots.ttl"])
    assert validate(page.content, profile) == []
    [series] = subjects(page.content, DCAT + "DatasetSeries")
    [snapshot] = subjects(page.content, DCAT + "Dataset")
    assert objects(page.content, snapshot, DCAT + "inSeries") == [series]
    assert snapshot not in whole.decode()
    assert objects(whole, f"{ADDRESS}/catalog", "http://www.w3.org/2000/01/rdf-schema#seeAlso") == [series]


def test_the_pages_together_are_the_whole(pages, whole):
    pagination = ox.NamedNode(HYDRA + "view")

    def described(turtle):
        views = {quad.object for quad in triples(turtle) if quad.predicate == pagination}
        return {quad for quad in triples(turtle) if quad.subject not in views and quad.predicate != pagination}

    assert set().union(*map(described, pages)) == described(whole)


@pytest.mark.parametrize("suffix", ["", ".ttl", ".html"])
def test_a_page_says_its_own_address_and_leads_to_itself_in_other_formats(ours, suffix):
    [page] = answers(*ours, [f"/catalog{suffix}?page=2"], catalog_page=5)
    assert page.headers["content-location"] == f"/catalog{suffix or '.ttl'}?page=2"
    alternates = page.headers["link"].split(", ")
    assert all("?page=2>" in each for each in alternates)
    assert page.text.count("page=2") > 1
    assert "/catalog.jsonld?page=2>" in page.headers["link"]
    if suffix == ".html":
        assert 'href="/catalog.ttl?page=2"' in page.text
        assert 'href="/catalog.ttl"' not in page.text


def test_a_catalogue_has_no_blank_node(whole):
    assert b"_:" not in whole
    assert b"[" not in whole.replace(b'"', b"")


@pytest.mark.parametrize("profile", DCAT_AP)
def test_the_catalogue_of_a_foreign_graph_conforms(repository, tmp_path, profile):
    require(SUITE)
    repository.configure(CATALOG)
    repository.tool("saw", DATED)
    settings, snapshot = built(repository.root, tmp_path / "build")
    [page] = answers(settings, snapshot, ["/catalog.ttl"])
    assert f"{ADDRESS}/catalog/kinds/tools" in subjects(page.content, DCAT + "Dataset")
    unknown = "Warning MinCountConstraintComponent <https://example.org/licence> <http://purl.org/dc/terms/type>"
    assert [line for line in validate(page.content, profile) if line != unknown] == []


@pytest.mark.parametrize("profile", [*DCAT_AP[:1], *DCAT_AP[2:]])
def test_a_graph_that_says_nothing_of_itself_has_a_catalogue_without_violation(repository, tmp_path, profile):
    require(SUITE)
    [page] = answers(*built(repository.root, tmp_path / "build"), ["/catalog.ttl"])
    assert validate(page.content, profile) == []


def test_what_such_a_graph_should_say_is_told(repository, tmp_path):
    require(SUITE)
    [page] = answers(*built(repository.root, tmp_path / "build"), ["/catalog.ttl"])
    told = " ".join(validate(page.content, "recommended"))
    assert all(name in told for name in ("dc/terms/spatial", "dcat#theme", "dc/terms/issued", "dc/terms/type"))


MANDATORY = {
    "title": DCT + "title",
    "description": DCT + "description",
    "publisher": DCT + "publisher",
    "accessURL": DCAT + "accessURL",
    "endpointURL": DCAT + "endpointURL",
    "primaryTopic": "http://xmlns.com/foaf/0.1/primaryTopic",
    "name": "http://xmlns.com/foaf/0.1/name",
    "prefLabel": "http://www.w3.org/2004/02/skos/core#prefLabel",
}


@pytest.mark.parametrize("property_", MANDATORY)
def test_the_shapes_miss_what_is_taken_from_the_catalogue(whole, property_):
    require(SUITE)
    left = [quad for quad in triples(whole) if quad.predicate.value != MANDATORY[property_]]
    poorer = ox.serialize([quad.triple for quad in left], format=ox.RdfFormat.TURTLE)
    assert [line for line in validate(poorer, "mandatory") if MANDATORY[property_] in line]


@pytest.mark.parametrize("profile", ["mandatory", "ranges", "deprecated", "cpsv-ap", "cpov", "feeds"])
def test_the_example_of_the_suite_conforms(profile):
    require(SUITE)
    assert validate(EXAMPLE.read_bytes(), profile) == []


TITLE = 'dct:title "Outil"@fr ;'
SPATIAL = "dct:spatial <http://publications.europa.eu/resource/authority/country/FRA> ;"
LABEL = 'skos:prefLabel "DINUM"@fr ;'


@pytest.mark.parametrize(
    ("taken", "profile"), [(TITLE, "mandatory"), (TITLE, "cpsv-ap"), (SPATIAL, "cpsv-ap"), (LABEL, "cpsv-ap")]
)
def test_the_example_of_the_suite_fails_where_it_should(taken, profile):
    require(SUITE)
    text = EXAMPLE.read_text(encoding="utf-8")
    assert text.count(taken) == 1
    assert len(validate(text.replace(taken, "").encode(), profile)) == 1


def test_every_profile_has_its_shapes():
    require(SUITE)
    for profile in PROFILES:
        validate(b"", profile)


def test_what_portals_need_of_a_dataset_is_there(pages):
    """What the harvester of data.gouv.fr reads: an identifier of each dataset, one licence it knows by its address."""
    seen = []
    for page in pages:
        for dataset in subjects(page, DCAT + "Dataset"):
            seen += objects(page, dataset, DCT + "identifier")
            assert objects(page, dataset, DCT + "title")
            [licence] = objects(page, dataset, DCT + "license")
            assert licence == "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf"
    assert len(seen) == len(set(seen)) > 10
    [catalogue] = subjects(pages[0], HYDRA + "Collection")
    assert [int(total) for page in pages for total in objects(page, catalogue, HYDRA + "totalItems")] == [
        len(seen)
    ] * len(pages)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # RDFLib's own reader of JSON-LD makes one
def test_the_library_of_that_harvester_reads_the_same_in_each_format(ours):
    """data.gouv.fr reads with RDFLib, by the suffix of the address."""
    names = {"ttl": "turtle", "nt": "nt11", "jsonld": "json-ld", "rdf": "xml"}
    found = answers(*ours, [f"/catalog/graph.{suffix}" for suffix in names])
    graphs = [
        rdflib.Graph().parse(data=page.text, format=name) for page, name in zip(found, names.values(), strict=True)
    ]
    assert len({frozenset(graph) for graph in graphs}) == 1
    assert len(graphs[0]) > 100


def test_every_address_the_catalogue_gives_answers(ours, whole):
    accessed = {quad.object.value for quad in triples(whole) if quad.predicate.value == DCAT + "downloadURL"}
    described = set(subjects(whole, DCAT + "Dataset"))
    services = {quad.object.value for quad in triples(whole) if quad.predicate.value == DCAT + "endpointDescription"}
    paths = sorted(address.removeprefix(ADDRESS) for address in accessed | described | services)
    assert {page.status_code for page in answers(*ours, paths, accept="*/*")} == {200}


def test_productions_in_the_words_of_catalogues_conform(ours):
    """Each with its publisher and its concepts; what is mandatory of a dataset is there or the production is not."""
    require(SUITE)
    [page] = answers(*ours, ["/queries/fiche-adms.ttl"])
    assert len(subjects(page.content, "http://www.w3.org/ns/adms#Asset")) > 100
    for profile in ("mandatory", "ranges"):
        assert validate(page.content, profile) == []


def test_a_kind_is_modified_when_a_statement_about_its_things_was(repository, tmp_path):
    """A portal takes again what is modified: a build that touches one kind touches the date of no other."""
    place = "<https://example.org/id/places/brest> a <http://purl.org/dc/terms/Location> ."
    repository.write("data/places/brest.ttl", place)

    def modified() -> list[list[str]]:
        [page] = answers(*built(repository.root, tmp_path / "build"), ["/catalog.ttl"])
        paths = ("graph", "kinds/places", "kinds/tools")
        return [objects(page.content, f"{ADDRESS}/catalog/{path}", DCT + "modified") for path in paths]

    graph, places, tools = modified()
    repository.tool("nail")
    after = modified()
    assert after[0] > graph
    assert after[1] == places != []
    assert after[2] > tools


def test_of_a_kind_whose_last_change_is_not_known_no_date_is_told(repository, tmp_path):
    settings, snapshot = built(repository.root, tmp_path / "build")
    pinned, now = answers(settings, snapshot, [f"/snapshots/{snapshot.id}/catalog.ttl", "/catalog.ttl"])
    tools = f"{ADDRESS}/snapshots/{snapshot.id}/catalog/kinds/tools"
    assert objects(pinned.content, tools, DCT + "title")
    assert objects(pinned.content, tools, DCT + "modified") == []
    assert objects(now.content, f"{ADDRESS}/catalog/kinds/tools", DCT + "modified")
    entry = next((tmp_path / "build/changes").glob("[0-9]*/entry.json"))
    entry.write_text(entry.read_text().replace('"reason": "first"', '"reason": "long"'))
    [now] = answers(settings, snapshot, ["/catalog.ttl"])  # it began again: what did not change then is in it too
    assert objects(now.content, f"{ADDRESS}/catalog/kinds/tools", DCT + "modified") == []


HARVESTED = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://example.org/id/harvest/elsewhere#harvest>
    a prov:Activity ;
    prov:used <https://elsewhere.example/catalog.ttl> ;
    dct:license <https://elsewhere.example/licence> .
<https://example.org/id/harvest/elsewhere/map#record>
    a dcat:CatalogRecord ;
    foaf:primaryTopic <https://elsewhere.example/map> ;
    prov:generatedAtTime "2026-03-01T10:00:00Z"^^xsd:dateTime .
<https://example.org/id/harvest/elsewhere/gone#record>
    a dcat:CatalogRecord ;
    foaf:primaryTopic <https://elsewhere.example/gone> ;
    prov:generatedAtTime "2026-02-01T10:00:00Z"^^xsd:dateTime ;
    prov:invalidatedAtTime "2026-04-01T10:00:00Z"^^xsd:dateTime .
<https://elsewhere.example/map>
    dct:title "Carte"@fr ;
    dct:issued "2016-12-14"^^xsd:date ;
    dct:modified "2017-01"^^xsd:gYearMonth ;
    dct:spatial <https://elsewhere.example/place> ;
    dcat:keyword "mer"@fr .
"""


def test_every_dump_of_the_catalogue_has_its_size_and_digest_before_anybody_asks_for_one(repository, tmp_path):
    settings, snapshot = built(repository.root, tmp_path)
    paths = ["/catalog.nt", "/dumps", "/catalog.nt"]
    before, listed, after = answers(settings, snapshot, paths, "application/json")
    assert sum(b"#byteSize>" in line for line in before.content.splitlines()) == len(listed.json()["files"]) > 2
    assert before.content == after.content


def test_a_harvested_portal_is_a_dataset_under_its_own_licence(repository, tmp_path):
    repository.write("data/harvest/elsewhere.ttl", HARVESTED)
    [page, graph] = answers(
        *built(repository.root, tmp_path / "build"),
        ["/catalog/portals/elsewhere.ttl", "/graphs?graph=https://example.org/graph/harvest/elsewhere&format=ttl"],
    )
    portal = f"{ADDRESS}/catalog/portals/elsewhere"
    assert objects(page.content, portal, DCT + "license") == ["https://elsewhere.example/licence"]
    assert objects(page.content, portal, "http://www.w3.org/ns/prov#wasDerivedFrom") == [
        "https://elsewhere.example/catalog.ttl"
    ]
    assert objects(page.content, portal, DCT + "identifier") == ["https://example.org/graph/harvest/elsewhere"]
    assert b"Carte" in graph.content
    require(SUITE)
    assert validate(page.content, "mandatory") == []


def test_what_is_said_of_a_harvest_is_what_its_records_say(repository, tmp_path):
    """Our keywords, themes, place and date of issue are no claims of theirs."""
    repository.configure(CATALOG + 'keywords = { fr = ["ville"] }')
    repository.write("data/harvest/elsewhere.ttl", HARVESTED)
    [page] = answers(*built(repository.root, tmp_path / "build"), ["/catalog/portals/elsewhere.ttl"])
    portal = f"{ADDRESS}/catalog/portals/elsewhere"
    expected = {
        DCAT + "keyword": ["mer"],
        DCAT + "theme": [],
        DCT + "language": [],
        DCT + "spatial": ["https://elsewhere.example/place"],
        DCT + "issued": ["2026-02-01T10:00:00Z"],
        DCT + "modified": ["2026-04-01T10:00:00Z"],
    }
    assert {name: objects(page.content, portal, name) for name in expected} == expected
    assert objects(page.content, f"{portal}#period", DCAT + "startDate") == ["2016-12-14"]
    assert objects(page.content, f"{portal}#period", DCAT + "endDate") == ["2017-01"]


def test_a_dump_with_harvests_is_no_form_of_the_default_graph_and_under_no_licence_of_ours(repository, tmp_path):
    def files() -> tuple[bytes, bytes]:
        pages = answers(*built(repository.root, tmp_path / "build"), ["/catalog.ttl", "/.well-known/void"])
        return pages[0].content, pages[1].content

    def forms(page: bytes, name: str) -> set[str]:
        return {iri.rpartition("#")[2] for iri in objects(page, f"{ADDRESS}/catalog/{name}", DCAT + "distribution")}

    licence, void = "https://example.org/licence", f"{ADDRESS}/.well-known/void"
    alone, described = files()
    assert forms(alone, "all") == {f"graph.{form}.{coding}" for form in ("nq", "trig") for coding in ("zst", "gz")}
    assert "graph.nt.zst" in forms(alone, "graph")
    assert forms(alone, "all") & forms(alone, "graph") == set()
    assert objects(alone, f"{ADDRESS}/catalog/all#graph.nq.gz", DCT + "license") == [licence]
    assert objects(described, f"{void}#all", DCT + "license") == [licence]
    repository.write("data/harvest/elsewhere.ttl", HARVESTED)
    with_harvest, described = files()
    assert objects(with_harvest, f"{ADDRESS}/catalog/all#graph.nq.gz", DCT + "license") == []
    assert objects(with_harvest, f"{ADDRESS}/catalog/graph#graph.nt.gz", DCT + "license") == [licence]
    assert objects(described, f"{void}#all", DCT + "license") == []
    assert objects(described, f"{void}#dataset", DCT + "license") == [licence]


def test_the_two_addresses_of_our_licence_are_linked(whole):
    """Portals know a licence by the page of its text, Europe by its IRI in a list."""
    listed = "http://spdx.org/licenses/etalab-2.0"
    [page] = objects(whole, listed, "http://xmlns.com/foaf/0.1/page")
    assert objects(whole, f"{ADDRESS}/catalog/graph", DCT + "license") == [page]
    assert objects(whole, page, "http://xmlns.com/foaf/0.1/primaryTopic") == [listed]


def test_a_kind_of_any_name_is_at_its_address_with_a_period_of_days_there_are(repository, tmp_path):
    dates = "".join(f'<https://example.org/id/tools/saw> dct:issued "{day}" .' for day in ("2019-02-30", "2019-99-99"))
    repository.tool("saw", dates + '<https://example.org/id/créations/scie> a dct:Location ; dct:issued "2019-02" .')
    kinds = [f"{ADDRESS}/catalog/kinds/{name}" for name in ("cr%C3%A9ations", "tools")]
    made, tools = answers(*built(repository.root, tmp_path / "build"), [kind + ".ttl" for kind in kinds])
    assert objects(made.content, f"{kinds[0]}#period", DCAT + "startDate") == ["2019-02"]
    assert objects(tools.content, kinds[1], DCT + "temporal") == []  # a period of others is none of its own
