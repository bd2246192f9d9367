"""`Latest`: a slot that holds only the newest value."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """The newest value of something that changes; a slow reader skips what it missed."""

    def __init__(self) -> None:
        self._value: T | None = None
        self._version = 0
        self._changed = asyncio.Event()

    @property
    def value(self) -> T | None:
        """The newest value, None before the first."""
        return self._value

    def set(self, value: T) -> None:
        """Replace the value and wake whoever waits for a newer one."""
        self._value = value
        self._version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[T]:
        seen = 0
        while True:
            while self._version == seen:
                await self._changed.wait()
            seen = self._version
            assert self._value is not None  # noqa: S101 - a version above 0 means that a value was set
            yield self._value
