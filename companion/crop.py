"""`cut` and `evened`: the face of a picture, upright and of one size, and in even light."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from companion.headpose import HeadPose, Landmarks
from companion.types import Picture

Grey = NDArray[np.uint8]
"""H x W."""

SIDE = 96
HALF_WIDTH = 0.95
"""Half of what is kept, in distances of the outer eye corners: from ear to ear, and from the hair line to the chin."""
EYE_LINE = 0.40
"""The eyes lie so far above the middle, in the same unit."""
CONTRAST_LIMIT, CONTRAST_TILES = 2.0, 4
EYES = ((33, 133), (362, 263))
"""Outer and inner corner of the person's right eye, inner and outer of the left."""


def cut(picture: Picture, points: Landmarks, pose: HeadPose) -> Grey:
    """The face (`SIDE` x `SIDE`) of a picture (H x W x 3), its eyes level and `pose.size` scaled to one length.

    What lies beyond the picture's edge repeats the edge.
    """
    right, left = (points[list(eye), :2].mean(axis=0) for eye in EYES)
    across = (left - right) / np.linalg.norm(left - right) * pose.size
    down = np.array([-across[1], across[0]])
    step = 2 * HALF_WIDTH / SIDE
    first = step / 2 - HALF_WIDTH
    place = np.empty((2, 3))
    place[:, :2] = step * np.stack([across, down], axis=1)
    place[:, 2] = (left + right) / 2 + first * across + (first + EYE_LINE) * down
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    # Where a large face is made small, what lies between the points that are looked up must count too.
    shrink = pose.size * step
    if shrink > 2:
        grey = cv2.GaussianBlur(grey, (0, 0), shrink / 3)
    face = cv2.warpAffine(
        grey, place, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(face, np.uint8)


def evened(face: Grey) -> Grey:
    """Contrast-limited adaptive histogram equalisation (Zuiderveld, Graphics Gems IV, 1994): light matters less."""
    even = cv2.createCLAHE(CONTRAST_LIMIT, (CONTRAST_TILES, CONTRAST_TILES)).apply(face)
    return np.asarray(even, np.uint8)
