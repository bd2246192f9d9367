"""`Gauge`: action-unit style cues in how a face differs from the person's own neutral."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from companion.headpose import EYE_INNER, EYE_OUTER, HeadPose, Landmarks

# Indices into MediaPipe's face mesh; the person's own right comes first.
LID_UPPER, LID_LOWER = (159, 386), (145, 374)
BROW_INNER, BROW_MIDDLE, BROW_OUTER = (55, 285), (105, 334), (70, 300)
MOUTH_CORNER = (61, 291)
LIP_TOP, LIP_INNER_TOP, LIP_INNER_BOTTOM, LIP_BOTTOM = 0, 13, 14, 17
NOSE_BASE, NOSE_WING = 2, (129, 358)

Measures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Gauge:
    """One way to measure a face: `generic` holds each measure's value in neutral faces and its full change."""

    generic: Mapping[str, tuple[float, float]]
    _rules: Callable[[Measures], dict[str, float]]

    def neutral(self) -> dict[str, float]:
        """The measures of a neutral face nobody knows yet."""
        return {name: middle for name, (middle, _) in self.generic.items()}

    def cues(self, measures: Measures, neutral: Measures) -> dict[str, float]:
        """Cues in 0..1: how far each measure stands from neutral, as a share of a full expression.

        Action units after Ekman and Friesen, "Facial Action Coding System" (1978).
        """
        change = {name: (measures[name] - neutral[name]) / full for name, (_, full) in self.generic.items()}
        return {name: min(1.0, max(0.0, value)) for name, value in self._rules(change).items()}


def landmark_measures(points: Landmarks, pose: HeadPose) -> dict[str, float]:
    """Lengths in the head's own frame, so that turning it changes none of them (to first order)."""
    own = pose.own(points)
    down = own[:, 1]
    corners = own[list(MOUTH_CORNER)]
    lifts = down[[LIP_INNER_TOP, LIP_INNER_BOTTOM]].mean() - corners[:, 1]
    upper, lower = down[list(LID_UPPER)], down[list(LID_LOWER)]
    lids = (upper + lower) / 2
    eye_line = (down[list(EYE_INNER)] + down[list(EYE_OUTER)]) / 2
    gap = down[LIP_INNER_BOTTOM] - down[LIP_INNER_TOP]
    return {
        "corner_lift": float(lifts.mean()),
        "corner_left_less_right": float(lifts[1] - lifts[0]),
        "mouth_width": float(np.linalg.norm(corners[1] - corners[0])),
        "mouth_gap": float(gap),
        "lip_thickness": float(down[LIP_BOTTOM] - down[LIP_TOP] - gap),
        "upper_lip": float(down[LIP_TOP] - down[NOSE_BASE]),
        "inner_brow": float((lids - down[list(BROW_INNER)]).mean()),
        "middle_brow": float((lids - down[list(BROW_MIDDLE)]).mean()),
        "outer_brow": float((upper - down[list(BROW_OUTER)]).mean()),
        "eye_opening": float((lower - upper).mean()),
        "lower_lid": float((lower - eye_line).mean()),
        "nose_length": float((down[list(NOSE_WING)] - down[list(EYE_INNER)]).mean()),
    }


def _landmark_rules(change: Measures) -> dict[str, float]:
    raised = (change["middle_brow"] + change["outer_brow"]) / 2
    return {
        "smile": 0.7 * change["corner_lift"] + 0.4 * change["mouth_width"],  # AU 12
        "frown": -change["corner_lift"] - 0.3 * max(0.0, change["mouth_width"]),  # AU 15
        "brows_raised": raised,  # AU 1+2
        "inner_brow_raised": change["inner_brow"] - 0.4 * max(0.0, raised),  # AU 1
        "brows_lowered": -change["inner_brow"],  # AU 4
        "eyes_wide": change["eye_opening"],  # AU 5
        "cheeks_raised": -change["lower_lid"],  # AU 6 or 7
        "eyes_closed": -change["eye_opening"] / 1.8,  # AU 43
        "jaw_open": change["mouth_gap"],  # AU 26
        "lips_pressed": -change["lip_thickness"] * (change["mouth_gap"] < 0.1),  # AU 24
        "lips_stretched": change["mouth_width"] - max(0.0, change["corner_lift"]),  # AU 20
        "upper_lip_raised": -change["upper_lip"],  # AU 10
        "nose_wrinkled": -change["nose_length"],  # AU 9
        "one_sided": abs(change["corner_left_less_right"]) - 0.3,  # AU 12 or 14 on one side
    }


