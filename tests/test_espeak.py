"""The embedded voice: exact times, feeling in the sound, and text of any kind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import parselmouth
import pytest
from pyloudnorm import Meter

from companion.types import SPEECH_HZ, Affect, Clause, Samples, SpeechSegment
from voice.delivery import Delivery
from voice.espeak import VOICES, Espeak
from voice.speakable import words

TEXT = "I am so sorry that you lost your job. That must be really hard for you right now."


def said(text: str, affect: Affect | None = None, voice: str = "rose") -> list[SpeechSegment]:
    return list(Espeak(voice).speak(Clause(1, text, affect or Affect())))


def sound(text: str, affect: Affect | None = None) -> Samples:
    return np.concatenate([segment.audio.samples for segment in said(text, affect)])


def pitch(samples: Samples) -> float:
    track = parselmouth.Sound(samples.astype(np.float64), SPEECH_HZ).to_pitch().selected_array["frequency"]
    return float(np.median(track[track > 0]))


def test_words_cover_the_clause_in_order_and_phones_stand_in_the_sound() -> None:
    (segment,) = said(TEXT)
    assert [word.text for word in segment.words] == TEXT.split()
    assert segment.words[0].start == 0
    assert segment.words[-1].end == pytest.approx(segment.audio.seconds)
    assert all(a.end == pytest.approx(b.start) for a, b in pairwise(segment.words))
    assert all(0 <= p.start < p.end <= segment.audio.seconds for p in segment.phones)
    assert all(a.end <= b.start + 1e-9 for a, b in pairwise(segment.phones))


def test_vowels_stand_where_the_sound_is_loud_and_pauses_where_it_is_not() -> None:
    (segment,) = said("Hello. Goodbye.")
    samples = segment.audio.samples

    def level(start: float, end: float) -> float:
        return float(np.sqrt(np.mean(samples[round(start * SPEECH_HZ) : round(end * SPEECH_HZ)] ** 2)))

    vowels = [p for p in segment.phones if any(v in p.text for v in "aeiouəɛɪʊɒʌ")]
    gaps = [(a.end, b.start) for a, b in pairwise(segment.phones) if b.start - a.end > 0.1]
    assert vowels
    assert gaps
    assert min(level(p.start, p.end) for p in vowels) > 5 * max(level(a + 0.05, b) for a, b in gaps)


def test_feeling_is_heard_in_pitch_pace_and_level() -> None:
    sad, calm, happy = (sound(TEXT, affect) for affect in (Affect.of("sad"), Affect(), Affect.of("happy")))
    assert pitch(sad) < pitch(calm) < pitch(happy)
    assert len(sad) > len(calm) > len(happy)


@pytest.mark.parametrize("emotion", ["happy", "sad", "angry", "fear"])
def test_delivery_grows_steadily_with_strength(emotion: str) -> None:
    rates = [Delivery.of(Affect.of(emotion, strength)).pitch for strength in (0, 0.25, 0.5, 0.75, 1)]
    assert rates == sorted(rates) or rates == sorted(rates, reverse=True)
    assert abs(rates[-1] - rates[0]) > 0.3


@pytest.mark.parametrize("voice", sorted(VOICES))
def test_every_voice_is_as_loud_as_the_others_and_never_clips(voice: str) -> None:
    text = "Estoy aquí contigo, y no tienes que decir nada ahora." if voice == "lucia" else TEXT
    samples = said(text, voice=voice)[0].audio.samples
    assert Meter(SPEECH_HZ).integrated_loudness(samples.astype(np.float64)) == pytest.approx(-19, abs=1.0)
    assert np.abs(samples).max() <= 10 ** (-1 / 20)


def test_sound_begins_and_ends_without_a_click() -> None:
    samples = sound(TEXT)
    assert abs(samples[0]) < 1e-3
    assert abs(samples[-1]) < 1e-3


@pytest.mark.parametrize("text", ["", "   ", "😀 🎉", "***", "\n\n", "—"])
def test_text_without_words_gives_no_sound(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "See https://www.example.org/a?b=c",
        "12,345.67 €",
        "WHY WOULD YOU DO THAT",
        "a" * 500,
        "Привет, мир",
        "你好",
        "x" + "́" * 50,
    ],
)
def test_unusual_text_is_spoken_without_complaint(text: str) -> None:
    segments = said(text)
    assert sum(segment.audio.seconds for segment in segments) > 0.1
    assert [word.text for segment in segments for word in segment.words] == text.split()


def test_a_very_long_text_comes_in_pieces_and_can_be_left_in_the_middle() -> None:
    stream = Espeak().speak(Clause(1, "This goes on and on, as some days do. " * 600, Affect()))
    assert next(stream).audio.seconds < 25
    next(stream)
    stream.close()  # type: ignore[attr-defined]  # it is a generator
    assert said("Still here.")


def test_links_symbols_and_shouting_become_speakable() -> None:
    spoken = [word.spoken for word in words("**GREAT** news: 50% at https://www.example.org/x 😀 sooooo NASA")]
    assert spoken == ["great", "news:", "50 percent", "at", "example dot org", "", "soo", "NASA"]


def test_two_threads_do_not_mix_their_words() -> None:
    texts = ["One two three four five six seven.", "Short."] * 4
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(said, texts))
    for text, segments in zip(texts, results, strict=True):
        assert [word.text for word in segments[0].words] == text.split()


def test_an_unknown_voice_is_named_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean 'rose'"):
        Espeak("rosie")
