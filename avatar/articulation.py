"""How speech and feeling share the face: expression and lips to one row of blend shapes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.blendshapes import INDEX, columns, face
from avatar.coarticulation import Lips
from avatar.visemes import LIPS
from companion.types import BLENDSHAPES

# The shape that carries each articulator of `LIPS`.
SHAPES = {
    "jaw": "jawOpen",
    "funnel": "mouthFunnel",
    "pucker": "mouthPucker",
    "stretch": "mouthStretch",
    "smile": "mouthSmile",
    "upper": "mouthUpperUp",
    "lower": "mouthLowerDown",
    "tongue": "tongueOut",
}
# What speech leaves of the expression: the corners of the mouth keep most of a feeling (a smile is heard), the lips
# are needed for the sounds. The upper face keeps all.
KEPT_CORNERS = 0.7
KEPT_LIPS = 0.25
_GIVEN = (1.0 - KEPT_CORNERS) * face(dict.fromkeys(("mouthSmile", "mouthFrown", "mouthDimple", "cheekPuff"), 1.0))
_GIVEN += (1.0 - KEPT_LIPS) * face(
    dict.fromkeys(
        (
            "jawOpen", "mouthFunnel", "mouthPucker", "mouthStretch", "mouthUpperUp", "mouthLowerDown",
            "mouthRollLower", "mouthRollUpper", "mouthPress", "mouthShrugLower", "mouthShrugUpper",
        ),
        1.0,
    )
)  # fmt: skip
_SPREAD = np.stack([face({SHAPES[name]: 1.0}) for name in LIPS])  # 8 x 52
_SCALED = np.array([name not in {"pucker", "funnel", "tongue"} for name in LIPS])
_SHAPES = len(BLENDSHAPES)
# What opens the lips, and so must be gone when they meet. Rounding stays, as in "boo".
_PARTING = columns("mouthUpperUp", "mouthLowerDown", "mouthFunnel", "mouthShrugUpper", "tongueOut")
_LOWER_PARTING = columns("mouthLowerDown", "mouthFunnel", "mouthPress", "mouthShrugLower")
_SMILE, _STRETCH, _PUCKER = columns("mouthSmile"), columns("mouthStretch"), INDEX["mouthPucker"]
_JAW, _CLOSE = INDEX["jawOpen"], INDEX["mouthClose"]
_PRESS, _ROLL_LOWER, _UPPER = columns("mouthPress"), INDEX["mouthRollLower"], columns("mouthUpperUp")

JAW_IN_CONTACT = 0.24
JAW_IN_BITE = 0.13
PRESS = 0.22
BITE_ROLL = 0.62
BITE_UPPER = 0.16


def speak(rows: NDArray[np.float64], lips: Lips, effort: NDArray[np.float64]) -> None:
    """Add speech to an expression (T x 52 or more), in place; `effort` (T, about 1) scales opening, not contact.

    Rounded lips narrow a smile, a smile widens the vowels.
    """
    left = (1.0 - rows[:, :_SHAPES] * (1.0 - lips.talking[:, None] * _GIVEN)) * (
        1.0 - (lips.heights * np.where(_SCALED, effort[:, None], 1.0)) @ _SPREAD
    )
    rows[:, :_SHAPES] = 1.0 - left
    rounded = rows[:, _PUCKER, None]
    rows[:, _SMILE] *= 1.0 - 0.7 * rounded
    rows[:, _STRETCH] *= 1.0 - 0.8 * rounded
    seal(rows, lips.closed, lips.bitten)


def seal(rows: NDArray[np.float64], closed: NDArray[np.float64], bitten: NDArray[np.float64]) -> None:
    """Make the contacts of speech true, in place: nothing else in the face may part lips that have to meet.

    ARKit's `mouthClose` closes the lips over an open jaw, so they touch where it equals `jawOpen`; it is never more.
    Doing it twice changes nothing, so that targets and what is shown may both be sealed.
    """
    if not (closed.any() or bitten.any()):
        rows[:, _CLOSE] = np.minimum(rows[:, _CLOSE], rows[:, _JAW])
        return
    jaw = rows[:, _JAW] = np.minimum(
        rows[:, _JAW], np.minimum(1.0 - closed * (1.0 - JAW_IN_CONTACT), 1.0 - bitten * (1.0 - JAW_IN_BITE))
    )
    rows[:, _CLOSE] = np.minimum(np.minimum(np.maximum(rows[:, _CLOSE], closed * jaw), jaw), 1.0 - bitten)
    apart, free = (1.0 - closed)[:, None], (1.0 - bitten)[:, None]
    rows[:, _PARTING] = np.minimum(rows[:, _PARTING], apart)
    rows[:, _PRESS] = np.maximum(rows[:, _PRESS], PRESS * (1.0 - apart))
    rows[:, _LOWER_PARTING] = np.minimum(rows[:, _LOWER_PARTING], free)
    rows[:, _ROLL_LOWER] = np.maximum(rows[:, _ROLL_LOWER], BITE_ROLL * bitten)
    rows[:, _UPPER] = np.maximum(rows[:, _UPPER], BITE_UPPER * (1.0 - free))
