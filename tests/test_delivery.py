"""A feeling sets how something is said: as people were measured to say it, steadily, in any engine's sound."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from companion.affect import ANCHORS
from companion.types import EMOTIONS, SPEECH_HZ, Affect, Clause, Samples, Span
from voice.arc import Arc
from voice.espeak import Espeak
from voice.loudness import TARGET_LUFS
from voice.manner import PARTS, Manner
from voice.measuring import measured
from voice.portrayals import portrayals
from voice.prosodystage import Shaping, reshaped

TEXT = "We were all at home when she called and told me about it"


@cache
def spoken(emotion: str, strength: float = 1.0) -> Samples:
    """The sentence in a feeling."""
    segments = list(Espeak().speak(Clause(1, TEXT, Affect.of(emotion, strength))))
    return np.concatenate([segment.audio.samples for segment in segments])


def against_neutral(sound: Samples) -> Manner:
    return measured(sound, SPEECH_HZ, TEXT) - measured(spoken("neutral"), SPEECH_HZ, TEXT)


@pytest.mark.parametrize("emotion", [emotion for emotion in EMOTIONS if emotion != "neutral"])
def test_a_manner_grows_in_step_with_strength(emotion: str) -> None:
    full = portrayals().manner(Affect.of(emotion))
    half = portrayals().manner(Affect.of(emotion, 0.5))
    assert portrayals().manner(Affect()).numbers == pytest.approx(np.zeros(len(PARTS)), abs=1e-6)
    assert half.numbers == pytest.approx(full.numbers / 2, abs=1e-5)
    assert np.abs(full.numbers).max() > 0.5


def test_blends_and_opposites_are_arithmetic() -> None:
    sad, happy = Affect.of("sad"), Affect.of("happy")
    both = portrayals().manner(sad.blend(happy, 0.5)).numbers
    ends = portrayals().manner(sad).blend(portrayals().manner(happy), 0.5).numbers
    assert both == pytest.approx(ends, abs=1e-5)
    assert (Manner(pitch=2.0, rate=0.1) * -1).pitch == -2.0


def test_a_point_without_an_emotion_colours_the_voice_too() -> None:
    calm, lively = portrayals().manner(Affect(arousal=-0.5)), portrayals().manner(Affect(arousal=0.5))
    assert lively.pitch - calm.pitch > 5
    assert lively.tilt > calm.tilt
    firm = portrayals().manner(Affect(dominance=0.5))
    assert firm.pitch < 0 < firm.tilt


def test_people_portray_feelings_in_the_directions_the_literature_reports() -> None:
    """Juslin and Laukka, Psychological Bulletin 129 (2003), table 7."""
    said = {name: portrayals().manner(Affect.of(name)) for name in ANCHORS}
    for name in ("happy", "angry", "fear", "surprise"):
        assert said[name].pitch > 3
        assert said[name].level > 0
    assert said["sad"].pitch < 0
    assert said["sad"].rate < 0
    assert said["sad"].tilt < 0 < said["angry"].tilt


@pytest.mark.parametrize("emotion", ["happy", "sad", "angry", "fear", "surprise", "disgust"])
def test_what_is_asked_for_is_what_is_measured(emotion: str) -> None:
    asked, found = portrayals().manner(Affect.of(emotion)), against_neutral(spoken(emotion))
    assert found.pitch == pytest.approx(asked.pitch, abs=1.2)
    assert found.rate == pytest.approx(asked.rate, abs=0.08)
    assert found.tilt == pytest.approx(asked.tilt, abs=3.0)
    assert found.range == pytest.approx(asked.range, abs=0.45)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_loudness_and_peaks_hold_in_every_feeling(emotion: str) -> None:
    from pyloudnorm import Meter

    sound = spoken(emotion)
    assert Meter(SPEECH_HZ).integrated_loudness(sound.astype(np.float64)) == pytest.approx(TARGET_LUFS, abs=1.3)
    assert np.abs(sound).max() <= 10 ** (-1 / 20) + 1e-4


def test_a_change_along_the_clause_is_heard_in_it() -> None:
    sound = spoken("neutral")
    risen = reshaped(sound, SPEECH_HZ, Shaping(Arc.between(Manner(), Manner(pitch=6.0)))).samples
    half = len(risen) // 2
    first, second = (measured(part, SPEECH_HZ).pitch for part in (risen[:half], risen[half:]))
    plain = [measured(part, SPEECH_HZ).pitch for part in (sound[: len(sound) // 2], sound[len(sound) // 2 :])]
    assert (second - first) - (plain[1] - plain[0]) == pytest.approx(3.0, abs=1.2)


def test_a_length_that_was_asked_for_is_met_and_phones_go_with_the_sound() -> None:
    sound = spoken("neutral")
    shaped = reshaped(sound, SPEECH_HZ, Shaping(factor=1.3))
    assert len(shaped.samples) == pytest.approx(1.3 * len(sound), rel=0.01)
    middle = len(sound) / SPEECH_HZ / 2
    moved = shaped.moved([Span("a", middle, middle + 0.1)])[0]
    assert moved.start == pytest.approx(1.3 * middle, abs=0.01)
    assert moved.end - moved.start == pytest.approx(0.13, abs=0.01)


def test_a_stressed_word_is_higher_longer_and_louder() -> None:
    sound = spoken("neutral")
    start, end = 0.8, 1.3
    shaped = reshaped(sound, SPEECH_HZ, Shaping(stresses=[(start, end, 1.0)]))
    span = shaped.moved([Span("word", start, end)])[0]
    before = sound[round(start * SPEECH_HZ) : round(end * SPEECH_HZ)]
    after = shaped.samples[round(span.start * SPEECH_HZ) : round(span.end * SPEECH_HZ)]
    assert measured(after, SPEECH_HZ).pitch > measured(before, SPEECH_HZ).pitch + 0.5
    assert span.end - span.start > 1.05 * (end - start)
    assert np.mean(after**2) > 1.1 * np.mean(before**2)


@pytest.mark.parametrize("count", [0, 1, 200, 2400])
def test_too_little_sound_is_left_alone(count: int) -> None:
    sound = np.zeros(count, np.float32)
    shaped = reshaped(sound, SPEECH_HZ, Shaping(Arc.steady(Manner(pitch=3.0, tilt=3.0, breath=1.0))))
    assert np.isfinite(shaped.samples).all()


@pytest.mark.parametrize("points", [(), ((0.5, Manner()), (0.2, Manner())), ((-0.1, Manner()),)])
def test_an_arc_that_goes_back_is_refused(points: tuple[tuple[float, Manner], ...]) -> None:
    with pytest.raises(ValueError, match="places of an arc"):
        Arc(points)


def test_silence_has_no_manner() -> None:
    with pytest.raises(ValueError, match="no voice"):
        measured(np.zeros(SPEECH_HZ, np.float32), SPEECH_HZ)
