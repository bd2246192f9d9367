"""`Finish`: from a synthesizer's raw sound to sound that is pleasant to hear for a while."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from companion.types import SPEECH_HZ, Samples, Span
from voice.biquads import allpass, peaking
from voice.loudness import Loudness

Signal = NDArray[np.float64]

FADE_SEC = 0.005
# Early reflections of a small furnished room (delay in ms, gain): enough to take the dryness off formant synthesis.
REFLECTIONS = ((11.3, 0.10), (17.9, 0.08), (23.7, 0.06), (31.1, 0.045), (41.9, 0.03))
DISPERSION = ((500, 1.5), (900, 2.0), (1400, 2.5), (2000, 3.0), (2700, 3.5), (3500, 4.0))
"""All-pass sections (Hz, quality) that spread each glottal pulse over about 2 ms: a pulse with all its harmonics in
step is what buzzes in formant synthesis (McCree and Barnwell, "A mixed excitation LPC vocoder model", 1995)."""
SIBILANTS = frozenset("szʃʒɕʑ")
SIBILANT_DB = -2.0


class Finish:
    """Resamples one clause to `SPEECH_HZ`, softens it, adds a little room and sets its loudness, piece by piece.

    The equaliser takes harshness off 3-6 kHz and hiss off the top, and adds warmth at 250 Hz: formant synthesis has
    too much of the first and too little of the last. Filters and reflections ring on from one piece into the next.
    """

    def __init__(self, level: float = 0.0) -> None:
        """`level` in dB against the common loudness."""
        self._sections = _equaliser()
        self._state = np.zeros((len(self._sections), 2))
        self._echo: Signal = np.zeros(_delays()[-1][0])
        self._loudness = Loudness(level)

    def __call__(self, samples: Samples, rate: int, phones: Sequence[Span], rest: float) -> Samples:
        """Finish the next piece (n samples at `rate` Hz, its phones) and let it die away in `rest` seconds of pause."""
        from scipy.signal import resample_poly, sosfilt

        divisor = int(np.gcd(SPEECH_HZ, rate))
        sound = _faded(resample_poly(samples.astype(np.float64), SPEECH_HZ // divisor, rate // divisor))
        sound *= _softening(phones, len(sound))
        sound = np.pad(sound, (0, round(rest * SPEECH_HZ)))
        filtered, self._state = sosfilt(self._sections, sound, zi=self._state)
        finished: Samples = _faded(self._loudness(self._room(filtered))).astype(np.float32)
        return finished

    def _room(self, sound: Signal) -> Signal:
        wet: Signal = np.concatenate([sound, np.zeros(len(self._echo))])
        for delay, gain in _delays():
            wet[delay : delay + len(sound)] += gain * sound
        wet[: len(self._echo)] += self._echo
        self._echo = wet[len(sound) :]
        return wet[: len(sound)]


@cache
def _delays() -> tuple[tuple[int, float], ...]:
    return tuple((round(milliseconds * SPEECH_HZ / 1000), gain) for milliseconds, gain in REFLECTIONS)


@cache
def _equaliser() -> Signal:
    from scipy.signal import butter

    return np.vstack(
        [
            butter(2, 70, "highpass", fs=SPEECH_HZ, output="sos"),
            peaking(250, 2.5, 0.8, SPEECH_HZ),
            peaking(3400, -3.5, 1.0, SPEECH_HZ),
            peaking(6200, -4.0, 1.2, SPEECH_HZ),
            butter(2, 9500, "lowpass", fs=SPEECH_HZ, output="sos"),
            *(allpass(hertz, quality, SPEECH_HZ) for hertz, quality in DISPERSION),
        ]
    )


def _softening(phones: Sequence[Span], count: int) -> Signal:
    """The gain of each sample: less on hisses, whose times are known, with edges of 8 ms."""
    gain = np.ones(count)
    for phone in phones:
        if SIBILANTS.intersection(phone.text):
            gain[round(phone.start * SPEECH_HZ) : round(phone.end * SPEECH_HZ)] = 10 ** (SIBILANT_DB / 20)
    width = round(0.008 * SPEECH_HZ)
    total = np.cumsum(np.pad(gain, (width // 2 + 1, width - width // 2 - 1), mode="edge"))
    return (total[width:] - total[:-width]) / width if count else gain


def _faded(sound: Signal) -> Signal:
    count = min(round(FADE_SEC * SPEECH_HZ), len(sound) // 2)
    ramp = np.linspace(0, 1, count)
    sound[:count] *= ramp
    sound[len(sound) - count :] *= ramp[::-1]
    return sound
