"""`Voicing`: one person's voice along one stream."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from companion.affect import Affect
from companion.types import HEARING_HZ, Samples, VoiceReading
from voice.baseline import Baseline
from voice.contours import contours
from voice.functionals import functionals, measurable
from voice.listener import MEMORY_MIN, Listener, Stretch
from voice.phonation import HOP, MARGIN, Phonation, analyse
from voice.tone import MEASURES, SPREADS, cues, measure
from voice.vocalisation import Usually, vocalisations

HOP_SEC = HOP / HEARING_HZ
WINDOW_HOPS = 12
"""Hops of an utterance that one reading looks at (3 s, pauses included)."""
FIRST_LOOK_HOPS = 4
"""Hops of speech in an utterance before anything is measured: statistics of less jump with every vowel."""
PAUSE_HOPS = 4
"""Hops without speech that end an utterance (1 s)."""
STALE_SEC = 3.0
"""Silence after which the last speech says nothing about now."""
SILENCE_SEC = 2.0
"""Silence that is worth a word."""
GAP_SEC = 0.2
"""A stream that jumps further was not listened to in between."""
VOICED_FRAMES = 6
"""Voiced frames (of 25) that make a hop speech: one short vowel."""
QUIET_DB = -70.0
"""Below this a voice is too faint to measure."""
BELOW_USUAL_DB = 25.0
"""A voice so far below the speaker's usual level is somebody else's."""
STEADY_SEMITONES = 0.3
"""Pitch range (10th to 90th percentile) that every second of speech exceeds; a tone or a hum does not."""
EVENT_HOPS = 8
FLOOR_HOPS = 240
"""Hops (a minute) whose quietest tells the noise of the room."""
PITCH, LEVEL, RANGE = (MEASURES.index(name) for name in ("pitch", "level", "range"))


class Voicing:
    """What was heard of one stream, as far as it is needed for the next reading.

    `live` turns log probabilities, the deviation of the tone from its usual and the seconds of speech so far into an
    `Affect`.
    """

    def __init__(
        self,
        listener: Listener,
        live: Callable[[NDArray[np.float32], NDArray[np.float64], float], Affect],
    ) -> None:
        self._listener = listener
        self._live = live
        self._usual = listener.newcomer(MEMORY_MIN)
        self._baseline = Baseline(SPREADS)
        self._reading = _nothing(0.0, 0.0, "no speech yet")
        self._waiting: Samples = np.zeros(MARGIN, dtype=np.float32)
        self._end: float | None = None
        self._hops: deque[tuple[float, Phonation]] = deque(maxlen=WINDOW_HOPS)
        self._recent: deque[Phonation] = deque(maxlen=EVENT_HOPS)
        self._floors: deque[float] = deque(maxlen=FLOOR_HOPS)
        self._opinions: list[NDArray[np.float32]] = []
        self._deviations: list[NDArray[np.float64]] = []
        self._start = 0.0
        self._last_speech = 0.0
        self._spoken = 0
        self._pause = 0
        self._speech_sec = 0.0

    def hear(self, samples: Samples, start: float) -> VoiceReading:
        """Take more sound, whose first sample is heard at `start`, and give the newest reading."""
        if self._end is None:
            self._last_speech = start
        elif abs(start - self._end) > GAP_SEC:
            self._close()
            self._recent.clear()
            self._waiting = np.zeros(MARGIN, dtype=np.float32)
        self._end = start + len(samples) / HEARING_HZ
        waiting = np.concatenate((self._waiting, samples))
        at = 0
        while len(waiting) - at >= HOP + 2 * MARGIN:
            time = self._end - (len(waiting) - at - MARGIN) / HEARING_HZ
            self._look(time, analyse(waiting[at : at + HOP + 2 * MARGIN]))
            at += HOP
        self._waiting = waiting[at:]
        return self._reading

    def _look(self, time: float, hop: Phonation) -> None:
        end = time + HOP_SEC
        self._recent.append(hop)
        self._floors.append(float(np.median(hop.level_db)))
        if self._is_speech(hop):
            if not self._hops:
                self._start = time
            self._hops.append((time, hop))
            self._spoken += 1
            self._pause = 0
            self._speech_sec += HOP_SEC
            self._last_speech = end
            self._measure(end)
        elif self._hops:
            self._hops.append((time, hop))
            self._pause += 1
            if self._pause >= PAUSE_HOPS:
                self._close()
        if end - self._reading.end > STALE_SEC and self._reading.affect.confidence > 0:
            note = "too little speech yet" if self._hops else "no speech now"
            self._reading = _nothing(end - HOP_SEC, end, note)
        self._reading = replace(self._reading, events=self._events(end))

    def _measure(self, end: float) -> None:
        """Read the last three seconds of this utterance again."""
        start = self._hops[0][0]
        frames = Phonation.joined([hop for _, hop in self._hops])
        if self._spoken < FIRST_LOOK_HOPS or not measurable(frames):
            if self._reading.affect.confidence == 0:
                self._reading = _nothing(start, end, "learning this voice")
            return
        tone = measure([frames])
        if tone[RANGE] < STEADY_SEMITONES:
            self._reading = _nothing(start, end, "a steady tone, not a voice")
            return
        stretch = Stretch(contours(frames), functionals(frames))
        self._baseline.learn(tone)
        self._usual.learn(stretch, 1 / len(self._hops))
        impression = self._listener.impression(stretch, self._usual)
        self._usual.habit.learn(impression, 1 / len(self._hops))
        opinion = self._listener.opinion(impression, self._usual)
        deviation = self._baseline.deviation(tone)
        self._opinions.append(opinion)
        self._deviations.append(deviation)
        affect = self._live(opinion, deviation, self._speech_sec)
        note = "" if affect.confidence > 0 else "learning this voice"
        self._reading = VoiceReading(start, end, affect, cues(tone), note)

    def _close(self) -> None:
        """The utterance is over: what was heard in all of it."""
        if self._opinions and self._reading.affect.confidence > 0:
            opinion = np.asarray(np.mean(self._opinions, axis=0), dtype=np.float32)
            whole = self._live(opinion, np.mean(self._deviations, axis=0), self._speech_sec)
            self._reading = replace(self._reading, start=self._start, end=self._last_speech, affect=whole)
        self._hops.clear()
        self._opinions.clear()
        self._deviations.clear()
        self._spoken = self._pause = 0

    def _events(self, end: float) -> tuple[str, ...]:
        events: tuple[str, ...] = ()
        if len(self._baseline):
            usual = self._baseline.usual()
            known = Usually(2 ** (float(usual[PITCH]) / 12), float(usual[LEVEL]), min(self._floors))
            events = vocalisations(Phonation.joined(list(self._recent)), known)
        return (*events, "silence") if end - self._last_speech >= SILENCE_SEC else events

    def _is_speech(self, hop: Phonation) -> bool:
        floor = QUIET_DB
        if len(self._baseline):
            floor = max(floor, float(self._baseline.usual()[LEVEL]) - BELOW_USUAL_DB)
        return int(np.count_nonzero(hop.voiced & (hop.level_db > floor))) >= VOICED_FRAMES


def _nothing(start: float, end: float, note: str) -> VoiceReading:
    return VoiceReading(start, end, Affect.unknown(), note=note)
