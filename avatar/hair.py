"""`Hair`: locks of strands, painted once, in a layer behind the shoulders and one before the face."""

from __future__ import annotations

from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

from avatar.cast import Character, Lock
from avatar.curve import between, resample, smooth
from avatar.palette import Colour, colour, fill, mix, stroke
from avatar.rig import Array, Placed, Rig
from avatar.skin import pushes
from avatar.warp import Layer

LEFT, TOP, RIGHT, BOTTOM = -330.0, -345.0, 330.0, 420.0
COLUMNS, ROWS = 12, 14
STRAND_POINTS = 14


class Hair:
    """The hair of a character. What hangs below the chin follows the head only in part."""

    def __init__(self, character: Character, rig: Rig, size: int) -> None:
        self._character, self._size = character, size
        hair = character.hair
        self._dark, self._middle, self._light = colour(hair.dark), colour(hair.middle), colour(hair.light)
        self._layers: dict[str, Layer] = {}
        for name, behind in (("hairBack", True), ("hairFront", False)):
            locks = [lock for lock in hair.locks if lock.behind == behind]
            if not locks and (behind or not hair.scalp):
                continue
            left, right = LEFT, RIGHT
            flat = np.stack(np.meshgrid(np.linspace(left, right, COLUMNS), np.linspace(TOP, BOTTOM, ROWS)), -1).reshape(
                -1, 2
            )
            x, y = flat.T
            out = 150 * np.sqrt(np.clip(1 - (x / 330) ** 2 - ((y - 20) / 520) ** 2, 0.05, 1))
            follow = np.clip(1.0 - (y - 60) / 420, 0.22, 1.0)
            rig.add(name, np.column_stack([flat, np.where(behind, -70.0, out + 6)]), self._sway(flat), follow)
            self._layers[name] = Layer(self._paint(locks, 1.2 * size / 1000, behind), ROWS, COLUMNS)

    @staticmethod
    def _sway(flat: Array) -> dict[str, Array]:
        """Raised brows take the hairline along a little; the cheeks push the locks beside them."""
        moves = pushes(flat)
        lift = {shape: 0.25 * moves[shape] for shape in ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")}
        return lift | {"cheekPuff": 0.5 * moves["cheekPuff"]}

    def draw_back(self, canvas: Any, placed: Placed) -> None:
        """Draw what lies behind neck and shoulders, on a canvas in pixels."""
        self._draw("hairBack", canvas, placed)

    def draw_front(self, canvas: Any, placed: Placed) -> None:
        """Draw what lies before the face, on a canvas in pixels."""
        self._draw("hairFront", canvas, placed)

    def _draw(self, name: str, canvas: Any, placed: Placed) -> None:
        if name in self._layers:
            self._layers[name].draw(canvas, placed[name] * (self._size / 1000), self._size)

    def _paint(self, locks: list[Lock], scale: float, behind: bool) -> NDArray[np.uint8]:
        width, height = round((RIGHT - LEFT) * scale), round((BOTTOM - TOP) * scale)
        pixels = np.zeros((height, width, 4), np.uint8)
        info = skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
        surface = skia.Surface.MakeRasterDirect(info, pixels, width * 4)
        canvas = surface.getCanvas()
        canvas.scale(width / (RIGHT - LEFT), height / (BOTTOM - TOP))
        canvas.translate(-LEFT, -TOP)
        chance = np.random.default_rng(self._character.seed + 11)
        if not behind and self._character.hair.scalp:
            shape = smooth(np.array(self._character.hair.scalp), closed=True)
            canvas.drawPath(shape, fill(self._dark, 0.9, 3))
        for lock in locks:
            for sign in (1, -1) if lock.mirror else (1,):
                self._lock(canvas, lock, np.array([sign, 1.0]), chance)
        return pixels

    def _lock(self, canvas: Any, lock: Lock, way: Array, chance: np.random.Generator) -> None:
        first, second = (resample(np.array(guide) * way, STRAND_POINTS) for guide in (lock.first, lock.second))
        base = mix(self._dark, self._middle, 0.35 + 0.5 * lock.tone)
        if lock.solid > 0:
            # The lock's own shadow on what lies beneath, then its body.
            canvas.drawPath(between(first, second), fill(self._dark * 0.5, 0.35 * lock.solid, 7))
            canvas.drawPath(between(first, second), fill(base, lock.solid, 1.2))
        places = np.sort(chance.uniform(-0.02, 1.02, lock.strands))
        t = np.linspace(0, 1, STRAND_POINTS)[:, None]
        phase = chance.uniform(0, 0.7)
        for place in chance.permutation(places):
            line = first + (second - first) * place
            drift = chance.normal(0, 2.2) * t + lock.wave * np.sin(2 * np.pi * (1.35 * t + phase + 0.22 * place)) * t
            across = second - first
            across = across / np.maximum(np.hypot(*across.T), 1e-6)[:, None]
            self._strand(canvas, line + across * drift, lock, place, chance)

    def _strand(self, canvas: Any, line: Array, lock: Lock, place: float, chance: np.random.Generator) -> None:
        """One strand: a thin line of its own tone, brighter where the lock bends to the window."""
        start = int(chance.integers(0, 3))
        stop = STRAND_POINTS - int(chance.integers(0, 3))
        # Locks are rounded: their edges fall into shade, on the side away from the window most.
        facing = 1 - abs(2 * place - 0.85) ** 1.5
        tone = self._tone(0.10 + 0.55 * facing + 0.25 * lock.tone + chance.normal(0, 0.16), chance)
        path = smooth(line[start:stop])
        canvas.drawPath(path, stroke(tone, chance.uniform(0.9, 2.4), chance.uniform(0.22, 0.62)))
        low, high = lock.shine
        if chance.random() < 0.55 * max(facing, 0.15):
            a = int((low + chance.normal(0, 0.03)) * STRAND_POINTS)
            b = int((high + chance.normal(0, 0.05)) * STRAND_POINTS)
            bright = line[max(a, 0) : max(b, a + 3)]
            if len(bright) > 2:
                canvas.drawPath(
                    smooth(bright), stroke(mix(self._light, np.ones(3), 0.12), chance.uniform(0.8, 1.8), 0.34, 0.9)
                )

    def _tone(self, value: float, chance: np.random.Generator) -> Colour:
        if chance.random() < self._character.hair.grey:
            return mix(np.array([0.55, 0.55, 0.56]), np.array([0.86, 0.86, 0.87]), float(np.clip(value, 0, 1)))
        value = float(np.clip(value, 0, 1))
        if value < 0.5:
            return mix(self._dark, self._middle, value * 2)
        return mix(self._middle, self._light, value * 2 - 1)
