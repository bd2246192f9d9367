"""`Folds`: creases of the skin that come and go with expressions, and the blush of a smile."""

from __future__ import annotations

from typing import Any

import numpy as np

from avatar.cast import Character
from avatar.curve import resample, ribbon
from avatar.head import blush
from avatar.palette import colour, fill, mix
from avatar.rig import Array, Placed, Pose, Rig
from avatar.skin import on_skin, pushes

# For the avatar's left; mirrored. Each fold: its line, its greatest width and softness.
_LINES: dict[str, tuple[list[tuple[float, float]], float, float]] = {
    "nasolabial": ([(41, 92), (54, 108), (66, 130), (77, 152), (84, 172)], 9.0, 3.4),
    "marionette": ([(70, 172), (75, 184), (74, 200)], 5.0, 2.6),
    "dimple": ([(80, 154), (85, 165), (82, 177)], 5.0, 2.2),
    "crow": ([(126, -10), (138, -14), (150, -20)], 2.4, 0.9),
    "crowLow": ([(127, 3), (140, 4), (152, 3)], 2.4, 0.9),
    "bag": ([(44, 20), (58, 29), (80, 33), (104, 28), (120, 16)], 5.0, 2.6),
    "frown": ([(9, -62), (12, -48), (9, -34)], 5.0, 1.8),
    "bunny": ([(10, 2), (18, 12), (27, 17)], 4.0, 1.6),
    "forehead": ([(4, -112), (40, -117), (80, -112), (112, -100)], 4.2, 1.8),
    "foreheadLow": ([(6, -92), (36, -96), (66, -94), (96, -84)], 4.0, 1.8),
}


class Folds:
    """The creases of a character; older faces show them at rest."""

    def __init__(self, character: Character, rig: Rig) -> None:
        skin = character.skin
        self._age = character.face.age
        self._deep = mix(colour(skin.deep), np.array([0.22, 0.05, 0.04]), 0.22)
        self._light, self._blush = colour(skin.light), colour(skin.blush)
        for side, sign in (("Left", 1.0), ("Right", -1.0)):
            for name, (line, _, _) in _LINES.items():
                points = resample(np.array(line), 7) * [sign, 1]
                rig.add(f"{name}{side}", on_skin(points, 2), pushes(points))
            cheek = np.array([[sign * 112, 82.0]])
            rig.add(f"cheek{side}", on_skin(cheek, 2), pushes(cheek))
        chin = np.stack(np.meshgrid([-20.0, 0, 20], [224.0, 238]), -1).reshape(-1, 2)
        rig.add("chin", on_skin(chin, 2), pushes(chin))

    def draw(self, canvas: Any, placed: Placed, pose: Pose) -> None:
        """Draw what this pose creases, on a canvas in units."""
        for side in ("Left", "Right"):
            for name, strength in self._strengths(pose, side).items():
                self._fold(canvas, name, placed[f"{name}{side}"], strength)
            warm = 0.75 * pose[f"mouthSmile{side}"] + 0.5 * pose["cheekPuff"] + 0.3 * pose[f"cheekSquint{side}"]
            if warm > 0.02:
                blush(canvas, placed[f"cheek{side}"][0], self._blush, min(1.0, warm))
            self._apple(canvas, placed[f"cheek{side}"][0], max(pose[f"mouthSmile{side}"], pose["cheekPuff"]))
        if pose["mouthShrugLower"] > 0.05:
            for x, y in placed["chin"].tolist():
                canvas.drawCircle(x, y, 5, fill(self._deep, 0.22 * pose["mouthShrugLower"], 2.5))

    def _strengths(self, pose: Pose, side: str) -> dict[str, float]:
        smile, sneer = pose[f"mouthSmile{side}"], pose[f"noseSneer{side}"]
        squint, blink = pose[f"cheekSquint{side}"], pose[f"eyeBlink{side}"]
        lifted = max(pose["browInnerUp"], pose[f"browOuterUp{side}"])
        down, age = pose[f"browDown{side}"], self._age
        return {
            "nasolabial": 0.30 * age + 0.85 * smile + 0.6 * sneer + 0.4 * pose[f"mouthUpperUp{side}"] + 0.3 * squint,
            "marionette": 0.22 * age + 0.75 * pose[f"mouthFrown{side}"] + 0.5 * pose[f"mouthStretch{side}"],
            "dimple": 1.0 * pose[f"mouthDimple{side}"] + 0.45 * smile + 0.35 * pose[f"mouthPress{side}"],
            "crow": 0.25 * age + (0.4 + 0.5 * age) * (0.7 * smile + squint) + 0.3 * blink * age,
            "crowLow": 0.2 * age + (0.3 + 0.5 * age) * (0.6 * smile + squint),
            "bag": 0.35 * age + 0.8 * squint + 0.55 * pose[f"eyeSquint{side}"] + 0.35 * smile,
            "frown": 0.18 * age + 0.95 * down + 0.25 * pose["browInnerUp"],
            "bunny": 0.9 * sneer,
            "forehead": 0.16 * age + (0.45 + 0.3 * age) * lifted,
            "foreheadLow": 0.14 * age + (0.38 + 0.3 * age) * lifted,
        }

    def _fold(self, canvas: Any, name: str, line: Array, strength: float) -> None:
        if strength < 0.03:
            return
        _, width, soft = _LINES[name]
        strength = min(strength, 1.0)
        taper = np.sin(np.pi * np.linspace(0.06, 0.97, len(line))) ** 0.8
        canvas.drawPath(ribbon(line, width * taper * (0.5 + 0.5 * strength)), fill(self._deep, 0.52 * strength, soft))

    def _apple(self, canvas: Any, at: Array, strength: float) -> None:
        """A raised cheek catches the window's light."""
        if strength > 0.03:
            x, y = at.tolist()
            canvas.drawCircle(x - 8, y - 22, 17, fill(self._light, 0.30 * min(strength, 1.0), 11))
