"""`Folds`: creases, swells and blushes of the skin that come and go with expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import skia
from numpy.typing import NDArray

from avatar.cast import Character
from avatar.curve import resample, ribbon
from avatar.palette import Colour, colour, fill, mix
from avatar.rig import Pose

Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Mark:
    """A brush mark: the line, its greatest width, softness and opacity; `tone` is deep, light or blush."""

    line: Points
    width: float
    soft: float
    alpha: float
    tone: str = "deep"


# For the avatar's left (x > 0); mirrored for its right. A fold is a dark furrow and the lit edge of flesh beside it.
_FOLDS: Mapping[str, tuple[Mark, ...]] = {
    "nasolabial": (
        Mark([(41, 96), (56, 106), (71, 125), (80, 147), (84, 170)], 11, 4.6, 0.46),
        Mark([(43, 98), (58, 109), (72, 128), (79, 148), (81, 166)], 3.6, 2.0, 0.18),
        Mark([(56, 96), (74, 110), (88, 130), (95, 152)], 12, 6.0, 0.30, "light"),
    ),
    "marionette": (Mark([(70, 174), (77, 188), (76, 206)], 8, 3.6, 0.42),),
    "dimple": (
        Mark([(84, 154), (89, 166), (85, 179)], 6, 2.4, 0.52),
        Mark([(95, 156), (99, 166), (95, 178)], 7, 3.5, 0.22, "light"),
    ),
    "crow": (
        Mark([(128, -8), (140, -13), (152, -20)], 2.6, 0.9, 0.40),
        Mark([(130, 3), (143, 3), (156, 1)], 2.6, 0.9, 0.36),
        Mark([(127, 13), (139, 17), (150, 21)], 2.4, 0.9, 0.28),
    ),
    "bag": (
        Mark([(42, 22), (58, 31), (80, 35), (104, 30), (122, 17)], 5.5, 2.4, 0.44),
        Mark([(48, 36), (66, 43), (90, 43), (116, 33)], 9, 4.5, 0.24, "light"),
    ),
    "frown": (
        Mark([(11, -68), (13.5, -52), (9, -34)], 4.5, 1.7, 0.52),
        Mark([(4, -66), (6, -52), (4, -36)], 5, 2.4, 0.24, "light"),
        Mark([(20, -62), (24, -50)], 7, 4.0, 0.24),
    ),
    "bunny": (
        Mark([(8, 0), (17, 8), (27, 12)], 3.4, 1.4, 0.42),
        Mark([(9, 11), (19, 19), (30, 23)], 3.4, 1.4, 0.42),
        Mark([(34, 30), (38, 60), (44, 84)], 8, 4.0, 0.26),
    ),
    "forehead": (
        Mark([(2, -116), (38, -122), (78, -117), (110, -104)], 3.6, 1.5, 0.34),
        Mark([(2, -96), (38, -102), (74, -98), (102, -87)], 3.6, 1.5, 0.38),
        Mark([(6, -110), (40, -115), (76, -110)], 7, 3.0, 0.24, "light"),
        Mark([(6, -90), (40, -95), (70, -91)], 7, 3.0, 0.22, "light"),
    ),
    "worry": (
        Mark([(0, -104), (22, -107), (44, -101)], 4.0, 1.7, 0.38),
        Mark([(0, -86), (18, -89), (36, -84)], 4.0, 1.7, 0.36),
        Mark([(14, -70), (12, -58), (15, -46)], 4.0, 1.8, 0.26),
    ),
    "apple": (
        Mark([(76, 66), (98, 60), (122, 64)], 26, 12, 0.55, "light"),
        Mark([(74, 110), (100, 116), (128, 104)], 16, 10, 0.22),
    ),
    "puff": (
        Mark([(98, 128), (112, 122), (124, 128)], 34, 15, 0.60, "light"),
        Mark([(66, 150), (74, 190), (104, 212), (132, 190)], 14, 8, 0.42),
        Mark([(78, 96), (110, 84), (138, 96)], 12, 8, 0.26),
    ),
    "blush": (Mark([(86, 88), (110, 82), (134, 86)], 52, 18, 0.55, "blush"),),
    "chin": (
        Mark([(14, 222), (16, 224)], 9, 2.6, 0.34), Mark([(28, 230), (30, 232)], 8, 2.6, 0.26),
        Mark([(8, 238), (10, 240)], 8, 2.6, 0.30), Mark([(2, 208), (20, 207), (42, 214)], 8, 3.0, 0.36),
    ),
    "suck": (Mark([(104, 112), (100, 136), (88, 166)], 24, 12, 0.34),),
}  # fmt: skip

# How strongly each fold shows, from a pose, a side and the character's age (0 young .. 1 old).
_STRENGTHS: Mapping[str, Callable[[Pose, str, float], float]] = {
    "nasolabial": lambda p, s, age: 0.22 * age + (0.62 + 0.2 * age) * p[f"mouthSmile{s}"] + 0.6 * p[f"noseSneer{s}"]
    + 0.4 * p[f"mouthUpperUp{s}"] + 0.35 * p[f"mouthDimple{s}"] + 0.25 * p[f"cheekSquint{s}"],
    "marionette": lambda p, s, age: 0.2 * age + 0.75 * p[f"mouthFrown{s}"] + 0.6 * p[f"mouthStretch{s}"],
    "dimple": lambda p, s, age: 1.0 * p[f"mouthDimple{s}"] + (0.32 - 0.2 * age) * p[f"mouthSmile{s}"]
    + 0.4 * p[f"mouthPress{s}"],
    "crow": lambda p, s, age: 0.25 * age + (0.35 + 0.6 * age) * max(p[f"cheekSquint{s}"], 0.6 * p[f"mouthSmile{s}"]),
    "bag": lambda p, s, age: 0.3 * age + 0.7 * p[f"cheekSquint{s}"] + 0.6 * p[f"eyeSquint{s}"]
    + 0.2 * p[f"mouthSmile{s}"],
    "frown": lambda p, s, age: 0.12 * age + 0.95 * p[f"browDown{s}"],
    "bunny": lambda p, s, _: 0.9 * p[f"noseSneer{s}"],
    "forehead": lambda p, s, age: 0.12 * age + (0.6 + 0.35 * age) * p[f"browOuterUp{s}"],
    "worry": lambda p, s, age: (0.65 + 0.3 * age) * p["browInnerUp"] * (1 - 0.6 * p[f"browOuterUp{s}"]),
    "apple": lambda p, s, _: 0.8 * p[f"mouthSmile{s}"] + 0.45 * p[f"cheekSquint{s}"],
    "puff": lambda p, _s, _: p["cheekPuff"],
    "blush": lambda p, s, _: 0.7 * p[f"mouthSmile{s}"] + 0.4 * p["cheekPuff"] + 0.25 * p[f"cheekSquint{s}"],
    "chin": lambda p, _s, age: 0.95 * p["mouthShrugLower"] + 0.06 * age,
    "suck": lambda p, _s, _: 0.8 * p["mouthPucker"] + 0.4 * p["mouthFunnel"] + 0.45 * p["jawOpen"],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a fold takes from (or adds to) the colours of one region of the painted head, at full strength."""

    rows: slice
    columns: slice
    minus: NDArray[np.uint8]
    plus: NDArray[np.uint8]


