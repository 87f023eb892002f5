"""The page about harvests: its example gives what it shows, it names every key and variable. APPROVE=1 writes it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from graph.harvest.mapping import ALWAYS, FORMATS, SOMETIMES, Mapping
from graph.harvest.sources import ADAPTERS
from graph.sections import Harvested

from .tables import ROOT

PAGE = ROOT / "docs/harvest.md"
TEXT = PAGE.read_text(encoding="utf-8")
FILES = re.findall(r"^```\w+ (\S+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^```\n(\$ (passerelles [^\n]*)\n(.*?))^```$", TEXT, re.MULTILINE | re.DOTALL)
HEADER = {field.name for field in fields(Mapping)} - {"name", "text"}


@pytest.mark.parametrize(("shown", "command", "output"), COMMANDS)
def test_the_example_gives_what_the_page_shows(tmp_path, shown, command, output):
    for name in ("ontology", "shapes", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "passerelles.toml").write_text((ROOT / "passerelles.toml").read_text(encoding="utf-8"))
    for name, text in FILES:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PASSERELLES_LANG": "fr"}
    done = subprocess.run(
        command.split(), cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    if os.environ.get("APPROVE"):
        written = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(written.replace(shown, f"$ {command}\n{done.stdout}"), encoding="utf-8")
    else:
        assert done.stdout == output


@pytest.mark.parametrize("part", TEXT.split("\n## ")[1:])
def test_every_key_and_variable_is_named_in_both_languages(part):
    said = set(re.findall(r"`\??(\w[\w-]*)`", part))
    assert said >= {field.name for field in fields(Harvested)} | HEADER | {*ALWAYS, *SOMETIMES, *FORMATS, *ADAPTERS}
