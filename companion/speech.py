"""`Speech`: the sound of one answer as it comes in, and how far it has been heard."""

from __future__ import annotations

import numpy as np

from companion.types import FRAME_SEC, SPEECH_HZ, Affect, Samples, Span, SpeechSegment

FRAME_SAMPLES = round(SPEECH_HZ * FRAME_SEC)
FADE_SAMPLES = SPEECH_HZ // 100
"""10 ms: long enough not to click, short enough to be gone within the frame."""


class Speech:
    """A growing strip of sound with a playhead that moves frame by frame.

    Only what the playhead has passed counts as said.
    """

    def __init__(self, turn: int) -> None:
        self.turn = turn
        self.ended = False
        self._samples: Samples = np.zeros(0, np.float32)
        self._head = 0
        self._phones: list[Span] = []
        self._words: list[Span] = []
        self._affects: list[tuple[float, Affect]] = []

    @property
    def position(self) -> float:
        """Seconds played."""
        return self._head / SPEECH_HZ

    @property
    def buffered(self) -> float:
        """Seconds of sound ahead of the playhead."""
        return (len(self._samples) - self._head) / SPEECH_HZ

    @property
    def begun(self) -> bool:
        """Whether any sound was played."""
        return self._head > 0

    @property
    def done(self) -> bool:
        """Whether everything has been played and nothing more will come."""
        return self.ended and self._head >= len(self._samples)

    def add(self, segment: SpeechSegment) -> None:
        """Append a segment's sound, phones and words. Raises `ValueError` for another sample rate."""
        if segment.audio.rate != SPEECH_HZ:
            raise ValueError(f"speech must be at {SPEECH_HZ} Hz, got {segment.audio.rate}")
        start = len(self._samples) / SPEECH_HZ
        self._samples = np.concatenate([self._samples, segment.audio.samples])
        self._phones += [Span(p.text, p.start + start, p.end + start) for p in segment.phones]
        words = segment.words or _spread(segment)
        self._words += [Span(w.text, w.start + start, w.end + start) for w in words]
        self._affects.append((start, segment.clause.affect))

    def take(self, samples: int) -> Samples:
        """The next sound, with silence where there is none yet; the playhead moves over what there was."""
        piece = self._samples[self._head : self._head + samples]
        self._head += len(piece)
        return np.pad(piece, (0, samples - len(piece)))

    def peek(self, seconds: float) -> Samples:
        """The sound just ahead, without moving."""
        return self._samples[self._head : self._head + round(seconds * SPEECH_HZ)]

    def rewind_to_word(self) -> None:
        """Go back to the start of the word that was cut, so that it is said whole when speaking goes on."""
        for word in self._words:
            if word.start <= self.position < word.end:
                self._head = round(word.start * SPEECH_HZ)

    def back(self, samples: int) -> None:
        """Undo a `take` that was never heard."""
        self._head = max(0, self._head - samples)

    def phones(self, before: float = 0.4, after: float = 0.8) -> tuple[Span, ...]:
        """Phones around the playhead, with times counted from it."""
        now = self.position
        return tuple(
            Span(p.text, p.start - now, p.end - now)
            for p in self._phones
            if p.end > now - before and p.start < now + after
        )

    @property
    def affect(self) -> Affect | None:
        """The feeling of the clause at the playhead."""
        past = [affect for start, affect in self._affects if start <= self.position]
        return past[-1] if past else None

    @property
    def heard(self) -> str:
        """The words whose greater part was played."""
        return " ".join(word.text for word in self._words if (word.start + word.end) / 2 <= self.position)


def _spread(segment: SpeechSegment) -> list[Span]:
    """Words without known times, spread over the sound by their length in letters."""
    words = segment.clause.text.split()
    edges = np.cumsum([0.0, *(len(word) + 1 for word in words)])
    edges *= segment.audio.seconds / edges[-1] if words else 0.0
    return [Span(word, float(edges[i]), float(edges[i + 1])) for i, word in enumerate(words)]
