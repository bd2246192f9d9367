"""`Layer`: a painted picture that is bent by a grid of moving points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.canvas import Sheet
from avatar.rig import Array

STEP = 16
"""Pixels between the nodes where the bend is solved; between them it is interpolated."""
BAND = 2
"""Squares of `STEP` pixels in the height of the bands that a layer is drawn in."""
GAP = 5
"""Squares (an odd number) between two pieces of a band, at least: a few drawn too many cost less than a new piece."""
_NO_MAP = np.empty(0, np.float32)
"""OpenCV's second map, when the first holds both coordinates."""
_AROUND = np.ones((3, 3), np.uint8)

Mask = NDArray[np.bool_]
"""Squares of `STEP` pixels of the picture, rows x columns."""


@dataclass(frozen=True, slots=True)
class Bend:
    """How a layer lies in one frame.

    `found` are the pixels of the painting (x, y) in the middle of each square, and of one square more all around;
    `corner` is the first square's row and column; `shown` and `solid` tell which squares of the picture hold some
    paint, and nothing but opaque paint.
    """

    layer: Layer
    found: NDArray[np.float32]
    corner: tuple[int, int]
    shown: Mask
    solid: Mask

    def draw(self, sheet: Sheet, hidden: Mask) -> None:
        """Draw what is shown and not hidden."""
        import cv2  # a quarter of a second to import

        rows, columns = self.found.shape[:2]
        field = sheet.spare(np.float32, (rows * STEP, columns * STEP, 2))
        cv2.resize(self.found, (columns * STEP, rows * STEP), field, interpolation=cv2.INTER_LINEAR)
        down, right = ((1 - at) * STEP for at in self.corner)
        for x0, y0, x1, y1 in _runs(self.shown & ~hidden, sheet.size):
            bent = sheet.spare(np.uint8, (y1 - y0, x1 - x0, 4))
            part = field[y0 + down : y1 + down, x0 + right : x1 + right]
            cv2.remap(self.layer.painting, part, _NO_MAP, cv2.INTER_LINEAR, bent)
            sheet.lay(bent, (x0, y0))


def draw_all(bends: Sequence[Bend], sheet: Sheet, above: Sequence[Bend] = ()) -> None:
    """Draw layers from the rearmost on, less what they, or those that will be drawn `above`, hide of one another."""
    for number, bend in enumerate(bends):
        hidden = np.zeros_like(bend.solid)
        for other in (*bends[number + 1 :], *above):
            hidden |= other.solid
        bend.draw(sheet, hidden)


