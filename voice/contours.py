"""A stretch of speech as a picture: what the voice does every 20 ms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.functionals import SEMITONE_HZ, active
from voice.mel import BANDS
from voice.phonation import Phonation

Array = NDArray[np.float32]
STEP = 2
"""Frames in one row: 20 ms hold all that syllables do."""
CHANNELS = BANDS + 5
"""Log-mel bands, level, voicing, pitch in semitones, tilt, harmonicity."""


def contours(frames: Phonation) -> Array:
    """Steps x `CHANNELS` of a `measurable` stretch without the pauses before and after it.

    Pitch, tilt and harmonicity are NaN (not observed) in steps without voice.
    """
    first, last = np.flatnonzero(active(frames))[[0, -1]]
    frames = frames.part(first, max(last + 1, first + STEP))
    count = len(frames) // STEP
    voiced = frames.voiced[: count * STEP].reshape(count, STEP)
    spoken = voiced.sum(axis=1)

    def all_of(values: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
        return np.asarray(values[: count * STEP].reshape(count, STEP, -1).mean(axis=1))

    def voiced_of(values: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
        total = (values[: count * STEP].reshape(count, STEP) * voiced).sum(axis=1)
        mean = np.full(count, np.nan)
        np.divide(total, spoken, out=mean, where=spoken > 0)
        return mean[:, None]

    pitch = 12 * np.log2(np.maximum(frames.pitch_hz, 1.0) / SEMITONE_HZ)
    columns = [
        all_of(frames.mel_db),
        all_of(frames.level_db),
        spoken[:, None] / STEP,
        voiced_of(pitch),
        voiced_of(frames.tilt_db),
        voiced_of(frames.harmonicity),
    ]
    return np.asarray(np.concatenate(columns, axis=1), dtype=np.float32)
