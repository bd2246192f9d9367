"""`Utterance`: the words of one turn, recognised while it is spoken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np

from companion.clock import Clock
from companion.engines import Recognizer
from companion.feed import Feed
from companion.lane import Lane
from companion.pipe import Pipe
from companion.types import AudioChunk, Words

TOGETHER = 3
"""Blocks recognised in one go (0.1 s): each go costs a way to another process and back."""
LONGEST_BLOCKS = 2000
"""About a minute between two pauses; older sound gives way."""


class Utterance:
    """A turn is cut at its pauses: each piece is decoded while the next one is spoken or awaited.

    So the words of the last piece are final by the time the silence is long enough to end the turn. `on_words` is told
    the words so far whenever they change.
    """

    def __init__(self, recognizer: Recognizer, lane: Lane, clock: Clock, on_words: Callable[[Words], None]) -> None:
        self._recognizer = recognizer
        self._lane = lane
        self._clock = clock
        self._on_words = on_words
        self._pieces: list[Words] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._open: Pipe[AudioChunk] | None = None

    def begin(self, group: asyncio.TaskGroup, before: list[AudioChunk]) -> None:
        """Start a piece with the sound from just before it was noticed."""
        self._open = Pipe(LONGEST_BLOCKS)
        for chunk in before:
            self._open.push(chunk)
        self._pieces.append(Words("", before[0].start, before[-1].end, 0.0))
        self._tasks.append(group.create_task(self._recognise(len(self._pieces) - 1, self._open)))

    def add(self, chunk: AudioChunk) -> None:
        """One more block of sound for the piece that is open, if one is."""
        if self._open is not None:
            self._open.push(chunk)

    def pause(self) -> None:
        """The piece is over."""
        if self._open is not None:
            self._open.end()
            self._open = None

    async def finish(self) -> Words:
        """The final words of the whole turn."""
        self.pause()
        await asyncio.gather(*self._tasks)
        return self._joined(final=True)

    def drop(self) -> None:
        """Forget it."""
        for task in self._tasks:
            task.cancel()

    async def _recognise(self, index: int, pipe: Pipe[AudioChunk]) -> None:
        feed = Feed(self._recognizer.recognize)
        waiting: list[AudioChunk] = []
        async for chunk in pipe:
            waiting.append(chunk)
            if len(waiting) == TOGETHER:
                self._update(index, await self._lane.call(self._clock, feed.advance, _one(waiting)))
                waiting = []
        if waiting:
            await self._lane.call(self._clock, feed.advance, _one(waiting))
        words = await self._lane.call(self._clock, feed.finish)
        if words is not None:
            self._update(index, words)

    def _update(self, index: int, words: Words) -> None:
        told = self._pieces[index]
        self._pieces[index] = words
        if (words.text, words.final) != (told.text, told.final):
            self._on_words(self._joined(final=False))

    def _joined(self, *, final: bool) -> Words:
        pieces = [piece for piece in self._pieces if piece.text] or self._pieces
        letters = sum(len(piece.text) for piece in pieces)
        confidence = sum(piece.confidence * len(piece.text) for piece in pieces) / letters if letters else 0.0
        text = " ".join(piece.text for piece in pieces).strip()
        return Words(text, pieces[0].start, pieces[-1].end, confidence, final)


def _one(chunks: list[AudioChunk]) -> AudioChunk:
    """Chunks that follow one another as one."""
    return AudioChunk(np.concatenate([chunk.samples for chunk in chunks]), chunks[0].rate, chunks[0].start)