class Layer:
    """A premultiplied RGBA picture over a grid of `rows` x `columns` points.

    Drawing asks, for every pixel of the result, which pixel of the painting lies there: the inverse of what the grid
    says. It is found on a coarse raster by a few `rounds` of a fixed-point search (more where the grid bends more),
    then interpolated and looked up.
    """

    def __init__(self, painting: NDArray[np.uint8], rows: int, columns: int, rounds: int = 3) -> None:
        import cv2

        self._rounds = rounds
        self.painting = np.ascontiguousarray(painting)
        """May be replaced by any other that is clear, and opaque, in the same places."""
        self._shape = (rows, columns)
        height, width = painting.shape[:2]
        self._scale = np.array([width / (columns - 1), height / (rows - 1)], np.float32)
        alpha = painting[..., 3]
        # Counts of painted and of opaque pixels above and to the left: any box of pixels takes four look-ups.
        self._painted, self._opaque = (
            np.asarray(cv2.integral(mask.astype(np.uint8)), np.int32) for mask in (alpha > 0, alpha == 255)
        )

    def bend(self, nodes: Array, size: int) -> Bend:
        """How the layer lies when the grid's points (in pixels) are at `nodes`, in a picture of `size`."""
        grid = nodes.astype(np.float32).reshape(*self._shape, 2)
        end = -(-size // STEP)
        left, top = np.clip(grid.min((0, 1)) // STEP, 0, end).astype(int).tolist()
        right, bottom = np.clip(-(-grid.max((0, 1)) // STEP), 0, end).astype(int).tolist()
        # One node more all around, so that every pixel drawn lies between nodes.
        wanted = np.empty((max(bottom - top, 0) + 2, max(right - left, 0) + 2, 2), np.float32)
        wanted[..., 0] = (np.arange(left - 1, left - 1 + wanted.shape[1], dtype=np.float32) + 0.5) * STEP
        wanted[..., 1] = (np.arange(top - 1, top - 1 + wanted.shape[0], dtype=np.float32)[:, None] + 0.5) * STEP
        found = self._solve(grid, wanted) * self._scale - np.float32(0.5)
        shown, solid = np.zeros((2, end, end), bool)
        squares = slice(top, top + len(wanted) - 2), slice(left, left + wanted.shape[1] - 2)
        shown[squares], solid[squares] = self._covered(found)
        return Bend(self, found, (top, left), shown, solid)

    def _covered(self, found: NDArray[np.float32]) -> tuple[Mask, Mask]:
        """Which squares show any paint, and which nothing but opaque paint."""
        import cv2

        # A square's corners are means of four nodes; nothing in it lies beyond these.
        low = (0.25 * found + 0.75 * np.asarray(cv2.erode(found, _AROUND)))[1:-1, 1:-1]
        high = (0.25 * found + 0.75 * np.asarray(cv2.dilate(found, _AROUND)))[1:-1, 1:-1]
        end = np.array(self.painting.shape[1::-1])
        whole = (low >= 0).all(-1) & (high <= end - 1).all(-1)
        x0, y0 = np.moveaxis(np.clip(low.astype(int), 0, end), -1, 0)
        x1, y1 = np.moveaxis(np.clip(high.astype(int) + 2, 0, end), -1, 0)

        def count(total: NDArray[np.int32]) -> NDArray[np.int32]:
            return np.asarray(total[y1, x1] - total[y0, x1] - total[y1, x0] + total[y0, x0], np.int32)

        return count(self._painted) > 0, whole & (count(self._opaque) == (x1 - x0) * (y1 - y0))

    def _solve(self, grid: NDArray[np.float32], wanted: NDArray[np.float32]) -> NDArray[np.float32]:
        """Grid coordinates (column, row) that lie at the wanted pixels."""
        import cv2

        rows, columns = self._shape
        across = (grid[:, -1] - grid[:, 0]).mean(0) / (columns - 1)
        down = (grid[-1] - grid[0]).mean(0) / (rows - 1)
        (a, c), (b, d) = across.tolist(), down.tolist()
        # Rows are points here, so this is the inverse of [[a, b], [c, d]], transposed.
        inverse = np.array([[d, -c], [-b, a]], np.float32) / np.float32(a * d - b * c)
        middle = np.array([(columns - 1) / 2, (rows - 1) / 2], np.float32)
        found = (wanted - grid.mean((0, 1))) @ inverse + middle
        for _ in range(self._rounds):
            # Beyond the grid the plain affine map goes on, so that the painting's clear border is found there.
            inside = np.clip(found, 0, 2 * middle).astype(np.float32)
            reached = cv2.remap(grid, inside, _NO_MAP, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            found = inside + (wanted - reached) @ inverse
        return np.asarray(found, np.float32)


def _runs(mask: Mask, size: int) -> list[tuple[int, int, int, int]]:
    """Rectangles of pixels (left, top, right, bottom) that hold all squares of the mask, without overlap."""
    import cv2

    used = np.zeros((-(-len(mask) // BAND), mask.shape[1] + 2 * GAP), np.uint8)
    used[:, GAP:-GAP] = np.logical_or.reduceat(mask, range(0, len(mask), BAND))
    used = np.asarray(cv2.morphologyEx(used, cv2.MORPH_CLOSE, np.ones((1, GAP), np.uint8)))
    bands, edges = np.nonzero(np.diff(used.view(np.int8)))
    boxes: list[tuple[int, int, int, int]] = []
    for band, left, right in zip(bands[::2].tolist(), edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        for number, (first, top, last, bottom) in enumerate(boxes):
            # A box goes on downwards while little in it is wasted: less than what parts it from its neighbours.
            if bottom == band and first <= left and right <= last and last - first - (right - left) < GAP - 1:
                boxes[number] = (first, top, last, band + 1)
                break
        else:
            boxes.append((left, band, right, band + 1))
    high, shift = BAND * STEP, GAP - 1
    return [
        ((left - shift) * STEP, top * high, min((right - shift) * STEP, size), min(bottom * high, size))
        for left, top, right, bottom in boxes
    ]
