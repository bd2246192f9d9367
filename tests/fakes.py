"""Fake engines that declare how long they take, so that whole sessions run deterministically on media time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from companion.clock import Clock, MediaLoop
from companion.drawing import Drawing, LaneDrawing, Look
from companion.event import Event
from companion.lane import Lane
from companion.session import Session
from companion.settings import Settings
from companion.studio import LANES
from companion.types import (
    CHANNELS,
    HEARING_HZ,
    SPEECH_HZ,
    Activity,
    Affect,
    AudioChunk,
    Clause,
    FaceReading,
    Message,
    Motion,
    Picture,
    Plan,
    Portrait,
    Span,
    SpeechSegment,
    TextReading,
    VideoFrame,
    VoiceReading,
    Window,
    Words,
)

T = TypeVar("T")
WORD_SEC = 0.3
"""How long the fake voice takes over a word."""


class Stopwatch:
    """Time that passes only when an engine says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def spend(self, seconds: float) -> None:
        """Declare that work took this long."""
        self.seconds += seconds


@dataclass
class FakeEar:
    """Detector and recogniser in one: sound is speech when it is loud, and says `script`, one line per utterance."""

    watch: Stopwatch
    script: list[str] = field(default_factory=list)
    final_sec: float = 0.05

    def feed(self, audio: Iterable[AudioChunk]) -> Iterator[Activity]:
        for chunk in audio:
            level = 10 * float(np.log10(np.mean(np.square(chunk.samples)) + 1e-10))
            yield Activity(chunk.start, chunk.end, 0.95 if level > -35 else 0.02, level)

    def recognize(self, audio: Iterable[AudioChunk]) -> Iterator[Words]:
        start = end = 0.0
        for chunk in audio:
            end = chunk.end
            yield Words("", start, end, 0.0)
        self.watch.spend(self.final_sec)
        text = self.script.pop(0) if self.script else ""
        yield Words(text, start, end, 0.9 if text else 0.0, final=True)


class FakeReader:
    """Reads the same feeling from every face, voice and text; `fail_at` makes the nth face crash."""

    def __init__(self, affect: Affect, fail_at: int = 0) -> None:
        self.affect = affect
        self.fail_at = fail_at
        self.seen = 0

    def read(self, source: Any, context: Sequence[Message] = ()) -> Any:  # noqa: ANN401 - one fake for three contracts
        return TextReading(self.affect) if isinstance(source, str) else self._stream(source)

    def _stream(self, items: Iterable[VideoFrame | AudioChunk]) -> Iterator[FaceReading | VoiceReading]:
        for item in items:
            self.seen += 1
            if self.seen == self.fail_at:
                raise RuntimeError("the camera went away")
            if isinstance(item, VideoFrame):
                yield FaceReading(item.time, self.affect)
            else:
                yield VoiceReading(item.start, item.end, self.affect)


class FakeModel:
    """Says the same sentences each time, each after `piece_sec`."""

    def __init__(self, text: str = "I hear you. That sounds hard for you.", piece_sec: float = 0.01) -> None:
        self.text = text
        self.piece_sec = piece_sec
        self.asked: list[list[Message]] = []

    async def complete(self, messages: Sequence[Message], plan: Plan) -> AsyncIterator[str]:
        self.asked.append(list(messages))
        for word in self.text.split(" "):
            await asyncio.sleep(self.piece_sec)
            yield word + " "


class FakeVoice:
    """A loud tone, `WORD_SEC` a word; takes `work_sec` per clause and crashes on the clauses numbered in `fail_on`."""

    def __init__(self, watch: Stopwatch, work_sec: float = 0.03, fail_on: Sequence[int] = ()) -> None:
        self.watch = watch
        self.work_sec = work_sec
        self.fail_on = fail_on
        self.clauses: list[Clause] = []

    def speak(self, clause: Clause) -> Iterator[SpeechSegment]:
        self.clauses.append(clause)
        if len(self.clauses) in self.fail_on:
            raise RuntimeError("the voice broke")
        self.watch.spend(self.work_sec)
        words = clause.text.split()
        spans = tuple(Span(word, i * WORD_SEC, (i + 1) * WORD_SEC) for i, word in enumerate(words))
        samples = np.full(round(SPEECH_HZ * WORD_SEC * len(words)), 0.5, np.float32)
        yield SpeechSegment(clause.turn, clause, AudioChunk(samples, SPEECH_HZ, 0.0), (), spans)


class FakeFace:
    """Animator and renderer in one; a picture shows the brightness of its motion and takes `work_sec`."""

    def __init__(self, watch: Stopwatch, work_sec: float = 0.005) -> None:
        self.watch = watch
        self.work_sec = work_sec
        self.windows: list[Window] = []

    def animate(self, window: Window, affect: Affect, last: Motion | None) -> Motion:
        self.windows.append(window)
        return Motion(np.zeros((window.frames, len(CHANNELS)), np.float32))

    def render(self, portrait: Portrait, motion: Motion) -> Iterator[Picture]:
        for _ in motion.channels:
            self.watch.spend(self.work_sec)
            yield np.zeros((8, 8, 3), np.uint8)


