"""`Brows`: tapered shapes made of hairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import skia

from avatar.cast import Character
from avatar.curve import resample, ribbon
from avatar.palette import colour, fill, mix, stroke
from avatar.rig import Array, Placed, Rig
from avatar.skin import on_skin

NODES = 9
HAIRS = 110


class Brows:
    """Both brows: a soft shape beneath, hairs on it."""

    def __init__(self, character: Character, rig: Rig) -> None:
        self._tone = colour(character.brows.colour)
        self._density = character.brows.density
        line = resample(np.array(character.brows.line), NODES)
        self._width = np.interp(
            np.linspace(0, 1, NODES), np.linspace(0, 1, len(character.brows.thickness)), character.brows.thickness
        )
        for side, sign in (("Left", 1.0), ("Right", -1.0)):
            # One brow sits a touch higher: faces are not mirrored.
            home = on_skin(line * [sign, 1] + [0, -1.6 if sign > 0 else 0.8], 5)
            rig.add(f"brow{side}", home, self._moves(side, sign))
        chance = np.random.default_rng(character.seed + 3)
        self._at = np.sort(chance.uniform(0.0, 0.985, HAIRS))
        self._across = chance.uniform(-0.46, 0.46, HAIRS)
        self._length = chance.uniform(0.75, 1.25, HAIRS)

    @staticmethod
    def _moves(side: str, sign: float) -> dict[str, Array]:
        """Corrugator pulls the inner end down and in; frontalis lifts its inner and outer halves apart."""
        t = np.linspace(0, 1, NODES)
        inner, middle, outer = (1 - t) ** 1.6, np.sin(np.pi * t), t**1.4
        zero = np.zeros(NODES)
        return {
            f"browDown{side}": np.column_stack(
                [-sign * (11 * inner + 4 * middle), 17 * inner + 10 * middle + 3 * outer, 2 * inner]
            ),
            "browInnerUp": np.column_stack([-sign * 4 * inner, -23 * inner - 7 * middle + 1.5 * outer, zero]),
            f"browOuterUp{side}": np.column_stack([sign * 2 * outer, -5 * inner - 13 * middle - 14 * outer, zero]),
            f"eyeBlink{side}": np.column_stack([zero, 1.5 + zero, zero]),
            f"eyeSquint{side}": np.column_stack([zero, 2.0 + zero, zero]),
            f"noseSneer{side}": np.column_stack([-sign * 3 * inner, 6 * inner + 2 * middle, zero]),
            f"mouthSmile{side}": np.column_stack([zero, 0.8 * middle, zero]),
        }

    def draw(self, canvas: Any, placed: Placed) -> None:
        """Draw both brows on a canvas in units."""
        for side, sign in (("Left", 1.0), ("Right", -1.0)):
            line = placed[f"brow{side}"]
            canvas.drawPath(ribbon(line, self._width * 0.9), fill(self._tone, 0.66 * self._density, 2.0))
            canvas.drawPath(self._hairs(line, sign), stroke(self._tone, 1.5, 0.62))
            canvas.drawPath(self._hairs(line, sign, 2), stroke(mix(self._tone, np.zeros(3), 0.35), 1.2, 0.5))

    def _hairs(self, line: Array, sign: float, every: int = 1) -> Any:
        """Each hair leans outwards along the brow: up at the inner end, flat at the outer."""
        at, across, length = self._at[::every], self._across[::every], self._length[::every]
        place = at * (NODES - 1)
        index = np.minimum(place.astype(int), NODES - 2)
        part = (place - index)[:, None]
        along = line[index + 1] - line[index]
        along /= np.maximum(np.hypot(*along.T), 1e-6)[:, None]
        up = np.column_stack([along[:, 1], -along[:, 0]]) * sign
        wide = np.interp(place, np.arange(NODES), self._width)[:, None]
        root = line[index] * (1 - part) + line[index + 1] * part + up * across[:, None] * wide * 0.9
        lean = np.clip(1.15 - 1.5 * at, -0.30, 1.0)[:, None] * np.where(across > 0.1, 0.2, 1.0)[:, None]
        tip = root + (along * 1.0 + up * lean) * (7.5 * length)[:, None]
        path = skia.Path()
        for x0, y0, x1, y1 in np.hstack([root, tip]).tolist():
            path.moveTo(x0, y0)
            path.lineTo(x1, y1)
        return path
