"""`Noise`: movement that needs no memory: the same seed and time always give the same value, and it never repeats."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

OCTAVES_HZ = (0.1, 0.2, 0.4, 0.8)
OCTAVE_SHARES = np.array([6.0, 4.2, 3.0, 2.1]) / 15.3
"""Rates and weights (falling by the root of two) that add up to 1/f noise: how a body moves that keeps still."""

_GOLDEN, _FIRST, _SECOND = (
    np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)
_27, _30, _31, _11 = (np.uint64(shift) for shift in (27, 30, 31, 11))


class Noise:
    """A bank of smooth random waves in -1..1, the k-th of which wanders about `hertz[k]` times a second.

    Banks with different `first` numbers are independent.
    """

    def __init__(self, first: int, hertz: Sequence[float]) -> None:
        self._hertz = np.array(hertz)[:, None]
        self._streams = np.arange(first, first + len(hertz), dtype=np.int64)[:, None] << 40

    def waves(self, seed: int, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """The waves at `times`: waves x T, by twice differentiable value noise."""
        place = self._hertz * times
        cell = np.floor(place)
        part = place - cell
        part *= part * part * (part * (part * 6.0 - 15.0) + 10.0)
        here = self._streams + cell.astype(np.int64)
        start, end = mix(seed, here), mix(seed, here + 1)
        return np.asarray(2.0 * (start + (end - start) * part) - 1.0)


def mix(seed: int, cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """One number in 0..1 for each integer: splitmix64 (Steele, Lea and Flood, "Fast splittable PRNGs", 2014)."""
    bits = cells.view(np.uint64) + np.uint64((seed & 0xFFFFFFFF) * 0xD1342543DE82EF95 & 0xFFFFFFFFFFFFFFFF)
    bits *= _GOLDEN
    bits ^= bits >> _30
    bits *= _FIRST
    bits ^= bits >> _27
    bits *= _SECOND
    bits ^= bits >> _31
    return (bits >> _11) * 2.0**-53


def smooth(part: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smooth step: 0 up to 0, 1 from 1 on, flat at both ends."""
    part = np.minimum(np.maximum(part, 0.0), 1.0)
    return part * part * (3.0 - 2.0 * part)
