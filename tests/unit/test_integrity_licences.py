"""PAS211: a work made from another keeps to its licence; told with the chain and the clause, where the step is said."""

from __future__ import annotations

import pytest

from graph import config, gate
from graph.build import build
from graph.contribution.check import check, check_changed
from graph.diagnostics import Severity

PREFIXES = """\
@prefix cc: <http://creativecommons.org/ns#> .
@prefix concept: <https://w3id.org/passerelles/id/concepts/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix id: <https://example.org/id/things/> .
@prefix licence: <https://example.org/id/licences/> .
@prefix pas: <https://w3id.org/passerelles/ontology#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix schema: <https://schema.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sssom: <https://w3id.org/sssom/> .

"""
COPYLEFT = "cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Copyleft, cc:Notice"
FREE = "cc:permits cc:DerivativeWorks, cc:Distribution ; cc:requires cc:Notice"
CLOSED = "cc:permits cc:Reproduction ; cc:prohibits cc:DerivativeWorks, cc:Distribution"
SPDX = "skos:exactMatch <http://spdx.org/licenses/{}>"


class Works:
    """A repository of works and licences, of which one asks what the gate says across files."""

    def __init__(self, repository) -> None:
        self.repository = repository
        self.licence("agpl", f"{COPYLEFT} ; {SPDX.format('AGPL-3.0-only')}")
        self.licence("mit", f"{FREE} ; {SPDX.format('MIT')}")
        self.licence("closed", CLOSED)
        self.licence("unsaid", "dct:type <http://purl.org/adms/licencetype/UnknownIPR> ; cc:requires cc:Notice")

    def licence(self, slug: str, statements: str) -> None:
        text = f"{PREFIXES}licence:{slug} a cc:License ;\n    {statements} .\n"
        self.repository.write(f"data/licences/{slug}.ttl", text)

    def work(self, slug: str, *statements: str) -> str:
        lines = " ;\n    ".join(statements or ("dct:title 'x'",))
        self.repository.write(f"data/things/{slug}.ttl", f"{PREFIXES}id:{slug}\n    {lines} .\n")
        return f"data/things/{slug}.ttl"

    def check(self, *paths: str):
        found = gate.check(config.load(self.repository.root), paths).diagnostics
        return [d for d in found if d.code == "PAS211"]


@pytest.fixture
def works(repository, monkeypatch):
    monkeypatch.chdir(repository.root)
    repository.configure('[lint]\npolicy = "off"')
    return Works(repository)


def english(diagnostic) -> str:
    return diagnostic.message.render("en")


def place(diagnostic) -> tuple[str, int, int]:
    return diagnostic.location.path, diagnostic.location.line, diagnostic.location.column


@pytest.mark.parametrize("step", ["prov:wasDerivedFrom", "prov:wasRevisionOf", "schema:isBasedOn", "dct:isVersionOf"])
def test_a_derivation_under_a_licence_that_is_refused_is_told_at_its_step(works, step):
    works.work("a", "dct:license licence:agpl")
    path = works.work("b", "dct:license licence:mit", f"{step} id:a")
    (found,) = works.check()
    assert place(found) == (path, 14, 6 + len(step))
    assert found.severity is Severity.ERROR
    assert english(found).startswith("things/b (MIT) is made from things/a (AGPL-3.0-only), whose licence opposes it.")
    assert "cc:Copyleft" in english(found)


@pytest.mark.parametrize(
    ("asked", "own"), [("mit", "agpl"), ("agpl", "agpl"), ("unsaid", "mit"), ("agpl", "unsaid"), ("nowhere", "mit")]
)
def test_what_is_accepted_or_unknown_is_no_error(works, asked, own):
    works.work("a", f"dct:license licence:{asked}")
    works.work("b", f"dct:license licence:{own}", "prov:wasDerivedFrom id:a")
    assert works.check() == []


def test_a_work_without_a_licence_passes_on_that_of_what_it_is_made_from(works):
    works.work("a", "dct:license licence:agpl")
    works.work("m", "prov:wasDerivedFrom id:a")
    works.work("n", "schema:isBasedOn id:m")
    path = works.work("b", "dct:license licence:mit", "prov:wasDerivedFrom id:n")
    (found,) = works.check()
    assert found.location.path == path
    assert "things/b → things/n → things/m → things/a" in english(found)


def test_a_work_with_a_licence_of_its_own_answers_for_what_it_is_made_from(works):
    works.work("a", "dct:license licence:agpl")
    middle = works.work("m", "dct:license licence:mit", "prov:wasDerivedFrom id:a")
    works.work("b", "dct:license licence:mit", "prov:wasDerivedFrom id:m")
    assert [found.location.path for found in works.check()] == [middle]


