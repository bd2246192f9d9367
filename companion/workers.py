"""`Workers`: drawing processes, so that pictures never wait for the interpreter lock of the one that plays sound."""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import cast

from companion.clock import Clock
from companion.drawing import Drawing, LaneDrawing, Look
from companion.engines import EngineError
from companion.lane import Lane
from companion.types import Affect, Attention, Motion, Picture, VideoPacket, Window
from companion.worker import Farewell, Order, serve

MOST = 4
"""Workers; each holds some hundred megabytes of libraries."""
_DIED = "a drawing process died; another one takes over"


class Workers:
    """As many processes as there are cores (and sessions to come), each drawing for the sessions pinned to it."""

    def __init__(self, sessions: int) -> None:
        count = min(MOST, sessions, os.cpu_count() or 1)
        self._workers = [_Worker() for _ in range(count)]
        self._numbers = itertools.count(1)

    def rehearse(self, look: Look) -> None:
        """Start every process and let each draw a picture; for a thread without a running loop, before any session.

        Raises whatever the engines raise.
        """
        if look.recipes is None:
            return
        window = Window(0.0, 1, Attention.IDLE)
        order = Order(0, look.recipes, look.portrait, window, Affect(), None, whole=True)
        for worker in self._workers:
            worker.start()
        for worker in self._workers:
            worker.try_out(order)

    def drawing(self, lane: Lane) -> Drawing:
        """A place for one more session, at the least busy worker; `lane` draws what cannot be made again elsewhere."""
        worker = min(self._workers, key=lambda worker: worker.sessions)
        return _WorkerDrawing(worker, next(self._numbers), LaneDrawing(lane))

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()


class _Worker:
    """One process, its answers in the order they were asked for."""

    def __init__(self) -> None:
        self.sessions = 0
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None
        self._waiting: deque[asyncio.Future[object]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> Connection:
        """Start the process, unless it runs."""
        if self._connection is None:
            # A fresh interpreter: forking a process that has threads and native libraries running can deadlock.
            context = multiprocessing.get_context("spawn")
            here, there = context.Pipe()
            self._process = context.Process(target=serve, args=(there,), daemon=True)
            with _one_thread():
                self._process.start()
            there.close()
            self._connection = here
        return self._connection

    def try_out(self, order: Order) -> None:
        """Have one picture drawn and wait for it."""
        connection = self.start()
        connection.send(order)
        try:
            reply = connection.recv()
        except (EOFError, OSError) as error:
            raise EngineError("a drawing process ended as soon as it had started") from error
        connection.send(Farewell(order.session))
        if isinstance(reply, Exception):
            raise reply

    async def ask(self, order: Order) -> object:
        """Have a picture drawn. Raises what the engines raise, `EngineError` when the process dies."""
        connection = self.start()
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(connection.fileno(), self._answer)
        answer: asyncio.Future[object] = self._loop.create_future()
        self._waiting.append(answer)
        try:
            connection.send(order)
        except OSError:
            self._fail()
        return await answer

    def leave(self, session: int) -> None:
        """Forget a session."""
        if self._connection is not None and self._process is not None and self._process.is_alive():
            self._connection.send(Farewell(session))

    def close(self) -> None:
        """End the process."""
        if self._connection is not None:
            self._detach()
        if self._process is not None:
            self._process.join(timeout=2)
            self._process.kill()
            self._process = None

    def _answer(self) -> None:
        assert self._connection is not None  # noqa: S101 - there is a reader only while there is a connection
        try:
            reply = self._connection.recv()
        except (EOFError, OSError):
            self._fail()
            return
        answer = self._waiting.popleft()
        if answer.done():  # whoever asked is gone
            return
        if isinstance(reply, Exception):
            answer.set_exception(reply)
        else:
            answer.set_result(reply)

    def _fail(self) -> None:
        self._detach()
        for answer in self._waiting:
            if not answer.done():
                answer.set_exception(EngineError(_DIED))
        self._waiting.clear()

    def _detach(self) -> None:
        assert self._connection is not None  # noqa: S101 - as above
        if self._loop is not None and not self._loop.is_closed():
            self._loop.remove_reader(self._connection.fileno())
        self._connection.close()
        self._connection = self._loop = None


class _WorkerDrawing:
    """One session's place at a worker."""

    def __init__(self, worker: _Worker, number: int, here: LaneDrawing) -> None:
        self._worker, self._number, self._here = worker, number, here
        self._whole = True
        worker.sessions += 1

    async def draw(
        self, clock: Clock, look: Look, window: Window, affect: Affect, last: Motion | None
    ) -> tuple[Motion, Picture | VideoPacket]:
        """The motion and the encoded picture of a window of one frame."""
        if look.recipes is None:
            return await self._here.draw(clock, look, window, affect, last)
        order = Order(self._number, look.recipes, look.portrait, window, affect, last, self._whole)
        self._whole = False
        try:
            async with clock.work():
                return cast("tuple[Motion, VideoPacket]", await self._worker.ask(order))
        except BaseException:
            self._whole = True  # a picture may be lost, and the next one must not build on it
            raise

    def refresh(self) -> None:
        """The next picture needs none before it."""
        self._whole = True

    def close(self) -> None:
        """Make room for another session."""
        self._worker.sessions -= 1
        self._worker.leave(self._number)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Processes started within do their linear algebra in one thread: theirs are many and small, and cores are few."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
