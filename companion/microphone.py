"""`Microphone`: cuts what comes in into even blocks and notices when it cannot be used."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from companion.types import HEARING_HZ, AudioChunk, Samples

BLOCK = 512
"""32 ms: the frame of the speech detector."""
SILENT_SEC = 6.0
CLIPPED_SHARE = 0.02


class Microphone:
    """Sound of any chunk size to blocks of `BLOCK` samples, with at most one remark per kind of trouble."""

    def __init__(self) -> None:
        self._rest: Samples = np.zeros(0, np.float32)
        self._silent = 0.0
        self._clipped = 0.0
        self._remarks: set[str] = set()

    def blocks(self, chunk: AudioChunk) -> Iterator[AudioChunk]:
        """The blocks that are complete with this chunk. Raises `ValueError` for another rate than `HEARING_HZ`."""
        if chunk.rate != HEARING_HZ:
            raise ValueError(f"the microphone must be resampled to {HEARING_HZ} Hz, got {chunk.rate}")
        samples = np.clip(np.nan_to_num(chunk.samples.astype(np.float32, copy=False)), -1, 1)
        start = chunk.start - len(self._rest) / HEARING_HZ
        self._rest = np.concatenate([self._rest, samples])
        while len(self._rest) >= BLOCK:
            yield AudioChunk(self._rest[:BLOCK], HEARING_HZ, start)
            self._rest = self._rest[BLOCK:]
            start += BLOCK / HEARING_HZ

    def remark(self, block: AudioChunk) -> str | None:
        """One clear line when the sound is of no use, said once."""
        peak = float(np.abs(block.samples).max())
        self._silent = self._silent + block.seconds if peak < 1e-5 else 0.0
        self._clipped += 0.05 * (float(np.mean(np.abs(block.samples) > 0.985)) - self._clipped)
        if self._silent > SILENT_SEC:
            return self._once("The microphone is on but completely silent: is it muted, or is another one chosen?")
        if self._clipped > CLIPPED_SHARE:
            return self._once("The microphone is overloaded: turn its level down or speak from a little further away.")
        return None

    def _once(self, remark: str) -> str | None:
        if remark in self._remarks:
            return None
        self._remarks.add(remark)
        return remark
