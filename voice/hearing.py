"""What every hearing engine asks of a chunk of sound before it listens to it."""

from __future__ import annotations

import numpy as np

from companion.types import HEARING_HZ, AudioChunk, Samples

SILENCE_DB = -100.0
"""The level of digital silence: below the 16-bit noise floor (-98 dB full scale)."""


def heard(chunk: AudioChunk) -> Samples:
    """The chunk's samples, checked: n float32 at `HEARING_HZ`.

    Raises `ValueError` in one line for another rate, for more than one channel, and for samples that are not finite.
    """
    if chunk.rate != HEARING_HZ:
        raise ValueError(f"hearing takes sound at {HEARING_HZ} Hz, got {chunk.rate} Hz at {chunk.start:.2f} s")
    if chunk.samples.ndim != 1:
        raise ValueError(f"hearing takes mono sound, got shape {chunk.samples.shape} at {chunk.start:.2f} s")
    samples = np.asarray(chunk.samples, dtype=np.float32)
    finite = np.isfinite(samples)
    if not finite.all():
        time = chunk.start + int(np.argmin(finite)) / chunk.rate
        raise ValueError(f"the sound holds a sample that is not a finite number at {time:.2f} s")
    return samples


def level_db(samples: Samples) -> float:
    """Root-mean-square level in dB full scale, not below `SILENCE_DB`."""
    if not len(samples):
        return SILENCE_DB
    power = float(np.dot(samples, samples)) / len(samples)
    return max(SILENCE_DB, 10 * float(np.log10(power + 1e-12)))
