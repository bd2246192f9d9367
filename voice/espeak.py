"""`Espeak`: the embedded voice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import log2

import numpy as np

from companion.engines import EngineError
from companion.registry import nearest
from companion.types import SPEECH_HZ, AudioChunk, Clause, Span, SpeechSegment
from voice.delivery import Delivery
from voice.espeak_library import Utterance, library
from voice.finish import Finish
from voice.speakable import phrases
from voice.timing import closed, word_spans
from voice.voices import VOICES, Voice

WORDS_A_MINUTE = 150
"""eSpeak's own measure; on its slow side, for listening with ease."""


class Espeak:
    """eSpeak NG in process: formant synthesis with exact phone times; nothing to download."""

    def __init__(self, voice: str = "grace") -> None:
        """`voice` is a name from `voices()`, or any of eSpeak's own as language+variant, such as `de+f2`.

        Raises `ValueError` for another one.
        """
        if voice in VOICES:
            self._voice = VOICES[voice]
        elif "+" in voice and library().has(voice):
            self._voice = Voice(voice, voice)
        else:
            raise ValueError(f"unknown voice {voice!r}{nearest(voice, tuple(VOICES))}")
        # The first words must not wait for libraries to load (about a second).
        Finish()(np.zeros(SPEECH_HZ // 10, np.float32), SPEECH_HZ, (), 0.0)
        library()

    @staticmethod
    def voices() -> dict[str, str]:
        """The voices by name, with their titles."""
        return {name: voice.title for name, voice in VOICES.items()}

    @staticmethod
    def obstacle() -> str | None:
        """Why the library cannot run here, if so."""
        try:
            library()
        except (EngineError, OSError) as error:
            return str(error)
        return None

    def speak(self, clause: Clause) -> Iterator[SpeechSegment]:
        """One segment for each phrase, its pause included; nothing for a text without words. Raises `EngineError`."""
        delivery = Delivery.of(clause.affect)
        finish = Finish(delivery.level, delivery.brightness)
        own = self._voice.language
        for phrase in phrases(clause.text, clause.language or own):
            language = phrase.language or clause.language or own
            voice = self._voice.espeak if language == own else self._voice.speaking(language)
            said = library().speak(phrase.text, voice, self._parameters(delivery))
            if not len(said.samples):
                continue
            said = replace(said, phones=closed(said.phones, said.samples, said.rate))
            said = _shifted(said, delivery.formants * self._voice.formants)
            samples = finish(said.samples, said.rate, said.phones, phrase.rest * delivery.pause)
            audio = AudioChunk(samples, SPEECH_HZ, 0.0)
            yield SpeechSegment(clause.turn, clause, audio, said.phones, word_spans(phrase.words, said))

    def _parameters(self, delivery: Delivery) -> dict[str, int]:
        """What to ask of the library, with what the shift of formants will add taken back."""
        voice = self._voice
        formants = delivery.formants * voice.formants
        span = _within(voice.range * delivery.range, 0, 99)
        semitones = delivery.pitch - 12 * log2(formants)
        return {
            "rate": _within(WORDS_A_MINUTE * delivery.rate / formants, 80, 450),
            "pitch": _within(voice.pitch + voice.steps * semitones - voice.lift * (span - voice.range), 0, 99),
            "range": span,
            "volume": 100,
        }


def _within(value: float, low: int, high: int) -> int:
    return max(low, min(high, round(value)))


def _shifted(said: Utterance, factor: float) -> Utterance:
    """The utterance played faster, which raises its resonances: times shrink with it."""
    rate = 50 * round(said.rate * factor / 50)  # a whole number of 50 Hz keeps the resampling filter short
    scale = said.rate / rate
    return replace(
        said,
        rate=rate,
        phones=tuple(Span(p.text, p.start * scale, p.end * scale) for p in said.phones),
        words=tuple((position, start * scale) for position, start in said.words),
    )
