"""`passerelles search`: a table for people, JSON for programs, a status for scripts."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def search(lasting_repository, command_here):
    return lambda *arguments: command_here("search", *arguments, cwd=lasting_repository.root)


def test_the_table_has_a_result_a_line_and_how_many_there_are(search):
    done = search("hammer")
    assert done.returncode == 0
    lines = done.stdout.decode().splitlines()
    assert lines[-1] == "1 résultat ; page 1 sur 1."
    assert lines[-2].split()[:3] == ["tools", "hammer", "id:tools/hammer"]


def test_json_has_the_shape_of_the_contract(search):
    found = json.loads(search("hammer", "--format", "json").stdout)
    assert {"total", "results", "facets", "page", "pages"} <= found.keys()
    assert {"iri", "label", "kind", "excerpt", "score"} <= found["results"][0].keys()


def test_a_kind_narrows(search):
    assert json.loads(search("", "--format", "json").stdout)["total"] == 3
    for kind in ("tool", "tools"):
        found = json.loads(search("", "--kind", kind, "--format", "json").stdout)
        assert {each["kind"] for each in found["results"]} == {"tools"}
    done = search("hammer", "--kind", "unicorn", "--lang", "en")
    assert done.returncode == 0
    told, counted = done.stdout.decode().splitlines()
    assert told.startswith("There is no value “unicorn” in the filter “kind of record”; its values are: ")
    assert counted == "0 results; page 1 of 1."


def test_what_was_done_with_the_question_is_said(search):
    assert search("hamner", "--lang", "en").stdout.decode().splitlines()[0] == (
        "Nothing has “hamner”; searched in its place: hammer."
    )


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("x" * 2_000,), 1),
        (("hammer", "--page", "1000000000"), 1),
        (("hammer", "--page", "two"), 2),
        (("hammer", "--format", "xml"), 2),
    ],
)
def test_what_is_wrong_is_one_line(search, arguments, status):
    done = search(*arguments)
    assert (done.returncode, done.stdout) == (status, b"")
    assert len(done.stderr.splitlines()) == 1


def test_a_snapshot_without_an_index_is_one_line_and_exit_2(repository, command_here):
    from dataclasses import replace

    from graph.snapshot.manifest import read

    assert command_here("build", "--quiet", cwd=repository.root).returncode == 0
    [folder] = (repository.root / ".passerelles" / "snapshots").iterdir()
    for path in (folder / "search").iterdir():
        path.unlink()
    replace(read(folder), search={}, search_sha256={}).write(folder)
    done = command_here("search", "hammer", cwd=repository.root)
    assert (done.returncode, done.stdout) == (2, b"")
    [line] = done.stderr.decode().splitlines()
    assert "passerelles build" in line
