"""Opinions of the voice networks, made such that they can be believed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from voice.calibration import MODES, Calibration, Judged, calibrated, closed, crossed

LABELS = ("neutral", "sad", "angry")
EVEN = Calibration(1.0, (0.0, 0.0, 0.0), ())


def judged(count: int, sharp: float = 1.0, against_sad: float = 0.0, seed: int = 1) -> list[Judged]:
    """Clips drawn by their own opinions, which are then sharpened, and moved away from sad."""
    random = np.random.default_rng(seed)
    found = []
    for index in range(count):
        logs = EVEN.applied(random.normal(0, 1.5, 3).astype(np.float32))
        truth = LABELS[int(random.choice(3, p=np.exp(logs, dtype=np.float64) / np.exp(logs, dtype=np.float64).sum()))]
        opinion = EVEN.applied(np.asarray(sharp * logs - np.array([0, against_sad, 0]), np.float32))
        found.append(Judged("made", f"p{index % 8}", truth, index % 4, index, dict.fromkeys(MODES, opinion)))
    return found


def recall(clips: list[Judged], label: str) -> float:
    logs, truth, _ = closed(clips, LABELS)
    place = LABELS.index(label)
    return float((logs.argmax(axis=1)[truth == place] == place).mean())


def test_opinions_that_are_too_sure_are_warmed() -> None:
    assert calibrated(judged(3000, sharp=2.0), LABELS).temperature == pytest.approx(2.0, rel=0.15)
    assert calibrated(judged(3000), LABELS).temperature == pytest.approx(1.0, rel=0.15)


def test_a_feeling_named_too_seldom_is_named_more_often_for_other_people() -> None:
    clips = judged(2000, against_sad=1.0)
    bias = calibrated(clips, LABELS).bias
    assert bias[1] - (bias[0] + bias[2]) / 2 == pytest.approx(1.0, abs=0.25)
    before, after = recall(clips, "sad"), recall(crossed(clips, LABELS), "sad")
    assert after > before + 0.1


def test_how_often_a_feeling_occurs_gives_it_no_bias() -> None:
    clips = judged(4000)
    rare = [one for index, one in enumerate(clips) if one.emotion != "angry" or index % 5 == 0]
    assert max(map(abs, calibrated(rare, LABELS).bias)) < 0.25


def test_a_fold_is_calibrated_without_its_own_clips() -> None:
    clips = judged(400)
    other = [replace(one, emotion="sad") if one.fold == 0 else one for one in clips]
    first, second = ([one for one in crossed(some, LABELS) if one.fold == 0] for some in (clips, other))
    assert [one.opinions["noise"].tolist() for one in first] == [one.opinions["noise"].tolist() for one in second]


def test_a_feeling_that_no_clip_shows_keeps_its_odds() -> None:
    clips = [one for one in judged(300) if one.emotion != "angry"]
    assert calibrated(clips, LABELS).bias[2] == pytest.approx(0.0, abs=1e-3)


def test_what_is_stored_is_applied_and_files_without_it_are_read() -> None:
    opinion = np.log(np.array([0.5, 0.3, 0.2], np.float32))
    assert Calibration.stored({}, LABELS).applied(opinion) == pytest.approx(opinion, abs=1e-6)
    found = Calibration.stored({"temperature": 0.5, "bias": [0.0, 0.7, 0.0]}, LABELS).applied(opinion)
    expected = np.array([0.5, 0.3, 0.2]) ** 2 * np.exp([0, 0.7, 0])
    assert np.exp(found) == pytest.approx(expected / expected.sum(), abs=1e-6)
    with pytest.raises(ValueError, match="2 biases for 3 labels"):
        Calibration.stored({"bias": [0.0, 0.1]}, LABELS)
