"""The graph holds every row of the inventory, and asserts nothing that the inventory marks as inferred.

Sections 1 to 10 are held here row by row; the links of section 11 have their own module.
"""

import os
import re
from collections import Counter
from dataclasses import dataclass

import inventory
import pytest
from inventory import BASE, Thing
from repository import expand

SEEDS = inventory.seeds_folder()

if not (SEEDS / "INVENTORY.md").is_file():
    MISSING = f"no inventory at {SEEDS}: set PASSERELLES_SHARED to the folder that holds seeds/INVENTORY.md"
    if os.environ.get("CI") == "true":
        raise FileNotFoundError(MISSING)
    pytest.skip(MISSING, allow_module_level=True)

INVENTORY = inventory.Inventory(SEEDS)
THINGS = list(INVENTORY.things())

# What a seed document leaves unsaid, and a decree says: the full name of the SGMAP, and what it is attached to.
OFFICIAL_TEXTS = {
    "https://www.legifrance.gouv.fr/eli/decret/2012/10/30/2012-1198/jo/texte",
    "http://www.dila.premier-ministre.gouv.fr/institution/presentation/",
    "https://www.economie.gouv.fr/igpde/mieux-quune-ecole-un-institut",
    "http://www.sndgct.fr/statuts-et-charte/statuts-et-r%C3%A9glement-int%C3%A9rieur-modifi%C3%A9",
    "https://www.adgcf.fr/11-les-statuts-association.html",
}
UNKNOWN_LICENCE = f"{BASE}concepts/licence-non-precisee"
STATED_STAGES = {"stage-idee", "stage-test-mise-au-point-prototype"}
DERIVED_SECTIONS = {"7.5", "7.6", "7.12"}
NUMBER_OF_ROWS = {
    "1": 5,
    "2": 37,
    "3.1": 30,
    "3.2": 11,
    "4.1": 9,
    "4.2": 6,
    "5.1": 64,
    "5.2": 48,
    "6.1": 26,
    "6.2": 35,
    "8": 14,
    "9": 7,
    "10": 95,
}


def in_sections(*sections: str) -> list[Thing]:
    return [thing for thing in THINGS if thing.section in sections]


