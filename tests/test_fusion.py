"""Face, voice and words to one feeling."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from companion.fusion import Fusion
from companion.types import Affect, FaceReading, VoiceReading


def seen(fusion: Fusion, emotion: str, time: float, confidence: float = 0.8) -> None:
    fusion.update(FaceReading(time, Affect.of(emotion, 0.9, confidence=confidence)))


def test_nothing_observed_is_unknown() -> None:
    assert Fusion().affect(5.0).confidence == 0


@pytest.mark.parametrize(
    "present", [c for n in (1, 2, 3) for c in itertools.combinations(("face", "voice", "words"), n)]
)
def test_any_part_may_be_missing(present: tuple[str, ...]) -> None:
    fusion, sad = Fusion(), Affect.of("sad", 0.9, confidence=0.7)
    if "face" in present:
        fusion.update(FaceReading(1.0, sad))
    if "voice" in present:
        fusion.update(VoiceReading(0.0, 1.0, sad))
    if "words" in present:
        fusion.update_words(sad, 1.0)
    fused = fusion.affect(1.0)
    assert fused.dominant == "sad"
    assert fused.confidence > 0.3
    assert sum(fused.distribution) == pytest.approx(1)


def test_a_real_change_is_followed_within_a_second_and_a_half() -> None:
    fusion = Fusion()
    for i in range(40):
        seen(fusion, "happy", i / 10)
        fusion.affect(i / 10)
    for i in range(40, 55):
        seen(fusion, "sad", i / 10)
        last = fusion.affect(i / 10)
    assert last.dominant == "sad"
    assert last.valence < -0.35


def test_one_odd_reading_does_not_flip_it() -> None:
    fusion = Fusion()
    for i in range(60):
        seen(fusion, "angry" if i == 50 else "happy", i / 10)
        assert fusion.affect(i / 10).dominant == "happy"


def test_readings_fade_with_age_words_last_of_all() -> None:
    fusion, sad = Fusion(), Affect.of("sad", confidence=0.8)
    fusion.update(FaceReading(0.0, sad))
    fusion.update(VoiceReading(0.0, 0.0, sad))
    fusion.update_words(sad, 0.0)
    parts = fusion.parts(8.0)
    assert parts["face"] == Affect.unknown()
    assert 0 < parts["voice"].confidence < parts["words"].confidence


def test_a_face_lost_for_a_moment_does_not_unsettle_the_feeling() -> None:
    fusion = Fusion()
    for i in range(30):
        seen(fusion, "happy", i / 10)
        before = fusion.affect(i / 10)
    fusion.update(FaceReading(3.0, Affect.unknown(), note="no face in the picture"))
    after = fusion.affect(3.0)
    assert after.dominant == "happy"
    assert after.confidence == pytest.approx(before.confidence, abs=0.05)


def test_a_feeling_out_of_sight_grows_unsure_not_calm_and_is_unknown_in_the_end() -> None:
    fusion = Fusion()
    seen(fusion, "sad", 0.0)
    states = [fusion.affect(i / 10) for i in range(120)]
    confidences = [state.confidence for state in states]
    assert confidences == sorted(confidences, reverse=True)
    assert all(state.dominant == "sad" for state in states if state.confidence > 0)
    assert states[-1] == Affect.unknown()


def test_the_pace_of_asking_does_not_change_the_answer() -> None:
    answers = []
    for hz in (5, 50):
        fusion = Fusion()
        seen(fusion, "happy", 0.0)
        fusion.affect(0.0)
        seen(fusion, "sad", 0.0)
        for i in range(1, hz + 1):
            last = fusion.affect(i / hz)
        answers.append(last.valence)
    assert answers[0] == pytest.approx(answers[1], abs=0.02)


def test_the_surer_reader_counts_more() -> None:
    fusion = Fusion()
    fusion.update(FaceReading(0.0, Affect.of("happy", 0.9, confidence=0.9)))
    fusion.update(VoiceReading(0.0, 0.0, Affect.of("sad", 0.9, confidence=0.1)))
    assert fusion.affect(0.0).dominant == "happy"


def test_disagreement_is_said_in_plain_words() -> None:
    fusion = Fusion()
    happy = replace(Affect.of("happy", 0.9, confidence=0.8), evidence=("smiling",))
    sad = replace(Affect.of("sad", 0.9, confidence=0.8), evidence=('"lost my job"',))
    fusion.update(FaceReading(0.0, happy))
    fusion.update_words(sad, 0.0)
    assert fusion.affect(0.1).evidence[0] == "smiling, but the words are sad"
    quiet = replace(Affect.of("sad", 0.7, confidence=0.5), evidence=("voice lower and quieter than usual",))
    fusion.update(VoiceReading(0.0, 0.1, quiet))
    said = fusion.affect(0.2).evidence[0]
    assert said == "smiling, but the voice is lower and quieter than usual and the words are sad"


@pytest.mark.parametrize(("before", "after"), [("neutral", "happy"), ("happy", "sad"), ("sad", "angry")])
def test_every_real_change_shows_within_a_second_and_a_half(before: str, after: str) -> None:
    fusion = Fusion()
    for i in range(60):
        seen(fusion, before if i < 40 else after, i / 10)
        last = fusion.affect(i / 10)
        if i == 55:
            assert last.dominant == after
    assert last[after] > 0.7


def test_a_face_between_two_feelings_does_not_flicker() -> None:
    random = np.random.default_rng(0)
    fusion, shown, raw = Fusion(), [], []
    for i in range(1200):
        sad = float(np.clip(0.45 + 0.2 * random.standard_normal(), 0, 1))
        affect = Affect.mixture({"sad": sad}, confidence=0.8)
        raw.append(affect.dominant)
        fusion.update(FaceReading(i / 10, affect))
        shown.append(fusion.affect(i / 10).dominant)

    def changes(names: list[str]) -> int:
        return sum(a != b for a, b in itertools.pairwise(names))

    assert changes(raw) > 400
    assert changes(shown) < 30


def test_forgetting_forgets() -> None:
    fusion = Fusion()
    fusion.update_words(Affect.of("sad"), 0.0)
    fusion.affect(0.1)
    fusion.reset()
    assert fusion.affect(0.2).confidence == 0
