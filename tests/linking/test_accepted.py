"""An accepted link, from its record to the graph and the relay, in a copy of the project's own graph."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from graph import config, gate
from graph.linking.record import STRENGTHS, Decision
from graph.linking.records import Proposal, Records, Verdict

ROOT = Path(__file__).resolve().parents[2]
THINGS = "https://w3id.org/passerelles/id/productions/"
ONE, OTHER, THIRD = (THINGS + name for name in ("agglo-bus", "bus-itinerant-usagers", "coop-mobile"))
SIMILAR, SAME = STRENGTHS["similar"], STRENGTHS["same"]
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project's graph."""
    root = tmp_path_factory.mktemp("project")
    for folder in ("ontology", "shapes", "data"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "passerelles.toml", root)
    return root


def decide(root: Path, name: str, decision: Decision, **said) -> None:
    records = Records.read(config.load(root))
    records.decide(records.named(name), Verdict(decision, "Camille Martin", TODAY, **said))


def propose(root: Path, start: str, end: str, predicate: str = SAME) -> str:
    words = {"fr": "Même guichet.", "en": "The same counter."}
    return Records.read(config.load(root)).propose(Proposal(start, predicate, end, 0.9, words), TODAY).slug


def test_an_accepted_link_is_in_the_graph_on_the_word_of_its_reviewer(project, command_here):
    """One link accepted, one rejected, one that waits: the first is a fact, the second is nowhere, the third awaits."""
    accepted, rejected, waiting = (f"agglo-bus--{end}" for end in ("bus-itinerant-usagers", "coop-mobile", "lab-truck"))
    propose(project, ONE, THIRD)
    propose(project, ONE, f"{THINGS}lab-truck")
    decide(project, accepted, Decision.ACCEPTED, comment="Mêmes usagers.")
    decide(project, rejected, Decision.REJECTED)
    done = command_here("build", cwd=project)
    assert done.returncode == 0, done.stderr
    told = json.loads(command_here("links", ONE, "--format", "json", cwd=project).stdout)
    carried = {link["carrier"].rpartition("/")[2]: link for link in told["links"] if link["carrier"]}
    assert set(carried) == {accepted}
    link = carried[accepted]
    assert (link["property"], link["asserted_by"], link["date"]) == (SIMILAR, "Camille Martin", "2026-11-21")
    assert link["decision"].endswith("decision-acceptee")
    assert waiting in {link["carrier"].rpartition("/")[2] for link in told["proposed"]}
    assert rejected not in {link["carrier"].rpartition("/")[2] for link in told["proposed"]}
    asked = project / "ask.rq"
    for end, is_there in ((OTHER, True), (THIRD, False)):
        asked.write_text(f"ASK {{ <{ONE}> ?link <{end}> }}")
        answer = json.loads(command_here("query", str(asked), "--format", "json", cwd=project).stdout)
        assert answer["boolean"] is is_there
    for name in (rejected, waiting):
        for path in (project / "data/links").rglob(f"{name}.ttl"):
            path.unlink()


def test_what_the_review_writes_passes_the_gate_and_is_canonical(project, command_here):
    name = propose(project, OTHER, THIRD)
    variant = (OTHER, STRENGTHS["variant"], THIRD)
    for decision, link in ((Decision.ACCEPTED, variant), (Decision.REJECTED, None), (Decision.UNDECIDED, None)):
        decide(project, name, decision, comment="Relu.", link=link)
        path = f"data/links/{decision}/{name}.ttl"
        checked = command_here("check", path, "--strict", cwd=project)
        assert checked.returncode == 0, checked.stdout.decode()
        assert command_here("fmt", "--check", path, cwd=project).returncode == 0
    (project / path).unlink()


def test_a_rejected_identity_that_others_entail_is_an_error_that_names_them(project):
    names = [propose(project, start, end) for start, end in ((ONE, THIRD), (OTHER, THIRD))]
    decide(project, "agglo-bus--bus-itinerant-usagers", Decision.ACCEPTED, link=(ONE, SAME, OTHER))
    decide(project, "agglo-bus--bus-itinerant-usagers", Decision.REJECTED)
    for name in names:
        decide(project, name, Decision.ACCEPTED)
    [told] = [each for each in gate.check(config.load(project)).diagnostics if each.code == "PAS212"]
    assert told.location.path.endswith("links/rejected/agglo-bus--bus-itinerant-usagers.ttl")
    for name in names:
        assert f"data/links/accepted/{name}.ttl" in told.message.render("fr")
        assert (project / f"data/links/accepted/{name}.ttl").unlink() is None


def test_a_record_of_a_property_that_makes_no_link_is_an_error(project):
    path = project / f"data/links/proposed/{propose(project, THIRD, f'{THINGS}prototypes-2018')}.ttl"
    text = path.read_text()
    for name, told in (("rdf:type", 1), ("pas:nowhere", 1), ("pas:fulfilledBy", 0), ("dct:hasVersion", 0)):
        known = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        path.write_text(known + text.replace("skos:exactMatch", name))
        found = gate.check(config.load(project), [str(path)]).diagnostics
        linking = [each for each in found if (each.rule or "").endswith("LinkShape-predicate_id-linking")]
        assert len(linking) == told, name
    path.unlink()


def test_a_record_in_the_folder_of_another_decision_is_an_error(project):
    folder = project / "data/links/proposed"
    path = next(path for path in sorted(folder.iterdir()) if path.stem != "agglo-bus--bus-itinerant-usagers")
    moved = project / "data/links/accepted" / path.name
    moved.parent.mkdir(exist_ok=True)
    path.rename(moved)
    [told] = [each for each in gate.check(config.load(project), [str(moved)]).diagnostics if each.code == "PAS334"]
    assert told.severity.value == "error"
    assert f"data/links/proposed/{path.name}" in told.message.render("en")
    moved.rename(path)