def each(things: list[Thing]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("thing", things, ids=str)


CONCEPTS = [thing for thing in THINGS if thing.section.startswith("7.")]
SOURCED = [thing for thing in THINGS if thing.sources]
LABELLED = [thing for thing in THINGS if thing.french]
PRODUCTIONS = in_sections("5.1", "5.2")


def concepts(*slugs: str) -> set[str]:
    return {f"{BASE}concepts/{slug}" for slug in slugs}


def things_iris(folder: str, *slugs: str) -> set[str]:
    return {f"{BASE}{folder}/{slug}" for slug in slugs}


# Every row


def test_every_file_of_the_graph_parses(graph):
    assert graph.broken == {}


def test_no_blank_node_in_data_or_vocabularies(graph):
    assert graph.blank == []


@each(THINGS)
def test_row_stands_in_its_file(thing, graph):
    assert graph.files.get(thing.iri) == {thing.path}


@each(LABELLED)
def test_french_label_is_verbatim(thing, graph):
    predicate = "skos:prefLabel" if thing.is_concept else "dct:title"
    assert graph.texts(thing.iri, predicate, "fr") == {inventory.plain(thing.french)}


@each(LABELLED)
def test_english_label_is_present(thing, graph):
    predicate = "skos:prefLabel" if thing.is_concept else "dct:title"
    labels = graph.texts(thing.iri, predicate, "en")
    assert len(labels) == 1
    assert all(label.strip() and label == inventory.without_brackets(label) for label in labels)


@each([thing for thing in THINGS if thing.is_derived])
def test_a_label_of_ours_says_so(thing, graph):
    notes = graph.texts(thing.iri, "skos:editorialNote", "fr")
    assert "Libellé établi par Passerelles, absent des sources." in notes


@each(SOURCED)
def test_sources_are_those_of_the_row_and_another_one_is_quoted(thing, graph):
    found = graph.values(thing.iri, "dct:source") - OFFICIAL_TEXTS
    more = set(graph.values(thing.iri, "pas:quotation"))
    assert set(thing.sources) <= found
    assert [
        source for source in found - set(thing.sources) if not any(q in INVENTORY.texts[source] for q in more)
    ] == []


@each(SOURCED)
def test_evidence_is_quoted(thing, graph):
    quoted = graph.texts(thing.iri, "pas:quotation", "fr")
    assert {inventory.plain(quote) for quote in thing.quotes} - quoted == set()


def test_quotations_are_found_in_the_sources_they_name(graph):
    astray = []
    for subject in graph.subjects:
        texts = [INVENTORY.texts[source] for source in graph.values(subject, "dct:source") if source in INVENTORY.texts]
        quoted = graph.values(subject, "pas:quotation")
        seed_like = texts or not graph.values(subject, "dct:source")
        if seed_like:
            astray += [(subject, quote) for quote in quoted if not any(quote in text for text in texts)]
    assert astray == []


@each([thing for thing in THINGS if thing.section in {"1", "5.1", "5.2", "6.1", "6.2"}])
def test_no_licence_is_known(thing, graph):
    assert graph.values(thing.iri, "pas:licenceStatus") == {UNKNOWN_LICENCE}
    assert graph.values(thing.iri, "dct:license") == set()


# Relations of sections 2 to 9. The links of section 11 are held elsewhere; here, that related rows are linked at all.

IRI_OF = {thing.slug: thing.iri for thing in THINGS}

# The row gives the relation, and the sources do not state it: inferred, general knowledge, or our reading.
NOT_STATED = {
    ("universite-ete-2016", "cnfpt"),
    ("mooc-seance-de-test", "communaute-innovation-publique-pays-de-la-loire"),
    ("communaute-innovation-publique-pays-de-la-loire", "mooc-innovation-publique"),
    ("seminaire-annuel-dgs-pays-de-la-loire", "cnfpt"),
    ("communaute-innovation-publique-cnfpt", "cnfpt"),
    ("commission-appel-offres-route-de-vannes", "place-nantes"),
    ("cnfpt", "direction-ingenierie-formation-cnfpt"),
    ("direction-ingenierie-formation-cnfpt", "cnfpt"),
    ("lab-cnfpt", "laboratoire-d-apprentissage"),
    ("laboratoire-d-apprentissage", "lab-cnfpt"),
    ("dila", "dilab"),
    ("dilab", "dila"),
    ("place-angers", "place-pays-de-la-loire"),
    ("place-nantes", "place-pays-de-la-loire"),
    ("denis-cristol", "cnfpt"),
    ("alex-castellarneau", "ideo"),
    ("the-power-of-open", "licence-creative-commons"),
    ("licence-creative-commons", "the-power-of-open"),
    ("ecosysteme-innovation-publique-territoriale", "dispositif-modernisation-cnfpt"),
    ("robot-orakle", "flint"),
    ("robot-modeste", "flint"),
}
# Said another way: by the account of the federation, and by an audience of the vocabulary.
SAID_OTHERWISE = {
    ("fieec", "argument-2169"),
    ("collectivites-territoriales", "offre-de-service-globale-cnfpt"),
}


@each([thing for thing in THINGS if thing.row.get("Relations")])
def test_related_rows_are_linked(thing, graph):
    related = set(inventory.slugs(thing.row["Relations"]))
    left_out = {other for slug, other in NOT_STATED | SAID_OTHERWISE if slug == thing.slug}
    assert {slug for slug in related - left_out if not graph.linked(thing.iri, IRI_OF[slug])} == set()


@pytest.mark.parametrize(("slug", "other"), sorted(NOT_STATED))
def test_a_relation_no_source_states_is_not_asserted(slug, other, graph):
    assert not graph.linked(IRI_OF[slug], IRI_OF[other])


# Totals


def test_the_inventory_has_the_rows_its_totals_announce():
    for section, number in NUMBER_OF_ROWS.items():
        assert len(INVENTORY.rows[section]) == number, section
    for section in NUMBER_OF_ROWS.keys() - {"6.1"}:
        assert INVENTORY.totals[section] == str(NUMBER_OF_ROWS[section])
    assert INVENTORY.totals["6.1"] == "8 / 26"
    assert INVENTORY.totals["7"] == "21 / 225"


@pytest.mark.parametrize("folder", sorted(set(inventory.FOLDERS.values()) - {"productions", "tools"}))
def test_nothing_else_claims_a_seed_document_as_its_source(folder, graph):
    sections = [section for section, name in inventory.FOLDERS.items() if name == folder]
    expected = {thing.iri for thing in in_sections(*sections)}
    assert seeded(graph, folder) == expected


@pytest.mark.parametrize(("folder", "number"), [("productions", 64 + 48), ("tools", 26 + 35)])
def test_number_of_seed_productions_and_tools(folder, number, graph):
    assert len(seeded(graph, folder)) == number


def seeded(graph, folder: str) -> set[str]:
    seeds = {f"{BASE}sources/{slug}" for slug in inventory.SOURCES.values()}
    inside = f"{BASE}{folder}/"
    return {iri for iri in graph.subjects if iri.startswith(inside) and graph.values(iri, "dct:source") & seeds}


def test_the_seven_vocabularies_rows_make_21_schemes_and_225_concepts(graph):
    assert len(INVENTORY.schemes) == 21
    assert all(f"{BASE}schemes/{scheme}" in graph for scheme in INVENTORY.schemes.values())
    own = [thing for thing in CONCEPTS if thing.section != "7.4"]
    assert len(own) == 225
    assert sum(thing.iri in graph for thing in own) == 225


def test_needs_are_63_voiced_and_32_derived(graph):
    bases = Counter(basis for thing in in_sections("10") for basis in graph.values(thing.iri, "pas:needBasis"))
    assert bases == {f"{BASE}concepts/besoin-exprime": 63, f"{BASE}concepts/besoin-derive": 32}


# Section 5: productions


@each(PRODUCTIONS)
def test_production_has_its_number(thing, graph):
    assert graph.values(thing.iri, "dct:identifier") == {thing.row["No"]}


@each(PRODUCTIONS)
def test_kind_is_asserted_unless_guessed(thing, graph):
    kinds = inventory.guesses(thing.row["Kind"])
    all_guessed = "kind inferred" in thing.row.get("Key facts", "")
    check_classification(graph, thing, "dct:type", [(kind, guessed or all_guessed) for kind, guessed in kinds])


@each(PRODUCTIONS)
def test_themes_are_asserted_unless_guessed(thing, graph):
    check_classification(graph, thing, "dcat:theme", inventory.guesses(thing.row["Themes"]))


@each(PRODUCTIONS)
def test_audiences_are_asserted_unless_guessed(thing, graph):
    check_classification(graph, thing, "dct:audience", inventory.guesses(thing.row["Target users"]))


@each(PRODUCTIONS)
def test_stage_is_asserted_unless_inferred(thing, graph):
    stages = inventory.slugs(thing.row["Stage"])
    inferred = "Stage inferred" in thing.row.get("Key facts", "")
    stages = [(stage, inferred or stage not in STATED_STAGES) for stage in stages]
    check_classification(graph, thing, "pas:stage", stages)


@each(PRODUCTIONS)
def test_nothing_is_suggested_that_the_row_does_not_guess(thing, graph):
    columns = ("Kind", "Themes", "Target users", "Stage", "Notes")
    named = " ".join(thing.row.get(column, "") for column in columns)
    named_concepts = concepts(*re.findall(r"(?:kind|theme|public|stage)-[a-z-]+", named))
    assert graph.values(thing.iri, "pas:suggestedConcept") <= named_concepts


def check_classification(graph, thing: Thing, predicate: str, guesses: list[tuple[str, bool]]) -> None:
    stated = concepts(*(slug for slug, guessed in guesses if not guessed))
    guessed = concepts(*(slug for slug, guessed in guesses if guessed))
    assert graph.values(thing.iri, predicate) == stated
    assert guessed - graph.values(thing.iri, "pas:suggestedConcept") == set()
    assert stated & graph.values(thing.iri, "pas:suggestedConcept") == set()


@each(in_sections("5.1"))
def test_prototype_is_an_innovation_of_the_2018_university(thing, graph):
    assert {expand("pas:Production"), expand("pas:Innovation")} <= graph.values(thing.iri, "rdf:type")
    assert graph.values(thing.iri, "prov:wasGeneratedBy") == things_iris("events", "universite-ete-2018")
    assert graph.values(thing.iri, "dct:isPartOf") == things_iris("productions", "prototypes-2018")


# Section 6: tools


@each(in_sections("6.1"))
def test_tool_is_in_its_family(thing, graph):
    assert graph.values(thing.iri, "pas:toolFamily") == concepts(*inventory.slugs(thing.row["Family slug"]))
    assert graph.values(thing.iri, "pas:toolKind") == concepts("toolkind-outil")


TOOL_KINDS = {
    "administrative exercise": "toolkind-exercice",
    "approach": "toolkind-approche",
    "event format": "toolkind-format-evenement",
    "method": "toolkind-methode",
    "pedagogy": "toolkind-pedagogie",
    "role / practice": "toolkind-role",
    "tool": "toolkind-outil",
    "training format": "toolkind-format-formation",
}


@each(in_sections("6.2"))
def test_method_has_its_kind(thing, graph):
    assert graph.values(thing.iri, "pas:toolKind") == concepts(TOOL_KINDS[thing.row["Kind"]])


# Section 7: vocabularies


@each(CONCEPTS)
def test_concept_is_in_its_scheme_at_its_place(thing, graph):
    assert graph.values(thing.iri, "skos:inScheme") == {f"{BASE}schemes/{INVENTORY.schemes[thing.section]}"}
    assert graph.values(thing.iri, "schema:position") == {thing.row["#"]}


@each(CONCEPTS)
def test_concept_is_top_unless_it_has_a_broader_one(thing, graph):
    broader = re.findall(r"broader: ([a-z-]+)", thing.row.get("Notes", ""))
    scheme = f"{BASE}schemes/{INVENTORY.schemes[thing.section]}"
    assert graph.values(thing.iri, "skos:broader") == concepts(*broader)
    assert graph.values(thing.iri, "skos:topConceptOf") == (set() if broader else {scheme})


@each([thing for thing in CONCEPTS if thing.section in DERIVED_SECTIONS])
def test_concept_of_ours_claims_no_source(thing, graph):
    assert graph.values(thing.iri, "dct:source") == set()
    assert graph.values(thing.iri, "pas:quotation") == set()
    assert graph.values(thing.iri, "rdfs:isDefinedBy") == {f"{BASE}schemes/{INVENTORY.schemes[thing.section]}"}


@each([thing for thing in CONCEPTS if "realised by" in thing.row.get("Notes", "")])
def test_first_step_names_the_production_that_realises_it(thing, graph):
    production = thing.row["Notes"].removeprefix("realised by: ")
    assert things_iris("productions", production) <= graph.values(thing.iri, "dct:relation")


@pytest.mark.parametrize("section", sorted(set(INVENTORY.schemes) - {"7.4", "7.13"} - DERIVED_SECTIONS))
def test_sourced_scheme_has_no_concept_beyond_its_rows(section, graph):
    scheme = f"{BASE}schemes/{INVENTORY.schemes[section]}"
    assert graph.having("skos:inScheme", scheme) == {thing.iri for thing in in_sections(section)}


def test_the_stages_of_denial_stay_incomplete(graph):
    assert graph.having("skos:inScheme", f"{BASE}schemes/scheme-etapes-du-deni") == concepts("deni-etape-1")


def test_the_components_of_the_cnfpt_scheme_are_existing_things(graph):
    events = things_iris("events", "universite-ete-2016", "universite-ete-2017", "universite-ete-2018")
    productions = things_iris(
        "productions",
        "laboratoire-d-apprentissage",
        "e-communaute-innovation-publique",
        "mooc-innovation-publique",
        "offre-de-service-globale-cnfpt",
    )
    assert graph.having("skos:inScheme", f"{BASE}schemes/scheme-dispositif-cnfpt") == events | productions


@pytest.mark.parametrize(
    ("exchange", "second"),
    [
        ("echange-adm-adm", "cote-administration"),
        ("echange-adm-prive", "cote-prive"),
        ("echange-adm-usagers", "cote-usagers"),
    ],
)
def test_exchange_type_has_two_sides(exchange, second, graph):
    assert graph.values(f"{BASE}concepts/{exchange}", "pas:firstSide") == concepts("cote-administration")
    assert graph.values(f"{BASE}concepts/{exchange}", "pas:secondSide") == concepts(second)


# Section 8: openness


@each(in_sections("8"))
def test_openness_notion_is_in_its_scheme_at_its_place(thing, graph):
    assert graph.values(thing.iri, "skos:inScheme") == {f"{BASE}schemes/scheme-ouverture"}
    assert graph.values(thing.iri, "schema:position") == {thing.row["#"]}


# Section 9: the debate


@each(in_sections("9"))
def test_debate_item_has_its_number_account_and_time(thing, graph):
    [created] = graph.objects(thing.iri, "dct:created")
    assert graph.values(thing.iri, "dct:identifier") == {thing.row["Number"]}
    assert graph.values(thing.iri, "dct:creator") == things_iris("accounts", *inventory.slugs(thing.row["Account"]))
    assert created.value == f"{thing.row['Timestamp']}:00"
    assert created.datatype.value == expand("xsd:dateTime")


@each(in_sections("9"))
def test_argument_takes_its_stance(thing, graph):
    assert graph.values(thing.iri, "pas:stance") == concepts(*inventory.slugs(thing.row["Stance"]))
    relation, *_ = thing.row["Relations"].partition(" ")
    property_of = {"supports": "pas:supports", "opposes": "pas:opposes", "partOf": "dct:isPartOf"}
    folder = "debates" if "contribution" in thing.row["Relations"] else "events"
    target = things_iris(folder, *inventory.slugs(thing.row["Relations"]))
    assert graph.values(thing.iri, property_of[relation]) == target
    if relation != "partOf":
        other = {"supports": "pas:opposes", "opposes": "pas:supports"}[relation]
        assert graph.values(thing.iri, other) == set()


@each(in_sections("9"))
def test_debate_item_has_its_class(thing, graph):
    classes = {"contribution": "pas:Contribution", "proposal": "pas:Proposal", "argument": "pas:Argument"}
    assert expand(classes[thing.row["Kind"]]) in graph.values(thing.iri, "rdf:type")


# Section 10: needs

VOICES = {
    "World Café participant": ["events/world-cafe-partage-innovations-2016"],
    "public agents": ["events/world-cafe-partage-innovations-2016"],
    "public actors": ["events/world-cafe-partage-innovations-2016"],
    "third parties": ["events/world-cafe-partage-innovations-2016"],
    "an educator": ["events/world-cafe-partage-innovations-2016"],
    "barcamp groups 3 and 6": ["events/barcamp-2015-groupe-3", "events/barcamp-2015-groupe-6"],
    "barcamp 2015": ["events/barcamp-innovation-publique-2015"],
    "CNFPT": ["organisations/cnfpt"],
    "CNFPT 2017": ["events/universite-ete-2017"],
    "CNFPT 2018": ["events/universite-ete-2018"],
    "2016 participants": ["events/universite-ete-2016"],
    "FIEEC": ["organisations/fieec"],
    "Dilab;": ["organisations/dilab"],
    "Dilab #3039": ["debates/argument-3039"],
    "#896": ["debates/argument-896"],
    "#2800": ["debates/argument-2800"],
    "contribution #697 (2)": ["debates/proposition-697-2"],
    "debate platform": ["events/debat-transformation-numerique"],
    "blog author": ["people/auteur-du-blog"],
    "D. Cristol": ["people/denis-cristol"],
    "C. Joly": ["people/cecile-joly"],
    "A. Castellarneau": ["people/alex-castellarneau"],
    "Angers": ["events/seminaire-dgs-angers-2017"],
    "N. Colin's article": ["productions/article-5-etapes-du-deni"],
}
PROTOTYPES = {thing.row["No"]: f"productions/{thing.slug}" for thing in in_sections("5.1")}


def voices(who: str) -> set[str]:
    """The IRIs of those a « Who » cell names."""
    named = {iri for words, iris in VOICES.items() if words in who for iri in iris}
    named |= {f"events/barcamp-2015-groupe-{number}" for number in re.findall(r"barcamp group (\d)", who)}
    named |= {PROTOTYPES[number] for number in re.findall(r"P\d\d", who)}
    if who.endswith("contribution #697"):
        named.add("debates/contribution-697")
    return {BASE + iri for iri in named}


@each(in_sections("10"))
def test_need_has_its_number_its_wording_and_its_basis(thing, graph):
    basis = "besoin-exprime" if thing.row["Basis"].startswith("voiced") else "besoin-derive"
    assert graph.values(thing.iri, "dct:identifier") == {thing.row["R"]}
    assert graph.texts(thing.iri, "dct:title", "en") == {thing.row["Wants"]}
    assert len(graph.texts(thing.iri, "dct:title", "fr")) == 1
    assert graph.values(thing.iri, "pas:needBasis") == concepts(basis)


@each(in_sections("10"))
def test_need_is_voiced_by_things_of_the_graph(thing, graph):
    voiced_by = graph.values(thing.iri, "pas:voicedBy")
    assert voiced_by == voices(thing.row["Who"])
    assert {iri for iri in voiced_by if iri not in graph} == set()


@each(in_sections("10"))
def test_need_says_why_and_what_is_proposed_in_both_languages(thing, graph):
    for predicate in ("dct:description", "pas:proposedFeature"):
        assert len(graph.texts(thing.iri, predicate, "fr")) == 1
        assert len(graph.texts(thing.iri, predicate, "en")) == 1


@each([thing for thing in in_sections("10") if re.search("ambiguous|inferred", thing.row["Who"] + thing.row["Basis"])])
def test_need_that_is_ambiguous_or_inferred_says_so(thing, graph):
    notes = " ".join(graph.texts(thing.iri, "skos:editorialNote", "fr"))
    assert "Déduit, non sourcé" in notes or "ambiguë" in notes


# What the sources do not state


@dataclass(frozen=True)
class Trap:
    """A statement that is tempting, and that no source makes. A regular expression says which values are meant."""

    subject: str
    predicate: str
    value: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.subject, self.predicate, self.value) if part)


