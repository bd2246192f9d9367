"""`StrategyScores`: how well chosen strategies agree with those of people, and whether some are favoured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.scores import scores
from dialogue.debiasing import preference_bias
from dialogue.esconv import FOLDED, LABELS, folded

Floats = NDArray[np.float64]
SHORT = ("question", "restate", "reflect", "disclose", "affirm", "suggest", "others")
_PLACES = np.array([folded(label) for label in LABELS])


@dataclass(frozen=True, slots=True, eq=False)
class StrategyScores:
    """Figures over `n` decisions in `FOLDED`'s classes: the finest that file and mixture both tell apart.

    `top3`: the truth is among the three likeliest. `preference_bias` and the `preferences` behind it are those of
    `dialogue.debiasing.preference_bias`. `label_accuracy` and `label_macro_f1` count the file's own eight labels,
    with greetings apart. `confusion` counts truths (rows) against choices (columns).
    """

    n: int
    accuracy: float
    macro_f1: float
    top3: float
    preference_bias: float
    weighted_f1: float
    label_accuracy: float
    label_macro_f1: float
    confusion: tuple[tuple[int, ...], ...]
    per_class: Mapping[str, Mapping[str, float]]
    preferences: Mapping[str, float]
    notes: tuple[str, ...] = field(default=())

    def figures(self) -> dict[str, float]:
        """The single numbers by name."""
        names = (
            "accuracy", "macro_f1", "top3", "preference_bias", "weighted_f1", "label_accuracy", "label_macro_f1"
        )  # fmt: skip
        return {name: float(getattr(self, name)) for name in names}

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready, rounded to four places."""
        return {
            "n": self.n,
            **{name: round(value, 4) for name, value in self.figures().items()},
            "per_class": {
                name: {key: round(value, 4) for key, value in row.items()} for name, row in self.per_class.items()
            },
            "preferences": {name: round(value, 4) for name, value in self.preferences.items()},
            "labels": list(FOLDED),
            "confusion": [list(row) for row in self.confusion],
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        lines = [
            f"n {self.n}  accuracy {self.accuracy:.3f}  macro F1 {self.macro_f1:.3f}  top 3 {self.top3:.3f}"
            f"  weighted F1 {self.weighted_f1:.3f}  preference bias {self.preference_bias:.3f}",
            f"the file's own eight labels: accuracy {self.label_accuracy:.3f}  macro F1 {self.label_macro_f1:.3f}",
            "",
            f"{'':<36}{'precision':>10}{'recall':>8}{'f1':>8}{'n':>7}{'preference':>12}",
        ]
        for name, row in self.per_class.items():
            lines.append(
                f"{name:<36}{row['precision']:>10.3f}{row['recall']:>8.3f}{row['f1']:>8.3f}{int(row['n']):>7}"
                f"{self.preferences[name]:>12.3f}"
            )
        lines += ["", f"{'truth down, choice across':<36}" + "".join(f"{name:>10}" for name in SHORT)]
        lines += [
            f"{name:<36}" + "".join(f"{count:>10}" for count in row)
            for name, row in zip(FOLDED, self.confusion, strict=True)
        ]
        return "\n".join([*lines, *(("", *self.notes) if self.notes else ())])


def merged(shares: Floats) -> Floats:
    """Mixtures over `LABELS` (n x 8) as ones over `FOLDED` (n x 7)."""
    table: Floats = shares @ np.eye(len(FOLDED))[_PLACES]
    return table


def scored(truth: NDArray[np.int64], shares: Floats, notes: tuple[str, ...] = ()) -> StrategyScores:
    """Figures for truths (n,), places in `LABELS`, and mixtures over them (n x 8). Raises `ValueError` for none."""
    wide, narrow = merged(shares), _PLACES[truth]
    found = scores([FOLDED[i] for i in narrow], wide, FOLDED)
    own = scores([LABELS[i] for i in truth], shares, LABELS)
    bias, preferences = preference_bias(np.array(found.confusion))
    best = np.argsort(-wide, axis=1, kind="stable")[:, :3]
    return StrategyScores(
        found.n, found.accuracy, found.macro_f1, float((best == narrow[:, None]).any(axis=1).mean()), bias,
        found.weighted_f1, own.accuracy, own.macro_f1, found.confusion, found.per_class,
        dict(zip(FOLDED, (float(p) for p in preferences), strict=True)), notes,
    )  # fmt: skip
