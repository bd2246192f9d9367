"""`VoiceNetwork`: the trained networks of the voice reader in numpy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from weights.store import Weights

Array = NDArray[np.float32]
HEADS = 4
"""Groups of channels that each look at their own moments of a stretch."""
POOL = 2
DEPTH = 3
"""Convolutions; all but the last are followed by a maximum over `POOL` steps."""


class VoiceNetwork:
    """Several small networks whose opinions are averaged: one row of log probabilities for one stretch of speech.

    Each looks at the stretch twice. Three convolutions over its `contours` are pooled by attention to a weighted mean
    and deviation (attentive statistics pooling, Okabe et al., Interspeech 2018); two layers see its `functionals`. Both
    come in standard deviations from the speaker's usual. Batch normalisation is folded into the weights.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._members = int(weights.facts["members"])

    def opinion(self, contours: Array, functionals: Array) -> Array:
        """Log probabilities (labels) from steps x channels and a row of measures, before calibration."""
        logs = [self._member(member, contours, functionals) for member in range(self._members)]
        mean = np.mean(logs, axis=0)
        return np.asarray(mean - np.log(np.exp(mean).sum()), dtype=np.float32)

    def _member(self, member: int, contours: Array, functionals: Array) -> Array:
        def part(name: str) -> Array:
            return self._weights[f"{member}.{name}"]

        hidden = contours
        for layer in range(DEPTH):
            hidden = np.maximum(_convolved(hidden, part(f"convolution{layer}")) + part(f"shift{layer}"), 0)
            if layer < DEPTH - 1:
                hidden = _pooled(hidden)
        looks = hidden @ part("attention") + part("attention_shift")
        looks = np.exp(looks - looks.max(axis=0))
        looks /= looks.sum(axis=0)
        groups = hidden.reshape(len(hidden), HEADS, -1)
        mean = np.einsum("thc,th->hc", groups, looks)
        square = np.einsum("thc,th->hc", groups**2, looks)
        spread = np.sqrt(np.maximum(square - mean**2, 1e-4))
        heard = _layer(np.concatenate((mean.ravel(), spread.ravel())), part("heard"), part("heard_shift"))
        counted = _layer(functionals, part("counted0"), part("counted0_shift"))
        counted = _layer(counted, part("counted1"), part("counted1_shift"))
        scores = np.concatenate((heard, counted)) @ part("output") + part("output_shift")
        scores -= scores.max()
        return np.asarray(scores - np.log(np.exp(scores).sum()))


def _convolved(rows: Array, kernel: Array) -> Array:
    """Steps x out from steps x in and a kernel of taps x in x out, as many steps as before."""
    taps, count = len(kernel), len(rows)
    padded = np.zeros((count + taps - 1, rows.shape[1]), dtype=np.float32)
    padded[taps // 2 : taps // 2 + count] = rows
    # A product for each tap needs no copy of the windows, which would take forty times as long.
    out = padded[:count] @ kernel[0]
    for tap in range(1, taps):
        out += padded[tap : tap + count] @ kernel[tap]
    return np.asarray(out)


def _pooled(rows: Array) -> Array:
    """The larger of each two steps; a last odd one is left out, as long as another is there."""
    count = len(rows) // POOL
    return np.asarray(rows[: count * POOL].reshape(count, POOL, -1).max(axis=1)) if count else rows


def _layer(row: Array, matrix: Array, shift: Array) -> Array:
    return np.asarray(np.maximum(row @ matrix + shift, 0))
