"""`Drawing`: where frames are made: in a thread for one session, in worker processes for several."""

from __future__ import annotations

import asyncio
import functools
import multiprocessing
import os
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, cast

from companion.clock import Clock
from companion.engines import Animator, EngineError, Renderer
from companion.lane import Lane
from companion.registry import engine
from companion.types import Affect, Motion, Picture, Portrait, Window


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make an engine again in another process."""

    stage: str
    name: str
    options: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """Who is shown and how: what can be changed while the stream goes on.

    Without recipes (engines that exist only here) frames are always drawn in this process.
    """

    animator: Animator
    renderer: Renderer
    portrait: Portrait
    expressiveness: float = 1.0
    recipes: tuple[Recipe, Recipe] | None = None


class Drawing:
    """Draws frames for all sessions.

    One session is served by a thread. With two or more the interpreter lock would make them wait for each other's
    pictures, so worker processes, one per core, take over as soon as they have started.
    """

    def __init__(self, lane: Lane, workers: int | None = None) -> None:
        self._lane = lane
        self._workers = workers or min(4, os.cpu_count() or 1)
        self._sessions = 0
        self._pool: ProcessPoolExecutor | None = None
        self._ready = False
        self._starting: asyncio.Task[None] | None = None

    def join(self) -> None:
        """One more session is going to draw."""
        self._sessions += 1
        if self._sessions == 2 and self._starting is None:
            self._starting = asyncio.create_task(self._start())

    def leave(self) -> None:
        """One session less."""
        self._sessions -= 1

    async def draw(
        self, clock: Clock, look: Look, window: Window, affect: Affect, last: Motion | None
    ) -> tuple[Motion, Picture]:
        """The motion and the picture of a window of one frame. Raises whatever the engines raise."""
        if self._pool is None or not self._ready or look.recipes is None:
            return await self._lane.call(
                clock, _draw, (look.animator, look.renderer), look.portrait, window, affect, last
            )
        try:
            async with clock.work():
                return await asyncio.get_running_loop().run_in_executor(
                    self._pool, _draw, look.recipes, look.portrait, window, affect, last
                )
        except BrokenExecutor as error:
            self._pool, self._ready = None, False
            raise EngineError("a drawing process died; pictures are now drawn in the main one") from error

    def close(self) -> None:
        """End the workers."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    async def _start(self) -> None:
        # A fresh interpreter: forking a process that has threads and native libraries running can deadlock.
        self._pool = ProcessPoolExecutor(self._workers, multiprocessing.get_context("spawn"))
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._pool, os.getpid) for _ in range(self._workers)))
        self._ready = True


@functools.cache
def _made(recipe: Recipe) -> Any:  # noqa: ANN401 - each stage has its own contract
    return engine(recipe.stage, recipe.name)(**dict(recipe.options))


def _draw(
    engines: tuple[Animator, Renderer] | tuple[Recipe, Recipe],
    portrait: Portrait,
    window: Window,
    affect: Affect,
    last: Motion | None,
) -> tuple[Motion, Picture]:
    animator, renderer = (
        _made(part) if isinstance(part, Recipe) else part for part in cast("tuple[Any, Any]", engines)
    )
    motion = animator.animate(window, affect, last)
    return motion, next(iter(renderer.render(portrait, motion)))
