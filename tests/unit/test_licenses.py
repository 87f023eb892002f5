"""Licences are compared by what the graph says of them: no licence is known to the code."""

from __future__ import annotations

import pytest

from graph.errors import LimitExceeded, MalformedQuery, NoSuchThing
from graph.licenses import answers
from graph.licenses.catalogue import Licences
from graph.licenses.expression import read
from graph.licenses.verdict import verdict
from graph.lint.statements import every
from graph.turtle.parse import parse

GRAPH = """
@prefix cc: <http://creativecommons.org/ns#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix id: <https://example.org/id/licences/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix spdx: <http://spdx.org/licenses/> .

id:free a cc:License ; dct:title "Licence libre"@fr, "Free licence"@en ; skos:exactMatch spdx:Free-1.0 ;
    skos:notation "fr-free"^^<https://lists.example/> ; skos:closeMatch <https://eu.example/FREE_1_0> ;
    cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Notice ;
    dct:source <https://free.example/> ; dct:isReplacedBy id:free-2 ;
    skos:altLabel "https://free.example/1.0/legalcode" ; pas:intendedFor id:software ; pas:approvedFor id:software .
id:free-2 a cc:License ; dct:title "Free licence 2"@en ; skos:exactMatch spdx:Free-2.0 ;
    cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Notice, cc:Attribution .
id:name a cc:License ; dct:title "Name me"@en ; skos:exactMatch spdx:Name ;
    cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Attribution, id:tell .
id:left a cc:License ; dct:title "Left"@en ; skos:exactMatch spdx:Left-1.0-only ; dct:source <https://left.example/> ;
    cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Copyleft, cc:Notice, cc:SourceCode .
id:left-later a cc:License ; dct:title "Left or later"@en ; skos:exactMatch spdx:Left-1.0-or-later ;
    pas:offersLicence id:left, id:left-2 ;
    cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Copyleft, cc:Notice, cc:SourceCode .
id:left-2 a cc:License ; dct:title "Left 2"@en ; skos:exactMatch spdx:Left-2.0-only ;
    cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Copyleft, cc:Notice, cc:SourceCode .
id:lesser a cc:License ; dct:title "Lesser"@en ; skos:exactMatch spdx:Lesser ;
    cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:LesserCopyleft, cc:Notice .
id:unsold a cc:License ; dct:title "Not sold"@en ; skos:exactMatch spdx:Unsold ;
    cc:permits cc:DerivativeWorks, cc:Distribution ; cc:prohibits cc:CommercialUse .
id:unsold-too a cc:License ; dct:title "Not sold either"@en ; skos:exactMatch spdx:Unsold-Too ;
    cc:permits cc:DerivativeWorks, cc:Distribution ; cc:prohibits cc:CommercialUse ; cc:requires cc:Notice .
id:fixed a cc:License ; dct:title "Fixed"@en ; skos:exactMatch spdx:Fixed ;
    cc:permits cc:Distribution ; cc:prohibits cc:DerivativeWorks .
id:closed a cc:License ; dct:title "Closed"@en ; skos:exactMatch spdx:Closed ;
    cc:prohibits cc:DerivativeWorks, cc:Distribution .
id:none a cc:License ; dct:title "None"@en ; dct:identifier "NONE" ; cc:requires odrl:obtainConsent ;
    dct:type <http://purl.org/adms/licencetype/UnknownIPR> .
id:waived a cc:License ; dct:title "Nothing asked"@en ; skos:exactMatch spdx:Waived ;
    cc:permits cc:DerivativeWorks, cc:Distribution .
id:tell skos:prefLabel "prévenir l’auteur"@fr, "tell the author"@en .
id:software skos:prefLabel "logiciels"@fr, "software"@en .
<https://list.example/other> a dct:LicenseDocument ; dct:title "Only named"@en .

id:c1 a pas:LicenceClause ; dct:title "Section 5"@en ; dct:description "It says so."@en ;
    pas:fromLicence id:left ; pas:intoLicence id:lesser ; pas:condition "Say it."@en ;
    dct:source <https://five.example/> .
id:c2 a pas:LicenceClause ; dct:title "Section 6"@en ; pas:fromLicence id:free ; pas:notIntoLicence id:left .
id:c3 a pas:LicenceClause ; dct:title "Section 7"@en ;
    pas:fromLicence id:name ; pas:intoLicence id:free ; pas:waives cc:Attribution, id:tell .
id:c4 a pas:LicenceClause ; dct:title "Section 8"@en ; pas:fromLicence id:unsold-too ; pas:intoLicence id:waived .
id:c5 a pas:LicenceClause ; dct:title "Section 9"@en ; pas:fromLicence id:left, id:left-2 ;
    pas:intoLicence id:left-later ; pas:condition "The whole is under that version only."@en .
"""