def test_whoever_holds_both_works_is_not_bound(works):
    works.work("a", "dct:license licence:agpl", "dct:creator <https://example.org/dinum>")
    works.work("b", "dct:license licence:mit", "dct:creator <https://example.org/dinum>", "dct:isVersionOf id:a")
    assert works.check() == []


def test_of_a_choice_of_licences_one_that_accepts_is_enough(works):
    works.work("a", "dct:license licence:agpl, licence:mit")
    works.work("b", "dct:license licence:mit", "prov:wasDerivedFrom id:a")
    works.work("c", "dct:license licence:mit, licence:agpl", "prov:wasDerivedFrom id:d")
    works.work("d", "dct:license licence:agpl")
    (found,) = works.check()
    assert english(found).startswith("things/c (AGPL-3.0-only OR MIT) is made from things/d")


@pytest.fixture
def versions(works):
    """A licence that offers two versions, and clauses that let each go into it."""
    works.licence("later", f"{COPYLEFT} ; pas:offersLicence licence:one, licence:two")
    for slug in ("one", "two"):
        works.licence(slug, COPYLEFT)
    works.repository.write(
        "data/clauses/v.ttl",
        f"""{PREFIXES}<https://example.org/id/clauses/v> a pas:LicenceClause ; dct:title "Clause 9"@en ;
        pas:fromLicence licence:one, licence:two ; pas:intoLicence licence:later .""",
    )
    works.work("a", "dct:license licence:one")
    works.work("b", "dct:license licence:two")
    return works


def test_what_a_work_is_made_from_is_accepted_all_at_once(versions):
    path = versions.work("c", "dct:license licence:later", "prov:wasDerivedFrom id:a, id:m")
    versions.work("m", "prov:wasDerivedFrom id:b")
    (found,) = versions.check()
    assert place(found) == (path, 14, 25)
    assert english(found).startswith("things/c (later) is made from things/a (one), things/m → things/b (two): its")
    assert "later leaves the choice of one, two: none of them accepts one AND two at once." in english(found)
    assert versions.check(path) == [found]
    assert versions.check("data/things/b.ttl") == []


def test_of_two_holders_one_that_is_ones_own_binds_nobody(versions):
    versions.work("a", "dct:license licence:one", "dct:creator <https://example.org/dinum>")
    versions.work(
        "c", "dct:license licence:later", "prov:wasDerivedFrom id:a, id:b", "dct:creator <https://example.org/dinum>"
    )
    assert versions.check() == []


def test_a_clause_accepts_and_a_clause_refuses(works):
    works.repository.write(
        "data/clauses/c.ttl",
        f"""{PREFIXES}<https://example.org/id/clauses/c> a pas:LicenceClause ; dct:title "Clause 7"@en ;
        pas:fromLicence licence:agpl ; pas:intoLicence licence:mit .
        <https://example.org/id/clauses/d> a pas:LicenceClause ; dct:title "Clause 8"@en ;
        pas:fromLicence licence:mit ; pas:notIntoLicence licence:agpl .""",
    )
    works.work("a", "dct:license licence:agpl")
    works.work("b", "dct:license licence:mit", "prov:wasDerivedFrom id:a")
    path = works.work("c", "dct:license licence:agpl", "prov:wasDerivedFrom id:b")
    (found,) = works.check()
    assert found.location.path == path
    assert "Clause 8: a work under MIT may not be taken up under AGPL-3.0-only." in english(found)


def test_a_licence_is_known_by_the_name_another_list_gives_it(works):
    works.work("a", "dct:license <http://spdx.org/licenses/AGPL-3.0-only>")
    works.work("b", "dct:license <http://spdx.org/licenses/MIT>", "prov:wasDerivedFrom id:a")
    assert len(works.check()) == 1


def reuse(works, kind: str) -> str:
    return works.work("reuse", "pas:reused id:a", "prov:generated id:b", f"pas:reuseKind concept:reutilisation-{kind}")


def test_an_adapted_reuse_is_a_derivation_told_at_what_is_reused(works):
    works.work("a", "dct:license licence:agpl")
    works.work("b", "dct:license licence:mit")
    path = reuse(works, "adaptee")
    (found,) = works.check()
    assert place(found) == (path, 13, 16)


