"""`Lips`: how the sounds of speech share the mouth over time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from avatar.noise import smooth
from avatar.visemes import LIPS, VISEMES, visemes
from companion.types import Span

REST_FORCE = 0.04
"""Dominance of the closed resting mouth, everywhere: it wins where no sound is near."""
ANTICIPATION = 1.25
"""Claims reach this much further back than forward: lips prepare earlier than they let go."""
CONTACT_SEC = 0.045
"""Least time of a lip contact; just above one frame, so that every contact is seen."""
RAMP_SEC = 0.052
"""Time in which the lips come together and part again."""

PAUSE_SEC = 0.05
"""A gap of twice this and more between sounds is a pause, in which the mouth comes to rest."""
BREAK_SEC = 0.4
"""Length of the rest before the first and after the last sound."""

_NAMES = tuple(VISEMES)
_REST = _NAMES.index("rest")
_TARGETS = np.array([[v.target.get(lip, 0.0) for lip in LIPS] for v in VISEMES.values()])
_FORCES = np.array([[v.force.get(lip, 1.0 if lip in v.target else v.others) for lip in LIPS] for v in VISEMES.values()])
# No other sound lets the tongue stay out.
_FORCES[:, LIPS.index("tongue")] = [v.force.get("tongue", 1.0) for v in VISEMES.values()]
_SPREADS = np.array([v.spread_sec for v in VISEMES.values()])
_TOUCHING = [np.array([float(v.contact == contact) for v in VISEMES.values()]) for contact in ("lips", "teeth")]
_PULLS = _FORCES * _TARGETS


@dataclass(frozen=True, slots=True, eq=False)
class Lips:
    """The mouth at T times: `heights` T x 8 (`LIPS`), `closed` and `bitten` (lower lip under the teeth) T in 0..1,
    and `talking` T in 0..1, how far speech has the mouth at all."""

    heights: NDArray[np.float64]
    closed: NDArray[np.float64]
    bitten: NDArray[np.float64]
    talking: NDArray[np.float64]


def coarticulate(phones: tuple[Span, ...], times: NDArray[np.float64]) -> Lips:
    """The mouth that says `phones` at `times`, both in seconds on the same clock.

    Every sound claims every articulator with a dominance that falls off exponentially with the time to its core; the
    height is the dominance-weighted mean of the targets (Cohen and Massaro, "Modeling coarticulation in synthetic
    visual speech", 1993). Contacts follow trapezoids of their own and reach 1 whatever stands beside them.
    """
    which, starts, ends = _parts(phones)
    if not len(which):
        zeros = np.zeros(len(times))
        return Lips(np.zeros((len(times), len(LIPS))), zeros, zeros, zeros)
    centres, halves = (starts + ends) / 2, (ends - starts) / 2
    offsets = times[:, None] - centres  # T x S
    beyond = np.maximum(np.abs(offsets) - halves / 2, 0.0)  # the middle half of a sound is its core
    reach = _SPREADS[which] * np.where(offsets < 0, ANTICIPATION, 1.0)
    fall = np.exp(-beyond / reach)  # T x S
    heights = (fall @ _PULLS[which]) / (fall @ _FORCES[which] + REST_FORCE)
    claim = (fall * (which != _REST)).max(axis=1)
    hold = np.maximum(halves - 0.01, CONTACT_SEC / 2)  # lips meet 10 ms into the sound
    nearness = smooth(1.0 + (hold - np.abs(offsets)) / RAMP_SEC)  # T x S
    closed, bitten = ((nearness * touching[which]).max(axis=1) for touching in _TOUCHING)
    return Lips(heights, closed, bitten, claim / (claim + REST_FORCE) * (1 + REST_FORCE))


def _parts(phones: tuple[Span, ...]) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Viseme number, start and end of every part of every phone and of the rests between and about them.

    Raises `ValueError` for times out of order.
    """
    which: list[int] = []
    starts: list[float] = []
    ends: list[float] = []
    at = phones[0].start - BREAK_SEC if phones else 0.0
    for phone in phones:
        if not phone.start <= phone.end < float("inf"):
            raise ValueError(f"phone {phone.text!r} must end after it starts, got {phone.start} to {phone.end}")
        if phone.start - at >= 2 * PAUSE_SEC:
            which.append(_REST)
            starts.append(at + PAUSE_SEC / 2)
            ends.append(phone.start - PAUSE_SEC)
        at, length = phone.start, phone.end - phone.start
        for number, share in _numbered(phone.text):
            which.append(number)
            starts.append(at)
            at += share * length
            ends.append(at)
    if phones:
        which.append(_REST)
        starts.append(at + PAUSE_SEC)
        ends.append(at + BREAK_SEC)
    return np.array(which, dtype=np.intp), np.array(starts), np.array(ends)


@lru_cache(maxsize=1024)
def _numbered(phone: str) -> tuple[tuple[int, float], ...]:
    return tuple((_NAMES.index(name), share) for name, share in visemes(phone))
