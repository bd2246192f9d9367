"""`Drawing`: where the frames of one session are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from companion.clock import Clock
from companion.engines import Animator, Renderer
from companion.lane import Lane
from companion.types import Affect, Motion, Picture, Portrait, VideoPacket, Window


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


class Drawing(Protocol):
    """Draws one frame after the other for one session."""

    async def draw(
        self, clock: Clock, look: Look, window: Window, affect: Affect, last: Motion | None
    ) -> tuple[Motion, Picture | VideoPacket]:
        """The motion and the picture of a window of one frame. Raises whatever the engines raise."""
        ...

    def refresh(self) -> None:
        """Someone new is looking: the next picture must need none before it."""
        ...

    def close(self) -> None:
        """The session is over."""
        ...


class LaneDrawing:
    """Draws in a thread of this process; pictures stay pixels."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    async def draw(
        self, clock: Clock, look: Look, window: Window, affect: Affect, last: Motion | None
    ) -> tuple[Motion, Picture]:
        """The motion and the picture (size x size x 3) of a window of one frame."""
        return await self._lane.call(
            clock, draw_frame, look.animator, look.renderer, look.portrait, window, affect, last
        )

    def refresh(self) -> None:
        """Pixels never need others."""

    def close(self) -> None:
        """Nothing is kept."""


def draw_frame(
    animator: Animator,
    renderer: Renderer,
    portrait: Portrait,
    window: Window,
    affect: Affect,
    last: Motion | None,
) -> tuple[Motion, Picture]:
    """The motion and the picture of a window of one frame."""
    motion = animator.animate(window, affect, last)
    return motion, next(iter(renderer.render(portrait, motion)))
