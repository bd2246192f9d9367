"""Is someone speaking? Silero VAD on 32 ms frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from companion.types import Activity, AudioChunk, Samples
from voice.hearing import heard, level_db

if TYPE_CHECKING:
    import torch

FRAME = 512
"""Samples of one frame at 16 kHz (32 ms), fixed by the network."""
CONTEXT = 64
"""Samples of the frame before that the network sees again with each frame."""


class SileroDetector:
    """Silero VAD, a small recurrent network whose weights come inside its package.

    Source: Silero Team, "Silero VAD" (github.com/snakers4/silero-vad), release 6. The package's wrapper keeps its
    recurrent state in the model; here the network is called with the state as an argument, so one detector serves any
    number of streams.
    """

    def __init__(self) -> None:
        self._network = _load()
        stream = _Stream(self._network)
        for _ in range(3):  # the first calls compile the graph, which takes a quarter of a second
            stream.hear(np.zeros(FRAME, dtype=np.float32))

    def feed(self, audio: Iterable[AudioChunk]) -> Iterator[Activity]:
        """One `Activity` per chunk: the highest probability among the frames the chunk completed.

        A chunk that completes no frame repeats the last frame's probability. Raises `ValueError` for a chunk that is
        not mono sound at `HEARING_HZ` or holds a sample that is not finite.
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
    """The network's memory of one stream: recurrent state, context, and samples that wait for a full frame."""

    def __init__(self, network: torch.jit.ScriptModule) -> None:
        import torch

        self._network = network
        self._state = torch.zeros(2, 1, 128)
        self._waiting = np.zeros(CONTEXT, dtype=np.float32)

    def hear(self, samples: Samples) -> list[float]:
        """The speech probability of each frame these samples complete."""
        import torch

        waiting = np.concatenate((self._waiting, samples))
        found = []
        at = 0
        with torch.inference_mode():
            while len(waiting) - at >= CONTEXT + FRAME:
                frame = torch.from_numpy(waiting[at : at + CONTEXT + FRAME]).unsqueeze(0)
                probability, self._state = self._network(frame, self._state)
                found.append(float(probability))
                at += FRAME
        self._waiting = waiting[at:]
        return found


def _load() -> torch.jit.ScriptModule:
    """The 16 kHz network inside the package's model."""
    import torch

    threads = torch.get_num_threads()
    from silero_vad import load_silero_vad

    torch.set_num_threads(threads)  # importing silero_vad sets one thread for the whole process
    network: torch.jit.ScriptModule = load_silero_vad()._model
    return network
