"""`Layer`: a painted picture that is bent by a grid of moving points."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import skia
from numpy.typing import NDArray

from avatar.canvas import info_of
from avatar.rig import Array

STEP = 18
"""Pixels between the nodes where the bend is solved; between them it is interpolated."""
_NO_MAP = np.empty(0, np.float32)
"""OpenCV's second map, when the first holds both coordinates."""
BAND = 4
"""Nodes in the height of the bands that a layer is drawn in, so that its clear parts cost nothing."""


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
        self._painted = _painted_cells(painting[..., 3] > 0, rows - 1, columns - 1)

    def repaint(self, painting: NDArray[np.uint8]) -> None:
        """Use another painting, clear where the first is clear, from now on."""
        self._painting = painting

    def draw(self, canvas: skia.Canvas, nodes: Array, size: int) -> None:
        """Draw with the grid's points (in pixels) on a canvas in pixels."""
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
        found = self._solve(grid, wanted)
        all_pixels = len(ahead_x) * STEP, len(ahead_y) * STEP
        field: NDArray[np.float32] = np.asarray(
            cv2.resize(found * self._scale - 0.5, all_pixels, interpolation=cv2.INTER_LINEAR)
        )
        field = field[STEP : STEP + height, STEP : STEP + width]
        for x0, y0, x1, y1 in self._runs(found, width, height):
            part = field[y0:y1, x0:x1]
            bent = np.asarray(cv2.remap(self._painting, part, _NO_MAP, cv2.INTER_LINEAR), np.uint8)
            self._show(canvas, bent, (int(low[0]) + x0, int(low[1]) + y0))

    def _show(self, canvas: skia.Canvas, bent: NDArray[np.uint8], at: tuple[int, int]) -> None:
        import cv2

        k = self._coarse
        if k > 1:
            bent = np.asarray(cv2.resize(bent, None, fx=k, fy=k, interpolation=cv2.INTER_LINEAR), np.uint8)
        image = skia.Image.MakeFromRaster(skia.Pixmap(info_of(bent), bent, bent.shape[1] * 4))
        canvas.drawImage(image, at[0] * k, at[1] * k)

    def _runs(self, found: NDArray[np.float32], width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
        """Rectangles of pixels (left, top, right, bottom) that hold all that is painted, without overlap."""
        rows, columns = self._shape
        cell = np.clip(found.astype(int), 0, [columns - 2, rows - 2])
        seen = self._painted[cell[..., 1], cell[..., 0]]
        # Pixels of a square are interpolated from its own node and its neighbours'.
        seen[:, 1:-1] |= seen[:, :-2] | seen[:, 2:]
        for top in range(1, len(seen) - 1, BAND):
            used = seen[top - 1 : top + BAND + 1, 1:-1].any(0)
            edges = np.flatnonzero(np.diff(np.concatenate([[0], used.astype(np.int8), [0]])))
            y0, y1 = (top - 1) * STEP, min((top - 1 + BAND) * STEP, height)
            for left, right in edges.reshape(-1, 2).tolist():
                yield left * STEP, y0, min(right * STEP, width), y1

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


def _painted_cells(opaque: NDArray[np.bool_], rows: int, columns: int) -> NDArray[np.bool_]:
    """Which cells of the grid, or their neighbours, hold any paint."""
    height, width = opaque.shape
    cells = np.zeros((rows + 2, columns + 2), bool)
    for row in range(rows):
        for column in range(columns):
            part = opaque[
                row * height // rows : (row + 1) * height // rows + 1,
                column * width // columns : (column + 1) * width // columns + 1,
            ]
            cells[row + 1, column + 1] = part.any()
    near = [cells[1 + dy : rows + 1 + dy, 1 + dx : columns + 1 + dx] for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    return np.asarray(np.logical_or.reduce(near))
