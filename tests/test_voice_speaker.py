"""What is usual for a speaker: everybody's voice at first, their own in the end."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from voice.speaker import LIMIT, Prior, Speaker

PRIOR = Prior(np.array([100.0, 0.0], np.float32), np.array([20.0, 1.0], np.float32), 10.0)


def rows(mean: float, deviation: float, count: int) -> NDArray[np.float32]:
    random = np.random.default_rng(3)
    drawn = np.stack((random.normal(mean, deviation, count), random.normal(0, 1, count)), axis=1)
    return np.asarray(drawn, dtype=np.float32)


def test_before_anything_is_heard_the_usual_is_everybodys() -> None:
    mean, deviation = Speaker(PRIOR).usual()
    assert mean == pytest.approx(PRIOR.mean)
    assert deviation == pytest.approx(PRIOR.deviation)


def test_the_usual_moves_to_the_speakers_own_as_speech_accumulates() -> None:
    distances = []
    for count in (0, 5, 20, 100, 1000):
        speaker = Speaker(PRIOR)
        speaker.learn(rows(200.0, 40.0, count))
        distances.append(abs(float(speaker.usual()[0][0]) - 200.0))
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < 3
    speaker = Speaker(PRIOR)
    speaker.learn(rows(200.0, 40.0, 1000))
    assert speaker.usual()[1][0] == pytest.approx(40, rel=0.1)


def test_a_voice_far_from_everybodys_does_not_blur_its_own_spread() -> None:
    speaker = Speaker(PRIOR)
    speaker.learn(np.array([[380.0, 0.0], [420.0, 0.0]] * 5, np.float32))
    assert speaker.usual()[1][0] == pytest.approx(20.0)


def test_what_is_not_observed_changes_nothing() -> None:
    speaker = Speaker(PRIOR)
    speaker.learn(np.array([[np.nan, 3.0]], np.float32))
    mean, _ = speaker.usual()
    assert mean[0] == 100
    assert mean[1] > 0
    assert speaker.deviation(np.array([[np.nan, 0.0]], np.float32))[0, 0] == 0


def test_one_observation_leaves_a_finite_deviation_within_limits() -> None:
    speaker = Speaker(PRIOR)
    speaker.learn(np.array([[1e6, 0.0]], np.float32))
    away = speaker.deviation(np.array([[1e6, 0.0], [-1e9, 0.0]], np.float32))
    assert np.isfinite(away).all()
    assert np.abs(away).max() <= LIMIT


def test_weights_count_as_repetitions() -> None:
    once, twice = Speaker(PRIOR), Speaker(PRIOR)
    seen = rows(150.0, 10.0, 8)
    once.learn(seen, 2.0)
    twice.learn(seen)
    twice.learn(seen)
    assert once.usual()[0] == pytest.approx(twice.usual()[0])
    assert once.usual()[1] == pytest.approx(twice.usual()[1])


def test_old_speech_fades_where_memory_is_short() -> None:
    lasting, fading = Speaker(PRIOR), Speaker(PRIOR, memory=50)
    for speaker in (lasting, fading):
        for mean in (100.0, 200.0):
            for _ in range(10):
                speaker.learn(rows(mean, 5.0, 20))
    assert fading.usual()[0][0] > lasting.usual()[0][0] + 10