class Folds:
    """The folds of a character as differences to its painted head; older faces show some at rest."""

    def __init__(self, character: Character, painting: NDArray[np.uint8], place: skia.Matrix) -> None:
        """`painting` is the bare head (h x w x 4, premultiplied), `place` the way from units to its pixels."""
        skin = character.skin
        deep = mix(colour(skin.deep), Colour(0.25, 0.05, 0.04), 0.18)
        self._tones = {
            "deep": deep,
            "light": mix(colour(skin.light), Colour(1, 1, 1), 0.1),
            "blush": colour(skin.blush),
        }
        self._age = character.face.age
        self._painting, self._place = painting, place
        self._overlays = {
            (name, side): self._overlay(marks, sign)
            for name, marks in _FOLDS.items() for side, sign in (("Left", 1.0), ("Right", -1.0))
        }  # fmt: skip

    def paint(self, target: NDArray[np.uint8], pose: Pose) -> None:
        """Put the head with the folds of this pose into `target` (h x w x 4)."""
        import cv2

        np.copyto(target, self._painting)
        for overlay, strength in self._shown(pose):
            part = target[overlay.rows, overlay.columns]
            darker = cv2.addWeighted(part, 1.0, overlay.minus, -strength, 0.0)
            part[...] = cv2.addWeighted(darker, 1.0, overlay.plus, strength, 0.0)

    def _shown(self, pose: Pose) -> Iterator[tuple[Overlay, float]]:
        for (name, side), overlay in self._overlays.items():
            # Slight movements crease skin less than in proportion.
            strength = min(1.0, _STRENGTHS[name](pose, side, self._age)) ** 1.25
            if strength > 0.02:
                yield overlay, strength

    def _overlay(self, marks: tuple[Mark, ...], sign: float) -> Overlay:
        strokes = [(self._stroke(mark, sign), mark) for mark in marks]
        bounds = strokes[0][0].getBounds()
        for path, mark in strokes:
            bounds.join(path.getBounds().makeOutset(3 * mark.soft, 3 * mark.soft))
        edge = self._place.mapRect(bounds).roundOut()
        height, width = self._painting.shape[:2]
        rows = slice(max(edge.top(), 0), min(edge.bottom(), height))
        columns = slice(max(edge.left(), 0), min(edge.right(), width))
        part = self._painting[rows, columns] / 255.0
        bare, alpha = part[..., :3], part[..., 3:]
        changed = bare.copy()
        for path, mark in strokes:
            veil = self._veil(path, mark, rows, columns)[..., None] * alpha
            changed += (self._tones[mark.tone].array * alpha - changed) * veil
        minus, plus = (
            np.concatenate([np.clip(255 * way, 0, 255), np.zeros_like(alpha)], -1).round().astype(np.uint8)
            for way in (bare - changed, changed - bare)
        )
        return Overlay(rows, columns, minus, plus)

    @staticmethod
    def _stroke(mark: Mark, sign: float) -> skia.Path:
        line = resample(np.array(mark.line, float) * [sign, 1], 9)
        return ribbon(line, mark.width * np.sin(np.pi * np.linspace(0.06, 0.95, 9)) ** 0.8)

    def _veil(self, path: skia.Path, mark: Mark, rows: slice, columns: slice) -> NDArray[np.float64]:
        """How far a mark covers the pixels of a region, 0..1."""
        pixels = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
        info = skia.ImageInfo.MakeA8(pixels.shape[1], pixels.shape[0])
        canvas = skia.Surface.MakeRasterDirect(info, pixels, pixels.shape[1]).getCanvas()
        canvas.translate(-columns.start, -rows.start)
        canvas.concat(self._place)
        canvas.drawPath(path, fill(Colour(0, 0, 0), mark.alpha, mark.soft))
        return np.asarray(pixels / 255.0)
