"""Drawing straight into arrays."""

from __future__ import annotations

import numpy as np
import skia
from numpy.typing import NDArray

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in units."""


def info_of(pixels: NDArray[np.uint8]) -> skia.ImageInfo:
    """How skia should read h x w x 4 premultiplied RGBA."""
    height, width = pixels.shape[:2]
    return skia.ImageInfo.Make(width, height, skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)


def blending_info(width: int, height: int) -> skia.ImageInfo:
    """How skia should read premultiplied pixels that are only blended."""
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
