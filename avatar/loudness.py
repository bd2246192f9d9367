"""What the sound under each frame says about the mouth."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from companion.types import FPS, AudioChunk

QUIET_DB = -46.0
LOUD_DB = -12.0
"""Frame levels (dB full scale) taken as 0 and 1; speech at a comfortable level peaks near the upper one."""
OPENING = 1.5
"""Exponent from level to opening: the mouth opens for the loud middle of a syllable."""
# A low and a high first formant (close and open vowels), a high second one (front vowels), and hissing.
BANDS_HZ = ((150.0, 480.0), (520.0, 1150.0), (1700.0, 3200.0), (4000.0, 9000.0))
# Speech falls off with frequency; these gains make the bands of its typical sounds about equal.
BAND_GAINS = np.array([0.7, 1.6, 3.0, 4.0])
# Heights of the articulators (`LIPS`) for a loud sound wholly in each band.
BAND_HEIGHTS = np.array(
    [
        #  jaw  funnel pucker stretch smile upper lower tongue
        [0.16, 0.20, 0.24, 0.00, 0.00, 0.02, 0.06, 0.0],
        [0.72, 0.12, 0.00, 0.04, 0.00, 0.14, 0.30, 0.0],
        [0.30, 0.00, 0.00, 0.34, 0.20, 0.14, 0.28, 0.0],
        [0.06, 0.10, 0.00, 0.20, 0.00, 0.14, 0.26, 0.0],
    ]
)


def frames_of(audio: AudioChunk, frames: int) -> NDArray[np.float64]:
    """The sound cut into `frames` frames of 40 ms, frames x samples.

    Raises `ValueError` when the sound has another length, more than one channel or is not finite.
    """
    samples = np.asarray(audio.samples)
    if samples.ndim != 1 or audio.rate <= 0:
        raise ValueError(f"the audio must be mono with a rate above 0, got shape {samples.shape} at {audio.rate} Hz")
    if abs(len(samples) - frames * audio.rate / FPS) > frames:
        raise ValueError(
            f"the audio must cover its {frames} frames exactly: {frames * audio.rate / FPS:.0f} samples at "
            f"{audio.rate} Hz, got {len(samples)}"
        )
    if not np.isfinite(samples).all():
        raise ValueError("the audio holds values that are not finite (NaN or infinity)")
    hop = len(samples) // frames
    return samples[: hop * frames].reshape(frames, hop).astype(np.float64)


def loudness(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
    """The level of each frame in 0..1, from its power in dB."""
    power = np.einsum("fs,fs->f", blocks, blocks) / blocks.shape[1]
    level = (10 * np.log10(power + 1e-12) - QUIET_DB) / (LOUD_DB - QUIET_DB)
    return np.asarray(np.minimum(np.maximum(level, 0.0), 1.0))


def guess(blocks: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """The mouth of each frame guessed from its spectrum, for voices that tell no phones: frames x 8 (`LIPS`)."""
    hop = blocks.shape[1]
    power = np.abs(np.fft.rfft(blocks * _hann(hop), axis=1)) ** 2
    edges = (np.array(BANDS_HZ) * hop / rate).astype(int)
    bands = np.sqrt(np.stack([power[:, low:high].mean(axis=1) for low, high in edges], axis=1)) * BAND_GAINS
    share = bands / (bands.sum(axis=1, keepdims=True) + 1e-9)
    return np.asarray(loudness(blocks)[:, None] ** OPENING * (share @ BAND_HEIGHTS))


@lru_cache(maxsize=8)
def _hann(samples: int) -> NDArray[np.float64]:
    return np.hanning(samples)
