"""`Layer`: a painted picture that is bent by a grid of moving points."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

from avatar.canvas import info_of
from avatar.rig import Array

STEP = 18
"""Pixels between the nodes where the bend is solved; between them it is interpolated."""
ROUNDS = 4


class Layer:
    """A premultiplied RGBA picture over a grid of `rows` x `columns` points.

    Drawing asks, for every pixel of the result, which pixel of the painting lies there: the inverse of what the grid
    says. It is found on a coarse raster by a few steps of a fixed-point search, then interpolated and looked up.
    """

    def __init__(self, painting: NDArray[np.uint8], rows: int, columns: int) -> None:
        self._painting = np.ascontiguousarray(painting)
        self._shape = (rows, columns)
        height, width = painting.shape[:2]
        self._scale = np.array([width / (columns - 1), height / (rows - 1)], np.float32)

    def draw(self, canvas: skia.Canvas, nodes: Array, size: int) -> None:
        """Draw with the grid's points (in pixels) on a canvas in pixels."""
        import cv2

        grid = nodes.astype(np.float32).reshape(*self._shape, 2)
        low = np.clip(np.floor(nodes.min(0)).astype(int), 0, size - 1)
        high = np.clip(np.ceil(nodes.max(0)).astype(int) + 1, 1, size)
        width, height = (high - low).tolist()
        if width <= 0 or height <= 0:
            return
        columns, rows = width // STEP + 2, height // STEP + 2
        ahead_x = (np.arange(columns, dtype=np.float32) + 0.5) * (width / columns) + low[0]
        ahead_y = (np.arange(rows, dtype=np.float32) + 0.5) * (height / rows) + low[1]
        wanted = np.stack(np.meshgrid(ahead_x, ahead_y), -1).astype(np.float32)
        source = self._solve(grid, wanted) * self._scale - 0.5
        field = cv2.resize(source, (width, height), interpolation=cv2.INTER_LINEAR)
        bent = cv2.remap(self._painting, field, None, cv2.INTER_LINEAR)
        image = skia.Image.MakeFromRaster(skia.Pixmap(info_of(bent), bent, width * 4))
        canvas.drawImage(image, int(low[0]), int(low[1]))

    def repaint(self, painting: NDArray[np.uint8]) -> None:
        """Use another painting of the same size from now on."""
        self._painting = painting

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
        for _ in range(ROUNDS):
            # Beyond the grid the plain affine map goes on, so that the painting's clear border is found there.
            inside = np.clip(found, 0, 2 * middle)
            reached = cv2.remap(grid, inside, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            found = inside + (wanted - reached) @ inverse
        return np.asarray(found, np.float32)
