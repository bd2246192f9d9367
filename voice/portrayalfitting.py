"""`train`: how people sound in each feeling, from labelled clips, to the weights of `voice.portrayals`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from companion.affect import ANCHORS, EMOTIONS
from companion.labelled import DataError, Labelled
from voice.examples import corpora
from voice.manner import PARTS
from voice.measuring import measured
from voice.recording import decoded
from weights.store import write

Numbers = NDArray[np.float64]
FULL = 1.5
"""A feeling at full strength is said with so many times the difference of an actor's portrayal at normal intensity.

With 2.0 it was heard better and understood worse (docs/experiments.md). RAVDESS's strong portrayals lie between 1.5
and 4 times the normal ones in pitch and effort; its strong sadness is crying, another manner altogether.
"""
STRONG, CALM = "strong", "calm"
"""An intensity and a label of RAVDESS; its calm voice is no neutral one to hold feelings against."""
RIDGE = 0.05
"""Keeps the map of valence, arousal and dominance from explaining seven feelings exactly."""
NEUTRAL = EMOTIONS[0]


def train(data: Path, out: Path, seed: int, progress: Callable[[float, str], None]) -> dict[str, float]:
    """Write the portrayals to `out` and return their figures; nothing is left to chance, so `seed` is only noted.

    `data` holds tables of clips with file, speaker and emotion, maybe intensity and text (so that a feeling is held
    against the same words said neutrally). Raises `DataError` for data in which nobody speaks neutrally.
    """
    tables = corpora(data)
    rows = [row for table in tables.values() for row in table]
    numbers = _measured(rows, progress)
    spans = np.cumsum([0, *(len(table) for table in tables.values())])
    told: dict[str, list[tuple[Numbers, Numbers]]] = {}
    for table, start, end in zip(tables.values(), spans[:-1], spans[1:], strict=True):
        for name, means in _differences(table, numbers[start:end]).items():
            told.setdefault(name, []).append((means.mean(axis=0), means.std(axis=0) / len(means) ** 0.5))
    missing = [name for name in ("happy", "sad", "angry", "fear") if name not in told]
    if missing:
        raise DataError(f"{data}: nobody portrays {missing[0]!r} against their own neutral voice")
    arrays = _arrays(told)
    figures = {f"{name}_{part}": float(row[i]) for name, row in zip(EMOTIONS, arrays["table"], strict=True)
               for i, part in enumerate(PARTS) if part in {"pitch", "tilt", "rate"} and name in told}  # fmt: skip
    figures["error_pitch"] = float(np.mean([spread[0] for each in told.values() for _, spread in each]))
    write(out, arrays, {"parts": PARTS, "emotions": EMOTIONS, "seed": seed, "clips": len(rows), "figures": figures})
    progress(1.0, "done")
    return figures


def _measured(rows: Sequence[Labelled], progress: Callable[[float, str], None]) -> Numbers:
    """Clips x parts; not-a-number where no voice is heard."""
    found = np.full((len(rows), len(PARTS)), np.nan)
    with ProcessPoolExecutor(cpu_count()) as pool:
        for place, numbers in enumerate(pool.map(_one, rows, chunksize=16)):
            found[place] = numbers
            progress(0.98 * (place + 1) / len(rows), "measuring")
    return found


def _one(row: Labelled) -> Numbers:
    from companion.types import HEARING_HZ

    try:
        return measured(decoded(row.path), HEARING_HZ, row.text).numbers
    except ValueError:
        return np.full(len(PARTS), np.nan)


def _differences(rows: Sequence[Labelled], numbers: Numbers) -> Mapping[str, Numbers]:
    """For each feeling at normal intensity, speakers x parts: the mean difference from their own neutral voice."""
    heard = ~np.isnan(numbers).any(axis=1)
    plain = [row.emotion == NEUTRAL and row.label.lower() != CALM for row in rows]
    usual: dict[tuple[str, str], list[Numbers]] = {}
    for row, own, is_plain, is_heard in zip(rows, numbers, plain, heard, strict=True):
        if is_plain and is_heard:
            usual.setdefault((row.speaker, row.text), []).append(own)
            usual.setdefault((row.speaker, ""), []).append(own)
    found: dict[str, dict[str, list[Numbers]]] = {}
    for row, own, is_heard in zip(rows, numbers, heard, strict=True):
        neutral = usual.get((row.speaker, row.text)) or usual.get((row.speaker, ""))
        if neutral and is_heard and row.emotion != NEUTRAL and row.intensity.lower() != STRONG:
            found.setdefault(row.emotion, {}).setdefault(row.speaker, []).append(own - np.mean(neutral, axis=0))
    return {name: np.array([np.mean(each, axis=0) for each in by.values()]) for name, by in found.items()}


def _arrays(told: Mapping[str, Sequence[tuple[Numbers, Numbers]]]) -> dict[str, NDArray[np.float32]]:
    """Corpora count the same. What valence, arousal and dominance explain lies in `slopes`, the rest in `rests`."""
    table = np.zeros((len(EMOTIONS), len(PARTS)))
    for place, name in enumerate(EMOTIONS):
        if name in told:
            table[place] = FULL * np.mean([mean for mean, _ in told[name]], axis=0)
    known = [place for place, name in enumerate(EMOTIONS) if name in told]
    points = np.array([ANCHORS[name] for name in EMOTIONS])
    square = points[known].T @ points[known] + RIDGE * np.eye(3)
    slopes = np.linalg.solve(square, points[known].T @ table[known])
    rests = np.zeros_like(table)
    rests[known] = table[known] - points[known] @ slopes
    # A feeling nobody portrayed is said as its valence, arousal and dominance are.
    table = points @ slopes + rests
    return {name: array.astype(np.float32) for name, array in
            {"table": table, "slopes": slopes, "rests": rests}.items()}  # fmt: skip
