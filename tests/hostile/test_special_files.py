"""What is named like a file and is none, and what changes while it is read: one line, and the others are checked."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from graph import config, gate

WRONG = "<a> <b> nope ."
LIMIT = 200_000


@pytest.fixture
def tools(repository) -> Path:
    """The folder of the tools, where one file is wrong; no file may have more than `LIMIT` bytes."""
    repository.configure(f"[limits]\nfile_bytes = {LIMIT}")
    repository.write("data/tools/bad.ttl", WRONG)
    return repository.root / "data/tools"


def lines(stream: bytes) -> list[str]:
    return stream.decode().splitlines()


def check(repository, *arguments):
    return repository.run("check", "--quiet", "--lang", "fr", *arguments)


# --- no files


def bind(path: Path) -> None:
    """A socket, by a relative name: the whole one may be too long for it."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(here)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize(
    "make",
    [os.mkfifo, bind, lambda path: path.symlink_to(path.name), lambda path: path.symlink_to("nowhere")],
    ids=["a pipe", "a socket", "a link to itself", "a link to nothing"],
)
@pytest.mark.parametrize("asked", [(), ("data/tools",), ("data/tools/x.ttl", "data/tools/bad.ttl")])
def test_what_is_no_file_is_one_line_and_nobody_waits_for_it(repository, tools, make, asked):
    make(tools / "x.ttl")
    done = check(repository, *asked)
    assert done.returncode == 2
    (line,) = lines(done.stderr)
    assert line.startswith("data/tools/x.ttl : ")
    assert [found.partition(":")[0] for found in lines(done.stdout)] == ["data/tools/bad.ttl"]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("make", [os.mkfifo, bind, lambda path: path.symlink_to("nowhere")])
def test_a_licence_that_is_no_file_is_not_waited_for(repository, make):
    (repository.root / "data/licences").mkdir()
    make(repository.root / "data/licences/x.ttl")
    repository.tool(
        "axe",
        "<https://example.org/id/tools/axe> <http://purl.org/dc/terms/license> <https://agglo.fr/own> .",
    )
    done = repository.run("lint", "--quiet", "data/tools/axe.ttl")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"PAS326" in done.stdout


@pytest.mark.parametrize("command", ["check", "lint", "fmt", "fix"])
@pytest.mark.usefixtures("tools")
def test_an_endless_standard_input_is_too_large(repository, command):
    endless = "import os; os.dup2(os.open('/dev/zero', os.O_RDONLY), 0)"
    done = repository.run(command, "--quiet", "-", before=endless)
    assert done.returncode == 1
    if command != "fix":
        assert b"PAS005" in done.stdout + done.stderr


@pytest.mark.parametrize("asked", [(), ("data/tools/x.ttl", "data/tools/bad.ttl")])
def test_an_endless_file_is_too_large(repository, tools, asked):
    (tools / "x.ttl").symlink_to("/dev/zero")
    done = check(repository, *asked)
    assert done.returncode == 1
    assert [found.split(" ")[0:3:2] for found in lines(done.stdout)] == [
        ["data/tools/bad.ttl:1:9:", "PAS034:"],
        ["data/tools/x.ttl:1:1:", "PAS005:"],
    ]


def test_a_pipe_that_something_writes_to_is_read_to_its_end(repository, tools):
    pipe = tools / "x.ttl"
    os.mkfifo(pipe)
    text = b"# a comment\n" * 5_000 + WRONG.encode()
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # so that the writer need not wait
    writer = os.open(pipe, os.O_WRONLY)

    def write() -> None:
        with os.fdopen(writer, "wb") as file:
            file.write(text)

    thread = threading.Thread(target=write)
    thread.start()
    done = check(repository, "data/tools/x.ttl")
    os.close(reader)
    thread.join()
    assert done.returncode == 1
    assert lines(done.stdout)[0].startswith("data/tools/x.ttl:5001:9: erreur PAS034")


def test_a_loop_of_folders_is_walked_once(repository, tools):
    (tools / "again").symlink_to("..")
    done = check(repository)
    assert [found.partition(":")[0] for found in lines(done.stdout)] == ["data/tools/bad.ttl"]


# --- what changes while it is read


def replaced_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def grown(path: Path) -> None:
    path.write_text("#" * (LIMIT + 1))


@pytest.mark.parametrize(
    ("change", "unreadable", "code"),
    [(Path.unlink, 1, None), (replaced_by_a_folder, 1, None), (grown, 0, "PAS005"), (Path.touch, 0, None)],
    ids=["removed", "replaced by a folder", "grown beyond the limit", "left alone"],
)
def test_a_file_that_changes_between_the_listing_and_the_reading(repository, tools, change, unreadable, code):
    saw, changed = tools / "saw.ttl", []

    def progress(*_) -> None:
        if not changed:
            changed.append(saw)
            change(saw)

    report = gate.check(config.load(repository.root), progress=progress)
    assert len(report.unreadable) == unreadable
    found = {Path(d.location.path).name: d.code for d in report.diagnostics}
    assert found["bad.ttl"] == "PAS034"
    assert found.get("saw.ttl") == code


# --- memory


def test_memory_that_does_not_suffice_is_one_line(repository):
    repository.configure(f"[limits]\nfile_bytes = {10**18}")  # what standard input may hold is asked for at once
    done = check(repository, "-")
    assert (done.returncode, done.stdout) == (2, b"")
    assert [line.split(".")[0] for line in lines(done.stderr)] == ["La mémoire ne suffit pas"]
