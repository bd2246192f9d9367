"""`Hair`: locks of strands, painted once, in a layer behind the shoulders and one before the face."""

from __future__ import annotations

from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

from avatar.cast import Character, Lock
from avatar.curve import between, resample, smooth
from avatar.palette import Colour, colour, fill, mix, stroke
from avatar.relief import KEY
from avatar.rig import UNITS, Array, Placed, Rig
from avatar.skin import pushes
from avatar.warp import Layer

LEFT, TOP, RIGHT, BOTTOM = -330.0, -345.0, 330.0, 420.0
COLUMNS, ROWS = 12, 14
STRAND_POINTS = 26


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
            self._layers[name] = Layer(self._paint(locks, 1.1 * size / UNITS, behind), ROWS, COLUMNS)

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
            self._layers[name].draw(canvas, placed[name] * (self._size / UNITS), self._size)

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
        if lock.solid > 0:
            # The lock's own shadow on what lies beneath, then its body.
            canvas.drawPath(between(first, second), fill(self._dark * 0.4, 0.40 * lock.solid, 8))
            canvas.drawPath(between(first, second), fill(mix(self._dark, self._middle, 0.25), lock.solid, 1.5))
        across = second - first
        across /= np.maximum(np.hypot(*across.T), 1e-6)[:, None]
        t = np.linspace(0, 1, STRAND_POINTS)[:, None]
        phase = chance.uniform(0, 0.7)
        # Hairs cling together: neighbours share a tone and a way to go.
        clumps = [(chance.uniform(9, 40), chance.uniform(0, 6.3)) for _ in range(4)]
        for place in chance.permutation(np.linspace(-0.01, 1.01, lock.strands)):
            clump = sum(np.sin(rate * place + start) for rate, start in clumps) / 4
            drift = (chance.normal(0, 1.6) + 7 * clump * t) * t + lock.wave * np.sin(
                2 * np.pi * (1.3 * t + phase + 0.25 * place)
            ) * np.minimum(1, 1.6 * t)
            stop = STRAND_POINTS - int(abs(chance.normal(0, 2.0 + 2.2 * abs(clump))))
            line = (first + (second - first) * place + across * drift)[: max(stop, 5)]
            rounding = across[: len(line)] * (2 * place - 1)
            self._strand(canvas, line, rounding, (clump, lock.tone), chance)

    def _strand(
        self, canvas: Any, line: Array, rounding: Array, mood: tuple[float, float], chance: np.random.Generator
    ) -> None:
        """One strand, lit piece by piece as a thin cylinder (Kajiya and Kay, "Rendering fur", SIGGRAPH 1989)."""
        clump, tone = mood
        x, y = line.T
        facing = np.column_stack([x / 270, (y + 10) / 330]) + 0.75 * rounding
        normal = np.column_stack([facing, np.sqrt(np.clip(1 - (facing**2).sum(1), 0.06, 1))])
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        depth = 190 * np.sqrt(np.clip(1 - (x / 300) ** 2 - ((y - 20) / 420) ** 2, 0.02, 1))
        along = np.gradient(np.column_stack([line, depth]), axis=0)
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        along[:, 1] += chance.normal(0.0, 0.07)
        diffuse = np.clip(normal @ KEY * 0.75 + 0.25, 0, 1)
        half = KEY + np.array([0.0, 0.0, 1.0])
        half /= np.linalg.norm(half)
        shine = np.clip(1 - (along @ half) ** 2, 0, 1) ** 14 * np.clip(normal @ half * 1.6 - 0.35, 0, 1)
        edge = 1 - 0.55 * np.hypot(*rounding.T) ** 3
        value = (0.06 + 0.62 * diffuse) * edge + 0.14 * clump + 0.22 * tone + chance.normal(0, 0.06)
        gleam = 0.62 * shine * edge * np.clip(0.75 + 0.5 * clump + chance.normal(0, 0.25), 0, 1.4)
        grey = chance.random() < self._character.hair.grey
        width = chance.uniform(1.2, 2.6)
        pieces = np.hstack([line[:-1], line[1:]]).tolist()
        for k, piece in enumerate(pieces):
            thin = 1.0 - 0.55 * max(0.0, (k - 0.6 * len(pieces)) / (0.4 * len(pieces)))
            shade = self._tone(float(value[k]), grey)
            canvas.drawLine(*piece, stroke(mix(shade, self._light * 1.12, float(gleam[k])), width * thin))

    def _tone(self, value: float, grey: bool) -> Colour:
        value = min(max(value, 0.0), 1.0)
        if grey:
            return mix(np.array([0.36, 0.36, 0.37]), np.array([0.84, 0.84, 0.85]), value)
        if value < 0.5:
            return mix(self._dark, self._middle, value * 2)
        return mix(self._middle, self._light, value * 2 - 1)
