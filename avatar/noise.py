"""Noise that needs no memory: the same seed and time always give the same value, and it never repeats."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_OCTAVES_HZ = np.array([0.1, 0.2, 0.4, 0.8])
_OCTAVE_SHARES = np.array([8.0, 4.0, 2.0, 1.0]) / 15.0


def mix(seed: int, cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """One number in 0..1 for each integer: splitmix64 (Steele, Lea and Flood, "Fast splittable PRNGs", 2014)."""
    bits = cells.astype(np.uint64) + np.full(1, seed & 0xFFFFFFFF, np.uint64) * np.uint64(0xD1342543DE82EF95)
    bits *= np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    bits ^= bits >> np.uint64(31)
    return np.asarray(bits >> np.uint64(11), dtype=np.float64) * 2.0**-53


def drift(
    seed: int, streams: Sequence[int], hertz: NDArray[np.float64] | float, times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Smooth noise in -1..1, streams x times, that wanders about `hertz` times a second (twice differentiable)."""
    place = np.atleast_1d(np.asarray(hertz, dtype=np.float64))[:, None] * times
    cell = np.floor(place)
    part = place - cell
    part *= part * part * (part * (part * 6.0 - 15.0) + 10.0)
    first = np.array(streams, dtype=np.int64)[:, None] * (1 << 40) + cell.astype(np.int64)
    ends = mix(seed, np.stack([first, first + 1]))
    ends[1] -= ends[0]
    return np.asarray(2.0 * (ends[0] + ends[1] * part) - 1.0)


def sway(seed: int, streams: Sequence[int], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """1/f noise in about -1..1, streams x times: how a body moves that tries to keep still (0.1 to 0.8 Hz)."""
    octaves = range(len(_OCTAVES_HZ))
    bank = drift(seed, [s * 8 + k for s in streams for k in octaves], np.tile(_OCTAVES_HZ, len(streams)), times)
    return np.asarray(_OCTAVE_SHARES @ bank.reshape(len(streams), len(octaves), -1))


def smooth(part: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smooth step: 0 up to 0, 1 from 1 on, flat at both ends."""
    part = np.clip(part, 0.0, 1.0)
    return part * part * (3.0 - 2.0 * part)
