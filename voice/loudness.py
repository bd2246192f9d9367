"""`Loudness`: brings the pieces of one clause to a common loudness as they come."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from companion.types import SPEECH_HZ

if TYPE_CHECKING:
    from pyloudnorm import Meter

TARGET_LUFS = -19.0
PEAK = 10 ** (-1 / 20)
"""-1 dBFS."""
KNEE = 0.6
"""Above this (-4.4 dBFS) peaks are rounded, so that one loud vowel does not make the clause quiet."""
SILENCE_LUFS = -60.0
RAMP_SEC = 0.005
_MEASURABLE = round(0.4 * SPEECH_HZ)
"""ITU-R BS.1770 needs one block of 400 ms."""


class Loudness:
    """Loudness after ITU-R BS.1770, for sound that leaves before the rest of it is known.

    The first piece is brought to the target; each further piece moves the gain towards what all pieces so far need,
    so that a quiet last phrase stays quieter than the first, as in speech.
    """

    def __init__(self, level: float = 0.0) -> None:
        """`level` in dB against `TARGET_LUFS`."""
        self._target = TARGET_LUFS + level
        self._energy = 0.0
        self._samples = 0
        self._gain = 0.0

    def __call__(self, sound: NDArray[np.float64]) -> NDArray[np.float64]:
        """The next piece (n samples at `SPEECH_HZ`) at the right loudness, no peak above `PEAK`."""
        measured = _lufs(sound)
        if measured > SILENCE_LUFS:
            self._energy += len(sound) * 10 ** (measured / 10)
            self._samples += len(sound)
        if not self._samples:
            return sound
        gain = 10 ** ((self._target - 10 * np.log10(self._energy / self._samples)) / 20)
        ramp = np.full(len(sound), gain)
        start = ramp[: round(RAMP_SEC * SPEECH_HZ)]
        start[:] = np.linspace(self._gain or gain, gain, len(start))
        self._gain = gain
        return _rounded(sound * ramp)


def _rounded(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    over = np.abs(sound) > KNEE
    sound[over] = np.sign(sound[over]) * (KNEE + (PEAK - KNEE) * np.tanh((np.abs(sound[over]) - KNEE) / (PEAK - KNEE)))
    return sound


def _lufs(sound: NDArray[np.float64]) -> float:
    if len(sound) < _MEASURABLE:  # a short "Oh" is measured as if it were said again and again
        sound = np.tile(sound, -(-_MEASURABLE // max(1, len(sound)))) if len(sound) else np.zeros(_MEASURABLE)
    with np.errstate(divide="ignore"):  # silence is -inf
        return float(_meter().integrated_loudness(sound))


@cache
def _meter() -> Meter:
    from pyloudnorm import Meter

    return Meter(SPEECH_HZ)
