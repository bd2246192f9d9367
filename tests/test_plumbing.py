"""Pipe, latest, lane, clock and feed: what every stage stands on."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Iterable, Iterator

import pytest

from companion.clock import Clock, MediaLoop
from companion.feed import EngineContractError, Feed
from companion.lane import Lane
from companion.latest import Latest
from companion.pipe import Pipe


def test_a_full_pipe_holds_its_source_back_and_closes_it_in_the_end() -> None:
    made: list[int] = []
    closed = asyncio.Event()

    async def source() -> AsyncGenerator[int, None]:
        try:
            for i in range(100):
                made.append(i)
                yield i
        finally:
            closed.set()

    async def scene() -> None:
        pipe: Pipe[int] = Pipe(2)
        async with asyncio.TaskGroup() as group:
            filling = group.create_task(pipe.fill(source()))
            await asyncio.sleep(0.01)
            assert len(made) == 3  # two inside, one in hand
            async for item in pipe:
                if item == 5:
                    break
            filling.cancel()
        assert closed.is_set()

    asyncio.run(scene())


def test_a_failing_source_ends_the_pipe_and_its_failure_is_raised() -> None:
    async def source() -> AsyncGenerator[int, None]:
        yield 1
        raise RuntimeError("broken")

    async def scene() -> list[int]:
        pipe: Pipe[int] = Pipe(2)
        filling = asyncio.create_task(pipe.fill(source()))
        seen = [item async for item in pipe]
        with pytest.raises(RuntimeError, match="broken"):
            await filling
        return seen

    assert asyncio.run(scene()) == [1]


def test_pushing_into_a_full_pipe_drops_the_oldest_and_counts_it() -> None:
    async def scene() -> None:
        pipe: Pipe[int] = Pipe(2)
        for i in range(5):
            pipe.push(i)
        pipe.end()
        assert [item async for item in pipe] == [3, 4]
        assert pipe.dropped == 3

    asyncio.run(scene())


def test_a_slow_reader_of_latest_skips_what_it_missed() -> None:
    async def scene() -> list[int]:
        latest: Latest[int] = Latest()
        seen = []

        async def read() -> None:
            async for value in latest:
                seen.append(value)
                await asyncio.sleep(0.035)

        reading = asyncio.create_task(read())
        for i in range(10):
            latest.set(i)
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        reading.cancel()
        return seen

    with asyncio.Runner(loop_factory=MediaLoop) as runner:
        seen = runner.run(scene())
    assert seen[-1] == 9
    assert len(seen) < 6


def test_media_time_jumps_over_waiting_and_charges_work() -> None:
    async def scene() -> tuple[float, float]:
        clock, lane = Clock(), Lane("test")
        began = time.perf_counter()
        await clock.sleep_until(100)
        await lane.call(clock, time.sleep, 0.05)
        lane.close()
        return clock.now(), time.perf_counter() - began

    with asyncio.Runner(loop_factory=MediaLoop) as runner:
        media, wall = runner.run(scene())
    assert 100.05 <= media < 100.5
    assert wall < 5


def test_work_in_two_lanes_is_charged_side_by_side() -> None:
    async def scene() -> float:
        clock, lanes = Clock(), [Lane("a"), Lane("b")]
        await asyncio.gather(*(lane.call(clock, time.sleep, 0.1) for lane in lanes))
        for lane in lanes:
            lane.close()
        return clock.now()

    with asyncio.Runner(loop_factory=MediaLoop) as runner:
        assert 0.1 <= runner.run(scene()) < 0.19


def test_an_abandoned_generator_is_closed_in_the_lanes_thread() -> None:
    closed_in: list[str] = []

    def numbers() -> Iterator[int]:
        try:
            yield from range(10)
        finally:
            closed_in.append(threading.current_thread().name)

    async def scene() -> None:
        clock, lane = Clock(), Lane("test")
        stream = lane.each(clock, numbers())
        assert await anext(stream) == 0
        await stream.aclose()
        lane.close()

    asyncio.run(scene())
    assert closed_in
    assert closed_in[0].startswith("lane-test")


def test_a_feed_gives_one_result_per_item_and_a_last_word() -> None:
    def double(items: Iterable[int]) -> Iterator[int]:
        total = 0
        for item in items:
            total += item
            yield 2 * item
        yield total

    feed = Feed(double)
    assert [feed.advance(i) for i in (1, 2, 3)] == [2, 4, 6]
    assert feed.finish() == 6


def test_an_engine_that_stops_early_is_named() -> None:
    feed: Feed[int, int] = Feed(lambda items: iter(()))
    with pytest.raises(EngineContractError, match="ended its stream"):
        feed.advance(1)
