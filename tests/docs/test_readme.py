"""The README's commands give the README's output. APPROVE=1 writes what they give."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(r"^```\n(\$ .*?)^```$", re.MULTILINE | re.DOTALL)
CONTRIBUTION = re.compile(r"^```turtle\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:8000"
SEPARATOR = "----- next command -----"
pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the README's portal examples use curl")


def commands(block: str) -> list[tuple[str, str]]:
    """Each command of a block (continued lines joined) and the output shown below it."""
    found = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = part.splitlines(keepends=True)
        length = next(n for n, line in enumerate(lines, 1) if not line.endswith("\\\n"))
        found.append(("".join(lines[:length]), "".join(lines[length:])))
    return found


def outputs(block: str, repository: Path, address: str) -> list[str]:
    """What the commands of a block give, in one shell."""
    script = f"\necho '{SEPARATOR}'\n".join(command for command, _ in commands(block)).replace(ADDRESS, address)
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PASSERELLES_LANG": "fr"}
    shell = ["bash", "-c", f"exec 2>&1\n{script}"]
    done = subprocess.run(
        shell, cwd=repository, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return done.stdout.replace("\r\n", "\n").replace(address, ADDRESS).split(f"{SEPARATOR}\n")


@pytest.mark.parametrize("number", range(len(BLOCK.findall(README.read_text(encoding="utf-8")))))
def test_the_readme_shows_what_its_commands_give(number, repository, address):
    text = README.read_text(encoding="utf-8")
    block = BLOCK.findall(text)[number]
    contributed = repository / "data/productions/covoiturage.ttl"
    contributed.write_text(CONTRIBUTION.search(text)[1], encoding="utf-8")
    given = outputs(block, repository, address)
    contributed.unlink()
    if os.environ.get("APPROVE"):
        shown = "".join(f"$ {c}{out}" for (c, _), out in zip(commands(block), given, strict=True))
        README.write_text(text.replace(block, shown), encoding="utf-8")
    else:
        assert given == [shown for _, shown in commands(block)]
