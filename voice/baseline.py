"""How a person usually sounds, learnt while they speak."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

MEMORY = 720
"""Looks that are remembered: three minutes of speech at four looks a second, so that a mood of a whole conversation
slowly becomes the usual, as it does for a listener."""
MAD_TO_DEVIATION = 1.4826
"""The median absolute deviation of normally distributed values times this is their standard deviation."""


class Baseline:
    """Running median and spread of several measures; robust, so that one shout does not move what is usual.

    `floors` are the least spreads, one per measure: what a calm voice varies anyway. Median and median absolute
    deviation as in Huber, "Robust Statistics" (1981).
    """

    def __init__(self, floors: tuple[float, ...]) -> None:
        self._floors = np.array(floors)
        self._seen: deque[NDArray[np.float64]] = deque(maxlen=MEMORY)

    def __len__(self) -> int:
        return len(self._seen)

    def learn(self, measures: NDArray[np.float64]) -> None:
        """Take one more look into account."""
        self._seen.append(measures)

    def usual(self) -> NDArray[np.float64]:
        """The median of each measure. Raises `ValueError` before anything was learnt."""
        if not self._seen:
            raise ValueError("nothing is usual before the first look")
        median: NDArray[np.float64] = np.median(np.array(self._seen), axis=0)
        return median

    def deviation(self, measures: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far each measure is from the usual, in its own unit, with what is within the usual spread shrunk away.

        A difference d with spread s counts as d * d^2 / (d^2 + s^2): nothing much below s, nearly all beyond 3 s.
        """
        usual = self.usual()
        spread = MAD_TO_DEVIATION * np.median(np.abs(np.array(self._seen) - usual), axis=0)
        square = (measures - usual) ** 2
        shrunk: NDArray[np.float64] = (measures - usual) * square / (square + np.maximum(spread, self._floors) ** 2)
        return shrunk
