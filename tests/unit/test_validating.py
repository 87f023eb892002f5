"""Whose text is checked next."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from graph.config import Limits, Settings
from graph.errors import BudgetSpent, DeadlineExceeded, Overloaded
from graph.web.checking.validating import Task, Validators

LIMITS = Limits(validators=2, validate_seconds=30.0, client_queue_length=2, queue_length=3)


class Held(Validators):
    """Checks that last until they are let go; `under_way` are the texts being checked."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        super().__init__(replace(Settings(Path("/x"), Path("/x")), limits=limits))
        self.under_way: list[bytes] = []
        self.go = asyncio.Event()

    async def _asked(self, _task: Task, text: bytes) -> bytes:
        self.under_way.append(text)
        await self.go.wait()
        return text

    def send(self, client: str, text: bytes) -> asyncio.Task[bytes]:
        return asyncio.create_task(self.check(Task("json", "fr"), text, client, time.monotonic()))


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_client_with_a_text_at_work_leaves_a_place_to_the_others():
    async def run() -> None:
        held = Held()
        tasks = [held.send("greedy", b"1"), held.send("greedy", b"2")]
        await settled()
        assert held.under_way == [b"1"]
        tasks.append(held.send("other", b"3"))
        await settled()
        assert held.under_way == [b"1", b"3"]
        held.go.set()
        assert await asyncio.gather(*tasks) == [b"1", b"2", b"3"]

    asyncio.run(run())


def test_each_client_and_all_of_them_may_wait_so_much_and_no_more():
    async def run() -> None:
        held = Held()
        tasks = [held.send("greedy", b"%d" % number) for number in range(3)]
        await settled()
        with pytest.raises(BudgetSpent):
            await held.send("greedy", b"4")
        tasks += [held.send("other", b"5"), held.send("other", b"6")]
        await settled()
        with pytest.raises(Overloaded):
            await held.send("third", b"7")
        held.go.set()
        await asyncio.gather(*tasks)

    asyncio.run(run())


def test_a_text_given_up_leaves_its_place_waiting_or_not():
    async def run() -> None:
        held = Held(replace(LIMITS, validators=1))
        first, second, third = (held.send(client, client.encode()) for client in ("a", "b", "c"))
        await settled()
        second.cancel()
        first.cancel()
        held.go.set()
        assert await third == b"c"
        assert held.under_way == [b"a", b"c"]

    asyncio.run(run())


def test_who_waits_until_the_deadline_is_told_so():
    async def run() -> None:
        held = Held(replace(LIMITS, validators=1, validate_seconds=0.01))
        answers = await asyncio.gather(held.send("a", b"1"), held.send("b", b"2"), return_exceptions=True)
        assert all(isinstance(answer, DeadlineExceeded) for answer in answers)

    asyncio.run(run())


def test_a_server_that_stops_says_so_to_who_waits():
    async def run() -> None:
        held = Held(replace(LIMITS, validators=1))
        first, second = held.send("a", b"1"), held.send("b", b"2")
        await settled()
        await held.stop()
        with pytest.raises(Overloaded):
            await second
        with pytest.raises(Overloaded):
            await held.send("c", b"3")
        held.go.set()
        assert await first == b"1"

    asyncio.run(run())
