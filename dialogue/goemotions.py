"""GoEmotions' 28 labels: their official grouping into Ekman's six, and what each means in our eight.

Labels and grouping: Demszky et al., "GoEmotions: A Dataset of Fine-Grained Emotions" (ACL 2020), with the file
`ekman_mapping.json` of its release. Valence, arousal and dominance: the label words in the NRC VAD lexicon (Mohammad,
"Obtaining Reliable Human Ratings of Valence, Arousal, and Dominance", ACL 2018), moved from 0..1 to -1..1 and rounded
to a twentieth.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

LABELS = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion", "curiosity", "desire",
    "disappointment", "disapproval", "disgust", "embarrassment", "excitement", "fear", "gratitude", "grief", "joy",
    "love", "nervousness", "optimism", "pride", "realization", "relief", "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip
"""In the order of the release's label numbers."""

EKMAN: Mapping[str, tuple[str, ...]] = {
    "neutral": ("neutral",),
    "happy": (
        "joy", "amusement", "approval", "excitement", "gratitude", "love", "optimism", "relief", "pride", "admiration",
        "desire", "caring",
    ),
    "sad": ("sadness", "disappointment", "embarrassment", "grief", "remorse"),
    "angry": ("anger", "annoyance", "disapproval"),
    "fear": ("fear", "nervousness"),
    "disgust": ("disgust",),
    "surprise": ("surprise", "realization", "confusion", "curiosity"),
}  # fmt: skip
"""The seven groups under our names; contempt is none of them."""
GROUPS = tuple(EKMAN)

POINTS: Mapping[str, tuple[float, float, float]] = {
    "admiration": (0.95, 0.15, 0.45),
    "amusement": (0.85, 0.65, 0.60),
    "anger": (-0.65, 0.75, 0.30),
    "annoyance": (-0.65, 0.45, -0.30),
    "approval": (0.70, -0.10, 0.80),
    "caring": (0.25, -0.05, 0.00),
    "confusion": (-0.50, 0.35, -0.45),
    "curiosity": (0.50, 0.50, -0.05),
    "desire": (0.80, 0.40, 0.30),
    "disappointment": (-0.75, 0.00, -0.35),
    "disapproval": (-0.85, 0.10, -0.25),
    "disgust": (-0.90, 0.55, -0.35),
    "embarrassment": (-0.70, 0.35, -0.55),
    "excitement": (0.80, 0.35, 0.45),
    "fear": (-0.85, 0.70, -0.40),
    "gratitude": (0.75, -0.10, 0.20),
    "grief": (-0.85, 0.30, -0.05),
    "joy": (0.95, 0.65, 0.60),
    "love": (1.00, 0.05, 0.35),
    "nervousness": (-0.65, 0.85, -0.50),
    "optimism": (0.90, 0.15, 0.65),
    "pride": (0.45, 0.25, 0.70),
    "realization": (0.10, 0.00, 0.65),
    "relief": (0.70, -0.45, -0.05),
    "remorse": (-0.80, 0.35, -0.25),
    "sadness": (-0.90, -0.40, -0.65),
    "surprise": (0.75, 0.75, 0.10),
    "neutral": (0.00, 0.00, 0.00),
}
"""Valence, arousal and dominance in -1..1; neutral is the origin by definition, as in `companion.affect.ANCHORS`."""


def grouped(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Labels (n x 28) as groups (n x 7): a group holds where one of its labels does."""
    columns = [[LABELS.index(name) for name in EKMAN[group]] for group in GROUPS]
    return np.stack([flags[:, places].any(axis=1) for places in columns], axis=1)
