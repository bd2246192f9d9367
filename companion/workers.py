"""`Workers`: drawing processes, so that pictures never wait for the interpreter lock of the one that plays sound."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
from collections import deque
from multiprocessing.connection import Connection
from typing import cast

from companion.clock import Clock
from companion.drawing import Drawing, LaneDrawing, Look
from companion.engines import EngineError
from companion.lane import Lane
from companion.process import Process
from companion.types import Affect, Attention, Motion, Picture, VideoPacket, Window
from companion.worker import Farewell, Order, serve

MOST = 4
"""Workers; each holds some hundred megabytes of libraries."""
_DIED = "a drawing process died; another one takes over"


class Workers:
    """As many processes as there are cores (and sessions to come), each drawing for the sessions pinned to it.

    The first is started beforehand, the others when there are sessions for them.
    """

    def __init__(self, sessions: int) -> None:
        count = min(MOST, sessions, os.cpu_count() or 1)
        self._workers = [_Worker() for _ in range(count)]
        self._numbers = itertools.count(1)

    def prepare(self, look: Look) -> None:
        """Start the first process and let it begin to draw a picture, which takes longer than any after it."""
        if look.recipes is None:
            return
        window = Window(0.0, 1, Attention.IDLE)
        order = Order(0, look.recipes, look.portrait, window, Affect(), None, whole=True)
        self._workers[0].try_out(order)

    def rehearse(self, look: Look) -> None:
        """Wait for what `prepare` began (or begin it); for a thread without a running loop, before any session.

        Raises whatever the engines raise.
        """
        self.prepare(look)
        self._workers[0].await_trial()

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
        self._on_trial = False
        self._process: Process | None = None
        self._waiting: deque[asyncio.Future[object]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> Connection:
        """Start the process, unless it runs; this end of its pipe."""
        if self._process is None:
            self._process = Process(serve)
        return self._process.connection

    def try_out(self, order: Order) -> None:
        """Let a new process draw a picture; one that has been asked to is not asked again."""
        if self._process is None:
            self.start().send(order)
            self._on_trial = True

    def await_trial(self) -> None:
        """Wait for the picture that `try_out` asked for. Raises what the engines raised."""
        if not self._on_trial:
            return
        self._on_trial = False
        connection = self.start()
        try:
            reply = connection.recv()
            connection.send(Farewell(0))
        except (EOFError, OSError) as error:
            raise EngineError("a drawing process ended as soon as it had started") from error
        if isinstance(reply, Exception):
            raise reply

    async def ask(self, order: Order) -> object:
        """Have a picture drawn. Raises what the engines raise, `EngineError` when the process dies."""
        connection = self.start()
        if self._loop is not asyncio.get_running_loop():
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(connection.fileno(), self._answer, connection)
        answer: asyncio.Future[object] = self._loop.create_future()
        self._waiting.append(answer)
        try:
            connection.send(order)
        except OSError:
            self._fail()
        return await answer

    def leave(self, session: int) -> None:
        """Forget a session."""
        if self._process is not None:
            with contextlib.suppress(OSError):  # gone already, and its memory with it
                self._process.connection.send(Farewell(session))

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            if self._loop is not None and not self._loop.is_closed():
                self._loop.remove_reader(self._process.connection.fileno())
            self._process.close()
            self._process = self._loop = None

    def _answer(self, connection: Connection) -> None:
        try:
            reply = connection.recv()
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
        self.close()
        for answer in self._waiting:
            if not answer.done():
                answer.set_exception(EngineError(_DIED))
        self._waiting.clear()


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