@pytest.fixture(scope="module")
def licences() -> Licences:
    text = GRAPH.encode()
    return Licences(every(parse(text, path="licences.ttl", base="x:", limit=len(text)).ntriples))


@pytest.fixture
def ask(licences):
    """The verdict between two names, and what is said of it in English."""

    def ask(a: str, b: str):
        found = verdict(read(a, licences), read(b, licences), licences)
        return found.answer.word, " ".join(text.render("en") for text in (*found.because, *found.conditions))

    return ask


# --- names


@pytest.mark.parametrize(
    "name",
    [
        *("Free-1.0", "free-1.0", " FREE-1.0 ", "free", "https://example.org/id/licences/free", "licence libre"),
        *("http://spdx.org/licenses/Free-1.0", "https://www.spdx.org/licenses/Free-1.0.html", "fr-free", "FREE_1_0"),
        *("https://free.example/1.0/", "https://free.example/1.0/deed.fr", "http://free.example/1.0/legalcode.txt"),
    ],
)
def test_a_licence_is_found_by_any_of_its_names(licences, name):
    assert str(read(name, licences)) == "Free-1.0"


def test_what_is_only_named_is_no_licence_that_is_known(licences):
    assert licences.find("Only named") is None
    assert len(licences) == 13


def test_a_bare_identifier_is_that_version_only_and_a_plus_any_later_one(licences):
    assert str(read("Left-1.0", licences)) == "Left-1.0-only"
    assert str(read("Left-1.0+", licences)) == "Left-1.0-or-later"
    assert str(read("Free-1.0+", licences)) == "Free-1.0 OR Free-2.0"
    assert str(read("Free-2.0+", licences)) == "Free-2.0"
    assert answers.one(" Left-1.0  ", licences, 99).name == "Left-1.0-only"
    with pytest.raises(NoSuchThing):
        answers.one("Free-1.0 OR Left-1.0", licences, 99)


@pytest.mark.parametrize(
    "text", ["", "  ", "MIT OR", "(MIT", "a b/c", "MIT AND AND ISC", "MIT (", "MIT ( OR ISC )", "(" * 900 + "MIT"]
)
def test_what_is_no_expression_is_refused(licences, text):
    with pytest.raises(MalformedQuery):
        read(text, licences)


def test_expressions_are_as_long_as_the_limit_says(licences):
    with pytest.raises(LimitExceeded):
        answers.named(["Free-1.0", "x" * 9], licences, 16)
    assert [str(each) for each in answers.named(["Free-1.0", "(free OR left) AND lesser"], licences, 40)] == [
        "Free-1.0",
        "(Free-1.0 OR Left-1.0-only) AND Lesser",
    ]
    with pytest.raises(LimitExceeded):
        answers.one("/" * 100_000 + "x", licences, 1_000)


# --- what is computed


def test_what_asks_as_much_takes_it_as_it_is(ask):
    assert ask("free", "free-2") == ("yes", "All that Free-1.0 requires, Free-2.0 requires already.")
    assert ask("waived", "closed") == ("yes", "Waived requires nothing.")


def test_a_duty_that_the_other_does_not_ask_is_a_condition(ask):
    answer, said = ask("free-2", "free")
    assert answer == "conditional"
    assert "Free-2.0 requires this, which Free-1.0 does not: name the author (cc:Attribution)." in said
    assert "Name the author of the work under Free-2.0" in said