def blendshape_measures(scores: Measures) -> dict[str, float]:
    """Measures from the face landmarker's blend shapes (0..1 each, named as in `companion.types.BLENDSHAPES`)."""

    def both(name: str) -> float:
        return (scores[f"{name}Left"] + scores[f"{name}Right"]) / 2

    pairs = {
        "smile": "mouthSmile", "frown": "mouthFrown", "outer_brow": "browOuterUp", "brow_down": "browDown",
        "eye_wide": "eyeWide", "blink": "eyeBlink", "squint": "eyeSquint", "press": "mouthPress",
        "stretch": "mouthStretch", "upper_lip": "mouthUpperUp",
    }  # fmt: skip
    return {
        **{name: both(pair) for name, pair in pairs.items()},
        "inner_brow": scores["browInnerUp"],
        "jaw": scores["jawOpen"],
        "smile_left_less_right": scores["mouthSmileLeft"] - scores["mouthSmileRight"],
    }


def _blendshape_rules(change: Measures) -> dict[str, float]:
    return {
        "smile": change["smile"],
        "frown": change["frown"],
        "brows_raised": change["outer_brow"],
        "inner_brow_raised": change["inner_brow"] - 0.4 * max(0.0, change["outer_brow"]),
        "brows_lowered": change["brow_down"],
        "eyes_wide": change["eye_wide"],
        "cheeks_raised": change["squint"],
        "eyes_closed": change["blink"],
        "jaw_open": change["jaw"],
        "lips_pressed": change["press"],
        "lips_stretched": change["stretch"] - 0.3 * max(0.0, change["smile"]),
        "upper_lip_raised": change["upper_lip"],
        # The landmarker's noseSneer never moves; a wrinkled nose lifts the upper lip without a smile.
        "nose_wrinkled": change["upper_lip"] - 1.5 * max(0.0, change["smile"]) - 0.5 * max(0.0, change["jaw"]),
        "one_sided": abs(change["smile_left_less_right"]) - 0.3,
    }


# Neutral medians and the spread between expressions over half of the labelled photos of
# muxspace/facial_expressions, in units of the distance between the outer eye corners.
LANDMARK_GAUGE = Gauge(
    {
        "corner_lift": (-0.012, 0.045),
        "corner_left_less_right": (0.000, 0.050),
        "mouth_width": (0.547, 0.130),
        "mouth_gap": (0.012, 0.200),
        "lip_thickness": (0.162, 0.050),
        "upper_lip": (0.190, 0.045),
        "inner_brow": (0.139, 0.040),
        "middle_brow": (0.252, 0.050),
        "outer_brow": (0.102, 0.040),
        "eye_opening": (0.091, 0.032),
        "lower_lid": (0.029, 0.016),
        "nose_length": (0.399, 0.040),
    },
    _landmark_rules,
)
# The same photos through the landmarker, in its own scores.
BLENDSHAPE_GAUGE = Gauge(
    {
        "smile": (0.00, 0.60),
        "frown": (0.00, 0.15),
        "outer_brow": (0.03, 0.50),
        "brow_down": (0.10, 0.60),
        "eye_wide": (0.01, 0.06),
        "blink": (0.10, 0.50),
        "squint": (0.35, 0.35),
        "press": (0.03, 0.22),
        "stretch": (0.00, 0.35),
        "upper_lip": (0.00, 0.45),
        "inner_brow": (0.01, 0.50),
        "jaw": (0.02, 0.40),
        "smile_left_less_right": (0.00, 0.35),
    },
    _blendshape_rules,
)
