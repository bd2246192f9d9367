"""`Expression`: what a face shows, from its shape and its looks, by a small trained model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from companion.affect import EMOTIONS, Affect
from companion.convolution import Convolution
from companion.crop import Grey, cut, evened
from companion.headpose import HeadPose, Landmarks
from companion.shape import shape
from companion.texture import gradients, patterns
from companion.types import Picture
from weights.store import Weights, WeightsError, load, read

VIEWS = ("shape", "gradients", "patterns")
Floats = NDArray[np.float32]

# What each feeling looks like, as sums of cues: EMFACS prototypes (Friesen and Ekman, 1983): happy 6+12, sad 1+4+15,
# angry 4+5+7+23, fear 1+2+4+5+20+26, disgust 9+10, surprise 1+2+5+26, contempt 12 or 14 on one side.
PROTOTYPES: Mapping[str, Mapping[str, float]] = {
    "happy": {"smile": 4.4, "cheeks_raised": 0.8, "frown": -1.5, "jaw_open": -0.3},
    "sad": {
        "frown": 2.0, "inner_brow_raised": 2.0, "eyes_closed": 1.0,
        "smile": -2.0, "jaw_open": -1.8, "eyes_wide": -0.8,
    },
    "angry": {
        "brows_lowered": 2.6, "lips_pressed": 1.0, "cheeks_raised": 0.5, "upper_lip_raised": 1.2, "jaw_open": 1.3,
        "smile": -1.6, "brows_raised": -1.0, "inner_brow_raised": -1.0,
    },
    "fear": {
        "inner_brow_raised": 1.2, "brows_raised": 0.8, "eyes_wide": 1.4, "lips_stretched": 1.7,
        "smile": -4.0, "cheeks_raised": -0.8,
    },
    "disgust": {
        "nose_wrinkled": 2.6, "upper_lip_raised": 1.2, "frown": 0.5,
        "smile": -2.4, "jaw_open": -1.2, "eyes_wide": -0.8,
    },
    "surprise": {
        "brows_raised": 1.0, "inner_brow_raised": 0.7, "eyes_wide": 2.1, "jaw_open": 2.4,
        "smile": -1.8, "cheeks_raised": -1.2, "lips_stretched": -1.0,
    },
    "contempt": {"one_sided": 2.9, "smile": -1.2, "jaw_open": -2.0},
}  # fmt: skip
NEUTRAL_SCORE = 2.2
NETWORK_SHARE = 1.0
"""Of the network's log-probabilities in the sum of logits."""
OPEN_GAIN = 1.25
"""Beyond `clear` (where one clear face in fifty lies) confidence falls to nothing as covering grows certain."""
RARE = 0.35
"""Share of a prototype's probability that a feeling gets which the data are too few to learn (fear and contempt)."""


class Expression:
    """A multinomial logistic regression over each view of a face and a small network; their logits are added, tempered.

    `labels` are the feelings that were learnt, `neutral` the mean logits of neutral faces. Raises `WeightsError`.
    """

    def __init__(self, weights: str = "") -> None:
        """`weights`: the path of a file that `companion train face` wrote; empty: ours."""
        held: Weights = read(Path(weights)) if weights else load("face")
        self.partner = held["partner"].astype(np.int64)
        self._maps = {view: (held[f"{view}.weight"], held[f"{view}.bias"]) for view in VIEWS}
        self._network = Convolution(held)
        self.neutral: Floats = held["neutral"]
        try:
            self.labels: tuple[str, ...] = tuple(held.facts["labels"])
            self._temperature = float(held.facts["temperature"])
            self._clear = float(held.facts["clear"])
        except KeyError as error:
            raise WeightsError(f"these weights are none of a face reader: no {error}") from None

    def look(self, picture: Picture, points: Landmarks, pose: HeadPose) -> tuple[Floats, float]:
        """One logit for each of `labels`, and how much (0..1) of the face at these landmarks can be seen.

        Landmarks are 478 x 3, in pixels of the picture.
        """
        face = evened(cut(picture, points, pose))
        seen = views(face, points, pose, self.partner)
        total = sum((seen[view] @ weight + bias for view, (weight, bias) in self._maps.items()), np.float32(0))
        feelings, covered = self._network.look(face)
        open_share = (1 - max(covered, self._clear)) / (1 - self._clear)
        return np.asarray(total + NETWORK_SHARE * feelings, np.float32), min(1.0, OPEN_GAIN * open_share)

    def shares(self, logits: Floats, cues: Mapping[str, float]) -> dict[str, float]:
        """The probability of each of `EMOTIONS`: learnt ones by their logits, the others by their prototypes."""
        powers = np.exp((logits - logits.max()) / self._temperature)
        learnt = dict(zip(self.labels, (powers / powers.sum()).tolist(), strict=True))
        typical = prototype(cues)
        rare = {name: RARE * typical[name] for name in EMOTIONS if name not in learnt}
        left = 1.0 - sum(rare.values())
        return {name: rare[name] if name in rare else left * learnt[name] for name in EMOTIONS}


def views(face: Grey, points: Landmarks, pose: HeadPose, partner: NDArray[np.int64]) -> dict[str, Floats]:
    """The three views of an evened face that the regressions look at, each a vector."""
    return {"shape": shape(points, pose, partner), "gradients": gradients(face), "patterns": patterns(face)}


def prototype(cues: Mapping[str, float]) -> Affect:
    """Cues (0..1 each) to a soft distribution by the prototypes alone."""
    scores = {name: sum(weight * cues[cue] for cue, weight in parts.items()) for name, parts in PROTOTYPES.items()}
    powers = {name: float(np.exp(score)) for name, score in {**scores, "neutral": NEUTRAL_SCORE}.items()}
    whole = sum(powers.values())
    return Affect.mixture({name: power / whole for name, power in powers.items() if name != "neutral"})
