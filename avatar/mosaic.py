"""`Mosaic`: bent layers put together square by square, so that nothing is looked up that others hide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import skia
from numpy.typing import NDArray

from avatar.canvas import blending_info
from avatar.warp import STEP, Bend, Layer

GAP = 2
"""Clear pixels around each painting: what lies beyond its edge is nothing."""
AREA = STEP * STEP
_Tiles = NDArray[np.uint8]
"""Squares x `AREA` x 4, premultiplied RGBA."""


class Mosaic:
    """Puts a backdrop and layers, from the rearmost on, into one picture.

    A square where the foremost opaque layer is known takes one look-up in an atlas of all paintings; only squares that
    hold a layer's edge are blended.
    """

    def __init__(self, backdrop: NDArray[np.uint8], layers: Sequence[Layer]) -> None:
        self._count = -(-len(backdrop) // STEP)
        side, squares = self._count * STEP, self._count**2
        self.pixels = np.zeros((side, side, 4), np.uint8)
        """The picture, padded to whole squares."""
        self.pixels[: len(backdrop), : len(backdrop)] = backdrop
        self._squares = self.pixels.reshape(self._count, STEP, self._count, STEP, 4).swapaxes(1, 2)
        self._ground = self._squares.reshape(squares, AREA, 4).copy()
        self._tiles = np.empty_like(self._ground)
        # Room for every opaque square once and every layer's edge everywhere; what is never used takes no memory.
        most = (len(layers) + 1) * squares
        self._maps = np.empty((2, most, AREA), np.float32)
        self._found = np.empty((most, AREA, 4), np.uint8)
        centre = (np.arange(STEP, dtype=np.float32) + 0.5) / STEP
        down, right = np.meshgrid(centre, centre, indexing="ij")
        shares = ((1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right)
        self._shares = np.stack([share.ravel() for share in shares])
        """What each of a square's corners (4) counts for at each of its pixels (`AREA`)."""
        self._places: dict[int, NDArray[np.float32]] = {}
        self._atlas = self._paste(layers)

    def assemble(self, bends: Sequence[Bend], above: Sequence[Bend]) -> list[tuple[NDArray[np.intp], _Tiles]]:
        """Put everything into `pixels` but the edges of what is `above` what will be drawn next.

        Returns squares and tiles for `cover`.
        """
        every = [*bends, *above]
        top = np.zeros(len(self._tiles), np.intp)
        for number, bend in enumerate(every, 1):
            top[bend.solid] = number
        # What is opaque, each square once, then the edges on it.
        parts = [np.flatnonzero(top == number) for number in range(1, len(every) + 1)]
        parts += [np.flatnonzero(bend.shown & (top < number)) for number, bend in enumerate(every, 1)]
        found = self._look_up([*every, *every], parts)
        np.copyto(self._tiles, self._ground)
        for squares, tiles in zip(parts[: len(every)], found, strict=False):
            self._tiles[squares] = tiles
        edges = list(zip(parts, found, strict=True))[len(every) :]
        for squares, tiles in edges[: len(bends)]:
            ground = self._tiles[squares]
            _blend(tiles, ground)
            self._tiles[squares] = ground
        np.copyto(self._squares, self._tiles.reshape(self._squares.shape))
        solid = np.flatnonzero(top > len(bends))
        return [(solid, self._tiles[solid]), *edges[len(bends) :]]

    def cover(self, parts: Sequence[tuple[NDArray[np.intp], _Tiles]]) -> None:
        """Draw what `assemble` left for later over the picture."""
        for squares, tiles in parts:
            at = np.divmod(squares, self._count)
            ground = self._squares[at].reshape(-1, AREA, 4)
            _blend(tiles, ground)
            self._squares[at] = ground.reshape(-1, STEP, STEP, 4)

    def _look_up(self, bends: Sequence[Bend], parts: Sequence[NDArray[np.intp]]) -> list[_Tiles]:
        """What each layer's painting holds in these squares of it."""
        import cv2

        ends = np.cumsum([len(squares) for squares in parts])
        spans = [slice(end - len(squares), end) for squares, end in zip(parts, ends, strict=True)]
        corners = np.empty((ends[-1], 2, 4), np.float32)
        for bend, squares, span in zip(bends, parts, spans, strict=True):
            np.take(bend.corners, squares, 0, out=corners[span])
            corners[span] += self._places[id(bend.layer)][:, None]
        maps, tiles = self._maps[:, : len(corners)], self._found[: len(corners)]
        for axis in range(2):
            np.matmul(corners[:, axis], self._shares, out=maps[axis])
        # The first half is opaque squares, which lie within their paintings anyway.
        for bend, span in list(zip(bends, spans, strict=True))[len(bends) // 2 :]:
            self._keep_within(bend, corners[span], maps[:, span])
        if len(tiles):
            cv2.remap(self._atlas, maps[0], maps[1], cv2.INTER_LINEAR, tiles, cv2.BORDER_CONSTANT)
        return np.split(tiles, ends[:-1])

    def _keep_within(self, bend: Bend, corners: NDArray[np.float32], maps: NDArray[np.float32]) -> None:
        """Beyond its edge a painting is clear: other paintings in the atlas must not be seen there."""
        height, width = bend.layer.painting.shape[:2]
        low = self._places[id(bend.layer)][:, None] - 1
        high = low + np.array([[width + 1], [height + 1]], np.float32)
        outside = np.flatnonzero(((corners < low) | (corners > high)).any((1, 2)))
        if len(outside):
            maps[:, outside] = np.clip(maps[:, outside], low[..., None], high[..., None])

    def _paste(self, layers: Sequence[Layer]) -> NDArray[np.uint8]:
        """All paintings in one picture, one below the other; the layers' paintings become parts of it."""
        height = sum(len(layer.painting) + GAP for layer in layers) + GAP
        width = max(layer.painting.shape[1] for layer in layers) + 2 * GAP
        atlas = np.zeros((height, width, 4), np.uint8)
        top = GAP
        for layer in layers:
            part = atlas[top : top + len(layer.painting), GAP : GAP + layer.painting.shape[1]]
            part[...] = layer.painting
            layer.painting = part
            self._places[id(layer)] = np.array([GAP, top], np.float32)
            top += len(part) + GAP
        return atlas


def _blend(tiles: _Tiles, ground: _Tiles) -> None:
    """Lay tiles over others, in place."""
    if len(tiles):
        info = blending_info(AREA, len(tiles))
        surface = skia.Surface.MakeRasterDirect(info, ground, AREA * 4)
        image = skia.Image.MakeFromRaster(skia.Pixmap(info, np.ascontiguousarray(tiles), AREA * 4))
        surface.getCanvas().drawImage(image, 0, 0)
