"""The page about reuses: what it shows is what happens, from a claim to a fact. APPROVE=1 writes it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from graph.sparql.library import Library

from .tables import ROOT

PAGE = ROOT / "docs/reuse.md"
BLOCK = re.compile(r"^```(\w+ )?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_example_gives_what_the_page_shows(tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    for name in ("ontology", "shapes", "queries"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "passerelles.toml", tmp_path)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PASSERELLES_LANG": "fr"}

    def done(found: re.Match[str]) -> str:
        language, name, text = found.groups()
        if language:
            (tmp_path / name).write_text(text, encoding="utf-8")
            return found[0]
        command, _, _ = text.partition("\n")
        run = subprocess.run(
            command.removeprefix("$ ").split(),
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        output = "" if command.endswith(" build") else run.stdout  # the id of a snapshot is that of every file
        return f"```\n{command}\n{output}```"

    shown = PAGE.read_text(encoding="utf-8")
    made = BLOCK.sub(done, shown)
    if os.environ.get("APPROVE"):
        PAGE.write_text(made, encoding="utf-8")
    else:
        assert made == shown


def test_every_saved_query_it_names_is_one_and_every_one_about_reuse_is_named():
    text = PAGE.read_text(encoding="utf-8")
    about = {query.name for query in Library.load(ROOT / "queries").values() if "reutilisations" in query.tags}
    for part in text.split("\n## ")[1:]:
        assert set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", part)) == about
