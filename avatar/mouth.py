"""How speech and feeling share the face: expression and lips to one row of blend shapes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.blendshapes import INDEX, columns
from avatar.coarticulation import Lips
from avatar.visemes import LIPS

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
_CORNERS = columns("mouthSmile", "mouthFrown", "mouthDimple", "cheekPuff")
_LIPS = columns(
    "jawOpen", "mouthFunnel", "mouthPucker", "mouthStretch", "mouthUpperUp", "mouthLowerDown", "mouthRollLower",
    "mouthRollUpper", "mouthPress", "mouthShrugLower", "mouthShrugUpper",
)  # fmt: skip
# What opens the lips, and so must be gone when they meet. Rounding stays, as in "boo".
_PARTING = columns("mouthUpperUp", "mouthLowerDown", "mouthFunnel", "mouthShrugUpper")
_LOWER_PARTING = columns("mouthLowerDown", "mouthFunnel", "mouthPress", "mouthShrugLower")
_SMILE, _STRETCH, _PUCKER = columns("mouthSmile"), columns("mouthStretch"), INDEX["mouthPucker"]
_JAW, _CLOSE = INDEX["jawOpen"], INDEX["mouthClose"]
_PRESS, _ROLL_LOWER, _UPPER = columns("mouthPress"), INDEX["mouthRollLower"], columns("mouthUpperUp")

JAW_IN_CONTACT = 0.14
JAW_IN_BITE = 0.13
PRESS = 0.22
BITE_ROLL = 0.62
BITE_UPPER = 0.16


def speak(face: NDArray[np.float64], lips: Lips, effort: NDArray[np.float64]) -> None:
    """Add speech to an expression (T x 52 or more), in place; `effort` (T, about 1) scales opening, not contact.

    Rounded lips narrow a smile, a smile widens the vowels.
    """
    talking = lips.talking[:, None]
    face[:, _CORNERS] *= 1.0 - (1.0 - KEPT_CORNERS) * talking
    face[:, _LIPS] *= 1.0 - (1.0 - KEPT_LIPS) * talking
    for index, name in enumerate(LIPS):
        height = lips.heights[:, index] * (1.0 if name in {"pucker", "funnel", "tongue"} else effort)
        where = columns(SHAPES[name])
        face[:, where] = 1.0 - (1.0 - face[:, where]) * (1.0 - height[:, None])
    rounded = face[:, _PUCKER, None]
    face[:, _SMILE] *= 1.0 - 0.7 * rounded
    face[:, _STRETCH] *= 1.0 - 0.8 * rounded
    seal(face, lips)


def seal(face: NDArray[np.float64], lips: Lips) -> None:
    """Make the contacts of speech true, in place: nothing else in the face may part lips that have to meet.

    ARKit's `mouthClose` closes the lips over an open jaw, so they touch where it equals `jawOpen`; it is never more.
    """
    closed, bitten = lips.closed, lips.bitten
    face[:, _JAW] += closed * np.minimum(JAW_IN_CONTACT - face[:, _JAW], 0.0) * 0.7
    face[:, _JAW] += bitten * np.minimum(JAW_IN_BITE - face[:, _JAW], 0.0)
    face[:, _CLOSE] = np.minimum(np.maximum(face[:, _CLOSE], closed * face[:, _JAW]), face[:, _JAW])
    face[:, _CLOSE] *= 1.0 - bitten
    face[:, _PARTING] *= 1.0 - closed[:, None]
    face[:, _PRESS] = np.maximum(face[:, _PRESS], PRESS * closed[:, None])
    face[:, _LOWER_PARTING] *= 1.0 - bitten[:, None]
    face[:, _ROLL_LOWER] = np.maximum(face[:, _ROLL_LOWER], BITE_ROLL * bitten)
    face[:, _UPPER] = np.maximum(face[:, _UPPER], BITE_UPPER * bitten[:, None])
