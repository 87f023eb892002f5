"""Whatever a file holds: a diagnostic, never a traceback, in bounded time and memory.

The same files at a hundred megabytes: bench/hostile.py.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SIZE = 60_000
SECONDS = 30  # of processor, for a file of that size: the slowest takes a third of it
MESSAGES = 200 * SIZE  # characters at most of all that is said of one file

specification = importlib.util.spec_from_file_location("hostile_corpus", HERE / "corpus.py")
corpus = importlib.util.module_from_spec(specification)
specification.loader.exec_module(corpus)
CORPUS = corpus.CORPUS
EACH = pytest.mark.parametrize("name", CORPUS)
CONFIGURATION = """\
[search]
meaning = false

[graph]
base = "https://example.org/id/"
graph_base = "https://example.org/graph/"

[limits]
file_bytes = 2_000_000
"""


def file_of(name: str) -> str:
    return name.replace(" ", "-").replace("/", "-") + ".ttl"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("hostile")
    (made / "passerelles.toml").write_text(CONFIGURATION)
    (made / "x").mkdir()
    for name, (make, _) in CORPUS.items():
        (made / "x" / file_of(name)).write_bytes(make(SIZE))
    return made


def through(folder: Path, *command: str) -> dict[str, dict]:
    """How a command went on each file; one child for all, so that one that dies tells on which."""
    names = "".join(f"{folder / 'x' / file_of(name)}\n" for name in CORPUS)
    child = [sys.executable, str(HERE / "door.py"), str(folder), *command]
    done = subprocess.run(child, input=names, capture_output=True, text=True, check=False, timeout=600, cwd=folder)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    found = {Path(answer["name"]).name: answer for answer in answers if "name" in answer}
    if done.returncode:
        found[Path(answers[-1]["begins"]).name] = {"status": f"died: {done.returncode} {done.stderr[-500:]}"}
    return found


@pytest.fixture(scope="module")
def checked(folder) -> dict[str, dict]:
    return through(folder, "check", "--format", "json")


@pytest.fixture(scope="module")
def laid_out(folder) -> dict[str, dict]:
    return through(folder, "fmt", "--check")


def bounded(answer: dict) -> None:
    assert answer["status"] in (0, 1), answer["status"]
    assert answer["seconds"] < SECONDS
    assert answer["length"] < MESSAGES


@EACH
def test_the_gate_answers_in_bounded_time_and_memory(checked, name):
    answer = checked[file_of(name)]
    bounded(answer)
    expected = CORPUS[name][1]
    if expected is not None:
        assert f'"code": "{expected}"' in answer["written"]


@EACH
def test_the_layout_answers_in_bounded_time_and_memory(laid_out, name):
    bounded(laid_out[file_of(name)])


@EACH
def test_a_wrong_file_is_refused_by_the_gate_and_by_the_layout_alike(checked, laid_out, name):
    expected = CORPUS[name][1]
    if expected not in (None, "PAS004"):  # an empty file is only warned of
        assert checked[file_of(name)]["status"] == 1
        assert expected in laid_out[file_of(name)]["written"]
