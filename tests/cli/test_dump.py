"""`passerelles dump`: the whole graph, to a file or to standard output, whole or not at all."""

import gzip

import pyoxigraph as ox
import pytest


@pytest.mark.parametrize("name", ["nq", "trig", "nt", "ttl", "jsonld", "turtle", "n-quads"])
def test_every_format_says_the_same_each_time(repository, command_here, name):
    command_here("build", cwd=repository.root)
    first, again = (command_here("dump", "--format", name, cwd=repository.root) for _ in range(2))
    assert (first.returncode, first.stderr) == (0, b"")
    assert first.stdout == again.stdout
    form = {"turtle": "ttl", "n-quads": "nq"}.get(name, name)
    quads = list(ox.parse(first.stdout, format=ox.RdfFormat.from_extension(form)))
    named = {quad.graph_name for quad in quads} - {ox.DefaultGraph()}
    assert bool(named) == (form in ("nq", "trig"))


def test_a_file_is_packed_as_its_name_says(repository, command_here):
    done = command_here("dump", "--format", "ttl", "-o", "graph.ttl.gz", "-q", cwd=repository.root)
    assert done.returncode == 0
    plain = command_here("dump", "--format", "ttl", cwd=repository.root)
    assert gzip.decompress((repository.root / "graph.ttl.gz").read_bytes()) == plain.stdout


def test_a_file_that_cannot_be_written_is_one_line_and_leaves_the_old_one(repository, command_line):
    command_line("build", cwd=repository.root)
    done = command_line("dump", "-o", "nowhere/graph.nq", cwd=repository.root)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    old = repository.write("graph.ttl", "old")
    [dump] = repository.root.glob(".passerelles/snapshots/*/dumps/graph.nq.zst")
    dump.write_bytes(dump.read_bytes()[:-9])
    done = command_line("dump", "--format", "ttl", "-o", "graph.ttl", cwd=repository.root)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert old.read_text() == "old"
    assert not list(repository.root.glob(".*.ttl")) + [p for p in repository.root.glob(".??????*") if p.is_file()]


def test_an_unknown_format_is_told_with_the_known_ones(repository, command_here):
    done = command_here("dump", "--format", "csv", cwd=repository.root)
    assert done.returncode == 2
    assert b"nq, trig, nt, ttl, jsonld" in done.stderr