class FakeStudio:
    """A studio whose engines are given by stage."""

    def __init__(self, **engines: object) -> None:
        self.lanes = {name: Lane(name) for name in LANES}
        self.engines = engines

    def drawing(self) -> Drawing:
        return LaneDrawing(self.lanes["stage"])

    def look(self, settings: Settings) -> Look:
        face = self.engines["renderer"]
        assert isinstance(face, FakeFace)
        return Look(face, face, Portrait("fake", 8))

    def engine(self, stage: str, settings: Settings) -> Any:  # noqa: ANN401 - each stage has its own contract
        return self.engines[stage]

    def named(self, stage: str, name: str, settings: Settings) -> Any:  # noqa: ANN401
        return self.engines[stage]

    def close(self) -> None:
        for lane in self.lanes.values():
            lane.close()


def fake_studio(watch: Stopwatch, **engines: object) -> FakeStudio:
    """A studio of fakes; engines given by stage take the place of the usual ones."""
    ear, face, reader = FakeEar(watch), FakeFace(watch), FakeReader(Affect.of("sad", 0.5))
    usual: dict[str, object] = {
        "activity": ear, "recognizer": ear, "prosody": reader, "face": reader, "feeling": reader,
        "language": FakeModel(), "synthesizer": FakeVoice(watch), "animator": face, "renderer": face,
    }  # fmt: skip
    return FakeStudio(**{**usual, **engines})


class Stage:
    """A session on media time with its events and frames kept, and a microphone to speak into."""

    def __init__(self, studio: FakeStudio, watch: Stopwatch) -> None:
        self.events: list[Event] = []
        self.sound: list[tuple[float, float]] = []
        self.session = Session(studio, Settings(), self.events.append, Clock(watch))  # type: ignore[arg-type]  # a fake
        self._heard = 0.0

    async def watch(self) -> None:
        """Keep the time and loudness of each frame."""
        async for frame in self.session.frames:
            self.sound.append((frame.time, float(np.abs(frame.audio.samples).max())))

    async def speak(self, seconds: float, loud: float = 0.5, hertz: float = 1500.0) -> None:
        """Send sound to the microphone in real time; `loud` 0 is silence, a low `hertz` is a hum."""
        start = self._heard = max(self._heard, self.session.clock.now())
        for i in range(round(seconds / 0.02)):
            times = start + (i + np.arange(1, HEARING_HZ // 50 + 1) / (HEARING_HZ // 50)) * 0.02
            samples = (loud * np.sin(2 * np.pi * hertz * times)).astype(np.float32)
            self._heard = start + (i + 1) * 0.02
            await self.session.clock.sleep_until(self._heard)
            self.session.hear(AudioChunk(samples, HEARING_HZ, start + i * 0.02))

    async def quiet(self, seconds: float) -> None:
        """Silence in the microphone."""
        await self.speak(seconds, loud=0.0)

    async def echo(self, seconds: float, gain: float, delay: float) -> None:
        """What the companion plays comes back into the microphone, softer and later."""
        for _ in range(round(seconds / 0.02)):
            then = self.session.clock.now() - delay
            played = [level for time, level in self.sound if time <= then < time + 0.04]
            await self.speak(0.02, loud=gain * played[-1] if played else 0.0)

    def of(self, kind: str, **fields: object) -> list[Event]:
        """Events of a kind with these fields."""
        return [
            event
            for event in self.events
            if event.kind == kind and all(event.fields.get(name) == value for name, value in fields.items())
        ]

    def loud_between(self, start: float, end: float) -> float:
        """Share of frames with sound between two times."""
        frames = [level for time, level in self.sound if start <= time < end]
        return sum(level > 0.01 for level in frames) / len(frames)


def play(scene: Callable[[Stage], Awaitable[T]], **engines: object) -> T:
    """Run a scene in a session of fakes on media time; fails when any task is left behind."""
    with asyncio.Runner(loop_factory=MediaLoop) as runner:
        return runner.run(_play(scene, engines))


async def _play(scene: Callable[[Stage], Awaitable[T]], engines: dict[str, object]) -> T:
    watch = engines.pop("watch", None)
    watch = watch if isinstance(watch, Stopwatch) else Stopwatch()
    studio = fake_studio(watch, **engines)
    stage = Stage(studio, watch)
    running = asyncio.create_task(stage.session.run())
    watching = asyncio.create_task(stage.watch())
    try:
        return await scene(stage)
    finally:
        stage.session.close()
        await asyncio.gather(running, watching)
        studio.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"tasks left behind: {left}"
