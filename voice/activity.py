"""Is someone speaking? Silero VAD on 32 ms frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from companion.engines import EngineError
from companion.types import Activity, AudioChunk, Samples
from voice.hearing import heard, level_db
from voice.silero import CONTEXT, FRAME, Silero, weights_path


class SileroDetector:
    """Silero VAD, a small recurrent network that comes inside its package; it tells speech from noise in 32 ms."""

    quick = True

    def __init__(self) -> None:
        self._network = Silero()

    @staticmethod
    def obstacle() -> str | None:
        """Why it cannot run here."""
        try:
            weights_path()
        except EngineError as error:
            return str(error)
        return None

    def feed(self, audio: Iterable[AudioChunk]) -> Iterator[Activity]:
        """One `Activity` per chunk: the highest probability among the frames the chunk completed.

        A chunk that completes no frame repeats the last frame's probability. Raises `ValueError` for a chunk that is
        not mono finite sound at `HEARING_HZ`.
        """
        stream = _Stream(self._network)
        speech = 0.0
        for chunk in audio:
            samples = heard(chunk)
            found = stream.hear(samples)
            if found:
                speech = found[-1]
            yield Activity(chunk.start, chunk.end, max(found, default=speech), level_db(samples))


class _Stream:
    """The network's memory of one stream: its state, its context, and samples that wait for a full frame."""

    def __init__(self, network: Silero) -> None:
        self._network = network
        self._state = network.start()
        self._waiting: Samples = np.zeros(CONTEXT, dtype=np.float32)

    def hear(self, samples: Samples) -> list[float]:
        """The speech probability of each frame these samples complete."""
        waiting = np.concatenate((self._waiting, samples))
        found = []
        at = 0
        while len(waiting) - at >= CONTEXT + FRAME:
            probability, self._state = self._network.hear(waiting[at : at + CONTEXT + FRAME], self._state)
            found.append(probability)
            at += FRAME
        self._waiting = waiting[at:]
        return found
