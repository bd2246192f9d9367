"""`replay`: a recorded person through the same session code, on media time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from scipy.signal import resample_poly

from companion.clock import MediaLoop
from companion.event import Event
from companion.movie import Movie
from companion.recording import Recording
from companion.rehearsal import rehearse
from companion.session import Session
from companion.settings import Settings
from companion.studio import Studio
from companion.types import FRAME_SEC, HEARING_HZ, SPEECH_HZ, AudioChunk, AvatarFrame, Picture, VideoFrame

TAIL_SEC = 2.5
"""Silence heard after the recording, so that its last turn ends."""
ANSWER_SEC = 30.0
"""The longest wait for the last answer to be spoken."""


@dataclass(slots=True)
class Replayed:
    """What came of a replay."""

    events: list[Event] = field(default_factory=list)
    frames: int = 0
    late: int = 0
    seconds: float = 0.0
    wall_seconds: float = 0.0

    def count(self, kind: str, **fields: object) -> int:
        """How many events of a kind carry these fields."""
        return sum(
            event.kind == kind and all(event.fields.get(name) == value for name, value in fields.items())
            for event in self.events
        )

    def summary(self) -> dict[str, float]:
        """The figures of `companion replay --json`."""
        return {
            "turns": self.count("turn"),
            "replies": self.count("speech", state="start"),
            "frames": self.frames,
            "fps": round(self.frames / self.seconds, 2) if self.seconds else 0.0,
            "realtime_factor": round(self.seconds / self.wall_seconds, 2) if self.wall_seconds else 0.0,
        }


Shown = Callable[[AvatarFrame], None]


def replay(
    recording: Iterator[AudioChunk | VideoFrame], settings: Settings, studio: Studio, show: Shown | None = None
) -> Replayed:
    """Play sound and pictures (times from 0) to a session and collect what it does; `show` gets each avatar frame.

    Time is media time: computing counts as long as it took on this machine, waiting takes no time.
    """
    for _stage in rehearse(studio, settings):
        pass
    with asyncio.Runner(loop_factory=MediaLoop) as runner:
        return runner.run(_replay(recording, settings, studio, show))


async def _replay(
    recording: Iterator[AudioChunk | VideoFrame], settings: Settings, studio: Studio, show: Shown | None
) -> Replayed:
    result = Replayed()
    began = time.perf_counter()
    session = Session(studio, settings, result.events.append)
    jobs = (_play(session, recording), session.run(), _show(session, result, show))
    _, *others = tasks = [asyncio.create_task(job) for job in jobs]
    try:
        # Playing ends first, unless something failed: a picture that cannot be written ends the replay at once.
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
        session.close()
        await asyncio.gather(*others)
    finally:
        for task in tasks:
            task.cancel()
    result.seconds = session.clock.now()
    result.wall_seconds = time.perf_counter() - began
    result.late = session.performer.late
    return result


async def _show(session: Session, result: Replayed, show: Shown | None) -> None:
    async for frame in session.frames:
        result.frames += 1
        if show is not None:
            show(frame)


async def _play(session: Session, recording: Iterator[AudioChunk | VideoFrame]) -> None:
    end = 0.0
    for item in recording:
        due = item.time if isinstance(item, VideoFrame) else item.end
        end = max(end, due)
        await session.clock.sleep_until(due)
        if isinstance(item, VideoFrame):
            session.see(item)
        else:
            session.hear(item)
    quiet = np.zeros(HEARING_HZ // 50, np.float32)
    for i in range(round(TAIL_SEC * 50)):
        await session.clock.sleep_until(end + (i + 1) / 50)
        session.hear(AudioChunk(quiet, HEARING_HZ, end + i / 50))
    while session.busy and session.clock.now() < end + ANSWER_SEC:
        await session.clock.sleep_until(session.clock.now() + FRAME_SEC)
    await session.clock.sleep_until(session.clock.now() + 0.5)


class SideBySide:
    """Person on the left, avatar on the right, both voices in one track."""

    def __init__(self, movie: Movie, size: int) -> None:
        self._movie = movie
        self._size = size
        self._person: Picture = np.full((size, size, 3), 24, np.uint8)
        self._sound = np.zeros(0, np.float32)
        self._head = 0

    def watch(self, recording: Recording) -> Iterator[AudioChunk | VideoFrame]:
        """Pass a recording on while taking its pictures and sound for the left side."""
        for item in recording:
            if isinstance(item, VideoFrame):
                self._person = _square(item.picture, self._size)
            else:
                louder = resample_poly(item.samples, SPEECH_HZ // 8000, HEARING_HZ // 8000)
                self._sound = np.concatenate([self._sound[self._head :], louder.astype(np.float32)])
                self._head = 0
            yield item

    def show(self, frame: AvatarFrame) -> None:
        """Write one frame."""
        self._movie.show(np.concatenate([self._person, frame.pixels], axis=1))
        need = len(frame.audio.samples)
        person = self._sound[self._head : self._head + need]
        self._head += len(person)
        self._movie.play(np.clip(frame.audio.samples + np.pad(person, (0, need - len(person))), -1, 1))


def replay_file(
    path: Path, out: Path, settings: Settings, studio: Studio, progress: Callable[[float], None] | None = None
) -> Replayed:
    """Replay a file and write the side-by-side video. Raises `RecordingError` for a file that cannot be used."""
    recording = Recording(path)
    with Movie(out, 2 * settings.size, settings.size) as movie:
        sides = SideBySide(movie, settings.size)

        def show(frame: AvatarFrame) -> None:
            sides.show(frame)
            if progress is not None and recording.seconds:
                progress(min(1.0, frame.time / (recording.seconds + TAIL_SEC)))

        return replay(sides.watch(recording), settings, studio, show)


def _square(picture: Picture, size: int) -> Picture:
    """The picture scaled to fit a square, on a dark ground."""
    height, width = picture.shape[:2]
    scale = size / max(height, width)
    shown = cv2.resize(picture, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    square = np.full((size, size, 3), 24, np.uint8)
    top, left = (size - shown.shape[0]) // 2, (size - shown.shape[1]) // 2
    square[top : top + shown.shape[0], left : left + shown.shape[1]] = shown
    return square
