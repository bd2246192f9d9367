"""What a voice does in each 10 ms: pitch, harmonicity, level, spectral tilt and log-mel spectrum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from companion.types import HEARING_HZ, Samples
from voice.hearing import SILENCE_DB
from voice.mel import bank, decibels

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
_WINDOW = (np.hanning(_FFT) / np.hanning(_FFT).sum()).astype(np.float32)
_BANK = bank(_FFT, HEARING_HZ)
_HZ = np.fft.rfftfreq(_FFT, 1 / HEARING_HZ)
_LOW = (_HZ >= 50) & (_HZ < 1000)
_HIGH = (_HZ >= 1000) & (_HZ < 5000)


@dataclass(frozen=True, slots=True, eq=False)
class Phonation:
    """Frames x 1 each (`mel_db`: frames x `BANDS`), `FRAME_SEC` apart; `pitch_hz` is 0 where there is no voice.

    `harmonicity` is the share of the sound's energy that repeats with the pitch (0..1); `tilt_db` is the energy of
    1-5 kHz over that of 50-1000 Hz: nearer to 0 for a tense or loud voice, lower for a soft one.
    """

    pitch_hz: NDArray[np.float64]
    harmonicity: NDArray[np.float64]
    level_db: NDArray[np.float64]
    tilt_db: NDArray[np.float64]
    mel_db: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.pitch_hz)

    @property
    def voiced(self) -> NDArray[np.bool_]:
        """Which frames have a pitch."""
        return self.pitch_hz > 0

    @classmethod
    def joined(cls, pieces: Sequence[Phonation]) -> Phonation:
        """Pieces that follow one another as one. Raises `ValueError` for none."""
        return cls(
            np.concatenate([piece.pitch_hz for piece in pieces]),
            np.concatenate([piece.harmonicity for piece in pieces]),
            np.concatenate([piece.level_db for piece in pieces]),
            np.concatenate([piece.tilt_db for piece in pieces]),
            np.concatenate([piece.mel_db for piece in pieces]),
        )

    def part(self, start: int, end: int) -> Phonation:
        """The frames from `start` up to `end`."""
        return Phonation(
            self.pitch_hz[start:end],
            self.harmonicity[start:end],
            self.level_db[start:end],
            self.tilt_db[start:end],
            self.mel_db[start:end],
        )


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
    spectrum = np.fft.rfft(frames * _WINDOW)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    low, high = power[:, _LOW].sum(axis=1, dtype=np.float64), power[:, _HIGH].sum(axis=1, dtype=np.float64)
    level = 10 * np.log10((frames.astype(np.float64) ** 2).mean(axis=1) + 1e-12)
    return Phonation(
        found["frequency"],
        found["strength"],
        np.maximum(level, SILENCE_DB),
        10 * np.log10((high + 1e-12) / (low + 1e-12)),
        decibels(power, _BANK),
    )


def whole(samples: Samples) -> Phonation:
    """All frames of a recording, in the same hops as a stream is analysed in; a last hop is filled up with silence.

    Frames x 1 each, a whole number of hops, at least one.
    """
    hops = max(1, -(-len(samples) // HOP))
    padded = np.zeros(hops * HOP + 2 * MARGIN, dtype=np.float32)
    padded[MARGIN : MARGIN + len(samples)] = samples
    pieces = [analyse(padded[at : at + HOP + 2 * MARGIN]) for at in range(0, hops * HOP, HOP)]
    return Phonation.joined(pieces)
