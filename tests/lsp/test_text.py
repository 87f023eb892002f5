"""Positions of the client and offsets of ours, in each encoding that LSP knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, PositionEncodingKind, Range

from graph.diagnostics import Location
from graph.lsp.text import Text

UTF8, UTF16, UTF32 = PositionEncodingKind.Utf8, PositionEncodingKind.Utf16, PositionEncodingKind.Utf32


@pytest.mark.parametrize(("encoding", "character"), [(UTF8, 8), (UTF16, 5), (UTF32, 4)])
def test_a_position_counts_the_units_agreed_on(encoding, character):
    text = Text('"é😋"', encoding)
    assert text.position(4) == Position(0, character)
    assert text.offset(Position(0, character)) == 4


def test_half_a_character_stands_for_its_beginning():
    assert Text("😋x", UTF16).offset(Position(0, 1)) == 0
    assert Text("éx", UTF8).offset(Position(0, 1)) == 0


def test_a_character_beyond_the_line_stands_for_its_end():
    text = Text("un\r\ndeux")
    assert text.offset(Position(0, 99)) == 2
    assert text.offset(Position(1, 99)) == text.offset(Position(9, 0)) == 8


@pytest.mark.parametrize("separator", ["\u2028", "\u0085", "\x0b", "\x0c", "\x1d"])
def test_lines_end_where_the_protocol_says_and_nowhere_else(separator):
    text = Text(f"a{separator}b\nc")
    assert text.position(2) == Position(0, 2)
    assert text.offset(Position(1, 0)) == 4


def test_each_line_end_is_one():
    text = Text("a\nb\rc\r\nd")
    assert [text.position(offset).line for offset in (0, 2, 4, 7)] == [0, 1, 2, 3]


def test_a_byte_order_mark_is_a_character_for_the_client_and_none_for_us():
    text = Text("\ufeff<a>")
    assert text.located(Location("x", 1, 1, 1, 4)) == Range(Position(0, 1), Position(0, 4))


def test_a_location_beyond_the_text_is_brought_back_into_it():
    assert Text("ab").located(Location("x", 7, 3, 1, 1)) == Range(Position(0, 2), Position(0, 2))


def test_half_a_surrogate_pair_is_one_unit():
    text = Text("a\ud83dé")
    assert text.position(2) == Position(0, 2)
    assert text.offset(Position(0, 2)) == 2
    with pytest.raises(UnicodeDecodeError):
        text.bytes().decode()


ANY_TEXT = st.text(alphabet=st.sampled_from("aé😋\n\r\u2028\ufeff"), max_size=12)


@given(ANY_TEXT, st.sampled_from((UTF8, UTF16, UTF32)), st.data())
def test_an_offset_comes_back_from_its_position(content, encoding, data):
    text = Text(content, encoding)
    offset = data.draw(st.integers(0, len(content)))
    inside = content[offset - 1 : offset + 1] == "\r\n"  # between CR and LF there is no position of the client
    assert text.offset(text.position(offset)) == offset - inside


@given(ANY_TEXT, ANY_TEXT, st.sampled_from((UTF8, UTF16, UTF32)), st.data())
def test_a_change_of_the_client_changes_that_range(content, new, encoding, data):
    text = Text(content, encoding)
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    where = text.range(start, end)
    kept = text.offset(where.start), text.offset(where.end)
    assert text.edited(where, new).text == content[: kept[0]] + new + content[kept[1] :]
    assert text.edited(None, new).text == new


@given(ANY_TEXT, ANY_TEXT)
def test_the_edit_that_makes_another_text_makes_it(content, new):
    text = Text(content)
    for edit in text.becoming(new):
        text = text.edited(edit.range, edit.new_text)
    assert text.text == new


def test_the_edit_that_makes_another_text_spares_the_lines_that_stay():
    (edit,) = Text("un\ndeux\ntrois\n").becoming("un\n2\ntrois\n")
    assert (edit.range, edit.new_text) == (Range(Position(1, 0), Position(2, 0)), "2\n")
