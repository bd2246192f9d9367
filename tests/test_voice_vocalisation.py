"""Laughs, sighs and sobs are told from speech, on sounds made after their descriptions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from companion.labelled import read_table
from companion.types import HEARING_HZ, Samples
from tests.sounds import decoded, silence, voice
from voice.phonation import whole
from voice.vocalisation import Usually, vocalisations

USUALLY = Usually(pitch_hz=140.0, level_db=-20.0, floor_db=-75.0)


def room(sound: Samples) -> Samples:
    return np.asarray(sound + np.random.default_rng(1).normal(0, 10 ** (-75 / 20), len(sound)), np.float32)


def breath(seconds: float, level: float) -> Samples:
    random = np.random.default_rng(2)
    spectrum = np.fft.rfft(random.normal(0, 1, round(seconds * HEARING_HZ)))
    hertz = np.fft.rfftfreq(round(seconds * HEARING_HZ), 1 / HEARING_HZ)
    sound = np.fft.irfft(spectrum * np.exp(-(((hertz - 1500) / 1200) ** 2)), round(seconds * HEARING_HZ))
    sound *= np.sin(np.linspace(0, np.pi, len(sound))) ** 0.5
    return np.asarray(level * sound / np.sqrt(np.mean(sound**2)), np.float32)


def steady(seconds: float, hz: float, tremor: float = 0.0) -> Samples:
    """A held vowel whose pitch trembles by so many semitones, six times a second."""
    time = np.arange(round(seconds * HEARING_HZ)) / HEARING_HZ
    pitch = hz * 2 ** (tremor / 12 * np.sin(2 * np.pi * 6 * time))
    phase = 2 * np.pi * np.cumsum(pitch) / HEARING_HZ
    sound = np.sum([np.sin(n * phase) / n for n in range(1, 20)], axis=0)
    return np.asarray(0.1 * sound * np.sin(np.linspace(0, np.pi, len(sound))) ** 0.3, np.float32)


def laugh(hz: float = 220.0) -> Samples:
    notes = [np.concatenate((steady(0.1, hz), breath(0.1, 0.01))) for _ in range(6)]
    return np.concatenate(notes)


def found(sound: Samples) -> tuple[str, ...]:
    return vocalisations(whole(room(sound)), USUALLY)


def test_laughter_is_heard() -> None:
    assert found(np.concatenate((silence(0.4), laugh(), silence(0.4)))) == ("laugh",)


def test_a_sigh_is_heard() -> None:
    assert found(np.concatenate((silence(0.4), breath(1.0, 0.01), silence(0.5)))) == ("sigh",)


def test_sobbing_is_heard() -> None:
    assert found(np.concatenate((silence(0.4), steady(1.2, 260.0, tremor=0.8), silence(0.4)))) == ("cry",)


@pytest.mark.parametrize(
    "sound",
    [voice(2.0), voice(2.0, 230.0), silence(2.0), steady(1.2, 260.0), breath(0.2, 0.02), laugh(110.0)],
    ids=["speech", "high speech", "silence", "sung note", "fricative", "low notes"],
)
def test_other_sounds_are_nothing(sound: Samples) -> None:
    assert found(np.concatenate((silence(0.4), sound, silence(0.4)))) == ()


@pytest.mark.data
def test_acted_speech_seldom_passes_for_laughter_or_sobs(data: Path) -> None:
    rows = read_table(data / "speech_emotion" / "ravdess")[::24]
    alarms = 0
    for row in rows:
        frames = whole(decoded(row.path))
        pitch = frames.pitch_hz[frames.voiced]
        usually = Usually(float(np.median(pitch)), float(np.percentile(frames.level_db, 75)), -70.0)
        alarms += bool(vocalisations(frames, usually))
    assert alarms <= len(rows) // 20
