"""`StrategyModel`: how likely a supporter is to do each thing now, learnt from supporters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.boosting import Boosted, fit_boosted
from dialogue.esconv import LABELS
from dialogue.fitting import squash

Floats = NDArray[np.float32]
STRENGTH = 0.002
"""Inverse regularisation of the regression."""
TREES = 0.8
"""Share of the trees in the mean with the regression."""
SEEDS = 3
EDGE = 5.0
"""Standard deviations beyond which a feature counts no more: live talks differ from those learnt from."""


class StrategyModel:
    """The mean of boosted trees and a multinomial regression over `LABELS`, and a regression that splits one of them.

    The two err differently: the regression is smooth in what was said, the trees know what follows on what.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """`arrays` as `fit_model` makes them (`trees.*`, `model.*`)."""
        self._trees = Boosted(arrays)
        self._weights, self._bias = arrays["model.weights"], arrays["model.bias"]  # columns x 9: LABELS, informing
        self._mean, self._scale = arrays["model.mean"], arrays["model.scale"]

    def probabilities(self, features: Floats) -> NDArray[np.float64]:
        """`LABELS` (8,) for the features (columns,) of one moment."""
        linear = squash(self._logits(features)[None, : len(LABELS)], shared=True)[0].astype(np.float64)
        shares: NDArray[np.float64] = TREES * self._trees.probabilities(features) + (1 - TREES) * linear
        return shares

    def informing(self, features: Floats) -> float:
        """Which part of "suggestions or information" is information."""
        return float(squash(self._logits(features)[None, len(LABELS) :], shared=False)[0, 0])

    def _logits(self, features: Floats) -> Floats:
        placed = np.clip((features - self._mean) / self._scale, -EDGE, EDGE)
        logits: Floats = (placed @ self._weights + self._bias).astype(np.float32)
        return logits


def fit_model(
    features: Floats, truth: NDArray[np.int64], weights: NDArray[np.float64], informs: NDArray[np.float64], seed: int
) -> dict[str, NDArray[Any]]:
    """The arrays of `StrategyModel` from moments (n x columns), places in `LABELS` (n,) and their worth (n,).

    `informs` (n,) is 1 and 0 where information and suggestions are told apart, nan elsewhere.
    """
    from sklearn.linear_model import LogisticRegression

    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-2
    placed = np.clip((features - mean) / scale, -EDGE, EDGE)
    model = LogisticRegression(C=STRENGTH, max_iter=300).fit(placed, truth, sample_weight=weights)
    told = ~np.isnan(informs)
    if len(set(informs[told].tolist())) == 2:
        split = LogisticRegression(C=STRENGTH / 2, max_iter=300).fit(placed[told], informs[told].astype(int))
        column, base = split.coef_[0], float(split.intercept_[0])
    else:
        column, base = np.zeros(features.shape[1]), 0.0
    return {
        **fit_boosted(features, truth, weights, tuple(range(seed, seed + SEEDS))),
        "model.weights": np.column_stack([model.coef_.T, column]).astype(np.float32),
        "model.bias": np.append(model.intercept_, base).astype(np.float32),
        "model.mean": mean.astype(np.float32),
        "model.scale": scale.astype(np.float32),
    }
