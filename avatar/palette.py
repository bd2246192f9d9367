"""Colours as floats: reading, mixing and handing them to skia."""

from __future__ import annotations

from typing import Any

import numpy as np
import skia
from numpy.typing import NDArray

Colour = NDArray[np.float64]
"""Red, green, blue in 0..1."""


def colour(code: str) -> Colour:
    """`#rrggbb` as floats. Raises `ValueError` for anything else."""
    digits = code.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"a colour is written #rrggbb, got {code!r}")
    return np.array([int(digits[k : k + 2], 16) for k in (0, 2, 4)]) / 255


def mix(first: Colour, second: Colour, weight: float) -> Colour:
    """`first` at weight 0, `second` at weight 1."""
    return first + (second - first) * weight


def ink(tone: Colour, alpha: float = 1.0) -> int:
    """A colour and its opacity as the integer skia takes."""
    red, green, blue = (int(255 * min(max(float(value), 0.0), 1.0) + 0.5) for value in tone)
    return int(skia.ColorSetARGB(int(255 * min(max(alpha, 0.0), 1.0) + 0.5), red, green, blue))


def fill(tone: Colour, alpha: float = 1.0, blur: float = 0.0) -> Any:
    """A paint that fills, its edge softened by `blur` (sigma in units of the drawing)."""
    paint = skia.Paint(AntiAlias=True, Color=ink(tone, alpha))
    if blur > 0:
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
    return paint


def stroke(tone: Colour, width: float, alpha: float = 1.0, blur: float = 0.0) -> Any:
    """A paint that draws lines with round ends."""
    paint = fill(tone, alpha, blur)
    paint.setStyle(skia.Paint.kStroke_Style)
    paint.setStrokeWidth(width)
    paint.setStrokeCap(skia.Paint.kRound_Cap)
    paint.setStrokeJoin(skia.Paint.kRound_Join)
    return paint


def glow(x: float, y: float, radius: float, tones: list[tuple[float, Colour, float]]) -> Any:
    """A round gradient: (position 0..1, colour, alpha) from the centre outwards."""
    shader = skia.GradientShader.MakeRadial(
        skia.Point(x, y), radius, [ink(tone, alpha) for _, tone, alpha in tones], [at for at, _, _ in tones]
    )
    return skia.Paint(AntiAlias=True, Shader=shader, Dither=True)


def ramp(top: tuple[float, float], end: tuple[float, float], tones: list[tuple[float, Colour, float]]) -> Any:
    """A straight gradient between two points: (position 0..1, colour, alpha)."""
    shader = skia.GradientShader.MakeLinear(
        [skia.Point(*top), skia.Point(*end)], [ink(tone, a) for _, tone, a in tones], [at for at, _, _ in tones]
    )
    return skia.Paint(AntiAlias=True, Shader=shader, Dither=True)
