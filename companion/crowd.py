"""`bench sessions`: several conversations at once, each with its own microphone, camera and encoder."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import psutil

from companion.bench import SENTENCES, Progress, spoken_sentence
from companion.drawing import draw_frame
from companion.rehearsal import rehearse
from companion.session import Session
from companion.settings import Settings
from companion.studio import Studio
from companion.types import (
    FPS,
    FRAME_SEC,
    HEARING_HZ,
    Affect,
    Attention,
    AudioChunk,
    Picture,
    Samples,
    VideoFrame,
    Window,
)
from companion.workers import Workers

CAMERA_FPS = 12
CHUNK_SEC = 0.02
PAUSE_SEC = 5.0
"""Between two sentences: time for an answer."""
SETTLE_SEC = 6.0
"""Engines load and workers start; not counted."""


@dataclass(slots=True)
class _Guest:
    """One session, spoken and looked at without end, its frames encoded as for a browser."""

    session: Session
    camera: Picture
    voice: Samples
    shown: list[float] = field(default_factory=list)
    lateness: list[float] = field(default_factory=list)
    skew: list[float] = field(default_factory=list)

    async def watch(self) -> None:
        async for frame in self.session.frames:
            if frame.picture is not None:
                self.shown.append(frame.drawn)
            self.lateness.append(self.session.clock.now() - frame.time)
            self.skew.append(frame.audio.start - frame.drawn)

    async def talk(self) -> None:
        step, i = round(CHUNK_SEC * HEARING_HZ), 0
        while True:
            at = i * step % len(self.voice)
            await self.session.clock.sleep_until((i + 1) * CHUNK_SEC)
            piece = np.resize(self.voice[at : at + step], step)
            self.session.hear(AudioChunk(piece, HEARING_HZ, i * CHUNK_SEC))
            i += 1

    async def look(self) -> None:
        i = 0
        while True:
            await self.session.clock.sleep_until(i / CAMERA_FPS)
            self.session.see(VideoFrame(self.camera, i / CAMERA_FPS))
            i += 1


def sessions(settings: Settings, counts: Sequence[int], minutes: float, progress: Progress) -> list[dict[str, Any]]:
    """For each number of sessions: the slowest one's new pictures a second, the share of frames on time, skew, memory.

    A frame is on time when its own picture is drawn and encoded for its sound, and both are given out within one
    frame's time of the moment they belong to. `skew_ms` is sound against picture at the end of the run; `rss_mb` is
    all processes together, at the end, and `rss_early_mb` at a fifth of the run; `cpu` is the share of all cores used.
    """
    rows = []
    for done, count in enumerate(counts):
        studio = Studio(Workers(count))
        try:
            list(rehearse(studio, settings))
            rows.append(asyncio.run(_crowd(settings, studio, count, minutes)))
            progress((done + 1) / len(counts))
        finally:
            studio.close()
    return rows


async def _crowd(settings: Settings, studio: Studio, count: int, minutes: float) -> dict[str, Any]:
    pause = np.zeros(round(PAUSE_SEC * HEARING_HZ), np.float32)
    voices = [spoken_sentence(studio, settings, sentence) for sentence in SENTENCES]
    camera = drawn_face(studio, settings)
    guests = []
    for number in range(count):
        turns = [part for voice in np.roll(np.arange(len(voices)), number) for part in (voices[voice], pause)]
        guests.append(_Guest(Session(studio, settings, lambda _event: None), camera, np.concatenate(turns)))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job()) for guest in guests for job in (guest.session.run, guest.watch)]
        feeds = [group.create_task(job()) for guest in guests for job in (guest.talk, guest.look)]
        await asyncio.sleep(SETTLE_SEC)
        for guest in guests:
            for kept in (guest.shown, guest.lateness, guest.skew):
                kept.clear()
        measured = await _measure(minutes)
        for guest in guests:
            guest.session.close()
        for feed in feeds:
            feed.cancel()
        await asyncio.gather(*tasks)
    seconds = 60 * minutes
    on_time = [late <= FRAME_SEC and skew == 0 for g in guests for late, skew in zip(g.lateness, g.skew, strict=True)]
    return {
        "sessions": count,
        "fps_min": round(min(len(set(guest.shown)) for guest in guests) / seconds, 2),
        "on_time": round(sum(on_time) / (count * seconds * FPS), 4),
        "skew_ms": round(1000 * max(float(np.mean(guest.skew[-FPS:])) for guest in guests), 1),
        **measured,
        "seconds": round(seconds, 1),
    }


def drawn_face(studio: Studio, settings: Settings) -> Picture:
    """A drawn face, 640 x 480, for want of a person: it is found and read like any other."""
    look = studio.look(settings.changed(size=512))
    window = Window(0.0, 1, Attention.LISTENING)
    _, picture = draw_frame(look.animator, look.renderer, look.portrait, window, Affect(), None)
    return np.pad(picture[:480], ((0, 0), (64, 64), (0, 0)), mode="edge")


async def _measure(minutes: float) -> dict[str, float]:
    start, early = time.monotonic(), 0.0
    cpu = _cpu_seconds()
    while (passed := time.monotonic() - start) < 60 * minutes:
        await asyncio.sleep(min(1.0, 60 * minutes - passed))
        if not early and passed >= 12 * minutes:
            early = _rss_mb()
    used = (_cpu_seconds() - cpu) / (time.monotonic() - start) / (psutil.cpu_count() or 1)
    return {"rss_mb": _rss_mb(), "rss_early_mb": early, "cpu": round(used, 2)}


def _family() -> list[psutil.Process]:
    here = psutil.Process()
    return [here, *here.children(recursive=True)]


def _rss_mb() -> float:
    return round(sum(process.memory_info().rss for process in _family()) / 2**20, 1)


def _cpu_seconds() -> float:
    return float(sum(sum(process.cpu_times()[:2]) for process in _family()))
