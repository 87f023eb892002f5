"""The labels that pages show are asked of the graph once."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

from fastapi import Request

from graph import config
from graph.sparql.engine import LABELS
from graph.web.labels import Labels
from graph.web.thing.facts import DESCRIPTIONS

BUS, TRAM = "https://example.org/id/bus", "https://example.org/id/tram"
SITE = SimpleNamespace(settings=SimpleNamespace(server=config.Server()))
REQUEST = Request({"type": "http", "headers": [], "client": ("127.0.0.1", 1), "state": {"accepted": 0.0, "site": SITE}})


class Graph:
    """A graph where only the bus has a label, and which tells what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    async def labels(self, iris, language, properties, **_) -> dict:
        self.asked.append(sorted(iris))
        return {BUS: (f"bus in {language} by {len(properties)}", language)} if BUS in iris else {}


def labels(of: Labels, *iris: str, language: str = "fr", properties: tuple[str, ...] = LABELS) -> dict:
    return dict(asyncio.run(of.of(REQUEST, iris, language, properties)))


def test_a_label_is_asked_once_and_so_is_that_there_is_none():
    kept = Labels(graph := Graph())
    first = labels(kept, BUS, TRAM)
    assert list(first) == [BUS]
    assert labels(kept, TRAM, BUS, BUS) == first
    assert graph.asked == [[BUS, TRAM]]


def test_only_what_is_not_known_is_asked():
    kept = Labels(graph := Graph())
    labels(kept, BUS)
    labels(kept, BUS, TRAM)
    assert graph.asked == [[BUS], [TRAM]]


def test_each_language_and_each_choice_of_properties_has_its_own():
    kept = Labels(Graph())
    assert labels(kept, BUS)[BUS] != labels(kept, BUS, language="en")[BUS]
    assert labels(kept, BUS)[BUS] != labels(kept, BUS, properties=LABELS[:1])[BUS]


def test_a_label_is_as_long_as_a_page_bears_and_acts_on_nothing():
    class Endless(Graph):
        async def labels(self, iris, language, *_, **__) -> dict:
            return dict.fromkeys(iris, ("\u202e\x07" + "interminable " * 8000, language))

    name, _ = labels(Labels(Endless()), BUS)[BUS]
    assert name.startswith("\ufffd␇interminable")
    assert name.endswith("interminable…")
    assert len(name) <= 300


def test_a_label_that_is_very_long_is_told_and_not_kept():
    class Long(Graph):
        async def labels(self, iris, *_, **__) -> dict:
            self.asked.append(sorted(iris))
            return dict.fromkeys(iris, ("word " * 150, "fr"))

    kept = Labels(graph := Long())
    assert labels(kept, BUS, properties=DESCRIPTIONS) == labels(kept, BUS, properties=DESCRIPTIONS)
    assert len(graph.asked) == 2


def test_an_iri_that_is_very_long_is_answered_and_not_kept():
    kept, long = Labels(graph := Graph()), "https://example.org/" + "a" * 1000
    assert labels(kept, long) == labels(kept, long) == {}
    assert len(graph.asked) == 2
