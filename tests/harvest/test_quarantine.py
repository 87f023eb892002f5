"""A quarantine is a named graph and no more: nothing of it enters the graph, nor is it held against it."""

from __future__ import annotations

import json

TABLE = "id;title\nhammer;Marteau\nbroken;Cassé\n"


def ask(repository, query: str) -> list[list[str]]:
    done = repository.run("query", "-", "--format", "json", stdin=query.encode())
    assert done.returncode == 0, done.stderr.decode()
    return [[term["value"] for term in row.values()] for row in json.loads(done.stdout)["results"]["bindings"]]


def test_a_quarantine_is_a_named_graph_and_not_in_the_default_graph(harvest):
    repository = harvest.repository
    harvest(harvest.write("in/table.csv", TABLE))
    assert repository.run("build").returncode == 0
    assert ask(repository, 'SELECT ?s WHERE { ?s ?p "Marteau"@fr }') == []
    named = 'SELECT ?g WHERE { GRAPH ?g { ?s ?p "Marteau"@fr } }'
    assert ask(repository, named) == [["https://example.org/graph/harvest/portal"]]


def test_a_quarantine_changes_no_finding_of_the_gate(harvest):
    repository = harvest.repository
    before = json.loads(repository.run("check", "--format", "json").stdout)
    harvest(harvest.write("in/table.csv", TABLE))
    after = json.loads(repository.run("check", "--format", "json").stdout)
    assert after["conforms"]
    assert after["diagnostics"] == before["diagnostics"]
    assert repository.run("check", "data/harvest/portal.ttl").returncode == 0


def test_a_broken_quarantine_is_an_error_as_any_file(harvest):
    repository = harvest.repository
    harvest(harvest.write("in/table.csv", TABLE))
    repository.write("data/harvest/portal.ttl", "<a> <b> ")
    assert repository.run("check").returncode == 1
    done = repository.run("harvest", "in/table.csv", "--into", "portal")
    assert done.returncode == 1
    assert (repository.root / "data/harvest/portal.ttl").read_text() == "<a> <b> "


def test_curated_data_may_point_at_a_thing_in_quarantine(harvest):
    repository = harvest.repository
    harvest(harvest.write("in/table.csv", TABLE))
    repository.tool(
        "maillet",
        "<https://example.org/id/tools/maillet> <http://www.w3.org/2004/02/skos/core#closeMatch> "
        "<https://example.org/id/harvest/portal/hammer> .\n",
    )
    for paths in ((), ("data/tools/maillet.ttl",)):
        assert repository.run("check", *paths).returncode == 0
    assert repository.run("build").returncode == 0
    assert repository.run("check", "data/tools/maillet.ttl").returncode == 0
    repository.tool(
        "maillet",
        "<https://example.org/id/tools/maillet> <http://www.w3.org/2004/02/skos/core#closeMatch> "
        "<https://example.org/id/harvest/portal/hamer> .\n",
    )
    assert b"PAS201" in repository.run("check", "data/tools/maillet.ttl").stdout
