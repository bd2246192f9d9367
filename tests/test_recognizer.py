"""Speech to words."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import resample_poly

from companion.types import Affect, AudioChunk, Clause, Samples, Words
from tests.sounds import chunked, noise, recorded, silence, tone
from voice.acoustics import Acoustics
from voice.espeak import Espeak
from voice.recognizer import PocketsphinxRecognizer
from voice.spelling import is_word, spelt

SENTENCE = "speech/librivox/sense_and_sensibility_01_austen_64kb-0930.wav"
SAID = "he might even have been made amiable himself"
CARDS = "speech/cards/003.wav"


@pytest.fixture(scope="module")
def recognizer() -> PocketsphinxRecognizer:
    return PocketsphinxRecognizer()


def final(recognizer: PocketsphinxRecognizer, sound: Samples, size: int = 512) -> Words:
    return list(recognizer.recognize(chunked(sound, size)))[-1]


def shared(said: str, text: str) -> float:
    """The share of the words said that were understood."""
    return len(set(said.split()) & set(text.lower().split())) / len(set(said.split()))


@pytest.mark.parametrize("size", [160, 512, 7_000, 40_000])
def test_words_come_once_per_chunk_and_once_more_at_the_end(recognizer: PocketsphinxRecognizer, size: int) -> None:
    chunks = list(chunked(noise(1.2), size, start=5.0))
    found = list(recognizer.recognize(chunks))
    assert [words.final for words in found] == [False] * len(chunks) + [True]
    assert [words.end for words in found] == [*(chunk.end for chunk in chunks), chunks[-1].end]
    assert {words.start for words in found} == {5.0}


def test_the_words_of_a_chunk_come_before_the_next_is_taken(recognizer: PocketsphinxRecognizer) -> None:
    taken = 0

    def counted() -> Iterator[AudioChunk]:
        nonlocal taken
        for chunk in chunked(noise(1.0), 1600):
            taken += 1
            yield chunk

    for count, words in enumerate(recognizer.recognize(counted()), start=1):
        assert words.final or taken == count


@pytest.mark.parametrize(
    "sound",
    [silence(2.0), noise(2.0), tone(2.0), np.zeros(0, dtype=np.float32), noise(0.05), noise(0.4)],
    ids=["silence", "noise", "tone", "nothing", "a click", "a short noise"],
)
def test_no_words_are_understood_in(recognizer: PocketsphinxRecognizer, sound: Samples) -> None:
    words = final(recognizer, sound)
    assert (words.text, words.confidence, words.final) == ("", 0.0, True)


def test_a_stream_without_sound_has_one_empty_final_answer(recognizer: PocketsphinxRecognizer) -> None:
    assert list(recognizer.recognize([])) == [Words("", 0.0, 0.0, 0.0, final=True)]


@pytest.mark.parametrize("rate", [8_000, 48_000])
def test_sound_at_another_rate_is_refused_in_one_line(recognizer: PocketsphinxRecognizer, rate: int) -> None:
    with pytest.raises(ValueError, match=f"16000 Hz, got {rate} Hz"):
        next(recognizer.recognize([AudioChunk(silence(0.1), rate, 0.0)]))


def test_a_stream_that_fails_or_is_left_does_not_hurt_the_next(recognizer: PocketsphinxRecognizer) -> None:
    left = recognizer.recognize(chunked(noise(2.0)))
    for _ in range(50):
        next(left)
    del left
    gc.collect()
    broken = [*chunked(noise(1.5)), AudioChunk(np.full(512, np.nan, dtype=np.float32), 16_000, 1.5)]
    with pytest.raises(ValueError, match="finite"):
        list(recognizer.recognize(broken))
    assert final(recognizer, noise(1.0)).text == ""


def test_a_made_voice_gives_words_that_are_doubted(recognizer: PocketsphinxRecognizer) -> None:
    clause = Clause(1, "I am talking to my mother about the house.", Affect())
    sound = np.concatenate([segment.audio.samples for segment in Espeak("david").speak(clause)])
    at_hearing_rate = resample_poly(sound, 2, 3).astype(np.float32)
    words = final(recognizer, np.concatenate((at_hearing_rate, silence(0.3))))
    assert len(words.text.split()) > 2
    assert 0 < words.confidence < 0.9


@pytest.mark.data
def test_a_sentence_is_understood_while_it_is_spoken(recognizer: PocketsphinxRecognizer, data: Path) -> None:
    found = list(recognizer.recognize(chunked(recorded(data / SENTENCE))))
    assert shared(SAID, found[-1].text) > 0.7
    assert found[-1].confidence > 0.5
    halfway = found[2 * len(found) // 3]
    assert not halfway.final
    assert shared(SAID, halfway.text) > 0.3


@pytest.mark.data
@pytest.mark.parametrize("gain", [0.03, 3.0], ids=["quiet", "clipped"])
def test_a_sentence_is_understood_at_any_level(data: Path, gain: float) -> None:
    sound = np.clip(gain * recorded(data / SENTENCE), -1, 1).astype(np.float32)
    assert shared(SAID, final(PocketsphinxRecognizer(), sound).text) > 0.5


@pytest.mark.data
def test_a_burst_of_sound_gives_the_same_words_as_live_sound(data: Path) -> None:
    sentence = recorded(data / SENTENCE)
    live = final(PocketsphinxRecognizer(), sentence, 320)
    at_once = final(PocketsphinxRecognizer(), sentence, len(sentence))
    assert shared(SAID, at_once.text) >= shared(SAID, live.text) - 0.15


@pytest.mark.data
def test_two_streams_do_not_disturb_each_other(data: Path) -> None:
    sentence, cards = recorded(data / SENTENCE), recorded(data / CARDS)
    alone = final(PocketsphinxRecognizer(), sentence)
    recognizer = PocketsphinxRecognizer()
    mine = recognizer.recognize(chunked(sentence))
    other = recognizer.recognize(chunked(np.tile(cards, 4)))
    beside = [words for words, _ in zip(mine, other, strict=False)][-1]
    assert beside == alone


@pytest.mark.data
def test_the_microphone_is_remembered_between_utterances(data: Path) -> None:
    from voice import cepstrum

    recognizer = PocketsphinxRecognizer()
    seen: list[int] = []
    original = cepstrum.CepstralMean.measure

    def watched(self: cepstrum.CepstralMean, sound: bytes) -> None:
        original(self, sound)
        seen.append(self._recalled_frames)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cepstrum.CepstralMean, "measure", watched)
        for _ in range(2):
            final(recognizer, recorded(data / CARDS))
    assert seen == [0, cepstrum.RECALLED_FRAMES]


def test_a_near_sound_is_recalled_and_a_far_one_is_not() -> None:
    acoustics = Acoustics()
    assert acoustics.recall(np.zeros(13)) is None
    acoustics.remember(np.full(13, 1.0), 100)
    acoustics.remember(np.full(13, 3.0), 300)
    acoustics.remember(np.full(13, 40.0), 100)
    near, far = acoustics.recall(np.full(13, 0.5)), acoustics.recall(np.full(13, -40.0))
    assert near == pytest.approx(np.full(13, 2.5))
    assert far is None


def test_the_microphone_heard_longest_ago_is_forgotten() -> None:
    acoustics = Acoustics()
    for n in range(9):
        acoustics.remember(np.full(13, 100.0 * n), 100)
    assert acoustics.recall(np.zeros(13)) is None
    assert acoustics.recall(np.full(13, 800.0)) is not None


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["<s>", "i", "<sil>", "i'm", "the(2)", "[NOISE]", "</s>"], "I I'm the"),
        (["it", "is", "i'd(3)", "++BREATH++"], "it is I'd"),
        (["[SPEECH]", "<sil>"], ""),
        (["in", "a", "minute"], "in a minute"),
    ],
)
def test_words_are_written_without_the_decoders_marks(tokens: list[str], text: str) -> None:
    assert spelt(tokens) == text


def test_fillers_are_no_words() -> None:
    assert [is_word(token) for token in ("<sil>", "[NOISE]", "++UM++", "", "well", "the(2)")] == [False] * 4 + [
        True
    ] * 2
