"""`passerelles links`: on the snapshot, by any name, in each format."""

from __future__ import annotations

import json

import pytest

BASE = "https://example.org/id/"


@pytest.fixture
def linked(repository):
    """A repository where the hammer is known elsewhere, and the saw is a version of it."""
    repository.tool(
        "hammer",
        "<https://example.org/id/tools/hammer> <http://www.w3.org/2002/07/owl#sameAs> <https://a.example/hammer> .\n",
    )
    repository.tool(
        "saw",
        f"<{BASE}tools/saw> <http://purl.org/dc/terms/isVersionOf> <{BASE}tools/hammer> .\n",
    )
    return repository


def test_it_builds_when_needed_and_answers_by_any_name(linked, command_here):
    answers = [
        json.loads(command_here("links", name, "--format", "json", cwd=linked.root).stdout)
        for name in (BASE + "tools/hammer", "id:tools/hammer", "tools/hammer", "/id/tools/hammer")
    ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["same"] == ["https://a.example/hammer"]
    assert [link["from"] for link in answers[0]["links"]] == [BASE + "tools/hammer", BASE + "tools/saw"]


def test_a_foreign_name_leads_to_the_same_links(linked, command_here):
    found = json.loads(command_here("links", "https://a.example/hammer", "--format", "json", cwd=linked.root).stdout)
    version = next(link for link in found["links"] if link["property"].endswith("isVersionOf"))
    assert version["path"] == ["https://a.example/hammer", BASE + "tools/hammer", BASE + "tools/saw"]


def test_a_table_has_a_link_a_line_in_the_readers_language(linked, command_here):
    shown = command_here("links", "tools/hammer", "--lang", "en", cwd=linked.root).stdout.decode()
    assert "Same thing: https://a.example/hammer" in shown
    assert "version" in next(line for line in shown.splitlines() if "← id:tools/saw" in line)
    assert "Même chose" in command_here("links", "tools/hammer", "--lang", "fr", cwd=linked.root).stdout.decode()


def test_what_others_wrote_is_one_line_and_commands_no_terminal(linked, command_here):
    linked.tool(
        "saw", f'<{BASE}tools/saw> dct:isVersionOf <{BASE}tools/hammer> ; dct:source "Ada\\n\\u001B[2Jsaid" .\n'
    )
    shown = command_here("links", "tools/hammer", "--lang", "en", cwd=linked.root).stdout.decode()
    assert "\x1b" not in shown
    assert "said" in next(line for line in shown.splitlines() if "← id:tools/saw" in line)


def test_what_only_a_quarantine_states_has_its_own_table(linked, command_here):
    harvested = linked.root / "data" / "harvest" / "portal.ttl"
    harvested.parent.mkdir(parents=True)
    harvested.write_text(
        f"<{BASE}tools/hammer> <http://www.w3.org/2002/07/owl#sameAs> <https://claimed.example/hammer> .\n"
        f"<{BASE}tools/hammer> <http://xmlns.com/foaf/0.1/page> <https://claimed.example/page> .\n",
        encoding="utf-8",
    )
    shown = command_here("links", "tools/hammer", "--lang", "en", cwd=linked.root).stdout.decode()
    ours, heading, theirs = shown.partition("Harvested, in quarantine")
    assert heading
    assert "https://claimed.example/hammer" in theirs
    assert "claimed.example" not in ours
    by_page = command_here("links", "https://claimed.example/page", "--lang", "en", cwd=linked.root).stdout.decode()
    assert by_page.startswith("Found by this address, according to a catalogue in quarantine: ")


def test_what_was_cut_is_told_with_its_reason_and_no_rule_infers_it(linked, command_here):
    ends = [f"https://{name}.example/hammer" for name in "abc"]
    same = "http://www.w3.org/2004/02/skos/core#exactMatch"
    linked.tool("saw", f"<{ends[0]}> <{same}> <{ends[1]}> . <{ends[1]}> <{same}> <{ends[2]}> .\n")
    linked.tool("plane", f"<{ends[2]}> <https://w3id.org/passerelles/ontology#distinctFrom> <{BASE}tools/hammer> .\n")
    shown = command_here("links", "tools/hammer", "--lang", "en", cwd=linked.root).stdout.decode()
    assert (
        f"Identity left out: {ends[1]} and {ends[2]}, for {ends[2]} and id:tools/hammer are said to be distinct"
        in shown
    )
    assert "(through https://a.example/hammer)" in shown
    way = f"(<{same}>|<http://www.w3.org/2002/07/owl#sameAs>)"
    linked.write("q.rq", f"SELECT ?one ?other {{ ?one {way} ?other FILTER(?other = <{ends[2]}>) }}")
    done = command_here("query", "q.rq", "--format", "csv", cwd=linked.root)
    rows = done.stdout.decode().splitlines()[1:]
    assert rows == [f"{ends[1]},{ends[2]}"]  # what a file states, and nothing of what followed from it


def test_turtle_is_turtle(linked, command_here):
    from pyoxigraph import RdfFormat, parse

    done = command_here("links", "tools/hammer", "--format", "turtle", cwd=linked.root)
    named = {quad.predicate.value for quad in parse(done.stdout, format=RdfFormat.TURTLE)}
    assert {"http://purl.org/dc/terms/isVersionOf", "https://w3id.org/passerelles/ontology#representative"} <= named


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["https://nowhere.example/"], 1), (["a b"], 1), ([""], 1), (["id:tools/hammer", "--format", "csv"], 2), ([], 2)],
)
def test_what_cannot_be_answered_is_one_line_and_a_status(linked, command_here, arguments, status):
    done = command_here("links", *arguments, cwd=linked.root)
    assert (done.returncode, done.stdout) == (status, b"")
    assert len(done.stderr.decode().splitlines()) == 1
