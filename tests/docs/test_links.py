"""docs/links.md: each command gives what the page shows, dates and numbers aside."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands() -> list[tuple[list[str], str]]:
    """The commands of the page, in order, and what each shows."""
    blocks = CONSOLE.findall((ROOT / "docs/links.md").read_text(encoding="utf-8"))
    runs = [run for block in blocks for run in re.split(r"^\$ passerelles ", block, flags=re.MULTILINE)[1:]]
    return [(shlex.split(run.partition("\n")[0]), run.partition("\n")[2]) for run in runs]


@pytest.fixture
def copy(tmp_path):
    for name in ("ontology", "shapes", "queries"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copy(ROOT / "passerelles.toml", tmp_path)
    return tmp_path


def told(text: str) -> list[str]:
    """The lines, each number and each run of spaces or rules as one."""
    return [re.sub(r"[ ─]+", " ", re.sub(r"\d+", "0", line)).strip() for line in text.splitlines()]


def test_the_commands_of_the_page_give_what_it_shows(copy, command_here):
    runs = commands()  # the first that needs the graph builds it, once the decisions before it are written
    assert len(runs) > 8
    for arguments, expected in runs:
        done = command_here(*arguments, cwd=copy)
        assert done.returncode == 0, done.stderr.decode()
        assert told((done.stdout or done.stderr).decode()) == told(expected), arguments
