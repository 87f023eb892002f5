"""The saved queries, on the graph of the repository with its inferences: complete, sound, and they answer."""

import csv
import io
import json
from pathlib import Path

import fastjsonschema
import pyoxigraph as ox
import pytest
from lxml import etree
from repository import RepositoryGraph

from graph.config import Limits
from graph.formats import RESULTS_CSV, RESULTS_FORMATS, RESULTS_JSON, RESULTS_TSV, RESULTS_XML
from graph.inference import infer, load_rules
from graph.sparql.guard import inspect
from graph.sparql.library import Library, SavedQuery, check
from graph.sparql.results import serialise
from graph.web.interface import components, operation
from graph.web.querying.forms import LISTED

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = Library.load(ROOT / "queries")
VIOLATIONS = [query for query in LIBRARY.values() if query.name.endswith("-violation")]
QUESTIONS = [query for query in LIBRARY.values() if not query.name.endswith("-violation")]
INFERRED = ox.NamedNode("https://w3id.org/passerelles/graph/inferred")
LANGUAGES = ("fr", "en")


def named(query: SavedQuery) -> str:
    return query.name


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """The default graph as a build makes it: ontology, vocabularies, data, inferences."""
    store = ox.Store()
    for folder in ("ontology", "data"):
        for path in sorted((ROOT / folder).rglob("*.ttl")):
            store.load(path=path, format=ox.RdfFormat.TURTLE)
    infer(store, load_rules(ROOT / "ontology" / "rules"), INFERRED)
    return store


def answers(store: ox.Store, query: SavedQuery, values: dict[str, str]) -> list:
    return list(store.query(query.bind(values)))


def first_examples(query: SavedQuery) -> dict[str, str]:
    return {parameter.name: parameter.examples[0] for parameter in query.parameters}


def each_example(query: SavedQuery) -> list[dict[str, str]]:
    """Every example of every parameter, alone with what is required."""
    required = {parameter.name: parameter.examples[0] for parameter in query.parameters if parameter.required}
    return [required | {parameter.name: value} for parameter in query.parameters for value in parameter.examples]


def test_the_library_is_sound_and_rich():
    assert [fault.message("fr") for fault in check(LIBRARY)] == []
    assert len(QUESTIONS) >= 26
    assert len(VIOLATIONS) >= 8
    assert {query.folder for query in LIBRARY.values()} == {"examples", "reports", "construct", "checks"}
    assert {query.folder for query in VIOLATIONS} == {"checks"}
    assert {query.form for query in LIBRARY.values() if query.folder == "construct"} == {"CONSTRUCT"}


@pytest.mark.parametrize("query", LIBRARY.values(), ids=named)
def test_a_header_is_complete_in_both_languages(query):
    assert query.tags
    headings = query.header.headings.values()
    for texts in (query.title, query.description, *(parameter.label for parameter in query.parameters), *headings):
        assert tuple(texts) == LANGUAGES
        assert all(texts.values())
        assert "'" not in texts["fr"], "French texts are set with ’"
    if query.form == "SELECT":
        assert query.header.columns
        assert tuple(query.header.headings) == query.header.columns, "columns: name: { fr: …, en: … }"
        for language in LANGUAGES:
            assert len({texts[language] for texts in headings}) == len(headings), "two columns are called the same"
    for parameter in query.parameters:
        assert parameter.examples
        assert parameter.name in query.anatomy.places, f"write VALUES ?{parameter.name} {{ UNDEF }}"


@pytest.mark.parametrize("query", LIBRARY.values(), ids=named)
def test_columns_are_those_of_the_answer(store, query):
    found = store.query(query.bind(first_examples(query)))
    if isinstance(found, ox.QuerySolutions):
        assert tuple(variable.value for variable in found.variables) == query.columns


TABLES = [query for query in LIBRARY.values() if query.form == "SELECT"]
HEADS = {
    RESULTS_JSON: lambda body: json.loads(body)["head"]["vars"],
    RESULTS_XML: lambda body: [each.get("name") for each in etree.fromstring(body).iter(f"{SPARQL}variable")],
    RESULTS_CSV: lambda body: next(csv.reader(io.StringIO(body.decode()))),
    RESULTS_TSV: lambda body: [name.removeprefix("?") for name in body.decode().splitlines()[0].split("\t")],
}
SPARQL = "{http://www.w3.org/2005/sparql-results#}"


