"""The media clock of a session, and the loop that lets it run faster than the wall's."""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Clock:
    """Seconds on the running event loop since this clock was made.

    Live, that is wall time. On a `MediaLoop` it is media time: it jumps to the next thing that is due, and stands
    still while `work` is going on, which is then charged with the time it really took. So a recording is replayed
    faster than real time and its latencies are still those of this machine.
    """

    def __init__(self, stopwatch: Callable[[], float] = time.perf_counter) -> None:
        self._zero = asyncio.get_running_loop().time()
        self._stopwatch = stopwatch

    def now(self) -> float:
        """Seconds since the clock was made."""
        return asyncio.get_running_loop().time() - self._zero

    async def sleep_until(self, moment: float) -> None:
        """Wait for a moment of this clock; one that has passed only lets others run."""
        await asyncio.sleep(max(0.0, moment - self.now()))

    @asynccontextmanager
    async def work(self) -> AsyncIterator[None]:
        """Wrap whatever really takes time outside the loop: a worker thread, a server."""
        loop = asyncio.get_running_loop()
        if not isinstance(loop, MediaLoop):
            yield
            return
        start = self._stopwatch()
        loop.hold()
        try:
            yield
        finally:
            loop.release()
        await asyncio.sleep(self._stopwatch() - start)


class MediaLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time: when nothing is left to do but wait, it jumps instead of waiting.

    Between `hold` and `release` it does not jump, since something real is being waited for.
    """

    def __init__(self) -> None:
        self._now = 0.0
        self._holds = 0
        super().__init__(_Jumping(self))

    def time(self) -> float:
        """Seconds of virtual time."""
        return self._now

    def hold(self) -> None:
        """Stop the time for one more piece of real work."""
        self._holds += 1

    def release(self) -> None:
        """Let the time go on, once every hold is released."""
        self._holds -= 1

    @property
    def held(self) -> bool:
        """Whether real work is being waited for."""
        return self._holds > 0

    def jump(self, seconds: float) -> None:
        """Move the time on."""
        self._now += seconds


class _Jumping(selectors.DefaultSelector):
    """A selector that turns waiting into a jump of its loop's time."""

    def __init__(self, loop: MediaLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or (timeout > 0 and self._loop.held):
            return super().select(None)
        ready = super().select(0)
        if not ready and timeout > 0:
            self._loop.jump(timeout)
        return ready
