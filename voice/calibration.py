"""`Calibration`: what must be done to the networks' opinions so that they can be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.habit import Habit

Array = NDArray[np.float32]
MODES = ("adapted", "online", "unadapted", "noise")
PULL = 0.01
"""Weight of the squared biases beside the loss: a feeling that few voices tell of keeps a bias near 0."""
LOG_TEMPERATURES = (-2.0, 2.0)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What was made of one clip by networks that never heard its speaker: log probabilities in each of `MODES`.

    `fold` names those networks, `place` is that of the clip among the person's in the mode `online`.
    """

    corpus: str
    person: str
    emotion: str
    fold: int
    place: int
    opinions: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A temperature for all feelings, and a bias for each: networks hold faint ones (sad) too seldom.

    `usual` is the mean of their log probabilities over people, which a person's `Habit` is counted from.
    """

    temperature: float
    bias: tuple[float, ...]
    usual: tuple[float, ...]

    @classmethod
    def stored(cls, facts: Mapping[str, Any], labels: Sequence[str]) -> Calibration:
        """That of a weights file; of networks without one, one that changes nothing. Raises `ValueError` for a bias or
        usual opinion of other labels.
        """
        bias, usual = (tuple(map(float, facts.get(name, ()))) for name in ("bias", "usual"))
        for name, numbers in (("biases", bias), ("usual log probabilities", usual)):
            if len(numbers) not in (0, len(labels)):
                raise ValueError(f"{len(numbers)} {name} for {len(labels)} labels")
        bias = bias or (0.0,) * len(labels)
        return cls(float(facts.get("temperature", 1.0)), bias, usual)

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

    usual = _usual(judged)
    judged = freed(judged, usual, labels)
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
    return Calibration(float(np.exp(found[0])), tuple(round(float(value), 4) for value in found[1:]), usual)


def crossed(judged: Sequence[Judged], labels: Sequence[str]) -> list[Judged]:
    """The same clips, each calibrated by those of all other folds, so that figures are of unheard speakers."""
    found = []
    for fold in sorted({one.fold for one in judged}):
        calibration = calibrated([one for one in judged if one.fold != fold], labels)
        for one in freed([one for one in judged if one.fold == fold], calibration.usual, labels):
            opinions = {mode: calibration.applied(opinion) for mode, opinion in one.opinions.items()}
            found.append(replace(one, opinions=opinions))
    return found


def freed(judged: Sequence[Judged], usual: Sequence[float], labels: Sequence[str]) -> list[Judged]:
    """The same clips without each person's habit, as far as it is known in each mode."""
    people: dict[str, list[Judged]] = {}
    for one in judged:
        people.setdefault(one.person, []).append(one)
    found = []
    for clips in people.values():
        modes = {mode: Habit(usual, labels) for mode in MODES}
        for one in clips:
            for mode in ("adapted", "noise"):
                modes[mode].learn(one.opinions[mode])
        for one in sorted(clips, key=lambda clip: clip.place):
            modes["online"].learn(one.opinions["online"])
            found.append(replace(one, opinions={mode: modes[mode].freed(one.opinions[mode]) for mode in MODES}))
    return found


def _usual(judged: Sequence[Judged]) -> tuple[float, ...]:
    """The mean of the adapted log probabilities, each person counting the same."""
    people: dict[str, list[Array]] = {}
    for one in judged:
        people.setdefault(one.person, []).append(one.opinions["adapted"])
    means = np.mean([np.mean(opinions, axis=0) for opinions in people.values()], axis=0)
    return tuple(round(float(value), 4) for value in means)


def closed(
    clips: Sequence[Judged], labels: Sequence[str], mode: str = "adapted"
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
    """Log opinions over the labels that the clips hold, the truths' places among these, and theirs among `labels`."""
    places = [i for i, label in enumerate(labels) if any(one.emotion == label for one in clips)]
    names = [labels[place] for place in places]
    logs = np.array([one.opinions[mode][places] for one in clips], dtype=np.float64)
    return logs, np.array([names.index(one.emotion) for one in clips]), np.array(places)
