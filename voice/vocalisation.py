"""What a voice does beside words: laughing, sighing, crying, by acoustic rules that would rather miss than invent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.phonation import FRAME_SEC, Phonation

LAUGH_NOTES = 4
"""Notes in a row that make a laugh."""
NOTE_SEC = (0.03, 0.20)
NOTE_PERIOD_SEC = (0.12, 0.32)
"""Laughing people sound about four to five notes a second (Bachorowski, Smoski and Owren, JASA 110, 2001)."""
NOTE_REGULARITY = 0.25
"""Largest deviation of the periods, as a share of their mean."""
NOTE_LIKENESS_DB = 3.0
"""The notes of a laugh are one vowel again and again: largest mean difference of their spectra."""
LAUGH_SEMITONES = 2.0
"""How far the notes lie above the speaker's usual pitch at least."""
BREATH_DB = 30.0
"""Between the notes breath is heard, not silence: at most so far below them."""

SIGH_SEC = (0.45, 2.5)
SIGH_ABOVE_FLOOR_DB = 12.0
SIGH_BELOW_SPEECH_DB = (6.0, 30.0)
"""A sigh is fainter than speech, and louder than the echo of a room or somebody's sleeve."""
SIGH_STEADINESS_DB = 4.0
"""Breath keeps one colour; fricatives in speech do not last so long."""

CRY_SEC = 0.7
"""Voice that holds one sound for so long is no speech."""
CRY_SEMITONES = 3.0
CRY_LIKENESS_DB = 2.5
TREMOR_HZ = (3.5, 10.0)
TREMOR_SEMITONES = (0.25, 2.5)
"""Deviation of the pitch around its course: a trembling voice, not a singer's or a machine's."""
TREMOR_SHARE = 0.6
"""Share of that movement which lies within `TREMOR_HZ`."""


@dataclass(frozen=True, slots=True)
class Usually:
    """What is needed to know of a person and a room: pitch in Hz, levels of speech and of the room's quiet in dB."""

    pitch_hz: float
    level_db: float
    floor_db: float


def vocalisations(frames: Phonation, usually: Usually) -> tuple[str, ...]:
    """What is heard in the last two seconds or so: of `laugh`, `sigh`, `cry`."""
    found = []
    if _laughs(frames, usually):
        found.append("laugh")
    if _sighs(frames, usually):
        found.append("sigh")
    if _cries(frames, usually):
        found.append("cry")
    return tuple(found)


def _laughs(frames: Phonation, usually: Usually) -> bool:
    notes = [
        (start, end)
        for start, end in _runs(frames.voiced)
        if NOTE_SEC[0] <= (end - start) * FRAME_SEC <= NOTE_SEC[1]
        and 12 * np.log2(np.median(frames.pitch_hz[start:end]) / usually.pitch_hz) >= LAUGH_SEMITONES
    ]
    for first in range(len(notes) - LAUGH_NOTES + 1):
        row = notes[first : first + LAUGH_NOTES]
        periods = np.diff([start for start, _ in row]) * FRAME_SEC
        if not (NOTE_PERIOD_SEC[0] <= periods.min() and periods.max() <= NOTE_PERIOD_SEC[1]):
            continue
        if periods.std() > NOTE_REGULARITY * periods.mean():
            continue
        colours = [_colour(frames, start, end) for start, end in row]
        middle = np.mean(colours, axis=0)
        if max(float(np.abs(colour - middle).mean()) for colour in colours) > NOTE_LIKENESS_DB:
            continue
        loud = np.median([frames.level_db[start:end].max() for start, end in row])
        if all(frames.level_db[end:start].max() > loud - BREATH_DB for (_, end), (start, _) in pairwise(row)):
            return True
    return False


def _sighs(frames: Phonation, usually: Usually) -> bool:
    breath = (
        ~frames.voiced
        & (frames.level_db > usually.floor_db + SIGH_ABOVE_FLOOR_DB)
        & (frames.level_db < usually.level_db - SIGH_BELOW_SPEECH_DB[0])
        & (frames.level_db > usually.level_db - SIGH_BELOW_SPEECH_DB[1])
    )
    for start, end in _runs(breath):
        over = end < len(frames) - 5 and bool((frames.level_db[end : end + 5] < usually.level_db - 20).all())
        if over and SIGH_SEC[0] <= (end - start) * FRAME_SEC <= SIGH_SEC[1]:
            shape = frames.mel_db[start:end] - frames.mel_db[start:end].mean(axis=1, keepdims=True)
            quarter = max(1, len(shape) // 4)
            means = [part.mean(axis=0) for part in np.array_split(shape, max(1, len(shape) // quarter))]
            middle = np.mean(means, axis=0)
            if max(float(np.abs(mean - middle).mean()) for mean in means) <= SIGH_STEADINESS_DB:
                return True
    return False


def _cries(frames: Phonation, usually: Usually) -> bool:
    for start, end in _runs(frames.voiced):
        if (end - start) * FRAME_SEC < CRY_SEC:
            continue
        semitones = 12 * np.log2(frames.pitch_hz[start:end] / usually.pitch_hz)
        if np.median(semitones) < CRY_SEMITONES:
            continue
        shape = frames.mel_db[start:end] - frames.mel_db[start:end].mean(axis=1, keepdims=True)
        if float(np.abs(shape - shape.mean(axis=0)).mean()) > CRY_LIKENESS_DB:
            continue
        time = np.arange(end - start)
        moves = semitones - np.polyval(np.polyfit(time, semitones, 3), time)
        power = np.abs(np.fft.rfft(moves * np.hanning(len(moves)))) ** 2
        hertz = np.fft.rfftfreq(len(moves), FRAME_SEC)
        inside = power[(hertz >= TREMOR_HZ[0]) & (hertz <= TREMOR_HZ[1])].sum() / (power[1:].sum() + 1e-9)
        if TREMOR_SEMITONES[0] <= moves.std() <= TREMOR_SEMITONES[1] and inside >= TREMOR_SHARE:
            return True
    return False


def _colour(frames: Phonation, start: int, end: int) -> NDArray[np.floating[Any]]:
    spectrum = frames.mel_db[start:end].mean(axis=0)
    return np.asarray(spectrum - spectrum.mean())


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and end of each run of true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))
