"""`Lookahead`: how the user's feeling is expected to change after each strategy, over their next two turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.esconv import LABELS

Floats = NDArray[np.float64]
SOON = 0.6
"""Weight of the next turn; the one after it has the rest."""
RIDGE_STATE, RIDGE_LABEL, RIDGE_BOTH = 1.0, 40.0, 120.0
"""How much the effect of a state, of a label, and of a label in a state are drawn towards none."""
BEST = 4
"""Strategies that are looked at, by what the other parts say; an unlikely one is not raised for its outlook."""
RATED = 0.5
"""What an expected rating counts beside an expected change, both in standard deviations over the strategies."""


class Lookahead:
    """Two ridge regressions on the user's state, the strategy, and both: the change of valence and the user's rating.

    One step of model-based planning: a strategy is worth what it is expected to lead to (as the lookahead of Cheng et
    al., "Improving Multi-turn Emotional Support Dialogue Generation with Lookahead Strategy Planning", EMNLP 2022).
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """`arrays` as `fit_lookahead` makes them."""
        self._weights = arrays["lookahead.weights"].astype(np.float64)  # columns x 2

    def expected(self, state: NDArray[np.float32]) -> Floats:
        """Labels x (change of valence, rating in points of 1 to 5 above the usual), for a state (5,)."""
        rows = np.stack([_row(np.asarray(state, np.float64), label) for label in range(len(LABELS))])
        found: Floats = rows @ self._weights
        return found


def advantage(expected: Floats, shares: Floats) -> Floats:
    """What each label promises beyond the mean under `shares` (8,), in standard deviations; 0 outside the best."""
    gain = expected - shares @ expected
    gain = gain / (np.sqrt(shares @ gain**2) + 1e-6)
    worth = (gain[:, 0] + RATED * gain[:, 1]) / (1 + RATED)
    best = np.zeros(len(shares), bool)
    best[np.argsort(-shares, kind="stable")[:BEST]] = True
    return np.where(best, np.clip(worth, -2, 2), 0.0)


def fit_lookahead(
    states: NDArray[np.float32], truth: NDArray[np.int64], changes: Floats, ratings: Floats
) -> dict[str, NDArray[Any]]:
    """The arrays of `Lookahead` from states (n x 5), places in `LABELS` (n,), and what followed (n,), else nan."""
    rows = np.stack([_row(np.asarray(state, np.float64), label) for state, label in zip(states, truth, strict=True)])
    width = states.shape[1]
    ridge = np.concatenate(
        [
            np.full(width, RIDGE_STATE),
            np.full(len(LABELS), RIDGE_LABEL),
            np.full(rows.shape[1] - width - len(LABELS), RIDGE_BOTH),
        ]
    )
    columns = []
    for followed in (changes, ratings):
        known = ~np.isnan(followed)
        inside = rows[known]
        columns.append(np.linalg.solve(inside.T @ inside + np.diag(ridge), inside.T @ followed[known]))
    return {"lookahead.weights": np.stack(columns, axis=1).astype(np.float32)}


def _row(state: Floats, label: int) -> Floats:
    """State, label, and the label's own share of the state (its constant aside)."""
    one = np.zeros(len(LABELS))
    one[label] = 1
    return np.concatenate([state, one, np.outer(one, state[1:]).ravel()])
