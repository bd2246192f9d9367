"""`Hair`: locks of strands, painted once, in a layer behind the shoulders and one before the face."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from avatar.canvas import clear
from avatar.cast import Character, Lock
from avatar.curve import resample, smooth
from avatar.palette import colour, fill, mix
from avatar.relief import KEY
from avatar.rig import UNITS, Array, Placed, Rig
from avatar.skin import pushes
from avatar.warp import Bend, Layer

BOX = LEFT, TOP, RIGHT, BOTTOM = -330.0, -345.0, 330.0, 490.0
COLUMNS, ROWS = 17, 21
STRAND_POINTS = 34
FAN = 33
"""Curves that a lock's guides are filled up to."""


class _Clump:
    """One of a lock's clumps: a share of its width that narrows to a common tip."""

    def __init__(self, fan: Array, lock: Lock, number: int, phase: float) -> None:
        self.lock = lock
        self._fan = fan
        self._centre = (number + 0.5) / lock.clumps
        self._half = 0.5 / lock.clumps
        t = np.linspace(0, 1, STRAND_POINTS)[:, None]
        late = np.clip((t - 0.5) / 0.5, 0, 1)
        # Apart at the tip, but overlapping above it.
        self._spread = (1.12 if lock.clumps > 1 else 1.0) * (1 - lock.taper * late**1.7)
        self._wave = lock.wave * np.sin(2 * np.pi * (lock.turns * t + phase)) * np.minimum(1, 1.6 * t)
        across = np.roll(fan, -1, 0)[:-1] - fan[:-1]
        middle = across[min(int(self._centre * len(across)), len(across) - 1)]
        self.across = middle / np.maximum(np.hypot(*middle.T), 1e-6)[:, None]

    def line(self, place: float) -> Array:
        """The strand at 0..1 across the clump."""
        across = np.clip(self._centre + self._half * (2 * place - 1) * self._spread[:, 0], -0.04, 1.04) * (FAN - 1)
        index = np.clip(across.astype(int), 0, FAN - 2)
        part = (across - index)[:, None]
        row = np.arange(STRAND_POINTS)
        line = self._fan[index, row] * (1 - part) + self._fan[index + 1, row] * part
        return np.asarray(line + self.across * self._wave)

    def facing(self, place: float) -> float:
        """Where the strand lies on the rounded clump within the rounded lock, -1..1."""
        whole = 2 * (self._centre + self._half * (2 * place - 1)) - 1
        return float(0.65 * whole + 0.35 * (2 * place - 1)) if self.lock.clumps > 1 else whole

    def shape(self, reach: int) -> skia.Path:
        """The outline of what the clump covers."""
        rows = np.array([self.line(place)[:reach] for place in np.linspace(0.02, 0.98, 7)])
        return _outline(rows)


def _outline(rows: Array) -> skia.Path:
    """The shape that strands (rows x points x 2, side by side) cover."""
    return smooth(np.concatenate([rows[0, ::3], rows[1:-1, -1], rows[-1, ::-3], rows[-2:0:-1, 0]]), closed=True)


