"""The page about organisations shows what its commands give and what its files hold. APPROVE=1 writes it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .tables import ROOT

PAGE = ROOT / "docs/organisations.md"
TEXT = PAGE.read_text(encoding="utf-8")
FILES = re.findall(r"^```turtle (\S+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^```\n\$ (passerelles [^\n]*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def write(head: str, shown: str, given: str) -> None:
    """Put in the page what was given, everywhere `head` has `shown` below it."""
    written = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(written.replace(f"{head}\n{shown}```", f"{head}\n{given}```"), encoding="utf-8")


@pytest.mark.parametrize(("command", "output"), COMMANDS, ids=lambda part: part.partition("\n")[0])
def test_a_command_gives_what_the_page_shows(repository, command, output):
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PASSERELLES_LANG": "fr"}
    done = subprocess.run(
        command.split(), cwd=repository, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr == ""
    if os.environ.get("APPROVE"):
        write(f"$ {command}", output, done.stdout)
    else:
        assert done.stdout == output


@pytest.mark.parametrize(("name", "shown"), sorted(set(FILES)), ids=lambda part: part.partition("\n")[0])
def test_a_file_is_as_the_page_shows_it(name, shown):
    subject = (ROOT / name).read_text(encoding="utf-8").partition("\n\n")[2]  # without its prefixes
    if os.environ.get("APPROVE"):
        write(f"```turtle {name}", shown, subject)
    else:
        assert shown == subject


def test_both_languages_show_the_same_commands_and_files():
    french, english = TEXT.split("\n## ")[1:]
    assert re.findall(r"^\$ (.*)$", english.replace(" --lang en", ""), re.MULTILINE) == re.findall(
        r"^\$ (.*)$", french, re.MULTILINE
    )
    assert re.findall(r"^```turtle (\S+)$", english, re.MULTILINE) == re.findall(
        r"^```turtle (\S+)$", french, re.MULTILINE
    )
