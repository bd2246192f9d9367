"""`bench`: figures of a conversation on this machine, in real time."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.signal import resample_poly

from companion.event import Event
from companion.machine import Machine
from companion.rehearsal import rehearse
from companion.session import Session
from companion.settings import Settings
from companion.studio import Studio
from companion.types import HEARING_HZ, SPEECH_HZ, Affect, AudioChunk, Clause, Samples
from companion.workers import Workers

SENTENCES = (
    "I lost my job last week and I do not know what to do.",
    "My sister has not called me for a month.",
    "I am so tired of being alone every evening.",
    "Today was a really good day at work.",
    "I keep thinking about the exam tomorrow.",
    "Nobody at the office listens to me.",
    "My father is ill and I am afraid.",
    "I had a fight with my best friend.",
    "It feels as if everything is falling apart.",
    "I finally finished the big project.",
)
"""What the recorded user says, in the embedded voice, so that the bench needs no recording."""
CHUNK_SEC = 0.02
OVER_SEC = 1.2
"""The companion speaks this long before it is spoken over."""
AUDIBLE = 0.003
NOISE = 0.0005
Progress = Callable[[float], None]


@dataclass(slots=True)
class _Scene:
    """A session in real time with a microphone that plays sentences and an ear at the output."""

    session: Session
    events: list[Event]
    sound: list[tuple[float, bool]] = field(default_factory=list)
    _heard: float = 0.0

    async def listen(self) -> None:
        async for frame in self.session.frames:
            self.sound.append((frame.time, float(np.abs(frame.audio.samples).max()) > AUDIBLE))

    async def speak(self, samples: Samples) -> tuple[float, float]:
        """Play sound into the microphone; the times of its first and last sample."""
        random = np.random.default_rng(0)
        start = self._heard = max(self._heard, self.session.clock.now())
        step = round(CHUNK_SEC * HEARING_HZ)
        for i in range(0, len(samples), step):
            piece = samples[i : i + step] + NOISE * random.standard_normal(len(samples[i : i + step]))
            self._heard = start + (i + len(piece)) / HEARING_HZ
            await self.session.clock.sleep_until(self._heard)
            self.session.hear(AudioChunk(piece.astype(np.float32), HEARING_HZ, start + i / HEARING_HZ))
        return start, self._heard

    async def quiet_until(self, done: Callable[[], bool], longest: float) -> None:
        """Silence (with a little noise) in the microphone until something happens."""
        limit = self.session.clock.now() + longest
        while not done() and self.session.clock.now() < limit:
            await self.speak(np.zeros(round(CHUNK_SEC * HEARING_HZ), np.float32))

    def first(self, audible: bool, after: float) -> float | None:
        """The time of the first frame after a moment that is (or is not) audible."""
        return next((time for time, loud in self.sound if time >= after and loud == audible), None)


def latency(settings: Settings, turns: int, progress: Progress) -> dict[str, Any]:
    """Response and barge-in latency over a number of spoken turns; every answer but the last is spoken over.

    Both are measured from outside: from the last (first) sample of the user's sound to the first frame with (without)
    the companion's voice.
    """
    studio = Studio(Workers(1))
    try:
        list(rehearse(studio, settings))
        return asyncio.run(_latency(settings, studio, turns, progress))
    finally:
        studio.close()


async def _latency(settings: Settings, studio: Studio, turns: int, progress: Progress) -> dict[str, Any]:
    voices = [spoken_sentence(studio, settings, sentence) for sentence in SENTENCES]
    events: list[Event] = []
    scene = _Scene(Session(studio, settings, events.append), events)
    running = asyncio.create_task(scene.session.run())
    listening = asyncio.create_task(scene.listen())
    await scene.quiet_until(lambda: False, 1.5)
    responses, silences = [], []
    for turn in range(turns):
        start, end = await scene.speak(voices[turn % len(voices)])
        if turn and (silent := scene.first(audible=False, after=start)) is not None:
            silences.append(1000 * (silent - start))
        await scene.quiet_until(lambda end=end: scene.first(audible=True, after=end) is not None, 6)  # type: ignore[misc]
        answered = scene.first(audible=True, after=end)
        if answered is not None:
            responses.append(1000 * (answered - end))
            await scene.quiet_until(lambda: False, OVER_SEC)
        progress((turn + 1) / turns)
    scene.session.close()
    await asyncio.gather(running, listening)
    return {
        "response_median_ms": round(statistics.median(responses)),
        "response_p95_ms": round(float(np.percentile(responses, 95))),
        "barge_in_median_ms": round(statistics.median(silences)),
        "stages": _stages(events),
        "n": len(responses),
        "machine": Machine.here().as_dict(),
    }


def _stages(events: list[Event]) -> dict[str, int]:
    """The median of each stage's share, from the session's own marks."""
    marks = [event.fields["stages"] for event in events if event.kind == "mark" and event.fields["name"] == "response"]
    names = {name: None for mark in marks for name in mark}
    return {name: round(statistics.median(mark[name] for mark in marks if name in mark)) for name in names}


def spoken_sentence(studio: Studio, settings: Settings, sentence: str) -> Samples:
    """The sentence at `HEARING_HZ`, cut to where it can be heard."""
    clause = Clause(0, sentence, Affect())
    sound = np.concatenate([part.audio.samples for part in studio.engine("synthesizer", settings).speak(clause)])
    sound = resample_poly(sound, HEARING_HZ // 8000, SPEECH_HZ // 8000).astype(np.float32)
    audible = np.flatnonzero(np.abs(sound) > 0.01)
    return sound[audible[0] : audible[-1] + 1]
