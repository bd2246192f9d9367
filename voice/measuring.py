"""`measured`: how an utterance is said, as a `Manner`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from companion.types import Samples
from voice.manner import Manner
from voice.tone import syllables

Numbers = NDArray[np.float64]
FLOOR_HZ, CEILING_HZ = 65.0, 600.0
FRAME_SEC = 0.01
SHORTEST_SEC = 6.4 / FLOOR_HZ
"""What Praat's pitch analysis needs."""
LEAST_VOICED = 8
"""Frames with a pitch (80 ms) that an utterance must have to be measured."""
QUIET_DB = 28.0
"""What lies so far below the loud parts of an utterance is a rest."""
LETTERS_A_SYLLABLE = 2.9
"""In the sentences of RAVDESS and nEMO."""
LOUD = 90
"""Percentile of the level that stands for the loud parts."""


def measured(samples: Samples, rate: int, text: str = "") -> Manner:
    """The manner of n samples at `rate` Hz, absolute; differences of two say how one is said against the other.

    `text` is what is said; without it its length is estimated from the syllables. Pitch, jitter, harmonicity and
    formants are Praat's; all are among the measures of eGeMAPS (Eyben et al., IEEE Trans. Affective Computing, 2016).
    Raises `ValueError` where no voice is heard.
    """
    import parselmouth
    from parselmouth.praat import call

    sound = parselmouth.Sound(samples.astype(np.float64), rate)
    if sound.duration < SHORTEST_SEC:
        raise ValueError("too short to hear how it is said")
    pitch = sound.to_pitch_ac(FRAME_SEC, FLOOR_HZ, pitch_ceiling=CEILING_HZ)
    found = pitch.selected_array
    voiced = found["frequency"] > 0
    if np.count_nonzero(voiced) < LEAST_VOICED:
        raise ValueError("no voice in it")
    times = pitch.xs()[voiced]
    semitones = 12 * np.log2(found["frequency"][voiced])
    low, high = np.percentile(semitones, (10, 90))
    level, tilt = _spectrum(samples, rate, pitch.xs())
    loud = level > np.percentile(level, LOUD) - QUIET_DB
    first, last = np.flatnonzero(loud)[[0, -1]]
    spoken = np.count_nonzero(loud[first : last + 1]) * FRAME_SEC
    strength = np.clip(found["strength"][voiced], 0.05, 0.995)
    pulses = call([sound, pitch], "To PointProcess (cc)")
    jitter = float(call(pulses, "Get jitter (local)", 0, 0, 0.0001, 0.02, 1.3))
    slope = float(np.polyfit(times, semitones, 1)[0])
    letters = sum(c.isalpha() for c in text) or LETTERS_A_SYLLABLE * max(1, syllables(level, voiced))
    return Manner(
        pitch=float(np.median(semitones)),
        range=float(np.log2(max(0.5, high - low))),
        rate=float(np.log2(letters / max(0.05, spoken))),
        level=float(np.percentile(level[voiced], 75)),
        tilt=float(np.median(tilt[voiced])),
        breath=-float(np.median(10 * np.log10(strength / (1 - strength)))),
        jitter=float(np.log2(max(1e-3, np.nan_to_num(jitter)))),
        fall=-slope * float(times[-1] - times[0]),
        rest=1 - spoken / float((last - first + 1) * FRAME_SEC),
        tract=_tract(sound, times),
    )


def _spectrum(samples: Samples, rate: int, centres: Numbers) -> tuple[Numbers, Numbers]:
    """Level and tilt (frames,) in dB around each of the times."""
    width = round(0.032 * rate)
    padded = np.pad(samples.astype(np.float64), width)
    starts = np.clip(np.round(centres * rate).astype(int) + width - width // 2, 0, len(padded) - width)
    frames = np.lib.stride_tricks.sliding_window_view(padded, width)[starts]
    power = np.abs(np.fft.rfft(frames * np.hanning(width))) ** 2
    hertz = np.fft.rfftfreq(width, 1 / rate)
    low = power[:, (hertz >= 50) & (hertz < 1000)].sum(axis=1)
    high = power[:, (hertz >= 1000) & (hertz < 5000)].sum(axis=1)
    level: Numbers = 10 * np.log10((frames**2).mean(axis=1) + 1e-10)
    tilt: Numbers = 10 * np.log10((high + 1e-9) / (low + 1e-9))
    return level, tilt


def _tract(sound: object, times: Numbers) -> float:
    """log2 of the geometric mean of the first three formants over voiced frames (Burg's method)."""
    from parselmouth.praat import call

    formants = call(sound, "To Formant (burg)", 0.02, 5, 5500, 0.025, 50)
    means = []
    for number in (1, 2, 3):
        values = np.array([call(formants, "Get value at time", number, time, "hertz", "Linear") for time in times[::3]])
        values = values[np.isfinite(values)]
        means.append(np.log2(np.median(values)) if len(values) else np.nan)
    return float(np.nanmean(means))