def test_a_duty_of_the_graphs_own_is_called_what_the_graph_calls_it(ask):
    assert "To do for what comes from the work under Name: tell the author." in ask("name", "lesser")[1]


def test_the_same_licence_goes_with_itself_unless_it_lets_nothing_be_adapted(ask):
    assert [ask(name, name)[0] for name in ("free", "left", "unsold", "fixed", "closed", "none")] == [
        *("yes", "yes", "yes"),
        *("no", "no", "unknown"),
    ]


def test_copyleft_wants_the_whole_and_lesser_copyleft_its_part(ask):
    answer, said = ask("left", "free")
    assert answer == "no"
    assert "publish every derived work under the same licence (cc:Copyleft)" in said
    answer, said = ask("lesser", "closed")
    assert answer == "conditional"
    assert "Leave under Lesser the part taken up" in said


def test_a_prohibition_is_kept_or_the_work_is_not_taken_up(ask):
    assert ask("unsold", "free")[0] == "no"
    assert ask("unsold", "unsold-too")[0] == "yes"
    answer, said = ask("unsold", "closed")  # which grants nothing that could be sold
    assert (answer, "commercial use" in said) == ("conditional", True)


@pytest.mark.parametrize(("a", "b"), [("none", "free"), ("free", "none"), ("nowhere", "free"), ("free", "nowhere")])
def test_what_nobody_knows_is_unknown(ask, a, b):
    assert ask(a, b)[0] == "unknown"


# --- what is said


def test_a_clause_lets_through_on_its_condition_and_is_named(licences):
    found = verdict(read("left", licences), read("lesser", licences), licences)
    because = [text.render("en") for text in found.because]
    assert because[:2] == ["Section 5: a work under Left-1.0-only may be taken up under Lesser.", "It says so."]
    assert found.conditions[0].render("en") == "Say it."
    assert found.sources[0] == "https://five.example/"


def test_a_clause_refuses_what_would_be_computed(ask):
    assert ask("free", "left") == ("no", "Section 6: a work under Free-1.0 may not be taken up under Left-1.0-only.")
    assert ask("free", "left-later")[0] == "yes"


def test_a_clause_lets_through_what_a_prohibition_would_not(ask):
    answer, said = ask("unsold-too", "waived")
    assert answer == "conditional"
    assert said.startswith("Section 8: a work under Unsold-Too may be taken up under Waived.")


def test_a_clause_may_lift_duties(ask):
    assert ask("name", "free")[0] == "yes"


# --- expressions


def test_of_a_choice_one_that_lets_through_is_enough(ask):
    answer, said = ask("left OR free", "lesser AND free-2")
    assert answer == "yes"
    assert said.startswith("Of “Left-1.0-only OR Free-1.0”, Free-1.0 is chosen.")
    assert ask("left OR nowhere", "free")[0] == "unknown"


def test_of_licences_together_each_has_its_say(ask):
    assert ask("free AND left", "free-2")[0] == "no"
    answer, said = ask("free-2 AND lesser", "waived")
    assert answer == "conditional"
    assert "the work under Free-2.0" in said
    assert "the part taken up" in said


def test_a_work_published_under_a_choice_is_published_under_each(ask):
    assert ask("left", "left OR free")[0] == "no"
    assert ask("left", "left AND free")[0] == "yes"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        *(("left AND unsold", "unsold AND left"), ("left OR unsold", "left OR unsold")),
        *(("left OR fixed", "name AND (left OR left)"), ("(left AND unsold) OR fixed", "left AND unsold")),
        ("left OR unsold", "name AND (left OR unsold)"),
    ],
)
def test_an_expression_goes_with_itself_and_with_what_holds_it(ask, a, b):
    assert ask(a, b)[0] == "yes"


def test_expressions_within_expressions_are_compared_once_each(ask):
    deep = "left"
    for _ in range(40):
        deep = f"unsold OR (free AND ({deep}))"
    assert ask(deep, f"name AND ({deep})")[0] == "yes"


