"""`Habit`: what the networks usually think of one person, learnt while they speak."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
WEIGHT = 10.0
"""Utterances that weigh as much as all that is known of other people."""
SHARE = 0.75
"""How much of a difference from other people is the person's voice; the rest may be how they have felt so far."""


class Habit:
    """The running mean of opinions of one person, and opinions freed of what sets it apart from other people's.

    To networks some people sound sad or angry whatever they feel, also after their voice was normalised. Only the
    balance among feelings is freed: how often somebody is neutral at all is no habit of their voice, and differs
    between a talk and an acted corpus. After the shift of a known prior (Saerens et al., Neural Computation 14, 2002),
    made in logarithms and drawn to other people's by a conjugate weight. `usual` is the mean of other people's log
    probabilities, in the order of `labels`; where it is not known (empty) nothing is freed. `memory` is the number of
    utterances after which old ones fade.
    """

    def __init__(self, usual: Sequence[float], labels: Sequence[str], memory: float = np.inf) -> None:
        self._usual = np.array(usual, dtype=np.float64)
        self._felt = np.array([label != "neutral" for label in labels])
        self._memory = memory
        self._sum = np.zeros(len(labels))
        self._count = 0.0

    def learn(self, opinion: Array, weight: float = 1.0) -> None:
        """Take an opinion (log probabilities) into account; overlapping ones with the share of them that is new."""
        self._sum += weight * opinion
        self._count += weight
        if self._count > self._memory:
            self._sum *= self._memory / self._count
            self._count = self._memory

    def freed(self, opinion: Array) -> Array:
        """Log odds of the labels without the person's habit; not normalised."""
        if self._count == 0 or not len(self._usual):
            return opinion
        apart = (self._sum / self._count - self._usual) * SHARE * self._count / (self._count + WEIGHT)
        apart[self._felt] -= apart[self._felt].mean()
        apart[~self._felt] = 0.0
        return np.asarray(opinion - apart, dtype=np.float32)
