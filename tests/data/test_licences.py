"""A licence says the same in cc: and in ODRL, and is the licence that its SPDX identifier names."""

from __future__ import annotations

from pathlib import Path

import pytest
from repository import RepositoryGraph

ROOT = Path(__file__).resolve().parents[2]
CC = "http://creativecommons.org/ns#"
ODRL = "http://www.w3.org/ns/odrl/2/"
# The cc: terms that ODRL 2.2 took over as actions.
ACTIONS = {
    CC + name
    for name in ("Attribution", "DerivativeWorks", "Distribution", "Notice", "Reproduction", "ShareAlike", "SourceCode")
}
GRAPH = RepositoryGraph(ROOT)
LICENCES = sorted(subject for subject in GRAPH.subjects if "/id/licences/" in subject)
RULES = sorted(subject for subject in GRAPH.subjects if "/id/rules/" in subject)


def of(subject: str, predicate: str) -> set[str]:
    return GRAPH.values(subject, predicate)


def test_there_are_licences_and_rules():
    assert len(LICENCES) == 9
    assert len(RULES) == 11


@pytest.mark.parametrize("licence", LICENCES)
def test_a_policy_has_rules_that_say_what_its_cc_terms_say(licence):
    assert ODRL + "Policy" in of(licence, "rdf:type")
    permissions = of(licence, ODRL + "permission")
    assert permissions <= set(RULES)
    assert permissions
    duties = {duty for permission in permissions for duty in of(permission, ODRL + "duty")}
    required = {CC + "ShareAlike" if term == CC + "Copyleft" else term for term in of(licence, CC + "requires")}
    assert {action for rule in permissions for action in of(rule, ODRL + "action")} == of(licence, CC + "permits")
    assert {action for rule in duties for action in of(rule, ODRL + "action")} == required
    prohibitions = of(licence, ODRL + "prohibition")
    assert {action for rule in prohibitions for action in of(rule, ODRL + "action")} == of(licence, CC + "prohibits")


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_of_one_kind_and_has_actions_of_odrl(rule):
    [kind] = of(rule, "rdf:type")
    assert kind in {ODRL + "Permission", ODRL + "Duty", ODRL + "Prohibition"}
    assert of(rule, ODRL + "action")
    assert of(rule, ODRL + "action") <= ACTIONS
    assert of(rule, ODRL + "duty") <= {other for other in RULES if ODRL + "Duty" in of(other, "rdf:type")}
    assert {title.language for title in GRAPH.objects(rule, "dct:title")} == {"fr", "en"}


def test_every_rule_serves():
    served = {rule for licence in LICENCES for rule in of(licence, ODRL + "permission")}
    assert served | {duty for rule in served for duty in of(rule, ODRL + "duty")} == set(RULES)


@pytest.mark.parametrize("licence", LICENCES)
def test_a_licence_is_the_one_of_the_spdx_list(licence):
    [identifier] = of(licence, "dct:identifier")
    spdx = {iri for iri in of(licence, "skos:exactMatch") if iri.startswith("http://spdx.org/")}
    assert spdx == {f"http://spdx.org/licenses/{identifier}"}
