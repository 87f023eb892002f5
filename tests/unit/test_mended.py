"""Fixes are made whole or not at all; faults of syntax that have one cure carry it."""

from __future__ import annotations

import pytest

from graph.diagnostics import Edit, Fix, Location
from graph.texts import Text
from graph.turtle.document import read
from graph.turtle.mended import mended, together

HEAD = "@prefix ex: <https://example.org/> .\n"


def fix(*edits, path="a.ttl"):
    """A fix of the first line: from a column, to a column, the new text."""
    return Fix(Text("x"), tuple(Edit(Location(path, 1, start, 1, end), new) for start, end, new in edits))


def test_a_fix_that_touches_another_is_left_out_whole():
    fixes = [fix((3, 5, "C")), fix((1, 2, "A"), (4, 6, "D")), fix((1, 1, "B"))]
    assert mended("abcdef", fixes) == ("BabCef", 2)
    assert together("abcdef", fixes) == ([(0, 0, "B"), (2, 4, "C")], 2)


def test_a_fix_of_several_files_is_left_out():
    both = Fix(Text("x"), (*fix((1, 2, "A")).edits, *fix((1, 2, "B"), path="b.ttl").edits))
    assert mended("abc", [both]) == ("abc", 0)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("ex:a a ex:B # one\nex:c a ex:D .\n", "ex:a a ex:B . # one\nex:c a ex:D .\n"),
        ("ex:a a ex:B ex:p ex:c .", "ex:a a ex:B ; ex:p ex:c ."),
        ("ex:a ex:p 'one' 'two' .", "ex:a ex:p 'one', 'two' ."),
        ("ex:a ex:p “Scie”@fr, “Saw”@en .", 'ex:a ex:p "Scie"@fr, "Saw"@en .'),
        ('ex:a ex:p "Scie”@fr, “Saw”@en .', 'ex:a ex:p "Scie"@fr, "Saw"@en .'),
        ("ex:a ex:p TRUE .", "ex:a ex:p true ."),
        ("ex:a ex:p http://example.org/a .", "ex:a ex:p <http://example.org/a> ."),
        ("ex:a ex:p <http://example.org/a .", "ex:a ex:p <http://example.org/a> ."),
    ],
)
def test_a_fault_of_syntax_carries_its_cure(wrong, right):
    found = read(HEAD + wrong, path="a.ttl").diagnostics
    assert mended(HEAD + wrong, [one.fix for one in found if one.fix])[0] == HEAD + right
    assert read(HEAD + right, path="a.ttl").diagnostics == ()


@pytest.mark.parametrize("wrong", ["ex:a ex:p ex:o ] .", "ex:a exx:p ex:o .", "ex:a ex:p word .", "ex:a ex:p “one .\n"])
def test_a_fault_that_may_mean_several_things_is_left_to_its_author(wrong):
    found = read(HEAD + wrong, path="a.ttl").diagnostics
    assert {one.fix for one in found} == {None}