@pytest.mark.parametrize("query", TABLES, ids=named)
def test_columns_are_those_declared_in_every_format(store, query):
    """A column that goes, comes or moves breaks what was made of the answer: it is the contract of an address."""
    for form in RESULTS_FORMATS:
        body = io.BytesIO()
        serialise(store.query(query.bind(first_examples(query))), form.name, body, {})
        assert tuple(HEADS[form](body.getvalue())) == query.columns


@pytest.mark.parametrize("query", TABLES, ids=named)
def test_an_answer_is_what_the_description_of_the_interface_says(store, query):
    content = operation(query)["responses"]["200"]["content"]
    valid = fastjsonschema.compile({**content[RESULTS_JSON.media_type]["schema"], "components": components()})
    body = io.BytesIO()
    serialise(store.query(query.bind(first_examples(query))), RESULTS_JSON.name, body, {})
    valid(json.loads(body.getvalue()))


LISTED_BY = [each for query in LIBRARY.values() for each in query.parameters if each.options is not None]


@pytest.mark.parametrize("parameter", LISTED_BY, ids=lambda each: f"{each.name}-{each.options}")
def test_a_list_of_values_is_short_and_has_the_examples(store, parameter):
    source = LIBRARY[parameter.options]
    column = parameter.name if parameter.name in source.columns else source.columns[0]
    values = {row[column].value for row in answers(store, source, {})}
    assert set(parameter.examples) <= values
    assert len(values) <= LISTED


@pytest.mark.parametrize("query", LIBRARY.values(), ids=named)
def test_a_saved_query_passes_the_guard_and_may_be_cached(query):
    inspection = inspect(query.bind(first_examples(query)), Limits())
    assert not inspection.volatile, "an answer of a snapshot depends on nothing but the snapshot"


# What they are about comes with harvests, and none is kept here: tested below on claims of their own.
OF_PORTALS = {"reutilisations-declarees"}


@pytest.mark.parametrize("query", [query for query in QUESTIONS if query.name not in OF_PORTALS], ids=named)
def test_a_question_is_answered_with_its_examples(store, query):
    assert answers(store, query, first_examples(query))
    for values in each_example(query):
        assert answers(store, query, values), values


@pytest.mark.parametrize(
    "query", [q for q in QUESTIONS if q.parameters and not any(p.required for p in q.parameters)], ids=named
)
def test_a_question_without_its_optional_parameters_is_answered_at_large(store, query):
    assert len(answers(store, query, {})) >= len(answers(store, query, first_examples(query)))


@pytest.mark.parametrize("query", QUESTIONS, ids=named)
def test_a_bound_parameter_bounds_every_row(store, query):
    for values in each_example(query):
        written = query.substitutions(values)
        for row in answers(store, query, values):
            for name in written.keys() & set(query.columns):
                assert str(row[name]) == written[name]


@pytest.mark.parametrize("query", QUESTIONS, ids=named)
def test_no_row_is_given_twice(store, query):
    if query.form == "SELECT":
        rows = [tuple(map(str, row)) for row in answers(store, query, first_examples(query))]
        assert len(rows) == len(set(rows))


def test_no_seed_reuse_has_a_known_exchange_type(store):
    matrix = answers(store, LIBRARY["matrice-des-echanges"], {})
    assert [int(row["reutilisations"].value) for row in matrix if row["echange"] is not None] == [0] * 9
    [unknown] = [row for row in matrix if row["echange"] is None]
    assert (unknown["echangeLibelle"].value, int(unknown["reutilisations"].value)) == ("type d’échange inconnu", 2)
    reuses = answers(store, LIBRARY["qui-reutilise-quoi"], {})
    assert {row["reutilisation"].value.rpartition("/")[2]: row["echangeLibelle"] for row in reuses} == {
        "barcamp-2015-groupe-2--pre-plainte-gouv-fr": None,
        "dilab--outil-outils-collaboratifs": None,
    }


