"""`pack`, `unpack`: large matrices in one byte a number, with a scale for each row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def pack(name: str, matrix: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Arrays `name` (int8, rows x columns) and `name.scale` (float16, rows), as weight files hold them."""
    largest = np.maximum(np.abs(matrix).max(axis=1), 1e-6)
    scale = (largest / 127).astype(np.float16)
    # Smallest float16 above zero: a row that is all but zero must not be divided by zero.
    scale = np.maximum(scale, np.float16(6e-8))
    whole = np.clip(np.rint(matrix / scale.astype(np.float32)[:, None]), -127, 127)
    return {name: whole.astype(np.int8), f"{name}.scale": scale}


def unpack(arrays: Mapping[str, NDArray[Any]], name: str) -> Floats:
    """The matrix again, float32, within half a step of a 127th of each row's largest number."""
    scaled: Floats = arrays[name].astype(np.float32) * arrays[f"{name}.scale"].astype(np.float32)[:, None]
    return scaled
