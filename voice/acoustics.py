"""How the microphones, rooms and voices heard so far colour the sound."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

PLACES = 8
"""Microphones kept in mind; the one heard longest ago gives way."""
NEAR = 26.0
"""Distance of two mean cepstra up to which they count as one microphone: between the distances of a first second from
its own and from other recordings' means, in RAVDESS, nEMO and PocketSphinx's test recordings."""
FRAMES = 1000
"""Frames that an old mean counts for at most (10 s), so that it follows a person who moves."""


class Acoustics:
    """Mean cepstra of finished utterances: 13 numbers for each microphone, nothing of what was said.

    The first second of an utterance tells its mean only roughly; what the same microphone sounded like a moment ago
    tells it better. Which microphone it is follows from the rough mean itself, so streams need no names. Safe to use
    from several threads.
    """

    def __init__(self) -> None:
        self._known: list[tuple[NDArray[np.float64], int]] = []
        self._lock = threading.Lock()

    def recall(self, mean: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """The remembered mean nearest to a rough one; None when none is near."""
        with self._lock:
            index = self._nearest(mean)
            return None if index is None else self._known[index][0]

    def remember(self, mean: NDArray[np.float64], frames: int) -> None:
        """Keep the mean of so many frames, together with what is known of the same microphone."""
        with self._lock:
            index = self._nearest(mean)
            if index is not None:
                old, weight = self._known.pop(index)
                mean = (old * weight + mean * frames) / (weight + frames)
                frames += weight
            self._known.append((mean, min(frames, FRAMES)))
            del self._known[:-PLACES]

    def forget(self) -> None:
        """Know no microphone any more."""
        with self._lock:
            self._known.clear()

    def _nearest(self, mean: NDArray[np.float64]) -> int | None:
        distances = [float(np.linalg.norm(mean - known)) for known, _ in self._known]
        if not distances or min(distances) > NEAR:
            return None
        return int(np.argmin(distances))
