"""Colours as floats: reading, mixing and handing them to skia."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import skia
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Colour:
    """Red, green and blue in 0..1."""

    red: float
    green: float
    blue: float

    def __mul__(self, factor: float) -> Colour:
        """Darker (factor < 1) or brighter."""
        return Colour(self.red * factor, self.green * factor, self.blue * factor)

    @property
    def array(self) -> NDArray[np.float64]:
        """The three values as an array."""
        return np.array([self.red, self.green, self.blue])


WHITE = Colour(1.0, 1.0, 1.0)
BLACK = Colour(0.0, 0.0, 0.0)


def colour(code: str) -> Colour:
    """`#rrggbb` as floats. Raises `ValueError` for anything else."""
    digits = code.removeprefix("#")
    if len(digits) != 6:
        raise ValueError(f"a colour is written #rrggbb, got {code!r}")
    return Colour(*(int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)))


def mix(first: Colour, second: Colour, weight: float) -> Colour:
    """`first` at weight 0, `second` at weight 1."""
    return Colour(
        first.red + (second.red - first.red) * weight,
        first.green + (second.green - first.green) * weight,
        first.blue + (second.blue - first.blue) * weight,
    )


@lru_cache(maxsize=4096)
def ink(tone: Colour, alpha: float = 1.0) -> int:
    """A colour and its opacity as the integer skia takes."""
    parts = (int(255 * min(max(value, 0.0), 1.0) + 0.5) for value in (alpha, tone.red, tone.green, tone.blue))
    return int(skia.ColorSetARGB(*parts))


def fill(tone: Colour, alpha: float = 1.0, blur: float = 0.0) -> skia.Paint:
    """A paint that fills, its edge softened by `blur` (sigma in units of the drawing). Shared: copy before changing."""
    return _paint(tone, round(alpha, 2), blur, 0.0)


def stroke(tone: Colour, width: float, alpha: float = 1.0, blur: float = 0.0) -> skia.Paint:
    """A paint that draws lines with round ends. Shared: copy before changing."""
    return _paint(tone, round(alpha, 2), blur, width)


@lru_cache(maxsize=4096)
def _paint(tone: Colour, alpha: float, blur: float, width: float) -> skia.Paint:
    paint = skia.Paint(AntiAlias=True, Color=ink(tone, alpha))
    if blur > 0:
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
    if width > 0:
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(width)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
        paint.setStrokeJoin(skia.Paint.kRound_Join)
    return paint


def glow(x: float, y: float, radius: float, tones: list[tuple[float, Colour, float]]) -> skia.Paint:
    """A round gradient: (position 0..1, colour, alpha) from the centre outwards."""
    shader = skia.GradientShader.MakeRadial(
        skia.Point(x, y), radius, [ink(tone, alpha) for _, tone, alpha in tones], [at for at, _, _ in tones]
    )
    return skia.Paint(AntiAlias=True, Shader=shader, Dither=True)


def ramp(top: tuple[float, float], end: tuple[float, float], tones: list[tuple[float, Colour, float]]) -> skia.Paint:
    """A straight gradient between two points: (position 0..1, colour, alpha)."""
    shader = skia.GradientShader.MakeLinear(
        [skia.Point(*top), skia.Point(*end)], [ink(tone, a) for _, tone, a in tones], [at for at, _, _ in tones]
    )
    return skia.Paint(AntiAlias=True, Shader=shader, Dither=True)
