"""Log-mel spectra: how loud a voice is in each band of the ear's own scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BANDS = 40
LOWEST_HZ = 60.0
HIGHEST_HZ = 7600.0
"""Codecs of calls and recordings cut what lies above."""
FLOOR = 1e-9
"""Power that is added before the logarithm: far below the noise of any room."""


def bank(fft: int, rate: int) -> NDArray[np.float32]:
    """Triangular filters, (fft / 2 + 1) x `BANDS`, evenly spaced in mel, each with the same area in hertz.

    The mel scale is O'Shaughnessy's ("Speech communication", 1987): 2595 log10(1 + f / 700).
    """
    low, high = 2595 * np.log10(1 + np.array((LOWEST_HZ, HIGHEST_HZ)) / 700)
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    hertz = np.fft.rfftfreq(fft, 1 / rate)[:, None]
    rising = (hertz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hertz) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(triangles / triangles.sum(axis=0), dtype=np.float32)


def decibels(power: NDArray[np.float32], filters: NDArray[np.float32]) -> NDArray[np.float32]:
    """Frames x `BANDS` in dB from frames x (fft / 2 + 1) power spectra."""
    return np.asarray(10 * np.log10(power @ filters + FLOOR), dtype=np.float32)


def cosines(count: int) -> NDArray[np.float32]:
    """`BANDS` x `count`: the cosine transform that turns log-mel bands into cepstral coefficients 1 to `count`."""
    band = (np.arange(BANDS) + 0.5)[:, None] * np.pi / BANDS
    return np.asarray(np.cos(band * np.arange(1, count + 1)) * np.sqrt(2 / BANDS), dtype=np.float32)
