"""`Body`: neck, shoulders and clothes, painted once; the neck bends with the head, the shoulders follow a little."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from avatar.canvas import clear
from avatar.cast import Character
from avatar.curve import resample, shifted, smooth
from avatar.palette import BLACK, WHITE, Colour, colour, fill, mix, ramp, stroke
from avatar.rig import UNITS, Array, Placed, Rig
from avatar.warp import Bend, Layer

BOX = LEFT, TOP, RIGHT, BOTTOM = -520.0, 60.0, 520.0, 620.0
COLUMNS, ROWS = 12, 12


class Body:
    """Everything below the chin."""

    def __init__(self, character: Character, rig: Rig, size: int) -> None:
        self._character, self._size = character, size
        flat = np.stack(np.meshgrid(np.linspace(LEFT, RIGHT, COLUMNS), np.linspace(TOP, BOTTOM, ROWS)), -1).reshape(
            -1, 2
        )
        y = flat[:, 1]
        follow = np.clip(1 - (y - 150) / 170, 0.0, 1.0) ** 1.3 * 0.75 + 0.05
        rig.add("body", np.column_stack([flat, np.full(len(flat), 20.0)]), None, follow)
        self.layer = Layer(self._paint(size / UNITS), ROWS, COLUMNS)

    def bend(self, placed: Placed) -> Bend:
        """How it lies in this frame."""
        return self.layer.bend(placed["body"] * (self._size / UNITS), self._size)

    def _paint(self, scale: float) -> NDArray[np.uint8]:
        pixels, canvas = clear(BOX, scale)
        self._neck(canvas)
        if self._character.clothes.kind == "knit":
            self._knit(canvas)
        else:
            self._shirt(canvas)
        return pixels

    def _neck(self, canvas: skia.Canvas) -> None:
        skin = self._character.skin
        right = np.array([(98, 60), (96, 180), (98, 250), (112, 300), (170, 335), (240, 370), (240, 460)], float)
        neck = smooth(np.concatenate([right, (right * [-1, 1])[::-1]]), closed=True)
        light, middle, shade, deep = (colour(tone) for tone in (skin.light, skin.middle, skin.shade, skin.deep))
        canvas.drawPath(
            neck,
            ramp(
                (-105, 0),
                (110, 0),
                [
                    (0, mix(middle, shade, 0.5), 1),
                    (0.25, mix(middle, light, 0.15), 1),
                    (0.6, mix(middle, shade, 0.5), 1),
                    (1, mix(shade, deep, 0.5), 1),
                ],
            ),
        )
        canvas.save()
        canvas.clipPath(neck, skia.ClipOp.kIntersect, True)
        # The head's shadow falls to the right and down.
        shadow = np.array([(-120, 120), (-105, 205), (-60, 262), (10, 300), (80, 300), (130, 260), (130, 120)])
        canvas.drawPath(smooth(shadow, closed=True), fill(deep, 0.72, 16))
        canvas.drawPath(smooth(shadow * [0.8, 1] + [10, -24], closed=True), fill(deep * 0.55, 0.62, 20))
        for s in (-1, 1):  # the muscles that run to the collarbones' notch, and the bones
            canvas.drawPath(smooth(np.array([(s * 84, 210), (s * 62, 270), (s * 26, 332)])), stroke(deep, 9, 0.20, 6))
            canvas.drawPath(smooth(np.array([(s * 20, 346), (s * 80, 338), (s * 170, 352)])), stroke(deep, 9, 0.24, 5))
            canvas.drawPath(smooth(np.array([(s * 22, 336), (s * 80, 328), (s * 165, 340)])), stroke(light, 6, 0.22, 4))
        canvas.drawOval(skia.Rect.MakeLTRB(-17, 325, 17, 352), fill(deep, 0.32, 6))
        canvas.restore()

    def _shoulders(self, neckline: Array) -> Array:
        wide = self._character.clothes.shoulder
        right = [(150, 300), (wide * 0.68, 336), (wide, 378), (wide + 62, 450), (wide + 92, 640)]
        left = [(-x, y) for x, y in reversed(right)]
        return np.concatenate([np.array(left, float), neckline, np.array(right, float)])

    def _cloth(self, canvas: skia.Canvas, shape: skia.Path) -> None:
        main = colour(self._character.clothes.main)
        dark = main * 0.52
        canvas.drawPath(shape, fill(main * 0.4, 0.4, 9))
        canvas.drawPath(
            shape,
            ramp(
                (-330, 280),
                (330, 560),
                [(0, mix(main, WHITE, 0.16), 1), (0.4, main, 1), (1, mix(main, dark, 0.8), 1)],
            ),
        )

    def _knit(self, canvas: skia.Canvas) -> None:
        neckline = np.array([(-118, 296), (-104, 330), (-62, 366), (0, 380), (62, 366), (104, 330), (118, 296)], float)
        shape = smooth(self._shoulders(neckline), closed=True)
        main = colour(self._character.clothes.main)
        self._cloth(canvas, shape)
        canvas.save()
        canvas.clipPath(shape, skia.ClipOp.kIntersect, True)
        chance = np.random.default_rng(self._character.seed + 5)
        for column in range(-46, 47):
            x = column * 9.5
            sag = 0.00055 * x * x
            rows = np.arange(300, 640, 9.0)
            path = skia.Path()
            for y in rows + sag:
                path.moveTo(x - 3.6, y - 3.6)
                path.quadTo(x - 1.5, y + 2.0, x, y + 2.6)
                path.quadTo(x + 1.5, y + 2.0, x + 3.6, y - 3.6)
            canvas.drawPath(path, stroke(main * 0.55, 1.7, 0.20 + 0.06 * chance.random()))
            canvas.save()
            canvas.translate(-0.6, -1.7)
            canvas.drawPath(path, stroke(mix(main, WHITE, 0.4), 1.1, 0.16))
            canvas.restore()
        for s in (-1, 1):  # the arm's fold and the fall of the cloth
            canvas.drawPath(
                smooth(np.array([(s * 236, 420), (s * 218, 500), (s * 226, 600)])), stroke(main * 0.35, 26, 0.34, 14)
            )
            canvas.drawPath(
                smooth(np.array([(s * 110, 400), (s * 150, 450), (s * 160, 560)])), stroke(main * 0.4, 22, 0.16, 14)
            )
        canvas.restore()
        self._collar(canvas, neckline)

    def _collar(self, canvas: skia.Canvas, neckline: Array) -> None:
        """A ribbed band around the neck, with its shadow on the skin."""
        main = colour(self._character.clothes.main)
        canvas.drawPath(smooth(shifted(neckline, 0, -4)), stroke(Colour(0.12, 0.05, 0.04), 10, 0.35, 5))
        canvas.drawPath(smooth(shifted(neckline, 0, 8)), stroke(mix(main, BLACK, 0.10), 27))
        canvas.drawPath(smooth(shifted(neckline, 0, 1)), stroke(mix(main, WHITE, 0.22), 5, 0.5, 1.8))
        canvas.drawPath(smooth(shifted(neckline, 0, 22)), stroke(main * 0.45, 4, 0.55, 1.8))
        for x, y in resample(neckline, 70).tolist():
            lean = x * 0.05
            canvas.drawLine(x, y - 3, x + lean * 0.6, y + 19, stroke(main * 0.5, 1.6, 0.34, 0.4))

    def _shirt(self, canvas: skia.Canvas) -> None:
        clothes = self._character.clothes
        shirt, main = colour(clothes.second), colour(clothes.main)
        opening = np.array([(-128, 292), (-84, 372), (-34, 470), (0, 545), (34, 470), (84, 372), (128, 292)], float)
        body = smooth(self._shoulders(np.array([(-124, 296), (0, 400), (124, 296)], float)), closed=True)
        canvas.drawPath(
            body,
            ramp((-200, 300), (200, 560), [(0, mix(shirt, WHITE, 0.25), 1), (0.5, shirt, 1), (1, shirt * 0.72, 1)]),
        )
        skin = self._character.skin
        throat = np.array([(-66, 316), (-40, 366), (0, 418), (40, 366), (66, 316), (0, 300)], float)
        canvas.drawPath(smooth(throat, closed=True), fill(mix(colour(skin.middle), colour(skin.shade), 0.55), 1, 0.6))
        canvas.drawPath(smooth(throat[:3]), stroke(colour(skin.deep), 8, 0.5, 5))
        canvas.drawOval(skia.Rect.MakeLTRB(-60, 270, 80, 350), fill(colour(skin.deep), 0.55, 16))
        jacket = self._shoulders(opening)
        self._cloth(canvas, smooth(jacket, closed=True))
        canvas.drawPath(smooth(opening), stroke(main * 0.5, 20, 0.5, 5))
        canvas.drawPath(smooth(opening), stroke(mix(main, BLACK, 0.16), 14))
        canvas.drawPath(smooth(shifted(opening, -1.5, -6)), stroke(mix(main, WHITE, 0.35), 2, 0.5, 0.8))
        for s in (-1, 1):
            flap = np.array(
                [(74, 262), (112, 282), (120, 322), (84, 392), (56, 366), (6, 414), (48, 340), (70, 304)]
            ) * [s, 1]
            path = skia.Path()
            path.addPoly([skia.Point(*p) for p in flap.tolist()], True)
            canvas.drawPath(path, fill(Colour(0.1, 0.07, 0.07), 0.35, 7))
            paint = ramp(
                (-120 if s < 0 else 20, 290),
                (0 if s < 0 else 130, 430),
                [(0, mix(shirt, WHITE, 0.35 if s < 0 else 0.1), 1), (1, shirt * (0.93 if s < 0 else 0.76), 1)],
            )
            paint.setPathEffect(skia.CornerPathEffect.Make(9))
            canvas.drawPath(path, paint)
            line = stroke(shirt * 0.6, 1.4, 0.5, 0.4)
            line.setPathEffect(skia.CornerPathEffect.Make(9))
            canvas.drawPath(path, line)
        for s in (-1, 1):
            canvas.drawPath(
                smooth(np.array([(s * 250, 420), (s * 226, 500), (s * 236, 620)])), stroke(main * 0.35, 26, 0.38, 14)
            )