class Hair:
    """The hair of a character. What hangs below the chin follows the head only in part."""

    def __init__(self, character: Character, rig: Rig, size: int) -> None:
        self._character, self._size = character, size
        hair = character.hair
        self._dark, self._middle, self._light = colour(hair.dark), colour(hair.middle), colour(hair.light)
        self._layers: dict[str, Layer] = {}
        for name, behind in (("hairBack", True), ("hairFront", False)):
            locks = [lock for lock in hair.locks if lock.behind == behind]
            if not locks:
                continue
            left, right = LEFT, RIGHT
            flat = np.stack(np.meshgrid(np.linspace(left, right, COLUMNS), np.linspace(TOP, BOTTOM, ROWS)), -1).reshape(
                -1, 2
            )
            x, y = flat.T
            out = 150 * np.sqrt(np.clip(1 - (x / 330) ** 2 - ((y - 20) / 520) ** 2, 0.05, 1))
            follow = np.clip(1.0 - (y - 60) / 420, 0.22, 1.0)
            rig.add(name, np.column_stack([flat, np.where(behind, 0.3 * out - 20, out + 4)]), self._sway(flat), follow)
            # What is behind is out of focus.
            painting = self._paint(locks, (0.55 if behind else 1.1) * size / UNITS)
            self._layers[name] = Layer(painting, ROWS, COLUMNS)

    @property
    def layers(self) -> list[Layer]:
        """What is there to be bent."""
        return list(self._layers.values())

    @staticmethod
    def _sway(flat: Array) -> dict[str, Array]:
        """Raised brows take the hairline along a little; the cheeks push the locks beside them."""
        moves = pushes(flat)
        lift = {shape: 0.25 * moves[shape] for shape in ("browInnerUp", "browOuterUpLeft", "browOuterUpRight")}
        return lift | {"cheekPuff": 0.5 * moves["cheekPuff"]}

    def bend(self, placed: Placed, *, behind: bool) -> list[Bend]:
        """How what lies behind neck and shoulders, or before the face, lies in this frame; nothing if there is none."""
        name = "hairBack" if behind else "hairFront"
        if name not in self._layers:
            return []
        return [self._layers[name].bend(placed[name] * (self._size / UNITS), self._size)]

    def _paint(self, locks: list[Lock], scale: float) -> NDArray[np.uint8]:
        pixels, canvas = clear(BOX, scale)
        chance = np.random.default_rng(self._character.seed + 11)
        for lock in locks:
            for sign in (1, -1) if lock.mirror else (1,):
                self._lock(canvas, lock, np.array([sign, 1.0]), chance)
        return pixels

    def _lock(self, canvas: skia.Canvas, lock: Lock, way: Array, chance: np.random.Generator) -> None:
        guides = np.array([resample(np.array(guide) * way, STRAND_POINTS) for guide in lock.guides])
        fan = resample(guides.reshape(len(guides), -1), FAN).reshape(FAN, STRAND_POINTS, 2)
        if lock.solid > 0:
            # The lock's own shadow on what lies beneath.
            canvas.drawPath(_outline(fan[::4, : STRAND_POINTS - 4]), fill(self._dark * 0.4, 0.45 * lock.solid, 9))
        phase = chance.uniform(0, 0.7)
        for number in chance.permutation(lock.clumps):
            self._clump(canvas, _Clump(fan, lock, int(number), phase + 0.10 * number), chance)

    def _clump(self, canvas: skia.Canvas, clump: _Clump, chance: np.random.Generator) -> None:
        """Hairs that cling together: they share a wave, a tone and a tip."""
        lock = clump.lock
        reach = STRAND_POINTS - int(chance.integers(0, 3)) if lock.clumps > 1 else STRAND_POINTS
        if lock.solid > 0:
            canvas.drawPath(clump.shape(reach), fill(mix(self._dark, self._middle, 0.3), lock.solid, lock.soft))
        mood = chance.normal(0, 0.07)
        t = np.linspace(0, 1, STRAND_POINTS)[:, None]
        for place in chance.permutation(np.linspace(-0.06, 1.06, max(6, lock.strands // lock.clumps))):
            stray = (chance.normal(0, 1.8) + chance.normal(0, 2.4) * np.sin(2 * np.pi * (t + chance.random()))) * t
            line = clump.line(float(place)) + clump.across * stray
            begin = int(abs(chance.normal(0, lock.ragged)))
            stop = reach - int(abs(chance.normal(0, 1.6)))
            line = line[begin : max(stop, begin + 6)]
            rounding = clump.across[begin : begin + len(line)] * clump.facing(float(place))
            self._strand(canvas, line, rounding, lock.tone + mood, chance)

    def _strand(
        self, canvas: skia.Canvas, line: Array, rounding: Array, tone: float, chance: np.random.Generator
    ) -> None:
        """One strand, lit piece by piece as a thin cylinder (Kajiya and Kay, "Rendering fur", SIGGRAPH 1989)."""
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
        value = (0.06 + 0.62 * diffuse) * edge + 0.22 * tone + chance.normal(0, 0.07)
        value[:12] *= np.linspace(0.35, 1, 12)[: len(value)]  # roots lie in shade
        gleam = 0.62 * shine * edge * np.clip(0.8 + chance.normal(0, 0.35), 0, 1.4)
        shade = self._tones(value, chance.random() < self._character.hair.grey)
        shade += (self._light.array * 1.12 - shade) * gleam[:, None]
        inks = (np.clip(shade, 0, 1) * 255 + 0.5).astype(int) @ np.array([1 << 16, 1 << 8, 1]) + (255 << 24)
        t = np.linspace(0, 1, len(line))
        thin = np.minimum(1, 0.35 + 5 * t) * (1 - 0.85 * np.clip((t - 0.6) / 0.4, 0, 1))
        widths = (chance.uniform(1.2, 2.6) * thin).tolist()
        paint = skia.Paint(AntiAlias=True, StrokeCap=skia.Paint.kRound_Cap)
        pieces = np.hstack([line[:-1], line[1:]]).tolist()
        for piece, tone_here, width in zip(pieces, inks.tolist(), widths, strict=False):
            paint.setColor(tone_here)
            paint.setStrokeWidth(width)
            canvas.drawLine(*piece, paint)

    def _tones(self, value: Array, grey: bool) -> Array:
        """The colours (n x 3) of hair lit by `value`, 0 in shade .. 1 in full light."""
        if grey:
            stops = np.array([[0.30, 0.29, 0.29], [0.54, 0.53, 0.52], [0.78, 0.77, 0.76]])
        else:
            stops = np.array([self._dark.array, self._middle.array, self._light.array])
        return np.stack([np.interp(value, [0, 0.5, 1], stops[:, c]) for c in range(3)], -1)
