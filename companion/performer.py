"""`Performer`: the companion's face, 25 frames a second for ever, with or without something to say."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

import numpy as np

from companion.clock import Clock
from companion.drawing import Drawing, Look
from companion.speech import FADE_SAMPLES, FRAME_SAMPLES, Speech
from companion.types import (
    FPS,
    FRAME_SEC,
    SPEECH_HZ,
    Affect,
    Attention,
    AudioChunk,
    AvatarFrame,
    Motion,
    Picture,
    Samples,
    Span,
    SpeechSegment,
    VideoPacket,
    Window,
)

BUFFER_SEC = 3.0
"""Speech kept ahead of the playhead; the rest waits in its pipe."""
NOD_MEMORY_SEC = 1.5
AHEAD = 2
"""Frames planned: the one to be shown next, and one more, so that a picture may take longer than a frame lasts."""
CALM = Affect.of("happy", 0.18)
"""How the companion looks when nothing else is asked: friendly."""


@dataclass(slots=True)
class _Plan:
    """A frame to come: what will be heard with it and what is to be drawn; plans are numbered in their order."""

    number: int
    turn: int
    sound: Samples | None
    window: Window
    affect: Affect


class Performer:
    """Always has a next frame: listens, thinks, speaks, is interrupted.

    Sound is never late: where a picture is not ready in time the one before it stays, and drawing goes on with the
    newest frame planned. `output` takes each frame at its time on the media clock.
    """

    def __init__(self, look: Look, drawing: Drawing, clock: Clock, output: Callable[[AvatarFrame], None]) -> None:
        self.look = look
        self.user = Affect.unknown()
        self.frames = 0
        self.late = 0
        self._drawing = drawing
        self._clock = clock
        self._output = output
        self._attention = Attention.IDLE
        self._affect = CALM
        self._speech: Speech | None = None
        self._paused = False
        self._nods: list[float] = []
        self._last: Motion | None = None
        self._plans: deque[_Plan] = deque()
        self._planned = asyncio.Event()
        self._count = 0
        self._drawn: deque[tuple[int, Picture | VideoPacket]] = deque()
        self._picture: Picture | VideoPacket | None = None
        self._number = 0
        self._on_sound: Callable[[float], None] | None = None
        self._moved = asyncio.Event()
        self._awake = asyncio.Event()
        self._awake.set()

    @property
    def audible(self) -> bool:
        """Whether the companion is heard speaking now."""
        if self._speech is None or self._paused or self._on_sound is not None:
            return False
        return not self._speech.done or any(plan.sound is not None for plan in self._plans)

    def attend(self, attention: Attention, affect: Affect | None = None) -> None:
        """What to do with the face while not speaking, and the feeling to show."""
        self._attention = attention
        self._affect = affect or self._affect

    def nod(self) -> None:
        """Nod once, now."""
        self._nods = [*self._nods[-3:], self._clock.now()]

    def pause(self) -> None:
        """Fall silent within one frame and listen; `resume` goes on with the word that was cut."""
        self._fall_silent()
        self._paused = True

    def resume(self) -> None:
        """Go on speaking after `pause`."""
        if self._paused and self._speech is not None:
            self._speech.rewind_to_word()
        self._paused = False

    def rest(self) -> None:
        """Show nothing until `wake`: nobody is looking."""
        self._awake.clear()

    def wake(self) -> None:
        """Go on where `rest` left off."""
        self._awake.set()

    def refresh(self) -> None:
        """Someone new is looking: the next picture must need none before it."""
        self._drawing.refresh()

    async def perform(
        self, turn: int, segments: AsyncIterator[SpeechSegment], on_sound: Callable[[float], None]
    ) -> Speech:
        """Speak the segments as they come, until the last sample was played.

        `on_sound` is told the moment of the first sound. When the task is cancelled the companion falls silent
        within a frame; `stop` says what had been heard.
        """
        speech = self._speech = Speech(turn)
        self._on_sound = on_sound
        self._paused = False
        async for segment in segments:
            speech.add(segment)
            while speech.buffered > BUFFER_SEC:
                await self._next_frame()
        speech.ended = True
        while not speech.done:
            await self._next_frame()
        for _ in range(len(self._plans)):  # what was planned has yet to be heard
            await self._next_frame()
        self._speech = None
        return speech

    def stop(self, turn: int) -> str:
        """Stop speaking for a turn; the words that had been heard by then (none when another turn is speaking)."""
        if self._speech is None or self._speech.turn != turn:
            return ""
        self._fall_silent()
        heard, self._speech, self._paused = self._speech.heard, None, False
        return heard

    async def run(self) -> None:
        """Show frames until cancelled. Raises what the animator or renderer raises: the owner decides what then."""
        index = int(self._clock.now() * FPS) + 1
        drawing = asyncio.create_task(self._draw())
        try:
            while True:
                if not self._awake.is_set():
                    await self._awake.wait()
                    index = int(self._clock.now() * FPS) + 1
                while len(self._plans) < AHEAD:
                    self._plan((index + len(self._plans)) * FRAME_SEC)
                await self._clock.sleep_until(index * FRAME_SEC)
                if drawing.done():
                    drawing.result()  # a failure to draw ends the performance here
                self._show(index, self._plans.popleft())
                following = max(index + 1, int(self._clock.now() * FPS))
                self.late += following - index - 1
                index = following
        finally:
            drawing.cancel()

    def _plan(self, start: float) -> None:
        """Take the sound of the frame that begins at `start`, if there is any, and say what to draw with it."""
        speech, sound, affect = self._speech, None, self._affect
        phones: tuple[Span, ...] = ()
        if speech is not None and not self._paused and speech.buffered > 0:
            sound = speech.take(FRAME_SAMPLES)
            affect = speech.affect or affect
            # The playhead has already passed this frame's sound.
            phones = tuple(replace(p, start=p.start + FRAME_SEC, end=p.end + FRAME_SEC) for p in speech.phones())
        window = self._window(start, sound, phones)
        self._count += 1
        self._plans.append(_Plan(self._count, speech.turn if speech else 0, sound, window, affect))
        self._planned.set()

    async def _draw(self) -> None:
        """Draw the newest plan, over and over; one that is overtaken is never drawn."""
        number = 0
        while True:
            while not self._plans or self._plans[-1].number <= number:
                self._planned.clear()
                await self._planned.wait()
            plan = self._plans[-1]
            number = plan.number
            self._last, picture = await self._drawing.draw(self._clock, self.look, plan.window, plan.affect, self._last)
            self._drawn.append((number, picture))

    def _window(self, start: float, sound: Samples | None, phones: tuple[Span, ...]) -> Window:
        self._nods = [nod for nod in self._nods if start - nod < NOD_MEMORY_SEC]
        return Window(
            start,
            1,
            Attention.SPEAKING if sound is not None else self._attention,
            AudioChunk(sound, SPEECH_HZ, start) if sound is not None else None,
            phones,
            tuple(nod - start for nod in self._nods),
            self.user,
            self.look.expressiveness,
        )

    def _show(self, index: int, plan: _Plan) -> None:
        start = index * FRAME_SEC
        while self._drawn and self._drawn[0][0] <= plan.number:
            self._number, picture = self._drawn.popleft()
            if isinstance(picture, VideoPacket) and isinstance(self._picture, VideoPacket):
                picture = self._picture.then(picture)  # one that came too late is still part of the stream
            self._picture = picture
        self.frames += 1
        self.late += self._number != plan.number
        sound = plan.sound
        if sound is None:
            sound = np.zeros(FRAME_SAMPLES, np.float32)
        elif self._on_sound is not None and self._begins(plan.turn):
            self._on_sound(start)
            self._on_sound = None
        if self._number:
            drawn = start - (plan.number - self._number) * FRAME_SEC
            self._output(AvatarFrame(plan.turn, start, self._picture, AudioChunk(sound, SPEECH_HZ, start), drawn))
        if isinstance(self._picture, VideoPacket):
            self._picture = None
        self._moved.set()
        self._moved = asyncio.Event()

    def _fall_silent(self) -> None:
        """Fade the sound of the next frame out over its first 10 ms and drop what is planned after it.

        None of it counts as heard.
        """
        if self._speech is None:
            return
        for place, plan in enumerate(self._plans):
            if plan.sound is None or plan.turn != self._speech.turn:
                continue
            self._speech.back(FRAME_SAMPLES)
            faded = np.zeros(FRAME_SAMPLES, np.float32)
            faded[:FADE_SAMPLES] = plan.sound[:FADE_SAMPLES] * np.linspace(1, 0, FADE_SAMPLES, dtype=np.float32)
            plan.sound = faded if place == 0 else None

    def _begins(self, turn: int) -> bool:
        """Whether sound of this turn belongs to the speech under way; the fading end of another's does not."""
        return self._speech is not None and self._speech.turn == turn and self._speech.begun

    async def _next_frame(self) -> None:
        await self._moved.wait()
