"""`Head`: the skin of face and ears, painted once and bent with every frame."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from avatar import relief
from avatar.brows import paint_brows
from avatar.canvas import clear, info_of, placing
from avatar.cast import Character
from avatar.curve import ribbon, smooth
from avatar.folds import Folds
from avatar.palette import WHITE, Colour, colour, fill, mix, stroke
from avatar.rig import UNITS, Array, Placed, Pose, Rig
from avatar.skin import depth, pushes
from avatar.warp import Bend, Layer

BOX = LEFT, TOP, RIGHT, BOTTOM = -215.0, -275.0, 215.0, 285.0
COLUMNS, ROWS = 17, 24


class Head:
    """The layer of skin: modelled in light, with nostrils, folds of the ear and freckles painted on."""

    def __init__(self, character: Character, rig: Rig, size: int) -> None:
        self._character = character
        grid = np.stack(np.meshgrid(np.linspace(LEFT, RIGHT, COLUMNS), np.linspace(TOP, BOTTOM, ROWS)), -1)
        flat = grid.reshape(-1, 2)
        rig.add("head", np.column_stack([flat, depth(flat)]), pushes(flat))
        painting = self._paint(1.15 * size / UNITS)
        self._folds = Folds(character, painting, placing(BOX, painting))
        self.layer = Layer(painting, ROWS, COLUMNS, rounds=8)
        self._size = size

    def bend(self, placed: Placed, pose: Pose) -> Bend:
        """How it lies, and is creased, in this frame."""
        self._folds.paint(self.layer.painting, pose)
        return self.layer.bend(placed["head"] * (self._size / UNITS), self._size)

    def _paint(self, scale: float) -> NDArray[np.uint8]:
        pixels, canvas = clear(BOX, scale)
        height, width = pixels.shape[:2]
        x, y = np.meshgrid(
            LEFT + (np.arange(width) + 0.5) * (RIGHT - LEFT) / width,
            TOP + (np.arange(height) + 0.5) * (BOTTOM - TOP) / height,
        )
        tone = relief.lit(x, y, self._character)
        # A little grain keeps wide gradients from looking like plastic.
        grain = np.random.default_rng(self._character.seed).normal(0, 0.006, (height, width, 1))
        face = np.dstack([np.clip(tone + grain, 0, 1) * 255, np.full_like(x, 255)]).astype(np.uint8)
        if self._character.face.ears:
            self._ears(canvas)
        canvas.save()
        canvas.clipPath(smooth(self._outline(), closed=True), skia.ClipOp.kIntersect, True)
        image = skia.Image.MakeFromRaster(skia.Pixmap(info_of(face), face, width * 4))
        canvas.drawImageRect(
            image, skia.Rect.MakeLTRB(LEFT, TOP, RIGHT, BOTTOM), skia.SamplingOptions(skia.FilterMode.kLinear)
        )
        self._shade_edge(canvas)
        canvas.restore()
        self._nose(canvas)
        self._freckles(canvas)
        paint_brows(canvas, self._character)
        return pixels

    def _outline(self) -> Array:
        right = [(wide, y) for y, wide in self._character.face.outline if wide > 0]
        top, bottom = self._character.face.outline[0][0], self._character.face.outline[-1][0]
        return np.array([(0.0, top), *right, (0.0, bottom + 3), *[(-wide, y) for wide, y in reversed(right)]])

    def _shade_edge(self, canvas: skia.Canvas) -> None:
        """The far side turns away from the window; the near edge catches a rim of it."""
        skin = self._character.skin
        outline = self._outline()
        canvas.drawPath(smooth(outline[outline[:, 0] >= 0]), stroke(colour(skin.deep), 34, 0.34, 14))
        canvas.drawPath(
            smooth(outline[(outline[:, 0] <= 0) & (outline[:, 1] > 40)]), stroke(colour(skin.deep), 26, 0.22, 11)
        )
        # Where hair hangs beside it the face lies in its shade.
        for s in (-1, 1):
            beside = outline[(outline[:, 0] * s > 40) & (outline[:, 1] < 130)]
            canvas.drawPath(smooth(beside[np.argsort(beside[:, 1])]), stroke(colour(skin.deep), 30, 0.34, 13))
        edge = outline[(outline[:, 0] > 60) & (outline[:, 1] > -80) & (outline[:, 1] < 215)] - [3, 0]
        canvas.drawPath(smooth(edge), stroke(mix(colour(skin.light), Colour(0.8, 0.9, 1.0), 0.4), 5, 0.22, 3))
        # Hair throws a soft shadow on the forehead.
        canvas.drawOval(skia.Rect.MakeLTRB(-190, -330, 190, -128), fill(colour(skin.deep), 0.30, 20))

    def _nose(self, canvas: skia.Canvas) -> None:
        skin, wide, long = self._character.skin, self._character.face.nose_width, self._character.face.nose_length
        deep = mix(colour(skin.deep), Colour(0.16, 0.04, 0.03), 0.45)
        under = np.array([(-34 * wide, 106), (-18, 112), (0, 117), (18, 112), (36 * wide, 106)]) * [1, long]
        canvas.drawPath(smooth(under), stroke(deep, 11, 0.24, 5))
        for s in (-1, 1):
            nostril = np.array([(8, 107), (14, 103), (22, 102), (28, 104.5), (22, 108), (13, 109)]) * [s * wide, long]
            canvas.drawPath(smooth(nostril, closed=True), fill(deep, 0.80, 1.6))
            wing = np.array([(35, 76), (42, 84), (43, 95), (37, 104), (30, 106)]) * [s * wide, long]
            canvas.drawPath(ribbon(wing, np.array([0.6, 2.2, 3.2, 2.6, 0.6])), fill(deep, 0.36, 1.2))
        tip = np.array([(-16, 108.5), (-8, 112.5), (0, 114), (8, 112.5), (16, 108.5)]) * [wide, long]
        canvas.drawPath(ribbon(tip, np.array([0.5, 2.2, 2.8, 2.2, 0.5])), fill(deep, 0.34, 1.0))
        canvas.drawOval(skia.Rect.MakeLTRB(-13, 70 * long, 5, 86 * long), fill(WHITE, 0.16, 5))

    def _ears(self, canvas: skia.Canvas) -> None:
        skin = self._character.skin
        for s in (-1, 1):
            at = relief.through(np.array([20.0]), self._character.face.outline)[0] * s
            ear = np.array([(-8, -34), (10, -46), (26, -36), (30, -10), (22, 22), (12, 50), (0, 60), (-10, 40)])
            shape = ear * [s, 1] + [at, 24]
            tone = mix(colour(skin.middle), colour(skin.blush), 0.28)
            canvas.drawPath(smooth(shape, closed=True), fill(tone if s < 0 else mix(tone, colour(skin.shade), 0.55)))
            fold = np.array([(2, -30), (16, -34), (21, -14), (15, 14), (6, 30)]) * [s, 1] + [at, 24]
            canvas.drawPath(ribbon(fold, np.array([1, 5, 6, 5, 1])), fill(colour(skin.deep), 0.5, 3))
            hollow = np.array([(0, 4), (8, -6), (11, 8), (4, 22)]) * [s, 1] + [at, 24]
            canvas.drawPath(smooth(hollow, closed=True), fill(colour(skin.deep), 0.5, 4))

    def _freckles(self, canvas: skia.Canvas) -> None:
        chance = np.random.default_rng(self._character.seed + 7)
        for _ in range(self._character.skin.freckles):
            side = chance.choice([-1, 1])
            x, y = side * abs(chance.normal(62, 40)), chance.normal(62, 20)
            canvas.drawCircle(
                x, y, chance.uniform(0.9, 2.1), fill(colour(self._character.skin.deep), chance.uniform(0.10, 0.28), 0.5)
            )
