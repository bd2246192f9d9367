"""`Hearing`: from the microphone to turns, words and the feeling of the voice."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from companion.clock import Clock
from companion.engines import Detector, Recognizer, VoiceReader
from companion.feed import Feed
from companion.hum import is_hum
from companion.lane import Here, Lane
from companion.microphone import Microphone
from companion.pipe import Pipe
from companion.turns import Floor, TurnTaking
from companion.types import HEARING_HZ, Activity, AudioChunk, VoiceReading, Words
from companion.utterance import Utterance

BEFORE_BLOCKS = 14
"""0.45 s kept from before an utterance is noticed: its soft first consonant lies there."""
VOICE_BLOCKS = 8
"""The feeling of the voice is read every 0.26 s."""
BACKLOG_CHUNKS = 200


class Ears(Protocol):
    """What `Hearing` tells its owner."""

    def floor(self, change: Floor, time: float) -> None:
        """The floor changed hands at a time on the media clock."""

    def words(self, words: Words) -> None:
        """The words so far."""

    def voice(self, reading: VoiceReading) -> None:
        """The feeling of the voice so far."""

    def spoken(self, words: Words, *, start: float, end: float) -> None:
        """A turn of the user is complete."""

    def trouble(self, stage: str, message: str) -> None:
        """One clear line for the person."""


@dataclass(frozen=True, slots=True)
class HearingEngines:
    """The three engines that listen, and where they run."""

    detector: Detector
    recognizer: Recognizer
    prosody: VoiceReader
    activity_lane: Lane | Here
    words_lane: Lane


class Hearing:
    """Listens for ever.

    `companion` says whether the companion is audible, `is_echo` whether a sound is only its echo.
    """

    def __init__(self, engines: HearingEngines, clock: Clock, ears: Ears, companion: Callable[[], bool]) -> None:
        self.engines = engines
        self.turns = TurnTaking()
        self.is_echo: Callable[[Activity], bool] = lambda _activity: False
        self._clock = clock
        self._ears = ears
        self._companion = companion
        self._microphone = Microphone()
        self._sound: Pipe[AudioChunk] = Pipe(BACKLOG_CHUNKS)
        self._before: deque[AudioChunk] = deque(maxlen=BEFORE_BLOCKS)
        self._voice: Pipe[AudioChunk] = Pipe(BACKLOG_CHUNKS)
        self._voiced: list[AudioChunk] = []
        self._utterance: Utterance | None = None
        self._completing = 0

    @property
    def busy(self) -> bool:
        """Whether the user has the floor or words are still being recognised."""
        return self.turns.user_speaks or self._completing > 0

    def hear(self, chunk: AudioChunk) -> None:
        """Take sound in, at `HEARING_HZ`; never blocks."""
        self._sound.push(chunk)

    def forget(self) -> None:
        """Drop the utterance in hand and what is known of the person's rhythm."""
        if self._utterance is not None:
            self._utterance.drop()
            self._utterance = None
        self.turns = TurnTaking()
        self._voiced.clear()

    async def run(self) -> None:
        """Listen until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read_voice())
            detector, lane = Feed(self.engines.detector.feed), self.engines.activity_lane
            async for chunk in self._sound:
                for block in self._microphone.blocks(chunk):
                    remark = self._microphone.remark(block)
                    if remark:
                        self._ears.trouble("microphone", remark)
                    activity = await lane.call(self._clock, detector.advance, block)
                    self._take(group, block, activity)

    def _take(self, group: asyncio.TaskGroup, block: AudioChunk, activity: Activity) -> None:
        companion = self._companion()
        if companion and self.is_echo(activity):
            activity = Activity(activity.start, activity.end, 0.0, activity.level)
        self._before.append(block)
        if self._utterance is not None:
            self._utterance.add(block)
            self._hand_to_voice(block)
        for change in self.turns.hear(activity, hum=is_hum(block), companion=companion):
            self._change(group, change, activity.end)

    def _change(self, group: asyncio.TaskGroup, change: Floor, now: float) -> None:
        if change in (Floor.STARTED, Floor.CONTINUED):
            if change is Floor.STARTED or self._utterance is None:
                engines = self.engines
                self._utterance = Utterance(engines.recognizer, engines.words_lane, self._clock, self._understood)
            self._utterance.begin(group, list(self._before))
        elif change is Floor.PAUSED and self._utterance is not None:
            self._utterance.pause()
        elif change is Floor.RESUME and self._utterance is not None:
            self._utterance.drop()
            self._utterance = None
        elif change is Floor.ENDED and self._utterance is not None:
            group.create_task(self._complete(self._utterance, self.turns.start, self.turns.last_speech))
            self._utterance = None
        self._ears.floor(change, now)

    async def _complete(self, utterance: Utterance, start: float, end: float) -> None:
        self._completing += 1
        try:
            words = await utterance.finish()
        finally:
            self._completing -= 1
        self._ears.spoken(words, start=start, end=end)

    def _understood(self, words: Words) -> None:
        self.turns.understood(words.text, words.confidence)
        self._ears.words(words)

    def _hand_to_voice(self, block: AudioChunk) -> None:
        self._voiced.append(block)
        if len(self._voiced) >= VOICE_BLOCKS:
            samples = np.concatenate([part.samples for part in self._voiced])
            self._voice.push(AudioChunk(samples, HEARING_HZ, self._voiced[0].start))
            self._voiced.clear()

    async def _read_voice(self) -> None:
        reader = Feed(self.engines.prosody.read)
        async for chunk in self._voice:
            self._ears.voice(await self.engines.words_lane.call(self._clock, reader.advance, chunk))
