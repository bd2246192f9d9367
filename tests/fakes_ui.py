"""A companion without engines, for tests of the page and its stream; `python -m tests.fakes_ui PORT` serves it.

Its picture carries the time it was made and flashes with its beep, so that delay and skew can be read in the browser.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

import ui.room
import ui.server
from companion.affect import EMOTIONS, Affect
from companion.clock import Clock
from companion.event import Event, Listener, affect_fields, plan_fields, words_fields
from companion.pipe import Pipe
from companion.registry import EngineUnavailableError
from companion.settings import Settings
from companion.studio import Studio
from companion.transcript import Line, Transcript
from companion.types import (
    FRAME_SEC,
    SPEECH_HZ,
    AudioChunk,
    AvatarFrame,
    Picture,
    Plan,
    Risk,
    Samples,
    Stage,
    TextReading,
    VideoFrame,
)

FRAME_SAMPLES = round(FRAME_SEC * SPEECH_HZ)
BEEP_SEC = 0.12
BEEP_HZ, TONE_HZ = 1000, 440
BITS = 24
CELL = 16
"""Side of one bit in the picture, in pixels: it survives the video's compression."""
PLAN = Plan(
    emotion="sad",
    cause="work",
    stage=Stage.EXPLORATION,
    strategies=(0.1, 0.1, 0.8, 0.0, 0.0, 0.0, 0.0, 0.0),
    reason="You sound sad, so I name that first.",
    target=Affect(),
    opinions={"rules": (0.2, 0.0, 0.8, 0.0, 0.0, 0.0, 0.0, 0.0)},
)


class FakePerformer:
    """Nothing to wake, and its pictures are pixels."""

    def wake(self) -> None: ...

    def rest(self) -> None: ...

    def refresh(self) -> None: ...


class FakeSession:
    """Beeps once a second; typed text starts a tone that goes on until the text "stop"."""

    def __init__(self, studio: Studio, settings: Settings, listen: Listener, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.frames: Pipe[AvatarFrame] = Pipe(3)
        self.settings = settings
        self.transcript = Transcript()
        self.performer = FakePerformer()
        self.heard: list[AudioChunk] = []
        self.seen: list[VideoFrame] = []
        self.turn = 0
        self._listen = listen
        self._closed = asyncio.Event()
        self._tone = False
        self._ground = _ground(settings.size)

    async def run(self) -> None:
        playing = asyncio.create_task(self._play())
        await self._closed.wait()
        playing.cancel()
        self.frames.end()

    def close(self) -> None:
        self._closed.set()

    def hear(self, chunk: AudioChunk) -> None:
        """Tells the page what arrived, once a second, as a note."""
        self.heard = [*self.heard[-200:], chunk]
        if len(self.heard) % 50 == 1:
            loud = float(np.abs(chunk.samples).max())
            self._tell("voice", note=f"{chunk.rate} Hz, {'sound' if loud > 0.01 else 'silence'}")

    def see(self, frame: VideoFrame) -> None:
        self.seen = [*self.seen[-50:], frame]
        if len(self.seen) > 12:
            rate = (len(self.seen) - 1) / (self.seen[-1].time - self.seen[0].time)
            height, width = frame.picture.shape[:2]
            self._tell("face", note=f"{width}x{height} at {rate:.0f}")

    def type(self, text: str) -> None:
        self.turn += 1
        now = self.clock.now()
        self.transcript.add(Line("you", text, now, self.turn, Affect()))
        read = words_fields(TextReading(Affect(), {"grief": 0.6}, cause=text))
        affect = affect_fields(Affect())
        self._tell("turn", turn=self.turn, text=text, typed=True, affect=affect, start=now, end=now, **read)
        if text == "stop":
            self._tone = False
            self._tell("speech", turn=self.turn - 1, state="interrupted", heard="I hear")
            return
        risk = Risk.CRISIS if text == "danger" else Risk.NONE
        self._tell("plan", turn=self.turn, **plan_fields(replace(PLAN, risk=risk)))
        self._tell("clause", turn=self.turn, text="I hear you, and I am here.", affect=affect_fields(Affect()))
        self._tell("speech", turn=self.turn, state="start", heard="")
        self._tell("mark", name="response", turn=self.turn, response_ms=480, stages={"turn_end": 300, "words": 180})
        self._tone = True

    def greet(self) -> None:
        self._tell("clause", turn=0, text="Hello.", affect=affect_fields(Affect()))

    async def configure(self, settings: Settings) -> None:
        if settings.avatar == "nobody":
            raise EngineUnavailableError("unknown avatar 'nobody'; did you mean 'mira'?")
        self.settings = settings

    def forget(self) -> None:
        self.transcript.clear()

    async def _play(self) -> None:
        index = int(self.clock.now() / FRAME_SEC) + 1
        while True:
            await self.clock.sleep_until(index * FRAME_SEC)
            start = index * FRAME_SEC
            self.frames.push(
                AvatarFrame(0, start, self._picture(start), AudioChunk(self._sound(index), SPEECH_HZ, start), start)
            )
            if index % 3 == 0:
                sad = affect_fields(Affect.of(EMOTIONS[2], 0.5 + 0.3 * np.sin(start)))
                self._tell("affect", fused=sad, face=sad, voice=sad, words=affect_fields(Affect.unknown()))
            index = max(index + 1, int(self.clock.now() / FRAME_SEC))

    def _sound(self, index: int) -> Samples:
        times = (index * FRAME_SAMPLES + np.arange(FRAME_SAMPLES)) / SPEECH_HZ
        hertz = TONE_HZ if self._tone else BEEP_HZ
        loud = np.where(self._tone | (times % 1 < BEEP_SEC), 0.4, 0.0)
        return np.asarray(loud * np.sin(2 * np.pi * hertz * times), np.float32)

    def _picture(self, start: float) -> Picture:
        picture = self._ground.copy()
        size = len(picture)
        picture[size // 2 :, : size // 2] = 255 if start % 1 < BEEP_SEC else 0
        at = round(start * 200) % (size // 2)
        picture[size // 2 :, size // 2 + at : size // 2 + at + 24] = (230, 120, 60)
        now = int(time.time() * 1000)
        for bit in range(BITS):
            row, column = divmod(bit, 12)
            value = 255 * (now >> (BITS - 1 - bit) & 1)
            picture[row * CELL : (row + 1) * CELL, column * CELL : (column + 1) * CELL] = value
        return picture

    def _tell(self, kind: str, **fields: object) -> None:
        self._listen(Event(self.clock.now(), kind, fields))


def _ground(size: int) -> Picture:
    ramp = np.linspace(60, 190, size, dtype=np.uint8)
    across, down = np.tile(ramp, (size, 1)), np.tile(ramp[:, None], (1, size))
    return np.stack([across, down, np.full_like(across, 120)], 2)


def rehearse(studio: Studio, settings: Settings) -> Iterator[str]:
    """Takes a moment over two stages."""
    for stage in ("renderer", "recognizer"):
        yield stage
        time.sleep(0.3)


def main() -> None:
    """Serve a companion that is all fake but the page and the stream."""
    vars(ui.room)["Session"] = FakeSession
    vars(ui.server)["rehearse"] = rehearse
    port, size, sessions = (int(word) for word in sys.argv[1:4])
    settings = Settings.of({"port": port, "size": size, "sessions": sessions, "country": "GB"})
    with contextlib.suppress(KeyboardInterrupt):
        ui.server.serve(settings, Studio())


if __name__ == "__main__":
    main()
