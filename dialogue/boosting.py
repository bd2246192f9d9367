"""`Boosted`: gradient-boosted trees, forward in numpy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
ROUNDS, RATE, LEAVES, LEAST, RIDGE, COLUMNS = 60, 0.06, 8, 30, 5.0, 0.2
"""Few, small and much shrunk: there are some four thousand examples of choices on which people disagree."""


class Boosted:
    """An average of boosted classifiers (Friedman, "Greedy function approximation", 2001), one tree a class and round.

    Trees lie side by side: `nodes` hold the column that is asked, its threshold, both children and the leaf's worth.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """`arrays` as `fit_boosted` makes them (`trees.*`)."""
        self._column = arrays["trees.column"].astype(np.int64)  # trees x nodes; -1 in leaves
        self._threshold = arrays["trees.threshold"]
        self._left = arrays["trees.left"].astype(np.int64)
        self._right = arrays["trees.right"].astype(np.int64)
        self._worth = arrays["trees.worth"]
        self._baseline = arrays["trees.baseline"]  # classifiers x classes
        self._depth = int(arrays["trees.depth"][0])
        self._rows = np.arange(len(self._column))

    def probabilities(self, features: Floats) -> NDArray[np.float64]:
        """Classes (k,) for one row of features; trees lie in the order classifier, round, class."""
        at = np.zeros(len(self._rows), np.int64)
        for _ in range(self._depth):
            column = self._column[self._rows, at]
            low = features[column] <= self._threshold[self._rows, at]
            following = np.where(low, self._left[self._rows, at], self._right[self._rows, at])
            at = np.where(column >= 0, following, at)
        count, classes = self._baseline.shape
        worth = self._worth[self._rows, at].astype(np.float64).reshape(count, -1, classes).sum(axis=1) + self._baseline
        powers = np.exp(worth - worth.max(axis=1, keepdims=True))
        mean: NDArray[np.float64] = (powers / powers.sum(axis=1, keepdims=True)).mean(axis=0)
        return mean


def fit_boosted(
    features: Floats, truth: NDArray[np.int64], weights: NDArray[np.float64], seeds: tuple[int, ...]
) -> dict[str, NDArray[Any]]:
    """The arrays of `Boosted`: one classifier a seed, for features (n x columns), classes (n,) that all occur.

    Raises `RuntimeError` when the exported trees do not say what the fitted ones say.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    models = [
        HistGradientBoostingClassifier(
            max_iter=ROUNDS, learning_rate=RATE, max_leaf_nodes=LEAVES, min_samples_leaf=LEAST, l2_regularization=RIDGE,
            max_features=COLUMNS, early_stopping=False, random_state=seed,
        ).fit(features, truth, sample_weight=weights)
        for seed in seeds
    ]  # fmt: skip
    arrays = _exported(models)
    some = features[:: max(1, len(features) // 20)]
    expected = np.mean([model.predict_proba(some) for model in models], axis=0)
    found = np.stack([Boosted(arrays).probabilities(row) for row in some])
    if np.abs(found - expected).max() > 1e-3:
        raise RuntimeError("exported trees differ from the fitted ones: this scikit-learn keeps them otherwise")
    return arrays


def _exported(models: list[Any]) -> dict[str, NDArray[Any]]:
    # scikit-learn has no public way to the nodes; what is read here is checked against its own predictions.
    trees = [tree.nodes for model in models for each in model._predictors for tree in each]
    size = max(len(nodes) for nodes in trees)

    def table(name: str, kind: type, leaf: float) -> NDArray[Any]:
        filled: NDArray[Any] = np.full((len(trees), size), leaf, kind)
        for row, nodes in zip(filled, trees, strict=True):
            inside = nodes["is_leaf"] == 0
            row[: len(nodes)] = nodes[name] if name == "value" else np.where(inside, nodes[name], leaf)
        return filled

    return {
        "trees.column": table("feature_idx", np.int16, -1),
        "trees.threshold": table("num_threshold", np.float32, 0),
        "trees.left": table("left", np.int16, 0),
        "trees.right": table("right", np.int16, 0),
        "trees.worth": table("value", np.float32, 0),
        "trees.baseline": np.array([model._baseline_prediction.ravel() for model in models], np.float32),
        "trees.depth": np.array([max(int(nodes["depth"].max()) for nodes in trees)], np.int32),
    }
