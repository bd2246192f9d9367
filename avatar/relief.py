"""The face as a sculpted relief, lit once: where its light and shade come from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from avatar.cast import Character
from avatar.curve import resample
from avatar.palette import Colour, colour
from avatar.rig import Array

KEY = np.array([-0.50, -0.52, 0.69])
"""Direction to the window: from the upper left of the picture."""
FILL = np.array([0.75, -0.05, 0.55])
"""Direction to the pale wall opposite."""


Line = Sequence[tuple[float, float]]

# Heights below the eyes and how far the skull's middle stands out there, then the nose: how far, how wide.
_PROFILE = [
    (-300, 20),
    (-230, 90),
    (-150, 140),
    (-60, 160),
    (0, 158),
    (100, 160),
    (170, 162),
    (240, 153),
    (262, 138),
    (300, 90),
]
_NOSE_OUT = [(-60, 0), (-18, 7), (20, 24), (70, 47), (86, 50), (97, 36), (112, 5), (118, 0), (130, 0)]
_NOSE_WIDTH = [(-60, 17), (-10, 13), (30, 15), (84, 21), (112, 24), (130, 24)]


def bell(x: Array, y: Array, at: tuple[float, float], spread: tuple[float, float]) -> Array:
    """A smooth hump of height 1."""
    return np.asarray(np.exp(-(((x - at[0]) / spread[0]) ** 2) - ((y - at[1]) / spread[1]) ** 2))


def through(at: Array, points: Line) -> Array:
    """A smooth curve through (place, value) points, read at each place."""
    places, values = resample(np.array(points, float), 40 * len(points)).T
    return np.interp(at, places, values)


def height(x: Array, y: Array, character: Character) -> Array:
    """How far the face stands out at each point, in units: a skull, and on it what makes a face."""
    face = character.face
    # The relief goes on below the chin, so that no hard end shows along the jaw.
    wide = np.maximum(through(np.where(y > 150, 150 + (y - 150) * 0.93, y), face.outline), 40)
    side = np.clip(np.abs(x) / (wide * 1.03), 0, 1)
    profile = through(y, _PROFILE)
    skull = profile * np.power(np.clip(1 - side**2.5, 0, 1), 0.5)
    bumps = np.zeros_like(x)
    for s in (-1, 1):
        bumps -= 22 * bell(x, y, (s * 74, -6), (46, 24))  # eye sockets
        bumps += 15 * bell(x, y, (s * 80, 2), (33, 20))  # eyeballs
        bumps += 9 * bell(x, y, (s * 70, -52), (62, 20))  # brow ridge
        bumps += 11 * face.cheekbones * bell(x, y, (s * 108, 62), (46, 40))
        bumps -= 7 * bell(x, y, (s * 128, 128), (34, 60))  # hollow of the cheek
        bumps -= 5 * bell(x, y, (s * 72, 168), (13, 15))  # corners of the mouth
        bumps -= (1.2 + 5 * face.age) * bell(x - 0.45 * s * (y - 120), y, (s * 52, 122), (10, 34))  # nasolabial
        bumps -= (1.0 + 4 * face.age) * bell(x, y, (s * 70, 38), (30, 7))  # under the eye
    bumps += 9 * bell(x, y, (0, 165), (64, 46))  # the teeth behind the lips
    bumps -= 9 * bell(x, y, (0, 207), (44, 10))  # above the chin
    bumps += 13 * bell(x, y, (0, 234), (40, 24))
    bumps -= 3.2 * bell(x, y, (0, 132), (7, 15))  # philtrum
    bumps += 2.0 * (bell(x, y, (-10, 133), (5, 14)) + bell(x, y, (10, 133), (5, 14)))
    return np.asarray(skull + bumps + _nose(x, y, character))


def _nose(x: Array, y: Array, character: Character) -> Array:
    wide, long = character.face.nose_width, character.face.nose_length
    y = y / long
    out, spread = through(y, _NOSE_OUT), through(y, _NOSE_WIDTH) * wide
    nose = out * np.exp(-(np.abs(x / spread) ** 2.2))
    nose += 9 * bell(x, y, (0, 82), (17 * wide, 14))
    for s in (-1, 1):
        nose += 17 * np.exp(-(((x - s * 28 * wide) / (12 * wide)) ** 2) - np.abs((y - 91) / 13) ** 2.4)
        nose -= 7 * bell(x, y, (s * 43 * wide, 92), (6, 14))
    return np.asarray(nose)


def lit(x: Array, y: Array, character: Character) -> Array:
    """The colour (h x w x 3, 0..1) of the bare skin at each point of a raster of units."""
    pitch = float(x[0, 1] - x[0, 0])
    relief = _blurred(height(x, y, character), 2.2 / pitch)
    slope_y, slope_x = np.gradient(relief, pitch)
    # Half the true steepness: an illustration's modelling, softer than a photograph's.
    normal = np.stack([-0.62 * slope_x, -0.62 * slope_y, np.ones_like(x)], -1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    key = np.clip((normal @ KEY + 0.28) / 1.28, 0, 1)
    hollow = np.clip((_blurred(relief, 26 / pitch) - relief) / 26, -0.5, 1)
    creases = np.clip((_blurred(relief, 7 / pitch) - relief) / 8, 0, 1)
    return _tones(x, y, character, np.clip(key - 0.30 * hollow - 0.32 * creases, 0, 1), normal)


def _blurred(field: Array, sigma: float) -> Array:
    import cv2

    return np.asarray(cv2.GaussianBlur(field, (0, 0), sigma, borderType=cv2.BORDER_REFLECT))


def _tones(x: Array, y: Array, character: Character, key: Array, normal: Array) -> Array:
    skin = character.skin
    stops = np.array([colour(code).array for code in (skin.deep, skin.shade, skin.middle, skin.light)])
    tone = np.stack([np.interp(key, [0.12, 0.42, 0.68, 0.93], stops[:, c]) for c in range(3)], -1)
    fill = np.clip(normal @ FILL, 0, 1)
    tone += 0.075 * (fill * (1 - key))[..., None] * np.array([0.85, 0.95, 1.1])
    half = KEY + np.array([0, 0, 1.0])
    gleam = np.clip(normal @ (half / np.linalg.norm(half)), 0, 1) ** 26
    oily = 0.25 + 0.9 * bell(x, y, (-4, 78), (20, 30)) + 0.5 * bell(x, y, (-20, -110), (90, 50))
    oily += 0.6 * bell(x, y, (-104, 52), (50, 30)) + 0.3 * bell(x, y, (104, 52), (50, 30))
    tone += 0.13 * (gleam * oily)[..., None] * np.array([1.0, 0.95, 0.88])
    return _blood(x, y, character, tone)


def _blood(x: Array, y: Array, character: Character, tone: Array) -> Array:
    """Warm the cheeks, nose, ears, lids and chin; cool the jaw where a beard would grow."""
    warm = np.zeros_like(x)
    for s in (-1, 1):
        warm += 0.42 * bell(x, y, (s * 112, 84), (54, 42))
        warm += 0.30 * bell(x, y, (s * 80, -14), (44, 14))
        warm += 0.18 * bell(x, y, (s * 78, 30), (40, 12))
    warm += 0.34 * bell(x, y, (0, 90), (34, 22)) + 0.14 * bell(x, y, (0, 240), (40, 20))
    tone = _blend(tone, colour(character.skin.blush), np.clip(warm, 0, 0.6) * 0.62)
    if character.skin.stubble:
        jaw = np.clip((y - 105) / 40, 0, 1) * np.clip(1.25 - bell(x, y, (0, 168), (88, 40)) * 0.6, 0, 1)
        jaw = jaw * (1 - bell(x, y, (-100, 90), (60, 60)) * 0.9)
        tone = _blend(tone, colour(character.hair.dark) * 0.9, np.clip(jaw, 0, 1) * 0.22 * character.skin.stubble)
    return tone


def _blend(tone: Array, other: Colour, weight: Array) -> Array:
    return np.asarray(tone + (other.array - tone) * weight[..., None])
