"""`Finish`: from a synthesizer's raw sound to sound that is pleasant to hear for a while."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from companion.types import SPEECH_HZ, Samples

LOUDNESS_LUFS = -19.0
PEAK = 10 ** (-1 / 20)
"""-1 dBFS."""
FADE_SEC = 0.005
# Early reflections of a small furnished room: delays in ms, gains; enough to take the dryness off formant synthesis.
REFLECTIONS = ((11.3, 0.10), (17.9, 0.08), (23.7, 0.06), (31.1, 0.045), (41.9, 0.03))
_MEASURABLE_SEC = 0.4
"""ITU-R BS.1770 needs one block of 400 ms."""


class Finish:
    """Resamples to `SPEECH_HZ`, softens, adds a little room and sets the loudness.

    The equaliser takes harshness off 3-6 kHz and hiss off the top, and adds warmth at 250 Hz: formant synthesis has
    too much of the first and too little of the last.
    """

    def __init__(self) -> None:
        from scipy.signal import butter

        sections = [
            butter(2, 70, "highpass", fs=SPEECH_HZ, output="sos"),
            _peaking(250, 2.5, 0.8),
            _peaking(3400, -3.5, 1.0),
            _peaking(6200, -4.0, 1.2),
            butter(2, 9500, "lowpass", fs=SPEECH_HZ, output="sos"),
        ]
        self._filter: NDArray[np.float64] = np.vstack(sections)

    def __call__(self, samples: Samples, rate: int, level: float) -> Samples:
        """Finish one clause (n samples at `rate` Hz); `level` in dB is kept against the common loudness."""
        from scipy.signal import resample_poly, sosfilt

        divisor = int(np.gcd(SPEECH_HZ, rate))
        sound = resample_poly(samples.astype(np.float64), SPEECH_HZ // divisor, rate // divisor)
        sound = sosfilt(self._filter, sound)
        sound = sound + _room(sound)
        return _faded(_loud(sound, level)).astype(np.float32)


def _room(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    late = np.zeros_like(sound)
    for milliseconds, gain in REFLECTIONS:
        delay = round(milliseconds * SPEECH_HZ / 1000)
        late[delay:] += gain * sound[:-delay] if len(sound) > delay else 0.0
    return late


def _loud(sound: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    from pyloudnorm import Meter

    if len(sound) < _MEASURABLE_SEC * SPEECH_HZ:
        power = 10 * float(np.log10(np.mean(np.square(sound)) + 1e-12))
    else:
        power = float(Meter(SPEECH_HZ).integrated_loudness(sound))
    if not np.isfinite(power) or power < -60:
        return sound
    sound = sound * 10 ** ((LOUDNESS_LUFS + level - power) / 20)
    peak = float(np.abs(sound).max())
    if peak > PEAK:  # a soft knee above -6 dBFS, so that one loud vowel does not make the clause quiet
        knee = 0.5
        over = np.abs(sound) > knee
        sound[over] = np.sign(sound[over]) * (
            knee + (PEAK - knee) * np.tanh((np.abs(sound[over]) - knee) / (PEAK - knee))
        )
    return sound


def _faded(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    count = min(round(FADE_SEC * SPEECH_HZ), len(sound) // 2)
    ramp = np.linspace(0, 1, count)
    sound[:count] *= ramp
    sound[len(sound) - count :] *= ramp[::-1]
    return sound


def _peaking(hertz: float, gain_db: float, quality: float) -> NDArray[np.float64]:
    """A peaking equaliser section (Bristow-Johnson, "Audio EQ Cookbook")."""
    amplitude = 10 ** (gain_db / 40)
    omega = 2 * np.pi * hertz / SPEECH_HZ
    alpha = np.sin(omega) / (2 * quality)
    cosine = -2 * np.cos(omega)
    b = np.array([1 + alpha * amplitude, cosine, 1 - alpha * amplitude])
    a = np.array([1 + alpha / amplitude, cosine, 1 - alpha / amplitude])
    section: NDArray[np.float64] = np.concatenate([b, a])[None] / a[0]
    return section
