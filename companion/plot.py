"""The picture of an evaluation: confusion and reliability."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from companion.scores import Scores


def plot(scores: Scores, title: str, path: Path) -> None:
    """Write a PNG (or whatever the ending of `path` says) with both. Raises `OSError` where it cannot be written."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5), layout="constrained")
    FigureCanvasAgg(figure)  # no screen, and no global state
    figure.suptitle(f"{title}: n {scores.n}, UAR {scores.uar:.3f}, macro-F1 {scores.macro_f1:.3f}")
    left, right = figure.subplots(1, 2)
    if scores.confusion:
        counts = np.array(scores.confusion, float)
        shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
        left.imshow(shares, vmin=0, vmax=1, cmap="Greens")
        for (row, column), share in np.ndenumerate(shares):
            colour = "white" if share > 0.6 else "black"
            left.text(column, row, f"{share:.2f}", ha="center", va="center", color=colour, fontsize=8)
        left.set(xlabel="read as", ylabel="labelled", title="Confusion (share of each row)")
        left.set_xticks(range(len(scores.labels)), scores.labels, rotation=45, ha="right")
        left.set_yticks(range(len(scores.labels)), scores.labels)
    else:
        left.barh(range(len(scores.labels)), [scores.per_class[label]["f1"] for label in scores.labels])
        left.set_yticks(range(len(scores.labels)), scores.labels)
        left.set(xlabel="F1", xlim=(0, 1), title="F1 of each label")
    bins = np.array(scores.reliability).reshape(-1, 3)
    right.plot([0, 1], [0, 1], color="grey", linewidth=1)
    right.scatter(bins[:, 0], bins[:, 1], s=20 + 200 * bins[:, 2] / max(1.0, bins[:, 2].max(initial=1.0)), alpha=0.7)
    right.set(
        xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="share right", title=f"Reliability (ECE {scores.ece:.3f})"
    )
    figure.savefig(path, dpi=110)
