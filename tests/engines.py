"""Engines by `module:Class` for tests of what runs in other processes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

import numpy as np

from companion.types import CHANNELS, Affect, Motion, Picture, Portrait, Window

SIZE = 64


class Counter:
    """Adds up what it is given; -1 makes it fail and -2 ends its process."""

    holds_interpreter = True

    def __init__(self, start: int = 0) -> None:
        self.start = start

    def count(self, items: Iterable[int]) -> Iterator[int]:
        """The sum so far after each item, and its negative at the end."""
        total = self.start
        for item in items:
            if item == -1:
                raise ValueError("one item is bad")
            if item == -2:
                os._exit(1)
            total += item
            yield total
        yield -total

    def forget(self) -> None:
        """Start from nothing."""
        self.start = 0


class Still:
    """An animator that never moves."""

    def animate(self, window: Window, affect: Affect, last: Motion | None) -> Motion:
        """Motion as still as before, one step further in its first channel."""
        step = 0.0 if last is None else float(last.channels[-1, 0]) + 0.01
        return Motion(np.full((window.frames, len(CHANNELS)), step, np.float32))


class Ramp:
    """A renderer whose picture is a ramp; the character `bad` makes it fail and `gone` ends its process."""

    def render(self, portrait: Portrait, motion: Motion) -> Iterator[Picture]:
        """One picture per frame."""
        if portrait.name == "bad":
            raise ValueError("no such brush")
        if portrait.name == "gone":
            os._exit(1)
        for row in motion.channels:
            across = np.linspace(0, 200, portrait.size) + 50 * float(row[0])
            yield np.repeat(np.tile(across.astype(np.uint8), (portrait.size, 1))[..., None], 3, axis=2)
