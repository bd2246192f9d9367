"""`Performer`: the companion's face, 25 frames a second for ever, with or without something to say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

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
CALM = Affect.of("happy", 0.18)
"""How the companion looks when nothing else is asked: friendly."""


class Performer:
    """Always has a next frame: listens, thinks, speaks, is interrupted.

    Sound is never late: a picture that is not ready in time is shown a frame later, and the one before it stays.
    `output` takes each frame at its time on the media clock.
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
        self._picture: Picture | VideoPacket | None = None
        self._drawn = 0.0
        self._on_sound: Callable[[float], None] | None = None
        self._sound: Samples | None = None
        self._moved = asyncio.Event()
        self._awake = asyncio.Event()
        self._awake.set()

    @property
    def audible(self) -> bool:
        """Whether the companion is heard speaking now."""
        return self._speech is not None and self._speech.begun and not self._paused and not self._speech.done

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
        drawing: asyncio.Task[None] | None = None
        try:
            while True:
                if not self._awake.is_set():
                    await self._awake.wait()
                    index = int(self._clock.now() * FPS) + 1
                turn = self._take_sound()
                drawn = drawing is None or drawing.done()
                if drawn:
                    if drawing is not None:
                        drawing.result()  # a failure to draw ends the performance here
                    drawing = asyncio.create_task(self._draw(index, self._sound))
                await self._clock.sleep_until(index * FRAME_SEC)
                assert drawing is not None  # noqa: S101 - made in the first round
                self._show(index, turn, on_time=drawn and drawing.done())
                following = max(index + 1, int(self._clock.now() * FPS))
                self.late += following - index - 1
                index = following
        finally:
            if drawing is not None:
                drawing.cancel()

    def _take_sound(self) -> int:
        """Put the sound of the next frame in hand, None for silence; its turn."""
        speech, self._sound = self._speech, None
        if speech is None:
            return 0
        if not self._paused and speech.buffered > 0:
            self._sound = speech.take(FRAME_SAMPLES)
        return speech.turn

    async def _draw(self, index: int, sound: Samples | None) -> None:
        look, start = self.look, index * FRAME_SEC
        window, affect = self._window(start, sound), self._affect
        if sound is not None and self._speech is not None:
            affect = self._speech.affect or affect
        motion, picture = await self._drawing.draw(self._clock, look, window, affect, self._last)
        if isinstance(picture, VideoPacket) and isinstance(self._picture, VideoPacket):
            picture = self._picture.then(
                picture
            )  # one that came too late to be shown is part of the stream all the same
        self._last, self._picture, self._drawn = motion, picture, start

    def _window(self, start: float, sound: Samples | None) -> Window:
        phones: tuple[Span, ...] = ()
        if sound is not None and self._speech is not None:
            # The playhead has already passed this frame's sound.
            phones = tuple(replace(p, start=p.start + FRAME_SEC, end=p.end + FRAME_SEC) for p in self._speech.phones())
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

    def _show(self, index: int, turn: int, *, on_time: bool) -> None:
        self.frames += 1
        self.late += not on_time
        sound, start = self._sound, index * FRAME_SEC
        if sound is None:
            sound = np.zeros(FRAME_SAMPLES, np.float32)
        elif self._on_sound is not None and self._begins(turn):
            self._on_sound(start)
            self._on_sound = None
        self._sound = None
        if self._last is not None:
            self._output(AvatarFrame(turn, start, self._picture, AudioChunk(sound, SPEECH_HZ, start), self._drawn))
        if isinstance(self._picture, VideoPacket):
            self._picture = None
        self._moved.set()
        self._moved = asyncio.Event()

    def _fall_silent(self) -> None:
        """Fade the sound in hand out over its first 10 ms; it does not count as heard."""
        if self._speech is None or self._sound is None:
            return
        self._speech.back(FRAME_SAMPLES)
        faded = np.zeros(FRAME_SAMPLES, np.float32)
        faded[:FADE_SAMPLES] = self._sound[:FADE_SAMPLES] * np.linspace(1, 0, FADE_SAMPLES, dtype=np.float32)
        self._sound = faded

    def _begins(self, turn: int) -> bool:
        """Whether sound of this turn belongs to the speech under way; the fading end of another's does not."""
        return self._speech is not None and self._speech.turn == turn and self._speech.begun

    async def _next_frame(self) -> None:
        await self._moved.wait()
