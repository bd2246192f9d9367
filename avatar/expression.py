"""A feeling as blend shapes, by way of the action units of the face."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from avatar.blendshapes import columns, face
from companion.types import BLENDSHAPES, EMOTIONS, Affect

# Action units (Ekman, Friesen and Hager, "Facial Action Coding System", 2002) as ARKit shapes.
UNITS: Mapping[str, Mapping[str, float]] = {
    "1": {"browInnerUp": 1.0},  # inner brow raiser
    "2": {"browOuterUp": 1.0},  # outer brow raiser
    "4": {"browDown": 1.0},  # brow lowerer
    "5": {"eyeWide": 1.0},  # upper lid raiser
    "6": {"cheekSquint": 1.0, "eyeSquint": 0.5},  # cheek raiser
    "7": {"eyeSquint": 1.0},  # lid tightener
    "9": {"noseSneer": 1.0},  # nose wrinkler
    "10": {"mouthUpperUp": 1.0},  # upper lip raiser
    "12": {"mouthSmile": 1.0},  # lip corner puller
    "12L": {"mouthSmileLeft": 1.0},
    "14L": {"mouthDimpleLeft": 1.0},  # dimpler
    "15": {"mouthFrown": 1.0},  # lip corner depressor
    "16": {"mouthLowerDown": 1.0},  # lower lip depressor
    "17": {"mouthShrugLower": 1.0, "mouthShrugUpper": 0.4},  # chin raiser
    "20": {"mouthStretch": 1.0},  # lip stretcher
    "23": {"mouthRollLower": 0.6, "mouthRollUpper": 0.6},  # lip tightener
    "24": {"mouthPress": 1.0},  # lip pressor
    "26": {"jawOpen": 1.0},  # jaw drop
    "43": {"eyeBlink": 1.0},  # lids droop
}

# The units of each emotion at full strength (Friesen and Ekman, "EMFACS-7", 1983; contempt: Ekman and Friesen, "A new
# pan-cultural facial expression of emotion", 1986). Heights are for a calm adult, not for the stage.
EMOTION_UNITS: Mapping[str, Mapping[str, float]] = {
    "neutral": {},
    "happy": {"6": 0.80, "12": 0.90, "10": 0.14, "16": 0.12, "26": 0.10},
    "sad": {"1": 0.80, "4": 0.30, "15": 0.60, "17": 0.35, "43": 0.18},
    "angry": {"4": 0.85, "5": 0.40, "7": 0.55, "23": 0.35, "24": 0.50},
    "fear": {"1": 0.85, "2": 0.50, "4": 0.35, "5": 0.80, "20": 0.50, "26": 0.20},
    "disgust": {"9": 0.80, "10": 0.60, "4": 0.30, "7": 0.35, "16": 0.25},
    "surprise": {"1": 0.80, "2": 0.85, "5": 0.75, "26": 0.40},
    "contempt": {"12L": 0.45, "14L": 0.70, "7": 0.15},
}

# What valence, arousal and dominance add to any feeling, at -1 and at +1: corners of the mouth follow valence, the
# lids follow arousal, the brows dominance (Russell and Fernandez-Dols, "The Psychology of Facial Expression", 1997).
AXES: Mapping[str, tuple[Mapping[str, float], Mapping[str, float]]] = {
    "valence": ({"15": 0.10, "1": 0.06}, {"12": 0.12, "6": 0.08}),
    "arousal": ({"43": 0.14}, {"5": 0.10, "2": 0.05}),
    "dominance": ({"1": 0.10}, {"4": 0.06}),
}

LIFT = 0.7
"""Exponent on an emotion's probability: faint feelings show a little more than their share, as on real faces."""

# The left of a face shows more (Sackeim, Gur and Saucy, "Emotions are expressed more intensely on the left side of the
# face", 1978); brows the other way round, so that the tilt of the whole does not look like a slant.
SIDES = {"mouthSmile": 0.05, "mouthFrown": 0.05, "cheekSquint": 0.04, "browOuterUp": -0.05, "browDown": -0.04}


def units(heights: Mapping[str, float]) -> NDArray[np.float64]:
    """Heights of action units (keys of `UNITS`) as 52 shapes; units that share one fill up what is left of it."""
    left = np.ones(len(BLENDSHAPES))
    for unit, height in heights.items():
        left *= 1.0 - height * face(UNITS[unit])
    return 1.0 - left


def _asymmetry() -> NDArray[np.float64]:
    gains = np.ones(len(BLENDSHAPES))
    for name, more in SIDES.items():
        gains[columns(name)] = 1.0 + more, 1.0 - more
    return gains


_EMOTION_ROWS = np.stack([units(EMOTION_UNITS[name]) for name in EMOTIONS])  # 8 x 52
_AXIS_ROWS = np.stack([units(end) for ends in AXES.values() for end in ends])  # 6 x 52: -, + of each axis
_SIDE_GAINS = _asymmetry()


def express(affect: Affect, expressiveness: float = 1.0) -> NDArray[np.float32]:
    """The face of a feeling: 52 blend shapes in 0..1, all 0 for a neutral one.

    Each emotion raises its own action units in step with its probability; units that meet fill up what is left of the
    range, so a mixture shows both feelings. `expressiveness` (0..1.5) scales the whole. Raises `ValueError` when it
    is negative or not a number.
    """
    if not 0 <= expressiveness < float("inf"):
        raise ValueError(f"expressiveness must be 0 or more, got {expressiveness}")
    strengths = np.clip(affect.distribution, 0.0, 1.0) ** LIFT
    axes = np.array([affect.valence, affect.arousal, affect.dominance])
    ends = np.stack([np.maximum(-axes, 0.0), np.maximum(axes, 0.0)], axis=1).ravel()
    parts = np.concatenate([strengths[:, None] * _EMOTION_ROWS, ends[:, None] * _AXIS_ROWS])
    shapes: NDArray[np.float64] = (1.0 - np.prod(1.0 - parts, axis=0)) * _SIDE_GAINS * expressiveness
    return np.clip(shapes, 0.0, 1.0).astype(np.float32)
