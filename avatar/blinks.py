"""Blinks: when the lids fall by themselves, and how."""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from avatar.noise import Noise, smooth
from avatar.visemes import silent
from companion.types import Span

# Lids close faster than they open and stay shut for a moment (VanderWerf et al., "Eyelid movements: behavioral
# studies of blinking in humans", 2003). Shut for one frame at 25 fps, so that no blink is missed.
CLOSING_SEC = 0.07
SHUT_SEC = 0.04
OPENING_SEC = 0.13

PAGE_SEC = 60.0
# Candidates; arousal keeps 65 % (calm) to all of them. Rest 17 a minute, talk 26, reading 5 (Bentivoglio et al.,
# "Analysis of blink rate patterns in normal subjects", 1997): a face on a screen looks calm at 10 to 20.
MEDIAN_INTERVAL_SEC = 3.6
INTERVAL_SPREAD = 0.5
CALM_SHARE = 0.65
DOUBLE_SHARE = 0.08
DOUBLE_AFTER_SEC = 0.32
HALF_SHARE = 0.12
HALF_DEPTH = 0.55

# Speakers blink where they pause (Nakano and Kitazawa, "Eyeblink entrainment at breakpoints of speech", 2010).
PHRASE_GAP_SEC = 0.15
PHRASE_DELAY_SEC = 0.05
PHRASE_LUCK = Noise(200, (0.7,))
PHRASE_LEAST = -0.1
"""The random wave must be above this at the end of a phrase: somewhat more than every other one has a blink."""


def lids(starts: NDArray[np.float64], depths: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the lids are shut (0..1) at `times` by blinks that begin at `starts` and go down to `depths`."""
    if not len(starts):
        return np.zeros(len(times))
    since = times[:, None] - starts
    opening = since - CLOSING_SEC - SHUT_SEC
    shut = smooth(since / CLOSING_SEC) * (1.0 - smooth(opening / OPENING_SEC))
    return np.asarray((shut * depths).max(axis=1))


def spontaneous(
    seed: int, times: NDArray[np.float64], arousal: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Starts and depths of the blinks that come by themselves about `times`; more of them with arousal."""
    first, last = float(times.min()), float(times.max())
    pages = [_page(seed, page) for page in range(int((first - 1.0) // PAGE_SEC), int(last // PAGE_SEC) + 1)]
    starts, depths, luck = (np.concatenate(parts) for parts in zip(*pages, strict=True))
    share = CALM_SHARE + (1.0 - CALM_SHARE) * (0.5 + 0.5 * arousal)
    kept = (starts > first - 1.0) & (starts < last) & (luck < share)
    return starts[kept], depths[kept]


def at_phrase_ends(seed: int, phones: tuple[Span, ...], start: float) -> NDArray[np.float64]:
    """Starts of the blinks in the pauses of speech; `phones` count from `start`. The last phone given ends no phrase,
    for more may follow."""
    voiced = [phone for phone in phones if not silent(phone.text)]
    ends = [
        one.end + start + PHRASE_DELAY_SEC
        for one, two in itertools.pairwise(voiced)
        if two.start - one.end >= PHRASE_GAP_SEC
    ]
    if not ends:
        return np.zeros(0)
    times = np.array(ends)
    return np.asarray(times[PHRASE_LUCK.waves(seed, times)[0] > PHRASE_LEAST])


@lru_cache(maxsize=1024)
def _page(seed: int, page: int) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """One minute of candidates: starts, depths, and the luck that decides at which arousal each happens."""
    random = np.random.default_rng((seed & 0xFFFFFFFF, page & 0xFFFFFFFF, 1))
    starts: list[float] = []
    at = random.uniform(0.5, MEDIAN_INTERVAL_SEC)
    while at < PAGE_SEC - 0.5:
        starts.append(at)
        at += MEDIAN_INTERVAL_SEC * float(np.exp(INTERVAL_SPREAD * np.clip(random.standard_normal(), -2.0, 2.0)))
    luck = random.uniform(size=len(starts))
    depths = np.where(random.uniform(size=len(starts)) < HALF_SHARE, HALF_DEPTH, 1.0)
    again = random.uniform(size=len(starts)) < DOUBLE_SHARE
    first = np.array(starts) + page * PAGE_SEC
    return (
        np.concatenate([first, first[again] + DOUBLE_AFTER_SEC]),
        np.concatenate([depths, 0.8 * depths[again]]),
        np.concatenate([luck, luck[again]]),
    )
