"""`Pipe`: a bounded queue between two tasks."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Generic, TypeVar

T = TypeVar("T")


class Pipe(Generic[T]):
    """A queue of at most `size` items, read with `async for` until it ends.

    It is either filled from an async generator, which waits while the pipe is full and is closed at the end
    (`fill`, run as a task of the owner's group), or pushed into from outside, where the oldest item gives way (`push`):
    old sound and old pictures are worth less than new ones.
    """

    def __init__(self, size: int) -> None:
        self._items: deque[T] = deque()
        self._size = size
        self._changed = asyncio.Event()
        self._ended = False
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._items)

    async def fill(self, source: AsyncGenerator[T, None]) -> None:
        """Move every item of the source into the pipe, then end it; also when the source fails."""
        try:
            async with aclosing(source):
                async for item in source:
                    await self._until(lambda: len(self._items) < self._size)
                    self._put(item)
        finally:
            self.end()

    def push(self, item: T) -> None:
        """Add an item at once; when the pipe is full, its oldest item is dropped and counted."""
        if len(self._items) >= self._size:
            self._items.popleft()
            self.dropped += 1
        self._put(item)

    def end(self) -> None:
        """No further item will come; what is inside can still be read."""
        self._ended = True
        self._changed.set()

    async def __aiter__(self) -> AsyncIterator[T]:
        while True:
            await self._until(lambda: bool(self._items) or self._ended)
            if not self._items:
                return
            item = self._items.popleft()
            self._changed.set()
            yield item

    def _put(self, item: T) -> None:
        self._items.append(item)
        self._changed.set()

    async def _until(self, ready: Callable[[], bool]) -> None:
        while not ready():
            self._changed.clear()
            await self._changed.wait()
