"""`eval face`: how well a reader of faces tells the feelings in labelled photos."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from companion.affect import EMOTIONS
from companion.facetraining import person
from companion.labelled import read_table
from companion.photo import photo
from companion.scores import Scores, interval, scores
from companion.types import FaceReading, VideoFrame

LARGEST = 6
"""The labels with most photos, over which recall is also averaged: some collections hold next to none of the others."""


def evaluate(data: Path, reader: Any, progress: Callable[[float], None]) -> tuple[Scores, dict[str, object]]:  # noqa: ANN401 - any face engine
    """Figures over a folder of photos with `labels.csv`, and how many showed no face (they count as wrong).

    The labels are those that the table holds: probabilities of others are left out and the rest made to sum to 1. An
    engine without `look` reads each photo as a stream of one frame. Raises `DataError`.
    """
    rows = read_table(data / "faces" if (data / "faces").is_dir() else data)
    labels = [name for name in EMOTIONS if any(row.emotion == name for row in rows)]
    columns = [EMOTIONS.index(name) for name in labels]
    found = np.zeros((len(rows), len(labels)))
    without = 0
    for index, row in enumerate(rows):
        reading = _read(reader, row.path)
        without += reading.affect.confidence == 0
        if reading.affect.confidence > 0:
            shares = np.array(reading.affect.distribution)[columns]
            found[index] = shares / max(float(shares.sum()), 1e-9)
        progress((index + 1) / len(rows))
    measured = scores([row.emotion for row in rows], found, labels)
    common = sorted(labels, key=lambda name: -measured.per_class[name]["n"])[:LARGEST]
    right = np.array([labels[int(shares.argmax())] == row.emotion for shares, row in zip(found, rows, strict=True)])
    right &= found.max(axis=1) > 0
    extras: dict[str, object] = {
        "no_face": without,
        "uar_largest": round(float(np.mean([measured.per_class[name]["recall"] for name in common])), 4),
        "largest": common,
        "accuracy_interval": [
            round(end, 4) for end in interval(lambda drawn: float(right[drawn].mean()), [person(row) for row in rows])
        ],
    }
    return measured, extras


def _read(reader: Any, path: Path) -> FaceReading:  # noqa: ANN401 - any face engine
    picture = photo(path)
    look = getattr(reader, "look", None)
    reading: FaceReading = look(picture) if look is not None else next(iter(reader.read([VideoFrame(picture, 0.0)])))
    return reading
