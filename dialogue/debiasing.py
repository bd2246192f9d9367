"""`Debiasing` keeps any one strategy from being used far more than its share; `preference_bias` measures it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.esconv import FOLDED, LABELS, folded

Floats = NDArray[np.float64]
BELIEF = 4.0
"""Turns' worth of belief, before a talk began, that strategies are used by their shares."""
FREE = 1.5
"""How many times its share a strategy may have been used before it is held back."""
ROUNDS, ENOUGH = 1000, 1e-10
FAINT = 0.01
_PLACES = np.array([folded(label) for label in LABELS])


class Debiasing:
    """Two steps on logarithms of shares.

    Over all talks: logit adjustment (Menon et al., "Long-tail learning via logit adjustment", ICLR 2021), by which a
    rare label needs less evidence. In one talk: what was used more than `FREE` times its share is held back.
    """

    def __init__(self, shares: NDArray[np.floating[Any]], adjustment: float, restraint: float) -> None:
        """`shares` of `LABELS` (8,) among supporters' turns, and how strong either step is (0: none)."""
        self._shares = np.asarray(shares, np.float64) / np.sum(shares)
        self._adjustment, self._restraint = adjustment, restraint
        self._usual = np.bincount(_PLACES, self._shares, len(FOLDED))

    def debiased(self, logs: Floats, used: Sequence[int]) -> Floats:
        """Logarithms (8,) after both steps; `used` are places in `FOLDED` of the talk's strategies, -1 unknown."""
        held_back: Floats = self._adjustment * np.log(self._shares) + self._restraint * self.overuse(used)[_PLACES]
        return logs - held_back

    def overuse(self, used: Sequence[int]) -> Floats:
        """For each of `FOLDED` the logarithm of how many times too often it was used; 0 where it was not."""
        known = [place for place in used if place >= 0]
        counts = np.bincount(known, minlength=len(FOLDED)) if known else np.zeros(len(FOLDED))
        times = (counts + BELIEF * self._usual) / (len(known) + BELIEF) / self._usual
        over: Floats = np.log(np.maximum(times / FREE, 1.0))
        return over


def preference_bias(confusion: NDArray[np.integer[Any]]) -> tuple[float, Floats]:
    """How unevenly a planner prefers its strategies, from a confusion matrix (truths down, predictions across).

    After Kang et al., "Can Large Language Models be Good Emotional Supporter?" (ACL 2024). When the truth was j and i
    was said instead, i was preferred to j: with w[i][j] such cases, the Bradley-Terry strengths follow from repeating

        p[i] <- sum over j != i of w[i][j] p[j] / (p[i] + p[j])  /  sum over j != i of w[j][i] / (p[i] + p[j])

    (Newman, "Efficient Computation of Rankings from Pairwise Comparisons", 2023) in turn for each i, scaled so that
    their geometric mean is 1, until nothing changes; then so that their mean is 1. The bias is their standard
    deviation: 0 for a planner whose errors have no favourites. `FAINT` cases are added to every pair, so that one that
    was never said or never lost has a strength too; strategies that are neither true nor said anywhere are left out.
    Returns the bias and the strengths, nan where left out.
    """
    counts = np.asarray(confusion, np.float64)
    strengths = np.full(len(counts), np.nan)
    there = np.flatnonzero(counts.sum(axis=0) + counts.sum(axis=1) > 0)
    wins = counts.T[np.ix_(there, there)] + FAINT
    np.fill_diagonal(wins, 0)
    p = np.ones(len(there))
    for _ in range(ROUNDS):
        before = p.copy()
        for i in range(len(p)):
            # The diagonal is 0, so that i against itself counts for nothing.
            p[i] = np.sum(wins[i] * p / (p[i] + p)) / np.sum(wins[:, i] / (p[i] + p)) if len(p) > 1 else 1.0
        p = p / np.exp(np.mean(np.log(p)))
        if np.abs(p - before).max() < ENOUGH:
            break
    strengths[there] = p / p.mean()
    return float(np.std(strengths[there])), strengths
