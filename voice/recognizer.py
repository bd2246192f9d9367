"""Speech to words with PocketSphinx, decoded while the person still speaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from companion.types import HEARING_HZ, AudioChunk, Samples, Words
from voice.acoustics import Acoustics
from voice.cepstrum import CepstralMean
from voice.hearing import heard
from voice.spelling import is_word, spelt

if TYPE_CHECKING:
    from pocketsphinx import Decoder

STEP = HEARING_HZ // 100
"""Samples the decoder takes at once (10 ms): it holds the interpreter for each step, and pictures must not wait."""
PIECE_STEPS = 6
"""Steps decoded per chunk at least while a backlog is worked off: more would hold up what shares the thread."""
FIRST_SAMPLES = 7 * HEARING_HZ // 10
"""Sound that is gathered before decoding starts, to know the voice's mean cepstrum (0.7 s); see `CepstralMean`."""
PARTIAL_SAMPLES = HEARING_HZ // 5
"""Sound between two looks at the words so far: reading them walks back through the whole utterance."""
PARTIAL_CONFIDENCE = 0.5
"""Words so far may still change, and their posteriors are known only at the end."""
SHORTEST_SAMPLES = HEARING_HZ // 10
"""Less sound than this holds no word."""
MOST_DECODERS = 4
"""Decoders in use at once (each takes some ninety megabytes); further utterances wait with their sound in hand."""


class PocketsphinxRecognizer:
    """PocketSphinx with its own US English model: quick and private, but it often mishears.

    Source: Huggins-Daines et al., "PocketSphinx: A free, real-time continuous speech recognition system for hand-held
    devices" (ICASSP 2006). A decoder holds one utterance at a time, so each stream borrows one from a pool: the first
    is made with the engine, another only when streams overlap, which takes a while, once. What outlives a stream is
    `Acoustics`: how its microphone sounds, without which the first second of each utterance suffers.
    """

    holds_interpreter = True

    def __init__(self) -> None:
        self._decoders = _Decoders()
        self._acoustics = Acoustics()

    def forget(self) -> None:
        """Forget how the microphones sounded."""
        self._acoustics.forget()

    def recognize(self, audio: Iterable[AudioChunk]) -> Iterator[Words]:
        """The words so far after each chunk, and once more, `final`, when the audio ends.

        The first words come after about a second, when the voice is known well enough. A burst of sound is worked off
        over the next chunks. The final confidence is the mean posterior of the words. Raises `ValueError` for a chunk
        that is not mono finite sound at `HEARING_HZ`.
        """
        start = end = 0.0
        chunks = 0
        utterance = _Utterance(self._decoders, self._acoustics)
        try:
            for chunk in audio:
                start = start if chunks else chunk.start
                chunks, end = chunks + 1, chunk.end
                text = utterance.hear(heard(chunk))
                yield Words(text, start, end, confidence=PARTIAL_CONFIDENCE if text else 0.0)
            text, confidence = utterance.finish()
        finally:
            utterance.close()
        yield Words(text, start, end, confidence, final=True)


class _Decoders:
    """Decoders to borrow: one is made with the pool, another only when utterances overlap."""

    def __init__(self) -> None:
        self._idle = [_decoder()]
        self._busy = 0

    def borrow(self, *, at_once: bool) -> Decoder | None:
        """A decoder; None when `MOST_DECODERS` are in use, unless it is needed at once."""
        if not self._idle and self._busy >= MOST_DECODERS and not at_once:
            return None
        self._busy += 1
        return self._idle.pop() if self._idle else _decoder()

    def give_back(self, decoder: Decoder) -> None:
        """Leave a decoder for another utterance."""
        self._busy -= 1
        if len(self._idle) + self._busy < MOST_DECODERS:
            self._idle.append(decoder)


class _Utterance:
    """One utterance, in a borrowed decoder once there is enough sound for it."""

    def __init__(self, decoders: _Decoders, acoustics: Acoustics) -> None:
        self._decoders = decoders
        self._acoustics = acoustics
        self._borrowed: tuple[Decoder, CepstralMean] | None = None
        self._backlog = bytearray()
        self._unread = 0
        self._text = ""

    def hear(self, samples: Samples) -> str:
        """Take more sound, decode a piece of what waits, and tell the words so far."""
        self._backlog += (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
        if self._borrowed is None:
            if len(self._backlog) >= 2 * FIRST_SAMPLES:
                self._start(at_once=False)
            return ""
        decoder, _ = self._borrowed
        self._decode(max(PIECE_STEPS, 2 * len(samples) // STEP))
        if self._unread >= PARTIAL_SAMPLES:
            self._unread = 0
            hypothesis = decoder.hyp()
            self._text = spelt(hypothesis.hypstr.split()) if hypothesis else ""
        return self._text

    def finish(self) -> tuple[str, float]:
        """Decode all that waits; the text and its confidence."""
        if self._borrowed is None:
            if len(self._backlog) < 2 * SHORTEST_SAMPLES:
                return "", 0.0
            self._start(at_once=True)
        assert self._borrowed is not None  # noqa: S101 - just started, if it was not
        decoder, mean = self._borrowed
        self._decode(len(self._backlog))
        if self._backlog:
            decoder.process_raw(bytes(self._backlog))
        mean.remember()
        decoder.end_utt()
        words = [segment for segment in decoder.seg() or () if is_word(segment.word)]
        self._leave()
        if not words:
            return "", 0.0
        # A word's posterior is the share of the word lattice's paths that go through it (Wessel et al., "Confidence
        # measures for large vocabulary continuous speech recognition", IEEE Trans. Speech and Audio Processing, 2001).
        confidence = sum(min(1.0, segment.prob) for segment in words) / len(words)
        return spelt(segment.word for segment in words), confidence

    def close(self) -> None:
        """Leave the decoder ready for another utterance, if this one was given up."""
        if self._borrowed is not None:
            self._borrowed[0].end_utt()
            self._leave()

    def _leave(self) -> None:
        if self._borrowed is not None:
            self._decoders.give_back(self._borrowed[0])
            self._borrowed = None

    def _start(self, *, at_once: bool) -> None:
        decoder = self._decoders.borrow(at_once=at_once)
        if decoder is None:
            return
        mean = CepstralMean(decoder, self._acoustics)
        mean.measure(bytes(self._backlog))
        decoder.start_utt()
        self._borrowed = decoder, mean

    def _decode(self, steps: int) -> None:
        assert self._borrowed is not None  # noqa: S101 - nothing is decoded before the start
        decoder, mean = self._borrowed
        for _ in range(min(steps, len(self._backlog) // (2 * STEP))):
            decoder.process_raw(bytes(self._backlog[: 2 * STEP]))
            del self._backlog[: 2 * STEP]
            mean.follow(STEP)
            self._unread += STEP


def _decoder() -> Decoder:
    """A decoder that keeps up with speech and is done when the speech is."""
    from pocketsphinx import Decoder

    decoder = Decoder(
        loglevel="FATAL",
        cmn="live",
        fwdflat=False,  # a second pass over the whole utterance, which the person would have to wait for
        bestpath=True,
        maxhmmpf=3000,  # of 30000: halves the work for hardly a word; narrower beams lose many
    )
    CepstralMean.prepare(decoder)
    return decoder
