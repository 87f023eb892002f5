"""The records of links: one is proposed, decided, taken back; what others wrote stays."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.errors import InvalidInput
from graph.linking.record import CHOICES, SEMAPV, STRENGTHS, SYMMETRIC, Decision, pair, slug, strength_of
from graph.linking.records import Proposal, Verdict
from graph.lint.axioms import DERIVED, axioms
from graph.namespaces import IDENTITY
from graph.turtle.parse import parse

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://example.org/id/"
HAMMER, SAW = f"{BASE}tools/hammer", f"{BASE}tools/saw"
TODAY, LATER = date(2026, 11, 22), date(2026, 12, 24)
PROPOSAL = Proposal(
    HAMMER,
    STRENGTHS["same"],
    SAW,
    0.93456,
    {"fr": "Même titre « marteau ».", "en": 'The same title "hammer".'},
    {"title": 1.0, "description": 0.41234},
)
ACCEPT, REJECT = (
    Verdict(Decision.ACCEPTED, "Camille Martin", TODAY),
    Verdict(Decision.REJECTED, "Camille Martin", TODAY),
)


def only(records):
    [record] = records
    return record


# --- names


def test_a_pair_has_one_name_whichever_way_round():
    for base in (BASE, "https://w3id.org/passerelles/id/"):
        one, other = f"{BASE}productions/b", f"{BASE}productions/a"
        assert pair(one, other) == pair(other, one)
        assert slug(one, other, base) == slug(other, one, base)
    assert slug(f"{BASE}productions/b", f"{BASE}productions/a", BASE) == "a--b"


def test_things_of_elsewhere_that_end_alike_have_other_names():
    ours = f"{BASE}productions/carte"
    names = {slug(ours, f"https://{host}.example/datasets/Été_2018", BASE) for host in ("a", "b")}
    assert len(names) == 2
    assert all("ete-2018-" in name and name.isascii() for name in names)


def test_pairs_of_things_with_the_same_names_have_records_of_their_own(records):
    found = records()
    kinds = [replace(PROPOSAL, subject=f"{BASE}{kind}/hammer") for kind in ("tools", "productions", "events")]
    slugs = [found.propose(each, TODAY).slug for each in kinds]
    assert len(set(slugs)) == 3
    assert slugs[0] == "hammer--saw"
    assert [records().propose(each, LATER).slug for each in kinds] == slugs


def test_a_name_is_short_whatever_the_iri():
    long = "https://a.example/" + "é/x" * 500
    assert len(slug(long, f"https://b.example/{'y' * 3000}", BASE)) < 200


def test_a_strength_is_known_by_its_property():
    assert {strength_of(predicate) for predicate in STRENGTHS.values()} == set(STRENGTHS)
    assert strength_of("http://www.w3.org/2002/07/owl#sameAs") == "same"
    assert strength_of("http://purl.org/dc/terms/relation") == ""
    assert {strength_of(predicate) for predicate in IDENTITY} == {"same"}
    assert {strength_of(predicate) for predicate in DERIVED} == {"variant"}


def test_what_is_said_from_both_ends_is_what_the_ontology_says():
    text = (ROOT / "ontology/passerelles.ttl").read_bytes()
    symmetric = axioms([parse(text, path="passerelles.ttl", base=BASE, limit=len(text)).ntriples]).symmetric
    told = {each for each in symmetric if strength_of(each)} | (symmetric & set(CHOICES.values()))
    assert told == SYMMETRIC


# --- proposals


def test_a_proposal_is_a_canonical_file_with_its_reasons(repository, records, command_here):
    record = records().propose(PROPOSAL, TODAY)
    assert record.source.path == repository.root / f"data/links/proposed/{record.slug}.ttl"
    again = only(records())
    assert again == record
    assert (again.decision, again.confidence, again.strength) == (Decision.PROPOSED, 0.9346, "same")
    assert again.features == {"title": 1.0, "description": 0.4123}
    assert again.description == PROPOSAL.description
    assert (again.date, again.justification) == ("2026-11-22", SEMAPV + "CompositeMatching")
    assert command_here("fmt", "--check", str(record.source.path), cwd=repository.root).returncode == 0


def test_proposing_again_changes_nothing_and_keeps_the_first_date(repository, records):
    records().propose(PROPOSAL, TODAY)
    before = repository.files()
    reversed_ = replace(PROPOSAL, subject=SAW, object=HAMMER)
    assert records().propose(PROPOSAL, LATER).date == "2026-11-22"
    assert repository.files() == before
    assert records().propose(reversed_, LATER).slug == only(records()).slug


def test_a_better_proposal_takes_the_place_of_the_one_the_tool_made(records):
    records().propose(PROPOSAL, TODAY)
    records().propose(replace(PROPOSAL, predicate=STRENGTHS["similar"], confidence=0.5), LATER)
    assert (only(records()).strength, only(records()).confidence) == ("similar", 0.5)


@pytest.mark.parametrize("decision", ["acceptee", "rejetee", "indecise"])
def test_a_decided_pair_is_never_proposed_again_either_way(repository, link, records, decision):
    link("hammer", "saw", decision)
    before = repository.files()
    assert records().propose(PROPOSAL, TODAY) is None
    assert records().propose(replace(PROPOSAL, subject=SAW, object=HAMMER), TODAY) is None
    assert repository.files() == before


def test_what_somebody_proposed_by_hand_is_left_alone(repository, link, records):
    link("hammer", "saw")
    before = repository.files()
    assert records().propose(PROPOSAL, TODAY) is None
    assert repository.files() == before


# --- decisions


def test_a_decision_moves_the_file_and_says_who_when_and_why(repository, link, records):
    path = link("hammer", "saw")
    found = records()
    decided = found.decide(only(found), replace(ACCEPT, comment="Vu au salon."))
    assert not path.exists()
    assert decided.source.path == repository.root / "data/links/accepted/hammer--saw.ttl"
    assert decided == only(records())
    assert (decided.decision, decided.reviewer, decided.reviewed) == (Decision.ACCEPTED, "Camille Martin", "2026-11-22")
    assert (decided.comment, decided.date, decided.iri) == ("Vu au salon.", "2026-11-01", f"{BASE}links/hammer--saw")


def test_what_else_the_file_says_is_kept_comments_too(repository, link, records, command_here):
    link("hammer", "saw", more='dct:identifier "L1" ; # of the inventory\n    dct:relation <https://a.example/x>')
    found = records()
    path = found.decide(only(found), REJECT).source.path
    text = path.read_text()
    assert "# Seen at the fair." in text
    assert "# of the inventory" in text
    assert '"L1"' in text
    assert "<https://a.example/x>" in text
    assert command_here("fmt", "--check", str(path), cwd=repository.root).returncode == 0


def test_a_reviewer_is_a_name_or_an_iri_and_the_last_one_stands(link, records):
    link("hammer", "saw")
    found = records()
    first = found.decide(only(found), ACCEPT)
    second = found.decide(first, replace(REJECT, reviewer="https://orcid.example/1"))
    text = second.source.path.read_text()
    assert "sssom:reviewer_id <https://orcid.example/1>" in text
    assert "reviewer_label" not in text
    assert text.count("pas:decision") == 1
    assert not first.source.path.exists()


def test_a_link_accepted_as_another_remembers_what_was_proposed_and_how_surely(records):
    found = records()
    record = found.propose(PROPOSAL, TODAY)
    other = (SAW, STRENGTHS["variant"], HAMMER)
    decided = found.decide(record, replace(ACCEPT, link=other))
    assert (decided.subject, decided.predicate, decided.object) == other
    assert (decided.proposed, decided.confidence, decided.as_proposed) == (STRENGTHS["same"], 0.9346, False)
    assert decided.features == record.features
    assert decided.justification == SEMAPV + "ManualMappingCuration"
    assert "sssom:confidence" not in decided.source.path.read_text()
    assert only(records()) == decided


def test_undoing_brings_back_the_file_as_it_was(repository, link, records):
    link("hammer", "saw")
    before = {name: text for name, text in repository.files().items() if "links" in name}
    found = records()
    record = only(found)
    found.decide(found.decide(record, ACCEPT), REJECT)
    assert found.undo().decision is Decision.ACCEPTED
    assert found.undo() == record
    assert found.undo() is None
    assert {name: text for name, text in repository.files().items() if "links" in name} == before


def test_a_file_that_changed_since_it_was_read_is_not_decided(repository, link, records):
    path = link("hammer", "saw")
    found = records()
    path.write_text(path.read_text().replace("similarTo", "inspiredBy"))
    before = repository.files()
    with pytest.raises(InvalidInput, match=r"hammer--saw\.ttl"):
        found.decide(only(found), ACCEPT)
    assert repository.files() == before


def test_what_somebody_decided_meanwhile_is_told_and_known_from_then_on(link, records):
    link("hammer", "saw")
    mine, theirs = records(), records()
    record = only(mine)
    theirs.decide(only(theirs), ACCEPT)
    with pytest.raises(InvalidInput, match=r"accepted/hammer--saw\.ttl.*Camille Martin.*2026-11-22"):
        mine.decide(record, REJECT)
    assert mine.now(record) == only(theirs)
    link("saw", "vice")
    mine = records()
    gone = mine.named("saw--vice")
    gone.source.path.unlink()
    for _ in range(2):
        with pytest.raises(InvalidInput) as refused:
            mine.decide(gone, REJECT)
        assert refused.value.key == "record-changed"
        assert mine.now(gone) is None
    assert [each.slug for each in mine] == ["hammer--saw"]


@pytest.mark.parametrize("comment", ["Vu\u202e.", "\x1b[31mVu.", "Vu\u200b."])
def test_a_comment_says_nothing_that_is_not_seen(comment):
    with pytest.raises(InvalidInput, match=f"U\\+{ord(min(comment, key=str.isprintable)):04X}"):
        Verdict(Decision.ACCEPTED, "Camille Martin", TODAY, comment)


def test_a_comment_is_in_any_script_and_of_some_length(link, records):
    link("hammer", "saw")
    found = records()
    record = only(found)
    with pytest.raises(InvalidInput, match="100001"):
        found.decide(record, replace(ACCEPT, comment="x" * 100_001))
    said = "Réutilisé « tel quel » 👩‍🔧 — استعمال"
    assert found.decide(record, replace(ACCEPT, comment=said)).comment == said


def test_a_link_that_another_record_says_is_not_decided_twice_and_one_of_them_is_to_be_deleted(
    repository, link, records
):
    link("hammer", "saw")
    other = link("saw", "hammer")
    before = repository.files()
    found = records()
    for verdict in (ACCEPT, REJECT):
        with pytest.raises(InvalidInput, match=r"/hammer--saw\.ttl .*/saw--hammer\.ttl .*supprimez l’une des deux"):
            found.decide(found.named("hammer--saw"), verdict)
    assert repository.files() == before
    other.unlink()
    found = records()
    assert found.decide(only(found), REJECT).decision is Decision.REJECTED


def test_another_link_is_said_only_by_accepting():
    for decision in (Decision.REJECTED, Decision.UNDECIDED):
        with pytest.raises(InvalidInput, match="acceptez-le"):
            Verdict(decision, "Camille Martin", TODAY, link=(HAMMER, CHOICES["distinct"], SAW))


def test_decisions_taken_together_are_all_written_or_none(repository, link, records):
    repository.tool("plane")
    link("hammer", "plane")
    path = link("hammer", "saw")
    before = repository.files()
    found = records()
    path.write_text(path.read_text() + "# Seen again.\n")
    (repository.root / "data/links/accepted/hammer--saw.ttl").parent.mkdir()
    shutil.copy(path, repository.root / "data/links/accepted/hammer--saw.ttl")
    changed = repository.files()

    def all_of_them():
        with found.all_or_none():
            for record in found:
                found.decide(record, ACCEPT)

    with pytest.raises(InvalidInput):
        all_of_them()
    assert repository.files() == changed != before
    assert found.undo() is None


def test_a_second_property_of_a_pair_has_a_record_of_its_own(link, records):
    link("hammer", "saw", predicate="dct:relation", more='sssom:mapping_tool "passerelles link propose"')
    link("saw", "hammer", "acceptee")
    found = records()
    decided = found.decide(found.named("hammer--saw"), ACCEPT)
    assert {each.iri for each in found.of(pair(HAMMER, SAW))} == {decided.iri, f"{BASE}links/saw--hammer"}


def test_a_file_that_is_no_turtle_is_named(repository, records):
    repository.write("data/links/proposed/broken.ttl", "<a> <b>")
    with pytest.raises(InvalidInput, match=r"broken\.ttl"):
        records()


def triples(path):
    return {str(quad) for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)}


def test_every_record_of_the_project_is_decided_without_losing_a_word_and_taken_back(repository, records):
    """Only what a decision says changes: the decision, who took it, when."""
    shutil.copytree(ROOT / "data/links", repository.root / "data/links")
    before = repository.files()
    found = records()
    for record in list(found):
        said = triples(record.source.path)
        decided = found.decide(record, ACCEPT)
        changed = said ^ triples(decided.source.path)
        assert {line.split()[1].rpartition("/")[2] for line in changed} <= {
            "ontology#decision>", "reviewer_label>", "review_date>", "reviewer_id>",
        }  # fmt: skip
        assert found.undo() == record
    assert repository.files() == before


def test_a_decision_is_not_taken_back_over_what_somebody_wrote_since(link, records):
    link("hammer", "saw")
    found = records()
    path = found.decide(only(found), ACCEPT).source.path
    path.write_text(path.read_text().replace("Camille Martin", "Dominique Petit"))
    for _ in range(2):
        with pytest.raises(InvalidInput, match=r"accepted/hammer--saw\.ttl"):
            found.undo()
    assert "Dominique Petit" in path.read_text()


# --- several who write


def files_of(repository) -> list[str]:
    return sorted(name for name in repository.files() if name.startswith("data/links/"))


def test_a_pair_that_somebody_decided_since_it_was_read_is_not_proposed(repository, records):
    records().propose(PROPOSAL, TODAY)
    proposing, deciding = records(), records()
    deciding.decide(only(deciding), REJECT)
    assert proposing.propose(replace(PROPOSAL, confidence=0.5), LATER) is None
    assert files_of(repository) == ["data/links/rejected/hammer--saw.ttl"]


def test_a_pair_that_somebody_proposed_since_records_were_read_is_left_alone(repository, link, records):
    found = records()
    link("hammer", "saw")
    before = repository.files()
    assert found.propose(PROPOSAL, TODAY) is None
    assert repository.files() == before


def test_of_two_who_decide_at_once_one_decides_and_the_other_is_told(repository, link, records, monkeypatch):
    link("hammer", "saw")
    one, other = records(), records()
    waits, told = threading.Event(), []

    def reject():
        try:
            other.decide(only(other), REJECT)
        except InvalidInput as error:
            told.append(error.key)
        finally:
            waits.set()

    late = threading.Thread(target=reject)
    lock, replaced = fcntl.flock, os.replace

    def asked(*arguments):
        if threading.current_thread() is late:
            waits.set()
        lock(*arguments)

    def midway(*arguments):
        if threading.current_thread() is not late:
            late.start()
            assert waits.wait(30)
        return replaced(*arguments)

    monkeypatch.setattr(fcntl, "flock", asked)
    monkeypatch.setattr(os, "replace", midway)
    one.decide(only(one), ACCEPT)
    late.join()
    assert told == ["record-decided"]
    assert files_of(repository) == ["data/links/accepted/hammer--saw.ttl"]


@pytest.mark.parametrize("call", ["replace", "rename", "unlink"])
def test_a_decision_that_is_cut_short_leaves_one_file_that_can_be_decided_again(
    repository, link, records, monkeypatch, call
):
    link("hammer", "saw")

    def cut(*_arguments, **_more):
        raise KeyboardInterrupt

    found = records()
    with monkeypatch.context() as patched, suppress(KeyboardInterrupt):
        patched.setattr(os, call, cut)
        found.decide(only(found), ACCEPT)
    assert [name for name in files_of(repository) if "/." not in name] == [only(records()).source.name]
    found = records()
    found.decide(only(found), REJECT)
    assert [name for name in files_of(repository) if "/." not in name] == ["data/links/rejected/hammer--saw.ttl"]


def test_a_record_in_two_folders_is_refused_and_both_files_are_named(repository, link, records):
    path = link("hammer", "saw", "acceptee")
    found = records()
    link("hammer", "saw", "rejetee")
    before = repository.files()
    for act in (records, lambda: found.decide(only(found), REJECT)):
        with pytest.raises(InvalidInput, match=r"accepted/hammer--saw\.ttl .*rejected/hammer--saw\.ttl"):
            act()
    assert repository.files() == before
    path.unlink()
    assert only(records()).decision is Decision.REJECTED


# --- git


def git(root, *arguments):
    identity = ("-c", "user.name=Essai", "-c", "user.email=essai@example.org")
    return subprocess.run(["git", "-C", root, *identity, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def two_branches(repository, link, records):
    """Two proposals on the main branch; `decide` commits a decision on a branch of its own."""
    repository.tool("plane")
    link("hammer", "saw")
    link("hammer", "plane")
    git(repository.root, "init", "-q", "-b", "main")
    git(repository.root, "add", ".")
    git(repository.root, "commit", "-qm", "Proposals")

    def decide(branch: str, name: str, verdict: Verdict) -> None:
        git(repository.root, "checkout", "-qb", branch, "main")
        found = records()
        found.decide(found.named(name), verdict)
        git(repository.root, "add", "-A")
        git(repository.root, "commit", "-qm", branch)

    return decide


def test_decisions_on_different_pairs_merge_without_conflict(repository, records, two_branches):
    two_branches("one", "hammer--saw", ACCEPT)
    two_branches("two", "hammer--plane", REJECT)
    merged = git(repository.root, "merge", "--no-edit", "one")
    assert merged.returncode == 0, merged.stdout + merged.stderr
    assert {each.slug: each.decision.value for each in records()} == {
        "hammer--saw": "accepted",
        "hammer--plane": "rejected",
    }


def test_opposite_decisions_on_one_pair_are_a_conflict_that_git_shows(repository, two_branches):
    two_branches("one", "hammer--saw", ACCEPT)
    two_branches("two", "hammer--saw", REJECT)
    merged = git(repository.root, "merge", "--no-edit", "one")
    assert merged.returncode != 0
    assert "hammer--saw.ttl" in merged.stdout
