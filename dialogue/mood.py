"""`Mood`: a hidden-Markov filter of the user's feeling over their turns, so that one odd reading does not flip it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.types import EMOTIONS
from dialogue.feeling import NEGATIVE

Floats = NDArray[np.float64]
SUREST = 0.7
"""No single reading counts for more: even a clear one may be a joke, a quotation or somebody else's feeling."""
ROUNDS = 20
STICKY = 25.0
"""Turns' worth of belief, before any data, that a feeling lasts from one turn to the next."""
SPREAD = 0.5
"""The same for every other change, so that none is impossible."""
RAREST = 0.02
HEAVY, TURNS, WINDOW = 0.5, 3, 4
"""Negativity lasts when its filtered share was this high in so many of the last turns, this one included."""
_BAD = np.array([name in NEGATIVE for name in EMOTIONS])


class Mood:
    """The forward recursion of a hidden Markov model over `EMOTIONS` (Rabiner, "A tutorial on HMMs", 1989).

    A reading is taken as a soft observation: its distribution divided by how common each feeling is among readings
    is proportional to the likelihood of the hidden feeling (as hybrid speech recognisers do, Bourlard and Morgan,
    1994), mixed with "says nothing" by what the reading's confidence leaves of 1.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """`arrays` as `fit_mood` makes them (`mood.*`)."""
        self._start = arrays["mood.start"].astype(np.float64)  # (8,)
        self._change = arrays["mood.change"].astype(np.float64)  # 8 x 8, from row to column
        self._usual = arrays["mood.usual"].astype(np.float64)  # (8,)

    def course(self, readings: Sequence[Floats], confidences: Sequence[float]) -> Floats:
        """Filtered feelings (turns x 8) for readings in order, each (8,) that sums to 1 with a confidence in 0..1."""
        belief, found = self._start, []
        for at, (reading, confidence) in enumerate(zip(readings, confidences, strict=True)):
            expected = belief @ self._change if at else belief
            belief = expected * likelihood(reading, confidence, self._usual)
            belief = belief / belief.sum()
            found.append(belief)
        return np.array(found).reshape(-1, len(EMOTIONS))

    @property
    def start(self) -> Floats:
        """The feeling expected before anything was said (8,)."""
        return self._start


def likelihood(reading: Floats, confidence: float, usual: Floats) -> Floats:
    """How well each hidden feeling (8,) explains a reading, up to a factor."""
    sure = min(SUREST, max(0.0, confidence))
    worth: Floats = (1 - sure) + sure * np.asarray(reading, np.float64) / usual
    return worth


def negativity(course: Floats) -> Floats:
    """The share of unpleasant feelings (turns,) of filtered feelings (turns x 8)."""
    share: Floats = course[:, _BAD].sum(axis=1)
    return share


def persistent(course: Floats) -> bool:
    """Whether the user has felt bad for most of the last turns, and does now."""
    heavy = negativity(course)[-WINDOW:] >= HEAVY
    return bool(len(heavy) >= TURNS and heavy[-1] and heavy.sum() >= TURNS)


def fit_mood(talks: Sequence[tuple[Sequence[Floats], Sequence[float]]]) -> dict[str, NDArray[Any]]:
    """Start and changes from talks' readings, by Baum-Welch with the observations' model held fixed.

    A Dirichlet prior that feelings last keeps the few data from making every turn a new mood.
    """
    size = len(EMOTIONS)
    usual = np.mean([reading for readings, _ in talks for reading in readings], axis=0)
    usual = np.maximum(usual, RAREST)
    usual /= usual.sum()
    prior = np.full((size, size), SPREAD) + STICKY * np.eye(size)
    start, change = usual.copy(), prior / prior.sum(axis=1, keepdims=True)
    seen = [np.array([likelihood(r, c, usual) for r, c in zip(*talk, strict=True)]) for talk in talks if talk[0]]
    for _ in range(ROUNDS):
        first, moved = usual.copy(), prior.copy()
        for told in seen:
            one, pairs = _expected(start, change, told)
            first += one
            moved += pairs
        start, change = first / first.sum(), moved / moved.sum(axis=1, keepdims=True)
    return {
        "mood.start": start.astype(np.float32),
        "mood.change": change.astype(np.float32),
        "mood.usual": usual.astype(np.float32),
    }


def _expected(start: Floats, change: Floats, told: Floats) -> tuple[Floats, Floats]:
    """The first feeling (8,) and the changes (8 x 8) expected in one talk of likelihoods (turns x 8)."""
    forward = np.zeros_like(told)
    backward = np.ones_like(told)
    for at in range(len(told)):
        forward[at] = told[at] * (forward[at - 1] @ change if at else start)
        forward[at] /= forward[at].sum()
    for at in reversed(range(len(told) - 1)):
        backward[at] = change @ (told[at + 1] * backward[at + 1])
        backward[at] /= backward[at].sum()
    pairs = np.zeros_like(change)
    for at in range(len(told) - 1):
        joint = forward[at][:, None] * change * (told[at + 1] * backward[at + 1])
        pairs += joint / joint.sum()
    first = forward[0] * backward[0]
    return first / first.sum(), pairs
