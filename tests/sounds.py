"""Sounds for the tests of hearing: made ones and recorded ones, cut into chunks."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from companion.types import HEARING_HZ, AudioChunk, Samples


def chunked(samples: Samples, size: int = 512, *, rate: int = HEARING_HZ, start: float = 0.0) -> Iterator[AudioChunk]:
    """The sound in chunks of `size` samples; the last may be shorter."""
    for at in range(0, len(samples), size):
        yield AudioChunk(samples[at : at + size], rate, start + at / rate)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * HEARING_HZ), dtype=np.float32)


def noise(seconds: float, level: float = 0.05) -> Samples:
    generator = np.random.default_rng(7)
    return np.asarray(generator.normal(0, level, round(seconds * HEARING_HZ)), dtype=np.float32)


def tone(seconds: float, hz: float = 220.0, level: float = 0.2) -> Samples:
    time = np.arange(round(seconds * HEARING_HZ)) / HEARING_HZ
    return np.asarray(level * np.sin(2 * np.pi * hz * time), dtype=np.float32)


def voice(
    seconds: float, hz: float = 140.0, *, level: float = 0.1, syllables: float = 4.0, bright: float = 1.0
) -> Samples:
    """A voice-like sound: harmonics of a gliding pitch whose loudness rises and falls with each syllable.

    The harmonics fall off as 1/n; `bright` below 1 makes the upper ones weaker.
    """
    time = np.arange(round(seconds * HEARING_HZ)) / HEARING_HZ
    pitch = hz * 2 ** (0.15 * np.sin(2 * np.pi * 0.7 * time))
    phase = 2 * np.pi * np.cumsum(pitch) / HEARING_HZ
    numbers = [n for n in range(1, 26) if n * hz * 1.2 < HEARING_HZ / 2]
    harmonics = np.sum([np.sin(n * phase) / n * bright ** (n - 1) for n in numbers], axis=0)
    envelope = 0.55 - 0.45 * np.cos(2 * np.pi * syllables * time)
    sound = harmonics * envelope
    return np.asarray(level * sound / np.sqrt(np.mean(sound**2)), dtype=np.float32)


def recorded(path: Path) -> Samples:
    """A 16 kHz mono WAV file."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels()) == (HEARING_HZ, 1)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768


def decoded(path: Path) -> Samples:
    """Any sound file PyAV opens, as 16 kHz mono."""
    import av

    resampler = av.AudioResampler("flt", "mono", HEARING_HZ)
    with av.open(str(path)) as file:
        frames = [part for frame in file.decode(audio=0) for part in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.asarray(np.concatenate([frame.to_ndarray()[0] for frame in frames]), dtype=np.float32)
