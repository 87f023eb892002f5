"""The examples of the page about the Python client give what it shows. APPROVE=1 writes what they give."""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/client.md"
SECTIONS = ("Français", "English")
ADDRESS = "http://127.0.0.1:8000"
BLOCK = re.compile(r"(?<=^```pycon\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)


def given(example: doctest.Example, names: dict[str, object], address: str) -> str:
    """What an example prints at the interpreter's prompt."""
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(example.source.replace(ADDRESS, address), str(PAGE), "single"), names)  # noqa: S102 - our own page
    return shown.getvalue()


def with_outputs(block: str, names: dict[str, object], address: str) -> str:
    """A block, with the outputs that its examples give."""
    written = []
    for example in doctest.DocTestParser().get_examples(block):
        prompts = [">>> ", *["... "] * example.source.count("\n")]
        lines = zip(prompts, example.source.splitlines(keepends=True), strict=False)
        written += [prompt + line for prompt, line in lines]
        written.append(given(example, names, address))
    return "".join(written)


@pytest.mark.parametrize("language", SECTIONS)
def test_the_examples_give_what_the_page_shows(language, address):
    pytest.importorskip("pandas", reason="passerelles[pandas]")
    pytest.importorskip("polars", reason="passerelles[polars]")
    page = PAGE.read_text(encoding="utf-8")
    section = re.search(rf"^## {language}\n.*?(?=^## )", page, re.MULTILINE | re.DOTALL)[0]
    names: dict[str, object] = {}
    made = BLOCK.sub(lambda found: with_outputs(found[0], names, address), section)
    if os.environ.get("APPROVE"):
        PAGE.write_text(page.replace(section, made), encoding="utf-8")
    else:
        assert made == section