TRAPS = [
    # Years guessed from weekdays or from the order of the posts
    Trap("events/seminaire-dgs-angers-2017", "schema:startDate", "2017"),
    Trap("events/semaine-innovation-publique-2017", "schema:startDate"),
    Trap("events/mooc-session-en-cours", "schema:startDate"),
    Trap("events/mooc-seance-mi-parcours", "schema:startDate"),
    Trap("events/mooc-seance-de-test", "schema:startDate"),
    Trap("events/commission-appel-offres-route-de-vannes", "schema:startDate"),
    Trap("events/atelier-design-thinking-ideo-nantes", "schema:startDate"),
    Trap("productions/livre-universite-ete-cluny-2017", "dct:issued"),
    Trap("productions/synthese-universite-ete-2018", "dct:issued"),
    Trap("sources/source-world-cafe-2016", "dct:issued"),
    Trap("sources/source-bilan-ete-2018", "dct:issued"),
    Trap("sources/source-blog-innovation-publique", "dct:issued"),
    # Publishers, organisers and operators that are not named
    Trap("sources/source-world-cafe-2016", "dct:publisher|dct:creator"),
    Trap("sources/source-barcamp-2015", "dct:publisher|dct:creator"),
    Trap("sources/source-bilan-ete-2018", "dct:creator"),
    Trap("sources/source-debat-697", "dct:publisher"),
    Trap("events/barcamp-innovation-publique-2015", "schema:organizer|schema:location"),
    Trap("events/world-cafe-partage-innovations-2016", "schema:organizer|pas:attendeeCount"),
    Trap("events/debat-transformation-numerique", "schema:organizer"),
    Trap("events/universite-ete-2016", "schema:organizer", "cnfpt"),
    Trap("events/universite-ete-2016", "pas:attendeeCount"),
    Trap("productions/pre-plainte-gouv-fr", "dct:publisher|dct:creator"),
    Trap("productions/article-derives-intelligence-collective", "dct:creator"),
    # Sites and places
    Trap("events/universite-ete-2018", "schema:location"),
    Trap("events/universite-ete-2018-sites", "schema:location"),
    Trap("places/place-angers", "schema:containedInPlace"),
    Trap("places/place-nantes", "schema:containedInPlace"),
    Trap("places/place-cluny", "schema:containedInPlace"),
    Trap("productions/conciergerie-grand-senonnais", "dct:spatial"),
    Trap("productions/alliance-nord-ouest", "dct:spatial"),
    Trap("productions/que-la-glaciere-s-amuse", "dct:spatial"),
    Trap("productions/lever-de-rideau-lab-college", "dct:spatial"),
    Trap("productions/plezi-bod-lanme", "dct:spatial"),
    Trap("productions/traboule-culturelle", "dct:spatial"),
    # Memberships, parents and identities
    Trap("organisations/direction-ingenierie-formation-cnfpt", "org:unitOf|org:subOrganizationOf"),
    Trap("organisations/dilab", "org:unitOf|org:subOrganizationOf"),
    Trap("organisations/lab-europe-1", "org:unitOf|org:subOrganizationOf"),
    Trap("organisations/lab-cnfpt", "skos:exactMatch"),
    Trap("organisations/savoirs-communs", "skos:exactMatch"),
    Trap("productions/laboratoire-d-apprentissage", "skos:exactMatch"),
    Trap("productions/demarche-democratie-participative", "skos:exactMatch"),
    Trap("productions/parcours-coeur", "skos:exactMatch"),
    Trap("people/denis-cristol", "org:memberOf"),
    Trap("people/alex-castellarneau", "org:memberOf"),
    Trap("people/didier-locatelli", "org:memberOf"),
    Trap("people/jerome-grolleau", "org:memberOf"),
    Trap("people/nicolas-colin", "org:memberOf"),
    Trap("people/auteur-du-blog", "foaf:name", "^(?!auteur du blog, non nommé$)"),
    Trap("people/auteur-du-blog", "foaf:givenName|foaf:familyName|foaf:mbox|foaf:gender"),
    Trap("accounts/compte-sanzn", "foaf:gender"),
    Trap("accounts/compte-eric-pommereau", "rdf:type", "Person$"),
    # Lineage, methods and answers that are our reading
    Trap("productions/robot-modeste", "prov:wasDerivedFrom", "flint"),
    Trap("productions/robot-modeste", "pas:fulfils"),
    Trap("productions/ecosysteme-innovation-publique-territoriale", "prov:wasDerivedFrom"),
    Trap("productions/vis-ma-vie-dans-les-ecoles", "pas:usesTool"),
    Trap("productions/voyages-apprenants", "pas:usesTool"),
    Trap("productions/label-des-tiers-lieux", "dct:relation", "alliance-nord-ouest"),
    Trap("productions/parcours-integration-dgs", "dct:relation", "seminaire-dgs-angers-2017"),
    Trap("productions/jeu-des-7-familles", "pas:fulfils"),
    Trap("productions/coop-communes", "pas:fulfils", "ouverture-mutualisation"),
    Trap("events/universite-ete-2018", "pas:usesTool", "methode-pedagogie-des-defis"),
    # Figures that are not attendances, and events that were never held
    Trap("events/mooc-session-en-cours", "pas:attendeeCount"),
    Trap("events/rencontres-et-hackathons-reguliers", "schema:startDate|schema:organizer"),
]


