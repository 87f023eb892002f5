"""`passerelles query --explain`: the plan a query follows, counted, within the limits of any query."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys

import pytest

from graph.sparql import confined

TITLES = "SELECT ?tool ?title { ?tool a <https://example.org/ontology#Tool> ; <http://purl.org/dc/terms/title> ?title }"
PRODUCT = " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(16))  # as many rows as grains of sand


@pytest.fixture
def built(repository, command_here):
    """The conforming repository and its snapshot."""
    assert command_here("build", cwd=repository.root).returncode == 0
    return repository


@pytest.fixture
def explain(built, command_here):
    """What `query --explain` gives for a text."""

    def run(text, *options, lang="en"):
        built.write("q.rq", text)
        return command_here("query", "q.rq", "--explain", "--lang", lang, *options, cwd=built.root)

    return run


def steps(step):
    yield step
    for below in step["steps"]:
        yield from steps(below)


# --- the plan


def test_each_step_says_how_many_rows_it_gave(explain):
    done = explain(TITLES, "--format", "json")
    document = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, b"")
    assert document["complete"] is True
    rows = {step["operator"].partition("(")[0]: step["rows"] for step in steps(document["plan"])}
    assert rows["Project"] == 2
    assert all(step["ms"] >= step["own_ms"] >= 0 for step in steps(document["plan"]))


def test_the_plan_is_a_tree_for_a_reader_with_short_names(explain):
    done = explain(
        "SELECT ?title { <https://example.org/id/tools/saw> <http://purl.org/dc/terms/title> ?title }", lang="fr"
    )
    head, _, first, second = done.stdout.decode().splitlines()
    assert head.split("  ")[-1] == "étape"
    assert re.fullmatch(r" +1 +\d+,\d +\d+,\d  Project\(\?title\)", first)
    assert re.fullmatch(r" +1 .*  └ QuadPattern\(id:tools/saw <http://purl.org/dc/terms/title> \?title\)", second)


@pytest.mark.parametrize(
    "text", ["ASK { ?s ?p ?o }", "CONSTRUCT WHERE { ?s a ?o }", "DESCRIBE <https://example.org/x>"]
)
def test_every_form_of_query_has_a_plan(explain, text):
    done = explain(text)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) > 2


def test_variables_that_the_engine_makes_up_have_the_same_names_at_each_run(explain):
    text = "SELECT (COUNT(*) AS ?n) (MAX(?o) AS ?m) { ?s ?p ?o }"
    operators = [
        [step["operator"] for step in steps(json.loads(explain(text, "--format", "json").stdout)["plan"])]
        for _ in range(2)
    ]
    assert operators[0] == operators[1]
    assert any("?_1" in operator for operator in operators[0])


def test_explaining_changes_nothing_of_the_snapshot(built, explain):
    def state():
        store = (built.root / ".passerelles/current/store").resolve()
        return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in store.iterdir()}

    before = state()
    assert explain(TITLES).returncode == 0
    assert state() == before


# --- limits


def test_a_query_that_gave_no_row_within_its_deadline_has_a_plan_without_numbers(explain):
    done = explain(f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}", "--timeout", "0.3")
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "step"
    assert any("QuadPattern(?s15 ?p15 ?o15)" in line for line in lines)
    assert done.stderr.decode().startswith("The query passed its deadline of 0.3 s")
    assert done.returncode == 2


def test_the_numbers_of_a_query_that_its_deadline_ended_are_those_of_that_moment(explain):
    done = explain(f"SELECT * {{ {PRODUCT} }}", "--timeout", "0.5", "--format", "json")
    document = json.loads(done.stdout)
    assert document["complete"] is False
    assert document["plan"]["rows"] > 100
    assert done.returncode == 2


def test_a_query_beyond_the_memory_of_a_worker_is_refused_as_without_explaining(built, explain):
    built.configure("[limits]\nworker_memory_mb = 250")
    done = explain(f"SELECT * {{ {PRODUCT} }} ORDER BY ?s0")
    assert done.stderr.decode().startswith("The query exceeds the limit worker_memory_mb = 250")
    assert (done.stdout, done.returncode) == (b"", 1)


@pytest.mark.parametrize(
    ("text", "options", "status", "said"),
    [
        ("SELECT * { ?s ?p }", [], 1, "q.rq:1:19: "),
        ("DELETE WHERE { ?s ?p ?o }", [], 1, "q.rq:1:1: "),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", [], 1, "q.rq:1:12: "),
        (TITLES, ["--format", "csv"], 2, "Unknown format “csv”. Formats: table, json."),
        (TITLES, ["--endpoint", "http://127.0.0.1/"], 2, "Only the snapshot here can be explained"),
    ],
)
def test_what_cannot_be_explained_is_one_sentence(explain, text, options, status, said):
    done = explain(text, *options)
    assert done.stderr.decode().startswith(said)
    assert done.stderr.count(b"\n") == 1
    assert (done.stdout, done.returncode) == (b"", status)


def test_syntax_is_told_as_it_is_without_explaining(built, explain, command_here):
    asked = explain("SELECT * { ?s ?p }")
    plain = command_here("query", "q.rq", "--lang", "en", cwd=built.root)
    assert (asked.stderr, asked.returncode) == (plain.stderr, plain.returncode)


# --- the package that explains


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("raise m.PackageNotFoundError", "--explain needs the package oxigraph, which is not installed: pip install "),
        ("return m.distribution('pytest')", "--explain needs the package oxigraph "),
    ],
)
def test_a_package_that_is_missing_or_of_another_version_is_named(built, found, said):
    built.write("q.rq", TITLES)
    patch = f"""
from importlib import metadata as m
import graph.sparql.explain as explain
class Metadata:
    PackageNotFoundError, version = m.PackageNotFoundError, m.version
    def distribution(name):
        {found}
explain.metadata = Metadata
"""
    done = built.run("query", "q.rq", "--explain", "--lang", "en", before=patch)
    assert done.stderr.decode().startswith(said)
    assert done.stderr.decode().endswith("oxigraph==0.5.13.\n")
    assert (done.stdout, done.returncode) == (b"", 2)


# --- how it is held


def confine(program, memory=512):
    command = [sys.executable, "-I", confined.__file__, str(memory), sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_confined_command_has_so_much_memory():
    done = confine("import resource; print(resource.getrlimit(resource.RLIMIT_AS))")
    assert done.stdout == f"{(512 * 2**20, 512 * 2**20)}\n"


def test_a_confined_command_reaches_no_network():
    program = "import runpy, sys; print(runpy.run_path(sys.argv[1])['leave_the_network']())"
    alone = subprocess.run([sys.executable, "-c", program, confined.__file__], capture_output=True, check=True)
    if alone.stdout != b"True\n":
        pytest.skip("this system lets nobody leave its network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        done = confine(f"import socket; socket.create_connection({address}, 5)")
    assert "unreachable" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="a request to Linux")
def test_a_confined_command_dies_with_its_parent():
    read, write = os.pipe()
    waiting = "import sys, time; sys.stdout.write('here'); sys.stdout.flush(); time.sleep(60)"
    command = [sys.executable, "-I", confined.__file__, "512", sys.executable, "-c", waiting]
    parent = f"import subprocess; subprocess.run({command!r})"
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=write)
    os.close(write)
    with os.fdopen(read, "rb") as output:
        assert output.read(4) == b"here"
        process.kill()
        process.wait()
        assert output.read() == b""  # the end comes when nobody can write any more
