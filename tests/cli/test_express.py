"""A plain check is read without typer, and means what typer would make of it."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest
import typer

from graph.cli import app, checking
from graph.cli.express import FLAGS, VALUED, plain_check


def test_the_options_are_those_of_the_command():
    command = typer.main.get_command(app.tree("fr", "check")).commands["check"]
    options = {name: parameter.name for parameter in command.params for name in parameter.opts if name.startswith("--")}
    assert options == FLAGS | VALUED
    assert {parameter.name for parameter in command.params} == set(inspect.signature(checking.check).parameters)


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("check", {"paths": []}),
        ("check a.ttl - b.ttl", {"paths": ["a.ttl", "-", "b.ttl"]}),
        ("check --strict a.ttl --format json", {"strict": True, "paths": ["a.ttl"], "format": "json"}),
        ("check --format", None),
        ("check --format --strict", None),
        ("check --format=json", None),
        ("check --frmat json", None),
        ("check --help", None),
        ("check -- a.ttl", None),
        ("fmt a.ttl", None),
        ("--version", None),
        ("", None),
    ],
)
def test_what_is_not_plain_is_left_to_typer(line, asked):
    assert plain_check(line.split()) == asked


@pytest.mark.parametrize(
    ("words", "status"), [(["check"], 0), (["check", "nowhere.ttl"], 2), (["check", "--format", "x"], 2)]
)
def test_both_ways_say_the_same(repository, words, status):
    said = []
    for entry in ("from graph.cli import main as run", "from graph.cli.app import run"):
        command = [sys.executable, "-c", f"{entry}; run()", *words]
        done = subprocess.run(command, cwd=repository.root, capture_output=True, check=False)
        said.append((done.returncode, done.stdout, done.stderr))
    assert said[0] == said[1]
    assert said[0][0] == status


def test_a_plain_check_loads_no_typer(repository):
    program = (
        "import sys, atexit; atexit.register(lambda: print('typer' in sys.modules)); from graph.cli import main; main()"
    )
    command = [sys.executable, "-c", program, "check", "-q"]
    done = subprocess.run(command, cwd=repository.root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "False\n")
