"""`Layer`: a painted picture that is bent by a grid of moving points."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import skia
from numpy.typing import NDArray

from avatar.canvas import lay
from avatar.rig import Array

STEP = 18
"""Pixels between the nodes where the bend is solved; between them it is interpolated."""
_NO_MAP = np.empty(0, np.float32)
"""OpenCV's second map, when the first holds both coordinates."""
BAND = 2
"""Nodes in the height of the bands that a layer is drawn in, so that its clear parts cost nothing."""
NEAR = 8
"""Pixels of the painting in the cells that it is asked about paint by."""
SQUEEZE = 2.2
"""How much narrower than painted a part may be shown, at most."""


class Layer:
    """A premultiplied RGBA picture over a grid of `rows` x `columns` points.

    Drawing asks, for every pixel of the result, which pixel of the painting lies there: the inverse of what the grid
    says. It is found on a coarse raster by a few `rounds` of a fixed-point search (more where the grid bends more),
    then interpolated and looked up. A `coarse` layer is drawn at that part of the size: for what is out of focus.
    """

    def __init__(self, painting: NDArray[np.uint8], rows: int, columns: int, rounds: int = 3, coarse: int = 1) -> None:
        self._rounds, self._coarse = rounds, coarse
        self._painting = np.ascontiguousarray(painting)
        self._shape = (rows, columns)
        height, width = painting.shape[:2]
        self._scale = np.array([width / (columns - 1), height / (rows - 1)], np.float32)
        self._paint = _near_paint(painting[..., 3])
        self._work = np.empty(0, np.uint8)

    def repaint(self, painting: NDArray[np.uint8]) -> None:
        """Use another painting, clear where the first is clear, from now on."""
        self._painting = painting

    def draw(self, canvas: skia.Canvas, nodes: Array, size: int) -> None:
        """Draw with the grid's points (in pixels) on a canvas for `lay`."""
        import cv2  # a quarter of a second to import

        grid = (nodes / self._coarse).astype(np.float32).reshape(*self._shape, 2)
        end = -(-size // self._coarse)
        low = np.clip(np.floor(grid.min((0, 1))).astype(int), 0, end)
        width, height = (np.clip(np.ceil(grid.max((0, 1))).astype(int), 0, end) - low).tolist()
        if width <= 0 or height <= 0:
            return
        # One node more all around, so that every pixel drawn lies between nodes.
        ahead_x = (np.arange(-1, -(-width // STEP) + 1, dtype=np.float32) + 0.5) * STEP + low[0]
        ahead_y = (np.arange(-1, -(-height // STEP) + 1, dtype=np.float32) + 0.5) * STEP + low[1]
        wanted = np.stack(np.meshgrid(ahead_x, ahead_y), -1).astype(np.float32)
        found = self._solve(grid, wanted) * self._scale - np.float32(0.5)
        all_pixels = len(ahead_x) * STEP, len(ahead_y) * STEP
        field = cv2.resize(found, all_pixels, interpolation=cv2.INTER_LINEAR)[STEP:, STEP:]
        if self._work.size < 4 * BAND * STEP * width:
            self._work = np.empty(4 * BAND * STEP * width, np.uint8)
        x, y = low.tolist()
        for x0, y0, x1, y1 in self._runs(found, width, height):
            bent = self._work[: 4 * (x1 - x0) * (y1 - y0)].reshape(y1 - y0, x1 - x0, 4)
            cv2.remap(self._painting, field[y0:y1, x0:x1], _NO_MAP, cv2.INTER_LINEAR, bent)
            self._show(canvas, bent, (x + x0, y + y0))

    def _show(self, canvas: skia.Canvas, bent: NDArray[np.uint8], at: tuple[int, int]) -> None:
        import cv2

        k = self._coarse
        if k > 1:
            bent = np.asarray(cv2.resize(bent, None, fx=k, fy=k, interpolation=cv2.INTER_LINEAR), np.uint8)
        lay(bent, canvas, (at[0] * k, at[1] * k))

    def _runs(self, found: NDArray[np.float32], width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
        """Rectangles of pixels (left, top, right, bottom) that hold all that is painted, without overlap.

        `found` are the pixels of the painting that lie in the middle of each square of `STEP` pixels.
        """
        cell = (found[1:-1, 1:-1] * np.float32(1 / NEAR)).astype(int)
        rows, columns = self._paint.shape
        seen = self._paint[np.clip(cell[..., 1], 0, rows - 1), np.clip(cell[..., 0], 0, columns - 1)]
        used = np.zeros((-(-len(seen) // BAND), seen.shape[1] + 2), np.int8)
        used[:, 1:-1] = np.logical_or.reduceat(seen, range(0, len(seen), BAND))
        bands, edges = np.nonzero(np.diff(used))
        for band, left, right in zip(bands[::2].tolist(), edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            top = band * BAND * STEP
            yield left * STEP, top, min(right * STEP, width), min(top + BAND * STEP, height)

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


def _near_paint(alpha: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which cells of `NEAR` pixels of a painting have any paint within what one square of the result may show."""
    import cv2

    height, width = alpha.shape
    filled = cv2.copyMakeBorder(alpha, 0, -height % NEAR, 0, -width % NEAR, cv2.BORDER_CONSTANT)
    cells = filled.reshape(filled.shape[0] // NEAR, NEAR, -1, NEAR).max((1, 3))
    reach = math.ceil(SQUEEZE * STEP / 2 / NEAR)
    near = cv2.dilate(cells, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    return np.asarray(near > 0)
