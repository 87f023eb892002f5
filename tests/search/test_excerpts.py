"""Excerpts: the words marked, the rest escaped, whatever stands in it."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.config import Limits
from graph.search import asking
from graph.search.answer import as_json
from graph.search.excerpts import Marks, excerpt, marked
from graph.search.searching import SearchIndex

from .conftest import PREFIXES, indexed


def test_the_words_are_marked_in_any_of_their_forms(ask):
    [found] = ask("coopération")["results"]
    assert found["excerpt"] == "Un service <mark>coopératif</mark> qui va d’un village à l’autre."


def test_the_readers_language_comes_first(ask):
    assert ask("travelling", language="en")["results"][0]["excerpt"] == "A cooperative service on wheels."
    assert ask("itinérant", language="fr")["results"][0]["excerpt"].startswith("Un service coopératif")


def test_what_is_found_by_what_is_near_says_so(ask):
    [found] = ask("itinérant direction")["results"]
    assert found["label"] == "L’agglo’bus itinérant"
    [kit] = [each for each in ask("rennes")["results"] if each["iri"].endswith("velo")]
    assert "vélos" in kit["excerpt"] or "<mark>Rennes</mark>" in kit["excerpt"]


def test_a_long_text_is_cut_around_what_is_found():
    card = {
        "names": {},
        "texts": [["fr", "avant " * 100 + "la perle rare " + "après " * 100]],
        "others": [],
        "near": [],
    }
    marks = Marks()
    marks.add(["perle"])
    found = excerpt(card, marks, "fr")
    assert found.plain.startswith("…avant")
    assert found.plain.endswith("après…")
    assert "<mark>perle</mark>" in found.html
    assert len(found.plain) < 300


@given(st.text(max_size=300), st.sampled_from(["fr", "en", "de", ""]))
def test_nothing_but_marks_is_markup(text, language):
    marks = Marks()
    marks.add(["script", "alert", "vélo"], ["x"])
    found = marked(text, language, marks)
    assert found.plain == text
    assert html.unescape(re.sub(r"</?mark>", "", found.html)) == html.unescape(html.escape(text))
    assert not re.search(r"<(?!/?mark>)", found.html)


HOSTILE = '<script>alert("é")</script> <img src=x onerror=alert(1)> \u202e\u2066&amp; \\u003c'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    text = HOSTILE.replace("\\", "\\\\")
    turtle = f"""{PREFIXES}
    t:mal dct:title '''{text}'''@fr ; dct:description '''Dit {text}'''@fr ; skos:altLabel "{"long " * 20_000}"@fr ."""
    return SearchIndex(indexed(tmp_path_factory.mktemp("hostile"), turtle), Limits())


def test_hostile_texts_are_escaped_and_what_turns_the_line_is_left_out(hostile):
    answer = as_json(hostile.search(asking.read("script alert", hostile.facets, Limits())), hostile, "fr")
    [found] = answer["results"]
    assert found["excerpt"].startswith("Dit &lt;<mark>script</mark>&gt;<mark>alert</mark>(&quot;é&quot;)&lt;/")
    assert "<img" not in found["excerpt"]
    assert "\u202e" not in found["label"] + found["excerpt"]
