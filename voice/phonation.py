"""What a voice does in each 10 ms: pitch, harmonicity, level and spectral tilt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from companion.types import HEARING_HZ, Samples
from voice.hearing import SILENCE_DB

FRAME_SEC = 0.01
HOP_FRAMES = 25
"""Frames analysed at once."""
HOP = round(HOP_FRAMES * FRAME_SEC * HEARING_HZ)
MARGIN = round(0.0175 * HEARING_HZ)
"""Samples on either side of a hop that its first and last frame reach into: with them exactly `HOP_FRAMES` windows of
three periods of `PITCH_FLOOR_HZ` fit."""
PITCH_FLOOR_HZ = 75.0
PITCH_CEILING_HZ = 500.0
_STRIDE = HEARING_HZ // 100
_FFT = 512
_WINDOW = np.hanning(_FFT)
_HZ = np.fft.rfftfreq(_FFT, 1 / HEARING_HZ)
_LOW = (_HZ >= 50) & (_HZ < 1000)
_HIGH = (_HZ >= 1000) & (_HZ < 5000)


@dataclass(frozen=True, slots=True, eq=False)
class Phonation:
    """Frames x 1 each, `FRAME_SEC` apart; `pitch_hz` is 0 where there is no voice.

    `harmonicity` is the share of the sound's energy that repeats with the pitch (0..1); `tilt_db` is the energy of
    1-5 kHz over that of 50-1000 Hz: nearer to 0 for a tense or loud voice, lower for a soft one.
    """

    pitch_hz: NDArray[np.float64]
    harmonicity: NDArray[np.float64]
    level_db: NDArray[np.float64]
    tilt_db: NDArray[np.float64]

    @property
    def voiced(self) -> NDArray[np.bool_]:
        """Which frames have a pitch."""
        return self.pitch_hz > 0


def analyse(samples: Samples) -> Phonation:
    """The `HOP_FRAMES` frames of one hop: `HOP` samples with `MARGIN` samples before and after.

    Pitch by Boersma's autocorrelation method (IFA Proceedings 17, 1993) as in Praat; tilt is the alpha ratio of
    eGeMAPS (Eyben et al., IEEE Trans. Affective Computing, 2016) with its sign turned.
    """
    import parselmouth

    pitch = parselmouth.Sound(samples.astype(np.float64), HEARING_HZ).to_pitch_ac(
        time_step=FRAME_SEC, pitch_floor=PITCH_FLOOR_HZ, pitch_ceiling=PITCH_CEILING_HZ
    )
    found = pitch.selected_array
    padded = np.pad(samples, _FFT // 2)
    first = MARGIN + _STRIDE // 2  # the centre of a hop's first frame is half a stride into the hop
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[first::_STRIDE][:HOP_FRAMES]
    power = np.abs(np.fft.rfft(frames * _WINDOW)) ** 2
    low, high = power[:, _LOW].sum(axis=1), power[:, _HIGH].sum(axis=1)
    level = 10 * np.log10((frames.astype(np.float64) ** 2).mean(axis=1) + 1e-12)
    return Phonation(
        found["frequency"],
        found["strength"],
        np.maximum(level, SILENCE_DB),
        10 * np.log10((high + 1e-12) / (low + 1e-12)),
    )
