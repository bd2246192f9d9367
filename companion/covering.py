"""`covered`: a face with a part of it hidden, to learn from; nobody's hand or mask is needed for it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from companion.crop import Grey


def covered(face: Grey, random: np.random.Generator) -> Grey:
    """The face (before its light is evened) with its lower, upper or one side, or a blob, hidden behind something."""
    mask = _mask(len(face), random)
    fill = _fill(len(face), random) + random.normal(0, random.uniform(0, 6), face.shape)
    soft = cv2.GaussianBlur(mask, (0, 0), random.uniform(0.3, 1.5))
    return np.asarray(np.clip(face * (1 - soft) + fill * soft, 0, 255), np.uint8)


def _mask(side: int, random: np.random.Generator) -> NDArray[np.float64]:
    mask = np.zeros((side, side))
    match int(random.integers(4)):
        case 0:
            mask[int(side * random.uniform(0.5, 0.66)) :] = 1
        case 1:
            mask[: int(side * random.uniform(0.4, 0.55))] = 1
        case 2:
            mask[:, : int(side * random.uniform(0.4, 0.6))] = 1
            mask = mask[:, :: int(random.choice([-1, 1]))].copy()
        case _:
            centre = (int(random.uniform(0.3, 0.7) * side), int(random.uniform(0.3, 0.85) * side))
            axes = (int(side * random.uniform(0.22, 0.4)), int(side * random.uniform(0.18, 0.35)))
            cv2.ellipse(mask, centre, axes, float(random.uniform(0, 180)), 0, 360, (1.0,), -1)
    return mask


def _fill(side: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Something plain, something wrinkled, or something with edges like fingers."""
    kind = int(random.integers(3))
    if kind == 0:
        return np.full((side, side), random.uniform(0, 230))
    if kind == 1:
        coarse = random.normal(0, 1, (8, 8))
        wrinkled = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)
        return np.asarray(wrinkled * random.uniform(5, 25) + random.uniform(60, 200), np.float64)
    fill = np.full((side, side), float(random.uniform(60, 200)))
    for _ in range(int(random.integers(2, 6))):
        x, y, u, v = (int(place) for place in random.uniform(0, side, 4))
        cv2.line(fill, (x, y), (u, v), (float(random.uniform(30, 230)),), int(random.integers(1, 4)))
    return np.asarray(cv2.GaussianBlur(fill, (0, 0), 1.2), np.float64)
