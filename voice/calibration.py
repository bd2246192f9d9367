"""`Calibration`: what must be done to the networks' opinions so that they can be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
MODES = ("adapted", "online", "unadapted", "noise")
PULL = 0.01
"""Weight of the squared biases beside the loss: a feeling that few voices tell of keeps a bias near 0."""
LOG_TEMPERATURES = (-2.0, 2.0)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What was made of one clip by networks that never heard its speaker: log probabilities in each of `MODES`.

    `fold` names those networks.
    """

    corpus: str
    person: str
    emotion: str
    fold: int
    opinions: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A temperature for all feelings, and a bias for each: networks hold faint ones (sad) too seldom."""

    temperature: float
    bias: tuple[float, ...]

    @classmethod
    def stored(cls, facts: Mapping[str, Any], labels: Sequence[str]) -> Calibration:
        """That of a weights file; of networks without one, one that changes nothing. Raises `ValueError` for a bias of
        other labels.
        """
        bias = tuple(map(float, facts.get("bias", [0.0] * len(labels))))
        if len(bias) != len(labels):
            raise ValueError(f"{len(bias)} biases for {len(labels)} labels")
        return cls(float(facts.get("temperature", 1.0)), bias)

    def applied(self, opinion: Array) -> Array:
        """Log probabilities from an opinion's, over the same labels."""
        logs = opinion / self.temperature + np.array(self.bias)
        logs = logs - logs.max()
        return np.asarray(logs - np.log(np.exp(logs).sum()), dtype=np.float32)


def calibrated(judged: Sequence[Judged], labels: Sequence[str]) -> Calibration:
    """The calibration under which the truths are likeliest, every feeling of every corpus counting the same.

    Vector scaling with one scale (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017) under balanced
    weights. Each corpus is judged in its own labels, and all share one calibration.
    """
    from scipy.optimize import minimize

    parts = []
    for corpus in sorted({one.corpus for one in judged}):
        logs, truth, places = closed([one for one in judged if one.corpus == corpus], labels)
        counts = np.bincount(truth)
        parts.append((logs, truth, places, 1 / (len(counts) * counts[truth])))

    def loss(parameters: NDArray[np.float64]) -> float:
        total = PULL * float((parameters[1:] ** 2).sum())
        for logs, truth, places, weights in parts:
            warm = logs / np.exp(parameters[0]) + parameters[1:][places]
            warm = warm - warm.max(axis=1, keepdims=True)
            warm = warm - np.log(np.exp(warm).sum(axis=1, keepdims=True))
            total -= float((weights * warm[np.arange(len(truth)), truth]).sum())
        return total

    bounds = [LOG_TEMPERATURES, *[(-2.0, 2.0)] * len(labels)]
    found = minimize(loss, np.zeros(1 + len(labels)), method="L-BFGS-B", bounds=bounds).x
    return Calibration(float(np.exp(found[0])), tuple(round(float(value), 4) for value in found[1:]))


def crossed(judged: Sequence[Judged], labels: Sequence[str]) -> list[Judged]:
    """The same clips, each calibrated by those of all other folds, so that figures are of unheard speakers."""
    found = []
    for fold in sorted({one.fold for one in judged}):
        calibration = calibrated([one for one in judged if one.fold != fold], labels)
        for one in judged:
            if one.fold == fold:
                opinions = {mode: calibration.applied(opinion) for mode, opinion in one.opinions.items()}
                found.append(replace(one, opinions=opinions))
    return found


def closed(
    clips: Sequence[Judged], labels: Sequence[str], mode: str = "adapted"
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
    """Log opinions over the labels that the clips hold, the truths' places among these, and theirs among `labels`."""
    places = [i for i, label in enumerate(labels) if any(one.emotion == label for one in clips)]
    names = [labels[place] for place in places]
    logs = np.array([one.opinions[mode][places] for one in clips], dtype=np.float64)
    return logs, np.array([names.index(one.emotion) for one in clips]), np.array(places)
