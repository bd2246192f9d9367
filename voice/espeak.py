"""`Espeak`: the embedded voice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import log2

import numpy as np

from companion.engines import EngineError
from companion.registry import nearest
from companion.types import SPEECH_HZ, AudioChunk, Clause, Span, SpeechSegment
from voice.arc import Arc
from voice.espeak_library import Utterance, library
from voice.finish import Finish
from voice.manner import Manner
from voice.portrayals import portrayals
from voice.prosodystage import Shaping, reshaped
from voice.speakable import phrases
from voice.timing import closed, word_spans
from voice.voices import VOICES, Voice

WORDS_A_MINUTE = 150
"""eSpeak's own measure; on its slow side, for listening with ease."""
LEVEL_SHARE, LEVEL_LIMIT_DB = 0.15, 1.0
"""What is left of a feeling's loudness where every clause is brought to the same one, and the most of it in dB."""
PAUSE_SHARE = 6.0
"""log2 of a pause's length for a share of rests in an utterance: actors' rests grow from about a tenth of it."""


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
        hum = np.sin(np.arange(SPEECH_HZ // 4) * (2 * np.pi * 150 / SPEECH_HZ)).astype(np.float32)
        Finish()(hum, SPEECH_HZ, (), 0.0)
        reshaped(hum, SPEECH_HZ, Shaping(Arc.steady(Manner(pitch=1.0, tilt=1.0, breath=1.0))))
        portrayals()
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
        manner = portrayals().manner(clause.affect)
        finish = Finish(max(-LEVEL_LIMIT_DB, min(LEVEL_LIMIT_DB, LEVEL_SHARE * manner.level)))
        own = self._voice.language
        for place, phrase in enumerate(phrases(clause.text, clause.language or own)):
            language = phrase.language or clause.language or own
            voice = self._voice.espeak if language == own else self._voice.speaking(language)
            parameters, done = self._parameters(manner)
            said = library().speak(phrase.text, voice, parameters)
            if not len(said.samples):
                continue
            said = replace(said, phones=closed(said.phones, said.samples, said.rate))
            said = _shifted(said, self._voice.formants)
            shaped = reshaped(said.samples, said.rate, Shaping(Arc.steady(manner).less(done), seed=place))
            phones = shaped.moved(said.phones)
            rest = phrase.rest * 2 ** (PAUSE_SHARE * manner.rest - manner.rate)
            samples = finish(shaped.samples, said.rate, phones, rest)
            audio = AudioChunk(samples, SPEECH_HZ, 0.0)
            yield SpeechSegment(clause.turn, clause, audio, phones, shaped.moved(word_spans(phrase.words, said)))

    def _parameters(self, manner: Manner) -> tuple[dict[str, int], Manner]:
        """What to ask of the library, with what the shift of formants will add taken back, and what that does.

        Only the rate: its scales of pitch and range were measured to miss what is asked by a tenth and by half, and a
        raised pitch narrows its range.
        """
        voice = self._voice
        pitch = _within(voice.pitch - voice.steps * 12 * log2(voice.formants), 0, 99)
        rate = _within(WORDS_A_MINUTE * 2**manner.rate / voice.formants, 80, 450)
        done = Manner(rate=log2(rate * voice.formants / WORDS_A_MINUTE))
        return {"rate": rate, "pitch": pitch, "range": voice.range, "volume": 100}, done


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
