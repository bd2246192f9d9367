"""Second-order filter sections after Bristow-Johnson, "Audio EQ Cookbook", as rows that SciPy's `sosfilt` takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float64]


def peaking(hertz: float, gain_db: float, quality: float, rate: int) -> Signal:
    """A bell (1 x 6) around `hertz` for sound at `rate` Hz."""
    gain, cosine, alpha = _angles(hertz, gain_db, quality, rate)
    return _section((1 + alpha * gain, cosine, 1 - alpha * gain), (1 + alpha / gain, cosine, 1 - alpha / gain))


def allpass(hertz: float, quality: float, rate: int) -> Signal:
    """An all-pass (1 x 6), which only delays what lies around `hertz`."""
    _, cosine, alpha = _angles(hertz, 0.0, quality, rate)
    return _section((1 - alpha, cosine, 1 + alpha), (1 + alpha, cosine, 1 - alpha))


def shelf(hertz: float, gain_db: float, rate: int) -> Signal:
    """A high shelf (1 x 6) of slope 1: `gain_db` well above `hertz`, half of it there."""
    g, cosine, alpha = _angles(hertz, gain_db, 2**-0.5, rate)
    turn, bend = cosine / 2, 2 * g**0.5 * alpha  # turn = -cos(omega)
    return _section(
        (
            g * (g + 1 - (g - 1) * turn + bend),
            -2 * g * (g - 1 - (g + 1) * turn),
            g * (g + 1 - (g - 1) * turn - bend),
        ),
        (g + 1 + (g - 1) * turn + bend, 2 * (g - 1 + (g + 1) * turn), g + 1 + (g - 1) * turn - bend),
    )


def _section(b: Sequence[float], a: Sequence[float]) -> Signal:
    section: Signal = np.array([[*b, *a]]) / a[0]
    return section


def _angles(hertz: float, gain_db: float, quality: float, rate: int) -> tuple[float, float, float]:
    omega = 2 * np.pi * hertz / rate
    return 10 ** (gain_db / 40), float(-2 * np.cos(omega)), float(np.sin(omega) / (2 * quality))
