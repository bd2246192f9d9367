"""`Layer`: a painted picture that is bent by a grid of moving points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from avatar.rig import Array

STEP = 16
"""Pixels between the points where the bend is solved; between them it is interpolated."""
MARGIN = 2.5
"""Pixels of the painting around each square that must be clear, or opaque, too, so that this holds for a while."""
_NO_MAP = np.empty(0, np.float32)
"""OpenCV's second map, when the first holds both coordinates."""

Mask = NDArray[np.bool_]
"""Squares of `STEP` pixels of the picture, row by row."""


@dataclass(frozen=True, slots=True)
class Bend:
    """How a layer lies in one frame.

    `corners` (squares x 2 x 4) are the pixels of the painting, x and y, at each square's four corners (above left,
    above right, below left, below right); `shown` and `solid` tell which squares hold some paint, and nothing but
    opaque paint.
    """

    layer: Layer
    corners: NDArray[np.float32]
    shown: Mask
    solid: Mask


class Layer:
    """A premultiplied RGBA picture over a grid of `rows` x `columns` points.

    Drawing asks, for every pixel of the result, which pixel of the painting lies there: the inverse of what the grid
    says. It is found at the corners of squares by a few `rounds` of a fixed-point search (more where the grid bends
    more), then interpolated and looked up.
    """

    def __init__(self, painting: NDArray[np.uint8], rows: int, columns: int, rounds: int = 3) -> None:
        import cv2

        self._rounds = rounds
        self.painting = painting
        """May be changed into any other that is clear, and opaque, in the same places."""
        self._shape = (rows, columns)
        height, width = painting.shape[:2]
        self._scale = np.array([width / (columns - 1), height / (rows - 1)], np.float32)
        alpha = painting[..., 3]
        # Counts of painted and of opaque pixels above and to the left: any box of pixels takes four look-ups.
        counts = [cv2.integral(mask.astype(np.uint8)) for mask in (alpha > 0, alpha == 255)]
        self._counts = np.stack(counts, -1).astype(np.int32).reshape(-1, 2)
        self._wanted = np.empty((0, 0, 2), np.float32)
        self._covered: Bend | None = None
        self._plain = _plain(rows, columns)

    def bend(self, nodes: Array, size: int) -> Bend:
        """How the layer lies when the grid's points (in pixels) are at `nodes`, in a picture of `size`."""
        grid = nodes.astype(np.float32).reshape(*self._shape, 2)
        at = self._solve(grid, self._raster(size)) * self._scale - np.float32(0.5)
        four = tuple(part.reshape(-1, 2) for part in (at[:-1, :-1], at[:-1, 1:], at[1:, :-1], at[1:, 1:]))
        corners, known = np.stack(four, -1), self._covered
        alike = known is not None and corners.shape == known.corners.shape
        if known is not None and alike and np.abs(corners - known.corners).max() < MARGIN:
            return Bend(self, corners, known.shown, known.solid)
        self._covered = Bend(self, corners, *self._cover(*four))
        return self._covered

    def _raster(self, size: int) -> NDArray[np.float32]:
        """The corners of all squares of the picture (rows x columns x 2)."""
        end = -(-size // STEP) + 1
        if len(self._wanted) != end:
            places = np.arange(end, dtype=np.float32) * STEP
            self._wanted = np.stack(np.meshgrid(places, places), -1)
        return self._wanted

    def _cover(self, *corners: NDArray[np.float32]) -> tuple[Mask, Mask]:
        """Which squares show any paint, and which nothing but opaque paint, even when they move by `MARGIN`."""
        end = np.array(self.painting.shape[1::-1], np.float32)
        low, high = reduce(np.minimum, corners) - MARGIN, reduce(np.maximum, corners) + MARGIN
        x0, y0 = np.minimum(np.maximum(low, 0), end).astype(np.intp).T
        x1, y1 = (np.minimum(np.maximum(high, -2), end - 2).astype(np.intp) + 2).T
        row = self.painting.shape[1] + 1
        above, below = y0 * row, y1 * row
        take = self._counts.take
        count = take(below + x1, 0) - take(above + x1, 0) - take(below + x0, 0) + take(above + x0, 0)
        within = (low >= 0) & (high <= end - 1)
        inside = within[:, 0] & within[:, 1]
        return count[:, 0] > 0, inside & (count[:, 1] == (x1 - x0) * (y1 - y0))

    def _solve(self, grid: NDArray[np.float32], wanted: NDArray[np.float32]) -> NDArray[np.float32]:
        """Grid coordinates (column, row) that lie at the wanted pixels."""
        import cv2  # a quarter of a second to import

        rows, columns = self._shape
        centre, across, down = self._plain @ grid.reshape(-1, 2)
        (a, c), (b, d) = across.tolist(), down.tolist()
        # Rows are points here, so this is the inverse of [[a, b], [c, d]], transposed.
        inverse = np.array([[d, -c], [-b, a]], np.float32) / np.float32(a * d - b * c)
        middle = np.array([(columns - 1) / 2, (rows - 1) / 2], np.float32)
        found = (wanted - centre) @ inverse + middle
        for _ in range(self._rounds):
            # Beyond the grid the plain affine map goes on, so that the painting's clear border is found there.
            inside = np.minimum(np.maximum(found, 0), 2 * middle)
            reached = cv2.remap(grid, inside, _NO_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            found = inside + (wanted - reached) @ inverse
        return np.asarray(found, np.float32)


def _plain(rows: int, columns: int) -> NDArray[np.float32]:
    """What a grid's points count for in its centre, and in its mean steps across and down (3 x points)."""
    shares = np.zeros((3, rows, columns), np.float32)
    shares[0] = 1 / (rows * columns)
    for edge, sign in ((0, -1), (-1, 1)):
        shares[1, :, edge] = sign / (rows * (columns - 1))
        shares[2, edge, :] = sign / (columns * (rows - 1))
    return shares.reshape(3, -1)
