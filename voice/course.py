"""Which emotion when: the spans of a voice's readings in which one feeling prevails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from companion.types import EMOTIONS, VoiceReading

STAY = 0.97
"""Chance that a feeling is still the same a quarter of a second later: it lasts 8 s on average."""
LEAST = 1e-3
"""Least probability, so that one reading rules nothing out."""
GAP_SEC = 1.0
"""Two spans of one feeling further apart stay two."""


@dataclass(frozen=True, slots=True)
class Spell:
    """One feeling between two times, in seconds; `probability` is its mean among the readings inside."""

    emotion: str
    start: float
    end: float
    probability: float


def course(readings: Iterable[VoiceReading]) -> list[Spell]:
    """The most probable course of feelings through readings in the order of time; those of confidence 0 say nothing.

    The Viterbi path (Rabiner, Proceedings of the IEEE 77, 1989) through a chain in which feelings last. A reading looks
    back over the seconds before its end, so a boundary is set half of that before the reading in which it shows.
    """
    heard: list[VoiceReading] = []
    for reading in readings:
        if reading.affect.confidence > 0 and not (heard and reading.end <= heard[-1].end):
            heard.append(reading)
    if not heard:
        return []
    chances = np.array([reading.affect.distribution for reading in heard])
    path = _path(np.log(np.maximum(chances, LEAST)))
    spells: list[Spell] = []
    at = 0
    while at < len(path):
        last = at
        while (
            last + 1 < len(path) and path[last + 1] == path[at] and heard[last + 1].start - heard[last].end <= GAP_SEC
        ):
            last += 1
        start = heard[at].start
        if spells and start < spells[-1].end:
            # Both readings look back over the change: it lies where the new one prevails, mid-window.
            start = max(spells[-1].start, (heard[at].start + heard[at].end) / 2)
            before = spells[-1]
            spells[-1] = Spell(before.emotion, before.start, start, before.probability)
        probability = float(chances[at : last + 1, path[at]].mean())
        spells.append(Spell(EMOTIONS[path[at]], start, heard[last].end, probability))
        at = last + 1
    return spells


def _path(logs: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> list[int]:
    """The most probable state of each row of steps x states."""
    count, states = logs.shape
    moves = np.full((states, states), np.log((1 - STAY) / (states - 1)))
    np.fill_diagonal(moves, np.log(STAY))
    best = logs[0].copy()
    back = np.zeros((count, states), dtype=np.intp)
    for step in range(1, count):
        ways = best[:, None] + moves
        back[step] = ways.argmax(axis=0)
        best = ways.max(axis=0) + logs[step]
    path = [int(best.argmax())]
    for step in range(count - 1, 0, -1):
        path.append(int(back[step, path[-1]]))
    return path[::-1]
