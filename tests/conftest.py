"""A graph repository in a temporary folder, and the command line run on it as a user runs it."""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell starts so what it runs behind; children would be deaf
    signal.signal(signal.SIGINT, signal.default_int_handler)

CONFIGURATION = """\
[search]
meaning = false

[graph]
title = { fr = "Essai", en = "Trial" }
publisher = "https://example.org/"
licence = "https://example.org/licence"
base = "https://example.org/id/"
graph_base = "https://example.org/graph/"
"""

VOCABULARY = """\
@prefix ex: <https://example.org/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

ex:Thing a owl:Class .
ex:Tool a owl:Class ; rdfs:subClassOf ex:Thing .
ex:Source a owl:Class ; rdfs:subClassOf ex:Thing .
"""

SHAPES = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://example.org/ontology#> .
@prefix exsh: <https://example.org/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

exsh:Tool a sh:NodeShape ; sh:targetClass ex:Tool ; sh:property exsh:Tool-title, exsh:Tool-description .
exsh:Tool-title a sh:PropertyShape ; sh:path dct:title ; sh:minCount 1 ;
    sh:message "Titre manquant."@fr, "No title."@en .
exsh:Tool-description a sh:PropertyShape ; sh:path dct:description ; sh:maxCount 1 ; sh:severity sh:Warning ;
    sh:message "Une seule description."@fr, "One description only."@en .
"""

TOOL = """\
@prefix dct: <http://purl.org/dc/terms/> .

<https://example.org/id/tools/{slug}>
    a <https://example.org/ontology#Tool> ;
    dct:title "{slug}"@fr ;
    dct:source <https://example.org/id/sources/report> .
"""

REPORT = """\
@prefix dct: <http://purl.org/dc/terms/> .

<https://example.org/id/sources/report>
    a <https://example.org/ontology#Source> ;
    dct:title "Rapport"@fr ;
    dct:source <https://example.org/id/sources/report> .
"""


@dataclass(frozen=True)
class GraphRepository:
    """A folder with `passerelles.toml`; `write` adds a file, `run` runs the command there."""

    root: Path

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def tool(self, slug: str, more: str = "") -> Path:
        return self.write(f"data/tools/{slug}.ttl", TOOL.format(slug=slug) + more)

    def configure(self, more: str) -> None:
        self.write("passerelles.toml", f"{CONFIGURATION}\n{more}\n")

    def run(self, *arguments: str, **options) -> subprocess.CompletedProcess[bytes]:
        return passerelles(*arguments, **{"cwd": self.root, **options})

    def files(self) -> dict[str, bytes]:
        """Every file below the folder, to show that nothing was written."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and path.stat().st_size < 1_000_000
        }


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment without what would choose a language or a repository."""
    chosen = ("PASSERELLES_LANG", "PASSERELLES_REPO", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    return {name: value for name, value in os.environ.items() if name not in chosen} | more


def passerelles(
    *arguments: str,
    cwd: Path,
    environment: dict[str, str] | None = None,
    stdin: bytes = b"",
    before: str = "",
    preexec: object = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run `passerelles`; `before` is Python that runs first in the same process."""
    program = f"{before}\nfrom graph.cli import main\nmain()\n"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=cwd,
        env=clean_environment(**(environment or {})),
        input=stdin,
        capture_output=True,
        check=False,
        timeout=300,
        preexec_fn=preexec,
    )


@pytest.fixture(scope="session")
def command_line() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """The command line, run in the folder given as `cwd`."""
    return passerelles


def passerelles_here(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run `passerelles` in this process: one of its own would take longer than most commands."""
    from graph.cli import app

    out, err = (io.TextIOWrapper(io.BytesIO(), write_through=True) for _ in range(2))
    with (
        mock.patch.dict(os.environ, clean_environment(), clear=True),
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        status = 0
        try:
            app.run(list(arguments))
        except SystemExit as left:
            status = left.code
    return subprocess.CompletedProcess(arguments, status or 0, out.buffer.getvalue(), err.buffer.getvalue())


@pytest.fixture(scope="session")
def command_here() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """The command line run in this process, in the folder given as `cwd`: for what needs no process of its own."""
    return passerelles_here


def conforming(root: Path) -> GraphRepository:
    """A repository that conforms: two tools, their source, a vocabulary and its shapes."""
    made = GraphRepository(root)
    made.write("passerelles.toml", CONFIGURATION)
    made.write("ontology/trial.ttl", VOCABULARY)
    made.write("shapes/tool.ttl", SHAPES)
    made.write("data/sources/report.ttl", REPORT)
    made.tool("hammer")
    made.tool("saw")
    return made


@pytest.fixture
def repository(tmp_path: Path) -> GraphRepository:
    """A repository that conforms, to be changed at will."""
    return conforming(tmp_path / "repo")


@pytest.fixture(scope="module")
def lasting_repository(tmp_path_factory: pytest.TempPathFactory) -> GraphRepository:
    """The same for all the tests of a module."""
    return conforming(tmp_path_factory.mktemp("lasting") / "repo")


@pytest.fixture
def empty_repository(tmp_path: Path) -> GraphRepository:
    """A folder with `passerelles.toml` and nothing else."""
    made = GraphRepository(tmp_path / "empty")
    made.write("passerelles.toml", CONFIGURATION)
    return made


def _without_root_powers() -> None:
    """Take from the superuser what lets it read and write anything: then permissions mean what they say."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP: gone at the next exec


@pytest.fixture
def bound_by_permissions(tmp_path: Path) -> Callable[[], None]:
    """What to run in a child before its command, so that permissions bind it."""
    probe = tmp_path / "probe"
    probe.mkdir(mode=0)
    command = ["ls", str(probe)]
    done = subprocess.run(command, preexec_fn=_without_root_powers, capture_output=True, check=False)
    if done.returncode == 0:
        pytest.skip("this superuser cannot be bound by permissions")
    return _without_root_powers
