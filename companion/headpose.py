"""`HeadPose`: where a head is turned and its eyes look, from face landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Indices into MediaPipe's face mesh (468 points, then two irises of 5); the person's own right comes first.
EYE_OUTER, EYE_INNER = (33, 263), (133, 362)
IRIS = (468, 473)
FOREHEAD, CHIN = 10, 152

POINTS = 478
GAZE_RAD = 0.6
"""Turn of an eye whose iris stands in the corner."""
GAZE_LIMIT_RAD = 0.8

Landmarks = NDArray[np.float64]
"""478 x 3: pixels right, pixels down, and depth away from the camera in the same scale."""


@dataclass(frozen=True, slots=True, eq=False)
class HeadPose:
    """A head's place and turn: `axes` (3 x 3) are its right-to-left, top-to-bottom and front-to-back directions.

    `head` is pitch, yaw, roll and `gaze` yaw, pitch in radians, signs as in `companion.types.CHANNELS`; `centre` is
    the middle between the eyes and `size` the distance between their outer corners, both in pixels.
    """

    axes: NDArray[np.float64]
    head: tuple[float, float, float]
    gaze: tuple[float, float]
    centre: tuple[float, float]
    size: float

    @classmethod
    def of(cls, points: Landmarks) -> HeadPose:
        """Measure landmarks (478 x 3). Raises `ValueError` for another shape or a face without size."""
        if points.shape != (POINTS, 3):
            raise ValueError(f"a face needs {POINTS} x 3 landmarks, got {points.shape}")
        size = float(np.linalg.norm(points[EYE_OUTER[1]] - points[EYE_OUTER[0]]))
        if not size > 1e-6:
            raise ValueError("the landmarks of this face all lie in one place")
        x, y, z = axes = _axes(points)
        head = (float(np.arcsin(np.clip(-z[1], -1, 1))), float(np.arctan2(-z[0], z[2])), float(np.arctan2(x[1], x[0])))
        middle = points[list(EYE_OUTER)].mean(axis=0)
        return cls(axes, head, _gaze(points, x, y), (float(middle[0]), float(middle[1])), size)

    def own(self, points: Landmarks) -> Landmarks:
        """The landmarks seen from the head itself, from between the eyes, in units of `size`."""
        return np.asarray((points - points[list(EYE_OUTER)].mean(axis=0)) @ self.axes.T / self.size, dtype=np.float64)


def _axes(points: Landmarks) -> NDArray[np.float64]:
    across = points[EYE_OUTER[1]] - points[EYE_OUTER[0]]
    x = across / np.linalg.norm(across)
    down = points[CHIN] - points[FOREHEAD]
    down = down - (down @ x) * x
    y = down / (np.linalg.norm(down) + 1e-9)
    return np.stack([x, y, np.cross(x, y)])


def _gaze(points: Landmarks, x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Where the irises stand between the corners of their eyes."""
    inner, outer, iris = points[list(EYE_INNER)], points[list(EYE_OUTER)], points[list(IRIS)]
    half = np.linalg.norm(inner - outer, axis=1).mean() / 2 + 1e-9
    offset = (iris - (inner + outer) / 2).mean(axis=0) / half
    yaw, pitch = (float(np.clip(GAZE_RAD * (offset @ axis), -GAZE_LIMIT_RAD, GAZE_LIMIT_RAD)) for axis in (x, y))
    return yaw, pitch
