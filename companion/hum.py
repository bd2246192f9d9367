"""Is this sound a hum, as in "mm-hm", or open speech?"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from companion.types import AudioChunk

# A nasal murmur has its energy below about 900 Hz: the nasal tract's first formant lies near 250-300 Hz and the
# anti-formant of a closed mouth takes the next ones away (Fujimura, "Analysis of nasal consonants", 1962).
SPLIT_HZ = 900
LOWEST_HZ = 80
HUM_DB = -19.0


def brightness(chunk: AudioChunk) -> float:
    """Energy above `SPLIT_HZ` against energy below, in dB; silence gives 0."""
    window, lowest, split = _analysis(len(chunk.samples), chunk.rate)
    spectrum = np.abs(np.fft.rfft(chunk.samples * window)) ** 2
    high, low = float(spectrum[split:].sum()), float(spectrum[lowest:split].sum())
    if high + low < 1e-9:
        return 0.0
    return 10 * float(np.log10((high + 1e-12) / (low + 1e-12)))


def is_hum(chunk: AudioChunk) -> bool:
    """Whether a chunk of at least about 20 ms sounds like a closed-mouth hum."""
    return brightness(chunk) < HUM_DB


@cache
def _analysis(samples: int, rate: int) -> tuple[NDArray[np.float64], int, int]:
    """The window, and the first bins at or above `LOWEST_HZ` and `SPLIT_HZ`."""
    hertz = np.fft.rfftfreq(samples, 1 / rate)
    lowest, split = np.searchsorted(hertz, (LOWEST_HZ, SPLIT_HZ)).tolist()
    return np.hanning(samples), lowest, split
