"""A calm room behind the companion, out of focus."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from avatar.canvas import canvas_on
from avatar.palette import BLACK, Colour, colour, fill, glow, ramp


def backdrop(size: int) -> NDArray[np.uint8]:
    """The room (size x size x 4, opaque RGBA): a window to the left, shelves, a plant and a lamp."""
    pixels = np.zeros((size, size, 4), np.uint8)
    canvas = canvas_on(pixels)
    canvas.scale(size / 1000, size / 1000)
    canvas.drawPaint(
        ramp((0, 0), (1000, 700), [(0, colour("#d9d3c6"), 1), (0.45, colour("#a9a79d"), 1), (1, colour("#5d6263"), 1)])
    )
    _shelves(canvas)
    _window(canvas)
    _plant(canvas)
    canvas.drawCircle(
        835,
        250,
        210,
        glow(835, 250, 210, [(0, colour("#ffd9a0"), 0.85), (0.3, colour("#f7c387"), 0.45), (1, colour("#e8b070"), 0)]),
    )
    canvas.drawRRect(
        skia.RRect.MakeRectXY(skia.Rect.MakeLTRB(785, 215, 885, 300), 22, 22), fill(colour("#ffe7bf"), 0.95, 16)
    )
    canvas.drawRect(skia.Rect.MakeLTRB(0, 760, 1000, 1000), fill(colour("#4e5150"), 0.45, 60))
    # Darker corners keep the eye on the face.
    canvas.drawPaint(glow(470, 430, 760, [(0, BLACK, 0), (0.55, BLACK, 0.02), (1, Colour(0.05, 0.06, 0.08), 0.42)]))
    return pixels


def _window(canvas: skia.Canvas) -> None:
    canvas.drawRect(skia.Rect.MakeLTRB(-60, 40, 235, 600), fill(colour("#f3f1e6"), 0.95, 26))
    canvas.drawRect(skia.Rect.MakeLTRB(-40, 330, 220, 560), fill(colour("#c3d2bb"), 0.6, 40))
    for x in (78,):
        canvas.drawRect(skia.Rect.MakeLTRB(x - 9, 40, x + 9, 600), fill(colour("#b9b4a6"), 0.8, 11))
    canvas.drawRect(skia.Rect.MakeLTRB(-60, 300, 235, 316), fill(colour("#b9b4a6"), 0.7, 11))
    canvas.drawRect(skia.Rect.MakeLTRB(235, 0, 300, 760), fill(colour("#c9bfae"), 0.75, 22))
    canvas.drawCircle(80, 250, 460, glow(80, 250, 460, [(0, colour("#fffbee"), 0.55), (1, colour("#fffbee"), 0)]))


def _shelves(canvas: skia.Canvas) -> None:
    canvas.drawRect(skia.Rect.MakeLTRB(640, 60, 1040, 720), fill(colour("#6d655b"), 0.55, 30))
    for y in (190, 400, 600):
        canvas.drawRect(skia.Rect.MakeLTRB(640, y, 1040, y + 16), fill(colour("#8b7a66"), 0.9, 9))
    chance = np.random.default_rng(4)
    spines = ["#8c5a4a", "#b98a5e", "#54686f", "#7c8a77", "#c8b79a", "#3f4d57", "#a4705c"]
    for shelf in (400, 600):
        x = 660.0
        while x < 1010:
            wide, tall = chance.uniform(16, 34), chance.uniform(95, 150)
            if chance.random() < 0.8:
                tone = colour(spines[int(chance.integers(len(spines)))])
                canvas.drawRect(skia.Rect.MakeXYWH(x, shelf - tall, wide, tall), fill(tone, 0.75, 9))
            x += wide + 4


def _plant(canvas: skia.Canvas) -> None:
    chance = np.random.default_rng(9)
    for _ in range(46):
        x, y = chance.normal(335, 46), chance.normal(470, 90)
        tone = colour(["#5f7a5c", "#7c9571", "#48634c", "#93a883"][int(chance.integers(4))])
        canvas.save()
        canvas.rotate(float(chance.uniform(-70, 70)), x, y)
        canvas.drawOval(skia.Rect.MakeXYWH(x - 12, y - 36, 24, 72), fill(tone, 0.5, 10))
        canvas.restore()
