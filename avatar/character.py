"""`CharacterRenderer`: our own illustrated supporters, drawn from blend shapes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from avatar import cast
from avatar.backdrop import backdrop
from avatar.body import Body
from avatar.canvas import canvas_on
from avatar.eyes import TURN, Eyes
from avatar.glasses import Glasses
from avatar.hair import Hair
from avatar.head import Head
from avatar.mosaic import Mosaic
from avatar.mouth import Mouth
from avatar.rig import UNITS, Array, Placed, Pose, Rig
from companion.types import CHANNELS, Motion, Picture, Portrait

SMALLEST, LARGEST = 64, 2048
KEPT = 6
"""Painted figures kept: each holds some ten megabytes at 512 pixels."""
SAME_PIXELS = 0.2
"""No eye tells pictures apart whose points all lie this close together."""
SAME_WEIGHT = 0.015
"""Nor those whose shapes differ this little in strength: shades and folds follow them."""
RECENT = 4
"""Pictures remembered: as many sessions may share a figure."""


class CharacterRenderer:
    """Draws an illustrated adult supporter on the CPU, every blend shape by hand."""

    def __init__(self) -> None:
        self._figures: dict[tuple[str, int], Figure] = {}
        self._lock = Lock()

    @classmethod
    def characters(cls) -> Mapping[str, str]:
        """The characters' names with their titles; the first is the one to show when nobody chose."""
        return {name: cast.character(name).title for name in cast.names()}

    def render(self, portrait: Portrait, motion: Motion) -> Iterator[Picture]:
        """One picture (size x size x 3, RGB) per frame of `motion.channels` (frames x 57).

        A picture depends on its own frame alone (to within `SAME_PIXELS`: a face that has hardly moved is not drawn
        again), so motion may come in pieces of any length. Values out of range are clipped. Raises `ValueError` for an
        unknown character (with the nearest right name), a size out of 64..2048, channels of another shape, or a value
        that is not a number.
        """
        channels = np.asarray(motion.channels)
        if channels.ndim != 2 or channels.shape[1] != len(CHANNELS):
            raise ValueError(f"motion must be frames x {len(CHANNELS)}, got {' x '.join(map(str, channels.shape))}")
        if not np.isfinite(channels).all():
            frame, column = np.argwhere(~np.isfinite(channels))[0]
            raise ValueError(f"frame {frame} of the motion holds {channels[frame, column]} for {CHANNELS[column]}")
        figure = self._figure(portrait)
        return (figure.draw(row) for row in channels)

    def _figure(self, portrait: Portrait) -> Figure:
        if not SMALLEST <= portrait.size <= LARGEST:
            raise ValueError(f"a picture's side must lie in {SMALLEST}..{LARGEST} pixels, got {portrait.size}")
        key = portrait.name, portrait.size
        with self._lock:
            figure = self._figures.pop(key, None) or Figure(cast.character(portrait.name), portrait.size)
            self._figures[key] = figure
            if len(self._figures) > KEPT:
                del self._figures[next(iter(self._figures))]
        return figure


class Figure:
    """One character at one size, its still parts painted."""

    def __init__(self, character: cast.Character, size: int) -> None:
        self._size = size
        self._rig = Rig()
        self._body = Body(character, self._rig, size)
        self._hair = Hair(character, self._rig, size)
        self._head = Head(character, self._rig, size)
        self._eyes = Eyes(character, self._rig, size)
        self._mouth = Mouth(character, self._rig)
        self._glasses = Glasses(character.glasses, self._rig) if character.glasses else None
        self._rig.freeze()
        self._mosaic = Mosaic(backdrop(size), [*self._hair.layers, self._body.layer, self._head.layer])
        self._canvas = canvas_on(self._mosaic.pixels)
        self._recent: deque[tuple[Array, Picture]] = deque(maxlen=RECENT)
        self._lock = Lock()

    def draw(self, row: NDArray[np.float32]) -> Picture:
        """The picture of one frame of channels. Several sessions may share a figure; it draws for one at a time."""
        pose = Pose(row)
        with self._lock:
            placed = self._rig.place(pose)
            state = self._state(placed, pose)
            for known, picture in reversed(self._recent):
                if np.abs(state - known).max() <= 1:
                    return picture.copy()
            picture = self._draw(placed, pose)
            self._recent.append((state, picture))
            return picture.copy()

    def _state(self, placed: Placed, pose: Pose) -> Array:
        """All that a picture shows, in units of what nobody sees."""
        pixel = self._size / UNITS
        gaze = np.array([*pose.gaze.values()]).ravel()
        points = placed.points.ravel() * (pixel / SAME_PIXELS)
        return np.concatenate([points, gaze * (TURN * pixel / SAME_PIXELS), pose.weights / SAME_WEIGHT])

    def _draw(self, placed: Placed, pose: Pose) -> Picture:
        import cv2

        behind, front = self._hair.bend(placed, behind=True), self._hair.bend(placed, behind=False)
        bends = [*behind, self._body.bend(placed), self._head.bend(placed, pose)]
        later = self._mosaic.assemble(bends, front)
        self._features(placed, pose)
        self._mosaic.cover(later)
        shown = self._mosaic.pixels[: self._size, : self._size]
        return np.asarray(cv2.cvtColor(shown, cv2.COLOR_RGBA2RGB), np.uint8)

    def _features(self, placed: Placed, pose: Pose) -> None:
        """What is drawn afresh in every frame."""
        canvas = self._canvas
        canvas.save()
        canvas.scale(self._size / UNITS, self._size / UNITS)
        self._eyes.draw(canvas, placed, pose)
        self._mouth.draw(canvas, placed, pose)
        if self._glasses is not None:
            self._glasses.draw(canvas, placed)
        canvas.restore()
