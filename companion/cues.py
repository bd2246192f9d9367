"""`Shape`: a face as measured from its landmarks, and the action-unit style cues in how it differs from neutral."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Indices into MediaPipe's face mesh (468 points, then two irises of 5). "Right" is the person's own right.
EYE_OUTER, EYE_INNER = (33, 263), (133, 362)
LID_UPPER, LID_LOWER = (159, 386), (145, 374)
BROW_INNER, BROW_MIDDLE, BROW_OUTER = (55, 285), (105, 334), (70, 300)
MOUTH_CORNER = (61, 291)
LIP_TOP, LIP_INNER_TOP, LIP_INNER_BOTTOM, LIP_BOTTOM = 0, 13, 14, 17
NOSE_WING = (129, 358)
FOREHEAD, CHIN = 10, 152
IRIS = (468, 473)

Landmarks = NDArray[np.float64]
"""478 x 3: pixels right, pixels down, and depth away from the camera in the same scale."""

# Each measure's value in neutral faces, and the change that counts as a full expression, in units of the distance
# between the outer eye corners: neutral medians and the spread
# between expressions over half of the labelled photos of muxspace/facial_expressions.
GENERIC: Mapping[str, tuple[float, float]] = {
    "corner_lift": (-0.012, 0.045),
    "corner_left_less_right": (0.000, 0.050),
    "mouth_width": (0.547, 0.130),
    "mouth_gap": (0.012, 0.200),
    "lip_thickness": (0.162, 0.050),
    "inner_brow": (0.139, 0.040),
    "middle_brow": (0.252, 0.050),
    "eye_opening": (0.091, 0.032),
    "nose_length": (0.399, 0.040),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """Measures of one face in its own frame, so that turning the head changes none of them (to first order).

    `head` is pitch, yaw, roll and `gaze` yaw, pitch in radians, signs as in `companion.types.CHANNELS`; `size` is the
    distance between the outer eye corners in pixels.
    """

    measures: Mapping[str, float]
    head: tuple[float, float, float]
    gaze: tuple[float, float]
    size: float

    @classmethod
    def of(cls, points: Landmarks) -> Shape:
        """Measure landmarks (478 x 3). Raises `ValueError` for another shape or a face without size."""
        if points.shape != (478, 3):
            raise ValueError(f"a face needs 478 x 3 landmarks, got {points.shape}")
        axes = _axes(points)
        size = float(np.linalg.norm(points[EYE_OUTER[1]] - points[EYE_OUTER[0]]))
        if size < 1e-6:
            raise ValueError("the landmarks of this face all lie in one place")
        own = (points - points[list(EYE_OUTER)].mean(axis=0)) @ axes.T / size
        x, _, z = axes
        head = (float(np.arcsin(-z[1])), float(np.arctan2(-z[0], z[2])), float(np.arctan2(x[1], x[0])))
        return cls(_measures(own), head, _gaze(own), size)


def _axes(points: Landmarks) -> NDArray[np.float64]:
    """The face's own right-to-left, top-to-bottom and front-to-back directions, as rows."""
    across = points[EYE_OUTER[1]] - points[EYE_OUTER[0]]
    x = across / (np.linalg.norm(across) + 1e-9)
    down = points[CHIN] - points[FOREHEAD]
    down = down - (down @ x) * x
    y = down / (np.linalg.norm(down) + 1e-9)
    return np.stack([x, y, np.cross(x, y)])


def _measures(own: Landmarks) -> dict[str, float]:
    mouth = own[[LIP_INNER_TOP, LIP_INNER_BOTTOM]].mean(axis=0)
    corners = own[list(MOUTH_CORNER)]
    lifts = mouth[1] - corners[:, 1]
    lids = (own[list(LID_UPPER)] + own[list(LID_LOWER)]) / 2
    gap = own[LIP_INNER_BOTTOM][1] - own[LIP_INNER_TOP][1]
    return {
        "corner_lift": float(lifts.mean()),
        "corner_left_less_right": float(lifts[1] - lifts[0]),
        "mouth_width": float(np.linalg.norm(corners[1] - corners[0])),
        "mouth_gap": float(gap),
        "lip_thickness": float(own[LIP_BOTTOM][1] - own[LIP_TOP][1] - gap),
        "inner_brow": float((lids - own[list(BROW_INNER)])[:, 1].mean()),
        "middle_brow": float((lids - own[list(BROW_MIDDLE)])[:, 1].mean()),
        "eye_opening": float((own[list(LID_LOWER)] - own[list(LID_UPPER)])[:, 1].mean()),
        "nose_length": float((own[list(NOSE_WING)] - own[list(EYE_INNER)])[:, 1].mean()),
    }


def _gaze(own: Landmarks) -> tuple[float, float]:
    """Where the irises stand between the corners of their eyes; half the eye's width is about 0.6 rad."""
    inner, outer, iris = own[list(EYE_INNER)], own[list(EYE_OUTER)], own[list(IRIS)]
    middle, half = (inner + outer) / 2, np.linalg.norm(inner - outer, axis=1).mean() / 2 + 1e-9
    offset = (iris - middle).mean(axis=0) / half
    return float(np.clip(0.6 * offset[0], -0.8, 0.8)), float(np.clip(0.6 * offset[1], -0.8, 0.8))


def cues(measures: Mapping[str, float], neutral: Mapping[str, float]) -> dict[str, float]:
    """Action-unit style cues in 0..1: how far each measure stands from neutral, as a share of a full expression."""
    change = {name: (measures[name] - neutral[name]) / GENERIC[name][1] for name in GENERIC}
    raised, lowered = change["middle_brow"], -change["inner_brow"]
    return {
        name: float(np.clip(value, 0, 1))
        for name, value in {
            "smile": 0.7 * change["corner_lift"] + 0.4 * change["mouth_width"],  # AU 12
            "frown": -change["corner_lift"] - 0.3 * max(0.0, change["mouth_width"]),  # AU 15
            "brows_raised": raised,  # AU 1+2
            "inner_brow_raised": change["inner_brow"] - 0.4 * max(0.0, raised),  # AU 1
            "brows_lowered": lowered,  # AU 4
            "eyes_wide": change["eye_opening"],  # AU 5
            "eyes_closed": -change["eye_opening"] / 1.8,  # AU 43
            "jaw_open": change["mouth_gap"],  # AU 26
            "lips_pressed": -change["lip_thickness"] * (change["mouth_gap"] < 0.1),  # AU 24
            "lips_stretched": change["mouth_width"] - max(0.0, change["corner_lift"]),  # AU 20
            "nose_wrinkled": -change["nose_length"],  # AU 9
            "one_sided": abs(change["corner_left_less_right"]) - 0.3,  # AU 12 or 14 on one side
        }.items()
    }
