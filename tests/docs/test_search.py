"""The page about search shows what its commands give. APPROVE=1 writes it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from .tables import ROOT

PAGE = ROOT / "docs/search.md"
TEXT = PAGE.read_text(encoding="utf-8")
COMMANDS = re.findall(r"^```\n\$ (passerelles [^\n]*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("command", "output"), COMMANDS, ids=lambda part: part.partition("\n")[0])
def test_a_command_gives_what_the_page_shows(repository, command, output):
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PASSERELLES_LANG": "fr"}
    done = subprocess.run(
        shlex.split(command), cwd=repository, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    if os.environ.get("APPROVE"):
        written = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(written.replace(f"$ {command}\n{output}```", f"$ {command}\n{done.stdout}```"), "utf-8")
    else:
        assert done.stdout == output


def test_both_languages_show_the_same_commands():
    french, english = TEXT.split("\n## ")[1:]
    assert re.findall(r"^\$ (.*)$", english.replace(" --lang en", ""), re.MULTILINE) == re.findall(
        r"^\$ (.*)$", french, re.MULTILINE
    )
