"""How every command leaves when it is stopped, or when what it says cannot be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
LOOSE = """\
<https://example.org/id/tools/axe> a <https://example.org/ontology#Tool> ;
<http://purl.org/dc/terms/title> "Hache"@FR .
"""


def lines(stream: bytes) -> list[str]:
    return stream.decode().splitlines()


@pytest.fixture
def loose(repository):
    """The conforming repository, and a file to lay out and to mend."""
    repository.write("data/tools/axe.ttl", LOOSE)
    return repository


# --- output


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "words", ["check", "check --format json", "fmt -", "lint --explain PAS301", "--help", "check --help", "--version"]
)
def test_output_that_cannot_be_written_is_one_line_and_status_2(loose, words):
    command = [sys.executable, "-m", "graph", *words.split(), "--lang", "fr"]
    with FULL.open("wb") as full:
        done = subprocess.run(
            command, cwd=loose.root, input=LOOSE.encode(), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, lines(done.stderr)) == (2, ["Écriture impossible (plus de place)."])


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_what_cannot_be_complained_of_still_has_its_status(loose):
    with FULL.open("wb") as full:
        command = [sys.executable, "-m", "graph", "check", "nowhere.ttl"]
        done = subprocess.run(command, cwd=loose.root, stdout=full, stderr=full, check=False)
    assert done.returncode == 2


@pytest.mark.parametrize("words", ["check --format json", "lint --rules", "--help"])
def test_a_reader_that_leaves_early_is_no_fault(loose, words):
    gone = "import os; read, write = os.pipe(); os.close(read); os.dup2(write, 1)"
    done = loose.run(*words.split(), before=gone)
    assert (done.returncode, done.stderr) == (0, b"")


# --- signals


@pytest.mark.parametrize("words", ["check", "fmt", "--help"])
def test_an_interruption_during_the_first_imports_is_silent(loose, words):
    interrupted = """
import sys
class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if name == "graph.config":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted())
"""
    done = loose.run(words, before=interrupted)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.parametrize("command", ["fix", "fmt"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_an_interruption_while_files_are_written_leaves_whole_ones_and_nothing_else(loose, command, moment):
    interrupted = f"""
import pathlib
def replace(draft, path, real=pathlib.Path.replace):
    if {moment == "after"}:
        real(draft, path)
    raise KeyboardInterrupt
pathlib.Path.replace = replace
"""
    before = loose.files()
    done = loose.run(command, before=interrupted)
    after = loose.files()
    assert (done.returncode, done.stderr) == (130, b"")
    assert after.keys() == before.keys()
    assert (after == before) is (moment == "before")


def test_a_command_that_is_terminated_leaves_nothing_temporary(loose, tmp_path):
    terminated = """
import os, signal, graph.gate
graph.gate.findings = lambda *given, **options: os.kill(os.getpid(), signal.SIGTERM)
"""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = loose.run("check", before=terminated, environment={"TMPDIR": str(temporary)})
    assert (done.returncode, done.stdout, done.stderr) == (143, b"", b"")
    assert list(temporary.iterdir()) == []


# --- what could not be read or written


@pytest.mark.parametrize("command", ["check", "lint", "fix"])
def test_several_missing_paths_are_one_line(loose, command):
    done = loose.run(command, "x.ttl", "y.ttl", "z.ttl", "data/tools/saw.ttl", "--lang", "fr")
    assert done.returncode == 2
    assert lines(done.stderr) == ["x.ttl : fichier ou dossier introuvable. Et 2 autres."]


@pytest.mark.parametrize("command", ["fmt", "fix"])
def test_what_was_not_written_is_not_counted(loose, command, bound_by_permissions):
    loose.write("data/tools/adze.ttl", LOOSE.replace("/axe", "/adze"))
    before = loose.files()
    (loose.root / "data/tools").chmod(0o555)
    done = loose.run(command, "--lang", "fr", "data/tools/axe.ttl", "data/tools/adze.ttl", preexec=bound_by_permissions)
    (loose.root / "data/tools").chmod(0o755)
    assert done.returncode == 2
    assert lines(done.stderr) == ["data/tools/axe.ttl : écriture impossible (permission refusée). Et 1 autre."]
    assert loose.files() == before