@pytest.mark.parametrize("kind", ["inspiree", "telle-quelle"])
def test_a_reuse_that_changes_nothing_or_takes_an_idea_is_no_derivation(works, kind):
    works.work("a", "dct:license licence:agpl")
    works.work("b", "dct:license licence:mit")
    reuse(works, kind)
    assert works.check() == []


def test_a_reuse_as_it_is_wants_the_work_to_be_distributable(works):
    works.work("a", "dct:license licence:closed")
    works.work("b", "dct:license licence:mit")
    reuse(works, "telle-quelle")
    (found,) = works.check()
    assert "closed does not permit the work to be distributed" in english(found)


def test_works_that_are_made_from_one_another_end(works):
    works.work("a", "schema:isBasedOn id:b")
    works.work("b", "schema:isBasedOn id:a, id:c")
    works.work("c", "dct:license licence:agpl")
    works.work("d", "dct:license licence:mit", "schema:isBasedOn id:a")
    (found,) = works.check()
    assert "things/d → things/a → things/b → things/c" in english(found)


LINK = """sssom:subject_id id:b ; sssom:predicate_id prov:wasDerivedFrom ; sssom:object_id id:a ;
    pas:decision concept:decision-{}"""


@pytest.mark.parametrize(("decision", "told"), [("acceptee", ["data/things/link.ttl"]), ("proposee", [])])
def test_a_link_that_is_accepted_is_a_derivation(works, decision, told):
    works.work("a", "dct:license licence:agpl")
    works.work("b", "dct:license licence:mit")
    works.work("link", LINK.format(decision))
    assert [found.location.path for found in works.check()] == told


def test_a_link_that_is_stated_too_is_told_where_it_is_stated(works):
    works.work("a", "dct:license licence:agpl")
    path = works.work("b", "dct:license licence:mit", "prov:wasDerivedFrom id:a")
    works.work("link", LINK.format("acceptee"))
    assert [found.location.path for found in works.check()] == [path]


# --- as the files change


@pytest.fixture
def everything(monkeypatch):
    """How often everything was read."""
    taken = []
    whole = gate.check
    monkeypatch.setattr(gate, "check", lambda *given, **options: taken.append(given) or whole(*given, **options))
    return taken


def across(report) -> list[str]:
    return [d.location.path for d in report.diagnostics if d.code == "PAS211"]


def test_a_contribution_is_held_to_licences_that_it_did_not_touch(works, everything):
    works.work("a", "dct:license <http://spdx.org/licenses/AGPL-3.0-only>")
    works.work("m", "dct:title 'm'")
    works.work("reuse", "pas:reused id:a", "prov:generated id:m", "pas:reuseKind concept:reutilisation-adaptee")
    settings = config.load(works.repository.root)
    build(settings)
    path = works.work("b", "dct:license licence:mit", "prov:wasDerivedFrom id:m")
    assert across(check(settings, [path])) == across(check_changed(settings)) == [path]
    assert everything == []


def test_another_licence_is_told_of_where_it_breaks_what_is_made_from_the_work(works, everything):
    origin = works.work("a", "dct:license licence:mit")
    works.work("m", "prov:wasDerivedFrom id:a")
    path = works.work("b", "dct:license licence:mit", "prov:wasDerivedFrom id:m")
    settings = config.load(works.repository.root)
    build(settings)
    works.work("a", "dct:license licence:agpl")
    assert across(check_changed(settings)) == [path]
    assert across(check(settings, [origin])) == []
    assert everything == []
    works.work("a", "dct:license licence:mit")
    works.licence("mit", f"{COPYLEFT} ; {SPDX.format('MIT')}")
    assert across(check_changed(settings)) == []
    assert len(everything) == 1


def test_a_change_is_held_to_all_that_a_work_is_made_from_at_once(versions, everything):
    versions.work("a", "dct:license licence:one")
    other = versions.work("b", "dct:license licence:mit")
    versions.work("m", "prov:wasDerivedFrom id:b")
    path = versions.work("c", "dct:license licence:later", "prov:wasDerivedFrom id:a")
    versions.work("reuse", "pas:reused id:m", "prov:generated id:c", "pas:reuseKind concept:reutilisation-adaptee")
    settings = config.load(versions.repository.root)
    build(settings)
    versions.work("b", "dct:license licence:two")
    full = [d for d in gate.check(settings).diagnostics if d.code == "PAS211"]
    everything.clear()
    assert [d for d in check_changed(settings).diagnostics if d.code == "PAS211"] == full
    assert [found.location.path for found in full] == [path]
    assert across(check(settings, [path])) == [path]
    assert across(check(settings, [other])) == []
    assert everything == []
