"""A feeling sets how something is said: in the directions the literature reports, steadily, and audibly."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import parselmouth
import pytest

from companion.types import EMOTIONS, SPEECH_HZ, Affect, Clause
from voice.delivery import Delivery
from voice.espeak import Espeak
from voice.loudness import TARGET_LUFS

TEXT = "We were all at home when she called and told me about it"


@pytest.fixture(scope="module")
def spoken() -> dict[str, dict[str, float]]:
    """What is measured in the sound of each emotion."""
    return {emotion: measured(Affect.of(emotion)) for emotion in ("neutral", "happy", "sad", "angry", "fear")}


def measured(affect: Affect) -> dict[str, float]:
    segments = list(Espeak().speak(Clause(1, TEXT, affect)))
    sound = np.concatenate([segment.audio.samples for segment in segments]).astype(np.float64)
    pitch = parselmouth.Sound(sound, SPEECH_HZ).to_pitch_ac(0.01, 80.0, pitch_ceiling=450.0)
    semitones = 12 * np.log2(pitch.selected_array["frequency"][pitch.selected_array["frequency"] > 0])
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / SPEECH_HZ)
    return {
        "pitch": float(np.median(semitones)),
        "range": float(np.subtract(*np.percentile(semitones, (90, 10)))),
        "seconds": sum(segment.words[-1].end for segment in segments),
        "level": 10 * float(np.log10(np.mean(sound**2))),
        "brightness": 10 * float(np.log10(power[hertz > 2000].sum() / power[hertz < 1000].sum())),
    }


@pytest.mark.parametrize("emotion", [emotion for emotion in EMOTIONS if emotion != "neutral"])
def test_delivery_grows_steadily_with_strength(emotion: str) -> None:
    steps = [astuple(Delivery.of(Affect.of(emotion, strength))) for strength in (0, 0.25, 0.5, 0.75, 1)]
    assert steps[0] == astuple(Delivery())
    assert steps[-1] != steps[0]
    for values in zip(*steps, strict=True):
        assert list(values) in (sorted(values), sorted(values, reverse=True))


def test_a_blend_is_delivered_between_its_feelings() -> None:
    sad, happy = Affect.of("sad"), Affect.of("happy")
    ends, middle = (Delivery.of(sad), Delivery.of(happy)), Delivery.of(sad.blend(happy, 0.5))
    assert middle.pitch == pytest.approx((ends[0].pitch + ends[1].pitch) / 2)
    assert middle.rate == pytest.approx((ends[0].rate * ends[1].rate) ** 0.5)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_no_feeling_is_voiced_more_than_gently(emotion: str) -> None:
    delivery = Delivery.of(Affect.of(emotion))
    assert abs(delivery.level) <= 3
    assert 0.8 < delivery.rate < 1.25
    assert abs(delivery.pitch) <= 4


def test_joy_is_quicker_higher_wider_louder_and_brighter(spoken: dict[str, dict[str, float]]) -> None:
    happy, neutral = spoken["happy"], spoken["neutral"]
    assert happy["seconds"] < 0.95 * neutral["seconds"]
    assert happy["pitch"] - neutral["pitch"] == pytest.approx(3.1, abs=0.8)
    assert happy["range"] > 1.15 * neutral["range"]
    assert happy["level"] > neutral["level"] + 0.5
    assert happy["brightness"] > neutral["brightness"] + 1


def test_sadness_is_slower_lower_narrower_quieter_and_darker(spoken: dict[str, dict[str, float]]) -> None:
    sad, neutral = spoken["sad"], spoken["neutral"]
    assert sad["seconds"] > 1.06 * neutral["seconds"]
    assert sad["pitch"] - neutral["pitch"] == pytest.approx(-2.1, abs=0.8)
    assert sad["range"] < 0.85 * neutral["range"]
    assert sad["level"] < neutral["level"] - 0.5
    assert sad["brightness"] < neutral["brightness"] - 1


def test_fear_and_anger_are_both_quick_and_high_and_differ_in_range(spoken: dict[str, dict[str, float]]) -> None:
    fear, angry, neutral = spoken["fear"], spoken["angry"], spoken["neutral"]
    assert max(fear["seconds"], angry["seconds"]) < neutral["seconds"]
    assert min(fear["pitch"], angry["pitch"]) > neutral["pitch"] + 0.5
    assert fear["range"] < neutral["range"]
    assert angry["range"] > neutral["range"]


def test_pauses_lengthen_in_sadness() -> None:
    def rest(affect: Affect) -> float:
        first = next(iter(Espeak().speak(Clause(1, "I see. Go on.", affect))))
        return first.audio.seconds - first.words[-1].end

    assert rest(Affect.of("sad")) > 1.1 * rest(Affect()) > 1.2 * rest(Affect.of("happy"))


def test_loudness_differences_stay_within_a_few_decibels_of_the_common_target(
    spoken: dict[str, dict[str, float]],
) -> None:
    levels = [one["level"] for one in spoken.values()]
    assert max(levels) - min(levels) < 6
    assert TARGET_LUFS == -19.0
