"""Drawing straight into arrays."""

from __future__ import annotations

import math
from typing import Any, TypeVar

import numpy as np
import skia
from numpy.typing import NDArray

Number = TypeVar("Number", np.uint8, np.float32)
Box = tuple[float, float, float, float]
"""Left, top, right and bottom in units."""


def info_of(pixels: NDArray[np.uint8]) -> skia.ImageInfo:
    """How skia should read h x w x 4 premultiplied RGBA."""
    height, width = pixels.shape[:2]
    return skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)


class Sheet:
    """The picture in the making: size x size pixels with the ways to draw on them, and room to work in."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.pixels = np.zeros((size, size, 4), np.uint8)
        self.canvas = canvas_on(self.pixels)
        """In pixels, for shapes."""
        self._blender = skia.Surface.MakeRasterDirect(_blending_info(size, size), self.pixels, size * 4).getCanvas()
        self._spare: dict[str, NDArray[Any]] = {}

    def lay(self, picture: NDArray[np.uint8], at: tuple[int, int]) -> None:
        """Blend premultiplied pixels (h x w x 4, contiguous) over the sheet, their upper left corner at `at`."""
        height, width = picture.shape[:2]
        pixmap = skia.Pixmap(_blending_info(width, height), picture, width * 4)
        self._blender.drawImage(skia.Image.MakeFromRaster(pixmap), *at)

    def spare(self, kind: type[Number], shape: tuple[int, int, int]) -> NDArray[Number]:
        """An array to work in, with anything in it; the same memory for every call with this type of number.

        Fresh memory costs more than the work done in it.
        """
        count = math.prod(shape)
        kept = self._spare.get(kind.__name__)
        if kept is None or kept.size < count:
            kept = self._spare[kind.__name__] = np.empty(2 * count, kind)
        return kept[:count].reshape(shape)


def _blending_info(width: int, height: int) -> skia.ImageInfo:
    # Blending treats the colours alike, and skia has by far its fastest way for this order of them.
    return skia.ImageInfo.Make(width, height, skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType)


def canvas_on(pixels: NDArray[np.uint8]) -> skia.Canvas:
    """A canvas in pixels that draws into an array (h x w x 4, premultiplied RGBA), which must outlive it."""
    return skia.Surface.MakeRasterDirect(info_of(pixels), pixels, pixels.shape[1] * 4).getCanvas()


def clear(box: Box, scale: float) -> tuple[NDArray[np.uint8], skia.Canvas]:
    """A clear picture of a box at `scale` pixels a unit, and a canvas in units on it."""
    left, top, right, bottom = box
    pixels = np.zeros((round((bottom - top) * scale), round((right - left) * scale), 4), np.uint8)
    canvas = canvas_on(pixels)
    canvas.concat(placing(box, pixels))
    return pixels, canvas


def placing(box: Box, pixels: NDArray[np.uint8]) -> skia.Matrix:
    """The way from units to the pixels of a picture of the box."""
    left, top, right, bottom = box
    height, width = pixels.shape[:2]
    return skia.Matrix.Scale(width / (right - left), height / (bottom - top)).preTranslate(-left, -top)
