"""The licences and their clauses: each tells the same in cc: and ODRL, is the one other lists name, and has sources."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from itertools import product
from pathlib import Path

import pyoxigraph as ox
import pytest
from repository import RepositoryGraph

from graph import config
from graph.harvest.licences import known
from graph.licenses.catalogue import folded

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
CC = "http://creativecommons.org/ns#"
ODRL = "http://www.w3.org/ns/odrl/2/"
ID = "https://w3id.org/passerelles/id/"
EUROPE = "http://publications.europa.eu/resource/authority/licence/"
DATA_GOUV = "https://www.data.gouv.fr/api/1/datasets/licenses/"
NETWORK = f"{ID}rules/code-source-en-reseau"
# The cc: terms that ODRL 2.2 took over as actions, what it has of its own, and what neither has.
ACTIONS = {
    CC + name
    for name in ("Attribution", "DerivativeWorks", "Distribution", "Notice", "Reproduction", "ShareAlike", "SourceCode")
} | {CC + "CommercialUse", ODRL + "obtainConsent", NETWORK}
SHARED_ALIKE = {CC + "Copyleft", CC + "LesserCopyleft"}  # what the duty of cc:ShareAlike tells, in ODRL
RULES_OF = ("permission", "prohibition", "obligation")
GRAPH = RepositoryGraph(ROOT)
LICENCES = sorted(subject for subject in GRAPH.subjects if "/id/licences/" in subject)
CLAUSES = sorted(subject for subject in GRAPH.subjects if "/id/clauses/" in subject)
RULES = sorted(subject for subject in GRAPH.subjects if "/id/rules/" in subject and subject != NETWORK)
CREATIVE_COMMONS = ("BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND")
GNU = ("GPL-2.0", "GPL-3.0", "LGPL-2.1", "LGPL-3.0", "AGPL-3.0")
MET = {
    *("etalab-2.0", "LicenseRef-etalab-1.0", "OGL-UK-3.0", "CC0-1.0", "PDDL-1.0", "ODbL-1.0", "ODC-By-1.0"),
    *("EUPL-1.1", "EUPL-1.2", "CECILL-2.0", "CECILL-2.1", "CECILL-B", "CECILL-C", "MPL-2.0", "EPL-2.0", "LAL-1.3"),
    *("MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "Unlicense"),
    *("NONE", "LicenseRef-all-rights-reserved", *(f"LicenseRef-other-{name}" for name in ("at", "open", "pd"))),
    *(f"CC-{terms}-{version}" for terms in CREATIVE_COMMONS for version in ("3.0", "4.0")),
    *(f"{name}-{kind}" for name in GNU for kind in ("only", "or-later")),
}


def of(subject: str, predicate: str) -> set[str]:
    return GRAPH.values(subject, predicate)


def pas(subject: str, name: str) -> set[str]:
    return of(subject, f"pas:{name}")


def identifier(licence: str) -> str:
    [found] = of(licence, "dct:identifier")
    return found


def actions(rules: set[str]) -> set[str]:
    return {action for rule in rules for action in of(rule, ODRL + "action")}


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


BY_IDENTIFIER = {identifier(licence): licence for licence in LICENCES}
VERDICTS = rows("licence_verdicts.csv")


def slug(iri: str) -> str:
    return iri.rpartition("/")[2]


# --- licences --------------------------------------------------------------------------------------------------------


def test_the_licences_that_public_bodies_meet_are_described():
    assert BY_IDENTIFIER.keys() == MET
    assert len(BY_IDENTIFIER) == len(LICENCES)


@pytest.mark.parametrize("licence", LICENCES, ids=slug)
def test_a_policy_has_rules_that_say_what_its_cc_terms_say(licence):
    assert ODRL + "Policy" in of(licence, "rdf:type")
    permissions, prohibitions, obligations = (of(licence, ODRL + name) for name in RULES_OF)
    assert permissions | prohibitions | obligations
    assert permissions | prohibitions | obligations <= set(RULES)
    duties = {duty for permission in permissions for duty in of(permission, ODRL + "duty")} | obligations
    required = {CC + "ShareAlike" if term in SHARED_ALIKE else term for term in of(licence, CC + "requires")}
    assert actions(permissions) == of(licence, CC + "permits")
    assert actions(duties) == required
    assert actions(prohibitions) == of(licence, CC + "prohibits")


@pytest.mark.parametrize("licence", LICENCES, ids=slug)
def test_a_licence_permits_or_says_that_it_does_not(licence):
    permits, prohibits = of(licence, CC + "permits"), of(licence, CC + "prohibits")
    unknown = "http://purl.org/adms/licencetype/UnknownIPR" in of(licence, "dct:type")
    assert permits or prohibits or unknown
    assert permits & prohibits == set()
    if CC + "DerivativeWorks" not in permits:
        assert CC + "DerivativeWorks" in prohibits or unknown


@pytest.mark.parametrize("licence", LICENCES, ids=slug)
def test_the_adms_types_of_a_licence_agree_with_its_cc_terms(licence):
    types = {kind.rpartition("/")[2] for kind in of(licence, "dct:type")}
    requires, prohibits = of(licence, CC + "requires"), of(licence, CC + "prohibits")
    alike = bool(requires & {CC + "ShareAlike", CC + "Copyleft", CC + "LesserCopyleft"})
    assert ("ViralEffect-ShareAlike" in types) == alike
    assert ("NonCommercialUseOnly" in types) == (CC + "CommercialUse" in prohibits)
    only_as_it_is = prohibits & {CC + "DerivativeWorks", CC + "Distribution"} == {CC + "DerivativeWorks"}
    assert ("NoDerivativeWork" in types) == only_as_it_is
    assert ("PublicDomain" in types) == (not requires and not prohibits)
    assert CC + "Attribution" not in requires or "Attribution" in types


@pytest.mark.parametrize("licence", LICENCES, ids=slug)
def test_a_licence_has_both_languages_a_text_and_sources(licence):
    assert {title.language for title in GRAPH.objects(licence, "dct:title")} == {"fr", "en"}
    assert {text.language for text in GRAPH.objects(licence, "dct:description")} in (set(), {"fr", "en"})
    [page] = of(licence, "foaf:page")
    assert page.startswith("http")
    assert all(source.startswith("http") for source in of(licence, "dct:source"))
    assert of(licence, "dct:source")


@pytest.mark.parametrize("licence", LICENCES, ids=slug)
def test_a_licence_is_the_one_of_the_spdx_list(licence):
    name = identifier(licence)
    spdx = {iri for iri in of(licence, "skos:exactMatch") if iri.startswith("http://spdx.org/licenses/")}
    own = name.startswith("LicenseRef-") or name == "NONE"
    assert spdx == (set() if own else {f"http://spdx.org/licenses/{name}"})
    assert slug(licence) == name.removeprefix("LicenseRef-").lower()


def test_a_licence_of_another_list_is_one_of_ours_at_most():
    exact = [iri for licence in LICENCES for iri in of(licence, "skos:exactMatch")]
    assert [iri for iri, times in Counter(exact).items() if times > 1] == []
    notations = [term for licence in LICENCES for term in GRAPH.objects(licence, "skos:notation")]
    assert {term.datatype.value for term in notations} == {DATA_GOUV}
    assert max(Counter(notations).values()) == 1
    assert {"lov2", "fr-lo", "odc-odbl", "cc-by", "cc-by-sa", "notspecified"} <= {term.value for term in notations}


def test_no_two_licences_are_called_alike():
    """A catalogue that names a licence names one: the names of the data and those of `mappings/licences.ttl`."""
    called = defaultdict(set)
    for quad in ox.parse(input=known(config.load(ROOT)), format=ox.RdfFormat.N_TRIPLES):
        called[quad.object.value].add(quad.subject.value)
    assert {name: found for name, found in called.items() if len(found) > 1} == {}
    assert len(called) > 400


def test_every_name_of_the_mapping_is_of_a_licence():
    mapping = ROOT / "mappings/licences.ttl"
    named = {quad.subject.value for quad in ox.parse(path=mapping, format=ox.RdfFormat.TURTLE)}
    ours = {iri for licence in LICENCES for name in ("skos:exactMatch", "foaf:page") for iri in of(licence, name)}
    assert named <= ours


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("lov2", "etalab-2.0"),
        ("licence ouverte / open licence", "etalab-1.0"),
        ("creativecommons.org/licenses/by-nc-sa/3.0/fr", "cc-by-nc-sa-3.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.fr", "cc-by-4.0"),
        ("https://creativecommons.org/licenses/by-nd/3.0/fr/legalcode", "cc-by-nd-3.0"),
        ("gpl-3.0+", "gpl-3.0-or-later"),
        ("opensource.org/licenses/mit", "mit"),
        ("license not specified", "none"),
        ("publications.europa.eu/resource/authority/licence/odc_by", "odc-by-1.0"),
    ],
)
def test_a_licence_is_known_by_what_catalogues_call_it(name, licence):
    line = f'<{ID}licences/{licence}> <http://www.w3.org/2004/02/skos/core#hiddenLabel> "{folded(name)}" .\n'
    assert line in known(config.load(ROOT)).decode()


@pytest.mark.parametrize("licence", LICENCES, ids=slug)
def test_an_older_version_leads_to_a_newer_one_of_the_same_kind(licence):
    for newer in of(licence, "dct:isReplacedBy"):
        assert newer in LICENCES
        assert not of(newer, "dct:isReplacedBy"), "the newest version at once"
        for predicate in (CC + "permits", CC + "prohibits"):
            assert of(licence, predicate) == of(newer, predicate)


def test_the_licences_french_administrations_may_choose_are_those_of_the_list():
    approved = {
        (identifier(licence), slug(concept).removeprefix("objet-"))
        for licence in LICENCES
        for concept in pas(licence, "approvedFor")
    }
    assert approved == {(row["identifier"], row["for"]) for row in rows("licences_homologuees.csv")}
    assert all(pas(licence, "approvedFor") <= pas(licence, "intendedFor") for licence in LICENCES)


# --- rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=slug)
def test_a_rule_is_of_one_kind_and_has_actions_of_odrl(rule):
    [kind] = of(rule, "rdf:type")
    assert kind in {ODRL + "Permission", ODRL + "Duty", ODRL + "Prohibition"}
    assert of(rule, ODRL + "action")
    assert of(rule, ODRL + "action") <= ACTIONS
    assert of(rule, ODRL + "duty") <= {other for other in RULES if ODRL + "Duty" in of(other, "rdf:type")}
    assert {title.language for title in GRAPH.objects(rule, "dct:title")} == {"fr", "en"}


def test_every_rule_serves():
    served = {rule for licence in LICENCES for name in RULES_OF for rule in of(licence, ODRL + name)}
    assert served | {duty for rule in served for duty in of(rule, ODRL + "duty")} == set(RULES)


# --- clauses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("clause", CLAUSES, ids=slug)
def test_a_clause_is_named_and_told_in_both_languages_with_its_sources(clause):
    for predicate in ("dct:title", "dct:description"):
        assert {text.language for text in GRAPH.objects(clause, predicate)} == {"fr", "en"}
    assert {text.language for text in GRAPH.objects(clause, "pas:condition")} in (set(), {"fr", "en"})
    assert of(clause, "dct:source")
    assert all(source.startswith("http") for source in of(clause, "dct:source"))


@pytest.mark.parametrize("clause", CLAUSES, ids=slug)
def test_a_clause_speaks_of_two_licences_and_waives_what_the_first_asks_for(clause):
    taken_up, others = pas(clause, "fromLicence"), pas(clause, "intoLicence") | pas(clause, "notIntoLicence")
    assert taken_up
    assert others
    assert taken_up | others <= set(LICENCES)
    assert taken_up & others == set()
    assert all(pas(clause, "waives") <= of(licence, CC + "requires") for licence in taken_up)
    assert pas(clause, "intoLicence") or not (pas(clause, "condition") or pas(clause, "waives"))


def test_no_pair_is_both_allowed_and_forbidden():
    said = {
        name: {pair for clause in CLAUSES for pair in product(pas(clause, "fromLicence"), pas(clause, name))}
        for name in ("intoLicence", "notIntoLicence")
    }
    assert said["intoLicence"] & said["notIntoLicence"] == set()
    assert len(said["intoLicence"]) > 100


def test_nothing_that_may_not_be_adapted_is_compatible():
    for clause in CLAUSES:
        if pas(clause, "intoLicence"):
            for licence in pas(clause, "fromLicence"):
                assert CC + "DerivativeWorks" in of(licence, CC + "permits")


# --- the table of expected verdicts ----------------------------------------------------------------------------------


def test_the_expected_verdicts_are_many_and_of_known_licences():
    assert len(VERDICTS) >= 120
    assert {row["verdict"] for row in VERDICTS} == {"yes", "conditional", "no", "unknown"}
    assert {name for row in VERDICTS for name in (row["a"], row["b"])} <= BY_IDENTIFIER.keys()
    pairs = [(row["a"], row["b"]) for row in VERDICTS]
    assert pairs == sorted(set(pairs))
    assert all(row["source"].startswith("http") and row["why"] for row in VERDICTS)


def test_every_licence_is_in_the_expected_verdicts():
    assert BY_IDENTIFIER.keys() - {row["a"] for row in VERDICTS} == set()


def test_no_clause_says_the_contrary_of_the_expected_verdicts():
    expected = {(BY_IDENTIFIER[row["a"]], BY_IDENTIFIER[row["b"]]): row["verdict"] for row in VERDICTS}
    for clause in CLAUSES:
        for pair in product(pas(clause, "fromLicence"), pas(clause, "intoLicence")):
            allowed = {"conditional"} if pas(clause, "condition") else {"yes", "conditional"}
            assert expected.get(pair, "conditional") in allowed, pair
        for pair in product(pas(clause, "fromLicence"), pas(clause, "notIntoLicence")):
            assert expected.get(pair, "no") == "no", pair
