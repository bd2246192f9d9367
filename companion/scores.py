"""`Scores`: how well probabilities told feelings apart, in the field's usual measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 15
DRAWS = 1000
"""Resamplings behind an interval."""
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Figures over `n` rows.

    `uar` is the unweighted average recall (balanced accuracy), `ece` the expected calibration error over 15 equal
    bins (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017). Averages are over the labels that the
    data holds. `confusion` counts truths (rows) against predictions (columns); empty where rows have several labels.
    """

    labels: tuple[str, ...]
    n: int
    accuracy: float
    uar: float
    macro_f1: float
    weighted_f1: float
    ece: float
    per_class: dict[str, dict[str, float]]
    confusion: tuple[tuple[int, ...], ...]
    reliability: tuple[tuple[float, float, int], ...]
    """Mean confidence, accuracy and count of each bin that is not empty."""

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready, rounded to four places."""
        figures = {
            name: round(getattr(self, name), 4) for name in ("accuracy", "uar", "macro_f1", "weighted_f1", "ece")
        }
        return {
            "n": self.n,
            **figures,
            "per_class": {
                label: {name: round(value, 4) for name, value in row.items()} for label, row in self.per_class.items()
            },
            "labels": list(self.labels),
            "confusion": [list(row) for row in self.confusion],
        }

    def __str__(self) -> str:
        lines = [
            f"n {self.n}  accuracy {self.accuracy:.3f}  uar {self.uar:.3f}  macro F1 {self.macro_f1:.3f}"
            f"  weighted F1 {self.weighted_f1:.3f}  calibration error {self.ece:.3f}",
            "",
            f"{'':<14}{'precision':>10}{'recall':>8}{'f1':>8}{'n':>7}",
        ]
        for label, row in self.per_class.items():
            lines.append(
                f"{label:<14}{row['precision']:>10.3f}{row['recall']:>8.3f}{row['f1']:>8.3f}{int(row['n']):>7}"
            )
        if self.confusion:
            lines += ["", "truth down, prediction across: " + " ".join(self.labels)]
            lines += [
                f"{label:<14}" + "".join(f"{count:>6}" for count in row)
                for label, row in zip(self.labels, self.confusion, strict=True)
            ]
        return "\n".join(lines)


def scores(truth: Sequence[str], probabilities: Floats, labels: Sequence[str]) -> Scores:
    """Figures for rows with one label each; `probabilities` is n x labels, a row of zeros says nothing and is wrong.

    Raises `ValueError` when nothing was given, shapes differ or a truth is none of the labels.
    """
    from sklearn.metrics import confusion_matrix

    if not truth or probabilities.shape != (len(truth), len(labels)):
        raise ValueError(f"{len(truth)} truths need as many rows of {len(labels)}, got {probabilities.shape}")
    index = {label: i for i, label in enumerate(labels)}
    if unknown := set(truth) - set(labels):
        raise ValueError(f"truths that are none of the labels: {', '.join(sorted(unknown))}")
    true = np.array([index[label] for label in truth])
    none = probabilities.max(axis=1) <= 0
    guess = np.where(none, len(labels), probabilities.argmax(axis=1))
    top = np.where(none, 0.0, probabilities.max(axis=1))
    table = confusion_matrix(true, guess, labels=range(len(labels)))
    right = guess == true
    ece, reliability = calibration(top[~none], right[~none]) if (~none).any() else (0.0, ())
    flags = np.eye(len(labels) + 1, dtype=bool)
    per_class = _per_class(flags[true][:, :-1], flags[guess][:, :-1], labels)
    confusion = tuple(tuple(int(count) for count in row) for row in table)
    return Scores(
        tuple(labels), len(truth), float(right.mean()), *_averages(per_class), ece, per_class, confusion, reliability
    )


def multilabel_scores(truth: Flags, probabilities: Floats, chosen: Flags, labels: Sequence[str]) -> Scores:
    """Figures for rows with several labels at once (all n x labels).

    `accuracy` asks for every label of a row to be right; calibration is over all decisions.
    """
    if not len(truth) or not truth.shape == probabilities.shape == chosen.shape == (len(truth), len(labels)):
        raise ValueError(f"truth, probabilities and choice must all be n x {len(labels)}, n > 0")
    per_class = _per_class(truth, chosen, labels)
    ece, reliability = calibration(probabilities.ravel(), truth.ravel())
    accuracy = float((truth == chosen).all(axis=1).mean())
    return Scores(tuple(labels), len(truth), accuracy, *_averages(per_class), ece, per_class, (), reliability)


def calibration(confidence: Floats, right: Flags) -> tuple[float, tuple[tuple[float, float, int], ...]]:
    """The expected calibration error and the bins behind it."""
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = []
    for place in range(BINS):
        inside = places == place
        if inside.any():
            bins.append((float(confidence[inside].mean()), float(right[inside].mean()), int(inside.sum())))
    return sum(abs(mean - share) * count for mean, share, count in bins) / len(confidence), tuple(bins)


def interval(
    measure: Callable[[NDArray[np.int64]], float], groups: Sequence[str], seed: int = 0
) -> tuple[float, float]:
    """The 95 % bootstrap interval of a measure of row numbers, drawn by whole groups (speakers, persons, dialogues)."""
    names = sorted(set(groups))
    rows = {name: np.flatnonzero(np.array(groups) == name) for name in names}
    random = np.random.default_rng(seed)
    found = [
        measure(np.concatenate([rows[names[i]] for i in random.integers(0, len(names), len(names))]))
        for _ in range(DRAWS)
    ]
    low, high = np.percentile(found, (2.5, 97.5))
    return float(low), float(high)


def _per_class(truth: Flags, chosen: Flags, labels: Sequence[str]) -> dict[str, dict[str, float]]:
    from sklearn.metrics import precision_recall_fscore_support

    precision, recall, f1, n = precision_recall_fscore_support(truth, chosen, average=None, zero_division=0.0)
    return {
        label: {"precision": float(precision[i]), "recall": float(recall[i]), "f1": float(f1[i]), "n": int(n[i])}
        for i, label in enumerate(labels)
    }


def _averages(per_class: dict[str, dict[str, float]]) -> tuple[float, float, float]:
    """Unweighted average recall, macro-F1 and weighted F1 over the labels that have examples."""
    rows = [row for row in per_class.values() if row["n"] > 0]
    if not rows:
        return 0.0, 0.0, 0.0
    total = sum(row["n"] for row in rows)
    return (
        sum(row["recall"] for row in rows) / len(rows),
        sum(row["f1"] for row in rows) / len(rows),
        sum(row["f1"] * row["n"] for row in rows) / total,
    )
