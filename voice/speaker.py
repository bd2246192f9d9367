"""How one person usually sounds, learnt while they speak, and what is unusual against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
LIMIT = 5.0
"""Deviations beyond so many standard deviations are errors of measurement."""
LEAST = 0.3
"""The least deviation a speaker is thought to have, as a share of everybody's."""


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """How people sound at large: mean of each measure, and deviation within one speaker.

    `weight` says how many observations of a speaker count as much as all that is known of others.
    """

    mean: Array
    deviation: Array
    weight: float


class Speaker:
    """Running mean and deviation of a row of measures for one person.

    They move from those of all people to the person's own as speech accumulates: the posterior mean and variance of a
    normal distribution under a conjugate prior (Gelman et al., "Bayesian Data Analysis", section 3.3). A measure that
    is NaN was not observed. `memory` is the weight of observations after which the old ones fade.
    """

    def __init__(self, prior: Prior, memory: float = np.inf) -> None:
        self._prior = prior
        self._memory = memory
        self._count = np.zeros(len(prior.mean))
        self._sum = np.zeros(len(prior.mean))
        self._square = np.zeros(len(prior.mean))

    def learn(self, rows: Array, weight: float = 1.0) -> None:
        """Take observations (n x measures) into account, each with a weight."""
        seen = ~np.isnan(rows)
        # Counted from the prior's mean: squares of numbers around 0 lose no digits.
        away = np.where(seen, rows - self._prior.mean, 0.0).astype(np.float64)
        self._count += weight * seen.sum(axis=0)
        self._sum += weight * away.sum(axis=0)
        self._square += weight * (away**2).sum(axis=0)
        over = float(self._count.max())
        if over > self._memory:
            for total in (self._count, self._sum, self._square):
                np.multiply(total, self._memory / over, out=total)

    def usual(self) -> tuple[Array, Array]:
        """The mean and the deviation of each measure as known so far."""
        whole = self._prior.weight + self._count
        shift = self._sum / whole
        # Scatter about the speaker's own mean: how far that lies from other people's is no spread of the speaker.
        scatter = self._square - self._sum**2 / np.maximum(self._count, 1e-9)
        variance = (self._prior.weight * self._prior.deviation.astype(np.float64) ** 2 + scatter) / whole
        # One observation has no scatter; the least share of the prior's keeps a monotonous start from exploding.
        deviation = np.sqrt(np.maximum(variance, (LEAST * self._prior.deviation) ** 2))
        return (self._prior.mean + shift).astype(np.float32), deviation.astype(np.float32)

    def deviation(self, rows: Array) -> Array:
        """Rows in standard deviations from the usual, 0 where nothing was observed."""
        mean, deviation = self.usual()
        return np.clip(np.nan_to_num((rows - mean) / deviation), -LIMIT, LIMIT).astype(np.float32)
