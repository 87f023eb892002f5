"""The formatter on every Turtle file at hand: the W3C suite, our own files, real catalogues."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from suite import HERE, SHARED, SUITES, require

from graph.config import load
from graph.style import style_of
from graph.turtle.document import read
from graph.turtle.format import Style, format_turtle
from graph.turtle.lexer import tokens

BASE = "https://w3c.github.io/rdf-tests/rdf/rdf11/rdf-turtle/x"
ROOT = HERE.parents[1]
SUITE = sorted((SUITES / "turtle11").rglob("*.ttl"))
REAL = sorted((SHARED / "real").rglob("*.ttl"))
OURS = sorted(path for folder in ("data", "ontology", "shapes") for path in (ROOT / folder).rglob("*.ttl"))


@cache
def style() -> Style:
    return style_of(load(ROOT))


def formatted(text: str) -> str:
    return format_turtle(text, style(), path="x.ttl", base=BASE)


def graph(text: str) -> set[ox.Quad]:
    found = ox.Dataset(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(found)


def comments(text: str) -> list[str]:
    return sorted(token.text.rstrip() for token in tokens(text) if token.kind == "comment")


def test_the_suite_is_there():
    require("turtle11")
    assert len(SUITE) > 290


def is_turtle(path: Path) -> bool:
    return not read(path.read_bytes().decode(), path=path.name, base=BASE).diagnostics


@pytest.mark.parametrize(
    "path", [path for path in SUITE + REAL if is_turtle(path)], ids=lambda path: path.relative_to(SHARED).as_posix()
)
def test_triples_and_comments_are_kept_and_again_changes_nothing(path: Path):
    text = path.read_bytes().decode()
    once = formatted(text)
    assert graph(once) == graph(text)
    assert comments(once) == comments(text)
    assert formatted(once) == once


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_our_files_are_formatted(path: Path):
    """`passerelles fmt` mends what fails here."""
    text = path.read_text(encoding="utf-8")
    assert formatted(text) == text
