"""Whose turn it is to ask a server: no client keeps it from the others."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from graph.federation.turns import Turns


class Requests:
    """Requests that last until they are told to end; `under_way` are the clients of those that have their turn."""

    def __init__(self, most):
        self.turns, self.under_way, self.tasks, self.ends = Turns(most), [], {}, {}

    async def add(self, name):
        end = self.ends[name] = asyncio.Event()

        async def request():
            async with self.turns.turn(name[0]):
                self.under_way.append(name)
                try:
                    await end.wait()
                finally:
                    self.under_way.remove(name)

        self.tasks[name] = asyncio.create_task(request())
        await settled()

    async def end(self, name):
        self.ends[name].set()
        await self.tasks[name]
        await settled()

    async def leave(self, name):
        self.tasks[name].cancel()
        with suppress(asyncio.CancelledError):
            await self.tasks[name]
        await settled()


async def settled():
    for _ in range(3):
        await asyncio.sleep(0)


async def requests(most, *names):
    given = Requests(most)
    for name in names:
        await given.add(name)
    return given


def test_one_client_leaves_a_turn_to_the_others():
    async def scene():
        given = await requests(4, "a1", "a2", "a3", "a4", "b1")
        assert given.under_way == ["a1", "a2", "a3", "b1"]
        await given.end("a1")
        assert given.under_way == ["a2", "a3", "b1", "a4"]

    asyncio.run(scene())


def test_who_has_fewest_under_way_goes_first_then_who_waits_longest():
    async def scene():
        given = await requests(4, "a1", "a2", "b1", "b2", "a3", "b3", "c1")
        await given.end("a1")
        assert given.under_way[-1] == "c1"
        await given.end("c1")
        assert given.under_way[-1] == "a3"

    asyncio.run(scene())


def test_whoever_leaves_gives_the_turn_back_or_does_not_take_it():
    async def scene():
        given = await requests(2, "a1", "b1", "c1", "d1")
        await given.leave("c1")
        await given.leave("a1")
        assert given.under_way == ["b1", "d1"]

    asyncio.run(scene())


def test_a_turn_offered_to_one_who_has_just_left_goes_to_the_next():
    async def scene():
        given = await requests(2, "a1", "b1", "c1", "d1")
        given.tasks["c1"].cancel()
        await given.end("a1")  # before c1 had time to go
        given.tasks["d1"].cancel()
        given.ends["b1"].set()
        await asyncio.gather(*given.tasks.values(), return_exceptions=True)
        async with given.turns.turn("e"), given.turns.turn("f"):
            pass

    asyncio.run(scene())


def test_the_house_may_have_every_turn():
    async def scene():
        turns = Turns(2)
        async with turns.turn(""), turns.turn(""):
            pass

    asyncio.run(asyncio.wait_for(scene(), 5))
