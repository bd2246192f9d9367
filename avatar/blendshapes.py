"""Rows of blend shapes by name, so that the tables of the face read like the literature."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from companion.types import BLENDSHAPES, CHANNELS

INDEX: Mapping[str, int] = {name: column for column, name in enumerate(CHANNELS)}
"""The column of each channel."""


def columns(*names: str) -> NDArray[np.intp]:
    """The columns of the named shapes; a name without side (`mouthSmile`) stands for its left and right shape.

    Raises `ValueError` for a name that is no shape.
    """
    found: list[int] = []
    for name in names:
        sides = (name,) if name in INDEX else (f"{name}Left", f"{name}Right")
        if any(side not in INDEX for side in sides):
            raise ValueError(f"{name!r} is no ARKit blend shape")
        found += [INDEX[side] for side in sides]
    return np.array(found, dtype=np.intp)


def face(weights: Mapping[str, float]) -> NDArray[np.float64]:
    """A row of 52 weights from names; one without side sets both sides."""
    row = np.zeros(len(BLENDSHAPES))
    for name, weight in weights.items():
        row[columns(name)] = weight
    return row
