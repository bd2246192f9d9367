"""`Glasses`: a frame that sits on the nose and turns with the head."""

from __future__ import annotations

import numpy as np
import skia

from avatar.cast import Glasses as GlassesPart
from avatar.curve import shifted, smooth
from avatar.palette import WHITE, Colour, colour, fill, mix, stroke
from avatar.rig import Placed, Rig
from avatar.skin import on_skin

_RIM = np.array([(-0.96, -0.35), (-0.86, -0.86), (-0.3, -1.0), (0.4, -1.0), (0.92, -0.84), (1.0, -0.2), (0.84, 0.55),
                 (0.4, 0.96), (-0.2, 1.0), (-0.72, 0.72)])  # fmt: skip
AHEAD = 158.0
"""How far the lenses stand before the head's centre: a little ahead of the eyes, as the nose holds them."""


class Glasses:
    """The frame, its shadow on the cheek and a faint glare."""

    def __init__(self, glasses: GlassesPart, rig: Rig) -> None:
        self._glasses = glasses
        for side, sign in (("Left", 1.0), ("Right", -1.0)):
            rim = _RIM * [sign * glasses.width, glasses.height] + [sign * 80, 13]
            # The frame curves back towards the temples.
            rig.add(f"rim{side}", np.column_stack([rim, AHEAD - 0.0022 * rim[:, 0] ** 2]))
            # They end under the hair, where the ears hold them; the head's own depth keeps them on it as it turns.
            temple = on_skin(np.array([(sign * 138, 0.0), (sign * 156, -3.0), (sign * 174, -4.0)]), 3)
            rig.add(f"temple{side}", temple)
        rig.add(
            "bridge", np.array([(-22.0, 0, AHEAD + 2), (-10, -8, AHEAD + 8), (10, -8, AHEAD + 8), (22, 0, AHEAD + 2)])
        )

    def draw(self, canvas: skia.Canvas, placed: Placed) -> None:
        """Draw on a canvas in units."""
        tone, line = colour(self._glasses.colour), self._glasses.line
        bright = mix(tone, WHITE, 0.45)
        for side in ("Left", "Right"):
            rim = smooth(placed[f"rim{side}"], closed=True)
            shadow = smooth(shifted(placed[f"rim{side}"], 4, 9), closed=True)
            canvas.drawPath(shadow, stroke(Colour(0.2, 0.07, 0.05), line, 0.26, 3))
            canvas.drawPath(rim, fill(Colour(0.93, 0.97, 1.0), 0.05))
            canvas.drawPath(smooth(placed[f"temple{side}"]), stroke(tone * 0.85, line * 0.95))
            canvas.drawPath(rim, stroke(tone, line))
            canvas.drawPath(smooth(placed[f"rim{side}"][:5] - [0.6, 1.2]), stroke(bright, 1.3, 0.6, 0.5))
        canvas.drawPath(smooth(placed["bridge"]), stroke(tone, line))
        canvas.drawPath(smooth(shifted(placed["bridge"], 0, -1.4)), stroke(bright, 1.2, 0.6, 0.5))
