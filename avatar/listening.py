"""How a listener's face answers the speaker's: it mirrors gently what helps, and meets the rest with calm concern."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from avatar.expression import LIFT, express, units
from companion.types import EMOTIONS, Affect, Attention

# The answer to each feeling of the user, as action units. Joy and surprise are shared; sadness and fear are met with
# a soft version of themselves (inner brows up, no weeping mouth); anger, disgust and contempt are never mirrored, for
# hostile mimicry tears the bond that mimicry otherwise makes (Hess and Fischer, "Emotional mimicry as social
# regulation", 2013).
ANSWERS: Mapping[str, Mapping[str, float]] = {
    "neutral": {},
    "happy": {"6": 0.45, "12": 0.55},
    "sad": {"1": 0.70, "4": 0.24, "15": 0.12, "43": 0.08},
    "angry": {"1": 0.48, "4": 0.10},
    "fear": {"1": 0.62, "4": 0.18, "5": 0.08},
    "disgust": {"1": 0.25, "4": 0.10},
    "surprise": {"1": 0.35, "2": 0.40, "5": 0.20},
    "contempt": {"1": 0.28},
}
MIRRORING: Mapping[Attention, float] = {
    Attention.IDLE: 0.3,
    Attention.LISTENING: 1.0,
    Attention.THINKING: 0.6,
    Attention.SPEAKING: 0.0,
}
YIELD = 0.8
"""How far the companion's own expression gives way to the answer at its strongest."""

_ROWS = np.stack([units(ANSWERS[name]) for name in EMOTIONS])


@lru_cache(maxsize=256)
def answer(affect: Affect, user: Affect, attention: Attention, expressiveness: float = 1.0) -> NDArray[np.float64]:
    """The face (52 shapes) of one who feels `affect` and answers the user's feeling, as far as that is sure.

    The array is shared between calls and read-only. Raises `ValueError` as `express` does.
    """
    share = np.clip(user.distribution, 0.0, 1.0) ** LIFT * user.confidence * MIRRORING[attention]
    share[0] = 0.0
    mirrored = 1.0 - np.prod(1.0 - share[:, None] * _ROWS, axis=0)
    kept = express(affect, expressiveness) * (1.0 - YIELD * min(1.0, share.sum()))
    face = 1.0 - (1.0 - kept) * (1.0 - np.minimum(mirrored * expressiveness, 1.0))
    face.flags.writeable = False
    return np.asarray(face)
