"""`Convolution`: a small convolutional network over an aligned face, computed with NumPy."""

from __future__ import annotations

from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from companion.crop import Grey

INPUT_SIDE = 56
LAYERS = 4
Floats = NDArray[np.float32]


class Arrays(Protocol):
    """Anything that gives an array for its name."""

    def __getitem__(self, name: str, /) -> NDArray[Any]:
        """The array."""
        ...


class Convolution:
    """Four 3 x 3 convolutions, each followed by a rectifier and (but for the last) by 2 x 2 max pooling; two heads.

    Arrays: `network.i.weight` (out x in x 3 x 3) and `.bias`, batch normalisation already folded in; `network.feeling`
    and `network.covered` map the flattened last layer.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._layers = [(arrays[f"network.{i}.weight"], arrays[f"network.{i}.bias"]) for i in range(LAYERS)]
        self._heads = {
            name: (arrays[f"network.{name}.weight"], arrays[f"network.{name}.bias"]) for name in ("feeling", "covered")
        }

    def look(self, face: Grey) -> tuple[Floats, float]:
        """Log-probabilities of the feelings, and how likely (0..1) part of the face is covered.

        Both are the mean of the face's and its mirror image's; `face` is evened, of any side.
        """
        shown = prepared(face)
        both = [self._forward(each) for each in (shown, np.ascontiguousarray(shown[:, ::-1]))]
        feelings = np.mean([logits - np.log(np.exp(logits).sum()) for logits, _ in both], axis=0)
        covered = float(np.mean([1 / (1 + np.exp(-logit)) for _, logit in both]))
        return np.asarray(feelings, np.float32), covered

    def _forward(self, shown: Floats) -> tuple[Floats, float]:
        maps = shown[None]
        for index, (weight, bias) in enumerate(self._layers):
            maps = _convolved(maps, weight, bias)
            if index < LAYERS - 1:
                maps = _pooled(maps)
        flat = maps.ravel()
        (feel, feel_bias), (cover, cover_bias) = self._heads["feeling"], self._heads["covered"]
        logits = feel @ flat + feel_bias
        return logits - logits.max(), float((cover @ flat + cover_bias)[0])


def prepared(face: Grey) -> Floats:
    """An evened face as the network sees it: `INPUT_SIDE` squared, mean 0, deviation about 1."""
    small = cv2.resize(face, (INPUT_SIDE, INPUT_SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray((small - small.mean()) / (small.std() + 1), np.float32)


def _convolved(maps: Floats, weight: Floats, bias: Floats) -> Floats:
    """A 3 x 3 convolution of maps (in x H x W) with zeros beyond the edge, and a rectifier."""
    padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)))
    depth, height, width = maps.shape
    shifted = [padded[:, row : row + height, column : column + width] for row in range(3) for column in range(3)]
    columns = np.stack(shifted, axis=1).reshape(depth * 9, height * width)
    found = weight.reshape(len(weight), -1) @ columns + bias[:, None]
    return np.asarray(np.maximum(found, 0).reshape(len(weight), height, width), np.float32)


def _pooled(maps: Floats) -> Floats:
    # Four slices compared are six times quicker than a maximum over axes that do not lie together.
    rows = np.maximum(maps[:, ::2], maps[:, 1::2])
    return np.asarray(np.maximum(rows[:, :, ::2], rows[:, :, 1::2]), np.float32)
