"""Answers as they come: any number of readers, each from the beginning, none of which holds the writer."""

from __future__ import annotations

import asyncio

import pytest

from graph.errors import DeadlineExceeded, QueryCancelled
from graph.sparql.spool import Spool


async def read_all(spool: Spool) -> bytes:
    reader = spool.read()
    try:
        return await reader.whole()
    finally:
        reader.close()


@pytest.mark.parametrize("in_memory", [1_000_000, 100, 0])
def test_every_reader_gets_all_of_it_from_memory_or_from_a_file(in_memory):
    async def work():
        spool = Spool(held=1_000_000, in_memory=in_memory)
        early = asyncio.create_task(read_all(spool))
        stays = spool.read()
        parts = [bytes([65 + number]) * 70 for number in range(20)]
        for part in parts:
            spool.write(part)
            await asyncio.sleep(0)
        spool.finish()
        answers = [await early, await read_all(spool)]
        stays.close()
        return answers, b"".join(parts), spool.in_memory

    answers, expected, kept = asyncio.run(work())
    assert answers == [expected, expected]
    assert kept is (in_memory == 1_000_000)


def test_the_beginning_is_held_back_until_it_is_whole_or_large():
    async def work():
        spool = Spool(held=10, in_memory=100)
        reader = spool.read()
        waiting = asyncio.create_task(reader.settled())
        spool.write(b"12345")
        await asyncio.sleep(0)
        early = waiting.done()
        spool.write(b"678901")
        await waiting
        reader.close()
        return early, spool.complete

    assert asyncio.run(work()) == (False, False)


def test_a_failure_reaches_every_reader_even_in_the_middle():
    async def work():
        spool = Spool(held=1, in_memory=100)
        reader = spool.read()
        spool.write(b"12345")
        parts = reader.__aiter__()
        first = await anext(parts)
        spool.fail(DeadlineExceeded("deadline", seconds="1"))
        with pytest.raises(DeadlineExceeded):
            await anext(parts)
        with pytest.raises(DeadlineExceeded):
            await read_all(spool)
        reader.close()
        return first

    assert asyncio.run(work()) == b"12345"


def test_the_last_reader_that_leaves_too_early_abandons_it():
    async def work():
        left = []
        spool = Spool(held=1, in_memory=100, abandoned=lambda: left.append(1))
        one, other = spool.read(), spool.read()
        one.close()
        after_one = list(left)
        other.close()
        return after_one, left

    assert asyncio.run(work()) == ([], [1])


def test_a_reader_that_is_cancelled_fails_alone():
    async def work():
        spool = Spool(held=1_000, in_memory=1_000)
        cancelled, other = spool.read(), asyncio.create_task(read_all(spool))
        await asyncio.sleep(0)
        cancelled.cancel(QueryCancelled("query-stopped"))
        with pytest.raises(QueryCancelled):
            await cancelled.whole()
        cancelled.close()
        spool.write(b"all")
        spool.finish()
        return await other

    assert asyncio.run(work()) == b"all"
