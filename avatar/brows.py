"""Brows: tapered shapes made of hairs, painted on the head so that they move as one with its skin."""

from __future__ import annotations

import numpy as np
import skia

from avatar.cast import Character
from avatar.curve import resample, ribbon, smooth
from avatar.palette import BLACK, colour, fill, mix, stroke

NODES = 41
HAIRS = 230


def paint_brows(canvas: skia.Canvas, character: Character) -> None:
    """Paint both brows: a soft shape, and on it hairs that rise at the inner end and lie flat towards the temple."""
    chance = np.random.default_rng(character.seed + 3)
    for sign in (1.0, -1.0):
        _brow(canvas, character, sign, chance)


def _brow(canvas: skia.Canvas, character: Character, sign: float, chance: np.random.Generator) -> None:
    brows = character.brows
    tone = colour(brows.colour)
    # One brow sits a touch higher: faces are not mirrored.
    line = resample(np.array(brows.line), NODES) * [sign, 1] + np.array([0, -1.6 if sign > 0 else 0.8])
    widths = np.interp(np.linspace(0, 1, NODES), np.linspace(0, 1, len(brows.thickness)), brows.thickness)
    canvas.drawPath(ribbon(line, widths * 0.95), fill(tone, 0.50 * brows.density, 3.0))
    canvas.drawPath(ribbon(line, widths * 0.62), fill(tone, 0.34 * brows.density, 1.6))
    along = np.gradient(line, axis=0)
    along /= np.hypot(*along.T)[:, None]
    up = np.column_stack([along[:, 1], -along[:, 0]]) * sign
    for at in chance.permutation(np.linspace(0.0, 0.97, HAIRS)):
        k = min(int(at * NODES), NODES - 1)
        across = chance.uniform(-0.5, 0.42)
        root = line[k] + up[k] * across * widths[k] + along[k] * chance.normal(0, 1.2)
        # Hairs of the lower edge rise, those of the upper edge lie down upon them.
        lean = (1.25 - 1.9 * at) * (0.9 - 0.9 * across) + chance.normal(0, 0.12)
        length = (10.5 - 3.0 * at) * chance.uniform(0.75, 1.2)
        way = along[k] + up[k] * lean
        way /= np.hypot(*way)
        bend = root + way * 0.55 * length + up[k] * 0.4
        tip = root + way * length - up[k] * 0.9 * lean
        shade = mix(tone, BLACK, chance.uniform(0.0, 0.45))
        canvas.drawPath(
            smooth(np.array([root, bend, tip])), stroke(shade, chance.uniform(0.7, 1.35), 0.62 * brows.density)
        )