@pytest.mark.parametrize("trap", TRAPS, ids=str)
def test_what_no_source_states_is_not_asserted(trap, graph):
    subject = BASE + trap.subject
    assert subject in graph
    found = {value for name in trap.predicate.split("|") for value in graph.values(subject, name)}
    assert {value for value in found if re.search(trap.value, value)} == set()


def test_no_similarity_is_asserted_outside_the_link_records(graph):
    similar = {
        (subject, file)
        for subject, files in graph.files.items()
        if graph.objects(subject, "pas:similarTo")
        for file in files
        if not file.startswith("data/links/")
    }
    assert similar == set()


def test_only_the_bodies_the_sources_call_public_are_public_organisations(graph):
    seeds = {thing.iri for thing in in_sections("3.1")}
    public = graph.having("rdf:type", expand("cv:PublicOrganisation"))
    assert public & seeds == things_iris("organisations", "cnfpt", "ministere-de-l-interieur")


@each([thing for thing in in_sections("3.1") if "type inferred" in thing.row["Kind"]])
def test_an_inferred_type_of_organisation_is_only_suggested(thing, graph):
    assert graph.values(thing.iri, "org:classification") == set()


ACRONYMS = [thing for thing in THINGS if "xpansion not in source: " in thing.row.get("Key facts", "")]


@each(ACRONYMS)
def test_an_acronym_the_sources_do_not_expand_is_expanded_by_an_official_text_alone(thing, graph):
    expansion = re.search(r"xpansion not in source: ([^.]+)\.", thing.row["Key facts"])[1].replace("'", "’")
    told = graph.values(thing.iri, "dct:source") & OFFICIAL_TEXTS
    for predicate in ("foaf:name", "skos:prefLabel", "dct:title") + (() if told else ("skos:altLabel",)):
        values = (value.replace("'", "’").casefold() for value in graph.values(thing.iri, predicate))
        assert not any(expansion.casefold() in value for value in values)


def test_no_person_holds_the_handle_that_reads_like_a_name(graph):
    holders = graph.having("foaf:account", f"{BASE}accounts/compte-eric-pommereau")
    assert not any(expand("foaf:Person") in graph.values(holder, "rdf:type") for holder in holders)


def test_the_unlabelled_number_of_the_barcamp_page_is_not_a_figure(graph):
    assert graph.having("pas:attendeeCount", "5206") == set()