def test_of_the_versions_a_licence_offers_one_takes_all_at_once(ask):
    for alone in ("left", "left-2", "left-later", "left AND free-2", "left OR left-2"):
        assert ask(alone, "left-later")[0] in {"yes", "conditional"}
    answer, said = ask("left AND left-2", "left-later")
    assert answer == "no"
    assert (
        "leaves the choice of Left-1.0-only, Left-2.0-only: none of them accepts Left-1.0-only AND Left-2.0-only"
        in said
    )
    assert ask("left AND (left-2 OR free-2)", "left-later")[0] == "conditional"
    assert ask("left AND left-2", "left-later OR waived")[0] == "no"
    assert ask("left AND left-2", "left-later AND left-2")[0] == "conditional"


def test_only_who_holds_the_rights_adds_an_exception_to_what_binds_the_whole(ask):
    answer, said = ask("left", "left WITH Some-exception")
    assert answer == "unknown"
    assert "Some-exception permits more than Left-1.0-only, and only the holders" in said
    assert ask("left WITH Other-exception", "left WITH Some-exception")[0] == "unknown"
    assert ask("left WITH Some-exception", "left WITH some-exception")[0] == "yes"
    assert ask("left WITH Some-exception", "left")[0] == "yes"
    assert ask("free", "left-later WITH Some-exception")[0] == "yes"


def test_an_exception_only_adds_permissions(ask):
    assert ask("free WITH Some-exception", "free-2")[0] == "yes"
    answer, said = ask("left WITH Some-exception", "free-2")
    assert answer == "unknown"
    assert "Some-exception permits more than Left-1.0-only" in said


# --- answers


def test_compat_has_the_members_of_the_contract(licences):
    found = answers.compat(read("free-2", licences), read("free", licences), licences, "en")
    assert set(found) == {"a", "b", "verdict", "conditions", "because", "sources", "notice"}
    assert (found["a"], found["b"], found["verdict"]) == ("Free-2.0", "Free-1.0", "conditional")
    assert found["sources"] == ["https://free.example/"]
    assert "not legal advice" in found["notice"]


def test_compat_says_what_an_unknown_name_may_have_meant(licences):
    found = answers.compat(read("unsould", licences), read("free", licences), licences, "en")
    assert "Did you mean Unsold" in found["because"]


def test_explain_tells_all_there_is_to_know(licences):
    found = answers.explain(answers.one("free", licences, 99), licences, "en")
    assert found["title"] == "Free licence"
    assert [each["label"] for each in found["requires"]] == ["keep the notices of rights and licence (cc:Notice)"]
    assert (found["approved_for"], found["replaced_by"]) == (["software"], ["Free-2.0"])
    assert {each["identifier"] for each in found["identifiers"]} == {"Free-1.0", "FREE_1_0", "fr-free"}
    assert {each["name"]: each["verdict"] for each in found["into"]}["Left-1.0-only"] == "no"
    assert [clause["title"] for clause in found["clauses"]] == ["Section 6"]
    with pytest.raises(NoSuchThing):
        answers.one("nowhere", licences, 99)


def test_choose_ranks_what_all_accept_and_says_what_to_write(licences):
    found = answers.choose([read("free", licences), read("unsold", licences)], licences, "en")
    assert [each["name"] for each in found["choices"]] == ["Unsold-Too", "Unsold"]
    assert [each["verdict"] for each in found["choices"]] == ["yes", "conditional"]
    assert found["write"][0].startswith("Keep the notices of rights of the work under Free-1.0")
    assert "Free-2.0" in {each["name"] for each in found["refused"]}
    with pytest.raises(NoSuchThing):
        answers.choose([read("nowhere", licences)], licences, "en")


def test_choose_puts_what_is_approved_for_the_same_works_first(licences):
    found = answers.choose([read("waived", licences)], licences, "en")
    assert found["choices"][0]["name"] == "Free-1.0"
    assert {"Closed", "NONE"}.isdisjoint(each["name"] for each in (*found["choices"], *found["refused"]))
