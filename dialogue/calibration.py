"""Calibrated probabilities from two readers' logits, and the thresholds that make labels of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dialogue.fitting import squash

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
LOWEST, HIGHEST = -8.0, 6.0
BALANCE = 0.4
"""How far the dialogue head's prior is moved from the corpus (0) towards equal shares (1)."""


class Posts:
    """The calibrated posts head: for each of 35 outputs a weight for either reader's logit and a bias.

    Platt scaling (Platt, 1999) of both scores at once, fitted on texts that neither reader was trained on.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._weights = arrays["posts.weights"]  # readers x 35
        self._bias = arrays["posts.bias"]
        self.thresholds: Floats = arrays["posts.thresholds"]

    def probabilities(self, logits: Floats) -> Floats:
        """n x 35 for logits n x readers x 35."""
        return squash((np.clip(logits, LOWEST, HIGHEST) * self._weights).sum(axis=1) + self._bias, shared=False)


class Dialogue:
    """The dialogue head: multinomial logistic regression on the features of `dialogue.exchange`."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._weights = arrays["dialogue.weights"]  # features x 7
        self._bias = arrays["dialogue.bias"]
        self._mean, self._scale = arrays["dialogue.mean"], arrays["dialogue.scale"]

    def probabilities(self, features: Floats) -> Floats:
        """n x 7 for features n x columns."""
        return squash((features - self._mean) / self._scale @ self._weights + self._bias, shared=True)


def fit_posts(logits: Floats, truth: Flags) -> dict[str, NDArray[Any]]:
    """The arrays of `Posts` from logits (n x readers x 35) of texts that were held out, and their labels."""
    from sklearn.linear_model import LogisticRegression

    scores = np.clip(logits, LOWEST, HIGHEST)
    weights, bias = np.zeros(logits.shape[1:], np.float32), np.zeros(truth.shape[1], np.float32)
    for column in range(truth.shape[1]):
        model = LogisticRegression(C=1.0, max_iter=200).fit(scores[:, :, column], truth[:, column])
        weights[:, column], bias[column] = model.coef_[0], model.intercept_[0]
    arrays = {"posts.weights": weights, "posts.bias": bias, "posts.thresholds": np.zeros(0, np.float32)}
    probabilities = Posts(arrays).probabilities(logits)
    return {**arrays, "posts.thresholds": thresholds(probabilities, truth)}


def fit_dialogue(features: Floats, truth: NDArray[np.int64], strength: float) -> dict[str, NDArray[Any]]:
    """The arrays of `Dialogue` from features of utterances that were held out (n x columns) and emotions (n,)."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-3
    model = LogisticRegression(C=strength, max_iter=400).fit((features - mean) / scale, truth)
    # As if rare feelings were less rare than among sitcom lines, where every second is neutral: people who talk about
    # themselves feel more, and the rarest are found at all.
    shares = np.bincount(truth, minlength=len(model.classes_)) / len(truth)
    return {
        "dialogue.weights": model.coef_.T.astype(np.float32),
        "dialogue.bias": (model.intercept_ - BALANCE * np.log(shares)).astype(np.float32),
        "dialogue.mean": mean.astype(np.float32),
        "dialogue.scale": scale.astype(np.float32),
    }


def thresholds(probabilities: Floats, truth: Flags) -> Floats:
    """For each column the probability from which F1 is best.

    The middle of every threshold that comes within a thousandth of the best, since the best alone is chance.
    """
    found = np.zeros(truth.shape[1], np.float32)
    for column in range(truth.shape[1]):
        order = np.argsort(-probabilities[:, column], kind="stable")
        hits = np.cumsum(truth[order, column])
        f1 = 2 * hits / (np.arange(1, len(order) + 1) + max(1, truth[:, column].sum()))
        good = np.flatnonzero(f1 >= f1.max() - 0.001)
        found[column] = np.median(probabilities[order[good], column])
    return found
