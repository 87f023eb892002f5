"""Dates in words: what a reader sees of a date of the graph, and what is none."""

from __future__ import annotations

import re

import pytest

from graph.web.dates import day, period, since, worded


@pytest.mark.parametrize(
    ("written", "french", "english"),
    [
        ("2016", "2016", "2016"),
        ("2016-03", "mars 2016", "March 2016"),
        ("2016-03-01", "1er mars 2016", "1 March 2016"),
        ("2016-08-12", "12 août 2016", "12 August 2016"),
        ("2016-03-12Z", "12 mars 2016", "12 March 2016"),
        ("2016-03-12T00:00:00", "12 mars 2016", "12 March 2016"),
        ("2016-03-12T09:05:31.5Z", "12 mars 2016 à 9 h 05 UTC", "12 March 2016 at 9:05 UTC"),
        ("2016-03-12T14:05:00+02:00", "12 mars 2016 à 14 h 05 UTC+02:00", "12 March 2016 at 14:05 UTC+02:00"),
    ],
)
def test_a_date_is_told_in_words(written, french, english):
    assert worded(written, "fr") == french
    assert worded(written, "en") == english


@pytest.mark.parametrize("written", ["2016-02-30", "2016-13", "12/03/2016", "-0044", "20160312", "vers 2016", ""])
def test_what_is_no_date_is_shown_as_it_is_written(written):
    assert worded(written, "fr") == str(day(written, "fr")) == written


def test_what_is_no_date_has_bounds_and_acts_on_nothing_around_it():
    written = "le\u202e <b>" + "l" * 10_000
    for told in (worded(written, "fr"), day(written, "fr"), period(written, "2016", "fr"), since(written, "fr")):
        assert "\u202e" not in told
        assert len(told) < 500
    assert worded("l'été ?", "fr") == day("l'été ?", "fr") == "l’été\u202f?"
    assert "<b>" not in day(written, "fr")


def test_programs_find_in_the_page_what_is_written():
    assert day("2016-03-12", "fr") == '<time class="day" datetime="2016-03-12">12 mars 2016</time>'
    assert day("2016-03-12+01:00", "fr") == '<time class="day" datetime="2016-03-12">12 mars 2016</time>'
    assert 'datetime="2016-03-12T14:05:00Z"' in day("2016-03-12T14:05:00Z", "en")
    assert day("<script>", "fr") == "&lt;script&gt;"


@pytest.mark.parametrize(
    ("first", "last", "french", "english"),
    [
        ("2016-03-12", "2016-03-14", "du 12 au 14 mars 2016", "from 12 to 14 March 2016"),
        ("2016-03-01", "2016-03-14", "du 1er au 14 mars 2016", "from 1 to 14 March 2016"),
        ("2016-02-28", "2016-03-01", "du 28 février au 1er mars 2016", "from 28 February to 1 March 2016"),
        ("2016-12-03", "2017-01-02", "du 3 décembre 2016 au 2 janvier 2017", "from 3 December 2016 to 2 January 2017"),
        ("2016-03", "2016-05", "de mars à mai 2016", "from March to May 2016"),
        ("2016-10", "2017-05", "d’octobre 2016 à mai 2017", "from October 2016 to May 2017"),
        ("2014", "2016", "de 2014 à 2016", "from 2014 to 2016"),
        ("2014-10-29", "2019", "29 octobre 2014 – 2019", "29 October 2014 – 2019"),
        ("2014", "2014", "2014", "2014"),
        ("2016-03-12", "2016-03-12Z", "12 mars 2016", "12 March 2016"),
        ("2016-03-12T00:00:00", "2016-03-12", "12 mars 2016", "12 March 2016"),
        ("2016-03-14", "2016-03-12", "14 mars 2016", "14 March 2016"),
        ("2016-03-14", "2015", "14 mars 2016", "14 March 2016"),
        ("2016-05", "2016-03", "mai 2016", "May 2016"),
        ("2016", "2016-03-12", "2016 – 12 mars 2016", "2016 – 12 March 2016"),
        ("<b>", "2016", "&lt;b&gt; – 2016", "&lt;b&gt; – 2016"),
    ],
)
def test_a_period_says_once_what_its_ends_share(first, last, french, english):
    for language, told in (("fr", french), ("en", english)):
        assert re.sub(r"</?time[^>]*>", "", period(first, last, language)) == told


def test_both_ends_of_a_period_are_there_for_programs():
    assert re.findall(r'datetime="([^"]*)"', period("2016-03-12", "2016-03-14", "fr")) == ["2016-03-12", "2016-03-14"]


def test_since_when_has_its_article_before_a_day_alone():
    assert re.sub(r"</?time[^>]*>", "", since("2016-03-12", "fr")) == "depuis le 12 mars 2016"
    assert re.sub(r"</?time[^>]*>", "", since("2016-03", "fr")) == "depuis mars 2016"
