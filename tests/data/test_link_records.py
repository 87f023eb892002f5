"""The records of links of the project: a pair is decided once, in the folder of its decision, and says who decided."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from graph import config
from graph.linking.record import Decision, Record
from graph.linking.records import FOLDER, Records
from graph.style import style_of
from graph.turtle.format import format_turtle

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(Records.read(config.load(ROOT)))


def test_every_file_of_the_folder_is_one_record(records):
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "data" / FOLDER).rglob("*.ttl")}
    assert files == {f"data/{FOLDER}/{each.decision}/{each.slug}.ttl" for each in records}
    assert len(files) == len(records) > 0


def test_a_file_is_named_after_its_record_and_after_its_two_things(records):
    assert [each.iri for each in records if each.iri.rpartition("/")[2] != each.slug] == []
    assert [each.slug for each in records if each.slug.count("--") not in (1, 2)] == []


def test_every_file_is_in_the_canonical_layout(records):
    style = style_of(config.load(ROOT))
    for each in records:
        text = each.source.path.read_text(encoding="utf-8")
        assert format_turtle(text, style, path=each.source.name, base=each.source.graph) == text, each.slug


def test_no_link_is_recorded_twice_whatever_the_folder(records):
    counted = Counter((each.pair, each.predicate) for each in records)
    assert [key for key, count in counted.items() if count > 1] == []


def test_who_decides_and_when_is_said_and_nobody_else_is_named(records):
    for each in records:
        decided = each.decision is not Decision.PROPOSED
        assert bool(each.reviewer) == bool(each.reviewed) == decided, each.slug
        assert "@" not in each.reviewer, each.slug
