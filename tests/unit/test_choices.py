"""What is typed for a choice of a list is compared with many names beside the answers, which do not wait for it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from graph.errors import MalformedQuery, NoSuchThing
from graph.sparql.header import Parameter
from graph.web.querying import names
from graph.web.terms import Term

CHOICE = "https://example.org/choice"
SAID = {"option-names": ("name", "Voirie " * 30), "option-definitions": ("definition", "De quoi la rue est faite.")}


class Site:
    """A site whose one list has one choice."""

    async def options(self, *_):
        return (CHOICE,)

    async def rows(self, _, query, **__):
        column, text = SAID[query]
        return [{"option": Term("iri", CHOICE), column: Term("literal", text)}]

    async def labels(self, *_):
        return {}

    @property
    def forms(self):
        return self


def test_spellings_are_compared_in_a_thread_and_never_long(monkeypatch):
    compared = []

    def compare(text, known, *_):
        with pytest.raises(RuntimeError, match="no running event loop"):
            asyncio.get_running_loop()
        compared.append((text, *known))
        return []

    async def nothing(*_):
        raise NoSuchThing("name-unknown", name="")

    monkeypatch.setattr(names, "get_close_matches", compare)
    monkeypatch.setattr(names.naming, "meant", nothing)
    query = SimpleNamespace(parameters=(Parameter("theme", "iri"),))
    with pytest.raises(MalformedQuery):
        asyncio.run(names.settled(None, Site(), query, {"theme": "voirrie " * 25}))
    [(text, *known)] = compared
    assert (text, known) == (("voirrie " * 25)[:60], [("voirie " * 30)[:60]])
