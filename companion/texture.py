"""What an aligned face looks like: the directions of its edges and the patterns of its skin, the same in a mirror."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from companion.crop import SIDE, Grey

CELL, BLOCK, DIRECTIONS = 12, 24, 9
TILES = 8
_AROUND = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))
Floats = NDArray[np.float32]


def gradients(face: Grey) -> Floats:
    """Histograms of oriented gradients (Dalal and Triggs, CVPR 2005), square-rooted: (1764,)."""
    return _both_ways(face, _gradients)


def patterns(face: Grey) -> Floats:
    """Histograms of uniform local binary patterns (Ojala et al., PAMI 2002) in 8 x 8 tiles, square-rooted: (3776,)."""
    return _both_ways(face, _patterns)


def _both_ways(face: Grey, measure: Callable[[Grey], Floats]) -> Floats:
    mirrored = np.ascontiguousarray(face[:, ::-1])
    return (measure(face) + measure(mirrored)) / np.float32(2)


def _gradients(face: Grey) -> Floats:
    found = np.ravel(np.asarray(_hog().compute(face), np.float32))
    return np.asarray(np.sqrt(np.maximum(found, 0)), np.float32)


@cache
def _hog() -> cv2.HOGDescriptor:
    return cv2.HOGDescriptor(
        (SIDE, SIDE), (BLOCK, BLOCK), (CELL, CELL), (CELL, CELL), DIRECTIONS, 1, -1.0, 0, 0.2, True
    )


def _patterns(face: Grey) -> Floats:
    soft = cv2.copyMakeBorder(cv2.GaussianBlur(face, (3, 3), 0), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    middle = soft[1:-1, 1:-1]
    codes = np.zeros((SIDE, SIDE), np.uint8)
    for bit, (row, column) in enumerate(_AROUND):
        brighter = soft[row : row + SIDE, column : column + SIDE] >= middle
        codes |= np.asarray(brighter << bit, np.uint8)
    uniform, kinds = _uniform()
    tile = SIDE // TILES
    place = np.arange(SIDE) // tile
    index = (place[:, None] * TILES + place[None]) * kinds + uniform[codes]
    return np.sqrt(np.bincount(index.ravel(), minlength=TILES * TILES * kinds)).astype(np.float32)


@cache
def _uniform() -> tuple[NDArray[np.int64], int]:
    """For each of the 256 codes its kind: those with at most two changes around the circle, and one for the rest."""
    kinds = np.full(256, -1)
    count = 0
    for code in range(256):
        bits = [code >> i & 1 for i in range(8)]
        if sum(bits[i] != bits[(i + 1) % 8] for i in range(8)) <= 2:
            kinds[code], count = count, count + 1
    kinds[kinds < 0] = count
    return kinds, count + 1