# Reuses with two known sides, by every road to a side, beside one without.
EXCHANGES = """
PREFIX : <http://example.org/>
PREFIX cv: <http://data.europa.eu/m8g/>
PREFIX org: <http://www.w3.org/ns/org#>
:town a cv:PublicOrganisation . :service org:unitOf :town . :day a schema:Event ; schema:organizer :service .
:firm org:classification concept:orgtype-entreprise . :inhabitant a foaf:Person .
:map a pas:Production ; dct:creator :town . :app a pas:Production ; dct:publisher :firm . :old a pas:Production .
:r1 a pas:Reuse ; pas:reuser :day ; pas:reused :map ; pas:reuseKind concept:reutilisation-adaptee .
:r2 a pas:Reuse ; pas:reuser :service ; pas:reused :map ; pas:reuseKind concept:reutilisation-adaptee .
:r3 a pas:Reuse ; pas:reuser :firm ; pas:reused :map ; pas:reuseKind concept:reutilisation-telle-quelle .
:r4 a pas:Reuse ; pas:reuser :service ; pas:reused :app ; pas:reuseKind concept:reutilisation-inspiree .
:r5 a pas:Reuse ; pas:reuser :inhabitant ; pas:reused :map ; pas:reuseKind concept:reutilisation-telle-quelle .
:r6 a pas:Reuse ; pas:reuser :town ; pas:reused :old ; pas:reuseKind concept:reutilisation-telle-quelle .
:r7 a pas:Reuse ; pas:reuser :firm ; pas:reused :app ; pas:reuseKind concept:reutilisation-telle-quelle .
"""


def test_the_matrix_counts_the_exchanges_that_the_rules_derive():
    store = ox.Store()
    for path in sorted((ROOT / "ontology").rglob("*.ttl")):
        store.load(path=path, format=ox.RdfFormat.TURTLE)
    store.load((PREFIXES + EXCHANGES).encode(), format=ox.RdfFormat.TURTLE)
    infer(store, load_rules(ROOT / "ontology" / "rules"))

    def slug(term: ox.NamedNode | None) -> str | None:
        return term and term.value.rpartition("/")[2]

    matrix = answers(store, LIBRARY["matrice-des-echanges"], {})
    counted = {(slug(row["echange"]), slug(row["maniere"])): int(row["reutilisations"].value) for row in matrix}
    assert len(matrix) == len(counted) == 3 * 3 + 1
    assert {cell: number for cell, number in counted.items() if number} == {
        ("echange-adm-adm", "reutilisation-adaptee"): 2,
        ("echange-adm-prive", "reutilisation-telle-quelle"): 1,
        ("echange-adm-prive", "reutilisation-inspiree"): 1,
        ("echange-adm-usagers", "reutilisation-telle-quelle"): 1,
        (None, None): 2,
    }


# Reuses that are fresh, stale, unattested, claimed; claimed and attested too; a chain of them that goes in a circle.
REUSES = """
PREFIX : <https://w3id.org/passerelles/id/things/>
PREFIX portal: <https://w3id.org/passerelles/id/harvest/portal/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
GRAPH <https://w3id.org/passerelles/graph/harvest/portal> {
  portal:map dct:title "Carte"@fr, "Map"@en ; owl:sameAs :map . portal:own dct:title "Chose"@fr, "Thing"@en .
  portal:town dct:title "VILLE"@fr, "City"@en . portal:other dct:title "Autre"@fr, "Other"@en .
  portal:c1 a pas:ReuseClaim ; pas:claimedReused portal:map ; pas:claimedReuser portal:town ; dct:source portal:file .
  portal:c2 a pas:ReuseClaim ; pas:claimedReused portal:map ; pas:claimedReuser portal:other ; dct:source portal:file .
  portal:c3 a pas:ReuseClaim ; pas:claimedReused portal:own ; pas:claimedReuser portal:other ; dct:source portal:file .
}
:map dct:title "Carte"@fr, "Map"@en ; dct:creator :region, :author . :author a foaf:Person .
:town dct:title "Ville"@fr . :region dct:title "Région"@fr . :lab dct:title "Labo"@fr .
:r1 a pas:Reuse ; pas:reused :map ; pas:reuser :town ; pas:attestedBy :town, :lab ; prov:generated :townmap ;
  pas:lastConfirmed "2026-02-28"^^xsd:date .
:r2 a pas:Reuse ; pas:reused :map ; pas:reuser :lab ; pas:attestedBy :lab ; pas:lastConfirmed "2025-02-27"^^xsd:date .
:r3 a pas:Reuse ; pas:reused :townmap ; pas:reuser :lab ; prov:generated :labmap ;
  pas:lastConfirmed "2026-05-01"^^xsd:date .
:r4 a pas:Reuse ; pas:reused :labmap ; pas:reuser :region ; pas:attestedBy :region ; prov:generated :map .
"""


@pytest.fixture(scope="module")
def reuses() -> ox.Store:
    store = ox.Store()
    prologue, graphs = PREFIXES + REUSES.partition("GRAPH")[0], REUSES.partition("GRAPH")[2]
    declared = "\n".join(line.replace("PREFIX", "@prefix") + " ." for line in prologue.splitlines() if line)
    store.load(f"{declared}\nGRAPH{graphs}".encode(), format=ox.RdfFormat.TRIG)
    return store


