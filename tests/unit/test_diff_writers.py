"""What changes between `before` and `after`, as each writer says it: an approved text beside the two folders.

Approve new ones with APPROVE=1 pytest tests/unit/test_diff_writers.py
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from graph.config import load
from graph.diff.compare import Difference, compare
from graph.diff.sides import Side
from graph.diff.writers import WRITERS
from graph.texts import LANGUAGES

CASES = Path(__file__).parents[1] / "cases" / "diff"
FORMS = {"text": "txt", "json": "json", "markdown": "md"}


@pytest.fixture(scope="module")
def difference(tmp_path_factory) -> Difference:
    old, new = (Side(name, load(CASES / name)) for name in ("before", "after"))
    return compare(old, new, old.settings, tmp_path_factory.mktemp("diff"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMS)
def test_what_changes_is_written_as_approved(difference, form, language):
    written = re.sub(r"\b[0-9a-f]{64}\b", "0" * 64, WRITERS[form](difference, language))
    approved = CASES / "approved" / f"{language}.{FORMS[form]}"
    if os.environ.get("APPROVE"):
        approved.parent.mkdir(exist_ok=True)
        approved.write_text(written, encoding="utf-8", newline="")
    assert written == approved.read_bytes().decode(), "APPROVE=1 writes what is approved again"


def test_every_writer_is_approved():
    assert set(WRITERS) == set(FORMS)


def test_colours_change_no_word(difference):
    plain, coloured = (WRITERS["text"](difference, "fr", colour=colour) for colour in (False, True))
    assert plain != coloured
    assert re.sub(r"\033\[[0-9;]*m", "", coloured) == plain


def test_the_json_has_what_the_other_forms_cut(difference):
    found = json.loads(WRITERS["json"](difference, "fr"))
    (tools,) = (query for query in found["queries"] if query["name"] == "outils")
    assert len(tools["rows"]["added"]) == 8
    assert len(found["triples"]["added"]) == len(difference.added)
