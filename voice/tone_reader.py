"""`ToneReader`: the feeling in pitch, loudness, pace and colour of a voice against its own usual, by rules."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np

from companion.affect import Affect
from companion.types import HEARING_HZ, AudioChunk, Samples, VoiceReading
from voice.baseline import Baseline
from voice.hearing import heard
from voice.phonation import HOP, MARGIN, Phonation, analyse
from voice.tone import MEASURES, SPREADS, cues, feeling, measure

HOP_SEC = HOP / HEARING_HZ
WINDOW_HOPS = 8
"""Hops of speech that one reading looks at (2 s)."""
FIRST_LOOK_HOPS = 4
"""Hops of speech before anything is measured: a median over less jumps with every vowel."""
UNKNOWN_SEC = 3.0
"""Speech before the first guess."""
LEARN_SEC = 10.0
"""Further speech in which confidence grows to 63 % of its ceiling."""
CEILING = 0.6
"""The most this reader trusts itself: acted anger and calm are told apart well, lived feelings much less so."""
STALE_SEC = 3.0
"""Silence after which the last speech says nothing about now."""
VOICED_FRAMES = 6
"""Voiced frames (of 25) that make a hop speech: one short vowel."""
QUIET_DB = -70.0
"""Below this a voice is too faint to measure."""
BELOW_USUAL_DB = 25.0
"""A voice so far below the speaker's usual level is somebody else's."""
STEADY_SEMITONES = 0.3
"""Pitch range (10th to 90th percentile) that every second of speech exceeds; a tone or a hum does not."""


class ToneReader:
    """Feeling from pitch, loudness, pace and timbre, measured against how the same person usually sounds.

    Arousal is what a voice tells best; valence and dominance stay small, and confidence never exceeds `CEILING`.
    Measures follow eGeMAPS (Eyben et al., IEEE Trans. Affective Computing, 2016), pitch is Praat's.
    """

    def __init__(self) -> None:
        # Praat and SciPy's signal package take most of a second to load: better now than at the first word.
        buzz = np.sign(np.sin(np.arange(HOP + 2 * MARGIN, dtype=np.float32) * (2 * np.pi * 120 / HEARING_HZ)))
        measure([analyse(buzz)])

    def read(self, audio: Iterable[AudioChunk]) -> Iterator[VoiceReading]:
        """One reading per chunk, renewed every quarter of a second, over the last two seconds of speech.

        Confidence is 0, with a note that says why, before there was speech, while the voice is being learnt (3 s of
        speech), and after 3 s of silence. Raises `ValueError` for a chunk that is not mono finite sound at
        `HEARING_HZ`.
        """
        voice = _Voice()
        for chunk in audio:
            voice.hear(heard(chunk), chunk.end)
            yield voice.reading


class _Voice:
    """One person's voice along one stream."""

    def __init__(self) -> None:
        self.reading = _nothing(0.0, 0.0, "no speech yet")
        self._baseline = Baseline(SPREADS)
        self._waiting: Samples = np.zeros(MARGIN, dtype=np.float32)
        self._hops: deque[tuple[float, Phonation]] = deque(maxlen=WINDOW_HOPS)
        self._speech_sec = 0.0

    def hear(self, samples: Samples, end: float) -> None:
        """Take more sound, of which the last sample is heard at `end`, and renew the reading."""
        waiting = np.concatenate((self._waiting, samples))
        at = 0
        while len(waiting) - at >= HOP + 2 * MARGIN:
            time = end - (len(waiting) - at - MARGIN) / HEARING_HZ
            self._look(time, analyse(waiting[at : at + HOP + 2 * MARGIN]))
            at += HOP
        self._waiting = waiting[at:]

    def _look(self, time: float, hop: Phonation) -> None:
        """Read the last two seconds of speech again, after one more hop that began at `time`."""
        end = time + HOP_SEC
        if not self._is_speech(hop):
            if end - self.reading.end > STALE_SEC:
                self.reading = _nothing(end - HOP_SEC, end, "no speech now")
            return
        self._hops.append((time, hop))
        self._speech_sec += HOP_SEC
        start = self._hops[0][0]
        if len(self._hops) < FIRST_LOOK_HOPS:
            self.reading = _nothing(start, end, "learning this voice")
            return
        tone = measure([hop for _, hop in self._hops])
        if tone[MEASURES.index("range")] < STEADY_SEMITONES:
            self.reading = _nothing(start, end, "a steady tone, not a voice")
            return
        self._baseline.learn(tone)
        if self._speech_sec <= UNKNOWN_SEC:
            self.reading = VoiceReading(start, end, Affect.unknown(), cues(tone), "learning this voice")
            return
        confidence = CEILING * -math.expm1((UNKNOWN_SEC - self._speech_sec) / LEARN_SEC)
        self.reading = VoiceReading(start, end, feeling(self._baseline.deviation(tone), confidence), cues(tone))

    def _is_speech(self, hop: Phonation) -> bool:
        floor = QUIET_DB
        if len(self._baseline):
            floor = max(floor, float(self._baseline.usual()[MEASURES.index("level")]) - BELOW_USUAL_DB)
        return int(np.count_nonzero(hop.voiced & (hop.level_db > floor))) >= VOICED_FRAMES


def _nothing(start: float, end: float, note: str) -> VoiceReading:
    return VoiceReading(start, end, Affect.unknown(), note=note)
