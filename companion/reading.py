"""`bench readers`: what one sight of a face, one second of a voice and one utterance of words cost on one core."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from companion.bench import SENTENCES, Progress, spoken_sentence
from companion.crowd import drawn_face
from companion.machine import Machine
from companion.settings import Settings
from companion.studio import Studio
from companion.types import HEARING_HZ, AudioChunk, Message, VideoFrame

FACES, UTTERANCES = 200, 200
CHUNK_SEC = 0.256
"""How much of a voice a session hands over at once."""
CAMERA_SEC = 1 / 12


def readers(settings: Settings, progress: Progress) -> dict[str, Any]:
    """Median and 95th percentile in milliseconds, and how often each was measured; the first of each is not counted."""
    with Studio() as studio, _one_core():
        found: dict[str, float | int] = {}
        measures = {"face": _faces, "voice": _seconds, "words": _utterances}
        for done, (name, measure) in enumerate(measures.items()):
            found |= _figures(name, list(measure(studio, settings)))
            progress((done + 1) / len(measures))
        return {**found, "machine": Machine.here().as_dict()}


def _figures(name: str, seconds: list[float]) -> dict[str, float | int]:
    return {
        f"{name}_median_ms": round(1000 * statistics.median(seconds), 2),
        f"{name}_p95_ms": round(1000 * float(np.percentile(seconds, 95)), 2),
        f"{name}_n": len(seconds),
    }


def _faces(studio: Studio, settings: Settings) -> Iterator[float]:
    """Seconds for each picture of a drawn face that sways."""
    face = drawn_face(studio, settings)
    pictures = [np.roll(face, round(6 * np.sin(i / 7)), axis=1) for i in range(FACES + 1)]
    frames = (VideoFrame(picture, i * CAMERA_SEC) for i, picture in enumerate(pictures))
    yield from _timed(studio.engine("face", settings).read(frames))


def _seconds(studio: Studio, settings: Settings) -> Iterator[float]:
    """Seconds of work for each second of a voice that goes on speaking."""
    voice = np.concatenate([spoken_sentence(studio, settings, sentence) for sentence in 2 * SENTENCES])
    step = round(CHUNK_SEC * HEARING_HZ)
    chunks = (AudioChunk(voice[i : i + step], HEARING_HZ, i / HEARING_HZ) for i in range(0, len(voice) - step, step))
    works = list(_timed(studio.engine("prosody", settings).read(chunks)))
    each = round(1 / CHUNK_SEC)
    yield from (sum(works[i : i + each]) / (each * CHUNK_SEC) for i in range(0, len(works) - each + 1, each))


def _utterances(studio: Studio, settings: Settings) -> Iterator[float]:
    """Seconds for each utterance, with the dialogue before it."""
    reader = studio.engine("feeling", settings)
    context = [Message("user" if i % 2 else "assistant", sentence) for i, sentence in enumerate(SENTENCES)]
    reader.read(SENTENCES[0], context)
    for i in range(UTTERANCES):
        # Numbered, so that nothing that was read before is merely remembered.
        text = f"{SENTENCES[i % len(SENTENCES)]} That was {i} days ago."
        yield _clocked(lambda text=text: reader.read(text, context))  # type: ignore[misc]


def _timed(stream: Iterator[object]) -> Iterator[float]:
    next(stream)  # loads
    while True:
        start = time.perf_counter()
        if next(stream, None) is None:
            return
        yield time.perf_counter() - start


def _clocked(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@contextmanager
def _one_core() -> Iterator[None]:
    """Keep this process and its threads to one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
