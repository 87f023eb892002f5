"""A site below a path of its proxy, which may keep that path or take it away."""

from __future__ import annotations

import asyncio

import pytest

from graph.web.app import create_app

from .test_lifecycle import answers_of

QUERY = b"query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D"


@pytest.mark.parametrize("kept", ["/graphe", ""])
def test_addresses_have_the_path_of_the_proxy_once(settings, snapshot, kept):
    async def ask():
        app = create_app(settings, snapshot, "https://example.org/graphe")
        async with app.state.endpoint.open():
            first = await answers_of(app, "GET", f"{kept}/sparql", QUERY)
            headers = {name.decode(): value.decode() for name, value in first[0]["headers"]}
            location = headers["content-location"]
            path = location.partition("?")[0].removeprefix("/graphe" if not kept else "")
            pinned = await answers_of(app, "GET", path, QUERY)
            page = await answers_of(app, "GET", f"{kept}/")
        return location, first, pinned, page

    location, first, pinned, page = asyncio.run(ask())
    assert location.startswith(f"/graphe/snapshots/{snapshot.id}/sparql?")
    assert pinned[0]["status"] == first[0]["status"] == page[0]["status"] == 200
    assert pinned[1]["body"] == first[1]["body"]
    assert b'href="/graphe/sparql"' in page[1]["body"]