def told(store: ox.Store, name: str, *columns: str, **values: str) -> set[tuple]:
    """Some columns of the answer of a saved query; of an IRI, its last part."""
    rows = answers(store, LIBRARY[name], values)
    return {tuple(row[column] and row[column].value.rpartition("/")[2] for column in columns) for row in rows}


COUNTS = ("attestees", "aReconfirmer", "nonAttestees", "declarees")


def test_a_counter_of_reuses_never_counts_a_claim_as_a_fact(reuses):
    found = told(reuses, "compteur-des-reutilisations", "production", *COUNTS, avant="2026-01-01")
    assert found == {
        ("map", "1", "1", "0", "1"),  # one of the two claims is attested by now
        ("townmap", "0", "0", "1", "0"),
        ("labmap", "0", "1", "0", "0"),
        ("own", "0", "0", "0", "1"),
    }
    assert len(answers(reuses, LIBRARY["compteur-des-reutilisations"], {"avant": "2026-01-01"})) == 4


def test_a_counter_by_organisation_tells_what_it_reuses_from_what_is_reused_of_it_and_counts_no_person(reuses):
    found = told(reuses, "compteur-par-organisation", "organisation", "role", *COUNTS, avant="2026-01-01")
    assert found == {
        ("town", "réutilise", "1", "0", "0", "0"),
        ("lab", "réutilise", "0", "1", "1", "0"),
        ("region", "réutilise", "0", "1", "0", "0"),
        ("region", "est réutilisée", "1", "1", "0", "1"),
        ("other", "réutilise", "0", "0", "0", "2"),
    }


def test_a_claim_is_told_until_someone_attests_it(reuses):
    columns = ("declaration", "production", "notreProduction", "reutilisateurLibelle")
    assert told(reuses, "reutilisations-declarees", *columns) == {
        ("c2", "map", "map", "Autre"),
        ("c3", "own", None, "Autre"),
    }
    assert len(answers(reuses, LIBRARY["reutilisations-declarees"], {})) == 2  # whatever their names


def test_a_chain_of_reuses_is_told_to_its_end_and_goes_round_once(reuses):
    start = "https://w3id.org/passerelles/id/things/map"
    found = told(reuses, "chaine-des-reutilisations", "production", "reutilisateur", "resultat", depart=start)
    assert found == {
        ("map", "town", "townmap"),
        ("map", "lab", None),
        ("townmap", "lab", "labmap"),
        ("labmap", "region", "map"),
    }


def test_what_is_to_be_confirmed_again_comes_with_whom_to_ask(store):
    found = told(store, "reutilisations-a-reconfirmer", "reutilisateur", "confirmeLe", "joindre", avant="2025-11-22")
    assert found == {
        ("dilab", "2015-01-25", "compte-dilab"),
        ("barcamp-2015-groupe-2", "2015-10-23", None),
    }


def test_whom_to_contact_about_a_theme_is_who_is_behind_the_productions_of_it(store):
    theme = "https://w3id.org/passerelles/id/concepts/theme-mobilite"
    behind = told(store, "qui-contacter", "contact", "par", sujet=theme)
    assert ("cnfpt", "plateforme-co-transport") in behind
    of_theme = store.query(f"SELECT ?made {{ ?made <http://www.w3.org/ns/dcat#theme> <{theme}> }}")
    assert {through for _, through in behind} <= {row["made"].value.rpartition("/")[2] for row in of_theme}


def test_what_is_in_a_street_is_told_of_the_city_that_the_source_names_with_it(store):
    nantes = "https://w3id.org/passerelles/id/places/place-nantes"
    assert told(store, "lieux-et-ce-qui-s-y-passe", "nature", "chose", lieu=nantes) == {
        ("évènement", "atelier-design-thinking-ideo-nantes"),
        ("production ou organisation", "cas-rochers-route-de-vannes"),
    }


def test_what_came_out_of_an_event_is_what_it_and_its_parts_generated(store):
    graph = RepositoryGraph(ROOT)
    generated, wholes = set(), {}
    for subject in graph.subjects:
        wholes[subject] = graph.values(subject, "schema:superEvent")
        generated |= {(subject, thing) for thing in graph.values(subject, "prov:generated")}
        generated |= {(event, subject) for event in graph.values(subject, "prov:wasGeneratedBy")}
    expected, more = set(), {(event, thing) for event, thing in generated if "/id/events/" in event}
    while more:
        expected |= more
        more = {(whole, thing) for event, thing in more for whole in wholes[event]} - expected
    found = answers(store, LIBRARY["que-reste-t-il-d-un-evenement"], {})
    assert {(row["evenement"].value, row["resultat"].value) for row in found} == expected
    assert len(expected) > 150


