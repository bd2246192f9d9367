"""What keeps an expression from freezing: slow waves through groups of facial muscles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.blendshapes import face

WAVER = 0.12
"""Slow wavering of an expression, as a part of its height; no living face holds still."""
TREMOR = 0.012
"""The same on a face at rest, as a height of its own."""
WAVER_HZ = (0.31, 0.23, 0.27)
TREMOR_HZ = (0.19, 0.37, 0.16)
LIFE_HZ = (*WAVER_HZ, *TREMOR_HZ)
"""Rates of the random waves of `enliven`; they share no multiple, so the whole never comes round."""

# Muscles that waver together, and those that never quite rest: a row of 52 for each wave.
_WAVERING = np.stack(
    [
        face(dict.fromkeys(names, 1.0))
        for names in (
            ("browInnerUp", "browOuterUp", "browDown"),
            ("eyeWide", "eyeSquint", "cheekSquint", "noseSneer"),
            ("mouthSmile", "mouthFrown", "mouthDimple", "mouthPress", "mouthStretch"),
        )
    ]
)
_TREMBLING = np.stack(
    [face(dict.fromkeys(names, 1.0)) for names in (("browInnerUp",), ("eyeSquint",), ("mouthSmile", "mouthPress"))]
)


def enliven(rows: NDArray[np.float64], waves: NDArray[np.float64], expressiveness: float) -> None:
    """Let expressions (T x 52) breathe, in place, with `waves` (6 x T, -1..1, at `LIFE_HZ`): groups of muscles grow
    and shrink together, and move a little even at rest."""
    rows *= 1.0 + WAVER * (waves[:3].T @ _WAVERING)
    rows += TREMOR * (0.5 + 0.5 * min(expressiveness, 1.0)) * ((1.0 + waves[3:].T) @ _TREMBLING)
