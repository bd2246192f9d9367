"""`Lane`: one worker thread for one device; `Here`: none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from companion.clock import Clock

T = TypeVar("T")
_END = object()


class Lane:
    """A worker thread that advances generators one item a hop, so that streams share a device fairly.

    A cancelled caller never waits for the thread: the item in hand (under 80 ms by the engines' contract) is finished
    and thrown away.
    """

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=f"lane-{name}")

    async def call(self, clock: Clock, function: Callable[..., T], *arguments: object) -> T:
        """Run a function in the thread and return its result."""
        async with clock.work():
            return await asyncio.get_running_loop().run_in_executor(self._executor, function, *arguments)

    async def each(self, clock: Clock, items: Iterable[T]) -> AsyncGenerator[T, None]:
        """The items of an iterable, each made by one hop; a generator is closed in the thread when it is abandoned."""
        iterator = iter(items)
        try:
            while (item := await self.call(clock, next, iterator, _END)) is not _END:
                yield item
        finally:
            close = getattr(iterator, "close", None)
            if close is not None:
                self._executor.submit(close)

    def close(self) -> None:
        """Finish what is in hand, close what was abandoned, and end the thread."""
        self._executor.shutdown(wait=True)


class Here:
    """Called like a `Lane`, but works in the caller's own thread: for what is done sooner than a thread is reached."""

    async def call(self, clock: Clock, function: Callable[..., T], *arguments: object) -> T:
        """Run a function and return its result."""
        async with clock.work():
            return function(*arguments)
