"""The text report: the source line with carets below what is wrong, whatever the line holds."""

from __future__ import annotations

import pytest

from graph.diagnostics import Diagnostic, Location, Severity
from graph.gate import GateReport
from graph.report import text
from graph.texts import Text


def report(*places: Location, severity=Severity.ERROR) -> GateReport:
    return GateReport(tuple(Diagnostic(p, severity, "PAS004", Text("file.empty")) for p in places), 1, 0)


@pytest.fixture
def excerpt(tmp_path, monkeypatch):
    """The lines below the diagnostic, for a file with that content and a range of it."""
    monkeypatch.chdir(tmp_path)

    def excerpt(content: str | bytes, *place: int) -> list[str]:
        (tmp_path / "x.ttl").write_bytes(content.encode() if isinstance(content, str) else content)
        return text.write(report(Location("x.ttl", *place)), "en", tmp_path).splitlines()[1:]

    return excerpt


def test_carets_stand_below_wide_and_combining_characters(excerpt):
    assert excerpt("共e\u0301 🚗x\n", 1, 5, 1, 6) == ["    共e\u0301 🚗x", "        ^^"]
    assert excerpt("共e\u0301 🚗x\n", 1, 6, 1, 7)[1] == "          ^"


def test_a_range_of_several_lines_is_underlined_without_its_margins(excerpt):
    assert excerpt("a bcd\n\t efg\nhi j\n", 1, 3, 3, 3) == [
        "    a bcd",
        "      ^^^",
        "      efg",
        "      ^^^",
        "    hi j",
        "    ^^",
    ]


def test_a_range_that_ends_before_a_line_leaves_that_line_out(excerpt):
    assert excerpt("abc\ndef\n", 1, 2, 2, 1) == ["    abc", "     ^^"]


def test_a_long_range_shows_its_first_lines(excerpt):
    assert excerpt("a\nb\nc\nd\n", 1, 1, 4, 2)[-3:] == ["    c", "    ^", "    …"]


def test_a_long_line_is_cut_around_the_range(excerpt):
    shown, carets = excerpt(f"{'x' * 5000}WRONG{'y' * 5000}\n", 1, 5001, 1, 5006)
    assert len(shown) < 200
    assert shown[carets.index("^") : carets.rindex("^") + 1] == "WRONG"
    assert shown.startswith("    …x")
    assert shown.endswith("y…")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_the_lexer_says(excerpt, end):
    assert excerpt(f"a\x0b\x85\u2028{end}bcd{end}", 2, 2, 2, 3) == ["    bcd", "     ^"]


def test_a_byte_order_mark_takes_no_column(excerpt):
    assert excerpt(b"\xef\xbb\xbfabc\n", 1, 1, 1, 2) == ["    abc", "    ^"]


def test_what_is_not_utf8_is_shown_all_the_same(excerpt):
    assert excerpt(b"a \xff b\n", 1, 3, 1, 4) == ["    a \ufffd b", "      ^"]


def test_a_terminal_escape_in_a_file_is_shown_and_does_not_act(excerpt):
    assert excerpt("a \x1b[31m \u202eb\n", 1, 1, 1, 2)[0] == "    a ␛[31m \ufffdb"


@pytest.mark.parametrize("place", [(9, 1, 9, 2), (1, 90, 1, 91), (2, 1, 1, 1), (1, 3, 1, 2)])
def test_a_place_the_file_does_not_have_is_no_trouble(excerpt, place):
    assert len(excerpt("abc\ndef", *place)) in (0, 2)


@pytest.mark.parametrize("path", ["-", "data", "no\x00name", "x" * 5000, "nowhere/x.ttl", ""])
def test_what_is_not_a_file_has_no_source_line(tmp_path, path):
    assert len(text.write(report(Location(path)), "en", tmp_path).splitlines()) == 1


def test_a_blank_line_parts_files_where_the_source_is_shown(tmp_path):
    two = report(Location("a"), Location("a", 2), Location("b"))
    assert [bool(line) for line in text.write(two, "en", tmp_path).split("\n")[:-1]] == [True, True, False, True]
    assert "\n\n" not in text.write(two, "en")


def test_colour_is_of_the_severity():
    assert "\033[1;31m error\033[0m" in text.write(report(Location("a")), "en", colour=True)
    warned = report(Location("a"), severity=Severity.WARNING)
    assert "\033[1;33m warning\033[0m" in text.write(warned, "en", colour=True)
    assert "\033" not in text.write(warned, "en")
