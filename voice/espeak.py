"""`Espeak`: the embedded voice."""

from __future__ import annotations

from collections.abc import Iterator

from companion.engines import EngineError
from companion.registry import nearest
from companion.types import SPEECH_HZ, AudioChunk, Clause, Span, SpeechSegment
from voice.delivery import Delivery
from voice.espeak_library import Utterance, library
from voice.finish import Finish
from voice.speakable import Word, pieces

# name -> eSpeak NG voice and variant, base pitch (0-100) and title.
VOICES: dict[str, tuple[str, int, str]] = {
    "annie": ("en-us+Annie", 48, "Annie, American, higher"),
    "rose": ("en-gb-x-rp+f3", 42, "Rose, British, mid"),
    "david": ("en-us+david", 46, "David, American, lower"),
    "george": ("en-gb-x-rp+m3", 42, "George, British, lower"),
    "lucia": ("es+f2", 46, "Lucía, español"),
}
WORDS_A_MINUTE = 158
RANGE = 52
PITCH_STEPS_A_SEMITONE = 3.2
"""Of eSpeak's 0-100 scale, measured on its voices around the middle."""
WORD_GAP = 1
"""Units of 10 ms between words: a breath more room than the default, for listening with ease."""


class Espeak:
    """eSpeak NG in process: formant synthesis with exact phone times; nothing to download."""

    def __init__(self, voice: str = "rose") -> None:
        if voice not in VOICES:
            raise ValueError(f"unknown voice {voice!r}{nearest(voice, tuple(VOICES))}")
        self._name, self._pitch, _ = VOICES[voice]
        self._finish = Finish()

    @staticmethod
    def voices() -> dict[str, str]:
        """The voices by name, with their titles."""
        return {name: title for name, (_, _, title) in VOICES.items()}

    @staticmethod
    def obstacle() -> str | None:
        """Why the library cannot run here, if so."""
        try:
            library()
        except (EngineError, OSError) as error:
            return str(error)
        return None

    def speak(self, clause: Clause) -> Iterator[SpeechSegment]:
        """One segment for each piece of about 15 s; nothing for a text without words. Raises `EngineError`."""
        delivery = Delivery.of(clause.affect)
        for piece in pieces(clause.text):
            spoken = [word for word in piece if word.spoken]
            if not spoken:
                continue
            utterance = library().speak(
                " ".join(word.spoken for word in spoken), self._name, self._parameters(delivery)
            )
            samples = self._finish(utterance.samples, utterance.rate, delivery.level)
            audio = AudioChunk(samples, SPEECH_HZ, 0.0)
            yield SpeechSegment(clause.turn, clause, audio, utterance.phones, _spans(piece, utterance, audio.seconds))

    def _parameters(self, delivery: Delivery) -> dict[str, int]:
        return {
            "rate": _within(WORDS_A_MINUTE * delivery.rate, 80, 400),
            "pitch": _within(self._pitch + PITCH_STEPS_A_SEMITONE * delivery.pitch, 0, 99),
            "range": _within(RANGE * delivery.range, 0, 99),
            "wordgap": _within(WORD_GAP * delivery.pause, 0, 20),
            "volume": 100,
        }


def _within(value: float, low: int, high: int) -> int:
    return max(low, min(high, round(value)))


def _spans(piece: list[Word], utterance: Utterance, seconds: float) -> tuple[Span, ...]:
    """Each written word with its time; one without a sound of its own has no length, just before the next."""
    starts: list[float | None] = []
    position, event, now = 0, 0, 0.0
    for word in piece:
        if not word.spoken:
            starts.append(None)
            continue
        # The first event inside the word's letters is its start; a word without one (joined speech) follows on.
        while event < len(utterance.words) and utterance.words[event][0] < position:
            event += 1
        if event < len(utterance.words) and utterance.words[event][0] < position + len(word.spoken):
            now = utterance.words[event][1]
        position += len(word.spoken) + 1
        starts.append(now)
    spans, end = [], seconds
    for word, start in zip(reversed(piece), reversed(starts), strict=True):
        spans.append(Span(word.written, end if start is None else start, end))
        end = spans[-1].start
    return tuple(reversed(spans))
