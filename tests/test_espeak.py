"""The embedded voice: exact times, pleasant and even sound, text of any kind, many speakers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from pyloudnorm import Meter

from companion.registry import engine
from companion.types import SPEECH_HZ, Affect, Clause, Samples, SpeechSegment
from voice.espeak import Espeak
from voice.finish import Finish
from voice.loudness import PEAK, RAMP_SEC, Loudness
from voice.voices import VOICES

TEXT = "I am so sorry that you lost your job. That must be really hard for you, right now."
SPANISH = "Estoy aquí contigo, y no tienes que decir nada ahora."
VOWELS = set("aeiouəɛɪʊɒʌæɐɑɔɜ")


def said(text: str, affect: Affect | None = None, voice: str = "rose") -> list[SpeechSegment]:
    return list(Espeak(voice).speak(Clause(1, text, affect or Affect())))


def sound(segments: list[SpeechSegment]) -> Samples:
    return np.concatenate([segment.audio.samples for segment in segments])


def level(samples: Samples, start: float, end: float) -> float:
    return float(np.sqrt(np.mean(samples[round(start * SPEECH_HZ) : round(end * SPEECH_HZ)] ** 2)))


def test_it_is_the_engine_declared_as_espeak() -> None:
    assert engine("synthesizer", "espeak") is Espeak


def test_each_phrase_is_a_segment_at_the_rate_of_speech() -> None:
    segments = said(TEXT)
    assert [" ".join(word.text for word in segment.words) for segment in segments] == [
        "I am so sorry that you lost your job.",
        "That must be really hard for you,",
        "right now.",
    ]
    assert all(segment.audio.rate == SPEECH_HZ and segment.audio.samples.dtype == np.float32 for segment in segments)


@pytest.mark.parametrize("affect", [Affect(), Affect.of("happy"), Affect.of("sad")], ids=lambda a: a.dominant)
def test_words_and_phones_stand_in_order_within_the_sound(affect: Affect) -> None:
    for segment in said(TEXT, affect):
        assert segment.words[0].start < 0.02
        assert all(word.end > word.start for word in segment.words)
        assert all(a.end == pytest.approx(b.start) for a, b in pairwise(segment.words))
        assert all(0 <= p.start < p.end <= segment.audio.seconds for p in segment.phones)
        assert all(a.end <= b.start + 1e-9 for a, b in pairwise(segment.phones))
        # The pause after a phrase belongs to no word: a word counts as heard when its sound was heard.
        assert segment.audio.seconds - segment.words[-1].end > 0.1


@pytest.mark.parametrize("emotion", ["neutral", "happy", "sad"])
def test_phone_times_match_the_sound_within_15_ms(emotion: str) -> None:
    # Voiceless stops between vowels: silence and burst, against the loud vowels on either side.
    (segment,) = said("a paper cup, ".replace(",", " of tea to keep at a party"), Affect.of(emotion))
    samples, found = segment.audio.samples, 0
    for before, stop, after in zip(segment.phones, segment.phones[1:], segment.phones[2:], strict=False):
        if stop.text in ("p", "t", "k") and VOWELS & set(before.text) and VOWELS & set(after.text):
            times = np.arange(stop.start - 0.05, stop.end + 0.02, 0.002)
            quietest = times[np.argmin([level(samples, t, t + 0.01) for t in times])]
            assert stop.start - 0.015 <= quietest <= stop.end + 0.015
            assert level(samples, quietest, quietest + 0.01) < 0.35 * level(samples, before.start, before.end)
            found += 1
    assert found >= 3


def test_pauses_are_quiet_and_vowels_are_not() -> None:
    for segment in said("Hello. Goodbye."):
        samples, last = segment.audio.samples, segment.phones[-1].end
        vowels = [p for p in segment.phones if VOWELS & set(p.text)]
        assert min(level(samples, p.start, p.end) for p in vowels) > 10 * level(samples, last + 0.06, len(samples))


@pytest.mark.parametrize("voice", sorted(VOICES))
@pytest.mark.parametrize("text", ["short", "long"])
def test_every_voice_is_as_loud_as_the_others_and_never_clips(voice: str, text: str) -> None:
    spanish = VOICES[voice].language == "es"
    words = ("Sí, claro." if spanish else "Oh, I see.") if text == "short" else (SPANISH if spanish else TEXT)
    samples = sound(said(words, voice=voice))
    assert Meter(SPEECH_HZ).integrated_loudness(samples.astype(np.float64)) == pytest.approx(-19, abs=1.0)
    assert np.abs(samples).max() <= PEAK


@pytest.mark.parametrize("emotion", ["neutral", "happy", "angry", "sad"])
def test_segments_join_without_a_click(emotion: str) -> None:
    segments = said("Well, yes, I know. It is hard, and it hurts!", Affect.of(emotion))
    assert len(segments) > 3
    for segment in segments:
        edge = np.abs(segment.audio.samples[[0, -1]])
        assert edge.max() < 1e-3
    samples = sound(segments)
    joints = np.cumsum([len(segment.audio.samples) for segment in segments])[:-1]
    for joint in joints:  # no step there larger than those of ordinary speech
        assert np.abs(np.diff(samples[joint - 100 : joint + 100])).max() < np.abs(np.diff(samples)).max() / 5


def test_finishing_in_pieces_gives_what_finishing_at_once_gives_up_to_the_gain() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, SPEECH_HZ).astype(np.float32)
    fade = np.linspace(0, 1, 1200)
    for at in (0, len(noise) // 2):  # pieces begin and end in silence, as phrases do
        noise[at : at + 1200] *= fade
        noise[at + len(noise) // 2 - 1200 : at + len(noise) // 2] *= fade[::-1]
    whole, parts = Finish(), Finish()
    together = whole(noise, SPEECH_HZ, (), 0.2)
    half = len(noise) // 2
    split = np.concatenate([parts(noise[:half], SPEECH_HZ, (), 0.0), parts(noise[half:], SPEECH_HZ, (), 0.2)])
    assert np.corrcoef(together, split)[0, 1] > 0.999


def test_loudness_of_a_clause_settles_on_the_target_however_uneven_its_pieces() -> None:
    rng = np.random.default_rng(1)
    loudness = Loudness()
    pieces = [loudness(rng.normal(0, scale, SPEECH_HZ)) for scale in (0.02, 0.08, 0.04, 0.05, 0.05)]
    measured = Meter(SPEECH_HZ).integrated_loudness(np.concatenate(pieces[2:]))
    assert measured == pytest.approx(-19, abs=2.0)
    assert np.abs(np.concatenate(pieces)).max() <= PEAK
    assert not loudness(np.zeros(round(RAMP_SEC * SPEECH_HZ))).any()


@pytest.mark.parametrize("text", ["", "   ", "😀 🎉", "***", "\n\n", "—"])
def test_text_without_words_gives_no_sound(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "See https://www.example.org/a?b=c",
        "12,345.67 €",
        "WHY WOULD YOU DO THAT",
        "abcdefgh" * 60,
        "Привет, мир",
        "你好",
        "مرحبا",
        "Hello! 😀",
        "😀 Hello, — you",
        "x" + "\u0301" * 50,
        "nul \x00 and bell \x07",
    ],
)
def test_unusual_text_is_spoken_and_no_word_is_lost(text: str) -> None:
    segments = said(text)
    assert sum(segment.audio.seconds for segment in segments) > 0.1
    assert [word.text for segment in segments for word in segment.words] == text.split()


def test_another_script_is_read_in_its_language_not_spelt() -> None:
    phones = "".join(phone.text for segment in said("Привет") for phone in segment.phones)
    assert "prʲ" in phones or "pr" in phones


def test_five_thousand_words_come_in_short_segments_and_can_be_left_in_the_middle() -> None:
    stream = Espeak().speak(Clause(1, "this goes on and on as some days do and more " * 500, Affect()))
    assert next(stream).audio.seconds < 10
    next(stream)
    stream.close()  # type: ignore[attr-defined]  # it is a generator
    assert said("Still here.")


def test_threads_with_other_voices_and_feelings_do_not_mix() -> None:
    jobs = [("One two three four five six seven.", Affect.of("sad"), "rose"), ("Short.", Affect(), "david")]
    alone = [said(*job) for job in jobs]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda job: said(*job), jobs * 6))
    for segments, expected in zip(together, alone * 6, strict=True):
        assert [word.text for word in segments[0].words] == [word.text for word in expected[0].words]
        # The library itself makes a sentence up to 2 % longer or shorter after it has spoken with another voice.
        assert segments[0].audio.seconds == pytest.approx(expected[0].audio.seconds, rel=0.03)
        assert [p.text for p in segments[0].phones] == [p.text for p in expected[0].phones]


@pytest.mark.parametrize("voice", ["rosie", "xx+f2", "en-us+nobody", "+f2"])
def test_an_unknown_voice_is_refused_by_name(voice: str) -> None:
    with pytest.raises(ValueError, match=rf"unknown voice '{voice}'".replace("+", r"\+")):
        Espeak(voice)


def test_a_mistyped_voice_is_told_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean 'rose'"):
        Espeak("rosie")


def test_a_clause_in_another_language_is_read_in_it_by_the_same_speaker() -> None:
    def phones(clause: Clause) -> str:
        return "".join(span.text for segment in Espeak().speak(clause) for span in segment.phones)

    text = "Estoy aquí contigo."
    spanish = phones(Clause(1, text, Affect(), "es"))
    assert spanish != phones(Clause(1, text, Affect()))
    assert spanish == "".join(
        span.text for segment in Espeak("lucia").speak(Clause(1, text, Affect())) for span in segment.phones
    )


def test_voices_of_the_library_itself_can_be_used_for_other_languages() -> None:
    assert said("Guten Tag", voice="de+f2")


def test_voices_have_titles_and_two_languages() -> None:
    assert set(Espeak.voices()) == set(VOICES)
    assert {voice.language for voice in VOICES.values()} == {"en", "es"}
    assert all(Espeak.voices().values())
