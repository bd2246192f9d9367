"""The same words in other rooms: training sounds as other microphones, rooms and noises would give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from companion.types import HEARING_HZ, Samples

SPEEDS = (0.9, 1.1)
"""Range of playing speed: larger changes make another feeling of it."""
GAIN_DB = 3.0
"""How much one clip is louder or softer than the rest of its session (deviation)."""
EQUALISER_DB = 5.0
EQUALISER_POINTS = 8
REVERB_SEC = (0.08, 0.5)
SIGNAL_TO_NOISE_DB = (4.0, 30.0)
BABBLE_VOICES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One microphone in one room: its filter, its echo, its noise. All clips of a session share it."""

    equaliser_db: NDArray[np.float64]
    echo: Samples
    noise: Samples
    signal_to_noise_db: float
    lively: bool = True
    """Whether clips are also played at another speed and loudness."""

    @classmethod
    def drawn(cls, random: Generator, voices: Sequence[Samples]) -> Place:
        """A random place; `voices` are clips of other people that may be heard babbling there."""
        equaliser = random.normal(0, EQUALISER_DB, EQUALISER_POINTS)
        length = random.uniform(*REVERB_SEC)
        time = np.arange(round(length * HEARING_HZ)) / HEARING_HZ
        echo = random.normal(0, 1, len(time)) * np.exp(-6.9 * time / length)  # 60 dB of decay
        echo *= random.choice((0.0, 0.3, 0.8)) / (np.sqrt(np.sum(echo**2)) + 1e-9)
        echo[0] = 1.0
        level = random.uniform(*SIGNAL_TO_NOISE_DB)
        return cls(equaliser, echo.astype(np.float32), _noise(random, voices), level)

    @classmethod
    def noisy(cls, random: Generator, signal_to_noise_db: float) -> Place:
        """A good microphone in white noise of the given level, and nothing else changed."""
        noise = random.normal(0, 1, 10 * HEARING_HZ).astype(np.float32)
        return cls(np.zeros(EQUALISER_POINTS), np.ones(1, dtype=np.float32), noise, signal_to_noise_db, lively=False)

    def heard(self, samples: Samples, random: Generator) -> Samples:
        """A clip as this place gives it, at a random speed and gain."""
        from scipy.signal import fftconvolve

        sound = _played(samples, random.uniform(*SPEEDS) if self.lively else 1.0)
        sound = np.asarray(fftconvolve(sound, self.echo)[: len(sound)], dtype=np.float64)
        size = 1 << (len(sound) - 1).bit_length()
        places = np.linspace(0, 1, size // 2 + 1) ** 0.5
        curve = np.interp(places, np.linspace(0, 1, EQUALISER_POINTS), self.equaliser_db)
        sound = np.fft.irfft(np.fft.rfft(sound, size) * 10 ** (curve / 20))[: len(sound)]
        start = int(random.integers(0, len(self.noise)))
        noise = np.take(self.noise, np.arange(start, start + len(sound)), mode="wrap")
        sound += noise * _level(sound) * 10 ** (-self.signal_to_noise_db / 20)
        sound *= 10 ** ((random.normal(0, GAIN_DB) if self.lively else 0.0) / 20)
        return np.asarray(sound / max(1.0, float(np.abs(sound).max())), dtype=np.float32)


def _played(samples: Samples, speed: float) -> NDArray[np.float64]:
    """Faster and higher, or slower and lower, as a tape would."""
    places = np.arange(0, len(samples) - 1, speed)
    return np.interp(places, np.arange(len(samples)), samples)


def _noise(random: Generator, voices: Sequence[Samples]) -> Samples:
    """Ten seconds of white, pink or brown noise, of hum, or of people talking, at level 1."""
    length = 10 * HEARING_HZ
    kind = random.choice(("white", "pink", "brown", "hum", "babble"))
    if kind == "babble" and voices:
        sound = np.zeros(length)
        for _ in range(BABBLE_VOICES):
            talk = np.concatenate([voices[i] for i in random.integers(0, len(voices), 8)])
            sound += np.resize(talk / (_level(talk) + 1e-9), length)
    else:
        slope = {"white": 0.0, "pink": -0.5, "brown": -1.0}.get(str(kind), -0.7)
        spectrum = np.fft.rfft(random.normal(0, 1, length))
        hertz = np.fft.rfftfreq(length, 1 / HEARING_HZ)
        sound = np.fft.irfft(spectrum * np.maximum(hertz, 40.0) ** slope)
        if kind == "hum":
            time = np.arange(length) / HEARING_HZ
            sound = sound / _level(sound) + np.sin(2 * np.pi * random.choice((50, 60, 100, 120)) * time)
    return np.asarray(sound / (_level(sound) + 1e-9), dtype=np.float32)


def _level(sound: NDArray[np.floating[Any]]) -> float:
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))