def test_each_summer_university_names_the_one_just_before(store):
    rows = answers(store, LIBRARY["trajectoire-des-universites-ete"], {})
    path = {row["evenement"].value[-4:]: row["precedentLibelle"] for row in rows}
    assert list(path) == ["2016", "2017", "2018"]
    titles = {row["evenement"].value[-4:]: row["evenementLibelle"] for row in rows}
    assert path == {"2016": None, "2017": titles["2016"], "2018": titles["2017"]}


@pytest.mark.parametrize("query", VIOLATIONS, ids=named)
def test_the_graph_violates_no_check(store, query):
    assert [tuple(map(str, row)) for row in answers(store, query, {})] == []


# What each check must find, alone, in an otherwise empty graph.
BROKEN = {
    "changement-avant-creation": """
        <http://e/c> org:originalOrganization <http://e/a> ; prov:startedAtTime "2010-05-01"^^xsd:date .
        <http://e/a> schema:foundingDate "2010-06"^^xsd:gYearMonth .
        <http://e/d> org:originalOrganization <http://e/b> ; prov:startedAtTime "2010"^^xsd:gYear .
        <http://e/b> schema:foundingDate "2010-06"^^xsd:gYearMonth .""",
    "classes-incompatibles": "<http://e/a> a pas:Need, pas:Production .",
    "citation-sans-source": '<http://e/a> pas:quotation "mot"@fr .',
    "concept-sans-schema": "id:a a skos:Concept ; skos:inScheme id:b .",
    "donnee-privee": "<http://e/a> a foaf:Person ; foaf:mbox <mailto:a@example.org> .",
    "types-d-echange-contradictoires": "<http://e/a> pas:exchangeType id:x, id:y .",
    "evenement-partie-de-lui-meme": "<http://e/a> schema:superEvent <http://e/a> .",
    "identite-malgre-distinction": "<http://e/a> pas:distinctFrom <http://e/b> ; owl:sameAs <http://e/b> .",
    "iri-sans-type": "<http://e/a> dct:creator id:b .",
    "lien-propose-affirme": "<http://e/l> pas:decision concept:decision-proposee ; %s . %t .",
    "lien-rejete-affirme": "<http://e/l> pas:decision concept:decision-rejetee ; %s . %t .",
    "production-sans-licence": "<http://e/a> a pas:Innovation .",
    "ressemblance-a-soi-meme": "<http://e/a> pas:similarTo <http://e/a> . pas:similarTo pas:linkKind id:k .",
    "siren-en-double": """<http://e/a> adms:identifier <http://e/x> . <http://e/b> adms:identifier <http://e/y> .
        <http://e/x> skos:notation "732829320" ; adms:schemeAgency "INSEE" .
        <http://e/y> skos:notation "732829320" ; adms:schemeAgency "INSEE" .""",
    "succession-circulaire": "<http://e/a> dct:isReplacedBy <http://e/a> .",
    "suite-circulaire": "<http://e/a> pas:follows <http://e/a> .",
}
PREFIXES = """
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX concept: <https://w3id.org/passerelles/id/concepts/>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX id: <https://w3id.org/passerelles/id/things/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX pas: <https://w3id.org/passerelles/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sssom: <https://w3id.org/sssom/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
TRIPLE = "<http://e/a> pas:similarTo <http://e/b>"
LINK = "sssom:subject_id <http://e/a> ; sssom:predicate_id pas:similarTo ; sssom:object_id <http://e/b>"


@pytest.mark.parametrize("query", VIOLATIONS, ids=named)
def test_a_check_finds_what_it_is_for(query):
    store = ox.Store()
    turtle = BROKEN[query.name.removesuffix("-violation")].replace("%s", LINK).replace("%t", TRIPLE)
    store.load((PREFIXES + turtle).encode(), format=ox.RdfFormat.TURTLE)
    assert len(answers(store, query, {})) == 1


def test_a_harvested_thing_that_is_named_is_described_by_its_portal():
    store = ox.Store()
    named = "<http://e/a> owl:sameAs <https://w3id.org/passerelles/id/harvest/portal/1> ."
    store.load((PREFIXES + named).encode(), format=ox.RdfFormat.TURTLE)
    assert answers(store, LIBRARY["iri-sans-type-violation"], {}) == []
