"""Figures of readers: right on cases that can be worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from companion.labelled import DataError, read_table
from companion.labels import fold
from companion.plot import plot
from companion.scores import interval, multilabel_scores, scores

LABELS = ("happy", "sad", "angry")


def test_figures_of_one_label_each() -> None:
    truth = ["happy", "happy", "happy", "sad"]
    probabilities = np.array([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.1, 0.8, 0.1], [0.2, 0.7, 0.1]])
    found = scores(truth, probabilities, LABELS)
    assert found.accuracy == 0.75
    assert found.uar == pytest.approx((2 / 3 + 1) / 2)  # angry has no example, so it does not count
    assert found.per_class["happy"] == pytest.approx({"precision": 1.0, "recall": 2 / 3, "f1": 0.8, "n": 3})
    assert found.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert found.weighted_f1 == pytest.approx((3 * 0.8 + 2 / 3) / 4)
    assert found.confusion == ((2, 1, 0), (0, 1, 0), (0, 0, 0))


def test_a_row_that_says_nothing_is_wrong() -> None:
    found = scores(["happy", "happy"], np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]), LABELS)
    assert found.accuracy == 0.5
    assert found.per_class["happy"]["recall"] == 0.5


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    sure = np.tile([0.9, 0.1, 0.0], (10, 1))
    assert scores(["happy"] * 9 + ["sad"], sure, LABELS).ece == pytest.approx(0.0)
    assert scores(["happy"] * 5 + ["sad"] * 5, sure, LABELS).ece == pytest.approx(0.4)


def test_several_labels_at_once() -> None:
    truth = np.array([[True, False], [True, True]])
    chosen = np.array([[True, False], [True, False]])
    found = multilabel_scores(truth, chosen * 0.8, chosen, ("happy", "sad"))
    assert found.accuracy == 0.5
    assert found.macro_f1 == pytest.approx(0.5)
    assert found.confusion == ()


@pytest.mark.parametrize(("truth", "rows"), [([], 0), (["happy"], 2), (["glad"], 1)])
def test_what_cannot_be_scored_is_refused(truth: list[str], rows: int) -> None:
    with pytest.raises(ValueError, match=r"truths"):
        scores(truth, np.full((rows, 3), 1 / 3), LABELS)


def test_an_interval_is_drawn_by_groups() -> None:
    right = np.array([1.0] * 50 + [0.0] * 50)
    low, high = interval(lambda rows: float(right[rows].mean()), [str(i) for i in range(100)])
    assert 0.38 < low < 0.45
    assert 0.55 < high < 0.62
    # Two speakers, one always right: what the next speaker will be like is not known at all.
    assert interval(lambda rows: float(right[rows].mean()), ["a"] * 50 + ["b"] * 50) == (0.0, 1.0)


def test_the_picture_is_written(tmp_path: Path) -> None:
    found = scores(["happy", "sad"], np.array([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1]]), LABELS)
    plot(found, "face", tmp_path / "figure.png")
    assert (tmp_path / "figure.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("label", "name"),
    [("anger", "angry"), ("Sadness", "sad"), (" happiness ", "happy"), ("surprised", "surprise"), ("calm", "neutral")],
)
def test_spellings_are_folded(label: str, name: str) -> None:
    assert fold(label) == name


def test_an_unknown_label_is_named_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="'hapy'; did you mean 'happy'"):
        fold("hapy")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (None, "cannot be read"),
        ("", "has no rows"),
        ("file,feeling\na.png,sad\n", "no column 'emotion'"),
        ("file,emotion\na.png,sadd\n", "line 2: unknown emotion label 'sadd'; did you mean 'sad'"),
        ("file,emotion\nb.png,sad\n", "line 2: there is no file"),
    ],
)
def test_a_table_that_cannot_be_used_is_named(tmp_path: Path, table: str | None, said: str) -> None:
    (tmp_path / "a.png").touch()
    if table is not None:
        (tmp_path / "labels.csv").write_text(table)
    with pytest.raises(DataError, match=said):
        read_table(tmp_path)


def test_a_table_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    (tmp_path / "labels.csv").write_text("file,speaker,emotion\na.wav,7,anger\n")
    (row,) = read_table(tmp_path)
    assert (row.path, row.emotion, row.speaker) == (tmp_path / "a.wav", "angry", "7")
